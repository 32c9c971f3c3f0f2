//! Parts of a file that can be folded, and ever larger parts around a position.

use kiln_analysis::Db;
use kiln_analysis::outline::{File, outline};
use kiln_analysis::syntax::item_syntax;
use kiln_syntax::ast::{Entry, Expr, ItemAst, SchemaDecl, Stmt};
use kiln_syntax::lexer::{TriviaKind, lex};
use kiln_syntax::outline::ItemKind;
use kiln_syntax::span::Span;
use kiln_syntax::token::Tok;

use crate::place::{code_range, item_at, text_of, word_at};

/// What kind of part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the names say it")]
pub enum FoldKind {
    Comment,
    Imports,
    Region,
    Code,
}

/// A part that can be folded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fold {
    /// From the end of what stays visible to the end of the part.
    pub span: Span,
    /// What it is.
    pub kind: FoldKind,
}

/// What can be folded in a file: runs of imports and comments, bodies, brackets and long strings.
#[must_use]
pub fn folding_ranges<'db>(db: &'db dyn Db, file: File<'db>) -> Vec<Fold> {
    let text = text_of(db, file);
    let mut folds = Vec::new();
    let mut imports: Option<Span> = None;
    for &item in &outline(db, file).items {
        let range = item.range(db);
        if item.kind(db) == ItemKind::Import {
            let own = code_range(db, item);
            imports = Some(imports.map_or(own, |before| before.cover(own)));
            continue;
        }
        push(text, &mut folds, imports.take(), FoldKind::Imports);
        let ast = &item_syntax(db, item).ast;
        let blocks = ast
            .stmts
            .iter()
            .zip(&ast.stmt_spans)
            .filter(|(stmt, _)| matches!(stmt, Stmt::Schema(_) | Stmt::Rule(_) | Stmt::If(_)));
        for (_, span) in blocks {
            push(
                text,
                &mut folds,
                Some(span.shifted(range.start)),
                FoldKind::Code,
            );
        }
        for schema in &ast.schemas {
            let span = checks(ast, schema).map(|span| span.shifted(range.start));
            push(text, &mut folds, span, FoldKind::Code);
        }
    }
    push(text, &mut folds, imports, FoldKind::Imports);
    let lexed = lex(text);
    let mut open: Vec<u32> = Vec::new();
    for token in &lexed.tokens {
        match token.kind {
            Tok::LBrace | Tok::LBracket | Tok::LParen => open.push(token.start),
            Tok::RBrace | Tok::RBracket | Tok::RParen => {
                let span = open.pop().map(|start| Span::new(start, token.start));
                push(text, &mut folds, span, FoldKind::Code);
            }
            Tok::Str => {
                let span = Span::new(token.start, token.end);
                push(text, &mut folds, Some(span), FoldKind::Code);
            }
            _ => {}
        }
    }
    let mut comments: Option<Span> = None;
    let mut regions: Vec<u32> = Vec::new();
    for trivia in &lexed.trivia {
        if trivia.kind != TriviaKind::Comment {
            continue;
        }
        let words = text.get(trivia.span.range()).unwrap_or_default();
        match words.trim_start_matches(['#', ' ']).split(' ').next() {
            Some("region") => regions.push(trivia.span.start),
            Some("endregion") => {
                let start = regions.pop();
                let span = start.map(|start| Span::new(start, trivia.span.end));
                push(text, &mut folds, span, FoldKind::Region);
            }
            _ => {}
        }
        let near = comments.is_some_and(|before| {
            let between = text.get(before.end as usize..trivia.span.start as usize);
            between.is_some_and(|it| it.trim().is_empty() && it.matches('\n').count() == 1)
        });
        if near {
            comments = comments.map(|before| before.cover(trivia.span));
        } else {
            push(
                text,
                &mut folds,
                comments.replace(trivia.span),
                FoldKind::Comment,
            );
        }
    }
    push(text, &mut folds, comments, FoldKind::Comment);
    folds.sort_unstable();
    folds.dedup_by_key(|fold| fold.span);
    folds
}

/// The checks of a schema with their head.
fn checks(ast: &ItemAst, schema: &SchemaDecl) -> Option<Span> {
    let (first, last) = (schema.checks.first()?, schema.checks.last()?);
    let before = ast.text.get(..ast.expr_span(first.cond).start as usize)?;
    let start = before.rfind("check")? as u32;
    let parts = [Some(last.cond), last.guard, last.message];
    let ends = parts.into_iter().flatten().map(|id| ast.expr_span(id).end);
    Some(Span::new(start, ends.max()?))
}

/// Keeps a part that has more than one line; its first line stays visible.
fn push(text: &str, folds: &mut Vec<Fold>, span: Option<Span>, kind: FoldKind) {
    let Some(span) = span else { return };
    let Some(part) = text.get(span.range()) else {
        return;
    };
    if let Some(first_end) = part.trim_end().find('\n') {
        let first = part[..first_end].trim_end_matches('\r').len() as u32;
        let end = span.start + part.trim_end().len() as u32;
        // a bracket stays visible with its line
        let end = if kind == FoldKind::Code && text[end as usize..].starts_with(['}', ']', ')']) {
            end.max(span.end)
        } else {
            end
        };
        folds.push(Fold {
            span: Span::new(span.start + first, end),
            kind,
        });
    }
}

/// Ever larger parts around an offset: word, expressions, entries, statements, item, file.
#[must_use]
pub fn selection_ranges<'db>(db: &'db dyn Db, file: File<'db>, offset: u32) -> Vec<Span> {
    let text = text_of(db, file);
    let word = word_at(text, offset);
    let mut spans: Vec<Span> = Vec::new();
    if !word.is_empty() {
        spans.push(Span::new(word.start as u32, word.end as u32));
    }
    if let Some((item, at)) = item_at(db, file, offset) {
        let range = item.range(db);
        let ast = &item_syntax(db, item).ast;
        let mut inside: Vec<Span> = around(ast, at);
        inside.retain(|span| span.start <= at && at <= span.end);
        spans.extend(inside.into_iter().map(|span| span.shifted(range.start)));
        if at <= range.len() {
            spans.push(range);
        }
    }
    spans.push(Span::new(0, text.len() as u32));
    spans.sort_by_key(|span| (span.len(), span.start));
    // only what contains all that comes before
    let mut nested: Vec<Span> = Vec::new();
    for span in spans {
        let fits = nested
            .last()
            .is_none_or(|last| span.start <= last.start && last.end <= span.end && span != *last);
        if fits {
            nested.push(span);
        }
    }
    nested
}

fn around(ast: &ItemAst, at: u32) -> Vec<Span> {
    let mut spans: Vec<Span> = ast
        .expr_spans
        .iter()
        .chain(&ast.stmt_spans)
        .chain(&ast.type_spans)
        .copied()
        .collect();
    for entry in &ast.list_entries {
        if let Entry::Pair { key, value, .. } = *entry {
            spans.push(ast.expr_span(key).cover(ast.expr_span(value)));
        }
    }
    // the contents of brackets and strings, without these
    for (expr, span) in ast.exprs.iter().zip(&ast.expr_spans) {
        let has_brackets = matches!(
            expr,
            Expr::Config(_) | Expr::ConfigComp(_) | Expr::List(_) | Expr::ListComp(_)
        );
        let inner = match expr {
            Expr::Str(inner) => Some(*inner),
            _ if has_brackets && span.len() > 2 => Some(Span::new(span.start + 1, span.end - 1)),
            _ => None,
        };
        spans.extend(inner.filter(|inner| inner.start <= at && at <= inner.end));
    }
    spans
}
