//! What is reported when: syntax, types, other files, saved programs.

use kiln_tests::lsp::Client;
use serde_json::{Value, json};

use crate::{files, modern, module, write};

#[test]
fn mistakes_appear_and_go() {
    let dir = module();
    let mut client = Client::start(dir.path(), modern());
    client.open("main.k");
    assert!(client.diagnostics("main.k").is_empty());
    client.replace("main.k", "replicas = 2", "replicas = \"2\"");
    let found = client.diagnostics("main.k");
    assert_eq!(found.len(), 1);
    assert!(found[0].starts_with("5:16 E0302"), "{found:?}");
    client.replace("main.k", "\"2\"", "2");
    assert!(client.diagnostics("main.k").is_empty());
    client.replace("main.k", "server =", "server = (");
    assert!(!client.diagnostics("main.k").is_empty());
    client.replace("main.k", "server = (", "server =");
    assert!(client.diagnostics("main.k").is_empty());
    client.stop();
}

#[test]
fn an_edit_reaches_the_files_that_depend_on_it() {
    let dir = module();
    let mut client = Client::start(dir.path(), modern());
    client.open("main.k");
    client.open("model/model.k");
    assert!(client.diagnostics("main.k").is_empty());
    client.replace("model/model.k", "replicas: int", "copies: int");
    let found = client.wait_for("main.k", |found| !found.is_empty());
    assert!(found[0].contains("`replicas`"), "{found:?}");
    // the text is given back, and so is the peace
    client.replace("model/model.k", "copies: int", "replicas: int");
    client.wait_for("main.k", |found| found.is_empty());
    assert!(client.diagnostics("model/model.k").is_empty());
    client.stop();
}

#[test]
fn files_that_are_not_open_are_reported_with_their_package() {
    let dir = module();
    write(dir.path(), "model/more.k", "extra = Missing\n");
    let mut client = Client::start(dir.path(), modern());
    client.open("model/model.k");
    let found = client.wait_for("model/more.k", |found| !found.is_empty());
    assert_eq!(found, ["1:9 E0301 `Missing` is not defined"]);
    // nobody looks at that package any more
    client.close("model/model.k");
    client.open("main.k");
    client.wait_for("model/more.k", |found| found.is_empty());
    client.diagnostics("main.k");
    client.stop();
}

#[test]
fn closing_gives_the_text_on_the_disk_back() {
    let dir = module();
    let mut client = Client::start(dir.path(), modern());
    client.open("main.k");
    client.open("model/model.k");
    client.replace(
        "model/model.k",
        "schema Server(Base)",
        "schema Serves(Base)",
    );
    client.wait_for("main.k", |found| !found.is_empty());
    client.close("model/model.k");
    client.wait_for("main.k", |found| found.is_empty());
    client.wait_for("model/model.k", |found| found.is_empty());
    client.stop();
}

#[test]
fn unsaved_new_files_can_be_imported() {
    let dir = module();
    let mut client = Client::start(dir.path(), modern());
    client.open_text("main.k", "import extra\na = extra.b\n");
    client.wait_for("main.k", |found| !found.is_empty());
    client.open_text("extra.k", "b = 1\n");
    client.wait_for("main.k", |found| found.is_empty());
    client.stop();
}

#[test]
fn notes_and_other_places_come_along() {
    let dir = module();
    let mut client = Client::start(dir.path(), modern());
    client.open("main.k");
    client.replace("main.k", "replicas = 2", "replicas = \"2\"");
    client.diagnostics("main.k");
    let diagnostic = &client.raw_diagnostics("main.k")[0];
    assert_eq!(diagnostic["source"], "kiln");
    assert_eq!(diagnostic["severity"], 1);
    let related = &diagnostic["relatedInformation"][0];
    assert!(
        related["location"]["uri"]
            .as_str()
            .unwrap()
            .ends_with("model/model.k")
    );
    client.stop();
}

#[test]
fn lints_are_warnings_that_settings_switch_off() {
    let text = "import math\na = 1\n";
    let dir = files(&[("kcl.mod", ""), ("main.k", text)]);
    let mut client = Client::start(dir.path(), modern());
    client.open("main.k");
    let found = client.wait_for("main.k", |found| !found.is_empty());
    assert!(found[0].starts_with("1:1 W0401"), "{found:?}");
    assert_eq!(client.raw_diagnostics("main.k")[0]["tags"], json!([1]));
    let params = json!({"settings": {"kiln": {"lint": false}}});
    client.notify("workspace/didChangeConfiguration", params);
    client.wait_for("main.k", |found| found.is_empty());
    client.stop();
    // the manifest has a say, too
    let manifest = "[lints]\nunused_import = \"deny\"\n";
    let dir = files(&[("kcl.mod", manifest), ("main.k", text)]);
    let mut client = Client::start(dir.path(), modern());
    client.open("main.k");
    client.wait_for("main.k", |found| !found.is_empty());
    assert_eq!(client.raw_diagnostics("main.k")[0]["severity"], 1);
    client.stop();
}

