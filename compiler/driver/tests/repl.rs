//! Sessions without a terminal: what is entered, and what comes back.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use kiln::repl::{Answer, Repl, TokenKind};
use kiln::{FileSystem, Limits, MemoryFileSystem, OptionValue, RunOptions};

/// A session in a folder with these files.
fn session(files: &[(&str, &str)]) -> Repl {
    let mut system = MemoryFileSystem::default();
    system.insert_dir("/w");
    for (path, text) in files {
        system.insert(format!("/w/{path}"), *text);
    }
    with(system, options())
}

fn with(system: impl FileSystem + 'static, options: RunOptions) -> Repl {
    let (repl, answers) = Repl::new(system, options).expect("a session");
    assert!(answers.is_empty(), "{answers:?}");
    repl
}

fn options() -> RunOptions {
    RunOptions {
        work_dir: "/w".into(),
        ..RunOptions::default()
    }
}

fn say(repl: &mut Repl, text: &str) -> String {
    let answers = repl.enter(text);
    let texts = answers.iter().map(|answer| match answer {
        Answer::Printed(text) => format!("printed {text}"),
        Answer::Text(text) => format!("{text}\n"),
        Answer::Value(run) => run.to_yaml().expect("YAML"),
        Answer::Note(text) => format!("note: {text}\n"),
        Answer::Mistakes(reports, texts) => {
            let one = |report: &kiln::Report| {
                let place = report.primary.as_ref().map(|at| {
                    let text = texts.get(&at.path).expect("the text");
                    let marked = text.get(at.range.clone()).unwrap_or("?");
                    format!(" at {}:{}:{} `{marked}`", at.path, at.line, at.column)
                });
                format!("{}{}\n", report.code_text(), place.unwrap_or_default())
            };
            reports.iter().map(one).collect()
        }
        Answer::Failed(message, help) => {
            let help = help.as_ref().map(|help| format!("; {help}"));
            format!("failed: {message}{}\n", help.unwrap_or_default())
        }
        Answer::Interrupted => "interrupted\n".to_owned(),
        Answer::Quit => "quit\n".to_owned(),
    });
    texts.collect()
}

/// Says all of it; every second text is the answer.
#[track_caller]
fn talk(repl: &mut Repl, lines: &[(&str, &str)]) {
    for (text, answer) in lines {
        assert_eq!(say(repl, text), *answer, "{text}");
    }
}

const APP: &str = "schema App:\n    name: str\n    replicas: int = 1\n";

#[test]
fn definitions_stay_and_expressions_are_evaluated() {
    talk(
        &mut session(&[]),
        &[
            (APP, ""),
            ("web = App {name = \"web\"}", ""),
            ("web.replicas + 1", "2\n"),
            ("web", "name: web\nreplicas: 1\n"),
            ("[{a = 1}, {b = 2}]", "- a: 1\n- b: 2\n"),
            ("'12'", "'12'\n"),
            ("\"\"\"a text\"\"\"", "a text\n"),
            ("None", "null\n"),
            ("f = lambda x: int { x * 2 }", ""),
            ("f", "function f(x: int) -> int\n"),
            ("App", "schema App\n"),
            (":yaml", "web:\n  name: web\n  replicas: 1\n"),
        ],
    );
}

#[test]
fn several_statements_are_one_input() {
    talk(
        &mut session(&[]),
        &[
            ("a = b + 1\nb = 1\na\nb", "2\n1\n"),
            ("    c = 3\n    c + a", "5\n"),
        ],
    );
}

#[test]
fn a_definition_replaces_the_one_before() {
    talk(
        &mut session(&[]),
        &[
            ("a = 1", ""),
            ("b = a * 10", ""),
            ("a = 2", ""),
            ("b", "20\n"),
            ("x = y = 1", ""),
            ("x = 2", "note: also gone with what is replaced: `y`\n"),
            ("y", "E0301 at input 7:1:1 `y`\n"),
            (APP, ""),
            ("schema App:\n    size: int = 4\n", ""),
            ("App {}.size", "4\n"),
            ("f = lambda { 1 }", ""),
            ("f = \"text\"", ""),
            ("f", "text\n"),
        ],
    );
}

