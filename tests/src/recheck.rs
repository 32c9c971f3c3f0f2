//! How long checks of a large package of schemas take: from cold, and again after edits.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use kiln::{CheckOptions, LiveCheck, MemoryFileSystem};

use crate::generate::package::{PackageOptions, package};

/// What was measured.
#[derive(Debug)]
pub struct CheckTimes {
    /// Lines of the package.
    pub lines: usize,
    /// Files that were checked.
    pub files: usize,
    /// The first check, with reading from memory and planning.
    pub cold: Vec<Duration>,
    /// Checks after nothing happened.
    pub unchanged: Vec<Duration>,
    /// Checks after the default of one attribute changed.
    pub body: Vec<Duration>,
    /// Checks after the type of one attribute changed.
    pub signature: Vec<Duration>,
}

/// Measures checks of a generated package.
///
/// # Panics
/// If a check finds something.
#[must_use]
pub fn measure(options: PackageOptions, rounds: usize) -> CheckTimes {
    let package = package(options);
    let root = PathBuf::from("/package");
    let files = package.files.iter();
    let system =
        MemoryFileSystem::with_files(files.map(|(path, text)| (root.join(path), text.clone())));
    let options = CheckOptions {
        work_dir: root.clone(),
        ..CheckOptions::default()
    };
    let check = |live: &mut LiveCheck| {
        let checked = live.check();
        assert_eq!(checked.reports.len(), 0, "{:?}", checked.reports.first());
        checked.files
    };
    let start = Instant::now();
    let Ok(mut live) = LiveCheck::new(system, options) else {
        unreachable!("a package is something to check");
    };
    let mut times = CheckTimes {
        lines: package.lines(),
        files: check(&mut live),
        cold: vec![start.elapsed()],
        unchanged: Vec::new(),
        body: Vec::new(),
        signature: Vec::new(),
    };
    // a schema in the middle, and one that many others use
    let middle = &package.files[package.files.len() / 2];
    let first = &package.files[2];
    for round in 0..rounds {
        let mut timed = |path: &str, text: Option<String>| {
            let start = Instant::now();
            if let Some(text) = text {
                live.set_text(&root.join(path), &text);
            }
            check(&mut live);
            start.elapsed()
        };
        times.unchanged.push(timed("", None));
        let value = format!("    addedAttribute: str = \"a-{round}\"");
        times
            .body
            .push(timed(&middle.0, Some(with_attribute(&middle.1, &value))));
        let ty = if round % 2 == 0 { "int" } else { "str" };
        let declaration = format!("    addedAttribute?: {ty}");
        times.signature.push(timed(
            &first.0,
            Some(with_attribute(&first.1, &declaration)),
        ));
    }
    // the first edits add the attribute
    times.body.remove(0);
    times.signature.remove(0);
    times
}

/// The text with one more attribute at the end of its first specification.
fn with_attribute(text: &str, attribute: &str) -> String {
    let Some(schema) = text.find("Spec(").or_else(|| text.find("Spec:")) else {
        unreachable!("each file has a specification");
    };
    let doc = text[schema..]
        .find("\"\"\"")
        .map_or(0, |at| schema + at + 3);
    let end = text[doc..].find("\"\"\"\n").map_or(0, |at| doc + at + 4);
    // behind a line with mixins
    let behind = if text[end..].starts_with("    mixin") {
        text[end..].find('\n').map_or(end, |at| end + at + 1)
    } else {
        end
    };
    format!("{}{attribute}\n{}", &text[..behind], &text[behind..])
}
