//! The client: carries out actions on a workspace in a folder of its own.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::action::{Action, Change, Then};
use super::typing::boundary;
use super::workspace::{Workspace, write};
use super::{Outcome, questions};
use crate::generate::rng::Rng;
use crate::lsp::Client;

/// What kind of client it is.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
pub struct Style {
    /// Tells what happens on the disk. If not, nothing happens there but what it saves itself.
    pub watches: bool,
    /// Counts columns in bytes.
    pub utf8: bool,
    /// Takes changes of a file in a certain version.
    pub versions: bool,
    /// Is asked for its settings.
    pub configuration: bool,
    /// Has programs run when they are saved.
    pub evaluates: bool,
}

impl Style {
    /// A client.
    #[must_use]
    pub fn random(rng: &mut Rng) -> Self {
        Self {
            watches: rng.chance(80),
            utf8: rng.chance(50),
            versions: rng.chance(70),
            configuration: rng.chance(50),
            evaluates: rng.chance(50),
        }
    }

    /// What it can do.
    #[must_use]
    pub fn capabilities(self) -> Value {
        let encodings: &[&str] = if self.utf8 {
            &["utf-8", "utf-16"]
        } else {
            &["utf-16"]
        };
        json!({
            "general": {"positionEncodings": encodings},
            "textDocument": {
                "completion": {"completionItem": {"snippetSupport": self.utf8}},
                "definition": {"linkSupport": self.utf8},
                "publishDiagnostics": {"versionSupport": true},
                "codeAction": {"codeActionLiteralSupport": {"codeActionKind": {"valueSet": []}}},
            },
            "workspace": {
                "configuration": self.configuration,
                "didChangeWatchedFiles": {"dynamicRegistration": self.watches},
                "workspaceEdit": {"documentChanges": self.versions},
            },
        })
    }
}

/// So many changes of a file can be taken back.
const REMEMBERED: usize = 40;
/// Longer files are not made.
const LONGEST: usize = 60_000;

/// Kinds of events on the disk.
const CREATED: u32 = 1;
const CHANGED: u32 = 2;
const DELETED: u32 = 3;

/// A client with its workspace.
pub(super) struct Player {
    pub(super) client: Client,
    _folder: TempDir,
    pub(super) root: PathBuf,
    pub(super) style: Style,
    pub(super) settings: Value,
    undo: BTreeMap<String, Vec<String>>,
    redo: BTreeMap<String, Vec<String>>,
    /// Requests whose answers nobody waited for.
    asked: Vec<(i64, String)>,
    /// What happened on the disk and was not told yet.
    events: Vec<(String, u32)>,
    pub(super) outcome: Outcome,
    /// How long the server may take to come to its final word.
    pub(super) patience: Duration,
}

impl Player {
    /// Writes the workspace, and starts the server: a command, or one in this process.
    pub(super) fn new(
        workspace: &Workspace,
        style: Style,
        command: Option<Command>,
    ) -> Result<Self, String> {
        let folder = TempDir::new().map_err(|error| error.to_string())?;
        let root = folder
            .path()
            .canonicalize()
            .map_err(|error| error.to_string())?;
        workspace.write(&root).map_err(|error| error.to_string())?;
        let settings = json!({"lint": true, "evaluateOnSave": style.evaluates});
        let (capabilities, options) = (style.capabilities(), settings.clone());
        let mut client = match command {
            None => Client::start_with(&root, capabilities, options),
            Some(command) => Client::start_process(command, &root, capabilities, options)
                .map_err(|error| error.to_string())?,
        };
        client.settings = settings.clone();
        Ok(Self {
            client,
            _folder: folder,
            root,
            style,
            settings,
            undo: BTreeMap::new(),
            redo: BTreeMap::new(),
            asked: Vec::new(),
            events: Vec::new(),
            outcome: Outcome::default(),
            patience: super::verdict::PATIENCE,
        })
    }

