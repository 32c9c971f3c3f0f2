//! Packages: which files share a namespace.

#![expect(
    missing_docs,
    reason = "of constructors that salsa writes; everything written here is documented"
)]

use std::fmt;
use std::sync::Arc;

use kiln_project::SYSTEM_MODULES;
use kiln_project::root::MANIFEST_FILE;
use kiln_syntax::diagnostic::Diagnostic;
use kiln_syntax::span::Span;
use salsa::plumbing::{AsId, FromId};

use crate::codes;
use crate::db::Db;
use crate::imports::ImportTarget;
use crate::inputs::{Dependencies, Project};
use crate::outline::File;

/// Where the files of a package are.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Location {
    /// The files given to a run.
    Main(Box<[Arc<str>]>),
    /// A directory's files.
    Directory(Arc<str>),
    /// One file.
    File(Arc<str>),
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Main(_) => f.write_str(MAIN),
            Self::Directory(path) | Self::File(path) => f.write_str(path),
        }
    }
}

/// A package: files that share their top-level names. Two imports that mean the same package, however they spell it,
/// have the same value here.
#[salsa::interned(debug, revisions = usize::MAX)]
pub struct Package<'db> {
    /// What is outside the module that the package belongs to.
    #[returns(copy)]
    pub dependencies: Dependencies,
    /// The name under which others import the module that it belongs to; empty in the main module.
    pub module: Arc<str>,
    /// The directory of that module, where absolute imports start.
    pub root: Arc<str>,
    /// Import path from the module's users' point of view: `a.b`, `lib.a`, or `__main__`.
    pub path: Arc<str>,
    /// Where its files are.
    pub location: Location,
}

/// Import path of the main package.
pub const MAIN: &str = "__main__";

impl<'db> Package<'db> {
    /// Whether it is the program's main package.
    #[must_use]
    pub fn is_main(self, db: &'db dyn Db) -> bool {
        matches!(self.location(db), Location::Main(_))
    }

    /// Whether it belongs to the main module, not to a dependency.
    #[must_use]
    pub fn is_own(self, db: &'db dyn Db) -> bool {
        self.module(db).is_empty()
    }
}

/// A package without its database, in which it must be looked up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PackageId(salsa::Id);

impl PackageId {
    /// The package, in the database that it comes from. Packages are never forgotten.
    #[must_use]
    pub fn package(self, _: &dyn Db) -> Package<'_> {
        Package::from_id(self.0)
    }
}

impl From<Package<'_>> for PackageId {
    fn from(package: Package<'_>) -> Self {
        Self(package.as_id())
    }
}

/// The main package of a project.
#[salsa::tracked(returns(copy))]
pub fn main_package<'db>(db: &'db dyn Db, project: Project) -> Package<'db> {
    let mut files: Vec<Arc<str>> = Vec::new();
    for path in project.files(db) {
        if !files.contains(path) {
            files.push(path.clone());
        }
    }
    Package::new(
        db,
        project.dependencies(db),
        Arc::from(""),
        project.root(db).clone(),
        Arc::from(MAIN),
        Location::Main(files.into()),
    )
}

/// The package that imports of the main module make of a folder in it.
#[must_use]
pub fn own_package<'db>(
    db: &'db dyn Db,
    dependencies: Dependencies,
    root: &str,
    folder: &str,
) -> Option<Package<'db>> {
    let inside = folder.strip_prefix(root)?.strip_prefix('/')?;
    let parts: Vec<&str> = inside.split('/').collect();
    let location = locate(db, root, &parts)?;
    let path = joined("", &parts);
    Some(Package::new(
        db,
        dependencies,
        Arc::from(""),
        Arc::from(root),
        path,
        location,
    ))
}

/// The files of a package, in the order that decides the order of its names.
#[salsa::tracked]
pub fn package_files<'db>(db: &'db dyn Db, package: Package<'db>) -> Box<[File<'db>]> {
    let file = |path: &str| File::new(db, package, db.source(path));
    match package.location(db) {
        Location::Main(paths) => paths.iter().map(|path| file(path)).collect(),
        Location::File(path) => Box::new([file(path)]),
        Location::Directory(path) => {
            let entries = db.directory(path).entries(db).iter().flatten();
            let members = entries.filter(|entry| !entry.is_directory && is_member(&entry.name));
            members
                .map(|entry| file(&format!("{path}/{}", entry.name)))
                .collect()
        }
    }
}

/// Whether a file of an imported directory belongs to the package.
fn is_member(name: &str) -> bool {
    name.ends_with(".k") && !name.ends_with("_test.k") && !name.starts_with('_')
}

/// The first component of imports that mean a plugin.
const PLUGINS: &str = "kcl_plugin";

/// What an import with this absolute path would mean in a file; nothing if it would be an error.
#[must_use]
pub fn import_of<'db>(
    db: &'db dyn Db,
    file: File<'db>,
    path: &[&str],
) -> Option<ImportTarget<'db>> {
    resolve(db, file, 0, path).ok()
}

