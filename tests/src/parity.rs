//! The table of parity: which recorded programs Kiln and the reference implementation reject before they run, by kind of
//! mistake and by Kiln's codes, with each difference and its reason.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use kiln::Report;

use crate::cases::{Answer, Case};
use crate::compare::{self, Given, kind_name};

const NO_REASON: &str = "no reason is noted";

/// How often each agreement happened for one kind of mistake.
#[derive(Clone, Copy, Debug, Default)]
struct Row {
    same: usize,
    elsewhere: usize,
    reference: usize,
    kiln: usize,
}

/// What is counted over all cases.
#[derive(Debug, Default)]
pub struct Parity {
    cases: usize,
    accepted: usize,
    kinds: BTreeMap<String, Row>,
    /// By Kiln's code, for programs that both reject, and that only Kiln rejects.
    codes: BTreeMap<u16, (usize, usize)>,
    differences: Vec<String>,
}

impl Parity {
    /// Counts a case that was answered like this.
    pub fn add(&mut self, case: &Case, given: &Given) {
        self.cases += 1;
        let reports = static_reports(given);
        let fits = compare::difference(&case.expect, given).is_none();
        match (&case.expect, reports) {
            (Answer::Static(kind, _), Some(reports)) => {
                let row = self.kinds.entry(kind.clone()).or_default();
                if fits {
                    row.same += 1;
                } else {
                    row.elsewhere += 1;
                    self.differ(case, &format!("both reject it; the reference as {kind}"));
                }
                let same_kind = reports.iter().find(|r| kind_name(r) == *kind);
                if let Some(report) = same_kind.or(reports.first()) {
                    self.codes.entry(report.code).or_default().0 += 1;
                }
            }
            (Answer::Static(kind, _), None) => {
                self.kinds.entry(kind.clone()).or_default().reference += 1;
                self.differ(case, &format!("only the reference rejects it: {kind}"));
            }
            (_, Some(reports)) => {
                let Some(report) = reports.first() else {
                    return;
                };
                self.kinds.entry(kind_name(report)).or_default().kiln += 1;
                self.codes.entry(report.code).or_default().1 += 1;
                self.differ(
                    case,
                    &format!("only Kiln rejects it: {}", report.code_text()),
                );
            }
            (Answer::Input, _) => {}
            _ => self.accepted += 1,
        }
    }

    fn differ(&mut self, case: &Case, what: &str) {
        let reason = case.differs.as_deref().unwrap_or(NO_REASON);
        self.differences
            .push(format!("- `{}`: {what}. Reason: {reason}.", case.name));
    }

    /// Codes of the checker that no recorded program causes.
    #[must_use]
    pub fn unused_checks(&self) -> Vec<String> {
        let all = kiln::codes::all().into_iter();
        all.filter(|c| c.number / 100 == 3 && !self.codes.contains_key(&c.number))
            .map(|c| c.text())
            .collect()
    }

    /// Differences of which nobody noted the reason.
    #[must_use]
    pub fn unexplained(&self) -> Vec<&str> {
        let all = self.differences.iter().map(String::as_str);
        all.filter(|difference| difference.contains(NO_REASON))
            .collect()
    }

    /// The table as a page.
    #[must_use]
    pub fn page(&self) -> String {
        let rejected: usize = self.kinds.values().map(|row| row.same).sum();
        let mut page = format!(
            "# Parity of static errors\n\n\
             Written by `cargo run --profile quick -p kiln-tests --bin cases -- --parity > tests/oracle/parity.md`; a test checks that\n\
             it is up to date.\n\n\
             Of {} recorded programs, both implementations reject {rejected} before they run, with the same kind of error at the same\n\
             line, and both run {}. The rest are {} differences, listed below, and wrong command lines.\n\n\
             ## By kind\n\n\
             | kind | both, same line | both, otherwise | only the reference | only Kiln |\n|---|---|---|---|---|\n",
            self.cases,
            self.accepted,
            self.differences.len()
        );
        for (kind, row) in &self.kinds {
            let _ = writeln!(
                page,
                "| {kind} | {} | {} | {} | {} |",
                row.same, row.elsewhere, row.reference, row.kiln
            );
        }
        page += "\n## By Kiln's code\n\n| code | about | both | only Kiln |\n|---|---|---|---|\n";
        for code in kiln::codes::all() {
            if let Some((both, kiln)) = self.codes.get(&code.number) {
                let _ = writeln!(
                    page,
                    "| {} | {} | {both} | {kiln} |",
                    code.text(),
                    code.summary
                );
            }
        }
        page += "\n## Differences\n\n";
        for difference in &self.differences {
            page += difference;
            page.push('\n');
        }
        page
    }
}

/// The errors of a program that was not run.
fn static_reports(given: &Given) -> Option<&[Report]> {
    match given {
        Given::Errors(reports) if reports.iter().all(|r| r.code / 100 != 5) => Some(reports),
        _ => None,
    }
}
