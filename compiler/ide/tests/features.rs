//! Hover, signatures, hints, tokens, symbols, folding, selections, links, hierarchies: one or a few each.

mod common;

use common::{Editor, MODEL};
use kiln_ide::hover::hover;
use kiln_syntax::span::Span;

fn with_model(text: &str) -> Editor {
    Editor::new(&[("main.k", text), ("model/model.k", MODEL)])
}

fn hovered(text: &str) -> String {
    let editor = with_model(text);
    match hover(&editor.db, editor.file(), editor.offset) {
        Some(found) => format!("{}\n---\n{}", editor.show(&found.range), found.markdown),
        None => "nothing".to_owned(),
    }
}

macro_rules! hovers {
    ($($name:ident: $text:expr;)*) => {
        $(
            #[test]
            fn $name() {
                insta::assert_snapshot!(hovered($text));
            }
        )*
    };
}

hovers! {
    hover_schema: "import model\na = model.Ba$0se {name = \"a\"}\n";
    hover_schema_with_bases: "import model\na = model.Ser$0ver {name = \"a\"}\n";
    hover_attribute: "import model\na = model.Server {na$0me = \"a\"}\n";
    hover_attribute_with_comment: "import model\na = model.Server {por$0ts = []}\n";
    hover_function: "import model\na = model.po$0rt(1)\n";
    hover_variable: "# what it is for\nsize = 1 + 2\nb = si$0ze\n";
    hover_builtin: "a = le$0n(\"x\")\n";
    hover_module_function: "import math\na = math.flo$0or(1.5)\n";
    hover_string_member: "a = \"x\".up$0per()\n";
    hover_import: "import model as m$0\na = m.Port {number = 1}\n";
    hover_parameter: "f = lambda n: int { n$0 + 1 }\n";
    hover_type_alias: "type Id = int | str\na: I$0d = 1\n";
    hover_decorator: "@depre$0cated\nschema A:\n    a: int\n";
    hover_nothing: "a = 1 +$0 2\n";
    hover_system_module: "import ma$0th\na = math.floor(1.5)\n";
}

/// The place and the first line of code of what is shown, or everything for words.
#[test]
fn expressions_have_types_and_words_a_meaning() {
    let shown = |text: &str| {
        let hover = hovered(text);
        let (place, text) = hover.split_once("\n---\n")?;
        let code = text.strip_prefix("```kcl\n")?;
        let code = code.replace("\n```", "").replace('\n', " / ");
        Some(format!("{} -> {code}", place.split_once(' ')?.1))
    };
    for (text, expected) in [
        ("a = 1 $0+ 2.5\n", "`1 + 2.5` -> 1 + 2.5: float"),
        ("a = [1, $0\"x\"]\n", "`\"x\"` -> str"),
        ("a = $0[1, 2]\n", "`[1, 2]` -> [1, 2]: [int]"),
        (
            "a = [i for i in [1]$0]\n",
            "`[i for i in [1]]` -> [i for i in [1]]: [int]",
        ),
        ("a = len(\"x\"$0)\n", "`len(\"x\")` -> len(\"x\"): int"),
        ("a = 1 $0== 2\n", "`1 == 2` -> 1 == 2: bool"),
        (
            "import model\na = model.Port $0{number = 1}\n",
            "`model.Port {number = 1}` -> model.Port {number = 1}: Port",
        ),
        (
            "import math\na = (math.floor(1.5)$0)\n",
            "`(math.floor(1.5))` -> (math.floor(1.5)): int",
        ),
        ("a = 4$0Ki\n", "`4Ki` -> 4Ki = 4096"),
        ("a = 0x$0ff\n", "`0xff` -> 0xff = 255"),
        ("a = 1$02\n", "`12` -> int"),
        (
            "a = 1 i$0f True else 2\n",
            "`if` -> if condition: … elif other: … else: … /  / Takes a part of a program, list or config only if a condition holds; in an expression, `a if condition else b`.",
        ),
        (
            "a: in$0t = 1\n",
            "`int` -> int /  / The type of whole numbers.",
        ),
        (
            "schema A:\n    a: [st$0r]\n",
            "`str` -> str /  / The type of texts.",
        ),
        (
            "sch$0ema A:\n    a: int\n",
            "`schema` -> schema Name(Base): /     attribute: type = default /  / Declares attributes with types, defaults and checks. An instance is written `Name {attribute = value}`.",
        ),
        (
            "a = \"${1 $0+ 2}\"\n",
            "`\"${1 + 2}\"` -> \"${1 + 2}\": str",
        ),
    ] {
        assert_eq!(shown(text).as_deref(), Some(expected), "{text}");
    }
    for text in [
        "a = 1 # wh$0y\n",
        "schema A:\n    \"\"\"wo$0rds\"\"\"\n    a: int\n",
        "$0\n",
        "a = unknown $0+ 1\n",
    ] {
        assert_eq!(hovered(text), "nothing", "{text}");
    }
}

