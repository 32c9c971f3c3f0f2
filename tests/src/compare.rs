//! Runs a case and compares the answer with the wanted one.

use std::path::Path;

use kiln::{Format, Limits, MemoryFileSystem, Permissions, Report, RunOptions, Session, Severity};

use crate::cases::{Answer, Case, Place};
use crate::words::{self, Output};

/// Folder in which cases run, in memory.
pub const FOLDER: &str = "/case";

/// Limits that no sensible case needs to exceed.
#[must_use]
pub fn limits() -> Limits {
    Limits {
        depth: 2_000,
        steps: 20_000_000,
        memory: 512 << 20,
        ..Limits::default()
    }
}

/// What a run gave.
#[derive(Clone, Debug)]
pub enum Given {
    /// Standard output.
    Output(String),
    /// Errors in a program.
    Errors(Vec<Report>),
    /// Refused before anything was read.
    Input(String),
}

/// Runs a case's files in memory.
#[must_use]
pub fn run(case: &Case) -> Given {
    let files = case
        .files
        .iter()
        .map(|(path, text)| (format!("{FOLDER}/{path}"), text.clone()));
    let system = MemoryFileSystem::with_files(files);
    let has_main = case.files.iter().any(|(path, _)| path == "main.k");
    match words::options(Path::new(FOLDER), &case.args, has_main) {
        Ok((mut options, output)) => {
            // the reference implementation permits everything
            options.permissions = Permissions::all();
            run_options(system, &options, output)
        }
        Err(message) => Given::Input(message),
    }
}

/// Runs a program with options.
#[must_use]
pub fn run_options(system: MemoryFileSystem, options: &RunOptions, output: Output) -> Given {
    let mut session = Session::new(system);
    let run = match session.run(options) {
        Ok(run) => run,
        Err(error) => return Given::Input(error.to_string()),
    };
    if !run.succeeded() {
        return Given::Errors(
            run.reports
                .into_iter()
                .filter(|r| r.severity == Severity::Error)
                .collect(),
        );
    }
    let format = match output {
        Output::Yaml => Format::Yaml,
        Output::Json => Format::Json { indent: 0 },
        Output::PrettyJson => Format::Json { indent: 4 },
    };
    let mut bytes = run.log.clone().into_bytes();
    match run.write(format, &mut bytes) {
        Ok(()) => Given::Output(String::from_utf8_lossy(&bytes).into_owned()),
        Err(error) => Given::Input(error.to_string()),
    }
}

fn relative(path: &str) -> &str {
    path.strip_prefix(FOLDER)
        .map_or(path, |p| p.trim_start_matches('/'))
}

/// Whether a report is at a place: its primary line; for running programs also any line of the statement.
fn is_at(report: &Report, place: &Place) -> bool {
    // what a path selector does not find is in no statement
    let Some(primary) = &report.primary else {
        return report.code == 523;
    };
    let here = relative(&primary.path) == place.file
        && (primary.line == place.line
            || report
                .statement
                .is_some_and(|(first, last)| (first..=last).contains(&place.line)));
    here || report.statement.is_some()
        && report
            .labels
            .iter()
            .any(|l| relative(&l.path) == place.file && l.line == place.line)
}

/// The reference's name of a kind.
#[must_use]
pub fn kind_name(report: &Report) -> String {
    let debug = format!("{:?}", report.kind);
    match debug.as_str() {
        "Syntax" => "InvalidSyntax".to_owned(),
        "RecursiveLoad" | "CannotFindModule" => debug,
        _ => format!("{debug}Error"),
    }
}

/// Why an answer is not the wanted one; nothing if it is.
#[must_use]
pub fn difference(wanted: &Answer, given: &Given) -> Option<String> {
    let show = |given: &Given| match given {
        Given::Output(text) => format!("output:\n{text}"),
        Given::Input(text) => format!("refused: {text}"),
        Given::Errors(reports) => reports
            .iter()
            .map(|r| {
                let place = r
                    .primary
                    .as_ref()
                    .map_or_else(String::new, |p| format!("{}:{}", relative(&p.path), p.line));
                format!(
                    "{} {} {place}: {} {:?}",
                    r.code_text(),
                    kind_name(r),
                    r.message,
                    r.statement
                )
            })
            .collect::<Vec<_>>()
            .join("\n"),
    };
    match (wanted, given) {
        (Answer::Output(text), Given::Output(found))
            if text.trim_end_matches('\n') == found.trim_end_matches('\n') =>
        {
            None
        }
        (Answer::Output(text), given) => {
            Some(format!("WANTED output:\n{text}\nGIVEN {}", show(given)))
        }
        (Answer::Static(kind, place), Given::Errors(reports)) => {
            let is_static = reports
                .iter()
                .all(|r| r.statement.is_none() && r.code / 100 != 5);
            let fits = reports.iter().any(|r| {
                kind_name(r) == *kind
                    && place
                        .as_ref()
                        .is_none_or(|p| is_at(r, p) || r.primary.is_none())
            });
            (!is_static || !fits)
                .then(|| format!("WANTED static {kind} {place:?}\nGIVEN {}", show(given)))
        }
        (Answer::Runtime(place), Given::Errors(reports)) => {
            let fits = reports
                .iter()
                .any(|r| r.code / 100 == 5 && place.as_ref().is_none_or(|p| is_at(r, p)));
            (!fits).then(|| format!("WANTED runtime {place:?}\nGIVEN {}", show(given)))
        }
        (Answer::Input, Given::Input(_) | Given::Errors(_))
        | (Answer::Crash, Given::Errors(_) | Given::Input(_)) => None,
        (wanted, given) => Some(format!("WANTED {wanted:?}\nGIVEN {}", show(given))),
    }
}
