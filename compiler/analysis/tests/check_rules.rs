//! What the checker rejects, with its codes and places, and what it must not reject.

mod common;

use common::Program;
use kiln_analysis::check::check_program;
use kiln_analysis::syntax::placed;

/// `E0301 main.k:1:5 message | 2:3 label` for every error.
fn check(files: &[(&str, &str)]) -> Vec<String> {
    let program = Program::new(files);
    let found: Vec<_> = check_program(&program.db, program.project)
        .into_iter()
        .map(|(item, diagnostic)| placed(diagnostic, item.place(&program.db)))
        .collect();
    program.show(&found)
}

/// `E0301:1` for every error.
fn codes(text: &str) -> Vec<String> {
    check(&[("main.k", text)])
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

const PORT: &str =
    "schema Port:\n    number: int\n    name?: str\n    proto: \"tcp\" | \"udp\" = \"tcp\"\n";

#[test]
fn rejected() {
    let cases: &[(&str, &[&str])] = &[
        ("a = nam\n", &["E0301:1"]),
        ("a: int = \"s\"\n", &["E0302:1"]),
        ("a: [int] = [\n    1\n    \"s\"\n]\n", &["E0302:1"]),
        ("a = 1 + \"s\"\n", &["E0303:1"]),
        ("a = -\"s\"\n", &["E0304:1"]),
        ("a = 1 / 0\n", &["E0305:1"]),
        ("a = 1 as str\n", &["E0306:1"]),
        ("a = \"s\".nope()\n", &["E0307:1"]),
        ("a = 1\nb = a[0]\n", &["E0308:2"]),
        ("a = {b = 1}\nc = a[1]\n", &["E0309:2"]),
        ("a = {b = 1}[0:1]\n", &["E0310:1"]),
        ("a = [x for x in 1]\n", &["E0311:1"]),
        ("a = [*1]\nb = {**1}\n", &["E0313:1", "E0313:2"]),
        ("a = 1\nb = a()\n", &["E0315:2"]),
        (
            "f = lambda x: int { x }\na = f(1, 2)\nb = f()\nc = f(1, x = 2, x = 3)\nd = f(1, y = 1)\n",
            &["E0316:2", "E0317:3", "E0319:4", "E0318:5"],
        ),
        ("a = 1\nb = a {c = 1}\n", &["E0322:2"]),
        ("a = {1 = 2}\nb = {c += 1}\n", &["E0325:1", "E0326:2"]),
        ("_a = 1\n_a = \"s\"\n", &["E0302:2"]),
        ("_a: int = 1\n_a: str = \"s\"\n", &["E0332:2"]),
        (
            "schema A(B):\n    x: int\nschema B(A):\n    y: int\n",
            &["E0339:1"],
        ),
        (
            "schema A:\n    x: int\nschema B(A):\n    x: str\n    y?: int\nschema C(B):\n    x?: int\n",
            &["E0336:4", "E0336:7", "E0337:7"],
        ),
        ("schema A[x: int]:\n    x: int\n", &["E0340:1"]),
        (
            "schema A:\n    [int]: str\n    x: int\n",
            &["E0343:1", "E0344:3"],
        ),
        (
            "schema A:\n    x: int\nschema B:\n    mixin [A]\n    y: int\n",
            &["E0347:4"],
        ),
        (
            "protocol P:\n    x: int\nprotocol QProtocol:\n    x = 1\n",
            &["E0349:1", "E0350:3"],
        ),
        ("@nope\nschema A:\n    x: int\n", &["E0353:1"]),
        (
            "import math\na = math\nb = math.foo\nc = math?.pi\n",
            &["E0330:2", "E0307:3", "E0329:4", "E0307:4"],
        ),
    ];
    let mut wrong = Vec::new();
    for (text, wanted) in cases {
        let found = codes(text);
        if found != *wanted {
            wrong.push(format!("{text}found {found:?}, wanted {wanted:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn instances_are_checked_key_by_key() {
    let bodies: &[(&str, &[&str])] = &[
        ("a = Port {number = 1}\n", &[]),
        ("a = Port {\n    number = \"s\"\n}\n", &["E0302:6"]),
        ("a = Port {}\n", &["E0321:5"]),
        ("a = Port {number = 1, nam = \"x\"}\n", &["E0320:5"]),
        ("a = Port {number = 1, proto = \"icmp\"}\n", &["E0302:5"]),
        ("d = {number = 1, nam = 2}\na = Port {**d}\n", &["E0320:6"]),
        (
            "a: [Port] = [\n    {number = 1}\n    {number = \"s\"}\n]\n",
            &["E0302:7"],
        ),
        ("a: {str:Port} = {web: {number = 1.5}}\n", &["E0302:5"]),
        ("a: Port {number = 1}\na: Port {name = \"x\"}\n", &[]),
        ("a: Port {number = \"s\"}\na: Port {number = 1}\n", &[]),
        (
            "a: Port {name = \"x\"}\na: Port {name = \"x\"}\n",
            &["E0321:6"],
        ),
        ("a = Port {if True: number = 1}\n", &[]),
        ("a = Port {number = x, x = 1}\n", &["E0301:5", "E0320:5"]),
        (
            "a = [Port {number = i} for i in range(3)]\nb = a[0].number + 1\nc = a[0].numbr\n",
            &["E0307:7"],
        ),
    ];
    for (body, wanted) in bodies {
        assert_eq!(codes(&format!("{PORT}{body}")), *wanted, "{body}");
    }
}

#[test]
fn accepted() {
    let programs = [
        "a: float = 1\nb: int | str = \"x\"\nc: \"x\" | \"y\" = a_name\na_name = \"x\"\n",
        "a = b + 1\nb = 2\n",
        "_a = None\n_a = 1\n",
        "l = [{n = \"a\", v = 1}, {n = \"b\", v = 2}]\nn = l[0].n + \"x\"\nv = l[1].v + 1\n",
        "schema A:\n    r: int = n\n    n: int = 1\n    if n == 1:\n        n = 2\n    t = r\n    u: int = t\n",
        "schema A:\n    [...str]: any\n    x: int = 1\na = A {y = 2, z = {w = 3}}\nb = a.y.z\n",
        "mixin NameMixin:\n    full: str = first + last\nschema A:\n    mixin [NameMixin]\n    first: str\n    last: str\n\
         a = A {first = \"a\", last = \"b\"}\nb: str = a.full\n",
        "fact = lambda n: int -> int { 1 if n < 2 else n * fact(n - 1) }\na = fact(3)\n",
        "_l = [1]\n_l += [2]\n_d = {a = 1}\n_d.b = 2\nx = [i * 2 for i in _l if i > 1]\n",
        "type T = int | [str]\na: T = [\"x\"]\nschema A:\n    t: T\nb: A = {t = 1}\n",
        "f = lambda a: {str:any}, b = 1 { a.x.y.z }\nc = f({x = {y = 1}}, b = 2)\n",
        "a = {b = 1, c = b + 1, \"d\" = {e = c}}\nf = {k = v for k, v in a}\n",
        "print(\"a\", 1, end = \"\")\na = \"{} {x}\".format(1, x = 2)\nb = max(1, 2, 3)\n",
        "import units\na: units.NumberMultiplier = 1Ki\nb = 2 * units.Ki\n",
        "schema A:\n    x: int\n    check:\n        x > 1 if x, \"too small: ${x}\"\n        all i in [x] { i < 9 }\n",
        "rule R for PProtocol:\n    age > 1, \"young\"\nprotocol PProtocol:\n    age: int\nr = R {age = 3}\n",
        "schema A:\n    x: int = 1\nf = lambda t { t {x = 3} }\na = f(A)\n",
        "a = 10\n_b = 4\n_b = _b / 2\n",
    ];
    for program in programs {
        assert_eq!(codes(program), [] as [&str; 0], "{program}");
    }
}

#[test]
fn only_packages_that_are_used_are_checked() {
    let lib = (
        "lib/a.k",
        "schema A:\n    x: int = \"s\"\n_private = 1\nshown: int = 2\n",
    );
    assert_eq!(
        check(&[("main.k", "import lib\na = 1\n"), lib]),
        [] as [&str; 0]
    );
    let found = check(&[
        (
            "main.k",
            "import lib\na = lib.A {}\nb = lib._private\nc: str = lib.shown\nd = lib.show\ne: lib.B = 1\n",
        ),
        lib,
    ]);
    let short: Vec<String> = found
        .iter()
        .map(|shown| shown.split(' ').take(2).collect::<Vec<_>>().join(" "))
        .collect();
    assert_eq!(
        short,
        [
            "E0302 lib/a.k:2:14",
            "E0327 main.k:3:9",
            "E0302 main.k:4:10",
            "E0307 main.k:5:9",
            "E0307 main.k:6:4",
        ]
    );
}

#[test]
fn messages_say_what_was_expected_and_where() {
    let found = check(&[(
        "main.k",
        &format!("{PORT}a = Port {{number = \"80\", nmae = \"x\"}}\n"),
    )]);
    assert_eq!(
        found,
        [
            "E0302 main.k:5:20 `number` expects `int`, found `str` | main.k:2:5 declared here as `int`",
            "E0320 main.k:5:26 schema `Port` has no attribute `nmae` | main.k:1:8 declared here",
        ]
    );
    let found = check(&[("main.k", "replicas = 3\na = replcas\n")]);
    assert_eq!(found, ["E0301 main.k:2:5 `replcas` is not defined"]);
}

#[test]
fn editing_a_body_concerns_nobody_else() {
    let text =
        "schema A:\n    x: int = 1\n    check:\n        x > 0\na = A {x = 2}\nb = a.x\nc = 1\n";
    let mut program = Program::single(text);
    let _ = check_program(&program.db, program.project);
    let _ = program.executed();
    program.edit(
        "main.k",
        &text.replace("x > 0", "x > 10").replace("c = 1", "c = 22"),
    );
    assert_eq!(check_program(&program.db, program.project).len(), 0);
    let walked = program
        .executed()
        .into_iter()
        .find(|line| line.starts_with("infer_item"));
    assert_eq!(walked.as_deref(), Some("infer_item × 1"));
}

#[test]
fn annotations_that_need_each_other_end() {
    // what is reported does not matter; there must be an end
    for text in [
        "v\na = 1 in v\nv: a = v\n",
        "a: b = 1\nb: a = 2\n",
        "a: a = a\n",
    ] {
        codes(text);
    }
}
