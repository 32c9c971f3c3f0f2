//! Words: keywords where their position makes them so, names elsewhere. Also stray characters and operators of other
//! languages, which are reported and replaced by what was meant.

use super::{Callee, Engine, FrameKind, Pending};
use crate::codes;
use crate::diagnostic::Diagnostic;
use crate::span::Span;
use crate::token::{Tok, Token};

impl Engine<'_> {
    pub(super) fn word(&mut self, kind: Tok, token: Token) {
        let name_only = matches!(
            self.prev,
            Tok::Dot
                | Tok::Import
                | Tok::Schema
                | Tok::Mixin
                | Tok::Protocol
                | Tok::Rule
                | Tok::Type
        ) || (self.prev == Tok::As
            && !matches!(kind, Tok::True | Tok::False | Tok::None));
        if name_only {
            self.name(token);
            return;
        }
        if self.start
            && self.raw_kind(1) == Some(Tok::Question)
            && self.in_schema()
            && self.in_statements()
        {
            // `map?: int` declares an attribute of that name.
            self.name(token);
            return;
        }
        match kind {
            Tok::And | Tok::Or | Tok::As if self.ends => self.operator(kind, token),
            Tok::In if self.ends => {
                self.frame_mut().loop_variables = false;
                self.operator(kind, token);
            }
            Tok::Is if self.ends => {
                if self.raw_kind(1) == Some(Tok::Not) {
                    self.two_words(Tok::IsNot, token);
                } else {
                    self.operator(kind, token);
                }
            }
            Tok::And | Tok::Or | Tok::As | Tok::In | Tok::Is => self.name(token),
            Tok::Not if self.ends && self.raw_kind(1) == Some(Tok::In) => {
                self.two_words(Tok::NotIn, token)
            }
            Tok::Not => {
                self.split();
                self.operator(kind, token);
            }
            Tok::If => self.if_word(token),
            Tok::Else => self.else_word(token),
            Tok::Elif => self.elif_word(token),
            Tok::For => self.for_word(token),
            Tok::Lambda => {
                self.split();
                self.operator(kind, token);
                self.pending.push(Pending::Lambda { default: false });
            }
            Tok::All | Tok::Any | Tok::Filter | Tok::Map => self.quantifier(kind, token),
            Tok::True | Tok::False | Tok::None | Tok::Undefined => {
                self.split();
                self.emit(kind, token);
                self.ends = true;
            }
            _ => {
                self.split();
                self.statement_word(kind, token);
            }
        }
    }

    #[inline]
    fn split(&mut self) {
        if self.ends {
            self.separator();
        }
    }

    fn name(&mut self, token: Token) {
        self.split();
        let callee = if self.prev == Tok::Dot && self.callee != Callee::Dotted {
            Callee::No
        } else {
            Callee::Dotted
        };
        self.emit(Tok::Name, token);
        self.ends = true;
        self.callee = callee;
    }

    fn operator(&mut self, kind: Tok, token: Token) {
        self.emit(kind, token);
        self.ends = false;
    }

    fn two_words(&mut self, kind: Tok, token: Token) {
        let end = self.raw.get(self.at + 1).map_or(token.end, |next| next.end);
        self.at += 1;
        self.operator(kind, Token { end, ..token });
    }

    /// Words that begin statements, and only there.
    fn statement_word(&mut self, kind: Tok, token: Token) {
        let in_statements = self.start && self.in_statements();
        let next = self.raw_kind(1);
        let declared = matches!(next, Some(Tok::Colon | Tok::Question)) && self.in_schema();
        if !in_statements || (declared && !matches!(kind, Tok::Check | Tok::Mixin | Tok::Assert)) {
            self.name(token);
            return;
        }
        match kind {
            Tok::Check => {
                let block = next == Some(Tok::Colon)
                    && (self.in_schema() || matches!(self.raw_kind(2), Some(Tok::Newline) | None));
                if block {
                    self.operator(kind, token);
                    self.frame_mut().header = Some(kind);
                } else {
                    self.name(token);
                }
            }
            Tok::Mixin if next == Some(Tok::LBracket) => self.operator(kind, token),
            Tok::Schema | Tok::Mixin | Tok::Protocol | Tok::Rule => {
                if self.in_inline() {
                    self.report_inline(token);
                }
                self.operator(kind, token);
                self.frame_mut().header = Some(kind);
            }
            _ => {
                if self.in_inline() {
                    self.report_inline(token);
                }
                self.operator(kind, token);
                self.type_alias = kind == Tok::Type;
            }
        }
    }

    /// Whether the innermost block is the body of a schema.
    fn in_schema(&self) -> bool {
        self.blocks.len() > self.frame().blocks as usize
            && self.blocks.last().is_some_and(|block| {
                matches!(block.header, Tok::Schema | Tok::Mixin | Tok::Protocol)
            })
    }

    #[cold]
    fn report_inline(&mut self, token: Token) {
        let word = &self.text[Self::span(token).range()];
        let diagnostic = Diagnostic::error(
            codes::INLINE_BLOCK,
            Self::span(token),
            format!("`{word}` may not stand on the line of an `if`"),
        )
        .help("put it into an indented block");
        self.report(diagnostic);
    }

    fn if_word(&mut self, token: Token) {
        if self.ends {
            self.operator(Tok::IfInfix, token);
            return;
        }
        if self.frame().kind == FrameKind::Call && self.start && self.raw_kind(1) == Some(Tok::Eq) {
            self.name(token);
            return;
        }
        let header = self.start && self.takes_blocks();
        self.operator(Tok::If, token);
        if header {
            self.frame_mut().header = Some(Tok::If);
        }
    }

    fn takes_blocks(&self) -> bool {
        matches!(
            self.frame().kind,
            FrameKind::Module | FrameKind::LambdaBody | FrameKind::List | FrameKind::Config
        )
    }

    /// Ends the inline branch before `elif` or `else` on the same line.
    fn end_branch(&mut self) {
        if self.in_statements() {
            self.end_statement();
        } else {
            self.end_item();
        }
        self.close_block();
    }

    fn else_word(&mut self, token: Token) {
        let colon = self.raw_kind(1) == Some(Tok::Colon);
        if self.raw_kind(1) == Some(Tok::If) && self.starts_branch() {
            self.else_if(token);
            return;
        }
        if colon && self.starts_branch() {
            if !self.start {
                self.end_branch();
            }
            self.operator(Tok::Else, token);
            self.frame_mut().header = Some(Tok::Else);
        } else if colon && self.start && self.in_statements() && self.ends_line(2) {
            self.lone_else(token, Tok::Else);
        } else if self.ends {
            self.operator(Tok::ElseInfix, token);
        } else {
            self.name(token);
        }
    }

    /// Whether `elif` or `else` here can continue an `if` block.
    fn starts_branch(&self) -> bool {
        if self.start {
            self.prev == Tok::Dedent
        } else {
            self.ends && self.in_inline() && !self.in_conditional()
        }
    }

    /// Whether an infix `if` on this line still lacks its `else`.
    fn in_conditional(&self) -> bool {
        let mut depth = 0usize;
        let mut open = 0i32;
        for (_, kind, _) in self.out.tokens.iter().rev() {
            match kind {
                Tok::RParen | Tok::RBracket | Tok::RBrace => depth += 1,
                _ if depth > 0 => depth -= usize::from(is_open(*kind)),
                Tok::Indent | Tok::Newline | Tok::Sep => break,
                Tok::IfInfix => open += 1,
                Tok::ElseInfix => open -= 1,
                _ => {}
            }
        }
        open > 0
    }

    #[cold]
    fn else_if(&mut self, token: Token) {
        let end = self.raw.get(self.at + 1).map_or(token.end, |next| next.end);
        let span = Span::new(token.start, end);
        self.report(
            Diagnostic::error(codes::ELSE_IF, span, "`else if` is written `elif`")
                .fix("write `elif`", vec![(span, "elif".to_owned())]),
        );
        if !self.start {
            self.end_branch();
        }
        self.at += 1;
        self.operator(Tok::Elif, Token { end, ..token });
        self.frame_mut().header = Some(Tok::Elif);
    }

    /// Whether the token so far ahead ends the line.
    fn ends_line(&self, ahead: usize) -> bool {
        matches!(self.raw_kind(ahead), Some(Tok::Newline) | None)
    }

    /// An `else` or `elif` without `if`: read as an `if`.
    #[cold]
    fn lone_else(&mut self, token: Token, kind: Tok) {
        let span = Self::span(token);
        let word = &self.text[span.range()];
        self.report(
            Diagnostic::error(
                codes::LONE_ELSE,
                span,
                format!("this `{word}` has no `if` before it"),
            )
            .help("the `if` must be the statement just above, equally indented"),
        );
        self.operator(kind, token);
        self.frame_mut().header = Some(kind);
    }

    fn elif_word(&mut self, token: Token) {
        let operand = self.raw_kind(1).is_some_and(Tok::starts_operand);
        if operand && self.starts_branch() {
            if !self.start {
                self.end_branch();
            }
            self.operator(Tok::Elif, token);
            self.frame_mut().header = Some(Tok::Elif);
        } else if operand
            && self.start
            && self.in_statements()
            && self.raw_kind(1) != Some(Tok::LBracket)
        {
            self.lone_else(token, Tok::Elif);
        } else {
            self.name(token);
        }
    }

    fn for_word(&mut self, token: Token) {
        let frame = self.frame();
        let header = frame.header.is_some();
        let comprehension = matches!(
            frame.kind,
            FrameKind::List | FrameKind::Config | FrameKind::Call
        );
        if header || self.ends || comprehension {
            self.operator(Tok::For, token);
            if comprehension {
                let frame = self.frame_mut();
                frame.comprehension = true;
                frame.loop_variables = true;
            }
        } else {
            self.name(token);
        }
    }

    fn quantifier(&mut self, kind: Tok, token: Token) {
        self.split();
        let named = self.raw_kind(1).is_some_and(Tok::is_word);
        self.operator(kind, token);
        if named {
            self.pending.push(Pending::Quantifier);
        } else {
            self.ends = true;
        }
    }

    /// What the lexer could not read, and operators of other languages.
    #[cold]
    pub(super) fn stray(&mut self, token: Token) {
        let span = Self::span(token);
        let text = &self.text[span.range()];
        let foreign = |meant: &str| {
            Diagnostic::error(
                codes::FOREIGN_OPERATOR,
                span,
                format!("`{text}` is written `{meant}` here"),
            )
            .fix(
                format!("write `{meant}`"),
                vec![(span, format!("{meant} "))],
            )
        };
        match token.kind {
            Tok::StrOpen => {
                let triple = text
                    .trim_start_matches(['r', 'R'])
                    .starts_with(["\"\"\"", "'''"][usize::from(text.contains("'''"))]);
                let quote = if triple { 3 } else { 1 };
                let prefix = text
                    .bytes()
                    .take_while(|b| matches!(b, b'r' | b'R'))
                    .count();
                let opening = Span::new(span.start, span.start + (prefix + quote) as u32);
                let shown = &self.text[opening.range()][prefix..];
                let spans_lines = !triple && text.contains('\n');
                let diagnostic = if spans_lines {
                    Diagnostic::error(
                        codes::UNTERMINATED_STRING,
                        opening,
                        "this string must end on its line",
                    )
                    .help(format!(
                        "write `{}` around a string of several lines",
                        shown.repeat(3)
                    ))
                } else {
                    Diagnostic::error(
                        codes::UNTERMINATED_STRING,
                        opening,
                        "this string is never closed",
                    )
                    .help(format!("add the closing `{shown}`"))
                };
                self.report(diagnostic);
                self.broken = true;
                self.split();
                self.emit(Tok::Str, token);
                self.ends = true;
                return;
            }
            Tok::Bang => {
                self.report(foreign("not"));
                self.split();
                self.operator(Tok::Not, token);
                return;
            }
            Tok::AmpAmp => {
                self.report(foreign("and"));
                self.operator(Tok::And, token);
                return;
            }
            Tok::PipePipe => {
                self.report(foreign("or"));
                self.operator(Tok::Or, token);
                return;
            }
            Tok::LtGt => {
                self.report(foreign("!="));
                self.operator(Tok::NotEq, token);
                return;
            }
            Tok::Semicolon => self.report(
                Diagnostic::error(codes::SEMICOLON, span, "the `;` is unnecessary")
                    .fix("remove it", vec![(span, String::new())]),
            ),
            Tok::Backslash => self.report(
                Diagnostic::error(
                    codes::LINE_CONTINUATION,
                    span,
                    "`\\` must be the last character of its line",
                )
                .help("remove what follows it, blanks too"),
            ),
            Tok::Dollar => self.report(Diagnostic::error(
                codes::STRAY_CHARACTER,
                span,
                "`$` must be followed by a name",
            )),
            _ => {
                let shown: String = text.chars().take(1).flat_map(char::escape_debug).collect();
                let first = text.chars().next().unwrap_or(' ');
                let help = match first {
                    '“' | '”' | '„' | '‘' | '’' | '«' | '»' => {
                        "a text stands between straight quotes: `\"` or `'`"
                    }
                    '–' | '—' | '−' => "the sign for minus is `-`",
                    '×' => "the sign for times is `*`",
                    c if c.is_whitespace() => "replace this blank by an ordinary one",
                    _ => "only texts and comments may contain it",
                };
                let message = format!("`{shown}` means nothing here");
                self.report(Diagnostic::error(codes::STRAY_CHARACTER, span, message).help(help));
            }
        }
        self.last_end = token.end;
    }
}

fn is_open(kind: Tok) -> bool {
    kind.is_opener()
        || matches!(
            kind,
            Tok::CallParen
                | Tok::IndexBracket
                | Tok::SigBracket
                | Tok::InstBrace
                | Tok::BodyBrace
                | Tok::QuantBrace
                | Tok::ParamBrace
        )
}
