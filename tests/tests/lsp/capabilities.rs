//! A test for each capability that the server announces.

use kiln_tests::lsp::Client;
use serde_json::{Value, json};

use crate::{files, modern, module};

/// A client with both files open and everything known.
fn client(dir: &tempfile::TempDir) -> Client {
    let mut client = Client::start(dir.path(), modern());
    client.open("main.k");
    client.open("model/model.k");
    client.settle(std::time::Duration::from_millis(300));
    client
}

fn document(client: &Client, path: &str) -> Value {
    json!({"textDocument": {"uri": client.uri(path)}})
}

/// What is announced is tested here, and nothing else is announced.
#[test]
fn all_capabilities_are_here() {
    let dir = module();
    let client = client(&dir);
    let announced = client.capabilities.as_object().unwrap();
    let names: Vec<&str> = announced.keys().map(String::as_str).collect();
    assert_eq!(
        names,
        [
            "callHierarchyProvider",
            "codeActionProvider",
            "codeLensProvider",
            "completionProvider",
            "definitionProvider",
            "documentFormattingProvider",
            "documentHighlightProvider",
            "documentLinkProvider",
            "documentOnTypeFormattingProvider",
            "documentRangeFormattingProvider",
            "documentSymbolProvider",
            "executeCommandProvider",
            "foldingRangeProvider",
            "hoverProvider",
            "implementationProvider",
            "inlayHintProvider",
            "positionEncoding",
            "referencesProvider",
            "renameProvider",
            "selectionRangeProvider",
            "semanticTokensProvider",
            "signatureHelpProvider",
            "textDocumentSync",
            "typeDefinitionProvider",
            "typeHierarchyProvider",
            "workspace",
            "workspaceSymbolProvider",
        ]
    );
    client.stop();
}

#[test]
fn hover() {
    let dir = module();
    let mut client = client(&dir);
    let at = client.at("main.k", "model.Ser|ver");
    let hover = client.request("textDocument/hover", at);
    assert_eq!(hover["contents"]["kind"], "markdown");
    assert_eq!(
        hover["contents"]["value"],
        "model\n\n```kcl\nschema Server(Base):\n    name: str\n    replicas: int = 1\n    port?: int\n```"
    );
    let at = client.at("main.k", "|\n\nserver");
    let hover = client.request("textDocument/hover", at);
    let text = hover["contents"]["value"].as_str().unwrap();
    assert!(text.starts_with("```kcl\nimport model\n```"));
    client.stop();
}

#[test]
fn definitions_and_types() {
    let dir = module();
    let mut client = client(&dir);
    let at = client.at("main.k", "repl|icas");
    let found = client.request("textDocument/definition", at);
    assert_eq!(found[0]["targetUri"], client.uri("model/model.k"));
    assert_eq!(found[0]["targetRange"]["start"]["line"], 5);
    let at = client.at("main.k", "serv|er =");
    let found = client.request("textDocument/typeDefinition", at);
    assert_eq!(found[0]["targetRange"]["start"]["line"], 4);
    client.stop();
}

#[test]
fn implementations_and_hierarchies_of_types() {
    let dir = module();
    let mut client = client(&dir);
    let at = client.at("model/model.k", "schema Ba|se");
    let found = client.request("textDocument/implementation", at.clone());
    assert_eq!(found.as_array().unwrap().len(), 1);
    assert_eq!(found[0]["range"]["start"]["line"], 4);
    let roots = client.request("textDocument/prepareTypeHierarchy", at);
    let item = json!({"item": roots[0]});
    assert_eq!(roots[0]["name"], "Base");
    let below = client.request("typeHierarchy/subtypes", item.clone());
    assert_eq!(below[0]["name"], "Server");
    assert_eq!(client.request("typeHierarchy/supertypes", item), json!([]));
    let item = json!({"item": below[0]});
    let above = client.request("typeHierarchy/supertypes", item);
    assert_eq!(above[0]["name"], "Base");
    client.stop();
}

#[test]
fn hierarchies_of_calls() {
    let dir = module();
    let mut client = client(&dir);
    let at = client.at("main.k", "model.ma|ke");
    let roots = client.request("textDocument/prepareCallHierarchy", at);
    assert_eq!(roots[0]["name"], "make");
    let item = json!({"item": roots[0]});
    let callers = client.request("callHierarchy/incomingCalls", item.clone());
    assert_eq!(callers[0]["from"]["name"], "other");
    assert_eq!(callers[0]["fromRanges"].as_array().unwrap().len(), 1);
    let called = client.request("callHierarchy/outgoingCalls", item);
    assert_eq!(called[0]["to"]["name"], "Server");
    client.stop();
}

