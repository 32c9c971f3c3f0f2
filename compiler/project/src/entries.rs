//! From run inputs to files: files, folders, patterns, and paths into modules (`${KCL_MOD}/…`, `${name:KCL_MOD}/…`).

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Component, Path, PathBuf};

use glob::{MatchOptions, Pattern};

use crate::edit_distance::nearest;
use crate::errors::ProjectError;
use crate::manifest::import_name;
use crate::packages::PackageGraph;
use crate::root::{ModuleRoots, find_module};
use crate::source::{FileSystem, canonical_or_normal};

/// The input that stands for the program text on standard input.
const STDIN: &str = "-";

/// One file of the main package.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Entry {
    /// A file, by its canonical path.
    File(PathBuf),
    /// Standard input.
    Stdin,
}

/// What run inputs are relative to.
#[derive(Clone, Copy, Debug)]
pub struct EntryScope<'a> {
    /// The folder of relative paths: the working directory, a settings file's folder, or a module root. `${KCL_MOD}` is
    /// the root of the first plain input, or of this folder if there is none.
    pub base: &'a Path,
    /// Packages passed from outside, for `${name:KCL_MOD}`.
    pub externals: &'a BTreeMap<String, PathBuf>,
    /// The folder of downloaded packages, for `${name:KCL_MOD}`.
    pub vendor_dir: Option<&'a Path>,
}

/// The files that `inputs` stand for, in order, each once.
///
/// A folder stands for its `.k` files without `*_test.k`, sorted. An input that names nothing is tried as a pattern with
/// `*`, `?`, `[…]` and `**`; it stands for all `.k` files that it matches, tests and hidden files too, and for the folders
/// that it matches, sorted by path.
///
/// # Errors
/// When an input stands for nothing, or a folder cannot be read.
pub fn expand_entries<S: AsRef<str>>(
    fs: &dyn FileSystem,
    inputs: &[S],
    scope: EntryScope<'_>,
) -> Result<Vec<Entry>, ProjectError> {
    let mut expansion = Expansion {
        fs,
        scope,
        root: None,
        entries: Vec::new(),
        seen: BTreeSet::new(),
    };
    expansion.root = inputs
        .iter()
        .map(AsRef::as_ref)
        .filter(|input| *input != STDIN && ModulePath::parse(input).is_none())
        .find_map(|input| expansion.root_of(&scope.base.join(input)));
    for input in inputs {
        expansion.add(input.as_ref())?;
    }
    Ok(expansion.entries)
}

struct Expansion<'a> {
    fs: &'a dyn FileSystem,
    scope: EntryScope<'a>,
    /// What `${KCL_MOD}` stands for, as far as plain inputs tell.
    root: Option<PathBuf>,
    entries: Vec<Entry>,
    seen: BTreeSet<Entry>,
}

impl Expansion<'_> {
    fn add(&mut self, input: &str) -> Result<(), ProjectError> {
        if input == STDIN {
            self.push(Entry::Stdin);
            return Ok(());
        }
        let path = match ModulePath::parse(input) {
            Some(path) => self.module_root(input, &path)?.join(path.inner),
            None => self.scope.base.join(input),
        };
        let not_found = || ProjectError::EntryNotFound {
            input: input.to_owned(),
            suggestion: self.similar(input, &path),
        };
        if input.is_empty() {
            return Err(not_found());
        }
        if self.fs.is_file(&path) || self.fs.is_dir(&path) {
            return self.add_existing(&path);
        }
        let matched = matches(self.fs, &path);
        if matched.is_empty() {
            return Err(not_found());
        }
        let before = self.entries.len();
        let mut empty_dir = None;
        for path in matched {
            match self.add_existing(&path) {
                Err(ProjectError::NoFiles { path }) => empty_dir = Some(path),
                other => other?,
            }
        }
        match empty_dir {
            Some(path) if self.entries.len() == before => Err(ProjectError::NoFiles { path }),
            _ => Ok(()),
        }
    }

    /// Adds a file, or the files of a folder.
    fn add_existing(&mut self, path: &Path) -> Result<(), ProjectError> {
        if !self.fs.is_dir(path) {
            self.push(Entry::File(canonical_or_normal(self.fs, path)));
            return Ok(());
        }
        let dir = canonical_or_normal(self.fs, path);
        let listed = self
            .fs
            .list_dir(&dir)
            .map_err(|error| ProjectError::io("read the folder", &dir, &error))?;
        let mut files = listed
            .into_iter()
            .filter(|entry| !entry.is_dir && is_main_file(&entry.name))
            .peekable();
        if files.peek().is_none() {
            return Err(ProjectError::NoFiles { path: dir });
        }
        for file in files {
            self.push(Entry::File(canonical_or_normal(self.fs, &file.path)));
        }
        Ok(())
    }

    fn push(&mut self, entry: Entry) {
        if self.seen.insert(entry.clone()) {
            self.entries.push(entry);
        }
    }

    /// The root of the module around an input, when there is anything at it.
    fn root_of(&self, path: &Path) -> Option<PathBuf> {
        let path = self.fs.canonicalize(path).ok()?;
        let dir = if self.fs.is_dir(&path) {
            path.as_path()
        } else {
            path.parent()?
        };
        Some(find_module(self.fs, dir).unwrap_or_else(|| dir.to_path_buf()))
    }

    fn module_root(&self, input: &str, path: &ModulePath<'_>) -> Result<PathBuf, ProjectError> {
        let root = match &self.root {
            Some(root) => root.clone(),
            None => self
                .root_of(self.scope.base)
                .unwrap_or_else(|| self.scope.base.to_path_buf()),
        };
        let Some(name) = path.package else {
            return Ok(root);
        };
        let EntryScope {
            externals,
            vendor_dir,
            ..
        } = self.scope;
        let graph = PackageGraph::load(self.fs, ModuleRoots::single(root), externals, vendor_dir);
        graph
            .package_root(self.fs, &import_name(name))?
            .ok_or_else(|| ProjectError::UnknownPackage {
                input: input.to_owned(),
                name: name.to_owned(),
                suggestion: nearest(name, graph.packages().map(|(name, _)| name))
                    .map(str::to_owned),
            })
    }

    /// `input` with its last name replaced by the nearest one beside it.
    fn similar(&self, input: &str, path: &Path) -> Option<String> {
        let name = path.file_name()?.to_str()?;
        let listed = self.fs.list_dir(path.parent()?).ok()?;
        let candidates = listed
            .iter()
            .filter(|entry| entry.is_dir || entry.name.ends_with(".k"))
            .map(|entry| entry.name.as_str());
        let better = nearest(name, candidates)?;
        Some(format!(
            "{}{better}",
            input.trim_end_matches('/').strip_suffix(name)?
        ))
    }
}