#[test]
fn what_may_stand_beside_an_earlier_definition_does() {
    talk(
        &mut session(&[]),
        &[
            ("_p = 1", ""),
            ("_p = _p + 1", ""),
            ("_p", "2\n"),
            ("_p = \"another type\"", ""),
            ("_p", "another type\n"),
            ("_l = [1]", ""),
            ("_l += [2]", ""),
            ("_l", "- 1\n- 2\n"),
            ("_l = [3]", ""),
            ("_l", "- 3\n"),
            (APP, ""),
            ("web: App {name = \"one\"}", ""),
            ("web: App {replicas = 2}", ""),
            ("web", "name: one\nreplicas: 2\n"),
        ],
    );
}

#[test]
fn a_broken_input_changes_nothing() {
    let mut repl = session(&[]);
    talk(
        &mut repl,
        &[
            ("a = 1", ""),
            ("a = missing", "E0301 at input 2:1:5 `missing`\n"),
            (
                "a = [1][len(\"xyz\")]",
                "E0505 at input 3:1:5 `[1][len(\"xyz\")]`\n",
            ),
            ("a = [1", "E0116 at input 4:1:5 `[`\n"),
            ("b = \"one\"\nc = 1 +", "E0121 at input 5:2:8 ``\n"),
            ("else:\n    a = 2\n", "E0143 at input 6:1:1 `else`\n"),
            ("assert a > 1", "E0516 at input 7:1:1 `assert a > 1`\n"),
            ("a", "1\n"),
            ("b", "E0301 at input 9:1:1 `b`\n"),
            (APP, ""),
            ("web = App {name = \"web\"}", ""),
        ],
    );
    // what depends on it would break
    let answer = say(&mut repl, "schema App:\n    image: str\n");
    assert!(answer.contains("input 11:1:"), "{answer}");
    talk(&mut repl, &[("web.name", "web\n")]);
}

#[test]
fn only_new_output_is_shown() {
    talk(
        &mut session(&[]),
        &[
            ("print(1)", "printed 1\n"),
            ("f = lambda x {\n    print(\"called\")\n    x\n}", ""),
            ("a = f(1)", "printed called\n"),
            ("b = 2", ""),
            ("a", "1\n"),
            ("f(3)", "printed called\n3\n"),
            (
                "print(\"before\") or [1][f(4)]",
                "printed before\ncalled\nE0505 at input 7:1:20 `[1][f(4)]`\n",
            ),
        ],
    );
}

#[test]
fn inputs_of_a_run_work() {
    let system = MemoryFileSystem::with_files([
        ("/w/kcl.mod", "[package]\nname = \"w\"\n"),
        ("/w/model/app.k", "schema App:\n    name: str = \"app\"\n"),
        ("/lib/l.k", "size = 3\n"),
    ]);
    let options = RunOptions {
        arguments: vec![OptionValue::parse("env=prod").expect("an option")],
        externals: [("lib".to_owned(), "/lib".into())].into(),
        ..options()
    };
    talk(
        &mut with(system, options),
        &[
            ("option(\"env\")", "prod\n"),
            ("import model as m\nimport lib", ""),
            ("m.App {}", "name: app\n"),
            ("lib.size", "3\n"),
            ("import file", ""),
            (
                "file.exists(\"/etc/x\")",
                "E0524 at input 6:1:1 `file.exists(\"/etc/x\")`\n",
            ),
            ("import math as m", ""),
            ("m.ceil(1.5)", "2\n"),
            (":vars", "import lib\nimport file\nimport m\n"),
        ],
    );
}

#[test]
fn files_are_loaded_and_read_again() {
    let system = Arc::new(MemoryFileSystem::with_files([
        ("/w/main.k", "import lib\nsize = lib.size\nname = \"one\"\n"),
        ("/w/kcl.mod", ""),
        ("/w/lib/l.k", "size = 1\n"),
    ]));
    let mut repl = with(Arc::clone(&system) as Arc<dyn FileSystem>, options());
    talk(
        &mut repl,
        &[
            (":load main.k", ""),
            ("size", "1\n"),
            ("name = \"mine\"", ""),
            ("double = size * 2", ""),
            (":yaml", "size: 1\nname: mine\ndouble: 2\n"),
        ],
    );
    system
        .write("/w/lib/l.k".as_ref(), b"size = 5\n")
        .expect("a file");
    talk(
        &mut repl,
        &[
            ("size", "1\n"),
            (":reload", ""),
            (":yaml", "size: 5\nname: one\ndouble: 10\n"),
        ],
    );
    system
        .write("/w/main.k".as_ref(), b"size = 1\nname = x\n")
        .expect("a file");
    talk(
        &mut repl,
        &[
            (":reload", "E0301 at /w/main.k:2:8 `x`\n"),
            ("size", "5\n"),
            ("size = 7", ""),
            ("double", "14\n"),
            (
                ":load nothing.k",
                "failed: cannot find the file or folder `nothing.k`\n",
            ),
            (":clear", ""),
            (":vars", "note: there are no names yet\n"),
            (":yaml", "{}\n"),
        ],
    );
}

