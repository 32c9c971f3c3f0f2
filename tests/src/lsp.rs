//! A client for the language server, in one process with it or not.
//!
//! It keeps to the protocol, answers what a server may ask of an editor, and at its end asserts that nothing was left
//! unread: every answer, every message for the user, and every file that has diagnostics must have been looked at.

mod process;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use kiln_lsp::transport::{Remote, memory};
use kiln_project::OsFileSystem;
use serde_json::{Value, json};

/// Nothing takes so long.
const LIMIT: Duration = Duration::from_secs(60);

/// What a file has.
#[derive(Clone, Debug, Default)]
struct Told {
    version: Option<i64>,
    diagnostics: Vec<Value>,
    read: bool,
}

/// An open file.
#[derive(Clone, Debug)]
struct Document {
    text: String,
    version: i64,
}

/// A client.
#[derive(Debug)]
pub struct Client {
    remote: Remote,
    server: Option<JoinHandle<bool>>,
    /// The number of the server's process, if it has one of its own.
    process: Option<u32>,
    root: PathBuf,
    next_id: i64,
    /// Answers that were not asked for yet.
    answers: BTreeMap<i64, Result<Value, Value>>,
    told: BTreeMap<String, Told>,
    documents: BTreeMap<String, Document>,
    /// Messages for the user.
    pub messages: Vec<String>,
    /// What the server asked the client.
    pub asked: Vec<String>,
    /// Kinds of progress that were told.
    pub progress: Vec<String>,
    /// What the server said that it can do.
    pub capabilities: Value,
    /// What is told about settings.
    pub settings: Value,
}

impl Client {
    /// Starts a server for a folder.
    #[must_use]
    pub fn start(root: &Path, capabilities: Value) -> Self {
        Self::start_with(root, capabilities, Value::Null)
    }

    /// The same with options.
    #[must_use]
    pub fn start_with(root: &Path, capabilities: Value, options: Value) -> Self {
        let (transport, remote) = memory();
        let server = std::thread::spawn(move || {
            kiln_lsp::serve(transport, OsFileSystem).unwrap_or_default()
        });
        Self::hello(remote, server, root, capabilities, options).get_to_know()
    }

    /// Starts a server that is a command, which is talked to through its standard input and output.
    ///
    /// # Errors
    /// If there is no such command.
    pub fn start_process(
        command: Command,
        root: &Path,
        capabilities: Value,
        options: Value,
    ) -> std::io::Result<Self> {
        let (remote, server, process) = process::start(command)?;
        let mut client = Self::hello(remote, server, root, capabilities, options).get_to_know();
        client.process = Some(process);
        Ok(client)
    }

    /// The number of the server's process, if it has one of its own.
    #[must_use]
    pub const fn process(&self) -> Option<u32> {
        self.process
    }

    /// Starts a server for a folder and does not wait until it knows it.
    #[must_use]
    pub fn greet(root: &Path, capabilities: Value) -> Self {
        let (transport, remote) = memory();
        let server = std::thread::spawn(move || {
            kiln_lsp::serve(transport, OsFileSystem).unwrap_or_default()
        });
        Self::hello(remote, server, root, capabilities, Value::Null)
    }

    /// Says hello.
    fn hello(
        remote: Remote,
        server: JoinHandle<bool>,
        root: &Path,
        capabilities: Value,
        options: Value,
    ) -> Self {
        let root = root.canonicalize().unwrap_or_else(|_| root.to_path_buf());
        let mut client = Self {
            remote,
            server: Some(server),
            process: None,
            root,
            next_id: 0,
            answers: BTreeMap::new(),
            told: BTreeMap::new(),
            documents: BTreeMap::new(),
            messages: Vec::new(),
            asked: Vec::new(),
            progress: Vec::new(),
            capabilities: Value::Null,
            settings: Value::Null,
        };
        let uri = client.uri("");
        let hello = client.request(
            "initialize",
            json!({
                "processId": null,
                "rootUri": uri,
                "workspaceFolders": [{"uri": uri, "name": "test"}],
                "capabilities": capabilities,
                "initializationOptions": options,
            }),
        );
        client.capabilities = hello["capabilities"].clone();
        client.notify("initialized", json!({}));
        client
    }

    /// Waits until the server knows the workspace.
    fn get_to_know(mut self) -> Self {
        // answered when the workspace has been looked through: from here on, everything is known
        let query = json!({"query": "no such name"});
        assert_eq!(self.request("workspace/symbol", query), json!([]));
        self
    }

