//! What programs do when they are run, and what their values are: on a thread of its own, within limits. Programs of a file
//! are run when it is opened or saved, and after a pause in typing. The newest wish replaces all before it, and an edit ends
//! the run. Nothing outside of the programs' files is read or changed.
//!
//! Programs are compiled in the database that requests are answered from. The thread lets go of it before it runs them, and
//! is given it only when it has nothing else to do, so that no edit ever waits for a program.

use std::collections::BTreeMap;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, Sender, unbounded};
use kiln::{Prepared, Program, Report, Session, Values};
use kiln_analysis::Database;
use lsp_types::Diagnostic;
use rustc_hash::FxHashSet;

use crate::overlay::Texts;
use crate::paths::is_program;
use crate::runs::{self, ByFile, Files};
use crate::server::{Event, Server};

/// So many programs of a file are run.
const PROGRAMS: usize = 4;
/// The values of so many programs are kept.
const KEPT: usize = 4;
/// How long nothing must be typed before programs are run.
const PAUSE: Duration = Duration::from_millis(300);

/// What runs showed.
pub(crate) struct Evaluated {
    /// The file whose programs were run.
    pub(crate) about: Arc<str>,
    /// By file; nothing if it is not to be told.
    pub(crate) found: Option<ByFile>,
    pub(crate) values: Vec<ProgramValues>,
    /// The texts of open files that were run.
    pub(crate) texts: Texts,
}

/// What a program evaluated to.
#[derive(Clone, Debug)]
pub(crate) struct ProgramValues {
    pub(crate) program: Program,
    pub(crate) values: Arc<Values>,
    /// Its files.
    files: Arc<FxHashSet<Arc<str>>>,
}

impl ProgramValues {
    /// Whether a file is part of the program.
    pub(crate) fn has(&self, path: &str) -> bool {
        self.files.contains(path)
    }
}

/// Programs to run.
#[derive(Clone, Debug)]
struct Wish {
    about: Arc<str>,
    /// When.
    at: Instant,
    /// Whether what is found is told.
    tell: bool,
}

/// Programs that are being run.
#[derive(Clone, Debug)]
struct Running {
    about: Arc<str>,
    tell: bool,
    /// Whether the file was edited meanwhile.
    edited: bool,
}

struct Job {
    about: Arc<str>,
    programs: Vec<Program>,
    /// To be run only if none of these has the file: its folder.
    own: Option<Program>,
    files: Files,
    texts: Texts,
    tell: bool,
    db: Database,
}

/// The thread that runs programs, and what it showed last.
#[derive(Debug, Default)]
pub(crate) struct State {
    jobs: Option<Sender<Job>>,
    /// Ends the present run. One for each server, which lives as long as the process anyway.
    interrupt: Option<&'static AtomicBool>,
    /// What the thread does.
    running: Option<Running>,
    /// One for each file, and only one that nobody is told about.
    wishes: Vec<Wish>,
    /// By the file whose programs were run.
    found: BTreeMap<Arc<str>, ByFile>,
    /// The newest ones last.
    values: Vec<ProgramValues>,
    /// For snapshots; nothing if that has to be made again.
    shared: Option<Arc<[ProgramValues]>>,
    /// Files whose programs were run since the last edit.
    tried: FxHashSet<Arc<str>>,
}

impl State {
    /// What runs showed about a file.
    pub(crate) fn diagnostics(&self, path: &str) -> Vec<Diagnostic> {
        let mut all: Vec<Diagnostic> = Vec::new();
        for (about, diagnostics) in self.found.values().flatten() {
            if **about == *path {
                for diagnostic in diagnostics {
                    if !all.contains(diagnostic) {
                        all.push(diagnostic.clone());
                    }
                }
            }
        }
        all
    }

    /// What programs evaluated to.
    pub(crate) fn values(&mut self) -> Arc<[ProgramValues]> {
        let values = &self.values;
        let shared = self.shared.get_or_insert_with(|| values.as_slice().into());
        Arc::clone(shared)
    }

    /// A file was changed or closed: what a run showed is about another text. Gives the files that something was said about.
    pub(crate) fn forget(&mut self, path: &str) -> Vec<Arc<str>> {
        let mut gone: Vec<Arc<str>> = Vec::new();
        gone.extend(self.found.remove(path).into_iter().flatten().map(|it| it.0));
        for found in self.found.values_mut() {
            found.retain(|(about, _)| {
                let stays = **about != *path;
                if !stays {
                    gone.push(Arc::clone(about));
                }
                stays
            });
        }
        self.values.retain(|program| !program.has(path));
        self.shared = None;
        self.tried.clear();
        gone
    }

    /// Programs may be others now, or their files.
    pub(crate) fn forget_values(&mut self) {
        self.values.clear();
        self.shared = None;
        self.tried.clear();
    }