#[test]
fn questions_are_answered_without_evaluation() {
    let mut repl = session(&[]);
    talk(
        &mut repl,
        &[
            (
                "# adds\nadd = lambda a: int, b: int = 1 -> int { a + b }",
                "",
            ),
            (APP, ""),
            (":type add(1)", "int\n"),
            (":type add", "function add(a: int, b: int = 1) -> int\n"),
            (":type {a = [1, \"x\"]}", "{str:[1 | str]}\n"),
            (":type [1][add(5)]", "1\n"),
            (":type nope", "E0301 at input 7:1:1 `nope`\n"),
            (
                ":doc add",
                "function add(a: int, b: int = 1) -> int\n\nadds\n",
            ),
            (
                ":vars",
                "function add(a: int, b: int = 1) -> int\nschema App\n",
            ),
        ],
    );
    assert!(say(&mut repl, ":doc math.ceil").contains("function math.ceil("));
    assert!(say(&mut repl, ":doc App").contains("    replicas: int = 1"));
    assert!(say(&mut repl, ":doc 1 + 1").starts_with("failed: "));
}

#[test]
fn commands_help_those_who_mistype_them() {
    talk(
        &mut session(&[]),
        &[
            ("a = 1", ""),
            (":q", "quit\n"),
            (
                ":tpye a",
                "failed: there is no command `:tpye`; did you mean `:type`?\n",
            ),
            (
                ":d a",
                "failed: `:d` can mean several commands; write `:doc` or `:drop`\n",
            ),
            (
                ":xyz",
                "failed: there is no command `:xyz`; `:help` lists all commands\n",
            ),
            (
                ":",
                "failed: there is no command `:`; `:help` lists all commands\n",
            ),
            (
                ":type",
                "failed: `:type` needs something to work on; write `:type EXPR`\n",
            ),
            (":vars a", "failed: `:vars` stands alone; write `:vars`\n"),
            (
                ":drop b",
                "failed: there is no `b`; `:vars` lists all names\n",
            ),
            (":drop a", ""),
            ("a", "E0301 at input 11:1:1 `a`\n"),
            ("", ""),
        ],
    );
    let help = say(&mut session(&[]), ":help");
    for command in kiln::repl::COMMANDS {
        assert!(
            help.contains(&format!("  :{} {}", command.name, command.takes)),
            "{help}"
        );
    }
}

#[test]
fn an_endless_evaluation_can_be_ended() {
    static INTERRUPT: AtomicBool = AtomicBool::new(false);
    let options = RunOptions {
        limits: Limits {
            interrupt: Some(&INTERRUPT),
            ..Limits::default()
        },
        ..options()
    };
    let mut system = MemoryFileSystem::default();
    system.insert_dir("/w");
    let mut repl = with(system, options);
    talk(&mut repl, &[("n = [i for i in range(2000)]", "")]);
    let ender = std::thread::spawn(|| {
        std::thread::sleep(Duration::from_millis(300));
        INTERRUPT.store(true, Ordering::Relaxed);
    });
    let endless = "a = len([1 for i in n for j in n for k in n for l in n if l < 0])";
    assert_eq!(say(&mut repl, endless), "interrupted\n");
    ender.join().expect("the thread ends");
    INTERRUPT.store(false, Ordering::Relaxed);
    talk(
        &mut repl,
        &[("len(n)", "2000\n"), ("a", "E0301 at input 4:1:1 `a`\n")],
    );
}

