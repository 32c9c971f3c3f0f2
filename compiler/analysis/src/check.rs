//! The static checker: what is wrong with an item, and the types of its expressions.
//!
//! [`infer_item`] walks one item and finds both at once. What others may see of an item is computed apart from that
//! ([`schema`], [`variables`]), so that an edit inside a body concerns nobody else. Nothing here looks at values.

use kiln_syntax::ast::{Assign, Expr, ExprId, ItemAst, Stmt};
use kiln_syntax::diagnostic::Diagnostic;
use kiln_syntax::outline::ItemKind;
use salsa::SalsaValue;

use crate::Db;
use crate::imports::reachable_packages;
use crate::inputs::Project;
use crate::outline::{Item, outline};
use crate::packages::{Package, package_files};
use crate::syntax::item_syntax;
use crate::types::{Sym, Ty};

mod advice;
mod assignments;
mod attribute;
mod block;
mod blocks;
mod calls;
mod checker;
pub mod codes;
mod collections;
mod config;
mod decorators;
mod entry_place;
mod foreign_words;
mod functions;
mod instances;
pub mod interface;
mod joined;
mod lower;
mod members;
mod merged;
mod narrowing;
mod notes;
mod operators;
mod report;
mod required;
mod resolve;
pub mod schema;
mod schema_body;
mod schema_heads;
mod scope;
pub mod trace;
mod unpack;
pub mod variables;

pub use resolve::schema_of_definition;

/// What is found out about an item by walking it.
#[derive(Clone, Debug, Default, PartialEq, SalsaValue)]
pub struct Inference<'db> {
    /// The variables that it sets at the top level, with their types after it.
    pub variables: Box<[(Sym<'db>, Ty<'db>)]>,
    /// What is wrong with it; spans are relative to it.
    pub diagnostics: Box<[Diagnostic]>,
    /// The types of its expressions, by id; `any` for those that were not looked at.
    types: Box<[Ty<'db>]>,
}

impl<'db> Inference<'db> {
    /// The type of an expression of the item.
    #[must_use]
    pub fn type_of(&self, expr: ExprId) -> Ty<'db> {
        self.types.get(expr.0 as usize).copied().unwrap_or(Ty::Any)
    }
}

/// Walks an item.
#[salsa::tracked(cycle_result = infer_cycle)]
pub fn infer_item<'db>(db: &'db dyn Db, item: Item<'db>) -> Inference<'db> {
    let ast = &item_syntax(db, item).ast;
    let mut checker = checker::Checker::new(db, item, ast);
    checker.item_statements();
    let mut inference = checker.finish();
    if !inference.diagnostics.is_empty() && narrowing::has_conditions(ast) {
        let mut again = checker::Checker::new(db, item, ast);
        again.narrowing.on = true;
        again.item_statements();
        let first = std::mem::take(&mut inference.diagnostics);
        inference.diagnostics = narrowing::settled(first, again.finish().diagnostics);
    }
    inference
}

fn infer_cycle<'db>(_: &'db dyn Db, _: salsa::Id, _: Item<'db>) -> Inference<'db> {
    Inference::default()
}

/// What is wrong with an item, apart from its syntax and its name.
#[must_use]
pub fn item_diagnostics<'db>(db: &'db dyn Db, item: Item<'db>) -> &'db [Diagnostic] {
    if item.kind(db) == ItemKind::Assign && is_plain(&item_syntax(db, item).ast) {
        return &[];
    }
    &infer_item(db, item).diagnostics
}

/// The types of an item's expressions; nothing for an item that is not walked.
#[must_use]
pub fn item_types<'db>(db: &'db dyn Db, item: Item<'db>) -> Option<&'db Inference<'db>> {
    let plain = item.kind(db) == ItemKind::Assign && is_plain(&item_syntax(db, item).ast);
    (!plain).then(|| infer_item(db, item))
}

/// `name = literal`: nothing can be wrong with it, so it is not walked.
fn is_plain(ast: &ItemAst) -> bool {
    let [only] = ast.stmt_ids(ast.root) else {
        return false;
    };
    let Stmt::Assign(assign) = ast[*only] else {
        return false;
    };
    let Assign {
        targets,
        ty: None,
        value,
    } = &ast[assign]
    else {
        return false;
    };
    let literal = matches!(
        ast[*value],
        Expr::Int(_)
            | Expr::Float(_)
            | Expr::Bool(_)
            | Expr::None
            | Expr::Str(_)
            | Expr::StrDecoded(_)
    );
    // A private name may have a type already.
    let exported = |&target: &ExprId| matches!(ast[target], Expr::Name(name) if !ast.name(name).starts_with('_'));
    literal && targets.iter().all(exported)
}

/// What others may see of an item.
#[derive(Clone, Debug, PartialEq)]
pub enum Signature<'db> {
    /// A schema, mixin, protocol or rule.
    Schema(&'db schema::SchemaShape<'db>),
    /// The target of a type alias.
    Alias(Ty<'db>),
    /// Variables and their types.
    Variables(&'db [(Sym<'db>, Ty<'db>)]),
}

/// What others may see of an item.
#[must_use]
pub fn signature<'db>(db: &'db dyn Db, item: Item<'db>) -> Signature<'db> {
    match item.kind(db) {
        ItemKind::Schema | ItemKind::Mixin | ItemKind::Protocol | ItemKind::Rule => {
            match schema::schema_shape(db, item) {
                Some(shape) => Signature::Schema(shape),
                None => Signature::Variables(&[]),
            }
        }
        ItemKind::TypeAlias => Signature::Alias(variables::alias_type(db, item)),
        _ => Signature::Variables(variables::inferred_types(db, item)),
    }
}

/// Something that is wrong with an item.
#[derive(Clone, Debug, PartialEq, SalsaValue)]
pub struct Finding<'db> {
    /// The item.
    pub item: Item<'db>,
    /// What is wrong; spans are relative to the item.
    pub diagnostic: Diagnostic,
}

/// Everything that is wrong in a package, apart from syntax, imports and clashes of names. A query of its own, so that
/// after an edit elsewhere a package is one question and not one for each item.
#[salsa::tracked]
pub fn check_package<'db>(db: &'db dyn Db, package: Package<'db>) -> Box<[Finding<'db>]> {
    let items = package_files(db, package)
        .iter()
        .flat_map(|&file| &outline(db, file).items);
    items
        .flat_map(|&item| {
            let diagnostics = item_diagnostics(db, item).iter();
            diagnostics
                .cloned()
                .map(move |diagnostic| Finding { item, diagnostic })
        })
        .collect()
}

/// [`check_package`] for all packages that a program really uses, imported ones first.
#[must_use]
pub fn check_program<'db>(db: &'db dyn Db, project: Project) -> Vec<(Item<'db>, Diagnostic)> {
    reachable_packages(db, project)
        .iter()
        .flat_map(|&package| check_package(db, package))
        .map(|finding| (finding.item, finding.diagnostic.clone()))
        .collect()
}
