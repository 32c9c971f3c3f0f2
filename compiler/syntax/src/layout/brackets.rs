//! Brackets: which kind an opener is, and what ends with a closer.

use super::{Callee, Engine, Frame, FrameKind, MAX_DEPTH, Pending};
use crate::codes;
use crate::diagnostic::Diagnostic;
use crate::span::Span;
use crate::token::{Tok, Token};

impl Engine<'_> {
    pub(super) fn push_frame(&mut self, kind: FrameKind, callee_after: Callee) {
        self.frames.push(Frame {
            kind,
            opener: self.at as u32,
            column: 0,
            pending: self.pending.len() as u32,
            blocks: self.blocks.len() as u32,
            header: None,
            expects_block: None,
            multi: kind == FrameKind::LambdaBody,
            complained: false,
            comprehension: false,
            loop_variables: false,
            type_like: false,
            callee_after,
            depth_around: self.statement_depth as u32,
        });
    }

    pub(super) fn open(&mut self, token: Token) {
        if self.frames.len() > MAX_DEPTH {
            self.skip_deep(token);
            return;
        }
        let type_like = matches!(
            self.prev,
            Tok::Colon
                | Tok::Pipe
                | Tok::Arrow
                | Tok::FnArrow
                | Tok::LBracket
                | Tok::LParen
                | Tok::Comma
                | Tok::LBrace
        ) || (self.type_alias && self.prev == Tok::Eq);
        let (kind, frame, callee_after) = match token.kind {
            Tok::LParen if self.ends => {
                let after = if self.callee == Callee::Dotted {
                    Callee::Call
                } else {
                    Callee::No
                };
                (Tok::CallParen, FrameKind::Call, after)
            }
            Tok::LParen => (Tok::LParen, FrameKind::Paren, Callee::No),
            Tok::LBracket if self.ends || self.prev == Tok::Question => {
                (Tok::IndexBracket, FrameKind::Index, Callee::No)
            }
            Tok::LBracket if self.start && self.in_statements() && self.is_signature() => {
                (Tok::SigBracket, FrameKind::Index, Callee::No)
            }
            Tok::LBracket => (Tok::LBracket, FrameKind::List, Callee::No),
            _ => self.brace(),
        };
        self.emit(kind, token);
        self.ends = false;
        self.start = true;
        self.push_frame(frame, callee_after);
        let column = self.column;
        let top = self.frame_mut();
        top.type_like = type_like;
        top.column = column;
    }

    /// Which kind a `{` is.
    fn brace(&mut self) -> (Tok, FrameKind, Callee) {
        if self.prev == Tok::Lambda {
            if self.is_parameters() {
                return (Tok::ParamBrace, FrameKind::Params, Callee::No);
            }
            self.pending.pop();
            return (Tok::BodyBrace, FrameKind::LambdaBody, Callee::No);
        }
        let after_comma =
            self.prev == Tok::Comma && matches!(self.waiting(), Some(Pending::Lambda { .. }));
        if self.ends || after_comma {
            match self.waiting() {
                Some(Pending::Lambda { default: true }) if self.callee != Callee::No => {}
                Some(Pending::Lambda { .. }) => {
                    self.pending.pop();
                    return (Tok::BodyBrace, FrameKind::LambdaBody, Callee::No);
                }
                Some(Pending::Quantifier) => {
                    self.pending.pop();
                    return (Tok::QuantBrace, FrameKind::QuantBody, Callee::No);
                }
                None => {}
            }
            if self.callee != Callee::No {
                return (Tok::InstBrace, FrameKind::Config, Callee::No);
            }
            self.separator();
        }
        (Tok::LBrace, FrameKind::Config, Callee::No)
    }

    pub(super) fn in_statements(&self) -> bool {
        matches!(self.frame().kind, FrameKind::Module | FrameKind::LambdaBody)
    }

    /// Raw index of the closer that ends the bracket opened at the current token.
    fn matching(&self) -> Option<usize> {
        let mut open: Vec<Tok> = Vec::new();
        for (index, token) in self.raw.iter().enumerate().skip(self.at) {
            match token.kind {
                Tok::LParen => open.push(Tok::RParen),
                Tok::LBracket => open.push(Tok::RBracket),
                Tok::LBrace => open.push(Tok::RBrace),
                kind if kind.is_closer() => {
                    if open.pop() != Some(kind) {
                        return None;
                    }
                    if open.is_empty() {
                        return Some(index);
                    }
                }
                _ => {}
            }
            if open.len() > MAX_DEPTH {
                return None;
            }
        }
        None
    }

    fn is_signature(&self) -> bool {
        self.matching()
            .and_then(|index| self.raw.get(index + 1))
            .is_some_and(|token| token.kind == Tok::Colon)
    }

    fn is_parameters(&self) -> bool {
        self.matching()
            .and_then(|index| self.raw.get(index + 1))
            .is_some_and(|token| token.kind == Tok::Arrow)
    }

    #[cold]
    fn skip_deep(&mut self, token: Token) {
        self.skipped = 1;
        self.broken = true;
        if !std::mem::replace(&mut self.too_deep_reported, true) {
            self.report(
                Diagnostic::error(
                    codes::TOO_DEEP,
                    Self::span(token),
                    format!("brackets are nested more than {MAX_DEPTH} deep"),
                )
                .help("give the inner parts names"),
            );
        }
        if self.ends {
            self.separator();
        }
        self.emit(Tok::Missing, token);
        self.ends = true;
    }

    pub(super) fn close(&mut self, token: Token) {
        if !self.closes_top(token.kind) {
            self.close_mismatched(token);
            return;
        }
        let type_like = self.frame().type_like && self.frame().kind == FrameKind::Paren;
        let callee_after = self.frame().callee_after;
        self.end_frame_content();
        self.emit(token.kind, token);
        self.leave_frame();
        self.start = false;
        self.ends = true;
        self.callee = callee_after;
        self.fn_arrow = type_like && self.raw_kind(1) == Some(Tok::Arrow);
    }

    fn leave_frame(&mut self) {
        if let Some(frame) = self.frames.pop() {
            self.statement_depth = frame.depth_around as usize;
        }
    }

    pub(super) fn closes_top(&self, closer: Tok) -> bool {
        self.frames.len() > 1 && closer_of(self.frame().kind) == closer
    }

    /// Ends items, statements and blocks of the innermost bracket.
    pub(super) fn end_frame_content(&mut self) {
        if let Some(header) = self.frame_mut().expects_block.take() {
            self.missing_block_here(header);
        }
        let frame = *self.frame();
        match frame.kind {
            FrameKind::List | FrameKind::Config | FrameKind::Call => self.end_item(),
            FrameKind::Module | FrameKind::LambdaBody => self.end_statement(),
            _ => {}
        }
        while self.blocks.len() > frame.blocks as usize {
            self.close_block();
        }
        self.pending.truncate(frame.pending as usize);
    }

    pub(super) fn finish(&mut self) {
        let unclosed = self.frames.len() > 1;
        if unclosed {
            self.report_unclosed_before(None);
        }
        while self.frames.len() > 1 {
            self.close_silently();
        }
        if self.frame().kind == FrameKind::Module && !unclosed && !self.start {
            // The last line has no line end: it still has to be back at its statement's level.
            self.at = self.raw.len();
            self.statement_line_end();
        }
        self.end_frame_content();
    }

    /// Emits the closer that the innermost bracket lacks.
    pub(super) fn close_silently(&mut self) {
        self.end_frame_content();
        let frame = *self.frame();
        self.leave_frame();
        self.out
            .tokens
            .push((self.last_end, closer_of(frame.kind), self.last_end));
        self.prev = closer_of(frame.kind);
        self.start = false;
        self.ends = true;
        self.callee = Callee::No;
    }

    pub(super) fn opener_span(&self) -> Span {
        self.raw
            .get(self.frame().opener as usize)
            .map_or_else(Span::default, |token| Self::span(*token))
    }
}

pub(super) const fn closer_of(kind: FrameKind) -> Tok {
    match kind {
        FrameKind::Paren | FrameKind::Call => Tok::RParen,
        FrameKind::List | FrameKind::Index => Tok::RBracket,
        _ => Tok::RBrace,
    }
}
