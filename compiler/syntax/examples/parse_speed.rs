//! Measures the front end on generated text: `cargo run --release -p kiln-syntax --example parse_speed`.
#![expect(clippy::print_stdout, reason = "a measurement for people")]

use std::sync::Arc;
use std::time::{Duration, Instant};

use kiln_syntax::layout::{Mode, layout};
use kiln_syntax::lexer::lex;
use kiln_syntax::{outline, parse_file, parse_item};

/// Lines of each text and rounds, of which the fastest counts.
const LINES: usize = 5_000;
const ROUNDS: usize = 200;

fn main() {
    let records = flat_records(LINES / 10);
    let giant = giant_record(LINES);
    let only = std::env::args().nth(1).unwrap_or_default();
    for (name, text) in [("many records", &records), ("one giant record", &giant)] {
        if !name.contains(&only) {
            continue;
        }
        report(name, "lex", text, || lex(text).tokens.len());
        let lexed = lex(text);
        report(name, "layout", text, || {
            layout(text, &lexed, Mode::Statements).tokens.len()
        });
        report(name, "outline", text, || outline(text).items.len());
        let items = outline(text).items;
        let texts: Vec<(Arc<str>, _)> = items
            .iter()
            .map(|item| (Arc::from(&text[item.range.range()]), item.kind))
            .collect();
        report(name, "parse_item", text, || {
            texts
                .iter()
                .map(|(text, kind)| parse_item(Arc::clone(text), *kind).ast.exprs.len())
                .sum()
        });
        report(name, "parse_file", text, || {
            parse_file(text)
                .iter()
                .map(|(_, parsed)| {
                    assert!(parsed.diagnostics.is_empty());
                    parsed.ast.exprs.len()
                })
                .sum()
        });
    }
}

fn report(name: &str, pass: &str, text: &str, run: impl Fn() -> usize) {
    let only = std::env::args().nth(2).unwrap_or_default();
    if !pass.contains(&only) {
        return;
    }
    let mut best = Duration::MAX;
    let mut result = 0;
    for _ in 0..ROUNDS {
        let start = Instant::now();
        result = run();
        best = best.min(start.elapsed());
    }
    let speed = text.len() as f64 / best.as_secs_f64() / 1e6;
    println!("{name:<18} {pass:<11} {speed:>7.1} MB/s  {best:>10.2?}  ({result})");
}

/// `n` top-level records of ten lines.
fn flat_records(n: usize) -> String {
    let mut out = String::new();
    for i in 0..n {
        out.push_str(&format!("name_{i} = {{\n"));
        out.push_str("    image = \"nginx:1.25\"\n    replicas = 3\n    enabled = True\n");
        out.push_str(
            "    resources = {\n        cpu = \"100m\"\n        memory = \"128Mi\"\n    }\n",
        );
        out.push_str(&format!("    port = {}\n}}\n", 8000 + i));
    }
    out
}

/// One record of `n` lines.
fn giant_record(n: usize) -> String {
    let mut out = String::from("all_of_it = {\n");
    for i in 0..n / 10 {
        out.push_str(&format!("    name_{i} = {{\n"));
        out.push_str(
            "        image = \"nginx:1.25\"\n        replicas = 3\n        enabled = True\n",
        );
        out.push_str("        resources = {\n            cpu = \"100m\"\n            memory = \"128Mi\"\n        }\n");
        out.push_str(&format!("        port = {}\n    }}\n", 8000 + i));
    }
    out.push_str("}\n");
    out
}
