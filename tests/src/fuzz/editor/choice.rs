//! What happens next.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::action::{Action, Then};
use super::player::Player;
use super::typing;
use super::workspace::Workspace;
use super::{questions, typing::place};
use crate::generate::rng::Rng;

/// Names of new files.
const NEW: &[&str] = &["new.k", "model/new.k", "fresh/new.k", "other.k"];

/// Texts of settings files that are right, wrong, or another thing altogether.
const MANIFESTS: &[&str] = &[
    "[package]\nname = \"other\"\n",
    "[package]\nname = \"test\"\n\n[profile]\nentries = [\"main.k\"]\n",
    "[package]\nname = \"test\"\n\n[lints]\nunused_import = \"allow\"\n",
    "[package]\nname = \"test\"\n\n[lints]\nunused = \"allow\"\n",
    "[package]\nname = \"test\"\n\n[dependencies]\nplatform = { path = \"../nowhere\" }\n",
    "[package\n",
    "",
];
const SETTINGS: &[&str] = &[
    "kcl_cli_configs:\n  files:\n    - main.k\n",
    "kcl_cli_configs:\n  files:\n    - nothing.k\n",
    "kcl_cli_configs:\n  file: [main.k, ../base/base.k]\n",
    "kcl_cli_configs: [\n",
    "",
];

/// Chooses actions.
pub(super) struct Choice {
    rng: Rng,
    originals: BTreeMap<String, String>,
}

impl Choice {
    pub(super) fn new(rng: Rng, workspace: &Workspace) -> Self {
        Self {
            rng,
            originals: workspace.files().into_iter().collect(),
        }
    }

    /// What happens next.
    pub(super) fn next(&mut self, player: &Player) -> Action {
        let open = player.client.open_files();
        if open.is_empty() {
            return Action::Open(self.some_file(player));
        }
        let path = self.rng.pick(&open).clone();
        match self.rng.below(200) {
            0..=49 => self.edit(player, path),
            50..=57 => Action::Type {
                at: place(&mut self.rng, player.client.text(&path)),
                text: typing::typed(&mut self.rng).to_owned(),
                path,
            },
            58..=83 => Action::Undo(path),
            84..=89 => Action::Redo(path),
            90..=99 => Action::Save(path),
            100..=107 => Action::Open(self.some_file(player)),
            108..=112 => Action::Close(path),
            113..=144 => self.ask(player, path),
            145..=153 => self.apply(player, path),
            154..=161 => match self.originals.get(&path) {
                Some(text) => Action::Replace {
                    text: text.clone(),
                    path,
                },
                None => Action::Undo(path),
            },
            162..=169 => self.write(player),
            170..=173 => Action::Disk {
                path: self.some_file(player),
                text: None,
            },
            174 => Action::Remove(self.some_folder(player)),
            175..=180 => self.rename(player),
            181..=188 => Action::Notice,
            189..=190 => self.configure(player),
            191..=194 => self.settings_file(player),
            195..=198 => Action::Rest,
            _ => Action::Verify,
        }
    }

    /// What brings everything back to how it was at the beginning.
    pub(super) fn restoration(&self, player: &Player) -> Vec<Action> {
        let open = player.client.open_files().into_iter();
        let mut actions: Vec<Action> = open.map(Action::Close).collect();
        let new = player
            .disk_files()
            .into_iter()
            .filter(|path| !self.originals.contains_key(path));
        actions.extend(new.map(|path| Action::Disk { path, text: None }));
        actions.extend(self.originals.iter().map(|(path, text)| Action::Disk {
            path: path.clone(),
            text: Some(text.clone()),
        }));
        actions.push(Action::Configure(json!({"lint": true})));
        actions.push(Action::Notice);
        actions
    }

    /// A file: one that exists, one that existed, or a new one.
    fn some_file(&mut self, player: &Player) -> String {
        if self.rng.chance(10) {
            return (*self.rng.pick(NEW)).to_owned();
        }
        let mut files = player.disk_files();
        files.extend(self.originals.keys().cloned());
        files.retain(|path| path.ends_with(".k"));
        if files.is_empty() {
            return "main.k".to_owned();
        }
        self.rng.pick(&files).clone()
    }

    fn some_folder(&mut self, player: &Player) -> String {
        let path = self.some_file(player);
        path.rsplit_once('/')
            .map_or_else(|| "fresh".to_owned(), |(folder, _)| folder.to_owned())
    }

    fn text_of(player: &Player, path: &str) -> String {
        if player.is_open(path) {
            player.client.text(path).to_owned()
        } else {
            player.on_disk(path).unwrap_or_default()
        }
    }

