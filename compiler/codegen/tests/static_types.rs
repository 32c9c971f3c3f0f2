//! What code generation makes of static types.

use kiln_analysis::db::Database;
use kiln_analysis::imports::reachable_packages;
use kiln_codegen::build_package;
use kiln_project::MemoryFileSystem;
use kiln_runtime::bytecode::{Op, Unit};

fn units(text: &str) -> Vec<std::sync::Arc<Unit>> {
    let db = Database::new(MemoryFileSystem::with_files([("/p/main.k", text)]));
    let dependencies = db.dependencies_from(Box::new([]), None);
    let project = db.project("/p", &["/p/main.k"], dependencies);
    let packages = reachable_packages(&db, project).iter();
    let built = packages.flat_map(|&package| build_package(&db, package).0.units);
    built.map(|unit| unit.unit).collect()
}

fn count(text: &str, wanted: impl Fn(&Op) -> bool) -> usize {
    let ops = |unit: &std::sync::Arc<Unit>| -> usize {
        let ops = unit.codes.iter().flat_map(|code| &code.ops);
        ops.filter(|&op| wanted(op)).count()
    };
    units(text).iter().map(ops).sum()
}

#[test]
fn attributes_of_instances_remember_their_slot() {
    let text = "schema A:\n    x: int = 1\n    d: {str:int} = {}\n\na: A = A {}\nb = a.x + a.d.k\nc = lambda v { v.x }\n";
    assert_eq!(count(text, |op| matches!(op, Op::Field { .. })), 2);
    // of a dict, and of something unknown
    assert_eq!(count(text, |op| matches!(op, Op::Attr { .. })), 2);
}

#[test]
fn values_that_certainly_fit_are_not_checked() {
    let packs = |text: &str| count(text, |op| matches!(op, Op::Pack { .. }));
    for text in [
        "a: [int] = [1, len(\"x\") == 1 and 2 or 3]\n",
        "f = lambda x -> [str] { x }\n",
        "f = lambda x: [int] { 1 }\n",
        "a: bool = 1 and 2\n",
        "schema S:\n    x: int = 1\n\na: S = {}\n",
    ] {
        assert_eq!(packs(text), 1, "{text}");
    }
    for text in [
        "a: [int] = [1, 2]\n",
        "f = lambda x -> bool { x == 1 }\n",
        "f = lambda x -> str { \"${x}\" if x else \"no\" }\n",
        "a: {str:[int | str]} = {x = [1, \"a\"]}\n",
        "a: \"x\" | \"y\" = \"x\"\n",
    ] {
        assert_eq!(packs(text), 0, "{text}");
    }
}

#[test]
fn defaults_that_certainly_fit_are_marked() {
    let text = "schema S:\n    a: [int] = [1]\n    b: {str:int} = {k = 1}\n    c: [int] = f()\n    d: S = {}\n\nf = lambda { [1] }\n";
    let proved: Vec<bool> = units(text)
        .iter()
        .flat_map(|unit| &unit.schemas)
        .flat_map(|schema| &schema.setters)
        .map(|setter| setter.proved)
        .collect();
    assert_eq!(proved, [true, true, false, false]);
}
