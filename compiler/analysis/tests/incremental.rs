//! What an edit makes the database compute again, and what not.

mod common;

use common::Program;
use kiln_analysis::imports::file_imports;
use kiln_analysis::names::package_names;
use kiln_analysis::outline::outline;
use kiln_analysis::packages::package_files;
use kiln_analysis::syntax::{item_errors, item_syntax};
use kiln_analysis::{name_diagnostics, package_syntax_diagnostics, reachable_packages};

const TEXT: &str = "\
import math

schema App:
    name: str
    replicas: int = 1

_count = 2
app = App {name = \"web\", replicas = _count}
size = math.ceil(1.5)
";

/// Asks everything about the main package, as a checker would.
fn ask(program: &Program) {
    let db = &program.db;
    for &package in reachable_packages(db, program.project) {
        package_names(db, package);
        let _ = name_diagnostics(db, package);
        let _ = package_syntax_diagnostics(db, package);
        for &file in package_files(db, package) {
            file_imports(db, file);
            for &item in &outline(db, file).items {
                item_syntax(db, item);
                let _ = item_errors(db, item);
            }
        }
    }
}

fn warm(text: &str) -> Program {
    let program = Program::single(text);
    ask(&program);
    let _ = program.executed();
    program
}

fn after(program: &mut Program, text: &str) -> Vec<String> {
    program.edit("main.k", text);
    ask(program);
    program.executed()
}

#[test]
fn nothing_runs_twice() {
    let program = warm(TEXT);
    ask(&program);
    assert_eq!(program.executed(), Vec::<String>::new());
}

#[test]
fn moved_items_are_not_parsed_again() {
    let mut program = warm(TEXT);
    let runs = after(&mut program, &format!("\n\n\n{TEXT}"));
    assert_eq!(runs, ["outline × 1"]);
    let runs = after(&mut program, &TEXT.replace("\n_count", "\n\n\n_count"));
    assert_eq!(runs, ["outline × 1"]);
}

#[test]
fn a_comment_parses_one_item_and_changes_nothing_behind_it() {
    let mut program = warm(TEXT);
    let runs = after(
        &mut program,
        &TEXT.replace("    replicas", "    # how many\n    replicas"),
    );
    assert_eq!(
        runs,
        [
            "item_errors × 1",
            "item_syntax × 1",
            "outline × 1",
            "used_imports × 1"
        ]
    );
}

#[test]
fn a_body_edit_parses_one_item() {
    let mut program = warm(TEXT);
    let runs = after(
        &mut program,
        &TEXT.replace("replicas: int = 1", "replicas: int = 10"),
    );
    assert_eq!(
        runs,
        [
            "item_errors × 1",
            "item_syntax × 1",
            "outline × 1",
            "used_imports × 1"
        ]
    );
}

#[test]
fn a_new_value_of_a_variable_leaves_the_names_alone() {
    let mut program = warm(TEXT);
    let runs = after(&mut program, &TEXT.replace("_count = 2", "_count = 3"));
    let expected = [
        "item_errors × 1",
        "item_names × 1",
        "item_syntax × 1",
        "outline × 1",
        "used_imports × 1",
    ];
    assert_eq!(runs, expected);
}

#[test]
fn an_inserted_item_leaves_the_others_alone() {
    let mut program = warm(TEXT);
    let runs = after(
        &mut program,
        &TEXT.replace("_count = 2", "_new = 1\n_count = 2"),
    );
    let expected = [
        "file_imports × 1",
        "file_syntax_diagnostics × 1",
        "import_names × 1",
        "item_errors × 1",
        "item_names × 1",
        "item_syntax × 1",
        "name_diagnostics × 1",
        "outline × 1",
        "package_names × 1",
        "used_imports × 1",
    ];
    assert_eq!(runs, expected);
}

#[test]
fn equal_names_are_told_apart_by_their_order() {
    let mut program = warm("_a = 1\n_a = 2\n_a = 3\n");
    let runs = after(&mut program, "_a = 1\n_a = 2\n_a = 4\n");
    assert_eq!(
        runs.iter()
            .find(|run| run.starts_with("item_syntax"))
            .unwrap(),
        "item_syntax × 1"
    );
}

#[test]
fn a_file_that_appears_is_found() {
    let mut program = Program::new(&[("main.k", "import lib\na = lib.b\n")]);
    let missing = file_imports(&program.db, program.file());
    assert_eq!(missing.diagnostics.len(), 1);
    program.db.add_file("/p/lib.k", "b = 1\n");
    assert!(
        file_imports(&program.db, program.file())
            .diagnostics
            .is_empty()
    );
    assert_eq!(reachable_packages(&program.db, program.project).len(), 2);
}

#[test]
fn clones_answer_on_other_threads() {
    let program = Program::single(TEXT);
    let project = program.project;
    let threads: Vec<_> = (0..4)
        .map(|_| {
            let db = program.db.clone();
            std::thread::spawn(move || {
                let package = kiln_analysis::main_package(&db, project);
                package_names(&db, package).len()
            })
        })
        .collect();
    assert!(
        threads
            .into_iter()
            .all(|thread| thread.join().unwrap() == 4)
    );
}
