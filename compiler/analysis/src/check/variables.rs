//! Types of package variables and aliases as other items see them.
//!
//! Items are read in source order: an item sees the inferred types of variables that are set before it, and of later ones
//! only what their statement declares. So there are no circles, and a body that changes without changing its type concerns
//! nobody else.

use kiln_syntax::ast::{Expr, ItemAst, LambdaId, Stmt};
use kiln_syntax::outline::ItemKind;

use super::infer_item;
use super::lower::lower;
use crate::Db;
use crate::names::Definition;
use crate::outline::{File, Item};
use crate::packages::package_files;
use crate::syntax::item_syntax;
use crate::types::{FnParam, FunctionTy, ParamsOrigin, Sym, Ty};

/// The target of a type alias.
#[salsa::tracked(returns(copy), cycle_result = alias_cycle)]
pub fn alias_type<'db>(db: &'db dyn Db, item: Item<'db>) -> Ty<'db> {
    // What shares its line with another item is not what it was meant to be.
    if item.shares_line(db) {
        return Ty::Error;
    }
    let ast = &item_syntax(db, item).ast;
    let alias = ast.stmt_ids(ast.root).iter().find_map(|&id| match ast[id] {
        Stmt::TypeAlias { ty, .. } => Some(ty),
        _ => None,
    });
    alias.map_or(Ty::Error, |ty| lower(db, item, ast, ty))
}

fn alias_cycle<'db>(_: &'db dyn Db, _: salsa::Id, _: Item<'db>) -> Ty<'db> {
    Ty::Error
}

/// A variable and its type.
pub type VariableType<'db> = (Sym<'db>, Ty<'db>);

/// What the variables of an item are known to be before their values are looked at: annotations, and the parameters of
/// lambdas.
#[salsa::tracked(cycle_result = inferred_cycle)]
pub fn declared_types<'db>(db: &'db dyn Db, item: Item<'db>) -> Box<[VariableType<'db>]> {
    let ast = &item_syntax(db, item).ast;
    let mut types = Vec::new();
    for &id in ast.stmt_ids(ast.root) {
        if let Stmt::Assign(assign) = ast[id] {
            let assign = &ast[assign];
            let ty = match (assign.ty, ast[assign.value]) {
                (Some(ty), _) => lower(db, item, ast, ty),
                (None, Expr::Lambda(lambda)) => lambda_shape(db, item, ast, lambda),
                _ => continue,
            };
            for &target in &assign.targets {
                if let Expr::Name(name) = ast[target] {
                    types.push((Sym::new(db, ast.name(name)), ty));
                }
            }
        }
    }
    types.into()
}

/// A lambda by its parameters alone.
pub(super) fn lambda_shape<'db>(
    db: &'db dyn Db,
    item: Item<'db>,
    ast: &ItemAst,
    lambda: LambdaId,
) -> Ty<'db> {
    let params = ast[lambda].params.iter().map(|param| FnParam {
        name: Some(Sym::new(db, ast.name(param.name))),
        ty: param.ty.map_or(Ty::Any, |ty| lower(db, item, ast, ty)),
        has_default: param.default.is_some(),
    });
    let origin = Some(ParamsOrigin {
        item,
        lambda: Some(lambda.0),
    });
    Ty::Function(FunctionTy::new(
        db,
        "",
        params.collect::<Box<[_]>>(),
        Ty::Any,
        false,
        false,
        origin,
    ))
}

/// The types of an item's variables after all its statements.
#[salsa::tracked(cycle_result = inferred_cycle)]
pub fn inferred_types<'db>(db: &'db dyn Db, item: Item<'db>) -> Box<[VariableType<'db>]> {
    // The value of an annotated variable need not be looked at.
    annotated(db, item).unwrap_or_else(|| infer_item(db, item).variables.clone())
}

fn annotated<'db>(db: &'db dyn Db, item: Item<'db>) -> Option<Box<[VariableType<'db>]>> {
    let ast = &item_syntax(db, item).ast;
    let [only] = ast.stmt_ids(ast.root) else {
        return None;
    };
    let Stmt::Assign(assign) = ast[*only] else {
        return None;
    };
    let assign = &ast[assign];
    let ty = lower(db, item, ast, assign.ty?);
    let names = assign
        .targets
        .iter()
        .filter_map(|&target| match ast[target] {
            Expr::Name(name) => Some((Sym::new(db, ast.name(name)), ty)),
            _ => None,
        });
    Some(names.collect())
}

fn inferred_cycle<'db>(_: &'db dyn Db, _: salsa::Id, _: Item<'db>) -> Box<[VariableType<'db>]> {
    Box::default()
}

/// At most this many settings of one variable are asked for a type.
const MAX_SETTERS: usize = 8;

/// The type of a package variable as an item of the same package sees it.
pub(super) fn type_seen_from<'db>(
    db: &'db dyn Db,
    definition: &Definition<'db>,
    name: &str,
    from: Item<'db>,
) -> Ty<'db> {
    let name = Sym::new(db, name);
    let before = definition
        .items
        .iter()
        .copied()
        .take(MAX_SETTERS)
        .take_while(|&item| precedes(db, item, from));
    let mut any_before = false;
    for item in before {
        any_before = true;
        match type_in(db, item, name) {
            Some(Ty::Any) | None => {}
            Some(ty) => return ty,
        }
    }
    if any_before {
        return Ty::Any;
    }
    let declared = definition.items.first().and_then(|&item| {
        let found = declared_types(db, item)
            .iter()
            .find(|(declared, _)| *declared == name);
        found.map(|&(_, ty)| ty)
    });
    declared.unwrap_or(Ty::Any)
}

/// The type of a package variable as other packages see it.
pub(super) fn type_from_outside<'db>(
    db: &'db dyn Db,
    definition: &Definition<'db>,
    name: &str,
) -> Ty<'db> {
    let name = Sym::new(db, name);
    let types = definition
        .items
        .iter()
        .take(MAX_SETTERS)
        .filter_map(|&item| type_in(db, item, name));
    types
        .into_iter()
        .find(|&ty| ty != Ty::Any)
        .unwrap_or(Ty::Any)
}

fn type_in<'db>(db: &'db dyn Db, item: Item<'db>, name: Sym<'db>) -> Option<Ty<'db>> {
    let of = |types: &[VariableType<'db>]| {
        types
            .iter()
            .find(|(found, _)| *found == name)
            .map(|&(_, ty)| ty)
    };
    if item.kind(db) == ItemKind::Import {
        return None;
    }
    of(inferred_types(db, item))
}

/// Whether one item of a package comes before another.
pub(super) fn precedes<'db>(db: &'db dyn Db, item: Item<'db>, other: Item<'db>) -> bool {
    if item == other {
        return false;
    }
    let (file, other_file) = (item.file(db), other.file(db));
    if file == other_file {
        return item.ordinal(db) < other.ordinal(db);
    }
    let files = package_files(db, file.package(db));
    let position = |file: File<'db>| files.iter().position(|&member| member == file);
    position(file) < position(other_file)
}