    /// Does something.
    pub(super) fn play(&mut self, action: &Action) -> Result<(), String> {
        match action {
            Action::Edit { path, changes } => self.edit(path, changes),
            Action::Type { path, at, text } => self.type_keys(path, *at, text),
            Action::Replace { path, text } => {
                if self.is_open(path) {
                    self.remember(path);
                    self.client.replace_all(path, text);
                    self.outcome.edits += 1;
                }
            }
            Action::Undo(path) => self.go_back(path, false),
            Action::Redo(path) => self.go_back(path, true),
            Action::Open(path) => self.open(path),
            Action::Close(path) => self.close(path),
            Action::Save(path) => self.save(path),
            Action::Disk { path, text } => self.write_disk(path, text.as_deref()),
            Action::Remove(folder) => self.remove_folder(folder),
            Action::Move { from, to, follow } => self.rename_path(from, to, *follow)?,
            Action::Notice => self.notice(),
            Action::Ask {
                method,
                path,
                from,
                to,
                name,
                then,
                pick,
            } => self.ask(method, path, (*from, *to), name, *then, *pick)?,
            Action::Configure(settings) => self.configure(settings),
            Action::Rest => self.client.settle(Duration::from_millis(15)),
            Action::Verify => self.verify()?,
        }
        if self.client.messages.is_empty() {
            Ok(())
        } else {
            Err(format!("messages: {:?}", self.client.messages))
        }
    }

    /// Says goodbye.
    pub(super) fn end(mut self) -> Result<Outcome, String> {
        self.collect()?;
        self.client.settle(Duration::from_millis(20));
        if !self.client.messages.is_empty() {
            return Err(format!("messages: {:?}", self.client.messages));
        }
        self.client.leave();
        Ok(self.outcome)
    }

    pub(super) fn is_open(&self, path: &str) -> bool {
        self.client.version(path).is_some()
    }

    /// The text of a file on the disk.
    pub(super) fn on_disk(&self, path: &str) -> Option<String> {
        std::fs::read_to_string(self.root.join(path)).ok()
    }

    /// All files on the disk, sorted.
    pub(super) fn disk_files(&self) -> Vec<String> {
        let mut files = Vec::new();
        list(&self.root, &self.root, &mut files);
        files.sort();
        files
    }

    fn edit(&mut self, path: &str, changes: &[Change]) {
        if !self.is_open(path) {
            return;
        }
        let mut text = self.client.text(path).to_owned();
        let mut fitting = Vec::new();
        for change in changes {
            let start = boundary(&text, change.start);
            let end = boundary(&text, change.end).max(start);
            if text.len() - (end - start) + change.text.len() <= LONGEST {
                text.replace_range(start..end, &change.text);
                fitting.push((start..end, &*change.text));
            }
        }
        if !fitting.is_empty() {
            self.remember(path);
            self.client.edit_all(path, &fitting);
            self.outcome.edits += 1;
        }
    }

    fn type_keys(&mut self, path: &str, at: usize, text: &str) {
        if !self.is_open(path) || self.client.text(path).len() > LONGEST {
            return;
        }
        self.remember(path);
        let mut at = boundary(self.client.text(path), at);
        for c in text.chars() {
            self.client.edit(path, at..at, &c.to_string());
            at += c.len_utf8();
            self.outcome.edits += 1;
        }
    }

    /// Notes the text of a file before it is changed.
    pub(super) fn remember(&mut self, path: &str) {
        let undo = self.undo.entry(path.to_owned()).or_default();
        undo.push(self.client.text(path).to_owned());
        if undo.len() > REMEMBERED {
            undo.remove(0);
        }
        self.redo.remove(path);
    }

    fn go_back(&mut self, path: &str, forth: bool) {
        let (from, to) = if forth {
            (&mut self.redo, &mut self.undo)
        } else {
            (&mut self.undo, &mut self.redo)
        };
        let Some(text) = from.get_mut(path).and_then(Vec::pop) else {
            return;
        };
        let present = self.client.text(path).to_owned();
        to.entry(path.to_owned()).or_default().push(present);
        self.set_text(path, &text);
        self.outcome.edits += 1;
    }

