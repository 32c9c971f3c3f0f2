//! Generated programs against recorded answers. Recorded by `generate record`.

use std::path::Path;

use kiln_tests::generate::compared::differs;
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
