//! The parameters of the call around a position.

use kiln_analysis::Db;
use kiln_analysis::check::trace::{CallSite, item_trace};
use kiln_analysis::outline::File;
use kiln_analysis::syntax::item_syntax;
use kiln_syntax::ast::{Arg, Expr, ItemAst};
use kiln_syntax::lexer::lex;
use kiln_syntax::span::Span;
use kiln_syntax::token::Tok;

use crate::describe::{describe, param_text};
use crate::place::item_at;
use crate::symbol::{params, symbol};

/// A signature with its parameters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    /// All of it.
    pub label: String,
    /// Where its parameters stand in the label.
    pub params: Vec<Span>,
    /// The one that is being written.
    pub active: Option<u32>,
    /// What is written about the function.
    pub docs: String,
}

/// The call around an offset.
#[must_use]
pub fn signature_help<'db>(db: &'db dyn Db, file: File<'db>, offset: u32) -> Option<Signature> {
    let (item, at) = item_at(db, file, offset)?;
    let ast = &item_syntax(db, item).ast;
    let trace = item_trace(db, item);
    let (callee, args, from) = enclosing_call(ast, at)?;
    let site: &CallSite<'_> = trace.calls.iter().find(|call| call.callee == callee)?;

    let name_use = trace.uses.iter().rfind(|it| it.span.end == callee.end);
    let named = name_use.and_then(|found| symbol(db, item, found));
    let name = ast.text.get(callee.range()).unwrap_or("lambda");
    let mut label = format!("{name}(");
    let defaults = site.origin.and_then(|origin| {
        let ast = &item_syntax(db, origin.item).ast;
        Some((ast, params(ast, origin)?))
    });
    let mut spans = Vec::new();
    for (index, param) in site.params.iter().enumerate() {
        if index > 0 {
            label.push_str(", ");
        }
        let default = defaults.and_then(|(ast, params)| {
            let default = params.get(index)?.default?;
            ast.text.get(ast.expr_span(default).range())
        });
        let start = label.len() as u32;
        label.push_str(&param_text(db, param, default));
        spans.push(Span::new(start, label.len() as u32));
    }
    if site.variadic && site.params.is_empty() {
        label.push_str("...");
    }
    label.push(')');
    let active = active_parameter(db, ast, site, args, from, at);
    let docs = named.map(|named| describe(db, &named, item).docs);
    Some(Signature {
        label,
        params: spans,
        active,
        docs: docs.unwrap_or_default(),
    })
}

/// The innermost call whose arguments are around an offset: callee, arguments, and where they begin.
fn enclosing_call(ast: &ItemAst, at: u32) -> Option<(Span, &[Arg], u32)> {
    let calls = ast.exprs.iter().zip(&ast.expr_spans);
    let found = calls.filter_map(|(expr, span)| {
        let (callee, args, until) = match *expr {
            Expr::Call { callee, args } => (callee, args, span.end),
            Expr::Schema(schema) => {
                let schema = &ast[schema];
                let until = ast.expr_span(schema.config).start;
                schema
                    .has_args
                    .then_some((schema.callee, schema.args, until))?
            }
            _ => return None,
        };
        let callee = ast.expr_span(callee);
        let open = callee.end + ast.text.get(callee.end as usize..)?.find('(')? as u32;
        // behind the closing bracket it is over; without one, it goes on
        let closed = ast.text[..until as usize].trim_end().ends_with(')');
        let inside = open < at && (at < until || !closed || at == until && !closed);
        inside.then_some((span.len(), callee, ast.args(args), open + 1))
    });
    let (_, callee, args, from) = found.min_by_key(|(len, ..)| *len)?;
    Some((callee, args, from))
}

fn active_parameter<'db>(
    db: &'db dyn Db,
    ast: &ItemAst,
    site: &CallSite<'db>,
    args: &[Arg],
    from: u32,
    at: u32,
) -> Option<u32> {
    let here = args.iter().find(|arg| {
        let value = ast.expr_span(arg.value);
        let start = arg.keyword.map_or(value.start, |keyword| keyword.0.start);
        start <= at && at <= value.end
    });
    if let Some(keyword) = here.and_then(|arg| arg.keyword) {
        let name = ast.name(keyword);
        let is_it = |param: &kiln_analysis::types::FnParam<'db>| {
            param.name.is_some_and(|it| it.text(db) == name)
        };
        return site.params.iter().position(is_it).map(|index| index as u32);
    }
    // as many as there are commas before, outside of inner brackets
    let before = ast.text.get(from as usize..at as usize)?;
    let mut depth = 0;
    let mut commas = 0;
    for token in lex(before).tokens {
        match token.kind {
            Tok::LBrace | Tok::LBracket | Tok::LParen => depth += 1,
            Tok::RBrace | Tok::RBracket | Tok::RParen => depth -= 1,
            Tok::Comma if depth == 0 => commas += 1,
            _ => {}
        }
    }
    (commas < site.params.len()).then_some(commas as u32)
}
