//! Types and dotted names.

use super::{Acc, Builder};
use crate::ast::{Expr, ExprId, List, Name, TypeExpr, TypeId};
use crate::codes;
use crate::diagnostic::{Diagnostic, Kind};
use crate::lexer::lex;
use crate::span::Span;
use crate::token::Tok;

impl Builder<'_> {
    pub(crate) fn ty(&mut self, ty: TypeExpr, l: u32, r: u32) -> TypeId {
        if matches!(
            ty,
            TypeExpr::List(_) | TypeExpr::Dict(..) | TypeExpr::Function(..)
        ) {
            self.check_one_line(l, r);
        }
        let id = TypeId(self.ast.types.len() as u32);
        self.ast.types.push(ty);
        self.ast.type_spans.push(Span::new(l, r));
        id
    }

    fn check_one_line(&mut self, l: u32, r: u32) {
        let text = &self.text[l as usize..r as usize];
        if !text.contains('\n') {
            return;
        }
        // a line that is continued by `\` does not end
        let tokens = lex(text).tokens;
        if let Some(end) = tokens.iter().find(|token| token.kind == Tok::Newline) {
            let at = l + end.start;
            self.report(
                Diagnostic::error(
                    codes::LINE_BREAK,
                    Span::new(at, at),
                    "a type must be on one line",
                )
                .help("give its parts names with `type`"),
            );
        }
    }

    fn type_list(&mut self, list: Acc) -> List {
        let start = self.ast.list_types.len() as u32;
        for &id in &self.scratch[list.range()] {
            self.ast.list_types.push(TypeId(id));
        }
        self.close(list);
        List {
            start,
            len: list.len,
        }
    }

    pub(crate) fn union(&mut self, members: Acc, l: u32, r: u32) -> TypeId {
        let members = self.type_list(members);
        self.ty(TypeExpr::Union(members), l, r)
    }

    pub(crate) fn function_type(
        &mut self,
        params: Acc,
        ret: Option<TypeId>,
        l: u32,
        r: u32,
    ) -> TypeId {
        let params = self.type_list(params);
        self.ty(TypeExpr::Function(params, ret), l, r)
    }

    pub(crate) fn literal_type(&mut self, literal: ExprId, l: u32, r: u32) -> TypeId {
        self.ty(TypeExpr::Literal(literal), l, r)
    }

    pub(crate) fn named_type(&mut self, names: Acc, l: u32, r: u32) -> TypeId {
        let names = self.take_names(names);
        self.type_of_names(&names, l, r)
    }

    /// The type that a (dotted) name stands for; `int` and friends are words here only.
    fn type_of_names(&mut self, names: &[Name], l: u32, r: u32) -> TypeId {
        let ty = match names {
            [name] => match &self.text[name.0.range()] {
                "int" => TypeExpr::Int,
                "str" => TypeExpr::Str,
                "bool" => TypeExpr::Bool,
                "float" => TypeExpr::Float,
                "any" => TypeExpr::Any,
                _ => self.named(names),
            },
            _ => self.named(names),
        };
        self.ty(ty, l, r)
    }

    fn named(&mut self, names: &[Name]) -> TypeExpr {
        let start = self.ast.list_names.len() as u32;
        self.ast.list_names.extend_from_slice(names);
        TypeExpr::Named(List {
            start,
            len: names.len() as u32,
        })
    }

    /// The right operand of `as`.
    pub(crate) fn type_of_operand(&mut self, operand: ExprId) -> TypeId {
        let span = self.ast.expr_span(operand);
        let names = self.ast.dotted(operand);
        match names
            .as_ref()
            .filter(|names| names.len() > 1 || &self.text[names[0].0.range()] != "any")
        {
            Some(names) => self.type_of_names(names, span.start, span.end),
            None => {
                if !matches!(self.ast[operand], Expr::Error) {
                    let kind = match names {
                        Some(_) => Kind::Syntax, // the reference reads `any` as a quantifier
                        None => codes::AS_TYPE.kind,
                    };
                    self.report(
                        Diagnostic::error(
                            codes::AS_TYPE,
                            span,
                            "the right side of `as` must be the name of a type",
                        )
                        .of_kind(kind)
                        .help("give the type a name with `type`"),
                    );
                }
                self.ty(TypeExpr::Error, span.start, span.end)
            }
        }
    }

    /// `a.b.c` as an expression.
    pub(crate) fn dotted_expr(&mut self, names: Acc) -> ExprId {
        let names = self.take_names(names);
        let Some((first, rest)) = names.split_first() else {
            return self.expr(Expr::Error, 0, 0);
        };
        let mut expr = self.expr(Expr::Name(*first), first.0.start, first.0.end);
        for name in rest {
            expr = self.select(expr, false, *name, name.0.end);
        }
        expr
    }
}
