//! Code that certainly never takes part: branches of constant conditions, and what follows a failing assertion.

use kiln_syntax::ast::Entry;
use kiln_syntax::ast::{Expr, ExprId, Item as ListItem, ItemAst, List, Stmt, UnaryOp};
use kiln_syntax::diagnostic::Diagnostic;
use kiln_syntax::span::Span;

use super::{Findings, codes, findings};
use crate::Db;
use crate::outline::Item;
use crate::syntax::item_syntax;

/// Unreachable code of an item.
#[salsa::tracked]
pub fn unreachable_lints<'db>(db: &'db dyn Db, item: Item<'db>) -> Findings {
    let ast = &item_syntax(db, item).ast;
    // most items have neither
    if !["True", "False"].iter().any(|word| ast.text.contains(word)) {
        return None;
    }
    let mut found = Vec::new();
    for stmt in &ast.stmts {
        if let Stmt::If(branches) = *stmt {
            let branches = ast.stmt_branches(branches).iter();
            let parts = branches.map(|b| (b.cond, statements_span(ast, b.body)));
            chain(ast, parts, &mut found);
        }
    }
    for entry in &ast.list_entries {
        if let Entry::If(branches) = *entry {
            let branches = ast.entry_branches(branches).iter();
            chain(
                ast,
                branches.map(|b| (b.cond, entries_span(ast, b.body))),
                &mut found,
            );
        }
    }
    for item in &ast.list_items {
        if let ListItem::If(branches) = *item {
            let branches = ast.item_branches(branches).iter();
            chain(
                ast,
                branches.map(|b| (b.cond, items_span(ast, b.body))),
                &mut found,
            );
        }
    }
    for expr in &ast.exprs {
        if let Expr::Cond {
            cond,
            then,
            otherwise,
        } = *expr
            && let Some(holds) = constant(ast, cond)
        {
            let never = if holds { otherwise } else { then };
            found.push(report(ast, ast.expr_span(never), cond, holds));
        }
    }
    let filters = ast
        .comps
        .iter()
        .flat_map(|c| &c.clauses)
        .filter_map(|c| c.cond);
    for filter in filters {
        if constant(ast, filter) == Some(false) {
            found.push(report(ast, ast.expr_span(filter), filter, false));
        }
    }
    after_assertions(ast, &mut found);
    findings(found)
}

/// The value of a condition that does not depend on anything.
fn constant(ast: &ItemAst, condition: ExprId) -> Option<bool> {
    match ast[condition] {
        Expr::Bool(value) => Some(value),
        Expr::Paren(inner) => constant(ast, inner),
        Expr::Unary {
            op: UnaryOp::Not,
            operand,
        } => constant(ast, operand).map(|value| !value),
        _ => None,
    }
}

/// The branches of one `if`, each a condition and the place of its body.
fn chain(
    ast: &ItemAst,
    branches: impl Iterator<Item = (Option<ExprId>, Option<Span>)>,
    found: &mut Vec<Diagnostic>,
) {
    let mut always: Option<ExprId> = None;
    for (condition, body) in branches {
        let place = body.or(condition.map(|c| ast.expr_span(c)));
        let Some(place) = place else { continue };
        if let Some(always) = always {
            found.push(report(ast, place, always, true));
            continue;
        }
        let Some(condition) = condition else { continue };
        match constant(ast, condition) {
            Some(true) => always = Some(condition),
            Some(false) => found.push(report(ast, place, condition, false)),
            None => {}
        }
    }
}

fn report(ast: &ItemAst, place: Span, condition: ExprId, holds: bool) -> Diagnostic {
    let why = if holds {
        "because this always holds"
    } else {
        "because this never holds"
    };
    let condition = ast.expr_span(condition);
    let diagnostic = Diagnostic::warning(codes::UNREACHABLE, place, "this can never take part");
    if condition == place {
        diagnostic.at(why.trim_start_matches("because "))
    } else {
        diagnostic.label(condition, why)
    }
}

/// Statements behind `assert False` in the same block, which ends the program.
fn after_assertions(ast: &ItemAst, found: &mut Vec<Diagnostic>) {
    let branches = ast.list_stmt_branches.iter().map(|b| b.body);
    let bodies = branches.chain(ast.lambdas.iter().map(|l| l.body));
    for body in bodies {
        let statements = ast.stmt_ids(body);
        let fails = statements.iter().position(|&id| match ast[id] {
            Stmt::Assert(assert) => {
                let assert = &ast[assert];
                assert.guard.is_none() && constant(ast, assert.cond) == Some(false)
            }
            _ => false,
        });
        if let Some(at) = fails
            && let Some(&next) = statements.get(at + 1)
        {
            found.push(
                Diagnostic::warning(
                    codes::UNREACHABLE,
                    ast.stmt_span(next),
                    "this can never take part",
                )
                .label(ast.stmt_span(statements[at]), "because this always fails"),
            );
        }
    }
}

fn statements_span(ast: &ItemAst, body: List) -> Option<Span> {
    let spans = ast.stmt_ids(body).iter().map(|&id| ast.stmt_span(id));
    spans.reduce(Span::cover)
}

fn entries_span(ast: &ItemAst, body: List) -> Option<Span> {
    let spans = ast.entries(body).iter().filter_map(|entry| match *entry {
        Entry::Pair { key, value, .. } => Some(ast.expr_span(key).cover(ast.expr_span(value))),
        Entry::Unpack(value) => Some(ast.expr_span(value)),
        Entry::If(_) | Entry::Error => None,
    });
    spans.reduce(Span::cover)
}

fn items_span(ast: &ItemAst, body: List) -> Option<Span> {
    let spans = ast.items(body).iter().filter_map(|item| match *item {
        ListItem::Expr(value) | ListItem::Star(value) => Some(ast.expr_span(value)),
        ListItem::If(_) => None,
    });
    spans.reduce(Span::cover)
}
