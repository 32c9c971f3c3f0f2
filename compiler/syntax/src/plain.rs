//! Items so plain that no parser is needed to see that their syntax is right: schemas of attributes with checks, and data.
//! It accepts less than the grammar and never more; whoever is refused here asks the parser.

use crate::layout::Spanned;
use crate::strings::is_plain;
use crate::token::Tok;

/// Whether the tokens of an item are right, as far as this can be seen without a parser.
#[must_use]
pub fn is_plainly_right(text: &str, tokens: &[Spanned]) -> bool {
    let mut reader = Reader {
        text,
        tokens,
        at: 0,
    };
    reader.item().is_some() && reader.at == tokens.len()
}

struct Reader<'a> {
    text: &'a str,
    tokens: &'a [Spanned],
    at: usize,
}

/// `None`: not plain.
type Plain = Option<()>;

impl Reader<'_> {
    fn peek(&self) -> Option<Tok> {
        self.tokens.get(self.at).map(|token| token.1)
    }

    fn next_is(&mut self, kind: Tok) -> bool {
        let found = self.peek() == Some(kind);
        self.at += usize::from(found);
        found
    }

    fn expect(&mut self, kind: Tok) -> Plain {
        self.next_is(kind).then_some(())
    }

    fn item(&mut self) -> Plain {
        match self.peek()? {
            Tok::Import => self.import(),
            Tok::At | Tok::Schema => {
                self.decorators()?;
                self.schema()
            }
            Tok::Mixin | Tok::Protocol => self.mixin(),
            Tok::Type => {
                self.at += 1;
                self.expect(Tok::Name)?;
                self.expect(Tok::Eq)?;
                self.type_expr()?;
                self.expect(Tok::Newline)
            }
            Tok::Name => {
                self.at += 1;
                self.expect(Tok::Eq)?;
                self.value()?;
                self.expect(Tok::Newline)
            }
            _ => None,
        }
    }

    fn import(&mut self) -> Plain {
        self.expect(Tok::Import)?;
        self.dotted()?;
        if self.next_is(Tok::As) {
            self.expect(Tok::Name)?;
        }
        self.expect(Tok::Newline)
    }

    fn dotted(&mut self) -> Plain {
        self.expect(Tok::Name)?;
        while self.next_is(Tok::Dot) {
            self.expect(Tok::Name)?;
        }
        Some(())
    }

    fn decorators(&mut self) -> Plain {
        while self.next_is(Tok::At) {
            self.expect(Tok::Name)?;
            if self.next_is(Tok::CallParen) {
                self.arguments()?;
            }
            self.expect(Tok::Newline)?;
        }
        Some(())
    }

    fn schema(&mut self) -> Plain {
        self.expect(Tok::Schema)?;
        self.expect(Tok::Name)?;
        if self.next_is(Tok::CallParen) {
            self.dotted()?;
            self.next_is(Tok::Sep);
            self.expect(Tok::RParen)?;
        }
        self.expect(Tok::Colon)?;
        self.expect(Tok::Indent)?;
        if self.peek() == Some(Tok::Str)
            && self.tokens.get(self.at + 1).map(|token| token.1) == Some(Tok::Newline)
        {
            self.literal()?;
            self.expect(Tok::Newline)?;
        }
        loop {
            match self.peek()? {
                Tok::Dedent => break,
                Tok::Check => {
                    self.checks()?;
                    break;
                }
                _ => {
                    self.decorators()?;
                    self.attribute()?;
                }
            }
        }
        self.expect(Tok::Dedent)
    }

    /// A mixin or a protocol of attributes only.
    fn mixin(&mut self) -> Plain {
        let mixin = self.next_is(Tok::Mixin);
        if !mixin {
            self.expect(Tok::Protocol)?;
        }
        self.expect(Tok::Name)?;
        if mixin && self.next_is(Tok::For) {
            self.dotted()?;
        }
        self.expect(Tok::Colon)?;
        self.expect(Tok::Indent)?;
        while !self.next_is(Tok::Dedent) {
            self.attribute()?;
        }
        Some(())
    }

    fn attribute(&mut self) -> Plain {
        match self.peek()? {
            Tok::Name => self.at += 1,
            Tok::Str => self.literal()?,
            _ => return None,
        }
        self.next_is(Tok::OptionalMark);
        self.expect(Tok::Colon)?;
        self.type_expr()?;
        if self.next_is(Tok::Eq) {
            self.value()?;
        }
        self.expect(Tok::Newline)
    }

    fn type_expr(&mut self) -> Plain {
        loop {
            match self.peek()? {
                Tok::Name => self.dotted()?,
                Tok::Any | Tok::True | Tok::False => self.at += 1,
                Tok::Str | Tok::Number => self.literal()?,
                Tok::LBracket => {
                    let opener = self.at;
                    self.at += 1;
                    self.type_expr()?;
                    self.expect(Tok::Sep)?;
                    self.expect(Tok::RBracket)?;
                    self.on_one_line(opener)?;
                }
                Tok::LBrace => {
                    let opener = self.at;
                    self.at += 1;
                    self.type_expr()?;
                    self.expect(Tok::Colon)?;
                    self.type_expr()?;
                    self.expect(Tok::Sep)?;
                    self.expect(Tok::RBrace)?;
                    self.on_one_line(opener)?;
                }
                _ => return None,
            }
            if !self.next_is(Tok::Pipe) {
                return Some(());
            }
        }
    }

    /// What begins at `opener` and has just ended takes one line, as types must.
    fn on_one_line(&self, opener: usize) -> Plain {
        let start = self.tokens[opener].0 as usize;
        let end = self.tokens[self.at - 1].2 as usize;
        (!self.text.as_bytes()[start..end].contains(&b'\n')).then_some(())
    }

    fn checks(&mut self) -> Plain {
        self.expect(Tok::Check)?;
        self.expect(Tok::Colon)?;
        self.expect(Tok::Indent)?;
        while !self.next_is(Tok::Dedent) {
            self.value()?;
            if self.next_is(Tok::IfInfix) {
                self.value()?;
            }
            if self.next_is(Tok::Comma) {
                if self.peek() != Some(Tok::Str) {
                    return None;
                }
                self.literal()?;
            }
            self.expect(Tok::Newline)?;
        }
        Some(())
    }

    /// Operands with operators between.
    fn value(&mut self) -> Plain {
        loop {
            if matches!(self.peek()?, Tok::Minus | Tok::Not) {
                self.at += 1;
            }
            self.operand()?;
            match self.peek()? {
                Tok::Or
                | Tok::And
                | Tok::EqEq
                | Tok::NotEq
                | Tok::In
                | Tok::NotIn
                | Tok::Lt
                | Tok::Gt
                | Tok::Le
                | Tok::Ge
                | Tok::Pipe
                | Tok::Plus
                | Tok::Minus
                | Tok::Star
                | Tok::Slash
                | Tok::Percent => self.at += 1,
                _ => return Some(()),
            }
        }
    }

    fn operand(&mut self) -> Plain {
        match self.peek()? {
            Tok::Str | Tok::Number => self.literal()?,
            Tok::True | Tok::False | Tok::None | Tok::Undefined | Tok::Name => self.at += 1,
            Tok::LBracket => {
                self.at += 1;
                while !self.next_is(Tok::RBracket) {
                    self.value()?;
                    self.expect(Tok::Sep)?;
                }
            }
            Tok::LBrace => {
                self.at += 1;
                self.entries()?;
            }
            Tok::All | Tok::Any | Tok::Filter | Tok::Map => return self.quantifier(),
            _ => return None,
        }
        loop {
            match self.peek()? {
                Tok::Dot => {
                    self.at += 1;
                    self.expect(Tok::Name)?;
                }
                Tok::CallParen => {
                    self.at += 1;
                    self.arguments()?;
                }
                Tok::IndexBracket => {
                    self.at += 1;
                    self.value()?;
                    self.expect(Tok::RBracket)?;
                }
                Tok::InstBrace => {
                    self.at += 1;
                    self.entries()?;
                }
                _ => return Some(()),
            }
        }
    }

    fn quantifier(&mut self) -> Plain {
        self.at += 1;
        self.expect(Tok::Name)?;
        if self.next_is(Tok::Comma) {
            self.expect(Tok::Name)?;
        }
        self.expect(Tok::In)?;
        self.dotted()?;
        self.expect(Tok::QuantBrace)?;
        self.value()?;
        if self.next_is(Tok::IfInfix) {
            self.value()?;
        }
        self.expect(Tok::RBrace)
    }

    /// Arguments and the closing parenthesis.
    fn arguments(&mut self) -> Plain {
        let mut keywords = false;
        while !self.next_is(Tok::RParen) {
            let keyword = self.peek() == Some(Tok::Name)
                && self.tokens.get(self.at + 1).map(|token| token.1) == Some(Tok::Eq);
            if keyword {
                self.at += 2;
            } else if keywords {
                return None;
            }
            keywords |= keyword;
            self.value()?;
            self.expect(Tok::Sep)?;
        }
        Some(())
    }

    /// Entries and the closing brace.
    fn entries(&mut self) -> Plain {
        while !self.next_is(Tok::RBrace) {
            match self.peek()? {
                Tok::Name => self.at += 1,
                Tok::Str => self.literal()?,
                _ => return None,
            }
            match self.peek()? {
                Tok::Eq | Tok::Colon => self.at += 1,
                _ => return None,
            }
            self.value()?;
            self.expect(Tok::Sep)?;
        }
        Some(())
    }

    /// A string without escapes and holes, or a decimal number.
    fn literal(&mut self) -> Plain {
        let (start, kind, end) = *self.tokens.get(self.at)?;
        self.at += 1;
        let bytes = &self.text.as_bytes()[start as usize..end as usize];
        let plain = match kind {
            Tok::Str => matches!(bytes.first(), Some(b'r' | b'R')) || is_plain(bytes),
            Tok::Number => {
                let (whole, fraction) = match bytes.iter().position(|b| *b == b'.') {
                    Some(dot) => (&bytes[..dot], &bytes[dot + 1..]),
                    None => (bytes, &bytes[..0]),
                };
                let digits = |part: &[u8]| part.iter().all(u8::is_ascii_digit);
                (whole.len() == 1 || whole.first() != Some(&b'0'))
                    && (whole.len() + fraction.len()) <= 15
                    && digits(whole)
                    && digits(fraction)
            }
            _ => false,
        };
        plain.then_some(())
    }
}
