//! Every example of the specification gives the answer that stands beside it.

use std::path::{Path, PathBuf};

use kiln_tests::spec;

fn pages(folder: &Path) -> Vec<PathBuf> {
    let mut pages: Vec<PathBuf> = std::fs::read_dir(folder)
        .expect("the specification is there")
        .filter_map(|e| Some(e.ok()?.path()))
        .filter(|p| p.extension().is_some_and(|e| e == "md"))
        .collect();
    pages.sort();
    pages
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../spec")
}

fn wrong_examples(folder: &Path) -> (usize, Vec<String>) {
    let mut count = 0;
    let mut wrong = Vec::new();
    for page in pages(folder) {
        let text = std::fs::read_to_string(&page).expect("the page can be read");
        let name = page
            .file_name()
            .map(|n| n.to_string_lossy().into_owned())
            .unwrap_or_default();
        for example in spec::examples(&name, &text) {
            count += 1;
            wrong.extend(spec::check(&example).map(|d| format!("{}\n{d}", example.place)));
        }
    }
    (count, wrong)
}

#[test]
fn chapters_tell_the_truth() {
    let (count, wrong) = wrong_examples(&root());
    assert!(count > 200, "only {count} examples were found");
    assert!(
        wrong.is_empty(),
        "{} of {count} examples are wrong\n\n{}",
        wrong.len(),
        wrong.join("\n\n")
    );
}

#[test]
fn explain_pages_tell_the_truth() {
    let (count, wrong) = wrong_examples(&root().join("errors"));
    assert!(count > 100, "only {count} examples were found");
    assert!(
        wrong.is_empty(),
        "{} of {count} examples are wrong\n\n{}",
        wrong.len(),
        wrong.join("\n\n")
    );
}

#[test]
fn every_code_has_a_page() {
    let missing: Vec<String> = kiln::codes::all()
        .iter()
        .map(kiln::codes::CodeInfo::text)
        .filter(|code| !root().join("errors").join(format!("{code}.md")).is_file())
        .collect();
    assert!(missing.is_empty(), "no explain page for {missing:?}");
}
