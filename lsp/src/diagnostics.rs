//! What is wrong with a file, in the words of the protocol.

use std::sync::Arc;

use kiln::{Report, Severity, editor};
use kiln_syntax::span::Span;
use lsp_types::{
    Diagnostic, DiagnosticRelatedInformation, DiagnosticSeverity, DiagnosticTag,
    DocumentDiagnosticParams, DocumentDiagnosticReportResult, FullDocumentDiagnosticReport,
    NumberOrString, Range, RelatedFullDocumentDiagnosticReport,
    RelatedUnchangedDocumentDiagnosticReport, UnchangedDocumentDiagnosticReport, Uri,
};

use crate::dispatch::Refusal;
use crate::paths::is_settings;
use crate::snapshot::Snapshot;

/// What is wrong in a file.
#[derive(Clone, Debug)]
pub(crate) struct FileDiagnostics {
    pub(crate) path: Arc<str>,
    /// Of the text that was looked at, if the file is open.
    pub(crate) version: Option<i32>,
    pub(crate) diagnostics: Vec<Diagnostic>,
}

/// Who finds what is found without running anything.
pub(crate) const SOURCE: &str = "kiln";

/// What is wrong in a file, with corrections, for those who ask about one.
pub(crate) fn file_reports(snapshot: &Snapshot, path: &str) -> Vec<Report> {
    let db = &snapshot.db;
    let is_here = |report: &Report| report.primary.as_ref().is_some_and(|it| &*it.path == path);
    if is_settings(path) {
        let mut found = snapshot.workspace.problems(db, snapshot.config.lint);
        found.retain(is_here);
        return found;
    }
    let (mut found, mut lints) = (Vec::new(), Vec::new());
    for file in snapshot.files(path) {
        if !snapshot.complete {
            found.extend(editor::syntax_reports(db, file));
            continue;
        }
        let package = file.package(db);
        let reach = editor::Reach::of(db, package);
        let understood = reach.broken.is_empty();
        found.extend(reach.circles);
        if understood {
            found.extend(editor::name_reports(db, package));
        }
        found.extend(editor::file_reports(db, file, understood));
        if understood && snapshot.config.lint {
            lints.push(editor::file_lints(db, &snapshot.workspace, file));
        }
    }
    found.retain(is_here);
    editor::sort_reports(&mut found);
    let lints: Vec<&[Report]> = lints.iter().map(Vec::as_slice).collect();
    found.extend(editor::agreed(&lints));
    found
}

pub(crate) fn file_diagnostics(
    snapshot: &Snapshot,
    path: &Arc<str>,
    reports: &[Report],
) -> FileDiagnostics {
    let mut diagnostics: Vec<Diagnostic> = reports
        .iter()
        .map(|report| diagnostic(snapshot, report, SOURCE))
        .collect();
    diagnostics.sort_by_key(|d| (d.range.start, d.range.end));
    FileDiagnostics {
        path: Arc::clone(path),
        version: snapshot.open.get(path).map(|open| open.version),
        diagnostics,
    }
}

/// Where places are, in the words of the protocol.
pub(crate) trait Places {
    /// Some bytes of a file.
    fn range_of(&self, path: &str, span: Span) -> Range;
    /// The address of a file.
    fn address_of(&self, path: &str) -> Option<Uri>;
}

impl Places for Snapshot {
    fn range_of(&self, path: &str, span: Span) -> Range {
        self.range(path, span)
    }

    fn address_of(&self, path: &str) -> Option<Uri> {
        self.uri(path)
    }
}

/// A report in the words of the protocol; `source` says who found it.
pub(crate) fn diagnostic(places: &impl Places, report: &Report, source: &str) -> Diagnostic {
    let range = |label: &kiln::ReportLabel| {
        let span = Span::new(label.range.start as u32, label.range.end as u32);
        places.range_of(&label.path, span)
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
            let location = lsp_types::Location::new(places.address_of(&label.path)?, range(label));
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
        source: Some(source.to_owned()),
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
        let reports = file_reports(snapshot, &path);
        file_diagnostics(snapshot, &path, &reports).diagnostics
    });
    let id = result_id(&items);
    let report = if params.previous_result_id.as_ref() == Some(&id) {
        RelatedUnchangedDocumentDiagnosticReport {
            related_documents: None,
            unchanged_document_diagnostic_report: UnchangedDocumentDiagnosticReport {
                result_id: id,
            },
        }
        .into()
    } else {
        RelatedFullDocumentDiagnosticReport {
            related_documents: None,
            full_document_diagnostic_report: FullDocumentDiagnosticReport {
                result_id: Some(id),
                items,
            },
        }
        .into()
    };
    Ok(DocumentDiagnosticReportResult::Report(report))
}

/// A name for diagnostics that says all about them, so that nothing has to be remembered.
pub(crate) fn result_id(items: &[Diagnostic]) -> String {
    use std::hash::Hasher as _;
    let mut hasher = rustc_hash::FxHasher::default();
    hasher.write(&serde_json::to_vec(items).unwrap_or_default());
    format!("{:x}-{:x}", items.len(), hasher.finish())
}
