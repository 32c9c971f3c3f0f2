//! Diagnostics with absolute places, ready to be shown.

use std::collections::BTreeMap;
use std::sync::Arc;

use kiln_analysis::{Database, Db};
use kiln_codegen::Located;
use kiln_runtime::error::{Loc, RunError};
use kiln_syntax::diagnostic::{Diagnostic, Kind, Label, Place};
use kiln_syntax::line_index::LineIndex;
use kiln_syntax::span::Span;
use rustc_hash::FxHashSet;

pub use kiln_syntax::diagnostic::Severity;

/// A place with what to say there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportLabel {
    /// Path of the file.
    pub path: Arc<str>,
    /// Byte range in the file.
    pub range: std::ops::Range<usize>,
    /// 1-based line of its start.
    pub line: u32,
    /// 1-based column of its start, in Unicode scalars.
    pub column: u32,
    /// 1-based line of its end.
    pub end_line: u32,
    /// 1-based column behind its end.
    pub end_column: u32,
    /// May be empty.
    pub text: String,
}

/// A change of text that mends the mistake.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportFix {
    /// What it does.
    pub title: String,
    /// Path, byte range and new text of each edit.
    pub edits: Vec<(Arc<str>, std::ops::Range<usize>, String)>,
}

/// A diagnostic with absolute places.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// Stable number; printed as `E0301`, or `W0401` if it is a lint.
    pub code: u16,
    /// Kind of mistake in the reference implementation's terms; for tests.
    pub kind: Kind,
    /// How bad.
    pub severity: Severity,
    /// One sentence.
    pub message: String,
    /// Where it is. Absent only if it has no place at all.
    pub primary: Option<ReportLabel>,
    /// Other places.
    pub labels: Vec<ReportLabel>,
    /// Facts.
    pub notes: Vec<String>,
    /// What to do.
    pub help: Option<String>,
    /// Machine-applicable changes.
    pub fixes: Vec<ReportFix>,
    /// First and last line of the statement that was running, for errors of a running program.
    pub statement: Option<(u32, u32)>,
}

impl Report {
    /// `E0301`
    #[must_use]
    pub fn code_text(&self) -> String {
        let letter = if self.kind == Kind::Warning { 'W' } else { 'E' };
        format!("{letter}{:04}", self.code)
    }
}

fn label(db: &Database, place: &Place, span: Span, text: &str) -> ReportLabel {
    let absolute = kiln_analysis::syntax::absolute_span(db, place, span);
    let file = db.source(&place.path);
    let source = file.text(db).as_deref().unwrap_or_default();
    let lines = kiln_analysis::line_index(db, file);
    let (start, end) = (
        lines.line_column(source, absolute.start),
        lines.line_column(source, absolute.end.max(absolute.start)),
    );
    ReportLabel {
        path: Arc::clone(&place.path),
        range: absolute.range(),
        line: start.line,
        column: start.column,
        end_line: end.line,
        end_column: end.column,
        text: text.to_owned(),
    }
}

/// A place in a text that no database knows.
pub(crate) fn label_in(text: &str, path: &Arc<str>, span: Span, what: &str) -> ReportLabel {
    let lines = LineIndex::new(text);
    let (start, end) = (
        lines.line_column(text, span.start),
        lines.line_column(text, span.end.max(span.start)),
    );
    ReportLabel {
        path: Arc::clone(path),
        range: span.range(),
        line: start.line,
        column: start.column,
        end_line: end.line,
        end_column: end.column,
        text: what.to_owned(),
    }
}

/// A diagnostic whose primary label names its place, or lies in `home`.
pub(crate) fn of_diagnostic(
    db: &Database,
    diagnostic: &Diagnostic,
    home: Option<&Place>,
) -> Report {
    let place = |l: &Label| {
        l.file
            .clone()
            .or_else(|| diagnostic.primary.file.clone())
            .or_else(|| home.cloned())
    };
    let own = place(&diagnostic.primary);
    Report {
        code: diagnostic.code.number,
        kind: diagnostic.kind,
        severity: diagnostic.severity,
        message: diagnostic.message.clone(),
        primary: own
            .as_ref()
            .map(|p| label(db, p, diagnostic.primary.span, &diagnostic.primary.text)),
        labels: diagnostic
            .labels
            .iter()
            .filter_map(|l| {
                let place = l.file.clone().or_else(|| own.clone())?;
                Some(label(db, &place, l.span, &l.text))
            })
            .collect(),
        notes: diagnostic.notes.clone(),
        help: diagnostic.help.clone(),
        fixes: diagnostic
            .fixes
            .iter()
            .filter_map(|f| {
                let place = own.as_ref()?;
                let edits = f
                    .edits
                    .iter()
                    .map(|(span, text)| {
                        let range = kiln_analysis::syntax::absolute_span(db, place, *span).range();
                        (Arc::clone(&place.path), range, text.clone())
                    })
                    .collect();
                Some(ReportFix {
                    title: f.title.clone(),
                    edits,
                })
            })
            .collect(),
        statement: None,
    }
}

