//! A file system that lists every folder only once, and answers from the lists: to look through thousands of folders whose
//! manifests name the same packages, and which all lie below the same ones.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use kiln_project::{DirEntry, FileSystem, MANIFEST_FILE};
use rustc_hash::FxHashMap;

use crate::overlay::Overlay;

/// The entries of a folder, sorted by name.
type Listing = Option<Arc<[DirEntry]>>;

/// What was asked already. For a short while only: changes are not seen.
#[derive(Clone)]
pub(crate) struct Memo {
    system: Overlay,
    known: Arc<Known>,
}

#[derive(Default)]
struct Known {
    folders: Mutex<FxHashMap<PathBuf, Listing>>,
    canonical: Mutex<FxHashMap<PathBuf, Option<PathBuf>>>,
    /// Manifests: those of shared packages are read for each of their users.
    manifests: Mutex<FxHashMap<PathBuf, Vec<u8>>>,
}

/// What a list says about a path.
enum Listed {
    /// There is nothing.
    Nothing,
    /// A file or folder.
    Real { is_dir: bool },
    /// A link, or nobody knows: the system has to be asked.
    Unknown,
}

impl Memo {
    pub(crate) fn new(system: Overlay) -> Self {
        Self {
            system,
            known: Arc::default(),
        }
    }

    fn list(&self, folder: &Path) -> Listing {
        once(&self.known.folders, folder, || {
            self.system.list_dir(folder).ok().map(Into::into)
        })
    }

    fn listed(&self, path: &Path) -> Listed {
        let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else {
            return Listed::Unknown;
        };
        let (Some(entries), Some(name)) = (self.list(folder), name.to_str()) else {
            return Listed::Unknown;
        };
        match entries.binary_search_by(|entry| (*entry.name).cmp(name)) {
            Ok(at) if entries[at].is_link => Listed::Unknown,
            Ok(at) => Listed::Real {
                is_dir: entries[at].is_dir,
            },
            Err(_) => Listed::Nothing,
        }
    }
}

/// The answer for a path, made once or, by threads that meet, a few times.
fn once<V: Clone>(
    table: &Mutex<FxHashMap<PathBuf, V>>,
    path: &Path,
    make: impl FnOnce() -> V,
) -> V {
    let lock = || table.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = lock().get(path) {
        return known.clone();
    }
    let value = make();
    lock().insert(path.to_path_buf(), value.clone());
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
        let lock = || {
            let manifests = self.known.manifests.lock();
            manifests.unwrap_or_else(PoisonError::into_inner)
        };
        if let Some(known) = lock().get(path) {
            return Ok(known.clone());
        }
        let bytes = self.system.read(path)?;
        lock().insert(path.to_path_buf(), bytes.clone());
        Ok(bytes)
    }

    fn is_file(&self, path: &Path) -> bool {
        match self.listed(path) {
            Listed::Nothing => false,
            Listed::Real { is_dir } => !is_dir,
            Listed::Unknown => self.system.is_file(path),
        }
    }

    fn is_dir(&self, path: &Path) -> bool {
        match self.listed(path) {
            Listed::Nothing => false,
            Listed::Real { is_dir } => is_dir,
            Listed::Unknown => self.system.is_dir(path),
        }
    }

    fn list_dir(&self, path: &Path) -> io::Result<Vec<DirEntry>> {
        match self.list(path) {
            Some(entries) => Ok(entries.to_vec()),
            // what went wrong is for the system to say
            None => self.system.list_dir(path),
        }
    }

    fn canonicalize(&self, path: &Path) -> io::Result<PathBuf> {
        once(&self.known.canonical, path, || {
            let plain = path.is_absolute() && path == kiln_project::normalize(path);
            let parts = path.parent().zip(path.file_name()).filter(|_| plain);
            if let Some((folder, name)) = parts
                && let Ok(folder) = self.canonicalize(folder)
            {
                let whole = folder.join(name);
                match self.listed(&whole) {
                    Listed::Nothing => return None,
                    Listed::Real { .. } => return Some(whole),
                    Listed::Unknown => {}
                }
            }
            self.system.canonicalize(path).ok()
        })
        .ok_or_else(missing)
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::sync::Arc;

    use kiln_project::{FileSystem, OsFileSystem};

    use super::Memo;
    use crate::overlay::Overlay;
    use crate::paths::System;

    /// It says the same as the system, about links, too.
    #[test]
    fn nobody_can_tell_the_difference() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().canonicalize().unwrap();
        std::fs::create_dir_all(root.join("a/b")).unwrap();
        std::fs::write(root.join("a/kcl.mod"), "x").unwrap();
        std::fs::write(root.join("a/b/f.k"), "y").unwrap();
        #[cfg(unix)]
        std::os::unix::fs::symlink(root.join("a"), root.join("link")).unwrap();
        let memo = Memo::new(Overlay::new(System(Arc::new(OsFileSystem)), Arc::default()));
        for _ in 0..2 {
            for path in [
                "",
                "a",
                "a/b",
                "a/kcl.mod",
                "a/b/f.k",
                "a/../a/b",
                "a/none",
                "none/x",
                "link",
                "link/b/f.k",
                "link/none",
                "a/kcl.mod/x",
            ] {
                let path = root.join(path);
                let path: &Path = &path;
                assert_eq!(memo.is_file(path), OsFileSystem.is_file(path), "{path:?}");
                assert_eq!(memo.is_dir(path), OsFileSystem.is_dir(path), "{path:?}");
                assert_eq!(
                    memo.canonicalize(path).ok(),
                    OsFileSystem.canonicalize(path).ok(),
                    "{path:?}"
                );
                assert_eq!(memo.read(path).ok(), OsFileSystem.read(path).ok());
                assert_eq!(memo.list_dir(path).ok(), OsFileSystem.list_dir(path).ok());
            }
        }
    }
}
