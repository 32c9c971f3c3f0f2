//! Attribute access, subscripts and slices.

use kiln_syntax::ast::{ExprId, Name, SliceId};
use kiln_syntax::diagnostic::Diagnostic;
use kiln_syntax::span::Span;

use super::advice::article;
use super::checker::Checker;
use super::codes;
use super::resolve::{PackageMember, package_member};
use super::schema::{Member, attribute_names, member};
use crate::names::package_names;
use crate::packages::Package;
use crate::types::relation::assignable;
use crate::types::{FnParam, FunctionTy, Ty, signatures};

impl<'db> Checker<'db> {
    /// `value.attr`, `value?.attr`
    pub(super) fn select(
        &mut self,
        expr: ExprId,
        value: ExprId,
        attr: Name,
        optional: bool,
    ) -> Ty<'db> {
        let receiver = self.infer(value);
        let name = self.text(attr);
        if name.is_empty() {
            return Ty::Error;
        }
        let ty = self.selected(expr, value, receiver, attr, optional);
        self.note_member(receiver, attr, ty);
        ty
    }

    fn selected(
        &mut self,
        expr: ExprId,
        value: ExprId,
        receiver: Ty<'db>,
        attr: Name,
        optional: bool,
    ) -> Ty<'db> {
        let name = self.text(attr);
        if optional && matches!(receiver, Ty::System(_) | Ty::Package(_)) {
            let message = "a module always exists: use `.` instead of `?.`";
            let span = self.span(expr);
            let mark = Span::new(self.span(value).end, attr.0.start);
            let diagnostic = Diagnostic::error(codes::OPTIONAL_MODULE_ACCESS, span, message);
            self.diagnostics
                .push(diagnostic.fix("replace it with `.`", vec![(mark, ".".to_owned())]));
        }
        let span = self.span(expr);
        self.attribute(receiver, name, span, attr.0)
    }

    /// The type of an attribute; `at` is where the oracle reports that there is none, `name_span` the name.
    pub(super) fn attribute(
        &mut self,
        receiver: Ty<'db>,
        name: &'db str,
        at: Span,
        name_span: Span,
    ) -> Ty<'db> {
        let db = self.db;
        let _ = at;
        match receiver {
            Ty::Any | Ty::Union(_) => Ty::Any,
            Ty::Error => Ty::Error,
            Ty::Str | Ty::StrLit(_) => match signatures::str_members(db).get(name) {
                Some(ty) => ty,
                None => {
                    let members: Vec<_> = signatures::str_member_names().collect();
                    self.no_attribute(name_span, name, receiver, &members);
                    Ty::Error
                }
            },
            Ty::Dict(dict) => receiver
                .known_entry(db, name)
                .map_or_else(|| dict.value(db), |entry| entry.ty),
            Ty::Instance(schema) => match member(db, schema, self.sym(name)) {
                Member::Attribute(attribute) => attribute.ty,
                Member::Indexed(_) | Member::Open => Ty::Any,
                Member::Unknown => {
                    self.no_attribute(name_span, name, receiver, &attribute_names(db, schema));
                    Ty::Error
                }
            },
            Ty::Schema(_) if name == "instances" => {
                let param = FnParam {
                    name: Some(self.sym("full_pkg")),
                    ty: Ty::Bool,
                    has_default: true,
                };
                let params: Box<[_]> = Box::new([param]);
                Ty::Function(FunctionTy::new(
                    db,
                    "instances",
                    params,
                    Ty::list(db, Ty::Any),
                    false,
                    false,
                    None,
                ))
            }
            // Like the reference, leaves it to the run that the schema itself has no values of its attributes.
            Ty::Schema(schema)
                if matches!(member(db, schema, self.sym(name)), Member::Attribute(_)) =>
            {
                Ty::Any
            }
            Ty::System(index) => match signatures::modules(db)
                .get(usize::from(index))
                .and_then(|it| it.get(name))
            {
                Some(ty) => ty,
                None => {
                    let members: Vec<_> = signatures::member_names(db, index);
                    self.no_attribute(name_span, name, receiver, &members);
                    Ty::Error
                }
            },
            Ty::Package(package) => self.package_attribute(package, name, name_span),
            _ => {
                self.no_attribute(name_span, name, receiver, &[]);
                Ty::Error
            }
        }
    }

    fn package_attribute(&mut self, package: Package<'db>, name: &str, span: Span) -> Ty<'db> {
        let module = package.path(self.db);
        match package_member(self.db, package, name) {
            PackageMember::Found(ty) => return ty,
            PackageMember::Private => {
                let message = format!("`{name}` is private to package `{module}`");
                let diagnostic = Diagnostic::error(codes::PRIVATE_MEMBER, span, message);
                let public = name.trim_start_matches('_');
                let help = format!("names without `_` are exported: call it `{public}` there");
                self.diagnostics.push(diagnostic.help(help));
            }
            PackageMember::Import => {
                let message =
                    format!("`{name}` is imported by package `{module}`, not defined in it");
                let diagnostic = Diagnostic::error(codes::REEXPORTED_MODULE, span, message);
                let help = format!("import it in this file, too: `import {name}`");
                self.diagnostics.push(diagnostic.help(help));
            }
            PackageMember::Unknown => {
                let names = package_names(self.db, package);
                let candidates: Vec<&str> = names
                    .iter()
                    .map(|(name, _)| &**name)
                    .filter(|name| !name.starts_with('_'))
                    .collect();
                let message = format!("package `{module}` has no member `{name}`");
                self.no_such(codes::UNKNOWN_ATTRIBUTE, span, name, &message, &candidates);
            }
        }
        Ty::Error
    }

    /// `value[index]`, `value?[index]`
    pub(super) fn subscript(&mut self, value: ExprId, index: ExprId) -> Ty<'db> {
        let receiver = self.infer(value);
        let index_ty = self.infer(index);
        self.element(receiver, index_ty, value, index)
    }

    /// The type of an element.
    pub(super) fn element(
        &mut self,
        receiver: Ty<'db>,
        index_ty: Ty<'db>,
        value: ExprId,
        index: ExprId,
    ) -> Ty<'db> {
        let db = self.db;
        match receiver {
            Ty::Any | Ty::Error => receiver,
            Ty::Str | Ty::StrLit(_) | Ty::List(_) => {
                if !assignable(db, index_ty, Ty::Int) {
                    let found = self.show_kind(index_ty);
                    let message = format!("an index must be an `int`, found `{found}`");
                    self.error(codes::TYPE_MISMATCH, self.span(index), message);
                    return Ty::Error;
                }
                if let Ty::List(list) = receiver {
                    list.element(db)
                } else {
                    Ty::Str
                }
            }
            Ty::Dict(_) | Ty::Instance(_) => {
                if !assignable(db, index_ty, Ty::Str) {
                    let diagnostic = self.bad_key(codes::BAD_DICT_KEY, index_ty, self.span(index));
                    self.diagnostics.push(diagnostic);
                    return Ty::Error;
                }
                match index_ty {
                    Ty::StrLit(text) => {
                        self.attribute(receiver, text.text(db), self.span(value), self.span(index))
                    }
                    _ if matches!(receiver, Ty::Instance(_)) => Ty::Any,
                    _ => self.known_or_value(receiver),
                }
            }
            _ => {
                self.not_subscriptable(receiver, value);
                Ty::Error
            }
        }
    }

    fn known_or_value(&self, dict: Ty<'db>) -> Ty<'db> {
        if let Ty::Dict(dict) = dict {
            dict.value(self.db)
        } else {
            Ty::Any
        }
    }

    fn not_subscriptable(&mut self, receiver: Ty<'db>, value: ExprId) {
        let found = self.show_kind(receiver);
        let message = format!("{} `{found}` has no elements to select", article(&found));
        let mut diagnostic = Diagnostic::error(codes::NOT_SUBSCRIPTABLE, self.span(value), message);
        if matches!(receiver, Ty::Union(_)) {
            diagnostic = diagnostic.help("say which of its types the value has with `as`");
        }
        self.diagnostics.push(diagnostic);
    }

    /// `value[start:stop:step]`
    pub(super) fn slice(&mut self, slice: SliceId) -> Ty<'db> {
        let slice = &self.ast[slice];
        let receiver = self.infer(slice.value);
        for bound in [slice.start, slice.stop, slice.step].into_iter().flatten() {
            let ty = self.infer(bound);
            if matches!(receiver, Ty::Str | Ty::StrLit(_) | Ty::List(_))
                && !assignable(self.db, ty, Ty::Int)
            {
                let found = self.show_kind(ty);
                let message = format!("a bound of a slice must be an `int`, found `{found}`");
                self.error(codes::TYPE_MISMATCH, self.span(bound), message);
            }
        }
        match receiver {
            Ty::Any | Ty::Error | Ty::List(_) => receiver,
            Ty::Str | Ty::StrLit(_) => Ty::Str,
            Ty::Dict(_) | Ty::Instance(_) => {
                let found = self.show_kind(receiver);
                let message = format!("{} `{found}` cannot be sliced", article(&found));
                let diagnostic =
                    Diagnostic::error(codes::DICT_SLICE, self.span(slice.value), message)
                        .note("only lists and texts can be sliced");
                self.diagnostics.push(diagnostic);
                Ty::Error
            }
            _ => {
                self.not_subscriptable(receiver, slice.value);
                Ty::Error
            }
        }
    }

    /// What iterating gives to one variable, or to the first and second of two.
    pub(super) fn iteration(
        &mut self,
        source: ExprId,
        ty: Ty<'db>,
        pair: bool,
    ) -> (Ty<'db>, Ty<'db>) {
        let db = self.db;
        let mut firsts = crate::types::union::UnionBuilder::new(db);
        let mut seconds = crate::types::union::UnionBuilder::new(db);
        for member in ty.members(db) {
            let (first, second) = match member {
                Ty::Any | Ty::Error => (member, member),
                Ty::Str | Ty::StrLit(_) => (if pair { Ty::Int } else { Ty::Str }, Ty::Str),
                Ty::List(list) => (
                    if pair { Ty::Int } else { list.element(db) },
                    list.element(db),
                ),
                Ty::Dict(dict) => (dict.key(db), dict.value(db)),
                Ty::Instance(_) => (Ty::Str, Ty::Any),
                _ => {
                    let found = self.show_kind(ty);
                    let span = self.span(source);
                    let message = format!("`{found}` cannot be iterated");
                    let mut diagnostic = Diagnostic::error(codes::NOT_ITERABLE, span, message);
                    if ty.base() == Ty::Int {
                        let number = self.ast.text.get(span.range()).unwrap_or_default();
                        let call = format!("range({number})");
                        let title = format!("loop over numbers with `{call}`");
                        diagnostic = diagnostic.help(&*title).fix(title, vec![(span, call)]);
                    }
                    self.diagnostics.push(diagnostic);
                    return (Ty::Error, Ty::Error);
                }
            };
            firsts.add(first);
            seconds.add(second);
        }
        (firsts.build().widen(db), seconds.build().widen(db))
    }
}
