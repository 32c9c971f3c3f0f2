//! What schemas and rules name in their heads: bases, mixins, protocols, parents.

use kiln_syntax::ast::{ExprId, RuleDecl, SchemaDecl, SchemaKind, Stmt};

use super::checker::Checker;
use super::codes;
use super::schema::reference;
use crate::Db;
use crate::outline::Item;
use crate::syntax::item_syntax;
use crate::types::{SchemaTy, SchemaTyKind, Ty};

impl<'db> Checker<'db> {
    /// The head of a schema, mixin or protocol.
    pub(super) fn schema_heads(&mut self, decl: &'db SchemaDecl) {
        if decl.kind == SchemaKind::Protocol && !self.text(decl.name).ends_with("Protocol") {
            let message = "a protocol's name must end in `Protocol`";
            self.error(codes::PROTOCOL_NAME, decl.name.0, message);
        }
        if let Some(base) = decl.base {
            self.base(decl, base);
        }
        if let Some(protocol) = decl.protocol {
            let mixin = decl.kind == SchemaKind::Mixin || self.text(decl.name).ends_with("Mixin");
            if mixin {
                self.protocol(protocol);
            } else {
                let span = self.span(protocol);
                self.error(
                    codes::BAD_PROTOCOL,
                    span,
                    "only mixins and rules can be `for` a protocol",
                );
            }
        }
        for &mixin in &decl.mixins {
            self.mixin(mixin);
        }
    }

    /// The head of a rule.
    pub(super) fn rule_heads(&mut self, rule: &'db RuleDecl) {
        for &parent in &rule.parents {
            let Some(found) = self.referenced(parent) else {
                continue;
            };
            if let Err(found) = found.filter_kind(self, SchemaTyKind::Rule) {
                let message = format!("a rule inherits from rules only, and {found} is none");
                self.error(codes::BAD_RULE_PARENT, self.span(parent), message);
            }
        }
        if let Some(protocol) = rule.protocol {
            self.protocol(protocol);
        }
        if rule.parents.iter().any(|&parent| self.leads_back(parent)) {
            let message = format!("rule `{}` inherits from itself", self.text(rule.name));
            self.error(codes::INHERITANCE_CYCLE, rule.name.0, message);
        }
    }

    fn base(&mut self, decl: &'db SchemaDecl, base: ExprId) {
        let Some(found) = self.referenced(base) else {
            return;
        };
        let rule = matches!(found, Referenced::Schema(schema) if schema.kind(self.db) == SchemaTyKind::Rule);
        let kind = if rule {
            SchemaTyKind::Rule
        } else {
            SchemaTyKind::Schema
        };
        match found.filter_kind(self, kind) {
            Ok(_) => {
                if self.leads_back(base) {
                    let message = format!("schema `{}` inherits from itself", self.text(decl.name));
                    self.error(codes::INHERITANCE_CYCLE, decl.name.0, message);
                }
            }
            Err(found) => {
                let message = format!("a schema inherits from a schema only, and {found} is none");
                self.error(codes::BAD_BASE, self.span(base), message);
            }
        }
    }

    fn protocol(&mut self, protocol: ExprId) {
        let Some(found) = self.referenced(protocol) else {
            return;
        };
        if let Err(found) = found.filter_kind(self, SchemaTyKind::Protocol) {
            let message = format!("expected a protocol, and {found} is none");
            self.error(codes::BAD_PROTOCOL, self.span(protocol), message);
        }
    }

    fn mixin(&mut self, mixin: ExprId) {
        let Some(found) = self.referenced(mixin) else {
            return;
        };
        let names = self.ast.dotted(mixin).unwrap_or_default();
        let bad_name = names
            .last()
            .is_some_and(|&name| !self.text(name).ends_with("Mixin"));
        if bad_name {
            self.error(
                codes::MIXIN_NAME,
                self.span(mixin),
                "a mixin's name must end in `Mixin`",
            );
            return;
        }
        if let Err(found) = found.filter_kind(self, SchemaTyKind::Mixin) {
            self.error(
                codes::BAD_MIXIN,
                self.span(mixin),
                format!("expected a mixin, and {found} is none"),
            );
        }
    }

    /// What a head names; nothing if that is undefined, which is reported.
    fn referenced(&mut self, expr: ExprId) -> Option<Referenced<'db>> {
        if let Some(schema) = reference(self.db, self.item, self.ast, expr) {
            return Some(Referenced::Schema(schema));
        }
        match self.infer(expr) {
            Ty::Error => None,
            ty => Some(Referenced::Value(ty)),
        }
    }

    /// Whether the declarations that an expression of this item leads to come back to this item.
    fn leads_back(&self, expr: ExprId) -> bool {
        let mut pending: Vec<Item<'db>> = reference(self.db, self.item, self.ast, expr)
            .map(|schema| schema.item(self.db))
            .into_iter()
            .collect();
        let mut seen = Vec::new();
        while let Some(item) = pending.pop() {
            if item == self.item {
                return true;
            }
            if seen.contains(&item) {
                continue;
            }
            seen.push(item);
            pending.extend(parents(self.db, item));
        }
        false
    }
}

/// The declarations that the head of a schema or rule inherits from.
#[salsa::tracked]
fn parents<'db>(db: &'db dyn Db, item: Item<'db>) -> Box<[Item<'db>]> {
    let ast = &item_syntax(db, item).ast;
    let named = ast.stmt_ids(ast.root).iter().flat_map(|&id| match ast[id] {
        Stmt::Schema(schema) => ast[schema].base.as_slice(),
        Stmt::Rule(rule) => &ast[rule].parents[..],
        _ => &[],
    });
    named
        .filter_map(|&parent| reference(db, item, ast, parent))
        .map(|schema| schema.item(db))
        .collect()
}

/// What the head of a schema names.
enum Referenced<'db> {
    Schema(SchemaTy<'db>),
    Value(Ty<'db>),
}

impl<'db> Referenced<'db> {
    /// The schema, if it is of the kind; else what to call it.
    fn filter_kind(
        self,
        checker: &Checker<'db>,
        kind: SchemaTyKind,
    ) -> Result<SchemaTy<'db>, String> {
        match self {
            Self::Schema(schema) if schema.kind(checker.db) == kind => Ok(schema),
            Self::Schema(schema) => Err(format!("`{}`", schema.name(checker.db).text(checker.db))),
            Self::Value(ty) => Err(format!("a value of type `{}`", ty.display(checker.db))),
        }
    }
}
