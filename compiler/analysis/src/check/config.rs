//! Config blocks: every entry is checked against what the schema or dict around it expects under its key.

use kiln_syntax::ast::{Entry, EntryOp, ExprId, Key, List, Name};
use kiln_syntax::diagnostic::Diagnostic;
use kiln_syntax::span::Span;

use super::advice::article;
use super::block::Block;
use super::checker::{Checker, Place};
use super::codes;
use super::report::Declared;
use super::schema::{Member, attribute_names, member};
use super::scope::LocalKind;
use crate::types::relation::assignable;
use crate::types::union::UnionBuilder;
use crate::types::{SchemaTy, Sym, Ty};

/// What is expected under a key.
#[derive(Clone, Copy, Debug)]
pub(super) struct Expected<'db> {
    pub(super) ty: Option<Ty<'db>>,
    pub(super) declared: Declared<'db>,
}

impl Expected<'_> {
    const NOTHING: Self = Self {
        ty: None,
        declared: Declared::Unknown,
    };
}

impl<'db> Checker<'db> {
    /// `{…}`. Whether its type is of interest: that of the config of an instance is not.
    pub(super) fn config(
        &mut self,
        entries: List,
        expected: Option<Ty<'db>>,
        typed: bool,
    ) -> Ty<'db> {
        let expected = expected.filter(|ty| !ty.is_unknown());
        let mark = self.scopes.enter();
        let direct = std::mem::replace(&mut self.direct, (!typed).then_some(mark));
        let mut block = Block::new(self.db);
        block.part = self.part.take();
        block.typed = typed;
        block.literal_keys = expected.is_some_and(|expected| self.wants_literal_keys(expected));
        let ast = self.ast;
        for &entry in ast.entries(entries) {
            self.entry(entry, expected, &mut block);
        }
        self.scopes.leave(mark);
        self.direct = direct;
        if typed { block.build() } else { Ty::Any }
    }

    fn wants_literal_keys(&self, expected: Ty<'db>) -> bool {
        let wants = |member| matches!(member, Ty::Dict(dict) if !matches!(dict.key(self.db), Ty::Any | Ty::Str));
        expected.members(self.db).any(wants)
    }

    /// One entry of a block.
    pub(super) fn entry(
        &mut self,
        entry: Entry,
        expected: Option<Ty<'db>>,
        block: &mut Block<'db>,
    ) {
        let ast = self.ast;
        match entry {
            Entry::Error => {}
            Entry::Pair { op, key, value } => match ast.key(key) {
                Key::Name(name) => {
                    let text = self.text(name);
                    if self.is_loop_variable(Some(name)) {
                        self.variable_key(name, op, value, expected, block);
                    } else {
                        self.named_entry(text, key, op, value, expected, block);
                    }
                }
                Key::Str(text) => self.named_entry(text, key, op, value, expected, block),
                Key::Path(names) | Key::Index(names, _)
                    if self.is_loop_variable(names.first().copied()) =>
                {
                    let key_ty = self.infer(key);
                    self.computed_key(key_ty, key);
                    self.computed_entry(key_ty, op, value, expected, block);
                }
                Key::Path(names) => self.path_entry(&names, op, None, value, expected, block),
                Key::Index(names, index) => {
                    self.path_entry(&names, op, Some(index), value, expected, block)
                }
                Key::Computed(key) => {
                    let key_ty = self.infer(key);
                    self.computed_key(key_ty, key);
                    self.computed_entry(key_ty, op, value, expected, block);
                }
            },
            Entry::Unpack(value) => self.unpack(value, expected, block),
            Entry::If(branches) => {
                let mut failed = Vec::new();
                for branch in ast.entry_branches(branches) {
                    let known = self.branch(branch.cond, &mut failed);
                    let mark = self.scopes.enter();
                    let direct = self.direct.take();
                    for &entry in ast.entries(branch.body) {
                        self.entry(entry, expected, block);
                    }
                    self.direct = direct;
                    self.forget(known);
                    self.scopes.leave(mark);
                }
            }
        }
    }

    /// The entry of a comprehension: names in its key are expressions.
    pub(super) fn repeated_entry(
        &mut self,
        entry: Entry,
        expected: Option<Ty<'db>>,
        block: &mut Block<'db>,
    ) {
        match entry {
            Entry::Pair { op, key, value }
                if matches!(
                    self.ast.key(key),
                    Key::Name(_) | Key::Path(_) | Key::Index(..)
                ) =>
            {
                let ty = self.infer(key);
                self.computed_key(ty, key);
                self.computed_entry(ty, op, value, expected, block);
            }
            _ => self.entry(entry, expected, block),
        }
    }

    fn bind_key(&mut self, name: &'db str, ty: Ty<'db>) {
        let weak = self.schema.is_some() && self.instance_depth == 0 && self.place != Place::Lambda;
        let kind = if weak {
            LocalKind::WeakKey
        } else {
            LocalKind::Key
        };
        self.scopes.bind(name, ty, kind);
    }

    fn is_loop_variable(&self, name: Option<Name>) -> bool {
        let local = name.and_then(|name| self.scopes.get(self.text(name)));
        local.is_some_and(|local| local.kind == LocalKind::Loop)
    }

    fn computed_key(&mut self, ty: Ty<'db>, key: ExprId) {
        if ty == Ty::None || !assignable(self.db, ty, Ty::Str) {
            let diagnostic = self.bad_key(codes::BAD_KEY, ty, self.span(key));
            self.diagnostics.push(diagnostic);
        }
    }

    /// A key that is a loop variable stands for its value.
    fn variable_key(
        &mut self,
        name: Name,
        op: EntryOp,
        value: ExprId,
        expected: Option<Ty<'db>>,
        block: &mut Block<'db>,
    ) {
        let ty = self
            .scopes
            .get(self.text(name))
            .map_or(Ty::Any, |local| local.ty);
        self.note_name(name, ty);
        if !assignable(self.db, ty, Ty::Str) {
            let diagnostic = self.bad_key(codes::BAD_KEY, ty, name.0);
            self.diagnostics.push(diagnostic);
        }
        if let Some(Ty::Instance(schema) | Ty::Schema(schema)) = expected {
            let sym = self.sym(self.text(name));
            if matches!(member(self.db, schema, sym), Member::Unknown) {
                self.unknown_member(&[schema], sym, name.0);
            }
        }
        self.computed_entry(ty, op, value, expected, block);
    }

    /// The value under a key that is not known here.
    fn computed_entry(
        &mut self,
        key: Ty<'db>,
        op: EntryOp,
        value: ExprId,
        expected: Option<Ty<'db>>,
        block: &mut Block<'db>,
    ) {
        let want = expected.and_then(|expected| {
            let values = expected.members(self.db).map(|member| match member {
                Ty::Dict(dict) => Some(dict.value(self.db)),
                _ => None,
            });
            let values: Option<Vec<_>> = values.collect();
            values.and_then(|values| {
                if let [only] = values[..] {
                    Some(only)
                } else {
                    None
                }
            })
        });
        let ty = self.infer_as(value, want);
        self.inserted(op, ty, value);
        block.add_computed(if key == Ty::Error { Ty::Str } else { key }, ty);
    }

    /// `+=` takes lists only.
    fn inserted(&mut self, op: EntryOp, ty: Ty<'db>, value: ExprId) {
        let fits = matches!(ty, Ty::List(_) | Ty::Any | Ty::Error | Ty::None);
        if op == EntryOp::Insert && !fits {
            let (found, span) = (self.show_kind(ty), self.span(value));
            let message = format!(
                "`+=` inserts lists only, found {} `{found}`",
                article(&found)
            );
            let diagnostic = Diagnostic::error(codes::BAD_INSERT, span, message);
            self.diagnostics.push(match ty {
                Ty::Dict(_) | Ty::Instance(_) => {
                    diagnostic.help("`:` merges into a dict or instance")
                }
                _ => {
                    let at = |offset: u32| Span::new(offset, offset);
                    let edits = vec![
                        (at(span.start), "[".to_owned()),
                        (at(span.end), "]".to_owned()),
                    ];
                    diagnostic
                        .help("write a list: `+= […]`")
                        .fix("write a list", edits)
                }
            });
        }
    }

    fn named_entry(
        &mut self,
        name: &'db str,
        key: ExprId,
        op: EntryOp,
        value: ExprId,
        expected: Option<Ty<'db>>,
        block: &mut Block<'db>,
    ) {
        let sym = self.sym(name);
        let key_span = self.span(key);
        // A later block replaces the value, so nothing is expected of it.
        let replaced = block
            .part
            .is_some_and(|(merged, index)| merged.replaced_after(sym, index));
        let block_ty = expected;
        let expected = expected.filter(|_| !replaced);
        let op = if replaced { EntryOp::Override } else { op };
        let ty = self.entry_value(sym, key_span, op, None, value, expected);
        self.note_key_expr(key, name, block_ty, ty);
        block.add_named(sym, ty);
        // the entry may be merged with one that was unpacked
        self.bind_key(name, if block.merged { Ty::Any } else { ty });
    }

    /// Checks the key and value of an entry; gives the value's type.
    fn entry_value(
        &mut self,
        name: Sym<'db>,
        key: Span,
        op: EntryOp,
        index: Option<i64>,
        value: ExprId,
        expected: Option<Ty<'db>>,
    ) -> Ty<'db> {
        let under = expected.map_or(Expected::NOTHING, |expected| {
            self.expected_under(expected, name, key)
        });
        let ty = self.plain(value, under.ty);
        if let Some(want) = under.ty
            && !assignable(self.db, ty, want)
        {
            let what = format!("`{}`", name.text(self.db));
            self.expect(ty, want, key, self.span(value), &what, under.declared);
            return Ty::Error;
        }
        self.inserted(op, ty, value);
        if index.is_some() {
            Ty::list(self.db, ty)
        } else {
            ty
        }
    }

    /// `a.b.c = v`, `a.b[0] = v`: nested blocks.
    fn path_entry(
        &mut self,
        names: &[Name],
        op: EntryOp,
        index: Option<i64>,
        value: ExprId,
        expected: Option<Ty<'db>>,
        block: &mut Block<'db>,
    ) {
        if names.len() > super::checker::MAX_DEPTH as usize {
            self.infer(value);
            block.forget_entries();
            return;
        }
        let Some((&first, rest)) = names.split_first() else {
            return;
        };
        let name = self.text(first);
        let sym = self.sym(name);
        let ty = if rest.is_empty() {
            self.entry_value(sym, first.0, op, index, value, expected)
        } else {
            let under = expected.map_or(Expected::NOTHING, |expected| {
                self.expected_under(expected, sym, first.0)
            });
            let mark = self.scopes.enter();
            let mut inner = Block::new(self.db);
            self.path_entry(
                rest,
                op,
                index,
                value,
                under.ty.filter(|ty| !ty.is_unknown()),
                &mut inner,
            );
            self.scopes.leave(mark);
            let ty = inner.build();
            let what = format!("`{name}`");
            let fits = under
                .ty
                .is_none_or(|want| self.expect(ty, want, first.0, first.0, &what, under.declared));
            if fits { ty } else { Ty::Error }
        };
        self.note_key(first.0, name, expected, ty);
        let ty = match block.get(sym) {
            Some(before @ Ty::Dict(_)) if matches!(ty, Ty::Dict(_)) => self.merge_dicts(before, ty),
            Some(before) if index.is_some() => before,
            _ => ty,
        };
        block.add_named(sym, ty);
        self.bind_key(name, ty);
    }

    /// What a type expects under a key. A key that cannot be there is reported.
    pub(super) fn expected_under(
        &mut self,
        expected: Ty<'db>,
        name: Sym<'db>,
        key: Span,
    ) -> Expected<'db> {
        let db = self.db;
        match expected {
            Ty::Dict(dict) => Expected {
                ty: Some(dict.value(db)),
                declared: Declared::Unknown,
            },
            Ty::Instance(schema) | Ty::Schema(schema) => match member(db, schema, name) {
                Member::Attribute(attribute) => Expected {
                    ty: Some(attribute.ty),
                    declared: Declared::At(attribute.origin),
                },
                Member::Indexed(value) => {
                    self.indexed_key(schema, name, key);
                    Expected {
                        ty: Some(value),
                        declared: Declared::Unknown,
                    }
                }
                Member::Open => Expected::NOTHING,
                Member::Unknown => {
                    self.unknown_member(&[schema], name, key);
                    Expected {
                        ty: Some(Ty::Error),
                        declared: Declared::Unknown,
                    }
                }
            },
            Ty::Union(union) => self.expected_by_some(union.members(db), name, key),
            _ => Expected::NOTHING,
        }
    }

    /// What the members of a union expect under a key, together.
    fn expected_by_some(
        &mut self,
        members: &[Ty<'db>],
        name: Sym<'db>,
        key: Span,
    ) -> Expected<'db> {
        let db = self.db;
        let mut union = UnionBuilder::declared(db);
        let mut schemas = Vec::new();
        let (mut some, mut open) = (false, false);
        let mut declared = Declared::Unknown;
        for &part in members {
            match part {
                Ty::Dict(dict) => {
                    some = true;
                    union.add(dict.value(db));
                }
                Ty::Instance(schema) | Ty::Schema(schema) => match member(db, schema, name) {
                    Member::Attribute(attribute) => {
                        some = true;
                        union.add(attribute.ty);
                        declared = Declared::At(attribute.origin);
                    }
                    Member::Indexed(value) => {
                        some = true;
                        union.add(value);
                    }
                    Member::Open => open = true,
                    Member::Unknown => schemas.push(schema),
                },
                _ => {}
            }
        }
        if open {
            return Expected::NOTHING;
        }
        if some {
            return Expected {
                ty: Some(union.build_declared()),
                declared,
            };
        }
        if schemas.is_empty() {
            return Expected::NOTHING;
        }
        self.unknown_member(&schemas, name, key);
        Expected {
            ty: Some(Ty::Error),
            declared: Declared::Unknown,
        }
    }

    /// An index signature may allow certain keys only.
    fn indexed_key(&mut self, schema: SchemaTy<'db>, name: Sym<'db>, key: Span) {
        let Some(signature) = super::schema::index_signature(self.db, schema) else {
            return;
        };
        if !assignable(self.db, Ty::StrLit(name), signature.key) {
            self.unknown_member(&[schema], name, key);
        }
    }

    fn unknown_member(&mut self, schemas: &[SchemaTy<'db>], name: Sym<'db>, key: Span) {
        let (db, name) = (self.db, name.text(self.db));
        let candidates: Vec<&str> = schemas
            .iter()
            .flat_map(|&schema| attribute_names(db, schema))
            .collect();
        let names: Vec<String> = schemas
            .iter()
            .map(|schema| format!("`{}`", schema.name(db).text(db)))
            .collect();
        let message = match &names[..] {
            [one] => format!("schema {one} has no attribute `{name}`"),
            many => format!(
                "none of the schemas {} has an attribute `{name}`",
                many.join(", ")
            ),
        };
        self.no_such(codes::UNKNOWN_MEMBER, key, name, &message, &candidates);
        if let [schema] = *schemas {
            self.label_schema(schema);
        }
    }
}