/// What an import means: `dots` leading dots, then `path`.
///
/// # Errors
/// If it means nothing, or two things.
pub(crate) fn resolve<'db>(
    db: &'db dyn Db,
    file: File<'db>,
    dots: u32,
    path: &[&str],
) -> Result<ImportTarget<'db>, ImportProblem> {
    let package = file.package(db);
    if dots > 0 {
        return resolve_relative(db, file, dots, path).map(ImportTarget::Package);
    }
    let Some((&first, rest)) = path.split_first() else {
        return Err(ImportProblem::Empty);
    };
    if rest.is_empty()
        && let Some(module) = SYSTEM_MODULES.iter().find(|module| **module == first)
    {
        return Ok(ImportTarget::System(module));
    }
    if first == PLUGINS {
        return Ok(ImportTarget::Plugin(rest.join(".")));
    }
    let root = package.root(db);
    let own = locate(db, root, path).map(|location| {
        let name = joined(package.module(db), path);
        Package::new(
            db,
            package.dependencies(db),
            package.module(db).clone(),
            root.clone(),
            name,
            location,
        )
    });
    let (other, looked_for) = resolve_external(db, package, first, rest)?;
    match (own, other) {
        (Some(one), None) | (None, Some(one)) => Ok(ImportTarget::Package(one)),
        (Some(own), Some(other)) => Err(ImportProblem::Ambiguous {
            path: path.join("."),
            own: own.location(db).to_string(),
            other: other.location(db).to_string(),
        }),
        (None, None) => Err(ImportProblem::NotFound {
            path: path.join("."),
            looked_for: [(path.join("/"), "this module".to_owned())]
                .into_iter()
                .chain(looked_for)
                .collect(),
            suggestion: suggestion(db, package, path),
        }),
    }
}

fn resolve_relative<'db>(
    db: &'db dyn Db,
    file: File<'db>,
    dots: u32,
    path: &[&str],
) -> Result<Package<'db>, ImportProblem> {
    let package = file.package(db);
    let root = package.root(db);
    let spelling = || format!("{}{}", ".".repeat(dots as usize), path.join("."));
    // Directories between the module's root and the file.
    let directory = file
        .path(db)
        .rsplit_once('/')
        .map_or("", |(directory, _)| directory);
    let inside = directory
        .strip_prefix(&**root)
        .ok_or_else(|| ImportProblem::AboveRoot {
            path: spelling(),
            root: root.clone(),
        })?;
    let mut parts: Vec<&str> = inside.split('/').filter(|part| !part.is_empty()).collect();
    for _ in 1..dots {
        if parts.pop().is_none() {
            return Err(ImportProblem::AboveRoot {
                path: spelling(),
                root: root.clone(),
            });
        }
    }
    parts.extend(path);
    if path.is_empty() {
        return Err(ImportProblem::Empty);
    }
    let Some(location) = locate(db, root, &parts) else {
        return Err(ImportProblem::NotFound {
            path: spelling(),
            looked_for: vec![(parts.join("/"), "this module".to_owned())],
            suggestion: None,
        });
    };
    let name = joined(package.module(db), &parts);
    Ok(Package::new(
        db,
        package.dependencies(db),
        package.module(db).clone(),
        root.clone(),
        name,
        location,
    ))
}

/// The package `first.rest` outside the module (or the module itself, by the name others give it), and where it was
/// looked for.
fn resolve_external<'db>(
    db: &'db dyn Db,
    package: Package<'db>,
    first: &str,
    rest: &[&str],
) -> Result<(Option<Package<'db>>, Option<LookedFor>), ImportProblem> {
    let dependencies = package.dependencies(db);
    let external = dependencies
        .externals(db)
        .iter()
        .find(|external| *external.name == *first);
    let root = match external {
        _ if **package.module(db) == *first => package.root(db).clone(),
        Some(external) => match &external.root {
            Ok(root) => root.clone(),
            Err(reason) => {
                return Err(ImportProblem::Unusable {
                    name: first.into(),
                    reason: reason.clone(),
                });
            }
        },
        None => match dependencies.vendor(db) {
            Some(vendor) if contains(db, &format!("{vendor}/{first}"), MANIFEST_FILE) => {
                format!("{vendor}/{first}").into()
            }
            _ => return Ok((None, None)),
        },
    };
    let looked_for = (rest.join("/"), format!("the module `{first}`"));
    let found = locate(db, &root, rest).map(|location| {
        Package::new(
            db,
            dependencies,
            Arc::from(first),
            root,
            joined(first, rest),
            location,
        )
    });
    Ok((found, Some(looked_for).filter(|_| !rest.is_empty())))
}

