//! Tokens, trivia and positions.

mod support;

use kiln_syntax::lexer::{TriviaKind, lex};
use kiln_syntax::line_index::LineIndex;
use kiln_syntax::token::Tok;

fn kinds(text: &str) -> Vec<Tok> {
    lex(text).tokens.iter().map(|token| token.kind).collect()
}

#[test]
fn a_line_end_token_stands_after_content_only() {
    assert_eq!(
        kinds("\n\n# c\na\n\n  # d\n\nb"),
        [Tok::Name, Tok::Newline, Tok::Name]
    );
    assert_eq!(kinds("a \\\n b\n"), [Tok::Name, Tok::Name, Tok::Newline]);
}

#[test]
fn comments_and_blank_lines_are_kept() {
    let text = "# one\n\n\na = 1 # two\n\n    # three\nb = 2 \\\n  + 1\n";
    let shown: Vec<(TriviaKind, &str)> = lex(text)
        .trivia
        .iter()
        .map(|trivia| (trivia.kind, &text[trivia.span.range()]))
        .collect();
    assert_eq!(
        shown,
        [
            (TriviaKind::Comment, "# one"),
            (TriviaKind::BlankLines, "\n\n"),
            (TriviaKind::Comment, "# two"),
            (TriviaKind::BlankLines, "\n"),
            (TriviaKind::Comment, "# three"),
            (TriviaKind::Join, "\\\n"),
        ]
    );
}

#[test]
fn words_of_other_scripts() {
    assert_eq!(
        kinds("é = 日本 + ñame1"),
        [Tok::Name, Tok::Eq, Tok::Name, Tok::Plus, Tok::Name]
    );
    assert_eq!(kinds("a\u{a0}b"), [Tok::Name, Tok::Bad, Tok::Name]);
    assert_eq!(kinds("a\u{2028}if"), [Tok::Name, Tok::If]);
    assert_eq!(kinds("$if $é $"), [Tok::Name, Tok::Name, Tok::Dollar]);
}

#[test]
fn strings_are_one_token() {
    for text in [
        "'a'",
        "\"a # b\"",
        "r'\\'",
        "\"\"\"a\n\"b\"\n\"\"\"",
        "'''x'''",
        "R\"\"",
        "'${\"x\"}'",
    ] {
        let expected = if text == "r'\\'" {
            Tok::StrOpen
        } else {
            Tok::Str
        };
        assert_eq!(kinds(text), [expected], "{text}");
    }
}

#[test]
fn lines_and_columns() {
    let text = "\u{feff}é = 1\r\nb\n\nc";
    let lines = LineIndex::new(text);
    let place = |needle: &str| {
        let place = lines.line_column(text, text.find(needle).expect("in the text") as u32);
        (place.line, place.column)
    };
    assert_eq!(place("é"), (1, 1));
    assert_eq!(place("="), (1, 3));
    assert_eq!(place("b"), (2, 1));
    assert_eq!(place("c"), (4, 1));
    assert_eq!(lines.line_text(text, 1), "\u{feff}é = 1");
    assert_eq!(lines.line_text(text, 4), "c");
    assert_eq!(lines.len(), 4);
    assert_eq!(lines.line(text.len() as u32), 4);
}

#[test]
fn a_first_statement_is_indented_on_the_first_line_only() {
    support::accept("  a = 1\n");
    support::accept("  # c\na = 1\n");
    support::reject("\n  a = 1\n", 2);
}
