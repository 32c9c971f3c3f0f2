//! Files that change on the disk. A few are read at once; many (another branch was checked out) on a thread of their own.

use std::collections::BTreeSet;
use std::sync::{Arc, PoisonError, RwLock};

use kiln_analysis::db::{Disk, Reread};
use kiln_ide::index::WordIndex;
use kiln_project::FileSystem;
use lsp_types::{FileChangeType, FileEvent, Uri};

use super::{Event, Server};
use crate::discovery::Extent;
use crate::paths::System;

/// So many files are read at once.
const FEW: usize = 64;

/// What changed.
pub(crate) struct Changed {
    files: Vec<Reread>,
    /// Whether which files belong together may be different now.
    structure: bool,
}

/// Reads what changed.
struct Reader {
    system: System,
    disk: Disk,
    index: Arc<RwLock<WordIndex>>,
}

impl Reader {
    fn read(&self, changes: &[FileEvent], path_of: impl Fn(&Uri) -> Option<Arc<str>>) -> Changed {
        let mut files = Vec::with_capacity(changes.len());
        let mut structure = false;
        for change in changes {
            let Some(path) = path_of(&change.uri) else {
                continue;
            };
            let is_program = path.ends_with(".k");
            files.push(self.disk.read(&path));
            if is_program {
                update_index(&self.system, &self.index, &path);
            }
            let is_new = change.typ != FileChangeType::CHANGED;
            structure |= !is_program || is_new;
        }
        Changed { files, structure }
    }
}

/// Takes in the words of a file on the disk.
fn update_index(system: &System, index: &RwLock<WordIndex>, path: &str) {
    let text = system.read_text(path.as_ref()).ok();
    let mut index = index.write().unwrap_or_else(PoisonError::into_inner);
    index.set(path, text.as_deref());
}

impl Server {
    /// Takes in the words of a file on the disk.
    pub(super) fn update_index(&self, path: &str) {
        update_index(&self.system, &self.index, path);
    }

    pub(super) fn files_changed(&mut self, params: lsp_types::DidChangeWatchedFilesParams) {
        let reader = Reader {
            system: self.system.clone(),
            disk: self.db.disk(),
            index: Arc::clone(&self.index),
        };
        let changes = params.changes;
        if changes.len() <= FEW {
            let changed = reader.read(&changes, |uri| self.path_of(uri));
            self.reread(changed);
            return;
        }
        self.readers += 1;
        let (events, paths) = (self.events.clone(), self.paths.clone());
        let started = crate::pool::thread("disk", move || {
            let path_of = |uri: &Uri| match paths.get(uri) {
                Some(path) => Some(Arc::clone(path)),
                None => reader.system.path_of(uri),
            };
            let changed = reader.read(&changes, path_of);
            let _ = events.send(Event::Reread(changed));
        });
        if started.is_err() {
            self.readers -= 1;
            let message = "cannot start a thread to read files".to_owned();
            self.log(lsp_types::MessageType::ERROR, message);
        }
    }

    /// Many files were read.
    pub(super) fn reread_many(&mut self, changed: Changed) {
        self.readers -= 1;
        self.reread(changed);
        self.ask_waiting();
    }

    fn reread(&mut self, changed: Changed) {
        let mut outdated = BTreeSet::new();
        let (open, closed): (Vec<Reread>, Vec<Reread>) = changed
            .files
            .into_iter()
            .partition(|file| self.docs.contains_key(file.path()));
        for file in &closed {
            outdated.extend(self.evaluation.forget(file.path()));
        }
        self.db.take(closed);
        for file in open {
            self.db.refresh_directories_of(file.path());
        }
        self.tell_again(outdated);
        if changed.structure {
            self.discover(Extent::Words);
        }
        self.check_again();
    }

    /// Files and folders that are there, or not any more.
    pub(super) fn moved(&mut self, uris: impl Iterator<Item = String>) {
        for uri in uris {
            let path = uri.parse().ok().and_then(|uri| self.path_of(&uri));
            let Some(path) = path else { continue };
            let mut below = {
                let index = self.index.read().unwrap_or_else(PoisonError::into_inner);
                index.files_at(&path)
            };
            below.push(path);
            for path in below {
                if !self.docs.contains_key(&path) {
                    self.db.refresh(&path);
                }
                if path.ends_with(".k") {
                    self.update_index(&path);
                }
            }
        }
        self.discover(Extent::Words);
        self.check_again();
    }
}
