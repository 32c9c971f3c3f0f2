//! Precedence: a flat list of operands and operators becomes a tree.

use crate::ast::{BinaryOp, CompareOp, Expr, ExprId, List};
use crate::builder::Builder;

/// A binary operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub(crate) enum Op {
    As,
    Or,
    And,
    Eq,
    Ne,
    In,
    NotIn,
    Is,
    IsNot,
    Lt,
    Gt,
    Le,
    Ge,
    BitOr,
    BitXor,
    BitAnd,
    Shl,
    Shr,
    Add,
    Sub,
    Mul,
    Div,
    Mod,
    FloorDiv,
    Pow,
}

enum Meaning {
    As,
    Binary(BinaryOp),
    Compare(CompareOp),
}

/// Binding strength and meaning of the operator with this discriminant.
fn meaning(op: u32) -> (u8, Meaning) {
    use Meaning::{Binary, Compare};
    match op {
        0 => (1, Meaning::As),
        1 => (2, Binary(BinaryOp::Or)),
        2 => (3, Binary(BinaryOp::And)),
        3 => (4, Compare(CompareOp::Eq)),
        4 => (4, Compare(CompareOp::Ne)),
        5 => (5, Compare(CompareOp::In)),
        6 => (5, Compare(CompareOp::NotIn)),
        7 => (6, Compare(CompareOp::Is)),
        8 => (6, Compare(CompareOp::IsNot)),
        9 => (7, Compare(CompareOp::Lt)),
        10 => (7, Compare(CompareOp::Gt)),
        11 => (7, Compare(CompareOp::Le)),
        12 => (7, Compare(CompareOp::Ge)),
        13 => (8, Binary(BinaryOp::BitOr)),
        14 => (9, Binary(BinaryOp::BitXor)),
        15 => (10, Binary(BinaryOp::BitAnd)),
        16 => (11, Binary(BinaryOp::Shl)),
        17 => (11, Binary(BinaryOp::Shr)),
        18 => (12, Binary(BinaryOp::Add)),
        19 => (12, Binary(BinaryOp::Sub)),
        20 => (13, Binary(BinaryOp::Mul)),
        21 => (13, Binary(BinaryOp::Div)),
        22 => (13, Binary(BinaryOp::Mod)),
        23 => (13, Binary(BinaryOp::FloorDiv)),
        _ => (14, Binary(BinaryOp::Pow)),
    }
}

const _: () = assert!(Op::Pow as u32 == 24 && Op::Is as u32 == 7 && Op::BitOr as u32 == 13);

/// Folds `operand (operator operand)*`.
pub(crate) fn fold(builder: &mut Builder<'_>, parts: &[u32]) -> ExprId {
    let mut climber = Climber {
        builder,
        parts,
        at: 0,
    };
    climber.climb(0)
}

struct Climber<'b, 't> {
    builder: &'b mut Builder<'t>,
    parts: &'b [u32],
    at: usize,
}

impl Climber<'_, '_> {
    /// Everything that binds tighter than `min`. Comparisons met in one climb form one chain, also with mixed levels.
    fn climb(&mut self, min: u8) -> ExprId {
        let mut x = ExprId(self.parts[self.at]);
        self.at += 1;
        let mut chain: Vec<(CompareOp, ExprId)> = Vec::new();
        while let Some(&op) = self.parts.get(self.at) {
            let (level, meaning) = meaning(op);
            if level <= min {
                break;
            }
            self.at += 1;
            let y = self.climb(level);
            match meaning {
                Meaning::Compare(op) => chain.push((op, y)),
                Meaning::Binary(op) => {
                    x = self.close_chain(x, &mut chain);
                    x = self.join(
                        Expr::Binary {
                            op,
                            left: x,
                            right: y,
                        },
                        x,
                        y,
                    );
                }
                Meaning::As => {
                    x = self.close_chain(x, &mut chain);
                    let ty = self.builder.type_of_operand(y);
                    x = self.join(Expr::As { value: x, ty }, x, y);
                }
            }
        }
        self.close_chain(x, &mut chain)
    }

    fn close_chain(&mut self, first: ExprId, chain: &mut Vec<(CompareOp, ExprId)>) -> ExprId {
        let Some(&(_, last)) = chain.last() else {
            return first;
        };
        let start = self.builder.ast.list_compares.len() as u32;
        let len = chain.len() as u32;
        self.builder.ast.list_compares.append(chain);
        self.join(
            Expr::Compare {
                first,
                rest: List { start, len },
            },
            first,
            last,
        )
    }

    fn join(&mut self, expr: Expr, left: ExprId, right: ExprId) -> ExprId {
        let l = self.builder.start_of(left);
        let r = self.builder.ast.expr_span(right).end;
        self.builder.expr(expr, l, r)
    }
}
