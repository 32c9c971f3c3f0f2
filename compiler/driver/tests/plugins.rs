//! Modules that a host adds: programs are checked against their signatures, and reach them.

use std::collections::BTreeMap;

use kiln::{Effect, MemoryFileSystem, Permissions, Plugin, PluginError, Run, RunOptions, Session};

fn plugin() -> Plugin {
    Plugin::new("demo", "For tests.")
        .function(
            "add(a: int, b: int = 1) -> int",
            "Adds.",
            |(a, b): (i64, Option<i64>)| a.checked_add(b.unwrap_or(1)).ok_or("too large"),
        )
        .touching(Effect::Pure)
        .function("none() -> any", "Nothing.", |(): ()| Ok::<_, String>(()))
        .function(
            "keys(data: any) -> [str]",
            "Keys.",
            |(data,): (BTreeMap<String, serde_json::Value>,)| {
                Ok::<_, String>(data.into_keys().collect::<Vec<_>>())
            },
        )
        .function("clock() -> int", "A time.", |(): ()| Ok::<_, String>(7))
        .touching(Effect::Time)
}

fn session(program: &str) -> Session {
    let files =
        MemoryFileSystem::with_files([("/p/main.k", format!("import kcl_plugin.demo\n{program}"))]);
    Session::new(files)
        .with_plugins([plugin()])
        .expect("signatures")
}

fn run(program: &str, permissions: Permissions) -> Run {
    let options = RunOptions {
        work_dir: "/p".into(),
        inputs: vec!["main.k".into()],
        permissions,
        ..RunOptions::default()
    };
    session(program).run(&options).expect("files")
}

fn output(program: &str) -> String {
    let run = run(program, Permissions::default());
    assert!(run.reports.is_empty(), "{:#?}", run.reports);
    run.to_yaml().expect("documents")
}

/// Code, line and message.
fn error(program: &str) -> (String, u32, String) {
    let run = run(program, Permissions::default());
    let report = run.reports.first().expect("an error");
    let line = report.primary.as_ref().map_or(0, |label| label.line);
    (report.code_text(), line - 1, report.message.clone())
}

#[test]
fn values_pass_both_ways() {
    assert_eq!(
        output(
            "schema S:\n    z: int\n    a?: str\n\na = demo.add(1)\nb = demo.add(b = 40, a = 2)\nc = demo.none()\n\
             d = demo.keys({b = 1, a = None})\ne = demo.keys(S {z = 1})\n_f = demo.add\nf = [_f(x) for x in [1, 2]]\n\
             g = demo.add(9007199254740993)\n"
        ),
        "a: 2\nb: 42\nc: null\nd:\n- a\n- b\ne:\n- z\nf:\n- 2\n- 3\ng: 9007199254740994\n"
    );
}

#[test]
fn mistakes_are_found_before_the_program_runs() {
    for (program, code, message) in [
        ("a = demo.add(\"x\")\n", "E0302", "expects `int`"),
        ("a = demo.add()\n", "E0317", "`a` is missing"),
        ("a = demo.add(1, c = 2)\n", "E0318", "no parameter `c`"),
        ("a = demo.add(1, 2, 3)\n", "E0316", "3 were given"),
        ("a = demo.ad(1)\n", "E0307", "has no member `ad`"),
        ("a: str = demo.add(1)\n", "E0302", "expects `str`"),
    ] {
        let (found, line, text) = error(program);
        assert_eq!((found.as_str(), line), (code, 1), "{program}: {text}");
        assert!(text.contains(message), "{program}: {text}");
    }
    let files = MemoryFileSystem::with_files([("/p/main.k", "import kcl_plugin.other\na = 1\n")]);
    let options = RunOptions {
        work_dir: "/p".into(),
        inputs: vec!["main.k".into()],
        ..RunOptions::default()
    };
    let mut session = Session::new(files)
        .with_plugins([plugin()])
        .expect("signatures");
    let run = session.run(&options).expect("files");
    assert_eq!(run.reports[0].message, "the host has no plugin `other`");
}

#[test]
fn failures_of_the_host_end_the_program_at_the_call() {
    let (code, line, message) = error("a = 1\nb = demo.add(9223372036854775807)\n");
    assert_eq!((code.as_str(), line), ("E0518", 2));
    assert_eq!(message, "`demo.add` failed: too large");
    let (_, line, message) = error("x: any = \"s\"\nb = demo.add(x)\n");
    assert_eq!(line, 2);
    assert!(
        message.contains("cannot take these arguments: invalid type: string"),
        "{message}"
    );
    let (_, _, message) =
        error("b = demo.keys({a = lambda { 1 }})\n_ = demo.keys\nc = demo.none(1)\n");
    assert!(!message.is_empty());
}

#[test]
fn effects_need_permissions() {
    let (code, line, _) = error("a = demo.clock()\n");
    assert_eq!((code.as_str(), line), ("E0524", 1));
    let run = run(
        "a = demo.clock()\n",
        Permissions {
            time: true,
            ..Permissions::default()
        },
    );
    assert_eq!(run.to_yaml().expect("documents"), "a: 7\n");
}

#[test]
fn declarations_are_checked() {
    let with = |plugin: Plugin| {
        let session = Session::new(MemoryFileSystem::default()).with_plugins([plugin]);
        session.err()
    };
    let unit = |(): ()| Ok::<_, String>(());
    assert_eq!(
        with(Plugin::new("a b", "")),
        Some(PluginError::Name("a b".into()))
    );
    assert_eq!(
        with(Plugin::new("a", "").function("f(", "", unit)),
        Some(PluginError::Signature("f(".into()))
    );
    let twice = Plugin::new("a", "")
        .function("f() -> int", "", unit)
        .function("f() -> int", "", unit);
    assert_eq!(with(twice), Some(PluginError::Twice("a.f".into())));
    assert_eq!(
        with(Plugin::new("a.b", "").function("f() -> int", "", unit)),
        None
    );
}
