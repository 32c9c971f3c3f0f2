//! What to do about a value of the wrong type: one suggestion, with a change of the text where it is certain to compile.

use kiln_syntax::diagnostic::{Code, Diagnostic};
use kiln_syntax::span::Span;

use super::checker::Checker;
use super::codes;
use crate::types::relation::assignable;
use crate::types::{Ty, UnionTy};

/// A suggestion: what to say, and replacements of the value's text.
pub(super) struct Advice {
    pub(super) help: String,
    pub(super) edits: Vec<(Span, String)>,
}

impl Advice {
    fn say(help: impl Into<String>) -> Option<Self> {
        Some(Self {
            help: help.into(),
            edits: Vec::new(),
        })
    }

    fn replace(help: impl Into<String>, span: Span, text: impl Into<String>) -> Option<Self> {
        Some(Self {
            help: help.into(),
            edits: vec![(span, text.into())],
        })
    }

    fn wrap(help: impl Into<String>, span: Span, before: &str, after: &str) -> Option<Self> {
        let (start, end) = (
            Span::new(span.start, span.start),
            Span::new(span.end, span.end),
        );
        Some(Self {
            help: help.into(),
            edits: vec![(start, before.to_owned()), (end, after.to_owned())],
        })
    }
}

impl<'db> Checker<'db> {
    /// How a value of type `got`, written at `value`, becomes one of type `want`.
    pub(super) fn advice(&self, got: Ty<'db>, want: Ty<'db>, value: Span) -> Option<Advice> {
        let db = self.db;
        let takes = |ty| want.members(db).any(|member| member == ty);
        let text = self.ast.text.get(value.range()).unwrap_or_default();
        let written = if text.contains('\n') || text.len() > 40 {
            "…"
        } else {
            text
        };
        match got {
            Ty::StrLit(string) => {
                let string = string.text(db);
                let number = takes(Ty::Int) && string.parse::<i64>().is_ok()
                    || takes(Ty::Float) && string.parse::<f64>().is_ok_and(f64::is_finite);
                if number {
                    return Advice::replace(
                        format!("write it without quotes: `{string}`"),
                        value,
                        string,
                    );
                }
                if takes(Ty::Bool) && matches!(string, "true" | "True" | "false" | "False") {
                    let word = if string.ends_with("rue") {
                        "True"
                    } else {
                        "False"
                    };
                    return Advice::replace(
                        format!("write it without quotes: `{word}`"),
                        value,
                        word,
                    );
                }
                let options = want.members(db).filter_map(|member| match member {
                    Ty::StrLit(option) => Some(option.text(db)),
                    _ => None,
                });
                if let Some(nearest) = kiln_project::nearest(string, options) {
                    let nearest = format!("\"{nearest}\"");
                    return Advice::replace(format!("did you mean `{nearest}`?"), value, nearest);
                }
            }
            Ty::IntLit(_) | Ty::FloatLit(_) | Ty::BoolLit(_) if takes(Ty::Str) => {
                let quoted = format!("\"{written}\"");
                return Advice::wrap(format!("write it in quotes: `{quoted}`"), value, "\"", "\"");
            }
            Ty::IntLit(_) if takes(Ty::Multiplier) => {
                return Advice::say("write it with a unit, such as `1Ki` or `1M`");
            }
            Ty::Int | Ty::Float | Ty::Bool | Ty::Multiplier if takes(Ty::Str) => {
                return Advice::wrap(format!("convert it: `str({written})`"), value, "str(", ")");
            }
            Ty::MultiplierLit(_) | Ty::Multiplier if takes(Ty::Int) || takes(Ty::Float) => {
                return Advice::say(
                    "a number with a unit has a type of its own: `import units` and declare it as `units.NumberMultiplier`",
                );
            }
            Ty::FloatLit(bits) if takes(Ty::Int) => {
                let number = f64::from_bits(bits);
                if number.fract() == 0.0 && number.abs() < 1e15 {
                    let whole = format!("{number:.0}");
                    return Advice::replace(
                        format!("write it without fraction: `{whole}`"),
                        value,
                        whole,
                    );
                }
            }
            Ty::Str if takes(Ty::Int) => {
                return Advice::wrap(format!("convert it: `int({written})`"), value, "int(", ")");
            }
            Ty::Str | Ty::Int if takes(Ty::Float) => {
                return Advice::wrap(
                    format!("convert it: `float({written})`"),
                    value,
                    "float(",
                    ")",
                );
            }
            Ty::Union(union) => return self.certain(union, want, written),
            _ => {}
        }
        let as_item =
            |member| matches!(member, Ty::List(list) if assignable(db, got, list.element(db)));
        if !matches!(got, Ty::List(_)) && want.members(db).any(as_item) {
            return Advice::wrap(format!("write a list: `[{written}]`"), value, "[", "]");
        }
        None
    }

