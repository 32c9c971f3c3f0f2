//! `A {…}`: instances of schemas, modified instances, and the required attributes of the former.

use kiln_syntax::ast::{Expr, SchemaExpr, SchemaExprId};
use kiln_syntax::diagnostic::Diagnostic;
use kiln_syntax::span::Span;

use super::advice::article;
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
                    let span = self.span(first.value);
                    let diagnostic =
                        Diagnostic::error(codes::MODIFICATION_ARGUMENTS, span, message);
                    self.diagnostics.push(
                        diagnostic
                            .note("arguments belong to the schema, where an instance is made"),
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
                let found = self.show_kind(callee);
                let span = self.span(expr.callee);
                let message = format!(
                    "{} `{found}` is not a schema, so it takes no config",
                    article(&found)
                );
                let mut diagnostic = Diagnostic::error(codes::NOT_A_SCHEMA, span, message);
                let names = self.package_names().iter().filter(|(_, definition)| {
                    definition.kind == crate::names::DefinitionKind::Schema
                });
                let text = self.ast.text.get(span.range()).unwrap_or_default();
                if let Some(near) = kiln_project::nearest(text, names.map(|(name, _)| &**name)) {
                    diagnostic = diagnostic
                        .help(format!("did you mean the schema `{near}`?"))
                        .fix(
                            format!("replace it with `{near}`"),
                            vec![(span, near.to_owned())],
                        );
                }
                self.diagnostics.push(diagnostic);
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
        let span = self.span(expr.config);
        let diagnostic = Diagnostic::error(codes::CONFIG_EXPECTED, span, message)
            .help("unpack the comprehension into its entries: `{**{… for …}}`");
        let at = |offset: u32| Span::new(offset, offset);
        let edits = vec![
            (at(span.start), "{**".to_owned()),
            (at(span.end), "}".to_owned()),
        ];
        self.diagnostics
            .push(diagnostic.fix("unpack the comprehension", edits));
        false
    }
}