#[test]
fn packages_say_what_they_are_for() {
    let main = "import mod$0el\na = model.x\n";
    let editor = Editor::new(&[
        ("main.k", main),
        ("model/a.k", "x = 1\n"),
        ("model/b.k", "\"\"\"What servers are.\n\"\"\"\ny = 1\n"),
    ]);
    let found = hover(&editor.db, editor.file(), editor.offset).unwrap();
    assert_eq!(
        found.markdown,
        "```kcl\nimport model\n```\n\n/p/model\n\nWhat servers are."
    );
}

#[test]
fn signatures_follow_the_cursor() {
    let shown = |text: &str| {
        let editor = with_model(text);
        let found = kiln_ide::signature::signature_help(&editor.db, editor.file(), editor.offset)?;
        let active = found.active.map(|index| {
            let span = found.params[index as usize];
            found.label[span.range()].to_owned()
        });
        Some(format!("{} {active:?}", found.label))
    };
    let label = "model.port(number: int, protocol: str = \"TCP\")";
    for (text, active) in [
        (
            "import model\na = model.port($0)\n",
            "Some(\"number: int\")",
        ),
        (
            "import model\na = model.port(1, $0)\n",
            "Some(\"protocol: str = \\\"TCP\\\"\")",
        ),
        (
            "import model\na = model.port(protocol=\"U$0DP\", number=1)\n",
            "Some(\"protocol: str = \\\"TCP\\\"\")",
        ),
        (
            "import model\na = model.port([1, 2][0]$0)\n",
            "Some(\"number: int\")",
        ),
        ("import model\na = model.port(1, \"a\", $0)\n", "None"),
        (
            "import model\na = model.port(1, $0\nb = 1\n",
            "Some(\"protocol: str = \\\"TCP\\\"\")",
        ),
    ] {
        assert_eq!(shown(text), Some(format!("{label} {active}")), "{text}");
    }
    assert_eq!(
        shown("schema A[n: int]:\n    a: int = n\nb = A($01) {}\n").as_deref(),
        Some("A(n: int) Some(\"n: int\")")
    );
    assert_eq!(
        shown("a = len(st$0r(1))\n").as_deref().map(|it| &it[..4]),
        Some("len(")
    );
    for nothing in ["a = len(\"x\")$0\n", "a = (1$0)\n", "$0\n"] {
        assert_eq!(shown(nothing), None, "{nothing}");
    }
}

#[test]
fn hints_say_what_is_not_written() {
    let text = "import model\na = model.port(80, \"UDP\")\nnumber = 1\nb = model.port(number)\nc = [x for x in [1, 2]]\nd: int = len(\"x\")\ne = len(\"x\")\nf = \"s\"\n";
    let editor = with_model(text);
    let whole = Span::new(0, text.len() as u32);
    let hints = kiln_ide::inlay::inlay_hints(&editor.db, editor.file(), whole);
    let mut shown = text.to_owned();
    for hint in hints.iter().rev() {
        shown.insert_str(hint.offset as usize, &format!("«{}»", hint.text));
    }
    insta::assert_snapshot!(shown);
}

