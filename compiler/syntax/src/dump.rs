//! Tokens and trees as text, for people.

mod tree;

use std::fmt::Write;

use crate::layout::{Mode, layout};
use crate::lexer::lex;
use crate::line_index::LineIndex;

pub use tree::{ast, item, meaning};

/// The tokens of a file after layout, one a line.
#[must_use]
pub fn tokens(text: &str) -> String {
    let lexed = lex(text);
    let laid_out = layout(text, &lexed, Mode::Statements);
    let lines = LineIndex::new(text);
    let mut out = String::new();
    for &(start, kind, end) in &laid_out.tokens[1..] {
        let place = lines.line_column(text, start);
        let shown = &text[start as usize..end as usize];
        let place = format!("{}:{}", place.line, place.column);
        let name = format!("{kind:?}");
        if shown.is_empty() {
            let _ = writeln!(out, "{place:>7} {name}");
        } else {
            let _ = writeln!(out, "{place:>7} {name:<12} {shown:?}");
        }
    }
    out
}
