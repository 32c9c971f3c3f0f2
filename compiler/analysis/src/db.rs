//! The database: the table of files and directories, and the two ways to use it.
//!
//! A *live* database serves an editor: its inputs change, and clones of it answer questions on other threads. A
//! *frozen* one serves a single run: nothing will change, so queries record no dependencies and cost half.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rustc_hash::FxHashMap;
use salsa::{Durability, Setter};

use crate::inputs::{Directory, DirectoryEntry, SourceFile};

/// How the database reads what it was not told.
pub trait Sources: Send + Sync {
    /// The text of a file.
    ///
    /// # Errors
    /// Why it cannot be read.
    fn read(&self, path: &str) -> Result<String, String>;

    /// What is in a directory, if it exists.
    fn list(&self, path: &str) -> Option<Vec<DirectoryEntry>>;
}

/// What queries need.
#[salsa::db]
pub trait Db: salsa::Database {
    /// The file at a path, which need not exist.
    fn source(&self, path: &str) -> SourceFile;

    /// The directory at a path, which need not exist.
    fn directory(&self, path: &str) -> Directory;
}

/// The database. Clones are handles to the same data, for other threads; a change waits until all clones are dropped.
#[salsa::db]
#[derive(Clone)]
pub struct Database {
    storage: salsa::Storage<Self>,
    shared: Arc<Shared>,
}

struct Shared {
    sources: Box<dyn Sources>,
    frozen: bool,
    files: Mutex<FxHashMap<Arc<str>, SourceFile>>,
    directories: Mutex<FxHashMap<Arc<str>, Directory>>,
    /// Directories whose files hardly ever change.
    libraries: Mutex<Vec<Box<str>>>,
    /// Names of executed queries, if somebody wants them.
    log: Option<Arc<Mutex<Vec<String>>>>,
}

impl Database {
    /// A live database.
    #[must_use]
    pub fn new(sources: impl Sources + 'static) -> Self {
        Self::build(Box::new(sources), false, false)
    }

    /// A database for one run: inputs are never changed once they were read.
    #[must_use]
    pub fn frozen(sources: impl Sources + 'static) -> Self {
        Self::build(Box::new(sources), true, false)
    }

    /// A live database that remembers which queries ran; see [`Database::take_log`].
    #[must_use]
    pub fn logging(sources: impl Sources + 'static) -> Self {
        Self::build(Box::new(sources), false, true)
    }

    fn build(sources: Box<dyn Sources>, frozen: bool, logging: bool) -> Self {
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
                sources,
                frozen,
                files: Mutex::default(),
                directories: Mutex::default(),
                libraries: Mutex::default(),
                log,
            }),
        }
    }

    /// The queries that ran since the last call, in order, as `name(Id(…))`. Empty unless made by
    /// [`Database::logging`].
    #[must_use]
    pub fn take_log(&self) -> Vec<String> {
        let Some(log) = &self.shared.log else { return Vec::new() };
        // A key prints with its query's name only while a database is attached.
        std::mem::take(&mut *lock(log))
    }

    /// Says that the files in a directory hardly ever change (a downloaded package), which makes it cheaper to find out
    /// that they did not. Must come before they are read.
    pub fn add_library(&self, path: &str) {
        lock(&self.shared.libraries).push(path.into());
    }

    /// The durability of new inputs: of a run's options and project.
    #[must_use]
    pub fn durability(&self) -> Durability {
        if self.shared.frozen { Durability::NEVER_CHANGE } else { Durability::MEDIUM }
    }

    /// Sets the text of a file, whatever is on the disk. In a frozen database this must come before the file is read.
    pub fn set_text(&mut self, path: &str, text: Option<Arc<str>>) {
        if let Some(file) = self.known(path) {
            if file.text(self) != &text {
                file.set_text(self).with_durability(Durability::LOW).to(text);
                file.set_error(self).to(None);
            }
            return;
        }
        let durability = if self.shared.frozen { Durability::NEVER_CHANGE } else { Durability::LOW };
        let file = SourceFile::builder(path.into(), text, None).durability(durability).new(self);
        lock(&self.shared.files).insert(path.into(), file);
    }

    /// Reads a file and the listing of its directory again, as far as anybody asked for them.
    pub fn refresh(&mut self, path: &str) {
        if let Some(file) = self.known(path) {
            let (text, error) = self.shared.read(path);
            if file.text(self) != &text || file.error(self) != &error {
                file.set_text(self).to(text);
                file.set_error(self).to(error);
            }
        }
        for path in [Some(path), path.rsplit_once('/').map(|(parent, _)| parent)].into_iter().flatten() {
            let directory = lock(&self.shared.directories).get(path).copied();
            if let Some(directory) = directory.filter(|_| !self.shared.frozen) {
                let entries = self.shared.list(path);
                if directory.entries(self) != &entries {
                    directory.set_entries(self).to(entries);
                }
            }
        }
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
        let (text, error) = self.shared.read(path);
        let durability = self.shared.durability(path);
        *lock(&self.shared.files)
            .entry(path.into())
            .or_insert_with_key(|path| SourceFile::builder(path.clone(), text, error).durability(durability).new(self))
    }

    fn directory(&self, path: &str) -> Directory {
        if let Some(directory) = lock(&self.shared.directories).get(path) {
            return *directory;
        }
        let entries = self.shared.list(path);
        let durability = self.shared.durability(path);
        *lock(&self.shared.directories)
            .entry(path.into())
            .or_insert_with_key(|path| Directory::builder(path.clone(), entries).durability(durability).new(self))
    }
}

impl Shared {
    fn read(&self, path: &str) -> (Option<Arc<str>>, Option<Arc<str>>) {
        match self.sources.read(path) {
            Ok(text) => (Some(text.into()), None),
            Err(error) => (None, Some(error.into())),
        }
    }

    fn list(&self, path: &str) -> Option<Box<[DirectoryEntry]>> {
        let mut entries = self.sources.list(path)?;
        entries.sort();
        Some(entries.into())
    }

    fn durability(&self, path: &str) -> Durability {
        if self.frozen {
            return Durability::NEVER_CHANGE;
        }
        let inside = |library: &Box<str>| path.strip_prefix(&**library).is_some_and(|rest| rest.starts_with('/'));
        if lock(&self.libraries).iter().any(inside) { Durability::HIGH } else { Durability::MEDIUM }
    }
}

impl fmt::Debug for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Database").finish_non_exhaustive()
    }
}

/// A panic while a table was locked (a cancelled query, say) left the table whole: entries are added in one step.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
