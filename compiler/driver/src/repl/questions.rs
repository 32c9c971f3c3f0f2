//! Questions about names and expressions, answered by the queries behind editors.

use kiln_analysis::check::trace::item_trace;
use kiln_analysis::imports::reachable_packages;
use kiln_analysis::outline::File;
use kiln_analysis::{Db, file_imports, item_syntax, main_package, package_files, package_names};
use kiln_ide::describe::{Description, describe};
use kiln_ide::place::{file_of, item_at};
use kiln_ide::symbol::{definition_sites, named_at};
use kiln_project::SYSTEM_MODULES;
use kiln_syntax::ast::Stmt;

use super::{Answer, Entered, Failure, Repl, VALUE};
use crate::interrupt::interruptible;
use crate::plan::Plan;
use crate::report::{Report, Severity, Texts};

/// Longer lists of names are cut.
const MOST_NAMES: usize = 500;

impl Repl {
    /// The file of what was entered.
    pub(super) fn file<'db>(&self, db: &'db dyn Db) -> Option<File<'db>> {
        file_of(db, main_package(db, self.project), &self.path)
    }

    /// Asks again which files and packages there are.
    pub(super) fn open_project(&mut self) {
        let options = super::inputs_of(&self.options, &self.program);
        if let Ok(plan) = Plan::new(&self.system, &options) {
            self.project = plan.project(&self.session.db);
        }
    }

    /// What is wrong with the program that the database knows; nothing if the caller ended the search.
    pub(super) fn static_mistakes(&self) -> Option<(Vec<Report>, Texts)> {
        let db = self.session.db.clone();
        let interrupt = self.options.limits.interrupt;
        let mut reports = interruptible(&db, interrupt, || {
            let packages = reachable_packages(&db, self.project);
            self.session.static_reports(&db, packages, self.project)
        })?;
        reports.retain(|report| report.severity == Severity::Error);
        let texts = Texts::new(&db, &reports);
        Some((reports, texts))
    }

    /// `:type`
    pub(super) fn type_of(&mut self, text: &str) -> Result<Vec<Answer>, Failure> {
        self.looked_at(text)?;
        let described = self.described(text);
        Ok(vec![Answer::Text(described)])
    }

    /// The type of an expression, or the line that declares a function.
    pub(super) fn described(&mut self, text: &str) -> String {
        let start = self.scratch(Entered::value(self.number, text));
        let end = (start + text.trim_end().len()) as u32;
        let db = &self.session.db;
        let Some(file) = self.file(db) else {
            return String::new();
        };
        let of_value = || {
            let (item, _) = item_at(db, file, start as u32)?;
            let ast = &item_syntax(db, item).ast;
            let value = ast
                .stmt_ids(ast.root)
                .iter()
                .find_map(|&id| match ast[id] {
                    Stmt::Assign(assign) => Some(ast[assign].value),
                    _ => None,
                })?;
            Some(item_trace(db, item).type_of(value).display(db))
        };
        let is_name = text
            .trim()
            .chars()
            .all(|c| c.is_alphanumeric() || matches!(c, '_' | '.' | '$'));
        let named = is_name.then(|| named_at(db, file, end)).flatten();
        if let Some(named) = named {
            let description = describe(db, &named.symbol, named.item);
            let line = description.code.lines().next().unwrap_or_default();
            let declares = [
                "function ",
                "schema ",
                "mixin ",
                "protocol ",
                "rule ",
                "type ",
            ];
            if declares.iter().any(|word| line.starts_with(word)) {
                return line.trim_end_matches(':').to_owned();
            }
        }
        of_value().unwrap_or_default()
    }

    /// `:doc`
    pub(super) fn documentation(&mut self, name: &str) -> Result<Vec<Answer>, Failure> {
        let found = self.description(name);
        let Some(found) = found.filter(|it| !it.code.is_empty()) else {
            self.looked_at(name)?;
            let message = format!("there is nothing to read about `{name}`");
            let help = "`:doc` takes the name of a definition, a function or a module".to_owned();
            return Err(vec![Answer::Failed(message, Some(help))]);
        };
        let mut text = String::new();
        if !found.container.is_empty() {
            text.push_str(&found.container);
            text.push_str("\n\n");
        }
        text.push_str(&found.code);
        if !found.docs.is_empty() {
            text.push_str("\n\n");
            text.push_str(found.docs.trim_end());
        }
        Ok(vec![Answer::Text(text)])
    }

    fn description(&mut self, name: &str) -> Option<Description> {
        let first = name.split('.').next()?;
        let mut entered = Entered::value(self.number, name);
        let known = self.file(&self.session.db).is_some_and(|file| {
            let db = &self.session.db;
            file_imports(db, file).get(first).is_some()
                || package_names(db, main_package(db, self.project))
                    .get(first)
                    .is_some()
        });
        if !known && SYSTEM_MODULES.contains(&first) {
            // modules can be read about before they are imported
            entered.lead = format!("import {first}\n{}", entered.lead);
        }
        let start = self.scratch(entered);
        let end = (start + name.trim_end().len()) as u32;
        let db = &self.session.db;
        let file = self.file(db)?;
        let named = named_at(db, file, end)?;
        (named.span.end > 0).then(|| describe(db, &named.symbol, named.item))
    }

    /// `:vars`
    pub(super) fn variables(&mut self) -> Vec<Answer> {
        let text = self.program.text();
        self.session.db.set_text(&self.path, Some(text.into()));
        let db = &self.session.db;
        let package = main_package(db, self.project);
        let mut lines: Vec<String> = Vec::new();
        for &file in package_files(db, package) {
            for import in &file_imports(db, file).imports {
                lines.push(format!("import {}", import.name));
            }
        }
        for (name, definition) in package_names(db, package).iter() {
            if &**name == VALUE {
                continue;
            }
            let line = definition.items.iter().find_map(|&item| {
                let site = definition_sites(db, item, name).into_iter().next()?;
                let named = named_at(db, item.file(db), site.range(db).range.start)?;
                let code = describe(db, &named.symbol, named.item).code;
                Some(code.lines().next()?.trim_end_matches(':').to_owned())
            });
            lines.push(line.unwrap_or_else(|| name.to_string()));
        }
        let more = lines.len().saturating_sub(MOST_NAMES);
        lines.truncate(MOST_NAMES);
        if more > 0 {
            lines.push(format!("and {more} more"));
        }
        if lines.is_empty() {
            return vec![Answer::Note("there are no names yet".to_owned())];
        }
        vec![Answer::Text(lines.join("\n"))]
    }
}
