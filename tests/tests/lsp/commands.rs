//! Commands and the code lenses that offer them.

use kiln_tests::lsp::Client;
use serde_json::{Value, json};

use crate::{files, modern, module};

fn lenses(client: &mut Client, path: &str) -> Vec<(u64, String, Value)> {
    let params = json!({"textDocument": {"uri": client.uri(path)}});
    let lenses = client.request("textDocument/codeLens", params);
    let lenses = lenses.as_array().cloned().unwrap_or_default().into_iter();
    lenses
        .map(|lens| {
            let title = lens["command"]["title"].as_str().unwrap().to_owned();
            let line = lens["range"]["start"]["line"].as_u64().unwrap();
            let command = json!({
                "command": lens["command"]["command"],
                "arguments": lens["command"]["arguments"],
            });
            (line, title, command)
        })
        .collect()
}

fn titles(client: &mut Client, path: &str) -> Vec<(u64, String)> {
    let lenses = lenses(client, path).into_iter();
    lenses.map(|(line, title, _)| (line, title)).collect()
}

fn titled(client: &mut Client, path: &str, title: &str) -> Value {
    let lenses = lenses(client, path).into_iter();
    let mut found = lenses.filter(|lens| lens.1 == title);
    found.next().unwrap().2
}

fn line(number: u64, title: &str) -> (u64, String) {
    (number, title.to_owned())
}

fn preview(client: &mut Client, path: &str) -> Value {
    let params = json!({"command": "kiln.preview", "arguments": [{"uri": client.uri(path)}]});
    client.request("workspace/executeCommand", params)
}

/// Two stacks of one base.
fn stacks() -> tempfile::TempDir {
    let settings = "kcl_cli_configs:\n  files:\n    - ../base/base.k\n    - main.k\n";
    files(&[
        ("kcl.mod", ""),
        ("base/base.k", "# all\nname: str = \"base\"\n"),
        ("dev/kcl.yaml", settings),
        ("dev/main.k", "env = \"dev\"\n"),
        ("prod/kcl.yaml", settings),
        ("prod/main.k", "env = \"prod\"\n"),
    ])
}

#[test]
fn programs_can_be_run_from_their_first_line() {
    let dir = module();
    let mut client = Client::start(dir.path(), modern());
    client.open("main.k");
    client.open("model/model.k");
    let expected = [line(0, "run"), line(0, "preview")];
    assert_eq!(titles(&mut client, "main.k"), expected);
    // a package is no program
    assert_eq!(titles(&mut client, "model/model.k"), []);
    client.open_text("new.k", "\n");
    assert_eq!(titles(&mut client, "new.k"), []);
    client.settle(std::time::Duration::from_millis(200));
    client.stop();
}

#[test]
fn a_file_of_several_stacks_offers_each() {
    let dir = stacks();
    let mut client = Client::start(dir.path(), modern());
    client.open("base/base.k");
    let expected = ["run dev", "preview dev", "run prod", "preview prod"];
    let expected = expected.map(|title| line(1, title));
    assert_eq!(titles(&mut client, "base/base.k"), expected);
    let mut command = titled(&mut client, "base/base.k", "preview prod");
    command["arguments"][0]["show"] = Value::Bool(false);
    let answer = client.request("workspace/executeCommand", command.clone());
    assert_eq!(answer, json!({"yaml": "name: base\nenv: prod\n"}));
    // the folder may be a path, too; without one it is the first
    command["arguments"][0]["stack"] = json!(dir.path().join("prod"));
    let answer = client.request("workspace/executeCommand", command.clone());
    assert_eq!(answer["yaml"], "name: base\nenv: prod\n");
    assert_eq!(
        preview(&mut client, "base/base.k")["yaml"],
        "name: base\nenv: dev\n"
    );
    command["arguments"][0]["stack"] = json!("/none");
    let error = client.refused("workspace/executeCommand", command);
    assert_eq!(error["message"], "the file is in no program of `/none`");
    client.stop();
}

