//! What is offered at a cursor. A snapshot lists rank, label and what is put into the text; of names that are in scope
//! everywhere only those of the file.

mod common;

use common::{Editor, MODEL};
use kiln_ide::catalog::Catalog;
use kiln_ide::completion::{Options, Sources, complete};
use kiln_ide::symbols::top_level;

/// The list at the cursor of `main.k`, beside the model.
fn offered(text: &str) -> String {
    let editor = Editor::new(&[
        ("main.k", text),
        ("model/model.k", MODEL),
        ("lib/util/a.k", "x = 1\n"),
    ]);
    let options = Options::default();
    let Some(found) = complete(&editor.db, editor.file(), editor.offset, options) else {
        return "nothing".to_owned();
    };
    let range = found.replaces.range();
    let mut lines = vec![format!("replaces `{}`", &editor.text()[range])];
    // builtins and words of the language would hide the rest
    let shown = found.items.iter().filter(|item| item.rank < 6);
    lines.extend(shown.map(|item| {
        let text = item.snippet.as_deref().unwrap_or(&item.label);
        format!("{} {} -> {text:?}  {}", item.rank, item.label, item.detail)
    }));
    let rest = found.items.iter().filter(|item| item.rank >= 6).count();
    lines.push(format!("and {rest} that are always there"));
    lines.join("\n")
}

macro_rules! cases {
    ($($name:ident: $text:expr;)*) => {
        $(
            #[test]
            fn $name() {
                insta::assert_snapshot!(offered($text));
            }
        )*
    };
}

