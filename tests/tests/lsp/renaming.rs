//! Renaming over files and packages: the whole workspace before and after, from one edit.

use std::collections::BTreeMap;
use std::path::Path;

use kiln_tests::lsp::Client;
use serde_json::{Value, json};

use crate::{files, modern};

/// Files with their texts.
type Texts = BTreeMap<String, String>;

/// The texts of files after a workspace edit.
fn applied(root: &Path, client: &Client, edit: &Value) -> Texts {
    let mut texts = Texts::new();
    for change in edit["documentChanges"].as_array().into_iter().flatten() {
        let path = client.path(change["textDocument"]["uri"].as_str().unwrap());
        let mut text = std::fs::read_to_string(root.join(&path)).unwrap();
        let offset = |position: &Value, text: &str| {
            let line = position["line"].as_u64().unwrap() as usize;
            let lines = text.split_inclusive('\n').take(line).map(str::len);
            lines.sum::<usize>() + position["character"].as_u64().unwrap() as usize
        };
        let mut edits: Vec<(usize, usize, &str)> = change["edits"]
            .as_array()
            .unwrap()
            .iter()
            .map(|edit| {
                let range = &edit["range"];
                let (start, end) = (offset(&range["start"], &text), offset(&range["end"], &text));
                (start, end, edit["newText"].as_str().unwrap())
            })
            .collect();
        edits.sort_unstable();
        for (start, end, new) in edits.into_iter().rev() {
            text.replace_range(start..end, new);
        }
        texts.insert(path, text);
    }
    texts
}

/// What changes when the name under `|` in a file is renamed, or why it is not.
fn renamed(all: &[(&str, &str)], path: &str, marked: &str, new: &str) -> Result<Texts, String> {
    let dir = files(all);
    let mut client = Client::start(dir.path(), modern());
    client.open(path);
    let mut params = client.at(path, marked);
    let id = client.send("textDocument/prepareRename", params.clone());
    let prepared = client.answer(id);
    params["newName"] = json!(new);
    let id = client.send("textDocument/rename", params);
    let answer = client.answer(id);
    client.settle(std::time::Duration::from_millis(50));
    let texts = answer
        .as_ref()
        .map(|edit| applied(dir.path(), &client, edit));
    let reason = |error: &Value| error["message"].as_str().unwrap_or_default().to_owned();
    let result = match (prepared, texts) {
        (Err(error), _) => Err(reason(&error)),
        (_, Err(error)) => Err(reason(error)),
        (_, Ok(texts)) => Ok(texts),
    };
    client.stop();
    result
}

/// The same with the old and new text of each line that changes.
fn lines(all: &[(&str, &str)], path: &str, marked: &str, new: &str) -> Vec<String> {
    let texts = match renamed(all, path, marked, new) {
        Ok(texts) => texts,
        Err(reason) => return vec![reason],
    };
    let mut changed = Vec::new();
    for (path, after) in texts {
        let (_, before) = all.iter().find(|(known, _)| *known == path).unwrap();
        let pairs = before.lines().zip(after.lines());
        let pairs = pairs.filter(|(before, after)| before != after);
        changed.extend(pairs.map(|(_, after)| format!("{path}: {}", after.trim())));
    }
    changed
}

const MANIFEST: (&str, &str) = ("kcl.mod", "[package]\nname = \"test\"\n");

#[test]
fn attributes_of_bases() {
    let all = [
        MANIFEST,
        (
            "model/base.k",
            "schema Base:\n    name: str\n    label: str = \"${name}!\"\n\n    check:\n        len(name) > 0\n",
        ),
        (
            "model/derived.k",
            "schema Derived(Base):\n    name = \"d\"\n    other: str = name\n",
        ),
        (
            "main.k",
            "import model\na = model.Derived {name = \"a\"}\nb = a.name + a?.name\nc: model.Base = {\"name\" = \"c\"}\nd = a | {name = \"e\"}\n",
        ),
    ];
    assert_eq!(
        lines(&all, "main.k", "b = a.na|me", "title"),
        [
            "main.k: a = model.Derived {title = \"a\"}",
            "main.k: b = a.title + a?.title",
            "main.k: c: model.Base = {\"title\" = \"c\"}",
            "main.k: d = a | {title = \"e\"}",
            "model/base.k: title: str",
            "model/base.k: label: str = \"${title}!\"",
            "model/base.k: len(title) > 0",
            "model/derived.k: title = \"d\"",
            "model/derived.k: other: str = title",
        ]
    );
    assert_eq!(
        lines(&all, "model/base.k", "na|me: str", "other"),
        ["`Derived` has an attribute `other` already, and gets `name`, too"]
    );
    assert_eq!(
        lines(&all, "main.k", "Derived {na|me", "label"),
        ["`Base` has an attribute `label` already"]
    );
}

