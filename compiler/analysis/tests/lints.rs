//! What lints find, and what they must not complain about.

mod common;

use common::Program;
use kiln_analysis::lint::{self, Level, LintSettings, package_lints};
use kiln_syntax::diagnostic::Severity;

/// `W0401 main.k:1:1 message | 2:3 label` for every finding of every lint.
fn all(files: &[(&str, &str)], main: &[&str]) -> Vec<String> {
    let program = Program::with(files, main, &[]);
    let mut settings = LintSettings::default();
    for lint in lint::ALL {
        if lint.name != "missing_docs" {
            settings.set(lint, Level::Warn);
        }
    }
    let found = package_lints(&program.db, program.main(), &settings);
    program.show(&found)
}

/// `W0401:2` for every finding.
fn codes(text: &str) -> Vec<String> {
    all(
        &[("main.k", text), ("lib/a.k", "schema A:\n    x: int\n")],
        &["main.k"],
    )
    .iter()
    .map(|shown| {
        let mut words = shown.split(' ');
        let code = words.next().unwrap_or_default();
        let line = words
            .next()
            .and_then(|place| place.split(':').nth(1))
            .unwrap_or_default();
        format!("{code}:{line}")
    })
    .collect()
}

#[test]
fn findings() {
    let cases: &[(&str, &[&str])] = &[
        // imports
        ("import math\na = 1\n", &["W0401:1"]),
        ("import lib as l\na = {l = 1}\n", &["W0401:1"]),
        ("import lib\nimport lib\na = lib.A {x = 1}\n", &["W0402:2"]),
        (
            "import lib\nimport lib as m\na = m.A {x = 1}\n",
            &["W0401:1"],
        ),
        ("a = lib.A {x = 1}\nimport lib\n", &["W0403:2"]),
        // variables
        ("_a = 1\n", &["W0404:1"]),
        ("_a = 1\n_a += 1\n", &["W0404:1"]),
        ("_a = len(\"x\")\n", &["W0404:1"]),
        ("_f = lambda x { print(x) }\n", &["W0404:1"]),
        ("a = [1 for x in [1]]\n", &["W0404:1"]),
        ("a = {v = 1 for k, v in {p = 1}}\n", &["W0404:1"]),
        ("a = all k, v in {p = 1} { v > 0 }\n", &["W0404:1"]),
        ("f = lambda x {\n    y = x\n    x\n}\n", &["W0404:2"]),
        // shadowing
        ("x = 1\na = [x for x in [1]]\n", &["W0405:2"]),
        ("x = 1\nf = lambda x { x }\n", &["W0405:2"]),
        ("x = 1\nf = lambda {\n    x = 2\n    x\n}\n", &["W0405:3"]),
        (
            "import math\nf = lambda math { math.pi }\na = math.floor(1.5)\n",
            &["W0405:2"],
        ),
        ("x = 1\nschema S[x: int]:\n    y: int = x\n", &["W0405:2"]),
        // naming
        ("schema s:\n    x: int\n", &["W0406:1"]),
        ("schema My_Schema:\n    x: int\n", &["W0406:1"]),
        ("schema S:\n    Xx: int\n", &["W0406:2"]),
        ("F1a = lambda X, Yy { X + Yy }\n", &["W0406:1", "W0406:1"]),
        // deprecated
        (
            "@deprecated\nschema S:\n    x: int\na = S {x = 1}\n",
            &["W0409:4"],
        ),
        (
            "schema T:\n    @deprecated(reason=\"no\")\n    x?: int\nschema S(T):\n    t?: S\na = S {t = {t: {x = 1}}}\n",
            &["W0409:6"],
        ),
        // unreachable
        ("if False:\n    a = 1\n", &["W0410:2"]),
        (
            "if True:\n    a = 1\nelif a == 2:\n    b = 1\nelse:\n    b = 2\n",
            &["W0410:4", "W0410:6"],
        ),
        ("a = 1 if not False else 2\n", &["W0410:1"]),
        (
            "a = [1, if False: 2]\nb = {if True: c = 1 else: c = 2}\n",
            &["W0410:1", "W0410:2"],
        ),
        ("a = [x for x in [1] if False]\n", &["W0410:1"]),
        (
            "f = lambda {\n    assert False, \"no\"\n    1\n}\n",
            &["W0410:3"],
        ),
        // duplicate keys
        ("a = {b = 1, b = 2}\n", &["W0411:1"]),
        ("a = {b: {x = 1}, \"b\" = 2}\n", &["W0411:1"]),
        ("a = {if 1 < 2:\n    b = 1\n    b = 2\n}\n", &["W0411:2"]),
        // comparisons
        (
            "a = [b == None, None != b]\nb = 1\n",
            &["W0412:1", "W0412:1"],
        ),
        ("a = 1 if (1 < 2) != True else 2\n", &["W0413:1"]),
        ("b: bool = True\na = 1 if b == True else 2\n", &["W0413:2"]),
        // comments
        ("# x\n# kiln: allow(nameing)\na = 1\n", &["W0414:2"]),
    ];
    for (text, expected) in cases {
        assert_eq!(codes(text), *expected, "{text}");
    }
}

