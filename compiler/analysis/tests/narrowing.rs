//! Types by the conditions around: what is no mistake, and what stays one.

mod common;

use common::Program;
use kiln_analysis::check::check_program;

/// `E0303:2` for every error.
fn found(text: &str) -> Vec<String> {
    let program = Program::new(&[("main.k", text)]);
    let line = |at: u32| text[..at as usize].matches('\n').count() + 1;
    check_program(&program.db, program.project)
        .into_iter()
        .map(|(item, diagnostic)| {
            let start = item.range(&program.db).start + diagnostic.primary.span.start;
            format!("E{:04}:{}", diagnostic.code.number, line(start))
        })
        .collect()
}

/// A lambda whose parameter `v` has a type.
fn lambda(ty: &str, body: &str) -> String {
    format!("f = lambda v: {ty}, w: str | int {{\n    {body}\n}}\n")
}

#[test]
fn conditions_tell_types() {
    for (ty, body) in [
        ("int | str", "len(v) if typeof(v) == \"str\" else v + 1"),
        ("int | str", "v + 1 if typeof(v) != \"str\" else len(v)"),
        (
            "int | str",
            "v + 1 if not (typeof(v) == \"str\") else len(v)",
        ),
        ("int | str", "typeof(v) == \"str\" and len(v) > 1"),
        ("int | str", "typeof(v) == \"int\" or len(v) > 1"),
        (
            "int | str | [int]",
            "len(v) if typeof(v) == \"str\" or typeof(v) == \"list\" else v + 1",
        ),
        (
            "int | str",
            "v + 1 if typeof(v) == \"int\" and typeof(w) == \"int\" else 0",
        ),
        ("[int | str]", "[x + 1 for x in v if typeof(x) == \"int\"]"),
        (
            "[int | str]",
            "all x in v { len(x) > 1 if typeof(x) == \"str\" }",
        ),
        (
            "\"a\" | \"b\" | 5",
            "v + 1 if v not in [\"a\", \"b\"] else 0",
        ),
        ("\"a\" | 5", "v + 1 if v != \"a\" else 0"),
        ("int | str", "[if typeof(v) == \"str\": len(v) else: v + 1]"),
        (
            "int | str",
            "{if typeof(v) == \"str\": a = len(v) else: a = v + 1}",
        ),
        ("int | str", "assert typeof(v) == \"str\"\n    len(v)"),
        (
            "int | str",
            "r = 0\n    if typeof(v) == \"str\":\n        r = len(v)\n    elif v > 5:\n        r = v + 1\n    r",
        ),
        (
            "int | str",
            "typeof(v) == \"str\" and typeof(w) == \"str\" and len(v) > len(w)",
        ),
    ] {
        let text = lambda(ty, body);
        assert_eq!(found(&text), [""; 0], "{text}");
    }
}

#[test]
fn attributes_are_names_too() {
    let text = "schema Port:\n    number: int | str\n\nschema App:\n    port: Port\n    next: int = port.number + 1 if typeof(port.number) == \"int\" else 0\n    check:\n        len(port.number) > 1 if typeof(port.number) == \"str\", \"too short\"\n\nf = lambda a: App -> int {\n    len(a.port.number) if typeof(a.port.number) == \"str\" else a.port.number\n}\n";
    assert_eq!(found(text), [""; 0]);
}

#[test]
fn mistakes_stay_mistakes() {
    for (ty, body, line) in [
        ("int | str", "len(v) if typeof(v) == \"int\" else 0", 2),
        ("int | str", "len(v) if typeof(w) == \"str\" else 0", 2),
        (
            "int | str",
            "len(v) if typeof(v) == \"str\" or typeof(w) == \"str\" else 0",
            2,
        ),
        ("int | str", "typeof(v) == \"str\" or len(v) > 1", 2),
        // the name is another one inside
        (
            "int | str",
            "[len(v) for v in [1]] if typeof(v) == \"str\" else []",
            2,
        ),
        // it has got another value
        (
            "int | str",
            "x = v\n    r = 0\n    if typeof(x) == \"str\":\n        x = w\n        r = len(x)\n    r",
            6,
        ),
        (
            "int | str",
            "r = 0\n    if typeof(v) == \"str\":\n        r = 1\n    r = len(v)\n    r",
            5,
        ),
    ] {
        let text = lambda(ty, body);
        let found = found(&text);
        assert!(
            found.len() == 1 && found[0].ends_with(&format!(":{line}")),
            "{text}{found:?}"
        );
    }
}

#[test]
fn a_condition_causes_no_error() {
    // `Derived` has the attribute, and `typeof` of a `Derived` is not "Base"
    let text = "schema Base:\n    a: int = 1\n\nschema Derived(Base):\n    b: int = 1\n\nf = lambda v: Base | int | {str:int} -> int {\n    v.b if typeof(v) != \"int\" else 0\n}\n";
    let without = text.replace(" if typeof(v) != \"int\" else 0", "");
    assert!(found(text).len() <= found(&without).len());
}
