//! Files as they were when they were loaded: one that is gone later is still a part of the program.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use kiln_project::{DirEntry, FileSystem};

use crate::session::Shared;

/// Files behind which loaded ones do not vanish. Their texts are with the program.
#[derive(Clone)]
pub(super) struct Kept {
    base: Shared,
    loaded: Arc<RwLock<BTreeSet<PathBuf>>>,
}

impl Kept {
    pub(super) fn new(base: Shared) -> Self {
        Self {
            base,
            loaded: Arc::default(),
        }
    }

    /// From now on these files are there.
    pub(super) fn keep(&self, files: impl Iterator<Item = PathBuf>) {
        let mut loaded = self.loaded.write().unwrap_or_else(PoisonError::into_inner);
        *loaded = files.collect();
    }

    fn is_kept(&self, path: &Path) -> bool {
        let loaded = self.loaded.read().unwrap_or_else(PoisonError::into_inner);
        if loaded.is_empty() || loaded.contains(path) {
            return !loaded.is_empty();
        }
        // their paths have no links and dots
        let folder = path.parent().and_then(|it| self.base.canonicalize(it).ok());
        let full = folder.zip(path.file_name());
        full.is_some_and(|(folder, name)| loaded.contains(&folder.join(name)))
    }
}

impl FileSystem for Kept {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        self.base.read(path)
    }
    fn read_text(&self, path: &Path) -> io::Result<String> {
        self.base.read_text(path)
    }
    fn is_file(&self, path: &Path) -> bool {
        self.base.is_file(path) || self.is_kept(path)
    }
    fn is_dir(&self, path: &Path) -> bool {
        self.base.is_dir(path)
    }
    fn list_dir(&self, path: &Path) -> io::Result<Vec<DirEntry>> {
        self.base.list_dir(path)
    }
    fn canonicalize(&self, path: &Path) -> io::Result<PathBuf> {
        match self.base.canonicalize(path) {
            Err(_) if self.is_kept(path) => {
                let folder = path.parent().map(|it| self.base.canonicalize(it));
                match (folder, path.file_name()) {
                    (Some(Ok(folder)), Some(name)) => Ok(folder.join(name)),
                    _ => Ok(path.to_path_buf()),
                }
            }
            result => result,
        }
    }
    fn size(&self, path: &Path) -> io::Result<u64> {
        self.base.size(path)
    }
    fn write(&self, path: &Path, content: &[u8]) -> io::Result<()> {
        self.base.write(path, content)
    }
    fn append(&self, path: &Path, content: &[u8]) -> io::Result<()> {
        self.base.append(path, content)
    }
    fn create_dir_all(&self, path: &Path) -> io::Result<()> {
        self.base.create_dir_all(path)
    }
    fn remove_file(&self, path: &Path) -> io::Result<()> {
        self.base.remove_file(path)
    }
    fn remove_dir(&self, path: &Path) -> io::Result<()> {
        self.base.remove_dir(path)
    }
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.base.rename(from, to)
    }
}
