//! The loop: takes messages and results, changes the state, and hands everything that takes time to other threads.

mod access;
mod client;
mod disk;
mod notifications;
mod workspace;
mod workspace_diagnostics;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};

use crossbeam_channel::{Receiver, Sender, at, never, select, unbounded};
use kiln::Workspace;
use kiln_analysis::Database;
use kiln_ide::index::WordIndex;
use lsp_server::{ErrorCode, Message, Request, RequestId, ResponseError};
use lsp_types::notification::Notification as _;
use lsp_types::request::{ExecuteCommand, Request as _};
use lsp_types::{LogMessageParams, MessageType, PublishDiagnosticsParams, Uri};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::capabilities::Client;
use crate::checker::{Checker, Job};
use crate::config::Config;
use crate::diagnostics::FileDiagnostics;
use crate::discovery::{self, Extent};
use crate::documents::Document;
use crate::paths::{System, is_settings};
use crate::pool::Pool;
use crate::position::Encoding;
use crate::snapshot::{Open, Snapshot};
use crate::transport::Outgoing;

/// What other threads tell the loop.
pub(crate) enum Event {
    /// A request was answered.
    Answered(RequestId, Result<String, ResponseError>),
    /// A request met a change, and has to be answered again.
    Interrupted(RequestId),
    /// Something went wrong that should not.
    Panicked(String, String),
    /// What is wrong in a file.
    Diagnostics(FileDiagnostics),
    /// A check is through. If it looked at all that there is, nothing is wrong in files other than these.
    Checked(Option<FxHashSet<Arc<str>>>),
    /// What there is in the workspace.
    Discovered(Box<discovery::Discovered>),
    /// What packages outside of the workspace declare.
    Dependencies(Box<kiln_ide::catalog::Catalog>),
    /// Many files that changed on the disk.
    Reread(disk::Changed),
    /// What programs do when they are run.
    Evaluated(Option<crate::evaluation::Evaluated>),
    /// A command is done, or has to wait.
    Commanded(crate::commands::Outcome),
}

/// A request that is not answered yet.
struct Pending {
    request: Request,
    /// The version of its file when it came.
    version: Option<i32>,
    work: Work,
}

/// What is being done for a request.
enum Work {
    /// Something is asked of the database.
    Question(salsa::CancellationToken),
    /// A program is run.
    Command(crate::commands::Cancel),
}

/// The state of the server.
pub(crate) struct Server {
    out: Sender<Outgoing>,
    events: Sender<Event>,
    db: Database,
    pub(crate) system: System,
    pub(crate) encoding: Encoding,
    pub(crate) client: Arc<Client>,
    config: Arc<Config>,
    docs: BTreeMap<Arc<str>, Document>,
    /// The open files for snapshots; nothing if that has to be made again.
    open: Option<Arc<FxHashMap<Arc<str>, Open>>>,
    paths: FxHashMap<Uri, Arc<str>>,
    roots: Vec<PathBuf>,
    workspace: Arc<Workspace>,
    index: Arc<RwLock<WordIndex>>,
    /// Whether the workspace has been looked through.
    complete: bool,
    discovery: discovery::State,
    /// How many threads read files that changed.
    readers: usize,
    edited: Vec<Arc<str>>,
    /// Whether something has to be checked.
    unchecked: bool,
    /// Whether more has changed than the edited files.
    everything: bool,
    pending: FxHashMap<RequestId, Pending>,
    /// What the client was told, or could ask for: of files that are open or have diagnostics.
    published: FxHashMap<Arc<str>, Published>,
    /// Whether a client that asks by itself should ask again: about another file than the one that it edits.
    refresh: bool,
    /// Whether the client asks about files that are not open, instead of being told.
    pulls_workspace: bool,
    /// The file that was edited last.
    last_edited: Option<Arc<str>>,
    pub(crate) evaluation: crate::evaluation::State,
    pub(crate) runner: crate::commands::Runner,
    next_id: i32,
    /// What was asked of the client.
    asked: FxHashMap<RequestId, Asked>,
    shut_down: bool,
    /// Grows with every change that an answer may depend on.
    generation: u64,
    searches: Arc<crate::workspace_search::Searches>,
    tokens: Arc<crate::token_cache::TokenCache>,
    /// Requests that wait for the workspace.
    waiting: Vec<Request>,
    // joined last: they hold handles of the database
    checker: Checker,
    pool: Pool,
}

