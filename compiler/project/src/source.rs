//! Where files come from: the trait that everything else reads through, the real file system, and one in memory.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Component, Path, PathBuf};

/// One entry of a directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DirEntry {
    /// The directory's path joined with the entry's name.
    pub path: PathBuf,
    /// The name alone; a name that is not Unicode is spelled with replacement characters.
    pub name: String,
    /// Whether it is a directory, or a link to one.
    pub is_dir: bool,
    /// Whether it is a link.
    pub is_link: bool,
}

/// Read access to files.
pub trait FileSystem: Send + Sync {
    /// The bytes of a file.
    ///
    /// # Errors
    /// When the file is missing or unreadable.
    fn read(&self, path: &Path) -> io::Result<Vec<u8>>;

    /// Whether `path` is a file, or a link to one.
    fn is_file(&self, path: &Path) -> bool;

    /// Whether `path` is a directory, or a link to one.
    fn is_dir(&self, path: &Path) -> bool;

    /// What is in a directory, sorted by name.
    ///
    /// # Errors
    /// When the directory is missing or unreadable.
    fn list_dir(&self, path: &Path) -> io::Result<Vec<DirEntry>>;

    /// The absolute path of an existing file or directory, without links and dots.
    ///
    /// # Errors
    /// When there is nothing at `path`.
    fn canonicalize(&self, path: &Path) -> io::Result<PathBuf>;

    /// The text of a file.
    ///
    /// # Errors
    /// When the file is missing, unreadable or not UTF-8.
    fn read_text(&self, path: &Path) -> io::Result<String> {
        String::from_utf8(self.read(path)?).map_err(|error| {
            let offset = error.utf8_error().valid_up_to();
            let message = format!("the text is not UTF-8 (at byte {offset})");
            io::Error::new(io::ErrorKind::InvalidData, message)
        })
    }
}

/// The operating system's files.
#[derive(Clone, Copy, Debug, Default)]
pub struct OsFileSystem;

impl FileSystem for OsFileSystem {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        std::fs::read(path)
    }

    fn is_file(&self, path: &Path) -> bool {
        path.is_file()
    }

    fn is_dir(&self, path: &Path) -> bool {
        path.is_dir()
    }

    fn list_dir(&self, path: &Path) -> io::Result<Vec<DirEntry>> {
        let mut entries = Vec::new();
        for entry in std::fs::read_dir(path)? {
            let entry = entry?;
            let kind = entry.file_type()?;
            let path = entry.path();
            entries.push(DirEntry {
                name: entry.file_name().to_string_lossy().into_owned(),
                is_dir: kind.is_dir() || kind.is_symlink() && path.is_dir(),
                is_link: kind.is_symlink(),
                path,
            });
        }
        entries.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(entries)
    }

    fn canonicalize(&self, path: &Path) -> io::Result<PathBuf> {
        path.canonicalize()
    }
}

/// Files held in memory, for tests and for editors. It has no links; relative paths start at `/`.
#[derive(Clone, Debug, Default)]
pub struct MemoryFileSystem {
    files: BTreeMap<PathBuf, Vec<u8>>,
    dirs: BTreeSet<PathBuf>,
}

impl MemoryFileSystem {
    /// A file system with these files, and the directories they need.
    pub fn with_files<P: AsRef<Path>, T: Into<Vec<u8>>>(
        files: impl IntoIterator<Item = (P, T)>,
    ) -> Self {
        let mut fs = Self::default();
        for (path, text) in files {
            fs.insert(path, text);
        }
        fs
    }

    /// Adds or replaces a file, and makes the directories above it.
    pub fn insert(&mut self, path: impl AsRef<Path>, text: impl Into<Vec<u8>>) {
        let path = rooted(path.as_ref());
        if let Some(dir) = path.parent() {
            self.insert_dir(dir);
        }
        self.files.insert(path, text.into());
    }

    /// Adds a directory and those above it.
    pub fn insert_dir(&mut self, path: impl AsRef<Path>) {
        for dir in rooted(path.as_ref()).ancestors() {
            self.dirs.insert(dir.to_path_buf());
        }
    }

    /// Removes a file; its directory stays. Says whether there was one.
    pub fn remove(&mut self, path: impl AsRef<Path>) -> bool {
        self.files.remove(&rooted(path.as_ref())).is_some()
    }
}

