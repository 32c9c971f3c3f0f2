//! The database: the table of files and directories, and the two ways to use it.
//!
//! A *live* database serves an editor: its inputs change, and clones of it answer questions on other threads. A
//! *frozen* one serves a single run: nothing will change, so queries record no dependencies and cost half.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use kiln_project::{FileSystem, PackageGraph, ProjectError};
use kiln_stdlib::Plugins;
use rustc_hash::{FxHashMap, FxHashSet};
use salsa::{Durability, Setter};

use crate::inputs::{Dependencies, Directory, DirectoryEntry, External, Project, SourceFile};

/// What queries need.
#[salsa::db]
pub trait Db: salsa::Database {
    /// The file at a path, which need not exist.
    fn source(&self, path: &str) -> SourceFile;

    /// The directory at a path, which need not exist.
    fn directory(&self, path: &str) -> Directory;

    /// The modules that the host adds. They stay the same as long as the database lives.
    fn plugins(&self) -> &Plugins;
}

/// The database. Clones are handles to the same data, for other threads; a change waits until all clones are dropped.
#[salsa::db]
#[derive(Clone)]
pub struct Database {
    storage: salsa::Storage<Self>,
    shared: Arc<Shared>,
}

struct Shared {
    system: Box<dyn FileSystem>,
    frozen: bool,
    /// Whether few files are open and change with every key, and all others hardly ever do.
    editor: bool,
    /// In an editor, the files that are open.
    open: Mutex<FxHashSet<Arc<str>>>,
    files: Mutex<FxHashMap<Arc<str>, SourceFile>>,
    directories: Mutex<FxHashMap<Arc<str>, Directory>>,
    /// Grows with every refresh: what was read before one is read again.
    refreshes: AtomicU64,
    /// Files that are there whatever the disk says, until they are refreshed.
    added: Mutex<FxHashSet<Arc<str>>>,
    dependencies: Mutex<FxHashMap<DependencySet, Dependencies>>,
    projects: Mutex<FxHashMap<ProgramSet, Project>>,
    /// Directories whose files hardly ever change.
    libraries: Mutex<Vec<Box<str>>>,
    plugins: Plugins,
    /// Names of executed queries, if somebody wants them.
    log: Option<Arc<Mutex<Vec<String>>>>,
}

/// The file system behind a database. Unlike a clone of the database, it keeps nobody from changing that.
#[derive(Clone)]
pub struct Disk(Arc<Shared>);

/// A file as it is on the disk.
#[derive(Debug)]
pub struct Reread {
    path: Arc<str>,
    /// Nothing if nobody asked for the file before.
    content: Option<Content>,
}

impl Reread {
    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }
}

/// A text, or why there is none.
type Content = (Option<Arc<str>>, Option<Arc<str>>);

impl Disk {
    /// Reads a file, if anybody asked for it before.
    #[must_use]
    pub fn read(&self, path: &str) -> Reread {
        let Self(shared) = self;
        let is_known = !shared.frozen && lock(&shared.files).contains_key(path);
        Reread {
            path: path.into(),
            content: is_known.then(|| shared.read(path)),
        }
    }
}

impl fmt::Debug for Disk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Disk").finish_non_exhaustive()
    }
}

/// Packages by name, and the directory of downloaded ones.
type DependencySet = (Box<[External]>, Option<Arc<str>>);

/// Root and files of a program, and its dependencies.
type ProgramSet = (Arc<str>, Box<[Arc<str>]>, Dependencies);

impl Database {
    /// A live database.
    #[must_use]
    pub fn new(system: impl FileSystem + 'static) -> Self {
        Self::build(Box::new(system), false, false)
    }

    /// A live database for an editor. Files are expected to change only while they are open, that is, from
    /// [`Database::set_text`] to [`Database::close`]: after a change of one, nothing that depends on others alone is looked
    /// at, however much it is.
    #[must_use]
    pub fn editor(system: impl FileSystem + 'static) -> Self {
        let mut new = Self::build(Box::new(system), false, false);
        if let Some(shared) = Arc::get_mut(&mut new.shared) {
            shared.editor = true;
        }
        new
    }