/// What a client was told about a file.
struct Published {
    version: Option<i32>,
    diagnostics: Vec<lsp_types::Diagnostic>,
}

/// What the client was asked.
enum Asked {
    Configuration,
    Other,
}

/// What a client says at the beginning.
pub(crate) struct Beginning {
    pub(crate) system: System,
    pub(crate) encoding: Encoding,
    pub(crate) client: Client,
    pub(crate) config: Config,
    pub(crate) roots: Vec<PathBuf>,
}

impl Server {
    pub(crate) fn new(
        out: Sender<Outgoing>,
        events: Sender<Event>,
        beginning: Beginning,
    ) -> std::io::Result<Self> {
        let threads = std::thread::available_parallelism().map_or(2, std::num::NonZeroUsize::get);
        Ok(Self {
            db: Database::editor(beginning.system.clone()),
            checker: Checker::new(events.clone())?,
            pool: Pool::new(threads.clamp(2, 4))?,
            out,
            events,
            system: beginning.system,
            encoding: beginning.encoding,
            client: Arc::new(beginning.client),
            config: Arc::new(beginning.config),
            roots: beginning.roots,
            docs: BTreeMap::new(),
            open: None,
            paths: FxHashMap::default(),
            workspace: Arc::default(),
            index: Arc::default(),
            complete: false,
            discovery: discovery::State::default(),
            readers: 0,
            edited: Vec::new(),
            unchecked: false,
            everything: true,
            pending: FxHashMap::default(),
            published: FxHashMap::default(),
            refresh: false,
            pulls_workspace: false,
            last_edited: None,
            evaluation: crate::evaluation::State::default(),
            runner: crate::commands::Runner::default(),
            next_id: 0,
            asked: FxHashMap::default(),
            shut_down: false,
            generation: 0,
            searches: Arc::default(),
            tokens: Arc::default(),
            waiting: Vec::new(),
        })
    }

    /// Serves until the client says `exit` or goes away; says whether it said goodbye before.
    pub(crate) fn run(mut self, messages: &Receiver<Message>, events: &Receiver<Event>) -> bool {
        self.start();
        loop {
            let timer = self.when_to_evaluate().map_or_else(never, at);
            select! {
                recv(messages) -> message => match message {
                    Ok(message) => if !self.message(message) { break },
                    Err(_) => break,
                },
                recv(events) -> event => if let Ok(event) = event {
                    self.event(event);
                },
                recv(timer) -> _ => {},
            }
            // what came meanwhile is taken together, so that of many edits only the last state is looked at
            while let Ok(message) = messages.try_recv() {
                if !self.message(message) {
                    return self.shut_down;
                }
            }
            self.flush();
            self.start_check();
            self.evaluate_due();
        }
        self.shut_down
    }

    fn start(&mut self) {
        if self.client.watches_files {
            self.watch_files();
        }
        if self.client.configuration {
            self.ask_configuration();
        }
        self.discover(Extent::Words);
    }

    /// Handles a message; says whether to go on.
    fn message(&mut self, message: Message) -> bool {
        match message {
            Message::Request(request) => self.request(request),
            Message::Notification(notification) => {
                if notification.method == lsp_types::notification::Exit::METHOD {
                    return false;
                }
                self.notification(notification);
            }
            Message::Response(response) => self.response(response),
        }
        true
    }

