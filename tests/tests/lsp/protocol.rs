//! Beginning and end, positions, cancelling, panics and nonsense.

use kiln_tests::lsp::Client;
use serde_json::{Value, json};

use crate::{files, modern, module};

#[test]
fn hello_and_goodbye() {
    let dir = module();
    let client = Client::start(dir.path(), json!({}));
    assert_eq!(client.capabilities["positionEncoding"], "utf-16");
    client.stop();
    let client = Client::start(dir.path(), modern());
    assert_eq!(client.capabilities["positionEncoding"], "utf-8");
    client.stop();
}

#[test]
fn after_shutdown_nothing_is_answered() {
    let dir = module();
    let mut client = Client::start(dir.path(), json!({}));
    client.request("shutdown", Value::Null);
    let error = client.refused("textDocument/hover", json!({}));
    assert_eq!(error["code"], -32600);
    client.stop();
}

#[test]
fn unknown_methods_and_bad_parameters_are_refused() {
    let dir = module();
    let mut client = Client::start(dir.path(), json!({}));
    assert_eq!(client.refused("kiln/nonsense", json!({}))["code"], -32601);
    let error = client.refused("textDocument/hover", json!({"position": 1}));
    assert_eq!(error["code"], -32602);
    // notifications nobody knows are no reason to complain
    client.notify("$/nonsense", json!({}));
    client.notify("kiln/nonsense", json!({}));
    client.stop();
}

/// Text outside of the first plane: two UTF-16 units, four bytes.
const WIDE: &str = "title = \"𝄞𝄞\" + name\nname = \"ä\"\n";

#[test]
fn columns_are_utf16_units_or_bytes() {
    let dir = files(&[("main.k", WIDE)]);
    for capabilities in [json!({}), modern()] {
        let utf8 = capabilities != json!({});
        let mut client = Client::start(dir.path(), capabilities);
        client.open("main.k");
        let at = client.at("main.k", "+ na|me");
        let hover = client.request("textDocument/hover", at.clone());
        let start = if utf8 { 21 } else { 17 };
        let range = &hover["range"];
        assert_eq!(range["start"], json!({"line": 0, "character": start}));
        assert_eq!(range["end"], json!({"line": 0, "character": start + 4}));
        let uses = client.request("textDocument/documentHighlight", at);
        assert_eq!(uses.as_array().unwrap().len(), 2);
        // the second note goes, and what is behind it moves
        client.replace("main.k", "𝄞\"", "\"");
        client.replace("main.k", "+ name", "+ nam");
        let found = client.diagnostics("main.k");
        let column = if utf8 { 18 } else { 16 };
        assert_eq!(found, [format!("1:{column} E0301 `nam` is not defined")]);
        client.stop();
    }
}

#[test]
fn line_ends_of_other_systems() {
    let dir = files(&[("main.k", "a = 1\r\nb = a\r\nc = d\r\n")]);
    let mut client = Client::start(dir.path(), json!({}));
    client.open("main.k");
    assert_eq!(
        client.diagnostics("main.k"),
        ["3:5 E0301 `d` is not defined"]
    );
    let at = client.at("main.k", "b = |a");
    let found = client.request("textDocument/definition", at);
    assert_eq!(
        found[0]["range"]["start"],
        json!({"line": 0, "character": 0})
    );
    client.stop();
}

#[test]
fn cancelled_requests_are_answered_as_such() {
    let dir = module();
    let mut client = Client::start(dir.path(), json!({}));
    client.open("main.k");
    client.diagnostics("main.k");
    let at = client.at("main.k", "model.Ser|ver");
    // some are answered before they are cancelled: both are right, and none may be lost
    let ids: Vec<i64> = (0..20)
        .map(|_| {
            let id = client.send("textDocument/hover", at.clone());
            client.notify("$/cancelRequest", json!({"id": id}));
            id
        })
        .collect();
    let mut cancelled = 0;
    for id in ids {
        match client.answer(id) {
            Ok(hover) => assert!(hover["contents"]["value"].is_string()),
            Err(error) => {
                assert_eq!(error["code"], -32800);
                cancelled += 1;
            }
        }
    }
    assert!(cancelled > 0);
    // what is done already cannot be cancelled
    client.notify("$/cancelRequest", json!({"id": 1}));
    client.stop();
}

#[test]
fn edits_interrupt_requests_but_lose_none() {
    let dir = module();
    let mut client = Client::start(dir.path(), json!({}));
    client.open("main.k");
    let mut ids = Vec::new();
    for round in 0..30 {
        let at = client.at("main.k", "model.Ser|ver");
        ids.push(client.send("textDocument/references", with_declaration(at)));
        client.edit("main.k", 0..0, &format!("# {round}\n"));
    }
    for id in ids {
        match client.answer(id) {
            Ok(found) => assert_eq!(found.as_array().unwrap().len(), 4),
            Err(error) => assert_eq!(error["code"], -32801, "{error}"),
        }
    }
    assert!(client.diagnostics("main.k").is_empty());
    client.stop();
}

fn with_declaration(mut at: Value) -> Value {
    at["context"] = json!({"includeDeclaration": true});
    at
}

#[test]
fn changes_of_files_that_are_not_open_are_logged() {
    let dir = module();
    let mut client = Client::start(dir.path(), json!({}));
    let uri = client.uri("main.k");
    client.notify(
        "textDocument/didChange",
        json!({"textDocument": {"uri": uri, "version": 2}, "contentChanges": [{"text": ""}]}),
    );
    client.open("main.k");
    client.diagnostics("main.k");
    let messages = std::mem::take(&mut client.messages);
    assert_eq!(messages.len(), 1);
    assert!(messages[0].contains("which is not open"));
    client.stop();
}

#[test]
fn a_burst_of_keys_gives_the_diagnostics_of_the_last() {
    let dir = module();
    let mut client = Client::start(dir.path(), json!({}));
    client.open("main.k");
    let word = "missing";
    let end = client.text("main.k").len();
    client.edit("main.k", end..end, "a = ");
    for (index, _) in word.char_indices() {
        let at = end + 4 + index;
        client.edit("main.k", at..at, &word[index..=index]);
    }
    assert_eq!(
        client.diagnostics("main.k"),
        ["8:5 E0301 `missing` is not defined"]
    );
    client.stop();
}
