//! How complex schemas and lambdas are: every branch counts once, and once more for each branch around it.
//!
//! Branches are those of `if` (also in lists, configs and conditional expressions), loops, filters, quantifiers, `and` and
//! `or`. A lambda inside another, or inside a schema, is counted for itself.

use kiln_syntax::ast::{BinaryOp, Entry, Expr, Item as ListItem, ItemAst, List, Stmt};
use kiln_syntax::diagnostic::Diagnostic;
use kiln_syntax::span::Span;

use super::codes;
use crate::Db;
use crate::outline::Item;
use crate::syntax::item_syntax;

/// How complex a schema or lambda is.
#[derive(Clone, Debug, PartialEq, Eq, salsa::SalsaValue)]
pub struct Complexity {
    /// Its name, or the first word of the lambda.
    pub span: Span,
    /// What it is.
    pub what: String,
    /// The number.
    pub value: u32,
}

impl Complexity {
    /// Says so if it is too much.
    pub(super) fn finding(&self, most: u32) -> Option<Diagnostic> {
        let Self { what, value, .. } = self;
        (*value > most).then(|| {
            Diagnostic::warning(
                codes::COMPLEXITY,
                self.span,
                format!("{what} has a complexity of {value}, more than {most}"),
            )
            .note("each branch counts once, and once more for each branch around it")
            .help("split it into smaller ones")
        })
    }
}

/// Whatever is nested: a branch, or a lambda.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Schema,
    Lambda,
    Branch,
    /// A further `elif` or an operator: it counts, but nothing is nested in it.
    Link,
}

/// The schemas and lambdas of an item that have branches.
#[salsa::tracked]
pub fn complexities<'db>(db: &'db dyn Db, item: Item<'db>) -> Option<Box<[Complexity]>> {
    let ast = &item_syntax(db, item).ast;
    if ast.schemas.is_empty() && ast.lambdas.is_empty() {
        return None;
    }
    let mut places = places(ast);
    // outer ones first
    places.sort_by_key(|(span, kind)| (span.start, std::cmp::Reverse(span.end), *kind));
    let mut units: Vec<(Span, Kind, u32)> = Vec::new();
    // the places around the current one: its end, its kind, and the unit if it is one
    let mut around: Vec<(u32, Kind, Option<usize>)> = Vec::new();
    for (span, kind) in places {
        while around.last().is_some_and(|(end, ..)| *end <= span.start) {
            around.pop();
        }
        if matches!(kind, Kind::Schema | Kind::Lambda) {
            around.push((span.end, kind, Some(units.len())));
            units.push((span, kind, 0));
            continue;
        }
        let unit = around.iter().rposition(|(.., unit)| unit.is_some());
        if let Some(at) = unit
            && let Some(index) = around[at].2
        {
            let nested = if kind == Kind::Branch {
                (around.len() - at - 1) as u32
            } else {
                0
            };
            units[index].2 += 1 + nested;
        }
        if kind == Kind::Branch {
            around.push((span.end, kind, None));
        }
    }
    let complex: Box<[Complexity]> = units
        .into_iter()
        .filter(|unit| unit.2 > 0)
        .map(|(span, kind, value)| named(ast, span, kind, value))
        .collect();
    (!complex.is_empty()).then_some(complex)
}

fn named(ast: &ItemAst, span: Span, kind: Kind, value: u32) -> Complexity {
    let schema = ast
        .schemas
        .iter()
        .find(|s| kind == Kind::Schema && span.start <= s.name.0.start && s.name.0.end <= span.end);
    match schema {
        Some(schema) => Complexity {
            span: schema.name.0,
            what: format!("`{}`", ast.name(schema.name)),
            value,
        },
        None => Complexity {
            span: Span::new(span.start, span.end.min(span.start + "lambda".len() as u32)),
            what: "this lambda".to_owned(),
            value,
        },
    }
}