    /// When there is something to do; never while the thread is busy, which says when it is not.
    pub(crate) fn due(&self) -> Option<Instant> {
        let wishes = self.wishes.iter().filter(|_| self.running.is_none());
        wishes.map(|wish| wish.at).min()
    }

    /// Ends the present run, unless somebody else waits for what it finds.
    fn give_up(&mut self, path: &str) {
        if let Some(running) = &mut self.running {
            let is_same = *running.about == *path;
            running.edited |= is_same;
            if is_same || !running.tell {
                self.interrupt();
            }
        }
    }

    fn interrupt(&self) {
        if let Some(interrupt) = self.interrupt {
            interrupt.store(true, Ordering::Relaxed);
        }
    }

    fn wish(&mut self, new: Wish) {
        self.wishes
            .retain(|known| known.tell && known.about != new.about);
        self.wishes.push(new);
        let most = self.wishes.len().saturating_sub(PROGRAMS);
        self.wishes.drain(..most);
    }

    /// Hands a job to the thread, which is started if there is none.
    fn run(&mut self, job: Job, events: &Sender<Event>) -> std::io::Result<()> {
        let interrupt = *self
            .interrupt
            .get_or_insert_with(|| Box::leak(Box::default()));
        if self.jobs.is_none() {
            let (jobs, queue) = unbounded();
            let events = events.clone();
            crate::pool::thread("evaluation", move || work(&queue, interrupt, &events))?;
            self.jobs = Some(jobs);
        }
        interrupt.store(false, Ordering::Relaxed);
        let running = Running {
            about: Arc::clone(&job.about),
            tell: job.tell,
            edited: false,
        };
        if let Some(jobs) = &self.jobs {
            self.running = jobs.send(job).is_ok().then_some(running);
        }
        Ok(())
    }
}

impl Drop for State {
    fn drop(&mut self) {
        self.interrupt();
    }
}

fn work(queue: &Receiver<Job>, interrupt: &'static AtomicBool, events: &Sender<Event>) {
    while let Ok(job) = queue.recv() {
        let run = AssertUnwindSafe(|| evaluate(job, interrupt));
        let evaluated = match std::panic::catch_unwind(run) {
            Ok(evaluated) => evaluated,
            Err(panic) => {
                let message = crate::dispatch::message(&*panic);
                let _ = events.send(Event::Panicked("evaluation".to_owned(), message));
                None
            }
        };
        if events.send(Event::Evaluated(evaluated)).is_err() {
            return;
        }
    }
}

/// Runs the programs of a job; nothing if it was interrupted.
fn evaluate(job: Job, interrupt: &'static AtomicBool) -> Option<Evaluated> {
    let Job {
        about,
        programs,
        own,
        files,
        texts,
        tell,
        db,
    } = job;
    // an edit ends it; in any case the database is free afterwards
    let prepare = || {
        let mut session = Session::over(db, files.system.clone());
        let mut prepare = |program: Program| {
            let options = runs::options(&program, interrupt);
            // what keeps one from starting is reported with the settings
            let prepared = session.prepare(&options).ok()?;
            Some((program, prepared))
        };
        let mut all: Vec<_> = programs.into_iter().filter_map(&mut prepare).collect();
        let has_it = |(_, prepared): &(_, Prepared)| prepared.files().any(|path| *path == about);
        if !all.iter().any(has_it) {
            all.extend(own.and_then(prepare));
        }
        all
    };
    let prepared = salsa::Cancelled::catch(AssertUnwindSafe(prepare)).ok()?;
    let mut reports: Vec<Report> = Vec::new();
    let mut all = Vec::new();
    for (program, prepared) in prepared {
        let compiled = prepared.files().cloned().collect();
        let (run, values) = prepared.run_traced();
        if interrupt.load(Ordering::Relaxed) {
            return None;
        }
        for report in run.reports.iter().filter(|it| runs::is_of_interest(it)) {
            if !reports.contains(report) {
                reports.push(report.clone());
            }
        }
        if !values.is_empty() {
            all.push(ProgramValues {
                program,
                values: Arc::new(values),
                files: Arc::new(compiled),
            });
        }
    }
    Some(Evaluated {
        about,
        found: tell.then(|| runs::by_file(&files, &reports)),
        values: all,
        texts,
    })
}

impl Server {
    /// The programs of a file are to be run at once, and what they show is told.
    pub(crate) fn evaluate_saved(&mut self, path: &Arc<str>) {
        if self.config().evaluate_on_save {
            self.wish_for(path, Duration::ZERO, true);
        }
    }

    /// The programs of a file that was opened are to be run soon.
    pub(crate) fn evaluate_opened(&mut self, path: &Arc<str>) {
        let tell = self.config().evaluate_on_save;
        if tell || self.config().inlay_hints.values {
            self.wish_for(path, PAUSE, tell);
        }
    }

