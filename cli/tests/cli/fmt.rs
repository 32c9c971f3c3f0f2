//! `kiln fmt`: which files, what is printed, what is written.

use std::fs;

use insta::assert_snapshot;

use crate::common::Folder;

const UGLY: &str = "a=1\n";
const NICE: &str = "a = 1\n";

#[test]
fn the_files_of_this_folder_are_formatted() {
    let folder = Folder::new(&[
        ("b.k", UGLY),
        ("a_test.k", UGLY),
        ("_c.k", UGLY),
        ("nice.k", NICE),
        ("other.txt", UGLY),
        ("below/d.k", UGLY),
    ]);
    assert_eq!(folder.kiln(&["fmt"]).ok(), "_c.k\na_test.k\nb.k\n");
    assert_eq!(folder.read("b.k"), NICE);
    assert_eq!(folder.read("other.txt"), UGLY);
    assert_eq!(folder.read("below/d.k"), UGLY);
    assert_eq!(folder.kiln(&["fmt", "."]).ok(), "");
}

#[test]
fn paths_name_files_folders_and_all_below() {
    let folder = Folder::new(&[
        ("main.txt", UGLY),
        ("one/a.k", UGLY),
        ("one/below/b.k", UGLY),
        ("two/c.k", UGLY),
        ("two/below/d.k", UGLY),
        ("two/.hidden/e.k", UGLY),
    ]);
    let all = folder.kiln(&["fmt", "main.txt", "one", "two/...", "one/a.k"]);
    assert_eq!(all.ok(), "main.txt\none/a.k\ntwo/below/d.k\ntwo/c.k\n");
    assert_eq!(folder.read("two/.hidden/e.k"), UGLY);
    assert_eq!(folder.kiln(&["fmt", "..."]).ok(), "one/below/b.k\n");
}

#[test]
fn check_changes_nothing_and_fails() {
    let folder = Folder::new(&[("a.k", UGLY), ("b.k", NICE)]);
    for flag in ["--check", "--dry-run"] {
        let outcome = folder.kiln(&["fmt", flag]);
        assert_eq!((outcome.code, outcome.stdout.as_str()), (1, "a.k\n"));
        assert_eq!(outcome.stderr, "1 of 2 files are not formatted\n");
        assert_eq!(folder.read("a.k"), UGLY);
    }
    assert_eq!(folder.kiln(&["fmt", "--check", "b.k"]).ok(), "");
}

