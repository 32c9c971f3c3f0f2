//! What a condition tells about the types of names and attributes where it holds.
//!
//! The reference's checker does not look at conditions, so it rejects `len(x) if typeof(x) == "str" else x` for
//! `x: int | str`. An item in which something was found is walked again with what its conditions tell; what is found
//! only once is no mistake ([`settled`]). So conditions remove false alarms and can never cause one, and an item without
//! findings costs nothing.

use kiln_syntax::ast::{BinaryOp, CompareOp, Expr, ExprId, Item, ItemAst, UnaryOp};
use kiln_syntax::diagnostic::Diagnostic;

use super::checker::Checker;
use super::lower::literal;
use super::scope::Mark;
use crate::types::Ty;
use crate::types::union::sup;

/// A name or a chain of attributes: `a`, `a.b.c`.
type Path<'db> = Vec<&'db str>;

/// The type of a path where a condition holds.
#[derive(Clone, Debug)]
struct Fact<'db> {
    path: Path<'db>,
    ty: Ty<'db>,
    /// Scopes inside of which the name is still the same one.
    scope: Mark,
}

/// What is known from the conditions around the current place.
#[derive(Debug, Default)]
pub(super) struct Narrowing<'db> {
    /// Whether conditions count in this walk.
    pub(super) on: bool,
    facts: Vec<Fact<'db>>,
}

/// How many facts were known; give it back to [`Checker::forget`].
#[derive(Clone, Copy, Debug)]
#[must_use]
pub(super) struct Known(usize);

/// What is wrong for both walks over an item, in the words of the second; what the first found if the second found
/// something else only.
pub(super) fn settled(first: Box<[Diagnostic]>, second: Box<[Diagnostic]>) -> Box<[Diagnostic]> {
    let found = |d: &Diagnostic| {
        let same =
            |other: &Diagnostic| other.code == d.code && other.primary.span == d.primary.span;
        first.iter().any(same)
    };
    if !second.is_empty() && !second.iter().any(found) {
        return first;
    }
    second.into_vec().into_iter().filter(found).collect()
}

/// Whether an item has anything that depends on a condition.
pub(super) fn has_conditions(ast: &ItemAst) -> bool {
    let conditional = |expr: &Expr| {
        matches!(
            expr,
            Expr::Cond { .. }
                | Expr::Binary {
                    op: BinaryOp::And | BinaryOp::Or,
                    ..
                }
        )
    };
    !ast.list_stmt_branches.is_empty()
        || !ast.list_entry_branches.is_empty()
        || !ast.list_item_branches.is_empty()
        || !ast.comps.is_empty()
        || !ast.quants.is_empty()
        || !ast.schemas.is_empty()
        || !ast.asserts.is_empty()
        || ast.exprs.iter().any(conditional)
}

impl<'db> Checker<'db> {
    /// Forgets what was assumed since.
    pub(super) fn forget(&mut self, known: Known) {
        self.narrowing.facts.truncate(known.0);
    }

    /// What is known now.
    pub(super) fn known(&self) -> Known {
        Known(self.narrowing.facts.len())
    }

    /// Infers the condition of a branch and assumes that it holds, and none of those before it.
    pub(super) fn branch(&mut self, cond: Option<ExprId>, failed: &mut Vec<ExprId>) -> Known {
        let known = self.known();
        for &cond in &*failed {
            let _ = self.assume(cond, false);
        }
        if let Some(cond) = cond {
            self.infer(cond);
            let _ = self.assume(cond, true);
            if self.narrowing.on {
                failed.push(cond);
            }
        }
        known
    }

    /// Assumes that a condition holds, or does not. Its expressions have been inferred.
    pub(super) fn assume(&mut self, cond: ExprId, holds: bool) -> Known {
        let known = self.known();
        if self.narrowing.on {
            let scope = self.scopes.enter();
            for (path, ty) in self.told(cond, holds, 0) {
                self.narrowing.facts.push(Fact { path, ty, scope });
            }
        }
        known
    }

    /// A name has got another value.
    pub(super) fn assigned(&mut self, name: &str) {
        self.narrowing
            .facts
            .retain(|fact| fact.path.first() != Some(&name));
    }

