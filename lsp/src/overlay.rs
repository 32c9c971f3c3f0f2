//! Files as an editor has them: the texts of open files in front of what is on the disk.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use kiln_project::{DirEntry, FileSystem};

use crate::paths::System;

/// Texts of open files by their path.
pub(crate) type Texts = Arc<BTreeMap<Arc<str>, Arc<str>>>;

/// A file system of one moment: what is typed later does not reach it. Nothing can be written.
#[derive(Clone)]
pub(crate) struct Overlay {
    system: System,
    texts: Texts,
}

impl Overlay {
    pub(crate) const fn new(system: System, texts: Texts) -> Self {
        Self { system, texts }
    }

    /// What is behind it.
    pub(crate) const fn disk(&self) -> &System {
        &self.system
    }

    /// The text of an open file.
    fn text(&self, path: &Path) -> Option<&Arc<str>> {
        self.texts.get(path.to_str()?)
    }

    /// Whether an open file lies somewhere below a folder.
    fn has_below(&self, folder: &Path) -> bool {
        self.texts.keys().any(|path| {
            let path = Path::new(&**path);
            path != folder && path.starts_with(folder)
        })
    }
}

impl FileSystem for Overlay {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        match self.text(path) {
            Some(text) => Ok(text.as_bytes().to_vec()),
            None => self.system.read(path),
        }
    }

    fn is_file(&self, path: &Path) -> bool {
        self.text(path).is_some() || self.system.is_file(path)
    }

    fn is_dir(&self, path: &Path) -> bool {
        self.system.is_dir(path) || self.has_below(path)
    }

    fn list_dir(&self, path: &Path) -> io::Result<Vec<DirEntry>> {
        let unsaved = self.texts.keys().map(|open| Path::new(&**open));
        let unsaved: Vec<&Path> = unsaved
            .filter(|open| open.parent() == Some(path) && !self.system.is_file(open))
            .collect();
        let mut entries = match self.system.list_dir(path) {
            Ok(entries) => entries,
            Err(_) if !unsaved.is_empty() => Vec::new(),
            Err(error) => return Err(error),
        };
        if unsaved.is_empty() {
            return Ok(entries);
        }
        let new = unsaved.into_iter().filter_map(|open| {
            Some(DirEntry {
                path: open.to_path_buf(),
                name: open.file_name()?.to_string_lossy().into_owned(),
                is_dir: false,
                is_link: false,
            })
        });
        entries.extend(new);
        entries.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(entries)
    }

    fn canonicalize(&self, path: &Path) -> io::Result<PathBuf> {
        match self.system.canonicalize(path) {
            Ok(path) => Ok(path),
            // paths of open files have no links already
            Err(_) if self.text(path).is_some() || self.has_below(path) => Ok(path.to_path_buf()),
            Err(error) => Err(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::sync::Arc;

    use kiln_project::{FileSystem, MemoryFileSystem};

    use super::Overlay;
    use crate::paths::System;

    #[test]
    fn open_files_hide_those_on_the_disk() {
        let disk = MemoryFileSystem::with_files([("/p/a.k", "old"), ("/p/c.k", "c")]);
        let open = [("/p/a.k", "new"), ("/p/b.k", "b"), ("/untitled/One", "1")];
        let open = open.map(|(path, text)| (Arc::from(path), Arc::from(text)));
        let files = Overlay::new(System(Arc::new(disk)), Arc::new(open.into()));
        let path = Path::new;
        assert_eq!(files.read_text(path("/p/a.k")).unwrap(), "new");
        assert_eq!(files.read_text(path("/p/c.k")).unwrap(), "c");
        assert!(files.is_file(path("/p/b.k")) && files.is_dir(path("/untitled")));
        let names = |folder| {
            let listed = files.list_dir(path(folder)).unwrap().into_iter();
            listed.map(|entry| entry.name).collect::<Vec<_>>()
        };
        assert_eq!(names("/p"), ["a.k", "b.k", "c.k"]);
        assert_eq!(names("/untitled"), ["One"]);
        assert_eq!(files.canonicalize(path("/p/b.k")).unwrap(), path("/p/b.k"));
        assert!(files.canonicalize(path("/p/d.k")).is_err());
        assert!(files.list_dir(path("/none")).is_err());
        assert!(files.write(path("/p/a.k"), b"").is_err());
    }
}
