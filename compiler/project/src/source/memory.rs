//! A file system in memory.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use super::{DirEntry, FileSystem, normalize};

/// Files held in memory, for tests and for editors. It has no links; relative paths start at `/`.
#[derive(Debug, Default)]
pub struct MemoryFileSystem {
    tree: RwLock<Tree>,
}

#[derive(Clone, Debug, Default)]
struct Tree {
    files: BTreeMap<PathBuf, Vec<u8>>,
    dirs: BTreeSet<PathBuf>,
}

impl Clone for MemoryFileSystem {
    fn clone(&self) -> Self {
        Self {
            tree: RwLock::new(self.tree().clone()),
        }
    }
}

impl Tree {
    fn insert_dir(&mut self, path: &Path) {
        for dir in path.ancestors() {
            self.dirs.insert(dir.to_path_buf());
        }
    }

    fn exists(&self, path: &Path) -> bool {
        self.files.contains_key(path) || self.dirs.contains(path)
    }

    /// Whether a file can be made here.
    fn has_place_for(&self, path: &Path) -> io::Result<()> {
        if self.dirs.contains(path) {
            return Err(io::ErrorKind::IsADirectory.into());
        }
        match path.parent() {
            Some(parent) if self.dirs.contains(parent) => Ok(()),
            _ => Err(missing()),
        }
    }
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
        let mut tree = self.tree_mut();
        if let Some(dir) = path.parent() {
            tree.insert_dir(dir);
        }
        tree.files.insert(path, text.into());
    }

    /// Adds a directory and those above it.
    pub fn insert_dir(&mut self, path: impl AsRef<Path>) {
        self.tree_mut().insert_dir(&rooted(path.as_ref()));
    }

    /// Removes a file; its directory stays. Says whether there was one.
    pub fn remove(&mut self, path: impl AsRef<Path>) -> bool {
        let path = rooted(path.as_ref());
        self.tree_mut().files.remove(&path).is_some()
    }

    fn tree(&self) -> RwLockReadGuard<'_, Tree> {
        self.tree.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn tree_mut(&self) -> RwLockWriteGuard<'_, Tree> {
        self.tree.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl FileSystem for MemoryFileSystem {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        let path = rooted(path);
        let tree = self.tree();
        if tree.dirs.contains(&path) {
            return Err(io::Error::new(
                io::ErrorKind::IsADirectory,
                "is a directory",
            ));
        }
        tree.files.get(&path).cloned().ok_or_else(missing)
    }

    fn is_file(&self, path: &Path) -> bool {
        self.tree().files.contains_key(&rooted(path))
    }

    fn is_dir(&self, path: &Path) -> bool {
        self.tree().dirs.contains(&rooted(path))
    }

    fn list_dir(&self, path: &Path) -> io::Result<Vec<DirEntry>> {
        let path = rooted(path);
        let tree = self.tree();
        if !tree.dirs.contains(&path) {
            return Err(missing());
        }
        // Paths compare component by component, so everything below a directory follows it without a gap.
        let dirs = tree.dirs.range(path.clone()..).map(|dir| (dir, true));
        let files = tree
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
        match self.tree().exists(&path) {
            true => Ok(path),
            false => Err(missing()),
        }
    }

    fn write(&self, path: &Path, content: &[u8]) -> io::Result<()> {
        let path = rooted(path);
        let mut tree = self.tree_mut();
        tree.has_place_for(&path)?;
        tree.files.insert(path, content.to_vec());
        Ok(())
    }

    fn append(&self, path: &Path, content: &[u8]) -> io::Result<()> {
        let path = rooted(path);
        let mut tree = self.tree_mut();
        tree.has_place_for(&path)?;
        tree.files.entry(path).or_default().extend(content);
        Ok(())
    }

    fn create_dir_all(&self, path: &Path) -> io::Result<()> {
        let path = rooted(path);
        let mut tree = self.tree_mut();
        if path.ancestors().any(|dir| tree.files.contains_key(dir)) {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        tree.insert_dir(&path);
        Ok(())
    }

    fn remove_file(&self, path: &Path) -> io::Result<()> {
        let path = rooted(path);
        match self.tree_mut().files.remove(&path) {
            Some(_) => Ok(()),
            None => Err(missing()),
        }
    }

    fn remove_dir(&self, path: &Path) -> io::Result<()> {
        let path = rooted(path);
        if !self.list_dir(&path)?.is_empty() {
            return Err(io::ErrorKind::DirectoryNotEmpty.into());
        }
        self.tree_mut().dirs.remove(&path);
        Ok(())
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        let (from, to) = (rooted(from), rooted(to));
        let mut tree = self.tree_mut();
        if let Some(content) = tree.files.get(&from).cloned() {
            tree.has_place_for(&to)?;
            tree.files.remove(&from);
            tree.files.insert(to, content);
            return Ok(());
        }
        if !tree.dirs.contains(&from) {
            return Err(missing());
        }
        if tree.exists(&to) {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        if to.starts_with(&from) {
            return Err(io::ErrorKind::InvalidInput.into());
        }
        tree.has_place_for(&to)?;
        let moved = |path: &PathBuf| path.strip_prefix(&from).map(|rest| to.join(rest)).ok();
        let old = std::mem::take(&mut *tree);
        let placed = |path: PathBuf| moved(&path).unwrap_or(path);
        tree.files = old
            .files
            .into_iter()
            .map(|(path, text)| (placed(path), text))
            .collect();
        tree.dirs = old.dirs.into_iter().map(placed).collect();
        Ok(())
    }
}

fn missing() -> io::Error {
    io::Error::new(io::ErrorKind::NotFound, "no such file or directory")
}

fn rooted(path: &Path) -> PathBuf {
    normalize(&Path::new("/").join(path))
}
