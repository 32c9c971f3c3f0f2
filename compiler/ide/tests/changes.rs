//! Renaming and actions: texts before and after.

mod common;

use common::{Editor, MODEL};
use kiln_ide::TextEdit;
use kiln_ide::actions::{Surroundings, actions, organize};
use kiln_ide::catalog::Catalog;
use kiln_ide::completion::Sources;
use kiln_ide::references::{target_at, uses_in_file};
use kiln_ide::rename::{check_file, check_name, edit, prepare};
use kiln_ide::symbols::top_level;
use kiln_syntax::span::Span;

fn applied(text: &str, mut edits: Vec<TextEdit>) -> String {
    edits.sort_by_key(|edit| (edit.range.start, edit.range.end));
    let mut result = text.to_owned();
    for edit in edits.iter().rev() {
        result.replace_range(edit.range.range(), &edit.text);
    }
    result
}

/// The file after a name at its cursor was renamed; or why it is not.
fn renamed(text: &str, new: &str) -> Result<String, String> {
    let editor = Editor::new(&[("main.k", text), ("model/model.k", MODEL)]);
    let (db, file) = (&editor.db, editor.file());
    prepare(db, file, editor.offset)?;
    let (_, target) = target_at(db, file, editor.offset).ok_or("nothing")?;
    check_name(new, &target)?;
    let uses = uses_in_file(db, file, &target);
    check_file(db, file, &target, &uses, new)?;
    let edits = uses.iter().map(|it| edit(db, file, &target, it, new));
    Ok(applied(editor.text(), edits.collect()))
}

#[test]
fn names_of_all_kinds_are_renamed() {
    for (before, after) in [
        ("a$0 = 1\nb = a + 1\n", "x = 1\nb = x + 1\n"),
        (
            "a = [i$0 + i for i in [1]]\ni = 2\n",
            "a = [x + x for x in [1]]\ni = 2\n",
        ),
        (
            "f = lambda n$0: int { n }\na = f(n=1)\n",
            "f = lambda x: int { x }\na = f(x=1)\n",
        ),
        ("a = \"${b$0} b\"\nb = 1\n", "a = \"${x} b\"\nx = 1\n"),
        (
            "schema A:\n    n: int\n    m: int = n\na = A {n$0 = 1}\nb = a.n\n",
            "schema A:\n    x: int\n    m: int = x\na = A {x = 1}\nb = a.x\n",
        ),
        (
            "schema A:\n    a: int = 1\nschema B(A$0):\n    b: A = A {}\n",
            "schema x:\n    a: int = 1\nschema B(x):\n    b: x = x {}\n",
        ),
        (
            "import model\na = mo$0del.Port {number = 1}\n",
            "import model as x\na = x.Port {number = 1}\n",
        ),
        (
            "import model as m\na = m$0.Port {number = 1}\n",
            "import model as x\na = x.Port {number = 1}\n",
        ),
        (
            "_a: A {n = 1}\n_a: A {n = 2}\nb = _a$0\nschema A:\n    n: int\n",
            "x: A {n = 1}\nx: A {n = 2}\nb = x\nschema A:\n    n: int\n",
        ),
        ("a = {k$0 = 1, j = k}\n", "a = {x = 1, j = x}\n"),
        (
            "schema A:\n    \"n\": int\na = A {\"n$0\" = 1}\n",
            "schema A:\n    \"x\": int\na = A {\"x\" = 1}\n",
        ),
    ] {
        assert_eq!(renamed(before, "x").as_deref(), Ok(after));
    }
}

