//! The language server, end to end: a client in the same process, real files, and nothing left unread.

#![allow(clippy::unwrap_used, reason = "what is missing fails the test")]

mod capabilities;
mod commands;
mod diagnostics;
mod editing;
mod fixes;
mod protocol;
mod renaming;
mod sessions;
mod values;
mod workspace;

use std::path::Path;

use serde_json::{Value, json};
use tempfile::TempDir;

/// A folder with files.
fn files(files: &[(&str, &str)]) -> TempDir {
    let dir = TempDir::new().unwrap();
    for (path, text) in files {
        write(dir.path(), path, text);
    }
    dir
}

fn write(root: &Path, path: &str, text: &str) {
    let path = root.join(path);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}

/// What a modern editor can do.
fn modern() -> Value {
    json!({
        "general": {"positionEncodings": ["utf-8", "utf-16"]},
        "textDocument": {
            "completion": {"completionItem": {"snippetSupport": true}},
            "definition": {"linkSupport": true},
            "documentSymbol": {"hierarchicalDocumentSymbolSupport": true},
            "publishDiagnostics": {"versionSupport": true},
        },
        "workspace": {"workspaceEdit": {"documentChanges": true}},
    })
}

const MODEL: &str = "schema Base:\n    \"\"\"What everything has.\"\"\"\n    name: str\n\nschema Server(Base):\n    replicas: int = 1\n    port?: int\n\nmake = lambda name: str, port: int -> Server {\n    Server {name = name, port = port}\n}\n";
const MAIN: &str = "import model\n\nserver = model.Server {\n    name = \"a\"\n    replicas = 2\n}\nother = model.make(\"b\", 80)\n";

/// A module with a package and a program.
fn module() -> TempDir {
    files(&[
        ("kcl.mod", "[package]\nname = \"test\"\n"),
        ("model/model.k", MODEL),
        ("main.k", MAIN),
    ])
}
