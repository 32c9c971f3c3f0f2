//! What is accepted and rejected before evaluation, compared with the recorded answers of the reference implementation:
//! the kind and line of the first error.

mod common;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use common::Program;
use kiln_analysis::check::check_program;
use kiln_analysis::imports::{file_imports, import_graph};
use kiln_analysis::syntax::{package_syntax_diagnostics, placed, render_location};
use kiln_analysis::{name_diagnostics, package_files, reachable_packages};
use kiln_syntax::diagnostic::{Diagnostic, Kind, Severity};

/// One recorded program.
struct Case {
    name: String,
    args: String,
    files: Vec<(String, String)>,
    /// `yaml`, `error static Kind file:line`, …
    expect: String,
    body: String,
    kiln: Option<String>,
}

fn cases(path: &Path) -> Vec<Case> {
    let text = std::fs::read_to_string(path).expect("a readable corpus");
    let mut all: Vec<Case> = Vec::new();
    let mut into = String::new();
    for line in text.split('\n') {
        if let Some(name) = line.strip_prefix("=== ") {
            all.push(Case {
                name: name.to_owned(),
                args: String::new(),
                files: Vec::new(),
                expect: String::new(),
                body: String::new(),
                kiln: None,
            });
            into.clear();
            continue;
        }
        let Some(case) = all.last_mut() else { continue };
        if let Some(marker) = line.strip_prefix("--- ") {
            let (kind, rest) = marker.split_once(':').unwrap_or((marker, ""));
            kind.clone_into(&mut into);
            match kind {
                "file" => case.files.push((rest.trim().to_owned(), String::new())),
                "args" => rest.trim().clone_into(&mut case.args),
                "expect" => rest.trim().clone_into(&mut case.expect),
                "kiln" => case.kiln = Some(rest.trim().to_owned()),
                _ => {}
            }
            continue;
        }
        let line = unescaped(line);
        match into.as_str() {
            "file" => {
                if let Some((_, text)) = case.files.last_mut() {
                    text.push_str(&line);
                    text.push('\n');
                }
            }
            "expect" => {
                case.body.push_str(&line);
                case.body.push('\n');
            }
            _ => {}
        }
    }
    all
}

fn unescaped(line: &str) -> String {
    let bare = line.trim_start_matches('\\');
    if bare.len() < line.len() && (bare.starts_with("---") || bare.starts_with("===")) {
        return line[1..].to_owned();
    }
    line.to_owned()
}

fn corpus() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/oracle");
    let mut paths = Vec::new();
    for folder in ["core", "schema", "library"] {
        let Ok(entries) = std::fs::read_dir(root.join(folder)) else {
            continue;
        };
        paths.extend(entries.filter_map(|entry| Some(entry.ok()?.path())));
    }
    paths.retain(|path| {
        path.extension()
            .is_some_and(|extension| extension == "cases")
    });
    paths.sort();
    paths
}

fn kind_name(kind: Kind) -> &'static str {
    match kind {
        Kind::Syntax => "InvalidSyntax",
        Kind::Immutable => "ImmutableError",
        Kind::IllegalParameter => "IllegalParameterError",
        Kind::RecursiveLoad => "RecursiveLoad",
        Kind::CannotFindModule => "CannotFindModule",
        Kind::Compile => "CompileError",
        Kind::Type => "TypeError",
        Kind::IllegalAttribute => "IllegalAttributeError",
        Kind::UniqueKey => "UniqueKeyError",
        Kind::IllegalInherit => "IllegalInheritError",
        Kind::Name => "NameError",
        Kind::IndexSignature => "IndexSignatureError",
        Kind::Evaluation => "EvaluationError",
        Kind::Warning => "Warning",
    }
}

/// All static errors: `Kind file:line`, with the message.
fn errors(case: &Case) -> Vec<(String, String)> {
    let files: Vec<(&str, &str)> = case
        .files
        .iter()
        .map(|(path, text)| (path.as_str(), text.as_str()))
        .collect();
    let program = Program::new(&files);
    let db = &program.db;
    let graph = import_graph(db, program.project);
    let mut found: Vec<Diagnostic> = graph.diagnostics.to_vec();
    for &package in graph.used.iter().chain(&graph.unused) {
        found.extend(package_syntax_diagnostics(db, package).iter().cloned());
        for &file in package_files(db, package) {
            found.extend(file_imports(db, file).diagnostics.iter().cloned());
        }
    }
    for &package in reachable_packages(db, program.project) {
        found.extend(name_diagnostics(db, package).iter().cloned());
    }
    let checked = check_program(db, program.project);
    found.extend(
        checked
            .into_iter()
            .map(|(item, diagnostic)| placed(diagnostic, item.place(db))),
    );
    let mut errors = Vec::new();
    for diagnostic in found
        .iter()
        .filter(|diagnostic| diagnostic.severity == Severity::Error)
    {
        let place = diagnostic
            .primary
            .file
            .as_ref()
            .expect("a placed diagnostic");
        let (line, _) = render_location(db, &place.path, place.item, diagnostic.primary.span);
        let path = place.path.trim_start_matches("/p/");
        let kind = kind_name(diagnostic.kind);
        errors.push((
            format!("{kind} {path}:{line}"),
            format!("{} {}", diagnostic.code, diagnostic.message),
        ));
    }
    errors
}

