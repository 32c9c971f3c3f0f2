//! One missing token costs one error: every token of realistic programs is deleted in turn, and the program is checked
//! as `kiln check` does.
//!
//! Measured for each deletion: whether it panics; how many errors are reported (all of them, in all files); and how many
//! of the *other* top-level items of all files keep their text, parse without error and declare the names they declared.
//! Deletions that leave a correct program (an argument, a default, a sign) are counted, too: they give no error.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use kiln::{CheckOptions, MemoryFileSystem, Report, Session, Severity};
use kiln_syntax::lexer::lex;
use kiln_syntax::parse_file;
use kiln_syntax::token::{Tok, Token};
use kiln_tests::cases::{self, Case};

const MAIN: &str = "main.k";

/// Deletions that leave a correct declaration of something else, which many uses then do not fit: each is an error of
/// its own. Place and number of errors.
const OTHER_DECLARATIONS: [(&str, usize); 1] = [
    // `() -> int` is a type, but not that of the lambdas
    ("functions/closures main.k:1 without `int`", 7),
];

/// What is added up over all deletions.
#[derive(Debug, Default)]
struct Totals {
    /// Number of errors to number of deletions.
    errors: BTreeMap<usize, usize>,
    /// Other items that still resolve, of how many.
    resolved: usize,
    others: usize,
    /// Deletions with too many errors, or a panic.
    bad: Vec<String>,
}

impl Totals {
    fn add(&mut self, other: Self) {
        for (errors, count) in other.errors {
            *self.errors.entry(errors).or_default() += count;
        }
        self.resolved += other.resolved;
        self.others += other.others;
        self.bad.extend(other.bad);
    }
}

/// A session with a program's files.
fn session(files: &[(String, String)]) -> Session {
    let files = files
        .iter()
        .map(|(path, text)| (format!("/p/{path}"), text.clone()));
    Session::new(MemoryFileSystem::with_files(files))
}

/// Errors that `kiln check` reports for a main file.
fn errors(session: &mut Session, main: &str) -> Vec<Report> {
    let options = CheckOptions {
        work_dir: "/p".into(),
        inputs: vec![main.into()],
        threads: Some(1),
        ..CheckOptions::default()
    };
    let checked = session.check(&options).expect("the files exist");
    let reports = checked.reports.into_iter();
    reports.filter(|r| r.severity == Severity::Error).collect()
}

/// A top-level item: its text without blanks around it, and the names it declares.
type Item = (String, Vec<String>);

/// The items of a file that have no syntax error, with the offsets of their ends.
fn clean_items(text: &str) -> Vec<(Item, u32)> {
    let parsed = parse_file(text).into_iter();
    let clean = parsed.filter(|(_, parsed)| parsed.diagnostics.is_empty());
    clean
        .map(|(item, _)| {
            let names = item.names.iter().map(|span| text[span.range()].to_owned());
            let own = text[item.range.range()].trim().to_owned();
            ((own, names.collect()), item.range.end)
        })
        .collect()
}

/// A text without one of its tokens.
struct Deletion {
    text: String,
    /// Offset of the token.
    at: u32,
    /// `3 without `x``
    what: String,
}

fn deletions(text: &str) -> Vec<Deletion> {
    let tokens = lex(text).tokens.into_iter();
    let deletion = |token: Token| {
        let (before, rest) = (&text[..token.start as usize], &text[token.end as usize..]);
        let line = before.rsplit('\n').next().unwrap_or_default();
        // The blanks behind the first token of a line go with it: they would indent the line.
        let rest = if line.trim().is_empty() {
            rest.trim_start_matches(' ')
        } else {
            rest
        };
        Deletion {
            text: format!("{before}{rest}"),
            at: token.start,
            what: format!(
                "{} without `{}`",
                before.matches('\n').count() + 1,
                &text[token.start as usize..token.end as usize]
            ),
        }
    };
    let deleted = tokens.filter(|token| token.kind != Tok::Newline);
    deleted.map(deletion).collect()
}