    fn request(&mut self, request: Request) {
        if request.method == lsp_types::request::Shutdown::METHOD {
            self.shut_down = true;
            self.say(Outgoing::Answer(request.id, Ok("null".to_owned())));
            return;
        }
        if self.shut_down {
            let message = "the server is shutting down";
            self.refuse(request.id, ErrorCode::InvalidRequest, message);
            return;
        }
        // a request is about the text as it is now
        self.flush();
        if request.method == lsp_types::request::WorkspaceDiagnosticRequest::METHOD {
            return self.workspace_diagnostics(request);
        }
        self.dispatch(request);
    }

    /// Hands a request to a thread. What is about the whole workspace waits until that is known.
    fn dispatch(&mut self, request: Request) {
        // syntax is certain at once; who can be told to ask again need not wait for the rest
        let may_ask_again = self.client.refreshes_diagnostics
            && request.method == lsp_types::request::DocumentDiagnosticRequest::METHOD;
        let needs_all = crate::dispatch::needs_workspace(&request.method) && !may_ask_again;
        if needs_all && !self.is_complete() {
            self.waiting.push(request);
            return;
        }
        if request.method == ExecuteCommand::METHOD {
            self.command(request);
            return;
        }
        if crate::dispatch::shows_values(&request.method)
            && let Some(path) = self.open_path_of(&request)
        {
            self.evaluate_shown(&path);
        }
        let Some(handler) = crate::dispatch::handler(&request.method) else {
            let message = format!("there is no method `{}`", request.method);
            self.refuse(request.id, ErrorCode::MethodNotFound, message);
            return;
        };
        let snapshot = self.snapshot();
        let token = salsa::Database::cancellation_token(&snapshot.db);
        let version = self.version_of(&request);
        let pending = Pending {
            request: request.clone(),
            version,
            work: Work::Question(token),
        };
        self.pending.insert(request.id.clone(), pending);
        let events = self.events.clone();
        self.pool.spawn(move || {
            for event in crate::dispatch::run(handler, &snapshot, request) {
                let _ = events.send(event);
            }
        });
    }

    /// The version of the file that a request is about.
    fn version_of(&self, request: &Request) -> Option<i32> {
        self.version(&self.open_path_of(request)?)
    }

    /// The open file that a request is about.
    fn open_path_of(&self, request: &Request) -> Option<Arc<str>> {
        let uri = request.params.get("textDocument")?.get("uri")?.as_str()?;
        let mut docs = self.docs.iter();
        docs.find(|(_, document)| document.uri.as_str() == uri)
            .map(|(path, _)| Arc::clone(path))
    }

    fn event(&mut self, event: Event) {
        match event {
            Event::Answered(id, answer) => {
                self.answer(id, answer);
            }
            Event::Interrupted(id) => {
                let Some(pending) = self.pending.remove(&id) else {
                    return;
                };
                if pending.version == self.version_of(&pending.request) {
                    self.flush();
                    self.dispatch(pending.request);
                } else {
                    self.refuse(id, ErrorCode::ContentModified, "the text has changed");
                }
            }
            Event::Panicked(what, message) => {
                self.log(
                    MessageType::ERROR,
                    format!("{what}: an error in the server: {message}"),
                );
            }
            Event::Diagnostics(found) => self.publish(found),
            Event::Checked(files) => self.checked(files.as_ref()),
            Event::Reread(changed) => self.reread_many(changed),
            Event::Discovered(discovered) => self.discovered(*discovered),
            Event::Dependencies(catalog) => {
                let mut index = self.index.write().unwrap_or_else(PoisonError::into_inner);
                index.catalog.add(*catalog);
            }
            Event::Evaluated(evaluated) => self.evaluation_ended(evaluated),
            Event::Commanded(outcome) => self.commanded(outcome),
        }
    }