/// Finds the places of a running program in its files.
pub(crate) trait Locate {
    /// A place with what to say there.
    fn label(&self, loc: Loc, text: &str) -> Option<ReportLabel>;
    /// The text of a file.
    fn text(&self, path: &str) -> &str;
}

/// In a database; `places` are the items of the program's units.
pub(crate) struct InDatabase<'a> {
    pub(crate) db: &'a Database,
    pub(crate) places: &'a [Located],
}

impl Locate for InDatabase<'_> {
    fn label(&self, loc: Loc, text: &str) -> Option<ReportLabel> {
        let located = self.places.get(loc.item as usize)?;
        let place = Place {
            path: Arc::clone(&located.path),
            item: Some(located.item),
        };
        let span = Span::new(loc.start, loc.end);
        Some(label(self.db, &place, span, text))
    }

    fn text(&self, path: &str) -> &str {
        let file = self.db.source(path);
        file.text(self.db).as_deref().unwrap_or_default()
    }
}

/// Diagnostics that name their places.
pub(crate) fn of_diagnostics<'a>(
    db: &Database,
    diagnostics: impl IntoIterator<Item = &'a Diagnostic>,
) -> Vec<Report> {
    let diagnostics = diagnostics.into_iter();
    diagnostics.map(|it| of_diagnostic(db, it, None)).collect()
}

/// An error of a running program.
pub(crate) fn of_error(error: &RunError, places: &dyn Locate) -> Report {
    let data = &*error.0;
    let at = |loc: Loc, text: &str| places.label(loc, text);
    let statement = data.statement.and_then(|loc| {
        let first = at(loc, "")?;
        let last = places
            .text(&first.path)
            .get(first.range.clone())
            .map_or(0, |t| t.trim_end().matches('\n').count());
        Some((first.line, first.line + last as u32))
    });
    let mut labels: Vec<ReportLabel> = data
        .labels
        .iter()
        .filter_map(|(loc, text)| at(*loc, text))
        .collect();
    let primary = data.at.or(data.statement).and_then(|loc| at(loc, ""));
    for (i, loc) in data.trace.iter().enumerate().take(4) {
        let Some(call) = at(
            *loc,
            if i == 0 {
                "called from here"
            } else {
                "and from here"
            },
        ) else {
            continue;
        };
        if Some(&call.range) != primary.as_ref().map(|p| &p.range)
            && labels.iter().all(|l| l.range != call.range)
        {
            labels.push(call);
        }
    }
    Report {
        code: data.code.number,
        kind: Kind::Evaluation,
        severity: Severity::Error,
        message: data.message.clone(),
        primary,
        labels,
        notes: data.notes.clone(),
        help: data.help.clone(),
        fixes: Vec::new(),
        statement,
    }
}

/// Texts of the files that reports point into, as they were compiled.
#[derive(Clone, Debug, Default)]
pub struct Texts(BTreeMap<Arc<str>, Arc<str>>);

impl Texts {
    pub(crate) fn new(db: &Database, reports: &[Report]) -> Self {
        let mut texts = BTreeMap::new();
        for label in reports
            .iter()
            .flat_map(|r| r.primary.iter().chain(&r.labels))
        {
            if !texts.contains_key(&label.path)
                && let Some(text) = db.source(&label.path).text(db)
            {
                texts.insert(Arc::clone(&label.path), Arc::clone(text));
            }
        }
        Self(texts)
    }

    pub(crate) fn insert(&mut self, path: Arc<str>, text: &str) {
        self.0.insert(path, text.into());
    }

    /// The text of a file.
    #[must_use]
    pub fn get(&self, path: &str) -> Option<&str> {
        self.0.get(path).map(|text| &**text)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Sorts reports by file, place and code, drops those that say the same at the same place, and joins those that miss the
/// same name.
pub(crate) fn tidy(reports: &mut Vec<Report>) {
    sort(reports);
    crate::repeats::join(reports);
}

/// Sorts reports by file, place and code, and drops those that say the same at the same place.
pub(crate) fn sort(reports: &mut Vec<Report>) {
    let place = |r: &Report| {
        r.primary
            .as_ref()
            .map(|p| (Arc::clone(&p.path), p.range.start))
    };
    reports.sort_by(|a, b| place(a).cmp(&place(b)).then_with(|| a.code.cmp(&b.code)));
    let mut seen = FxHashSet::default();
    reports.retain(|r| seen.insert((r.code, place(r), r.message.clone())));
}
