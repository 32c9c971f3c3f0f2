//! What programs evaluate to: in hovers, between the lines, and when it is found out.

use std::time::{Duration, Instant};

use kiln_tests::lsp::Client;
use serde_json::{Value, json};

use crate::{files, modern, write};

const MODEL: &str = "schema Server:\n    name: str\n    size: int = 1\n    double: int = size * 2\n    fixed: int = 20 + 2\n";
const MAIN: &str = "import model\n\n_n = 1 + 2\na = model.Server {\n    name = \"a\" + \"b\"\n    size = _n\n}\nb = model.Server {\n    name = \"x\"\n}\nlabels = {\n    \"app.kubernetes.io/name\" = a.name\n}\n";

fn program() -> tempfile::TempDir {
    files(&[("kcl.mod", ""), ("main.k", MAIN), ("model/model.k", MODEL)])
}

fn refreshing() -> Value {
    let mut capabilities = modern();
    capabilities["workspace"]["inlayHint"] = json!({"refreshSupport": true});
    capabilities
}

/// Waits until the server has found out values: it then has hints asked for again.
fn wait_for_values(client: &mut Client) {
    let until = Instant::now() + Duration::from_secs(20);
    let is_refresh = |asked: &String| asked == "workspace/inlayHint/refresh";
    while !client.asked.iter().any(is_refresh) {
        assert!(Instant::now() < until, "no values");
        client.settle(Duration::from_millis(20));
    }
    client.asked.clear();
}

/// `line: text` of the values between the lines.
fn hints(client: &mut Client, path: &str) -> Vec<String> {
    let params = json!({
        "textDocument": {"uri": client.uri(path)},
        "range": {"start": {"line": 0, "character": 0}, "end": {"line": 99, "character": 0}},
    });
    let hints = client.request("textDocument/inlayHint", params);
    let hints = hints.as_array().cloned().unwrap_or_default().into_iter();
    let hints = hints.filter_map(|hint| {
        let label = hint["label"].as_str()?;
        let line = hint["position"]["line"].as_u64()? + 1;
        label.starts_with("= ").then(|| format!("{line}: {label}"))
    });
    hints.collect()
}

/// What a hover says about values; paths of links are below the root.
fn hover(client: &mut Client, path: &str, marked: &str) -> String {
    let at = client.at(path, marked);
    let hover = client.request("textDocument/hover", at);
    let text = hover["contents"]["value"].as_str().unwrap_or_default();
    let root = client.uri("");
    let value = text.rsplit_once("---\n\n").map_or(text, |(_, value)| value);
    value.replace(&format!("{root}/"), "")
}

#[test]
fn values_are_shown_after_opening() {
    let dir = program();
    let mut client = Client::start(dir.path(), refreshing());
    client.open("main.k");
    client.open("model/model.k");
    wait_for_values(&mut client);
    assert_eq!(
        hints(&mut client, "main.k"),
        ["3: = 3", "5: = \"ab\"", "6: = 3", "12: = \"ab\""]
    );
    // what differs from instance to instance is not put there
    assert_eq!(hints(&mut client, "model/model.k"), ["5: = 22"]);
    assert_eq!(
        hover(&mut client, "main.k", "si|ze = _n"),
        "`a.size` = `3`, set in [main.k:6](main.k#L6), over [model/model.k:3](model/model.k#L3)"
    );
    assert_eq!(
        hover(&mut client, "main.k", "size = _|n"),
        "`_n` = `3`, set in [main.k:3](main.k#L3)"
    );
    assert_eq!(
        hover(&mut client, "main.k", "kubernetes|.io"),
        "`labels[\"app.kubernetes.io/name\"]` = `\"ab\"`, set in [main.k:12](main.k#L12)"
    );
    assert_eq!(
        hover(&mut client, "model/model.k", "dou|ble"),
        "- `a.double` = `6`, the default in [model/model.k:4](model/model.k#L4)\n- `b.double` = `2`, the default in [model/model.k:4](model/model.k#L4)"
    );
    assert_eq!(
        hover(&mut client, "model/model.k", "na|me: str"),
        "- `a.name` = `\"ab\"`, set in [main.k:5](main.k#L5)\n- `b.name` = `\"x\"`, set in [main.k:9](main.k#L9)"
    );
    client.stop();
}

#[test]
fn values_follow_what_is_typed() {
    let dir = program();
    let mut client = Client::start(dir.path(), refreshing());
    client.open("main.k");
    wait_for_values(&mut client);
    client.replace("main.k", "1 + 2", "4 + 5");
    // of another text nothing is known
    assert_eq!(hints(&mut client, "main.k"), [""; 0]);
    wait_for_values(&mut client);
    assert!(hints(&mut client, "main.k").contains(&"3: = 9".to_owned()));
    // imported files that are not saved take part
    client.open("model/model.k");
    client.replace("model/model.k", "size * 2", "size * 100");
    wait_for_values(&mut client);
    let found = hover(&mut client, "model/model.k", "dou|ble");
    assert!(found.starts_with("- `a.double` = `900`"), "{found}");
    client.settle(Duration::from_millis(100));
    client.stop();
}