#[test]
fn clients_that_pull_are_not_pushed_to() {
    let dir = module();
    let mut capabilities = modern();
    capabilities["textDocument"]["diagnostic"] = json!({});
    capabilities["workspace"]["diagnostics"] = json!({"refreshSupport": true});
    let mut client = Client::start(dir.path(), capabilities);
    assert_eq!(
        client.capabilities["diagnosticProvider"]["interFileDependencies"],
        true
    );
    client.open("main.k");
    client.replace("main.k", "replicas = 2", "replicas = \"2\"");
    let params = json!({"textDocument": {"uri": client.uri("main.k")}});
    loop {
        let report = client.request("textDocument/diagnostic", params.clone());
        assert_eq!(report["kind"], "full");
        if let Some(item) = report["items"].get(0) {
            assert_eq!(item["code"], "E0302");
            // the same again is not told again
            let mut params = params;
            params["previousResultId"] = report["resultId"].clone();
            let again = client.request("textDocument/diagnostic", params);
            assert_eq!(again["kind"], "unchanged");
            assert_eq!(again["resultId"], report["resultId"]);
            break;
        }
    }
    client.settle(std::time::Duration::from_millis(300));
    assert!(client.raw_diagnostics("main.k").is_empty());
    let refresh = "workspace/diagnostic/refresh".to_owned();
    // the client asks about the file that it edits by itself
    assert!(!client.asked.contains(&refresh));
    client.open("model/model.k");
    client.replace("model/model.k", "replicas: int = 1", "copies: int = 1");
    client.settle(std::time::Duration::from_millis(300));
    assert!(client.asked.contains(&refresh));
    client.stop();
}

#[test]
fn broken_manifests_are_reported_where_they_are() {
    let dir = module();
    write(dir.path(), "kcl.mod", "[package\n");
    let mut client = Client::start(dir.path(), modern());
    client.open("main.k");
    let found = client.wait_for("kcl.mod", |found| !found.is_empty());
    assert!(found[0].contains("invalid"), "{found:?}");
    client.settle(std::time::Duration::from_millis(200));
    client.stop();
}

/// A schema with a check, and a program that fails it.
#[test]
fn a_file_may_have_no_folder_yet() {
    let dir = module();
    let mut client = Client::start(dir.path(), modern());
    client.open_text("fresh/new.k", "a: int = \"text\"\n");
    let found = client.wait_for("fresh/new.k", |found| !found.is_empty());
    assert!(found[0].starts_with("1:10 E0302"), "{found:?}");
    client.settle(std::time::Duration::from_millis(100));
    let files = client.files_with_diagnostics();
    assert_eq!(files.into_iter().collect::<Vec<_>>(), ["fresh/new.k"]);
    client.close("fresh/new.k");
    client.wait_for("fresh/new.k", |found| found.is_empty());
    client.stop();
}

#[test]
fn clients_can_ask_about_files_that_are_not_open() {
    let dir = files(&[
        ("kcl.mod", ""),
        ("main.k", "import model\na = model.x\n"),
        ("model/a.k", "x = 1\ny: int = \"wrong\"\n"),
        ("model/b.k", "z = 1\n"),
    ]);
    let mut capabilities = modern();
    capabilities["textDocument"]["diagnostic"] = json!({});
    let mut client = Client::start(dir.path(), capabilities);
    let provider = &client.capabilities["diagnosticProvider"];
    assert_eq!(provider["workspaceDiagnostics"], true);
    client.open("model/b.k");
    // told until the client asks
    client.wait_for("model/a.k", |found| !found.is_empty());
    let ask = |client: &mut Client, before: Value| {
        let params = json!({"previousResultIds": before});
        let report = client.request("workspace/diagnostic", params);
        let items = report["items"].as_array().unwrap().clone();
        items
            .into_iter()
            .find(|it| it["uri"] == client.uri("model/a.k"))
    };
    let report = ask(&mut client, json!([])).unwrap();
    assert_eq!(report["kind"], "full");
    assert_eq!(report["items"][0]["code"], "E0302");
    client.wait_for("model/a.k", <[String]>::is_empty);
    let known = json!([{"uri": report["uri"], "value": report["resultId"]}]);
    let again = ask(&mut client, known.clone()).unwrap();
    assert_eq!(again["kind"], "unchanged");
    // what is mended is told to who knew it
    write(dir.path(), "model/a.k", "x = 1\n");
    let params = json!({"changes": [{"uri": report["uri"], "type": 2}]});
    client.notify("workspace/didChangeWatchedFiles", params);
    client.settle(std::time::Duration::from_millis(300));
    let mended = ask(&mut client, known).unwrap();
    assert_eq!(
        (&mended["kind"], &mended["items"]),
        (&json!("full"), &json!([]))
    );
    client.settle(std::time::Duration::from_millis(100));
    client.stop();
}