cases! {
    members_of_a_package: "import model\na = model.$0\n";
    members_of_a_package_with_a_word: "import model\na = model.Se$0\nb = 1\n";
    types_of_a_package: "import model\na: model.$0\n";
    types_of_a_package_in_a_list: "import model\nschema A:\n    a: [model.$0]\n    b: int\n";
    types: "import model\nschema A:\n    a: $0\n    b: int\n";
    keys_of_an_instance: "import model\na = model.Server {\n    name = \"a\"\n    $0\n    replicas = 2\n}\n";
    keys_with_a_word: "import model\na = model.Server {\n    re$0\n}\n";
    keys_on_one_line: "import model\na = model.Server {name = \"a\", $0}\n";
    keys_of_a_nested_block: "import model\na = model.Server {\n    main = {\n        $0\n    }\n}\n";
    keys_in_a_list: "import model\na = model.Server {\n    ports = [{$0}]\n}\n";
    keys_with_an_operator: "import model\na = model.Server {\n    na$0 = 1\n}\n";
    keys_behind_an_if: "import model\na = model.Server {\n    if True:\n        $0\n}\n";
    values_of_a_literal_type: "import model\na = model.Port {number = 1, protocol = $0}\n";
    values_inside_quotes: "import model\na = model.Port {number = 1, protocol = \"U$0\"}\n";
    values_of_a_flag: "import model\na = model.Server {\n    logging = $0\n}\n";
    values_of_a_schema: "import model\na = model.Server {\n    main = $0\n}\n";
    members_of_an_instance: "import model\na = model.Server {name = \"a\"}\nb = a.$0\n";
    members_of_a_chain: "import model\na = model.Server {name = \"a\"}\nb = a.main.nu$0\n";
    members_of_a_string: "a = \"x\".up$0\n";
    members_of_a_module: "import math\na = math.fl$0\n";
    members_of_a_dict: "a = {b = 1, c = \"x\"}\nd = a.$0\n";
    arguments: "f = lambda first: int, second: str = \"a\" { first }\na = f($0)\n";
    names_in_a_lambda: "f = lambda first: int {\n    local = 1\n    $0\n}\n";
    names_in_a_schema: "schema A[arg: str]:\n    first: int = 1\n    second: int = $0\n";
    names_in_a_hole: "s = \"x\"\nt = \"a ${s$0} b\"\n";
    names_in_a_comprehension: "a = [it$0 for item in [1, 2]]\n";
    statements: "import model\na = 1\n$0\nb = 2\n";
    statements_in_an_empty_file: "$0";
    a_check: "schema A:\n    first: int\n\n    check:\n        $0\n";
    a_base: "schema A:\n    x: int\nschema B($0):\n    y: int\n";
    imports: "import $0\n";
    imports_below_a_dependency: "import lib.$0\n";
    decorators: "@$0\nschema A:\n    x: int\n";
    values_in_single_quotes: "import model\na = model.Port {number = 1, protocol = 'U$0'}\n";
    values_in_an_open_string: "import model\na = model.Port {\n    number = 1\n    protocol = \"U$0\n}\nb = 1\n";
    values_of_a_literal_attribute: "schema A:\n    x: \"a\" | \"b\" = $0\n";
    values_of_a_literal_after_a_bar: "import model\na = model.Port {number = 1, protocol = \"TCP\" | $0}\n";
    types_after_a_bar: "schema A:\n    x: int | $0\n    y: int\n";
    insertions: "import model\na = model.Server {\n    ports += [$0]\n}\n";
    insertions_of_a_block: "import model\na = model.Server {\n    ports += [{$0}]\n}\n";
    schema_arguments: "schema A[first: int, second: \"x\" | \"y\"]:\n    n: int = first\na = A($0) {}\n";
    schema_argument_values: "schema A[first: int, second: \"x\" | \"y\"]:\n    n: int = first\na = A(first=1, second=$0) {}\n";
    decorator_arguments: "@deprecated($0)\nschema A:\n    x: int\n";
    decorators_of_an_attribute: "schema A:\n    @$0\n    x: int\n";
    hole_in_single_quotes: "s = 'x'\nt = 'a ${s$0} b'\n";
    hole_in_a_long_string: "s = 'x'\nt = \"\"\"\n  a ${s$0} b\n\"\"\"\n";
    open_hole: "s = 'x'\nt = \"a ${s$0\nu = 1\n";
    open_hole_in_a_closed_string: "s = 'x'\nt = \"a ${s$0\"\nu = 1\n";
    members_in_a_hole: "import model\ns = model.Port {number = 1}\nt = \"a ${s.n$0} b\"\n";
    a_check_with_attributes: "schema A:\n    first: int\n    check:\n        first > 0 if fi$0\n";
    condition_of_a_comprehension: "a = [item for item in [1, 2] if it$0]\n";
    keys_in_a_comprehension: "a = {k: v for k, v in {x = 1} if $0}\n";
    a_lambda_body: "import model\nf = lambda server: model.Server -> int {\n    port = server.main\n    po$0\n}\n";
    condition_of_an_entry: "x = True\na = {\n    if $0:\n        b = 1\n}\n";
    index_signature_key: "schema A:\n    [name: $0]: int\n";
    index_signature_value: "schema A:\n    [name: str]: $0\n";
    augmented: "a = [1]\na += $0\n";
    doc_string: "schema A:\n    \"\"\"$0\"\"\"\n    first: int\n    second?: str = \"x\"\n";
    doc_string_on_lines: "schema A:\n    \"\"\"\n    $0\n    \"\"\"\n    first: int\n";
    broken_above: "import model\na = {\nb = model.Server {\n    $0\n}\n";
    broken_inside: "import model\nb = model.Server {\n    name = \n    $0\n    main = {\n}\n";
    values_after_or: "import model\nx = model.Server {name = \"a\"}\ny = x.name or $0\n";
    condition: "import model\nx = model.Port {number = 1}\ny = x.protocol == $0\n";
    lambda_types: "f = lambda x: $0 -> int { 1 }\n";
    return_types: "f = lambda x: int -> $0 { 1 }\n";
    keys_of_a_typed_variable: "import model\na: model.Server = {\n    $0\n}\n";
    keys_of_an_attribute_default: "import model\nschema B:\n    s: model.Server = {\n        $0\n    }\n";
    keys_of_a_dict_of_instances: "import model\na: {str:model.Port} = {\n    x = {$0}\n}\n";
    keys_of_a_returned_instance: "import model\nf = lambda -> model.Port {\n    {$0}\n}\n";
    keys_of_a_merged_dict: "import model\na = model.Port {number = 1}\nb = a | {$0}\n";
    mixin: "mixin AMixin:\n    x: int\nschema A:\n    mixin [$0]\n    y: int\n";
    protocol: "protocol PProtocol:\n    x: int\nmixin AMixin for $0:\n    y: int\n";
    as_type: "a = 1 as $0\n";
    all_required_attributes: "schema A:\n    x: int\n    y: {str:}\n    z?: int\na = A {\n    $0\n}\n";
    all_required_attributes_on_a_line: "schema A:\n    x: int\n    y: \"a\" | \"b\"\na = A {$0}\n";
    strings_in_a_condition: "import model\nx = model.Port {number = 1}\ny = x.protocol == \"U$0\"\n";
    doc_string_with_text: "schema A:\n    \"\"\"some $0text\"\"\"\n    first: int\n";
    doc_string_of_a_mixin: "mixin AMixin:\n    '''$0'''\n    first: int = 1\n";
    long_string: "a = \"\"\"$0\"\"\"\n";
    optional_members: "import model\na = model.Server {name = \"a\"}\nb = a?.$0\n";
    unification: "import model\na: $0\nb = 1\n";
    statement_of_a_schema: "import model\nschema B(model.Server):\n    na$0\n";
    nothing_in_comments: "a = 1 # b$0\n";
    nothing_in_strings: "a = \"b$0\"\n";
    nothing_in_numbers: "a = 12$0\n";
}

/// Files that nobody imports yet.
const OTHERS: [(&str, &str); 7] = [
    ("deep/model/model.k", MODEL),
    ("model/model.k", MODEL),
    (
        "tool/t.k",
        "type Size = int\nsize = lambda x {\n    x\n}\n_hidden = 1\n",
    ),
    ("tool/t_test.k", "test_size = lambda {}\n"),
    ("root.k", "schema Rooted:\n    x: int\nrooted = 1\n"),
    ("lib/util/a.k", "schema Serial:\n    x: int\n"),
    ("nested/mod/n.k", "schema Serve:\n    x: int\n"),
];

