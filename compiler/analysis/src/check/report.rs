//! Diagnostics that several checks share.

use kiln_syntax::ast::{ExprId, Stmt};
use kiln_syntax::diagnostic::{Code, Diagnostic};
use kiln_syntax::span::Span;

use super::advice::article;
use super::calls::listed;
use super::checker::Checker;
use super::codes;
use crate::syntax::item_syntax;
use crate::types::relation::assignable;
use crate::types::{Origin, SchemaTy, Ty, signatures};

/// Where nothing is near, so many names are listed.
const NAMED: usize = 8;

/// Where a type is declared: an expression of an item, or a span of this one.
#[derive(Clone, Copy, Debug)]
pub(super) enum Declared<'db> {
    /// Nowhere that could be shown.
    Unknown,
    /// A name in some item.
    At(Origin<'db>),
    /// A span of the item being checked.
    Here(Span),
}

impl<'db> Checker<'db> {
    /// Reports an error that needs no more than a sentence.
    pub(super) fn error(&mut self, code: Code, span: Span, message: impl Into<String>) {
        self.diagnostics
            .push(Diagnostic::error(code, span, message));
    }

    /// Adds a label where something is declared.
    pub(super) fn label_declared(
        &self,
        diagnostic: Diagnostic,
        declared: Declared<'db>,
        text: impl Into<String>,
    ) -> Diagnostic {
        match declared {
            Declared::Unknown => diagnostic,
            Declared::Here(span) => diagnostic.label(span, text),
            Declared::At(Origin { item, expr }) => {
                let span = item_syntax(self.db, item).ast.expr_span(ExprId(expr));
                if item == self.item {
                    diagnostic.label(span, text)
                } else {
                    diagnostic.label_in(item.place(self.db), span, text)
                }
            }
        }
    }

    /// The same diagnostic, reported where something is written; where it was found becomes a label.
    pub(super) fn moved_to(&self, mut diagnostic: Diagnostic, origin: Origin<'db>) -> Diagnostic {
        let found = diagnostic.primary.span;
        diagnostic.primary.span = item_syntax(self.db, origin.item)
            .ast
            .expr_span(ExprId(origin.expr));
        if origin.item == self.item {
            return diagnostic.label(found, "used here");
        }
        diagnostic.primary.file = Some(origin.item.place(self.db));
        diagnostic.label_in(self.item.place(self.db), found, "used here")
    }

    /// Whether two places of the item are on one line.
    fn same_line(&self, a: Span, b: Span) -> bool {
        let range = a.start.min(b.start) as usize..a.start.max(b.start) as usize;
        !self
            .ast
            .text
            .get(range)
            .is_some_and(|text| text.contains('\n'))
    }

    /// Checks that a value fits; says so at the value if it begins on the line of its key or target, else at that.
    /// Returns whether it does.
    pub(super) fn expect(
        &mut self,
        got: Ty<'db>,
        want: Ty<'db>,
        key: Span,
        value: Span,
        what: &str,
        declared: Declared<'db>,
    ) -> bool {
        if assignable(self.db, got, want) {
            return true;
        }
        let primary = if self.same_line(key, value) {
            value
        } else {
            key
        };
        self.mismatch_at(got, want, primary, value, what, declared);
        false
    }

    /// Reports a value that does not fit.
    pub(super) fn mismatch(
        &mut self,
        got: Ty<'db>,
        want: Ty<'db>,
        value: Span,
        what: &str,
        declared: Declared<'db>,
    ) {
        self.mismatch_at(got, want, value, value, what, declared);
    }

