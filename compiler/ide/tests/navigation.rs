//! Going to declarations, and finding uses.

mod common;

use common::{Editor, MODEL};
use kiln_ide::goto::{definition, type_definition};
use kiln_ide::references::{target_at, uses_in_file};

fn definitions(files: &[(&str, &str)]) -> Vec<String> {
    let editor = Editor::new(files);
    let found = definition(&editor.db, editor.file(), editor.offset);
    let targets = found.map(|found| found.targets).unwrap_or_default();
    targets.iter().map(|at| editor.show(at)).collect()
}

fn of_model(text: &str) -> Vec<String> {
    definitions(&[("main.k", text), ("model/model.k", MODEL)])
}

#[test]
fn a_schema_of_another_package() {
    assert_eq!(
        of_model("import model\na = model.Ser$0ver {}\n"),
        ["model/model.k:25:8 `Server`"]
    );
    assert_eq!(
        of_model("import model\na: model.Por$0t = None\n"),
        ["model/model.k:1:8 `Port`"]
    );
}

#[test]
fn an_attribute_by_its_key() {
    let key = "import model\na = model.Server {na$0me = \"a\"}\n";
    assert_eq!(of_model(key), ["model/model.k:19:5 `name`"]);
    let nested = "import model\na = model.Server {main.num$0ber = 1}\n";
    assert_eq!(of_model(nested), ["model/model.k:2:5 `number`"]);
    let in_list = "import model\na = model.Server {ports = [{proto$0col = \"UDP\"}]}\n";
    assert_eq!(of_model(in_list), ["model/model.k:3:5 `protocol`"]);
    let of_mixin = "import model\na = model.Server {log$0ging = False}\n";
    assert_eq!(of_model(of_mixin), ["model/model.k:23:5 `logging`"]);
}

#[test]
fn an_attribute_by_access() {
    let text = "import model\na = model.Server {name = \"a\"}\nb = a.main.num$0ber\n";
    assert_eq!(of_model(text), ["model/model.k:2:5 `number`"]);
    let first = "import model\na = model.Server {name = \"a\"}\nb = a.ma$0in.number\n";
    assert_eq!(of_model(first), ["model/model.k:30:5 `main`"]);
}

#[test]
fn keyword_arguments_are_parameters() {
    let text = "import model\na = model.port(number=1, proto$0col=\"UDP\")\n";
    assert_eq!(of_model(text), ["model/model.k:36:28 `protocol`"]);
}

#[test]
fn locals_of_all_kinds() {
    let single = |text: &str| definitions(&[("main.k", text)]);
    assert_eq!(single("a = [x$0 for x in [1]]"), ["main.k:1:12 `x`"]);
    assert_eq!(single("f = lambda n { n$0 + 1 }"), ["main.k:1:12 `n`"]);
    assert_eq!(
        single("f = lambda {\n    a = 1\n    a$0\n}"),
        ["main.k:2:5 `a`"]
    );
    assert_eq!(single("a = {b = 1, c = b$0}"), ["main.k:1:6 `b`"]);
    assert_eq!(single("a = all k, v in {} { v$0 }"), ["main.k:1:12 `v`"]);
    assert_eq!(single("s = \"x\"\nt = \"${s$0} y\""), ["main.k:1:1 `s`"]);
}

#[test]
fn every_place_that_sets_a_name() {
    assert_eq!(
        definitions(&[(
            "main.k",
            "schema A:\n    n: int = 1\n_a: A {}\n_a: A {n = 2}\nb = _a$0\n"
        )]),
        ["main.k:3:1 `_a`", "main.k:4:1 `_a`"]
    );
}

#[test]
fn a_package_leads_to_its_files() {
    assert_eq!(
        of_model("import mod$0el\na = model.Server {name = \"a\"}\n"),
        ["model/model.k:1:1 ``"]
    );
    assert_eq!(
        of_model("import model\na = mod$0el.Server {name = \"a\"}\n"),
        ["model/model.k:1:1 ``"]
    );
}

