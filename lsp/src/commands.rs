//! What an editor can have done: run a program to see its documents, or run tests. On a thread of its own, one after the
//! other, within limits. Programs are compiled in the common database, which the thread is given only when it is idle, and
//! lets go of before it runs something; an edit meanwhile makes it begin again.

mod answers;

use std::collections::VecDeque;
use std::panic::AssertUnwindSafe;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use crossbeam_channel::{Receiver, Sender, unbounded};
use kiln::Program;
use kiln_analysis::Database;
use kiln_project::canonical_or_normal;
use lsp_server::{ErrorCode, Request, RequestId, ResponseError};
use lsp_types::{ExecuteCommandParams, MessageType, ShowDocumentParams, ShowMessageParams, Uri};
use serde::{Deserialize, Serialize};

use crate::evaluation::Evaluated;
use crate::overlay::Texts;
use crate::runs::Files;
use crate::server::{Event, Server};

/// Gives the documents of a program.
pub(crate) const PREVIEW: &str = "kiln.preview";
/// The same; what the run finds is reported, too.
pub(crate) const RUN: &str = "kiln.run";
/// Runs one test, or all tests of a file.
pub(crate) const TEST: &str = "kiln.test";
/// All commands.
pub(crate) const ALL: [&str; 3] = [PREVIEW, RUN, TEST];

/// What a command is about.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) struct Subject {
    /// A file.
    pub(crate) uri: Uri,
    /// The folder of one of its programs, an address or a path; the first one if it is not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) stack: Option<String>,
    /// The name of a test.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) name: Option<String>,
    /// Whether the server is to show the result: for clients that do nothing with the answer.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) show: bool,
}

/// Set when nobody waits for a command any more.
pub(crate) type Cancel = Arc<AtomicBool>;

/// What to run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum What {
    Preview,
    Run,
    Test,
}

pub(crate) struct Job {
    id: RequestId,
    cancel: Cancel,
    what: What,
    subject: Subject,
    path: Arc<str>,
    program: Program,
    files: Files,
    texts: Texts,
    /// Whether the client opens files.
    shows_documents: bool,
    /// To compile the program in.
    db: Option<Database>,
}

/// What became of a command.
pub(crate) enum Outcome {
    Done(Done),
    /// An edit came, and it has to begin again.
    Interrupted(Box<Job>),
    /// Something went wrong that should not.
    Panicked(RequestId, String),
}

/// A command that is done.
pub(crate) struct Done {
    id: RequestId,
    answer: serde_json::Value,
    /// What a run found.
    found: Option<Evaluated>,
    /// What the user is shown.
    show: Option<Show>,
}

/// Something for the user.
enum Show {
    Document(PathBuf),
    Message(MessageType, String),
}

/// The thread that does what commands say.
#[derive(Default)]
pub(crate) struct Runner {
    jobs: Option<Sender<Job>>,
    shared: Option<Arc<Shared>>,
    /// What is to be done next.
    waiting: VecDeque<Job>,
    /// Whether the thread has something to do.
    busy: bool,
}

/// What the thread and the loop have in common.
struct Shared {
    /// Ends the present run. One for each server, which lives as long as the process anyway.
    interrupt: &'static AtomicBool,
    /// What is done now.
    current: Mutex<Option<Cancel>>,
    /// A folder for documents that are shown, which goes with the server.
    folder: Mutex<Option<tempfile::TempDir>>,
}

impl Runner {
    fn start(&mut self, job: Job, events: &Sender<Event>) -> std::io::Result<()> {
        if self.jobs.is_none() {
            let shared = Arc::new(Shared {
                interrupt: Box::leak(Box::default()),
                current: Mutex::default(),
                folder: Mutex::default(),
            });
            let (jobs, queue) = unbounded();
            let (own, events) = (Arc::clone(&shared), events.clone());
            crate::pool::thread("commands", move || work(&queue, &own, &events))?;
            self.jobs = Some(jobs);
            self.shared = Some(shared);
        }
        if let Some(jobs) = &self.jobs {
            self.busy = jobs.send(job).is_ok();
        }
        Ok(())
    }

    /// The next job that somebody waits for, if the thread is idle.
    fn next(&mut self) -> Option<Job> {
        if self.busy {
            return None;
        }
        self.waiting
            .retain(|job| !job.cancel.load(Ordering::Relaxed));
        self.waiting.pop_front()
    }

    /// Nobody waits for a command any more.
    pub(crate) fn cancel(&self, cancel: &Cancel) {
        cancel.store(true, Ordering::Relaxed);
        if let Some(shared) = &self.shared {
            let current = lock(&shared.current);
            if current.as_ref().is_some_and(|it| Arc::ptr_eq(it, cancel)) {
                shared.interrupt.store(true, Ordering::Relaxed);
            }
        }
    }
}

