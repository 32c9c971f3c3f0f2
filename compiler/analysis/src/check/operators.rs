//! Types of operators: which operands they take, and what they give.

use kiln_syntax::ast::{BinaryOp, CompareOp, Expr, ExprId, Stmt, TypeExpr, TypeId, UnaryOp};
use kiln_syntax::diagnostic::Diagnostic;
use kiln_syntax::span::Span;

use super::advice::article;
use super::checker::Checker;
use super::codes;
use crate::types::relation::castable;
use crate::types::union::sup;
use crate::types::{DictTy, Entries, KnownEntry, Ty};

/// What all members of a type have in common, as far as operators care.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Class {
    Unknown,
    Int,
    Float,
    Bool,
    /// Numbers and booleans mixed.
    Truthful,
    Str,
    /// Scalars mixed.
    Scalar,
    List,
    Dict,
    Schema,
    None,
    Other,
}

impl<'db> Checker<'db> {
    fn class(&self, ty: Ty<'db>) -> Class {
        let of = |ty: Ty<'db>| {
            ty.members(self.db)
                .map(single_class)
                .reduce(common_class)
                .unwrap_or(Class::Other)
        };
        match of(ty) {
            // lists of different literals are lists of one type
            Class::Other => of(ty.widen(self.db)),
            class => class,
        }
    }

    /// The type of a chain of left-associative operators, without a native frame for each.
    pub(super) fn binary_chain(&mut self, expr: ExprId, expected: Option<Ty<'db>>) -> Ty<'db> {
        let ast = self.ast;
        let mut links = Vec::new();
        let mut first = expr;
        let whole = matches!(
            ast[expr],
            Expr::Binary {
                op: BinaryOp::BitOr | BinaryOp::Or | BinaryOp::Add,
                ..
            }
        );
        let expected = expected.filter(|_| whole);
        while let Expr::Binary { op, left, right } = ast[first] {
            links.push((first, op, right));
            first = left;
        }
        let mut ty = self.infer_as(first, expected);
        let start = self.span(first);
        for &(link, op, right) in links.iter().rev() {
            let known = match op {
                BinaryOp::And | BinaryOp::Or => {
                    let Expr::Binary { left, .. } = ast[link] else {
                        break;
                    };
                    self.assume(left, op == BinaryOp::And)
                }
                _ => self.known(),
            };
            let merged = self.merged_into(op, ty, right);
            let right_ty = self.infer_as(right, expected.or(merged));
            self.forget(known);
            ty = self.binary(op, ty, right_ty, start.cover(self.span(link)));
            self.record(link, ty);
        }
        ty
    }

    /// The type of `left op right`.
    pub(super) fn binary(
        &mut self,
        op: BinaryOp,
        left: Ty<'db>,
        right: Ty<'db>,
        span: Span,
    ) -> Ty<'db> {
        match op {
            BinaryOp::And => return Ty::Bool,
            BinaryOp::Or => return sup(self.db, [left, right]),
            _ => {}
        }
        if left.is_unknown() || right.is_unknown() {
            return if left == Ty::Error || right == Ty::Error {
                Ty::Error
            } else {
                Ty::Any
            };
        }
        if op == BinaryOp::BitOr && self.is_union_of_names(left, right) {
            self.bad_operands(symbol(op), left, right, span);
            return Ty::Error;
        }
        if let Some(ty) = self.binary_result(op, left, right) {
            let divides = matches!(op, BinaryOp::Div | BinaryOp::FloorDiv | BinaryOp::Mod);
            let zero = match right {
                Ty::IntLit(value) => value == 0,
                Ty::FloatLit(bits) => f64::from_bits(bits) == 0.0,
                _ => false,
            };
            if divides && zero {
                self.error(codes::ZERO_DIVISOR, span, "division by zero");
            }
            return ty;
        }
        self.bad_operands(symbol(op), left, right, span);
        Ty::Error
    }

    /// For editors: the keys of a dict that is merged into an instance are attributes of its schema.
    fn merged_into(&self, op: BinaryOp, left: Ty<'db>, right: ExprId) -> Option<Ty<'db>> {
        let is_config = || matches!(self.ast[self.ast.peel(right)], Expr::Config(_));
        let merges = op == BinaryOp::BitOr && matches!(left, Ty::Instance(_));
        (self.notes.is_some() && merges && is_config()).then_some(left)
    }

    /// Whether `A | B` of two schemas is the value of a top-level assignment: it fails in every run, where code further
    /// in may not be reached.
    fn is_union_of_names(&self, left: Ty<'db>, right: Ty<'db>) -> bool {
        let assigned = || {
            let statements = self.ast.stmt_ids(self.ast.root);
            matches!(
                statements.first().map(|&id| &self.ast[id]),
                Some(Stmt::Assign(_))
            )
        };
        matches!((left, right), (Ty::Schema(_), Ty::Schema(_))) && self.is_outermost() && assigned()
    }

    fn binary_result(&self, op: BinaryOp, left: Ty<'db>, right: Ty<'db>) -> Option<Ty<'db>> {
        let (l, r) = (self.class(left), self.class(right));
        let number = match (l, r) {
            (Class::Int, Class::Int) => Some(Ty::Int),
            (Class::Int | Class::Float, Class::Int | Class::Float) => Some(Ty::Float),
            _ => None,
        };
        match op {
            BinaryOp::Add => match (l, r) {
                (Class::Str, Class::Str) => Some(Ty::Str),
                (Class::List, Class::List) => Some(self.join_lists(left, right)),
                _ => number,
            },
            BinaryOp::Sub | BinaryOp::Pow | BinaryOp::FloorDiv | BinaryOp::Mod => number,
            BinaryOp::Div => number.map(|_| Ty::Float),
            BinaryOp::Mul => number.or(match (l, r) {
                (Class::Int, Class::Str | Class::List) => Some(right.widen(self.db)),
                (Class::Str | Class::List, Class::Int) => Some(left.widen(self.db)),
                (Class::Int, _) if self.repeatable(right) => Some(right.widen(self.db)),
                (_, Class::Int) if self.repeatable(left) => Some(left.widen(self.db)),
                _ => None,
            }),
            BinaryOp::Shl | BinaryOp::Shr | BinaryOp::BitXor | BinaryOp::BitAnd => {
                number.filter(|&ty| ty == Ty::Int)
            }
            BinaryOp::BitOr => match (l, r) {
                (Class::Int, Class::Int) => Some(Ty::Int),
                (Class::None, _) => Some(right),
                (_, Class::None) => Some(left),
                (Class::List, Class::List) => Some(self.join_lists(left, right)),
                (Class::Dict, Class::Dict) => Some(self.merge_dicts(left, right)),
                (Class::Schema, Class::Schema | Class::Dict)
                    if !is_union(left) && !is_union(right) =>
                {
                    Some(left)
                }
                _ => None,
            },
            BinaryOp::And | BinaryOp::Or => None,
        }
    }

    /// Whether every member of a union can be repeated by an integer.
    fn repeatable(&self, ty: Ty<'db>) -> bool {
        let fits = |member| {
            matches!(
                single_class(member),
                Class::Int | Class::Float | Class::Str | Class::List
            )
        };
        is_union(ty) && ty.members(self.db).all(fits)
    }

    fn join_lists(&self, left: Ty<'db>, right: Ty<'db>) -> Ty<'db> {
        let elements = left
            .members(self.db)
            .chain(right.members(self.db))
            .filter_map(|ty| match ty {
                Ty::List(list) => Some(list.element(self.db)),
                _ => None,
            });
        Ty::list(self.db, sup(self.db, elements))
    }

    /// The union of two dict types: entries of both, those of the right on top.
    pub(super) fn merge_dicts(&self, left: Ty<'db>, right: Ty<'db>) -> Ty<'db> {
        let (Ty::Dict(left), Ty::Dict(right)) = (left, right) else {
            let dicts = || {
                left.members(self.db)
                    .chain(right.members(self.db))
                    .filter_map(|ty| match ty {
                        Ty::Dict(dict) => Some(dict),
                        _ => None,
                    })
            };
            let keys = sup(self.db, dicts().map(|dict| dict.key(self.db)));
            return Ty::dict(
                self.db,
                keys,
                sup(self.db, dicts().map(|dict| dict.value(self.db))),
            );
        };
        let db = self.db;
        let empty = |dict: DictTy<'db>| {
            dict.entries(db)
                .is_some_and(|entries| entries.list(db).is_empty())
        };
        if empty(left) {
            return Ty::Dict(right);
        }
        if empty(right) {
            return Ty::Dict(left);
        }
        let key = sup(db, [left.key(db), right.key(db)]);
        let value = sup(db, [left.value(db), right.value(db)]);
        let entries = left
            .entries(db)
            .zip(right.entries(db))
            .map(|(left, right)| {
                let mut entries: Vec<KnownEntry<'db>> = left.list(db).to_vec();
                let positions: rustc_hash::FxHashMap<_, _> = entries
                    .iter()
                    .enumerate()
                    .map(|(index, entry)| (entry.key, index))
                    .collect();
                for &entry in right.list(db) {
                    match positions.get(&entry.key) {
                        Some(&index)
                            if matches!(
                                (entries[index].ty, entry.ty),
                                (Ty::Dict(_), Ty::Dict(_))
                            ) =>
                        {
                            entries[index].ty = self.merge_dicts(entries[index].ty, entry.ty);
                        }
                        Some(&index) => entries[index] = entry,
                        None => entries.push(entry),
                    }
                }
                Entries::new(db, entries.into_boxed_slice())
            });
        Ty::Dict(DictTy::new(db, key, value, entries))
    }

    /// The type of `op operand`.
    pub(super) fn unary_result(&mut self, span: Span, op: UnaryOp, ty: Ty<'db>) -> Ty<'db> {
        if op == UnaryOp::Not {
            return Ty::Bool;
        }
        if ty.is_unknown() {
            return ty;
        }
        let class = self.class(ty);
        let (fits, symbol) = match op {
            UnaryOp::Pos => (matches!(class, Class::Int | Class::Float), "+"),
            UnaryOp::Neg => (matches!(class, Class::Int | Class::Float), "-"),
            UnaryOp::Invert => (class == Class::Int, "~"),
            UnaryOp::Not => (true, "not"),
        };
        if fits {
            return match (op, ty) {
                (UnaryOp::Pos, _) => ty,
                (UnaryOp::Neg, Ty::IntLit(value)) => {
                    value.checked_neg().map_or(Ty::Int, Ty::IntLit)
                }
                (UnaryOp::Neg, Ty::FloatLit(bits)) => Ty::float_lit(-f64::from_bits(bits)),
                _ => ty.widen(self.db),
            };
        }
        let ty = self.show_kind(ty);
        self.error(
            codes::BAD_UNARY_OPERAND,
            span,
            format!("unary `{symbol}` does not work on `{ty}`"),
        );
        Ty::Error
    }

    /// A chain of comparisons.
    pub(super) fn comparison(
        &mut self,
        first: ExprId,
        rest: &'db [(CompareOp, ExprId)],
    ) -> Ty<'db> {
        let left = self.infer(first);
        let Some((&(op, right_expr), later)) = rest.split_first() else {
            return Ty::Bool;
        };
        let mut right = self.infer(right_expr);
        self.compare(op, (first, left), (right_expr, right));
        // `a < b < c` is checked throughout. In other chains the later links may never be reached, so only their names
        // are checked.
        let ordering = |op| {
            matches!(
                op,
                CompareOp::Lt | CompareOp::Le | CompareOp::Gt | CompareOp::Ge
            )
        };
        let ordered = rest.iter().all(|&(op, _)| ordering(op));
        let mut previous = right_expr;
        for &(op, operand) in later {
            let before = self.diagnostics.len();
            let next = self.infer(operand);
            let undefined = |diagnostic: &Diagnostic| diagnostic.code == codes::UNDEFINED_NAME;
            let kept: Vec<_> = self.diagnostics.drain(before..).filter(undefined).collect();
            self.diagnostics.extend(kept);
            if ordered && !self.compare(op, (previous, right), (operand, next)) {
                break;
            }
            (previous, right) = (operand, next);
        }
        Ty::Bool
    }

    fn compare(
        &mut self,
        op: CompareOp,
        left: (ExprId, Ty<'db>),
        right: (ExprId, Ty<'db>),
    ) -> bool {
        let fits = self.comparable(op, left.1, right.1);
        if !fits {
            let span = self.span(left.0).cover(self.span(right.0));
            self.bad_comparison(compare_symbol(op), left.1, right.1, span);
        }
        fits
    }

    fn comparable(&self, op: CompareOp, left: Ty<'db>, right: Ty<'db>) -> bool {
        if left.is_unknown() || right.is_unknown() {
            return true;
        }
        let (l, r) = (self.class(left), self.class(right));
        let equality = matches!(op, CompareOp::Eq | CompareOp::Ne);
        let number = |class| {
            matches!(
                class,
                Class::Int | Class::Float | Class::Bool | Class::Truthful
            )
        };
        if matches!(op, CompareOp::In | CompareOp::NotIn) {
            return !is_union(right)
                && matches!(r, Class::Str | Class::List | Class::Dict | Class::Schema)
                || r == Class::Str;
        }
        if number(l) && number(r) {
            return true;
        }
        if l == Class::None || r == Class::None {
            return equality || matches!(op, CompareOp::Is | CompareOp::IsNot);
        }
        let scalar = |class| number(class) || matches!(class, Class::Str | Class::Scalar);
        let record = |class| matches!(class, Class::Dict | Class::Schema);
        equality
            && ((l == Class::List && r == Class::List)
                || (record(l) && record(r))
                || (scalar(l) && scalar(r)))
    }

    /// `value as T`
    pub(super) fn cast(&mut self, expr: ExprId, value: ExprId, target: TypeId) -> Ty<'db> {
        let source = self.infer(value);
        if matches!(self.ast[target], TypeExpr::Error) {
            return Ty::Error;
        }
        let target = self.written_type(target);
        if castable(self.db, source, target) {
            return target;
        }
        let (from, to) = (self.show(source.widen(self.db)), self.show(target));
        let message = format!(
            "`as` cannot turn {} `{from}` into {} `{to}`",
            article(&from),
            article(&to)
        );
        let span = self.span(expr);
        let mut diagnostic = Diagnostic::error(codes::IMPOSSIBLE_CAST, span, message)
            .note("`as` says which of its possible types a value has; it converts nothing");
        if matches!(to.as_str(), "int" | "float" | "str" | "bool") {
            let value = self.span(value);
            let text = self.ast.text.get(value.range()).unwrap_or_default();
            let call = format!("{to}({text})");
            let title = format!("convert it: `{call}`");
            diagnostic = diagnostic.help(&*title).fix(title, vec![(span, call)]);
        }
        self.diagnostics.push(diagnostic);
        target
    }
}

