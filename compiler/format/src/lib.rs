//! The formatter: one way to lay out a program, without changing what it says. It prints the tokens of a file, not its
//! tree, so that comments and the spelling of literals survive. It knows nothing of files and settings.
//!
//! ```
//! use kiln_format::{Style, format};
//!
//! let formatted = format("a={b=1,c=[1,2]} # why\n", &Style::default());
//! assert_eq!(formatted.text, "a = {b = 1, c = [1, 2]} # why\n");
//! ```

mod edits;
mod printer;
mod quotes;
mod shape;
mod style;
mod untouched;

use std::ops::Range;

use kiln_syntax::lexer::TriviaKind;
use kiln_syntax::source::Source;
use kiln_syntax::span::Span;

pub use edits::{Edit, format_range};
pub use style::{Indent, Style};

use printer::{Printer, Tokens};
use untouched::{Fate, goes_on};

/// A formatted file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Formatted {
    /// The new text.
    pub text: String,
    /// Where in the old text items stand that have syntax errors: they are as they were.
    pub untouched: Vec<Span>,
}

/// Formats a file.
#[must_use]
pub fn format(text: &str, style: &Style) -> Formatted {
    let (text, pieces) = print(text, *style);
    let untouched = pieces
        .iter()
        .filter(|piece| piece.copied)
        .map(|piece| piece.source)
        .collect();
    Formatted { text, untouched }
}

/// A top-level item, from its first token to the comment at the end of its last line.
struct Piece {
    source: Span,
    /// Where it is in the new text.
    output: Range<usize>,
    /// It is as it was.
    copied: bool,
}

/// The new text, and its items.
fn print(text: &str, style: Style) -> (String, Vec<Piece>) {
    let source = Source::new(text);
    let comments: Vec<Span> = source
        .lexed
        .trivia
        .iter()
        .filter(|trivia| trivia.kind == TriviaKind::Comment)
        .map(|trivia| trivia.span)
        .collect();
    let stray = source.is_empty() && !source.lexed.tokens.is_empty();
    if stray || comments.iter().any(|comment| goes_on(text, comment)) {
        let piece = Piece {
            source: Span::new(0, text.len() as u32),
            output: 0..text.len(),
            copied: true,
        };
        return (text.to_owned(), vec![piece]);
    }
    let fates = untouched::fates(&source, &comments);
    // the first token is not one of the text
    let tokens = &source.layout.tokens[1..];
    let shapes = shape::shapes(text, tokens, &comments);
    let input = Tokens {
        text,
        all: tokens,
        comments: &comments,
        shapes: &shapes,
        carriage_returns: text.contains('\r'),
    };
    let mut printer = Printer::new(input, style, text.len() + text.len() / 8);
    let mut pieces = Vec::with_capacity(fates.len());
    for (item, fate) in fates.into_iter().enumerate() {
        let piece = match fate {
            Fate::Format => {
                let start = source.layout.items[item].token as usize - 1;
                printer.item(start..start + source.tokens(item).len())
            }
            Fate::Copy(part) => printer.copy(part),
            Fate::Covered => continue,
        };
        pieces.push(piece);
    }
    (printer.finish(), pieces)
}
