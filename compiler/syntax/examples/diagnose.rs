//! Prints what the front end makes of programs: `diagnose FILE…` shows tree and mistakes; without arguments, programs
//! separated by NUL are read from standard input and each answered by a line of `line:column code message` parts.
#![expect(clippy::print_stdout, reason = "a tool for people")]

use std::io::Read;

use kiln_syntax::diagnostic::Severity;
use kiln_syntax::line_index::LineIndex;
use kiln_syntax::{dump, outline, parse_file};

fn main() -> std::io::Result<()> {
    let files: Vec<String> = std::env::args().skip(1).collect();
    for file in &files {
        let text = std::fs::read_to_string(file)?;
        println!("{}", dump::ast(&text));
        println!("{}", diagnose(&text, "\n"));
    }
    if files.is_empty() {
        let mut input = String::new();
        std::io::stdin().read_to_string(&mut input)?;
        for text in input.split('\0') {
            println!("{}", diagnose(text, " | "));
        }
    }
    Ok(())
}

fn diagnose(text: &str, between: &str) -> String {
    let lines = LineIndex::new(text);
    let mut found = Vec::new();
    for diagnostic in outline(text).diagnostics {
        found.push((diagnostic.primary.span.start, diagnostic));
    }
    for (item, parsed) in parse_file(text) {
        for diagnostic in parsed.diagnostics {
            if diagnostic.severity == Severity::Error {
                found.push((item.range.start + diagnostic.primary.span.start, diagnostic));
            }
        }
    }
    let shown: Vec<String> = found
        .into_iter()
        .map(|(start, diagnostic)| {
            let place = lines.line_column(text, start);
            format!(
                "{}:{} {} {}",
                place.line, place.column, diagnostic.code, diagnostic.message
            )
        })
        .collect();
    shown.join(between)
}
