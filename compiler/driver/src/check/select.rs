//! Which packages stand for the programs and folders of a check.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use kiln_analysis::imports::joint_graph;
use kiln_analysis::packages::Location;
use kiln_analysis::{Database, Package, main_package, package_files};

use super::discover::{Program, Scope};
use crate::report::Report;

/// A package to check.
#[derive(Clone, Debug)]
pub(super) struct Chosen<'db> {
    pub(super) package: Package<'db>,
    /// Only what is wrong in these files is of interest; all if it is not said.
    pub(super) only: Option<BTreeSet<Arc<str>>>,
    /// Whether the check is about it, not just about something that imports it.
    pub(super) own: bool,
}

impl Chosen<'_> {
    /// Whether a file is of interest.
    pub(super) fn covers(&self, path: &str) -> bool {
        self.only.as_ref().is_none_or(|files| files.contains(path))
    }

    /// Whether a report is of interest.
    pub(super) fn wants(&self, report: &Report) -> bool {
        match &report.primary {
            Some(place) => self.covers(&place.path),
            None => self.only.is_none(),
        }
    }
}

/// Every program of a scope as a package: those that are named, then one for each folder.
pub(super) fn programs<'db>(db: &'db Database, scope: &Scope) -> Vec<Chosen<'db>> {
    let folders = scope.folders.iter().map(|folder| &folder.program);
    scope
        .programs
        .iter()
        .chain(folders)
        .map(|program| Chosen {
            package: program_package(db, scope, program),
            only: None,
            own: true,
        })
        .collect()
}

fn program_package<'db>(db: &'db Database, scope: &Scope, program: &Program) -> Package<'db> {
    let dependencies = db.dependencies(&scope.graphs[program.graph], None);
    let files: Vec<String> = program
        .files
        .iter()
        .map(|f| f.to_string_lossy().into_owned())
        .collect();
    let names: Vec<&str> = files.iter().map(String::as_str).collect();
    main_package(
        db,
        db.project(&program.root.to_string_lossy(), &names, dependencies),
    )
}

/// How well a package shows what a folder of the module at `root` is: best as that module itself sees it, rather as its
/// users do than as a module around it would.
pub(super) fn nearness<'db>(db: &'db Database, package: Package<'db>, root: &str) -> (bool, bool) {
    (**package.root(db) == *root, package.is_own(db))
}

/// The packages to check: the named programs, and for each folder that is not part of them the package that imports make
/// of it, or else its program. (Both are needed: blocks of one name are merged in programs only, and a folder without a
/// manifest cannot know where its imports start.)
pub(super) fn packages<'db>(
    db: &'db Database,
    scope: &Scope,
    programs: &[Chosen<'db>],
) -> Vec<Chosen<'db>> {
    let starts: Vec<Package<'db>> = programs.iter().map(|p| p.package).collect();
    let graph = joint_graph(db, &starts);
    let mut imported: BTreeMap<Arc<str>, Package<'db>> = BTreeMap::new();
    let roots: BTreeMap<Cow<'_, str>, Cow<'_, str>> = scope
        .folders
        .iter()
        .map(|folder| {
            let root = folder.program.root.to_string_lossy();
            (folder.path.to_string_lossy(), root)
        })
        .collect();
    let near =
        |folder: &str, package| nearness(db, package, roots.get(folder).map_or("", |root| &**root));
    for &package in graph.used.iter().chain(&graph.unused) {
        let (at, folder) = match package.location(db) {
            Location::Directory(path) => (path, &**path),
            Location::File(path) => (path, path.rsplit_once('/').map_or("", |(folder, _)| folder)),
            Location::Main(_) => continue,
        };
        let known = imported.entry(Arc::clone(at)).or_insert(package);
        if near(folder, package) > near(folder, *known) {
            *known = package;
        }
    }
    let (named, of_folders) = programs.split_at(scope.programs.len());
    let mut chosen = named.to_vec();
    let mut covered: BTreeSet<Arc<str>> = named
        .iter()
        .flat_map(|program| file_paths(db, program.package))
        .collect();
    for (folder, program) in scope.folders.iter().zip(of_folders) {
        let path: &str = &folder.path.to_string_lossy();
        let files: BTreeSet<Arc<str>> = file_paths(db, program.package).collect();
        let as_package = imported.get(path).copied();
        let as_files = files.iter().filter_map(|file| imported.get(file).copied());
        for package in as_package.into_iter().chain(as_files) {
            covered.extend(file_paths(db, package));
            chosen.push(Chosen {
                package,
                only: None,
                own: true,
            });
        }
        let rest: BTreeSet<Arc<str>> = files.difference(&covered).cloned().collect();
        if !rest.is_empty() {
            chosen.push(Chosen {
                package: program.package,
                only: (rest.len() < files.len()).then_some(rest),
                own: true,
            });
        }
    }
    chosen
}

/// The chosen packages and those that they import, without what is among them in another guise.
pub(super) fn with_imported<'db>(
    db: &'db Database,
    chosen: &[Chosen<'db>],
    used: &[Package<'db>],
) -> Vec<Chosen<'db>> {
    let mut all = chosen.to_vec();
    let mut places: BTreeSet<String> = all
        .iter()
        .map(|c| c.package.location(db))
        .filter(|location| !matches!(location, Location::Main(_)))
        .map(ToString::to_string)
        .collect();
    for &package in used {
        let location = package.location(db);
        if !matches!(location, Location::Main(_)) && places.insert(location.to_string()) {
            all.push(Chosen {
                package,
                only: None,
                own: false,
            });
        }
    }
    all
}

fn file_paths<'db>(
    db: &'db Database,
    package: Package<'db>,
) -> impl Iterator<Item = Arc<str>> + 'db {
    package_files(db, package)
        .iter()
        .map(move |file| Arc::clone(file.path(db)))
}
