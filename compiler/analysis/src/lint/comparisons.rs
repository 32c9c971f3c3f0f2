//! Comparisons that can be written simpler: with `None` by `==`, and of conditions with `True` or `False`.

use kiln_syntax::ast::{BinaryOp, CompareOp, Expr, ExprId, ItemAst, UnaryOp};
use kiln_syntax::diagnostic::Diagnostic;
use kiln_syntax::span::Span;

use super::{Findings, codes, findings};
use crate::Db;
use crate::check::infer_item;
use crate::outline::Item;
use crate::syntax::item_syntax;
use crate::types::Ty;

/// Comparisons of an item that can be written simpler.
#[salsa::tracked]
pub fn comparison_lints<'db>(db: &'db dyn Db, item: Item<'db>) -> Findings {
    let ast = &item_syntax(db, item).ast;
    if ast.list_compares.is_empty() {
        return None;
    }
    let mut found = Vec::new();
    for expr in &ast.exprs {
        if let Expr::Compare { first, rest } = *expr {
            let mut left = first;
            for &(op, right) in ast.compares(rest) {
                found.extend(with_none(ast, left, op, right));
                left = right;
            }
        }
    }
    for condition in conditions(ast) {
        found.extend(with_bool(db, item, ast, condition));
    }
    findings(found)
}

/// `x == None`. That `is` means the same there can be seen at once, and does not depend on what `x` is.
fn with_none(ast: &ItemAst, left: ExprId, op: CompareOp, right: ExprId) -> Option<Diagnostic> {
    let is_none = |id: ExprId| matches!(ast[ast.peel(id)], Expr::None);
    if !(is_none(left) || is_none(right)) {
        return None;
    }
    let (written, better) = match op {
        CompareOp::Eq => ("==", "is"),
        CompareOp::Ne => ("!=", "is not"),
        _ => return None,
    };
    let diagnostic = Diagnostic::warning(
        codes::NONE_COMPARISON,
        ast.expr_span(left).cover(ast.expr_span(right)),
        format!("`None` is compared with `{written}`"),
    )
    .help(format!("write `{better} None`"));
    // only `x is None` reads well
    match operator(ast, left, right, written) {
        Some(place) if is_none(right) => {
            let before = ast.text[..place.start as usize].ends_with(char::is_whitespace);
            let after = ast.text[place.end as usize..].starts_with(char::is_whitespace);
            let blank = |there: bool| if there { "" } else { " " };
            let text = format!("{}{better}{}", blank(before), blank(after));
            Some(diagnostic.fix(format!("write `{better}`"), vec![(place, text)]))
        }
        _ => Some(diagnostic),
    }
}

/// Where the operator between two operands stands.
fn operator(ast: &ItemAst, left: ExprId, right: ExprId, written: &str) -> Option<Span> {
    let from = ast.expr_span(left).end;
    let between = ast
        .text
        .get(from as usize..ast.expr_span(right).start as usize)?;
    let at = u32::try_from(between.find(written)?).ok()?;
    let length = u32::try_from(written.len()).ok()?;
    Some(Span::new(from + at, from + at + length))
}

/// Expressions of which only the truth matters.
fn conditions(ast: &ItemAst) -> Vec<ExprId> {
    let mut found: Vec<ExprId> = Vec::new();
    found.extend(ast.list_stmt_branches.iter().filter_map(|b| b.cond));
    found.extend(ast.list_entry_branches.iter().filter_map(|b| b.cond));
    found.extend(ast.list_item_branches.iter().filter_map(|b| b.cond));
    let clauses = ast.comps.iter().flat_map(|c| &c.clauses);
    found.extend(clauses.filter_map(|c| c.cond));
    found.extend(ast.quants.iter().filter_map(|q| q.cond));
    for assert in &ast.asserts {
        found.push(assert.cond);
        found.extend(assert.guard);
    }
    let checks = ast.schemas.iter().flat_map(|s| &s.checks);
    for check in checks.chain(ast.rules.iter().flat_map(|r| &r.checks)) {
        found.push(check.cond);
        found.extend(check.guard);
    }
    found.extend(ast.exprs.iter().filter_map(|expr| match *expr {
        Expr::Cond { cond, .. } => Some(cond),
        Expr::Unary {
            op: UnaryOp::Not,
            operand,
        } => Some(operand),
        _ => None,
    }));
    // operands of `and` and `or` in conditions are conditions
    let mut next = 0;
    while let Some(&condition) = found.get(next) {
        next += 1;
        match ast[condition] {
            Expr::Paren(inner) => found.push(inner),
            Expr::Binary {
                op: BinaryOp::And | BinaryOp::Or,
                left,
                right,
            } => found.extend([left, right]),
            _ => {}
        }
    }
    found.sort_unstable();
    found.dedup();
    found
}

/// `x == True` where only the truth matters and `x` is a bool: then `x` alone says the same, also if it is `None`.
/// The other comparisons say something else about `None`, so they are left alone unless `x` cannot be it.
fn with_bool<'db>(
    db: &'db dyn Db,
    item: Item<'db>,
    ast: &ItemAst,
    condition: ExprId,
) -> Option<Diagnostic> {
    let Expr::Compare { first, rest } = ast[condition] else {
        return None;
    };
    let [(op, second)] = *ast.compares(rest) else {
        return None;
    };
    let literal = |id: ExprId| match ast[ast.peel(id)] {
        Expr::Bool(value) => Some(value),
        _ => None,
    };
    let (operand, value) = match (literal(first), literal(second)) {
        (None, Some(value)) => (first, value),
        (Some(value), None) => (second, value),
        _ => return None,
    };
    let holds = match op {
        CompareOp::Eq => value,
        CompareOp::Ne => !value,
        _ => return None,
    };
    let certain = is_certainly_bool(ast, operand);
    let is_bool = || {
        let ty = infer_item(db, item).type_of(operand);
        matches!(ty, Ty::Bool | Ty::BoolLit(_))
    };
    let truth_is_enough = value && op == CompareOp::Eq;
    if !(certain || truth_is_enough && is_bool()) {
        return None;
    }
    let place = ast.expr_span(condition);
    let text = &ast.text[ast.expr_span(operand).range()];
    let simple = match ast[operand] {
        _ if holds => text.to_owned(),
        Expr::Name(_) | Expr::Paren(_) | Expr::Call { .. } | Expr::Select { .. } => {
            format!("not {text}")
        }
        _ => format!("not ({text})"),
    };
    let literal = if value { "True" } else { "False" };
    Some(
        Diagnostic::warning(
            codes::BOOL_COMPARISON,
            place,
            format!("a condition need not be compared with `{literal}`"),
        )
        .help(format!("write `{simple}`"))
        .fix(format!("write `{simple}`"), vec![(place, simple)]),
    )
}

/// Whether the form of an expression says that its value is `True` or `False`.
fn is_certainly_bool(ast: &ItemAst, expr: ExprId) -> bool {
    match ast[expr] {
        Expr::Paren(inner) => is_certainly_bool(ast, inner),
        Expr::Compare { .. }
        | Expr::Unary {
            op: UnaryOp::Not, ..
        } => true,
        _ => false,
    }
}
