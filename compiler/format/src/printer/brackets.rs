//! Brackets: what is on one line, and what has a line of its own.

use kiln_syntax::layout::Spanned;
use kiln_syntax::token::Tok;

use super::Printer;
use super::statements::Statement;

/// What a bracket holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Bracket {
    /// The file, or the body of a lambda.
    Statements,
    /// Items of a list, entries of a config, or a type in such brackets.
    Elements,
    /// Arguments.
    Call,
    /// A subscript.
    Index,
    /// The key of an index signature.
    Signature,
    /// Parameters of a schema, a rule or a lambda.
    Parameters,
    /// The body of a quantifier.
    Quantifier,
    /// One expression.
    Group,
    /// The list of a `mixin` statement.
    Mixins,
}

/// An open bracket, or the file itself.
#[derive(Clone, Copy, Debug)]
pub(super) struct Frame {
    pub(super) kind: Bracket,
    /// Elements have lines of their own.
    pub(super) lines: bool,
    /// What comes next is a type.
    pub(super) in_type: bool,
    /// Colons of a subscript.
    pub(super) colons: u8,
    /// Column of the last keyword that begins a block.
    pub(super) header: u32,
    pub(super) statement: Statement,
}

impl Frame {
    pub(super) fn new(kind: Bracket, lines: bool) -> Self {
        Self {
            kind,
            lines,
            in_type: false,
            colons: 0,
            header: 0,
            statement: Statement::default(),
        }
    }
}

impl Printer<'_> {
    /// An opening bracket.
    pub(super) fn open(&mut self, kind: Tok, text: &str) {
        let shape = self.input.shapes.get(self.next_shape).copied();
        self.next_shape += 1;
        let (lines, comments) = shape.map_or((false, false), |s| (s.lines, s.comments));
        if kind == Tok::BodyBrace {
            self.end_signature();
        }
        let parent = *self.frame();
        let at_statement = parent.kind == Bracket::Statements;
        if kind == Tok::CallParen
            && !comments
            && self.peek(1) == Some(Tok::RParen)
            && self.peek(2) == Some(Tok::InstBrace)
            && !(at_statement && parent.statement.decorator)
        {
            // `A() {…}` is `A {…}`
            self.at += 1;
            return;
        }
        let mixins = at_statement && parent.statement.mixins && self.prev == Tok::Mixin;
        let head = at_statement && parent.statement.header && self.prev == Tok::Name;
        let inner = match kind {
            Tok::CallParen => Bracket::Call,
            Tok::IndexBracket if head => Bracket::Parameters,
            Tok::IndexBracket => Bracket::Index,
            Tok::SigBracket => Bracket::Signature,
            Tok::BodyBrace => Bracket::Statements,
            Tok::QuantBrace => Bracket::Quantifier,
            Tok::LBracket if mixins => Bracket::Mixins,
            Tok::LBracket | Tok::LBrace | Tok::InstBrace => Bracket::Elements,
            _ => Bracket::Group,
        };
        let typed = parent.in_type && matches!(kind, Tok::LParen | Tok::LBracket | Tok::LBrace);
        let lines = match inner {
            Bracket::Mixins => self.peek(1) != Some(Tok::RBracket) || comments,
            _ if typed => comments,
            _ => lines,
        };
        if kind == Tok::InstBrace && at_statement && parent.in_type {
            self.statement().instance = true;
        }
        let apart = !matches!(kind, Tok::CallParen | Tok::IndexBracket);
        self.word(kind, apart, text);
        self.glued = true;
        let mut frame = Frame::new(inner, lines);
        frame.in_type = typed || kind == Tok::SigBracket;
        self.frames.push(frame);
        self.start = true;
        if lines {
            self.level += 1;
            self.end_line();
        }
    }

    /// A closing bracket.
    pub(super) fn close(&mut self, kind: Tok, text: &str) {
        if self.frames.len() < 2 {
            return self.word(kind, false, text);
        }
        if self.ends_braced_parameters() {
            return;
        }
        let frame = self.frames.pop().unwrap_or_else(|| *self.frame());
        if frame.kind == Bracket::Index && frame.colons == 1 {
            self.word(Tok::Colon, false, ":");
        }
        if frame.lines {
            self.level -= 1;
            self.end_line();
        }
        self.word(kind, false, text);
        self.ends = true;
        self.start = false;
    }

    /// What stands between elements: a comma, a line end, or nothing.
    pub(super) fn separator(&mut self, token: Spanned) {
        if token.2 > token.0 {
            self.comments_before(token.0);
            self.take(token.0);
            self.position = token.2;
        }
        self.start = true;
        let frame = *self.frame();
        let last = matches!(
            self.peek(1),
            Some(Tok::RParen | Tok::RBracket | Tok::RBrace | Tok::Dedent) | None
        );
        let commas = !frame.lines || matches!(frame.kind, Bracket::Call | Bracket::Mixins);
        if commas && !last {
            self.word(Tok::Comma, false, ",");
        }
        if frame.lines {
            self.end_line();
        }
    }
}
