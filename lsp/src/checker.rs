//! The thread that finds out what is wrong: newest state first, edited files before all others, and after most edits nothing
//! but them.

mod known;

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use crossbeam_channel::{Receiver, Sender, unbounded};
use kiln::{Report, editor};
use rustc_hash::FxHashSet;

use crate::diagnostics::file_diagnostics;
use crate::pool::thread;
use crate::server::Event;
use crate::snapshot::Snapshot;
use known::{Known, Updated};

/// A state to check.
pub(crate) struct Job {
    pub(crate) snapshot: Snapshot,
    /// Files that were edited, to be looked at first.
    pub(crate) edited: Vec<Arc<str>>,
    /// Whether something else may have changed, too: files that are not open, settings, what belongs together.
    pub(crate) everything: bool,
}

/// The thread that checks.
pub(crate) struct Checker {
    jobs: Option<Sender<Job>>,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl Checker {
    pub(crate) fn new(events: Sender<Event>) -> std::io::Result<Self> {
        let (jobs, queue) = unbounded::<Job>();
        let thread = thread("checker", move || work(&queue, &events))?;
        Ok(Self {
            jobs: Some(jobs),
            thread: Some(thread),
        })
    }

    /// Checks a state, instead of all that were given before.
    pub(crate) fn check(&self, job: Job) {
        if let Some(jobs) = &self.jobs {
            let _ = jobs.send(job);
        }
    }
}

impl Drop for Checker {
    fn drop(&mut self) {
        self.jobs = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn work(queue: &Receiver<Job>, events: &Sender<Event>) {
    let mut known: Option<Known> = None;
    // what jobs were about that were given up
    let (mut edited, mut everything) = (Vec::new(), false);
    while let Ok(mut job) = queue.recv() {
        loop {
            edited.append(&mut job.edited);
            everything |= job.everything;
            match queue.try_recv() {
                Ok(newer) => job = newer,
                Err(_) => break,
            }
        }
        if everything {
            known = None;
        }
        let check = Check {
            snapshot: &job.snapshot,
            edited: &edited,
            events,
        };
        let run = || salsa::Cancelled::catch(AssertUnwindSafe(|| check.run(&mut known)));
        match std::panic::catch_unwind(AssertUnwindSafe(run)) {
            Ok(Ok(())) => (edited, everything) = (Vec::new(), false),
            // a newer job is on its way
            Ok(Err(_)) => {}
            Err(panic) => {
                (edited, everything, known) = (Vec::new(), false, None);
                let message = crate::dispatch::message(&*panic);
                let _ = events.send(Event::Panicked("diagnostics".to_owned(), message));
            }
        }
    }
}

struct Check<'a> {
    snapshot: &'a Snapshot,
    edited: &'a [Arc<str>],
    events: &'a Sender<Event>,
}

impl Check<'_> {
    fn run(&self, known: &mut Option<Known>) {
        if !self.snapshot.complete {
            return self.syntax();
        }
        if let Some(known) = known {
            let updated = known.update(self.snapshot, self.edited);
            let (Updated::Enough(files) | Updated::NotEnough(files)) = &updated;
            for path in files {
                self.send(path, &known.reports(self.snapshot, path));
            }
            if matches!(updated, Updated::Enough(_)) {
                let _ = self.events.send(Event::Checked(None));
                return;
            }
        }
        *known = Some(self.all());
    }

    /// As long as nobody knows which files belong together, only syntax is certain.
    fn syntax(&self) {
        for path in self.open() {
            let files = self.snapshot.files(path).into_iter();
            let mut reports: Vec<Report> = files
                .flat_map(|file| editor::syntax_reports(&self.snapshot.db, file))
                .collect();
            editor::sort_reports(&mut reports);
            self.send(path, &reports);
        }
    }

    /// Open files, edited ones first.
    fn open(&self) -> Vec<&Arc<str>> {
        let mut open: Vec<&Arc<str>> = self.snapshot.open.keys().collect();
        open.sort_unstable_by_key(|path| (!self.edited.contains(*path), Arc::clone(path)));
        open
    }

    /// Looks at all open files and at the others of their packages.
    fn all(&self) -> Known {
        let snapshot = self.snapshot;
        let mut known = Known::new(
            snapshot
                .workspace
                .problems(&snapshot.db, snapshot.config.lint),
        );
        let open = self.open();
        for path in &open {
            known.add(snapshot, path);
            self.send(path, &known.reports(snapshot, path));
        }
        let mut done: FxHashSet<Arc<str>> = FxHashSet::default();
        known.add_rest(snapshot);
        for path in known.files() {
            self.send(&path, &known.reports(snapshot, &path));
            done.insert(path);
        }
        let _ = self.events.send(Event::Checked(Some(done)));
        known
    }

    fn send(&self, path: &Arc<str>, reports: &[Report]) {
        let found = file_diagnostics(self.snapshot, path, reports);
        let _ = self.events.send(Event::Diagnostics(found));
    }
}