    /// A database for one run: inputs are never changed once they were read.
    #[must_use]
    pub fn frozen(system: impl FileSystem + 'static) -> Self {
        Self::build(Box::new(system), true, false)
    }

    /// A live database that remembers which queries ran; see [`Database::take_log`].
    #[must_use]
    pub fn logging(system: impl FileSystem + 'static) -> Self {
        Self::build(Box::new(system), false, true)
    }

    fn build(system: Box<dyn FileSystem>, frozen: bool, logging: bool) -> Self {
        let log = logging.then(|| Arc::new(Mutex::new(Vec::new())));
        let callback = log.clone().map(|log| {
            Box::new(move |event: salsa::Event| {
                if let salsa::EventKind::WillExecute { database_key } = event.kind {
                    lock(&log).push(format!("{database_key:?}"));
                }
            }) as Box<dyn Fn(salsa::Event) + Send + Sync>
        });
        Self {
            storage: salsa::Storage::new(callback),
            shared: Arc::new(Shared {
                system,
                frozen,
                editor: false,
                open: Mutex::default(),
                files: Mutex::default(),
                directories: Mutex::default(),
                refreshes: AtomicU64::default(),
                added: Mutex::default(),
                dependencies: Mutex::default(),
                projects: Mutex::default(),
                libraries: Mutex::default(),
                plugins: Plugins::default(),
                log,
            }),
        }
    }

    /// The same database with modules that a host adds. Must come before the first query.
    #[must_use]
    pub fn with_plugins(mut self, plugins: Plugins) -> Self {
        if let Some(shared) = Arc::get_mut(&mut self.shared) {
            shared.plugins = plugins;
        }
        self
    }

    /// The queries that ran since the last call, in order, as `name(Id(…))`. Empty unless made by
    /// [`Database::logging`].
    #[must_use]
    pub fn take_log(&self) -> Vec<String> {
        let Some(log) = &self.shared.log else {
            return Vec::new();
        };
        std::mem::take(&mut *lock(log))
    }

    /// Says that the files in a directory hardly ever change (a downloaded package), which makes it cheaper to find out
    /// that they did not. Must come before they are read.
    pub fn add_library(&self, path: &str) {
        lock(&self.shared.libraries).push(path.into());
    }

    /// The dependencies of a program, as its manifests and options declare them. Equal ones give the same value, so that
    /// programs share what is known about them.
    #[must_use]
    pub fn dependencies(&self, graph: &PackageGraph, vendor: Option<&Path>) -> Dependencies {
        self.dependencies_from(externals(graph), vendor.map(text_of))
    }

    /// The same from plain values.
    #[must_use]
    pub fn dependencies_from(
        &self,
        externals: Box<[External]>,
        vendor: Option<Arc<str>>,
    ) -> Dependencies {
        *lock(&self.shared.dependencies)
            .entry((externals, vendor))
            .or_insert_with_key(|(externals, vendor)| {
                Dependencies::builder(externals.clone(), vendor.clone())
                    .durability(self.durability())
                    .new(self)
            })
    }

    /// A program: see the fields of [`Project`]. Equal ones give the same value, so that asking again costs nothing.
    #[must_use]
    pub fn project(&self, root: &str, files: &[&str], dependencies: Dependencies) -> Project {
        let files = files.iter().map(|path| Arc::from(*path)).collect();
        *lock(&self.shared.projects)
            .entry((root.into(), files, dependencies))
            .or_insert_with_key(|(root, files, dependencies)| {
                Project::builder(root.clone(), files.clone(), *dependencies)
                    .durability(self.durability())
                    .new(self)
            })
    }

    /// The durability of new inputs: of a run's options and project.
    #[must_use]
    pub fn durability(&self) -> Durability {
        if self.shared.frozen {
            Durability::NEVER_CHANGE
        } else {
            Durability::MEDIUM
        }
    }

