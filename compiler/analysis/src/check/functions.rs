//! Lambdas.

use kiln_syntax::ast::{LambdaId, Param, Stmt};

use super::checker::{Checker, Place};
use super::report::Declared;
use super::scope::LocalKind;
use crate::types::{FnParam, FunctionTy, ParamsOrigin, Ty};

impl<'db> Checker<'db> {
    /// `lambda params -> ret { body }`
    pub(super) fn lambda(&mut self, id: LambdaId) -> Ty<'db> {
        let lambda = &self.ast[id];
        let declared = lambda.ret.map(|ret| self.written_type(ret));
        let mark = self.scopes.enter();
        let known = self.known();
        let direct = self.direct.take();
        let params = self.parameters(&lambda.params, false);
        let outer = (
            std::mem::replace(&mut self.place, Place::Lambda),
            std::mem::replace(&mut self.body, mark),
        );
        let body = self.ast.stmt_ids(lambda.body);
        let mut result = Ty::None;
        if let Some((&last, before)) = body.split_last() {
            self.statements(before);
            result = match self.ast[last] {
                Stmt::Expr(value) => {
                    let ty = self.infer_as(value, declared);
                    if let (Some(want), Some(ret)) = (declared, lambda.ret) {
                        let (span, at) = (self.span(value), self.ast.type_span(ret));
                        self.expect(ty, want, span, span, "the result", Declared::Here(at));
                    }
                    ty
                }
                Stmt::If(_) => {
                    self.statement(last);
                    Ty::Error
                }
                _ => {
                    self.statement(last);
                    Ty::Any
                }
            };
        }
        (self.place, self.body) = outer;
        self.direct = direct;
        self.forget(known);
        self.scopes.leave(mark);

        // The inferred result of a lambda depends on arguments: only what cannot vary is used.
        let ret = declared.unwrap_or(if result.is_unknown() { Ty::Any } else { result });
        let origin = Some(ParamsOrigin {
            item: self.item,
            lambda: Some(id.0),
        });
        Ty::Function(FunctionTy::new(
            self.db,
            "",
            params.into_boxed_slice(),
            ret,
            false,
            false,
            origin,
        ))
    }

    /// Binds the parameters of a lambda, schema or rule. The defaults of a schema or rule see the parameters before
    /// them, those of a lambda do not.
    pub(super) fn parameters(
        &mut self,
        params: &'db [Param],
        own_defaults: bool,
    ) -> Vec<FnParam<'db>> {
        let mut known = Vec::with_capacity(params.len());
        for param in params {
            let ty = param.ty.map_or(Ty::Any, |ty| self.written_type(ty));
            if let Some(value) = param.default {
                let found = self.infer_as(value, Some(ty));
                if let Some(written) = param.ty {
                    let what = format!("the default of `{}`", self.text(param.name));
                    let declared = Declared::Here(self.ast.type_span(written));
                    let span = self.span(value);
                    self.expect(found, ty, param.name.0, span, &what, declared);
                }
            }
            let name = Some(self.sym(self.text(param.name)));
            if own_defaults {
                self.scopes
                    .bind(self.ast.name(param.name), ty, LocalKind::Param);
            }
            known.push(FnParam {
                name,
                ty,
                has_default: param.default.is_some(),
            });
        }
        if !own_defaults {
            for (param, known) in params.iter().zip(&known) {
                self.scopes
                    .bind(self.ast.name(param.name), known.ty, LocalKind::Param);
            }
        }
        known
    }
}
