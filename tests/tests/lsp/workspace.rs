//! Which files belong together: settings, manifests, several modules, and changes of all that on the disk.

use kiln_tests::lsp::Client;
use serde_json::json;

use crate::{files, modern, module, write};

/// Applications with stacks, each with its own manifest; what they share lies beside.
fn stacks() -> tempfile::TempDir {
    let settings = "kcl_cli_configs:\n  files:\n    - ../base/base.k\n    - main.k\n";
    let manifest =
        "[package]\nname = \"app\"\n\n[dependencies]\nplatform = { path = \"../../platform\" }\n";
    files(&[
        ("platform/kcl.mod", "[package]\nname = \"platform\"\n"),
        (
            "platform/model/a.k",
            "schema Server:\n    name: str\n    size: int = 1\n",
        ),
        (
            "app/base/base.k",
            "import platform.model\n_server: model.Server {name = \"a\"}\n",
        ),
        (
            "app/dev/main.k",
            "import platform.model\n_server: model.Server {size = 2}\nout = _server\n",
        ),
        ("app/dev/kcl.yaml", settings),
        ("app/dev/kcl.mod", manifest),
        (
            "app/prod/main.k",
            "import platform.model\n_server: model.Server {size = 3}\nout = _server\n",
        ),
        ("app/prod/kcl.yaml", settings),
        ("app/prod/kcl.mod", manifest),
    ])
}

#[test]
fn settings_decide_which_files_are_compiled_together() {
    let dir = stacks();
    let mut client = Client::start(dir.path(), modern());
    client.open("app/base/base.k");
    client.open("app/dev/main.k");
    client.settle(std::time::Duration::from_millis(300));
    // alone, neither the import nor `_server` would mean anything
    assert!(client.diagnostics("app/base/base.k").is_empty());
    assert!(client.diagnostics("app/dev/main.k").is_empty());
    let at = client.at("app/dev/main.k", "out = _ser|ver");
    let found = client.request("textDocument/definition", at);
    let targets: Vec<String> = found
        .as_array()
        .unwrap()
        .iter()
        .map(|it| client.path(it["targetUri"].as_str().unwrap()))
        .collect();
    assert_eq!(targets, ["app/base/base.k", "app/dev/main.k"]);
    client.stop();
}

#[test]
fn references_of_a_schema_cover_all_modules() {
    let dir = stacks();
    let mut client = Client::start(dir.path(), modern());
    client.open("platform/model/a.k");
    client.settle(std::time::Duration::from_millis(300));
    for (text, count) in [("schema Ser|ver", 4), ("si|ze: int", 3), ("na|me: str", 2)] {
        let mut at = client.at("platform/model/a.k", text);
        at["context"] = json!({"includeDeclaration": true});
        let found = client.request("textDocument/references", at.clone());
        assert_eq!(found.as_array().unwrap().len(), count, "{text}: {found}");
        at["context"] = json!({"includeDeclaration": false});
        let found = client.request("textDocument/references", at);
        let uses = found.as_array().unwrap().len();
        assert!(uses < count, "{text}: {found}");
    }
    client.stop();
}

#[test]
fn renaming_reaches_all_modules() {
    let dir = stacks();
    let mut client = Client::start(dir.path(), modern());
    client.open("platform/model/a.k");
    client.settle(std::time::Duration::from_millis(300));
    let mut at = client.at("platform/model/a.k", "si|ze: int");
    at["newName"] = json!("amount");
    let edit = client.request("textDocument/rename", at);
    let files: Vec<String> = edit["documentChanges"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| client.path(it["textDocument"]["uri"].as_str().unwrap()))
        .collect();
    assert_eq!(
        files,
        ["app/dev/main.k", "app/prod/main.k", "platform/model/a.k"]
    );
    client.stop();
}

#[test]
fn symbols_of_the_whole_workspace() {
    let dir = stacks();
    let mut client = Client::start(dir.path(), modern());
    client.settle(std::time::Duration::from_millis(300));
    let found = client.request("workspace/symbol", json!({"query": "serv"}));
    let names: Vec<String> = found
        .as_array()
        .unwrap()
        .iter()
        .map(|it| {
            let path = client.path(it["location"]["uri"].as_str().unwrap());
            format!("{} {path}", it["name"].as_str().unwrap())
        })
        .collect();
    assert_eq!(
        names,
        [
            "Server platform/model/a.k",
            "_server app/base/base.k",
            "_server app/dev/main.k",
            "_server app/prod/main.k",
        ]
    );
    client.stop();
}