/// Cases in which the checker knowingly answers differently.
const KNOWN: [&str; 6] = [
    // Duplicate parameters are an error.
    "10-functions/schema-duplicate-parameters",
    // The complement of anything but an integer is an error.
    "06-inference/unary-tilde-on-bool",
    // An annotation on a path is compared with the whole variable.
    "03-grammar/annotation-on-path",
    // Every link of a chain of orderings is checked, and the names in all links.
    "04-precedence/chain-third-operand-of-other-type",
    "04-precedence/chain-third-operand-undefined-name-unreached",
    // There is no host with plugins.
    "16-errors/plugin-without-host",
];

#[derive(Default)]
struct Report {
    text: String,
    counts: BTreeMap<&'static str, usize>,
    /// What is wrong and no matter of syntax or imports.
    wrong: Vec<String>,
}

impl Report {
    fn add(&mut self, outcome: &'static str, file: &str, case: &Case, found: &[(String, String)]) {
        *self.counts.entry(outcome).or_default() += 1;
        if outcome == "ok" {
            return;
        }
        let name = format!("{file}/{}", case.name);
        let elsewhere = found
            .first()
            .is_some_and(|(_, message)| message.starts_with("E01") || message.starts_with("E02"));
        let serious = matches!(outcome, "FALSE ALARM" | "MISSED" | "WRONG PLACE OR KIND");
        if serious && !elsewhere && !KNOWN.contains(&name.as_str()) {
            self.wrong.push(format!("{outcome}: {name}"));
        }
        let _ = writeln!(
            self.text,
            "{outcome}: {file}/{}\n    expected {}",
            case.name, case.expect
        );
        for line in case
            .body
            .lines()
            .take(3)
            .filter(|_| case.expect.starts_with("error"))
        {
            let _ = writeln!(self.text, "      | {line}");
        }
        for (error, message) in found.iter().take(3) {
            let _ = writeln!(self.text, "    found {error} ({message})");
        }
    }
}

#[test]
fn agrees_with_the_recorded_answers() {
    let only = std::env::var("CASES").unwrap_or_default();
    let mut report = Report::default();
    for path in corpus() {
        let file = path
            .file_stem()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        for case in cases(&path) {
            let other_entry = case.args.contains(".k")
                || case.args.contains("-E")
                || case.args.contains("-Y")
                || case.args.contains("-O");
            let main = case.files.iter().any(|(path, _)| path == "main.k");
            if other_entry || !main || !format!("{file}/{}", case.name).contains(&only) {
                continue;
            }
            let expect = case.kiln.as_ref().unwrap_or(&case.expect);
            let Ok(found) =
                std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| errors(&case)))
            else {
                report.add("PANIC", &file, &case, &[]);
                continue;
            };
            let outcome = if let Some(wanted) = expect.strip_prefix("error static ") {
                let mut all: Vec<&str> = vec![wanted];
                all.extend(
                    case.body
                        .lines()
                        .filter_map(|line| line.strip_prefix("also: ")),
                );
                if found.is_empty() {
                    if wanted.starts_with("InvalidSyntax") {
                        "missed syntax"
                    } else {
                        "MISSED"
                    }
                } else if found
                    .iter()
                    .any(|(error, _)| error == wanted || error.split(' ').next() == Some(wanted))
                {
                    "ok"
                } else if found.iter().any(|(error, _)| all.contains(&error.as_str())) {
                    "other of several"
                } else if wanted.starts_with("InvalidSyntax")
                    || found
                        .iter()
                        .any(|(error, _)| error.starts_with("InvalidSyntax"))
                {
                    "syntax elsewhere"
                } else {
                    "WRONG PLACE OR KIND"
                }
            } else if found.is_empty() {
                "ok"
            } else if expect.starts_with("error runtime") {
                "earlier than expected"
            } else if expect == "crash" || expect.starts_with("error input") {
                "ok"
            } else {
                "FALSE ALARM"
            };
            report.add(outcome, &file, &case, &found);
        }
    }
    println!("{}{:?}", report.text, report.counts);
    assert!(report.wrong.is_empty(), "{:#?}", report.wrong);
}
