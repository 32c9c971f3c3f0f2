//! What was found in the packages of open files, by the file whose items it was found in.
//!
//! After an edit, the database knows what is still true, but has to be asked about each item. Here it is remembered, and
//! asked about the edited files only, unless they show something else to others than before.

use std::collections::BTreeMap;
use std::sync::Arc;

use kiln::Report;
use kiln::editor::{self, Fingerprint, Reach};
use kiln_analysis::outline::File;
use kiln_analysis::package_files;
use kiln_analysis::packages::PackageId;
use rustc_hash::FxHashMap;

use crate::snapshot::Snapshot;

/// What is known.
pub(super) struct Known {
    /// What is wrong with manifests and settings.
    problems: Vec<Report>,
    packages: Vec<(PackageId, Package)>,
    open: FxHashMap<Arc<str>, Open>,
}

#[derive(Default)]
struct Package {
    reach: Reach,
    /// What is wrong with its names.
    names: Vec<Report>,
    files: BTreeMap<Arc<str>, Vec<Report>>,
    /// Of open files.
    lints: BTreeMap<Arc<str>, Vec<Report>>,
}

struct Open {
    /// Its packages with what it shows there.
    shown: Vec<(PackageId, Fingerprint)>,
    /// Whether it has mistakes in syntax.
    is_broken: bool,
}

/// What an update found out: files of which something else may be known now, and whether nothing else has changed.
pub(super) enum Updated {
    Enough(Vec<Arc<str>>),
    NotEnough(Vec<Arc<str>>),
}

impl Package {
    fn is_understood(&self) -> bool {
        self.reach.broken.is_empty()
    }

    /// Asks about a file.
    fn look_at(&mut self, snapshot: &Snapshot, file: File<'_>, is_open: bool) {
        let path = file.path(&snapshot.db);
        let understood = self.is_understood();
        let reports = editor::file_reports(&snapshot.db, file, understood);
        self.files.insert(Arc::clone(path), reports);
        if !is_open || !snapshot.config.lint {
            return;
        }
        if understood {
            let lints = editor::file_lints(&snapshot.db, &snapshot.workspace, file);
            self.lints.insert(Arc::clone(path), lints);
        } else {
            self.lints.remove(path);
        }
    }

    fn look_at_names(&mut self, snapshot: &Snapshot, package: PackageId) {
        self.names = if self.is_understood() {
            editor::name_reports(&snapshot.db, package.package(&snapshot.db))
        } else {
            Vec::new()
        };
    }

    /// Everything but lints and circles.
    fn reports(&self) -> impl Iterator<Item = &Report> {
        self.names.iter().chain(self.files.values().flatten())
    }
}

impl Known {
    /// Nothing but what is wrong with manifests and settings.
    pub(super) fn new(problems: Vec<Report>) -> Self {
        Self {
            problems,
            packages: Vec::new(),
            open: FxHashMap::default(),
        }
    }

    fn package(&self, id: PackageId) -> Option<&Package> {
        let mut packages = self.packages.iter();
        packages.find(|(known, _)| *known == id).map(|(_, it)| it)
    }

    /// A package, which is looked at if it is not known.
    fn package_mut(&mut self, snapshot: &Snapshot, id: PackageId) -> &mut Package {
        let at = self.packages.iter().position(|(known, _)| *known == id);
        let at = at.unwrap_or_else(|| {
            let mut package = Package {
                reach: Reach::of(&snapshot.db, id.package(&snapshot.db)),
                ..Package::default()
            };
            package.look_at_names(snapshot, id);
            self.packages.push((id, package));
            self.packages.len() - 1
        });
        &mut self.packages[at].1
    }

    /// Looks at an open file.
    pub(super) fn add(&mut self, snapshot: &Snapshot, path: &Arc<str>) {
        for file in snapshot.files(path) {
            let id = file.package(&snapshot.db).into();
            let package = self.package_mut(snapshot, id);
            package.look_at(snapshot, file, true);
        }
    }

    /// Looks at the other files of the packages, and at what open files show.
    pub(super) fn add_rest(&mut self, snapshot: &Snapshot) {
        for (id, package) in &mut self.packages {
            for &file in package_files(&snapshot.db, id.package(&snapshot.db)) {
                if !package.files.contains_key(file.path(&snapshot.db)) {
                    package.look_at(snapshot, file, false);
                }
            }
        }
        let open = snapshot.open.keys().map(|path| {
            let files = snapshot.files(path);
            let open = Open {
                is_broken: is_broken(snapshot, &files),
                shown: shown(snapshot, &files),
            };
            (Arc::clone(path), open)
        });
        self.open = open.collect();
    }

