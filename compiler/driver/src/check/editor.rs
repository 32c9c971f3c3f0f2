//! What is wrong with single files, for an editor that looks at them again and again.
//!
//! A check asks about packages as a whole. Here a file is asked about on its own, and who asks remembers the rest. The findings
//! are those of a check of the workspace, but each use of a missing name on its own: an editor shows all of them.

use std::collections::BTreeSet;
use std::sync::Arc;

use kiln_analysis::check::item_diagnostics;
use kiln_analysis::imports::joint_graph;
use kiln_analysis::lint::LintSettings;
use kiln_analysis::outline::{File, outline};
use kiln_analysis::syntax::file_syntax_diagnostics;
use kiln_analysis::{Database, Package, file_imports, name_diagnostics, package_files};
use kiln_syntax::diagnostic::Severity;

use super::Workspace;
use crate::report::{self, Report, of_diagnostics};

pub use kiln_analysis::check::interface::{Fingerprint, shown};

/// What a package reaches through its imports.
#[derive(Clone, Debug, Default)]
pub struct Reach {
    /// Files with mistakes in syntax, its own among them. Unless there are none, it cannot be understood, and what is said
    /// about it may not be all.
    pub broken: BTreeSet<Arc<str>>,
    /// Circles of imports.
    pub circles: Vec<Report>,
}

impl Reach {
    /// Follows the imports of a package.
    #[must_use]
    pub fn of(db: &Database, package: Package<'_>) -> Self {
        let graph = joint_graph(db, &[package]);
        let packages = graph.used.iter().chain(&graph.unused);
        let files = packages.flat_map(|&package| package_files(db, package));
        let broken = files.filter(|&&file| is_broken(db, file));
        Self {
            broken: broken.map(|file| Arc::clone(file.path(db))).collect(),
            circles: of_diagnostics(db, &graph.diagnostics),
        }
    }
}

/// Whether a file has mistakes in syntax.
#[must_use]
pub fn is_broken(db: &Database, file: File<'_>) -> bool {
    let found = file_syntax_diagnostics(db, file).iter().flatten();
    found
        .into_iter()
        .any(|diagnostic| diagnostic.severity == Severity::Error)
}

/// What is wrong with the syntax of a file.
#[must_use]
pub fn syntax_reports(db: &Database, file: File<'_>) -> Vec<Report> {
    let found = file_syntax_diagnostics(db, file).iter().flatten();
    of_diagnostics(db, found)
}

/// What is wrong with a file of a package: syntax and imports, and the rest if the package is understood.
#[must_use]
pub fn file_reports(db: &Database, file: File<'_>, understood: bool) -> Vec<Report> {
    let mut all = syntax_reports(db, file);
    all.extend(of_diagnostics(db, &file_imports(db, file).diagnostics));
    if understood {
        for &item in &outline(db, file).items {
            let found = item_diagnostics(db, item);
            let place = (!found.is_empty()).then(|| item.place(db));
            all.extend(
                found
                    .iter()
                    .map(|d| report::of_diagnostic(db, d, place.as_ref())),
            );
        }
    }
    all
}

/// Clashes between the names of a package.
#[must_use]
pub fn name_reports(db: &Database, package: Package<'_>) -> Vec<Report> {
    of_diagnostics(db, name_diagnostics(db, package))
}

/// What lints find in a file of a package.
#[must_use]
pub fn file_lints(db: &Database, workspace: &Workspace, file: File<'_>) -> Vec<Report> {
    let default = LintSettings::default();
    let root: &str = file.package(db).root(db);
    let settings = workspace.lints.get(root).unwrap_or(&default);
    let mut all = of_diagnostics(db, &kiln_analysis::lint::file_lints(db, file, settings));
    report::sort(&mut all);
    all
}

/// The lints of a file that all of its packages agree on: what one program does not use, another may.
#[must_use]
pub fn agreed(lints: &[&[Report]]) -> Vec<Report> {
    let Some((first, rest)) = lints.split_first() else {
        return Vec::new();
    };
    let agreed = first
        .iter()
        .filter(|lint| rest.iter().all(|other| other.contains(lint)));
    agreed.cloned().collect()
}

/// Puts reports in the order in which they are shown, each once.
pub fn sort_reports(reports: &mut Vec<Report>) {
    report::sort(reports);
}