#[test]
fn previews_show_what_is_not_saved_yet() {
    let dir = module();
    let mut client = Client::start(dir.path(), modern());
    client.open("main.k");
    client.replace("main.k", "replicas = 2", "replicas = 7");
    let answer = preview(&mut client, "main.k");
    let expected =
        "server:\n  name: a\n  replicas: 7\nother:\n  name: b\n  replicas: 1\n  port: 80\n";
    assert_eq!(answer, json!({"yaml": expected}));
    // imported files, too
    client.open("model/model.k");
    client.replace("model/model.k", "replicas: int = 1", "replicas: int = 3");
    let answer = preview(&mut client, "main.k");
    assert!(answer["yaml"].as_str().unwrap().contains("replicas: 3"));
    client.replace("main.k", "replicas = 7", "replicas = nine");
    let answer = preview(&mut client, "main.k");
    let expected = "main.k:5:16: error[E0301]: `nine` is not defined\n  5 |     replicas = nine\n    |                ^^^^\n";
    assert_eq!(answer, json!({"error": expected}));
    client.wait_for("main.k", |found| !found.is_empty());
    client.stop();
}

#[test]
fn buffers_without_a_file_can_be_previewed() {
    let dir = module();
    let mut client = Client::start(dir.path(), modern());
    let params = json!({"textDocument": {
        "uri": "untitled:Untitled-1", "languageId": "kcl", "version": 1, "text": "a = 1 + 1\n",
    }});
    client.notify("textDocument/didOpen", params);
    let params = json!({"command": "kiln.preview", "arguments": [{"uri": "untitled:Untitled-1"}]});
    let answer = client.request("workspace/executeCommand", params);
    assert_eq!(answer, json!({"yaml": "a: 2\n"}));
    // they are checked, too
    let params = json!({
        "textDocument": {"uri": "untitled:Untitled-1"}, "position": {"line": 0, "character": 0},
    });
    let hover = client.request("textDocument/hover", params);
    assert!(
        hover["contents"]["value"]
            .as_str()
            .unwrap()
            .contains("a: int")
    );
    client.stop();
}

/// A schema with a check, and a program that fails it.
fn failing() -> tempfile::TempDir {
    files(&[
        ("kcl.mod", ""),
        (
            "main.k",
            "schema A:\n    n: int\n    check:\n        n > 0, \"too small\"\na = A {n = 0 - 1}\n",
        ),
    ])
}

#[test]
fn a_run_reports_what_it_finds() {
    let dir = failing();
    let mut client = Client::start(dir.path(), modern());
    client.open("main.k");
    assert!(client.diagnostics("main.k").is_empty());
    let error = preview(&mut client, "main.k")["error"].clone();
    assert!(error.as_str().unwrap().contains("too small"), "{error}");
    client.settle(std::time::Duration::from_millis(200));
    assert!(client.diagnostics("main.k").is_empty());
    let params = json!({"command": "kiln.run", "arguments": [{"uri": client.uri("main.k")}]});
    let answer = client.request("workspace/executeCommand", params);
    assert!(answer["error"].is_string());
    let found = client.wait_for("main.k", |found| !found.is_empty());
    assert!(found[0].contains("too small"), "{found:?}");
    client.replace("main.k", "0 - 1", "1");
    client.wait_for("main.k", |found| found.is_empty());
    client.stop();
}

const TESTS: &str = "import runtime\n\ntest_good = lambda {\n    assert _double(2) == 4\n}\ntest_bad = lambda {\n    print(\"hello\")\n    assert _double(2) == 5, \"not five\"\n}\nhelp = 1\n";

