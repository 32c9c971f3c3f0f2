//! Unbalanced brackets: missing closers are put where the next statement begins, extra ones are dropped. Balanced
//! text never comes here.

use super::brackets::closer_of;
use super::{Engine, FrameKind};
use crate::codes;
use crate::diagnostic::Diagnostic;
use crate::span::Span;
use crate::token::{Tok, Token};

/// How many tokens are searched for the closer of a bracket.
const LOOK_AHEAD: usize = 10_000;

/// Whether an opener lacks its closer.
pub(super) fn has_unclosed(raw: &[Token]) -> bool {
    let mut open: Vec<Tok> = Vec::new();
    for token in raw {
        match token.kind {
            Tok::LParen => open.push(Tok::RParen),
            Tok::LBracket => open.push(Tok::RBracket),
            Tok::LBrace => open.push(Tok::RBrace),
            kind if kind.is_closer() => match open.pop() {
                Some(expected) if expected == kind => {}
                Some(_) => return true,
                None => {}
            },
            _ => {}
        }
    }
    !open.is_empty()
}

fn closing(opener: &str) -> &'static str {
    match opener {
        "(" => ")",
        "[" => "]",
        _ => "}",
    }
}

impl Engine<'_> {
    /// At a line end: brackets that never span lines are taken to end here.
    #[cold]
    pub(super) fn close_one_line_brackets(&mut self) {
        while self.frames.len() > 1 {
            let frame = *self.frame();
            if !self.ends_with_line()
                || (frame.kind == FrameKind::Config && frame.expects_block.is_some())
            {
                return;
            }
            self.report_unclosed_before(self.next_code());
            self.close_silently();
        }
    }

    /// Whether the innermost bracket cannot go on after the current line end.
    fn ends_with_line(&self) -> bool {
        let frame = *self.frame();
        let at_opener = frame.opener as usize + 1 == self.at;
        match frame.kind {
            FrameKind::Paren | FrameKind::Index => true,
            FrameKind::Call => !frame.multi && !at_opener,
            FrameKind::Config => {
                !frame.multi && !at_opener && self.raw_kind(1) != Some(Tok::RBrace)
            }
            _ => false,
        }
    }

    #[cold]
    pub(super) fn report_unclosed(&mut self) {
        if std::mem::replace(&mut self.broken, true) {
            return;
        }
        let span = self.opener_span();
        let bracket = &self.text[span.range()];
        let diagnostic = Diagnostic::error(
            codes::UNCLOSED_BRACKET,
            span,
            format!("this `{bracket}` is never closed"),
        )
        .help(format!("close it with `{}`", closing(bracket)));
        self.report(diagnostic);
    }

    /// A bracket over several lines is missed where the next statement begins, as its closer may belong to any line.
    #[cold]
    pub(super) fn report_unclosed_before(&mut self, next: Option<Span>) {
        const OPEN: &str = "the bracket is still open here";
        if self.frame().kind != FrameKind::Config && self.ends_with_line() {
            self.report_unclosed();
            return;
        }
        if std::mem::replace(&mut self.broken, true) {
            return;
        }
        let opener = self.opener_span();
        let bracket = &self.text[opener.range()];
        let diagnostic = |place| {
            let message = format!("a `{bracket}` is never closed");
            Diagnostic::error(codes::UNCLOSED_BRACKET, place, message)
                .help(format!("close it with `{}`", closing(bracket)))
        };
        let diagnostic = match next {
            Some(next) => diagnostic(next).at(OPEN).label(opener, "opened here"),
            None => diagnostic(opener).at("opened here").at_next_item(OPEN),
        };
        self.report(diagnostic);
    }

    /// A closer that does not fit the innermost bracket.
    #[cold]
    pub(super) fn close_mismatched(&mut self, token: Token) {
        let found = (1..self.frames.len())
            .rev()
            .find(|&index| closer_of(self.frames[index].kind) == token.kind);
        if let Some(index) = found {
            self.report_unclosed();
            while self.frames.len() > index + 1 {
                self.close_silently();
            }
            self.close(token);
            return;
        }
        let bracket = &self.text[Self::span(token).range()];
        if self.frames.len() > 1 && !self.closes_later() {
            // The wrong kind of closer: it was meant for the innermost bracket.
            let opener = self.opener_span();
            let opened = &self.text[opener.range()];
            if !std::mem::replace(&mut self.broken, true) {
                let wanted = closing(opened);
                let title = format!("write `{wanted}`");
                let diagnostic = Diagnostic::error(
                    codes::UNMATCHED_BRACKET,
                    Self::span(token),
                    format!("`{bracket}` does not close `{opened}`"),
                )
                .label(opener, "the bracket was opened here")
                .help(&*title)
                .fix(title, vec![(Self::span(token), wanted.to_owned())]);
                self.report(diagnostic);
            }
            self.last_end = token.end;
            self.close_silently();
            return;
        }
        self.last_end = token.end;
        if std::mem::replace(&mut self.broken, true) {
            return;
        }
        let mut diagnostic = Diagnostic::error(
            codes::UNMATCHED_BRACKET,
            Self::span(token),
            format!("this `{bracket}` closes nothing"),
        );
        if self.frames.len() > 1 {
            diagnostic =
                diagnostic.label(self.opener_span(), "the innermost open bracket is this one");
        }
        let opener = match bracket {
            ")" => "(",
            "]" => "[",
            _ => "{",
        };
        let help = format!("remove it, or add the `{opener}` that it belongs to");
        diagnostic = diagnostic.help(help);
        self.report(diagnostic);
    }

    /// Whether the innermost bracket has its own closer further on.
    fn closes_later(&self) -> bool {
        let wanted = closer_of(self.frame().kind);
        let mut depth = 0usize;
        for token in self.raw.iter().skip(self.at + 1).take(LOOK_AHEAD) {
            if token.kind.is_opener() {
                depth += 1;
            } else if token.kind.is_closer() {
                if depth == 0 {
                    return token.kind == wanted;
                }
                depth -= 1;
            }
        }
        false
    }

    /// At a line end inside brackets: closes those that the next line, being the head of a statement, leaves behind.
    #[cold]
    pub(super) fn close_by_heuristic(&mut self) {
        if !self.is_head() {
            return;
        }
        let column = self.column;
        if self.frame().column < column {
            return;
        }
        self.report_unclosed_before(self.next_code());
        while self.frames.len() > 1 && self.frame().column >= column {
            self.close_silently();
        }
    }

    /// Whether the line after the current line end looks like the start of a statement.
    pub(super) fn is_head(&self) -> bool {
        let next = |ahead| self.raw_kind(ahead);
        match next(1) {
            Some(Tok::Schema | Tok::Mixin | Tok::Protocol | Tok::Rule | Tok::Type)
                if next(2).is_some_and(Tok::is_word) =>
            {
                true
            }
            Some(Tok::Import) => next(2)
                .is_some_and(|kind| kind.is_word() || matches!(kind, Tok::Dot | Tok::Ellipsis)),
            Some(Tok::At) => true,
            Some(kind) if kind.is_word() => {
                let mut ahead = 2;
                while next(ahead) == Some(Tok::Dot) && next(ahead + 1).is_some_and(Tok::is_word) {
                    ahead += 2;
                }
                next(ahead).is_some_and(|kind| {
                    matches!(kind, Tok::Eq | Tok::Colon) || kind.is_aug_assign()
                })
            }
            _ => false,
        }
    }
}
