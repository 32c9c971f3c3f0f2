//! What the database is told: texts, directory listings and the project. Everything else is computed from these.

#![expect(
    missing_docs,
    reason = "of constructors that salsa writes; everything written here is documented"
)]

use std::sync::Arc;

/// A file, existing or not: a query that asked for a missing file is computed again when the file appears.
#[salsa::input(debug)]
pub struct SourceFile {
    /// Where it is.
    pub path: Arc<str>,
    /// Its text; absent if it is missing or cannot be read.
    pub text: Option<Arc<str>>,
    /// Why it cannot be read.
    pub error: Option<Arc<str>>,
}

/// An entry of a [`Directory`].
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DirectoryEntry {
    /// Name without the path.
    pub name: Box<str>,
    /// Whether it is a directory itself.
    pub is_directory: bool,
}

/// A directory, existing or not.
#[salsa::input(debug)]
pub struct Directory {
    /// Where it is.
    pub path: Arc<str>,
    /// What is in it, sorted by name; absent if it does not exist.
    pub entries: Option<Box<[DirectoryEntry]>>,
}

/// A package outside the project that imports can name.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct External {
    /// The first component of imports that mean it.
    pub name: Box<str>,
    /// Where it lies; or, if it is declared but cannot be used (say, not downloaded), why.
    pub root: Result<Arc<str>, Box<str>>,
}

/// Which packages outside a project its imports can reach. Shared by projects with equal dependencies, so that they
/// also share all that is computed about those.
#[salsa::input(debug)]
pub struct Dependencies {
    /// All of them, also the indirect ones: names are global in a build.
    pub externals: Box<[External]>,
    /// A directory of downloaded packages: a sub-directory with a manifest can be imported by its name.
    pub vendor: Option<Arc<str>>,
}

/// A program to compile.
#[salsa::input(debug)]
pub struct Project {
    /// The directory that absolute imports start from.
    pub root: Arc<str>,
    /// The files of the main package, in the order given.
    pub files: Box<[Arc<str>]>,
    /// What is outside.
    #[returns(copy)]
    pub dependencies: Dependencies,
}