#[test]
fn heads_of_schemas() {
    let text = MODEL.replace("Server(Base)", "Server(Ba$0se)");
    assert_eq!(definitions(&[("main.k", &text)]), ["main.k:5:8 `Base`"]);
    let text = MODEL.replace("[LogMixin]", "[Log$0Mixin]");
    assert_eq!(
        definitions(&[("main.k", &text)]),
        ["main.k:22:7 `LogMixin`"]
    );
}

#[test]
fn nothing_behind_literals_and_comments() {
    assert!(definitions(&[("main.k", "a = 1$00")]).is_empty());
    assert!(definitions(&[("main.k", "a = 1 # a$0")]).is_empty());
    assert!(definitions(&[("main.k", "$0")]).is_empty());
}

#[test]
fn the_type_of_a_value() {
    let types = |text: &str| {
        let editor = Editor::new(&[("main.k", text), ("model/model.k", MODEL)]);
        let found = type_definition(&editor.db, editor.file(), editor.offset);
        let targets = found.map(|found| found.targets).unwrap_or_default();
        let shown: Vec<String> = targets.iter().map(|at| editor.show(at)).collect();
        shown
    };
    let value = "import model\na = model.Server {name = \"a\"}\nb = a$0\n";
    assert_eq!(types(value), ["model/model.k:25:8 `Server`"]);
    let list = "import model\na = model.Server {por$0ts = []}\n";
    assert_eq!(types(list), ["model/model.k:1:8 `Port`"]);
}

fn uses(files: &[(&str, &str)]) -> Vec<String> {
    let editor = Editor::new(files);
    let file = editor.file();
    let (_, target) = target_at(&editor.db, file, editor.offset).expect("a name");
    let mut found = uses_in_file(&editor.db, file, &target);
    // the other files as the first one imports them
    for import in &kiln_analysis::file_imports(&editor.db, file).imports {
        if let Some(kiln_analysis::ImportTarget::Package(package)) = import.target {
            for &file in kiln_analysis::package_files(&editor.db, package) {
                found.extend(uses_in_file(&editor.db, file, &target));
            }
        }
    }
    found
        .iter()
        .map(|it| {
            let mark = if it.declares { " declares" } else { "" };
            format!("{}{mark}", editor.show(&it.at))
        })
        .collect()
}

#[test]
fn uses_of_a_schema_everywhere() {
    let text = "import model\na = model.Por$0t {number = 1}\nb = lambda p: model.Port { p as model.Port }\n";
    assert_eq!(
        uses(&[("main.k", text), ("model/model.k", MODEL)]),
        [
            "main.k:2:11 `Port`",
            "main.k:3:21 `Port`",
            "main.k:3:39 `Port`",
            "model/model.k:1:8 `Port` declares",
            "model/model.k:29:13 `Port`",
            "model/model.k:30:12 `Port`",
            "model/model.k:36:53 `Port`",
            "model/model.k:37:5 `Port`",
        ]
    );
}

#[test]
fn uses_of_an_attribute_are_not_those_of_its_namesakes() {
    let text = "schema A:\n    n$0: int = 1\nschema B(A):\n    n: int = 2\n    m: int = n\nschema C:\n    n: int = 3\na = A {n = 4}\nb = B {n = 5}.n\nc = C {n = 6}.n\nd = {n = 7, e = n}\nn = a.n\n";
    assert_eq!(
        uses(&[("main.k", text)]),
        [
            "main.k:2:5 `n` declares",
            "main.k:4:5 `n` declares",
            "main.k:5:14 `n`",
            "main.k:8:8 `n` declares",
            "main.k:9:8 `n` declares",
            "main.k:9:15 `n`",
            "main.k:12:7 `n`",
        ]
    );
}

#[test]
fn a_key_that_is_read_is_its_attribute() {
    let text = "schema A:\n    na$0me: str\n    url: str\na = A {\n    name = \"x\"\n    url = \"http://${name}\"\n}\n";
    assert_eq!(
        uses(&[("main.k", text)]),
        [
            "main.k:2:5 `name` declares",
            "main.k:5:5 `name` declares",
            "main.k:6:21 `name`",
        ]
    );
}
