//! `@info(…)`, `@deprecated(…)`.

use kiln_syntax::ast::{Decorator, Expr};

use super::calls::Callee;
use super::checker::Checker;
use super::codes;
use crate::types::{FnParam, Ty};

/// The decorators that exist.
const KNOWN: [&str; 2] = ["deprecated", "info"];

impl<'db> Checker<'db> {
    /// Decorators of a schema, rule or attribute.
    pub(super) fn decorators(&mut self, decorators: &'db [Decorator]) {
        let ast = self.ast;
        for decorator in decorators {
            let (callee, args) = match ast[decorator.expr] {
                Expr::Call { callee, args } => (callee, ast.args(args)),
                _ => (decorator.expr, &[][..]),
            };
            let span = self.span(callee);
            let Expr::Name(name) = ast[callee] else {
                self.error(
                    codes::DECORATOR_NAME,
                    span,
                    "a decorator's name must be a single name",
                );
                for arg in args {
                    self.infer(arg.value);
                }
                continue;
            };
            self.note_decorator(name);
            match self.text(name) {
                "info" => {
                    for arg in args {
                        self.infer(arg.value);
                    }
                }
                "deprecated" => {
                    let param = |name: &str, ty| FnParam {
                        name: Some(self.sym(name)),
                        ty,
                        has_default: true,
                    };
                    let params = [
                        param("version", Ty::Str),
                        param("reason", Ty::Str),
                        param("strict", Ty::Bool),
                    ];
                    let callee = Callee {
                        name: "`deprecated`".to_owned(),
                        params: &params,
                        variadic: false,
                        keywords: false,
                        origin: None,
                    };
                    self.arguments(&callee, span, args);
                }
                unknown => {
                    let message = format!("there is no decorator `{unknown}`");
                    self.no_such(codes::UNKNOWN_DECORATOR, span, unknown, &message, &KNOWN);
                }
            }
        }
    }
}
