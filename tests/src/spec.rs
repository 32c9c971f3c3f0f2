//! The executable examples of the specification; the format is described in `spec/README.md`.

use std::path::Path;

use kiln::{CheckOptions, MemoryFileSystem, Report, Session};

use crate::compare::{self, FOLDER, Given};
use crate::words::{self, Output};

/// An example: files, command line and the wanted answer.
#[derive(Clone, Debug, Default)]
pub struct Example {
    /// `spec/13-types.md:40`
    pub place: String,
    /// Path and text of each file.
    pub files: Vec<(String, String)>,
    /// Words after `run`.
    pub args: Vec<String>,
    /// Which kind of block holds the answer: `yaml`, `json`, `error`, `findings` or `formatted`.
    pub kind: String,
    /// Its text.
    pub answer: String,
}

/// The examples of a Markdown text.
#[must_use]
pub fn examples(name: &str, text: &str) -> Vec<Example> {
    let mut found = Vec::new();
    let mut current = Example::default();
    let mut lines = text.lines().enumerate();
    while let Some((number, line)) = lines.next() {
        let Some(info) = line.strip_prefix("```") else {
            continue;
        };
        let info = info.trim().to_owned();
        let mut body = String::new();
        for (_, line) in lines.by_ref() {
            if line.starts_with("```") {
                break;
            }
            body.push_str(line);
            body.push('\n');
        }
        match info.as_str() {
            "kcl" => {
                let path = body
                    .lines()
                    .next()
                    .and_then(|l| l.strip_prefix("# file: "))
                    .map(str::trim);
                let path = path.unwrap_or("main.k").to_owned();
                if current.files.is_empty() {
                    current.place = format!("{name}:{}", number + 1);
                }
                current.files.push((path, body));
            }
            "args" => current.args = words::split(&body),
            "yaml" | "json" | "error" | "findings" | "formatted" if !current.files.is_empty() => {
                found.push(Example {
                    kind: info,
                    answer: body,
                    ..std::mem::take(&mut current)
                });
            }
            _ => current = Example::default(),
        }
    }
    found
}

/// Runs an example; says what is wrong with its answer, if anything.
#[must_use]
pub fn check(example: &Example) -> Option<String> {
    if example.kind == "formatted" {
        return check_formatted(example);
    }
    let files = example
        .files
        .iter()
        .map(|(path, text)| (format!("{FOLDER}/{path}"), text.clone()));
    let system = MemoryFileSystem::with_files(files);
    if example.kind == "findings" {
        return check_findings(example, system);
    }
    let has_main = example.files.iter().any(|(path, _)| path == "main.k");
    let (options, mut output) = match words::options(Path::new(FOLDER), &example.args, has_main) {
        Ok(found) => found,
        Err(message) => return Some(message),
    };
    if example.kind == "json" {
        output = Output::PrettyJson;
    }
    let given = compare::run_options(system, &options, output);
    match (example.kind.as_str(), &given) {
        ("error", Given::Errors(reports)) => {
            let mut lines = example.answer.lines();
            let head = lines.next().unwrap_or_default();
            let mut words = head.split_whitespace();
            let code = words.next().unwrap_or_default();
            let place = match (words.next(), words.next()) {
                (Some("line"), Some(line)) => Some(("main.k".to_owned(), line.to_owned())),
                (Some(place), None) => place
                    .rsplit_once(':')
                    .map(|(f, l)| (f.to_owned(), l.to_owned())),
                _ => None,
            };
            let wanted: Vec<&str> = lines.filter(|l| !l.trim().is_empty()).collect();
            let fits = reports.iter().any(|r| {
                let text = format!(
                    "{}\n{}\n{}",
                    r.message,
                    r.notes.join("\n"),
                    r.help.clone().unwrap_or_default()
                );
                let at = r.primary.as_ref().map(|p| {
                    (
                        p.path
                            .trim_start_matches(FOLDER)
                            .trim_start_matches('/')
                            .to_owned(),
                        p.line.to_string(),
                    )
                });
                r.code_text() == code
                    && (place.is_none() || place == at)
                    && wanted.iter().all(|w| text.contains(w.trim()))
            });
            let shown: Vec<String> = reports
                .iter()
                .map(|r| {
                    let line = r.primary.as_ref().map_or(0, |p| p.line);
                    format!(
                        "{} line {line}: {} {:?} {:?}",
                        r.code_text(),
                        r.message,
                        r.notes,
                        r.help
                    )
                })
                .collect();
            (!fits).then(|| format!("wanted:\n{}\ngiven:\n{}", example.answer, shown.join("\n")))
        }
        ("yaml" | "json", Given::Output(text)) if text.trim_end() == example.answer.trim_end() => {
            None
        }
        (_, given) => Some(format!("wanted:\n{}\ngiven:\n{given:?}", example.answer)),
    }
}

/// Checks an example without running it; says which findings are not the wanted ones, if any.
fn check_findings(example: &Example, system: MemoryFileSystem) -> Option<String> {
    let options = CheckOptions {
        work_dir: FOLDER.into(),
        lints: Some(Vec::new()),
        ..CheckOptions::default()
    };
    let checked = match Session::new(system).check(&options) {
        Ok(checked) => checked,
        Err(error) => return Some(error.to_string()),
    };
    let found: Vec<String> = checked.reports.iter().map(finding).collect();
    let wanted: Vec<&str> = example.answer.lines().map(str::trim).collect();
    let shown: Vec<&str> = checked.reports.iter().map(|r| r.message.as_str()).collect();
    (found != wanted).then(|| format!("wanted: {wanted:?}\ngiven: {found:?}\n{}", shown.join("\n")))
}

/// Formats an example, and its answer once more.
fn check_formatted(example: &Example) -> Option<String> {
    let wanted = &example.answer;
    let texts = example.files.iter().map(|(_, text)| text).chain([wanted]);
    texts.into_iter().find_map(|text| {
        let given = kiln_format::format(text, &kiln_format::Style::default()).text;
        (given != *wanted).then(|| format!("wanted:\n{wanted}\ngiven:\n{given}"))
    })
}

/// `W0401 line 4`, `E0301 pkg/a.k:4`
fn finding(report: &Report) -> String {
    let code = report.code_text();
    let Some(at) = &report.primary else {
        return code;
    };
    let path = at.path.trim_start_matches(FOLDER).trim_start_matches('/');
    match path {
        "main.k" => format!("{code} line {}", at.line),
        path => format!("{code} {path}:{}", at.line),
    }
}
