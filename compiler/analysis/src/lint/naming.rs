//! How names are written: schemas `LikeThis`, attributes and variables `likeThis` or `like_this`. A name in quotes or with
//! `$` is the way it is on purpose.

use kiln_syntax::ast::{Expr, ItemAst, Name, Stmt};
use kiln_syntax::diagnostic::Diagnostic;

use super::uses::{each_loop_variable, each_statement, is_escaped};
use super::{Findings, codes, findings};
use crate::Db;
use crate::outline::Item;
use crate::syntax::item_syntax;

/// Names that an item declares and that are written unlike others of their kind.
#[salsa::tracked]
pub fn naming_lints<'db>(db: &'db dyn Db, item: Item<'db>) -> Findings {
    let ast = &item_syntax(db, item).ast;
    let mut found = Vec::new();
    let heads = ast
        .schemas
        .iter()
        .map(|s| (s.name, "schema"))
        .chain(ast.rules.iter().map(|r| (r.name, "rule")));
    for (name, what) in heads {
        let text = ast.name(name);
        if !is_upper_camel(text) && !is_escaped(ast, name) {
            found.push(
                Diagnostic::warning(
                    codes::NAMING,
                    name.0,
                    format!("the name of the {what} `{text}` should be written `LikeThis`"),
                )
                .help(format!("for example `{}`", upper_camel(text))),
            );
        }
    }
    for (name, what) in lower_names(ast) {
        let text = ast.name(name);
        if is_mixed(text) && !is_escaped(ast, name) {
            found.push(
                Diagnostic::warning(
                    codes::NAMING,
                    name.0,
                    format!("the name of the {what} `{text}` should begin with a small letter"),
                )
                .help(format!(
                    "for example `{}`; a name that must be this way can stand in quotes",
                    lower(text)
                )),
            );
        }
    }
    findings(found)
}

/// Names of attributes, parameters, private variables and functions. Other top-level variables are keys of the document,
/// whose reader decides about them.
fn lower_names(ast: &ItemAst) -> Vec<(Name, &'static str)> {
    let mut names = Vec::new();
    for attr in &ast.attrs {
        if let Expr::Name(name) = ast[attr.name] {
            names.push((name, "attribute"));
        }
    }
    for lambda in &ast.lambdas {
        names.extend(lambda.params.iter().map(|p| (p.name, "parameter")));
        each_statement(ast, lambda.body, &mut |id| {
            if let Stmt::Assign(assign) = ast[id] {
                let targets = ast[assign].targets.iter();
                names.extend(targets.filter_map(|&target| match ast[target] {
                    Expr::Name(name) => Some((name, "variable")),
                    _ => None,
                }));
            }
        });
    }
    let schemas = ast.schemas.iter().flat_map(|s| &s.params);
    let rules = ast.rules.iter().flat_map(|r| &r.params);
    names.extend(schemas.chain(rules).map(|p| (p.name, "parameter")));
    each_loop_variable(ast, &mut |name, _| names.push((name, "loop variable")));
    each_statement(ast, ast.root, &mut |id| {
        if let Stmt::Assign(assign) = ast[id] {
            let is_function = matches!(ast[ast[assign].value], Expr::Lambda(_));
            for &target in &ast[assign].targets {
                if let Expr::Name(name) = ast[target]
                    && (is_function || ast.name(name).starts_with('_'))
                {
                    let what = if is_function { "function" } else { "variable" };
                    names.push((name, what));
                }
            }
        }
    });
    names
}

/// `LikeThis`
fn is_upper_camel(name: &str) -> bool {
    let rest = name.trim_start_matches('_');
    rest.chars().next().is_none_or(|c| !c.is_lowercase()) && !rest.contains('_')
}

/// A capital at the start and a small letter later; `MAX_SIZE` and `X` are constants.
fn is_mixed(name: &str) -> bool {
    let rest = name.trim_start_matches('_');
    rest.starts_with(char::is_uppercase) && rest.contains(char::is_lowercase)
}

fn upper_camel(name: &str) -> String {
    name.split('_')
        .filter(|part| !part.is_empty())
        .map(|part| {
            let mut chars = part.chars();
            let first = chars.next().map(|c| c.to_uppercase().to_string());
            first.unwrap_or_default() + chars.as_str()
        })
        .collect()
}

fn lower(name: &str) -> String {
    let start = name.len() - name.trim_start_matches('_').len();
    let (marks, rest) = name.split_at(start);
    let mut chars = rest.chars();
    let first = chars.next().map(|c| c.to_lowercase().to_string());
    format!("{marks}{}{}", first.unwrap_or_default(), chars.as_str())
}