/// Deletes each token of one file in turn.
fn delete_each(program: &Case, file: usize) -> Totals {
    let mut totals = Totals::default();
    let (path, text) = &program.files[file];
    let items = clean_items(text);
    let others = program.files.iter().enumerate().filter(|(i, _)| *i != file);
    let elsewhere: usize = others.map(|(_, (_, text))| clean_items(text).len()).sum();
    let deletions = deletions(text);
    // Variants of the main file lie beside it, so that one session reads the files that it imports.
    let name = |index: usize| format!("{index}.k");
    let mut together = program.files.clone();
    if path == MAIN {
        let variants = deletions.iter().enumerate();
        together.extend(variants.map(|(index, deletion)| (name(index), deletion.text.clone())));
    }
    let mut together = session(&together);

    for (index, deletion) in deletions.iter().enumerate() {
        let hit = items.iter().position(|(_, end)| deletion.at < *end);
        let mut left = clean_items(&deletion.text);
        totals.resolved += elsewhere;
        totals.others += elsewhere + items.len() - 1;
        for (_, (item, _)) in items.iter().enumerate().filter(|(i, _)| Some(*i) != hit) {
            if let Some(at) = left.iter().position(|(other, _)| other == item) {
                left.swap_remove(at);
                totals.resolved += 1;
            }
        }
        let found = catch_unwind(AssertUnwindSafe(|| {
            if path == MAIN {
                return errors(&mut together, &name(index));
            }
            let mut files = program.files.clone();
            files[file].1.clone_from(&deletion.text);
            errors(&mut session(&files), MAIN)
        }));
        let place = format!("{} {path}:{}", program.name, deletion.what);
        match found {
            Ok(found) => {
                *totals.errors.entry(found.len()).or_default() += 1;
                if found.len() > 2 && !OTHER_DECLARATIONS.contains(&(&place, found.len())) {
                    let lines = found.iter().map(|r| {
                        let line = r.primary.as_ref().map_or(0, |label| label.line);
                        format!("\n    {} {line}: {}", r.code_text(), r.message)
                    });
                    totals.bad.push(place + &lines.collect::<String>());
                }
            }
            Err(_) => totals.bad.push(place + "\n    PANIC"),
        }
    }
    totals
}

#[test]
fn a_missing_token_gives_at_most_two_errors_and_spares_the_other_items() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/deletions");
    let programs = cases::load(&root).expect("readable programs");
    assert!(programs.len() >= 30, "{}", programs.len());
    let mut work = Vec::new();
    for program in &programs {
        let found = errors(&mut session(&program.files), MAIN);
        assert!(found.is_empty(), "{}: {found:#?}", program.name);
        work.extend((0..program.files.len()).map(|file| (program, file)));
    }
    let next = AtomicUsize::new(0);
    let totals = Mutex::new(Totals::default());
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while let Some((program, file)) = work.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let found = delete_each(program, *file);
                    totals.lock().expect("no panic").add(found);
                }
            });
        }
    });
    let totals = totals.into_inner().expect("no panic");
    let deletions: usize = totals.errors.values().sum();
    let percent = |part: usize| part as f64 * 100.0 / deletions as f64;
    let report: Vec<String> = totals
        .errors
        .iter()
        .map(|(errors, count)| format!("{errors} errors: {count} ({:.1} %)", percent(*count)))
        .collect();
    let resolve = totals.resolved as f64 * 100.0 / totals.others as f64;
    let report = format!(
        "{deletions} deletions, {}; {resolve:.2} % of other items resolve",
        report.join(", ")
    );
    assert!(
        totals.bad.is_empty(),
        "{report}\n{}\n{} bad",
        totals.bad.join("\n"),
        totals.bad.len()
    );
    assert!(resolve >= 95.0, "{report}");
    // Shown by `--no-capture`.
    println!("{report}");
}
