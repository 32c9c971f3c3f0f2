//! Local variables that nothing reads: of loops, and of lambdas.

use kiln_syntax::ast::{Expr, ItemAst, Stmt};
use kiln_syntax::diagnostic::Diagnostic;
use kiln_syntax::span::Span;

use super::uses::{Uses, each_loop_variable, each_statement};
use super::{Findings, codes, findings};
use crate::Db;
use crate::outline::Item;
use crate::syntax::item_syntax;

/// Unused local variables of an item.
#[salsa::tracked]
pub fn local_lints<'db>(db: &'db dyn Db, item: Item<'db>) -> Findings {
    let ast = &item_syntax(db, item).ast;
    if ast.comps.is_empty() && ast.quants.is_empty() && ast.lambdas.is_empty() {
        return None;
    }
    let uses = Uses::new(ast);
    let mut found = Vec::new();
    each_loop_variable(ast, &mut |name, place| {
        let text = ast.name(name);
        if !text.starts_with('_') && !uses.has_in(text, place) {
            found.push(loop_variable(ast, text, name.0, &uses));
        }
    });
    for (expr, &place) in ast.exprs.iter().zip(&ast.expr_spans) {
        if let Expr::Lambda(lambda) = *expr {
            lambda_locals(ast, ast[lambda].body, place, &uses, &mut found);
        }
    }
    findings(found)
}

fn loop_variable(ast: &ItemAst, text: &str, span: Span, uses: &Uses<'_>) -> Diagnostic {
    let diagnostic = Diagnostic::warning(
        codes::UNUSED_VARIABLE,
        span,
        format!("nothing reads the loop variable `{text}`"),
    );
    let marked = format!("_{text}");
    let help = format!("write `{marked}` to say that this is meant");
    let escaped = ast.text[..span.start as usize].ends_with('$');
    if uses.has(&marked) || escaped {
        return diagnostic.help(help);
    }
    diagnostic
        .help(help)
        .fix(format!("rename it to `{marked}`"), vec![(span, marked)])
}

/// Variables that a lambda sets and never reads. Its last statement is its result, whatever it is.
fn lambda_locals(
    ast: &ItemAst,
    body: kiln_syntax::ast::List,
    place: Span,
    uses: &Uses<'_>,
    found: &mut Vec<Diagnostic>,
) {
    let last = ast.stmt_ids(body).last().copied();
    let mut seen: Vec<&str> = Vec::new();
    each_statement(ast, body, &mut |id| {
        let Stmt::Assign(assign) = ast[id] else {
            return;
        };
        if Some(id) == last {
            return;
        }
        for &target in &ast[assign].targets {
            let Expr::Name(name) = ast[target] else {
                continue;
            };
            let text = ast.name(name);
            if uses.has_in(text, place) || text == "_" || seen.contains(&text) {
                continue;
            }
            seen.push(text);
            found.push(
                Diagnostic::warning(
                    codes::UNUSED_VARIABLE,
                    name.0,
                    format!("nothing reads the variable `{text}` of this lambda"),
                )
                .help("remove the statement"),
            );
        }
    });
}