#[test]
fn what_would_mean_something_else_is_refused() {
    for (text, new, reason) in [
        (
            "a$0 = 1\nb = 2\n",
            "b",
            "there is a `b` in the package already",
        ),
        (
            "a = 1\nf = lambda x { x + a$0 }\n",
            "x",
            "`x` means something else already where `a` is used, in `main.k`",
        ),
        (
            "f = lambda x$0 { x + y }\ny = 1\n",
            "y",
            "`y` means something else already where `x` is used, in `main.k`",
        ),
        (
            "schema A:\n    a: int\n    b: int\nx = A {a$0 = 1, b = 2}\n",
            "b",
            "`A` has an attribute `b` already",
        ),
        (
            "import math\na$0 = math.floor(1.5)\n",
            "math",
            "`math` means something else already where `a` is used, in `main.k`",
        ),
        ("a = len$0(\"x\")\n", "x", "`len` is part of the language"),
        ("a$0 = 1\n", "schema", "`schema` is not a name"),
        ("a$0 = 1\n", "", "`` is not a name"),
        ("a$0 = 1\n", "a b", "`a b` is not a name"),
        ("a = 1 +$0 2\n", "x", "there is no name here"),
        (
            "mixin AMixin:\n    a: int = 1\nschema B:\n    mixin [AMi$0xin]\n",
            "A",
            "the name must end in `Mixin`",
        ),
    ] {
        assert_eq!(renamed(text, new), Err(reason.to_owned()), "{text}");
    }
}

/// The file after the action with a title was applied.
fn acted(text: &str, title: &str) -> String {
    let editor = Editor::new(&[
        ("main.k", text),
        ("model/model.k", MODEL),
        ("deep/er/tool/t.k", "x = 1\n"),
    ]);
    let file = editor.file();
    let at = Span::new(editor.offset, editor.offset);
    let all = actions(&editor.db, file, at, Surroundings::default());
    let found = all.iter().find(|action| action.title == title);
    let titles: Vec<&str> = all.iter().map(|action| &*action.title).collect();
    let found = found.unwrap_or_else(|| panic!("there are only {titles:?}"));
    assert!(found.others.is_empty());
    applied(editor.text(), found.edits.clone())
}

/// The titles of what can be done at the cursor.
fn titles(text: &str) -> Vec<String> {
    let editor = Editor::new(&[("main.k", text), ("model/model.k", MODEL)]);
    let at = Span::new(editor.offset, editor.offset);
    let all = actions(&editor.db, editor.file(), at, Surroundings::default());
    all.into_iter().map(|action| action.title).collect()
}

#[test]
fn missing_attributes_are_added() {
    assert_eq!(
        acted(
            "import model\na = model.Ser$0ver {\n    replicas = 2\n}\n",
            "add `name`"
        ),
        "import model\na = model.Server {\n    replicas = 2\n    name = \"\"\n}\n"
    );
    assert_eq!(
        acted("import model\na = model.Port {$0}\n", "add `number`"),
        "import model\na = model.Port {\n    number = 0\n}\n"
    );
    assert_eq!(
        acted(
            "import model\na = model.Port {proto$0col = \"UDP\"}\n",
            "add `number`"
        ),
        "import model\na = model.Port {protocol = \"UDP\", number = 0}\n"
    );
    assert_eq!(
        acted(
            "import model\na = model.Server {\n    name = \"a\"\n    main = {\n        $0\n    }\n}\n",
            "add `number`"
        ),
        "import model\na = model.Server {\n    name = \"a\"\n    main = {\n        number = 0\n    }\n}\n"
    );
}

#[test]
fn dicts_become_instances() {
    assert_eq!(
        acted(
            "import model\na = model.Server {name = \"a\", main = {num$0ber = 1}}\n",
            "write the schema: `model.Port {…}`"
        ),
        "import model\na = model.Server {name = \"a\", main = model.Port {number = 1}}\n"
    );
}

#[test]
fn attributes_become_optional_and_required() {
    let optional = acted("schema A:\n    na$0me: str\n", "make `name` optional");
    assert_eq!(optional, "schema A:\n    name?: str\n");
    let required = acted("schema A:\n    na$0me?: str\n", "make `name` required");
    assert_eq!(required, "schema A:\n    name: str\n");
}

#[test]
fn unknown_packages_are_imported() {
    assert_eq!(
        acted("a = ma$0th.floor(1.5)\n", "import `math`"),
        "import math\n\na = math.floor(1.5)\n"
    );
    assert_eq!(
        acted(
            "import math\na = math.floor(tool$0.x)\n",
            "import `deep.er.tool`"
        ),
        "import math\nimport deep.er.tool\na = math.floor(tool.x)\n"
    );
}

