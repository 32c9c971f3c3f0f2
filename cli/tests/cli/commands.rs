//! The small commands, and help.

use crate::common::Folder;

#[test]
fn the_version_is_one_line() {
    let folder = Folder::new(&[]);
    let expected = format!("kiln {} (KCL 0.13)\n", env!("CARGO_PKG_VERSION"));
    for arguments in ["version", "--version", "-v"] {
        assert_eq!(folder.kiln(&[arguments]).ok(), expected, "{arguments}");
    }
}

#[test]
fn help_teaches_by_example() {
    let folder = Folder::new(&[]);
    let all = folder.kiln(&["--help"]).ok();
    assert_eq!(folder.kiln(&[]).ok(), folder.kiln(&["-h"]).ok());
    assert!(all.contains("kiln main.k -D env=prod"), "{all}");
    let run = folder.kiln(&["run", "--help"]).ok();
    for part in [
        "Program inputs:",
        "Output:",
        "Limits:",
        "Messages:",
        "Examples:",
        "Exit status:",
    ] {
        assert!(run.contains(part), "{part} is missing in {run}");
    }
    assert!(!run.contains("--many"), "{run}");
    let check = folder.kiln(&["check", "--help"]).ok();
    for part in [
        "kiln check apps platform",
        "--max-errors",
        "sarif",
        "Exit status:",
    ] {
        assert!(check.contains(part), "{part} is missing in {check}");
    }
    let lint = folder.kiln(&["lint", "--help"]).ok();
    for part in [
        "kiln lint --fix",
        "-F, --deny",
        "unused_import",
        "missing_docs",
        "Exit status:",
    ] {
        assert!(lint.contains(part), "{part} is missing in {lint}");
    }
    assert_eq!(folder.kiln(&["help", "run"]).ok(), run);
}

#[test]
fn codes_are_explained_however_they_are_written() {
    let folder = Folder::new(&[]);
    let list = folder.kiln(&["explain"]).ok();
    assert!(
        list.lines().count() > 50 && list.lines().all(|line| line.starts_with(['E', 'W'])),
        "{list}"
    );
    let page = folder.kiln(&["explain", "E0301"]).ok();
    assert!(page.contains("0301"), "{page}");
    assert_eq!(folder.kiln(&["explain", "e301"]).ok(), page);
    assert_eq!(folder.kiln(&["explain", "301"]).ok(), page);
    let lint = folder.kiln(&["explain", "unused_import"]).ok();
    assert!(lint.starts_with("# W0401: "), "{lint}");
    assert_eq!(folder.kiln(&["explain", "W0401"]).ok(), lint);
    assert!(
        list.contains("\nW0401  an import that nothing uses (unused_import)\n"),
        "{list}"
    );
    assert!(
        folder
            .kiln(&["explain", "E9999"])
            .fails(2)
            .contains("there is no error code E9999")
    );
    assert!(
        folder
            .kiln(&["explain", "what"])
            .fails(2)
            .contains("`what` is no error code")
    );
}

#[test]
fn every_shell_gets_its_script() {
    let folder = Folder::new(&[]);
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = folder.kiln(&["completion", shell]).ok();
        assert!(
            ["kiln", "explain", "check", "lint"]
                .iter()
                .all(|word| script.contains(word)),
            "{shell}"
        );
    }
    folder.kiln(&["completion", "tcsh"]).fails(2);
}

#[test]
fn dumps_show_what_the_compiler_sees() {
    let folder = Folder::new(&[
        ("main.k", "a = 1 + b\nb = [x for x in [1, 2]]\n"),
        ("bad.k", "a = b\n"),
    ]);
    let tokens = folder.kiln(&["dump", "--tokens", "main.k"]).ok();
    assert!(
        tokens
            .lines()
            .next()
            .is_some_and(|line| line.contains("1:1") && line.contains("\"a\"")),
        "{tokens}"
    );
    assert!(!folder.kiln(&["dump", "--ast", "main.k"]).ok().is_empty());
    let bytecode = folder.kiln(&["dump", "--bytecode", "main.k"]).ok();
    assert!(
        bytecode.contains("IterNext") || bytecode.contains("iter_next"),
        "{bytecode}"
    );
    assert!(
        folder
            .kiln(&["dump", "--bytecode", "bad.k"])
            .fails(1)
            .contains("bad.k:1:5")
    );
    assert_eq!(
        folder
            .kiln_with_stdin(
                &["dump", "--tokens", "-"],
                b"a = 1 + b\nb = [x for x in [1, 2]]\n"
            )
            .ok(),
        tokens
    );
    folder.kiln(&["dump", "main.k"]).fails(2);
    folder.kiln(&["dump", "--ast", "nope.k"]).fails(1);
}
