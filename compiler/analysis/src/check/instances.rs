//! `A {…}`: instances of schemas, modified instances, and the required attributes of the former.

use kiln_syntax::ast::{Expr, SchemaExpr, SchemaExprId};

use super::checker::Checker;
use super::codes;
use super::merged::Part;
use crate::types::Ty;

impl<'db> Checker<'db> {
    /// `callee(args) {config}`
    pub(super) fn instance(&mut self, id: SchemaExprId) -> Ty<'db> {
        let ast = self.ast;
        let expr = &ast[id];
        let callee = self.infer(expr.callee);
        let args = ast.args(expr.args);
        match callee {
            Ty::Schema(schema) => {
                self.schema_arguments(schema, expr.callee, args);
                let part = self.part(expr);
                self.part = match part {
                    Part::Earlier { merged, index } => Some((merged, index)),
                    _ => None,
                };
                if self.instance_config(expr, Some(Ty::Instance(schema))) {
                    self.required(schema, expr, &part);
                    if let Part::Last(merged) = part {
                        self.merged_keys(schema, expr, merged);
                    }
                }
                Ty::Instance(schema)
            }
            Ty::Instance(_) | Ty::Dict(_) => {
                for arg in args {
                    self.infer(arg.value);
                }
                if let Some(first) = args.first() {
                    let message = "an instance that is modified takes no arguments";
                    self.error(
                        codes::MODIFICATION_ARGUMENTS,
                        self.span(first.value),
                        message,
                    );
                }
                let config = self.infer_as(expr.config, Some(callee));
                match callee {
                    Ty::Dict(_) if matches!(config, Ty::Dict(_)) => {
                        self.merge_dicts(callee, config)
                    }
                    _ => callee,
                }
            }
            _ => {
                for arg in args {
                    self.infer(arg.value);
                }
                self.infer(expr.config);
                if callee.is_unknown() {
                    return callee;
                }
                let found = self.show(callee);
                let message = format!("`{found}` is not a schema, so it takes no config");
                self.error(codes::NOT_A_SCHEMA, self.span(expr.callee), message);
                Ty::Error
            }
        }
    }

    /// Checks the config of an instance; whether it is a plain block.
    fn instance_config(&mut self, expr: &SchemaExpr, expected: Option<Ty<'db>>) -> bool {
        if let Expr::Config(entries) = self.ast[expr.config] {
            self.instance_depth += 1;
            self.config(entries, expected, false);
            self.instance_depth -= 1;
            return true;
        }
        self.infer(expr.config);
        let message = "a schema is configured by entries, not by a comprehension";
        self.error(codes::CONFIG_EXPECTED, self.span(expr.config), message);
        false
    }
}
