//! Corrections of mistakes: what a program is like after one of them, and that nothing is wrong then.

use kiln_tests::lsp::Client;
use serde_json::json;

use crate::{files, modern};

/// A program, the title of a correction, and the program after it.
const CASES: [(&str, &str, &str); 12] = [
    (
        "a = 1\nif a = 1:\n    b = 2\n",
        "write `==`",
        "a = 1\nif a == 1:\n    b = 2\n",
    ),
    ("a := 1\n", "leave out the `:`", "a = 1\n"),
    ("// why\na = 1\n", "write `#`", "# why\na = 1\n"),
    ("_a = 1\n_a++\n", "write `+= 1`", "_a = 1\n_a += 1\n"),
    ("_a = 1\n_a --\n", "write `-= 1`", "_a = 1\n_a -= 1\n"),
    ("\n  a = 1\n", "remove the blanks", "\na = 1\n"),
    (
        "import \"a/math\" as m\n",
        "write the path without quotes: `a.math`",
        "import a.math as m\n",
    ),
    (
        "schema Server:\n    x: int\n\nserver = 1\na = server {x = 1}\n",
        "replace it with `Server`",
        "schema Server:\n    x: int\n\nserver = 1\na = Server {x = 1}\n",
    ),
    (
        "schema A:\n    x: int\n\na = A {k: v for k, v in {x = 1}}\n",
        "unpack the comprehension",
        "schema A:\n    x: int\n\na = A {**{k: v for k, v in {x = 1}}}\n",
    ),
    ("a = {x += 1}\n", "write a list", "a = {x += [1]}\n"),
    (
        "schema A:\n    [str]: int\n    x: str\n",
        "leave declared attributes out",
        "schema A:\n    [...str]: int\n    x: str\n",
    ),
    (
        "a = math.floor(1.5)\n",
        "import `math`",
        "import math\n\na = math.floor(1.5)\n",
    ),
];

#[test]
fn mistakes_are_corrected() {
    let paths: Vec<String> = (0..CASES.len()).map(|it| format!("c{it}/main.k")).collect();
    let manifest = ("kcl.mod", "[package]\nname = \"test\"\n");
    let texts = paths.iter().zip(CASES);
    let mut all: Vec<(&str, &str)> = texts.map(|(path, (text, ..))| (&**path, text)).collect();
    all.extend([manifest, ("a/math/m.k", "x = 1\n")]);
    let dir = files(&all);
    let mut client = Client::start(dir.path(), modern());
    for (path, (before, title, after)) in paths.iter().zip(CASES) {
        client.open(path);
        client.wait_for(path, |found| !found.is_empty());
        let params = json!({
            "textDocument": {"uri": client.uri(path)},
            "range": {"start": {"line": 0, "character": 0}, "end": {"line": 99, "character": 0}},
            "context": {"diagnostics": [], "only": ["quickfix"]},
        });
        let mut actions = client.request("textDocument/codeAction", params.clone());
        let found = |actions: &serde_json::Value| {
            let mut all = actions.as_array().unwrap().iter();
            all.find(|it| it["title"] == title).cloned()
        };
        if found(&actions).is_none() {
            // at the place of the mistake
            let mut params = params;
            params["range"] = client.raw_diagnostics(path)[0]["range"].clone();
            actions = client.request("textDocument/codeAction", params);
        }
        let action = found(&actions).unwrap_or_else(|| panic!("{before}: {actions}"));
        let edits = action["edit"]["documentChanges"][0]["edits"].as_array();
        let mut edits: Vec<(usize, usize, String)> = edits
            .unwrap()
            .iter()
            .map(|edit| {
                let offset = |place: &str| {
                    let at = &edit["range"][place];
                    let line = at["line"].as_u64().unwrap() as usize;
                    let lines = before.split_inclusive('\n').take(line).map(str::len);
                    lines.sum::<usize>() + at["character"].as_u64().unwrap() as usize
                };
                let new = edit["newText"].as_str().unwrap().to_owned();
                (offset("start"), offset("end"), new)
            })
            .collect();
        edits.sort();
        for (start, end, new) in edits.into_iter().rev() {
            client.edit(path, start..end, &new);
        }
        assert_eq!(client.text(path), after);
        client.wait_for(path, |found| !found.iter().any(|it| it.contains(" E")));
    }
    client.settle(std::time::Duration::from_millis(200));
    client.stop();
}
