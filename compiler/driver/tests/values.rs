//! What programs evaluate to, and where it comes from.

#![allow(clippy::unwrap_used, reason = "what is missing fails the test")]

use kiln::{MemoryFileSystem, OriginRole, RunOptions, Session, ValueInfo, Values};

const MODEL: &str = "schema Base:\n    name: str\n    size: int = 1\n    tags: {str:str} = {a = \"x\"}\n\nschema Server(Base):\n    size = 2\n    double: int = size * 2\n    [...str]: int\n";

fn traced(files: &[(&str, &str)], inputs: &[&str]) -> Values {
    let files = files
        .iter()
        .map(|(path, text)| (format!("/p/{path}"), *text));
    let system = MemoryFileSystem::with_files(files);
    let options = RunOptions {
        work_dir: "/p".into(),
        inputs: inputs.iter().map(|input| (*input).to_owned()).collect(),
        ..RunOptions::default()
    };
    let prepared = Session::new(system).prepare(&options).unwrap();
    let (run, values) = prepared.run_traced();
    assert!(run.succeeded(), "{:?}", run.reports);
    assert!(run.to_yaml().is_ok());
    values
}

/// `text: type; file:line role, …`
fn shown(values: &Values, path: &str) -> String {
    let path: Vec<&str> = path.split('/').collect();
    let Some(info) = values.at(&path) else {
        return "nothing".to_owned();
    };
    format!("{}: {}; {}", info.text, info.ty, origins(info))
}

fn origins(info: &ValueInfo) -> String {
    let origins = info.origins.iter().map(|origin| {
        let role = match origin.role {
            OriginRole::Current => "is",
            OriginRole::United => "adds",
            _ => "was",
        };
        let path = origin.path.trim_start_matches("/p/");
        format!("{path}:{} {role} {:?}", origin.line, origin.kind)
    });
    origins.collect::<Vec<_>>().join(", ")
}

#[test]
fn entries_know_their_places() {
    let text = "a = {\n    b = 1\n    c = {d: \"x\", e: [{f = 2}]}\n}\ng = a.b + 1\n";
    let values = traced(&[("main.k", text)], &["main.k"]);
    assert_eq!(shown(&values, "a/b"), "1: int; main.k:2 is Set");
    assert_eq!(shown(&values, "a/c/d"), "\"x\": str; main.k:3 is Set");
    assert_eq!(shown(&values, "a/c/e/0/f"), "2: int; main.k:3 is Set");
    assert_eq!(shown(&values, "g"), "2: int; main.k:5 is Set");
    assert_eq!(
        shown(&values, "a"),
        "{b = 1, c = {d = \"x\", e = [{f = 2}]}}: dict; main.k:1 is Set"
    );
    assert_eq!(shown(&values, "a/z"), "nothing");
    let all: Vec<String> = values.iter().map(|(id, _)| values.path_of(id)).collect();
    assert_eq!(
        all,
        [
            "a",
            "g",
            "a.b",
            "a.c",
            "a.c.d",
            "a.c.e",
            "a.c.e[0]",
            "a.c.e[0].f"
        ]
    );
}

#[test]
fn unions_know_all_that_took_part() {
    let text = "n = 1\na = {x = n, y: {p = n}}\nb = a | {x = 2, y: {q = n}}\nc: {str:} {\n    y.p = n\n    y.q = n\n    \"k-k\" = [n]\n}\n";
    let text = text.replace("c: {str:} {", "c = {");
    let values = traced(&[("main.k", &text)], &["main.k"]);
    assert_eq!(shown(&values, "a/x"), "1: int; main.k:2 is Set");
    assert_eq!(
        shown(&values, "b/x"),
        "2: int; main.k:3 is Set, main.k:2 was Set"
    );
    assert_eq!(
        shown(&values, "b/y"),
        "{p = 1, q = 1}: dict; main.k:3 is Set, main.k:2 adds Set"
    );
    assert_eq!(shown(&values, "b/y/p"), "1: int; main.k:2 is Set");
    assert_eq!(shown(&values, "b/y/q"), "1: int; main.k:3 is Set");
    assert_eq!(shown(&values, "c/y/q"), "1: int; main.k:6 is Set");
    assert_eq!(shown(&values, "c/k-k/0"), "1: int; main.k:7 is Set");
}

#[test]
fn attributes_know_defaults_and_configs() {
    let main = "import model\n\na = model.Server {\n    name = \"a\"\n    tags: {b = \"y\"}\n    more = 7\n}\nb: model.Server {\n    name = \"b\"\n    size = 5\n}\n";
    let files = [("kcl.mod", ""), ("main.k", main), ("model/model.k", MODEL)];
    let values = traced(&files, &["main.k"]);
    assert_eq!(
        shown(&values, "a/name"),
        "\"a\": str; main.k:4 is Set, model/model.k:2 was Declared"
    );
    assert_eq!(
        shown(&values, "a/size"),
        "2: int; model/model.k:7 is Set, model/model.k:3 was Default"
    );
    assert_eq!(
        shown(&values, "b/size"),
        "5: int; main.k:10 is Set, model/model.k:7 was Set, model/model.k:3 was Default"
    );
    assert_eq!(
        shown(&values, "b/double"),
        "10: int; model/model.k:8 is Default"
    );
    assert_eq!(
        shown(&values, "a/tags"),
        "{a = \"x\", b = \"y\"}: dict; main.k:5 is Set, model/model.k:4 adds Default"
    );
    assert_eq!(
        shown(&values, "a/tags/a"),
        "\"x\": str; model/model.k:4 is Set"
    );
    assert_eq!(shown(&values, "a/tags/b"), "\"y\": str; main.k:5 is Set");
    assert_eq!(shown(&values, "a/more"), "7: int; main.k:6 is Set");
}

