//! Recording what a walk finds out about names, for [`super::trace`]. Nothing here is done for a check.

use kiln_syntax::ast::{Arg, Expr, ExprId, ItemAst, List, Name, TypeExpr, TypeId};
use kiln_syntax::span::Span;
use rustc_hash::FxHashMap;

use super::calls::Callee;
use super::checker::{Checker, Place};
use super::resolve::import_type;
use super::schema::{Member, attribute, member};
use super::scope::{Bound, LocalKind};
use super::trace::{CURSOR, CallSite, LocalName, Meaning, Probe, Site, Trace, Use};
use crate::Db;
use crate::names::package_names;
use crate::outline::Item;
use crate::types::{FnParam, Sym, Ty, signatures};

/// Notes during a walk.
#[derive(Default)]
pub(super) struct Notes<'db> {
    uses: Vec<Use<'db>>,
    calls: Vec<CallSite<'db>>,
    expected: FxHashMap<u32, Ty<'db>>,
    probe: Probe<'db>,
}

/// Walks an item with all notes.
pub(super) fn walk<'db>(
    db: &'db dyn Db,
    item: Item<'db>,
    ast: &'db ItemAst,
) -> (Trace<'db>, Probe<'db>) {
    let mut checker = Checker::new(db, item, ast);
    checker.narrowing.on = super::narrowing::has_conditions(ast);
    checker.notes = Some(Box::default());
    checker.scopes.log = Some(Vec::new());
    checker.item_statements();
    let bound = checker.scopes.log.take().unwrap_or_default();
    let mut notes = checker.notes.take().unwrap_or_default();
    for Bound { name, ty, kind } in bound {
        if let Some(decl) = slice_span(ast, name) {
            notes.uses.push(Use {
                span: decl,
                meaning: Meaning::Local { decl, kind },
                ty,
                declares: true,
            });
        }
    }
    // where a name was met several times, what is known best counts
    notes
        .uses
        .sort_by_key(|it| (it.span.start, it.span.end, rank(it)));
    notes.uses.dedup_by(|later, first| {
        let same = later.span == first.span;
        if same {
            first.declares |= later.declares;
            if first.ty.is_unknown() {
                first.ty = later.ty;
            }
        }
        same
    });
    let mut expected: Vec<(u32, Ty<'db>)> = notes.expected.into_iter().collect();
    expected.sort_by_key(|(id, _)| *id);
    let trace = Trace::new(
        notes.uses.into(),
        notes.calls.into(),
        expected.into(),
        checker.take_types(),
    );
    (trace, notes.probe)
}

fn rank(it: &Use<'_>) -> u8 {
    match it.meaning {
        Meaning::Attribute(_) | Meaning::Definition { .. } | Meaning::Param(..) => 0,
        Meaning::Key => 2,
        _ => 1,
    }
}

/// Where a slice of an item's text lies.
fn slice_span(ast: &ItemAst, slice: &str) -> Option<Span> {
    let start = (slice.as_ptr() as usize).checked_sub(ast.text.as_ptr() as usize)?;
    let end = start.checked_add(slice.len())?;
    (end <= ast.text.len() && !slice.is_empty()).then(|| Span::new(start as u32, end as u32))
}

impl<'db> Checker<'db> {
    fn note(&mut self, span: Span, meaning: Meaning<'db>, ty: Ty<'db>, declares: bool) {
        if let Some(notes) = &mut self.notes {
            notes.uses.push(Use {
                span,
                meaning,
                ty,
                declares,
            });
        }
    }

    /// What is expected of an expression.
    pub(super) fn note_expected(&mut self, expr: ExprId, expected: Option<Ty<'db>>) {
        let Some(notes) = &mut self.notes else { return };
        let Some(expected) = expected.filter(|ty| !ty.is_unknown()) else {
            return;
        };
        notes.expected.insert(expr.0, expected);
        if let Expr::Name(name) = self.ast[self.ast.peel(expr)]
            && self.ast.name(name) == CURSOR
            && let Some(Site::Value { expected: site }) = &mut notes.probe.site
        {
            *site = Some(expected);
        }
    }

    /// The cursor is here.
    fn site(&mut self, site: Site<'db>) {
        let mut locals = Vec::new();
        for (name, ty, kind) in self.scopes.visible() {
            let name = Sym::new(self.db, name);
            locals.push(LocalName { name, ty, kind });
        }
        for &(name, ty) in &self.own {
            let name = Sym::new(self.db, name);
            let kind = LocalKind::Local;
            locals.push(LocalName { name, ty, kind });
        }
        let (schema, in_lambda) = (self.schema, self.place == Place::Lambda);
        if let Some(notes) = &mut self.notes {
            // a key that is looked at as a name, too, stays a key
            if notes.probe.site.is_none() {
                notes.probe = Probe {
                    site: Some(site),
                    locals,
                    schema,
                    in_lambda,
                };
            }
        }
    }

    /// A name that is read.
    pub(super) fn note_name(&mut self, name: Name, ty: Ty<'db>) {
        if self.notes.is_none() {
            return;
        }
        let text = self.text(name);
        if text == CURSOR {
            self.site(Site::Value { expected: None });
            return;
        }
        if let Some(meaning) = self.meaning(text) {
            self.note(name.0, meaning, ty, false);
        }
    }

    /// What a name means, in the order of [`Checker::lookup`].
    fn meaning(&mut self, text: &str) -> Option<Meaning<'db>> {
        let (db, item) = (self.db, self.item);
        let own_attribute = |this: &Self| {
            let schema = this.schema?;
            attribute(db, schema, Sym::new(db, text)).map(Meaning::Attribute)
        };
        if let Some(local) = self.scopes.get(text) {
            let (declared, kind) = (local.declared(), local.kind);
            if kind == LocalKind::WeakKey
                && let Some(meaning) = own_attribute(self)
            {
                return Some(meaning);
            }
            let decl = slice_span(self.ast, declared)?;
            return Some(Meaning::Local { decl, kind });
        }
        if let Some(meaning) = own_attribute(self) {
            return Some(meaning);
        }
        let name = Sym::new(db, text);
        if self.package_names().get(text).is_some() {
            let package = item.package(db);
            return Some(Meaning::Definition { package, name });
        }
        if import_type(db, item.file(db), text).is_some() {
            return Some(Meaning::Import(name));
        }
        signatures::builtins(db)
            .get(text)
            .map(|_| Meaning::Builtin(name))
    }

    /// A name that is declared or set by a statement.
    pub(super) fn note_target(&mut self, name: Name, ty: Ty<'db>) {
        if self.notes.is_none() {
            return;
        }
        let (db, text) = (self.db, self.text(name));
        if text == CURSOR {
            self.site(Site::Statement);
            return;
        }
        let meaning = match self.place {
            Place::Module => Some(Meaning::Definition {
                package: self.item.package(db),
                name: Sym::new(db, text),
            }),
            _ => self.meaning(text),
        };
        if let Some(meaning) = meaning {
            self.note(name.0, meaning, ty, true);
        }
    }

    /// The name that the item declares.
    pub(super) fn note_declared(&mut self, name: Name) {
        if self.notes.is_none() {
            return;
        }
        let db = self.db;
        let meaning = Meaning::Definition {
            package: self.item.package(db),
            name: Sym::new(db, self.text(name)),
        };
        let ty = super::schema::schema_ty(db, self.item).map_or(Ty::Any, Ty::Schema);
        self.note(name.0, meaning, ty, true);
    }

    /// The name of an attribute where it is declared.
    pub(super) fn note_attribute(&mut self, name: ExprId, text: &str, ty: Ty<'db>) {
        if self.notes.is_none() {
            return;
        }
        let db = self.db;
        let found = self
            .schema
            .and_then(|schema| attribute(db, schema, Sym::new(db, text)));
        let meaning = found.map_or(Meaning::Key, Meaning::Attribute);
        let span = self.inner_span(name);
        self.note(span, meaning, ty, true);
    }

    /// The span of a name, or of a string without its quotes.
    fn inner_span(&self, expr: ExprId) -> Span {
        match self.ast[expr] {
            Expr::Str(span) => span,
            _ => self.span(expr),
        }
    }

    /// A member of a value.
    pub(super) fn note_member(&mut self, receiver: Ty<'db>, attr: Name, ty: Ty<'db>) {
        if self.notes.is_none() {
            return;
        }
        let text = self.text(attr);
        if text.is_empty() || text == CURSOR {
            if text == CURSOR {
                self.site(Site::Member { receiver });
            }
            return;
        }
        let meaning = self.member_meaning(receiver, text);
        self.note(attr.0, meaning, ty, false);
    }

    fn member_meaning(&self, receiver: Ty<'db>, text: &str) -> Meaning<'db> {
        let db = self.db;
        let name = Sym::new(db, text);
        for part in receiver.members(db) {
            match part {
                Ty::Package(package) => return Meaning::Definition { package, name },
                Ty::System(module) => return Meaning::ModuleMember(module, name),
                Ty::Str | Ty::StrLit(_) => return Meaning::StrMember(name),
                Ty::Instance(schema) | Ty::Schema(schema) => {
                    if let Member::Attribute(attribute) = member(db, schema, name) {
                        return Meaning::Attribute(attribute);
                    }
                }
                _ => {}
            }
        }
        Meaning::Key
    }

    /// A key of a block of some type.
    pub(super) fn note_key(
        &mut self,
        span: Span,
        name: &str,
        expected: Option<Ty<'db>>,
        ty: Ty<'db>,
    ) {
        if self.notes.is_none() {
            return;
        }
        if name == CURSOR {
            self.site(Site::Key { expected });
            return;
        }
        let meaning = expected.map_or(Meaning::Key, |block| self.member_meaning(block, name));
        let meaning = match meaning {
            Meaning::Attribute(_) => meaning,
            _ => Meaning::Key,
        };
        self.note(span, meaning, ty, true);
    }

    /// The same for a key that is an expression.
    pub(super) fn note_key_expr(
        &mut self,
        key: ExprId,
        name: &str,
        expected: Option<Ty<'db>>,
        ty: Ty<'db>,
    ) {
        if self.notes.is_some() {
            self.note_key(self.inner_span(key), name, expected, ty);
        }
    }

    /// A call and the names of its arguments.
    pub(super) fn note_call(&mut self, callee: &Callee<'db, '_>, span: Span, args: &'db [Arg]) {
        if self.notes.is_none() {
            return;
        }
        for (index, arg) in args.iter().enumerate() {
            if let Some(keyword) = arg.keyword {
                let text = self.text(keyword);
                let is_it =
                    |param: &FnParam<'db>| param.name.is_some_and(|it| it.text(self.db) == text);
                if let (Some(origin), Some(position)) =
                    (callee.origin, callee.params.iter().position(is_it))
                {
                    let ty = callee.params[position].ty;
                    let meaning = Meaning::Param(origin, position as u32);
                    self.note(keyword.0, meaning, ty, false);
                }
            } else if let Expr::Name(name) = self.ast[arg.value]
                && self.text(name) == CURSOR
            {
                let free: Box<[FnParam<'db>]> = callee
                    .params
                    .iter()
                    .skip(index)
                    .filter(|param| {
                        let given = |arg: &Arg| {
                            let keyword = arg.keyword.map(|keyword| self.text(keyword));
                            keyword.is_some() && keyword == param.name.map(|it| it.text(self.db))
                        };
                        !args.iter().any(given)
                    })
                    .copied()
                    .collect();
                let expected = callee.params.get(index).map(|param| param.ty);
                self.site(Site::Argument {
                    params: free,
                    expected,
                });
            }
        }
        if let Some(notes) = &mut self.notes {
            notes.calls.push(CallSite {
                callee: span,
                params: callee.params.into(),
                origin: callee.origin,
                variadic: callee.variadic,
            });
        }
    }

    /// A decorator's name.
    pub(super) fn note_decorator(&mut self, name: Name) {
        if self.notes.is_none() {
            return;
        }
        if self.text(name) == CURSOR {
            self.site(Site::Decorator);
        } else {
            self.note(name.0, Meaning::Decorator, Ty::Any, false);
        }
    }

    /// The names in a written type.
    pub(super) fn note_type(&mut self, id: TypeId, whole: Ty<'db>) {
        if self.notes.is_none() {
            return;
        }
        let ast = self.ast;
        match ast[id] {
            TypeExpr::Named(names) => self.note_type_name(names, whole),
            TypeExpr::List(Some(element)) => self.note_type(element, Ty::Any),
            TypeExpr::Dict(key, value) => {
                for part in key.into_iter().chain(value) {
                    self.note_type(part, Ty::Any);
                }
            }
            TypeExpr::Union(members) => {
                for &part in ast.type_ids(members) {
                    self.note_type(part, Ty::Any);
                }
            }
            TypeExpr::Function(params, ret) => {
                for part in ast.type_ids(params).iter().copied().chain(ret) {
                    self.note_type(part, Ty::Any);
                }
            }
            _ => {}
        }
    }

    fn note_type_name(&mut self, names: List, ty: Ty<'db>) {
        let (db, item, ast) = (self.db, self.item, self.ast);
        let (first, rest) = match ast.names(names) {
            [first, rest @ ..] => (*first, rest),
            [] => return,
        };
        let text = self.text(first);
        if text == CURSOR {
            self.site(Site::Type);
            return;
        }
        let local = self.scopes.get(text).map(|local| local.declared());
        let name = Sym::new(db, text);
        if let Some(declared) = local.filter(|_| rest.is_empty()) {
            if let Some(decl) = slice_span(ast, declared) {
                let kind = LocalKind::Local;
                self.note(first.0, Meaning::Local { decl, kind }, ty, false);
            }
            return;
        }
        if rest.is_empty() && self.package_names().get(text).is_some() {
            let package = item.package(db);
            self.note(first.0, Meaning::Definition { package, name }, ty, false);
            return;
        }
        let Some(import) = import_type(db, item.file(db), text) else {
            return;
        };
        self.note(first.0, Meaning::Import(name), import, false);
        let [member] = rest else { return };
        let text = self.text(*member);
        match import {
            Ty::Package(package) if text == CURSOR => self.site(Site::TypeMember { package }),
            Ty::Package(package) if package_names(db, package).get(text).is_some() => {
                let name = Sym::new(db, text);
                self.note(member.0, Meaning::Definition { package, name }, ty, false);
            }
            Ty::System(module) => {
                let name = Sym::new(db, text);
                self.note(member.0, Meaning::ModuleMember(module, name), ty, false);
            }
            _ => {}
        }
    }
}
