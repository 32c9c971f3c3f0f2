//! What programs do when they are run, which is found out when one of their files is saved: on a thread of its own, the
//! newest save only, within limits. Nothing outside of the programs' files is read or changed.

use std::collections::BTreeMap;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crossbeam_channel::{Receiver, Sender, unbounded};
use kiln::{Program, Report, Session};
use lsp_types::Diagnostic;

use crate::overlay::Texts;
use crate::runs::{self, ByFile, Files};
use crate::server::{Event, Server};

/// So many programs are run for a save.
const PROGRAMS: usize = 4;
/// What runs showed.
pub(crate) struct Evaluated {
    /// The file whose programs were run.
    pub(crate) about: Arc<str>,
    /// By file.
    pub(crate) found: ByFile,
    /// The texts of open files that were run.
    pub(crate) texts: Texts,
}

struct Job {
    about: Arc<str>,
    programs: Vec<Program>,
    files: Files,
    texts: Texts,
}

/// The thread that runs programs, and what it showed last.
#[derive(Debug, Default)]
pub(crate) struct State {
    jobs: Option<Sender<Job>>,
    /// Ends the present run. One for each server, which lives as long as the process anyway.
    interrupt: Option<&'static AtomicBool>,
    /// By the file whose programs were run.
    found: BTreeMap<Arc<str>, ByFile>,
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
        gone
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
        interrupt.store(true, Ordering::Relaxed);
        if let Some(jobs) = &self.jobs {
            let _ = jobs.send(job);
        }
        Ok(())
    }
}

impl Drop for State {
    fn drop(&mut self) {
        if let Some(interrupt) = self.interrupt {
            interrupt.store(true, Ordering::Relaxed);
        }
    }
}

fn work(queue: &Receiver<Job>, interrupt: &'static AtomicBool, events: &Sender<Event>) {
    while let Ok(mut job) = queue.recv() {
        while let Ok(newer) = queue.try_recv() {
            job = newer;
        }
        interrupt.store(false, Ordering::Relaxed);
        let run = AssertUnwindSafe(|| evaluate(&job, interrupt));
        let event = match std::panic::catch_unwind(run) {
            Ok(Some(evaluated)) => Event::Evaluated(evaluated),
            Ok(None) => continue,
            Err(panic) => {
                let message = crate::dispatch::message(&*panic);
                Event::Panicked("evaluation".to_owned(), message)
            }
        };
        if events.send(event).is_err() {
            return;
        }
    }
}

/// Runs the programs of a job; nothing if it was interrupted.
fn evaluate(job: &Job, interrupt: &'static AtomicBool) -> Option<Evaluated> {
    let mut session = Session::shared(job.files.system.clone());
    let mut reports: Vec<Report> = Vec::new();
    for program in &job.programs {
        // what keeps a run from starting is reported with the settings
        if let Ok(run) = session.run(&runs::options(program, interrupt)) {
            let new = run.reports.iter();
            for report in new.filter(|report| runs::is_of_interest(report)) {
                if !reports.contains(report) {
                    reports.push(report.clone());
                }
            }
        }
        if interrupt.load(Ordering::Relaxed) {
            return None;
        }
    }
    Some(Evaluated {
        about: Arc::clone(&job.about),
        found: runs::by_file(&job.files, &reports),
        texts: Arc::clone(&job.texts),
    })
}

impl Server {
    /// Runs the programs of a file: those that settings name, or else those of open files.
    pub(crate) fn evaluate(&mut self, path: &Arc<str>) {
        if !self.config().evaluate_on_save {
            return;
        }
        let mut programs = self.named_programs(path);
        if programs.is_empty() {
            let open = self.open_paths();
            programs = open
                .iter()
                .flat_map(|path| self.named_programs(path))
                .collect();
        }
        programs.sort_by(|a, b| a.folder.cmp(&b.folder));
        programs.dedup();
        programs.truncate(PROGRAMS);
        let texts = self.texts();
        let job = Job {
            about: Arc::clone(path),
            programs,
            files: self.files(&texts),
            texts,
        };
        let events = self.events().clone();
        if let Err(error) = self.evaluation.run(job, &events) {
            self.log(
                lsp_types::MessageType::ERROR,
                format!("cannot start a thread: {error}"),
            );
        }
    }

    /// The programs that settings or manifests name for a file.
    fn named_programs(&self, path: &str) -> Vec<Program> {
        let workspace = self.workspace();
        if workspace.stacks_of(path).next().is_none() {
            return Vec::new();
        }
        workspace.programs_of(path)
    }

    /// What runs showed is told, as far as it is about the texts that are there now.
    pub(crate) fn evaluated(&mut self, evaluated: Evaluated) {
        let Evaluated {
            about,
            mut found,
            texts,
        } = evaluated;
        found.retain(|(path, _)| self.is_current(path, &texts));
        let mut files: Vec<Arc<str>> = found.iter().map(|(path, _)| Arc::clone(path)).collect();
        let old = self.evaluation.found.insert(about, found);
        files.extend(old.into_iter().flatten().map(|(path, _)| path));
        files.sort_unstable();
        files.dedup();
        self.tell_again(files);
    }
}
