//! Assignments, augmented assignments and unifications: a variable keeps the type of its annotation or first value.

use kiln_syntax::ast::{Assign, BinaryOp, Expr, ExprId, Name, Stmt, StmtId, TypeExpr, TypeId};
use kiln_syntax::diagnostic::Diagnostic;

use super::advice::article;
use super::checker::{Checker, Place};
use super::codes;
use super::report::Declared;
use super::schema::{Member, attribute, attribute_names, member};
use super::scope::LocalKind;
use super::variables::type_seen_from;
use crate::Item;
use crate::names::{DefinitionKind, target_name};
use crate::syntax::item_syntax;
use crate::types::{Origin, Sym, Ty};

impl<'db> Checker<'db> {
    /// `a = b: T = value`
    pub(super) fn assign(&mut self, assign: &'db Assign) {
        let declared = assign.ty.map(|ty| self.written_type(ty));
        let known: Vec<Option<Ty<'db>>> = assign
            .targets
            .iter()
            .map(|&target| self.known_type(target))
            .collect();
        let expected = declared.or_else(|| known.first().copied().flatten());
        let value = self.infer_as(assign.value, expected);
        self.assigned_value(assign, known, declared, value);
        for &target in &assign.targets {
            if let Expr::Name(name) = self.ast[target] {
                self.note_target(name, declared.unwrap_or(value));
            }
        }
    }

    fn assigned_value(
        &mut self,
        assign: &'db Assign,
        known: Vec<Option<Ty<'db>>>,
        declared: Option<Ty<'db>>,
        value: Ty<'db>,
    ) {
        if matches!(value, Ty::System(_) | Ty::Package(_)) {
            self.module_as_value(self.span(assign.value));
            return;
        }
        for (&target, known) in assign.targets.iter().zip(known) {
            match self.ast[target] {
                Expr::Name(name) => {
                    self.assign_name(name, known, declared.zip(assign.ty), value, assign.value)
                }
                _ => self.assign_path(target, value, assign.value),
            }
        }
    }