impl FileSystem for MemoryFileSystem {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        let path = rooted(path);
        if self.dirs.contains(&path) {
            return Err(io::Error::new(
                io::ErrorKind::IsADirectory,
                "is a directory",
            ));
        }
        self.files.get(&path).cloned().ok_or_else(missing)
    }

    fn is_file(&self, path: &Path) -> bool {
        self.files.contains_key(&rooted(path))
    }

    fn is_dir(&self, path: &Path) -> bool {
        self.dirs.contains(&rooted(path))
    }

    fn list_dir(&self, path: &Path) -> io::Result<Vec<DirEntry>> {
        let path = rooted(path);
        if !self.dirs.contains(&path) {
            return Err(missing());
        }
        // Paths compare component by component, so everything below a directory follows it without a gap.
        let dirs = self.dirs.range(path.clone()..).map(|dir| (dir, true));
        let files = self
            .files
            .range(path.clone()..)
            .map(|(file, _)| (file, false));
        let mut entries: Vec<DirEntry> = dirs
            .take_while(|(dir, _)| dir.starts_with(&path))
            .chain(files.take_while(|(file, _)| file.starts_with(&path)))
            .filter(|(child, _)| child.parent() == Some(&path))
            .filter_map(|(child, is_dir)| {
                let name = child.file_name()?.to_string_lossy().into_owned();
                Some(DirEntry {
                    path: child.clone(),
                    name,
                    is_dir,
                    is_link: false,
                })
            })
            .collect();
        entries.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(entries)
    }

    fn canonicalize(&self, path: &Path) -> io::Result<PathBuf> {
        let path = rooted(path);
        let exists = self.files.contains_key(&path) || self.dirs.contains(&path);
        if exists { Ok(path) } else { Err(missing()) }
    }
}

fn missing() -> io::Error {
    io::Error::new(io::ErrorKind::NotFound, "no such file or directory")
}

fn rooted(path: &Path) -> PathBuf {
    normalize(&Path::new("/").join(path))
}

/// `path` without `.` and with `..` resolved by the spelling alone.
pub fn normalize(path: &Path) -> PathBuf {
    let mut result = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => match result.components().next_back() {
                Some(Component::Normal(_)) => {
                    result.pop();
                }
                Some(Component::RootDir | Component::Prefix(_)) => {}
                _ => result.push(".."),
            },
            other => result.push(other),
        }
    }
    result
}

/// The canonical path when there is something at `path`, the normalized spelling otherwise.
pub(crate) fn canonical_or_normal(fs: &dyn FileSystem, path: &Path) -> PathBuf {
    fs.canonicalize(path).unwrap_or_else(|_| normalize(path))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(fs: &dyn FileSystem, dir: &Path) -> Vec<(String, bool)> {
        let entries = fs.list_dir(dir).unwrap();
        entries
            .into_iter()
            .map(|entry| (entry.name, entry.is_dir))
            .collect()
    }

    #[test]
    fn both_file_systems_agree() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().canonicalize().unwrap();
        let mut memory = MemoryFileSystem::default();
        for name in ["b.k", "a/x.k", "Z.k"] {
            let path = root.join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(&path, name).unwrap();
            memory.insert(&path, name);
        }
        for fs in [&OsFileSystem as &dyn FileSystem, &memory] {
            let expected = [("Z.k", false), ("a", true), ("b.k", false)];
            assert_eq!(
                names(fs, &root),
                expected.map(|(name, dir)| (name.to_owned(), dir))
            );
            assert!(fs.is_dir(&root.join("a")) && !fs.is_file(&root.join("a")));
            assert!(fs.is_file(&root.join("a/x.k")) && !fs.is_dir(&root.join("a/x.k")));
            assert_eq!(fs.read_text(&root.join("a/x.k")).unwrap(), "a/x.k");
            assert_eq!(
                fs.canonicalize(&root.join("a/../b.k")).unwrap(),
                root.join("b.k")
            );
            assert_eq!(
                fs.read(&root.join("none")).unwrap_err().kind(),
                io::ErrorKind::NotFound
            );
            assert!(fs.read(&root.join("a")).is_err());
            assert!(fs.list_dir(&root.join("none")).is_err());
        }
    }

    #[test]
    fn text_must_be_utf8() {
        let fs = MemoryFileSystem::with_files([("/a.k", b"ab\xff".to_vec())]);
        let error = fs.read_text(Path::new("/a.k")).unwrap_err();
        assert_eq!(error.to_string(), "the text is not UTF-8 (at byte 2)");
    }

    #[test]
    fn a_removed_file_leaves_its_directory() {
        let mut fs = MemoryFileSystem::with_files([("/d/a.k", "")]);
        assert!(fs.remove("/d/a.k") && !fs.remove("/d/a.k"));
        assert!(fs.is_dir(Path::new("/d")) && !fs.is_file(Path::new("/d/a.k")));
    }

    #[test]
    fn normalize_resolves_dots_by_spelling() {
        assert_eq!(normalize(Path::new("/a/./b/../c")), Path::new("/a/c"));
        assert_eq!(normalize(Path::new("/../a")), Path::new("/a"));
        assert_eq!(normalize(Path::new("../a/../../b")), Path::new("../../b"));
    }
}
