//! Which parts of a file have values that cannot be read off them: names, keys and defaults whose values are computed.

use kiln_analysis::Db;
use kiln_analysis::outline::{File, outline};
use kiln_analysis::syntax::item_syntax;
use kiln_syntax::ast::{Entry, Expr, ExprId, ItemAst, Key, Stmt, UnaryOp};
use kiln_syntax::span::Span;

/// Something whose value is computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Computed {
    /// A byte of its name.
    pub name: u32,
    /// The end of the expression that computes it.
    pub end: u32,
}

/// What is computed in a part of a file, in the order of the text.
#[must_use]
pub fn computed<'db>(db: &'db dyn Db, file: File<'db>, range: Span) -> Vec<Computed> {
    let mut found = Vec::new();
    for &item in &outline(db, file).items {
        let own = item.range(db);
        if own.start <= range.end && range.start <= own.end {
            let ast = &item_syntax(db, item).ast;
            of_item(ast, &mut |name, value| {
                if is_computed(ast, value) {
                    found.push(Computed {
                        name: own.start + name,
                        end: own.start + ast.expr_span(value).end,
                    });
                }
            });
        }
    }
    found.retain(|it| range.start <= it.end && it.end <= range.end);
    found.sort_by_key(|it| (it.end, it.name));
    found
}

/// Gives each name or key with its value.
fn of_item(ast: &ItemAst, each: &mut dyn FnMut(u32, ExprId)) {
    for stmt in &ast.stmts {
        match *stmt {
            Stmt::Assign(assign) => {
                let assign = &ast[assign];
                for &target in &assign.targets {
                    if let Expr::Name(name) = ast[target] {
                        each(name.0.start, assign.value);
                    }
                }
            }
            Stmt::AugAssign { target, value, .. } => {
                if let Expr::Name(name) = ast[target] {
                    each(name.0.start, value);
                }
            }
            Stmt::Attr(attr) => {
                let attr = &ast[attr];
                if let Some(default) = attr.default {
                    let name = match ast[attr.name] {
                        Expr::Str(inside) => inside,
                        _ => ast.expr_span(attr.name),
                    };
                    each(name.start, default);
                }
            }
            _ => {}
        }
    }
    for entry in &ast.list_entries {
        let Entry::Pair { key, value, .. } = *entry else {
            continue;
        };
        match ast.key(key) {
            Key::Name(name) => each(name.0.start, value),
            // behind the quote
            Key::Str(_) => each(ast.expr_span(key).start + 1, value),
            Key::Path(names) => {
                if let Some(last) = names.last() {
                    each(last.0.start, value);
                }
            }
            Key::Index(..) | Key::Computed(_) => {}
        }
    }
}

/// Whether a value cannot be read off its expression.
fn is_computed(ast: &ItemAst, value: ExprId) -> bool {
    match ast[ast.peel(value)] {
        Expr::Int(_)
        | Expr::Float(_)
        | Expr::Bool(_)
        | Expr::Str(_)
        | Expr::StrDecoded(_)
        | Expr::Unit(_)
        | Expr::None
        | Expr::Undefined
        | Expr::Error
        | Expr::Lambda(_)
        | Expr::Schema(_)
        | Expr::Config(_)
        | Expr::List(_) => false,
        Expr::Unary {
            op: UnaryOp::Neg | UnaryOp::Pos,
            operand,
        } => is_computed(ast, operand),
        _ => true,
    }
}