/// Every place that counts or that is a unit.
fn places(ast: &ItemAst) -> Vec<(Span, Kind)> {
    let mut places = Vec::new();
    for (stmt, &span) in ast.stmts.iter().zip(&ast.stmt_spans) {
        match *stmt {
            Stmt::Schema(_) => places.push((span, Kind::Schema)),
            Stmt::If(branches) => {
                places.push((span, Kind::Branch));
                let further = ast.stmt_branches(branches).iter().skip(1);
                let conditions = further.filter_map(|b| b.cond);
                places.extend(conditions.map(|c| (ast.expr_span(c), Kind::Link)));
            }
            _ => {}
        }
    }
    for entry in &ast.list_entries {
        if let Entry::If(branches) = *entry {
            let branches = ast.entry_branches(branches);
            let conditions = branches.iter().filter_map(|b| b.cond);
            let conditions: Vec<Span> = conditions.map(|c| ast.expr_span(c)).collect();
            let bodies = branches.iter().map(|b| entries_end(ast, b.body));
            add_branches(&mut places, &conditions, bodies.max().unwrap_or_default());
        }
    }
    for item in &ast.list_items {
        if let ListItem::If(branches) = *item {
            let branches = ast.item_branches(branches);
            let conditions = branches.iter().filter_map(|b| b.cond);
            let conditions: Vec<Span> = conditions.map(|c| ast.expr_span(c)).collect();
            let bodies = branches.iter().map(|b| items_end(ast, b.body));
            add_branches(&mut places, &conditions, bodies.max().unwrap_or_default());
        }
    }
    for (expr, &span) in ast.exprs.iter().zip(&ast.expr_spans) {
        match *expr {
            Expr::Lambda(_) => places.push((span, Kind::Lambda)),
            Expr::Cond { .. } | Expr::Quant(_) => places.push((span, Kind::Branch)),
            Expr::ListComp(comp) | Expr::ConfigComp(comp) => {
                places.push((span, Kind::Branch));
                let clauses = &ast[comp].clauses;
                let further = clauses.iter().skip(1).map(|c| c.source);
                let filters = clauses.iter().filter_map(|c| c.cond);
                let links = further.chain(filters);
                places.extend(links.map(|e| (ast.expr_span(e), Kind::Link)));
            }
            Expr::Binary {
                op: BinaryOp::And | BinaryOp::Or,
                right,
                ..
            } => places.push((ast.expr_span(right), Kind::Link)),
            _ => {}
        }
    }
    places
}

fn add_branches(places: &mut Vec<(Span, Kind)>, conditions: &[Span], end: u32) {
    let Some((first, further)) = conditions.split_first() else {
        return;
    };
    places.push((Span::new(first.start, end.max(first.end)), Kind::Branch));
    places.extend(further.iter().map(|&span| (span, Kind::Link)));
}

/// Where entries end, as far as values tell.
fn entries_end(ast: &ItemAst, entries: List) -> u32 {
    let ends = ast.entries(entries).iter().map(|entry| match *entry {
        Entry::Pair { value, .. } | Entry::Unpack(value) => ast.expr_span(value).end,
        Entry::If(branches) => {
            let bodies = ast.entry_branches(branches).iter();
            bodies
                .map(|b| entries_end(ast, b.body))
                .max()
                .unwrap_or_default()
        }
        Entry::Error => 0,
    });
    ends.max().unwrap_or_default()
}

/// The same for list items.
fn items_end(ast: &ItemAst, items: List) -> u32 {
    let ends = ast.items(items).iter().map(|item| match *item {
        ListItem::Expr(value) | ListItem::Star(value) => ast.expr_span(value).end,
        ListItem::If(branches) => {
            let bodies = ast.item_branches(branches).iter();
            bodies
                .map(|b| items_end(ast, b.body))
                .max()
                .unwrap_or_default()
        }
    });
    ends.max().unwrap_or_default()
}