fn is_union(ty: Ty<'_>) -> bool {
    matches!(ty, Ty::Union(_))
}

fn single_class(ty: Ty<'_>) -> Class {
    match ty {
        Ty::Any | Ty::Error => Class::Unknown,
        Ty::None => Class::None,
        Ty::Bool | Ty::BoolLit(_) => Class::Bool,
        Ty::Int | Ty::IntLit(_) => Class::Int,
        Ty::Float | Ty::FloatLit(_) => Class::Float,
        Ty::Str | Ty::StrLit(_) => Class::Str,
        Ty::List(_) => Class::List,
        Ty::Dict(_) => Class::Dict,
        Ty::Instance(_) | Ty::Schema(_) => Class::Schema,
        _ => Class::Other,
    }
}

fn common_class(a: Class, b: Class) -> Class {
    use Class::{Bool, Dict, Float, Int, List, Other, Scalar, Schema, Str, Truthful};
    match (a, b) {
        // Different lists, dicts or schemas are not one type to an operator.
        (List, List) | (Dict, Dict) | (Schema, Schema) | (Other, Other) => Other,
        (Int | Float, Int | Float) if a != b => Float,
        (Int | Float | Bool | Truthful, Int | Float | Bool | Truthful) if a != b => Truthful,
        _ if a == b => a,
        (
            Int | Float | Bool | Truthful | Str | Scalar,
            Int | Float | Bool | Truthful | Str | Scalar,
        ) => Scalar,
        _ => Class::Other,
    }
}

const fn symbol(op: BinaryOp) -> &'static str {
    match op {
        BinaryOp::Or => "or",
        BinaryOp::And => "and",
        BinaryOp::BitOr => "|",
        BinaryOp::BitXor => "^",
        BinaryOp::BitAnd => "&",
        BinaryOp::Shl => "<<",
        BinaryOp::Shr => ">>",
        BinaryOp::Add => "+",
        BinaryOp::Sub => "-",
        BinaryOp::Mul => "*",
        BinaryOp::Div => "/",
        BinaryOp::Mod => "%",
        BinaryOp::FloorDiv => "//",
        BinaryOp::Pow => "**",
    }
}

const fn compare_symbol(op: CompareOp) -> &'static str {
    match op {
        CompareOp::Eq => "==",
        CompareOp::Ne => "!=",
        CompareOp::Lt => "<",
        CompareOp::Le => "<=",
        CompareOp::Gt => ">",
        CompareOp::Ge => ">=",
        CompareOp::In => "in",
        CompareOp::NotIn => "not in",
        CompareOp::Is => "is",
        CompareOp::IsNot => "is not",
    }
}
