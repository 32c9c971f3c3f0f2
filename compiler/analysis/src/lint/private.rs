//! Private variables of a package that nothing in it reads. (Other packages cannot, and documents leave them out.)

use kiln_syntax::ast::{Expr, ItemAst, Stmt};
use kiln_syntax::diagnostic::Diagnostic;
use kiln_syntax::span::Span;
use rustc_hash::FxHashSet;

use super::codes;
use super::uses::Uses;
use crate::Db;
use crate::names::{DefinitionKind, each_setter, package_names};
use crate::outline::{Item, outline};
use crate::packages::{Package, package_files};
use crate::syntax::{item_syntax, placed};

/// The private names that an item reads, sorted.
#[salsa::tracked]
fn private_reads<'db>(db: &'db dyn Db, item: Item<'db>) -> Box<[Box<str>]> {
    if !item.text(db).contains('_') {
        return Box::default();
    }
    let ast = &item_syntax(db, item).ast;
    let uses = Uses::new(ast);
    let private = private_names(db, item.package(db));
    let mut names: Vec<Box<str>> = uses
        .names()
        .filter(|name| {
            private
                .binary_search_by(|other| (**other).cmp(name))
                .is_ok()
        })
        .map(Box::from)
        .collect();
    names.sort_unstable();
    names.into()
}

/// The private variables of a package, sorted.
#[salsa::tracked]
fn private_names<'db>(db: &'db dyn Db, package: Package<'db>) -> Box<[Box<str>]> {
    let mut names: Vec<Box<str>> = package_names(db, package)
        .iter()
        .filter(|(name, definition)| {
            definition.kind == DefinitionKind::Variable
                && name.starts_with('_')
                && name.chars().any(|c| c != '_')
        })
        .map(|(name, _)| Box::from(&**name))
        .collect();
    names.sort_unstable();
    names.into()
}

/// Private variables that nothing reads.
#[salsa::tracked]
pub fn unused_privates<'db>(db: &'db dyn Db, package: Package<'db>) -> Box<[Diagnostic]> {
    let mut open: FxHashSet<&str> = private_names(db, package).iter().map(|n| &**n).collect();
    for &file in package_files(db, package) {
        for &item in &outline(db, file).items {
            if open.is_empty() {
                return Box::default();
            }
            for name in private_reads(db, item) {
                open.remove(&**name);
            }
        }
    }
    let names = package_names(db, package).iter();
    names
        .filter(|(name, _)| open.contains(&***name))
        .filter(|(_, definition)| {
            let items = definition.items.iter();
            !items
                .into_iter()
                .any(|&item| may_matter(&item_syntax(db, item).ast))
        })
        .filter_map(|(name, definition)| unused(db, name, *definition.items.first()?))
        .collect()
}

/// Builtin functions that do more than to give a result.
const EFFECTS: [&str; 2] = ["print", "option"];

/// Whether an item is of use even if nobody reads what it sets: an instance is checked and counted among the instances
/// of its schema, and a call may do something.
fn may_matter(ast: &ItemAst) -> bool {
    let all = || ast.exprs.iter().zip(&ast.expr_spans);
    let lambdas: Vec<Span> = all()
        .filter(|(expr, _)| matches!(expr, Expr::Lambda(_)))
        .map(|(_, span)| *span)
        .collect();
    let matters = |expr: &Expr| match *expr {
        Expr::Schema(_) => true,
        Expr::Call { callee, .. } => match ast[callee] {
            Expr::Name(name) => {
                let name = ast.name(name);
                kiln_stdlib::builtin_id(name).is_none() || EFFECTS.contains(&name)
            }
            _ => true,
        },
        _ => false,
    };
    all().any(|(expr, span)| {
        // what is in a lambda happens when it is called
        let inside = |lambda: &Span| lambda.start <= span.start && span.end <= lambda.end;
        matters(expr) && !lambdas.iter().any(inside)
    })
}

fn unused<'db>(db: &'db dyn Db, name: &str, item: Item<'db>) -> Option<Diagnostic> {
    let mut place = None;
    each_setter(&item_syntax(db, item).ast, &mut |ast, target, _, stmt| {
        if ast.name(target) == name && place.is_none() && !matches!(ast[stmt], Stmt::Error) {
            place = Some(target.0);
        }
    });
    let diagnostic = Diagnostic::warning(
        codes::UNUSED_VARIABLE,
        place?,
        format!("nothing reads the private variable `{name}`"),
    )
    .help("remove it, or leave out the `_` if it belongs into the document");
    Some(placed(diagnostic, item.place(db)))
}