#[test]
fn tokens_say_what_they_are() {
    let text = "\"\"\"doc\nof the file\"\"\"\nimport model as m\n# comment\n@deprecated\nschema A[n: int](m.Base):\n    \"\"\"about A\"\"\"\n    a: str = \"x${n} y\"\n    check:\n        len(a) > 1 if a, \"no\"\nb = A(1) {name = \"b\".upper()}\nc = lambda x { x.name }\nd = [i for i in [1.5, True]]\n";
    let editor = with_model(text);
    let tokens = kiln_ide::tokens::semantic_tokens(&editor.db, editor.file(), None);
    let mut lines = Vec::new();
    let mut end = 0;
    for token in &tokens {
        assert!(
            token.span.start >= end,
            "tokens overlap at {}",
            token.span.start
        );
        end = token.span.end;
        let part = &text[token.span.range()];
        assert!(!part.contains('\n'));
        let kind = kiln_ide::tokens::KINDS[token.kind as usize];
        let modifiers: Vec<&str> = kiln_ide::tokens::MODIFIERS
            .iter()
            .enumerate()
            .filter(|(bit, _)| token.modifiers & (1 << bit) != 0)
            .map(|(_, name)| *name)
            .collect();
        lines.push(
            format!("{part:<16} {kind} {}", modifiers.join(" "))
                .trim_end()
                .to_owned(),
        );
    }
    insta::assert_snapshot!(lines.join("\n"));
}

#[test]
fn symbols_are_a_tree() {
    let text = "import model\na: model.Server {\n    name = \"a\"\n    main = {number = 1}\n    if True:\n        replicas = 2\n}\nif a:\n    b = 1\ntype T = int\nschema S(model.Base):\n    \"quoted\": int\n    x?: {str:str} = {deep = {er = 1}}\nl = [{name = \"first\"}, 1, model.Port {number = 1}]\n";
    let editor = with_model(text);
    let symbols = kiln_ide::symbols::document_symbols(&editor.db, editor.file());
    let mut lines = Vec::new();
    fn list(symbols: &[kiln_ide::symbols::Declared], depth: usize, lines: &mut Vec<String>) {
        for it in symbols {
            assert!(it.range.start <= it.selection.start && it.selection.end <= it.range.end);
            let indent = "  ".repeat(depth);
            lines.push(
                format!("{indent}{} {:?} {}", it.name, it.kind, it.detail)
                    .trim_end()
                    .to_owned(),
            );
            list(&it.children, depth + 1, lines);
        }
    }
    list(&symbols, 0, &mut lines);
    insta::assert_snapshot!(lines.join("\n"));
}

#[test]
fn parts_can_be_folded() {
    let text = "import math\nimport json\n\n# one\n# two\nschema A:\n    \"\"\"a\n    b\n    \"\"\"\n    a: int\n\nb = {\n    c = [\n        1\n    ]\n}\nd = {e = 1}\n# region more\nschema E:\n    x: int\n\n    check:\n        x > 0\n        x < 9, \"too much\"\n# endregion\n";
    let editor = with_model(text);
    let folds = kiln_ide::folding::folding_ranges(&editor.db, editor.file());
    let shown: Vec<String> = folds
        .iter()
        .map(|fold| {
            let line = |at: u32| text[..at as usize].matches('\n').count() + 1;
            format!(
                "{:?} {}-{}",
                fold.kind,
                line(fold.span.start),
                line(fold.span.end)
            )
        })
        .collect();
    insta::assert_snapshot!(shown.join("\n"));
}

#[test]
fn selections_grow() {
    let editor = with_model("a = f(1, {b = [c.d$0e + 1]})\n");
    let spans = kiln_ide::folding::selection_ranges(&editor.db, editor.file(), editor.offset);
    let shown: Vec<&str> = spans
        .iter()
        .map(|span| &editor.text()[span.range()])
        .collect();
    insta::assert_snapshot!(shown.join("\n"));
}

#[test]
fn imports_are_links() {
    let editor =
        with_model("import model\nimport math\nimport missing\na = model.Port {number = 1}\n");
    let links = kiln_ide::links::document_links(&editor.db, editor.file());
    assert_eq!(links.len(), 1);
    assert_eq!(editor.show(&links[0].at), "main.k:1:8 `model`");
    assert_eq!(links[0].target, "/p/model/model.k");
}

