//! Statements: where they begin and end, and the empty lines between them.

use kiln_syntax::layout::Spanned;
use kiln_syntax::token::Tok;

use super::brackets::Bracket;
use super::{Blank, Printer};

/// What is known of the current statement.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Statement {
    /// Its first token, once there was one.
    pub(super) head: Option<Tok>,
    /// It is the first of its block.
    pub(super) opens: bool,
    /// `@…`
    pub(super) decorator: bool,
    /// Decorators stand above it.
    decorated: bool,
    /// The head of a schema, a mixin, a protocol or a rule.
    pub(super) header: bool,
    /// The keyword of the block that follows.
    pub(super) block: Option<Tok>,
    /// `mixin […]`
    pub(super) mixins: bool,
    /// `type A = …`
    pub(super) alias: bool,
    /// It has a `:`.
    pub(super) typed: bool,
    /// An instance follows its `:` directly.
    pub(super) instance: bool,
    /// The one before it.
    before: Before,
}

impl Statement {
    /// The first one of a block.
    pub(super) fn first() -> Self {
        Self {
            opens: true,
            ..Self::default()
        }
    }
}

/// What the next statement has to know of the last.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Before {
    #[default]
    Other,
    Import,
    Doc,
}

impl Printer<'_> {
    /// The first token of a statement or an element, before its comments.
    pub(super) fn begin(&mut self, token: Spanned) {
        self.start = false;
        self.ends = false;
        let kind = token.1;
        let frame = *self.frame();
        if matches!(kind, Tok::If | Tok::Elif | Tok::Else) {
            self.statement().block = Some(kind);
        }
        if frame.kind == Bracket::Statements {
            self.begin_statement(token);
        } else if !matches!(kind, Tok::If | Tok::Elif | Tok::Else) {
            return;
        }
        self.frame_mut().header = self.column(token.0);
    }

    /// Column of a place of the source ahead, in bytes.
    fn column(&self, at: u32) -> u32 {
        let from = self.position.min(at) as usize;
        let gap = &self.input.text[from..at as usize];
        match gap.rfind('\n') {
            Some(index) => at - (from + index) as u32 - 1,
            None => at - self.line_start.min(at),
        }
    }

    fn begin_statement(&mut self, token: Spanned) {
        let kind = token.1;
        let next = self.peek(1);
        let list = kind == Tok::Mixin && next == Some(Tok::LBracket);
        let header = !list && matches!(kind, Tok::Schema | Tok::Mixin | Tok::Protocol | Tok::Rule);
        let before = self.frame().statement.before;
        match before {
            Before::Import if kind != Tok::Import => self.owed = self.owed.max(1),
            Before::Doc => self.owed = self.owed.max(1),
            _ => {}
        }
        self.begun = self.at;
        let statement = self.statement();
        statement.before = Before::Other;
        statement.head = Some(kind);
        statement.decorator = kind == Tok::At;
        statement.header = header;
        statement.mixins = list;
        statement.alias = kind == Tok::Type;
        statement.typed = false;
        statement.instance = false;
        if header {
            statement.block = Some(if kind == Tok::Rule { kind } else { Tok::Schema });
        } else if kind == Tok::Check && next == Some(Tok::Colon) {
            statement.block = Some(kind);
            self.owed += 1;
        }
        self.frame_mut().in_type = false;
        let opens = self.out.is_empty();
        if opens && kind == Tok::Str && self.has_three_quotes(token) {
            if self.input.text[..token.0 as usize]
                .trim_start_matches('\u{feff}')
                .is_empty()
            {
                self.statement().before = Before::Doc;
            } else if self.next_comment_start() > token.0 {
                // at the very start it would be a doc string
                self.first = Some(self.out.len());
                self.out.push('\n');
                self.line_break = false;
                self.glued = true;
            }
        }
    }

    /// Whether a string would be the doc string of the file if it were the first thing in it.
    fn has_three_quotes(&self, token: Spanned) -> bool {
        let text = self.slice(token).trim_start_matches(['r', 'R']);
        (text.starts_with("\"\"\"") || text.starts_with("'''"))
            && matches!(self.peek(1), Some(Tok::Newline) | None)
    }

    pub(super) fn end_statement(&mut self) {
        let statement = self.frame().statement;
        if statement.decorator && self.prev != Tok::RParen {
            self.write(false, "()");
            self.prev = Tok::RParen;
        }
        let header = self.blocks.last().map(|block| block.header);
        let doc = statement.opens
            && statement.head == Some(Tok::Str)
            && matches!(header, Some(Tok::Schema | Tok::Rule));
        let unification = statement.typed && statement.instance;
        let tight = doc
            || unification
            || statement.decorator
            || statement.decorated
            || statement.mixins
            || matches!(header, Some(Tok::Check | Tok::Rule)) && self.frames.len() == 1;
        self.line_break = true;
        self.blank = if tight { Blank::Drop } else { Blank::Keep };
        self.start = true;
        self.ends = false;
        self.glued = false;
        let before = match statement.head {
            Some(Tok::Import) => Before::Import,
            _ => statement.before,
        };
        let frame = self.frame_mut();
        frame.in_type = false;
        frame.statement = Statement {
            before,
            decorated: statement.decorator,
            ..Statement::default()
        };
    }
}