#[test]
fn no_findings() {
    let cases = [
        // imports
        "\"\"\"doc\"\"\"\nimport lib\nimport math\na: lib.A {x = math.ceil(1.5)}\n",
        "import lib\nf = lambda a: lib.A { a }\n",
        "import lib\nschema S(lib.A):\n    y: int\n",
        "import lib\na = \"${lib.A {x = 1}}\"\n",
        "import nothing\na = 1\n",
        // variables
        "_a = 1\nb = _a\n",
        "_a = 1\nb = \"${_a}\"\n",
        "_a = 1\nschema S:\n    x: int = _a\n",
        "_a = 1\nb = {(\"${_a}\") = 1}\n",
        "_a = {}\nb = {**_a}\n",
        "_ = 1\n__ = 2\n",
        "schema S:\n    x: int\n_a = S {x = 1}\nb = S.instances()\n",
        "_done = print(\"x\")\n",
        "_env = option(\"env\", required=True)\n",
        "if option(\"x\"):\n    _a = 1\nelse:\n    _a = 2\nb = _a\n",
        "a = [1 for _ in [1]]\nb = [v for _k, v in {p = 1}]\n",
        "a = {k: v for k, v in {p = 1}}\n",
        "a = [x + y for x in [1] for y in [x]]\n",
        "a = filter x in [1, 2] { x > 1 }\n",
        "f = lambda x {\n    y = x\n    if y:\n        y = 2\n    y\n}\n",
        "f = lambda x {\n    x\n    y = 1\n}\n",
        "f = lambda x { lambda y { x } }\n",
        // shadowing
        "x = 1\nschema S:\n    x: int = 2\n",
        "a = [x for x in [1]]\nb = [x for x in [2]]\n",
        "f = lambda x {\n    x = x + 1\n    x\n}\n",
        // naming
        "schema S:\n    \"Odd-Name\": int\n    $Type?: str\n    MAX: int = 1\n    X?: int\n    clusterIP?: str\n    snake_case?: str\n",
        "Resources = {A = 1}\nResources_2 = 2\n",
        "schema S:\n    x: int\nschema _Internal:\n    x: int\nschema V1Beta2:\n    x: int\nschema A:\n    x: int\n",
        "type number = int | float\n",
        // deprecated
        "schema S:\n    @deprecated\n    x?: int\n    y?: int\na = S {y = 1}\nb = {x = 1}\n",
        // unreachable
        "if 1 < 2:\n    a = 1\nelse:\n    a = 2\n",
        "a = True\nb = False if a else True\n",
        "f = lambda x {\n    assert False if x, \"no\"\n    1\n}\n",
        "schema S:\n    check:\n        False if x, \"never\"\n    x: bool = False\n",
        // duplicate keys
        "a = {b: {x = 1}, b: {y = 2}}\n",
        "a = {b = [1], b += [2]}\n",
        "a = {b = 1, c = {b = 2}}\n",
        "a = {b = 1, if c: b = 2}\nc = True\n",
        "a = {b = 1, b = b + 1}\n",
        // comparisons
        "b?: bool = None\n",
        "b: bool = None\na = b == False\nc = b == True\n",
        "b: int = 1\na = 1 if b == True else 2\n",
        "b: bool = None\na = 1 if b == False else 2\nc = 1 if b != True else 2\n",
        "a = [x is None for x in [1]]\n",
        "f = lambda b { 1 if b == True else 2 }\n",
    ];
    for text in cases {
        assert_eq!(codes(text), [""; 0], "{text}");
    }
}

#[test]
fn files_of_a_package_share_private_names_and_imports() {
    let found = all(
        &[
            ("a.k", "import math\n_x = 1\n_y = 2\n"),
            ("b.k", "x = _x + math.floor(1.5)\n"),
        ],
        &["a.k", "b.k"],
    );
    assert_eq!(
        found,
        ["W0404 a.k:3:1 nothing reads the private variable `_y`"]
    );
}

#[test]
fn messages_name_the_other_place() {
    let found = all(
        &[
            (
                "main.k",
                "import lib\n\nname = \"x\"\nf = lambda name { name }\nb = lib.Old {x = 1}\nc = {d = 1, d = 2}\n",
            ),
            (
                "lib/a.k",
                "@deprecated(version=\"2\", reason=\"use New\")\nschema Old:\n    x: int\n",
            ),
        ],
        &["main.k"],
    );
    assert_eq!(
        found,
        [
            "W0405 main.k:4:12 the parameter `name` hides the variable of this name | main.k:3:1 the variable `name`",
            "W0409 main.k:5:5 `Old` is deprecated since version 2 | lib/a.k:1:2 use New",
            "W0411 main.k:6:6 this value of `d` is lost: a later entry replaces it | main.k:6:13 by this entry",
        ]
    );
}

