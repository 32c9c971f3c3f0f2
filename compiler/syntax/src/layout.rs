//! Raw tokens to what the grammar reads: statement and item ends, INDENT and DEDENT, brackets and words told apart by
//! position. Its output is always balanced in brackets and blocks. It knows no grammar beyond neighbouring tokens.

mod brackets;
mod levels;
mod lines;
mod repair;
mod words;

use crate::diagnostic::Diagnostic;
use crate::lexer::Lexed;
use crate::span::Span;
use crate::token::{Tok, Token};
use levels::Level;

/// A token as the parser takes it.
pub type Spanned = (u32, Tok, u32);

/// Deepest nesting of brackets that is parsed.
pub const MAX_DEPTH: usize = 256;

/// What is laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Statements.
    Statements,
    /// One expression on one line.
    Expression,
}

/// Where a top-level statement starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ItemStart {
    /// Index of its first token in [`Layout::tokens`].
    pub token: u32,
    /// Its first byte.
    pub offset: u32,
}

/// The result.
#[derive(Debug, Default)]
pub struct Layout {
    /// Tokens for the grammar, with the synthetic first one.
    pub tokens: Vec<Spanned>,
    /// Mistakes found on the way.
    pub diagnostics: Vec<Diagnostic>,
    /// Starts of top-level statements.
    pub items: Vec<ItemStart>,
}

/// Lays out the tokens of `text`.
#[must_use]
pub fn layout(text: &str, lexed: &Lexed, mode: Mode) -> Layout {
    let mut room = Room::default();
    layout_into(&mut room, text, lexed, mode);
    room.out
}

/// Buffers that outlive one run: items are many and small, so most of the time would go to allocation.
#[derive(Debug, Default)]
pub(crate) struct Room {
    /// The result of the last run.
    pub(crate) out: Layout,
    frames: Vec<Frame>,
    blocks: Vec<Block>,
    pending: Vec<Pending>,
    levels: Vec<Level>,
}

/// Lays out the tokens of `text` into `room`.
pub(crate) fn layout_into(room: &mut Room, text: &str, lexed: &Lexed, mode: Mode) {
    let mut engine = Engine::new(std::mem::take(room), text, &lexed.tokens, mode);
    engine.run();
    *room = Room {
        out: engine.out,
        frames: engine.frames,
        blocks: engine.blocks,
        pending: engine.pending,
        levels: engine.levels,
    };
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum FrameKind {
    Module,
    /// One expression alone.
    Alone,
    Paren,
    Call,
    List,
    Config,
    Index,
    Params,
    LambdaBody,
    QuantBody,
}

/// What a `{` after the token just emitted would be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Callee {
    No,
    /// The end of a dotted name.
    Dotted,
    /// The end of a call of a dotted name.
    Call,
}

/// An open bracket, or the file itself.
#[derive(Clone, Copy, Debug)]
struct Frame {
    kind: FrameKind,
    /// Raw index of the opener.
    opener: u32,
    /// Indentation of the opener's line, in characters.
    column: u32,
    /// Lengths of the shared stacks when it was opened.
    pending: u32,
    blocks: u32,
    /// Header of a block, from its keyword to its colon.
    header: Option<Tok>,
    /// The header just ended with its line: a block must follow.
    expects_block: Option<Tok>,
    /// Line breaks separate.
    multi: bool,
    /// A line break was reported already.
    complained: bool,
    /// A comprehension's `for` was seen.
    comprehension: bool,
    /// Between `for` (or a quantifier) and `in`.
    loop_variables: bool,
    /// The parenthesis may belong to a function type.
    type_like: bool,
    /// See [`Callee`]: after the closer.
    callee_after: Callee,
    /// See [`Engine::statement_depth`]: of the statement around.
    depth_around: u32,
}

/// A lambda or quantifier whose body brace has not come yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Pending {
    Lambda { default: bool },
    Quantifier,
}

