//! Random editing: a client types, deletes, undoes, pastes, saves, renames and asks questions, and at the end the server
//! must report what a server reports that reads the same files for the first time.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use serde_json::{Value, json};

use crate::generate::rng::Rng;
use crate::lsp::Client;

/// Pieces of programs that are pasted.
const PIECES: &[&str] = &[
    "schema A:\n    a: int = 1\n",
    "import math\n",
    "import model\n",
    "x = model.Server {name = \"x\"}\n",
    "_y = [i for i in range(3)]\n",
    "    check:\n        a > 0\n",
    "if True:\n    z = 1\n",
    "f = lambda a: int { a + 1 }\n",
    "\"\"\"doc\"\"\"\n",
    "{",
    "}",
    "(",
    ")",
    "[",
    "]",
    "\"",
    "'",
    "\"\"\"",
    "${",
    ":",
    "=",
    ".",
    ",",
    "\n",
    "\n    ",
    "\\\n",
    "# ä𝄞\n",
    "𝄞",
    "\r\n",
    "None",
    "True",
    " as ",
    " for ",
    " in ",
    " if ",
    "lambda ",
    "model.",
    "name",
    "replicas",
    "*",
    "**",
    "@deprecated\n",
];

/// Questions about a position, asked at random.
const QUESTIONS: &[&str] = &[
    "textDocument/hover",
    "textDocument/definition",
    "textDocument/typeDefinition",
    "textDocument/implementation",
    "textDocument/completion",
    "textDocument/signatureHelp",
    "textDocument/documentHighlight",
    "textDocument/references",
    "textDocument/prepareRename",
    "textDocument/rename",
    "textDocument/prepareCallHierarchy",
    "textDocument/prepareTypeHierarchy",
    "textDocument/documentSymbol",
    "textDocument/semanticTokens/full",
    "textDocument/foldingRange",
    "textDocument/selectionRange",
    "textDocument/documentLink",
    "textDocument/inlayHint",
    "textDocument/codeAction",
];

/// What happened in a session.
#[derive(Clone, Debug, Default)]
pub struct Session {
    /// Edits made.
    pub edits: usize,
    /// Questions asked.
    pub questions: usize,
    /// What was wrong at the end, by file.
    pub diagnostics: BTreeMap<String, Vec<String>>,
}

/// Edits the files below a folder at random; `paths` are opened one after the other.
///
/// # Errors
/// If the server says something else at the end than one that has just been started, or answers with an error of its own.
pub fn session(root: &Path, paths: &[&str], seed: u64, steps: usize) -> Result<Session, String> {
    let mut rng = Rng::new(seed);
    let capabilities = json!({"workspace": {"workspaceEdit": {"documentChanges": true}}});
    let options = json!({"evaluateOnSave": false});
    let mut client = Client::start_with(root, capabilities.clone(), options.clone());
    let mut outcome = Session::default();
    let mut undo: Vec<(String, String)> = Vec::new();
    let mut asked: Vec<(i64, &str)> = Vec::new();
    for path in paths {
        client.open(path);
    }
    for _ in 0..steps {
        let path = *rng.pick(paths);
        let text = client.text(path).to_owned();
        match rng.below(16) {
            0..=5 => {
                undo.push((path.to_owned(), text.clone()));
                let at = boundary(&text, rng.below(text.len() + 1));
                let piece = *rng.pick(PIECES);
                client.edit(path, at..at, piece);
                outcome.edits += 1;
            }
            6..=8 => {
                undo.push((path.to_owned(), text.clone()));
                let start = boundary(&text, rng.below(text.len() + 1));
                let end = boundary(&text, (start + rng.below(30)).min(text.len())).max(start);
                client.edit(path, start..end, "");
                outcome.edits += 1;
            }
            9..=11 => {
                // back to how it was
                if let Some((path, before)) = undo.pop() {
                    let whole = 0..client.text(&path).len();
                    client.edit(&path, whole, &before);
                    outcome.edits += 1;
                }
            }
            12 => client.save(path),
            13 => {
                client.close(path);
                client.open_text(path, &text);
            }
            _ => {
                let at = boundary(&text, rng.below(text.len() + 1));
                let position = client.position(path, at);
                let method = *rng.pick(QUESTIONS);
                let params = question(&client.uri(path), &position);
                asked.push((client.send(method, params), method));
                outcome.questions += 1;
            }
        }
    }
    // half of the sessions end as they began, most end broken
    if rng.below(2) == 0 {
        while let Some((path, before)) = undo.pop() {
            let whole = 0..client.text(&path).len();
            client.edit(&path, whole, &before);
        }
    }
    for (id, method) in asked {
        if let Err(error) = client.answer(id) {
            // refused or outdated is fine; broken is not
            if error["code"] == json!(-32603) || error["code"] == json!(-32602) {
                return Err(format!("{method}: {error}"));
            }
        }
    }
    for path in paths {
        client.diagnostics(path);
    }
    client.settle(Duration::from_millis(200));
    outcome.diagnostics = client.all_diagnostics();
    if !client.messages.is_empty() {
        return Err(format!("messages: {:?}", client.messages));
    }
    let texts: Vec<(String, String)> = paths
        .iter()
        .map(|path| ((*path).to_owned(), client.text(path).to_owned()))
        .collect();
    client.stop();
    let mut cold = Client::start_with(root, capabilities, options);
    for (path, text) in &texts {
        cold.open_text(path, text);
    }
    for path in paths {
        cold.diagnostics(path);
    }
    cold.settle(Duration::from_millis(200));
    let expected = cold.all_diagnostics();
    cold.stop();
    if expected == outcome.diagnostics {
        Ok(outcome)
    } else {
        Err(format!(
            "after edits: {:#?}\ncold: {expected:#?}\ntexts: {texts:#?}",
            outcome.diagnostics
        ))
    }
}

/// The next start of a character.
fn boundary(text: &str, at: usize) -> usize {
    (at..=text.len())
        .find(|&at| text.is_char_boundary(at))
        .unwrap_or(text.len())
}

/// Parameters that fit all questions.
fn question(uri: &str, position: &Value) -> Value {
    json!({
        "textDocument": {"uri": uri},
        "position": position,
        "positions": [position],
        "range": {"start": {"line": 0, "character": 0}, "end": position},
        "context": {
            "includeDeclaration": true, "diagnostics": [], "triggerKind": 1, "isRetrigger": false,
        },
        "newName": "renamed",
    })
}