    /// Sets the text of a file, whatever is on the disk. In a frozen database this must come before the file is read. In
    /// an editor's, the file is open from now on.
    pub fn set_text(&mut self, path: &str, text: Option<Arc<str>>) {
        let opens = self.shared.editor && lock(&self.shared.open).insert(path.into());
        if let Some(file) = self.known(path) {
            // salsa takes all that was computed from a file for changed when it is expected to change more often than
            // before: better when it is opened than with the first key
            if opens || file.text(self) != &text {
                file.set_text(self)
                    .with_durability(Durability::LOW)
                    .to(text);
            }
            if file.error(self).is_some() {
                file.set_error(self).to(None);
            }
            return;
        }
        let durability = if self.shared.frozen {
            Durability::NEVER_CHANGE
        } else {
            Durability::LOW
        };
        let file = SourceFile::builder(path.into(), text, None)
            .durability(durability)
            .new(self);
        lock(&self.shared.files).insert(path.into(), file);
    }

    /// The text of a file is that on the disk again.
    pub fn close(&mut self, path: &str) {
        lock(&self.shared.open).remove(path);
        self.refresh(path);
    }

    /// Adds a file that need not be on the disk: like [`Database::set_text`], and its directory lists it until it is
    /// refreshed itself.
    pub fn add_file(&mut self, path: &str, text: &str) {
        self.set_text(path, Some(text.into()));
        lock(&self.shared.added).insert(path.into());
        let Some((parent, name)) = path.rsplit_once('/') else {
            return;
        };
        let directory = self.directory(parent);
        let mut entries = directory
            .entries(self)
            .clone()
            .unwrap_or_default()
            .into_vec();
        if !self.shared.frozen && !entries.iter().any(|entry| *entry.name == *name) {
            entries.push(DirectoryEntry {
                name: name.into(),
                is_directory: false,
            });
            entries.sort();
            directory.set_entries(self).to(Some(entries.into()));
        }
    }

    /// Reads a file and the listings of its directories again, as far as anybody asked for them.
    pub fn refresh(&mut self, path: &str) {
        let read = self.disk().read(path);
        self.take(vec![read]);
    }

    /// What is behind the database, for those who read many files on another thread.
    #[must_use]
    pub fn disk(&self) -> Disk {
        Disk(Arc::clone(&self.shared))
    }

    /// Takes in files that were read again, and lists their directories again, as far as anybody asked for them.
    pub fn take(&mut self, files: Vec<Reread>) {
        self.shared.refreshes.fetch_add(1, Ordering::SeqCst);
        let mut folders: BTreeMap<Arc<str>, Arc<str>> = BTreeMap::new();
        for Reread { path, content } in files {
            lock(&self.shared.added).remove(&path);
            self.shared.refreshes.fetch_add(1, Ordering::SeqCst);
            if let Some(content) = content {
                self.take_text(&path, content);
            }
            self.refresh_directory(&path);
            if let Some((folder, _)) = path.rsplit_once('/') {
                folders.insert(folder.into(), path);
            }
        }
        for path in folders.values() {
            self.refresh_directories_of(path);
        }
    }

    /// Lists the directories of a file again, as far as anybody asked for them; its text stays as it is.
    pub fn refresh_directories_of(&mut self, path: &str) {
        self.shared.refreshes.fetch_add(1, Ordering::SeqCst);
        let Some((parent, _)) = path.rsplit_once('/') else {
            return;
        };
        self.refresh_directory(parent);
        // a folder that comes with its first file, or goes with its last, is in the listing of the one above
        let mut folder = parent;
        while let Some((above, name)) = folder.rsplit_once('/') {
            let listed = self.known_directory(above).map(|directory| {
                let entries = directory.entries(self).iter().flatten();
                let mut folders = entries.filter(|entry| entry.is_directory);
                folders.any(|entry| *entry.name == *name)
            });
            if listed.is_some_and(|listed| listed != self.shared.system.is_dir(Path::new(folder))) {
                self.refresh_directory(above);
            }
            folder = above;
        }
    }

