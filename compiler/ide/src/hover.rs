//! What is shown about what is under the pointer: a name, else a word of the language, else an expression.

use kiln_analysis::Db;
use kiln_analysis::check::trace::{Trace, item_trace};
use kiln_analysis::outline::File;
use kiln_analysis::syntax::item_syntax;
use kiln_analysis::types::Ty;
use kiln_syntax::ast::{Expr, ExprId, ItemAst};
use kiln_syntax::lexer::lex;
use kiln_syntax::span::Span;
use kiln_syntax::token::{Tok, Token};

use crate::describe::describe;
use crate::place::{FileRange, file_range, item_at};
use crate::symbol::named_at;
use crate::words::help;

/// Longer expressions are not repeated.
const LONGEST: usize = 60;

/// What to show, and about what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hover {
    /// The name, word or expression.
    pub range: FileRange,
    /// Markdown.
    pub markdown: String,
}

/// What is known about the name at an offset.
#[must_use]
pub fn hover<'db>(db: &'db dyn Db, file: File<'db>, offset: u32) -> Option<Hover> {
    let Some(named) = named_at(db, file, offset) else {
        return unnamed(db, file, offset);
    };
    let description = describe(db, &named.symbol, named.item);
    let mut markdown = String::new();
    if !description.container.is_empty() {
        markdown.push_str(&description.container);
        markdown.push_str("\n\n");
    }
    markdown.push_str("```kcl\n");
    markdown.push_str(&description.code);
    markdown.push_str("\n```");
    if !description.docs.is_empty() {
        markdown.push_str("\n\n");
        markdown.push_str(&description.docs);
    }
    Some(Hover {
        range: file_range(db, named.item, named.span),
        markdown,
    })
}

/// What is known about a place without a name.
fn unnamed<'db>(db: &'db dyn Db, file: File<'db>, offset: u32) -> Option<Hover> {
    let (item, at) = item_at(db, file, offset)?;
    let ast = &item_syntax(db, item).ast;
    let tokens = lex(&ast.text).tokens;
    let token = tokens
        .iter()
        .find(|token| token.start <= at && at < token.end && token.kind != Tok::Newline)?;
    let span = Span::new(token.start, token.end);
    let text = ast.text.get(span.range())?;
    if let Some((usage, text)) = help(text).filter(|_| is_keyword(ast, token)) {
        return Some(Hover {
            range: file_range(db, item, span),
            markdown: format!("```kcl\n{usage}\n```\n\n{text}"),
        });
    }
    let (id, span) = expression_at(ast, span)?;
    let code = expression(db, ast, item_trace(db, item), id)?;
    Some(Hover {
        range: file_range(db, item, span),
        markdown: format!("```kcl\n{code}\n```"),
    })
}

/// Whether a token is a word of the language where it stands, or the name of a type.
fn is_keyword(ast: &ItemAst, token: &Token) -> bool {
    let span = Span::new(token.start, token.end);
    match token.kind {
        Tok::Name => ast
            .types
            .iter()
            .zip(&ast.type_spans)
            .any(|(_, own)| *own == span),
        kind => kind.is_word(),
    }
}

/// The innermost expression around a token. The block of an instance is part of the instance, a documentation none.
fn expression_at(ast: &ItemAst, token: Span) -> Option<(ExprId, Span)> {
    let all = ast.expr_spans.iter().zip((0..).map(ExprId));
    let around = all.filter(|(span, _)| span.start <= token.start && token.end <= span.end);
    let (span, id) = around.min_by_key(|(span, id)| (span.len(), id.0))?;
    let docs = ast.schemas.iter().filter_map(|schema| schema.doc);
    let mut docs = docs.chain(ast.rules.iter().filter_map(|rule| rule.doc));
    if docs.any(|doc| doc == id) {
        return None;
    }
    let instance = ast
        .exprs
        .iter()
        .zip((0..).map(ExprId))
        .find(|(expr, _)| matches!(**expr, Expr::Schema(schema) if ast[schema].config == id));
    match instance {
        Some((_, whole)) => Some((whole, ast.expr_span(whole))),
        None => Some((id, *span)),
    }
}

/// An expression with its type, and the value of a number that is not written in digits alone.
fn expression<'db>(
    db: &'db dyn Db,
    ast: &ItemAst,
    trace: &Trace<'db>,
    id: ExprId,
) -> Option<String> {
    let source = ast.text.get(ast.expr_span(id).range())?;
    match ast[id] {
        Expr::Unit(unit) => return Some(format!("{source} = {}", ast[unit].value)),
        Expr::Int(value) if value.to_string() != source => {
            return Some(format!("{source} = {value}"));
        }
        Expr::Float(value) if value.to_string() != source => {
            return Some(format!("{source} = {value}"));
        }
        _ => {}
    }
    let ty = trace.type_of(id);
    if ty.is_unknown() {
        return None;
    }
    // of a literal the kind says more than its own text
    let is_literal = matches!(
        ast[id],
        Expr::Int(_) | Expr::Float(_) | Expr::Str(_) | Expr::StrDecoded(_) | Expr::Bool(_)
    );
    let ty = if is_literal || matches!(ty, Ty::List(_) | Ty::Dict(_)) {
        ty.widen(db)
    } else {
        ty
    };
    let short = source.len() <= LONGEST && !source.contains('\n') && !is_literal;
    Some(match short {
        true => format!("{source}: {}", ty.display(db)),
        false => ty.display(db),
    })
}
