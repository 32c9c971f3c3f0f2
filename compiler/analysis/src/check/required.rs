//! Required attributes that an instance expression leaves out, as far as that is certain before evaluation.

use kiln_syntax::ast::{Entry, Expr, Key, SchemaExpr};
use kiln_syntax::diagnostic::Diagnostic;
use kiln_syntax::span::Span;

use super::checker::{Checker, Place};
use super::codes;
use super::merged::{MergedBlocks, Part, keys, part_of};
use super::report::Declared;
use super::schema::{Member, member, schema_shape};
use crate::syntax::item_syntax;
use crate::types::{Origin, SchemaTy, SchemaTyKind};

impl<'db> Checker<'db> {
    /// The part that a block has among several that make up one variable.
    pub(super) fn part(&self, expr: &SchemaExpr) -> Part<'db> {
        if self.place == Place::Module {
            part_of(self.db, self.item, self.ast, expr)
        } else {
            Part::Alone
        }
    }

    /// Reports the attributes that a block leaves out, unless something else may still give them.
    pub(super) fn required(&mut self, schema: SchemaTy<'db>, expr: &SchemaExpr, part: &Part<'db>) {
        if self.schema.is_some() || matches!(part, Part::Earlier { .. }) {
            return;
        }
        let Some(shape) = schema_shape(self.db, schema.item(self.db)) else {
            return;
        };
        let special = !matches!(
            schema.kind(self.db),
            SchemaTyKind::Schema | SchemaTyKind::Protocol
        );
        let open =
            !shape.mixins.is_empty() || shape.index_signature.is_some() || shape.has_statements;
        if special || open || shape.has_base || shape.partial {
            return;
        }
        let required = |attribute: &&super::schema::Attribute<'db>| {
            !attribute.optional && !attribute.has_default
        };
        if !shape
            .attributes
            .iter()
            .any(|attribute| required(&attribute))
        {
            return;
        }
        let mut given = rustc_hash::FxHashSet::default();
        if !keys(self.ast, expr.config, &mut |key, _| {
            given.insert(key);
        }) {
            return;
        }
        let merged = match part {
            Part::Last(merged) if !merged.is_complete() => return,
            Part::Last(merged) => Some(*merged),
            _ => None,
        };
        let span = self.span(expr.config);
        let name = schema.name(self.db).text(self.db);
        for attribute in shape.attributes.iter().filter(required) {
            let attribute_name = attribute.name.text(self.db);
            if given.contains(attribute_name)
                || merged.is_some_and(|merged| merged.sets(attribute.name))
            {
                continue;
            }
            let brace = Span::new(span.start, span.start + 1);
            let message =
                format!("schema `{name}` requires `{attribute_name}`, which is not set here");
            let diagnostic = Diagnostic::error(codes::MISSING_ATTRIBUTE, brace, message);
            let label = format!("declared here as `{}`", self.show(attribute.ty));
            let diagnostic = self.label_declared(diagnostic, Declared::At(attribute.origin), label);
            self.diagnostics.push(diagnostic);
        }
    }

    /// The last of several `name: A {…}` decides the schema: the keys of the other blocks must be its members, too.
    pub(super) fn merged_keys(
        &mut self,
        schema: SchemaTy<'db>,
        expr: &SchemaExpr,
        merged: &MergedBlocks<'db>,
    ) {
        for &(item, other) in &merged.blocks {
            let Some(other) = other.filter(|&other| other != schema) else {
                continue;
            };
            let ast = &item_syntax(self.db, item).ast;
            let blocks = ast.schema_exprs.iter().filter(|block| {
                super::schema::reference(self.db, item, ast, block.callee) == Some(other)
            });
            let Some(block) = blocks.last() else { continue };
            let Expr::Config(entries) = ast[block.config] else {
                continue;
            };
            for &entry in ast.entries(entries) {
                let Entry::Pair { key, .. } = entry else {
                    continue;
                };
                let Key::Name(name) = ast.key(key) else {
                    continue;
                };
                let text = ast.name(name);
                let unknown =
                    |schema| matches!(member(self.db, schema, self.sym(text)), Member::Unknown);
                if unknown(schema) && !unknown(other) {
                    let schema_name = schema.name(self.db).text(self.db);
                    let message = format!("schema `{schema_name}` has no attribute `{text}`");
                    let diagnostic =
                        Diagnostic::error(codes::UNKNOWN_MEMBER, self.span(expr.callee), message);
                    let origin = Origin { item, expr: key.0 };
                    self.diagnostics.push(self.moved_to(diagnostic, origin));
                }
            }
        }
    }
}