#[test]
fn references_and_highlights() {
    let dir = module();
    let mut client = client(&dir);
    let mut at = client.at("model/model.k", "schema Ser|ver");
    let kinds = client.request("textDocument/documentHighlight", at.clone());
    let kinds: Vec<u64> = kinds
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["kind"].as_u64().unwrap())
        .collect();
    assert_eq!(kinds, [3, 2, 2]);
    at["context"] = json!({"includeDeclaration": false});
    let found = client.request("textDocument/references", at);
    assert_eq!(found.as_array().unwrap().len(), 3);
    client.stop();
}

#[test]
fn renaming() {
    let dir = module();
    let mut client = client(&dir);
    let at = client.at("main.k", "repl|icas");
    let prepared = client.request("textDocument/prepareRename", at.clone());
    assert_eq!(prepared["placeholder"], "replicas");
    let with = |name: &str| {
        let mut at = at.clone();
        at["newName"] = json!(name);
        at
    };
    let edit = client.request("textDocument/rename", with("copies"));
    let changes = edit["documentChanges"].as_array().unwrap();
    assert_eq!(changes.len(), 2);
    assert_eq!(changes[0]["edits"][0]["newText"], "copies");
    assert_eq!(changes[0]["textDocument"]["version"], 1);
    for (name, reason) in [
        ("port", "`Server` has an attribute `port` already"),
        ("name", "`Server` has an attribute `name` already"),
        ("1a", "`1a` is not a name"),
        ("if", "`if` is not a name"),
        ("a b", "`a b` is not a name"),
    ] {
        let error = client.refused("textDocument/rename", with(name));
        assert_eq!(error["message"], reason);
    }
    let at = client.at("main.k", "|\n\nserver");
    assert!(client.request("textDocument/prepareRename", at).is_object());
    client.replace("main.k", "\"a\"", "str(1)");
    let at = client.at("main.k", "st|r(1)");
    let error = client.refused("textDocument/prepareRename", at);
    assert_eq!(error["message"], "`str` is part of the language");
    client.diagnostics("main.k");
    client.stop();
}

#[test]
fn completion_and_its_details() {
    let dir = module();
    let mut client = client(&dir);
    client.replace("main.k", "    replicas = 2\n", "    re\n");
    let at = client.at("main.k", "    re|\n");
    let list = client.request("textDocument/completion", at);
    let items = list["items"].as_array().unwrap();
    let item = items.iter().find(|it| it["label"] == "replicas").unwrap();
    assert_eq!(item["textEdit"]["newText"], "replicas = $0");
    assert_eq!(item["insertTextFormat"], 2);
    let range = &item["textEdit"]["range"];
    assert_eq!(range["start"]["character"], 4);
    assert_eq!(range["end"]["character"], 6);
    client.replace("main.k", "= model.Server {", "= model.");
    let at = client.at("main.k", "= model.|");
    let list = client.request("textDocument/completion", at);
    let items = list["items"].as_array().unwrap();
    let item = items.iter().find(|it| it["label"] == "Base").unwrap();
    let resolved = client.request("completionItem/resolve", item.clone());
    assert_eq!(resolved["documentation"]["value"], "What everything has.");
    client.diagnostics("main.k");
    client.stop();
}

#[test]
fn completion_of_what_is_not_imported() {
    let dir = module();
    let mut client = client(&dir);
    // as it is in the editor, not as it was saved
    client.open("model/model.k");
    client.replace("model/model.k", "schema Server", "schema Service");
    client.open_text("other.k", "# about a\na = Serv\n");
    let at = client.at("other.k", "Serv|");
    let list = client.request("textDocument/completion", at);
    assert_eq!(list["isIncomplete"], false);
    let items = list["items"].as_array().unwrap();
    let labels: Vec<&Value> = items.iter().map(|it| &it["label"]).collect();
    assert!(!labels.contains(&&json!("Server")));
    let item = items.iter().find(|it| it["label"] == "Service").unwrap();
    assert_eq!(item["labelDetails"]["description"], "import model");
    assert_eq!(item["detail"], "schema (import model)");
    assert_eq!(item["textEdit"]["newText"], "model.Service {\n\t$0\n}");
    let edit = &item["additionalTextEdits"][0];
    assert_eq!(edit["newText"], "import model\n\n");
    assert_eq!(edit["range"]["start"], json!({"line": 0, "character": 0}));
    let resolved = client.request("completionItem/resolve", item.clone());
    assert_eq!(resolved["additionalTextEdits"], item["additionalTextEdits"]);
    client.replace("other.k", "Serv", "math.fl");
    let at = client.at("other.k", "fl|");
    let list = client.request("textDocument/completion", at);
    let items = list["items"].as_array().unwrap();
    let item = items.iter().find(|it| it["label"] == "floor").unwrap();
    let edit = &item["additionalTextEdits"][0];
    assert_eq!(edit["newText"], "import math\n\n");
    let resolved = client.request("completionItem/resolve", item.clone());
    assert!(resolved["documentation"]["value"].is_string());
    assert_eq!(resolved["additionalTextEdits"], item["additionalTextEdits"]);
    client.settle(std::time::Duration::from_millis(300));
    client.stop();
}