#[test]
fn types_are_written() {
    assert_eq!(
        acted("a$0 = 1 + 2\n", "write its type: `int`"),
        "a: int = 1 + 2\n"
    );
}

#[test]
fn expressions_get_a_name() {
    let extracted = |text: &str| {
        let start = text.find('«').unwrap();
        let text = text.replace('«', "");
        let end = text.find('»').unwrap();
        let editor = Editor::single(&text.replace('»', ""));
        let span = Span::new(start as u32, end as u32);
        let all = actions(&editor.db, editor.file(), span, Surroundings::default());
        let found = all
            .iter()
            .find(|action| action.title.starts_with("extract `"))?;
        Some(applied(editor.text(), found.edits.clone()))
    };
    assert_eq!(
        extracted("a = 1\nb = [«a + 2», 3]\n").as_deref(),
        Some("a = 1\n_value = a + 2\nb = [_value, 3]\n")
    );
    assert_eq!(
        extracted("f = lambda x {\n    y = 1\n    («x + y») * 2\n}\n").as_deref(),
        Some("f = lambda x {\n    y = 1\n    value = x + y\n    (value) * 2\n}\n")
    );
    // what depends on a loop, or is no value, stays
    for text in [
        "a = [«i + 1» for i in [1]]\n",
        "a = {«b» = 1}\n",
        "«a» = 1\n",
        "a = «len»(\"x\")\n",
    ] {
        assert_eq!(extracted(text), None, "{text}");
    }
}

#[test]
fn names_are_replaced_by_their_values() {
    for (before, after) in [
        ("_a$0 = 1 + 2\nb = _a * 3\n", "b = (1 + 2) * 3\n"),
        (
            "_a = 1 + 2 # why\nb = [_a$0, len(\"x\")]\n",
            "b = [1 + 2, len(\"x\")]\n",
        ),
        (
            "_a = {x = 1}\nb = _a.x\nc = _a$0 | {y = 2}\n",
            "b = {x = 1}.x\nc = {x = 1} | {y = 2}\n",
        ),
        ("_a = 5\nb = \"${_a$0} things\"\n", "b = \"${5} things\"\n"),
        (
            "f = lambda x: int {\n    y = x + 1\n    y$0 * 2\n}\n",
            "f = lambda x: int {\n    (x + 1) * 2\n}\n",
        ),
        (
            "_a: str = \"x\"\nschema S:\n    n: str = _a$0\n",
            "schema S:\n    n: str = \"x\"\n",
        ),
        (
            "_a = lambda x { x }\nb = _a$0(1)\n",
            "b = (lambda x { x })(1)\n",
        ),
    ] {
        let name = if before.contains("_a") { "_a" } else { "y" };
        assert_eq!(acted(before, &format!("inline `{name}`")), after);
    }
    // what others can see stays
    assert_eq!(
        acted("a = 1 + 2\nb = a$0 * 3\n", "inline this use of `a`"),
        "a = 1 + 2\nb = (1 + 2) * 3\n"
    );
}

#[test]
fn values_that_would_mean_something_else_stay_where_they_are() {
    for text in [
        // a parameter, an attribute, a key of the same name
        "x = 1\n_a = x\nf = lambda x { x + _a$0 }\n",
        "x = 1\n_a = x\nschema S:\n    x: int = 2\n    y: int = _a$0\n",
        "x = 1\n_a = x\nb = {x = 2, y = _a$0}\n",
        "x = 1\n_a = x\nb = [_a$0 for x in [1]]\n",
        // several values
        "_a = 1\n_a += 1\nb = _a$0\n",
        "_a = 1\n_a = 2\nb = _a$0\n",
        // a type that makes something else of the value
        "schema S:\n    x: int\n_a: S = {x = 1}\nb = _a$0\n",
        "_a: float = 1\nb = _a$0\n",
        // effects
        "import crypto\n_a = crypto.uuid()\nb = [_a$0, _a]\n",
        "f = lambda { 1 }\n_a = f()\nb = [_a$0, _a]\n",
        // in a string with the same quotes
        "_a = \"x\"\nb = \"${_a$0}\"\n",
        // under a condition, and never used
        "if True:\n    _a = 1\nb = _a$0\n",
        "_a$0 = 1\n",
        "_a$0 = [1, _a]\nb = _a\n",
        "f = lambda x {\n    y = x\n    [y$0 for x in [1]]\n}\n",
    ] {
        let all = titles(text);
        let inlined = all.iter().any(|title| title.starts_with("inline `"));
        assert!(!inlined, "{text}: {all:?}");
    }
}

