//! What packages define, and which definitions are in each other's way. Expected lines and columns are those of the
//! reference implementation.

mod common;

use common::Program;
use kiln_analysis::names::{DefinitionKind, name_diagnostics, package_names};

fn names(text: &str) -> Vec<String> {
    let program = Program::single(text);
    let names = package_names(&program.db, program.main());
    names
        .iter()
        .map(|(name, definition)| {
            format!("{name} {:?} {}", definition.kind, definition.items.len())
        })
        .collect()
}

fn problems(text: &str) -> Vec<String> {
    problems_in(&[("main.k", text)], &["main.k"])
}

fn problems_in(files: &[(&str, &str)], main: &[&str]) -> Vec<String> {
    let program = Program::with(files, main, &[]);
    let all = program.show(name_diagnostics(&program.db, program.main()));
    all.into_iter()
        .map(|line| line.replace("main.k:", ""))
        .collect()
}

#[test]
fn names_come_in_order_of_first_appearance() {
    let text = "b = 1\nschema A:\n    x: int\nif b:\n    c = 1\n    if b:\n        _d = 2\nelse:\n    e = f = 2\n_d.k = 3\n$if = 2\ntype T = int\nx: A {}\nx: A {}\n";
    let expected = [
        "b Variable 1",
        "A Schema 1",
        "c Variable 1",
        "_d Variable 2",
        "e Variable 1",
        "f Variable 1",
        "if Variable 1",
        "T TypeAlias 1",
        "x Variable 2",
    ];
    assert_eq!(names(text), expected);
}

#[test]
fn files_follow_each_other() {
    let program = Program::with(
        &[("b.k", "x = 1\n_y = 1\n"), ("a.k", "z = 1\n_y = 2\n")],
        &["b.k", "a.k", "b.k"],
        &[],
    );
    let names = package_names(&program.db, program.main());
    assert_eq!(
        names.iter().map(|(name, _)| &**name).collect::<Vec<_>>(),
        ["x", "_y", "z"]
    );
    assert_eq!(names.get("_y").unwrap().items.len(), 2);
    assert_eq!(names.get("_y").unwrap().kind, DefinitionKind::Variable);
    assert_eq!(names.index_of("z"), Some(2));
}

#[test]
fn a_name_that_is_only_updated_is_not_defined() {
    assert_eq!(names("a += 1\n_b.c = 2\nc = 1\n"), ["c Variable 1"]);
}

#[test]
fn exported_names_are_assigned_once() {
    let twice = "E0210 2:1 `a` is assigned twice | 1:1 it gets its value here";
    assert_eq!(problems("a = 1\na = 2\n"), [twice]);
    assert_eq!(problems("$a = 1\na = 2\n"), [twice.replace("1:1", "1:2")]);
    assert_eq!(problems("a = 1\na = 1\na = 3\n").len(), 2);
    assert_eq!(
        problems("a = a = 1\n"),
        ["E0210 1:5 `a` is assigned twice | 1:1 it gets its value here"]
    );
    assert_eq!(problems("_a = 1\n_a = 2\n"), Vec::<String>::new());
    let branches = "if True:\n    a = 1\nelse:\n    a = 2\n";
    assert_eq!(
        problems(branches),
        ["E0210 4:5 `a` is assigned twice | 2:5 it gets its value here"]
    );
    let files = problems_in(
        &[("main.k", "a = 1\n"), ("n.k", "z = 1\na = 2\n")],
        &["main.k", "n.k"],
    );
    assert_eq!(
        files,
        ["E0210 n.k:2:1 `a` is assigned twice | 1:1 it gets its value here"]
    );
}