#[test]
fn mentions_are_no_calls() {
    use kiln_ide::hierarchy::{call_node, callees, caller};
    use kiln_ide::references::{target_at, uses_in_file};
    let text = "f = lambda x: int -> int { x }\ng = lambda -> int {\n    f(1) + (f)(2)\n}\nh = [f]\ni: S = S {n = f(3)}\nschema S:\n    n: int\n";
    let editor = Editor::single(&text.replacen("f =", "f$0 =", 1));
    let (db, file) = (&editor.db, editor.file());
    assert_eq!(call_node(db, file, editor.offset).unwrap().name, "f");
    let (_, target) = target_at(db, file, editor.offset).unwrap();
    let uses = uses_in_file(db, file, &target);
    assert_eq!(uses.len(), 5);
    let callers = uses.iter().filter_map(|it| caller(db, file, it));
    let names: Vec<String> = callers.map(|node| node.name).collect();
    assert_eq!(names, ["g", "g", "i"]);
    let at = text.find("i: S").unwrap() as u32;
    let called = callees(db, file, at);
    let counts: Vec<(&str, usize)> = called
        .iter()
        .map(|(node, places)| (&*node.name, places.len()))
        .collect();
    assert_eq!(counts, [("S", 1), ("f", 1)]);
}

#[test]
fn hierarchies_of_schemas_and_calls() {
    use kiln_ide::hierarchy::{callees, schema_target, subtypes_in_file, supertypes, type_node};
    let text = MODEL.replace("schema Server", "schema Ser$0ver");
    let editor = Editor::single(&text);
    let file = editor.file();
    let names = |nodes: &[kiln_ide::hierarchy::Node]| -> Vec<String> {
        nodes.iter().map(|node| node.name.clone()).collect()
    };
    let node = type_node(&editor.db, file, editor.offset).unwrap();
    assert_eq!((&*node.name, node.is_schema), ("Server", true));
    let above = supertypes(&editor.db, file, editor.offset);
    assert_eq!(names(&above), ["Base", "LogMixin"]);
    let base = schema_target(&editor.db, file, above[0].at.range.start).unwrap();
    assert_eq!(
        names(&subtypes_in_file(&editor.db, file, &base)),
        ["Server"]
    );
    let called = callees(&editor.db, file, text.find("port = lambda").unwrap() as u32);
    let called: Vec<_> = called
        .iter()
        .map(|(node, at)| (&*node.name, at.len()))
        .collect();
    assert_eq!(called, [("Port", 1)]);
}

#[test]
fn programs_and_tests_can_be_run() {
    let lenses = |files: &[(&str, &str)]| {
        let editor = Editor::new(files);
        let found = kiln_ide::lenses::lenses(&editor.db, editor.file());
        let shown = found.into_iter().map(|lens| {
            let text = &editor.text()[lens.range.range()];
            format!("{:?} `{text}`", lens.kind)
        });
        shown.collect::<Vec<_>>()
    };
    let program = "# what it is\n\nimport math\na = {\n}\n";
    assert_eq!(lenses(&[("main.k", program)]), ["Program `import math`"]);
    assert_eq!(lenses(&[("main.k", "# nothing\n")]), [""; 0]);
    let tests = "a = {\n    b = 1\n}\ntest_a = lambda {\n    1\n}\ntest_b = 1\nother = lambda { 1 }\ntest_c = lambda {";
    assert_eq!(
        lenses(&[("a_test.k", tests)]),
        [
            "Tests `a = {`",
            "Test(\"test_a\") `test_a`",
            "Test(\"test_c\") `test_c`"
        ]
    );
    assert_eq!(lenses(&[("b_test.k", "test_a = 1\n")]), [""; 0]);
}

#[test]
fn what_is_computed() {
    let text = "a = 1\nb = a + 1\nc = {\n    d = -1\n    e.f = a\n    \"g\" = \"${a}\"\n    if a > 0:\n        h: (a)\n}\nschema S:\n    i: int = 3\n    j: int = i * 2\n    k = [1]\nl: S {}\n";
    let editor = Editor::single(text);
    let range = Span::new(0, text.len() as u32);
    let found = kiln_ide::computed::computed(&editor.db, editor.file(), range);
    let shown = found.iter().map(|it| {
        let name = &text[kiln_ide::place::word_at(text, it.name)];
        let before = &text[..it.end as usize];
        format!(
            "{name}: {}",
            before.lines().last().unwrap_or_default().trim()
        )
    });
    assert_eq!(
        shown.collect::<Vec<_>>(),
        [
            "b: b = a + 1",
            "f: e.f = a",
            "g: \"g\" = \"${a}\"",
            "h: h: (a)",
            "j: j: int = i * 2"
        ]
    );
}
