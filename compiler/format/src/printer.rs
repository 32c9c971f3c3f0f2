//! Prints the tokens of a file one after the other. Nothing is ever left out or moved but what the rules name, so that
//! a program keeps its meaning and its comments whatever it looks like.

mod blocks;
mod brackets;
mod comments;
mod order;
mod signature;
mod statements;
mod words;

use std::ops::Range;

use kiln_syntax::layout::Spanned;
use kiln_syntax::span::Span;
use kiln_syntax::token::Tok;

use crate::Piece;
use crate::shape::Shape;
use crate::style::Style;
use blocks::Block;
use brackets::{Bracket, Frame};
use signature::Signature;
use statements::Statement;

/// What the tokens of a file are printed from.
#[derive(Clone, Copy)]
pub(crate) struct Tokens<'a> {
    pub(crate) text: &'a str,
    pub(crate) all: &'a [Spanned],
    pub(crate) comments: &'a [Span],
    pub(crate) shapes: &'a [Shape],
    /// Whether the text has any.
    pub(crate) carriage_returns: bool,
}

/// How many empty lines stand before the next line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Blank {
    /// One, if there is one in the source.
    Keep,
    /// None.
    Drop,
}

pub(crate) struct Printer<'a> {
    input: Tokens<'a>,
    style: Style,
    out: String,
    /// Index of the current token, and where to stop.
    at: usize,
    end: usize,
    /// Index of the next bracket's shape.
    next_shape: usize,
    next_comment: usize,
    /// End of what has been taken from the source.
    position: u32,
    /// Where the source's line at `position` begins.
    line_start: u32,
    frames: Vec<Frame>,
    blocks: Vec<Block>,
    signatures: Vec<Signature>,
    level: usize,
    /// What is printed next begins a line.
    line_break: bool,
    blank: Blank,
    /// Empty lines that have to stand before the next line, whatever the source says.
    owed: usize,
    /// An empty line stands above the current token in the source.
    empty_above: bool,
    /// The next token begins a statement or an element.
    start: bool,
    /// Index of the token that began the last statement.
    begun: usize,
    /// Last token printed.
    prev: Tok,
    /// `prev` takes no blank behind it.
    glued: bool,
    /// `prev` can end an operand.
    ends: bool,
    /// Where the first token of the item is in the output.
    first: Option<usize>,
    /// The end of the file was copied.
    copied_end: bool,
    /// Longest text wanted: a signature is only measured.
    limit: usize,
}

impl<'a> Printer<'a> {
    pub(crate) fn new(input: Tokens<'a>, style: Style, capacity: usize) -> Self {
        // a byte order mark takes no column
        let mark = input.text.len() - input.text.trim_start_matches('\u{feff}').len();
        Self {
            input,
            style,
            out: String::with_capacity(capacity),
            at: 0,
            end: 0,
            next_shape: 0,
            next_comment: 0,
            position: 0,
            line_start: mark as u32,
            frames: vec![Frame::new(Bracket::Statements, false)],
            blocks: Vec::new(),
            signatures: Vec::new(),
            level: 0,
            line_break: true,
            blank: Blank::Keep,
            owed: 0,
            empty_above: false,
            start: true,
            begun: 0,
            prev: Tok::StartItem,
            glued: false,
            ends: false,
            first: None,
            copied_end: false,
            limit: usize::MAX,
        }
    }

    /// Prints an item.
    pub(crate) fn item(&mut self, tokens: Range<usize>) -> Piece {
        // the first line of a file may be indented
        let start = self.line_start_of(self.input.all[tokens.start].0);
        self.first = None;
        self.run(tokens);
        self.trailing_comment();
        Piece {
            source: Span::new(start, self.position),
            output: self.first.unwrap_or(self.out.len())..self.out.len(),
            copied: false,
        }
    }

    /// Prints a run of tokens.
    fn run(&mut self, tokens: Range<usize>) {
        self.at = tokens.start;
        self.end = tokens.end;
        self.next_shape = self
            .input
            .shapes
            .partition_point(|shape| (shape.token as usize) < tokens.start);
        while self.at < self.end && self.out.len() <= self.limit {
            let token = self.input.all[self.at];
            self.token(token);
            self.at += 1;
        }
    }