#[test]
fn a_diff_shows_what_would_change() {
    let folder = Folder::new(&[("a.k", "a=1\nb = 2\n"), ("b.k", NICE)]);
    assert_snapshot!(folder.kiln(&["fmt", "--diff"]).ok(), @r"
    --- a/a.k
    +++ b/a.k
    @@ -1,2 +1,2 @@
    -a=1
    +a = 1
     b = 2
    ");
    assert_eq!(folder.read("a.k"), "a=1\nb = 2\n");
    assert_eq!(folder.kiln(&["fmt", "--diff", "--check"]).code, 1);
}

#[test]
fn standard_input_goes_to_standard_output() {
    let folder = Folder::new(&[(".editorconfig", "[*.k]\nindent_size = 2\n")]);
    let text = b"if a:\n        b=1\n";
    let outcome = folder.kiln_with_stdin(&["fmt", "-"], text);
    assert_eq!(outcome.ok(), "if a:\n  b = 1\n");
    assert_eq!(folder.kiln_with_stdin(&["fmt", "-"], b"a = 1\n").ok(), NICE);
    let outcome = folder.kiln_with_stdin(&["fmt", "--check", "-"], text);
    assert_eq!((outcome.code, outcome.stdout.as_str()), (1, "<stdin>\n"));
    let message = folder.kiln_with_stdin(&["fmt", "-", "a.k"], b"").fails(2);
    assert!(
        message.contains("`-` cannot be formatted together with files"),
        "{message}"
    );
}

#[test]
fn what_cannot_be_read_does_not_stop_the_others() {
    let folder = Folder::new(&[("a.k", UGLY)]);
    folder.write("bad.k", b"a=\xff\n");
    let outcome = folder.kiln(&["fmt", "none.k", ".", "nowhere/..."]);
    assert_eq!((outcome.code, outcome.stdout.as_str()), (1, "a.k\n"));
    let root = fs::canonicalize(folder.path(".")).expect("a folder");
    let stderr = outcome.stderr.replace(&root.display().to_string(), "ROOT");
    assert_snapshot!(stderr, @r"
    error: cannot format `none.k`: no such file or directory
    help: check the spelling of the path and the folder it starts from
    error: cannot format `nowhere/`: no such file or directory
    help: check the spelling of the path and the folder it starts from
    error: cannot read `ROOT/bad.k`: the text is not UTF-8 (at byte 2)
    ");
    assert_eq!(folder.read("a.k"), NICE);
}

#[test]
fn parts_with_syntax_errors_stay_and_are_told() {
    let folder = Folder::new(&[("a.k", "a=1\nb = (1 +\nc=3\n"), ("b.k", "d = )\n")]);
    let outcome = folder.kiln(&["fmt"]);
    assert_eq!((outcome.code, outcome.stdout.as_str()), (0, "a.k\n"));
    assert_eq!(folder.read("a.k"), "a = 1\nb = (1 +\nc = 3\n");
    assert_snapshot!(outcome.stderr, @r"
    warning[E0116]: this `(` is never closed
      ┌─ a.k:2:5
      │
    2 │ b = (1 +
      │     ^
      │
      = note: this part of the file is not formatted
      = help: close it with `)`

    warning[E0117]: this `)` closes nothing
      ┌─ b.k:1:5
      │
    1 │ d = )
      │     ^
      │
      = note: this part of the file is not formatted
      = help: remove it, or add the `(` that it belongs to
    ");
    let outcome = folder.kiln(&["fmt", "--check"]);
    assert_eq!((outcome.code, outcome.stdout.as_str()), (0, ""));
    assert!(
        outcome.stderr.ends_with("\n2 files have syntax errors\n"),
        "{}",
        outcome.stderr
    );
    assert_eq!(folder.kiln(&["fmt", "--quiet"]).ok(), "");
}

#[test]
fn the_editorconfig_tells_the_indentation() {
    let folder = Folder::new(&[
        (".editorconfig", "root = true\n[*.k]\nindent_style = tab\n"),
        ("a.k", "if a:\n  b=1\n"),
        (
            "two/.editorconfig",
            "[*.k]\nindent_style = space\nindent_size = 2\n",
        ),
        ("two/b.k", "if a:\n\tb=1\n"),
    ]);
    folder.kiln(&["fmt", "./..."]).ok();
    assert_eq!(folder.read("a.k"), "if a:\n\tb = 1\n");
    assert_eq!(folder.read("two/b.k"), "if a:\n  b = 1\n");
}

#[test]
fn line_ends_are_line_feeds() {
    let folder = Folder::new(&[("a.k", "a = 1\r\nb = 2\r\n")]);
    assert_eq!(folder.kiln(&["fmt"]).ok(), "a.k\n");
    assert_eq!(folder.read("a.k"), "a = 1\nb = 2\n");
}

#[cfg(unix)]
#[test]
fn files_keep_permissions_and_formatted_ones_are_not_touched() {
    use std::os::unix::fs::{MetadataExt, PermissionsExt};

    let folder = Folder::new(&[("a.k", UGLY), ("b.k", NICE)]);
    let mode = fs::Permissions::from_mode(0o640);
    fs::set_permissions(folder.path("a.k"), mode).expect("permissions");
    let meta = |name: &str| fs::metadata(folder.path(name)).expect("a file");
    let before = meta("b.k");
    folder.kiln(&["fmt"]).ok();
    assert_eq!(meta("a.k").permissions().mode() & 0o777, 0o640);
    let after = meta("b.k");
    assert_eq!(
        (before.ino(), before.mtime_nsec()),
        (after.ino(), after.mtime_nsec())
    );
    assert_eq!(folder.names(), ["a.k", "b.k"]);
}