    /// A key that is not a string, written at `span`.
    pub(super) fn bad_key(&self, code: Code, found: Ty<'db>, span: Span) -> Diagnostic {
        let kind = self.show_kind(found);
        let message = format!("a key must be a `str`, found {} `{kind}`", article(&kind));
        let diagnostic = Diagnostic::error(code, span, message);
        let text = self.ast.text.get(span.range()).unwrap_or_default();
        let computed = code == codes::BAD_KEY && !found.is_literal() && !text.starts_with('(');
        let advice = if computed {
            let help = format!("make it a text: `\"${{{text}}}\"`");
            Advice::wrap(help, span, "\"${", "}\"")
        } else {
            self.advice(found, Ty::Str, span)
        };
        match advice {
            Some(advice) => {
                let title = advice.help.clone();
                diagnostic.help(advice.help).fix(title, advice.edits)
            }
            None => diagnostic,
        }
    }

    /// Reports operands that an operator does not take.
    pub(super) fn bad_operands(&mut self, symbol: &str, left: Ty<'db>, right: Ty<'db>, span: Span) {
        let (l, r) = (self.show_kind(left), self.show_kind(right));
        let message = format!("`{symbol}` does not work on `{l}` and `{r}`");
        let mut diagnostic = Diagnostic::error(codes::BAD_OPERANDS, span, message);
        let is = |ty: Ty<'db>, bases: &[Ty<'db>]| bases.contains(&ty.base());
        let numbers = [Ty::Int, Ty::Float];
        let help = match (left, right) {
            _ if symbol == "+" && is(left, &[Ty::Str]) && is(right, &numbers) => {
                "put the number into the text, `\"…${number}\"`, or convert it with `str`"
            }
            _ if symbol == "+" && is(left, &numbers) && is(right, &[Ty::Str]) => {
                "convert the text with `int` or `float`, or the number with `str`"
            }
            _ if symbol == "+" && matches!((left, right), (Ty::Dict(_) | Ty::Instance(_), _)) => {
                "`|` merges dicts and instances"
            }
            (Ty::List(_), other) if symbol == "+" && !matches!(other, Ty::List(_)) => {
                "write a list to add one item: `+ […]`"
            }
            (Ty::Schema(_), Ty::Schema(_)) if symbol == "|" => {
                "a name for several types is written `type Name = A | B`"
            }
            (Ty::Union(_), _) | (_, Ty::Union(_)) => "say which of its types a value has with `as`",
            _ => "",
        };
        if !help.is_empty() {
            diagnostic = diagnostic.help(help);
        }
        self.diagnostics.push(diagnostic);
    }

    /// Reports values that cannot be compared.
    pub(super) fn bad_comparison(
        &mut self,
        symbol: &str,
        left: Ty<'db>,
        right: Ty<'db>,
        span: Span,
    ) {
        let (l, r) = (self.show_kind(left), self.show_kind(right));
        let message = format!("`{symbol}` cannot compare `{l}` and `{r}`");
        let diagnostic = Diagnostic::error(codes::BAD_OPERANDS, span, message);
        let union = |ty| matches!(ty, Ty::Union(_));
        self.diagnostics.push(match symbol {
            "in" | "not in" => {
                diagnostic.note("what is searched must be a list, a dict, an instance or a text")
            }
            _ if union(left) || union(right) => {
                diagnostic.help("say which of its types a value has with `as`")
            }
            "<" | "<=" | ">" | ">=" => diagnostic.note("only numbers have an order"),
            _ => diagnostic,
        });
    }

    /// A union of which one member would do.
    fn certain(&self, union: UnionTy<'db>, want: Ty<'db>, written: &str) -> Option<Advice> {
        let fits = |&&member: &&Ty<'db>| assignable(self.db, member, want);
        union.members(self.db).iter().find(fits)?;
        if !matches!(
            want,
            Ty::Int | Ty::Float | Ty::Str | Ty::Bool | Ty::Instance(_)
        ) {
            return None;
        }
        let want = self.show(want);
        Advice::say(format!(
            "if it is known to be {} `{want}` here, say so: `{written} as {want}`",
            article(&want)
        ))
    }

    /// How a type is called in words: literals by their types, unless the other side of the mismatch is about literals.
    pub(super) fn show_kind(&self, ty: Ty<'db>) -> String {
        match ty {
            Ty::None => self.show(ty),
            Ty::MultiplierLit(_) => self.show(Ty::Multiplier),
            _ => self.show(ty.widen(self.db)),
        }
    }

    /// Both sides of a mismatch: what is found, what is wanted.
    pub(super) fn show_both(&self, got: Ty<'db>, want: Ty<'db>) -> (String, String) {
        let (found, wanted) = (self.show_kind(got), self.show(want));
        if found == wanted || self.has_literals(want) {
            return (self.show(got), wanted);
        }
        (found, wanted)
    }

    fn has_literals(&self, ty: Ty<'db>) -> bool {
        ty.members(self.db).any(|member| match member {
            Ty::List(list) => self.has_literals(list.element(self.db)),
            Ty::Dict(dict) => self.has_literals(dict.value(self.db)),
            member => member.is_literal(),
        })
    }
}

/// `a` or `an`, as the text is spoken.
pub(super) fn article(text: &str) -> &'static str {
    let first = text.chars().find(|c| c.is_alphanumeric());
    match first.map(|c| c.to_ascii_lowercase()) {
        Some('a' | 'e' | 'i' | 'o' | '8') => "an",
        _ => "a",
    }
}