    /// Reads a file again if anybody asked for it.
    fn refresh_text(&mut self, path: &str) {
        if let Some(content) = self.disk().read(path).content {
            self.take_text(path, content);
        }
    }

    fn take_text(&mut self, path: &str, (text, error): Content) {
        let Some(file) = self.known(path) else {
            return;
        };
        if file.text(self) != &text {
            let durability = self.shared.durability(path, Durability::LOW);
            file.set_text(self).with_durability(durability).to(text);
        }
        if file.error(self) != &error {
            file.set_error(self).to(error);
        }
    }

    /// Lists a directory again if anybody asked for it. What is known about folders in it that come or go is looked at
    /// again, too: nobody may say so.
    fn refresh_directory(&mut self, path: &str) {
        let Some(directory) = self.known_directory(path) else {
            return;
        };
        let entries = self.shared.list(path);
        let known = directory.entries(self);
        if known == &entries {
            return;
        }
        let folders = |entries: &Option<Box<[DirectoryEntry]>>| -> FxHashSet<Box<str>> {
            let folders = entries.iter().flatten().filter(|it| it.is_directory);
            folders.map(|it| it.name.clone()).collect()
        };
        let (before, after) = (folders(known), folders(&entries));
        directory.set_entries(self).to(entries);
        let mut changed: Vec<&Box<str>> = before.symmetric_difference(&after).collect();
        changed.sort_unstable();
        for name in changed {
            self.refresh_below(&format!("{path}/{name}"));
        }
    }

    /// Looks again at all that is known about a folder and everything in it, but for files that were added.
    fn refresh_below(&mut self, folder: &str) {
        let is_in = |path: &&Arc<str>| {
            let rest = path.strip_prefix(folder);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let added = lock(&self.shared.added).clone();
        let mut files: Vec<Arc<str>> = lock(&self.shared.files)
            .keys()
            .filter(|path| is_in(path) && !added.contains(*path))
            .cloned()
            .collect();
        files.sort_unstable();
        let mut directories: Vec<Arc<str>> = lock(&self.shared.directories)
            .keys()
            .filter(is_in)
            .cloned()
            .collect();
        directories.sort_unstable();
        for path in files {
            self.refresh_text(&path);
        }
        for path in directories {
            if let Some(directory) = self.known_directory(&path) {
                let entries = self.shared.list(&path);
                if directory.entries(self) != &entries {
                    directory.set_entries(self).to(entries);
                }
            }
        }
    }

    /// The directory at a path, if it was asked for and may change.
    fn known_directory(&self, path: &str) -> Option<Directory> {
        if self.shared.frozen {
            return None;
        }
        lock(&self.shared.directories).get(path).copied()
    }

    /// The file at a path, if it was asked for and may change.
    fn known(&self, path: &str) -> Option<SourceFile> {
        if self.shared.frozen {
            return None;
        }
        lock(&self.shared.files).get(path).copied()
    }
}

#[salsa::db]
impl salsa::Database for Database {}

#[salsa::db]
impl Db for Database {
    fn source(&self, path: &str) -> SourceFile {
        if let Some(file) = lock(&self.shared.files).get(path) {
            return *file;
        }
        // Not under the lock, so that threads can read several files at once.
        let durability = self.shared.durability(path, Durability::LOW);
        loop {
            let before = self.shared.refreshes.load(Ordering::SeqCst);
            let (text, error) = self.shared.read(path);
            let mut files = lock(&self.shared.files);
            // a refresh meanwhile did not know that somebody reads it
            if before == self.shared.refreshes.load(Ordering::SeqCst) {
                return *files.entry(path.into()).or_insert_with_key(|path| {
                    SourceFile::builder(path.clone(), text, error)
                        .durability(durability)
                        .new(self)
                });
            }
        }
    }