#[test]
fn instances_made_anew_keep_their_places() {
    let main = "import model\n_base = model.Server {\n    name = \"a\"\n}\na = _base | {\n    size = 9\n}\n_b = model.Server {name = \"b\"}\n_b.size = 3\nc = model.Server {\n    **_base\n    name = \"c\"\n}\n";
    let files = [("kcl.mod", ""), ("main.k", main), ("model/model.k", MODEL)];
    let values = traced(&files, &["main.k"]);
    assert!(shown(&values, "a/name").starts_with("\"a\": str; main.k:3 is Set"));
    assert!(shown(&values, "a/size").starts_with("9: int; main.k:6 is Set"));
    assert!(shown(&values, "_b/size").starts_with("3: int; main.k:9 is Set"));
    assert!(shown(&values, "c/name").starts_with("\"c\": str; main.k:12 is Set"));
}

#[test]
fn several_files_and_setters_of_one_name() {
    let files = [
        (
            "a.k",
            "import model\nx: model.Server {\n    name = \"x\"\n    size = 3\n}\n_y = 1\n",
        ),
        (
            "b.k",
            "import model\nx: model.Server {\n    size = 4\n}\n_y = 2\n_y += 3\nz = _y\n",
        ),
        ("kcl.mod", ""),
        ("model/model.k", MODEL),
    ];
    let files: Vec<_> = files
        .iter()
        .map(|(path, text)| (*path, text.replace("size = 3", "size: 4")))
        .collect();
    let files: Vec<_> = files.iter().map(|(path, text)| (*path, &**text)).collect();
    let values = traced(&files, &["a.k", "b.k"]);
    let x = shown(&values, "x");
    assert!(x.ends_with("b.k:2 is Set, a.k:2 adds Set"), "{x}");
    let size = shown(&values, "x/size");
    assert!(
        size.starts_with("4: int; b.k:3 is Set, a.k:4 was Set"),
        "{size}"
    );
    assert_eq!(
        shown(&values, "_y"),
        "5: int; b.k:6 is Set, b.k:5 adds Set, a.k:6 was Set"
    );
}

#[test]
fn places_know_their_values() {
    let main = "import model\nmake = lambda n {\n    model.Server {name = n}\n}\na = make(\"a\")\nb = make(\"b\")\n";
    let files = [("kcl.mod", ""), ("main.k", main), ("model/model.k", MODEL)];
    let values = traced(&files, &["main.k"]);
    let at = |path: &str, text: &str, what: &str| {
        let offset = text.find(what).unwrap() as u32;
        let found = values.set_at(&format!("/p/{path}"), offset).into_iter();
        let found = found.map(|id| {
            let info = values.get(id).unwrap();
            format!("{} = {}", values.path_of(id), info.text)
        });
        found.collect::<Vec<_>>()
    };
    assert_eq!(
        at("main.k", main, "name = n"),
        ["a.name = \"a\"", "b.name = \"b\""]
    );
    assert_eq!(
        at("model/model.k", MODEL, "name: str"),
        ["a.name = \"a\"", "b.name = \"b\""]
    );
    assert_eq!(
        at("model/model.k", MODEL, "size: int"),
        ["a.size = 2", "b.size = 2"]
    );
    assert_eq!(
        at("main.k", main, "b = make"),
        ["b = {name = \"b\", size = 2, tags = {a = \"x\"}, double = 4}"]
    );
    assert_eq!(at("main.k", main, "make = "), [""; 0]);
}

#[test]
fn a_program_that_fails_tells_what_it_got_to() {
    let text = "a = 1 + 1\nassert a == 3\nb = a\n";
    let system = MemoryFileSystem::with_files([("/p/main.k", text)]);
    let options = RunOptions {
        work_dir: "/p".into(),
        inputs: vec!["main.k".into()],
        ..RunOptions::default()
    };
    let mut session = Session::new(system);
    let (run, values) = session.prepare(&options).unwrap().run_traced();
    assert_eq!(run.reports.len(), 1);
    assert_eq!(run.texts().get("/p/main.k"), Some(text));
    assert_eq!(shown(&values, "a"), "2: int; main.k:1 is Set");
    assert!(session.prepare(&options).unwrap().run().reports.len() == 1);
}

#[test]
fn many_values_are_cut() {
    let text = "a = [{x = i} for i in range(30000)]\nb = 1\n_c = [a]\n";
    let values = traced(&[("main.k", text)], &["main.k"]);
    assert!(values.is_cut());
    assert_eq!(values.iter().count(), 20_000);
    assert_eq!(shown(&values, "b"), "1: int; main.k:2 is Set");
}

#[test]
fn expression_statements_have_values_too() {
    let text = "_n = 2\n{a: {b = _n}, c: 1}\n{c: 1}\nd = 3\n";
    let values = traced(&[("main.k", text)], &["main.k"]);
    assert_eq!(shown(&values, "a/b"), "2: int; main.k:2 is Set");
    assert_eq!(
        shown(&values, "c"),
        "1: int; main.k:3 is Set, main.k:2 was Set"
    );
    let all: Vec<String> = values.iter().map(|(id, _)| values.path_of(id)).collect();
    assert_eq!(all, ["a", "c", "_n", "d", "a.b"]);
}
