//! Checking files, folders and whole modules without running them.
//!
//! What is checked is a set of packages: the programs that settings files name, and every other folder, as the package
//! that imports make of it or else as the program that `run` would make of it. So a package without errors here has none
//! before it runs.

mod discover;
pub mod editor;
mod known;
mod lints;
mod live;
mod programs;
mod select;
mod workspace;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

use kiln_analysis::imports::joint_graph;
use kiln_analysis::lint::{Level, Lint};
use kiln_analysis::outline::{Item, outline};
use kiln_analysis::{
    Database, ImportTarget, Package, file_imports, name_diagnostics, package_files,
    package_syntax_diagnostics,
};
use kiln_project::canonical_or_normal;
use kiln_syntax::diagnostic::{Diagnostic, Severity};
use rustc_hash::FxHashMap;

use crate::report::{self, Report, Texts};
use crate::session::{COMPILE_STACK, Session, SessionError};
use crate::workers;
use discover::Scope;
use select::Chosen;

pub use live::LiveCheck;
pub use programs::{Program, test_program};
pub use workspace::{Stack, Workspace};

/// What a check is asked for.
#[derive(Clone, Debug, Default)]
pub struct CheckOptions {
    /// Folder that relative paths start from. Must be absolute.
    pub work_dir: PathBuf,
    /// Folders, each with everything below it; and files, patterns or `-`, which together are one program. Empty: the
    /// module around the working directory, or else that directory.
    pub inputs: Vec<String>,
    /// Program text for the input `-`.
    pub stdin: Option<String>,
    /// Settings files. If there are any, only the program is checked that `run` would run.
    pub settings: Vec<PathBuf>,
    /// Packages outside the module: name to folder.
    pub externals: BTreeMap<String, PathBuf>,
    /// To look for lints too: what is said about them, in addition to manifests.
    pub lints: Option<Vec<(&'static Lint, Level)>>,
    /// Threads to use; as many as there are processors if it is not said.
    pub threads: Option<usize>,
}

/// The result of a check.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Checked {
    /// Errors and warnings, sorted by file, place and code.
    pub reports: Vec<Report>,
    /// How many files were checked.
    pub files: usize,
    /// How many packages they are.
    pub packages: usize,
    texts: Texts,
}

impl Checked {
    /// The texts of the files that the reports point into.
    #[must_use]
    pub const fn texts(&self) -> &Texts {
        &self.texts
    }

    /// How many reports are as bad as this.
    #[must_use]
    pub fn count(&self, severity: Severity) -> usize {
        self.reports
            .iter()
            .filter(|r| r.severity == severity)
            .count()
    }
}

impl Session {
    /// Checks what the options name.
    ///
    /// # Errors
    /// If an input does not exist or there is nothing to check. Mistakes in programs, manifests and settings files are
    /// reports.
    pub fn check(&mut self, options: &CheckOptions) -> Result<Checked, SessionError> {
        // resolution and checking recurse along chains of declarations, which may be longer than a thread's stack
        stacker::grow(COMPILE_STACK, || self.check_here(options))
    }

    fn check_here(&mut self, options: &CheckOptions) -> Result<Checked, SessionError> {
        let scope = Scope::new(&self.system, options)?;
        self.set_stdin(options);
        let db = self.db.clone();
        let mut handles = handles(&db, options);
        Ok(check_scope(&db, &mut handles, &scope, options.lints.as_deref()).checked)
    }

    fn set_stdin(&mut self, options: &CheckOptions) {
        let Some(text) = &options.stdin else { return };
        let dir =
            canonical_or_normal(&self.system, &options.work_dir).join(crate::plan::STDIN_FILE);
        self.db
            .set_text(&dir.to_string_lossy(), Some(Arc::from(text.as_str())));
    }
}

/// Handles of a database for as many threads as the options want.
fn handles(db: &Database, options: &CheckOptions) -> Vec<Database> {
    (0..workers::threads(options.threads))
        .map(|_| db.clone())
        .collect()
}

/// A check with what it was made of.
struct Parts<'db> {
    checked: Checked,
    /// The packages that were checked.
    used: Vec<Chosen<'db>>,
    /// What was found in each, apart from syntax and lints.
    found: Vec<Vec<Report>>,
    /// Packages that were only looked at to learn who imports whom.
    others: Vec<Package<'db>>,
    /// Whether nothing was found but that.
    no_more: bool,
}