#[test]
fn attributes_of_mixins() {
    let all = [
        MANIFEST,
        ("model/m.k", "mixin LogMixin:\n    logging: bool = True\n"),
        (
            "model/s.k",
            "schema Server:\n    mixin [LogMixin]\n    level: int = 1 if logging else 0\n",
        ),
        (
            "main.k",
            "import model\na = model.Server {logging = False}\n",
        ),
    ];
    assert_eq!(
        lines(&all, "main.k", "logg|ing", "logs"),
        [
            "main.k: a = model.Server {logs = False}",
            "model/m.k: logs: bool = True",
            "model/s.k: level: int = 1 if logs else 0",
        ]
    );
    assert_eq!(
        lines(&all, "model/m.k", "logg|ing", "level"),
        ["`Server` has an attribute `level` already, and gets `logging`, too"]
    );
}

#[test]
fn arguments_of_functions_and_schemas() {
    let all = [
        MANIFEST,
        (
            "model/m.k",
            "make = lambda size: int, name: str = \"x\" -> int {\n    size + 1\n}\n\nschema Server[size: int]:\n    double: int = size * 2\n",
        ),
        (
            "main.k",
            "import model\na = model.make(1, name=\"b\") + model.make(size=2)\nb = model.Server(size=3) {}\n",
        ),
    ];
    assert_eq!(
        lines(&all, "main.k", "make(si|ze", "width"),
        [
            "main.k: a = model.make(1, name=\"b\") + model.make(width=2)",
            "model/m.k: make = lambda width: int, name: str = \"x\" -> int {",
            "model/m.k: width + 1",
        ]
    );
    assert_eq!(
        lines(&all, "model/m.k", "Server[si|ze", "width"),
        [
            "main.k: b = model.Server(width=3) {}",
            "model/m.k: schema Server[width: int]:",
            "model/m.k: double: int = width * 2",
        ]
    );
    assert_eq!(
        lines(&all, "model/m.k", "lambda si|ze", "name"),
        ["`name` means something else already where `size` is used, in `m.k`"]
    );
}

#[test]
fn names_of_packages() {
    let all = [
        MANIFEST,
        ("deep/model/m.k", "schema A:\n    x: int\n"),
        (
            "main.k",
            "import deep.model\nimport deep.model as m\na: model.A = {x = 1}\nb = m.A {x = 2}\n",
        ),
    ];
    assert_eq!(
        lines(&all, "main.k", "a: mo|del", "shapes"),
        [
            "main.k: import deep.model as shapes",
            "main.k: a: shapes.A = {x = 1}",
        ]
    );
    assert_eq!(
        lines(&all, "main.k", "b = m|.A", "shapes"),
        [
            "main.k: import deep.model as shapes",
            "main.k: b = shapes.A {x = 2}",
        ]
    );
    let reason = "`deep` is the name of a folder or file: rename that, and imports follow";
    assert_eq!(lines(&all, "main.k", "import de|ep", "x"), [reason]);
}

#[test]
fn names_of_definitions() {
    let all = [
        MANIFEST,
        ("model/a.k", "schema A:\n    x: int\n\ntotal = len([1])\n"),
        ("model/b.k", "import math\nb = A {x = math.floor(1.5)}\n"),
        (
            "main.k",
            "import model\na = model.A {x = 1}\nb = \"${model.A.instances()}\"\nc: [model.A] = [a]\n",
        ),
    ];
    assert_eq!(
        lines(&all, "model/b.k", "b = A|", "Shape"),
        [
            "main.k: a = model.Shape {x = 1}",
            "main.k: b = \"${model.Shape.instances()}\"",
            "main.k: c: [model.Shape] = [a]",
            "model/a.k: schema Shape:",
            "model/b.k: b = Shape {x = math.floor(1.5)}",
        ]
    );
    // what a sibling imports or uses
    assert_eq!(
        lines(&all, "model/a.k", "schema A|", "math"),
        ["`b.k` imports a package as `math`"]
    );
    assert_eq!(
        lines(&all, "model/a.k", "schema A|", "len"),
        ["`a.k` uses the builtin function `len`"]
    );
    assert_eq!(
        lines(&all, "main.k", "model.A| {", "_A"),
        ["`A` is used by other packages, which could not see `_A`"]
    );
}

