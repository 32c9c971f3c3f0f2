//! Corrections of lints never change what a program means.

use std::path::Path;

use kiln::{CheckOptions, Level, MemoryFileSystem, fix, lint};
use kiln_tests::cases::{self, Answer, Case};
use kiln_tests::compare::{self, FOLDER};

/// A program after all corrections, and how many there were.
fn corrected(case: &Case) -> (Case, usize) {
    let files = case
        .files
        .iter()
        .map(|(path, text)| (format!("{FOLDER}/{path}"), text.clone()));
    let options = CheckOptions {
        work_dir: FOLDER.into(),
        lints: Some(lint::ALL.iter().map(|l| (l, Level::Warn)).collect()),
        threads: Some(1),
        ..CheckOptions::default()
    };
    let Ok(fixed) = fix(MemoryFileSystem::with_files(files), &options) else {
        return (case.clone(), 0);
    };
    assert!(
        fixed.refused.is_empty(),
        "{}: {:?}",
        case.name,
        fixed.refused
    );
    let mut case = case.clone();
    for (path, text) in &mut case.files {
        let path = Path::new(FOLDER).join(&*path);
        if let Some(file) = fixed.files.iter().find(|file| file.path == path) {
            text.clone_from(&file.after);
        }
    }
    (case, fixed.applied)
}

#[test]
fn corrected_programs_give_the_recorded_answers() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("oracle");
    let cases = cases::load(&root).expect("the cases can be read");
    let mut applied = 0;
    let wrong: Vec<String> = cases
        .iter()
        .filter_map(|case| {
            // programs with errors are of interest too: nothing may go wrong with them
            let (corrected, count) = corrected(case);
            applied += count;
            if count == 0 || !matches!(case.wanted(), Answer::Output(_)) {
                return None;
            }
            let difference = compare::difference(case.wanted(), &compare::run(&corrected))?;
            Some(format!(
                "{}\n{:?}\n{difference}",
                case.name, corrected.files
            ))
        })
        .collect();
    assert!(applied > 50, "only {applied} corrections");
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}
