//! What the static types make unnecessary at run time: checks of values that certainly fit, and looking up attributes.

use kiln_analysis::Db;
use kiln_analysis::types::Ty;
use kiln_runtime::bytecode::RtType;
use kiln_syntax::ast::{Entry, EntryOp, Expr, ExprId, Item, TypeId, UnaryOp};

use crate::function::Gen;

impl<'db> Gen<'_, 'db> {
    /// The static type of an expression of the item; `any` if it was not looked at.
    pub(crate) fn static_type(&self, expr: ExprId) -> Ty<'db> {
        let inference = self.cx.inference;
        inference.map_or(Ty::Any, |inference| {
            inference.type_of(self.cx.ast.peel(expr))
        })
    }

    /// Whether the value of an expression certainly has a written type, so that nothing is left to check or convert.
    pub(crate) fn is_proved(&mut self, value: ExprId, ty: TypeId) -> bool {
        if !self.is_certain(value) {
            return false;
        }
        let want = self.rt_type(ty);
        proves(self.cx.db, self.static_type(value), &want)
    }

    /// Whether the static type of an expression is that of its value. It is not for all of them: `a and b` is a `bool` for
    /// the checker, as in the reference (schema reference §6), and gives the value of one of them; names have the types
    /// of such expressions.
    fn is_certain(&self, expr: ExprId) -> bool {
        let ast = self.cx.ast;
        match ast[ast.peel(expr)] {
            Expr::Int(_)
            | Expr::Float(_)
            | Expr::Bool(_)
            | Expr::None
            | Expr::Str(_)
            | Expr::StrDecoded(_)
            | Expr::Format(_)
            | Expr::Compare { .. }
            | Expr::Unary {
                op: UnaryOp::Not, ..
            } => true,
            Expr::Unary { operand, .. } => self.is_certain(operand),
            Expr::Cond {
                then, otherwise, ..
            } => self.is_certain(then) && self.is_certain(otherwise),
            Expr::List(items) => ast
                .items(items)
                .iter()
                .all(|item| matches!(*item, Item::Expr(value) if self.is_certain(value))),
            Expr::Config(entries) => ast.entries(entries).iter().all(|entry| {
                matches!(*entry, Entry::Pair { op, value, .. }
                    if op != EntryOp::Insert && self.is_certain(value))
            }),
            _ => false,
        }
    }
}

/// Whether every value of a static type passes the run-time check of a type as it is. Types with schemas in them do not
/// count: dicts are converted to instances.
fn proves(db: &dyn Db, got: Ty<'_>, want: &RtType) -> bool {
    match (got, want) {
        (_, RtType::Any) | (Ty::None, _) => true,
        (Ty::Any | Ty::Error | Ty::Void, _) => false,
        (Ty::Union(_), _) => got.members(db).all(|member| proves(db, member, want)),
        (_, RtType::Union(members)) => members.iter().any(|member| proves(db, got, member)),
        (Ty::Bool | Ty::BoolLit(_), RtType::Bool)
        | (Ty::Int | Ty::IntLit(_), RtType::Int | RtType::Float)
        | (Ty::Float | Ty::FloatLit(_), RtType::Float)
        | (Ty::Str | Ty::StrLit(_), RtType::Str) => true,
        (Ty::BoolLit(a), RtType::BoolLit(b)) => a == *b,
        (Ty::IntLit(a), RtType::IntLit(b)) => a == *b,
        (Ty::StrLit(a), RtType::StrLit(b)) => a.text(db) == &**b,
        (Ty::List(list), RtType::List(element)) => proves(db, list.element(db), element),
        (Ty::Dict(dict), RtType::Dict(value)) => proves(db, dict.value(db), value),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use kiln_analysis::db::Database;
    use kiln_project::MemoryFileSystem;

    use super::*;

    #[test]
    fn only_what_is_certain_is_proved() {
        let db = Database::new(MemoryFileSystem::default());
        let ints = Ty::list(&db, Ty::Int);
        let unknown = Ty::list(&db, Ty::Any);
        let list = |ty| RtType::List(Box::new(ty));
        let either = || RtType::Union(vec![RtType::Int, RtType::Str]);
        for (got, want, expected) in [
            (Ty::Int, RtType::Int, true),
            (Ty::IntLit(1), RtType::Float, true),
            (Ty::Float, RtType::Int, false),
            (Ty::Any, RtType::Int, false),
            (Ty::Any, RtType::Any, true),
            (ints, list(RtType::Int), true),
            (ints, list(either()), true),
            (ints, list(RtType::Str), false),
            (unknown, list(RtType::Int), false),
            (unknown, list(RtType::Any), true),
            (Ty::None, list(RtType::Int), true),
            (Ty::Str, either(), true),
            (Ty::Bool, either(), false),
        ] {
            assert_eq!(proves(&db, got, &want), expected, "{got:?} {want:?}");
        }
    }
}