impl Drop for Runner {
    fn drop(&mut self) {
        if let Some(shared) = &self.shared {
            shared.interrupt.store(true, Ordering::Relaxed);
            *lock(&shared.folder) = None;
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn work(queue: &Receiver<Job>, shared: &Shared, events: &Sender<Event>) {
    while let Ok(job) = queue.recv() {
        {
            let mut current = lock(&shared.current);
            let is_cancelled = job.cancel.load(Ordering::Relaxed);
            shared.interrupt.store(is_cancelled, Ordering::Relaxed);
            *current = Some(Arc::clone(&job.cancel));
        }
        let id = job.id.clone();
        let run = AssertUnwindSafe(|| answers::answer(job, shared));
        let outcome = std::panic::catch_unwind(run).unwrap_or_else(|panic| {
            let text = crate::dispatch::message(&*panic);
            Outcome::Panicked(id, text)
        });
        *lock(&shared.current) = None;
        if events.send(Event::Commanded(outcome)).is_err() {
            return;
        }
    }
}

fn failure(message: String) -> ResponseError {
    ResponseError {
        code: ErrorCode::InternalError as i32,
        message,
        data: None,
    }
}

/// What a request asks for, or why that makes no sense.
fn read(request: &Request) -> Result<(What, Subject), (ErrorCode, String)> {
    let params = ExecuteCommandParams::deserialize(&request.params)
        .map_err(|error| (ErrorCode::InvalidParams, error.to_string()))?;
    let what = match &*params.command {
        PREVIEW => What::Preview,
        RUN => What::Run,
        TEST => What::Test,
        other => {
            let message = format!("there is no command `{other}`");
            return Err((ErrorCode::InvalidParams, message));
        }
    };
    let subject = params.arguments.first().cloned().unwrap_or_default();
    let subject = Subject::deserialize(subject).map_err(|error| {
        (
            ErrorCode::InvalidParams,
            format!("`{}`: {error}", params.command),
        )
    })?;
    Ok((what, subject))
}

impl Server {
    /// Starts a command.
    pub(crate) fn command(&mut self, request: Request) {
        let (what, subject) = match read(&request) {
            Ok(read) => read,
            Err((code, message)) => return self.refuse(request.id, code, message),
        };
        let place = self.path_of(&subject.uri);
        let texts = self.texts();
        let files = self.files(&texts);
        let program = place.and_then(|path| {
            let program = self.program(what, &subject, &path, &files)?;
            Some((path, program))
        });
        let Some((path, program)) = program else {
            let message = match &subject.stack {
                Some(stack) => format!("the file is in no program of `{stack}`"),
                None => format!("`{}` is no file of a program", subject.uri.as_str()),
            };
            return self.refuse(request.id, ErrorCode::InvalidParams, message);
        };
        let cancel = Cancel::default();
        let job = Job {
            id: request.id.clone(),
            cancel: Arc::clone(&cancel),
            what,
            subject,
            path,
            program,
            files,
            texts,
            shows_documents: self.client.shows_documents,
            db: None,
        };
        self.await_command(request, cancel);
        self.runner.waiting.push_back(job);
        self.next_command();
    }

    /// Gives the thread what is to be done next, if it is idle: with the database and the texts as they are now.
    fn next_command(&mut self) {
        let Some(mut job) = self.runner.next() else {
            return;
        };
        job.texts = self.texts();
        job.files = self.files(&job.texts);
        // tests are run together with files that are no part of other programs
        job.db = (job.what != What::Test).then(|| self.database());
        let (id, events) = (job.id.clone(), self.events().clone());
        if let Err(error) = self.runner.start(job, &events) {
            let message = format!("cannot start a thread: {error}");
            self.answer(id, Err(failure(message)));
        }
    }

    /// The program that a command is about.
    fn program(&self, what: What, subject: &Subject, path: &str, files: &Files) -> Option<Program> {
        if what == What::Test {
            let folder = Path::new(path).parent()?;
            return Some(kiln::test_program(&files.system, folder));
        }
        let mut programs = self.workspace().programs_of(path).into_iter();
        match &subject.stack {
            Some(stack) => {
                let address = Uri::from_str(stack).ok();
                let folder = match address.and_then(|uri| self.path_of(&uri)) {
                    Some(folder) => PathBuf::from(&*folder),
                    None => canonical_or_normal(&self.system, Path::new(stack)),
                };
                programs.find(|program| program.folder == folder)
            }
            None => programs.next(),
        }
    }

    /// The thread is idle again.
    pub(crate) fn commanded(&mut self, outcome: Outcome) {
        self.runner.busy = false;
        match outcome {
            Outcome::Done(done) => self.command_done(done),
            Outcome::Interrupted(job) => self.runner.waiting.push_front(*job),
            Outcome::Panicked(id, text) => {
                let message = format!("an error in the server: {text}");
                self.answer(id, Err(failure(message)));
                self.log(
                    MessageType::ERROR,
                    format!("command: an error in the server: {text}"),
                );
            }
        }
        self.next_command();
    }

    /// Answers a command, and shows what it gave.
    fn command_done(&mut self, done: Done) {
        if !self.answer(done.id, Ok(done.answer.to_string())) {
            return;
        }
        if let Some(found) = done.found {
            self.evaluated(found);
        }
        match done.show {
            None => {}
            Some(Show::Document(path)) => {
                if let Some(uri) = crate::paths::uri_of(&path.to_string_lossy()) {
                    self.show_document(uri);
                }
            }
            Some(Show::Message(typ, message)) => {
                let params = ShowMessageParams { typ, message };
                self.notify::<lsp_types::notification::ShowMessage>(params);
            }
        }
    }

    fn show_document(&mut self, uri: Uri) {
        let params = ShowDocumentParams {
            uri,
            external: Some(false),
            take_focus: Some(true),
            selection: None,
        };
        self.ask_other::<lsp_types::request::ShowDocument>(params);
    }
}