    /// The state as it is now.
    pub(crate) fn snapshot(&mut self) -> Snapshot {
        let docs = &self.docs;
        let open = self.open.get_or_insert_with(|| {
            let open = docs.iter().map(|(path, document)| {
                let (uri, version) = (document.uri.clone(), document.version);
                (Arc::clone(path), Open { uri, version })
            });
            Arc::new(open.collect())
        });
        Snapshot {
            db: self.db.clone(),
            open: Arc::clone(open),
            workspace: Arc::clone(&self.workspace),
            index: Arc::clone(&self.index),
            system: self.system.clone(),
            encoding: self.encoding,
            config: Arc::clone(&self.config),
            client: Arc::clone(&self.client),
            complete: self.complete,
            roots: self.roots.as_slice().into(),
            generation: self.generation,
            searches: Arc::clone(&self.searches),
            tokens: Arc::clone(&self.tokens),
            values: self.evaluation.values(),
        }
    }

    /// Brings edits to the database. What is being computed there ends before.
    fn flush(&mut self) {
        let mut structure = false;
        let mut outdated = BTreeSet::new();
        let mut flushed = Vec::new();
        for (path, document) in &mut self.docs {
            if std::mem::take(&mut document.changed) {
                self.open = None;
                self.unchecked = true;
                self.generation += 1;
                if !self.edited.contains(path) {
                    self.edited.push(Arc::clone(path));
                }
                self.last_edited = Some(Arc::clone(path));
                structure |= is_settings(path);
                outdated.extend(self.evaluation.forget(path));
                self.db.set_text(path, Some(Arc::clone(&document.text)));
                if !std::mem::take(&mut document.is_new) {
                    flushed.push(Arc::clone(path));
                }
            }
        }
        if !self.client.pulls_diagnostics {
            // what is wrong in the edited files themselves is told when they are checked
            outdated.retain(|path| !self.edited.contains(path));
        }
        self.tell_again(outdated);
        for path in flushed {
            self.evaluate_edited(&path);
        }
        if structure {
            self.discover(Extent::Structure);
        }
    }

    /// Tells again what is wrong in files of which runs say something else now.
    pub(crate) fn tell_again(&mut self, paths: impl IntoIterator<Item = Arc<str>>) {
        for path in paths {
            let known = self.static_diagnostics(&path);
            let version = self.version(&path);
            self.tell_diagnostics(&path, version, known);
        }
    }

    fn start_check(&mut self) {
        if !std::mem::take(&mut self.unchecked) {
            return;
        }
        let job = Job {
            edited: std::mem::take(&mut self.edited),
            everything: std::mem::take(&mut self.everything),
            snapshot: self.snapshot(),
        };
        self.checker.check(job);
    }

    /// Something changed that diagnostics may depend on.
    pub(crate) fn check_again(&mut self) {
        self.unchecked = true;
        self.everything = true;
        self.generation += 1;
    }

    fn publish(&mut self, found: FileDiagnostics) {
        let FileDiagnostics {
            path,
            version,
            diagnostics,
        } = found;
        let document = self.docs.get(&path);
        if document.map(|document| document.version) != version {
            // of a text that is gone
            return;
        }
        let pulls = document.is_some() && self.client.pulls_diagnostics;
        let known = self.published.get(&path);
        let same = known.map_or(diagnostics.is_empty(), |known| {
            known.diagnostics == diagnostics
        });
        // of an open file it is told which text was looked at
        let is_told = version.is_none() || known.is_some_and(|known| known.version == version);
        if same && (is_told || pulls) {
            return;
        }
        if pulls {
            // the client asks about the file that it edits by itself
            self.refresh |= self.last_edited.as_ref() != Some(&path);
        } else {
            self.tell_diagnostics(&path, version, diagnostics.clone());
        }
        if diagnostics.is_empty() && version.is_none() {
            self.published.remove(&path);
        } else {
            let published = Published {
                version,
                diagnostics,
            };
            self.published.insert(path, published);
        }
    }

