//! `kiln repl` line by line: without a terminal. With one: see `prompt`.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use kiln::repl::is_complete;

use crate::common::Folder;

#[test]
fn statements_are_read_without_prompts() {
    let folder = Folder::new(&[]);
    let text = "schema A:\n    x: int\n\n    y: int = 2\na = A {x = 1}\na\na.x + a.y\n";
    let shown = folder.kiln_with_stdin(&["repl"], text.as_bytes()).ok();
    assert_eq!(shown, "x: 1\n'y': 2\n3\n");
}

#[test]
fn a_mistake_is_told_and_the_rest_is_read() {
    let folder = Folder::new(&[]);
    let outcome = folder.kiln_with_stdin(&["repl"], b"a = 1\nb\na\n:quit\n2\n");
    assert_eq!((outcome.code, outcome.stdout.as_str()), (1, "1\n"));
    let expected = "error[E0301]: `b` is not defined\n  \u{250c}\u{2500} input 2:1:1\n";
    assert!(outcome.stderr.starts_with(expected), "{}", outcome.stderr);
}

#[test]
fn files_and_options_are_given_as_for_run() {
    let folder = Folder::new(&[
        (
            "main.k",
            "env = option(\"env\")\nimport lib\nsize = lib.size\n",
        ),
        ("other/l.k", "size = 3\n"),
        ("kcl.yaml", "kcl_options:\n  - key: env\n    value: test\n"),
    ]);
    let run = |arguments: &[&str]| {
        let all = [&["repl", "main.k", "-E", "lib=other"], arguments].concat();
        folder.kiln_with_stdin(&all, b"[env, size]\n").ok()
    };
    assert_eq!(run(&["-D", "env=dev"]), "- dev\n- 3\n");
    assert_eq!(run(&["-Y", "kcl.yaml"]), "- test\n- 3\n");

    let question = b"import file\nfile.exists(\"/\")\n";
    let refused = folder.kiln_with_stdin(&["repl"], question);
    assert!(
        refused.stderr.contains("--allow-read"),
        "{}",
        refused.stderr
    );
    let allowed = folder.kiln_with_stdin(&["repl", "--allow-read"], question);
    assert_eq!(allowed.ok(), "true\n");

    let missing = folder.kiln_with_stdin(&["repl", "no.k"], b"");
    assert!(missing.fails(1).contains("cannot find"));
}

#[test]
fn limits_hold() {
    let folder = Folder::new(&[]);
    let endless = b"len([1 for i in range(9999) for j in range(9999)])\n1\n";
    let outcome = folder.kiln_with_stdin(&["repl", "--max-steps", "100000"], endless);
    assert_eq!((outcome.code, outcome.stdout.as_str()), (1, "1\n"));
    assert!(
        outcome.stderr.contains("error[E0521]"),
        "{}",
        outcome.stderr
    );
}

/// The sessions in the chapter about the prompt are what happens.
#[test]
fn the_sessions_of_the_chapter_are_true() {
    let chapter = Path::new(env!("CARGO_MANIFEST_DIR")).join("../spec/28-repl.md");
    let text = fs::read_to_string(chapter).expect("the chapter");
    let mut sessions = 0;
    for block in text.split("```session\n").skip(1) {
        let session = block.split("\n```").next().expect("an end");
        let (input, expected) = parts(session);
        let folder = Folder::new(&[("app.k", "name = \"web\"\nreplicas = 2\n")]);
        fs::write(folder.path("input"), input).expect("a file");
        // both outputs in one, in their order
        let output = Command::new("sh")
            .args([
                "-c",
                "exec \"$0\" repl < input 2>&1",
                env!("CARGO_BIN_EXE_kiln"),
            ])
            .current_dir(folder.path(""))
            .stdin(Stdio::null())
            .output()
            .expect("a shell");
        assert_eq!(
            String::from_utf8_lossy(&output.stdout),
            expected,
            "{session}"
        );
        sessions += 1;
    }
    assert!(sessions >= 3, "{sessions} sessions");
}

/// What is entered in a session, and what is shown.
fn parts(session: &str) -> (String, String) {
    let (mut input, mut expected) = (String::new(), String::new());
    let mut open = String::new();
    for line in session.lines() {
        let prompt = line
            .split_once("> ")
            .filter(|(number, _)| number.parse::<u32>().is_ok());
        if !open.is_empty() {
            open.push('\n');
            open.push_str(line);
        } else if let Some((_, rest)) = prompt {
            open.push_str(rest);
        } else {
            expected.push_str(line);
            expected.push('\n');
        }
        if !open.is_empty() && is_complete(&open) {
            input.push_str(&std::mem::take(&mut open));
            input.push('\n');
        }
    }
    assert_eq!(open, "", "an input has no end");
    (input, expected)
}
