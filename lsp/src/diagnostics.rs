//! What is wrong, file by file: found on a thread of its own, newest state first, the edited file before all others.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use crossbeam_channel::{Receiver, Sender, unbounded};
use kiln::{Report, Severity, editor_lints, editor_reports};
use kiln_analysis::{Package, package_files};
use lsp_types::{
    Diagnostic, DiagnosticRelatedInformation, DiagnosticSeverity, DiagnosticTag,
    DocumentDiagnosticParams, DocumentDiagnosticReport, DocumentDiagnosticReportResult,
    FullDocumentDiagnosticReport, NumberOrString, RelatedFullDocumentDiagnosticReport,
};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::dispatch::Refusal;
use crate::paths::is_settings;
use crate::pool::thread;
use crate::server::Event;
use crate::snapshot::Snapshot;

/// What is wrong in a file.
#[derive(Clone, Debug)]
pub(crate) struct FileDiagnostics {
    pub(crate) path: Arc<str>,
    /// Of the text that was looked at, if the file is open.
    pub(crate) version: Option<i32>,
    pub(crate) diagnostics: Vec<Diagnostic>,
}

/// What was found in a package, and whether it was understood.
type Found = (Vec<Report>, bool);

/// A state to check.
pub(crate) struct Job {
    pub(crate) snapshot: Snapshot,
    /// Files that were edited, to be looked at first.
    pub(crate) edited: Vec<Arc<str>>,
    /// Whether which files belong together is known already. If not, only syntax is certain.
    pub(crate) complete: bool,
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
    // edited files of jobs that were given up
    let mut edited: Vec<Arc<str>> = Vec::new();
    while let Ok(mut job) = queue.recv() {
        edited.append(&mut job.edited);
        while let Ok(newer) = queue.try_recv() {
            job = newer;
            edited.append(&mut job.edited);
        }
        let run = || salsa::Cancelled::catch(AssertUnwindSafe(|| check(&job, &edited, events)));
        match std::panic::catch_unwind(AssertUnwindSafe(run)) {
            Ok(Ok(())) => edited.clear(),
            // a newer job is on its way
            Ok(Err(_)) => {}
            Err(panic) => {
                edited.clear();
                let _ = events.send(Event::Panicked("diagnostics".to_owned(), message(&*panic)));
            }
        }
    }
}

/// What a panic said.
pub(crate) fn message(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    let text = text.or_else(|| panic.downcast_ref::<&str>().copied());
    text.unwrap_or("no message").to_owned()
}

