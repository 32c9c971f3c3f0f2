//! What the last check found, package by package, and which packages an edit concerns.
//!
//! The queries know by themselves what is still true, but it takes a look at each of them. In a large module nearly all
//! packages are spared that look: an edit concerns the packages of its file; those that import them, directly or not, only if
//! what they show has changed; and packages with reports, for these name places in other items.

use std::collections::BTreeSet;
use std::sync::Arc;

use kiln_analysis::check::interface::{Fingerprint, interface, structure};
use kiln_analysis::packages::PackageId;
use kiln_analysis::{Database, ImportTarget, file_imports, package_files};
use rustc_hash::FxHashMap;

use super::select::Chosen;
use super::{Checked, Parts, wanted_reports};
use crate::report::{self, Report, Texts};
use crate::workers;

/// The result of a check without mistakes in syntax, manifests and the graph of imports.
pub(super) struct Known {
    packages: Vec<Package>,
    /// The packages of each file.
    by_file: FxHashMap<Arc<str>, Vec<usize>>,
    /// How many files and packages were checked.
    counts: (usize, usize),
}

struct Package {
    id: PackageId,
    structure: Fingerprint,
    /// The packages that import it.
    importers: Vec<usize>,
    /// For those that are checked, and not only looked at.
    check: Option<PackageCheck>,
}

struct PackageCheck {
    interface: Fingerprint,
    only: Option<BTreeSet<Arc<str>>>,
    reports: Vec<Report>,
}

impl Known {
    /// What a check found; nothing if its parts hang together in more ways than are followed here.
    pub(super) fn new(db: &Database, handles: &mut [Database], parts: &Parts<'_>) -> Option<Self> {
        if !parts.no_more {
            return None;
        }
        let used = parts.used.iter().map(|chosen| chosen.package);
        let mut all: Vec<_> = used.collect();
        let mut index: FxHashMap<_, usize> = all.iter().copied().zip(0..).collect();
        for &other in &parts.others {
            index.entry(other).or_insert_with(|| {
                all.push(other);
                all.len() - 1
            });
        }
        let structures = workers::each(handles, &all, |db, &package| structure(db, package));
        let interfaces = workers::each(handles, &parts.used, |db, c| interface(db, c.package));
        let mut packages: Vec<Package> = all
            .iter()
            .zip(structures)
            .map(|(&package, structure)| Package {
                id: package.into(),
                structure,
                importers: Vec::new(),
                check: None,
            })
            .collect();
        let found = parts.used.iter().zip(&parts.found);
        for ((package, interface), (chosen, reports)) in
            packages.iter_mut().zip(interfaces).zip(found)
        {
            package.check = Some(PackageCheck {
                interface,
                only: chosen.only.clone(),
                reports: reports.clone(),
            });
        }
        let mut by_file: FxHashMap<Arc<str>, Vec<usize>> = FxHashMap::default();
        for (importer, &package) in all.iter().enumerate() {
            for &file in package_files(db, package) {
                let members = by_file.entry(Arc::clone(file.path(db))).or_default();
                members.push(importer);
                for import in &file_imports(db, file).imports {
                    if let Some(ImportTarget::Package(target)) = import.target
                        && let Some(&target) = index.get(&target)
                        && packages[target].importers.last() != Some(&importer)
                    {
                        packages[target].importers.push(importer);
                    }
                }
            }
        }
        Some(Self {
            packages,
            by_file,
            counts: (parts.checked.files, parts.checked.packages),
        })
    }

    /// The same after some files were edited; nothing if more must be looked at than their packages and those that import
    /// them.
    pub(super) fn after(
        mut self,
        db: &Database,
        handles: &mut [Database],
        edited: &BTreeSet<Arc<str>>,
    ) -> Option<Self> {
        let mut concerned: BTreeSet<usize> = BTreeSet::new();
        for path in edited {
            concerned.extend(self.by_file.get(path)?);
        }
        let mut shown = Vec::new();
        for &index in &concerned {
            let package = &self.packages[index];
            let now = package.id.package(db);
            if structure(db, now) != package.structure {
                return None;
            }
            if let Some(check) = &package.check
                && interface(db, now) != check.interface
            {
                shown.push(index);
            }
        }
        // also those behind an importer that shows the same: what it shows leads to what has changed
        let mut reached: BTreeSet<usize> = shown.iter().copied().collect();
        while let Some(index) = shown.pop() {
            let importers = self.packages[index].importers.iter();
            shown.extend(importers.filter(|&&importer| reached.insert(importer)));
        }
        concerned.extend(reached);
        let has_reports = |p: &Package| p.check.as_ref().is_some_and(|c| !c.reports.is_empty());
        let reporting = self
            .packages
            .iter()
            .enumerate()
            .filter(|(_, p)| has_reports(p));
        concerned.extend(reporting.map(|(index, _)| index));

        let tasks: Vec<(usize, Chosen<'_>)> = concerned
            .into_iter()
            .filter_map(|index| {
                let package = &self.packages[index];
                let chosen = Chosen {
                    package: package.id.package(db),
                    only: package.check.as_ref()?.only.clone(),
                    own: true,
                };
                Some((index, chosen))
            })
            .collect();
        let found = workers::each(handles, &tasks, |db, (_, chosen)| {
            let reports = wanted_reports(db, chosen, true);
            (interface(db, chosen.package), reports)
        });
        for ((index, _), (interface, reports)) in tasks.iter().zip(found) {
            if let Some(check) = &mut self.packages[*index].check {
                (check.interface, check.reports) = (interface, reports);
            }
        }
        Some(self)
    }

    /// The result.
    pub(super) fn checked(&self, db: &Database) -> Checked {
        let checks = self.packages.iter().filter_map(|p| p.check.as_ref());
        let mut reports: Vec<Report> = checks.flat_map(|c| &c.reports).cloned().collect();
        report::tidy(&mut reports);
        Checked {
            texts: Texts::new(db, &reports),
            files: self.counts.0,
            packages: self.counts.1,
            reports,
        }
    }
}