#[test]
fn changes_on_the_disk_are_taken_in() {
    let dir = module();
    let mut capabilities = modern();
    capabilities["workspace"]["didChangeWatchedFiles"] = json!({"dynamicRegistration": true});
    let mut client = Client::start(dir.path(), capabilities);
    client.open("main.k");
    client.settle(std::time::Duration::from_millis(300));
    assert_eq!(client.asked, ["client/registerCapability"]);
    assert!(client.diagnostics("main.k").is_empty());
    let changed = |client: &Client, path: &str, kind: u32| {
        let change = json!({"uri": client.uri(path), "type": kind});
        client.notify(
            "workspace/didChangeWatchedFiles",
            json!({"changes": [change]}),
        );
    };
    // a text
    let model = std::fs::read_to_string(dir.path().join("model/model.k")).unwrap();
    write(
        dir.path(),
        "model/model.k",
        &model.replace("Server", "Host"),
    );
    changed(&client, "model/model.k", 2);
    client.wait_for("main.k", |found| !found.is_empty());
    // a new file
    write(
        dir.path(),
        "model/server.k",
        "schema Server(Host):\n    more: int = 1\n",
    );
    changed(&client, "model/server.k", 1);
    client.wait_for("main.k", |found| found.is_empty());
    // a file that is gone
    std::fs::remove_file(dir.path().join("model/server.k")).unwrap();
    changed(&client, "model/server.k", 3);
    client.wait_for("main.k", |found| !found.is_empty());
    client.stop();
}

#[test]
fn new_settings_make_new_programs() {
    let dir = stacks();
    let mut client = Client::start(dir.path(), modern());
    client.open("app/dev/main.k");
    client.settle(std::time::Duration::from_millis(300));
    assert!(client.diagnostics("app/dev/main.k").is_empty());
    let alone = "kcl_cli_configs:\n  files:\n    - main.k\n";
    write(dir.path(), "app/dev/kcl.yaml", alone);
    let change = json!({"uri": client.uri("app/dev/kcl.yaml"), "type": 2});
    client.notify(
        "workspace/didChangeWatchedFiles",
        json!({"changes": [change]}),
    );
    // without the base, the name is missing
    let found = client.wait_for("app/dev/main.k", |found| !found.is_empty());
    assert!(found[0].contains("`name`"), "{found:?}");
    client.stop();
}

#[test]
fn folders_come_and_go() {
    let dir = module();
    let other = files(&[
        ("kcl.mod", ""),
        ("unusual.k", "schema Unusual:\n    a: int\n"),
    ]);
    let mut client = Client::start(dir.path(), modern());
    client.settle(std::time::Duration::from_millis(300));
    let query = json!({"query": "Unusual"});
    assert_eq!(client.request("workspace/symbol", query.clone()), json!([]));
    let uri = format!("file://{}", other.path().canonicalize().unwrap().display());
    let folder = json!({"uri": uri, "name": "other"});
    let event = json!({"event": {"added": [folder], "removed": []}});
    client.notify("workspace/didChangeWorkspaceFolders", event);
    client.settle(std::time::Duration::from_millis(300));
    let found = client.request("workspace/symbol", query.clone());
    assert_eq!(found.as_array().unwrap().len(), 1);
    let event = json!({"event": {"added": [], "removed": [folder]}});
    client.notify("workspace/didChangeWorkspaceFolders", event);
    client.settle(std::time::Duration::from_millis(300));
    assert_eq!(client.request("workspace/symbol", query), json!([]));
    client.stop();
}

#[test]
fn progress_is_shown_to_those_who_can() {
    let dir = module();
    let mut capabilities = modern();
    capabilities["window"] = json!({"workDoneProgress": true});
    let mut client = Client::start(dir.path(), capabilities);
    client.settle(std::time::Duration::from_millis(300));
    assert_eq!(client.asked, ["window/workDoneProgress/create"]);
    assert_eq!(client.progress, ["begin", "end"]);
    client.stop();
}

#[test]
fn settings_are_asked_for() {
    let dir = module();
    let mut capabilities = modern();
    capabilities["workspace"]["configuration"] = json!(true);
    let mut client = Client::start(dir.path(), capabilities);
    client.open_text("main.k", "import math\na = 1\n");
    client.wait_for("main.k", |found| !found.is_empty());
    client.settings = json!({"lint": false});
    client.notify(
        "workspace/didChangeConfiguration",
        json!({"settings": null}),
    );
    client.wait_for("main.k", |found| found.is_empty());
    client.settle(std::time::Duration::from_millis(300));
    assert!(client.diagnostics("main.k").is_empty());
    assert!(client.asked.contains(&"workspace/configuration".to_owned()));
    client.settings = json!({"lint": true});
    client.notify(
        "workspace/didChangeConfiguration",
        json!({"settings": null}),
    );
    client.wait_for("main.k", |found| !found.is_empty());
    client.stop();
}