/// What can be had by an import: what is put into the text, and the text with it.
fn unimported(text: &str) -> String {
    let mut files = vec![("main.k", text)];
    files.extend(OTHERS);
    let editor = Editor::new(&files);
    let mut catalog = Catalog::default();
    for (path, text) in &OTHERS {
        catalog.set(&format!("/p/{path}"), Some(&top_level(text)));
    }
    catalog.set_modules(["/p".into(), "/p/lib".into(), "/p/nested".into()]);
    let sources = Sources {
        with_catalog: &|look| look(&catalog),
        open: &Catalog::default(),
    };
    let options = Options {
        sources: Some(&sources),
        ..Options::default()
    };
    let Some(found) = complete(&editor.db, editor.file(), editor.offset, options) else {
        return "nothing".to_owned();
    };
    let mut lines = Vec::new();
    for item in &found.items {
        let Some(import) = &item.import else { continue };
        let text = item.snippet.as_ref().or(item.plain.as_ref());
        let text = text.unwrap_or(&item.label);
        let edit = import.edit.as_ref().map_or("none".to_owned(), |edit| {
            format!("{}: {:?}", edit.range.start, edit.text)
        });
        lines.push(format!(
            "{} {} -> {text:?}  {}  {} {edit}",
            item.rank, item.label, item.detail, import.path
        ));
    }
    lines.join("\n")
}

macro_rules! unimported_cases {
    ($($name:ident: $text:expr;)*) => {
        $(
            #[test]
            fn $name() {
                insta::assert_snapshot!(unimported($text));
            }
        )*
    };
}

unimported_cases! {
    unimported_values: "# about a\na = Ser$0\n";
    unimported_values_beside_an_import: "import model as m # why\n\na = Ser$0\n";
    unimported_names_that_are_taken: "import deep.model\n\na = Port$0\n";
    unimported_types: "schema A:\n    a: Si$0\n";
    unimported_bases: "schema A(Base$0):\n    a: int\n";
    unimported_mixins: "schema A:\n    mixin [Log$0]\n";
    unimported_packages: "a = mo$0\n";
    unimported_system_modules: "a = [math$0]\n";
    unimported_members: "a = model.Po$0\n";
    unimported_members_as_types: "schema A:\n    a: tool.$0\n";
    unimported_members_of_a_system_module: "a = \"${math.flo$0}\"\n";
    unimported_members_of_something_known: "model = {}\na = model.$0\n";
    unimported_at_the_root: "a = Root$0\n";
    unimported_as_a_statement: "import math\nRoo$0\n";
    unimported_expected: "import model\na = lambda { model.Server {main = $0} }\n";
}

#[test]
fn expected_schemas_of_other_packages_are_imported() {
    let user = "import model\nschema Host:\n    port?: model.Port\n";
    let mut files = vec![("main.k", "import user\na = user.Host {port = $0}\n")];
    files.extend([("user/u.k", user), ("model/model.k", MODEL)]);
    let editor = Editor::new(&files);
    let sources = Sources {
        with_catalog: &|_| {},
        open: &Catalog::default(),
    };
    let options = Options {
        sources: Some(&sources),
        ..Options::default()
    };
    let found = complete(&editor.db, editor.file(), editor.offset, options).unwrap();
    let first = &found.items[0];
    assert_eq!(first.plain.as_deref(), Some("model.Port {}"));
    let edit = first.import.as_ref().unwrap().edit.as_ref().unwrap();
    assert_eq!((edit.range.start, &*edit.text), (11, "\nimport model"));
}

#[test]
fn what_is_deprecated_says_so() {
    let text =
        "schema A:\n    @deprecated(version=\"1\")\n    old?: int\n    new?: int\na = A {$0}\n";
    let editor = Editor::single(text);
    let found = complete(&editor.db, editor.file(), editor.offset, Options::default());
    let marked = found.unwrap().items.into_iter().filter(|it| it.deprecated);
    assert_eq!(marked.map(|it| it.label).collect::<Vec<_>>(), ["old"]);
}

#[test]
fn documentation_is_looked_up_for_one_item() {
    let text = "import model\na = model.Server {\n    $0\n}\n";
    let editor = Editor::new(&[("main.k", text), ("model/model.k", MODEL)]);
    let docs = |label: &str| {
        let options = Options {
            docs_of: Some(label),
            ..Options::default()
        };
        let list = complete(&editor.db, editor.file(), editor.offset, options).unwrap();
        let found = list.items.into_iter().find(|item| item.label == label);
        found.unwrap().docs
    };
    assert_eq!(docs("name"), "How it is called.");
    assert_eq!(docs("ports"), "where it listens");
}

/// Whatever is cut off behind the cursor, nothing breaks and no answer takes long.
#[test]
fn every_position_of_every_prefix() {
    for end in (0..MODEL.len()).step_by(7) {
        let Some(text) = MODEL.get(..end) else {
            continue;
        };
        let editor = Editor::single(text);
        for offset in [end as u32, end as u32 / 2] {
            let _ = complete(&editor.db, editor.file(), offset, Options::default());
        }
    }
}
