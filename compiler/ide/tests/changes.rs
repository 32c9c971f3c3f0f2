//! Renaming and actions: texts before and after.

mod common;

use common::{Editor, MODEL};
use kiln_ide::TextEdit;
use kiln_ide::actions::{actions, organize};
use kiln_ide::references::{target_at, uses_in_file};
use kiln_ide::rename::{check_file, check_name, edit, prepare};
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
    let all = actions(&editor.db, file, at);
    let found = all.iter().find(|action| action.title == title);
    let titles: Vec<&str> = all.iter().map(|action| &*action.title).collect();
    let found = found.unwrap_or_else(|| panic!("there are only {titles:?}"));
    applied(editor.text(), found.edits.clone())
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
        let all = actions(&editor.db, editor.file(), span);
        let found = all
            .iter()
            .find(|action| action.title.starts_with("extract"))?;
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