#[test]
fn a_long_check_can_be_ended() {
    static INTERRUPT: AtomicBool = AtomicBool::new(false);
    let options = RunOptions {
        limits: Limits {
            interrupt: Some(&INTERRUPT),
            ..Limits::default()
        },
        ..options()
    };
    let mut program = String::new();
    for number in 0..4000 {
        program.push_str(&format!(
            "schema S{number}:\n    a: int = {number}\n    b: [str] = [str(a) for _ in range(a)]\n\n"
        ));
    }
    let mut system = MemoryFileSystem::default();
    system.insert("/w/large.k", program);
    let mut repl = with(system, options);
    talk(&mut repl, &[("a = 1", "")]);
    let ender = std::thread::spawn(|| {
        std::thread::sleep(Duration::from_millis(50));
        INTERRUPT.store(true, Ordering::Relaxed);
    });
    assert_eq!(say(&mut repl, ":load large.k"), "interrupted\n");
    ender.join().expect("the thread ends");
    // whoever wants an end at once gets it at once
    assert_eq!(say(&mut repl, ":type a"), "interrupted\n");
    INTERRUPT.store(false, Ordering::Relaxed);
    talk(&mut repl, &[("a + 1", "2\n"), (":type a", "int\n")]);
    assert!(say(&mut repl, "S7").contains("E0301"));
    talk(&mut repl, &[(":load large.k", ""), ("S7 {}.a", "7\n")]);
}

#[test]
fn words_are_completed() {
    let mut repl = session(&[]);
    talk(
        &mut repl,
        &[
            (APP, ""),
            ("web = App {name = \"web\"}", ""),
            ("import math", ""),
        ],
    );
    let mut complete = |text: &str| {
        let found = repl.complete(text, text.len());
        let texts = found.candidates.iter().map(|it| it.text.as_str());
        (found.start, texts.collect::<Vec<_>>().join(" "))
    };
    assert_eq!(complete("web.re"), (4, "replicas".to_owned()));
    assert_eq!(complete("we"), (0, "web".to_owned()));
    assert_eq!(complete("x = App {\n    re"), (14, "replicas".to_owned()));
    assert_eq!(complete("math.lo"), (5, "log log10 log1p log2".to_owned()));
    assert_eq!(complete("import mat"), (7, "math".to_owned()));
    assert_eq!(complete(":type web.na"), (10, "name".to_owned()));
    assert_eq!(complete(":ty"), (1, "type".to_owned()));
    assert_eq!(complete(":drop w"), (6, "web".to_owned()));
    assert_eq!(complete("\"we"), (1, String::new()));
    assert!(repl.complete(":load ma", 8).files);
    assert_eq!(repl.complete("ä", 1).candidates, []);
}

#[test]
fn words_have_kinds() {
    let mut repl = session(&[]);
    talk(&mut repl, &[(APP, "")]);
    let mut words = |text: &str| {
        let found = repl.words(text).into_iter();
        let shown = found.map(|(range, kind)| (text[range].to_owned(), kind));
        shown.collect::<Vec<_>>()
    };
    let word = |text: &str, kind| (text.to_owned(), kind);
    assert_eq!(
        words("x = App {name = \"n\"} # c"),
        [
            word("x", TokenKind::Variable),
            word("App", TokenKind::Class),
            word("name", TokenKind::Property),
            word("\"n\"", TokenKind::String),
            word("# c", TokenKind::Comment),
        ]
    );
    assert_eq!(
        words(":type len(1"),
        [
            word("len", TokenKind::Function),
            word("1", TokenKind::Number)
        ]
    );
    assert_eq!(words(":load x"), []);
    assert_eq!(words(""), []);
}

#[test]
fn files_that_are_gone_stay_in_the_program() {
    let system = Arc::new(MemoryFileSystem::with_files([
        ("/w/main.k", "import lib\nsize = lib.size\n"),
        ("/w/kcl.mod", ""),
        ("/w/lib/l.k", "size = 1\n"),
    ]));
    let mut repl = with(Arc::clone(&system) as Arc<dyn FileSystem>, options());
    talk(&mut repl, &[(":load ./main.k", ""), ("size", "1\n")]);
    let path = "/w/main.k".as_ref();
    system.remove_file(path).expect("a file");
    let missing = "failed: cannot find the file or folder `./main.k`\n";
    talk(
        &mut repl,
        &[
            ("size", "1\n"),
            (":reload", missing),
            ("size + 1", "2\n"),
            ("double = size * 2", ""),
            (":vars", "import lib\nsize: int\ndouble: int\n"),
        ],
    );
    system.write(path, b"size = 4\n").expect("a file");
    talk(&mut repl, &[(":reload", ""), ("double", "8\n")]);
}

#[test]
fn what_others_need_is_not_dropped() {
    let mut repl = session(&[]);
    talk(
        &mut repl,
        &[
            ("schema A:\n    x: int = 1\n", ""),
            ("a = A {}", ""),
            (
                ":drop A",
                "E0301 at input 2:1:5 `A`\nnote: nothing was taken away\n",
            ),
            ("a", "x: 1\n"),
        ],
    );
}