fn check_scope<'db>(
    db: &'db Database,
    handles: &'db mut [Database],
    scope: &Scope,
    lints: Option<&[(&'static Lint, Level)]>,
) -> Parts<'db> {
    let programs = select::programs(db, scope);
    // the costly part of finding out who imports whom
    workers::each(handles, &programs, |db, program| {
        prepare(db, program.package)
    });
    let chosen = select::packages(db, scope, &programs);

    let starts: Vec<Package<'db>> = chosen.iter().map(|c| c.package).collect();
    let graph = joint_graph(db, &starts);
    let used = select::with_imported(db, &chosen, &graph.used);
    let all: Vec<Package<'db>> = graph.used.iter().chain(&graph.unused).copied().collect();
    let syntax = workers::each(handles, &all, |db, &package| syntax_reports(db, package));
    let broken = broken_packages(db, &all, &syntax);

    let first = scope.problems.iter().chain(&graph.diagnostics);
    let mut reports = report::of_diagnostics(db, first);
    reports.extend(syntax.into_iter().flatten());
    let no_more = reports.is_empty() && lints.is_none();
    let found = workers::each(handles, &used, |db, chosen| {
        let whole = !broken.get(&chosen.package).copied().unwrap_or_default();
        wanted_reports(db, chosen, whole)
    });
    reports.extend(found.iter().flatten().cloned());
    if let Some(flags) = lints {
        let (settings, problems) = lints::settings(scope, flags);
        reports.extend(report::of_diagnostics(db, &problems));
        let own: Vec<&Chosen<'db>> = used
            .iter()
            .filter(|c| c.own && broken.get(&c.package) == Some(&false))
            .collect();
        let found = workers::each(handles, &own, |db, chosen| {
            lints::of_package(db, chosen, &settings)
        });
        reports.extend(lints::agreed(db, &own, found));
    }
    report::tidy(&mut reports);

    let files: BTreeSet<&str> = used
        .iter()
        .flat_map(|c| package_files(db, c.package))
        .map(|file| &**file.path(db))
        .collect();
    let checked = Checked {
        texts: Texts::new(db, &reports),
        files: files.len(),
        packages: used.len(),
        reports,
    };
    let programs = programs.iter().map(|program| program.package);
    Parts {
        checked,
        found,
        others: all.into_iter().chain(programs).collect(),
        used,
        no_more,
    }
}

/// What is wrong with a chosen package, as far as it is of interest.
fn wanted_reports(db: &Database, chosen: &Chosen<'_>, whole: bool) -> Vec<Report> {
    let reports = package_reports(db, chosen.package, whole);
    reports.into_iter().filter(|r| chosen.wants(r)).collect()
}

/// Cuts and parses what is needed to know the imports of a package.
fn prepare(db: &Database, package: Package<'_>) {
    for &file in package_files(db, package) {
        outline(db, file);
        file_imports(db, file);
    }
}

fn syntax_reports(db: &Database, package: Package<'_>) -> Vec<Report> {
    report::of_diagnostics(db, package_syntax_diagnostics(db, package))
}

/// Packages that cannot be understood because they, or something that they import, cannot be parsed.
fn broken_packages<'db>(
    db: &'db Database,
    packages: &[Package<'db>],
    syntax: &[Vec<Report>],
) -> FxHashMap<Package<'db>, bool> {
    let is_error = |r: &Report| r.severity == Severity::Error;
    let mut broken: FxHashMap<Package<'db>, bool> = packages
        .iter()
        .zip(syntax)
        .map(|(&package, reports)| (package, reports.iter().any(is_error)))
        .collect();
    if broken.values().all(|broken| !broken) {
        return broken;
    }
    loop {
        let mut changed = false;
        for &package in packages {
            let reaches = || {
                package_files(db, package).iter().any(|&file| {
                    file_imports(db, file).imports.iter().any(|import| {
                        matches!(import.target, Some(ImportTarget::Package(target)) if broken.get(&target) == Some(&true))
                    })
                })
            };
            if broken.get(&package) == Some(&false) && reaches() {
                broken.insert(package, true);
                changed = true;
            }
        }
        if !changed {
            return broken;
        }
    }
}

/// What is wrong with a package apart from its syntax; with imports only, unless it is whole: where one item could not be
/// read, what others say about its names is not certain.
fn package_reports(db: &Database, package: Package<'_>, whole: bool) -> Vec<Report> {
    let mut found: Vec<(Option<Item<'_>>, Diagnostic)> = Vec::new();
    for &file in package_files(db, package) {
        let diagnostics = file_imports(db, file).diagnostics.iter();
        found.extend(diagnostics.map(|d| (None, d.clone())));
    }
    if whole {
        let names = name_diagnostics(db, package).iter();
        found.extend(names.map(|d| (None, d.clone())));
        let items = kiln_analysis::check::check_package(db, package).iter();
        found.extend(items.map(|f| (Some(f.item), f.diagnostic.clone())));
    }
    found
        .iter()
        .map(|(item, d)| report::of_diagnostic(db, d, item.map(|i| i.place(db)).as_ref()))
        .collect()
}
