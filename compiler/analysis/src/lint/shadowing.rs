//! Local names that hide a global name or an import: whoever reads them may think of the other one.

use kiln_syntax::ast::{Expr, ItemAst, Name, Stmt};
use kiln_syntax::diagnostic::Diagnostic;
use rustc_hash::FxHashSet;

use super::uses::{each_loop_variable, each_statement};
use super::{Findings, codes, findings};
use crate::Db;
use crate::imports::file_imports;
use crate::names::package_names;
use crate::outline::Item;
use crate::syntax::item_syntax;

/// Local names of an item that hide something.
#[salsa::tracked]
pub fn shadowing_lints<'db>(db: &'db dyn Db, item: Item<'db>) -> Findings {
    let ast = &item_syntax(db, item).ast;
    let locals = local_names(ast);
    if locals.is_empty() {
        return None;
    }
    let imports = file_imports(db, item.file(db));
    let globals = package_names(db, item.package(db));
    let mut found = Vec::new();
    for (name, what) in locals {
        let text = ast.name(name);
        if let Some(import) = imports.get(text) {
            let message = format!("the {what} `{text}` hides the import of this name");
            found.push(
                Diagnostic::warning(codes::SHADOWED_NAME, name.0, message)
                    .label_in(import.item.place(db), import.span, "imported here")
                    .help("give it another name"),
            );
        } else if let Some(definition) = globals.get(text) {
            let kind = definition.kind.to_string();
            let kind = kind.trim_start_matches("a ");
            let message = format!("the {what} `{text}` hides the {kind} of this name");
            let mut diagnostic = Diagnostic::warning(codes::SHADOWED_NAME, name.0, message);
            if let Some(&other) = definition.items.first()
                && let Some(place) = declared_at(&item_syntax(db, other).ast, text)
            {
                diagnostic =
                    diagnostic.label_in(other.place(db), place.0, format!("the {kind} `{text}`"));
            }
            found.push(diagnostic.help("give it another name"));
        }
    }
    findings(found)
}

/// The local names of an item: parameters, loop variables and variables of lambdas. Attributes are none: they hide on
/// purpose.
fn local_names(ast: &ItemAst) -> Vec<(Name, &'static str)> {
    let mut names = Vec::new();
    for lambda in &ast.lambdas {
        names.extend(lambda.params.iter().map(|p| (p.name, "parameter")));
        let parameters: FxHashSet<&str> = lambda.params.iter().map(|p| ast.name(p.name)).collect();
        let mut seen = parameters;
        each_statement(ast, lambda.body, &mut |id| {
            let Stmt::Assign(assign) = ast[id] else {
                return;
            };
            for &target in &ast[assign].targets {
                if let Expr::Name(name) = ast[target]
                    && seen.insert(ast.name(name))
                {
                    names.push((name, "variable"));
                }
            }
        });
    }
    let of_schemas = ast.schemas.iter().flat_map(|s| &s.params);
    let of_rules = ast.rules.iter().flat_map(|r| &r.params);
    names.extend(of_schemas.chain(of_rules).map(|p| (p.name, "parameter")));
    each_loop_variable(ast, &mut |name, _| names.push((name, "loop variable")));
    names.retain(|(name, _)| !ast.name(*name).is_empty());
    names
}

/// Where an item declares a name.
fn declared_at(ast: &ItemAst, text: &str) -> Option<Name> {
    let heads = ast
        .schemas
        .iter()
        .map(|s| s.name)
        .chain(ast.rules.iter().map(|r| r.name))
        .chain(ast.stmts.iter().filter_map(|stmt| match *stmt {
            Stmt::TypeAlias { name, .. } => Some(name),
            _ => None,
        }));
    if let Some(name) = heads.into_iter().find(|name| ast.name(*name) == text) {
        return Some(name);
    }
    let mut found = None;
    crate::names::each_setter(ast, &mut |ast, name, _, _| {
        if found.is_none() && ast.name(name) == text {
            found = Some(name);
        }
    });
    found
}
