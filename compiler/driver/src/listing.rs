//! Listings of bytecode, for people who work on the compiler.

use std::fmt::Write;

use kiln_analysis::imports::reachable_packages;
use kiln_analysis::main_package;
use kiln_codegen::build_package;
use kiln_runtime::bytecode::dump;
use kiln_syntax::diagnostic::Severity;

use crate::options::RunOptions;
use crate::plan::Plan;
use crate::run::Run;
use crate::session::{Session, SessionError};

impl Session {
    /// What the entry files compile to, or a failed run that says why they cannot be compiled.
    ///
    /// # Errors
    /// See [`Session::run`].
    pub fn bytecode(&mut self, options: &RunOptions) -> Result<Result<String, Run>, SessionError> {
        let plan = Plan::new(&self.system, options)?;
        self.set_texts(&plan, options);
        let db = self.db.clone();
        let project = plan.project(&db);
        let main = main_package(&db, project);
        let reports = self.static_reports(&db, reachable_packages(&db, project), project);
        if reports.iter().any(|r| r.severity == Severity::Error) {
            return Ok(Err(Run::failed(&db, reports)));
        }
        let (package, places) = build_package(&db, main);
        let mut text = String::new();
        for (unit, place) in package.units.iter().zip(&places) {
            let _ = writeln!(text, "item {} of {}", place.item, place.path);
            text.push_str(&dump::unit(&unit.unit));
            text.push('\n');
        }
        Ok(Ok(text))
    }
}
