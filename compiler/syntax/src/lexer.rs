//! Text to raw tokens in one pass: words, literals, punctuation, line ends. Knows nothing of brackets, blocks or
//! keywords' positions, and never fails: what is not a token is [`Tok::Bad`].

use logos::Logos;

use crate::span::Span;
use crate::token::{Tok, Token};

/// Text between tokens that a formatter wants to keep.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TriviaKind {
    /// `# …` without its line end.
    Comment,
    /// One or more empty lines.
    BlankLines,
    /// `\` and a line end.
    Join,
}

/// A piece of trivia.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trivia {
    /// What it is.
    pub kind: TriviaKind,
    /// Where it is.
    pub span: Span,
}

/// What the lexer yields.
#[derive(Clone, Debug, Default)]
pub struct Lexed {
    /// Tokens in order.
    pub tokens: Vec<Token>,
    /// Comments and blank lines in order.
    pub trivia: Vec<Trivia>,
}

/// Splits `text` into tokens.
#[must_use]
pub fn lex(text: &str) -> Lexed {
    lex_range(text, whole(text))
}

/// Splits a part of `text`; spans are positions in the whole `text`.
#[must_use]
pub fn lex_range(text: &str, range: Span) -> Lexed {
    let mut lexed = Lexed {
        tokens: Vec::with_capacity(range.len() as usize / 4 + 8),
        trivia: Vec::new(),
    };
    lex_into(&mut lexed, text, range);
    lexed
}

/// The whole of `text` for [`lex_into`]: all but a byte order mark.
pub(crate) fn whole(text: &str) -> Span {
    let start = if text.starts_with('\u{feff}') { 3 } else { 0 };
    Span::new(start, u32::try_from(text.len()).unwrap_or(u32::MAX))
}

/// Splits a part of `text` into the room of an earlier result.
pub(crate) fn lex_into(lexed: &mut Lexed, text: &str, range: Span) {
    let part = &text[range.range()];
    lexed.tokens.clear();
    lexed.trivia.clear();
    let mut lexer = Tok::lexer(part);
    let base = range.start as usize;
    let mut line_open = false;
    while let Some(result) = lexer.next() {
        let mut kind = result.unwrap_or(Tok::Bad);
        let span = lexer.span();
        match kind {
            Tok::Newline => {
                if line_open {
                    line_open = false;
                } else {
                    lexed.blank_line(part, base, span.clone());
                    if let Some(last) = lexed.tokens.last_mut()
                        && last.kind == Tok::Newline
                    {
                        last.end = (base + span.end) as u32;
                    }
                    continue;
                }
            }
            Tok::Comment | Tok::Join => {
                let trivia = if kind == Tok::Comment {
                    TriviaKind::Comment
                } else {
                    TriviaKind::Join
                };
                lexed.trivia.push(Trivia {
                    kind: trivia,
                    span: span_at(base, span.clone()),
                });
                // A comment alone on its line: the line end after it belongs to the previous one.
                continue;
            }
            Tok::Str => {
                line_open = true;
                let (length, closed) = string_rest(
                    lexer.remainder(),
                    part.as_bytes()[span.end - 1],
                    span.len() == 2,
                );
                lexer.bump(length);
                if !closed {
                    kind = Tok::StrOpen;
                }
            }
            Tok::Number => {
                line_open = true;
                lexer.bump(number_rest(lexer.slice(), lexer.remainder()));
            }
            Tok::Name => {
                if !lexer.slice().is_ascii() {
                    line_open |= lexed.split_word(part, base, span);
                    continue;
                }
                line_open = true;
            }
            _ => line_open = true,
        }
        let span = lexer.span();
        lexed.tokens.push(Token {
            start: (base + span.start) as u32,
            end: (base + span.end) as u32,
            kind,
        });
    }
}

fn span_at(base: usize, range: std::ops::Range<usize>) -> Span {
    Span::new((base + range.start) as u32, (base + range.end) as u32)
}

impl Lexed {
    /// Notes a line end that follows no token: part of a blank line unless a comment stands on the line.
    fn blank_line(&mut self, part: &str, base: usize, span: std::ops::Range<usize>) {
        let line_start = part[..span.start].rfind('\n').map_or(0, |at| at + 1);
        let end = span.start + part[span].find('\n').map_or(1, |at| at + 1);
        if let Some(last) = self.trivia.last_mut() {
            if last.kind == TriviaKind::Comment && last.span.end as usize >= base + line_start {
                return;
            }
            let nothing_between = self
                .tokens
                .last()
                .is_none_or(|token| token.start <= last.span.start);
            if last.kind == TriviaKind::BlankLines
                && nothing_between
                && last.span.end as usize == base + line_start
            {
                last.span.end = (base + end) as u32;
                return;
            }
        }
        self.trivia.push(Trivia {
            kind: TriviaKind::BlankLines,
            span: span_at(base, line_start..end),
        });
    }

