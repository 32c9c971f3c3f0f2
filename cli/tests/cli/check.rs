//! `kiln check`: what it looks at, what it says and how it ends.

use crate::common::{Folder, Outcome};
use insta::assert_snapshot;

/// Standard error without the time, which differs.
#[track_caller]
fn said(outcome: &Outcome, code: i32) -> String {
    assert_eq!(
        (outcome.code, outcome.stdout.as_str()),
        (code, ""),
        "{}",
        outcome.stderr
    );
    without_time(&outcome.stderr)
}

pub(crate) fn without_time(text: &str) -> String {
    let mut lines: Vec<&str> = text.lines().collect();
    if let Some(last) = lines.last_mut()
        && let Some((start, _)) = last.rsplit_once(" (")
    {
        *last = start;
    }
    lines.join("\n")
}

const MODULE: &[(&str, &str)] = &[
    ("kcl.mod", "[package]\nname = \"shop\"\n"),
    (
        "model/app.k",
        "schema App:\n    name: str\n    replicas: int = 1\n",
    ),
    (
        "stacks/dev/main.k",
        "import model\n\nweb = model.App {\n    name = 1\n}\n",
    ),
    (
        "stacks/prod/main.k",
        "import model\n\nweb = model.App {\n    name = \"web\"\n}\n",
    ),
    (".hidden/main.k", "a = b\n"),
    ("stacks/prod/main_test.k", "a = b\n"),
];

