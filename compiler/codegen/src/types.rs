//! Type expressions as the runtime checks them.

use kiln_runtime::bytecode::{Op, Reg, RtType};
use kiln_syntax::ast::{Expr, ExprId, TypeExpr, TypeId};
use kiln_syntax::span::Span;

use crate::function::Gen;
use crate::unit::Outer;

impl Gen<'_, '_> {
    /// A type expression as the runtime checks it.
    pub(crate) fn rt_type(&mut self, id: TypeId) -> RtType {
        let ast = self.cx.ast;
        match ast[id] {
            TypeExpr::Error | TypeExpr::Any => RtType::Any,
            TypeExpr::Bool => RtType::Bool,
            TypeExpr::Int => RtType::Int,
            TypeExpr::Float => RtType::Float,
            TypeExpr::Str => RtType::Str,
            TypeExpr::Literal(e) => match ast[e] {
                Expr::Bool(b) => RtType::BoolLit(b),
                Expr::Int(i) => RtType::IntLit(i),
                Expr::Float(f) => RtType::FloatLit(f),
                Expr::Unit(unit) => {
                    RtType::UnitLit(ast[unit].raw, ast.name(ast[unit].suffix).into())
                }
                _ => ast
                    .string(e)
                    .map_or(RtType::Any, |s| RtType::StrLit(s.into())),
            },
            TypeExpr::List(element) => {
                RtType::List(Box::new(element.map_or(RtType::Any, |e| self.rt_type(e))))
            }
            // keys are strings, whatever was written (schema reference §9)
            TypeExpr::Dict(_, value) => {
                RtType::Dict(Box::new(value.map_or(RtType::Any, |v| self.rt_type(v))))
            }
            TypeExpr::Union(members) => {
                let members: Vec<RtType> = ast
                    .type_ids(members)
                    .iter()
                    .map(|&m| self.rt_type(m))
                    .collect();
                if members.contains(&RtType::Any) {
                    RtType::Any
                } else {
                    RtType::Union(members)
                }
            }
            TypeExpr::Function(..) => RtType::Function,
            TypeExpr::Named(names) => {
                let names = ast.names(names);
                let text = names
                    .iter()
                    .map(|&n| ast.name(n))
                    .collect::<Vec<_>>()
                    .join(".");
                match *names {
                    [one] => match self.cx.outer(ast.name(one)) {
                        Outer::Global(global) => RtType::Named(global, text.into()),
                        _ => RtType::Any,
                    },
                    [module, member] => {
                        let Outer::Module(import) = self.cx.outer(ast.name(module)) else {
                            return RtType::Any;
                        };
                        if self.cx.system_module(import) == Some("units")
                            && ast.name(member) == "NumberMultiplier"
                        {
                            return RtType::NumberMultiplier;
                        }
                        match self.cx.member(import, ast.name(member)) {
                            Outer::Global(global) => RtType::Named(global, text.into()),
                            _ => RtType::Any,
                        }
                    }
                    _ => RtType::Any,
                }
            }
        }
    }

    /// Checks and converts a register that holds the value of an expression, unless its static type says enough.
    pub(crate) fn check_value(&mut self, id: TypeId, value: ExprId, reg: Reg, span: Span) {
        if !self.is_proved(value, id) {
            self.check_type(id, reg, span);
        }
    }

    /// Checks and converts a register; nothing for `any`.
    pub(crate) fn check_type(&mut self, id: TypeId, reg: Reg, span: Span) {
        let ty = self.rt_type(id);
        if ty == RtType::Any {
            return;
        }
        let ty = self.cx.ty(ty);
        self.emit_at(Op::Pack { dst: reg, ty }, span);
    }

    /// Index of a type; nothing for `any`.
    pub(crate) fn type_index(&mut self, id: TypeId) -> Option<u32> {
        match self.rt_type(id) {
            RtType::Any => None,
            ty => Some(self.cx.ty(ty)),
        }
    }
}
