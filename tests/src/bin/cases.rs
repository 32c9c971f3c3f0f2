//! Runs recorded cases and prints what differs: `cases [FILTER] [--quiet]`, or the table of parity: `cases --parity`.
#![expect(clippy::print_stdout, reason = "a command prints")]

use std::collections::BTreeMap;
use std::path::Path;

use kiln_tests::parity::Parity;
use kiln_tests::{cases, compare};

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let quiet = words.iter().any(|w| w == "--quiet");
    let filter = words
        .iter()
        .find(|w| !w.starts_with("--"))
        .cloned()
        .unwrap_or_default();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("oracle");
    let all = match cases::load(&root) {
        Ok(all) => all,
        Err(error) => {
            println!("cannot read the cases: {error}");
            return;
        }
    };
    if words.iter().any(|w| w == "--parity") {
        print!("{}", parity_of(&all).page());
        return;
    }
    let mut table: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    std::panic::set_hook(Box::new(|_| {}));
    for case in all.iter().filter(|c| c.name.contains(&filter)) {
        let group = case.name.rsplit_once('/').map_or("", |g| g.0).to_owned();
        let row = table.entry(group).or_default();
        row.0 += 1;
        let given = std::panic::catch_unwind(|| compare::run(case));
        let difference = match given {
            Ok(given) => compare::difference(case.wanted(), &given),
            Err(_) => Some("PANIC".to_owned()),
        };
        if let (Some(_), true) = (&difference, words.iter().any(|w| w == "--answers")) {
            println!("{}", answer(&case.name, &compare::run(case)));
            continue;
        }
        if let Some(difference) = difference {
            row.1 += 1;
            if !quiet {
                println!("##### {} {:?}", case.name, case.args);
                for (path, text) in &case.files {
                    println!("# {path}\n{text}");
                }
                println!("{difference}\n");
            } else {
                println!("{}", case.name);
            }
        }
    }
    let mut total = (0, 0);
    for (group, (count, wrong)) in &table {
        println!("{group:50} {:5} of {count:5} right", count - wrong);
        total = (total.0 + count, total.1 + wrong);
    }
    println!("{} of {} right", total.0 - total.1, total.0);
}

fn parity_of(all: &[cases::Case]) -> Parity {
    let mut parity = Parity::default();
    for case in all {
        parity.add(case, &compare::run(case));
    }
    parity
}

/// A line of JSON with the answer in the form of a case file, to note a deliberate difference.
fn answer(name: &str, given: &compare::Given) -> serde_json::Value {
    let (head, body) = match given {
        compare::Given::Output(text) => ("yaml".to_owned(), text.clone()),
        compare::Given::Input(text) => ("error input".to_owned(), text.clone()),
        compare::Given::Errors(reports) => match reports.first() {
            Some(report) => {
                let place = report.primary.as_ref().map_or_else(String::new, |p| {
                    format!(
                        " {}:{}",
                        p.path
                            .trim_start_matches(compare::FOLDER)
                            .trim_start_matches('/'),
                        p.line
                    )
                });
                let kind = compare::kind_name(report);
                let phase = if report.code / 100 == 5 {
                    "runtime"
                } else {
                    "static"
                };
                (
                    format!("error {phase} {kind}{place}"),
                    report.message.clone(),
                )
            }
            None => ("crash".to_owned(), String::new()),
        },
    };
    serde_json::json!({ "name": name, "head": head, "body": body })
}