    fn edit(&mut self, player: &Player, path: String) -> Action {
        let other = self.some_file(player);
        let other = Self::text_of(player, &other);
        let changes = typing::change(&mut self.rng, player.client.text(&path), &other);
        Action::Edit { path, changes }
    }

    fn ask(&mut self, player: &Player, open: String) -> Action {
        let methods = questions::methods(&player.client.capabilities);
        let method = *self.rng.pick(&methods);
        let then = *self
            .rng
            .pick(&[Then::Wait, Then::Go, Then::Go, Then::Cancel]);
        let path = if self.rng.chance(10) {
            self.some_file(player)
        } else {
            open
        };
        self.question(player, method, path, then)
    }

    fn apply(&mut self, player: &Player, path: String) -> Action {
        let method = *self.rng.pick(questions::APPLIED);
        self.question(player, method, path, Then::Apply)
    }

    fn question(&mut self, player: &Player, method: &str, path: String, then: Then) -> Action {
        let text = Self::text_of(player, &path);
        let from = place(&mut self.rng, &text);
        let to = if self.rng.chance(50) {
            from
        } else {
            place(&mut self.rng, &text)
        };
        let names = ["renamed", "name", "Server", "_x", "not a name", ""];
        Action::Ask {
            method: method.to_owned(),
            path,
            from: from.min(to),
            to: from.max(to),
            name: (*self.rng.pick(&names)).to_owned(),
            then,
            pick: self.rng.below(100),
        }
    }

    /// Something else writes a file: as it was, or changed.
    fn write(&mut self, player: &Player) -> Action {
        let path = self.some_file(player);
        let original = self.originals.get(&path).cloned().unwrap_or_default();
        let mut text = if self.rng.chance(50) {
            original
        } else {
            Self::text_of(player, &path)
        };
        if self.rng.chance(50) {
            for change in typing::change(&mut self.rng, &text.clone(), &text) {
                let start = typing::boundary(&text, change.start);
                let end = typing::boundary(&text, change.end).max(start);
                text.replace_range(start..end, &change.text);
            }
        }
        let text = Some(text);
        Action::Disk { path, text }
    }

    fn rename(&mut self, player: &Player) -> Action {
        let from = if self.rng.chance(50) {
            self.some_file(player)
        } else {
            self.some_folder(player)
        };
        let (folder, name) = from.rsplit_once('/').unwrap_or(("", &from));
        let (stem, end) = match name.strip_suffix(".k") {
            Some(stem) => (stem, ".k"),
            None => (name, ""),
        };
        // back again, aside, or elsewhere
        let name = match stem.strip_suffix("_moved") {
            Some(stem) => format!("{stem}{end}"),
            None => format!("{stem}_moved{end}"),
        };
        let to = match (self.rng.chance(15), folder) {
            (true, _) => format!("elsewhere/{name}"),
            (false, "") => name,
            (false, folder) => format!("{folder}/{name}"),
        };
        let follow = self.rng.chance(60);
        Action::Move { from, to, follow }
    }

    fn configure(&mut self, player: &Player) -> Action {
        let mut settings: Value = json!({
            "lint": self.rng.chance(70),
            "evaluateOnSave": player.style.evaluates,
        });
        if self.rng.chance(50) {
            settings["inlayHints"] = json!({"types": self.rng.chance(50)});
        }
        Action::Configure(settings)
    }

    /// A manifest or a settings file gets another text: on the disk, or in the editor.
    fn settings_file(&mut self, player: &Player) -> Action {
        let mut files: Vec<String> = player.disk_files();
        files.retain(|path| !path.ends_with(".k"));
        files.extend(["kcl.mod".to_owned(), "model/kcl.mod".to_owned()]);
        let path = self.rng.pick(&files).clone();
        let texts = if path.ends_with(".yaml") {
            SETTINGS
        } else {
            MANIFESTS
        };
        let mut text = (*self.rng.pick(texts)).to_owned();
        if let Some(original) = self.originals.get(&path)
            && self.rng.chance(60)
        {
            text.clone_from(original);
        }
        if player.is_open(&path) {
            return if self.rng.chance(60) {
                Action::Replace { path, text }
            } else {
                Action::Save(path)
            };
        }
        if self.rng.chance(30) {
            Action::Open(path)
        } else if self.rng.chance(10) {
            Action::Disk { path, text: None }
        } else {
            let text = Some(text);
            Action::Disk { path, text }
        }
    }
}
