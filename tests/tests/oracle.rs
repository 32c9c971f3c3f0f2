//! Every recorded program gives the recorded answer, or the deliberately different one noted beside it.

use std::path::Path;

use kiln_tests::{cases, compare};

#[test]
fn recorded_programs_give_the_recorded_answers() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("oracle");
    let cases = cases::load(&root).expect("the cases can be read");
    assert!(cases.len() > 3_000, "only {} cases were found", cases.len());
    let wrong: Vec<String> = cases
        .iter()
        .filter_map(|case| {
            let difference = compare::difference(case.wanted(), &compare::run(case))?;
            Some(format!("{}\n{difference}", case.name))
        })
        .collect();
    assert!(
        wrong.is_empty(),
        "{} of {} programs give another answer; see them all with `cargo run -p kiln-tests --bin cases`\n\n{}",
        wrong.len(),
        cases.len(),
        wrong
            .iter()
            .take(10)
            .cloned()
            .collect::<Vec<_>>()
            .join("\n\n")
    );
}

#[test]
fn differences_are_counted() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("oracle");
    let cases = cases::load(&root).expect("the cases can be read");
    for case in &cases {
        assert_eq!(
            case.differs,
            case.kiln.is_some(),
            "{}: a difference needs a reason and an answer",
            case.name
        );
    }
}