    /// The type of a name or attribute by the conditions around it.
    pub(super) fn narrowed(&self, expr: ExprId) -> Option<Ty<'db>> {
        if self.narrowing.facts.is_empty() {
            return None;
        }
        let path = self.path(expr)?;
        let root = path.first()?;
        let fact = self
            .narrowing
            .facts
            .iter()
            .rev()
            .find(|fact| fact.path == path)?;
        (!self.scopes.is_bound_since(root, fact.scope)).then_some(fact.ty)
    }

    fn path(&self, expr: ExprId) -> Option<Path<'db>> {
        let ast = self.ast;
        let mut path = Vec::new();
        let mut at = ast.peel(expr);
        loop {
            match ast[at] {
                Expr::Name(name) => {
                    path.push(ast.name(name));
                    path.reverse();
                    return Some(path);
                }
                Expr::Select { value, attr, .. } => {
                    path.push(ast.name(attr));
                    at = ast.peel(value);
                }
                _ => return None,
            }
        }
    }

    /// What a condition tells if it holds, or if it does not.
    fn told(&self, cond: ExprId, holds: bool, depth: u32) -> Vec<(Path<'db>, Ty<'db>)> {
        const DEEP: u32 = 40;
        let ast = self.ast;
        let cond = ast.peel(cond);
        if depth > DEEP {
            return Vec::new();
        }
        match ast[cond] {
            Expr::Unary {
                op: UnaryOp::Not,
                operand,
            } => self.told(operand, !holds, depth + 1),
            Expr::Binary {
                op: op @ (BinaryOp::And | BinaryOp::Or),
                left,
                right,
            } => {
                let mut left = self.told(left, holds, depth + 1);
                let right = self.told(right, holds, depth + 1);
                if (op == BinaryOp::And) == holds {
                    // both
                    left.extend(right);
                    return left;
                }
                // one of them
                left.retain_mut(|(path, ty)| {
                    let other = right.iter().find(|(other, _)| other == path);
                    if let Some(&(_, other)) = other {
                        *ty = sup(self.db, [*ty, other]);
                    }
                    other.is_some()
                });
                left
            }
            Expr::Compare { first, rest } => match ast.compares(rest) {
                &[(op, right)] => self.compared(first, op, right, holds).into_iter().collect(),
                _ => Vec::new(),
            },
            Expr::Name(_) | Expr::Select { .. } if holds => {
                let some = |ty: Ty<'db>| ty != Ty::None;
                self.kept(cond, some).into_iter().collect()
            }
            _ => Vec::new(),
        }
    }

    /// `left op right`
    fn compared(
        &self,
        left: ExprId,
        op: CompareOp,
        right: ExprId,
        holds: bool,
    ) -> Option<(Path<'db>, Ty<'db>)> {
        let ast = self.ast;
        let equal = match op {
            CompareOp::Eq | CompareOp::Is | CompareOp::In => holds,
            CompareOp::Ne | CompareOp::IsNot | CompareOp::NotIn => !holds,
            _ => return None,
        };
        if matches!(op, CompareOp::In | CompareOp::NotIn) {
            let Expr::List(items) = ast[ast.peel(right)] else {
                return None;
            };
            let literals = ast.items(items).iter().map(|item| match *item {
                Item::Expr(value) => self.literal(value),
                _ => None,
            });
            let literals: Vec<Ty<'db>> = literals.collect::<Option<_>>()?;
            return self.kept(left, |ty| one_of(ty, &literals, equal));
        }
        if let (Some(subject), Expr::Str(_)) = (self.typeof_subject(left), &ast[ast.peel(right)]) {
            let Some(Ty::StrLit(name)) = self.literal(right) else {
                return None;
            };
            let name = name.text(self.db);
            return self.kept(subject, |ty| self.has_type(ty, name, equal));
        }
        let literals = [self.literal(right)?];
        self.kept(left, |ty| one_of(ty, &literals, equal))
    }

    fn literal(&self, expr: ExprId) -> Option<Ty<'db>> {
        literal(self.db, self.ast, self.ast.peel(expr))
    }

    /// `x` of `typeof(x)`.
    fn typeof_subject(&self, call: ExprId) -> Option<ExprId> {
        let ast = self.ast;
        let Expr::Call { callee, args } = ast[ast.peel(call)] else {
            return None;
        };
        let Expr::Name(name) = ast[callee] else {
            return None;
        };
        match ast.args(args) {
            [only] if ast.name(name) == "typeof" && only.keyword.is_none() => Some(only.value),
            _ => None,
        }
    }

    /// Whether a value of a type can have, or lack, the name that `typeof` gives.
    fn has_type(&self, ty: Ty<'db>, name: &str, equal: bool) -> bool {
        let own = match ty {
            Ty::Bool | Ty::BoolLit(_) => "bool",
            Ty::Int | Ty::IntLit(_) => "int",
            Ty::Float | Ty::FloatLit(_) => "float",
            Ty::Str | Ty::StrLit(_) => "str",
            Ty::Multiplier | Ty::MultiplierLit(_) => "number_multiplier",
            Ty::List(_) => "list",
            Ty::Dict(_) => "dict",
            Ty::Function(_) => "function",
            Ty::None => "NoneType",
            // it may be an instance of a schema that inherits from this one
            Ty::Instance(_) => {
                let basic = [
                    "bool",
                    "int",
                    "float",
                    "str",
                    "list",
                    "dict",
                    "function",
                    "NoneType",
                    "number_multiplier",
                ];
                return !(equal && basic.contains(&name));
            }
            _ => return true,
        };
        (own == name) == equal
    }

    /// The members of the type of a path for which the condition can hold; nothing if that is all or none of them.
    fn kept(&self, expr: ExprId, keep: impl Fn(Ty<'db>) -> bool) -> Option<(Path<'db>, Ty<'db>)> {
        let path = self.path(expr)?;
        let ty = self.narrowed(expr).unwrap_or_else(|| self.recorded(expr));
        let (kept, lost): (Vec<_>, Vec<_>) = ty.members(self.db).partition(|&member| keep(member));
        (!kept.is_empty() && !lost.is_empty()).then(|| (path, sup(self.db, kept)))
    }
}

/// Whether a value of a type can be one, or none, of some literals.
fn one_of<'db>(ty: Ty<'db>, literals: &[Ty<'db>], equal: bool) -> bool {
    let is_literal = matches!(
        ty,
        Ty::BoolLit(_) | Ty::IntLit(_) | Ty::FloatLit(_) | Ty::StrLit(_) | Ty::None
    );
    if !equal {
        return !(is_literal && literals.contains(&ty));
    }
    let fits = |literal: &Ty<'db>| match (ty, *literal) {
        (Ty::Str, Ty::StrLit(_)) => true,
        (Ty::StrLit(_), Ty::StrLit(_)) | (Ty::None, Ty::None) => ty == *literal,
        (
            Ty::Int | Ty::Float | Ty::Bool | Ty::IntLit(_) | Ty::FloatLit(_) | Ty::BoolLit(_),
            Ty::IntLit(_) | Ty::FloatLit(_) | Ty::BoolLit(_),
        ) => true,
        (Ty::Any | Ty::Error, _) => true,
        _ => false,
    };
    literals.iter().any(fits)
}
