//! Required attributes that an instance expression leaves out, as far as that is certain before evaluation.

use kiln_syntax::ast::{Entry, Expr, ExprId, ItemAst, Key, SchemaExpr, Stmt};
use kiln_syntax::diagnostic::Diagnostic;
use kiln_syntax::span::Span;

use super::checker::{Checker, Place};
use super::codes;
use super::report::Declared;
use super::schema::{Member, member, schema_shape};
use crate::names::package_names;
use crate::outline::Item;
use crate::syntax::item_syntax;
use crate::types::{Origin, SchemaTy, SchemaTyKind};

impl<'db> Checker<'db> {
    /// Reports the attributes that a block leaves out, unless something else may still give them.
    pub(super) fn required(&mut self, schema: SchemaTy<'db>, expr: &SchemaExpr) {
        if self.schema.is_some() {
            return;
        }
        let Some(shape) = schema_shape(self.db, schema.item(self.db)) else { return };
        let special = !matches!(schema.kind(self.db), SchemaTyKind::Schema | SchemaTyKind::Protocol);
        if special || shape.has_base || shape.partial || !shape.mixins.is_empty() || shape.index_signature.is_some() {
            return;
        }
        self.merged_keys(schema, expr);
        let required = |attribute: &&super::schema::Attribute<'db>| {
            !attribute.optional && !attribute.has_default && !shape.assigns(attribute.name)
        };
        if shape.attributes.iter().find(required).is_none() {
            return;
        }
        let mut given = Vec::new();
        if !configured_names(self.ast, expr.config, &mut given) {
            return;
        }
        let Some(merged) = self.merged_blocks(expr) else { return };
        for block in &merged {
            if !configured_names(block.ast, block.config, &mut given) {
                return;
            }
        }
        let given: rustc_hash::FxHashSet<&str> = given.into_iter().collect();
        let span = self.span(expr.config);
        let missing: Vec<_> = shape
            .attributes
            .iter()
            .filter(required)
            .filter(|attribute| !given.contains(attribute.name.text(self.db)))
            .collect();
        let name = schema.name(self.db).text(self.db);
        for attribute in missing {
            let attribute_name = attribute.name.text(self.db);
            let brace = Span::new(span.start, span.start + 1);
            let mut diagnostic = Diagnostic::error(
                codes::MISSING_ATTRIBUTE,
                brace,
                format!("schema `{name}` requires `{attribute_name}`, which is not set here"),
            );
            let ty = self.show(attribute.ty);
            diagnostic =
                self.label_declared(diagnostic, Declared::At(attribute.origin), format!("declared here as `{ty}`"));
            self.diagnostics.push(diagnostic);
        }
    }

    /// The last of several `name: A {…}` decides the schema: the keys of the other blocks must be its members, too.
    fn merged_keys(&mut self, schema: SchemaTy<'db>, expr: &SchemaExpr) {
        for block in self.merged_blocks(expr).into_iter().flatten() {
            let Some(other) = block_schema(self.db, &block).filter(|&other| other != schema) else { continue };
            let Expr::Config(entries) = block.ast[block.config] else { continue };
            for &entry in block.ast.entries(entries) {
                let Entry::Pair { key, .. } = entry else { continue };
                let Key::Name(name) = block.ast.key(key) else { continue };
                let text = block.ast.name(name);
                let unknown = |schema| matches!(member(self.db, schema, self.sym(text)), Member::Unknown);
                if unknown(schema) && !unknown(other) {
                    let schema_name = schema.name(self.db).text(self.db);
                    let message = format!("schema `{schema_name}` has no attribute `{text}`");
                    let diagnostic = Diagnostic::error(codes::UNKNOWN_MEMBER, self.span(expr.callee), message);
                    let origin = Origin { item: block.item, expr: key.0 };
                    self.diagnostics.push(self.moved_to(diagnostic, origin));
                }
            }
        }
    }

    /// Several `name: A {…}` of the main package are one block at the place of the last: the other blocks. Nothing for
    /// a block that is not the last one.
    fn merged_blocks(&mut self, expr: &SchemaExpr) -> Option<Vec<Block<'db>>> {
        let (db, item) = (self.db, self.item);
        if self.place != Place::Module || !item.package(db).is_main(db) {
            return Some(Vec::new());
        }
        let Some((name, own)) = unified(self.ast, expr.config) else { return Some(Vec::new()) };
        let Some(definition) = package_names(db, item.package(db)).get(name) else { return Some(Vec::new()) };
        if definition.items.len() < 2 {
            return Some(Vec::new());
        }
        let mut blocks = Vec::new();
        let mut after_own = false;
        for &other in &definition.items {
            if other == item {
                after_own = true;
                continue;
            }
            let Some((config, unification)) = block_of(db, other, name) else { continue };
            match (after_own, unification) {
                (true, true) => return None,
                (true, false) => break,
                // A plain assignment before unifications is the first block; what came before it is gone.
                (false, false) => {
                    blocks.clear();
                    blocks.push(Block { item: other, ast: &item_syntax(db, other).ast, config });
                }
                (false, true) => blocks.push(Block { item: other, ast: &item_syntax(db, other).ast, config }),
            }
        }
        if !own {
            blocks.clear();
        }
        Some(blocks)
    }
}

