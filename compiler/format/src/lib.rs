//! The formatter: one way to lay out a program, without changing what it says. It prints the tokens of a file, not its
//! tree, so that comments and the spelling of literals survive. It knows nothing of files and settings.

mod printer;
mod quotes;
mod shape;
mod style;
mod untouched;

use kiln_syntax::lexer::TriviaKind;
use kiln_syntax::source::Source;
use kiln_syntax::span::Span;

pub use style::{Indent, Style};

use printer::{Printer, Tokens};
use untouched::Fate;

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
    let source = Source::new(text);
    let comments: Vec<Span> = source
        .lexed
        .trivia
        .iter()
        .filter(|trivia| trivia.kind == TriviaKind::Comment)
        .map(|trivia| trivia.span)
        .collect();
    if source.is_empty() && !source.lexed.tokens.is_empty() {
        return Formatted {
            text: text.to_owned(),
            untouched: vec![Span::new(0, text.len() as u32)],
        };
    }
    let fates = untouched::fates(&source, &comments);
    let tokens = &source.layout.tokens[1..];
    let shapes = shape::shapes(text, tokens, &comments);
    let mut printer = Printer::new(
        Tokens {
            text,
            all: tokens,
            comments: &comments,
            shapes: &shapes,
            carriage_returns: text.contains('\r'),
        },
        *style,
    );
    printer.out.reserve(text.len() + text.len() / 8);
    let mut untouched = Vec::new();
    for (item, fate) in fates.into_iter().enumerate() {
        match fate {
            Fate::Format => {
                let start = source.layout.items[item].token as usize - 1;
                printer.run(start..start + source.tokens(item).len());
            }
            Fate::Copy(part) => {
                printer.copy(part);
                untouched.push(part);
            }
            Fate::Covered => {}
        }
    }
    printer.finish();
    Formatted {
        text: printer.out,
        untouched,
    }
}
