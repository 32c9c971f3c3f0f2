//! One JSON object a line. The format is described in `spec/23-diagnostics.md`; a change that readers would notice is a
//! new version.

use kiln::{Checked, Report, ReportFix, ReportLabel, Severity};
use serde::Serialize;

use super::{Paths, severity};

/// Version of the format.
const VERSION: u32 = 1;

#[derive(Serialize)]
struct Diagnostic<'a> {
    version: u32,
    r#type: &'static str,
    code: String,
    kind: &'static str,
    severity: &'static str,
    message: &'a str,
    primary: Option<Place<'a>>,
    labels: Vec<Place<'a>>,
    notes: &'a [String],
    help: Option<&'a str>,
    fixes: Vec<Fix<'a>>,
}

#[derive(Serialize)]
struct Place<'a> {
    path: String,
    line: u32,
    column: u32,
    end_line: u32,
    end_column: u32,
    start: usize,
    end: usize,
    text: &'a str,
}

#[derive(Serialize)]
struct Fix<'a> {
    title: &'a str,
    edits: Vec<Edit<'a>>,
}

#[derive(Serialize)]
struct Edit<'a> {
    path: String,
    start: usize,
    end: usize,
    text: &'a str,
}

#[derive(Serialize)]
struct Summary {
    version: u32,
    r#type: &'static str,
    files: usize,
    packages: usize,
    errors: usize,
    warnings: usize,
    fixed: usize,
    seconds: f64,
}

#[derive(Serialize)]
struct Failure<'a> {
    version: u32,
    r#type: &'static str,
    message: &'a str,
    help: Option<&'a str>,
}

pub(super) fn render(paths: &Paths, reports: &[&Report]) -> Vec<u8> {
    let mut out = Vec::new();
    for report in reports {
        let place = |label| place(paths, label);
        line(
            &mut out,
            &Diagnostic {
                version: VERSION,
                r#type: "diagnostic",
                code: report.code_text(),
                kind: kind(report.code),
                severity: severity(report),
                message: &report.message,
                primary: report.primary.as_ref().map(place),
                labels: report.labels.iter().map(place).collect(),
                notes: &report.notes,
                help: report.help.as_deref(),
                fixes: report.fixes.iter().map(|f| fix(paths, f)).collect(),
            },
        );
    }
    out
}

/// The last line of a check.
pub(crate) fn summary(checked: &Checked, fixed: usize, seconds: f64) -> Vec<u8> {
    let mut out = Vec::new();
    line(
        &mut out,
        &Summary {
            version: VERSION,
            r#type: "summary",
            files: checked.files,
            packages: checked.packages,
            errors: checked.count(Severity::Error),
            warnings: checked.count(Severity::Warning),
            fixed,
            seconds: (seconds * 1e6).round() / 1e6,
        },
    );
    out
}

/// The only line of a command that could not do its work.
pub(crate) fn failure(message: &str, help: Option<&str>) -> Vec<u8> {
    let mut out = Vec::new();
    line(
        &mut out,
        &Failure {
            version: VERSION,
            r#type: "failure",
            message,
            help,
        },
    );
    out
}

fn line(out: &mut Vec<u8>, value: &impl Serialize) {
    // there is nothing in these values that JSON could not express, and memory takes all
    if serde_json::to_writer(&mut *out, value).is_ok() {
        out.push(b'\n');
    }
}

fn place<'a>(paths: &Paths, label: &'a ReportLabel) -> Place<'a> {
    Place {
        path: paths.shown(&label.path),
        line: label.line,
        column: label.column,
        end_line: label.end_line,
        end_column: label.end_column,
        start: label.range.start,
        end: label.range.end,
        text: &label.text,
    }
}

fn fix<'a>(paths: &Paths, fix: &'a ReportFix) -> Fix<'a> {
    let edits = fix.edits.iter().map(|(path, range, text)| Edit {
        path: paths.shown(path),
        start: range.start,
        end: range.end,
        text,
    });
    Fix {
        title: &fix.title,
        edits: edits.collect(),
    }
}

/// What a code is about.
fn kind(code: u16) -> &'static str {
    match code {
        100..=199 => "syntax",
        200..=299 => "package",
        300..=399 => "type",
        400..=499 => "lint",
        _ => "evaluation",
    }
}
