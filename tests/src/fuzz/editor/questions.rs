//! Requests of every kind that the server announces, and what must hold for the answers.

use serde_json::{Value, json};

use super::player::Player;

/// Methods, and what announces them. Those without are always asked.
const METHODS: &[(&str, &str)] = &[
    ("textDocument/hover", "hoverProvider"),
    ("textDocument/definition", "definitionProvider"),
    ("textDocument/declaration", "declarationProvider"),
    ("textDocument/typeDefinition", "typeDefinitionProvider"),
    ("textDocument/implementation", "implementationProvider"),
    ("textDocument/completion", "completionProvider"),
    ("textDocument/signatureHelp", "signatureHelpProvider"),
    (
        "textDocument/documentHighlight",
        "documentHighlightProvider",
    ),
    ("textDocument/references", "referencesProvider"),
    ("textDocument/prepareRename", "renameProvider"),
    ("textDocument/rename", "renameProvider"),
    ("textDocument/prepareCallHierarchy", "callHierarchyProvider"),
    ("textDocument/prepareTypeHierarchy", "typeHierarchyProvider"),
    ("textDocument/documentSymbol", "documentSymbolProvider"),
    ("textDocument/semanticTokens/full", "semanticTokensProvider"),
    (
        "textDocument/semanticTokens/range",
        "semanticTokensProvider",
    ),
    ("textDocument/foldingRange", "foldingRangeProvider"),
    ("textDocument/selectionRange", "selectionRangeProvider"),
    ("textDocument/documentLink", "documentLinkProvider"),
    ("textDocument/inlayHint", "inlayHintProvider"),
    ("textDocument/codeAction", "codeActionProvider"),
    ("textDocument/codeLens", "codeLensProvider"),
    ("textDocument/documentColor", "colorProvider"),
    (
        "textDocument/linkedEditingRange",
        "linkedEditingRangeProvider",
    ),
    ("textDocument/formatting", "documentFormattingProvider"),
    (
        "textDocument/rangeFormatting",
        "documentRangeFormattingProvider",
    ),
    (
        "textDocument/onTypeFormatting",
        "documentOnTypeFormattingProvider",
    ),
    ("textDocument/diagnostic", ""),
    ("workspace/symbol", "workspaceSymbolProvider"),
];

/// Methods whose answers can be applied.
pub(super) const APPLIED: &[&str] = &[
    "textDocument/rename",
    "textDocument/formatting",
    "textDocument/rangeFormatting",
    "textDocument/codeAction",
    "textDocument/completion",
];

/// The methods that a server announces.
pub(super) fn methods(capabilities: &Value) -> Vec<&'static str> {
    let announced = METHODS.iter().filter(|(_, key)| {
        let told = &capabilities[key];
        key.is_empty() || !(told.is_null() || *told == json!(false))
    });
    announced.map(|(method, _)| *method).collect()
}

/// Parameters that fit all methods.
pub(super) fn parameters(uri: &str, start: &Value, end: &Value, name: &str) -> Value {
    json!({
        "textDocument": {"uri": uri},
        "position": start,
        "positions": [start, end],
        "range": {"start": start, "end": end},
        "context": {
            "includeDeclaration": true, "diagnostics": [], "triggerKind": 1, "isRetrigger": false,
        },
        "newName": name,
        "query": name,
        "ch": "\n",
        "options": {"tabSize": 4, "insertSpaces": true},
    })
}

/// Requests that follow from an answer.
pub(super) fn following(method: &str, answer: &Value, pick: usize) -> Vec<(&'static str, Value)> {
    let list = answer.as_array().or_else(|| answer["items"].as_array());
    let Some(list) = list.filter(|list| !list.is_empty()) else {
        return Vec::new();
    };
    let one = &list[pick % list.len()];
    match method {
        "textDocument/prepareCallHierarchy" => vec![
            ("callHierarchy/incomingCalls", json!({"item": one})),
            ("callHierarchy/outgoingCalls", json!({"item": one})),
        ],
        "textDocument/prepareTypeHierarchy" => vec![
            ("typeHierarchy/supertypes", json!({"item": one})),
            ("typeHierarchy/subtypes", json!({"item": one})),
        ],
        "textDocument/completion" => vec![("completionItem/resolve", one.clone())],
        _ => Vec::new(),
    }
}

impl Player {
    /// What must hold for every answer: it may be a refusal, but no mistake of the server.
    pub(super) fn judge(method: &str, answer: Result<Value, Value>) -> Result<Value, String> {
        const INVALID_PARAMS: i64 = -32602;
        const INTERNAL_ERROR: i64 = -32603;
        match answer {
            Ok(value) => Ok(value),
            Err(error) => {
                let code = error["code"].as_i64().unwrap_or_default();
                if [INVALID_PARAMS, INTERNAL_ERROR].contains(&code) {
                    Err(format!("{method}: {error}"))
                } else {
                    Ok(Value::Null)
                }
            }
        }
    }
}
