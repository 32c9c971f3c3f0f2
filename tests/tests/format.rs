//! The formatter gives the recorded texts, and keeps what it promises for every program there is.

use std::path::{Path, PathBuf};

use kiln_format::Style;
use kiln_tests::fuzz::{corpus, mutate};
use kiln_tests::generate::package::{PackageOptions, package};
use kiln_tests::generate::rng::Rng;
use kiln_tests::{format, spec};

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

#[test]
fn recorded_texts_are_formatted_as_recorded() {
    let cases = format::load(&folder("format")).expect("the cases can be read");
    assert!(cases.len() > 500, "only {} cases were found", cases.len());
    let mut wrong = Vec::new();
    for case in &cases {
        let given = kiln_format::format(&case.before, &Style::default()).text;
        if case.wanted() != Some(&given) {
            wrong.push(format!(
                "{}\nwanted:\n{}given:\n{given}",
                case.name,
                case.wanted().unwrap_or("nothing\n")
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn every_difference_has_a_reason() {
    for case in format::load(&folder("format")).expect("the cases can be read") {
        let reason = case
            .differs
            .as_deref()
            .is_some_and(|reason| reason.len() > 10);
        assert_eq!(
            reason,
            case.kiln.is_some(),
            "{}: a difference needs a reason and an answer",
            case.name
        );
        assert_ne!(case.kiln, case.expect, "{}", case.name);
    }
}

fn keeps_its_promises(texts: impl IntoIterator<Item = (String, String)>) {
    let mut count = 0;
    let mut wrong = Vec::new();
    for (name, text) in texts {
        count += 1;
        if let Err(message) = format::check(&text) {
            wrong.push(format!("{name}: {message}\n-----\n{text}"));
        }
    }
    assert!(count > 50, "only {count} texts were found");
    let shown = wrong.iter().take(5).cloned().collect::<Vec<_>>();
    assert!(
        wrong.is_empty(),
        "{} of {count}\n\n{}",
        wrong.len(),
        shown.join("\n\n")
    );
}

#[test]
fn recorded_texts_keep_meaning_and_comments() {
    let cases = format::load(&folder("format")).expect("the cases can be read");
    keeps_its_promises(cases.into_iter().map(|case| (case.name, case.before)));
}

#[test]
fn programs_keep_meaning_and_comments() {
    let programs = corpus::load().into_iter().enumerate();
    keeps_its_promises(programs.map(|(index, text)| (format!("program {index}"), text)));
}

#[test]
fn examples_of_the_specification_keep_meaning_and_comments() {
    let mut texts = Vec::new();
    for page in ["../spec", "../spec/errors"] {
        for entry in std::fs::read_dir(folder(page)).expect("the specification is there") {
            let path = entry.expect("an entry").path();
            if path.extension().is_some_and(|e| e == "md") {
                let text = std::fs::read_to_string(&path).expect("the page can be read");
                for example in spec::examples(&path.to_string_lossy(), &text) {
                    let files = example.files.into_iter();
                    texts.extend(files.map(|(_, text)| (example.place.clone(), text)));
                }
            }
        }
    }
    keeps_its_promises(texts);
}

#[test]
fn generated_packages_keep_meaning_and_comments() {
    let package = package(PackageOptions {
        lines: 20_000,
        files: 80,
        seed: 3,
    });
    keeps_its_promises(package.files.iter().cloned());
    // a text that needs no parser to be accepted is accepted at all
    for (path, text) in &package.files {
        let formatted = kiln_format::format(text, &Style::default());
        assert!(formatted.untouched.is_empty(), "{path}");
    }
}

#[test]
fn mutated_programs_keep_meaning_and_comments() {
    let corpus = corpus::load();
    let mut rng = Rng::new(7);
    keeps_its_promises((0..3_000).map(|index| {
        let start = rng.pick(&corpus).clone();
        (
            format!("mutation {index}"),
            mutate::mutate(&mut rng, &start, &corpus),
        )
    }));
}

#[test]
fn comments_may_stand_anywhere() {
    keeps_its_promises(format::placements());
}

#[test]
fn however_a_file_is_written() {
    let texts = format::placements().enumerate();
    keeps_its_promises(texts.map(|(index, (name, text))| {
        let spelling = index % 5;
        let text = format::spellings(&text)[spelling].clone();
        (format!("{name}, spelling {spelling}"), text)
    }));
}
