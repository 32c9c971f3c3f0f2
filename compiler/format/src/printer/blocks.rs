//! Blocks: `if` and its kin, bodies of schemas, checks.

use kiln_syntax::layout::Spanned;
use kiln_syntax::token::Tok;

use super::brackets::Bracket;
use super::statements::Statement;
use super::{Blank, Printer};

/// An open block.
#[derive(Clone, Copy, Debug)]
pub(super) struct Block {
    /// The keyword of its header.
    pub(super) header: Tok,
    /// Its column in the source: comments further right belong to the block.
    column: u32,
    /// An `else` that became part of the `elif` in it.
    flat: bool,
}

impl Printer<'_> {
    pub(super) fn open_block(&mut self) {
        let frame = *self.frame();
        self.blocks.push(Block {
            header: frame.statement.block.unwrap_or(Tok::If),
            column: frame.header,
            flat: false,
        });
        self.level += 1;
        self.end_line();
        self.start = true;
        self.frame_mut().statement = Statement::first();
        if self.frame().kind == Bracket::Statements && frame.statement.block == Some(Tok::Schema) {
            self.signature_first();
        }
    }

    pub(super) fn close_block(&mut self) {
        let Some(block) = self.blocks.pop() else {
            return;
        };
        if !block.flat {
            let next = self.next_real(self.at);
            self.print_comments(next, Some(block.column));
            self.level -= 1;
        }
        self.line_break = true;
        self.start = true;
        let statements = self.frame().kind == Bracket::Statements;
        self.frame_mut().statement = Statement::default();
        self.blank = Blank::Drop;
        if !statements || block.flat {
            return;
        }
        let more = matches!(self.peek(1), Some(Tok::Elif | Tok::Else));
        match block.header {
            Tok::If | Tok::Elif if !more => self.owed += 1,
            Tok::Schema => self.owed += 1,
            _ => {}
        }
    }

    /// Start of the first token of the source behind an index.
    pub(super) fn next_real(&self, at: usize) -> u32 {
        self.input.all[at..]
            .iter()
            .find(|token| token.2 > token.0)
            .map_or(self.input.text.len() as u32, |token| token.0)
    }

    /// `else`, or the `if` that stands alone in its block as `elif`.
    pub(super) fn else_word(&mut self, token: Spanned) {
        if !self.is_lone_if(token) {
            return self.word(Tok::Else, true, "else");
        }
        let column = self.frame().header;
        self.blocks.push(Block {
            header: Tok::Else,
            column,
            flat: true,
        });
        // over `else`, `:` and the start of the block, to `if`
        self.at += 3;
        let inner = self.input.all[self.at];
        self.take(inner.0);
        self.position = inner.2;
        self.frame_mut().header = inner.0 - self.line_start;
        self.frame_mut().statement.block = Some(Tok::Elif);
        self.word(Tok::Elif, true, "elif");
    }

    /// Whether the block of this `else` is one `if` with its branches, and no comment would lose its place.
    fn is_lone_if(&self, token: Spanned) -> bool {
        let tokens = &self.input.all[self.at..self.end];
        if self.frame().kind != Bracket::Statements
            || !matches!(
                tokens,
                [
                    _,
                    (_, Tok::Colon, _),
                    (_, Tok::Indent, _),
                    (_, Tok::If, _),
                    ..
                ]
            )
        {
            return false;
        }
        let inner = tokens[3].0;
        if self.has_comment(token.0, inner) {
            return false;
        }
        let mut depth = 0_usize;
        for (index, (_, kind, end)) in tokens.iter().enumerate().skip(4) {
            match kind {
                Tok::Indent => depth += 1,
                Tok::Dedent => {
                    depth = depth.saturating_sub(1);
                    if depth > 0 {
                        continue;
                    }
                    match tokens.get(index + 1).map(|token| token.1) {
                        Some(Tok::Elif | Tok::Else) => {}
                        Some(Tok::Dedent) => {
                            let next = self.next_real(self.at + index);
                            return !self.has_comment_below(*end, next, inner);
                        }
                        _ => return false,
                    }
                }
                _ => {}
            }
        }
        false
    }

    fn has_comment(&self, from: u32, to: u32) -> bool {
        let comments = self.input.comments;
        let first = comments.partition_point(|comment| comment.start < from);
        comments
            .get(first)
            .is_some_and(|comment| comment.start < to)
    }

    /// Whether a comment between two tokens belongs to the block of the `else`, but not to the `if` at `inner`.
    fn has_comment_below(&self, from: u32, to: u32, inner: u32) -> bool {
        let limit = inner - self.line_start_of(inner);
        let outer = self.frame().header;
        let comments = self.input.comments;
        let first = comments.partition_point(|comment| comment.start < from);
        comments[first..]
            .iter()
            .take_while(|comment| comment.start < to)
            .any(|comment| {
                let column = comment.start - self.line_start_of(comment.start);
                column > outer && column <= limit
            })
    }

    /// Where the line of something begins that has only blanks before it.
    pub(super) fn line_start_of(&self, at: u32) -> u32 {
        let before = &self.input.text.as_bytes()[..at as usize];
        let blanks = before
            .iter()
            .rev()
            .take_while(|byte| matches!(byte, b' ' | b'\t'));
        at - blanks.count() as u32
    }
}