    /// Gives an open file a text, by a change of what is different.
    fn set_text(&mut self, path: &str, new: &str) {
        let old = self.client.text(path);
        let same = |(a, b): &((usize, char), char)| a.1 == *b;
        let start: usize = old
            .char_indices()
            .zip(new.chars())
            .take_while(same)
            .map(|((_, c), _)| c.len_utf8())
            .sum();
        let (old_rest, new_rest) = (&old[start..], &new[start..]);
        let end: usize = old_rest
            .chars()
            .rev()
            .zip(new_rest.chars().rev())
            .take_while(|(a, b)| a == b)
            .map(|(c, _)| c.len_utf8())
            .sum();
        let range = start..old.len() - end;
        self.client.edit(path, range, &new[start..new.len() - end]);
    }

    /// Opens a file as it is on the disk, or as a new one.
    pub(super) fn open(&mut self, path: &str) {
        if !self.is_open(path) && !self.root.join(path).is_dir() {
            let text = self.on_disk(path).unwrap_or_default();
            self.client.open_text(path, &text);
        }
    }

    pub(super) fn close(&mut self, path: &str) {
        if self.is_open(path) {
            self.client.close(path);
            self.undo.remove(path);
            self.redo.remove(path);
        }
    }

    pub(super) fn save(&mut self, path: &str) {
        if !self.is_open(path) || self.root.join(path).is_dir() {
            return;
        }
        let kind = if self.on_disk(path).is_some() {
            CHANGED
        } else {
            CREATED
        };
        if let Some(folder) = self.root.join(path).parent()
            && std::fs::create_dir_all(folder).is_ok()
        {
            self.client.save(path);
            self.event(path, kind);
        }
    }

    fn event(&mut self, path: &str, kind: u32) {
        if self.style.watches {
            self.events.push((path.to_owned(), kind));
        }
    }

    fn write_disk(&mut self, path: &str, text: Option<&str>) {
        if !self.style.watches || self.root.join(path).is_dir() {
            return;
        }
        let before = self.on_disk(path);
        let clean = self.is_open(path) && before.as_deref() == Some(self.client.text(path));
        match text {
            Some(text) => {
                if write(&self.root, path, text).is_err() {
                    return;
                }
                let is_new = before.is_none();
                self.event(path, if is_new { CREATED } else { CHANGED });
                // an editor takes over what nobody changed there
                if clean {
                    self.remember(path);
                    self.set_text(path, text);
                }
            }
            None => {
                if std::fs::remove_file(self.root.join(path)).is_ok() {
                    self.event(path, DELETED);
                    if clean {
                        self.close(path);
                    }
                }
            }
        }
    }

    fn remove_folder(&mut self, folder: &str) {
        let start = format!("{folder}/");
        let mut files = self.disk_files();
        files.retain(|path| path.starts_with(&start));
        for path in &files {
            self.write_disk(path, None);
        }
        // of a folder without files, nobody would hear
        if self.style.watches && !files.is_empty() {
            let _ = std::fs::remove_dir_all(self.root.join(folder));
        }
    }

