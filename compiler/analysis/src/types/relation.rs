//! Relations between types: may a value of this type be used there, does one member of a union include another.
//!
//! Dict literals are checked key by key against a schema while they are walked; here a dict fits every schema whose
//! index signature does not forbid it.

use super::{DictTy, FunctionTy, Ty};
use crate::Db;
use crate::check::schema::index_signature;

/// Whether a value of type `from` may be used where `to` is expected.
#[must_use]
pub fn assignable<'db>(db: &'db dyn Db, from: Ty<'db>, to: Ty<'db>) -> bool {
    if from == to {
        return !matches!(from, Ty::Void | Ty::System(_) | Ty::Package(_));
    }
    match (from, to) {
        (Ty::Error, _) | (_, Ty::Error) => true,
        (Ty::Void | Ty::System(_) | Ty::Package(_), _) => false,
        (Ty::Any | Ty::None, _) | (_, Ty::Any) => true,
        (Ty::List(from), Ty::List(to)) => assignable(db, from.element(db), to.element(db)),
        (Ty::Dict(from), Ty::Dict(to)) => {
            assignable(db, from.key(db), to.key(db)) && assignable(db, from.value(db), to.value(db))
        }
        (Ty::Dict(from), Ty::Instance(to) | Ty::Schema(to)) => dict_fits_schema(db, from, to),
        (Ty::Union(union), _) => union
            .members(db)
            .iter()
            .all(|&member| assignable(db, member, to)),
        (_, Ty::Union(union)) => union
            .members(db)
            .iter()
            .any(|&member| assignable(db, from, member)),
        _ => subsumes(db, from, to, Mode::Assign),
    }
}

/// What a subsumption is asked for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    /// `any` fits, and a `str` may turn out to be the literal at run time.
    Assign,
    /// One member of a union makes another superfluous.
    Union,
    /// A declaration replaces another one: `any` fits only `any`.
    Narrow,
}

/// Whether a declared type may replace another one: it is the same or narrower.
#[must_use]
pub fn narrower<'db>(db: &'db dyn Db, ty: Ty<'db>, other: Ty<'db>) -> bool {
    subsumes(db, ty, other, Mode::Narrow)
}

/// Whether `ty` adds nothing to a union that holds `other`.
pub(super) fn subsumed_in_union<'db>(db: &'db dyn Db, ty: Ty<'db>, other: Ty<'db>) -> bool {
    ty == other || subsumes(db, ty, other, Mode::Union)
}

fn subsumes<'db>(db: &'db dyn Db, from: Ty<'db>, to: Ty<'db>, mode: Mode) -> bool {
    if from == to {
        return true;
    }
    match (from, to) {
        (Ty::Error, _) | (_, Ty::Error | Ty::Any) | (Ty::None, _) => true,
        (Ty::Any, _) => mode == Mode::Assign,
        (Ty::Union(union), _) => union
            .members(db)
            .iter()
            .all(|&member| subsumes(db, member, to, mode)),
        (_, Ty::Union(union)) => union
            .members(db)
            .iter()
            .any(|&member| subsumes(db, from, member, mode)),
        (Ty::Instance(from) | Ty::Schema(from), Ty::Instance(to) | Ty::Schema(to)) => {
            from.is_a(db, to)
        }
        (Ty::Int | Ty::IntLit(_), Ty::Float) => true,
        (Ty::MultiplierLit(_), Ty::Multiplier) => true,
        (Ty::Str, Ty::StrLit(_)) => mode != Mode::Union,
        (Ty::List(from), Ty::List(to)) => subsumes(db, from.element(db), to.element(db), mode),
        (Ty::Dict(from), Ty::Dict(to)) => {
            subsumes(db, from.key(db), to.key(db), mode)
                && subsumes(db, from.value(db), to.value(db), mode)
        }
        (Ty::Function(from), Ty::Function(to)) => function_fits(db, from, to),
        _ if from.is_literal() && !to.is_literal() => from.base() == to,
        _ => false,
    }
}

fn dict_fits_schema<'db>(db: &'db dyn Db, from: DictTy<'db>, to: super::SchemaTy<'db>) -> bool {
    if from.entries(db).is_some() {
        return true;
    }
    index_signature(db, to).is_none_or(|signature| {
        signature.any_other
            || from.value(db).is_unknown()
            || assignable(db, from.value(db), signature.value)
    })
}

fn function_fits<'db>(db: &'db dyn Db, from: FunctionTy<'db>, to: FunctionTy<'db>) -> bool {
    if !compatible(db, from.ret(db), to.ret(db)) {
        return false;
    }
    if from.variadic(db) || to.variadic(db) {
        return true;
    }
    let (from, to) = (from.params(db), to.params(db));
    from.len() == to.len()
        && from
            .iter()
            .zip(to)
            .all(|(from, to)| compatible(db, to.ty, from.ty))
}

/// Parameters and results of functions: `any` fits both ways.
fn compatible<'db>(db: &'db dyn Db, from: Ty<'db>, to: Ty<'db>) -> bool {
    from.is_unknown()
        || to.is_unknown()
        || from == to
        || (from != Ty::Void && subsumes(db, from, to, Mode::Assign))
}

/// Whether `value as target` can succeed: the target is the widened source or something narrower.
#[must_use]
pub fn castable<'db>(db: &'db dyn Db, source: Ty<'db>, target: Ty<'db>) -> bool {
    let source = source.widen(db);
    source.is_unknown() || target.is_unknown() || assignable_exactly(db, target, source)
}

/// As [`assignable`], but a dict is not taken for a schema.
fn assignable_exactly<'db>(db: &'db dyn Db, from: Ty<'db>, to: Ty<'db>) -> bool {
    match (from, to) {
        (Ty::Union(union), _) => union
            .members(db)
            .iter()
            .all(|&member| assignable_exactly(db, member, to)),
        (_, Ty::Union(union)) => union
            .members(db)
            .iter()
            .any(|&member| assignable_exactly(db, from, member)),
        (Ty::Dict(_), Ty::Instance(_) | Ty::Schema(_)) => false,
        _ => assignable(db, from, to),
    }
}
