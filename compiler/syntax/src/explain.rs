//! Syntax errors in words: what the parser met, and where, becomes one sentence.

use lalrpop_util::ParseError;

use crate::builder::{Builder, Recovery, is_synthetic};
use crate::codes;
use crate::diagnostic::{Diagnostic, Kind};
use crate::layout::Spanned;
use crate::span::Span;
use crate::token::Tok;

mod habits;

pub use habits::near_header;

type Error = ParseError<u32, Tok, ()>;

impl Builder<'_> {
    /// Reports a mended error unless its statement has one already; returns its place.
    pub(crate) fn syntax_error(&mut self, recovery: Recovery) -> Span {
        self.explain(&recovery.error)
    }

    /// Reports an error that could not be mended.
    pub(crate) fn fatal_error(&mut self, error: Error) {
        self.explain(&error);
    }

    fn explain(&mut self, error: &Error) -> Span {
        let (found, expected) = match error {
            ParseError::UnrecognizedToken { token, expected } => (*token, expected.as_slice()),
            ParseError::UnrecognizedEof { location, expected } => {
                ((*location, Tok::Newline, *location), expected.as_slice())
            }
            ParseError::ExtraToken { token } => (*token, &[][..]),
            ParseError::InvalidToken { location } => ((*location, Tok::Bad, *location), &[][..]),
            ParseError::User { .. } => ((0, Tok::Bad, 0), &[][..]),
        };
        let span = Span::new(found.0, found.2);
        // Layout balances brackets: an unexpected closer only shows that an earlier mistake threw the parser off.
        let aftermath = found.1.is_closer() && self.last_error.is_some();
        if aftermath || self.follows_on_line(found.0) || !self.is_first_in_statement(found) {
            return span;
        }
        self.last_error = Some(found.0);
        let previous = self.token_before_token(found);
        let colon = expected.iter().any(|name| name.trim_matches('"') == ":");
        let diagnostic = self.describe(found, previous, expected);
        let diagnostic = self.with_habit(diagnostic, previous, found, colon);
        self.report(diagnostic);
        span
    }

    /// Reports a mistake found by an action unless its statement has one already.
    pub(crate) fn report_once(&mut self, diagnostic: Diagnostic) {
        let at = diagnostic.primary.span.start;
        let index = self
            .tokens
            .partition_point(|token| token.0 < at)
            .min(self.tokens.len().saturating_sub(1));
        if self
            .tokens
            .get(index)
            .is_none_or(|token| self.is_first_in_statement(*token))
            && !self.follows_on_line(at)
        {
            self.last_error = Some(at);
            self.report(diagnostic);
        }
    }

    fn position(&self, token: Spanned) -> usize {
        let from = self.tokens.partition_point(|other| other.0 < token.0);
        self.tokens[from..]
            .iter()
            .take_while(|other| other.0 == token.0)
            .position(|other| other.1 == token.1)
            .map_or_else(
                || from.min(self.tokens.len().saturating_sub(1)),
                |index| from + index,
            )
    }

    fn token_before_token(&self, token: Spanned) -> Spanned {
        let mut index = self.position(token);
        while index > 0 {
            index -= 1;
            let previous = self.tokens[index];
            if !matches!(previous.1, Tok::Dedent) {
                return previous;
            }
        }
        (0, Tok::StartItem, 0)
    }

    /// Whether the item has a syntax error, so that further checks would only add noise.
    pub(crate) fn is_broken(&self) -> bool {
        self.last_error.is_some() || !self.reported.is_empty()
    }

    /// Whether an error was reported earlier on the line of `offset`.
    fn follows_on_line(&self, offset: u32) -> bool {
        let index = self.reported.partition_point(|other| *other <= offset);
        let reported = index
            .checked_sub(1)
            .and_then(|index| self.reported.get(index))
            .copied();
        let Some(last) = self.last_error.filter(|last| *last <= offset).max(reported) else {
            return false;
        };
        !self.text.as_bytes()[last as usize..offset as usize].contains(&b'\n')
    }

    /// Whether no error was reported between the ends of statements or items around this token.
    fn is_first_in_statement(&self, token: Spanned) -> bool {
        let at = self.position(token);
        let before = self.tokens[..at]
            .iter()
            .rposition(|other| is_synthetic(other.1));
        let start = before.map_or(0, |index| self.tokens[index].2);
        let after = self.tokens[at..]
            .iter()
            .position(|other| is_synthetic(other.1));
        let end = after.map_or(u32::MAX, |index| self.tokens[at + index].2);
        let within = |offset: u32| offset >= start && offset <= end;
        let index = self.reported.partition_point(|offset| *offset < start);
        !self.last_error.is_some_and(within)
            && self.reported.get(index).is_none_or(|offset| *offset > end)
    }

    fn describe(&self, found: Spanned, previous: Spanned, expected: &[String]) -> Diagnostic {
        let span = Span::new(found.0, found.2);
        let expects = |what: &str| expected.iter().any(|name| name.trim_matches('"') == what);
        let name = |token: Spanned| self.spell(token);
        let line_end = matches!(found.1, Tok::Newline | Tok::Sep | Tok::Dedent | Tok::Indent)
            && found.0 == found.2;
        let here = if line_end {
            Span::new(previous.2.max(found.0), previous.2.max(found.0))
        } else {
            span
        };
        if let Some(diagnostic) =
            self.keyword_as_name(previous, found, expects("name") && !expects("any"))
        {
            return diagnostic;
        }
        if expects("else") && line_end {
            return Diagnostic::error(
                codes::UNEXPECTED_TOKEN,
                here,
                "this conditional expression has no `else`",
            )
            .help("write `value if condition else other`");
        }
        if expects("any") && !expects("lambda") {
            return if line_end {
                Diagnostic::error(
                    codes::MISSING_EXPRESSION,
                    here,
                    format!("a type is missing after {}", name(previous)),
                )
                .help("`any` is the type of all values")
            } else if found.1.is_word() {
                // The reference reads every word as the name of a type.
                Diagnostic::error(
                    codes::MISSING_EXPRESSION,
                    here,
                    format!("{} is not a type", name(found)),
                )
                .of_kind(Kind::Compile)
            } else {
                Diagnostic::error(
                    codes::MISSING_EXPRESSION,
                    here,
                    format!(
                        "expected a type after {}, found {}",
                        name(previous),
                        name(found)
                    ),
                )
            };
        }
        if previous.1 == Tok::IndexBracket && found.1 == Tok::RBracket {
            return Diagnostic::error(
                codes::EMPTY_SUBSCRIPT,
                Span::new(previous.0, found.2),
                "there is no index between the brackets",
            )
            .help("`[:]` is a slice with everything");
        }
        if expects("number") || expects("start item") {
            let after = match previous.1 {
                kind if is_synthetic(kind) => None,
                _ => Some(name(previous)),
            };
            return match (after, line_end) {
                (Some(_), false) if self.is_second_sign(previous, found) => {
                    self.second_sign(previous, found)
                }
                (Some(after), true) => Diagnostic::error(
                    codes::MISSING_EXPRESSION,
                    here,
                    format!("an expression is missing after {after}"),
                )
                .at("expected here"),
                (Some(after), false) => Diagnostic::error(
                    codes::MISSING_EXPRESSION,
                    here,
                    format!(
                        "expected an expression after {after}, found {}",
                        name(found)
                    ),
                ),
                (None, _) if found.1 == Tok::Comma => Diagnostic::error(
                    codes::UNEXPECTED_TOKEN,
                    here,
                    "there is nothing before this `,`",
                )
                .fix("remove it", vec![(here, String::new())]),
                (None, _) => Diagnostic::error(
                    codes::UNEXPECTED_TOKEN,
                    here,
                    format!("expected an expression, found {}", name(found)),
                ),
            };
        }
        if expected.len() == 1 || expects("name") {
            let wanted = if expects("name") {
                "a name".to_owned()
            } else {
                wanted(&expected[0])
            };
            return Diagnostic::error(
                codes::UNEXPECTED_TOKEN,
                here,
                format!(
                    "expected {wanted} after {}, found {}",
                    name(previous),
                    name(found)
                ),
            );
        }
        if expects(":") && !expects("=") && !matches!(found.1, Tok::Eq) {
            return Diagnostic::error(
                codes::UNEXPECTED_TOKEN,
                here,
                format!(
                    "expected `:` after {}, found {}",
                    name(previous),
                    name(found)
                ),
            );
        }
        Diagnostic::error(
            codes::UNEXPECTED_TOKEN,
            here,
            format!("{} does not fit after {}", name(found), name(previous)),
        )
    }

    /// A keyword where a name is wanted, or with a value after it.
    fn keyword_as_name(&self, previous: Spanned, found: Spanned, name: bool) -> Option<Diagnostic> {
        let is_keyword =
            |token: Spanned| token.1.is_word() && token.1 != Tok::Name && token.0 < token.2;
        let token = if name && is_keyword(found) {
            found
        } else if found.1 == Tok::Eq && is_keyword(previous) && !previous.1.starts_operand() {
            previous
        } else {
            return None;
        };
        let span = Span::new(token.0, token.2);
        let word = self.text.get(span.range())?;
        let title = format!("write `${word}` to use it as a name");
        Some(
            Diagnostic::error(
                codes::UNEXPECTED_TOKEN,
                span,
                format!("`{word}` is a keyword and cannot be a name"),
            )
            .help(&*title)
            .fix(title, vec![(span, format!("${word}"))]),
        )
    }

    /// Whether `not` follows another operator before an operand.
    fn is_second_sign(&self, previous: Spanned, found: Spanned) -> bool {
        found.1 == Tok::Not && matches!(previous.1, Tok::Not | Tok::Plus | Tok::Minus | Tok::Tilde)
    }

    fn second_sign(&self, first: Spanned, second: Spanned) -> Diagnostic {
        // At the end of a statement the reference takes the second `not` for a name and the rest for another statement.
        let kind = if self.is_in_brackets(second) {
            Kind::Syntax
        } else {
            Kind::Compile
        };
        Diagnostic::error(
            codes::MISSING_EXPRESSION,
            Span::new(second.0, second.2),
            "an operand has a single operator before it",
        )
        .label(Span::new(first.0, first.2), "the first one is here")
        .of_kind(kind)
        .help("put the inner operator and its operand into parentheses")
    }

    /// Whether an expression in brackets is unfinished at a token; the body of a lambda holds statements.
    fn is_in_brackets(&self, token: Spanned) -> bool {
        let mut closed = 0usize;
        for other in self.tokens[..self.position(token)].iter().rev() {
            match self.text.as_bytes().get(other.0 as usize) {
                _ if other.0 == other.2 => {} // made by layout
                Some(b')' | b']' | b'}') => closed += 1,
                Some(b'(' | b'[' | b'{') if closed == 0 => return other.1 != Tok::BodyBrace,
                Some(b'(' | b'[' | b'{') => closed -= 1,
                _ => {}
            }
        }
        false
    }

    /// How a token is called in a message.
    fn spell(&self, token: Spanned) -> String {
        let text = self
            .text
            .get(token.0 as usize..token.2 as usize)
            .unwrap_or("");
        match token.1 {
            Tok::Newline => "the end of the line".to_owned(),
            Tok::Sep if text == "," => "`,`".to_owned(),
            Tok::Sep => "the end of the item".to_owned(),
            Tok::Indent => "an indented block".to_owned(),
            Tok::Dedent => "the end of the block".to_owned(),
            Tok::StartItem | Tok::StartExpr => "the start".to_owned(),
            _ if text.is_empty() => "the end".to_owned(),
            Tok::Str if text.len() > 30 || text.contains('\n') => "a string".to_owned(),
            _ => {
                let short: String = text.chars().take(40).collect();
                format!("`{short}`")
            }
        }
    }
}

/// How a token that is expected is called.
fn wanted(terminal: &str) -> String {
    let name = terminal.trim_matches('"');
    let shown = match name {
        "indent" => return "an indented block".to_owned(),
        "newline" | "sep" => return "the end of the line".to_owned(),
        "call (" => "(",
        "index [" | "signature [" => "[",
        "body {" | "quantifier {" | "instance {" | "parameters {" => "{",
        other => other,
    };
    format!("`{shown}`")
}
