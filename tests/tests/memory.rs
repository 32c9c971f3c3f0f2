//! Short programs that ask for far more memory than they may have: each ends in the error for that, before it has
//! allocated it.

use kiln::{Limits, MemoryFileSystem, RunOptions};
use kiln_tests::compare::{Given, run_options};
use kiln_tests::words::Output;

const LIMIT: usize = 6 << 20;

fn run(text: &str) -> Given {
    let system = MemoryFileSystem::with_files([("/case/main.k", text)]);
    let options = RunOptions {
        work_dir: "/case".into(),
        inputs: vec!["main.k".into()],
        limits: Limits {
            memory: LIMIT,
            ..Limits::default()
        },
        ..RunOptions::default()
    };
    run_options(system, &options, Output::Yaml)
}

/// The most memory that this process had, where the system tells.
fn peak() -> Option<usize> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|l| l.starts_with("VmHWM:"))?;
    let kib: usize = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kib << 10)
}

/// `_x` is a list of 2⁴⁰ items that share their parts, `_d` the same as dicts, `_s` a text of 1 MiB.
const SHARED: &str = "import base64\nimport json\nimport regex\nimport template\nimport yaml\n\
    _x = reduce(lambda a, b { [a, a] }, range(40), [1])\n\
    _d = reduce(lambda a, b { {l = a, r = a} }, range(40), {v = 1})\n\
    _s = \"a\" * 1048576\n";

const GREEDY: &[&str] = &[
    "str(_x)",
    "str(_d)",
    "\"${_x}\"",
    "\"${1} ${_d}\"",
    "\"${_x: #json}\"",
    "\"${_d: #yaml}\"",
    "json.encode(_x)",
    "json.encode(_d, indent=4)",
    "json.encode(_d, sort_keys=True)",
    "yaml.encode(_x)",
    "yaml.encode(_d)",
    "yaml.encode_all([_d])",
    "json.encode([\"\\u0001\" * 16777216])",
    "yaml.encode([\"\\u0001\" * 16777216])",
    "\"{}\".format(_x)",
    "\"{:5}\".format(_d)",
    "\"{0}{0}{0}{0}{0}{0}{0}\".format(_s)",
    "(\"{:1000000}\" * 100).format(*[1])",
    "\",\".join([_x])",
    "_s.join(range(10))",
    "\"\".join([_s for _ in range(10)])",
    "print(_x)",
    "[print(_s) for _ in range(10)]",
    "template.execute(\"{{x}}\", {x = _x})",
    "template.execute(\"{{s}}{{s}}{{s}}{{s}}{{s}}{{s}}\", {s = _s})",
    "template.html_escape(\"<\" * 2097152)",
    "\"a\" * 10000000000",
    "[1] * 10000000000",
    "range(10000000000)",
    "_s + _s + _s + _s + _s + _s",
    "_s.replace(\"a\", \"bbbbbbbbbb\")",
    "_s.replace(\"\", \"-----------\")",
    "_s.chars()",
    "list(_s)",
    "sorted(_s)",
    "zip(_s, _s)",
    "max(_s)",
    "_s.split(\"\")",
    "(\"a \" * 1048576).split()",
    "(\"a \" * 1048576).rsplit()",
    "(\"a,\" * 1048576).rsplit(\",\")",
    "(\"a\\n\" * 1048576).splitlines()",
    "regex.findall(_s, \"a\")",
    "regex.findall(_s, \"(a)(b?)\")",
    "regex.split(_s, \"a\")",
    "regex.replace(_s, \"a\", \"b\" * 1000)",
    "regex.replace(_s, \"(a)\", \"$1\" * 1000)",
    "sum([range(100000) for _ in range(10)], [])",
    "base64.encode(_s * 5)",
    "_x",
    "_d",
];