fn check(job: &Job, edited: &[Arc<str>], events: &Sender<Event>) {
    let snapshot = &job.snapshot;
    let mut known: FxHashMap<Package<'_>, Found> = FxHashMap::default();
    let send = |path: &Arc<str>, reports: &[Report]| {
        let _ = events.send(Event::Diagnostics(file_diagnostics(
            snapshot, path, reports,
        )));
    };
    let mut open: Vec<&Arc<str>> = snapshot.open.keys().collect();
    open.sort_unstable_by_key(|path| (!edited.contains(*path), Arc::clone(path)));
    let mut done: FxHashSet<Arc<str>> = FxHashSet::default();
    let mut told: Vec<(Arc<str>, Vec<Report>)> = Vec::new();
    for path in open {
        let reports = reports(snapshot, path, job.complete, &mut known);
        send(path, &reports);
        done.insert(Arc::clone(path));
        told.push((Arc::clone(path), reports));
    }
    if !job.complete {
        return;
    }
    let packages = known.iter();
    let mut packages: Vec<(Package<'_>, &[Report])> = packages
        .map(|(&package, (found, _))| (package, &**found))
        .collect();
    packages.sort_unstable_by_key(|(package, _)| package_place(snapshot, *package));
    // a circle of imports may be one in a package only that imports the file
    for (path, told) in &mut told {
        let before = told.len();
        for report in packages.iter().flat_map(|(_, found)| *found) {
            let here = report.primary.as_ref().is_some_and(|p| p.path == *path);
            if here && is_circle(report) && !told.contains(report) {
                told.push(report.clone());
            }
        }
        if told.len() > before {
            send(path, told);
        }
    }
    // other files of the same packages
    let mut others: FxHashMap<Arc<str>, Vec<Report>> = FxHashMap::default();
    // a file that other programs name is not judged by what it is among the files of its folder
    let mut homes: FxHashMap<Arc<str>, Vec<Package<'_>>> = FxHashMap::default();
    for (package, found) in packages {
        for file in package_files(&snapshot.db, package) {
            let path = file.path(&snapshot.db);
            if !done.contains(path) {
                others.entry(Arc::clone(path)).or_default();
            }
        }
        for report in found {
            if let Some(place) = &report.primary
                && let Some(list) = others.get_mut(&place.path)
                && !list.contains(report)
                && (is_circle(report)
                    || homes
                        .entry(Arc::clone(&place.path))
                        .or_insert_with_key(|path| snapshot.packages(path))
                        .contains(&package))
            {
                list.push(report.clone());
            }
        }
    }
    let mut others: Vec<(Arc<str>, Vec<Report>)> = others.into_iter().collect();
    others.sort_unstable_by(|(a, _), (b, _)| a.cmp(b));
    for (path, reports) in &others {
        send(path, reports);
        done.insert(Arc::clone(path));
    }
    let problems = problems(snapshot);
    let mut by_file: FxHashMap<Arc<str>, Vec<Report>> = FxHashMap::default();
    for report in problems {
        if let Some(place) = &report.primary {
            let path = Arc::clone(&place.path);
            by_file.entry(path).or_default().push(report);
        }
    }
    let mut by_file: Vec<(Arc<str>, Vec<Report>)> = by_file.into_iter().collect();
    by_file.sort_unstable_by(|(a, _), (b, _)| a.cmp(b));
    for (path, reports) in &by_file {
        // what an open one has was told above
        if done.insert(Arc::clone(path)) {
            send(path, reports);
        }
    }
    let _ = events.send(Event::Checked(done));
}

/// Whether a report is about imports in a circle, which is one seen from some packages only.
fn is_circle(report: &Report) -> bool {
    report.code == kiln_analysis::codes::CYCLIC_IMPORT.number
}

fn package_place<'db>(snapshot: &'db Snapshot, package: Package<'db>) -> Option<Arc<str>> {
    let files = package_files(&snapshot.db, package);
    files
        .first()
        .map(|file| Arc::clone(file.path(&snapshot.db)))
}

/// What is wrong with manifests and settings files.
fn problems(snapshot: &Snapshot) -> Vec<Report> {
    let lint = snapshot.config.lint;
    snapshot.workspace.problems(&snapshot.db, lint)
}

/// What is wrong in a file, in all packages that it is checked in.
fn reports<'db>(
    snapshot: &'db Snapshot,
    path: &str,
    complete: bool,
    known: &mut FxHashMap<Package<'db>, Found>,
) -> Vec<Report> {
    let mut found: Vec<Report> = Vec::new();
    let mut lints: Vec<Vec<Report>> = Vec::new();
    let here = |report: &&Report| report.primary.as_ref().is_some_and(|p| &*p.path == path);
    if is_settings(path) {
        return problems(snapshot).iter().filter(here).cloned().collect();
    }
    for file in snapshot.files(path) {
        let package = file.package(&snapshot.db);
        let (reports, understood) = &*known
            .entry(package)
            .or_insert_with(|| editor_reports(&snapshot.db, package, !complete));
        let own: Vec<Report> = reports.iter().filter(here).cloned().collect();
        for report in own {
            if !found.contains(&report) {
                found.push(report);
            }
        }
        if *understood && snapshot.config.lint {
            lints.push(editor_lints(&snapshot.db, &snapshot.workspace, file));
        }
    }
    // what one program does not use, another may
    if let Some((first, rest)) = lints.split_first() {
        let agreed = first
            .iter()
            .filter(|lint| rest.iter().all(|other| other.contains(lint)));
        found.extend(agreed.cloned());
    }
    found
}