#[test]
fn signatures() {
    let dir = module();
    let mut client = client(&dir);
    let at = client.at("main.k", "model.make(\"b\", 8|0)");
    let help = client.request("textDocument/signatureHelp", at);
    let signature = &help["signatures"][0];
    assert_eq!(signature["label"], "model.make(name: str, port: int)");
    assert_eq!(help["activeParameter"], 1);
    assert_eq!(signature["parameters"][1]["label"], json!([22, 31]));
    client.stop();
}

#[test]
fn symbols_of_a_file() {
    let dir = module();
    let mut client = client(&dir);
    let params = document(&client, "model/model.k");
    let symbols = client.request("textDocument/documentSymbol", params);
    let names: Vec<&str> = symbols
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["Base", "Server", "make"]);
    assert_eq!(symbols[1]["children"][1]["name"], "port");
    client.stop();
    // the flat list of older editors
    let mut old = Client::start(dir.path(), json!({}));
    old.open("model/model.k");
    let params = document(&old, "model/model.k");
    let symbols = old.request("textDocument/documentSymbol", params);
    assert_eq!(symbols[1]["containerName"], "Base");
    assert!(symbols[1]["location"]["uri"].is_string());
    old.stop();
}

#[test]
fn semantic_tokens() {
    let dir = module();
    let mut client = client(&dir);
    let params = document(&client, "main.k");
    let tokens = client.request("textDocument/semanticTokens/full", params.clone());
    let data = tokens["data"].as_array().unwrap();
    assert_eq!(data.len() % 5, 0);
    let legend = &client.capabilities["semanticTokensProvider"]["legend"]["tokenTypes"];
    let kinds: Vec<&str> = data
        .chunks(5)
        .take(6)
        .map(|token| {
            legend[token[3].as_u64().unwrap() as usize]
                .as_str()
                .unwrap()
        })
        .collect();
    assert_eq!(
        kinds,
        [
            "keyword",
            "namespace",
            "variable",
            "namespace",
            "class",
            "property"
        ]
    );
    let mut part = params;
    part["range"] =
        json!({"start": {"line": 0, "character": 0}, "end": {"line": 1, "character": 0}});
    let tokens = client.request("textDocument/semanticTokens/range", part);
    assert_eq!(tokens["data"], json!([0, 0, 6, 10, 0, 0, 7, 5, 0, 0]));
    client.stop();
}

#[test]
fn semantic_tokens_that_changed() {
    let dir = module();
    let mut client = client(&dir);
    let params = document(&client, "main.k");
    let numbers = |value: &Value| -> Vec<u64> {
        let data = value["data"].as_array().into_iter().flatten();
        data.map(|it| it.as_u64().unwrap()).collect()
    };
    let full = client.request("textDocument/semanticTokens/full", params.clone());
    let (mut known, mut id) = (numbers(&full), full["resultId"].clone());
    for (old, new) in [
        ("replicas = 2", "replicas = 2 + 3"),
        ("name = \"a\"\n    ", ""),
        ("import model", "# first\nimport model"),
        ("server", "server"),
    ] {
        client.replace("main.k", old, new);
        let mut delta = params.clone();
        delta["previousResultId"] = id;
        let answer = client.request("textDocument/semanticTokens/full/delta", delta);
        id = answer["resultId"].clone();
        for edit in answer["edits"].as_array().unwrap() {
            let start = edit["start"].as_u64().unwrap() as usize;
            let end = start + edit["deleteCount"].as_u64().unwrap() as usize;
            known.splice(start..end, numbers(edit));
        }
        let full = client.request("textDocument/semanticTokens/full", params.clone());
        assert_eq!(known, numbers(&full), "{new}");
        id = match old {
            "server" => id,
            _ => full["resultId"].clone(),
        };
    }
    // what is forgotten is told again
    let mut delta = params;
    delta["previousResultId"] = id;
    let answer = client.request("textDocument/semanticTokens/full/delta", delta);
    assert_eq!(numbers(&answer), known);
    client.settle(std::time::Duration::from_millis(300));
    client.stop();
}

