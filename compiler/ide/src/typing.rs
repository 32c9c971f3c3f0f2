//! What follows from a key: the indentation of a new line, and of a line that closes something. Only what is certain is
//! changed, as editors keep the indentation of the line above by themselves.

use kiln_syntax::lexer::{TriviaKind, lex};
use kiln_syntax::span::Span;
use kiln_syntax::token::{Tok, Token};

use crate::place::TextEdit;

/// The edit that follows from a character that was just put before an offset. `unit` is one step of indentation.
#[must_use]
pub fn after_key(text: &str, offset: u32, key: &str, unit: &str) -> Option<TextEdit> {
    let before = text.get(..offset as usize)?;
    let start = before.rfind('\n').map_or(0, |at| at + 1);
    let rest = &text[start..];
    let line = rest.lines().next().unwrap_or_default();
    let blanks = line.len() - line.trim_start_matches([' ', '\t']).len();
    let lexed = lex(text);
    let in_token = |span: Span| (span.start as usize) < start && start < span.end as usize;
    // in a text of several lines every blank counts
    let in_string = lexed.tokens.iter().any(|token| {
        let span = Span::new(token.start, token.end);
        matches!(token.kind, Tok::Str | Tok::StrOpen) && in_token(span)
    });
    if in_string {
        return None;
    }
    let first = start + blanks;
    let closer = lexed
        .tokens
        .iter()
        .position(|token| token.start as usize == first && is_closer(token.kind));
    let wanted = match (key, closer) {
        ("\n", Some(closer)) | ("}" | "]" | ")", Some(closer)) => {
            let typed = key == "\n" || offset as usize == first + 1;
            let opener = opener(&lexed.tokens[..closer]).filter(|_| typed)?;
            indentation(text, opener.start as usize).to_owned()
        }
        ("\n", None) => {
            let above = text[..start].strip_suffix('\n')?;
            let line_above = above.rfind('\n').map_or(0, |at| at + 1);
            let until = lexed.tokens.partition_point(|it| (it.end as usize) < start);
            let tokens = &lexed.tokens[..until];
            let last = tokens.iter().rev().find(|it| it.kind != Tok::Newline)?;
            // a comment may follow, nothing else
            let comment_first = lexed.trivia.iter().any(|it| {
                it.kind == TriviaKind::Comment
                    && (it.span.start as usize) >= line_above
                    && text[line_above..it.span.start as usize].trim().is_empty()
                    && (it.span.start as usize) < start
            });
            let on_line = (last.start as usize) >= line_above;
            let opens = match last.kind {
                Tok::LBrace | Tok::LBracket | Tok::LParen => true,
                Tok::Colon => is_header(tokens),
                _ => false,
            };
            if !opens || !on_line || comment_first {
                return None;
            }
            let opened = match last.kind {
                Tok::Colon => header(tokens)?.start as usize,
                _ => last.start as usize,
            };
            format!("{}{unit}", indentation(text, opened))
        }
        _ => return None,
    };
    let current = &line[..blanks];
    (current != wanted).then(|| TextEdit {
        range: Span::new(start as u32, first as u32),
        text: wanted,
    })
}

const fn is_closer(kind: Tok) -> bool {
    matches!(kind, Tok::RBrace | Tok::RBracket | Tok::RParen)
}

/// The bracket that is open at the end of some tokens.
fn opener(tokens: &[Token]) -> Option<Token> {
    let mut depth = 0;
    tokens.iter().rev().copied().find(|token| {
        match token.kind {
            kind if is_closer(kind) => depth += 1,
            Tok::LBrace | Tok::LBracket | Tok::LParen if depth == 0 => return true,
            Tok::LBrace | Tok::LBracket | Tok::LParen => depth -= 1,
            _ => {}
        }
        false
    })
}

/// The first token of the statement or entry that ends with the last token.
fn header(tokens: &[Token]) -> Option<Token> {
    let mut depth = 0;
    let mut first = None;
    for token in tokens.iter().rev() {
        match token.kind {
            kind if is_closer(kind) => depth += 1,
            Tok::LBrace | Tok::LBracket | Tok::LParen if depth == 0 => break,
            Tok::LBrace | Tok::LBracket | Tok::LParen => depth -= 1,
            Tok::Newline if depth == 0 && first.is_some() => break,
            Tok::Newline if depth == 0 => continue,
            _ => {}
        }
        first = Some(*token);
    }
    first
}

/// Whether a colon at the end begins a block.
fn is_header(tokens: &[Token]) -> bool {
    let words = [
        Tok::Schema,
        Tok::Mixin,
        Tok::Protocol,
        Tok::Rule,
        Tok::Check,
        Tok::If,
        Tok::Elif,
        Tok::Else,
    ];
    header(tokens).is_some_and(|first| words.contains(&first.kind))
}

/// The blanks at the start of the line of an offset.
fn indentation(text: &str, offset: usize) -> &str {
    let before = text.get(..offset).unwrap_or_default();
    let line = &text[before.rfind('\n').map_or(0, |at| at + 1)..];
    &line[..line.len() - line.trim_start_matches([' ', '\t']).len()]
}

#[cfg(test)]
mod tests {
    use super::after_key;

    /// The text after the key before `|` was typed.
    fn typed(marked: &str) -> String {
        let at = marked.find('|').unwrap_or_default();
        let mut text = marked.replacen('|', "", 1);
        let key = text[..at].trim_end_matches([' ', '\t']);
        let key = key.chars().last().map(String::from).unwrap_or_default();
        if let Some(edit) = after_key(&text, at as u32, &key, "    ") {
            text.replace_range(edit.range.range(), &edit.text);
        }
        text
    }

    #[test]
    fn lines_are_indented() {
        for (before, after) in [
            ("schema A:\n|", "schema A:\n    "),
            (
                "schema A:\n    if x: # why\n    |",
                "schema A:\n    if x: # why\n        ",
            ),
            (
                "schema A[a: {str:\n  int}](B):\n|x: int",
                "schema A[a: {str:\n  int}](B):\n    x: int",
            ),
            ("a = {\n|", "a = {\n    "),
            (
                "a = {\n    b = [\n    |\n    ]\n}",
                "a = {\n    b = [\n        \n    ]\n}",
            ),
            (
                "a = {\n    b = f(1, {\n    |})\n}",
                "a = {\n    b = f(1, {\n    })\n}",
            ),
            ("a = {\n    b = 1\n    }|", "a = {\n    b = 1\n}"),
            ("  a = [\n1\n]|", "  a = [\n1\n  ]"),
            (
                "a = {\n    if x:\n    |\n}",
                "a = {\n    if x:\n        \n}",
            ),
        ] {
            assert_eq!(typed(before), after, "{before}");
        }
    }

    #[test]
    fn everything_else_stays() {
        for text in [
            "a = 1\n|",
            "a = 1\n  |",
            "a = {b: 1}\n  |",
            // a key is no header
            "a = {\n    $if: \n|",
            "b:\n|",
            // in texts and comments
            "a = \"\"\"{\n|\n\"\"\"",
            "# schema A:\n  |",
            "a = {}|",
            "}|",
            "",
            "|",
            "schema A:\n\n|",
            "a = \"{\n|",
        ] {
            assert_eq!(typed(text), text.replacen('|', "", 1), "{text}");
        }
    }
}