#[test]
fn dicts_become_schemas() {
    assert_eq!(
        acted(
            "import model\n\n# the server\nmain_server = {$0\n    name = \"a\"\n    \"port-1\": 80\n    tags = [\"x\"]\n    labels = {a = \"b\"}\n    port = model.Port {number = 1}\n    f = lambda x { x }\n}\n",
            "extract schema `MainServer`"
        ),
        "import model\n\nschema MainServer:\n    name: str\n    \"port-1\": int\n    tags: [str]\n    labels: {str:str}\n    port: model.Port\n    f: any\n\n# the server\nmain_server = MainServer {\n    name = \"a\"\n    \"port-1\": 80\n    tags = [\"x\"]\n    labels = {a = \"b\"}\n    port = model.Port {number = 1}\n    f = lambda x { x }\n}\n"
    );
    assert_eq!(
        acted(
            "schema Inner:\n    x: int\na = {inner = {$0x = 1.5, y = None}}\n",
            "extract schema `Inner2`"
        ),
        "schema Inner:\n    x: int\nschema Inner2:\n    x: float\n    y: any\n\na = {inner = Inner2 {x = 1.5, y = None}}\n"
    );
    for text in [
        "a = {}$0\n",
        "a = {**b$0}\nb = {x = 1}\n",
        "a = {$0if True: x = 1}\n",
        "a = {$0x += [1]}\n",
        "a = {$0x = 1} | {y = 2}\n",
        "a: {str:int} = {$0x = 1}\n",
        "import model\na = model.Port {$0number = 1}\n",
        "a = {\n    x = 1\n    y$0 = 2\n}\n",
        "a = {$0x.y = 1}\n",
    ] {
        let all = titles(text);
        let extracted = all.iter().any(|title| title.starts_with("extract schema"));
        assert!(!extracted, "{text}: {all:?}");
    }
}

#[test]
fn instances_become_dicts() {
    assert_eq!(
        acted(
            "import model\na = model.Server {name = \"a\", main = model.Port {num$0ber = 1}}\n",
            "leave out the schema: `{…}`"
        ),
        "import model\na = model.Server {name = \"a\", main = {number = 1}}\n"
    );
    let alone = titles("import model\na = model.Port {num$0ber = 1}\n");
    assert!(!alone.iter().any(|title| title.starts_with("leave out")));
    let base = "schema A:\n    x?: int\nschema B(A):\n    y?: int\na: A = B {$0}\n";
    assert!(
        !titles(base)
            .iter()
            .any(|title| title.starts_with("leave out"))
    );
}

#[test]
fn strings_are_written_in_another_way() {
    let holes = "write the values into the string";
    for (before, title, after) in [
        ("a = \"x$0\"\n", "use single quotes", "a = 'x'\n"),
        (
            "a = 'x$0 ${b}'\nb = 1\n",
            "use double quotes",
            "a = \"x ${b}\"\nb = 1\n",
        ),
        (
            "n = \"x\"\ni = 1\na = \"{} and {$0}.\".format(n, i)\n",
            holes,
            "n = \"x\"\ni = 1\na = \"${n} and ${i}.\"\n",
        ),
        (
            "n = \"x\"\na = \"a/\" + n + \"/b$0\"\n",
            holes,
            "n = \"x\"\na = \"a/${n}/b\"\n",
        ),
    ] {
        assert_eq!(acted(before, title), after);
    }
    for text in [
        "a = \"x$0'\"\n",
        "a = \"\"\"x$0\"\"\"\n",
        "a = \"x$0\\n\"\n",
        "a = \"{:.2f} $0'\".format(1.5)\n",
        "a = \"{} $0'\".format(1.5)\n",
        "a = 1$0 + 2\n",
    ] {
        assert_eq!(titles(text), [""; 0], "{text}");
    }
}