    fn rename_path(&mut self, from: &str, to: &str, follow: bool) -> Result<(), String> {
        let (old, new) = (self.root.join(from), self.root.join(to));
        if !self.style.watches || !old.exists() || new.exists() || new.starts_with(&old) {
            return Ok(());
        }
        if follow {
            self.notice();
            let files = json!({"files": [
                {"oldUri": self.client.uri(from), "newUri": self.client.uri(to)},
            ]});
            let id = self.client.send("workspace/willRenameFiles", files);
            let answer = self.client.answer(id);
            let edit = Self::judge("workspace/willRenameFiles", answer)?;
            self.apply_workspace_edit(&edit)?;
        }
        let moved = |path: &str| match path.strip_prefix(from) {
            Some("") => Some(to.to_owned()),
            Some(rest) if rest.starts_with('/') => Some(format!("{to}{rest}")),
            _ => None,
        };
        let files = self.disk_files();
        // of a folder without files, nobody would hear
        if !files.iter().any(|path| moved(path).is_some()) {
            return Ok(());
        }
        if let Some(folder) = new.parent() {
            let _ = std::fs::create_dir_all(folder);
        }
        if std::fs::rename(&old, &new).is_err() {
            return Ok(());
        }
        for path in &files {
            if let Some(new) = moved(path) {
                self.event(path, DELETED);
                self.event(&new, CREATED);
            }
        }
        for path in self.client.open_files() {
            if let Some(new) = moved(&path) {
                let text = self.client.text(&path).to_owned();
                self.close(&path);
                self.close(&new);
                self.client.open_text(&new, &text);
            }
        }
        Ok(())
    }

    /// Tells what happened on the disk.
    pub(super) fn notice(&mut self) {
        let changes: Vec<Value> = std::mem::take(&mut self.events)
            .into_iter()
            .map(|(path, kind)| json!({"uri": self.client.uri(&path), "type": kind}))
            .collect();
        if !changes.is_empty() {
            let params = json!({"changes": changes});
            self.client
                .notify("workspace/didChangeWatchedFiles", params);
        }
    }

    fn configure(&mut self, settings: &Value) {
        self.settings = settings.clone();
        self.client.settings = settings.clone();
        let told = if self.style.configuration {
            Value::Null
        } else {
            json!({"kiln": settings})
        };
        let params = json!({"settings": told});
        self.client
            .notify("workspace/didChangeConfiguration", params);
    }

    /// The position of a byte; somewhere, in a file that is not open.
    fn position(&self, path: &str, at: usize) -> Value {
        if self.is_open(path) {
            let text = self.client.text(path);
            self.client.position(path, boundary(text, at))
        } else {
            json!({"line": at % 40, "character": at % 30})
        }
    }

    fn ask(
        &mut self,
        method: &str,
        path: &str,
        range: (usize, usize),
        name: &str,
        then: Then,
        pick: usize,
    ) -> Result<(), String> {
        if then == Then::Apply {
            // of files that are gone, nothing is proposed
            self.notice();
        }
        let start = self.position(path, range.0);
        let end = self.position(path, range.1.max(range.0));
        let params = questions::parameters(&self.client.uri(path), &start, &end, name);
        let id = self.client.send(method, params);
        self.outcome.questions += 1;
        match then {
            Then::Go => self.asked.push((id, method.to_owned())),
            Then::Cancel => {
                self.client.notify("$/cancelRequest", json!({"id": id}));
                self.asked.push((id, method.to_owned()));
            }
            Then::Wait => {
                let answer = Self::judge(method, self.client.answer(id))?;
                for (method, params) in questions::following(method, &answer, pick) {
                    let id = self.client.send(method, params);
                    Self::judge(method, self.client.answer(id))?;
                }
            }
            Then::Apply => {
                let answer = Self::judge(method, self.client.answer(id))?;
                if self.is_open(path) {
                    self.apply_answer(method, path, &answer, pick)
                        .map_err(|error| format!("{method}: {error}"))?;
                }
            }
        }
        Ok(())
    }

    /// Takes the answers that nobody waited for.
    pub(super) fn collect(&mut self) -> Result<(), String> {
        for (id, method) in std::mem::take(&mut self.asked) {
            Self::judge(&method, self.client.answer(id))?;
        }
        Ok(())
    }
}

fn list(root: &Path, folder: &Path, files: &mut Vec<String>) {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    for entry in entries {
        let path = entry.path();
        if path.is_dir() {
            list(root, &path, files);
        } else if let Ok(path) = path.strip_prefix(root) {
            files.push(path.to_string_lossy().into_owned());
        }
    }
}