    /// Reports a value that does not fit, at `span`.
    fn mismatch_at(
        &mut self,
        got: Ty<'db>,
        want: Ty<'db>,
        span: Span,
        value: Span,
        what: &str,
        declared: Declared<'db>,
    ) {
        if matches!(got, Ty::System(_) | Ty::Package(_)) {
            self.module_as_value(span);
            return;
        }
        let (got_text, want_text) = self.show_both(got, want);
        let message = match what {
            "" => format!("expected `{want_text}`, found `{got_text}`"),
            what => format!("{what} expects `{want_text}`, found `{got_text}`"),
        };
        let kind = self.show_kind(got);
        let label = match span == value {
            true => format!("this is {} `{kind}`", article(&kind)),
            false => format!("its value is {} `{kind}`", article(&kind)),
        };
        let mut diagnostic = Diagnostic::error(codes::TYPE_MISMATCH, span, message).at(label);
        diagnostic = self.label_declared(
            diagnostic,
            declared,
            format!("declared here as `{want_text}`"),
        );
        if let Some(advice) = self.advice(got, want, value) {
            let title = advice.help.trim_end_matches('?').to_owned();
            diagnostic = diagnostic.help(advice.help);
            if !advice.edits.is_empty() {
                diagnostic = diagnostic.fix(title, advice.edits);
            }
        }
        self.diagnostics.push(diagnostic);
    }

    /// Reports a module that is used as a value.
    pub(super) fn module_as_value(&mut self, span: Span) {
        let diagnostic = Diagnostic::error(
            codes::MODULE_AS_VALUE,
            span,
            "a module is not a value; only its members can be used",
        );
        let name = self.ast.text.get(span.range()).unwrap_or_default();
        let diagnostic = diagnostic.help(format!("name a member: `{name}.…`"));
        self.diagnostics.push(diagnostic);
    }

    /// Reports an attribute that a value does not have.
    pub(super) fn no_attribute(
        &mut self,
        span: Span,
        name: &str,
        of: Ty<'db>,
        candidates: &[&str],
    ) {
        let shown = self.show_kind(of);
        let message = match of {
            Ty::System(index) => {
                let module = signatures::module_name(self.db, index);
                format!("module `{module}` has no member `{name}`")
            }
            _ if candidates.is_empty() && !matches!(of, Ty::Instance(_)) => {
                format!(
                    "{} `{shown}` has no attributes, so no `{name}`",
                    article(&shown)
                )
            }
            _ => format!("`{shown}` has no attribute `{name}`"),
        };
        self.no_such(codes::UNKNOWN_ATTRIBUTE, span, name, &message, candidates);
        if let Ty::Instance(schema) = of {
            self.label_schema(schema);
        }
    }

    /// Adds a label to the last diagnostic where a schema is declared.
    pub(super) fn label_schema(&mut self, schema: SchemaTy<'db>) {
        let item = schema.item(self.db);
        let ast = &item_syntax(self.db, item).ast;
        let name = ast.stmt_ids(ast.root).iter().find_map(|&id| match ast[id] {
            Stmt::Schema(schema) => Some(ast[schema].name.0),
            Stmt::Rule(rule) => Some(ast[rule].name.0),
            _ => None,
        });
        let (Some(span), Some(diagnostic)) = (name, self.diagnostics.pop()) else {
            return;
        };
        let text = "declared here";
        self.diagnostics.push(if item == self.item {
            diagnostic.label(span, text)
        } else {
            diagnostic.label_in(item.place(self.db), span, text)
        });
    }

    /// Reports a name that is not among some candidates.
    pub(super) fn no_such(
        &mut self,
        code: Code,
        span: Span,
        name: &str,
        message: &str,
        candidates: &[&str],
    ) {
        let mut diagnostic = Diagnostic::error(code, span, message);
        if let Some(nearest) = kiln_project::nearest(name, candidates.iter().copied()) {
            diagnostic = diagnostic.help(format!("did you mean `{nearest}`?"));
            let length = usize::try_from(span.len()).unwrap_or(0);
            if length == name.len() {
                diagnostic = diagnostic.fix(
                    format!("replace it with `{nearest}`"),
                    vec![(span, nearest.to_owned())],
                );
            }
        } else if (1..=NAMED).contains(&candidates.len()) {
            let names: Vec<String> = candidates.iter().map(|name| format!("`{name}`")).collect();
            let verb = if names.len() == 1 { "is only" } else { "are" };
            diagnostic = diagnostic.note(format!("there {verb} {}", listed(&names)));
        }
        self.diagnostics.push(diagnostic);
    }
}