/// Whether a file of a folder takes part when the folder is an input. Unlike in an imported package, `_x.k` does.
fn is_main_file(name: &str) -> bool {
    name.ends_with(".k") && !name.ends_with("_test.k")
}

/// An input of the form `${KCL_MOD}/inner` or `${package:KCL_MOD}/inner`.
struct ModulePath<'a> {
    package: Option<&'a str>,
    inner: &'a str,
}

impl<'a> ModulePath<'a> {
    fn parse(input: &'a str) -> Option<Self> {
        let (name, inner) = input.strip_prefix("${")?.split_once('}')?;
        let package = match name.strip_suffix("KCL_MOD")? {
            "" => None,
            package => Some(package.strip_suffix(':')?),
        };
        if !(inner.is_empty() || inner.starts_with(['/', '\\'])) {
            return None;
        }
        Some(Self {
            package,
            inner: inner.trim_start_matches(['/', '\\']),
        })
    }
}

/// The `.k` files and the folders that match a path with pattern characters, sorted.
fn matches(fs: &dyn FileSystem, pattern: &Path) -> Vec<PathBuf> {
    let mut found = vec![PathBuf::new()];
    for component in pattern.components() {
        let name = component.as_os_str().to_string_lossy();
        let is_pattern =
            matches!(component, Component::Normal(_)) && name.contains(['*', '?', '[']);
        if !is_pattern {
            for path in &mut found {
                path.push(component);
            }
        } else if name == "**" {
            found = found
                .into_iter()
                .flat_map(|dir| with_subfolders(fs, dir))
                .collect();
        } else {
            let Ok(pattern) = Pattern::new(&name) else {
                return Vec::new();
            };
            found = found
                .into_iter()
                .flat_map(|dir| matching(fs, &dir, &pattern))
                .collect();
        }
    }
    let is_source = |path: &Path| path.extension().is_some_and(|e| e == "k") && fs.is_file(path);
    found.retain(|path| is_source(path) || fs.is_dir(path));
    found.sort();
    found.dedup();
    found
}

fn matching(fs: &dyn FileSystem, dir: &Path, pattern: &Pattern) -> Vec<PathBuf> {
    let listed = fs.list_dir(dir).unwrap_or_default();
    let matching = listed
        .into_iter()
        .filter(|entry| pattern.matches_with(&entry.name, MatchOptions::new()));
    matching.map(|entry| entry.path).collect()
}

/// A folder and all folders below it. Links are not followed, so there is no way to run in circles.
fn with_subfolders(fs: &dyn FileSystem, dir: PathBuf) -> Vec<PathBuf> {
    let (mut found, mut pending) = (Vec::new(), vec![dir]);
    while let Some(dir) = pending.pop() {
        let here = fs.canonicalize(&dir).ok();
        let is_link = |path: &Path| {
            fs.canonicalize(path).ok().as_deref().and_then(Path::parent) != here.as_deref()
        };
        let below = fs.list_dir(&dir).unwrap_or_default().into_iter();
        pending.extend(
            below
                .filter(|entry| entry.is_dir && !is_link(&entry.path))
                .map(|entry| entry.path),
        );
        found.push(dir);
    }
    found
}

#[cfg(test)]
#[path = "entries_tests.rs"]
mod tests;
