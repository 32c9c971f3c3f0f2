//! Random sessions of editing; `KILN_EDIT_SESSIONS` says how many.

use kiln_tests::fuzz::editor::session;

use crate::module;

#[test]
fn after_random_edits_nothing_is_left_of_what_was() {
    let sessions = std::env::var("KILN_EDIT_SESSIONS").ok();
    let sessions: u64 = sessions.and_then(|it| it.parse().ok()).unwrap_or(8);
    let (mut edits, mut broken) = (0, 0);
    for seed in 0..sessions {
        let dir = module();
        let paths = ["main.k", "model/model.k", "new.k"];
        match session(dir.path(), &paths, seed, 60) {
            Ok(outcome) => {
                edits += outcome.edits;
                broken += usize::from(!outcome.diagnostics.is_empty());
            }
            Err(difference) => panic!("seed {seed}: {difference}"),
        }
    }
    // the sessions did something
    assert!(edits as u64 > sessions * 20 && broken > 0);
}
