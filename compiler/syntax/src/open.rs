//! Whether a text ends in the middle of something: for prompts, which have to know when to ask for another line.

use crate::layout::{Mode, layout};
use crate::lexer::lex;
use crate::outline::outline;
use crate::token::Tok;

/// What goes on at the end of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Open {
    /// A bracket.
    Bracket,
    /// A string in triple quotes.
    Text,
    /// A line that ends in `\`.
    Line,
    /// An indented block, or a header that needs one.
    Block,
    /// A decorator that stands above nothing.
    Decorator,
}

impl Open {
    /// Whether an empty line is its end.
    #[must_use]
    pub const fn ends_with_empty_line(self) -> bool {
        matches!(self, Self::Line | Self::Block | Self::Decorator)
    }
}

/// What goes on at the end of a text. Nothing if the text is complete, or wrong in a way that more lines do not mend.
#[must_use]
pub fn open_at_end(text: &str) -> Option<Open> {
    let lexed = lex(text);
    let mut brackets = Vec::new();
    for token in &lexed.tokens {
        match token.kind {
            Tok::LParen => brackets.push(Tok::RParen),
            Tok::LBracket => brackets.push(Tok::RBracket),
            Tok::LBrace => brackets.push(Tok::RBrace),
            kind if kind.is_closer() && brackets.pop() != Some(kind) => return None,
            Tok::StrOpen => {
                let literal = text[token.start as usize..].trim_start_matches(['r', 'R']);
                let triple = literal.starts_with("\"\"\"") || literal.starts_with("'''");
                return triple.then_some(Open::Text);
            }
            _ => {}
        }
    }
    let last = lexed.tokens.last()?;
    if last.kind == Tok::Backslash && last.end as usize == text.len() {
        return Some(Open::Line);
    }
    if !brackets.is_empty() {
        return Some(Open::Bracket);
    }
    let laid_out = layout(text, &lexed, Mode::Statements);
    let mut from_end = laid_out.tokens.iter().rev().map(|token| token.1);
    if from_end.find(|kind| *kind != Tok::Newline) == Some(Tok::Dedent) {
        return Some(Open::Block);
    }
    let start = outline(text).items.last()?.range.start as usize;
    let last_line = text[start..].trim_end().lines().next_back()?;
    last_line.starts_with('@').then_some(Open::Decorator)
}

#[cfg(test)]
mod tests {
    use super::{Open, open_at_end};

    #[test]
    fn complete_statements_are_not_open() {
        for text in [
            "",
            "a = 1",
            "a = [1, 2]\n",
            "f(x) # (",
            "a = \"\"\"\n(\n\"\"\"",
            "import a.b",
            "x = lambda a { a }",
        ] {
            assert_eq!(open_at_end(text), None, "{text}");
        }
    }

    #[test]
    fn brackets_texts_and_continued_lines_are() {
        assert_eq!(open_at_end("a = {"), Some(Open::Bracket));
        assert_eq!(open_at_end("a = {\n    b = [1,\n"), Some(Open::Bracket));
        assert_eq!(open_at_end("f = lambda x {\n"), Some(Open::Bracket));
        assert_eq!(open_at_end("a = \"\"\"one"), Some(Open::Text));
        assert_eq!(open_at_end("a = r'''one\n"), Some(Open::Text));
        assert_eq!(open_at_end("a = 1 + \\"), Some(Open::Line));
        assert_eq!(open_at_end("f(1 + \\"), Some(Open::Line));
    }

    #[test]
    fn blocks_and_their_headers_are() {
        for text in [
            "schema A:",
            "schema A:\n    x: int",
            "schema A:\n    x: int = 1\n\n    check:\n        x > 0\n",
            "if a:\n    b = 1\n",
            "if a: b = 1",
        ] {
            assert_eq!(open_at_end(text), Some(Open::Block), "{text}");
        }
        assert_eq!(open_at_end("@deprecated()\n"), Some(Open::Decorator));
        assert_eq!(open_at_end("schema A:\n    x: int\na = 1"), None);
    }

    #[test]
    fn what_is_wrong_anyway_is_not() {
        for text in ["a = 1)", "a = \"one", "f(\"one", "a = [1}"] {
            assert_eq!(open_at_end(text), None, "{text}");
        }
    }
}
