//! What is tried with a text; each target names what is wrong.

use std::time::{Duration, Instant};

use kiln::{CheckOptions, Format, Level, Limits, MemoryFileSystem, RunOptions, Session, fix, lint};
use kiln_syntax::diagnostic::Severity;
use kiln_syntax::source::Source;
use kiln_syntax::{ItemKind, is_plainly_right, parse_file, parse_item};

/// A target.
pub type Target = fn(&str) -> Result<(), String>;

/// The target of that name.
#[must_use]
pub fn target(name: &str) -> Option<Target> {
    match name {
        "parse" => Some(parse),
        "run" => Some(run),
        "yaml" => Some(yaml),
        "lint" => Some(lint),
        "format" => Some(format),
        _ => None,
    }
}

/// How long one text may take.
const TIME: Duration = Duration::from_secs(2);

fn timed<T>(what: &str, work: impl FnOnce() -> T) -> Result<T, String> {
    let start = Instant::now();
    let value = work();
    let time = start.elapsed();
    if time > TIME {
        Err(format!("{what} took {time:?}"))
    } else {
        Ok(value)
    }
}

/// Text to items and trees: spans lie within the text.
///
/// # Errors
/// What is wrong.
pub fn parse(text: &str) -> Result<(), String> {
    let items = timed("parsing", || parse_file(text))?;
    let outline = kiln_syntax::outline(text);
    for diagnostic in &outline.diagnostics {
        let range = diagnostic.primary.span.range();
        if text.get(range.clone()).is_none() {
            return Err(format!(
                "{range:?} of `{}` is not in the text",
                diagnostic.message
            ));
        }
    }
    plain_is_right(text)?;
    let mut end = 0;
    for (item, parsed) in &items {
        let range = item.range.range();
        let Some(own) = text.get(range.clone()) else {
            return Err(format!("an item at {range:?} is not in the text"));
        };
        if range.start < end {
            return Err(format!(
                "an item at {range:?} begins before the last one ends"
            ));
        }
        end = range.end;
        for name in &item.names {
            if text.get(name.range()).is_none()
                || name.range().end > range.end
                || name.range().start < range.start
            {
                return Err(format!(
                    "a name at {:?} is not in its item {range:?}",
                    name.range()
                ));
            }
        }
        for diagnostic in &parsed.diagnostics {
            for label in std::iter::once(&diagnostic.primary).chain(&diagnostic.labels) {
                if own.get(label.span.range()).is_none() {
                    return Err(format!(
                        "{:?} of `{}` is not in {range:?}",
                        label.span, diagnostic.message
                    ));
                }
            }
        }
    }
    Ok(())
}

/// What is accepted without a parser is accepted by the parser.
fn plain_is_right(text: &str) -> Result<(), String> {
    let source = Source::new(text);
    if !source.layout.diagnostics.is_empty() {
        return Ok(());
    }
    for item in 0..source.len() {
        let own = &text[source.range(item).range()];
        if is_plainly_right(text, source.tokens(item))
            && let Some(error) = parse_item(own.into(), ItemKind::Error)
                .diagnostics
                .iter()
                .find(|d| d.severity == Severity::Error)
        {
            return Err(format!("plainly right, but {}: {own}", error.message));
        }
    }
    Ok(())
}

/// Limits for programs that nobody has read.
#[must_use]
pub fn limits() -> Limits {
    Limits {
        depth: 1_000,
        steps: 500_000,
        memory: 128 << 20,
        ..Limits::default()
    }
}

fn documents(text: &str) -> Option<(String, String)> {
    let system = MemoryFileSystem::with_files([("/fuzz/main.k", text)]);
    let mut session = Session::new(system);
    let options = RunOptions {
        work_dir: "/fuzz".into(),
        inputs: vec!["main.k".into()],
        limits: limits(),
        ..RunOptions::default()
    };
    let run = session.run(&options).ok()?;
    if !run.succeeded() {
        for report in &run.reports {
            for label in report.primary.iter().chain(&report.labels) {
                // places are in the text
                let source = run.texts().get(&label.path)?;
                assert!(
                    source.get(label.range.clone()).is_some(),
                    "{:?} of `{}`",
                    label.range,
                    report.message
                );
            }
        }
        return None;
    }
    let mut json = Vec::new();
    run.write(Format::Json { indent: 0 }, &mut json).ok()?;
    Some((run.to_yaml().ok()?, String::from_utf8(json).ok()?))
}