#[test]
fn comments_allow_where_they_stand() {
    // the first line is about the file
    assert_eq!(
        codes("# kiln: allow(unused_variable)\n\n_a = 1\n_b = 2\n"),
        [""; 0]
    );
    // others are about the next statement, also after further comments
    assert_eq!(
        codes("\n# kiln: allow(unused_variable)\n# why\n\n_a = 1\n_b = 2\n"),
        ["W0404:6"]
    );
    assert_eq!(
        codes(
            "\n# kiln: allow(naming)\nschema S:\n    Xx: int\n    Yy: int\nschema T:\n    # kiln: allow(naming)\n    Xx: int\n    Yy: int\n"
        ),
        ["W0406:9"]
    );
    // an entry with all that is in it
    assert_eq!(
        codes(
            "a = {\n    # kiln: allow(duplicate_key)\n    b = {\n        c = 1\n        c = 2\n    }\n    d = 1\n    d = 2\n}\n"
        ),
        ["W0411:7"]
    );
    // at the end of a line, about that line and that lint
    assert_eq!(
        codes("_a = 1 # kiln: allow(naming, unused_variable)\n_b = 2 # kiln: allow(naming)\n"),
        ["W0404:2"]
    );
    // neither strings nor other comments count
    assert_eq!(
        codes("_a = \"# kiln: allow(unused_variable)\"\n"),
        ["W0404:1"]
    );
    assert_eq!(codes("_a = 1 # allow(unused_variable)\n"), ["W0404:1"]);
}

#[test]
fn complexity_counts_branches_and_what_is_around_them() {
    let found = |text: &str, most: u32| {
        let program = Program::single(text);
        let mut settings = LintSettings::default();
        settings.max_complexity = most;
        let found = package_lints(&program.db, program.main(), &settings);
        found
            .into_iter()
            .filter(|d| d.code.number == 407)
            .map(|d| d.message)
            .collect::<Vec<_>>()
    };
    let flat = "f = lambda a {\n    if a == 1:\n        b = 1\n    elif a == 2 or a == 3:\n        b = 2\n    a\n}\n";
    assert_eq!(
        found(flat, 2),
        ["this lambda has a complexity of 3, more than 2"]
    );
    assert_eq!(found(flat, 3), [""; 0]);
    let nested = "schema S:\n    a: int\n    if a > 1:\n        b = [x for x in [1] if x > 1]\n    c = {if a > 1: d = 1 if a > 2 else 3}\n    e = lambda { 1 if a else 2 }\n";
    // if 1, loop 2, filter 1, entry 1, conditional 2
    assert_eq!(
        found(nested, 0),
        [
            "`S` has a complexity of 7, more than 0",
            "this lambda has a complexity of 1, more than 0"
        ]
    );
}

#[test]
fn levels() {
    let program = Program::single("_a = 1\nschema S:\n    x: int\n");
    let severities = |settings: &LintSettings| {
        let found = package_lints(&program.db, program.main(), settings);
        found
            .iter()
            .map(|d| (d.code.number, d.severity))
            .collect::<Vec<_>>()
    };
    let mut settings = LintSettings::default();
    assert_eq!(severities(&settings), [(404, Severity::Warning)]);
    settings.set(lint::by_name("unused_variable").unwrap(), Level::Deny);
    settings.set(lint::by_name("missing_docs").unwrap(), Level::Warn);
    assert_eq!(
        severities(&settings),
        [(404, Severity::Error), (408, Severity::Warning)]
    );
    settings.set(lint::by_name("unused_variable").unwrap(), Level::Allow);
    assert_eq!(severities(&settings), [(408, Severity::Warning)]);
    let unknown = lint::by_name("unused_variables").unwrap_err();
    assert_eq!(unknown.help(), "did you mean `unused_variable`?");
}

#[test]
fn an_edit_looks_again_at_one_item_only() {
    let mut program = Program::single("_a = 1\nb = _a\nc = [x for x in [1]]\nd = {e = 1, f = 2}\n");
    let settings = LintSettings::default();
    let _ = package_lints(&program.db, program.main(), &settings);
    let _ = program.executed();
    program.edit(
        "main.k",
        "_a = 1\nb = _a\nc = [x for x in [1]]\nd = {e = 1, f = 3}\n",
    );
    let _ = package_lints(&program.db, program.main(), &settings);
    for line in program.executed() {
        if line.contains("_lints") || line.contains("complexities") {
            assert!(line.ends_with("× 1"), "{line}");
        }
    }
}
