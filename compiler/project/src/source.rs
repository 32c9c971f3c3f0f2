//! Where files come from: the trait that everything else reads through, the real file system, and one in memory.

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

pub use memory::MemoryFileSystem;
pub use replace::replace;

mod memory;
mod replace;

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

/// Access to files. Only programs that are permitted to change files do so; a file system need not let them.
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

    /// Size of a file or directory in bytes.
    ///
    /// # Errors
    /// When there is nothing at `path`.
    fn size(&self, path: &Path) -> io::Result<u64> {
        match self.is_dir(path) {
            true => Ok(0),
            false => self.read(path).map(|bytes| bytes.len() as u64),
        }
    }

    /// Makes a file, or replaces it as a whole.
    ///
    /// # Errors
    /// When it cannot be written; what was there stays.
    fn write(&self, path: &Path, content: &[u8]) -> io::Result<()> {
        let _ = (path, content);
        read_only()
    }

    /// Adds to the end of a file, and makes it if there is none.
    ///
    /// # Errors
    /// When it cannot be written.
    fn append(&self, path: &Path, content: &[u8]) -> io::Result<()> {
        let _ = (path, content);
        read_only()
    }

    /// Makes a directory and those above it.
    ///
    /// # Errors
    /// When one of them cannot be made.
    fn create_dir_all(&self, path: &Path) -> io::Result<()> {
        let _ = path;
        read_only()
    }

    /// Removes a file.
    ///
    /// # Errors
    /// When it cannot be removed.
    fn remove_file(&self, path: &Path) -> io::Result<()> {
        let _ = path;
        read_only()
    }

    /// Removes an empty directory.
    ///
    /// # Errors
    /// When it cannot be removed.
    fn remove_dir(&self, path: &Path) -> io::Result<()> {
        let _ = path;
        read_only()
    }

    /// Gives a file or directory another name.
    ///
    /// # Errors
    /// When it cannot be moved.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        let _ = (from, to);
        read_only()
    }

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

/// A file system with several owners.
impl<T: FileSystem + ?Sized> FileSystem for Arc<T> {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        (**self).read(path)
    }
    fn read_text(&self, path: &Path) -> io::Result<String> {
        (**self).read_text(path)
    }
    fn is_file(&self, path: &Path) -> bool {
        (**self).is_file(path)
    }
    fn is_dir(&self, path: &Path) -> bool {
        (**self).is_dir(path)
    }
    fn list_dir(&self, path: &Path) -> io::Result<Vec<DirEntry>> {
        (**self).list_dir(path)
    }
    fn canonicalize(&self, path: &Path) -> io::Result<PathBuf> {
        (**self).canonicalize(path)
    }
    fn size(&self, path: &Path) -> io::Result<u64> {
        (**self).size(path)
    }
    fn write(&self, path: &Path, content: &[u8]) -> io::Result<()> {
        (**self).write(path, content)
    }
    fn append(&self, path: &Path, content: &[u8]) -> io::Result<()> {
        (**self).append(path, content)
    }
    fn create_dir_all(&self, path: &Path) -> io::Result<()> {
        (**self).create_dir_all(path)
    }
    fn remove_file(&self, path: &Path) -> io::Result<()> {
        (**self).remove_file(path)
    }
    fn remove_dir(&self, path: &Path) -> io::Result<()> {
        (**self).remove_dir(path)
    }
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        (**self).rename(from, to)
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

    fn size(&self, path: &Path) -> io::Result<u64> {
        path.metadata().map(|found| found.len())
    }

    fn write(&self, path: &Path, content: &[u8]) -> io::Result<()> {
        replace(path, |file| file.write_all(content))
    }

    fn append(&self, path: &Path, content: &[u8]) -> io::Result<()> {
        let mut file = OpenOptions::new().append(true).create(true).open(path)?;
        file.write_all(content)
    }

    fn create_dir_all(&self, path: &Path) -> io::Result<()> {
        std::fs::create_dir_all(path)
    }

    fn remove_file(&self, path: &Path) -> io::Result<()> {
        std::fs::remove_file(path)
    }

    fn remove_dir(&self, path: &Path) -> io::Result<()> {
        std::fs::remove_dir(path)
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        std::fs::rename(from, to)
    }
}

fn read_only<T>() -> io::Result<T> {
    Err(io::Error::new(
        io::ErrorKind::Unsupported,
        "these files cannot be changed",
    ))
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
pub fn canonical_or_normal(fs: &dyn FileSystem, path: &Path) -> PathBuf {
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
