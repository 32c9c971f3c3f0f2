//! Random sessions of editing; `KILN_EDIT_SESSIONS` says how many of each workspace.

use kiln_tests::fuzz::editor::{Outcome, session, workspace};

#[test]
fn after_random_edits_nothing_is_left_of_what_was() {
    let sessions = std::env::var("KILN_EDIT_SESSIONS").ok();
    let sessions: u64 = sessions.and_then(|it| it.parse().ok()).unwrap_or(2);
    let mut total = Outcome::default();
    for seed in 0..sessions {
        for workspace in workspace::ALL {
            match session(workspace, seed, 60) {
                Ok(outcome) => total += outcome,
                Err(failure) => panic!("{workspace:?}, seed {seed}: {}", failure.message),
            }
        }
    }
    // the sessions did something
    let many = sessions as usize * workspace::ALL.len();
    assert!(total.edits > 20 * many && total.questions > 5 * many);
    assert!(total.verdicts >= many && total.diagnostics > many);
}
