//! Reports of a run as plain text, for answers that are shown as they are.

use std::fmt::Write;
use std::path::Path;

use kiln::{Report, ReportLabel, Severity, Texts};

/// So many reports are written.
const SHOWN: usize = 20;
/// Longer lines are not quoted.
const LONGEST_LINE: usize = 200;

/// The reports of a run in a folder.
pub(crate) fn reports(reports: &[Report], texts: &Texts, folder: &Path) -> String {
    let mut out = String::new();
    for report in reports.iter().take(SHOWN) {
        one(&mut out, report, texts, folder);
    }
    if let Some(more @ 1..) = reports.len().checked_sub(SHOWN) {
        let _ = writeln!(out, "and {more} more");
    }
    out
}

fn one(out: &mut String, report: &Report, texts: &Texts, folder: &Path) {
    let severity = match report.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    if let Some(place) = &report.primary {
        let _ = write!(out, "{}: ", shown(place, folder));
    }
    let code = report.code_text();
    let _ = writeln!(out, "{severity}[{code}]: {}", report.message);
    let places = report.primary.iter().chain(&report.labels);
    for (index, label) in places.enumerate() {
        if index > 0 {
            let _ = writeln!(out, "  {}: {}", shown(label, folder), label.text);
        }
        quote(out, label, texts, if index == 0 { &label.text } else { "" });
    }
    for note in &report.notes {
        let _ = writeln!(out, "  note: {}", note.replace('\n', "\n        "));
    }
    if let Some(help) = &report.help {
        let _ = writeln!(out, "  help: {}", help.replace('\n', "\n        "));
    }
}

/// The line of a label, and a mark below its part of it.
fn quote(out: &mut String, label: &ReportLabel, texts: &Texts, what: &str) {
    let text = texts.get(&label.path).unwrap_or_default();
    let line = text.lines().nth(label.line as usize - 1);
    let Some(line) = line.filter(|line| line.len() <= LONGEST_LINE && !line.trim().is_empty())
    else {
        return;
    };
    let number = label.line.to_string();
    let _ = writeln!(out, "  {number} | {line}");
    let column = label.column as usize - 1;
    let length = line.chars().count();
    let end = if label.end_line == label.line {
        label.end_column as usize - 1
    } else {
        length
    };
    let marks = end.min(length).saturating_sub(column).max(1);
    // tabs stay tabs, so that the mark stands below
    let before = line
        .chars()
        .take(column)
        .map(|c| if c == '\t' { '\t' } else { ' ' });
    let before: String = before.collect();
    let mark = format!(
        "  {:w$} | {before}{} {what}",
        "",
        "^".repeat(marks),
        w = number.len()
    );
    let _ = writeln!(out, "{}", mark.trim_end());
}

/// `main.k:3:1`
fn shown(label: &ReportLabel, folder: &Path) -> String {
    let path = Path::new(&*label.path);
    let path = path.strip_prefix(folder).unwrap_or(path);
    format!("{}:{}:{}", path.display(), label.line, label.column)
}

#[cfg(test)]
mod tests {
    use kiln::{MemoryFileSystem, RunOptions, Session};

    #[test]
    fn a_report_has_its_lines() {
        let text = "schema A:\n    n: int\n    check:\n        n > 0, \"too small\"\n\na = A {n = 0 - 1}\n";
        let files = MemoryFileSystem::with_files([("/p/main.k", text)]);
        let options = RunOptions {
            work_dir: "/p".into(),
            inputs: vec!["main.k".into()],
            ..RunOptions::default()
        };
        let run = Session::new(files).run(&options).unwrap();
        let shown = super::reports(&run.reports, run.texts(), "/p".as_ref());
        assert_eq!(
            shown,
            "main.k:6:5: error[E0515]: this instance of `A` fails a check: too small\n  6 | a = A {n = 0 - 1}\n    |     ^^^^^^^^^^^^^\n  main.k:4:9: this does not hold\n  4 |         n > 0, \"too small\"\n    |         ^^^^^\n"
        );
    }
}
