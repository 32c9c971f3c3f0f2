//! Signatures of lambdas: on one line if they are short enough, otherwise with braces and a line for each parameter.

use kiln_syntax::token::Tok;

use super::Printer;
use super::brackets::{Bracket, Frame};

/// Longest signature on one line, in bytes.
const WIDTH: usize = 80;

/// A lambda whose body has not begun.
#[derive(Clone, Copy, Debug)]
pub(super) struct Signature {
    /// The source has braces around the parameters.
    braced: bool,
    /// The parameters are complete.
    closed: bool,
    /// They were printed with braces, so that a type must follow.
    needs_type: bool,
}

impl Printer<'_> {
    pub(super) fn lambda(&mut self) {
        let braced = self.peek(1) == Some(Tok::ParamBrace);
        let first = self.peek(1 + usize::from(braced));
        let any = !matches!(
            first,
            Some(Tok::BodyBrace | Tok::Arrow | Tok::RBrace) | None
        );
        let comments = braced
            && self
                .input
                .shapes
                .get(self.next_shape)
                .is_some_and(|shape| shape.comments);
        let lines = comments || (any && self.limit == usize::MAX && self.is_wide());
        self.word(Tok::Lambda, true, "lambda");
        if braced {
            self.next_shape += 1;
            self.at += 1;
            self.position = self.input.all[self.at].2;
        }
        let mut frame = Frame::new(Bracket::Parameters, lines);
        frame.in_type = false;
        self.frames.push(frame);
        self.signatures.push(Signature {
            braced,
            closed: false,
            needs_type: false,
        });
        if lines {
            self.word(Tok::ParamBrace, true, "{");
            self.level += 1;
            self.end_line();
        }
    }

    /// Whether parameters are listed here.
    pub(super) fn in_parameters(&self) -> bool {
        self.frame().kind == Bracket::Parameters
    }

    /// Whether the signature that begins here does not fit on a line.
    fn is_wide(&self) -> bool {
        let mut printer = Self::new(self.input, self.style, 2 * WIDTH);
        printer.limit = WIDTH + " {".len();
        printer.line_break = false;
        printer.start = false;
        printer.glued = true;
        printer.position = self.position;
        printer.next_comment = self.next_comment;
        printer.next_shape = self.next_shape;
        printer.at = self.at;
        printer.end = self.end;
        printer.lambda();
        while printer.out.len() <= printer.limit && !printer.signatures.is_empty() {
            printer.at += 1;
            if printer.at >= printer.end {
                break;
            }
            printer.token(self.input.all[printer.at]);
        }
        printer.out.len() > printer.limit
    }

    /// Ends the parameters of the innermost signature.
    fn close_parameters(&mut self) {
        let lines = self.frame().lines;
        let Some(signature) = self.signatures.last_mut().filter(|s| !s.closed) else {
            return;
        };
        signature.closed = true;
        signature.needs_type = lines;
        self.end_last_parameter();
        self.frames.pop();
        if lines {
            self.level -= 1;
            self.end_line();
            self.word(Tok::RBrace, false, "}");
        }
    }

    /// The comma behind the last parameter, if each has a line.
    pub(super) fn end_last_parameter(&mut self) {
        let frame = self.frame();
        if frame.kind == Bracket::Parameters
            && frame.lines
            && !matches!(self.prev, Tok::ParamBrace | Tok::Comma)
        {
            self.word(Tok::Comma, false, ",");
            self.end_line();
        }
    }

    /// Whether the closer at hand is the end of braces around parameters.
    pub(super) fn ends_braced_parameters(&mut self) -> bool {
        let ends = self.frame().kind == Bracket::Parameters
            && self
                .signatures
                .last()
                .is_some_and(|s| s.braced && !s.closed)
            && self.peek(0) == Some(Tok::RBrace);
        if ends {
            self.close_parameters();
        }
        ends
    }

    pub(super) fn arrow(&mut self) {
        self.close_parameters();
        if let Some(signature) = self.signatures.last_mut() {
            signature.needs_type = false;
        }
        self.word(Tok::Arrow, true, "->");
        self.frame_mut().in_type = true;
    }

    /// The body begins.
    pub(super) fn end_signature(&mut self) {
        self.close_parameters();
        if let Some(signature) = self.signatures.pop()
            && signature.needs_type
        {
            self.word(Tok::Arrow, true, "->");
            self.word(Tok::Any, true, "any");
        }
        self.frame_mut().in_type = false;
    }
}
