//! What an edit makes the checker do again in a large package: as little as possible.

mod common;

use common::Program;
use kiln_analysis::check::check_package;
use kiln_analysis::{
    file_imports, name_diagnostics, package_files, package_syntax_diagnostics, reachable_packages,
};

/// Folders, files of each, and schemas of a file that use the base; one more in each file does not.
const FOLDERS: usize = 25;
const FILES: usize = 10;
const USERS: usize = 4;

const BASE: &str = "\
import regex

schema Base:
    name: str
    count: int = 1
    label?: str

    check:
        regex.match(name, \"^[a-z]+$\"), \"bad name\"

schema Other:
    text: str = \"a\"

double = lambda base: Base -> int {
    base.count * 2
}
";

fn package() -> Program {
    let mut files = vec![("base/base.k".to_owned(), BASE.to_owned())];
    let mut main = String::new();
    for folder in 0..FOLDERS {
        for file in 0..FILES {
            let mut text = "import base\n".to_owned();
            for user in 0..USERS {
                text.push_str(&format!(
                    "\nschema User{file}x{user}(base.Base):\n    size: int = count + {user}\n    next?: User{file}x0\n\n    check:\n        len(name) > {user}\n"
                ));
            }
            text.push_str(&format!(
                "\nschema Own{file}:\n    other?: base.Other\n    size: int = {file}\n\nsize{file} = {file}\n"
            ));
            files.push((format!("part{folder}/file{file}.k"), text));
        }
        main.push_str(&format!("import part{folder}\n"));
    }
    for folder in 0..FOLDERS {
        main.push_str(&format!("own{folder} = part{folder}.Own0 {{}}\n"));
    }
    files.push(("main.k".to_owned(), main));
    let files: Vec<(&str, &str)> = files
        .iter()
        .map(|(p, t)| (p.as_str(), t.as_str()))
        .collect();
    Program::new(&files)
}

/// Asks everything, as a check would.
fn ask(program: &Program) {
    let db = &program.db;
    for &package in reachable_packages(db, program.project) {
        assert!(package_syntax_diagnostics(db, package).is_empty());
        assert!(name_diagnostics(db, package).is_empty());
        for &file in package_files(db, package) {
            assert!(file_imports(db, file).diagnostics.is_empty());
        }
        assert!(check_package(db, package).is_empty());
    }
}

fn warm() -> Program {
    let program = package();
    ask(&program);
    let ran = program.executed();
    let schemas = FOLDERS * FILES * (USERS + 1) + 2;
    assert!(
        ran.contains(&format!("schema_shape × {schemas}")),
        "{ran:?}"
    );
    program
}

fn after(program: &mut Program, from: &str, to: &str) -> Vec<String> {
    assert!(BASE.contains(from), "{from}");
    program.edit("base/base.k", &BASE.replace(from, to));
    ask(program);
    let mut ran = program.executed();
    // what is wrong with the items of the package is put together again, without a look at the others
    ran.retain(|run| run != "check_package × 1");
    ran
}

/// What every edit of a schema costs.
const ONE_SCHEMA: [&str; 8] = [
    "infer_item × 1",
    "item_errors × 1",
    "item_syntax × 1",
    "outline × 1",
    "parents × 1",
    "schema_shape × 1",
    "schema_ty × 1",
    "used_imports × 1",
];

#[test]
fn the_body_of_a_schema_concerns_nobody_else() {
    let mut program = warm();
    let edits = [
        // a longer default: all expressions behind it have other numbers
        ("count: int = 1", "count: int = 1 + 2 * 3"),
        ("\"^[a-z]+$\"", "\"^[a-z0-9]+$\""),
        (
            "    label?: str",
            "\n    # what it is called\n    label?: str",
        ),
        ("    label?: str", "    label?: str = \"a\" + \"b\""),
    ];
    // an optional attribute that gets a default has another shape, and its users look at it
    for (from, to) in &edits[..3] {
        assert_eq!(after(&mut program, from, to), ONE_SCHEMA, "{to}");
    }
    let ran = after(&mut program, edits[3].0, edits[3].1);
    assert_ne!(ran, ONE_SCHEMA);
}

#[test]
fn the_body_of_a_function_concerns_nobody_else() {
    let mut program = warm();
    let ran = after(&mut program, "base.count * 2", "(base.count + 1) * 2");
    assert!(ran.contains(&"infer_item × 1".to_owned()), "{ran:?}");
    assert!(!ran.iter().any(|run| run.starts_with("schema_")), "{ran:?}");
}

#[test]
fn the_signature_of_a_schema_concerns_those_who_use_it() {
    let mut program = warm();
    let ran = after(&mut program, "label?: str", "label?: int");
    assert_eq!(ran.len(), ONE_SCHEMA.len(), "{ran:?}");
    for query in &ONE_SCHEMA[1..] {
        assert!(ran.contains(&(*query).to_owned()), "{query} in {ran:?}");
    }
    // itself, its users, and the function; no other schema
    let users = FOLDERS * FILES * USERS + 2;
    assert!(ran.contains(&format!("infer_item × {users}")), "{ran:?}");
}

#[test]
fn a_comment_before_an_item_concerns_nobody() {
    let mut program = warm();
    let ran = after(
        &mut program,
        "schema Other",
        "# says nothing\n\nschema Other",
    );
    assert!(
        !ran.iter().any(|run| run.starts_with("infer_item")),
        "{ran:?}"
    );
}
