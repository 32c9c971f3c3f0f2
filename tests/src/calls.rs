//! Counts the calls of library functions in recorded programs: different calls, as written in the parsed programs.

use std::collections::{BTreeMap, BTreeSet};

use kiln_stdlib as library;
use kiln_syntax::ast::{Expr, ExprId, ItemAst};

use crate::cases::Case;

/// The calls of each function of the library, by its full name.
pub type Calls = BTreeMap<&'static str, BTreeSet<String>>;

/// The calls in some programs. A member of a text is known by its name alone.
#[must_use]
pub fn of(cases: &[Case]) -> Calls {
    let table = library::table().functions;
    let mut calls: Calls = table.iter().map(|f| (f.name, BTreeSet::new())).collect();
    let sources = cases.iter().flat_map(|case| &case.files);
    for (_, text) in sources.filter(|(path, _)| {
        std::path::Path::new(path)
            .extension()
            .is_some_and(|e| e == "k")
    }) {
        let items = kiln_syntax::parse_file(text);
        let aliases: BTreeMap<&str, String> = items
            .iter()
            .flat_map(|item| {
                item.1
                    .ast
                    .imports
                    .iter()
                    .map(|import| (&item.1.ast, import))
            })
            .filter_map(|(ast, import)| match import.path[..] {
                [only] if import.dots == 0 => {
                    let name = ast.name(only);
                    Some((import.alias.map_or(name, |a| ast.name(a)), name.to_owned()))
                }
                _ => None,
            })
            .collect();
        for (_, item) in &items {
            let ast = &item.ast;
            for (expr, &span) in ast.exprs.iter().zip(&ast.expr_spans) {
                if let Expr::Call { callee, .. } = *expr
                    && let Some(name) = function(ast, callee, &aliases)
                    && let Some(found) = calls.get_mut(name)
                {
                    found.insert(ast.text[span.range()].to_owned());
                }
            }
        }
    }
    calls
}

/// The function of the library that an expression names.
fn function(
    ast: &ItemAst,
    callee: ExprId,
    aliases: &BTreeMap<&str, String>,
) -> Option<&'static str> {
    let id = match ast[ast.peel(callee)] {
        Expr::Name(name) => library::builtin_id(ast.name(name)),
        Expr::Select { value, attr, .. } => {
            let module = match ast[value] {
                Expr::Name(name) => aliases.get(ast.name(name)),
                _ => None,
            };
            match module {
                Some(module) => library::module_fn_id(module, ast.name(attr)),
                None => library::str_member_id(ast.name(attr)),
            }
        }
        _ => None,
    };
    Some(library::function(id?)?.name)
}