#[test]
fn greedy_programs_end_in_an_error() {
    let mut wrong = Vec::new();
    for call in GREEDY {
        let call = call.replace(".format(*[1])", &format!(".format({})", "1, ".repeat(100)));
        let what = match run(&format!("{SHARED}y = {call}\n")) {
            Given::Errors(reports) if reports[0].code == 522 => None,
            Given::Input(message) if message.contains("longer than 6 MiB") => None,
            Given::Errors(reports) => Some(reports[0].message.clone()),
            Given::Input(message) => Some(message),
            Given::Output(text) => Some(format!("{} bytes", text.len())),
        };
        wrong.extend(what.map(|what| format!("{}: {what}", &call[..call.len().min(60)])));
        // what is built, a copy of it that grows, and the program
        if let Some(peak) = peak() {
            assert!(
                peak < 8 * LIMIT + (256 << 20),
                "{call} took {} MiB",
                peak >> 20
            );
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn modest_programs_do_not() {
    for (call, wanted) in [
        ("len(str([_s, _s]))", "2097156"),
        ("len(\"${_s}${_s}\")", "2097152"),
        ("len(json.encode([_s]))", "1048580"),
        ("len(_s.replace(\"a\", \"b\"))", "1048576"),
        ("len(\",\".join([_s, _s]))", "2097153"),
    ] {
        match run(&format!("{SHARED}y = {call}\n")) {
            Given::Output(text) => assert_eq!(text.trim(), format!("'y': {wanted}"), "{call}"),
            other => panic!("{call}: {other:?}"),
        }
    }
}

#[test]
fn hostile_data_ends_in_an_error() {
    let bomb = (1..12).fold("a0: &a0 [x]\\n".to_owned(), |text, i| {
        let items = vec![format!("*a{}", i - 1); 9].join(", ");
        format!("{text}a{i}: &a{i} [{items}]\\n")
    });
    for (call, wanted) in [
        (format!("yaml.decode(\"{bomb}\")"), "limit exceeded"),
        (format!("yaml.decode_all(\"{bomb}\")"), "limit exceeded"),
        ("yaml.decode(\"[\" * 20000)".into(), "line 1 column 1"),
        (
            "yaml.decode(\"[\" * 20000 + \"]\" * 20000)".into(),
            "line 1 column 1",
        ),
        ("yaml.decode(\"- \" * 20000)".into(), "line 1 column"),
        ("yaml.decode(\"&a [*a]\")".into(), "recursion limit"),
        ("yaml.decode(\"a: *none\")".into(), "line 1 column 4"),
        ("yaml.decode(\"a: 1\\nb: [\\n\")".into(), "line 3 column 1"),
        ("json.decode(\"[\" * 20000)".into(), "column"),
        (
            "json.decode(\"[\" * 20000 + \"]\" * 20000)".into(),
            "column",
        ),
        ("json.decode(\"{\\\"a\\\":\" * 20000)".into(), "column"),
        (
            "regex.match(\"a\" * 40, \"^(?=a)(a+)+$(?!a)b\")".into(),
            "a million steps",
        ),
        (
            "regex.match(\"a\", \"(a{1000}){1000}\")".into(),
            "is not valid",
        ),
        (
            "template.execute(\"{{#*inline \\\"p\\\"}}{{> p}}{{/inline}}{{> p}}\")".into(),
            "nested more than 256 levels",
        ),
    ] {
        let shown = &call[..call.len().min(60)];
        match run(&format!("{SHARED}y = {call}\n")) {
            Given::Errors(reports) => {
                let message = &reports[0].message;
                assert!(message.contains(wanted), "{shown}: {message}");
                assert!(message.len() < 2_000, "{shown}: a long message");
            }
            other => panic!("{shown}: {other:?}"),
        }
    }
    // names of the same value many times over are no bomb
    let given = run(&format!(
        "{SHARED}y = len(yaml.decode(\"a: &a [1, 2]\\n\" + \"\".join([\"k${{i}}: *a\\n\" for i in range(1000)])))\n"
    ));
    assert!(
        matches!(&given, Given::Output(text) if text.trim() == "'y': 1001"),
        "{given:?}"
    );
}