#[test]
fn indentation_while_typing() {
    let dir = module();
    let mut client = client(&dir);
    let triggers = &client.capabilities["documentOnTypeFormattingProvider"];
    assert_eq!(triggers["firstTriggerCharacter"], "\n");
    client.replace("main.k", "other =", "extra = {\n\n\nother =");
    let mut params = client.at("main.k", "extra = {\n|");
    params["ch"] = json!("\n");
    params["options"] = json!({"tabSize": 2, "insertSpaces": true});
    let edits = client.request("textDocument/onTypeFormatting", params);
    assert_eq!(edits[0]["newText"], "  ");
    assert_eq!(edits.as_array().unwrap().len(), 1);
    client.settle(std::time::Duration::from_millis(300));
    client.stop();
}

#[test]
fn inlay_hints() {
    let dir = module();
    let mut client = client(&dir);
    let mut params = document(&client, "main.k");
    params["range"] =
        json!({"start": {"line": 0, "character": 0}, "end": {"line": 99, "character": 0}});
    let hints = client.request("textDocument/inlayHint", params.clone());
    let labels = |hints: &Value| -> Vec<String> {
        let hints = hints.as_array().unwrap().iter();
        hints
            .map(|it| it["label"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(labels(&hints), [": Server", "name: ", "port: "]);
    // only where it was asked
    params["range"]["end"]["line"] = json!(3);
    let hints = client.request("textDocument/inlayHint", params.clone());
    assert!(labels(&hints).is_empty());
    let settings = json!({"settings": {"kiln": {"inlayHints": {"types": false}}}});
    client.notify("workspace/didChangeConfiguration", settings);
    params["range"]["end"]["line"] = json!(99);
    let hints = client.request("textDocument/inlayHint", params);
    assert_eq!(labels(&hints), ["name: ", "port: "]);
    client.stop();
}

#[test]
fn folding_and_selecting() {
    let dir = module();
    let mut client = client(&dir);
    let params = document(&client, "main.k");
    let folds = client.request("textDocument/foldingRange", params);
    assert_eq!(folds.as_array().unwrap().len(), 1);
    assert_eq!(folds[0]["startLine"], 2);
    assert_eq!(folds[0]["endLine"], 4);
    let at = client.at("main.k", "replicas = |2");
    let params = json!({"textDocument": at["textDocument"], "positions": [at["position"]]});
    let ranges = client.request("textDocument/selectionRange", params);
    let mut widths = Vec::new();
    let mut range = &ranges[0];
    while range.is_object() {
        let (start, end) = (&range["range"]["start"], &range["range"]["end"]);
        let lines = end["line"].as_u64().unwrap() - start["line"].as_u64().unwrap();
        widths.push(lines);
        range = &range["parent"];
    }
    // number, entry, entries, block, instance or statement, file
    assert!(widths.len() >= 5 && widths.is_sorted(), "{widths:?}");
    client.stop();
}

#[test]
fn links() {
    let dir = module();
    let mut client = client(&dir);
    let params = document(&client, "main.k");
    let links = client.request("textDocument/documentLink", params);
    assert_eq!(links.as_array().unwrap().len(), 1);
    assert_eq!(links[0]["target"], client.uri("model/model.k"));
    assert_eq!(links[0]["range"]["start"]["character"], 7);
    client.stop();
}

/// The titles of what can be done at a place.
fn titles(client: &mut Client, path: &str, marked: &str, only: Value) -> Vec<(String, Value)> {
    let at = client.at(path, marked);
    let range = json!({"start": at["position"], "end": at["position"]});
    let params = json!({
        "textDocument": at["textDocument"],
        "range": range,
        "context": {"diagnostics": [], "only": only},
    });
    let actions = client.request("textDocument/codeAction", params);
    let actions = actions.as_array().unwrap().iter();
    actions
        .map(|it| (it["title"].as_str().unwrap().to_owned(), it["edit"].clone()))
        .collect()
}

#[test]
fn actions() {
    let dir = module();
    let mut client = client(&dir);
    client.replace("main.k", "name = \"a\"\n    replicas", "replicsa");
    let found = titles(&mut client, "main.k", "repl|icsa", json!(["quickfix"]));
    let names: Vec<&str> = found.iter().map(|(title, _)| title.as_str()).collect();
    assert_eq!(names, ["replace it with `replicas`", "add `name`"]);
    let edit = &found[0].1["documentChanges"][0];
    assert_eq!(edit["edits"][0]["newText"], "replicas");
    assert_eq!(edit["textDocument"]["version"], 2);
    client.diagnostics("main.k");
    // whole-file actions come to those who ask
    client.open_text(
        "messy.k",
        "import model\nimport math\nimport json\na = math.floor(1.5)\nb = model.make\n",
    );
    let asked = json!(["source.organizeImports"]);
    let found = titles(&mut client, "messy.k", "a = |math", asked);
    assert_eq!(found.len(), 1);
    let edit = &found[0].1["documentChanges"][0]["edits"][0];
    assert_eq!(edit["newText"], "import math\nimport model");
    let found = titles(
        &mut client,
        "messy.k",
        "a = |math",
        json!(["source.fixAll"]),
    );
    assert_eq!(found.len(), 1);
    client.settle(std::time::Duration::from_millis(300));
    client.stop();
}

#[test]
fn refactorings() {
    let dir = files(&[
        ("kcl.mod", "[package]\nname = \"test\"\n"),
        ("model/model.k", crate::MODEL),
        ("a.k", "_size = 1 + 2\nsome = {\n    x = _size * 2\n}\n"),
        ("b.k", "more = _size\nserv = Base {name = \"a\"}\n"),
    ]);
    let mut client = Client::start(dir.path(), modern());
    client.open("a.k");
    client.open("b.k");
    let kinds = &client.capabilities["codeActionProvider"]["codeActionKinds"];
    for kind in ["refactor.inline", "refactor.extract", "refactor.rewrite"] {
        assert!(kinds.as_array().unwrap().contains(&json!(kind)));
    }
    let found = titles(&mut client, "b.k", "= _si|ze", json!(["refactor.inline"]));
    assert_eq!(found[0].0, "inline `_size`");
    let changes = found[0].1["documentChanges"].as_array().unwrap();
    let edits: Vec<(&str, usize)> = changes
        .iter()
        .map(|it| {
            let uri = it["textDocument"]["uri"].as_str().unwrap();
            let edits = it["edits"].as_array().unwrap();
            (uri.rsplit('/').next().unwrap(), edits.len())
        })
        .collect();
    assert_eq!(edits, [("a.k", 2), ("b.k", 1)]);
    let found = titles(&mut client, "a.k", "some = {|", json!(["refactor.extract"]));
    assert_eq!(found[0].0, "extract schema `Some`");
    let found = titles(&mut client, "b.k", "Ba|se {", json!(["quickfix"]));
    let names: Vec<&str> = found.iter().map(|(title, _)| title.as_str()).collect();
    assert_eq!(names, ["import `model`, write `model.Base`"]);
    client.diagnostics("b.k");
    client.stop();
}

#[test]
fn formatting() {
    let dir = module();
    let mut client = client(&dir);
    let options = json!({"tabSize": 4, "insertSpaces": true});
    let mut params = document(&client, "main.k");
    params["options"] = options;
    // nothing to do
    let edits = client.request("textDocument/formatting", params.clone());
    assert_eq!(edits, json!([]));
    client.replace("main.k", "replicas = 2", "replicas=2");
    client.replace("main.k", "other = model", "other=model");
    let edits = client.request("textDocument/formatting", params.clone());
    let lines: Vec<u64> = edits
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["range"]["start"]["line"].as_u64().unwrap())
        .collect();
    assert_eq!(lines.first(), Some(&4));
    assert_eq!(lines.last(), Some(&6));
    // only the selection
    params["range"] =
        json!({"start": {"line": 6, "character": 0}, "end": {"line": 6, "character": 1}});
    let edits = client.request("textDocument/rangeFormatting", params);
    let edits = edits.as_array().unwrap();
    assert!(!edits.is_empty() && edits.iter().all(|it| it["range"]["start"]["line"] == 6));
    client.diagnostics("main.k");
    client.stop();
}

#[test]
fn imports_follow_renamed_files() {
    let dir = module();
    let mut client = client(&dir);
    let rename = |client: &Client, old: &str, new: &str| json!({"files": [{"oldUri": client.uri(old), "newUri": client.uri(new)}]});
    let params = rename(&client, "model", "models");
    let edit = client.request("workspace/willRenameFiles", params);
    let changes = &edit["documentChanges"][0];
    assert_eq!(changes["textDocument"]["uri"], client.uri("main.k"));
    let texts: Vec<&str> = changes["edits"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["newText"].as_str().unwrap())
        .collect();
    assert_eq!(texts, ["models as model"]);
    // nobody imports the file itself
    let params = rename(&client, "model/model.k", "model/other.k");
    assert_eq!(
        client.request("workspace/willRenameFiles", params),
        Value::Null
    );
    client.stop();
}
