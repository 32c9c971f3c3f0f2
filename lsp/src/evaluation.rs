//! What programs do when they are run, which is found out when one of their files is saved: on a thread of its own, the
//! newest save only, within limits. Nothing outside of the programs' files is read or changed.

use std::collections::BTreeMap;
use std::panic::AssertUnwindSafe;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crossbeam_channel::{Receiver, Sender, unbounded};
use kiln::{Limits, Report, RunOptions, Session};
use kiln_project::FileSystem;
use kiln_syntax::diagnostic::Kind;
use kiln_syntax::line_index::LineIndex;
use kiln_syntax::span::Span;
use lsp_types::{Diagnostic, DiagnosticRelatedInformation, DiagnosticSeverity, NumberOrString};

use crate::paths::{System, uri_of};
use crate::position::{Encoding, Lines};
use crate::server::{Event, Server};

/// So many programs are run for a save.
const PROGRAMS: usize = 4;
/// What a run may use.
const STEPS: u64 = 50_000_000;
const MEMORY: usize = 512 << 20;

/// Diagnostics of files.
type ByFile = Vec<(Arc<str>, Vec<Diagnostic>)>;

/// What a run showed.
pub(crate) struct Evaluated {
    /// The file that was saved.
    pub(crate) saved: Arc<str>,
    /// By file.
    pub(crate) found: ByFile,
}

struct Job {
    saved: Arc<str>,
    /// The folders whose programs are run.
    folders: Vec<PathBuf>,
    system: System,
    encoding: Encoding,
}

/// The thread that runs programs, and what it showed last.
#[derive(Debug, Default)]
pub(crate) struct State {
    jobs: Option<Sender<Job>>,
    /// Ends the present run. One for each server, which lives as long as the process anyway.
    interrupt: Option<&'static AtomicBool>,
    /// By the file that was saved.
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

    /// A file was changed or closed: what a run showed is about another text.
    pub(crate) fn forget(&mut self, path: &str) {
        self.found.remove(path);
        for found in self.found.values_mut() {
            found.retain(|(about, _)| **about != *path);
        }
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
    let mut session = Session::shared(job.system.clone());
    let mut reports: Vec<Report> = Vec::new();
    for folder in &job.folders {
        let options = RunOptions {
            work_dir: folder.clone(),
            limits: Limits {
                steps: STEPS,
                memory: MEMORY,
                interrupt: Some(interrupt),
                ..Limits::default()
            },
            ..RunOptions::default()
        };
        // what keeps a run from starting is reported with the settings
        if let Ok(run) = session.run(&options) {
            let new = run.reports.iter().filter(|report| is_of_interest(report));
            for report in new {
                if !reports.contains(report) {
                    reports.push(report.clone());
                }
            }
        }
        if interrupt.load(Ordering::Relaxed) {
            return None;
        }
    }
    let mut found = ByFile::new();
    for report in &reports {
        let Some(primary) = &report.primary else {
            continue;
        };
        let diagnostic = diagnostic(job, report);
        match found.iter_mut().find(|(path, _)| *path == primary.path) {
            Some((_, list)) => list.push(diagnostic),
            None => found.push((Arc::clone(&primary.path), vec![diagnostic])),
        }
    }
    let saved = Arc::clone(&job.saved);
    Some(Evaluated { saved, found })
}

/// What a check finds is shown anyway; and what a program may do outside is not for an editor to decide.
fn is_of_interest(report: &Report) -> bool {
    report.kind == Kind::Evaluation && report.code != kiln::codes::NOT_PERMITTED
}

fn diagnostic(job: &Job, report: &Report) -> Diagnostic {
    let range = |label: &kiln::ReportLabel| {
        let text = job
            .system
            .read_text(Path::new(&*label.path))
            .unwrap_or_default();
        let lines = Lines {
            text: &text,
            index: &LineIndex::new(&text),
            encoding: job.encoding,
        };
        lines.range(Span::new(label.range.start as u32, label.range.end as u32))
    };
    let mut message = report.message.clone();
    if let Some(help) = &report.help {
        message.push_str("\nhelp: ");
        message.push_str(help);
    }
    let related = report.labels.iter().filter_map(|label| {
        Some(DiagnosticRelatedInformation {
            location: lsp_types::Location::new(uri_of(&label.path)?, range(label)),
            message: label.text.clone(),
        })
    });
    let related: Vec<_> = related.collect();
    Diagnostic {
        range: report.primary.as_ref().map(range).unwrap_or_default(),
        severity: Some(DiagnosticSeverity::ERROR),
        code: Some(NumberOrString::String(report.code_text())),
        source: Some("kiln run".to_owned()),
        message,
        related_information: (!related.is_empty()).then_some(related),
        ..Diagnostic::default()
    }
}

impl Server {
    /// Runs the programs of a file: those that settings name, or else those of open files.
    pub(crate) fn evaluate(&mut self, path: &Arc<str>) {
        if !self.config().evaluate_on_save {
            return;
        }
        let mut folders: Vec<PathBuf> = self.program_folders(path);
        if folders.is_empty() {
            let open = self.open_paths();
            folders = open
                .iter()
                .flat_map(|path| self.program_folders(path))
                .collect();
        }
        folders.sort();
        folders.dedup();
        folders.truncate(PROGRAMS);
        let job = Job {
            saved: Arc::clone(path),
            folders,
            system: self.system.clone(),
            encoding: self.encoding,
        };
        let events = self.events().clone();
        if let Err(error) = self.evaluation.run(job, &events) {
            self.log(
                lsp_types::MessageType::ERROR,
                format!("cannot start a thread: {error}"),
            );
        }
    }

    /// The folders whose settings name a file.
    fn program_folders(&self, path: &str) -> Vec<PathBuf> {
        let stacks = self.workspace().stacks_of(path);
        stacks.map(|stack| stack.folder.clone()).collect()
    }

    pub(crate) fn evaluated(&mut self, evaluated: Evaluated) {
        let Evaluated { saved, found } = evaluated;
        let mut about: Vec<Arc<str>> = found.iter().map(|(path, _)| Arc::clone(path)).collect();
        let old = self.evaluation.found.insert(saved, found);
        about.extend(old.into_iter().flatten().map(|(path, _)| path));
        about.sort_unstable();
        about.dedup();
        for path in about {
            let known = self.static_diagnostics(&path);
            let version = self.version(&path);
            self.tell_diagnostics(&path, version, known);
        }
    }
}
