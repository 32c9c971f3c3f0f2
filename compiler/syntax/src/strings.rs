//! String literals: escapes, dedent of triple-quoted ones, interpolation.

use crate::ast::{Expr, ExprId, FormatId, FormatPart, FormatSpec, FormatStr};
use crate::builder::Builder;
use crate::codes;
use crate::diagnostic::Diagnostic;
use crate::lexer::{Lexed, TriviaKind};
use crate::span::Span;
use crate::token::Tok;

/// Decoded text with the holes in it.
#[derive(Default)]
struct Decoded {
    text: String,
    /// Position in `text` and range in the source of the inside of a hole.
    holes: Vec<(usize, Span)>,
}

impl Builder<'_> {
    pub(crate) fn string(&mut self, l: u32, r: u32) -> ExprId {
        let text = &self.text.as_bytes()[l as usize..r as usize];
        let raw = matches!(text.first(), Some(b'r' | b'R'));
        let quote = text[usize::from(raw)];
        let opening = usize::from(raw);
        let triple = text.len() >= opening + 3 && text[opening..].starts_with(&[quote; 3]);
        let width = if triple { 3 } else { 1 };
        let start = opening + width;
        // An unclosed literal (reported by layout) has no quotes to remove at its end.
        let closed = text.len() >= start + width && text.ends_with(&[quote; 3][..width]);
        let end = if closed {
            text.len() - width
        } else {
            text.len()
        };
        let body = &text[start..end];
        let inner = Span::new(l + start as u32, l + end as u32);
        let plain = if triple && !self.only_checks {
            !body.contains(&b'\n') && !matches!(body.first(), Some(b' ' | b'\t'))
        } else {
            true
        };
        if plain && (raw || is_plain(body)) {
            return self.expr(Expr::Str(inner), l, r);
        }
        let mut decoded = if raw {
            decode_raw(self.text, inner)
        } else {
            self.decode(inner)
        };
        if triple {
            dedent(&mut decoded);
        }
        self.finish_string(decoded, l, r)
    }

    fn finish_string(&mut self, decoded: Decoded, l: u32, r: u32) -> ExprId {
        if decoded.holes.is_empty() {
            let index = self.intern(decoded.text);
            return self.expr(Expr::StrDecoded(index), l, r);
        }
        let mut parts = Vec::new();
        let mut from = 0;
        for (at, range) in decoded.holes {
            if at > from {
                let index = self.intern(decoded.text[from..at].to_owned());
                parts.push(FormatPart::Text(index));
            }
            from = at;
            let (expr, spec) = self.hole(range);
            parts.push(FormatPart::Hole { expr, spec });
        }
        if from < decoded.text.len() {
            let index = self.intern(decoded.text[from..].to_owned());
            parts.push(FormatPart::Text(index));
        }
        let id = FormatId(self.ast.formats.len() as u32);
        self.ast.formats.push(FormatStr { parts });
        self.expr(Expr::Format(id), l, r)
    }

    fn intern(&mut self, text: String) -> u32 {
        self.ast.strings.push(text.into_boxed_str());
        self.ast.strings.len() as u32 - 1
    }

    /// Decodes escapes and finds holes.
    fn decode(&mut self, range: Span) -> Decoded {
        let source = self.text;
        let text = &source[range.range()];
        let mut out = Decoded {
            text: String::with_capacity(text.len()),
            holes: Vec::new(),
        };
        let bytes = text.as_bytes();
        let mut at = 0;
        while at < bytes.len() {
            match bytes[at] {
                b'\\' if bytes[at + 1..].starts_with(b"${") => {
                    // `\${x}`: the whole hole is literal.
                    at = literal_hole(text, at + 1, &mut out.text);
                }
                b'\\' => at = self.escape(text, range.start, at, &mut out.text),
                b'$' if bytes.get(at + 1) == Some(&b'{') => {
                    if at > 0 && bytes[at - 1] == b'\\' {
                        // `\\${x}`: the reference drops the backslash and keeps the hole as text.
                        out.text.pop();
                        at = literal_hole(text, at, &mut out.text);
                        continue;
                    }
                    let inside = at + 2;
                    match text[inside..].find('}') {
                        Some(length) => {
                            let start = range.start + inside as u32;
                            out.holes
                                .push((out.text.len(), Span::new(start, start + length as u32)));
                            at = inside + length + 1;
                        }
                        None => {
                            let start = range.start + at as u32;
                            self.report(
                                Diagnostic::error(
                                    codes::INVALID_INTERPOLATION,
                                    Span::new(start, start + 2),
                                    "this `${` has no closing `}`",
                                )
                                .help("write `\\${` for the characters themselves"),
                            );
                            out.text.push_str(&text[at..]);
                            break;
                        }
                    }
                }
                b'\r' if bytes.get(at + 1) == Some(&b'\n') => at += 1,
                _ => {
                    let run = bytes[at..]
                        .iter()
                        .skip(1)
                        .position(|b| matches!(b, b'\\' | b'$' | b'\r'));
                    let end = run.map_or(bytes.len(), |run| at + 1 + run);
                    out.text.push_str(&text[at..end]);
                    at = end;
                }
            }
        }
        out
    }

    /// Decodes the escape at `at`; returns where the text goes on.
    fn escape(&mut self, text: &str, base: u32, at: usize, out: &mut String) -> usize {
        let rest = &text[at + 1..];
        let Some(letter) = rest.chars().next() else {
            out.push('\\');
            return at + 1;
        };
        let simple = match letter {
            '\\' | '\'' | '"' => Some(letter),
            'a' => Some('\x07'),
            'b' => Some('\x08'),
            'f' => Some('\x0c'),
            'n' => Some('\n'),
            'r' => Some('\r'),
            't' => Some('\t'),
            'v' => Some('\x0b'),
            _ => None,
        };
        if let Some(c) = simple {
            out.push(c);
            return at + 2;
        }
        let (length, value) = match letter {
            '\n' => return at + 2,
            '\r' if rest.starts_with("\r\n") => return at + 3,
            '0'..='7' => {
                let digits = rest
                    .bytes()
                    .take(3)
                    .take_while(|b| matches!(b, b'0'..=b'7'))
                    .count();
                (
                    digits,
                    u32::from_str_radix(&rest[..digits], 8)
                        .ok()
                        .and_then(char::from_u32),
                )
            }
            'x' => (3, hex(rest, 2)),
            'u' => (5, hex(rest, 4)),
            'U' => (9, hex(rest, 8)),
            'N' => {
                let name = rest[1..]
                    .strip_prefix('{')
                    .and_then(|r| r.split_once('}'))
                    .map(|(name, _)| name);
                (
                    name.map_or(1, |name| name.len() + 3),
                    name.and_then(unicode_names2::character),
                )
            }
            other => {
                out.push('\\');
                out.push(other);
                return at + 1 + other.len_utf8();
            }
        };
        if let Some(c) = value {
            out.push(c);
            return at + 1 + length;
        }
        let start = base + at as u32;
        let (what, end) = match letter {
            'N' if length > 1 => ("is not the name of a character", at + 1 + length),
            'N' => ("must be followed by a name in braces", at + 2),
            'x' => ("must be followed by 2 hexadecimal digits", at + 2),
            'u' => ("must be followed by 4 hexadecimal digits", at + 2),
            _ => (
                "must be followed by 8 hexadecimal digits of a character",
                at + 2,
            ),
        };
        let shown = &text[at..end];
        self.report(Diagnostic::error(
            codes::INVALID_ESCAPE,
            Span::new(start, base + end as u32),
            format!("`{shown}` {what}"),
        )
        .help("write `\\\\` for a backslash, or an `r` before the string if all its backslashes are meant"));
        out.push('\u{fffd}');
        end
    }

    /// Takes `:#json` off the tokens of a hole.
    pub(crate) fn hole_spec(&mut self, lexed: &mut Lexed, range: Span) -> FormatSpec {
        let comment = lexed
            .trivia
            .iter()
            .find(|trivia| trivia.kind == TriviaKind::Comment)
            .map(|trivia| trivia.span);
        let Some(comment) = comment else {
            let mut depth = 0usize;
            let mut lambda = false;
            for (index, token) in lexed.tokens.iter().enumerate() {
                lambda |= token.kind == Tok::Lambda;
                if token.kind.is_opener() {
                    depth += 1;
                } else if token.kind.is_closer() {
                    depth = depth.saturating_sub(1);
                } else if token.kind == Tok::Colon && depth == 0 && !lambda {
                    let span = Span::new(token.start, range.end);
                    lexed.tokens.truncate(index);
                    self.report(
                        Diagnostic::error(
                            codes::INVALID_INTERPOLATION,
                            span,
                            "a format must begin with `#`",
                        )
                        .help("the formats are `#json` and `#yaml`"),
                    );
                    break;
                }
            }
            return FormatSpec::Str;
        };
        if lexed
            .tokens
            .last()
            .is_none_or(|token| token.kind != Tok::Colon)
        {
            self.report(
                Diagnostic::error(
                    codes::INVALID_INTERPOLATION,
                    comment,
                    "a format must be written after `:`",
                )
                .help("write `${value:#json}`"),
            );
            return FormatSpec::Str;
        }
        lexed.tokens.pop();
        let word = &self.text[comment.range()];
        if word.eq_ignore_ascii_case("#json") {
            FormatSpec::Json
        } else if word.eq_ignore_ascii_case("#yaml") {
            FormatSpec::Yaml
        } else {
            let message = format!("`{word}` is not a format");
            self.report(
                Diagnostic::error(codes::INVALID_FORMAT_SPEC, comment, message)
                    .help("the formats are `#json` and `#yaml`"),
            );
            FormatSpec::Str
        }
    }
}

