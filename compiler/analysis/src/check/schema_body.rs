//! Bodies of schemas, mixins, protocols and rules.

use kiln_syntax::ast::{Attr, Check, IndexSig, RuleDecl, SchemaDecl, SchemaKind, Stmt};
use kiln_syntax::diagnostic::Diagnostic;
use kiln_syntax::span::Span;
use rustc_hash::FxHashMap;

use super::advice::article;
use super::checker::{Checker, Place};
use super::codes;
use super::report::Declared;
use super::schema::{self, Attribute, SchemaShape, schema_shape, schema_ty};
use super::scope::LocalKind;
use crate::types::relation::narrower;
use crate::types::{SchemaTyKind, Ty};

impl<'db> Checker<'db> {
    /// A schema, mixin or protocol.
    pub(super) fn schema_declaration(&mut self, decl: &'db SchemaDecl) {
        self.note_declared(decl.name);
        self.decorators(&decl.decorators);
        self.schema_heads(decl);
        let Some(ty) = schema_ty(self.db, self.item) else {
            return;
        };
        let Some(shape) = schema_shape(self.db, self.item) else {
            return;
        };
        self.parameter_names(decl, shape);
        let mark = self.scopes.enter();
        let outer = (self.place, self.body);
        (self.place, self.body) = (Place::Schema, mark);
        self.schema = Some(ty);
        self.relaxed = ty.kind(self.db) == SchemaTyKind::Mixin;
        self.parameters(&decl.params, true);
        self.bind_assigned(decl.body);
        self.schema_statements(decl, shape);
        self.checks(&decl.checks);
        (self.place, self.body) = outer;
        self.schema = None;
        self.relaxed = false;
        self.scopes.leave(mark);
    }

    /// A rule.
    pub(super) fn rule_declaration(&mut self, rule: &'db RuleDecl) {
        self.note_declared(rule.name);
        self.decorators(&rule.decorators);
        self.rule_heads(rule);
        let Some(ty) = schema_ty(self.db, self.item) else {
            return;
        };
        let mark = self.scopes.enter();
        let outer = (self.place, self.body);
        (self.place, self.body) = (Place::Schema, mark);
        self.schema = Some(ty);
        self.relaxed = true;
        self.parameters(&rule.params, true);
        self.checks(&rule.checks);
        (self.place, self.body) = outer;
        self.schema = None;
        self.relaxed = false;
        self.scopes.leave(mark);
    }

    /// Parameters must not be named like attributes or names that the body assigns.
    fn parameter_names(&mut self, decl: &'db SchemaDecl, shape: &SchemaShape<'db>) {
        for (index, param) in decl.params.iter().enumerate() {
            let text = self.text(param.name);
            let sym = self.sym(text);
            if let Some(attribute) = schema::attribute(self.db, shape.ty, sym) {
                let message = format!("parameter `{text}` has the name of an attribute");
                let diagnostic = Diagnostic::error(codes::PARAMETER_NAME, param.name.0, message);
                let at = Declared::At(attribute.origin);
                let diagnostic =
                    self.label_declared(diagnostic, at, "the attribute is declared here");
                self.diagnostics.push(diagnostic);
            } else if shape.assigns(sym) {
                let message = format!("parameter `{text}` is assigned in the body");
                self.error(codes::PARAMETER_NAME, param.name.0, message);
            }
            let earlier = decl.params[..index]
                .iter()
                .find(|earlier| self.text(earlier.name) == text);
            if let Some(earlier) = earlier {
                let message = format!("there are two parameters `{text}`");
                let diagnostic =
                    Diagnostic::error(codes::DUPLICATE_PARAMETER, param.name.0, message)
                        .label(earlier.name.0, "the first one is here");
                self.diagnostics.push(diagnostic);
            }
        }
    }