    /// Splits a run of letters that is not pure ASCII into names, white space and bad characters.
    fn split_word(&mut self, part: &str, base: usize, range: std::ops::Range<usize>) -> bool {
        let mut any = false;
        let mut name_start: Option<usize> = None;
        let mut number_end = 0;
        let word = &part[range.clone()];
        for (offset, c) in word.char_indices() {
            let at = range.start + offset;
            if at < number_end {
                continue;
            }
            let fits = match name_start {
                Some(_) => unicode_ident::is_xid_continue(c) || c == '_',
                None => unicode_ident::is_xid_start(c) || c == '_' || c == '$',
            };
            if fits {
                name_start.get_or_insert(at);
                continue;
            }
            if let Some(start) = name_start.take() {
                any = true;
                self.push_word(part, base, start..at);
            }
            if unicode_ident::is_xid_start(c) || c == '_' {
                name_start = Some(at);
            } else if c.is_ascii_digit() {
                let digits = word[offset..]
                    .bytes()
                    .take_while(|b| b.is_ascii_alphanumeric() || *b == b'_')
                    .count();
                number_end = at + digits;
                any = true;
                self.push(Tok::Number, base, at..number_end);
            } else if !matches!(
                c,
                '\u{85}' | '\u{200e}' | '\u{200f}' | '\u{2028}' | '\u{2029}'
            ) {
                any = true;
                self.push(Tok::Bad, base, at..at + c.len_utf8());
            }
        }
        if let Some(start) = name_start {
            any = true;
            self.push_word(part, base, start..range.end);
        }
        any
    }

    fn push_word(&mut self, part: &str, base: usize, range: std::ops::Range<usize>) {
        let kind = Tok::lexer(&part[range.clone()])
            .next()
            .and_then(Result::ok)
            .unwrap_or(Tok::Name);
        self.push(kind, base, range);
    }

    fn push(&mut self, kind: Tok, base: usize, range: std::ops::Range<usize>) {
        let span = span_at(base, range);
        self.tokens.push(Token {
            start: span.start,
            end: span.end,
            kind,
        });
    }
}

/// How many bytes after the opening quote belong to the literal, and whether its end was found.
fn string_rest(rest: &str, quote: u8, _raw: bool) -> (usize, bool) {
    let bytes = rest.as_bytes();
    if bytes.len() >= 2 && bytes[0] == quote && bytes[1] == quote {
        let mut i = 2;
        while let Some(found) = bytes
            .get(i..)
            .and_then(|rest| memchr::memchr2(b'\\', quote, rest))
        {
            i += found;
            if bytes[i] == b'\\' {
                i += 2;
            } else if bytes[i..].starts_with(&[quote; 3]) {
                return (i + 3, true);
            } else {
                i += 1;
            }
        }
        return (open_triple_end(rest), false);
    }
    let mut i = 0;
    let mut continued = false;
    while i < bytes.len() {
        match bytes[i] {
            b'\\' => {
                continued |= matches!(bytes.get(i + 1), Some(b'\n' | b'\r'));
                i += 2 + usize::from(bytes[i + 1..].starts_with(b"\r\n"));
            }
            b'\n' => {
                let end = if i > 0 && bytes[i - 1] == b'\r' {
                    i - 1
                } else {
                    i
                };
                return (end, false);
            }
            b if b == quote => return (i + 1, !continued),
            _ => i += 1,
        }
    }
    (bytes.len(), false)
}

/// Where an unclosed `"""` is taken to end: before the next line that looks like a new statement, so that the rest
/// of the file keeps its meaning.
fn open_triple_end(rest: &str) -> usize {
    let mut at = 0;
    for line in rest.split_inclusive('\n') {
        if at > 0 && looks_like_statement(line) {
            return at - 1 - usize::from(rest[..at].ends_with("\r\n"));
        }
        at += line.len();
    }
    rest.len()
}

fn looks_like_statement(line: &str) -> bool {
    let word_end = line
        .find(|c: char| !(c.is_alphanumeric() || c == '_'))
        .unwrap_or(line.len());
    let (word, after) = line.split_at(word_end);
    match word {
        "" => false,
        "schema" | "import" | "mixin" | "protocol" | "rule" => after.starts_with([' ', '\t']),
        _ => {
            let after = after.trim_start_matches([' ', '\t']);
            after.starts_with('=') && !after.starts_with("==")
        }
    }
}

/// How many bytes after the first run of digits and letters still belong to a number: fraction, exponent's sign.
fn number_rest(head: &str, rest: &str) -> usize {
    let bytes = rest.as_bytes();
    let run = |from: usize| {
        bytes[from..]
            .iter()
            .take_while(|b| b.is_ascii_alphanumeric() || **b == b'_')
            .count()
            + from
    };
    let decimal = head.bytes().all(|b| b.is_ascii_digit() || b == b'_');
    let mut length = 0;
    let mut tail = head;
    if decimal && bytes.first() == Some(&b'.') {
        let next = rest[1..].chars().next();
        if next.is_some_and(|c| c == '.' || c == '_' || unicode_ident::is_xid_start(c)) {
            return 0;
        }
        length = run(1);
        tail = &rest[1..length];
    }
    let exponent = tail
        .strip_suffix(['e', 'E'])
        .is_some_and(|d| d.bytes().all(|b| b.is_ascii_digit()));
    if exponent
        && matches!(bytes.get(length), Some(b'+' | b'-'))
        && bytes.get(length + 1).is_some_and(u8::is_ascii_digit)
    {
        length = run(length + 1);
    }
    length
}
