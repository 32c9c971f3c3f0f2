//! A token by itself: its text, and the blanks around it.

use std::borrow::Cow;

use kiln_syntax::layout::Spanned;
use kiln_syntax::token::Tok;

use super::Printer;
use super::brackets::Bracket;
use crate::quotes::double_quoted;

impl Printer<'_> {
    /// Prints a token that stands in the source.
    #[inline]
    pub(super) fn real(&mut self, token: Spanned) {
        let text = self.slice(token);
        match token.1 {
            Tok::Name | Tok::Number => self.operand(token.1, text),
            Tok::Str => self.string(text),
            Tok::True | Tok::False | Tok::None | Tok::Undefined | Tok::Any => {
                let quantifier = token.1 == Tok::Any && !self.frame().in_type;
                self.operand(token.1, text);
                self.ends = !quantifier;
            }
            Tok::Colon => self.colon(),
            Tok::Comma => self.comma(),
            Tok::Eq => self.equals(),
            Tok::Dot => {
                let space = self.prev == Tok::Import;
                self.word(Tok::Dot, space, ".");
                self.glued = true;
            }
            Tok::Ellipsis => {
                self.word(Tok::Ellipsis, true, "...");
                self.glued = true;
            }
            Tok::Question | Tok::OptionalMark => {
                self.word(token.1, false, "?");
                self.glued = token.1 == Tok::Question;
            }
            Tok::At | Tok::Tilde => {
                self.word(token.1, true, text);
                self.glued = true;
            }
            Tok::Plus | Tok::Minus | Tok::Star | Tok::StarStar => {
                let unary = !self.ends;
                self.word(token.1, true, text);
                self.glued = unary;
            }
            Tok::NotIn => self.word(Tok::NotIn, true, "not in"),
            Tok::IsNot => self.word(Tok::IsNot, true, "is not"),
            Tok::FnArrow => self.word(Tok::FnArrow, true, "->"),
            Tok::Arrow => self.arrow(),
            Tok::Lambda => self.lambda(),
            Tok::For => {
                if self.frame().lines {
                    self.end_line();
                }
                self.word(Tok::For, true, text);
            }
            Tok::Else => self.else_word(token),
            Tok::ParamBrace => {}
            Tok::LParen
            | Tok::LBracket
            | Tok::LBrace
            | Tok::CallParen
            | Tok::IndexBracket
            | Tok::SigBracket
            | Tok::InstBrace
            | Tok::BodyBrace
            | Tok::QuantBrace => self.open(token.1, text),
            Tok::RParen | Tok::RBracket | Tok::RBrace => self.close(token.1, text),
            _ => {
                if token.1.is_aug_assign() {
                    self.frame_mut().in_type = false;
                }
                self.word(token.1, true, text);
            }
        }
    }

    /// A token that does not end an operand.
    #[inline]
    pub(super) fn word(&mut self, kind: Tok, space: bool, text: &str) {
        self.write(space, text);
        self.prev = kind;
        self.glued = false;
        self.ends = false;
    }

    #[inline]
    fn operand(&mut self, kind: Tok, text: &str) {
        self.write(true, text);
        self.prev = kind;
        self.glued = false;
        self.ends = true;
    }

    fn string(&mut self, text: &str) {
        let names_attribute = self.frame().kind == Bracket::Statements
            && self.begun == self.at
            && matches!(self.peek(1), Some(Tok::Colon | Tok::OptionalMark));
        let shown = if names_attribute || self.frame().in_type {
            double_quoted(text)
        } else if self.input.carriage_returns && text.contains("\r\n") {
            Cow::Owned(text.replace("\r\n", "\n"))
        } else {
            Cow::Borrowed(text)
        };
        self.operand(Tok::Str, &shown);
        if let Some(last) = text.rfind('\n') {
            self.line_start = self.position + last as u32 + 1;
        }
    }

    fn colon(&mut self) {
        let header = self.peek(1) == Some(Tok::Indent);
        let parameter = self.in_parameters();
        let frame = self.frame_mut();
        let mut glued = false;
        if header {
        } else if parameter {
            frame.in_type = true;
        } else if frame.kind == Bracket::Index {
            frame.colons += 1;
            glued = true;
        } else if frame.in_type && frame.kind == Bracket::Elements {
            glued = true;
        } else if frame.kind == Bracket::Statements {
            frame.in_type = true;
            frame.statement.typed = true;
        }
        self.word(Tok::Colon, false, ":");
        self.glued = glued;
    }

    fn equals(&mut self) {
        let keyword = self.frame().kind == Bracket::Call && !self.in_parameters();
        if !keyword {
            self.frame_mut().in_type = false;
        }
        let alias = self.frame().statement.alias;
        self.frame_mut().in_type |= alias && self.frame().kind == Bracket::Statements;
        self.word(Tok::Eq, !keyword, "=");
        self.glued = keyword;
    }

    fn comma(&mut self) {
        if !self.in_parameters() {
            self.word(Tok::Comma, false, ",");
            return;
        }
        self.frame_mut().in_type = false;
        let last = matches!(
            self.peek(1),
            Some(Tok::BodyBrace | Tok::Arrow | Tok::RBrace | Tok::RBracket)
        );
        if last && !self.frame().lines {
            return;
        }
        self.word(Tok::Comma, false, ",");
        if self.frame().lines {
            self.end_line();
        }
    }
}