    /// The address of a file below the root.
    #[must_use]
    pub fn uri(&self, path: &str) -> String {
        let path = self.root.join(path);
        let path = path.to_string_lossy();
        format!("file://{}", path.trim_end_matches('/'))
    }

    /// The path below the root of an address.
    #[must_use]
    pub fn path(&self, uri: &str) -> String {
        let start = format!("{}/", self.uri(""));
        uri.strip_prefix(&start).unwrap_or(uri).to_owned()
    }

    fn say(&self, message: &Value) {
        assert!(
            self.remote.say(&message.to_string()).is_ok(),
            "no message: {message}"
        );
    }

    /// Sends a notification.
    pub fn notify(&self, method: &str, params: Value) {
        self.say(&json!({"jsonrpc": "2.0", "method": method, "params": params}));
    }

    /// Sends a request without waiting; gives its number.
    pub fn send(&mut self, method: &str, params: Value) -> i64 {
        self.next_id += 1;
        let id = self.next_id;
        self.say(&json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params}));
        id
    }

    /// Waits for the answer to a request.
    ///
    /// # Errors
    /// The error that the server answered.
    pub fn answer(&mut self, id: i64) -> Result<Value, Value> {
        let until = Instant::now() + LIMIT;
        loop {
            if let Some(answer) = self.answers.remove(&id) {
                return answer;
            }
            assert!(self.listen(until), "no answer to request {id}");
        }
    }

    /// Sends a request and waits for its result.
    pub fn request(&mut self, method: &str, params: Value) -> Value {
        let id = self.send(method, params);
        match self.answer(id) {
            Ok(value) => value,
            Err(error) => panic!("{method}: {error}"),
        }
    }

    /// Sends a request that must be refused; gives the error.
    pub fn refused(&mut self, method: &str, params: Value) -> Value {
        let id = self.send(method, params);
        match self.answer(id) {
            Ok(value) => panic!("{method} gave {value}"),
            Err(error) => error,
        }
    }

    /// Takes what the server says next; says whether there was something before the time.
    fn listen(&mut self, until: Instant) -> bool {
        let wait = until.saturating_duration_since(Instant::now());
        let Some(text) = self.remote.hear(wait) else {
            return false;
        };
        let message: Value = serde_json::from_str(&text).unwrap_or_default();
        let method = message["method"].as_str().unwrap_or_default().to_owned();
        match (message.get("id").filter(|id| !id.is_null()), &*method) {
            (Some(id), "") => {
                let answer = match message.get("error") {
                    Some(error) => Err(error.clone()),
                    None => Ok(message["result"].clone()),
                };
                let id = id.as_i64().unwrap_or_default();
                assert!(
                    self.answers.insert(id, answer).is_none(),
                    "request {id} was answered twice"
                );
            }
            (Some(id), _) => {
                let result = match &*method {
                    "workspace/configuration" => json!([self.settings]),
                    _ => Value::Null,
                };
                self.asked.push(method);
                self.say(&json!({"jsonrpc": "2.0", "id": id, "result": result}));
            }
            (None, "textDocument/publishDiagnostics") => {
                let params = &message["params"];
                let uri = params["uri"].as_str().unwrap_or_default().to_owned();
                let diagnostics = params["diagnostics"].as_array().cloned();
                let diagnostics = diagnostics.unwrap_or_default();
                // the same again is no news
                let known = self.told.get(&uri);
                let told = Told {
                    version: params["version"].as_i64(),
                    read: known.is_some_and(|known| known.read && known.diagnostics == diagnostics),
                    diagnostics,
                };
                self.told.insert(uri, told);
            }
            (None, "$/progress") => {
                let kind = message["params"]["value"]["kind"].as_str();
                self.progress.push(kind.unwrap_or_default().to_owned());
            }
            (None, _) => self.messages.push(message.to_string()),
        }
        true
    }

    /// Opens a file with its text on the disk.
    pub fn open(&mut self, path: &str) {
        let text = std::fs::read_to_string(self.root.join(path)).unwrap_or_default();
        self.open_text(path, &text);
    }

    /// Opens a file with another text.
    pub fn open_text(&mut self, path: &str, text: &str) {
        let document = Document {
            text: text.to_owned(),
            version: 1,
        };
        self.documents.insert(path.to_owned(), document);
        self.notify(
            "textDocument/didOpen",
            json!({"textDocument": {
                "uri": self.uri(path), "languageId": "kcl", "version": 1, "text": text,
            }}),
        );
    }

    /// Closes a file.
    pub fn close(&mut self, path: &str) {
        self.documents.remove(path);
        let params = json!({"textDocument": {"uri": self.uri(path)}});
        self.notify("textDocument/didClose", params);
    }

    /// Writes a file's text to the disk and says so.
    pub fn save(&mut self, path: &str) {
        let text = self.text(path).to_owned();
        assert!(std::fs::write(self.root.join(path), text).is_ok());
        let params = json!({"textDocument": {"uri": self.uri(path)}});
        self.notify("textDocument/didSave", params);
    }

    /// The text of an open file.
    #[must_use]
    pub fn text(&self, path: &str) -> &str {
        self.documents
            .get(path)
            .map_or("", |document| &document.text)
    }

    /// The open files.
    #[must_use]
    pub fn open_files(&self) -> Vec<String> {
        self.documents.keys().cloned().collect()
    }

    /// Replaces bytes of an open file.
    pub fn edit(&mut self, path: &str, range: Range<usize>, new: &str) {
        self.edit_all(path, &[(range, new)]);
    }

    /// Makes several changes at once; each is about the text after those before it.
    pub fn edit_all(&mut self, path: &str, changes: &[(Range<usize>, &str)]) {
        let mut told = Vec::new();
        for (range, new) in changes {
            let start = self.position(path, range.start);
            let end = self.position(path, range.end);
            told.push(json!({"range": {"start": start, "end": end}, "text": new}));
            let Some(document) = self.documents.get_mut(path) else {
                return;
            };
            document.text.replace_range(range.clone(), new);
        }
        self.changed(path, told);
    }

    /// Gives an open file another text as a whole.
    pub fn replace_all(&mut self, path: &str, new: &str) {
        if let Some(document) = self.documents.get_mut(path) {
            new.clone_into(&mut document.text);
            self.changed(path, vec![json!({"text": new})]);
        }
    }

    fn changed(&mut self, path: &str, changes: Vec<Value>) {
        let uri = self.uri(path);
        let Some(document) = self.documents.get_mut(path) else {
            return;
        };
        document.version += 1;
        let params = json!({
            "textDocument": {"uri": uri, "version": document.version},
            "contentChanges": changes,
        });
        self.notify("textDocument/didChange", params);
    }

    /// Replaces the first occurrence of a text in an open file.
    pub fn replace(&mut self, path: &str, old: &str, new: &str) {
        let at = self.text(path).find(old);
        let at = at.unwrap_or_else(|| panic!("`{old}` is not in {path}"));
        self.edit(path, at..at + old.len(), new);
    }

    /// The position of a byte in an open file, in UTF-16 units unless the server wants bytes.
    #[must_use]
    pub fn position(&self, path: &str, offset: usize) -> Value {
        let text = self.text(path);
        let start = text[..offset].rfind('\n').map_or(0, |at| at + 1);
        let line = text[..offset].matches('\n').count();
        let before = &text[start..offset];
        let column = if self.capabilities["positionEncoding"] == "utf-8" {
            before.len()
        } else {
            before.encode_utf16().count()
        };
        json!({"line": line, "character": column})
    }

    /// The byte at a position in an open file; nothing if there is no such position.
    #[must_use]
    pub fn offset(&self, path: &str, position: &Value) -> Option<usize> {
        let text = self.text(path);
        let line = position["line"].as_u64()? as usize;
        let start = match line {
            0 => 0,
            _ => text.match_indices('\n').nth(line - 1)?.0 + 1,
        };
        let line = &text[start..];
        let line = &line[..line.find('\n').unwrap_or(line.len())];
        let column = position["character"].as_u64()? as usize;
        let utf8 = self.capabilities["positionEncoding"] == "utf-8";
        let width = |c: char| if utf8 { c.len_utf8() } else { c.len_utf16() };
        let mut units = 0;
        for (at, c) in line.char_indices() {
            if units == column {
                return Some(start + at);
            }
            units += width(c);
        }
        (units == column).then_some(start + line.len())
    }

    /// The version of an open file.
    #[must_use]
    pub fn version(&self, path: &str) -> Option<i64> {
        self.documents.get(path).map(|document| document.version)
    }

    /// Parameters for a place: a file, and the text there with a mark `|` where the cursor is.
    #[must_use]
    pub fn at(&self, path: &str, marked: &str) -> Value {
        let mark = marked.find('|').unwrap_or_default();
        let plain = marked.replacen('|', "", 1);
        let at = self.text(path).find(&plain);
        let at = at.unwrap_or_else(|| panic!("`{plain}` is not in {path}"));
        json!({
            "textDocument": {"uri": self.uri(path)},
            "position": self.position(path, at + mark),
        })
    }

    /// The diagnostics of a file, of its newest version: code and message of each, with its place.
    pub fn diagnostics(&mut self, path: &str) -> Vec<String> {
        let uri = self.uri(path);
        let version = self.documents.get(path).map(|document| document.version);
        let until = Instant::now() + LIMIT;
        loop {
            let newest = self
                .told
                .get_mut(&uri)
                .filter(|told| told.version == version);
            if let Some(told) = newest {
                told.read = true;
                return told.diagnostics.iter().map(line).collect();
            }
            assert!(self.listen(until), "no diagnostics for {path}");
        }
    }

    /// Waits until the diagnostics of a file are so.
    pub fn wait_for(&mut self, path: &str, wanted: impl Fn(&[String]) -> bool) -> Vec<String> {
        let until = Instant::now() + LIMIT;
        loop {
            let found = self.diagnostics(path);
            if wanted(&found) {
                return found;
            }
            assert!(self.listen(until), "{path} still has {found:?}");
        }
    }

    /// The diagnostics of a file as they were told.
    #[must_use]
    pub fn raw_diagnostics(&self, path: &str) -> &[Value] {
        let told = self.told.get(&self.uri(path));
        told.map_or(&[], |told| &told.diagnostics)
    }

    /// Listens until the server has been silent for a while; reads everything.
    pub fn settle(&mut self, silence: Duration) {
        while self.listen(Instant::now() + silence) {}
        for told in self.told.values_mut() {
            told.read = true;
        }
    }

    /// Files with diagnostics.
    #[must_use]
    pub fn files_with_diagnostics(&self) -> BTreeSet<String> {
        let told = self.told.iter();
        let some = told.filter(|(_, told)| !told.diagnostics.is_empty());
        some.map(|(uri, _)| self.path(uri)).collect()
    }

    /// What is wrong in all files, by file.
    #[must_use]
    pub fn all_diagnostics(&self) -> BTreeMap<String, Vec<String>> {
        let some = self
            .told
            .iter()
            .filter(|(_, told)| !told.diagnostics.is_empty());
        some.map(|(uri, told)| (self.path(uri), told.diagnostics.iter().map(line).collect()))
            .collect()
    }

    /// What checks find in all files, by file: apart from what running programs shows.
    #[must_use]
    pub fn checked_diagnostics(&self) -> BTreeMap<String, Vec<String>> {
        let mut all = BTreeMap::new();
        for (uri, told) in &self.told {
            let found = told.diagnostics.iter().filter(|d| d["source"] == "kiln");
            let found: Vec<String> = found.map(line).collect();
            if !found.is_empty() {
                all.insert(self.path(uri), found);
            }
        }
        all
    }

    /// Says goodbye; asserts that the server ends, and that nothing was left unread.
    pub fn stop(mut self) {
        self.leave();
        let unread: Vec<(&String, &Told)> = self
            .told
            .iter()
            .filter(|(_, told)| !told.read && !told.diagnostics.is_empty())
            .collect();
        assert!(unread.is_empty(), "unread diagnostics: {unread:?}");
    }

    /// Ends the session while there may still be something to hear about diagnostics: on a busy machine a server may be silent
    /// for a while and not done. Nothing else may be unread.
    pub fn leave(&mut self) {
        self.request("shutdown", Value::Null);
        self.notify("exit", Value::Null);
        while self.listen(Instant::now() + LIMIT) {}
        let polite = self.server.take().map(JoinHandle::join);
        assert!(
            matches!(polite, Some(Ok(true))),
            "the server did not end well"
        );
        assert!(
            self.answers.is_empty(),
            "unread answers: {:?}",
            self.answers
        );
        assert!(
            self.messages.is_empty(),
            "unread messages: {:?}",
            self.messages
        );
    }
}

/// `1:5 E0201 message`
fn line(diagnostic: &Value) -> String {
    let start = &diagnostic["range"]["start"];
    let number = |key: &str| start[key].as_u64().unwrap_or_default() + 1;
    let message = diagnostic["message"].as_str().unwrap_or_default();
    let first = message.lines().next().unwrap_or_default();
    format!(
        "{}:{} {} {first}",
        number("line"),
        number("character"),
        diagnostic["code"].as_str().unwrap_or_default()
    )
}