/// What is wrong in a file, for clients that ask for it.
fn of_file(snapshot: &Snapshot, path: &Arc<str>, complete: bool) -> FileDiagnostics {
    let reports = file_reports(snapshot, path, complete);
    file_diagnostics(snapshot, path, &reports)
}

/// The same as reports, with their corrections.
pub(crate) fn file_reports(snapshot: &Snapshot, path: &str, complete: bool) -> Vec<Report> {
    reports(snapshot, path, complete, &mut FxHashMap::default())
}

fn file_diagnostics(snapshot: &Snapshot, path: &Arc<str>, reports: &[Report]) -> FileDiagnostics {
    let mut diagnostics: Vec<Diagnostic> = reports
        .iter()
        .map(|report| diagnostic(snapshot, report))
        .collect();
    diagnostics.sort_by_key(|d| (d.range.start, d.range.end));
    FileDiagnostics {
        path: Arc::clone(path),
        version: snapshot.open.get(path).map(|open| open.version),
        diagnostics,
    }
}

/// A report in the words of the protocol.
pub(crate) fn diagnostic(snapshot: &Snapshot, report: &Report) -> Diagnostic {
    let range = |label: &kiln::ReportLabel| {
        let span = kiln_syntax::span::Span::new(label.range.start as u32, label.range.end as u32);
        snapshot.range(&label.path, span)
    };
    let mut message = report.message.clone();
    if let Some(primary) = report.primary.as_ref().filter(|p| !p.text.is_empty()) {
        message.push_str(": ");
        message.push_str(&primary.text);
    }
    for note in &report.notes {
        message.push_str("\nnote: ");
        message.push_str(note);
    }
    if let Some(help) = &report.help {
        message.push_str("\nhelp: ");
        message.push_str(help);
    }
    let related: Vec<DiagnosticRelatedInformation> = report
        .labels
        .iter()
        .filter_map(|label| {
            let location = lsp_types::Location::new(snapshot.uri(&label.path)?, range(label));
            let message = label.text.clone();
            Some(DiagnosticRelatedInformation { location, message })
        })
        .collect();
    let severity = match report.severity {
        Severity::Error => DiagnosticSeverity::ERROR,
        Severity::Warning => DiagnosticSeverity::WARNING,
    };
    Diagnostic {
        range: report.primary.as_ref().map(range).unwrap_or_default(),
        severity: Some(severity),
        code: Some(NumberOrString::String(report.code_text())),
        source: Some("kiln".to_owned()),
        message,
        related_information: (!related.is_empty()).then_some(related),
        tags: tag(report).map(|tag| vec![tag]),
        ..Diagnostic::default()
    }
}

/// How an editor draws it: as something that can go, or as something that will.
fn tag(report: &Report) -> Option<DiagnosticTag> {
    use kiln_analysis::lint::codes;
    let is = |codes: &[kiln_syntax::diagnostic::Code]| {
        codes.iter().any(|code| code.number == report.code)
    };
    if is(&[
        codes::UNUSED_IMPORT,
        codes::REIMPORT,
        codes::UNUSED_VARIABLE,
        codes::UNREACHABLE,
        codes::DUPLICATE_KEY,
    ]) {
        Some(DiagnosticTag::UNNECESSARY)
    } else if is(&[codes::DEPRECATED]) {
        Some(DiagnosticTag::DEPRECATED)
    } else {
        None
    }
}

/// Answers a client that asks.
pub(crate) fn pulled(
    snapshot: &Snapshot,
    params: DocumentDiagnosticParams,
) -> Result<DocumentDiagnosticReportResult, Refusal> {
    let path = snapshot.path(&params.text_document);
    let items = path.map_or_else(Vec::new, |path| {
        of_file(snapshot, &path, snapshot.complete).diagnostics
    });
    let full = RelatedFullDocumentDiagnosticReport {
        related_documents: None,
        full_document_diagnostic_report: FullDocumentDiagnosticReport {
            result_id: None,
            items,
        },
    };
    Ok(DocumentDiagnosticReportResult::Report(
        DocumentDiagnosticReport::Full(full),
    ))
}