    /// A token of the source, whose comments are printed.
    #[inline]
    fn step(&mut self, token: Spanned) {
        self.empty_above = self.take(token.0) > 1;
        self.real(token);
    }

    #[inline]
    fn token(&mut self, token: Spanned) {
        match token.1 {
            Tok::Newline => self.end_statement(),
            Tok::Indent => self.open_block(),
            Tok::Dedent => self.close_block(),
            Tok::Sep => self.separator(token),
            _ => {
                if self.start {
                    self.begin(token);
                }
                if token.1 == Tok::RBrace {
                    self.end_last_parameter();
                }
                if self.next_comment < self.input.comments.len() {
                    self.comments_before(token.0);
                }
                self.step(token);
                self.position = self.position.max(token.2);
            }
        }
    }

    /// Copies a part of the source as it is.
    pub(crate) fn copy(&mut self, part: Span) -> Piece {
        self.comments_before(part.start);
        self.empty_above = self.take(part.start) > 1;
        let text = &self.input.text[part.range()];
        self.first = None;
        self.write(false, text);
        if let Some(last) = text.rfind('\n') {
            self.line_start = part.start + last as u32 + 1;
        }
        self.position = part.end;
        let comments = self.input.comments;
        self.next_comment = comments.partition_point(|comment| comment.start < part.end);
        self.copied_end = part.end as usize == self.input.text.len();
        self.line_break = true;
        self.blank = Blank::Keep;
        self.owed = 0;
        self.start = true;
        self.frame_mut().statement = Statement::default();
        Piece {
            source: part,
            output: self.first.unwrap_or(self.out.len())..self.out.len(),
            copied: true,
        }
    }

    /// The comments at the end of the file, and its last line end.
    pub(crate) fn finish(mut self) -> String {
        self.comments_before(self.input.text.len() as u32);
        // what was copied up to the end of the file may be a string that would grow
        if !self.out.is_empty() && !self.copied_end {
            self.out.push('\n');
        }
        self.out
    }

    /// The kind of a token further on.
    fn peek(&self, ahead: usize) -> Option<Tok> {
        let at = self.at + ahead;
        self.input
            .all
            .get(at)
            .filter(|_| at < self.end)
            .map(|token| token.1)
    }

    fn frame(&self) -> &Frame {
        &self.frames[self.frames.len() - 1]
    }

    fn frame_mut(&mut self) -> &mut Frame {
        let last = self.frames.len() - 1;
        &mut self.frames[last]
    }

    fn statement(&mut self) -> &mut Statement {
        &mut self.frame_mut().statement
    }

    fn slice(&self, token: Spanned) -> &'a str {
        &self.input.text[token.0 as usize..token.2 as usize]
    }

    /// Goes on in the source, over blanks, to `to`; says how many lines end on the way.
    #[inline]
    fn take(&mut self, to: u32) -> usize {
        let from = self.position;
        if to <= from {
            return 0;
        }
        let gap = &self.input.text.as_bytes()[from as usize..to as usize];
        self.position = to;
        if gap == b" " {
            return 0;
        }
        let mut lines = 0;
        for (index, byte) in gap.iter().enumerate() {
            if *byte == b'\n' {
                lines += 1;
                self.line_start = from + index as u32 + 1;
            }
        }
        lines
    }

    /// Prints a text with the blank or the line end before it.
    #[inline]
    fn write(&mut self, space: bool, text: &str) {
        if self.line_break {
            self.begin_line(self.empty_above);
        } else if space && !self.glued {
            self.out.push(' ');
        }
        if self.first.is_none() {
            self.first = Some(self.out.len());
        }
        self.out.push_str(text);
    }

    /// Begins a line of the output; `blank`: there is an empty line in the source.
    fn begin_line(&mut self, blank: bool) {
        let empty = match self.owed {
            0 => usize::from(blank && self.blank == Blank::Keep),
            owed => owed,
        };
        self.owed = 0;
        self.line_break = false;
        if !self.out.is_empty() {
            for _ in 0..=empty {
                self.out.push('\n');
            }
        }
        for _ in 0..self.level {
            self.out.push_str(self.style.unit());
        }
    }

    /// Ends the line; the next one has no empty line before it.
    fn end_line(&mut self) {
        self.line_break = true;
        self.blank = Blank::Drop;
    }
}