/// What changes in files when another is moved.
fn moved(all: &[(&str, &str)], old: &str, new: &str) -> Vec<String> {
    let dir = files(all);
    let mut client = Client::start(dir.path(), modern());
    let params = json!({"files": [{"oldUri": client.uri(old), "newUri": client.uri(new)}]});
    let edit = client.request("workspace/willRenameFiles", params);
    let texts = applied(dir.path(), &client, &edit);
    client.stop();
    let texts = texts.into_iter().flat_map(|(path, text)| {
        let imports = text.lines().filter(|line| line.starts_with("import"));
        let imports = imports.map(|line| format!("{path}: {line}"));
        imports.collect::<Vec<_>>()
    });
    texts.collect()
}

#[test]
fn imports_follow_what_is_moved() {
    let all = [
        MANIFEST,
        ("model/m.k", "schema A:\n    x: int\n"),
        ("model/inner/i.k", "import ..other\ni = other.o\n"),
        (
            "model/other/o.k",
            "import model\no = 1\np = model.A {x = 1}\n",
        ),
        (
            "main.k",
            "import model\nimport model.inner as deep\nimport .model.other\na = model.A {x = deep.i + other.o}\n",
        ),
        ("tools/t.k", "import ..model.inner\nt = inner.i\n"),
    ];
    assert_eq!(
        moved(&all, "model", "shared/model"),
        [
            "main.k: import shared.model",
            "main.k: import shared.model.inner as deep",
            "main.k: import .shared.model.other",
            "model/other/o.k: import shared.model",
            "tools/t.k: import ..shared.model.inner",
        ]
    );
    assert_eq!(
        moved(&all, "model/inner", "tools/core"),
        [
            "main.k: import model",
            "main.k: import tools.core as deep",
            "main.k: import .model.other",
            "model/inner/i.k: import ...model.other",
            "tools/t.k: import .core as inner",
        ]
    );
    // what has no name in imports stays
    assert!(moved(&all, "model", "my-model").is_empty());
}

#[test]
fn files_that_are_moved_are_known() {
    let dir = files(&[
        MANIFEST,
        ("model/m.k", "schema A:\n    x: int\n"),
        ("main.k", "import shapes\na = shapes.A {x = 1}\n"),
    ]);
    let mut client = Client::start(dir.path(), modern());
    let operations = &client.capabilities["workspace"]["fileOperations"];
    for name in ["willRename", "didRename", "didCreate", "didDelete"] {
        assert!(operations[name]["filters"].is_array(), "{name}");
    }
    client.open("main.k");
    client.wait_for("main.k", |found| !found.is_empty());
    std::fs::rename(dir.path().join("model"), dir.path().join("shapes")).unwrap();
    let params =
        json!({"files": [{"oldUri": client.uri("model"), "newUri": client.uri("shapes")}]});
    client.notify("workspace/didRenameFiles", params);
    client.wait_for("main.k", <[String]>::is_empty);
    std::fs::remove_file(dir.path().join("shapes/m.k")).unwrap();
    let params = json!({"files": [{"uri": client.uri("shapes/m.k")}]});
    client.notify("workspace/didDeleteFiles", params);
    client.wait_for("main.k", |found| !found.is_empty());
    std::fs::write(dir.path().join("shapes/n.k"), "schema A:\n    x: int\n").unwrap();
    let params = json!({"files": [{"uri": client.uri("shapes/n.k")}]});
    client.notify("workspace/didCreateFiles", params);
    client.wait_for("main.k", <[String]>::is_empty);
    let query = client.request("workspace/symbol", json!({"query": "A"}));
    let symbols = query.as_array().unwrap().iter();
    let mut paths: Vec<String> = symbols
        .map(|it| client.path(it["location"]["uri"].as_str().unwrap()))
        .collect();
    paths.sort_unstable();
    assert_eq!(paths, ["main.k", "shapes/n.k"]);
    client.settle(std::time::Duration::from_millis(100));
    client.stop();
}
