//! Strings in other words: values in the string instead of behind it, and the other quotes.

use kiln_analysis::Db;
use kiln_analysis::check::trace::{Trace, item_trace};
use kiln_analysis::outline::File;
use kiln_analysis::syntax::item_syntax;
use kiln_analysis::types::Ty;
use kiln_syntax::ast::{BinaryOp, Expr, ExprId, ItemAst};
use kiln_syntax::span::Span;

use super::{Action, ActionKind};
use crate::place::{TextEdit, item_at};

/// Rewrites the string at a position.
pub(super) fn strings<'db>(
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
    let start = item.range(db).start;
    let mut around: Vec<ExprId> = (0..ast.exprs.len() as u32).map(ExprId).collect();
    around.retain(|&id| ast.expr_span(id).start <= at && at <= ast.expr_span(id).end);
    // the outermost sum is the whole text
    around.sort_by_key(|&id| std::cmp::Reverse(ast.expr_span(id).len()));
    let mut push = |title: &str, id: ExprId, text: String| {
        let edit = TextEdit {
            range: ast.expr_span(id).shifted(start),
            text,
        };
        all.push(Action::new(title, ActionKind::Rewrite, vec![edit]));
    };
    let with_holes = around.iter().find_map(|&id| {
        let text = formatted(db, ast, trace, id).or_else(|| joined(db, ast, trace, id))?;
        Some((id, text))
    });
    if let Some((id, text)) = with_holes {
        push("write the values into the string", id, text);
    }
    let other = around.iter().find_map(|&id| Some((id, quoted(ast, id)?)));
    if let Some((id, text)) = other {
        let title = match text.starts_with('"') {
            true => "use double quotes",
            false => "use single quotes",
        };
        push(title, id, text);
    }
}

/// Quote and text of a string that stands on one line without prefix.
fn literal(ast: &ItemAst, id: ExprId) -> Option<(char, &str)> {
    if !matches!(
        ast[id],
        Expr::Str(_) | Expr::StrDecoded(_) | Expr::Format(_)
    ) {
        return None;
    }
    let text = ast.text.get(ast.expr_span(id).range())?;
    let quote = text.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let inner = text.strip_prefix(quote)?.strip_suffix(quote)?;
    let is_long = inner.starts_with(quote) || inner.contains('\n');
    (!is_long).then_some((quote, inner))
}

/// A string in the other quotes.
fn quoted(ast: &ItemAst, id: ExprId) -> Option<String> {
    let (quote, inner) = literal(ast, id)?;
    let other = if quote == '"' { '\'' } else { '"' };
    let plain = !inner.contains([other, quote, '\\']);
    plain.then(|| format!("{other}{inner}{other}"))
}

/// An expression as it can stand in a string.
fn hole<'db>(
    db: &'db dyn Db,
    ast: &ItemAst,
    trace: &Trace<'db>,
    id: ExprId,
    types: &[Ty<'db>],
) -> Option<String> {
    let ty = trace.type_of(id).widen(db);
    let text = ast.text.get(ast.expr_span(id).range())?;
    let plain = !text.contains(['"', '\'', '{', '}', '\\', '\n', ':', '#']);
    (plain && types.contains(&ty)).then(|| format!("${{{text}}}"))
}

/// `"a {}".format(b)` as `"a ${b}"`.
fn formatted<'db>(
    db: &'db dyn Db,
    ast: &ItemAst,
    trace: &Trace<'db>,
    id: ExprId,
) -> Option<String> {
    let Expr::Call { callee, args } = ast[id] else {
        return None;
    };
    let Expr::Select { value, attr, .. } = ast[callee] else {
        return None;
    };
    if ast.name(attr) != "format" || matches!(ast[value], Expr::Format(_)) {
        return None;
    }
    let (quote, inner) = literal(ast, value)?;
    let args = ast.args(args);
    let pieces: Vec<&str> = inner.split("{}").collect();
    let plain = pieces.iter().all(|piece| !piece.contains(['{', '}', '$']));
    if !plain || args.is_empty() || pieces.len() != args.len() + 1 {
        return None;
    }
    let mut text = format!("{quote}{}", pieces[0]);
    for (arg, piece) in args.iter().zip(&pieces[1..]) {
        if arg.keyword.is_some() {
            return None;
        }
        let types = [Ty::Str, Ty::Int, Ty::Bool];
        text.push_str(&hole(db, ast, trace, arg.value, &types)?);
        text.push_str(piece);
    }
    text.push(quote);
    Some(text)
}

/// `"a " + b` as `"a ${b}"`.
fn joined<'db>(db: &'db dyn Db, ast: &ItemAst, trace: &Trace<'db>, id: ExprId) -> Option<String> {
    let mut parts: Vec<ExprId> = Vec::new();
    let mut rest = id;
    while let Expr::Binary {
        op: BinaryOp::Add,
        left,
        right,
    } = ast[rest]
    {
        parts.push(right);
        rest = left;
    }
    parts.push(rest);
    parts.reverse();
    let quotes: Vec<char> = parts
        .iter()
        .filter_map(|&part| literal(ast, part).map(|(quote, _)| quote))
        .collect();
    let &quote = quotes.first()?;
    let mixed = quotes.iter().any(|other| *other != quote);
    if mixed || quotes.len() == parts.len() {
        return None;
    }
    let mut text = quote.to_string();
    for part in parts {
        match literal(ast, part) {
            Some((_, inner)) => text.push_str(inner),
            None => text.push_str(&hole(db, ast, trace, part, &[Ty::Str])?),
        }
    }
    text.push(quote);
    Some(text)
}