/// Whether a string without prefix is its own value: no escapes, no holes, no line ends of other systems.
pub(crate) fn is_plain(body: &[u8]) -> bool {
    memchr::memchr3_iter(b'\\', b'$', b'\r', body)
        .all(|at| body[at] == b'$' && body.get(at + 1) != Some(&b'{'))
}

/// Copies `${…}` as it is; returns where the text goes on.
fn literal_hole(text: &str, at: usize, out: &mut String) -> usize {
    let end = text[at..]
        .find('}')
        .map_or(text.len(), |length| at + length + 1);
    out.push_str(&text[at..end]);
    end
}

fn hex(rest: &str, digits: usize) -> Option<char> {
    let text = rest.get(1..=digits)?;
    if !text.bytes().all(|b| b.is_ascii_hexdigit()) {
        return None;
    }
    let value = u32::from_str_radix(text, 16).ok()?;
    if (0xD800..=0xDFFF).contains(&value) {
        Some('\u{fffd}')
    } else {
        char::from_u32(value)
    }
}

fn decode_raw(source: &str, range: Span) -> Decoded {
    Decoded {
        text: source[range.range()].replace("\r\n", "\n"),
        holes: Vec::new(),
    }
}

/// Removes the common indentation of a triple-quoted string and an empty first line.
fn dedent(decoded: &mut Decoded) {
    let text = std::mem::take(&mut decoded.text);
    let holes = &mut decoded.holes;
    let has_hole = |start: usize, end: usize| {
        let first = holes.partition_point(|(at, _)| *at < start);
        holes.get(first).is_some_and(|(at, _)| *at <= end)
    };
    let lines: Vec<(usize, usize)> = {
        let mut from = 0;
        text.split('\n')
            .map(|line| {
                let range = (from, from + line.len());
                from += line.len() + 1;
                range
            })
            .collect()
    };
    let blanks = |start: usize, end: usize| {
        let spaces = text[start..end]
            .bytes()
            .take_while(|b| matches!(b, b' ' | b'\t'))
            .count();
        // A hole is content: indentation ends before it.
        let first = holes.partition_point(|(at, _)| *at < start);
        holes
            .get(first)
            .map_or(spaces, |(at, _)| spaces.min(at.saturating_sub(start)))
    };
    let last = lines.len() - 1;
    let mut margin = usize::MAX;
    for (index, &(start, end)) in lines.iter().enumerate() {
        let blank = text[start..end].trim().is_empty() && !has_hole(start, end);
        if !blank || (index == last && index > 0 && end > start) {
            margin = margin.min(blanks(start, end));
        }
    }
    let margin = if margin == usize::MAX { 0 } else { margin };
    let skip_first =
        lines.len() > 1 && lines[0].0 == lines[0].1 && !has_hole(lines[0].0, lines[0].1);
    let mut out = String::with_capacity(text.len());
    let mut moved = Vec::with_capacity(holes.len());
    let mut next_hole = 0;
    for (index, &(start, end)) in lines.iter().enumerate() {
        if index == 0 && skip_first {
            continue;
        }
        if index > usize::from(skip_first) {
            out.push('\n');
        }
        let cut = margin.min(blanks(start, end));
        let line_at = out.len();
        out.push_str(&text[start + cut..end]);
        while next_hole < holes.len() && holes[next_hole].0 <= end {
            let (at, range) = holes[next_hole];
            moved.push((line_at + at - start - cut, range));
            next_hole += 1;
        }
    }
    decoded.text = out;
    decoded.holes = moved;
}
