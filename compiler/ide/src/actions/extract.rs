//! Names for expressions, and types for names.

use kiln_analysis::Db;
use kiln_analysis::check::trace::{LocalKind, Meaning, item_trace};
use kiln_analysis::names::package_names;
use kiln_analysis::outline::File;
use kiln_analysis::syntax::item_syntax;
use kiln_analysis::types::Ty;
use kiln_syntax::ast::{Expr, ExprId, ItemAst, Stmt};
use kiln_syntax::outline::ItemKind;
use kiln_syntax::span::Span;

use super::{Action, ActionKind, indentation};
use crate::place::{TextEdit, item_at, text_of};

/// Gives the selected expression a name: a private variable before the statement, or a local one in a lambda.
pub(super) fn variable<'db>(
    db: &'db dyn Db,
    file: File<'db>,
    selection: Span,
    all: &mut Vec<Action>,
) {
    let text = text_of(db, file);
    let Some(selected) = text.get(selection.range()) else {
        return;
    };
    // without the blanks around it
    let from = selection.start + (selected.len() - selected.trim_start().len()) as u32;
    let span = Span::new(from, from + selected.trim().len() as u32);
    if span.is_empty() {
        return;
    }
    let Some((item, at)) = item_at(db, file, span.start) else {
        return;
    };
    let ast = &item_syntax(db, item).ast;
    let own = Span::new(at, at + span.len());
    let exprs = ast.exprs.iter().zip(&ast.expr_spans).zip(0..);
    let found = exprs
        .filter(|((expr, it), _)| **it == own && !matches!(expr, Expr::Error | Expr::Name(_)))
        .map(|(_, id)| ExprId(id))
        .last();
    if !found.is_some_and(|expr| is_value(ast, expr)) {
        return;
    }
    let Some((before, indent)) = statement_before(ast, own, item.kind(db)) else {
        return;
    };
    // names that are bound in between mean nothing before the statement
    let reads_inner = item_trace(db, item).uses.iter().any(|used| {
        let inside = own.start <= used.span.start && used.span.end <= own.end;
        let bound = matches!(used.meaning, Meaning::Local { decl, kind } if decl.start >= before
            && !(own.start <= decl.start && decl.end <= own.end)
            && kind != LocalKind::Local);
        inside && bound
    });
    let in_schema = matches!(
        item.kind(db),
        ItemKind::Schema | ItemKind::Mixin | ItemKind::Protocol | ItemKind::Rule
    );
    if reads_inner || in_schema && before == 0 {
        return;
    }
    let name = fresh_name(db, file, ast, before == 0);
    let start = item.range(db).start;
    let place = start + before;
    let indent = if indent { indentation(text, place) } else { "" };
    let source = &ast.text[own.range()];
    all.push(Action {
        title: format!("extract `{name}`"),
        kind: ActionKind::Extract,
        edits: vec![
            TextEdit {
                range: Span::new(place, place),
                text: format!("{name} = {source}\n{indent}"),
            },
            TextEdit {
                range: span,
                text: name,
            },
        ],
        others: Vec::new(),
    });
}

/// Whether an expression stands for a value: no key, no callee of an instance.
fn is_value(ast: &ItemAst, expr: ExprId) -> bool {
    let is_key = ast
        .list_entries
        .iter()
        .any(|entry| matches!(*entry, kiln_syntax::ast::Entry::Pair { key, .. } if key == expr));
    let is_callee = ast.schema_exprs.iter().any(|it| it.callee == expr)
        || ast
            .exprs
            .iter()
            .any(|it| matches!(*it, Expr::Call { callee, .. } if callee == expr));
    // the config of an instance is no value of its own
    let is_config = ast.schema_exprs.iter().any(|it| it.config == expr);
    let is_target = ast
        .assigns
        .iter()
        .any(|assign| assign.targets.contains(&expr));
    !is_key && !is_callee && !is_config && !is_target
}

/// Where the statement around a span begins: the innermost in the body of a lambda, else the whole item.
fn statement_before(ast: &ItemAst, span: Span, kind: ItemKind) -> Option<(u32, bool)> {
    if matches!(kind, ItemKind::Import | ItemKind::Doc | ItemKind::Error) {
        return None;
    }
    let bodies = ast.lambdas.iter().flat_map(|it| ast.stmt_ids(it.body));
    let inner = bodies
        .map(|&id| ast.stmt_span(id))
        .filter(|it| it.start <= span.start && span.end <= it.end)
        .min_by_key(|it| it.len());
    if let Some(inner) = inner {
        // only where the statement has its own line
        let before = ast.text.get(..inner.start as usize)?;
        let line = &before[before.rfind('\n').map_or(0, |at| at + 1)..];
        return line.trim().is_empty().then_some((inner.start, true));
    }
    Some((0, false))
}

/// A name that nobody uses.
fn fresh_name<'db>(db: &'db dyn Db, file: File<'db>, ast: &ItemAst, private: bool) -> String {
    let base = if private { "_value" } else { "value" };
    let names = package_names(db, file.package(db));
    let taken = |name: &str| {
        names.get(name).is_some() || crate::index::occurrences(&ast.text, name).next().is_some()
    };
    let numbered = (2..).map(|number| format!("{base}{number}"));
    let mut candidates = std::iter::once(base.to_owned()).chain(numbered);
    candidates
        .find(|name| !taken(name))
        .unwrap_or_else(|| base.to_owned())
}

/// Writes the type of a variable.
pub(super) fn annotation<'db>(
    db: &'db dyn Db,
    file: File<'db>,
    selection: Span,
    all: &mut Vec<Action>,
) {
    let Some((item, at)) = item_at(db, file, selection.start) else {
        return;
    };
    let ast = &item_syntax(db, item).ast;
    let trace = item_trace(db, item);
    for stmt in &ast.stmts {
        let Stmt::Assign(assign) = *stmt else {
            continue;
        };
        let assign = &ast[assign];
        let (&[target], None) = (&assign.targets[..], assign.ty) else {
            continue;
        };
        let Expr::Name(name) = ast[target] else {
            continue;
        };
        if at < name.0.start || at > name.0.end {
            continue;
        }
        let ty = trace.type_of(assign.value).widen(db);
        let text = match ty {
            Ty::Bool | Ty::Int | Ty::Float | Ty::Str => ty.display(db),
            Ty::List(list) if is_plain(list.element(db)) => ty.display(db),
            Ty::Dict(dict) if is_plain(dict.key(db)) && is_plain(dict.value(db)) => ty.display(db),
            _ => continue,
        };
        let end = item.range(db).start + name.0.end;
        all.push(Action {
            title: format!("write its type: `{text}`"),
            kind: ActionKind::Rewrite,
            edits: vec![TextEdit {
                range: Span::new(end, end),
                text: format!(": {text}"),
            }],
            others: Vec::new(),
        });
    }
}

const fn is_plain(ty: Ty<'_>) -> bool {
    matches!(ty, Ty::Bool | Ty::Int | Ty::Float | Ty::Str)
}
