//! What schemas and rules name in their heads: bases, mixins, protocols, parents.

use kiln_syntax::ast::{ExprId, Name, RuleDecl, SchemaDecl, SchemaKind, Stmt};

use kiln_syntax::diagnostic::Diagnostic;

use super::calls::listed;
use super::checker::Checker;
use super::codes;
use super::schema::{reference, schema_ty};
use super::variables::precedes;
use crate::Db;
use crate::outline::Item;
use crate::syntax::item_syntax;
use crate::types::{SchemaTy, SchemaTyKind, Ty};

impl<'db> Checker<'db> {
    /// The head of a schema, mixin or protocol.
    pub(super) fn schema_heads(&mut self, decl: &'db SchemaDecl) {
        if decl.kind == SchemaKind::Protocol && !self.text(decl.name).ends_with("Protocol") {
            let message = "a protocol's name must end in `Protocol`";
            let help = format!("call it `{}Protocol`", self.text(decl.name));
            let diagnostic = Diagnostic::error(codes::PROTOCOL_NAME, decl.name.0, message);
            self.diagnostics.push(diagnostic.help(help));
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
            if !found.is(self, SchemaTyKind::Rule) {
                let found = found.describe(self);
                let message = format!(
                    "a rule inherits from rules only, and `{}` is {found}",
                    self.source(parent)
                );
                self.error(codes::BAD_RULE_PARENT, self.span(parent), message);
            }
        }
        if let Some(protocol) = rule.protocol {
            self.protocol(protocol);
        }
        let circle = rule
            .parents
            .iter()
            .find_map(|&parent| self.leads_back(parent));
        if let Some(circle) = circle {
            self.inheritance_circle("rule", rule.name, &circle);
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
        if found.is(self, kind) {
            if let Some(circle) = self.leads_back(base) {
                self.inheritance_circle("schema", decl.name, &circle);
            }
            return;
        }
        let (name, what) = (self.source(base), found.describe(self));
        let message = format!("a schema inherits from a schema only, and `{name}` is {what}");
        let mut diagnostic = Diagnostic::error(codes::BAD_BASE, self.span(base), message);
        if found.is(self, SchemaTyKind::Mixin) {
            diagnostic = diagnostic.help(format!("mix it in: `mixin [{name}]` in the body"));
        }
        self.diagnostics.push(diagnostic);
        self.label_referenced(&found);
    }

    fn protocol(&mut self, protocol: ExprId) {
        let Some(found) = self.referenced(protocol) else {
            return;
        };
        if !found.is(self, SchemaTyKind::Protocol) {
            let (name, what) = (self.source(protocol), found.describe(self));
            let message = format!("expected a protocol after `for`, and `{name}` is {what}");
            self.error(codes::BAD_PROTOCOL, self.span(protocol), message);
            self.label_referenced(&found);
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
        let (name, span) = (self.source(mixin), self.span(mixin));
        if bad_name {
            let message = format!("the name of a mixin must end in `Mixin`, and `{name}` does not");
            let diagnostic = Diagnostic::error(codes::MIXIN_NAME, span, message)
                .help(format!("call it `{name}Mixin`"));
            self.diagnostics.push(diagnostic);
            self.label_referenced(&found);
        } else if !found.is(self, SchemaTyKind::Mixin) {
            let message = format!("expected a mixin, and `{name}` is {}", found.describe(self));
            self.error(codes::BAD_MIXIN, span, message);
            self.label_referenced(&found);
        }
    }

    /// How an expression is written.
    fn source(&self, expr: ExprId) -> &'db str {
        self.ast
            .text
            .get(self.span(expr).range())
            .unwrap_or_default()
    }

    fn label_referenced(&mut self, found: &Referenced<'db>) {
        if let Referenced::Schema(schema) = *found {
            self.label_schema(schema);
        }
    }

    /// Reports declarations that inherit from each other, at the first of them.
    fn inheritance_circle(&mut self, what: &str, name: Name, circle: &[Item<'db>]) {
        let own_item = self.item;
        let others = || circle.iter().filter(move |&&other| other != own_item);
        if others().any(|&other| precedes(self.db, other, self.item)) {
            return;
        }
        let own = self.text(name);
        let mut names = vec![format!("`{own}`")];
        names.extend(others().map(|item| {
            let name = item.names(self.db).first().unwrap_or_default();
            format!("`{name}`")
        }));
        let message = if names.len() == 1 {
            format!("{what} `{own}` inherits from itself")
        } else {
            format!("{what}s {} inherit from each other", listed(&names))
        };
        self.error(codes::INHERITANCE_CYCLE, name.0, message);
        for schema in others().filter_map(|&item| schema_ty(self.db, item)) {
            self.label_schema(schema);
        }
    }

    /// What a head names; nothing if that is undefined, which is reported.
    fn referenced(&mut self, expr: ExprId) -> Option<Referenced<'db>> {
        if self.notes.is_some() {
            // found by a shorter way below
            self.infer(expr);
        }
        if let Some(schema) = reference(self.db, self.item, self.ast, expr) {
            return Some(Referenced::Schema(schema));
        }
        match self.infer(expr) {
            Ty::Error => None,
            ty => Some(Referenced::Value(ty)),
        }
    }

    /// The declarations that lead from an expression of this item back to this item, if they do.
    fn leads_back(&self, expr: ExprId) -> Option<Vec<Item<'db>>> {
        let start = reference(self.db, self.item, self.ast, expr)?.item(self.db);
        let mut pending: Vec<Vec<Item<'db>>> = vec![vec![start]];
        let mut seen = Vec::new();
        while let Some(path) = pending.pop() {
            let &item = path.last()?;
            if item == self.item {
                return Some(path);
            }
            if seen.contains(&item) {
                continue;
            }
            seen.push(item);
            pending.extend(
                parents(self.db, item)
                    .iter()
                    .map(|&next| path.iter().copied().chain([next]).collect::<Vec<_>>()),
            );
        }
        None
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
    /// Whether it is a schema of the kind.
    fn is(&self, checker: &Checker<'db>, kind: SchemaTyKind) -> bool {
        matches!(self, Self::Schema(schema) if schema.kind(checker.db) == kind)
    }

    /// What it is, in words.
    fn describe(&self, checker: &Checker<'db>) -> String {
        match *self {
            Self::Schema(schema) => match schema.kind(checker.db) {
                SchemaTyKind::Schema => "a schema".to_owned(),
                SchemaTyKind::Mixin => "a mixin".to_owned(),
                SchemaTyKind::Protocol => "a protocol".to_owned(),
                SchemaTyKind::Rule => "a rule".to_owned(),
            },
            Self::Value(ty) => {
                let kind = checker.show_kind(ty);
                format!("a value of type `{kind}`")
            }
        }
    }
}