#[test]
fn a_module_is_checked_from_anywhere_inside() {
    let folder = Folder::new(MODULE);
    assert_snapshot!(said(&folder.kiln(&["check"]), 1), @r#"
    error[E0302]: `name` expects `str`, found `int`
      ┌─ stacks/dev/main.k:4:12
      │
    4 │     name = 1
      │            ^ this is an `int`
      │
      ┌─ model/app.k:2:5
      │
    2 │     name: str
      │     ---- declared here as `str`
      │
      = help: write it in quotes: `"1"`

    checked 3 files in 3 packages: 1 error
    "#);
    let inside = folder
        .command(&["check", "--message-format", "short"])
        .current_dir(folder.path("stacks/prod"))
        .output()
        .expect("the command runs");
    let text = String::from_utf8_lossy(&inside.stderr);
    assert!(
        text.contains("stacks/dev/main.k:4:12: error[E0302]"),
        "{text}"
    );
}

#[test]
fn only_what_is_named_is_checked() {
    let folder = Folder::new(MODULE);
    assert_eq!(
        said(&folder.kiln(&["check", "stacks/prod"]), 0),
        "checked 2 files in 2 packages: no errors"
    );
    assert_eq!(
        said(&folder.kiln(&["check", "stacks/prod/main.k", "model"]), 0),
        "checked 2 files in 2 packages: no errors"
    );
    said(&folder.kiln(&["check", "stacks/dev/main.k"]), 1);
    assert_eq!(folder.kiln(&["check", "model", "-q"]).ok(), "");
}

#[test]
fn several_files_are_one_program() {
    let folder = Folder::new(&[
        ("a.k", "schema A:\n    x: int\n"),
        ("b.k", "b = A {x = 1}\n"),
    ]);
    assert_eq!(
        said(&folder.kiln(&["check", "a.k", "b.k"]), 0),
        "checked 2 files in 1 package: no errors"
    );
    said(&folder.kiln(&["check", "b.k"]), 1);
    let outcome = folder.kiln_with_stdin(&["check", "-", "--message-format", "short"], b"x = y\n");
    assert!(
        outcome.stderr.starts_with("<stdin>:1:5: error[E0301]"),
        "{}",
        outcome.stderr
    );
}

#[test]
fn settings_name_programs() {
    let folder = Folder::new(&[
        (
            "base/base.k",
            "app: App {\n    name = \"a\"\n}\nschema App:\n    name: str\n    image: str\n",
        ),
        ("dev/main.k", "app: App {\n    image = \"i\"\n}\n"),
        (
            "dev/kcl.yaml",
            "kcl_cli_configs:\n  files: [../base/base.k, main.k]\n",
        ),
        ("other.yaml", "kcl_cli_configs:\n  files: [dev/main.k]\n"),
    ]);
    assert_eq!(
        said(&folder.kiln(&["check"]), 0),
        "checked 2 files in 1 package: no errors"
    );
    said(&folder.kiln(&["check", "-Y", "other.yaml"]), 1);
    folder.write(
        "dev/kcl.yaml",
        b"kcl_cli_configs:\n  files: [../base/base.k, mian.k]\n",
    );
    assert_snapshot!(said(&folder.kiln(&["check", "--message-format", "short", "dev"]), 1), @r"
    dev/kcl.yaml:1:1: error[E0219]: cannot find the file or folder `mian.k`
    dev/main.k:1:6: error[E0301]: `App` is not defined
    checked 1 file in 1 package: 2 errors
    ");
}

#[test]
fn packages_may_come_from_elsewhere() {
    let folder = Folder::new(&[
        ("lib/a.k", "schema A:\n    x: int = \"1\"\n"),
        ("app/main.k", "import lib\n\na = lib.A {}\n"),
    ]);
    said(&folder.kiln(&["check", "app"]), 1);
    let text = said(
        &folder.kiln(&["check", "app", "-E", "lib=lib", "--message-format", "short"]),
        1,
    );
    assert_snapshot!(text, @r"
    lib/a.k:2:14: error[E0302]: `x` expects `int`, found `str`
    checked 2 files in 2 packages: 1 error
    ");
}

#[test]
fn a_package_that_cannot_be_parsed_hides_what_follows_from_it() {
    let folder = Folder::new(&[
        ("kcl.mod", ""),
        ("model/a.k", "schema A:\n    x: int =\n"),
        ("main/main.k", "import model\n\na = model.B {}\n"),
        ("other/main.k", "a = b\n"),
    ]);
    assert_snapshot!(said(&folder.kiln(&["check", "--message-format", "short"]), 1), @r"
    model/a.k:2:13: error[E0121]: an expression is missing after `=`
    other/main.k:1:5: error[E0301]: `b` is not defined
    checked 3 files in 3 packages: 2 errors
    ");
}

#[test]
fn broken_files_are_reported_and_do_not_end_the_check() {
    let folder = Folder::new(&[
        ("kcl.mod", "[package\n"),
        ("good.k", "a = 1\n"),
        ("sub/kcl.yaml", "kcl_cli_configs: [\n"),
        ("sub/a.k", "a = 1\n"),
    ]);
    folder.write("bad/a.k", b"a = \"\xff\"\n");
    let text = said(&folder.kiln(&["check", "--message-format", "short"]), 1);
    let codes: Vec<&str> = text
        .lines()
        .filter_map(|line| Some(&line[..line.find("]:")?]))
        .collect();
    assert_eq!(
        codes,
        [
            "bad/a.k:1:1: error[E0207",
            "kcl.mod:1:9: error[E0219",
            "sub/kcl.yaml:1:18: error[E0219"
        ],
        "{text}"
    );
}

#[test]
fn wrong_command_lines_and_missing_paths() {
    let folder = Folder::new(&[("main.k", "a = 1\n"), ("empty/readme", "")]);
    let text = folder.kiln(&["check", "man.k"]).fails(1);
    assert!(
        text.contains("cannot find the file or folder `man.k`") && text.contains("`main.k`?"),
        "{text}"
    );
    let text = folder.kiln(&["check", "empty"]).fails(1);
    assert!(
        text.contains("there is no `.k` file in the folder"),
        "{text}"
    );
    folder.kiln(&["check", "--max-errors", "x"]).fails(2);
    folder.kiln(&["check", "-D", "=1"]).fails(2);
    folder.kiln(&["check", "-E", "lib"]).fails(2);
    folder.kiln(&["check", "--message-format", "xml"]).fails(2);
    let outcome = folder.kiln(&["check", "nope", "--message-format", "json"]);
    assert_eq!((outcome.code, outcome.stderr.as_str()), (1, ""));
    assert_snapshot!(outcome.stdout, @r#"{"version":1,"type":"failure","message":"cannot find the file or folder `nope`","help":null}"#);
}

#[test]
fn many_errors_of_a_file_are_counted() {
    let lines: String = (0..30).map(|i| format!("a{i} = b{i}\n")).collect();
    let folder = Folder::new(&[("a.k", &lines), ("b.k", "x = y\n")]);
    let short = |most: &[&str]| {
        let arguments = [&["check", "--message-format", "short"], most].concat();
        said(&folder.kiln(&arguments), 1)
    };
    let text = short(&[]);
    assert_eq!(text.lines().count(), 20 + 1 + 1 + 1, "{text}");
    assert!(text.contains("\na.k: 10 more\nb.k:1:5:"), "{text}");
    assert!(
        text.ends_with("checked 2 files in 1 package: 31 errors"),
        "{text}"
    );
    assert!(short(&["--max-errors", "1"]).contains("a.k: 29 more\n"));
    assert_eq!(short(&["--max-errors", "0"]).lines().count(), 32);
    let text = said(&folder.kiln(&["check", "--max-errors", "2"]), 1);
    assert!(
        text.contains("\na.k: 28 more (`--max-errors 0` shows all)\n\nerror[E0301]"),
        "{text}"
    );
}

#[test]
fn the_order_does_not_depend_on_threads() {
    let folder = Folder::new(&[("kcl.mod", "")]);
    for i in 0..40 {
        let text = format!(
            "import p{}\n\nschema S:\n    x: int = p{}.y\n\ny = undefined{i}\n",
            (i + 1) % 40,
            (i + 1) % 40
        );
        folder.write(&format!("p{i}/a.k"), text.as_bytes());
    }
    let first = said(&folder.kiln(&["check", "--message-format", "short"]), 1);
    assert!(first.lines().count() > 40, "{first}");
    for _ in 0..10 {
        assert_eq!(
            said(&folder.kiln(&["check", "--message-format", "short"]), 1),
            first
        );
    }
}