    /// The type that a plain name has before it is assigned here, if it is fixed.
    fn known_type(&mut self, target: ExprId) -> Option<Ty<'db>> {
        let Expr::Name(name) = self.ast[target] else {
            return None;
        };
        let text = self.text(name);
        let known = match self.place {
            Place::Module => match self.own_type(text) {
                Some(ty) => Some(ty),
                // An exported name is set once; that it is not set twice is checked elsewhere.
                None if !text.starts_with('_') => None,
                None => {
                    let (db, item) = (self.db, self.item);
                    let definition = self.package_names().get(text)?;
                    let first = *definition.items.first()?;
                    (first != item).then(|| type_seen_from(db, definition, text, item))
                }
            },
            Place::Lambda => {
                let body = self.body;
                self.scopes.get_since(text, body).map(|local| local.ty)
            }
            Place::Schema => match self
                .schema
                .and_then(|schema| attribute(self.db, schema, self.sym(text)))
            {
                Some(attribute) => Some(attribute.ty),
                None => {
                    let body = self.body;
                    self.scopes.get_since(text, body).map(|local| local.ty)
                }
            },
        };
        known.filter(|&ty| ty != Ty::Any)
    }

    fn assign_name(
        &mut self,
        name: Name,
        known: Option<Ty<'db>>,
        declared: Option<(Ty<'db>, TypeId)>,
        value: Ty<'db>,
        expr: ExprId,
    ) {
        self.assigned(self.text(name));
        let text = self.text(name);
        let span = self.span(expr);
        if let Some((ty, written)) = declared {
            if let Some(known) =
                known.filter(|&known| known != ty && known != Ty::Error && ty != Ty::Error)
            {
                let (was, now) = (self.show(known), self.show(ty));
                let message = format!(
                    "`{text}` is {} `{was}` already and cannot become {} `{now}`",
                    article(&was),
                    article(&now)
                );
                let diagnostic = Diagnostic::error(codes::RETYPED, name.0, message);
                let label = format!("declared here as `{was}`");
                let first = self.first_set(text);
                let diagnostic = self.label_declared(diagnostic, first, label);
                self.diagnostics.push(diagnostic);
                return;
            }
            let at = Declared::Here(self.ast.type_span(written));
            self.expect(value, ty, name.0, span, &format!("`{text}`"), at);
            self.index_entries(value, ty, expr);
            self.set(text, ty);
            return;
        }
        match known {
            Some(known) => {
                let division = matches!(
                    self.ast[self.ast.peel(expr)],
                    Expr::Binary {
                        op: BinaryOp::Div,
                        ..
                    }
                );
                let whole = known == Ty::Int
                    && value == Ty::Float
                    && division
                    && self.place == Place::Module;
                if whole {
                    return;
                }
                let first = self.first_set(text);
                if self.expect(value, known, name.0, span, &format!("`{text}`"), first) {
                    self.index_entries(value, known, expr);
                }
            }
            None => {
                let wide = value.widen(self.db);
                self.set(text, wide);
            }
        }
    }

    /// Where a top-level variable got its type: in the item that set it first, if that is not this one.
    fn first_set(&mut self, name: &str) -> Declared<'db> {
        let first = match self.place {
            Place::Module => self.package_names().get(name),
            Place::Lambda | Place::Schema => None,
        };
        let first = first.and_then(|definition| definition.items.first().copied());
        let Some(item) = first.filter(|&item| item != self.item) else {
            return Declared::Unknown;
        };
        let ast = &item_syntax(self.db, item).ast;
        let set =
            |target: &ExprId| matches!(ast[*target], Expr::Name(own) if ast.name(own) == name);
        let statements = ast.stmt_ids(ast.root).iter();
        let target = statements.copied().find_map(|id| match ast[id] {
            Stmt::Assign(id) => ast[id].targets.iter().copied().find(set),
            _ => None,
        });
        target.map_or(Declared::Unknown, |target| {
            Declared::At(Origin {
                item,
                expr: target.0,
            })
        })
    }

    /// A dict variable as a schema with an index signature: its known entries must fit, too.
    fn index_entries(&mut self, value: Ty<'db>, want: Ty<'db>, expr: ExprId) {
        let variable = matches!(
            self.ast[self.ast.peel(expr)],
            Expr::Name(_) | Expr::Select { .. }
        );
        if let (true, Ty::Dict(_), Ty::Instance(schema)) = (variable, value, want)
            && super::schema::index_signature(self.db, schema).is_some()
        {
            self.known_entries(value, want, expr, &mut Vec::new());
        }
    }

    fn set(&mut self, text: &'db str, ty: Ty<'db>) {
        self.assigned(text);
        match self.place {
            Place::Module => self.set_own(text, ty),
            Place::Lambda | Place::Schema => {
                let body = self.body;
                match self.scopes.get_since(text, body) {
                    Some(local) => local.ty = ty,
                    None => self.scopes.bind(text, ty, LocalKind::Local),
                }
            }
        }
    }

    /// `a.b = v`, `a["k"] = v`, `a[0] = v`
    fn assign_path(&mut self, target: ExprId, value: Ty<'db>, expr: ExprId) {
        let want = self.path_type(target);
        if let Some(root) = crate::names::target_name(self.ast, target) {
            self.assigned(self.text(root));
        }
        let (at, span) = (self.span(target), self.span(expr));
        if value != Ty::Error && want != Ty::Error {
            self.expect(value, want, at, span, "the target", Declared::Unknown);
        }
    }

    /// The type that a path takes.
    fn path_type(&mut self, target: ExprId) -> Ty<'db> {
        match self.ast[target] {
            Expr::Select { value, attr, .. } => {
                let receiver = self.infer(value);
                self.note_member(receiver, attr, Ty::Any);
                if matches!(receiver, Ty::Package(_) | Ty::System(_)) {
                    // Reported with the name of the import.
                    return Ty::Error;
                }
                if let Ty::Instance(schema) = receiver {
                    let (db, name) = (self.db, self.text(attr));
                    return match member(db, schema, self.sym(name)) {
                        Member::Attribute(attribute) => attribute.ty,
                        Member::Indexed(ty) => ty,
                        Member::Open => Ty::Any,
                        Member::Unknown => {
                            let schema_name = schema.name(db).text(db);
                            let message =
                                format!("schema `{schema_name}` has no attribute `{name}`");
                            let names = attribute_names(db, schema);
                            self.no_such(codes::UNKNOWN_MEMBER, attr.0, name, &message, &names);
                            self.label_schema(schema);
                            Ty::Error
                        }
                    };
                }
                let at = self.span(target);
                self.attribute(receiver, self.ast.name(attr), at, attr.0)
            }
            _ => self.infer(target),
        }
    }

    /// `target op= value`
    pub(super) fn augmented(
        &mut self,
        statement: StmtId,
        op: BinaryOp,
        target: ExprId,
        value: ExprId,
    ) {
        if self.changes_global(target) {
            self.infer(value);
            return;
        }
        let before = match self.ast[target] {
            Expr::Name(_) => self.infer(target),
            _ => self.path_type(target),
        };
        let operand = self.infer(value);
        let span = self.ast.stmt_span(statement);
        let result = self.binary(op, before, operand, span);
        if result == Ty::Error || before == Ty::Error {
            return;
        }
        let whole = op == BinaryOp::Div && before == Ty::Int && self.place == Place::Module;
        if before != Ty::None && !whole {
            let (at, span) = (self.span(target), self.span(value));
            self.expect(
                result,
                before.widen(self.db),
                at,
                span,
                "the target",
                Declared::Unknown,
            );
        }
        if let (Expr::Name(name), Ty::Any | Ty::None, Place::Module) =
            (self.ast[target], before, self.place)
        {
            self.set_own(self.text(name), result.widen(self.db));
        }
    }

    /// Reports `name += v` in a lambda or schema if it means an exported name of the package, which cannot be changed.
    fn changes_global(&mut self, target: ExprId) -> bool {
        let Expr::Name(name) = self.ast[target] else {
            return false;
        };
        let (db, item, text) = (self.db, self.item, self.text(name));
        let local = self.scopes.get(text).is_some()
            || self
                .schema
                .is_some_and(|schema| attribute(db, schema, self.sym(text)).is_some());
        if self.place == Place::Module || text.starts_with('_') || local {
            return false;
        }
        let definition = self.package_names().get(text);
        let Some(&first) = definition
            .filter(|definition| definition.kind == DefinitionKind::Variable)
            .and_then(|definition| definition.items.first())
        else {
            return false;
        };
        let place = |item: Item<'db>| (item.file(db).path(db), item.ordinal(db));
        if place(first) >= place(item) {
            return false;
        }
        let message = format!("`{text}` is exported and cannot be changed");
        let advice = format!("use a name of its own: `result = {text}`, then change `result`");
        let diagnostic =
            Diagnostic::error(crate::codes::IMMUTABLE_UPDATE, name.0, message).help(advice);
        let spans = &item_syntax(db, first).ast;
        let at = spans
            .stmt_ids(spans.root)
            .first()
            .map(|&stmt| spans.stmt_span(stmt));
        self.diagnostics.push(match at {
            Some(at) => diagnostic.label_in(first.place(db), at, "it gets its value here"),
            None => diagnostic,
        });
        true
    }

    /// `name: A {…}`
    pub(super) fn unification(&mut self, target: Name, value: ExprId) {
        let text = self.text(target);
        let ty = self.infer(value);
        match self.place {
            Place::Module => {
                let known = self.own_type(text);
                if known.is_none_or(|known| known == Ty::Any) {
                    self.set_own(text, ty.widen(self.db));
                }
            }
            Place::Schema => {
                let known = self
                    .schema
                    .and_then(|schema| attribute(self.db, schema, self.sym(text)));
                if let Some(known) = known {
                    let (at, span) = (target.0, self.span(value));
                    self.expect(
                        ty,
                        known.ty,
                        at,
                        span,
                        &format!("`{text}`"),
                        Declared::At(known.origin),
                    );
                } else {
                    self.set(text, ty);
                }
            }
            Place::Lambda => self.set(text, ty),
        }
        self.note_target(target, ty);
    }

    /// `type T = [T]`
    pub(super) fn alias_of_itself(&mut self, name: Name, ty: TypeId) {
        let text = self.text(name);
        let ast = self.ast;
        let mut pending = vec![ty];
        while let Some(id) = pending.pop() {
            match ast[id] {
                TypeExpr::Named(names) => {
                    if let [only] = ast.names(names)
                        && ast.name(*only) == text
                    {
                        let message = format!("type `{text}` is defined by itself");
                        self.diagnostics.push(Diagnostic::error(
                            codes::UNDEFINED_NAME,
                            name.0,
                            message,
                        ));
                        return;
                    }
                }
                TypeExpr::List(element) => pending.extend(element),
                TypeExpr::Dict(key, value) => pending.extend(key.into_iter().chain(value)),
                TypeExpr::Union(members) => pending.extend(ast.type_ids(members)),
                TypeExpr::Function(params, ret) => {
                    pending.extend(ast.type_ids(params).iter().copied().chain(ret))
                }
                _ => {}
            }
        }
    }

    /// The names that the statements of a body assign, bound before they are reached: attributes are evaluated late, so
    /// they may be read earlier.
    pub(super) fn bind_assigned(&mut self, body: kiln_syntax::ast::List) {
        let ast = self.ast;
        for &id in ast.stmt_ids(body) {
            match ast[id] {
                kiln_syntax::ast::Stmt::Assign(assign) => {
                    for &target in &ast[assign].targets {
                        if let (Some(name), Expr::Name(_)) = (target_name(ast, target), ast[target])
                        {
                            self.bind_late(name);
                        }
                    }
                }
                kiln_syntax::ast::Stmt::Attr(attr) => {
                    if let Expr::Name(name) = ast[ast[attr].name] {
                        self.bind_late(name);
                    }
                }
                kiln_syntax::ast::Stmt::Unification { target, .. } => self.bind_late(target),
                kiln_syntax::ast::Stmt::If(branches) => {
                    for branch in ast.stmt_branches(branches) {
                        self.bind_assigned(branch.body);
                    }
                }
                _ => {}
            }
        }
    }

    fn bind_late(&mut self, name: Name) {
        let text = self.text(name);
        let sym: Sym<'db> = self.sym(text);
        let declared = self
            .schema
            .is_some_and(|schema| attribute(self.db, schema, sym).is_some());
        let body = self.body;
        if !declared && self.scopes.get_since(text, body).is_none() {
            self.scopes.bind(text, Ty::Any, LocalKind::Local);
        }
    }
}
