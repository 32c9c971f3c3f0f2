//! Measures the formatter on the files of a folder:
//! `cargo run --profile quick -p kiln-format --example format_speed -- FOLDER`.
#![expect(clippy::print_stdout, reason = "a measurement for people")]

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use kiln_format::{Style, format};
use kiln_syntax::source::Source;

const ROUNDS: usize = 5;

fn main() -> std::io::Result<()> {
    let folder = std::env::args().nth(1).unwrap_or_else(|| ".".to_owned());
    let mut texts = Vec::new();
    read(Path::new(&folder), &mut texts)?;
    let bytes: usize = texts.iter().map(String::len).sum();
    println!("{} files, {bytes} bytes", texts.len());
    let report = |name: &str, work: &dyn Fn(&str) -> usize| {
        let mut best = Duration::MAX;
        for _ in 0..ROUNDS {
            let start = Instant::now();
            let all: usize = texts.iter().map(|text| work(text)).sum();
            best = best.min(start.elapsed());
            assert!(all > 0);
        }
        let speed = bytes as f64 / best.as_secs_f64() / 1e6;
        println!("{name:<22} {speed:>7.1} MB/s {best:>10.2?}");
    };
    report("tokens and layout", &|text| Source::new(text).len());
    report("and syntax errors", &|text| {
        Source::new(text).broken_items().len()
    });
    report("formatting", &|text| {
        format(text, &Style::default()).text.len()
    });
    Ok(())
}

fn read(path: &Path, texts: &mut Vec<String>) -> std::io::Result<()> {
    let mut entries: Vec<PathBuf> = std::fs::read_dir(path)?
        .map(|entry| Ok(entry?.path()))
        .collect::<std::io::Result<_>>()?;
    entries.sort();
    for entry in entries {
        if entry.is_dir() {
            read(&entry, texts)?;
        } else if entry.extension().is_some_and(|extension| extension == "k") {
            texts.push(std::fs::read_to_string(entry)?);
        }
    }
    Ok(())
}