#[test]
fn manifests_in_the_editor_are_no_programs() {
    let dir = module();
    let mut client = Client::start(dir.path(), modern());
    client.open("kcl.mod");
    assert!(client.diagnostics("kcl.mod").is_empty());
    let options = json!({
        "textDocument": {"uri": client.uri("kcl.mod")},
        "options": {"tabSize": 4, "insertSpaces": true},
    });
    assert!(client.request("textDocument/formatting", options).is_null());
    client.replace("kcl.mod", "[package]", "[package");
    let found = client.wait_for("kcl.mod", |found| !found.is_empty());
    assert!(found[0].contains("E0219"), "{found:?}");
    client.replace("kcl.mod", "[package", "[package]");
    client.wait_for("kcl.mod", |found| found.is_empty());
    client.stop();
}

#[test]
fn a_new_file_is_known_when_it_is_saved() {
    let dir = module();
    let mut client = Client::start(dir.path(), modern());
    client.open("main.k");
    client.replace("main.k", "import model", "import fresh\nimport model");
    client.wait_for("main.k", |found| !found.is_empty());
    std::fs::create_dir(dir.path().join("fresh")).unwrap();
    client.open_text("fresh/new.k", "a = 1\n");
    client.save("fresh/new.k");
    // what it is for is still unused, but it is found
    let found = client.wait_for("main.k", |found| {
        !found.iter().any(|line| line.contains("E02"))
    });
    assert!(found[0].contains("W0401"), "{found:?}");
    client.diagnostics("fresh/new.k");
    client.stop();
}

fn failing() -> tempfile::TempDir {
    files(&[
        ("kcl.mod", ""),
        ("kcl.yaml", "kcl_cli_configs:\n  files:\n    - main.k\n"),
        (
            "main.k",
            "schema A:\n    n: int\n    check:\n        n > 0, \"too small\"\na = A {n = 0 - 1}\n",
        ),
    ])
}

#[test]
fn opening_and_saving_show_what_a_run_finds() {
    let dir = failing();
    let mut client = Client::start(dir.path(), modern());
    client.open("main.k");
    let found = client.wait_for("main.k", |found| !found.is_empty());
    assert!(found[0].contains("too small"), "{found:?}");
    assert_eq!(client.raw_diagnostics("main.k")[0]["source"], "kiln run");
    // another text is not what was run
    client.replace("main.k", "0 - 1", "0 - 2");
    client.wait_for("main.k", |found| found.is_empty());
    client.settle(std::time::Duration::from_millis(600));
    assert!(client.diagnostics("main.k").is_empty());
    client.save("main.k");
    client.wait_for("main.k", |found| !found.is_empty());
    client.replace("main.k", "0 - 2", "1");
    client.save("main.k");
    client.settle(std::time::Duration::from_millis(300));
    assert!(client.diagnostics("main.k").is_empty());
    client.stop();
}

#[test]
fn clients_that_pull_are_told_what_runs_find() {
    let dir = failing();
    let mut capabilities = modern();
    capabilities["textDocument"]["diagnostic"] = json!({});
    let mut client = Client::start(dir.path(), capabilities);
    // a mistake that a run does not mind
    let text = std::fs::read_to_string(dir.path().join("main.k")).unwrap();
    client.open_text("main.k", &format!("import math\n{text}"));
    let found = client.wait_for("main.k", |found| !found.is_empty());
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].contains("too small"), "{found:?}");
    let params = json!({"textDocument": {"uri": client.uri("main.k")}});
    let report = client.request("textDocument/diagnostic", params);
    let items = report["items"].as_array().unwrap();
    assert!(
        items.iter().all(|item| item["source"] == "kiln"),
        "{items:?}"
    );
    assert_eq!(items.len(), 1);
    client.replace("main.k", "0 - 1", "1");
    client.wait_for("main.k", |found| found.is_empty());
    client.replace("main.k", "n = 1", "n = 0 - 1");
    client.save("main.k");
    client.wait_for("main.k", |found| found.len() == 1);
    client.close("main.k");
    client.settle(std::time::Duration::from_millis(300));
    assert!(client.raw_diagnostics("main.k").is_empty());
    client.stop();
}

