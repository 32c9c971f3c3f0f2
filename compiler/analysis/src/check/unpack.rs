//! `**value`, and dict variables used as schemas: their known entries against what is expected.

use kiln_syntax::ast::{Expr, ExprId};
use kiln_syntax::diagnostic::Diagnostic;
use kiln_syntax::span::Span;

use super::block::Block;
use super::checker::Checker;
use super::codes;
use super::report::Declared;
use super::schema::{attribute, attribute_names};
use crate::types::relation::assignable;
use crate::types::{KnownEntry, SchemaTy, Sym, Ty};

impl<'db> Checker<'db> {
    /// `**value`
    pub(super) fn unpack(
        &mut self,
        value: ExprId,
        expected: Option<Ty<'db>>,
        block: &mut Block<'db>,
    ) {
        let literal = matches!(self.ast[self.ast.peel(value)], Expr::Config(_));
        let ty = self.infer_as(value, if literal { expected } else { None });
        for member in ty.members(self.db) {
            if !matches!(
                member,
                Ty::Any | Ty::Error | Ty::None | Ty::Dict(_) | Ty::Instance(_)
            ) {
                let found = self.show_kind(ty);
                let message =
                    format!("only a dict or instance can be unpacked with `**`, found `{found}`");
                let diagnostic = Diagnostic::error(codes::BAD_UNPACK, self.span(value), message);
                self.diagnostics.push(match member {
                    Ty::List(_) => diagnostic.note("the items of a list have no keys"),
                    _ => diagnostic,
                });
                block.add_computed(Ty::Str, Ty::Error);
                return;
            }
        }
        match ty {
            Ty::Dict(dict) => {
                if let (false, Some(expected)) = (literal, expected) {
                    self.unpacking = true;
                    self.known_entries(ty, expected, value, &mut Vec::new());
                    self.unpacking = false;
                }
                match dict.entries(self.db) {
                    Some(entries) => {
                        for entry in entries.list(self.db) {
                            block.add_named(entry.key, entry.ty);
                        }
                    }
                    None => {
                        block.add_computed(Ty::Str, dict.value(self.db));
                        block.forget_entries();
                    }
                }
            }
            Ty::Instance(schema) => {
                if let Some(expected) = expected {
                    self.unpacked_instance(schema, expected, self.span(value));
                }
                block.add_computed(Ty::Str, Ty::Any);
                block.forget_entries();
                block.merged = true;
            }
            Ty::None => {}
            _ => {
                block.add_computed(Ty::Str, Ty::Any);
                block.forget_entries();
            }
        }
    }

    /// Known entries of a value that is unpacked or used as a whole, against what is expected there. With a path, those
    /// under an index signature are reported where they are written.
    pub(super) fn known_entries(
        &mut self,
        ty: Ty<'db>,
        expected: Ty<'db>,
        value: ExprId,
        path: &mut Vec<Sym<'db>>,
    ) {
        let Ty::Dict(dict) = ty else { return };
        let Some(entries) = dict.entries(self.db) else {
            return;
        };
        let at = self.span(value);
        for entry in entries.list(self.db) {
            let before = self.diagnostics.len();
            let under = self.expected_under(expected, entry.key, at);
            path.push(entry.key);
            if let Some(want) = under.ty {
                let fits = assignable(self.db, entry.ty, want);
                if matches!(entry.ty, Ty::Dict(_)) && fits && !want.is_unknown() {
                    self.known_entries(entry.ty, want, value, path);
                } else if !fits {
                    self.unpacked_mismatch(entry, want, at, under.declared);
                }
            }
            if self.diagnostics.len() > before {
                let written = self.written_entry(value, path);
                if let Some((place, diagnostic)) =
                    written.and_then(|place| Some((place, self.diagnostics.pop()?)))
                {
                    let indexed = matches!(under.declared, Declared::Unknown) && path.len() == 1;
                    let unpacked = diagnostic.code == codes::UNKNOWN_MEMBER;
                    self.diagnostics
                        .push(if indexed && !unpacked && !self.unpacking {
                            self.moved_to(diagnostic, place)
                        } else {
                            self.label_declared(
                                diagnostic,
                                Declared::At(place),
                                "the entry is written here",
                            )
                        });
                }
                path.pop();
                return;
            }
            path.pop();
        }
    }

    fn unpacked_mismatch(
        &mut self,
        entry: &KnownEntry<'db>,
        want: Ty<'db>,
        at: Span,
        declared: Declared<'db>,
    ) {
        let what = format!("`{}`", entry.key.text(self.db));
        self.mismatch(entry.ty, want, at, &what, declared);
    }

    /// The attributes of an instance that is unpacked.
    fn unpacked_instance(&mut self, schema: SchemaTy<'db>, expected: Ty<'db>, at: Span) {
        for name in attribute_names(self.db, schema) {
            let Some(attribute) = attribute(self.db, schema, self.sym(name)) else {
                continue;
            };
            let before = self.diagnostics.len();
            let under = self.expected_under(expected, attribute.name, at);
            if let Some(want) = under.ty
                && !assignable(self.db, attribute.ty, want)
            {
                let what = format!("`{name}`");
                self.mismatch(attribute.ty, want, at, &what, under.declared);
            }
            if self.diagnostics.len() > before {
                return;
            }
        }
    }
}