#[test]
fn stacks_that_differ_are_named() {
    let settings = "kcl_cli_configs:\n  files:\n    - ../base/base.k\n    - main.k\n";
    let dir = files(&[
        ("kcl.mod", ""),
        (
            "base/base.k",
            "_env = option(\"env\") or \"none\"\nname: str = \"app-${_env}\"\nsame = 1 + 1\n",
        ),
        (
            "dev/kcl.yaml",
            &format!("{settings}kcl_options:\n  - key: env\n    value: dev\n"),
        ),
        ("dev/main.k", "a = 1\n"),
        (
            "prod/kcl.yaml",
            &format!("{settings}kcl_options:\n  - key: env\n    value: prod\n"),
        ),
        ("prod/main.k", "a = 1\n"),
    ]);
    let mut client = Client::start(dir.path(), refreshing());
    client.open("base/base.k");
    wait_for_values(&mut client);
    let found = hover(&mut client, "base/base.k", "na|me:");
    assert_eq!(
        found,
        "- in `dev`: `name` = `\"app-dev\"`, set in [base/base.k:2](base/base.k#L2)\n- in `prod`: `name` = `\"app-prod\"`, set in [base/base.k:2](base/base.k#L2)"
    );
    assert_eq!(hints(&mut client, "base/base.k"), ["3: = 2"]);
    client.stop();
}

#[test]
fn failures_are_told_after_opening_and_saving_but_not_while_typing() {
    let text = "a = [1, 2, 3]\ni = 0\nb = a[i]\n";
    let dir = files(&[("kcl.mod", ""), ("main.k", text)]);
    let mut client = Client::start(dir.path(), refreshing());
    client.open("main.k");
    wait_for_values(&mut client);
    assert!(client.diagnostics("main.k").is_empty());
    client.replace("main.k", "i = 0", "i = 9");
    wait_for_values(&mut client);
    client.settle(Duration::from_millis(100));
    assert!(client.diagnostics("main.k").is_empty());
    client.save("main.k");
    let found = client.wait_for("main.k", |found| !found.is_empty());
    assert!(found[0].starts_with("3:5 E0505"), "{found:?}");
    client.close("main.k");
    client.open("main.k");
    client.wait_for("main.k", |found| !found.is_empty());
    client.stop();
}

#[test]
fn values_can_be_switched_off() {
    let dir = program();
    let options = json!({"inlayHints": {"values": false}, "evaluateOnSave": false});
    let mut client = Client::start_with(dir.path(), refreshing(), options);
    client.open("main.k");
    client.replace("main.k", "1 + 2", "1 + 3");
    assert_eq!(hints(&mut client, "main.k"), [""; 0]);
    client.settle(Duration::from_millis(600));
    assert!(client.asked.is_empty(), "{:?}", client.asked);
    client.stop();
}

#[test]
fn what_changes_on_the_disk_is_not_shown_any_more() {
    let dir = program();
    let mut client = Client::start(dir.path(), refreshing());
    client.open("main.k");
    wait_for_values(&mut client);
    write(dir.path(), "model/model.k", &MODEL.replace("= 1", "= 7"));
    let changes = json!({"changes": [{"uri": client.uri("model/model.k"), "type": 2}]});
    client.notify("workspace/didChangeWatchedFiles", changes);
    // looking at the file finds the values out again
    hints(&mut client, "main.k");
    wait_for_values(&mut client);
    let found = hover(&mut client, "main.k", "|b = model");
    assert!(found.contains("size = 7"), "{found}");
    client.settle(Duration::from_millis(100));
    client.stop();
}

/// A program that runs for long holds nobody up.
#[test]
fn edits_do_not_wait_for_programs() {
    let dir = files(&[("kcl.mod", "")]);
    let mut client = Client::start(dir.path(), refreshing());
    let text = "n = 1\na = [x for x in range(100000000) if x < 0]\nb = missing\n";
    client.open_text("main.k", text);
    client.wait_for("main.k", |found| found.len() == 1);
    client.replace("main.k", "missing", "n");
    client.wait_for("main.k", |found| found.is_empty());
    // it is running now
    client.settle(Duration::from_millis(500));
    let before = Instant::now();
    client.replace("main.k", "b = n", "b = other");
    client.wait_for("main.k", |found| found.len() == 1);
    assert!(
        before.elapsed() < Duration::from_secs(2),
        "{:?}",
        before.elapsed()
    );
    client.stop();
}