/// An open block inside a frame.
#[derive(Clone, Copy, Debug)]
struct Block {
    header: Tok,
    inline: bool,
    /// Height of the level stack of its lines.
    depth: u32,
}

struct Engine<'a> {
    text: &'a str,
    raw: &'a [Token],
    at: usize,
    out: Layout,
    frames: Vec<Frame>,
    blocks: Vec<Block>,
    pending: Vec<Pending>,
    /// Indentation levels of all lines, inside brackets too.
    levels: Vec<Level>,
    /// Height of `levels` when the current statement began.
    statement_depth: usize,
    /// Last token emitted.
    prev: Tok,
    /// End of the last real token.
    last_end: u32,
    /// Whether `prev` can end an operand.
    ends: bool,
    /// Whether the next token begins a statement or an item.
    start: bool,
    callee: Callee,
    /// In `type N = …`: what follows is a type.
    type_alias: bool,
    /// Whether a `->` now would belong to a function type.
    fn_arrow: bool,
    /// Indentation of the current line in characters; kept only while closers are missing.
    column: u32,
    /// Openers are missing closers: heuristics are on.
    unclosed: bool,
    /// Brackets skipped because they are too deep.
    skipped: usize,
    /// The current top-level item so far has decorators only.
    decorating: bool,
    too_deep_reported: bool,
    /// The layout of the current statement was reported already.
    broken: bool,
}

impl<'a> Engine<'a> {
    fn new(room: Room, text: &'a str, raw: &'a [Token], mode: Mode) -> Self {
        let Room {
            mut out,
            mut frames,
            mut blocks,
            mut pending,
            mut levels,
        } = room;
        out.tokens.clear();
        out.tokens.reserve(raw.len() + raw.len() / 8 + 8);
        out.diagnostics.clear();
        out.items.clear();
        frames.clear();
        blocks.clear();
        pending.clear();
        levels.clear();
        levels.push(Level::default());
        let kind = if mode == Mode::Statements {
            FrameKind::Module
        } else {
            FrameKind::Alone
        };
        let mut engine = Self {
            text,
            raw,
            at: 0,
            out,
            frames,
            blocks,
            pending,
            levels,
            statement_depth: 1,
            prev: Tok::Newline,
            last_end: raw.first().map_or(0, |token| token.start),
            ends: false,
            start: true,
            callee: Callee::No,
            type_alias: false,
            fn_arrow: false,
            column: 0,
            unclosed: repair::has_unclosed(raw),
            skipped: 0,
            decorating: false,
            too_deep_reported: false,
            broken: false,
        };
        let first = if mode == Mode::Statements {
            Tok::StartItem
        } else {
            Tok::StartExpr
        };
        engine
            .out
            .tokens
            .push((engine.last_end, first, engine.last_end));
        engine.push_frame(kind, Callee::No);
        engine
    }

    fn run(&mut self) {
        while let Some(&token) = self.raw.get(self.at) {
            if self.skipped > 0 {
                self.skip(token);
            } else {
                self.step(token);
            }
            self.at += 1;
        }
        self.finish();
    }

    fn skip(&mut self, token: Token) {
        if token.kind.is_opener() {
            self.skipped += 1;
        } else if token.kind.is_closer() {
            self.skipped -= 1;
        }
        if token.kind != Tok::Newline {
            self.last_end = token.end;
        }
    }

