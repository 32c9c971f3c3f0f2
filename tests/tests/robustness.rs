//! Hostile programs: each ends, soon, in documents or in an error of Kiln's own; never in a panic or a full stack.

use std::time::{Duration, Instant};

use kiln::{Limits, MemoryFileSystem, RunOptions};
use kiln_tests::compare::{Given, run_options};
use kiln_tests::fuzz::targets;
use kiln_tests::generate::program;
use kiln_tests::generate::rng::Rng;
use kiln_tests::words::Output;

/// How long a program may take, in a debug build on a busy machine.
const TIME: Duration = Duration::from_secs(20);

fn run_files(files: &[(&str, &str)]) -> Given {
    let start = Instant::now();
    let system = MemoryFileSystem::with_files(
        files
            .iter()
            .map(|(path, text)| (format!("/case/{path}"), *text)),
    );
    let options = RunOptions {
        work_dir: "/case".into(),
        inputs: vec!["main.k".into()],
        limits: Limits {
            depth: 1_000,
            steps: 1_000_000,
            memory: 256 << 20,
            ..Limits::default()
        },
        ..RunOptions::default()
    };
    let given = run_options(system, &options, Output::Yaml);
    let time = start.elapsed();
    assert!(time < TIME, "took {time:?}");
    given
}

fn run(text: &str) -> Given {
    run_files(&[("main.k", text)])
}

/// The program gives errors, each with a message.
fn fails(text: &str) -> String {
    match run(text) {
        Given::Errors(reports) => {
            assert!(!reports.is_empty());
            reports[0].message.clone()
        }
        Given::Input(message) => message,
        Given::Output(text) => panic!("gives {}", text.chars().take(200).collect::<String>()),
    }
}

fn output(text: &str) -> String {
    match run(text) {
        Given::Output(text) => text,
        other => panic!("{other:?}"),
    }
}

#[test]
fn random_bytes() {
    let mut rng = Rng::new(1);
    for _ in 0..300 {
        let bytes: Vec<u8> = (0..rng.below(200)).map(|_| rng.next() as u8).collect();
        let text = String::from_utf8_lossy(&bytes);
        targets::parse(&text).expect("spans in the text");
        let _ = run(&text);
    }
}

#[test]
fn truncated_programs() {
    for seed in 0..20 {
        let text = program(seed).files[0].1.clone();
        for end in (0..text.len()).filter(|&e| text.is_char_boundary(e)) {
            targets::parse(&text[..end]).expect("spans in the text");
            if end % 29 == 0 {
                let _ = run(&text[..end]);
            }
        }
    }
}

#[test]
fn nested_brackets() {
    for (open, close) in [
        ("(", ")"),
        ("[", "]"),
        ("{", "}"),
        ("{a = ", "}"),
        ("f(", ")"),
        ("A {a = ", "}"),
    ] {
        let deep = format!("a = {}1{}\n", open.repeat(300_000), close.repeat(300_000));
        fails(&deep);
        fails(&format!("a = {}\n", open.repeat(300_000)));
        fails(&format!("a = {}\n", close.repeat(300_000)));
    }
}

#[test]
fn nested_operators_and_blocks() {
    let _ = run(&format!("a = {}1\n", "-".repeat(100_000)));
    let _ = run(&format!("a = {}True\n", "not ".repeat(100_000)));
    let _ = run(&format!("a = {}1\n", "1 if True else ".repeat(20_000)));
    let _ = run(&format!(
        "a = {}1{}\n",
        "lambda { ".repeat(20_000),
        " }".repeat(20_000)
    ));
    let _ = run(&format!("a = x{}\n", ".b".repeat(20_000)));
    let _ = run(&format!("a = x{}\n", "[0]".repeat(20_000)));
    let _ = run(&format!(
        "a: {}int{} = 1\n",
        "[".repeat(100_000),
        "]".repeat(100_000)
    ));
    let mut blocks = String::new();
    for depth in 0..1_000 {
        blocks.push_str(&" ".repeat(depth));
        blocks.push_str("if True:\n");
    }
    blocks.push_str(&format!("{}a = 1\n", " ".repeat(1_000)));
    let _ = run(&blocks);
}

#[test]
fn long_line() {
    let text = format!("a = \"{}\"\n", "x".repeat(10 << 20));
    assert_eq!(output(&text).len(), (10 << 20) + 4);
    fails(&format!("a = \"{}\n", "x".repeat(10 << 20)));
}

