//! Errors and warnings of programs as text for the terminal.

use std::collections::BTreeMap;
use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use codespan_reporting::diagnostic::{Diagnostic, Label, LabelStyle};
use codespan_reporting::files::{Files, SimpleFiles};
use codespan_reporting::term::termcolor::Buffer;
use codespan_reporting::term::{self, Config, DisplayStyle, Styles, StylesWriter};
use kiln::{Report, ReportFix, ReportLabel, Run, Severity};

/// So many reports are shown.
const SHOWN: usize = 50;
/// Longer lines are not quoted.
const LONGEST_LINE: usize = 500;
/// How the session calls standard input.
const STDIN_FILE: &str = "stdin.k";

/// Whether messages are coloured.
pub(crate) fn colours(no_style: bool) -> bool {
    let unwanted = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    !no_style && !unwanted && std::io::stderr().is_terminal()
}

/// Renders reports.
pub(crate) struct Renderer {
    work_dir: PathBuf,
    colours: bool,
    stdin: Option<PathBuf>,
}

/// The files that reports point into, as far as they are needed.
struct Sources<'a> {
    renderer: &'a Renderer,
    run: &'a Run,
    files: SimpleFiles<String, Arc<str>>,
    /// Index of the file, and the length of its byte order mark.
    known: BTreeMap<Arc<str>, (usize, usize)>,
}

impl Renderer {
    /// Paths inside `work_dir` are shown relative to it.
    pub(crate) fn new(work_dir: &Path, colours: bool, has_stdin: bool) -> Self {
        let work_dir = work_dir
            .canonicalize()
            .unwrap_or_else(|_| work_dir.to_path_buf());
        let stdin = has_stdin.then(|| work_dir.join(STDIN_FILE));
        Self {
            work_dir,
            colours,
            stdin,
        }
    }

    /// All reports of a run, with a summary if there are several.
    pub(crate) fn reports(&self, run: &Run, errors_only: bool) -> Vec<u8> {
        let chosen: Vec<&Report> = run
            .reports
            .iter()
            .filter(|r| !errors_only || r.severity == Severity::Error)
            .collect();
        let mut out = if self.colours {
            Buffer::ansi()
        } else {
            Buffer::no_color()
        };
        let mut sources = Sources {
            renderer: self,
            run,
            files: SimpleFiles::new(),
            known: BTreeMap::new(),
        };
        for report in chosen.iter().take(SHOWN) {
            self.report(report, &mut sources, &mut out);
        }
        let _ = out.write_all(summary(&chosen).as_bytes());
        let mut text = without_trailing_blanks(&out.into_inner());
        while text.ends_with(b"\n\n") {
            text.pop();
        }
        text
    }

    fn report(&self, report: &Report, sources: &mut Sources<'_>, out: &mut Buffer) {
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
            let (label, short) = sources.label(style, label);
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
        if term::emit_to_write_style(&mut writer, &config, &sources.files, &diagnostic).is_err() {
            let _ = writeln!(writer, "error[{}]: {}", report.code_text(), report.message);
        }
        if !quotable {
            let _ = writeln!(writer);
        }
    }

    /// A path as people here call it.
    fn shown(&self, path: &str) -> String {
        let path = Path::new(path);
        if self.stdin.as_deref() == Some(path) {
            return "<stdin>".to_owned();
        }
        path.strip_prefix(&self.work_dir)
            .unwrap_or(path)
            .display()
            .to_string()
    }
}

impl Sources<'_> {
    fn file(&mut self, path: &Arc<str>) -> (usize, usize) {
        if let Some(known) = self.known.get(path) {
            return *known;
        }
        let text = self.run.source(path).unwrap_or_default();
        let mark = if text.starts_with('\u{feff}') {
            '\u{feff}'.len_utf8()
        } else {
            0
        };
        let id = self
            .files
            .add(self.renderer.shown(path), Arc::from(&text[mark..]));
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
