//! What must hold whatever happened: the server reports what one reports that has just been started, and, when everything
//! is saved and open, what a cold check of the folder finds.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::{Duration, Instant};

use kiln::{CheckOptions, Report, Session};
use kiln_project::OsFileSystem;

use super::player::Player;
use crate::lsp::Client;

/// So long the server may take to come to its final word.
pub(super) const PATIENCE: Duration = Duration::from_secs(20);
/// So long it must have been silent.
const SILENCE: Duration = Duration::from_millis(60);

/// Lines about files.
type ByFile = BTreeMap<String, Vec<String>>;

impl Player {
    /// Compares what the server reports with what a new one does, and with a cold check.
    pub(super) fn verify(&mut self) -> Result<(), String> {
        self.notice();
        self.collect()?;
        self.compare_with_new_server()?;
        // everything on the disk, and in the editor
        for path in self.client.open_files() {
            self.save(&path);
        }
        self.notice();
        let closed: Vec<String> = self
            .disk_files()
            .into_iter()
            .filter(|path| path.ends_with(".k") && !self.is_open(path))
            .collect();
        for path in &closed {
            self.open(path);
        }
        self.compare_with_check()?;
        for path in &closed {
            self.close(path);
        }
        self.outcome.verdicts += 1;
        Ok(())
    }

    /// What the server says when it has nothing more to say.
    fn settled(client: &mut Client) -> ByFile {
        for path in client.open_files() {
            client.diagnostics(&path);
        }
        client.settle(SILENCE);
        let mut found = client.checked_diagnostics();
        for list in found.values_mut() {
            list.sort();
        }
        found
    }

    fn compare_with_new_server(&mut self) -> Result<(), String> {
        let (capabilities, settings) = (self.style.capabilities(), self.settings.clone());
        let mut new = Client::start_with(&self.root, capabilities, settings.clone());
        new.settings = settings;
        for path in self.client.open_files() {
            new.open_text(&path, self.client.text(&path));
        }
        let until = Instant::now() + self.patience;
        let result = loop {
            let (found, wanted) = (Self::settled(&mut self.client), Self::settled(&mut new));
            if found == wanted {
                self.outcome.diagnostics += found.values().map(Vec::len).sum::<usize>();
                break Ok(());
            }
            if Instant::now() > until {
                break Err(format!(
                    "not what a new server says:\n{}",
                    self.difference(&found, &wanted)
                ));
            }
        };
        new.leave();
        result
    }

    fn compare_with_check(&mut self) -> Result<(), String> {
        let lint = self.settings["lint"] != serde_json::json!(false);
        let wanted = Checked::new(&self.root, lint, self.style.utf8);
        let until = Instant::now() + self.patience;
        loop {
            let found = Self::settled(&mut self.client);
            let wrong = wanted.difference(&found);
            if wrong.is_empty() {
                self.outcome.diagnostics += found.values().map(Vec::len).sum::<usize>();
                return Ok(());
            }
            if Instant::now() > until {
                return Err(format!("not what a check finds:\n{}", wrong.join("\n")));
            }
        }
    }

    fn difference(&self, found: &ByFile, wanted: &ByFile) -> String {
        let mut text = String::new();
        let paths: BTreeSet<&String> = found.keys().chain(wanted.keys()).collect();
        for path in paths {
            let (a, b) = (found.get(path), wanted.get(path));
            if a != b {
                let own = self.client.text(path);
                text.push_str(&format!("{path}: {a:#?}\nwanted {b:#?}\n{own}\n"));
            }
        }
        text
    }
}

/// What a cold check finds.
struct Checked {
    by_file: ByFile,
    /// Mistakes that stand for several places: folder, code and beginning of the message.
    joined: Vec<(String, String)>,
}

impl Checked {
    fn new(root: &Path, lint: bool, utf8: bool) -> Self {
        let options = CheckOptions {
            work_dir: root.to_path_buf(),
            inputs: vec![root.to_string_lossy().into_owned()],
            lints: lint.then(Vec::new),
            ..CheckOptions::default()
        };
        let mut this = Self {
            by_file: ByFile::new(),
            joined: Vec::new(),
        };
        // a folder without any program has no mistakes
        let Ok(checked) = Session::new(OsFileSystem).check(&options) else {
            return this;
        };
        for report in &checked.reports {
            let Some(place) = &report.primary else {
                continue;
            };
            let text = checked.texts().get(&place.path).unwrap_or_default();
            let path = place.path.strip_prefix(&*root.to_string_lossy());
            let path = path.unwrap_or(&place.path).trim_start_matches('/');
            let line = line(report, text, utf8);
            this.by_file.entry(path.to_owned()).or_default().push(line);
            if report.labels.iter().any(|label| label.text == "and here") {
                let start = format!("{} {}", report.code_text(), report.message);
                this.joined.push((folder(path).to_owned(), start));
            }
        }
        this
    }

    /// What the server says and a check does not, or the other way round. A check joins what has one cause.
    fn difference(&self, found: &ByFile) -> Vec<String> {
        let mut wrong = Vec::new();
        let none = Vec::new();
        for (path, wanted) in &self.by_file {
            let found = found.get(path).unwrap_or(&none);
            let missing = wanted.iter().filter(|line| !found.contains(line));
            wrong.extend(missing.map(|line| format!("missing in {path}: {line}")));
        }
        for (path, found) in found {
            let wanted = self.by_file.get(path).unwrap_or(&none);
            for line in found.iter().filter(|line| !wanted.contains(line)) {
                let message = line.split_once(' ').map_or("", |(_, message)| message);
                let joined = self
                    .joined
                    .iter()
                    .any(|(at, start)| at == folder(path) && message.starts_with(&**start));
                if !joined {
                    wrong.push(format!("too much in {path}: {line}"));
                }
            }
        }
        wrong
    }
}

fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// As the client writes a diagnostic.
fn line(report: &Report, text: &str, utf8: bool) -> String {
    let start = report.primary.as_ref().map_or(0, |place| place.range.start);
    let before = text.get(..start).unwrap_or_default();
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    let column = &before[line_start..];
    let column = if utf8 {
        column.len()
    } else {
        column.encode_utf16().count()
    };
    let mut message = report.message.clone();
    if let Some(place) = report.primary.as_ref().filter(|p| !p.text.is_empty()) {
        message.push_str(": ");
        message.push_str(&place.text);
    }
    format!(
        "{}:{} {} {}",
        before.matches('\n').count() + 1,
        column + 1,
        report.code_text(),
        message.lines().next().unwrap_or_default()
    )
}