    fn schema_statements(&mut self, decl: &'db SchemaDecl, shape: &SchemaShape<'db>) {
        let ast = self.ast;
        let mut first_types: FxHashMap<&'db str, (Ty<'db>, bool, Span)> = FxHashMap::default();
        let mut skip = 0;
        let ids = ast.stmt_ids(decl.body);
        for (index, &id) in ids.iter().enumerate() {
            if index < skip {
                continue;
            }
            match ast[id] {
                Stmt::Attr(attr) => {
                    let attr = &ast[attr];
                    let name = ast.attr_name(attr);
                    let ty = self.attribute_statement(attr, name, shape);
                    let span = ast.expr_span(attr.name);
                    match first_types.get(name) {
                        Some(&(first, optional, at)) => {
                            self.narrower(name, span, first, ty, Declared::Here(at));
                            if attr.optional && !optional {
                                self.made_optional(name, span, Declared::Here(at));
                            }
                        }
                        None => {
                            first_types.insert(name, (ty, attr.optional, span));
                            self.overriding(shape, attr, name, ty);
                        }
                    }
                }
                Stmt::IndexSig(signature) => {
                    self.index_signature(decl, &ast[signature], shape);
                }
                Stmt::Unification { .. } | Stmt::Error => self.statement(id),
                _ if decl.kind == SchemaKind::Protocol => {
                    self.protocol_body(decl, ast.stmt_span(id));
                }
                _ => skip = self.statement_among(ids, index),
            }
        }
        if let (SchemaKind::Protocol, Some(check)) = (decl.kind, decl.checks.first()) {
            self.protocol_body(decl, self.span(check.cond));
        }
    }

    fn protocol_body(&mut self, decl: &SchemaDecl, span: Span) {
        let message = format!(
            "protocol `{}` contains more than attribute declarations",
            self.text(decl.name)
        );
        let diagnostic = Diagnostic::error(codes::PROTOCOL_BODY, decl.name.0, message);
        self.diagnostics.push(
            diagnostic
                .label(span, "this is no attribute declaration")
                .help("put it into a schema or mixin"),
        );
    }

    /// `name?: T = default`; gives its type.
    fn attribute_statement(
        &mut self,
        attr: &'db Attr,
        name: &'db str,
        shape: &SchemaShape<'db>,
    ) -> Ty<'db> {
        self.decorators(&attr.decorators);
        let ty = self.written_type(attr.ty);
        self.note_attribute(attr.name, name, ty);
        if let Some(signature) = shape.index_signature {
            let free = signature.any_other || narrower(self.db, ty, signature.value);
            if !free && ty != Ty::Error {
                let (attribute, want) = (self.show(ty), self.show(signature.value));
                let message = format!(
                    "attribute `{name}` is {} `{attribute}`, but the index signature wants every attribute to be {} `{want}`",
                    article(&attribute),
                    article(&want)
                );
                let diagnostic = Diagnostic::error(
                    codes::INDEX_SIGNATURE_ATTRIBUTE,
                    self.span(attr.name),
                    message,
                );
                let help =
                    "write `[...str]` in the index signature to leave declared attributes out";
                let diagnostic = diagnostic.help(help);
                // one of a base is elsewhere
                let own = self.ast.index_sigs.iter().find(|it| !it.any_other);
                self.diagnostics.push(match own {
                    Some(own) => {
                        let at = self.ast.type_span(own.key).start;
                        let edit = (Span::new(at, at), "...".to_owned());
                        diagnostic.fix("leave declared attributes out", vec![edit])
                    }
                    None => diagnostic,
                });
            }
        }
        if let Some(default) = attr.default {
            let value = self.infer_as(default, Some(ty));
            let (at, span) = (self.span(attr.name), self.span(default));
            let declared = Declared::Here(self.ast.type_span(attr.ty));
            match attr.aug {
                None => {
                    self.expect(value, ty, at, span, &format!("`{name}`"), declared);
                }
                Some(op) => {
                    let result = self.binary(op, value, ty, at.cover(span));
                    if result != Ty::Error {
                        self.expect(value, ty, at, span, &format!("`{name}`"), declared);
                    }
                }
            }
        }
        ty
    }

    /// A declaration inside an `if`: a value, not a member.
    pub(super) fn nested_attribute(&mut self, attr: &'db Attr) {
        let ty = self.written_type(attr.ty);
        if let Some(default) = attr.default {
            let value = self.infer_as(default, Some(ty));
            let (at, span) = (self.span(attr.name), self.span(default));
            self.expect(
                value,
                ty,
                at,
                span,
                "the attribute",
                Declared::Here(self.ast.type_span(attr.ty)),
            );
        }
        if let kiln_syntax::ast::Expr::Name(name) = self.ast[attr.name] {
            let (text, body) = (self.text(name), self.body);
            if let Some(local) = self.scopes.get_since(text, body) {
                local.ty = ty;
            }
            self.note_target(name, ty);
        }
    }

    /// An attribute that a base declares, too, must have the same type or a narrower one.
    fn overriding(
        &mut self,
        shape: &SchemaShape<'db>,
        attr: &'db Attr,
        name: &'db str,
        ty: Ty<'db>,
    ) {
        let Some(&base) = shape.ty.ancestors(self.db).first() else {
            return;
        };
        let Some(inherited): Option<Attribute<'db>> =
            schema::attribute(self.db, base, self.sym(name))
        else {
            return;
        };
        let span = self.span(attr.name);
        self.narrower(name, span, inherited.ty, ty, Declared::At(inherited.origin));
        if attr.optional && !inherited.optional {
            self.made_optional(name, span, Declared::At(inherited.origin));
        }
    }

    fn made_optional(&mut self, name: &str, span: Span, declared: Declared<'db>) {
        let message = format!("`{name}` is required already and cannot become optional");
        let diagnostic = Diagnostic::error(codes::OPTIONAL_OVERRIDE, span, message);
        let diagnostic = self.label_declared(diagnostic, declared, "required here");
        self.diagnostics.push(diagnostic);
    }

    fn narrower(
        &mut self,
        name: &str,
        span: Span,
        first: Ty<'db>,
        ty: Ty<'db>,
        declared: Declared<'db>,
    ) {
        if !narrower(self.db, ty, first) {
            let (was, now) = (self.show(first), self.show(ty));
            let message = format!("the type of `{name}` cannot change from `{was}` to `{now}`");
            let diagnostic = Diagnostic::error(codes::RETYPED_ATTRIBUTE, span, message);
            let diagnostic =
                self.label_declared(diagnostic, declared, format!("declared here as `{was}`"));
            self.diagnostics.push(diagnostic);
        }
    }

    fn index_signature(
        &mut self,
        decl: &'db SchemaDecl,
        signature: &'db IndexSig,
        shape: &SchemaShape<'db>,
    ) {
        let key = self.written_type(signature.key);
        let value = self.written_type(signature.value);
        let string = |ty| matches!(ty, Ty::Str | Ty::StrLit(_) | Ty::Error);
        let span = self.ast.type_span(signature.key);
        if !key.members(self.db).all(string) {
            let found = self.show(key);
            let message = format!("the key of an index signature must be a `str`, found `{found}`");
            let diagnostic = Diagnostic::error(codes::INDEX_SIGNATURE_KEY, decl.name.0, message);
            self.diagnostics
                .push(diagnostic.label(span, format!("this is {} `{found}`", article(&found))));
        }
        let mark = self.scopes.enter();
        if let Some(name) = signature.name {
            let text = self.text(name);
            if shape.own(self.sym(text)).is_some() {
                let message =
                    format!("the key name `{text}` of the index signature is an attribute");
                let diagnostic = Diagnostic::error(codes::INDEX_SIGNATURE_NAME, name.0, message)
                    .help("give the key another name");
                let declared = shape
                    .own(self.sym(text))
                    .map(|own| Declared::At(own.origin));
                let declared = declared.unwrap_or(Declared::Unknown);
                let diagnostic = self.label_declared(diagnostic, declared, "the attribute");
                self.diagnostics.push(diagnostic);
            }
            self.scopes.bind(text, Ty::Str, LocalKind::Param);
        }
        if let Some(default) = signature.default {
            let ty = self.infer_as(default, Some(value));
            let at = self.span(default);
            let declared = Declared::Here(self.ast.type_span(signature.value));
            self.expect(ty, value, span, at, "the index signature", declared);
        }
        self.scopes.leave(mark);
        if let Some(name) = signature.name {
            // Checks see the name, too.
            self.scopes
                .bind(self.ast.name(name), Ty::Str, LocalKind::Param);
        }
    }

    /// Conditions with their guards and messages.
    pub(super) fn checks(&mut self, checks: &'db [Check]) {
        for check in checks {
            let known = self.known();
            if let Some(guard) = check.guard {
                self.infer(guard);
                let _ = self.assume(guard, true);
            }
            self.infer(check.cond);
            self.forget(known);
            if let Some(message) = check.message {
                self.message(message);
            }
        }
    }
}
