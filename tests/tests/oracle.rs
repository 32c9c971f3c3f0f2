//! Every recorded program gives the recorded answer, or the deliberately different one noted beside it; and the table of
//! parity counts them.

use std::path::Path;

use kiln_tests::parity::Parity;
use kiln_tests::{cases, compare};

#[test]
fn recorded_programs_give_the_recorded_answers() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("oracle");
    let cases = cases::load(&root).expect("the cases can be read");
    assert!(cases.len() > 3_000, "only {} cases were found", cases.len());
    let mut parity = Parity::default();
    let wrong: Vec<String> = cases
        .iter()
        .filter_map(|case| {
            let given = compare::run(case);
            parity.add(case, &given);
            let difference = compare::difference(case.wanted(), &given)?;
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
    let page = std::fs::read_to_string(root.join("parity.md")).unwrap_or_default();
    assert!(
        page == parity.page(),
        "tests/oracle/parity.md is out of date; its first lines say how to write it"
    );
    assert_eq!(parity.unexplained(), Vec::<&str>::new());
    assert_eq!(parity.unused_checks(), Vec::<String>::new());
}

#[test]
fn differences_are_counted() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("oracle");
    let cases = cases::load(&root).expect("the cases can be read");
    for case in &cases {
        assert_eq!(
            case.differs.is_some(),
            case.kiln.is_some(),
            "{}: a difference needs a reason and an answer",
            case.name
        );
    }
}