/// Text to documents, within limits.
///
/// # Errors
/// What is wrong.
pub fn run(text: &str) -> Result<(), String> {
    timed("the run", || documents(text)).map(drop)
}

/// Documents as YAML and as JSON hold the same data for an independent reader.
///
/// # Errors
/// What is wrong.
pub fn yaml(text: &str) -> Result<(), String> {
    use serde::Deserialize;
    let Some((yaml, json)) = timed("the run", || documents(text))? else {
        return Ok(());
    };
    let mut wanted = Vec::new();
    for document in serde_json::Deserializer::from_str(&json).into_iter::<serde_json::Value>() {
        match document {
            Ok(document) => wanted.push(document),
            Err(error) if error.to_string().contains("recursion") => return Ok(()),
            Err(error) => return Err(format!("JSON: {error}\n{json}")),
        }
    }
    let mut given = Vec::new();
    for document in serde_yaml::Deserializer::from_str(&yaml) {
        match serde_yaml::Value::deserialize(document) {
            Ok(document) => given.push(document),
            Err(error) if error.to_string().contains("recursion") => return Ok(()),
            Err(error) => return Err(format!("YAML: {error}\n{yaml}")),
        }
    }
    if wanted.is_empty() && yaml.trim().is_empty() {
        return Ok(());
    }
    let same = wanted.len() == given.len() && wanted.iter().zip(&given).all(|(a, b)| equal(a, b));
    if same {
        Ok(())
    } else {
        Err(format!("YAML and JSON differ\n{yaml}\n{json}\n{given:?}"))
    }
}

/// Findings have places in the text, and corrections change no document.
///
/// # Errors
/// What is wrong.
pub fn lint(text: &str) -> Result<(), String> {
    let options = CheckOptions {
        work_dir: "/fuzz".into(),
        lints: Some(lint::ALL.iter().map(|lint| (lint, Level::Warn)).collect()),
        threads: Some(1),
        ..CheckOptions::default()
    };
    let system = MemoryFileSystem::with_files([("/fuzz/main.k", text)]);
    let checked = timed("the check", || Session::new(system.clone()).check(&options))?;
    let checked = checked.map_err(|error| error.to_string())?;
    for report in &checked.reports {
        for label in report.primary.iter().chain(&report.labels) {
            let source = checked.texts().get(&label.path).unwrap_or_default();
            if source.get(label.range.clone()).is_none() {
                return Err(format!("{:?} of `{}`", label.range, report.message));
            }
        }
    }
    let fixed = fix(system, &options).map_err(|error| error.to_string())?;
    let Some(file) = fixed.files.first() else {
        return Ok(());
    };
    let (before, after) = (documents(text), documents(&file.after));
    if before.is_some() && before != after {
        return Err(format!(
            "corrected to\n{}\nwhich gives {after:?}",
            file.after
        ));
    }
    Ok(())
}

/// Formatting keeps meaning and comments, and formats no more when it is done.
///
/// # Errors
/// What is wrong.
pub fn format(text: &str) -> Result<(), String> {
    timed("formatting", || crate::format::check(text))?
}

fn equal(json: &serde_json::Value, yaml: &serde_yaml::Value) -> bool {
    use serde_json::Value as J;
    use serde_yaml::Value as Y;
    match (json, yaml) {
        (J::Null, Y::Null) => true,
        (J::Bool(a), Y::Bool(b)) => a == b,
        (J::Number(a), Y::Number(b)) => match (a.as_i64(), b.as_i64()) {
            (Some(a), Some(b)) => a == b,
            (None, None) => a.as_f64() == b.as_f64(),
            _ => false,
        },
        (J::String(a), Y::String(b)) => a == b,
        (J::Array(a), Y::Sequence(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| equal(a, b))
        }
        (J::Object(a), Y::Mapping(b)) => {
            a.len() == b.len()
                && a.iter()
                    .all(|(k, v)| b.get(k.as_str()).is_some_and(|other| equal(v, other)))
        }
        _ => false,
    }
}
