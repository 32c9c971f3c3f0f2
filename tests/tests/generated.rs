//! Generated programs against recorded answers. Recorded by `generate record`.

use std::path::Path;

use kiln_tests::generate::compared::differs;
use kiln_tests::generate::explained;
use kiln_tests::generate::program;
use kiln_tests::generate::recorded;

#[test]
fn recorded_answers_are_given() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/generated/answers.jsonl");
    let text = std::fs::read_to_string(path).expect("the recorded answers");
    let records: Vec<_> = text.lines().filter_map(recorded::read).collect();
    assert!(records.len() >= 200, "{} records", records.len());
    let workers = std::thread::available_parallelism()
        .map_or(2, std::num::NonZero::get)
        .min(8);
    std::thread::scope(|scope| {
        for part in records.chunks(records.len().div_ceil(workers)) {
            scope.spawn(move || {
                for record in part {
                    let program = program(record.seed);
                    assert_eq!(
                        program.fingerprint(),
                        record.program,
                        "seed {} gives another program than it did: record the answers again",
                        record.seed
                    );
                    if let Some(difference) = differs(&record.answer, &program) {
                        panic!(
                            "seed {}\n{}\n{}",
                            record.seed,
                            program.show(),
                            difference.text
                        );
                    }
                }
            });
        }
    });
}

#[test]
fn explained_differences_are_listed() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../spec/differences.md");
    let page = std::fs::read_to_string(page).expect("the list of differences");
    let known = explained::Known::read().expect("the explained programs");
    let rows = known.0.iter().map(|single| single.row.as_str());
    let by_oracle = explained::ROWS.iter().map(|&(_, row)| row);
    let by_kiln = explained::OWN_ROWS.iter().map(|&(_, row)| row);
    for row in rows.chain(by_oracle).chain(by_kiln) {
        assert!(page.contains(&format!("| {row}")), "no row: {row}");
    }
    for single in &known.0 {
        assert_eq!(
            program(single.seed).fingerprint(),
            single.fingerprint,
            "seed {} gives another program than it did",
            single.seed
        );
    }
}