/// One of several blocks that are merged.
struct Block<'db> {
    item: Item<'db>,
    ast: &'db ItemAst,
    config: ExprId,
}

/// The schema that a block was written for.
fn block_schema<'db>(db: &'db dyn crate::Db, block: &Block<'db>) -> Option<SchemaTy<'db>> {
    let of = block.ast.schema_exprs.iter().find(|expr| expr.config == block.config)?;
    super::schema::reference(db, block.item, block.ast, of.callee)
}

/// The name that a top-level statement gives this block to, and whether by unification.
fn unified(ast: &ItemAst, config: ExprId) -> Option<(&str, bool)> {
    ast.stmt_ids(ast.root).iter().find_map(|&id| match ast[id] {
        Stmt::Unification { target, value } if has_config(ast, value, config) => Some((ast.name(target), true)),
        Stmt::Assign(assign) if has_config(ast, ast[assign].value, config) => match ast[assign].targets[..] {
            [target] => match ast[target] {
                Expr::Name(name) => Some((ast.name(name), false)),
                _ => None,
            },
            _ => None,
        },
        _ => None,
    })
}

fn has_config(ast: &ItemAst, value: ExprId, config: ExprId) -> bool {
    matches!(ast[value], Expr::Schema(schema) if ast[schema].config == config)
}

/// The block that an item gives to a name, and whether by unification.
fn block_of<'db>(db: &'db dyn crate::Db, item: Item<'db>, name: &str) -> Option<(ExprId, bool)> {
    let ast = &item_syntax(db, item).ast;
    ast.stmt_ids(ast.root).iter().find_map(|&id| {
        let (value, unification) = match ast[id] {
            Stmt::Unification { target, value } if ast.name(target) == name => (value, true),
            Stmt::Assign(assign) => match ast[assign].targets[..] {
                [target] => match ast[target] {
                    Expr::Name(target) if ast.name(target) == name => (ast[assign].value, false),
                    _ => return None,
                },
                _ => return None,
            },
            _ => return None,
        };
        match ast[value] {
            Expr::Schema(schema) => Some((ast[schema].config, unification)),
            _ => None,
        }
    })
}

/// The names that the entries of a block set. Whether all of them are known.
fn configured_names<'a>(ast: &'a ItemAst, config: ExprId, names: &mut Vec<&'a str>) -> bool {
    let Expr::Config(entries) = ast[config] else { return false };
    for &entry in ast.entries(entries) {
        let Entry::Pair { key, .. } = entry else { return false };
        match ast.key(key) {
            Key::Name(name) => names.push(ast.name(name)),
            Key::Str(text) => names.push(text),
            Key::Path(path) | Key::Index(path, _) => match path.first() {
                Some(&first) => names.push(ast.name(first)),
                None => return false,
            },
            Key::Computed(_) => return false,
        }
    }
    true
}
