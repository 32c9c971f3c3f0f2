//! Where an entry of a dict is written that was given to a variable: looked for only when it is wrong.

use kiln_syntax::ast::{Entry, Expr, ExprId, ItemAst, Key, List, Stmt};

use super::checker::Checker;
use crate::outline::Item;
use crate::syntax::item_syntax;
use crate::types::{Origin, Sym};

impl<'db> Checker<'db> {
    /// The key in the literal that the variable was first given.
    pub(super) fn written_entry(
        &mut self,
        value: ExprId,
        path: &[Sym<'db>],
    ) -> Option<Origin<'db>> {
        let db = self.db;
        let Expr::Name(name) = self.ast[self.ast.peel(value)] else {
            return None;
        };
        let text = self.text(name);
        if self.scopes.get(text).is_some() {
            return None;
        }
        let path: Vec<&str> = path.iter().map(|key| key.text(db)).collect();
        let items: Vec<Item<'db>> = self.package_names().get(text)?.items.clone();
        items.into_iter().find_map(|item| {
            let ast = &item_syntax(db, item).ast;
            let assigned = ast.stmt_ids(ast.root).iter().find_map(|&id| match ast[id] {
                Stmt::Assign(assign) => {
                    let is_it = |&target: &ExprId| matches!(ast[target], Expr::Name(name) if ast.name(name) == text);
                    ast[assign].targets.iter().any(is_it).then_some(ast[assign].value)
                }
                _ => None,
            })?;
            let Expr::Config(entries) = ast[ast.peel(assigned)] else { return None };
            key_of(ast, entries, &path).map(|expr| Origin { item, expr: expr.0 })
        })
    }
}

/// The key at a path of keys.
fn key_of(ast: &ItemAst, entries: List, path: &[&str]) -> Option<ExprId> {
    let (first, rest) = path.split_first()?;
    ast.entries(entries).iter().find_map(|&entry| {
        let Entry::Pair { key, value, .. } = entry else {
            return None;
        };
        let named = match ast.key(key) {
            Key::Name(name) => ast.name(name) == *first,
            Key::Str(text) => text == *first,
            _ => false,
        };
        match ast[ast.peel(value)] {
            _ if !named => None,
            Expr::Config(inner) if !rest.is_empty() => key_of(ast, inner, rest).or(Some(key)),
            _ => Some(key),
        }
    })
}