#[test]
fn exported_names_are_not_changed() {
    let changed = ["E0210 2:1 `a` is exported and cannot be changed | 1:1 it gets its value here"];
    assert_eq!(problems("a = {}\na.x = 1\n"), changed);
    assert_eq!(problems("a = [1]\na[0] = 2\n"), changed);
    let augmented =
        ["E0211 2:1 `a` is exported and cannot be changed | 1:1 it gets its value here"];
    assert_eq!(problems("a = 1\na += 1\n"), augmented);
    assert_eq!(problems("a = {}\na.x += 1\n"), augmented);
    assert_eq!(
        problems("_a = {}\n_a.x += 1\n_a.y = 2\n_a += 1\n"),
        Vec::<String>::new()
    );
}

#[test]
fn unification_repeats_and_follows() {
    let schema = "schema A:\n    x: int = 1\n";
    let none = Vec::<String>::new();
    assert_eq!(
        problems(&format!("{schema}a: A {{}}\na: A {{x = 2}}\n")),
        none
    );
    assert_eq!(
        problems(&format!("{schema}a = A {{}}\na: A {{x = 2}}\n")),
        none
    );
    assert_eq!(
        problems(&format!(
            "{schema}if True:\n    a: A {{}}\nelse:\n    a: A {{}}\n"
        )),
        none
    );
    let assigned = problems(&format!("{schema}a: A {{}}\na = A {{}}\n"));
    assert_eq!(
        assigned,
        ["E0210 4:1 `a` is assigned twice | 3:1 it gets its value here"]
    );
    // One augmented assignment may follow it, not two.
    assert_eq!(
        problems(&format!("{schema}a: A {{}}\na |= {{x = 2}}\n")),
        none
    );
    let augmented = problems(&format!(
        "{schema}a: A {{}}\na |= {{x = 2}}\na |= {{x = 2}}\n"
    ));
    assert_eq!(
        augmented,
        ["E0211 5:1 `a` is exported and cannot be changed | 4:1 it gets its value here"]
    );
}

#[test]
fn schemas_have_names_of_their_own() {
    let schema = |name: &str| format!("schema {name}:\n    x: int\n");
    let twice =
        "E0213 3:8 `A` is defined twice in this package | 1:8 first defined as a schema here";
    assert_eq!(problems(&(schema("A") + &schema("A"))), [twice]);
    let rule = problems(&(schema("A") + "rule A:\n    True\n"));
    assert_eq!(
        rule,
        ["E0213 3:6 `A` is defined twice in this package | 1:8 first defined as a schema here"]
    );
    let variable = problems(&(schema("A") + "A = 1\n"));
    assert_eq!(
        variable,
        ["E0210 3:1 `A` is a schema and cannot be assigned | 1:8 defined here"]
    );
    let alias = problems(&(schema("A") + "type A = int\n"));
    assert_eq!(
        alias,
        ["E0217 1:8 `A` is both a schema and a type alias | 3:6 the alias"]
    );
    assert_eq!(
        problems("type A = int\ntype A = str\n"),
        Vec::<String>::new()
    );
    let builtin = problems(&schema("int"));
    assert_eq!(
        builtin,
        ["E0215 1:8 a schema cannot be called `int`: that is a builtin type"]
    );
    assert_eq!(problems("type int = str\n")[0][..9], *"E0216 1:6");
    assert_eq!(problems(&schema("len")), Vec::<String>::new());
}

#[test]
fn imports_are_not_variables() {
    let with_b = |text: &str| problems_in(&[("main.k", text), ("b.k", "z = 1\n")], &["main.k"]);
    let assigned = "`b` is an imported package and cannot be assigned | 1:1 imported here";
    assert_eq!(
        with_b("import b\nb = 1\n"),
        [format!("E0212 2:1 {assigned}")]
    );
    assert_eq!(
        with_b("import b\nb.z = 1\n"),
        [format!("E0212 2:1 {assigned}")]
    );
    let schema = with_b("import b\nschema b:\n    x: int\n");
    assert_eq!(
        schema,
        ["E0214 2:8 `b` is both a schema and an import of this file | 1:1 `b` is imported here"]
    );
    assert_eq!(with_b("import b as c\nb = c.z\n"), Vec::<String>::new());
}