    /// Tells the client what is wrong in a file, with what running its programs showed.
    pub(crate) fn tell_diagnostics(
        &mut self,
        path: &Arc<str>,
        version: Option<i32>,
        mut diagnostics: Vec<lsp_types::Diagnostic>,
    ) {
        if self.client.pulls_diagnostics && self.docs.contains_key(path) {
            // the rest is what the client asks for
            diagnostics.clear();
        }
        diagnostics.extend(self.evaluation.diagnostics(path));
        if self.pulls_workspace && version.is_none() && !diagnostics.is_empty() {
            self.refresh = true;
            return;
        }
        self.publish_list(path, version, diagnostics);
    }

    fn publish_list(
        &mut self,
        path: &Arc<str>,
        version: Option<i32>,
        diagnostics: Vec<lsp_types::Diagnostic>,
    ) {
        let uri = match self.docs.get(path) {
            Some(document) => Some(document.uri.clone()),
            None => crate::paths::uri_of(path),
        };
        let Some(uri) = uri else { return };
        let params = PublishDiagnosticsParams::new(uri, diagnostics, version);
        self.notify::<lsp_types::notification::PublishDiagnostics>(params);
    }

    /// What a file's diagnostics were when the client was told last.
    pub(crate) fn static_diagnostics(&self, path: &str) -> Vec<lsp_types::Diagnostic> {
        let published = self.published.get(path);
        published.map_or_else(Vec::new, |published| published.diagnostics.clone())
    }

    /// The version of an open file.
    pub(crate) fn version(&self, path: &str) -> Option<i32> {
        self.docs.get(path).map(|document| document.version)
    }

    /// A check is through: nothing is wrong in files other than these, if it looked at all that there is.
    fn checked(&mut self, files: Option<&FxHashSet<Arc<str>>>) {
        if let Some(files) = files {
            let mut stale: Vec<Arc<str>> = self.published.keys().cloned().collect();
            stale.retain(|path| !files.contains(path));
            stale.sort_unstable();
            for path in stale {
                self.published.remove(&path);
                let version = self.version(&path);
                self.tell_diagnostics(&path, version, Vec::new());
            }
        }
        if std::mem::take(&mut self.refresh) && self.client.refreshes_diagnostics {
            self.ask::<lsp_types::request::WorkspaceDiagnosticRefresh>((), Asked::Other);
        }
    }

    pub(crate) fn refuse(&self, id: RequestId, code: ErrorCode, message: impl Into<String>) {
        let error = ResponseError {
            code: code as i32,
            message: message.into(),
            data: None,
        };
        self.say(Outgoing::Answer(id, Err(error)));
    }

    fn say(&self, message: Outgoing) {
        // a client that went away needs no answer
        let _ = self.out.send(message);
    }

    pub(crate) fn log(&self, level: MessageType, message: String) {
        let params = LogMessageParams {
            typ: level,
            message,
        };
        self.notify::<lsp_types::notification::LogMessage>(params);
    }

    fn configure(&mut self, value: &serde_json::Value) {
        let config = Config::read(value);
        if *self.config != config {
            self.config = Arc::new(config);
            self.check_again();
        }
    }

    pub(crate) fn workspace(&self) -> &Workspace {
        &self.workspace
    }

    pub(crate) const fn events(&self) -> &Sender<Event> {
        &self.events
    }

    pub(crate) fn open_paths(&self) -> Vec<Arc<str>> {
        self.docs.keys().cloned().collect()
    }

    pub(crate) fn config(&self) -> &Config {
        &self.config
    }

    pub(crate) fn path_of(&self, uri: &Uri) -> Option<Arc<str>> {
        if let Some(path) = self.paths.get(uri) {
            return Some(Arc::clone(path));
        }
        self.system.path_of(uri)
    }
}

/// A queue for events.
pub(crate) fn events() -> (Sender<Event>, Receiver<Event>) {
    unbounded()
}