    fn plugins(&self) -> &Plugins {
        &self.shared.plugins
    }

    fn directory(&self, path: &str) -> Directory {
        if let Some(directory) = lock(&self.shared.directories).get(path) {
            return *directory;
        }
        let durability = self.shared.durability(path, Durability::MEDIUM);
        loop {
            let before = self.shared.refreshes.load(Ordering::SeqCst);
            let entries = self.shared.list(path);
            let mut directories = lock(&self.shared.directories);
            if before == self.shared.refreshes.load(Ordering::SeqCst) {
                return *directories.entry(path.into()).or_insert_with_key(|path| {
                    Directory::builder(path.clone(), entries)
                        .durability(durability)
                        .new(self)
                });
            }
        }
    }
}

impl Shared {
    fn read(&self, path: &str) -> Content {
        match self.system.read_text(Path::new(path)) {
            Ok(text) => (Some(text.into()), None),
            Err(error) => (None, Some(error.to_string().into())),
        }
    }

    fn list(&self, path: &str) -> Option<Box<[DirectoryEntry]>> {
        let listed = self.system.list_dir(Path::new(path)).ok();
        let added = lock(&self.added);
        let added = added.iter().filter_map(|file| file.rsplit_once('/'));
        let added = added.filter(|(parent, _)| *parent == path);
        let mut added: Vec<&str> = added.map(|(_, name)| name).collect();
        if listed.is_none() && added.is_empty() {
            return None;
        }
        let mut entries: Vec<DirectoryEntry> = listed
            .into_iter()
            .flatten()
            .map(|entry| DirectoryEntry {
                name: entry.name.into(),
                is_directory: entry.is_dir,
            })
            .collect();
        added.retain(|name| !entries.iter().any(|entry| *entry.name == **name));
        if !added.is_empty() {
            entries.extend(added.into_iter().map(|name| DirectoryEntry {
                name: name.into(),
                is_directory: false,
            }));
            entries.sort();
        }
        Some(entries.into())
    }

    /// Files of libraries hardly ever change, those of an editor's workspace while they are open. Other files do, and are
    /// `LOW` from the start: a later fall from `MEDIUM` would make salsa take all that was computed from a file for changed.
    fn durability(&self, path: &str, other: Durability) -> Durability {
        if self.frozen {
            return Durability::NEVER_CHANGE;
        }
        let inside = |library: &str| {
            path.strip_prefix(library)
                .is_some_and(|rest| rest.starts_with('/'))
        };
        if lock(&self.libraries).iter().any(|library| inside(library)) {
            Durability::HIGH
        } else if self.editor && !lock(&self.open).contains(path) {
            Durability::MEDIUM
        } else {
            other
        }
    }
}

impl fmt::Debug for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Database").finish_non_exhaustive()
    }
}

/// The packages that a program's manifests and options declare, with the reasons why some cannot be used.
#[must_use]
pub fn externals(graph: &PackageGraph) -> Box<[External]> {
    let mut externals: Vec<External> = graph
        .packages()
        .map(|(name, root)| External {
            name: name.into(),
            root: Ok(text_of(root)),
        })
        .collect();
    for problem in graph.problems() {
        let (ProjectError::RemotePackage { name, .. }
        | ProjectError::MissingDependency { name, .. }
        | ProjectError::DependencyConflict { name, .. }) = problem
        else {
            continue;
        };
        let conflict = matches!(problem, ProjectError::DependencyConflict { .. });
        let root = Err(problem.to_string().into());
        match externals
            .iter_mut()
            .find(|external| *external.name == **name)
        {
            Some(external) if conflict => external.root = root,
            Some(_) => {}
            None => externals.push(External {
                name: name.as_str().into(),
                root,
            }),
        }
    }
    externals.into()
}

fn text_of(path: &Path) -> Arc<str> {
    path.to_string_lossy().into()
}

/// A panic while a table was locked (a cancelled query, say) left the table whole: entries are added in one step.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
