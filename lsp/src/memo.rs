//! A file system that asks the real one everything only once: to look through thousands of folders whose manifests name
//! the same packages, and which all lie below the same ones.

use std::collections::HashMap;
use std::hash::Hash;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use kiln_project::{DirEntry, FileSystem, MANIFEST_FILE};
use rustc_hash::FxHashMap;

use crate::paths::System;

/// What was asked already. For a short while only: changes are not seen.
#[derive(Clone)]
pub(crate) struct Memo {
    system: System,
    known: Arc<Known>,
}

#[derive(Default)]
struct Known {
    files: Mutex<FxHashMap<PathBuf, bool>>,
    folders: Mutex<FxHashMap<PathBuf, bool>>,
    canonical: Mutex<FxHashMap<PathBuf, Option<PathBuf>>>,
    /// Manifests: those of shared packages are read for each of their users.
    manifests: Mutex<FxHashMap<PathBuf, Option<Vec<u8>>>>,
}

impl Memo {
    pub(crate) fn new(system: System) -> Self {
        Self {
            system,
            known: Arc::default(),
        }
    }
}

/// The answer for a key, made at most a few times.
fn once<K: Clone + Eq + Hash, V: Clone>(
    table: &Mutex<HashMap<K, V, rustc_hash::FxBuildHasher>>,
    key: &K,
    make: impl FnOnce() -> V,
) -> V {
    let lock = || table.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = lock().get(key) {
        return known.clone();
    }
    let value = make();
    lock().insert(key.clone(), value.clone());
    value
}

fn missing() -> io::Error {
    io::Error::from(io::ErrorKind::NotFound)
}

impl FileSystem for Memo {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        if !path.ends_with(MANIFEST_FILE) {
            return self.system.read(path);
        }
        once(&self.known.manifests, &path.to_path_buf(), || {
            self.system.read(path).ok()
        })
        // what went wrong is for the real one to say
        .map_or_else(|| self.system.read(path), Ok)
    }

    fn is_file(&self, path: &Path) -> bool {
        once(&self.known.files, &path.to_path_buf(), || {
            self.system.is_file(path)
        })
    }

    fn is_dir(&self, path: &Path) -> bool {
        once(&self.known.folders, &path.to_path_buf(), || {
            self.system.is_dir(path)
        })
    }

    fn list_dir(&self, path: &Path) -> io::Result<Vec<DirEntry>> {
        self.system.list_dir(path)
    }

    fn canonicalize(&self, path: &Path) -> io::Result<PathBuf> {
        once(&self.known.canonical, &path.to_path_buf(), || {
            self.system.canonicalize(path).ok()
        })
        .ok_or_else(missing)
    }
}
