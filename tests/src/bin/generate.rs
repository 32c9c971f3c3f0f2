//! Compares both implementations on random programs.
//!
//! ```text
//! generate --seed N --count M --oracle COMMAND [--out DIR] [--stop K]   run programs, report differences
//! generate --print SEED                                                 show the program of a seed
//! generate record --seed N --count M --oracle COMMAND                   record answers for the test suite
//! generate konfig --gen FILE --apps N --oracle COMMAND [--out DIR]      a monorepo of application configuration
//! generate package --out DIR [--lines N] [--files N] [--seed N]         a large package of schemas
//! ```
#![expect(clippy::print_stdout, reason = "a command prints")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use kiln_tests::cases::Answer;
use kiln_tests::generate::compared::{difference, differs, may_be};
use kiln_tests::generate::explained::Known;
use kiln_tests::generate::oracle::Oracle;
use kiln_tests::generate::package::PackageOptions;
use kiln_tests::generate::recorded::{self, Record};
use kiln_tests::generate::{konfig, program, reduce};

struct Words(Vec<String>);

impl Words {
    fn value(&self, flag: &str) -> Option<&str> {
        let at = self.0.iter().position(|w| w == flag)?;
        self.0.get(at + 1).map(String::as_str)
    }

    fn number(&self, flag: &str, other: u64) -> u64 {
        self.value(flag)
            .and_then(|v| v.parse().ok())
            .unwrap_or(other)
    }
}

fn main() -> ExitCode {
    let words = Words(std::env::args().skip(1).collect());
    if let Some(seed) = words.value("--print").and_then(|s| s.parse().ok()) {
        println!("{}", program(seed).show());
        return ExitCode::SUCCESS;
    }
    std::panic::set_hook(Box::new(|_| {}));
    let result = match words.0.first().map(String::as_str) {
        Some("record") => record(&words),
        Some("konfig") => konfig(&words),
        Some("package") => package(&words),
        _ => run(&words),
    };
    match result {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            println!("error: {error}");
            ExitCode::from(2)
        }
    }
}

fn folder(words: &Words) -> PathBuf {
    words.value("--out").map_or_else(
        || std::env::temp_dir().join(format!("generate-{}", std::process::id())),
        PathBuf::from,
    )
}

fn oracle(words: &Words) -> std::io::Result<Oracle> {
    let command = words
        .value("--oracle")
        .ok_or_else(|| std::io::Error::other("give --oracle COMMAND"))?;
    Oracle::start(command, &folder(words))
}

fn run(words: &Words) -> std::io::Result<bool> {
    let mut oracle = oracle(words)?;
    let (first, count) = (words.number("--seed", 0), words.number("--count", 1000));
    let stop = words.number("--stop", 20) as usize;
    let each = words.number("--each", 3) as usize;
    let tries = words.number("--tries", 400) as usize;
    let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
    let mut classes: BTreeMap<String, usize> = BTreeMap::new();
    let mut explained: BTreeMap<String, usize> = BTreeMap::new();
    let known = Known::read()?;
    let mut shown = 0;
    for seed in first..first + count {
        let program = program(seed);
        let (answer, found) = difference(&mut oracle, &program)?;
        *kinds
            .entry(match answer {
                Answer::Output(_) => "output",
                Answer::Static(..) => "static error",
                Answer::Runtime(_) => "runtime error",
                Answer::Input => "refused",
                Answer::Crash => "crash",
            })
            .or_default() += 1;
        let Some(found) = found else { continue };
        if let Some(row) = found.explained.or_else(|| known.row(seed, &program)) {
            *explained.entry(row.to_owned()).or_default() += 1;
            continue;
        }
        let seen = classes.entry(found.class.clone()).or_default();
        *seen += 1;
        // a few of each class
        if *seen > each || shown >= stop {
            continue;
        }
        shown += 1;
        let small = reduce::reduce(&program, tries, |candidate| {
            may_be(&found.class, candidate)
                && difference(&mut oracle, candidate)
                    .is_ok_and(|(_, d)| d.is_some_and(|d| d.class == found.class))
        });
        let (_, after) = difference(&mut oracle, &small)?;
        println!(
            "##### seed {seed} {:016x}: {}\n{}-----\n{}\n",
            program.fingerprint(),
            found.class,
            small.show(),
            after.map_or(found.text, |d| d.text)
        );
    }
    println!("{count} programs: {kinds:?}");
    for (row, count) in &explained {
        println!("{count:6} explained: {row}");
    }
    for (class, count) in &classes {
        println!("{count:6} {class}");
    }
    Ok(classes.is_empty())
}

fn record(words: &Words) -> std::io::Result<bool> {
    let mut oracle = oracle(words)?;
    let (first, count) = (words.number("--seed", 0), words.number("--count", 300));
    let mut lines = String::new();
    let mut skipped = 0;
    let mut done = 0;
    let mut seed = first;
    while done < count {
        let program = program(seed);
        let answer = oracle.answer(&program)?;
        if differs(&answer, &program).is_some() {
            skipped += 1;
        } else {
            let record = Record {
                seed,
                program: program.fingerprint(),
                answer,
            };
            lines.push_str(&recorded::write(&record));
            lines.push('\n');
            done += 1;
        }
        seed += 1;
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/generated/answers.jsonl");
    if let Some(parent) = path.parent() {
        std::fs::create_dir_all(parent)?;
    }
    std::fs::write(path, lines)?;
    println!("{done} recorded, {skipped} left out because they differ");
    Ok(true)
}

fn konfig(words: &Words) -> std::io::Result<bool> {
    let mut oracle = oracle(words)?;
    let generator = words
        .value("--gen")
        .ok_or_else(|| std::io::Error::other("give --gen FILE"))?;
    let repository = folder(words).join("konfig");
    let apps = words.number("--apps", 100) as usize;
    let python = words.value("--python").unwrap_or("python3");
    let outcome = konfig::compare(python, Path::new(generator), &repository, apps, &mut oracle)?;
    for (stack, ours, theirs) in outcome.different.iter().take(3) {
        println!("##### {}", stack.display());
        for (a, b) in theirs
            .lines()
            .zip(ours.lines())
            .filter(|(a, b)| a != b)
            .take(10)
        {
            println!("wanted {a}\ngiven  {b}");
        }
    }
    println!(
        "{} stacks, {} different; Kiln {:.2} s, oracle {:.2} s",
        outcome.stacks,
        outcome.different.len(),
        outcome.kiln.as_secs_f64(),
        outcome.oracle.as_secs_f64()
    );
    Ok(outcome.different.is_empty() && outcome.stacks > 0)
}

fn package(words: &Words) -> std::io::Result<bool> {
    let out = words
        .value("--out")
        .ok_or_else(|| std::io::Error::other("give --out DIR"))?;
    let package = kiln_tests::generate::package::package(PackageOptions {
        lines: words.number("--lines", 500_000) as usize,
        files: words.number("--files", 2000) as usize,
        seed: words.number("--seed", 1),
    });
    for (path, text) in &package.files {
        let path = Path::new(out).join(path);
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent)?;
        }
        std::fs::write(path, text)?;
    }
    println!(
        "{} files, {} lines, {} uses of deprecated attributes",
        package.files.len(),
        package.lines(),
        package.deprecated_uses
    );
    Ok(true)
}
