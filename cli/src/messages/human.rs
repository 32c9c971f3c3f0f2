//! With the lines that they are about, for the terminal.

use std::collections::BTreeMap;
use std::io::Write;
use std::sync::Arc;

use codespan_reporting::diagnostic::{Diagnostic, Label, LabelStyle};
use codespan_reporting::files::{Files, SimpleFiles};
use codespan_reporting::term::termcolor::Buffer;
use codespan_reporting::term::{self, Config, DisplayStyle, Styles, StylesWriter};
use kiln::{Report, ReportFix, ReportLabel, Severity, Texts};

use super::{Paths, severity};

/// So many reports of a run are shown.
const SHOWN: usize = 50;
/// Longer lines are not quoted.
const LONGEST_LINE: usize = 500;

/// Renders reports.
pub(super) struct Renderer<'a> {
    paths: &'a Paths,
    texts: &'a Texts,
    colours: bool,
    /// The files that reports point into, as far as they were needed.
    files: SimpleFiles<String, Arc<str>>,
    /// Index of the file, and the length of its byte order mark.
    known: BTreeMap<Arc<str>, (usize, usize)>,
}

impl<'a> Renderer<'a> {
    pub(super) fn new(paths: &'a Paths, texts: &'a Texts, colours: bool) -> Self {
        Self {
            paths,
            texts,
            colours,
            files: SimpleFiles::new(),
            known: BTreeMap::new(),
        }
    }

    /// The reports of a run, not too many of them, with a summary if there are several.
    pub(super) fn run(mut self, reports: &[&Report]) -> Vec<u8> {
        let summary = summary(reports);
        self.rendered(&reports[..reports.len().min(SHOWN)], &summary)
    }

    /// These reports.
    pub(super) fn all(mut self, reports: &[&Report]) -> Vec<u8> {
        self.rendered(reports, "")
    }

    fn rendered(&mut self, reports: &[&Report], summary: &str) -> Vec<u8> {
        let mut out = if self.colours {
            Buffer::ansi()
        } else {
            Buffer::no_color()
        };
        for report in reports {
            self.report(report, &mut out);
        }
        let _ = out.write_all(summary.as_bytes());
        let mut text = without_trailing_blanks(&out.into_inner());
        while text.ends_with(b"\n\n") {
            text.pop();
        }
        text
    }

    fn report(&mut self, report: &Report, out: &mut Buffer) {
        let mut diagnostic = match report.severity {
            Severity::Error => Diagnostic::error(),
            Severity::Warning => Diagnostic::warning(),
        };
        diagnostic = diagnostic
            .with_code(report.code_text())
            .with_message(&report.message);
        let mut quotable = true;
        let primary = report
            .primary
            .iter()
            .map(|label| (LabelStyle::Primary, label));
        for (style, label) in primary.chain(
            report
                .labels
                .iter()
                .map(|label| (LabelStyle::Secondary, label)),
        ) {
            let (label, short) = self.label(style, label);
            quotable &= short;
            diagnostic.labels.push(label);
        }
        diagnostic
            .notes
            .extend(report.notes.iter().map(|note| hanging("note", note)));
        diagnostic
            .notes
            .extend(report.help.iter().map(|help| hanging("help", help)));
        diagnostic.notes.extend(
            report
                .fixes
                .iter()
                .filter_map(|fix| described(fix, report.help.as_deref())),
        );

        let display_style = if quotable {
            DisplayStyle::Rich
        } else {
            DisplayStyle::Medium
        };
        let config = Config {
            display_style,
            ..Config::default()
        };
        let styles = Styles::default();
        let mut writer = StylesWriter::new(out, &styles);
        if term::emit_to_write_style(&mut writer, &config, &self.files, &diagnostic).is_err() {
            let _ = writeln!(
                writer,
                "{}[{}]: {}",
                severity(report),
                report.code_text(),
                report.message
            );
        }
        if !quotable {
            let _ = writeln!(writer);
        }
    }

    fn file(&mut self, path: &Arc<str>) -> (usize, usize) {
        if let Some(known) = self.known.get(path) {
            return *known;
        }
        let text = self.texts.get(path).unwrap_or_default();
        let mark = if text.starts_with('\u{feff}') {
            '\u{feff}'.len_utf8()
        } else {
            0
        };
        let id = self
            .files
            .add(self.paths.shown(path), Arc::from(&text[mark..]));
        self.known.insert(Arc::clone(path), (id, mark));
        (id, mark)
    }

    /// A label, and whether its line is short enough to be quoted.
    fn label(&mut self, style: LabelStyle, label: &ReportLabel) -> (Label<usize>, bool) {
        let (id, mark) = self.file(&label.path);
        let source = self.files.source(id).unwrap_or_default();
        let clamp = |at: usize| {
            let mut at = at.saturating_sub(mark).min(source.len());
            while !source.is_char_boundary(at) {
                at -= 1;
            }
            at
        };
        let start = clamp(label.range.start);
        // a line end at the end of a range is not worth a second line
        let mut end = clamp(label.range.end).max(start);
        end = start + source[start..end].trim_end().len();
        let first = source[..start].rfind('\n').map_or(0, |at| at + 1);
        let line = source[start..]
            .find('\n')
            .map_or(source.len(), |at| start + at)
            - first;
        (
            Label::new(style, id, start..end).with_message(&label.text),
            line <= LONGEST_LINE,
        )
    }
}

/// The lines that join labels end in blanks; nobody needs them.
fn without_trailing_blanks(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    for line in text.split_inclusive(|byte| *byte == b'\n') {
        out.extend_from_slice(line.trim_ascii_end());
        if line.ends_with(b"\n") {
            out.push(b'\n');
        }
    }
    out
}

/// `note: text`, further lines indented alike.
fn hanging(head: &str, text: &str) -> String {
    let indent = format!("\n{}", " ".repeat(head.len() + 2));
    format!("{head}: {}", text.trim_end().replace('\n', &indent))
}

/// What a fix does, unless the help says it already.
fn described(fix: &ReportFix, help: Option<&str>) -> Option<String> {
    if help.is_some_and(|help| help.contains(&fix.title)) {
        return None;
    }
    let new: Vec<&str> = fix
        .edits
        .iter()
        .map(|(_, _, text)| text.trim())
        .filter(|text| !text.is_empty())
        .collect();
    match new[..] {
        [text] if help.is_some_and(|help| help.contains(text)) => None,
        [text] if fix.title.contains(&format!("`{text}`")) => Some(hanging("help", &fix.title)),
        [text] if text.contains('\n') => Some(hanging("help", &format!("{}:\n{text}", fix.title))),
        [text] => Some(hanging("help", &format!("{}: `{text}`", fix.title))),
        _ => Some(hanging("help", &fix.title)),
    }
}

/// `2 errors, 1 warning`, and how many are not shown. Empty for a single report.
fn summary(reports: &[&Report]) -> String {
    if reports.len() < 2 {
        return String::new();
    }
    let errors = reports
        .iter()
        .filter(|r| r.severity == Severity::Error)
        .count();
    let count = |n: usize, what: &str| {
        (n > 0).then(|| format!("{n} {what}{}", if n == 1 { "" } else { "s" }))
    };
    let parts: Vec<String> = count(errors, "error")
        .into_iter()
        .chain(count(reports.len() - errors, "warning"))
        .collect();
    let hidden = reports.len().saturating_sub(SHOWN);
    let rest = if hidden > 0 {
        format!(" ({hidden} more not shown)")
    } else {
        String::new()
    };
    format!("{}{rest}\n", parts.join(", "))
}