#[test]
fn a_manifest_counts_as_it_is_typed() {
    let dir = files(&[
        ("app/kcl.mod", "[package]\nname = \"app\"\n"),
        ("app/main.k", "import lib\n\na = lib.b\n"),
        ("lib/kcl.mod", "[package]\nname = \"lib\"\n"),
        ("lib/lib.k", "b = 1\n"),
    ]);
    let mut client = Client::start(dir.path(), modern());
    client.open("app/main.k");
    client.wait_for("app/main.k", |found| found.len() == 1);
    client.open("app/kcl.mod");
    client.wait_for("app/kcl.mod", |found| found.is_empty());
    let with = "name = \"app\"\n\n[dependencies]\nlib = { path = \"../lib\" }\n";
    client.replace("app/kcl.mod", "name = \"app\"\n", with);
    client.wait_for("app/main.k", |found| found.is_empty());
    client.replace("app/kcl.mod", "[dependencies]", "[dependencies");
    let found = client.wait_for("app/kcl.mod", |found| found.len() == 1);
    assert!(found[0].contains("invalid"), "{found:?}");
    let uri = client.uri("app/kcl.mod");
    for (method, wanted) in [
        ("textDocument/formatting", json!(null)),
        ("textDocument/documentSymbol", json!(null)),
    ] {
        let params =
            json!({"textDocument": {"uri": uri}, "options": {"tabSize": 4, "insertSpaces": true}});
        assert_eq!(client.request(method, params), wanted, "{method}");
    }
    // nothing was saved
    client.close("app/kcl.mod");
    client.wait_for("app/kcl.mod", |found| found.is_empty());
    client.wait_for("app/main.k", |found| found.len() == 1);
    client.settle(std::time::Duration::from_millis(200));
    client.stop();
}

#[test]
fn symbols_say_which_package_they_are_from() {
    let dir = stacks();
    let mut client = Client::start(dir.path(), modern());
    let query = json!({"query": "Server"});
    let found = client.request("workspace/symbol", query);
    let found: Vec<(&str, &str)> = found
        .as_array()
        .unwrap()
        .iter()
        .map(|it| {
            let text = |key: &str| it[key].as_str().unwrap();
            (text("name"), text("containerName"))
        })
        .collect();
    assert_eq!(found[0], ("Server", "model"));
    assert!(found.contains(&("_server", "dev")), "{found:?}");
    client.stop();
}

#[test]
fn names_of_dependencies_outside_of_the_workspace_are_offered() {
    let dir = stacks();
    let mut client = Client::start(&dir.path().join("app"), modern());
    client.open_text("dev/main.k", "out = Serv\n");
    let until = std::time::Instant::now() + std::time::Duration::from_secs(30);
    // they are looked at when everything else is known
    loop {
        let at = client.at("dev/main.k", "Serv|");
        let list = client.request("textDocument/completion", at);
        let items = list["items"].as_array().unwrap();
        if let Some(item) = items.iter().find(|it| it["label"] == "Server") {
            assert_eq!(item["labelDetails"]["description"], "import platform.model");
            break;
        }
        assert!(std::time::Instant::now() < until, "never offered");
    }
    client.settle(std::time::Duration::from_millis(300));
    client.stop();
}

#[test]
fn another_branch_is_taken_in_at_once() {
    let text = |n: usize| format!("schema S{n}:\n    a{n}: int = 1\n");
    let dir = module();
    for n in 0..200 {
        write(dir.path(), &format!("lib/s{n}.k"), &text(n));
    }
    write(
        dir.path(),
        "main.k",
        "import lib\n\nx = lib.S150 {a150 = 2}\n",
    );
    let mut client = Client::start(dir.path(), modern());
    client.open("main.k");
    client.wait_for("main.k", |found| found.is_empty());
    let changes: Vec<_> = (0..200)
        .map(|n| {
            let path = format!("lib/s{n}.k");
            write(dir.path(), &path, &text(n).replace("a150", "b150"));
            json!({"uri": client.uri(&path), "type": 2})
        })
        .collect();
    client.notify(
        "workspace/didChangeWatchedFiles",
        json!({ "changes": changes }),
    );
    // what is about the workspace waits until all is read
    let found = client.request("workspace/symbol", json!({"query": "S150"}));
    assert_eq!(found[0]["name"], "S150");
    let found = client.wait_for("main.k", |found| !found.is_empty());
    assert!(found[0].contains("a150"), "{found:?}");
    client.settle(std::time::Duration::from_millis(200));
    client.stop();
}