#[test]
fn tests_can_be_run_one_by_one() {
    let dir = files(&[
        ("kcl.mod", ""),
        ("main.k", "_double = lambda n: int { n * 2 }\n"),
        ("main_test.k", TESTS),
    ]);
    let mut client = Client::start(dir.path(), modern());
    client.open("main_test.k");
    let expected = [line(0, "run all tests"), line(2, "test"), line(5, "test")];
    assert_eq!(titles(&mut client, "main_test.k"), expected);
    let mut run = |lens: usize| {
        let (_, _, mut command) = lenses(&mut client, "main_test.k").swap_remove(lens);
        command["arguments"][0]["show"] = Value::Bool(false);
        client.request("workspace/executeCommand", command)
    };
    let good = json!({"passed": true, "output": "test_good: PASS\n"});
    assert_eq!(run(1), good);
    let bad = run(2);
    assert_eq!(bad["passed"], false);
    let output = bad["output"].as_str().unwrap().to_owned();
    let expected =
        "test_bad: FAIL\nhello\nmain_test.k:8:5: error[E0516]: assertion failed: not five";
    assert!(output.starts_with(expected), "{output}");
    let all = run(0);
    assert_eq!(all["output"], format!("test_good: PASS\n{output}"));
    client.settle(std::time::Duration::from_millis(200));
    client.stop();
}

#[test]
fn results_are_shown_to_clients_that_only_pass_commands_on() {
    let dir = module();
    let mut client = Client::start(dir.path(), modern());
    client.open("main.k");
    let command = titled(&mut client, "main.k", "preview");
    client.request("workspace/executeCommand", command.clone());
    client.settle(std::time::Duration::from_millis(100));
    let message: Value = serde_json::from_str(&client.messages.remove(0)).unwrap();
    assert_eq!(message["method"], "window/showMessage");
    assert!(
        message["params"]["message"]
            .as_str()
            .unwrap()
            .starts_with("server:\n")
    );
    client.stop();

    let mut capabilities = modern();
    capabilities["window"]["showDocument"] = json!({"support": true});
    let mut client = Client::start(dir.path(), capabilities);
    client.open("main.k");
    client.request("workspace/executeCommand", command);
    client.settle(std::time::Duration::from_millis(100));
    assert_eq!(client.asked, ["window/showDocument"]);
    client.stop();
}

#[test]
fn commands_can_be_cancelled() {
    let dir = module();
    let mut client = Client::start(dir.path(), modern());
    client.open_text("main.k", "a = [x for x in range(100000000) if x < 0]\n");
    let params = json!({"command": "kiln.preview", "arguments": [{"uri": client.uri("main.k")}]});
    let first = client.send("workspace/executeCommand", params.clone());
    let second = client.send("workspace/executeCommand", params);
    for id in [second, first] {
        client.notify("$/cancelRequest", json!({"id": id}));
        assert_eq!(client.answer(id).unwrap_err()["code"], -32800);
    }
    client.replace("main.k", "100000000", "10");
    assert_eq!(preview(&mut client, "main.k")["yaml"], "a: []\n");
    client.stop();
}

#[test]
fn previews_are_answered_whatever_is_typed() {
    let dir = module();
    let mut client = Client::start(dir.path(), modern());
    client.open("main.k");
    let params = json!({"command": "kiln.preview", "arguments": [{"uri": client.uri("main.k")}]});
    let mut asked = Vec::new();
    for number in 0..20 {
        let (old, new) = (number + 2, number + 3);
        client.replace(
            "main.k",
            &format!("replicas = {old}"),
            &format!("replicas = {new}"),
        );
        asked.push(client.send("workspace/executeCommand", params.clone()));
    }
    for id in asked {
        let answer = client.answer(id).unwrap();
        assert!(answer["yaml"].is_string(), "{answer}");
    }
    // the last one is about the last text
    let answer = preview(&mut client, "main.k");
    assert!(answer["yaml"].as_str().unwrap().contains("replicas: 22"));
    client.settle(std::time::Duration::from_millis(100));
    client.stop();
}

#[test]
fn nonsense_is_refused() {
    let dir = module();
    let mut client = Client::start(dir.path(), modern());
    for params in [
        json!({"command": "kiln.none"}),
        json!({"command": "kiln.preview"}),
        json!({"command": "kiln.preview", "arguments": [{"uri": 7}]}),
    ] {
        let error = client.refused("workspace/executeCommand", params);
        assert_eq!(error["code"], -32602, "{error}");
    }
    client.stop();
}