    /// The values of a file that was edited are to be found out when nobody types.
    pub(crate) fn evaluate_edited(&mut self, path: &Arc<str>) {
        self.evaluation.give_up(path);
        if self.config().inlay_hints.values {
            self.wish_for(path, PAUSE, false);
        }
    }

    /// Somebody looks at a file: its values are found out unless that was tried already.
    pub(crate) fn evaluate_shown(&mut self, path: &Arc<str>) {
        let is_new = self.config().inlay_hints.values
            && self.evaluation.wishes.is_empty()
            && !self.evaluation.tried.contains(path);
        if is_new {
            self.wish_for(path, PAUSE, false);
        }
    }

    fn wish_for(&mut self, path: &Arc<str>, pause: Duration, tell: bool) {
        if !is_program(path) {
            return;
        }
        self.evaluation.give_up(path);
        self.evaluation.wish(Wish {
            about: Arc::clone(path),
            at: Instant::now() + pause,
            tell,
        });
    }

    /// When programs are to be run; nothing while it is not known which there are.
    pub(crate) fn when_to_evaluate(&self) -> Option<Instant> {
        self.evaluation.due().filter(|_| self.is_complete())
    }

    /// Runs what is due.
    pub(crate) fn evaluate_due(&mut self) {
        let now = Instant::now();
        let Some(at) = self.when_to_evaluate().filter(|at| *at <= now) else {
            return;
        };
        let wishes = &mut self.evaluation.wishes;
        let Some(index) = wishes.iter().position(|wish| wish.at == at) else {
            return;
        };
        let wish = wishes.remove(index);
        self.evaluation.tried.insert(Arc::clone(&wish.about));
        let workspace = self.workspace();
        let named = |path: &str| {
            let is_named = workspace.stacks_of(path).next().is_some();
            let programs = is_named.then(|| workspace.programs_of(path));
            programs.unwrap_or_default()
        };
        let mut programs = named(&wish.about);
        let mut own = None;
        if programs.is_empty() {
            // programs that may import it
            let open = self.open_paths();
            programs = open.iter().flat_map(|path| named(path)).collect();
            own = workspace.programs_of(&wish.about).pop();
        }
        programs.sort_by(|a, b| a.folder.cmp(&b.folder));
        programs.dedup();
        programs.truncate(PROGRAMS);
        let texts = self.texts();
        let job = Job {
            about: wish.about,
            programs,
            own,
            files: self.files(&texts),
            texts,
            tell: wish.tell,
            db: self.database(),
        };
        let events = self.events().clone();
        if let Err(error) = self.evaluation.run(job, &events) {
            self.log(
                lsp_types::MessageType::ERROR,
                format!("cannot start a thread: {error}"),
            );
        }
    }

    /// The thread is done with its job.
    pub(crate) fn evaluation_ended(&mut self, evaluated: Option<Evaluated>) {
        let running = self.evaluation.running.take();
        match evaluated {
            Some(evaluated) => self.evaluated(evaluated),
            // it had to make way for an edit elsewhere, but somebody waits for it
            None => {
                if let Some(Running { about, tell, .. }) =
                    running.filter(|it| it.tell && !it.edited)
                {
                    self.wish_for(&about, PAUSE, tell);
                }
            }
        }
    }

    /// What runs showed is told, as far as it is about the texts that are there now.
    pub(crate) fn evaluated(&mut self, evaluated: Evaluated) {
        let Evaluated {
            about,
            found,
            values,
            texts,
        } = evaluated;
        self.keep_values(values, &texts);
        let Some(mut found) = found else { return };
        found.retain(|(path, _)| self.is_current(path, &texts));
        let mut files: Vec<Arc<str>> = found.iter().map(|(path, _)| Arc::clone(path)).collect();
        let old = self.evaluation.found.insert(about, found);
        files.extend(old.into_iter().flatten().map(|(path, _)| path));
        files.sort_unstable();
        files.dedup();
        self.tell_again(files);
    }

    /// Keeps values of programs none of whose files was changed meanwhile, and has hints asked for again.
    fn keep_values(&mut self, values: Vec<ProgramValues>, texts: &Texts) {
        let mut is_new = false;
        for program in values {
            let changed = self.open_paths().into_iter();
            let mut changed = changed.filter(|path| !self.is_current(path, texts));
            if changed.any(|path| program.has(&path)) {
                continue;
            }
            let kept = &mut self.evaluation.values;
            kept.retain(|known| known.program != program.program);
            kept.push(program);
            kept.drain(..kept.len().saturating_sub(KEPT));
            is_new = true;
        }
        if is_new {
            self.evaluation.shared = None;
            self.refresh_hints();
        }
    }
}
