//! Changes that the server proposes, applied as an editor does: to the texts that they are about, or not at all.

use serde_json::Value;

use super::player::Player;

/// Bytes and their new text.
type Edit = (std::ops::Range<usize>, String);

impl Player {
    /// Applies a change of the workspace.
    pub(super) fn apply_workspace_edit(&mut self, edit: &Value) -> Result<(), String> {
        let mut files: Vec<(String, Option<i64>, Vec<Value>)> = Vec::new();
        let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
        if let Some(documents) = edit["documentChanges"].as_array() {
            for document in documents {
                let uri = document["textDocument"]["uri"].as_str().unwrap_or_default();
                let version = document["textDocument"]["version"].as_i64();
                files.push((self.client.path(uri), version, list(&document["edits"])));
            }
        } else if let Some(changes) = edit["changes"].as_object() {
            for (uri, edits) in changes {
                files.push((self.client.path(uri), None, list(edits)));
            }
        }
        for (path, version, edits) in files {
            if path.starts_with("file:") {
                return Err(format!("a change outside of the workspace: {path}"));
            }
            if self.client.version(&path).is_none() {
                if self.on_disk(&path).is_none() {
                    return Err(format!("a change of a file that does not exist: {path}"));
                }
                self.open(&path);
            } else if version.is_some() && version != self.client.version(&path) {
                return Err(format!("a change of another version of {path}"));
            }
            self.apply_text_edits(&path, &edits)?;
        }
        Ok(())
    }

    /// Applies changes of an open file.
    pub(super) fn apply_text_edits(&mut self, path: &str, edits: &[Value]) -> Result<(), String> {
        let mut changes: Vec<Edit> = Vec::new();
        for edit in edits {
            let place = |end: &str| self.client.offset(path, &edit["range"][end]);
            let (Some(start), Some(end)) = (place("start"), place("end")) else {
                return Err(format!("no such place in {path}: {edit}"));
            };
            if start > end {
                return Err(format!("a range that ends before it starts: {edit}"));
            }
            let text = edit["newText"].as_str().unwrap_or_default();
            changes.push((start..end, text.to_owned()));
        }
        // those at one place stay in their order
        changes.sort_by_key(|(range, _)| (range.start, range.end));
        if changes
            .windows(2)
            .any(|pair| pair[0].0.end > pair[1].0.start)
        {
            return Err(format!("changes of {path} overlap: {edits:?}"));
        }
        if changes.is_empty() {
            return Ok(());
        }
        changes.reverse();
        self.remember(path);
        self.outcome.applied += 1;
        let changes: Vec<(std::ops::Range<usize>, &str)> = changes
            .iter()
            .map(|(range, text)| (range.clone(), text.as_str()))
            .collect();
        self.client.edit_all(path, &changes);
        Ok(())
    }

    /// Does what an answer proposes; `pick` chooses one of several proposals.
    pub(super) fn apply_answer(
        &mut self,
        method: &str,
        path: &str,
        answer: &Value,
        pick: usize,
    ) -> Result<(), String> {
        let list = answer.as_array().or_else(|| answer["items"].as_array());
        let list = list.map_or(&[][..], Vec::as_slice);
        match method {
            "textDocument/rename" => self.apply_workspace_edit(answer),
            "textDocument/formatting" | "textDocument/rangeFormatting" => {
                self.apply_text_edits(path, list)
            }
            _ if list.is_empty() => Ok(()),
            "textDocument/codeAction" => {
                let mut action = list[pick % list.len()].clone();
                let resolves = &self.client.capabilities["codeActionProvider"]["resolveProvider"];
                if action["edit"].is_null() && *resolves == Value::Bool(true) {
                    let id = self.client.send("codeAction/resolve", action);
                    action = Self::judge("codeAction/resolve", self.client.answer(id))?;
                }
                self.apply_workspace_edit(&action["edit"])
            }
            "textDocument/completion" => {
                let item = &list[pick % list.len()];
                let mut edits: Vec<Value> = item["additionalTextEdits"]
                    .as_array()
                    .cloned()
                    .unwrap_or_default();
                let mut own = item["textEdit"].clone();
                if own["range"].is_null() {
                    own["range"] = own["insert"].clone();
                }
                if !own["range"].is_null() {
                    edits.push(own);
                }
                self.apply_text_edits(path, &edits)
            }
            _ => Ok(()),
        }
    }
}