    /// All files that are known.
    pub(super) fn files(&self) -> Vec<Arc<str>> {
        let packages = self.packages.iter();
        let problems = self.problems.iter().filter_map(|it| it.primary.as_ref());
        let mut files: Vec<Arc<str>> = packages
            .flat_map(|(_, package)| package.files.keys())
            .chain(problems.map(|place| &place.path))
            .cloned()
            .collect();
        files.sort_unstable();
        files.dedup();
        files
    }

    /// Looks again at edited files; and, if these show the same as before, at what is said about them elsewhere.
    pub(super) fn update(&mut self, snapshot: &Snapshot, edited: &[Arc<str>]) -> Updated {
        let mut enough = true;
        let mut touched: Vec<Arc<str>> = Vec::new();
        for path in edited {
            if !snapshot.open.contains_key(path) {
                continue;
            }
            let Some(open) = self.open.get(path) else {
                enough = false;
                continue;
            };
            let files = snapshot.files(path);
            let is_broken = is_broken(snapshot, &files);
            enough &= is_broken == open.is_broken && shown(snapshot, &files) == open.shown;
            for file in files {
                let id = file.package(&snapshot.db).into();
                let package = self.package_mut(snapshot, id);
                if is_broken {
                    package.reach.broken.insert(Arc::clone(path));
                } else {
                    package.reach.broken.remove(path);
                }
                package.look_at_names(snapshot, id);
                package.look_at(snapshot, file, true);
            }
            touched.push(Arc::clone(path));
        }
        if !enough {
            return Updated::NotEnough(touched);
        }
        self.update_others(snapshot, edited, &mut touched);
        touched.sort_unstable();
        touched.dedup();
        Updated::Enough(touched)
    }

    /// What is said elsewhere and names a place in edited files; and lints, which look at more than what files show.
    fn update_others(
        &mut self,
        snapshot: &Snapshot,
        edited: &[Arc<str>],
        touched: &mut Vec<Arc<str>>,
    ) {
        for (id, package) in &mut self.packages {
            for &file in package_files(&snapshot.db, id.package(&snapshot.db)) {
                let path = file.path(&snapshot.db);
                if edited.contains(path) {
                    continue;
                }
                let is_open = snapshot.open.contains_key(path);
                let known = package.files.get(path).into_iter().flatten();
                let concerned = known.into_iter().any(|report| {
                    let places = report.primary.iter().chain(&report.labels);
                    places.into_iter().any(|place| edited.contains(&place.path))
                });
                if is_open || concerned {
                    package.look_at(snapshot, file, is_open);
                    touched.push(Arc::clone(path));
                }
            }
        }
    }

    /// What is wrong with a file, in all packages that it is checked in.
    pub(super) fn reports(&self, snapshot: &Snapshot, path: &Arc<str>) -> Vec<Report> {
        let mut found: Vec<Report> = Vec::new();
        let mut lints: Vec<&[Report]> = Vec::new();
        let files = snapshot.files(path);
        let is_here = |report: &&Report| {
            let place = report.primary.as_ref();
            place.is_some_and(|place| place.path == *path)
        };
        found.extend(self.problems.iter().filter(is_here).cloned());
        let ids = files
            .iter()
            .map(|file| PackageId::from(file.package(&snapshot.db)));
        // a circle of imports may be one in a package only that imports the file
        let packages = self.packages.iter();
        let circles = packages.flat_map(|(_, package)| &package.reach.circles);
        for circle in circles.filter(is_here) {
            if !found.contains(circle) {
                found.push(circle.clone());
            }
        }
        for package in ids.filter_map(|id| self.package(id)) {
            for report in package.reports().filter(is_here) {
                if !found.contains(report) {
                    found.push(report.clone());
                }
            }
            lints.extend(package.lints.get(path).map(Vec::as_slice));
        }
        editor::sort_reports(&mut found);
        found.extend(editor::agreed(&lints));
        found
    }
}

fn is_broken(snapshot: &Snapshot, files: &[File<'_>]) -> bool {
    let mut files = files.iter();
    files.any(|&file| editor::is_broken(&snapshot.db, file))
}

fn shown(snapshot: &Snapshot, files: &[File<'_>]) -> Vec<(PackageId, Fingerprint)> {
    let db = &snapshot.db;
    let files = files.iter();
    files
        .map(|&file| (file.package(db).into(), editor::shown(db, file)))
        .collect()
}
