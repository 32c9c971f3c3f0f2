//! Required attributes that an instance expression leaves out, as far as that is certain before evaluation.

use kiln_syntax::ast::{Entry, Expr, ExprId, Key, SchemaExpr};
use kiln_syntax::diagnostic::Diagnostic;
use kiln_syntax::span::Span;

use super::calls::listed;
use super::checker::{Checker, Place};
use super::codes;
use super::merged::{MergedBlocks, Part, keys, part_of};
use super::report::Declared;
use super::schema::{Attribute, Member, member, schema_shape};
use crate::syntax::item_syntax;
use crate::types::{Origin, SchemaTy, SchemaTyKind, Ty};

/// So many declarations of missing attributes are shown.
const LABELS: usize = 3;

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
        let required = |attribute: &&Attribute<'db>| !attribute.optional && !attribute.has_default;
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
        let missing: Vec<Attribute<'db>> = shape
            .attributes
            .iter()
            .filter(required)
            .filter(|attribute| {
                !given.contains(attribute.name.text(self.db))
                    && !merged.is_some_and(|merged| merged.sets(attribute.name))
            })
            .copied()
            .collect();
        // A misspelt key is reported as such; that its attribute is missing follows.
        let is_attribute = |key: &str| shape.own(self.sym(key)).is_some();
        let slips: Vec<&str> = given
            .iter()
            .copied()
            .filter(|key| !is_attribute(key))
            .collect();
        let missing: Vec<Attribute<'db>> = missing
            .into_iter()
            .filter(|attribute| {
                let name = attribute.name.text(self.db);
                let is_slip = |slip: &&str| kiln_project::nearest(slip, [name]).is_some();
                !slips.iter().any(is_slip)
            })
            .collect();
        if !missing.is_empty() {
            self.missing_attributes(schema, expr.config, &missing);
        }
    }

    fn missing_attributes(
        &mut self,
        schema: SchemaTy<'db>,
        config: ExprId,
        missing: &[Attribute<'db>],
    ) {
        let span = self.span(config);
        let brace = Span::new(span.start, span.start + 1);
        let names: Vec<String> = missing
            .iter()
            .map(|attribute| format!("`{}`", attribute.name.text(self.db)))
            .collect();
        let name = schema.name(self.db).text(self.db);
        let verb = if names.len() == 1 { "is" } else { "are" };
        let message = format!(
            "schema `{name}` requires {}, which {verb} not set here",
            listed(&names)
        );
        let mut diagnostic = Diagnostic::error(codes::MISSING_ATTRIBUTE, brace, message);
        for attribute in missing.iter().take(LABELS) {
            let label = format!("declared here as `{}`", self.show(attribute.ty));
            diagnostic = self.label_declared(diagnostic, Declared::At(attribute.origin), label);
        }
        let examples: Vec<String> = missing
            .iter()
            .map(|attribute| {
                let name = attribute.name.text(self.db);
                format!("{name} = {}", self.example(attribute.ty))
            })
            .collect();
        let title = format!("add `{}`", examples.join(", "));
        let edits = vec![(
            Span::new(brace.end, brace.end),
            self.insertion(span, &examples),
        )];
        self.diagnostics
            .push(diagnostic.help(title.replace("\n", " ")).fix(title, edits));
    }

    /// Entries as the first ones of a config block.
    fn insertion(&self, config: Span, entries: &[String]) -> String {
        let text = &self.ast.text;
        let inside = text.get(config.start as usize + 1..config.end as usize);
        let inside = inside.unwrap_or_default();
        let Some(first) = inside.trim_start_matches(' ').strip_prefix('\n') else {
            let rest = if inside.trim_start().starts_with('}') {
                ""
            } else {
                ", "
            };
            return entries.join(", ") + rest;
        };
        let indentation: String = first.chars().take_while(|c| *c == ' ').collect();
        let lines = entries
            .iter()
            .map(|entry| format!("\n{indentation}{entry}"));
        lines.collect()
    }

    /// A value of a type that is easily seen to be a placeholder.
    fn example(&self, ty: Ty<'db>) -> String {
        match ty {
            Ty::Str => "\"\"".to_owned(),
            Ty::Int => "0".to_owned(),
            Ty::Float => "0.0".to_owned(),
            Ty::Bool => "False".to_owned(),
            Ty::Multiplier => "1Ki".to_owned(),
            Ty::List(_) => "[]".to_owned(),
            Ty::Dict(_) => "{}".to_owned(),
            Ty::Instance(schema) => format!("{} {{}}", schema.name(self.db).text(self.db)),
            Ty::Union(union) => union
                .members(self.db)
                .first()
                .map_or_else(String::new, |&first| self.example(first)),
            ty if ty.is_literal() => self.show(ty),
            _ => "None".to_owned(),
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