    #[inline]
    fn step(&mut self, token: Token) {
        match token.kind {
            Tok::Newline => self.newline(),
            Tok::Name => {
                if self.ends {
                    self.separator();
                }
                let callee = if self.prev != Tok::Dot || self.callee == Callee::Dotted {
                    Callee::Dotted
                } else {
                    Callee::No
                };
                self.emit(Tok::Name, token);
                self.ends = true;
                self.callee = callee;
            }
            Tok::Number | Tok::Str => {
                if self.ends {
                    self.separator();
                }
                self.emit(token.kind, token);
                self.ends = true;
                self.callee = Callee::No;
            }
            Tok::Eq => {
                self.emit(Tok::Eq, token);
                self.ends = false;
                self.note_default(true);
            }
            Tok::Comma => self.comma(token),
            Tok::Colon => self.colon(token),
            Tok::LParen | Tok::LBracket | Tok::LBrace => self.open(token),
            Tok::RParen | Tok::RBracket | Tok::RBrace => self.close(token),
            Tok::Dot => {
                let callee = if self.prev == Tok::Question {
                    Callee::No
                } else {
                    self.callee
                };
                self.emit(Tok::Dot, token);
                self.ends = false;
                self.callee = callee;
            }
            Tok::Question => {
                let mark = self.raw_kind(1) == Some(Tok::Colon);
                self.emit(
                    if mark {
                        Tok::OptionalMark
                    } else {
                        Tok::Question
                    },
                    token,
                );
                self.ends = false;
            }
            Tok::Arrow => {
                let kind = if std::mem::take(&mut self.fn_arrow) {
                    Tok::FnArrow
                } else {
                    Tok::Arrow
                };
                self.emit(kind, token);
                self.ends = false;
                self.note_default(false);
            }
            Tok::Tilde | Tok::At => {
                if self.ends {
                    self.separator();
                }
                self.emit(token.kind, token);
                self.ends = false;
            }
            kind if kind.is_word() => self.word(kind, token),
            Tok::StrOpen
            | Tok::Backslash
            | Tok::Bang
            | Tok::AmpAmp
            | Tok::PipePipe
            | Tok::LtGt
            | Tok::Semicolon
            | Tok::Dollar
            | Tok::Bad => self.stray(token),
            kind => {
                self.emit(kind, token);
                self.ends = false;
            }
        }
    }

    /// Emits a real token.
    #[inline]
    fn emit(&mut self, kind: Tok, token: Token) {
        if self.start && self.frames.len() == 1 && self.blocks.is_empty() {
            self.item_start(kind, token.start);
        }
        self.out.tokens.push((token.start, kind, token.end));
        self.prev = kind;
        self.last_end = token.end;
        self.start = false;
        self.callee = Callee::No;
    }

    /// Emits a zero-width token after the last real one.
    #[inline]
    fn emit_synthetic(&mut self, kind: Tok) {
        self.out.tokens.push((self.last_end, kind, self.last_end));
        self.prev = kind;
        self.ends = false;
        self.callee = Callee::No;
    }

    #[cold]
    fn report(&mut self, diagnostic: Diagnostic) {
        self.out.diagnostics.push(diagnostic);
    }

    fn item_start(&mut self, kind: Tok, offset: u32) {
        let continues = self.levels.len() > 1
            || self.decorating
            || (matches!(kind, Tok::Else | Tok::Elif) && self.prev == Tok::Dedent);
        self.decorating = kind == Tok::At;
        if !continues || self.out.items.is_empty() {
            self.out.items.push(ItemStart {
                token: self.out.tokens.len() as u32,
                offset,
            });
        }
    }

    fn frame(&self) -> &Frame {
        &self.frames[self.frames.len() - 1]
    }

    fn frame_mut(&mut self) -> &mut Frame {
        let last = self.frames.len() - 1;
        &mut self.frames[last]
    }

    fn raw_kind(&self, ahead: usize) -> Option<Tok> {
        self.raw.get(self.at + ahead).map(|token| token.kind)
    }

    fn span(token: Token) -> Span {
        Span::new(token.start, token.end)
    }

    /// The innermost lambda or quantifier of the current frame that waits for its body.
    fn waiting(&self) -> Option<Pending> {
        if self.pending.len() > self.frame().pending as usize {
            self.pending.last().copied()
        } else {
            None
        }
    }

    fn note_default(&mut self, default: bool) {
        if let Some(Pending::Lambda { .. }) = self.waiting()
            && let Some(last) = self.pending.last_mut()
        {
            *last = Pending::Lambda { default };
        }
    }
}