/// The directory `parts` below `root`, or else the file of that name.
fn locate(db: &dyn Db, root: &str, parts: &[&str]) -> Option<Location> {
    let path = [&[root], parts].concat().join("/");
    if db.directory(&path).entries(db).is_some() {
        return Some(Location::Directory(path.into()));
    }
    let (last, parents) = parts.split_last()?;
    let parent = [&[root], parents].concat().join("/");
    contains(db, &parent, &format!("{last}.k")).then(|| Location::File(format!("{path}.k").into()))
}

/// Whether a directory has a file of this name.
fn contains(db: &dyn Db, directory: &str, name: &str) -> bool {
    let mut entries = db.directory(directory).entries(db).iter().flatten();
    entries.any(|entry| !entry.is_directory && *entry.name == *name)
}

/// `module.a.b`
fn joined(module: &str, parts: &[&str]) -> Arc<str> {
    let start = Some(module).filter(|module| !module.is_empty());
    start
        .into_iter()
        .chain(parts.iter().copied())
        .collect::<Vec<_>>()
        .join(".")
        .into()
}

/// An existing import path that `path` may be a slip of.
fn suggestion(db: &dyn Db, package: Package<'_>, path: &[&str]) -> Option<String> {
    // As far as the path exists, it is right.
    let root = package.root(db);
    let right = (0..path.len()).rev().find(|&len| {
        db.directory(&[&[&**root], &path[..len]].concat().join("/"))
            .entries(db)
            .is_some()
    })?;
    let directory = db.directory(&[&[&**root], &path[..right]].concat().join("/"));
    let inside = directory.entries(db).iter().flatten().filter_map(|entry| {
        if entry.is_directory {
            Some(&*entry.name)
        } else {
            entry.name.strip_suffix(".k")
        }
    });
    let dependencies = package.dependencies(db);
    let externals = dependencies
        .externals(db)
        .iter()
        .map(|external| &*external.name);
    let outside = externals
        .chain(SYSTEM_MODULES.iter().copied())
        .filter(|_| right == 0);
    let best = kiln_project::nearest(path.get(right)?, inside.chain(outside))?;
    let rest = path.get(right + 1..).unwrap_or_default();
    Some([&path[..right], &[best], rest].concat().join("."))
}

/// A path in a module, without ending, and what to call the module.
type LookedFor = (String, String);

/// Why an import means nothing.
pub(crate) enum ImportProblem {
    /// `import` without a path, which the parser reported.
    Empty,
    /// There is nothing.
    NotFound {
        /// As written.
        path: String,
        /// What would have been right.
        looked_for: Vec<LookedFor>,
        /// What may have been meant.
        suggestion: Option<String>,
    },
    /// There are two.
    Ambiguous {
        /// As written.
        path: String,
        /// In the module.
        own: String,
        /// Outside.
        other: String,
    },
    /// Too many dots.
    AboveRoot {
        /// As written.
        path: String,
        /// The module's directory.
        root: Arc<str>,
    },
    /// A dependency that is declared, but cannot be used.
    Unusable {
        /// Its name.
        name: String,
        /// Why.
        reason: Box<str>,
    },
}

impl ImportProblem {
    /// The same for users, about a statement and the path in it; nothing if it was reported already.
    pub(crate) fn diagnostic(self, span: Span, path_span: Span) -> Option<Diagnostic> {
        Some(match self {
            Self::Empty => return None,
            Self::NotFound {
                path,
                looked_for,
                suggestion,
            } => {
                let mut diagnostic = Diagnostic::error(
                    codes::CANNOT_FIND_MODULE,
                    span,
                    format!("cannot find the package `{path}`"),
                );
                for (place, module) in looked_for {
                    let note = format!("{module} has no folder `{place}` and no file `{place}.k`");
                    diagnostic = diagnostic.note(note);
                }
                let Some(suggestion) = suggestion else {
                    return Some(diagnostic);
                };
                diagnostic
                    .help(format!("did you mean `{suggestion}`?"))
                    .fix(
                        format!("replace it with `{suggestion}`"),
                        vec![(path_span, suggestion)],
                    )
            }
            Self::Ambiguous { path, own, other } => {
                let message = format!("`{path}` is both a part of this module and a dependency");
                Diagnostic::error(codes::AMBIGUOUS_MODULE, span, message)
                    .note(format!("in this module: `{own}`"))
                    .note(format!("the dependency: `{other}`"))
                    .help("rename the directory, or the dependency in `kcl.mod`")
            }
            Self::AboveRoot { path, root } => Diagnostic::error(
                codes::ABOVE_ROOT,
                span,
                format!("`{path}` leads out of the module"),
            )
            .note(format!("the module's directory is `{root}`"))
            .help("to use another module, make it a dependency in `kcl.mod`"),
            Self::Unusable { name, reason } => Diagnostic::error(
                codes::MISSING_DEPENDENCY,
                span,
                format!("the dependency `{name}` cannot be used"),
            )
            .note(reason),
        })
    }
}
