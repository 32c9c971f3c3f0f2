//! Entries of a config literal that a later entry replaces. `=` overrides what was there, so the earlier value is lost.

use kiln_syntax::ast::{Entry, EntryOp, ExprId, ItemAst, Key};
use kiln_syntax::diagnostic::Diagnostic;
use rustc_hash::FxHashMap;

use super::uses::Uses;
use super::{Findings, codes, findings};
use crate::Db;
use crate::outline::Item;
use crate::syntax::item_syntax;

/// Lost entries of an item.
#[salsa::tracked]
pub fn duplicate_key_lints<'db>(db: &'db dyn Db, item: Item<'db>) -> Findings {
    let ast = &item_syntax(db, item).ast;
    if ast.list_entries.len() < 2 {
        return None;
    }
    let mut uses = None;
    let mut found = Vec::new();
    for expr in &ast.exprs {
        if let kiln_syntax::ast::Expr::Config(entries) = *expr {
            block(ast, ast.entries(entries), &mut uses, &mut found);
        }
    }
    for branch in &ast.list_entry_branches {
        block(ast, ast.entries(branch.body), &mut uses, &mut found);
    }
    findings(found)
}

/// The entries of one block; those in branches are blocks of their own.
fn block<'a>(
    ast: &'a ItemAst,
    entries: &[Entry],
    uses: &mut Option<Uses<'a>>,
    found: &mut Vec<Diagnostic>,
) {
    let mut seen: FxHashMap<&str, ExprId> = FxHashMap::default();
    for entry in entries {
        let Entry::Pair { op, key, value } = *entry else {
            continue;
        };
        let name = match ast.key(key) {
            Key::Name(name) => ast.name(name),
            Key::Str(_) => ast.string(key).unwrap_or_default(),
            _ => continue,
        };
        let before = seen.insert(name, key);
        let (Some(lost), EntryOp::Override) = (before, op) else {
            continue;
        };
        // a value that is made from the earlier one
        let uses = uses.get_or_insert_with(|| Uses::new(ast));
        if uses.has_in(name, ast.expr_span(value)) {
            continue;
        }
        found.push(
            Diagnostic::warning(
                codes::DUPLICATE_KEY,
                ast.expr_span(lost),
                format!("this value of `{name}` is lost: a later entry replaces it"),
            )
            .label(ast.expr_span(key), "by this entry")
            .help("remove one of them, or merge them with `:`"),
        );
    }
}
