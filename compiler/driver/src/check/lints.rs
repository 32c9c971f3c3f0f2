//! Lints of a check: what manifests and flags say about them, and what several packages agree on.

use std::collections::BTreeMap;
use std::sync::Arc;

use kiln_analysis::lint::{self, Level, Lint, LintSettings};
use kiln_analysis::syntax::placed;
use kiln_analysis::{Database, codes, package_files};
use kiln_project::{LintSetting, LintValue, MANIFEST_FILE};
use kiln_syntax::diagnostic::Diagnostic;
use kiln_syntax::span::Span;

use super::discover::{Scope, place_of};
use super::select::Chosen;
use crate::report::{self, Report};

/// What is said about lints in each module, by its root.
pub(super) type Settings = BTreeMap<String, LintSettings>;

/// Limits that the table `[lints]` may set.
const MAX_COMPLEXITY: &str = "max_complexity";

/// What the manifests of a scope and the flags say, and what is wrong with the manifests. Flags have the last word.
pub(super) fn settings(
    scope: &Scope,
    flags: &[(&'static Lint, Level)],
) -> (Settings, Vec<Diagnostic>) {
    let (mut all, mut problems) = (Settings::new(), Vec::new());
    for graph in &scope.graphs {
        let root = graph.roots().main();
        let key = root.to_string_lossy().into_owned();
        if all.contains_key(&key) {
            continue;
        }
        let mut settings = LintSettings::default();
        for setting in graph.manifest().map_or(&[][..], |m| &m.lints) {
            if let Err((message, help)) = apply(&mut settings, setting) {
                let start = setting.span.0 as u32;
                let span = Span::new(start, setting.span.1 as u32);
                let diagnostic = Diagnostic::error(codes::BAD_SETTINGS, span, message).help(help);
                problems.push(placed(diagnostic, place_of(&root.join(MANIFEST_FILE))));
            }
        }
        for (lint, level) in flags {
            settings.set(lint, *level);
        }
        all.insert(key, settings);
    }
    (all, problems)
}

/// One line of a table `[lints]`; or what is wrong with it, and what to do.
fn apply(settings: &mut LintSettings, setting: &LintSetting) -> Result<(), (String, String)> {
    let LintSetting { name, value, .. } = setting;
    if name == MAX_COMPLEXITY {
        let LintValue::Number(most) = *value else {
            let message = format!("`{name}` is a number");
            return Err((message, format!("write `{name} = 20`")));
        };
        settings.max_complexity = most;
        return Ok(());
    }
    let lint = lint::by_name(name).map_err(|unknown| (unknown.to_string(), unknown.help()))?;
    let level = match value {
        LintValue::Text(text) => text.parse(),
        LintValue::Number(number) => Err(format!(
            "expected `allow`, `warn` or `deny`, found {number}"
        )),
    };
    let level = level.map_err(|message| (message, format!("write `{name} = \"deny\"`")))?;
    settings.set(lint, level);
    Ok(())
}

/// The findings in a package.
pub(super) fn of_package(db: &Database, chosen: &Chosen<'_>, settings: &Settings) -> Vec<Report> {
    let default = LintSettings::default();
    let root: &str = chosen.package.root(db);
    let settings = settings.get(root).unwrap_or(&default);
    lint::package_lints(db, chosen.package, settings)
        .iter()
        .map(|d| report::of_diagnostic(db, d, None))
        .filter(|r| chosen.wants(r))
        .collect()
}

/// What makes two findings the same: file, place, code and message.
type Finding = (Arc<str>, usize, u16, String);

/// The findings that all packages of a file agree on: what one program does not use, another may.
pub(super) fn agreed(
    db: &Database,
    packages: &[&Chosen<'_>],
    found: Vec<Vec<Report>>,
) -> Vec<Report> {
    let mut members: BTreeMap<Arc<str>, usize> = BTreeMap::new();
    for chosen in packages {
        for file in package_files(db, chosen.package) {
            if chosen.covers(file.path(db)) {
                *members.entry(Arc::clone(file.path(db))).or_default() += 1;
            }
        }
    }
    let mut votes: BTreeMap<Finding, (usize, Report)> = BTreeMap::new();
    for report in found.into_iter().flatten() {
        let Some(place) = &report.primary else {
            continue;
        };
        let key = (
            Arc::clone(&place.path),
            place.range.start,
            report.code,
            report.message.clone(),
        );
        votes.entry(key).or_insert((0, report)).0 += 1;
    }
    votes
        .into_iter()
        .filter(|((path, ..), (votes, _))| members.get(path) == Some(votes))
        .map(|(_, (_, report))| report)
        .collect()
}