#[test]
fn odd_characters() {
    assert_eq!(output("\u{feff}a = 1\n"), "a: 1\n");
    assert_eq!(output("a = {\r\n    b = 1\r\n}\r\n"), "a:\n  b: 1\n");
    assert_eq!(output("if True:\n\ta = 1\n"), "a: 1\n");
    fails("if True:\n\ta = 1\n        b = 2\n");
    for escape in [
        "\\x",
        "\\u12",
        "\\U00110000",
        "\\N{NO SUCH NAME}",
        "\\xg0",
        "\\",
    ] {
        fails(&format!("a = \"{escape}\"\n"));
    }
    let _ = run("a = \"\\ud800\"\n");
    let _ = run("a = 1\u{a0}\n");
    fails("a = \u{0}\n");
}

#[test]
fn endless_recursion() {
    fails("f = lambda x: int -> int { f(x) }\na = f(1)\n");
    fails("f = lambda x: int -> int { g(x) }\ng = lambda x: int -> int { f(x) }\na = f(1)\n");
    fails("schema A:\n    a: A = A {}\nb = A {}\n");
    fails("schema A:\n    l: [A] = [A {} for x in [1, 2]]\nb = A {}\n");
    fails("a = b + 1\nb = a + 1\n");
    fails("schema A(B):\n    x: int = 1\nschema B(A):\n    y: int = 1\nc = A {}\n");
    fails("type A = B\ntype B = A\nc: A = 1\n");
    fails("schema A:\n    x: int = y + 1\n    y: int = x + 1\nc = A {}\n");
    let cycle = [
        ("main.k", "import b\na = b.x\n"),
        ("b/b.k", "import c\nx = c.y\n"),
        ("c/c.k", "import b\ny = b.x\n"),
    ];
    let Given::Errors(reports) = run_files(&cycle) else {
        panic!("an import cycle is an error")
    };
    assert!(!reports.is_empty());
}

#[test]
fn too_much() {
    fails("a = [x for x in range(1000000000)]\n");
    fails("a = len([1 for x in range(100000) for y in range(10000)])\n");
    fails(
        "a = len([1 for x in range(100) for y in range(100) for z in range(100) for w in range(1000)])\n",
    );
    fails("a = \"x\" * 9000000000000\n");
    fails("a = [1] * 9000000000000\n");
    fails("a = [1] * -1\n_b = \"x\" * 900000000\nb = _b * 100\n");
    fails("a = len(range(0, 9223372036854775807))\n");
    fails("a = 2 ** 64\n");
    fails("a = 1 << 9223372036854775807\n");
    fails(
        "_a = \"xxxxxxxxxx\"\n_b = lambda s: str, n: int -> str { s if n == 0 else _b(s + s, n - 1) }\nb = _b(_a, 60)\n",
    );
}

#[test]
fn deep_programs() {
    fails("f = lambda n: int -> int { 0 if n == 0 else 1 + f(n - 1) }\na = f(100000)\n");
    let chain: Vec<String> = (0..50_000).map(|i| i.to_string()).collect();
    assert_eq!(
        output(&format!("a = {}\n", chain.join(" + "))),
        "a: 1249975000\n"
    );
    let items: Vec<String> = (0..200_000).map(|i| i.to_string()).collect();
    assert!(output(&format!("a = [{}]\n", items.join(", "))).len() > 1_000_000);
    // 100 schemas, each in the one before
    let mut text = String::from("schema S0:\n    v: int = 1\n");
    for i in 1..100 {
        text.push_str(&format!("schema S{i}:\n    s: S{0} = S{0} {{}}\n", i - 1));
    }
    text.push_str("a = S99 {}\n");
    assert!(output(&text).contains("v: 1"));
    // merges of deep dicts
    let deep = |leaf: &str| format!("{}{leaf}{}", "{a: ".repeat(100), "}".repeat(100));
    assert!(output(&format!("a = {} | {}\n", deep("{v = 1}"), deep("{w = 2}"))).contains("w: 2"));
    let mut chain = String::new();
    for i in 0..5_000 {
        chain.push_str(&format!("a{i} = a{} + 1\n", i + 1));
    }
    chain.push_str("a5000 = 0\n");
    let _ = run(&chain);
}
