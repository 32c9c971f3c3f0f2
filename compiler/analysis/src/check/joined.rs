//! Statements that are not what they were meant to be because a `:`, `=` or operator was forgotten. Two operands side by
//! side are two statements on one line, so the first one looks like a name that is not defined, and the second one like
//! anything; and `ports [int] = []` looks like an element that is set.

use kiln_syntax::ast::{CompareOp, Expr, ItemAst, Name, Stmt, StmtId};

use kiln_syntax::diagnostic::Fix;
use kiln_syntax::outline::ItemKind;

use super::checker::{Checker, Place};
use super::codes;
use crate::names::package_names;
use crate::outline::outline;
use crate::syntax::item_syntax;

/// Whether the second of two neighbouring statements begins on the line on which the first one ends.
pub(super) fn share_line(ast: &ItemAst, first: StmtId, second: StmtId) -> bool {
    let (end, start) = (ast.stmt_span(first).end, ast.stmt_span(second).start);
    let between = ast.text.get(end as usize..start as usize);
    between.is_some_and(|between| !between.contains('\n'))
}

/// The name that a statement compares: `port` of `port == 80`.
fn compared_name(ast: &ItemAst, id: StmtId) -> Option<Name> {
    let Stmt::Expr(value) = ast[id] else {
        return None;
    };
    let Expr::Compare { first, rest } = ast[value] else {
        return None;
    };
    match (ast[first], ast.compares(rest)) {
        (Expr::Name(name), [(CompareOp::Eq, _)]) => Some(name),
        _ => None,
    }
}

fn attribute_help(name: &str) -> String {
    format!("to declare an attribute, write a `:` after its name: `{name}: …`")
}

/// A statement that is just a name.
pub(super) fn bare_name(ast: &ItemAst, id: StmtId) -> Option<&str> {
    match ast[id] {
        Stmt::Expr(value) => match ast[value] {
            Expr::Name(name) => Some(ast.name(name)),
            _ => None,
        },
        _ => None,
    }
}

/// The name at the start of a statement that would declare an attribute if a `:` followed the name: `ports [int] = []`,
/// `labels {str:str}`.
pub(super) fn lost_attribute(ast: &ItemAst, id: StmtId) -> Option<Name> {
    let path = match ast[id] {
        Stmt::Expr(value) => value,
        Stmt::Assign(assign) => match ast[assign].targets[..] {
            [target] => target,
            _ => return None,
        },
        _ => return None,
    };
    let name = match ast[path] {
        Expr::Index { value, .. } => value,
        Expr::Schema(schema) => ast[schema].callee,
        _ => return None,
    };
    match ast[name] {
        Expr::Name(name) => Some(name),
        _ => None,
    }
}

/// Keywords that are followed by a name.
const STATEMENTS: [&str; 7] = [
    "import", "schema", "mixin", "protocol", "rule", "type", "assert",
];

impl<'db> Checker<'db> {
    /// Explains what is wrong with the statement at `index`, reported since `from`, if a neighbour on its line is the
    /// reason. Returns how many statements after it need not be looked at.
    pub(super) fn explain_joined(
        &mut self,
        statements: &'db [StmtId],
        index: usize,
        from: usize,
    ) -> usize {
        let ast = self.ast;
        let id = statements[index];
        if !matches!(ast[id], Stmt::Expr(_) | Stmt::Assign(_)) {
            return 0;
        }
        let last = index + 1 == statements.len();
        let next = statements
            .get(index + 1)
            .filter(|&&next| share_line(ast, id, next));
        let before = index > 0 && share_line(ast, statements[index - 1], id);
        let followed =
            next.is_some() || (last && self.in_item_body() && self.item.shares_line(self.db));
        if self.is_rest_of_line(index) {
            self.diagnostics.truncate(from);
            return 0;
        }
        let Some(first) = self.diagnostics.get_mut(from) else {
            return 0;
        };
        let undefined = first.code == codes::UNDEFINED_NAME;
        // `let a = 1`: what to write instead is said already
        if let (Some(name), true, true) = (bare_name(ast, id), followed, undefined)
            && super::foreign_words::meaning(name).is_some()
        {
            return usize::from(next.is_some());
        }
        if let (Some(name), true, true) = (bare_name(ast, id), followed, undefined) {
            if let Some(keyword) = kiln_project::nearest(name, STATEMENTS) {
                let span = first.primary.span;
                first.help = Some(format!("did you mean `{keyword}`?"));
                first.fixes.clear();
                first.fixes.push(Fix {
                    title: format!("replace it with `{keyword}`"),
                    edits: vec![(span, keyword.to_owned())],
                });
                return usize::from(next.is_some());
            }
            first.help = Some(match self.place {
                Place::Schema => attribute_help(name),
                _ => format!("to define it, write a `=` after its name: `{name} = …`"),
            });
            first.fixes.clear();
            "a statement of its own".clone_into(&mut first.primary.text);
            return usize::from(next.is_some());
        }
        if let (Some(name), true, Place::Schema) = (lost_attribute(ast, id), undefined, self.place)
            && first.primary.span == name.0
        {
            first.help = Some(attribute_help(ast.name(name)));
            first.fixes.clear();
            self.diagnostics.truncate(from + 1);
            return 0;
        }
        if let (Some(name), true) = (compared_name(ast, id), undefined)
            && first.primary.span == name.0
        {
            let name = ast.name(name);
            first.help = Some(format!("to define it, write a single `=`: `{name} = …`"));
            first.fixes.clear();
            return 0;
        }
        if before {
            "a new statement begins here".clone_into(&mut first.primary.text);
            first
                .notes
                .push("two statements on one line: is something missing between them?".to_owned());
            self.diagnostics.truncate(from + 1);
        }
        0
    }

    /// Whether this is what follows an undefined name on its line: an item of its own that was not meant to be one.
    fn is_rest_of_line(&self, index: usize) -> bool {
        let (db, item) = (self.db, self.item);
        if index > 0 || !self.in_item_body() || item.kind(db) != ItemKind::Expr {
            return false;
        }
        let before = (item.ordinal(db) as usize).checked_sub(1);
        let before = before.and_then(|before| outline(db, item.file(db)).items.get(before));
        before.is_some_and(|&before| {
            let ast = &item_syntax(db, before).ast;
            let name = ast
                .stmt_ids(ast.root)
                .first()
                .and_then(|&id| bare_name(ast, id));
            before.shares_line(db)
                && name.is_some_and(|name| package_names(db, item.package(db)).get(name).is_none())
        })
    }

    /// Whether the statements being walked are those of the item itself.
    fn in_item_body(&self) -> bool {
        self.place == Place::Module
    }
}
