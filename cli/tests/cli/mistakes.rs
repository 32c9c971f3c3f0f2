//! The chapter of common mistakes: what it says that Kiln prints is what Kiln prints.

use std::path::Path;

use crate::common::Folder;

/// A program of the chapter, and what the chapter says about it.
struct Mistake<'a> {
    title: &'a str,
    files: Vec<(&'a str, &'a str)>,
    message: &'a str,
    reference: &'a str,
}

fn mistakes(chapter: &str) -> Vec<Mistake<'_>> {
    chapter.split("\n## ").skip(1).map(mistake).collect()
}

fn mistake(section: &str) -> Mistake<'_> {
    let mut found = Mistake {
        title: section.lines().next().unwrap_or_default(),
        files: Vec::new(),
        message: "",
        reference: "",
    };
    // fences stand at the beginnings of lines: text, block, text, …
    for block in section.split("\n```").skip(1).step_by(2) {
        let (mark, body) = block.split_once('\n').unwrap_or((block, ""));
        let body = &section[offset(section, body)..offset(section, body) + body.len() + 1];
        match mark {
            "kcl" => {
                let first = body.lines().next().unwrap_or_default();
                let path = first.strip_prefix("# file: ").unwrap_or("main.k");
                found.files.push((path, body));
            }
            "message" => found.message = body,
            "reference" => found.reference = body,
            _ => {}
        }
    }
    found
}

/// Where a part of a text begins in it.
fn offset(text: &str, part: &str) -> usize {
    part.as_ptr() as usize - text.as_ptr() as usize
}

#[test]
fn the_chapter_of_mistakes_shows_what_is_printed() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../spec/25-mistakes.md");
    let chapter = std::fs::read_to_string(path).expect("the chapter");
    let mistakes = mistakes(&chapter);
    assert!(mistakes.len() >= 25, "{}", mistakes.len());
    for mistake in mistakes {
        let title = mistake.title;
        assert!(!mistake.reference.trim().is_empty(), "{title}");
        let outcome = Folder::new(&mistake.files).kiln(&["run", "main.k"]);
        assert_eq!(outcome.code, 1, "{title}");
        assert_eq!(outcome.stdout, "", "{title}");
        assert_eq!(outcome.stderr, mistake.message, "{title}");
        let errors = outcome.stderr.matches("error[").count();
        assert_eq!(errors, 1, "{title}: one mistake, one error");
    }
}
