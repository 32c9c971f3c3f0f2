//! How errors of programs look.

use crate::common::Folder;
use insta::assert_snapshot;

fn report(files: &[(&str, &str)]) -> String {
    Folder::new(files).kiln(&["run"]).fails(1)
}

#[test]
fn one_error() {
    assert_snapshot!(report(&[("main.k", "replicas = 3\ntotal = replica + 1\n")]), @r#"
    error[E0301]: `replica` is not defined
      ┌─ main.k:2:9
      │
    2 │ total = replica + 1
      │         ^^^^^^^
      │
      = help: did you mean `replicas`?
    "#);
}

#[test]
fn several_errors_are_counted() {
    assert_snapshot!(report(&[("main.k", "a: int = \"x\"\nb = c\n")]), @r#"
    error[E0302]: `a` expects `int`, found `str`
      ┌─ main.k:1:10
      │
    1 │ a: int = "x"
      │    ---   ^^^ this is a `str`
      │    │
      │    declared here as `int`

    error[E0301]: `c` is not defined
      ┌─ main.k:2:5
      │
    2 │ b = c
      │     ^

    2 errors
    "#);
}

#[test]
fn labels_may_lie_in_several_files() {
    assert_snapshot!(report(&[
        ("a.k", "schema App:\n    replicas: int\n"),
        ("b.k", "app = App {\n    replicas = \"3\"\n}\n"),
    ]), @r#"
    error[E0302]: `replicas` expects `int`, found `str`
      ┌─ b.k:2:16
      │
    2 │     replicas = "3"
      │                ^^^ this is a `str`
      │
      ┌─ a.k:2:5
      │
    2 │     replicas: int
      │     -------- declared here as `int`
      │
      = help: write it without quotes: `3`
    "#);
}

#[test]
fn errors_of_running_programs_have_places_too() {
    assert_snapshot!(report(&[("main.k", "f = lambda x {\n    10 // x\n}\na = f(0)\n")]), @r#"
    error[E0504]: division by zero
      ┌─ main.k:2:5
      │
    2 │     10 // x
      │     ^^^^^^^
    3 │ }
    4 │ a = f(0)
      │     ---- called from here
    "#);
}

#[test]
fn long_lines_are_not_quoted() {
    let line = format!("a = \"{}\" + b\n", "x".repeat(1000));
    assert_snapshot!(report(&[("main.k", &line)]), @"main.k:1:1010: error[E0301]: `b` is not defined");
}

#[test]
fn at_most_fifty_are_shown() {
    let lines: String = (0..60).map(|i| format!("a{i} = b{i}\n")).collect();
    let text = report(&[("main.k", &lines)]);
    assert_eq!(text.matches("error[E").count(), 50);
    assert!(text.ends_with("60 errors (10 more not shown)\n"), "{text}");
}

#[test]
fn there_are_no_colours_in_a_file() {
    let folder = Folder::new(&[("main.k", "a = b\n")]);
    assert!(!folder.kiln(&["main.k"]).fails(1).contains('\u{1b}'));
}

#[test]
fn a_changed_program_is_quoted_as_it_was_compiled() {
    let folder = Folder::new(&[("main.k", "a = {x = 1}\n")]);
    assert_snapshot!(folder.kiln(&["main.k", "-O", "a.y=nothing"]).fails(1), @r#"
    error[E0301]: `nothing` is not defined
      ┌─ main.k:1:17
      │
    1 │ a = {x = 1, y = nothing}
      │                 ^^^^^^^
    "#);
}