#[test]
fn unknown_names_are_found_in_packages() {
    let others = [
        ("model/model.k", MODEL),
        ("deep/er/m.k", "schema Port:\n    x: int\n"),
    ];
    let mut files = vec![("main.k", "a = Por$0t {number = 1}\n")];
    files.extend(others);
    let editor = Editor::new(&files);
    let mut catalog = Catalog::default();
    for (path, text) in &others {
        catalog.set(&format!("/p/{path}"), Some(&top_level(text)));
    }
    let around = Surroundings {
        sources: Some(Sources {
            with_catalog: &|look| look(&catalog),
            open: &Catalog::default(),
        }),
        shared: false,
    };
    let at = Span::new(editor.offset, editor.offset);
    let all = actions(&editor.db, editor.file(), at, around);
    let titles: Vec<&str> = all.iter().map(|action| &*action.title).collect();
    assert_eq!(
        titles,
        [
            "import `model`, write `model.Port`",
            "import `deep.er`, write `er.Port`"
        ]
    );
    assert_eq!(
        applied(editor.text(), all[1].edits.clone()),
        "import deep.er\n\na = er.Port {number = 1}\n"
    );
}

/// Whatever is cut off, and wherever the cursor is, nothing breaks.
#[test]
fn every_position_of_broken_programs() {
    let program = "import model\nimport math\n_a = {name = \"x ${1 + 2}\", n = 0x1f, l = [1, {b = 1}]}\ns = model.Server {name = \"{}\".format(_a), main = {number = 1Ki}} | {replicas += 1}\nf = lambda x: int -> str {\n    y = x + 1\n    \"a\" + str(y)\n}\nz = f(1) if True else Unknown {}\n@deprecated\nschema T(model.Base)[a: int]:\n    \"\"\"d\"\"\"\n    mixin [model.LogMixin]\n    [...str]: int\n    q?: \"a\" | \"b\" = \"a\"\n    check:\n        q == \"a\" if math.floor(1.5)\n";
    for end in (0..=program.len()).step_by(9) {
        let Some(text) = program.get(..end) else {
            continue;
        };
        let editor = Editor::new(&[("main.k", text), ("model/model.k", MODEL)]);
        let (db, file) = (&editor.db, editor.file());
        for offset in (0..=end as u32).step_by(5) {
            let at = Span::new(offset, offset);
            let _ = actions(db, file, at, Surroundings::default());
            let far = Span::new(offset, end as u32);
            let _ = actions(db, file, far, Surroundings::default());
            let _ = kiln_ide::hover::hover(db, file, offset);
            for key in ["\n", "}", "]"] {
                let _ = kiln_ide::typing::after_key(text, offset, key, "    ");
            }
        }
        let _ = kiln_ide::symbols::document_symbols(db, file);
        let _ = kiln_ide::folding::folding_ranges(db, file);
    }
}

#[test]
fn imports_are_organized() {
    let organized = |text: &str| {
        let editor = Editor::new(&[("main.k", text), ("model/model.k", MODEL)]);
        let action = organize(&editor.db, editor.file())?;
        Some(applied(editor.text(), action.edits))
    };
    assert_eq!(
        organized(
            "import model\nimport math\nimport json\n\na = math.floor(1.5)\nb = model.port(1)\n"
        )
        .as_deref(),
        Some("import math\nimport model\n\na = math.floor(1.5)\nb = model.port(1)\n")
    );
    assert_eq!(
        organized("import math\n\na = 1\n").as_deref(),
        Some("a = 1\n")
    );
    assert_eq!(
        organized("import model\nimport math\n\n# about a\na = math.floor(1.5)\n").as_deref(),
        Some("import math\n\n# about a\na = math.floor(1.5)\n")
    );
    // what is in order, or has comments, stays
    assert_eq!(organized("import math\na = math.floor(1.5)\n"), None);
    assert_eq!(organized("import model # why\nimport math\na = 1\n"), None);
    assert_eq!(organized("a = 1\n"), None);
}
