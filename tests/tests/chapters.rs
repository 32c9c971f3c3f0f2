//! The pages of the library are those that its declarations give, and every function has an example that is true.

use std::path::Path;

use kiln_stdlib as library;
use kiln_tests::{chapters, spec};

#[test]
fn pages_are_up_to_date() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../spec/library");
    let pages = chapters::pages();
    for (name, text) in &pages {
        let found = std::fs::read_to_string(folder.join(name)).unwrap_or_default();
        assert!(
            found == *text,
            "spec/library/{} is out of date: run `cargo run -p kiln-tests --bin chapters`",
            name.display()
        );
    }
    let files = std::fs::read_dir(folder).expect("the pages are there");
    assert_eq!(files.count(), pages.len(), "there is a page too many");
}

#[test]
fn examples_are_true() {
    let mut count = 0;
    let mut wrong = Vec::new();
    for (name, text) in chapters::pages() {
        for example in spec::examples(&name.to_string_lossy(), &text) {
            count += 1;
            wrong.extend(spec::check(&example).map(|d| format!("{}\n{d}", example.place)));
        }
    }
    assert!(count > 140, "only {count} examples were found");
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn pure_functions_have_examples() {
    // what it does is no value
    let without = ["print", "manifests.yaml_stream"];
    let missing: Vec<&str> = library::table()
        .functions
        .iter()
        .filter(|f| f.effect == library::Effect::Pure && f.examples.is_empty())
        .map(|f| f.name)
        .filter(|name| !without.contains(name))
        .collect();
    assert_eq!(missing, Vec::<&str>::new());
}