#[test]
fn runs_can_be_switched_off_and_never_hang() {
    let dir = failing();
    let options = json!({"evaluateOnSave": false});
    let mut client = Client::start_with(dir.path(), modern(), options);
    client.open("main.k");
    client.save("main.k");
    client.settle(std::time::Duration::from_millis(500));
    assert!(client.diagnostics("main.k").is_empty());
    client.stop();

    let mut client = Client::start(dir.path(), modern());
    client.open_text("main.k", "a = [x for x in range(100000000) if x < 0]\n");
    client.settle(std::time::Duration::from_millis(300));
    client.save("main.k");
    // a new save ends the run of the one before
    client.replace("main.k", "100000000", "10");
    client.save("main.k");
    client.settle(std::time::Duration::from_millis(500));
    assert!(client.diagnostics("main.k").is_empty());
    client.stop();
}

#[test]
fn files_outside_of_any_workspace() {
    let dir = module();
    let other = files(&[("lone.k", "a = 1\nb = missing\n")]);
    let mut client = Client::start(dir.path(), modern());
    let path = other.path().canonicalize().unwrap().join("lone.k");
    let path = path.to_string_lossy().into_owned();
    client.open(&path);
    let found = client.wait_for(&path, |found| !found.is_empty());
    assert_eq!(found, ["2:5 E0301 `missing` is not defined"]);
    client.stop();
}

#[test]
fn what_is_said_elsewhere_follows_an_edit_that_concerns_nobody() {
    let dir = files(&[
        ("kcl.mod", "[package]\nname = \"test\"\n"),
        ("a.k", "schema A:\n    count: int = 1\n"),
        ("b.k", "b = A {count = \"1\"}\n"),
    ]);
    let mut client = Client::start(dir.path(), modern());
    client.open("a.k");
    client.open("b.k");
    client.wait_for("b.k", |found| found.len() == 1);
    let line = |client: &mut Client| {
        let found = client.raw_diagnostics("b.k");
        found[0]["relatedInformation"][0]["location"]["range"]["start"]["line"].clone()
    };
    assert_eq!(line(&mut client), 1);
    client.replace("a.k", "schema A", "\n\nschema A");
    client.settle(std::time::Duration::from_millis(300));
    assert_eq!(line(&mut client), 3);
    // and what shows is followed, too
    client.replace("a.k", "int = 1", "str = \"\"");
    client.wait_for("b.k", |found| found.is_empty());
    client.replace("a.k", "schema A:", "schema A(:");
    client.wait_for("a.k", |found| !found.is_empty());
    client.replace("a.k", "schema A(:", "schema A:");
    client.wait_for("a.k", |found| found.is_empty());
    client.settle(std::time::Duration::from_millis(200));
    client.stop();
}

#[test]
fn clients_that_pull_get_syntax_at_once() {
    let dir = module();
    for n in 0..300 {
        write(
            dir.path(),
            &format!("apps/a{n}/main.k"),
            "import model\n\nx = model.Server {name = \"x\"}\n",
        );
    }
    let mut capabilities = modern();
    capabilities["textDocument"]["diagnostic"] = json!({});
    capabilities["workspace"]["diagnostic"] = json!({"refreshSupport": true});
    let mut client = Client::greet(dir.path(), capabilities);
    client.open_text("main.k", "a = (\nb: int = \"1\"\n");
    let params = json!({"textDocument": {"uri": client.uri("main.k")}});
    let report = client.request("textDocument/diagnostic", params.clone());
    assert_eq!(report["items"][0]["code"], "E0116");
    client.replace("main.k", "a = (\n", "");
    let query = json!({"query": "no such name"});
    client.request("workspace/symbol", query);
    let report = client.request("textDocument/diagnostic", params);
    assert_eq!(report["items"][0]["code"], "E0302");
    client.settle(std::time::Duration::from_millis(300));
    let refresh = "workspace/diagnostic/refresh".to_owned();
    assert!(client.asked.contains(&refresh));
    client.stop();
}
