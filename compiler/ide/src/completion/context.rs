//! Where the cursor is, as far as tokens tell: in an import, in a string, at the beginning of an entry.

use kiln_analysis::Db;
use kiln_analysis::check::trace::CURSOR;
use kiln_analysis::outline::{File, Item};
use kiln_syntax::lexer::lex;
use kiln_syntax::span::Span;
use kiln_syntax::token::{Tok, Token};

use crate::place::{item_at, text_of, word_at};

/// A position in a text.
pub(super) enum Position<'db> {
    /// The path of an import: leading dots, and the parts before the cursor.
    Import { dots: u32, path: Vec<String> },
    /// Where a new statement of the file begins.
    NewItem,
    /// Inside an item.
    InItem {
        /// Its text with the cursor as a name.
        text: String,
        item: Item<'db>,
        /// Whether that name stands for a string.
        string: bool,
    },
    /// Inside an empty long string, which may be to document something.
    Docs {
        item: Item<'db>,
        /// The string in the item.
        string: Span,
        /// Whether its end is on the same line.
        on_line: bool,
    },
}

/// The cursor and what is around it.
pub(super) struct Context<'db> {
    pub(super) position: Position<'db>,
    /// What is replaced.
    pub(super) replaces: Span,
    /// The word before the cursor.
    pub(super) word: String,
    /// Whether nothing but blanks is before it on its line.
    pub(super) starts_line: bool,
    /// Whether something on the line asks for a value.
    pub(super) value_only: bool,
    /// Whether an operator follows already.
    pub(super) has_operator: bool,
    /// The name before the dot before the cursor, in the text of the item, if that is a name alone.
    pub(super) receiver: Option<Span>,
    /// The keys that the block around the cursor has already.
    pub(super) keys: Vec<String>,
}

impl<'db> Context<'db> {
    /// Nothing in comments and numbers.
    pub(super) fn new(db: &'db dyn Db, file: File<'db>, offset: u32) -> Option<Self> {
        let text = text_of(db, file);
        let offset = offset.min(text.len() as u32);
        text.get(..offset as usize)?;
        let word = word_at(text, offset);
        let before = &text[..word.start];
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        let line = &text[line_start..];
        let line = line.lines().next().unwrap_or_default();
        let left = &before[line_start..];
        let typed = text[word.start..offset as usize].to_owned();
        if typed.starts_with(|c: char| c.is_ascii_digit()) {
            return None;
        }
        let context = |position| Self {
            position,
            replaces: Span::new(word.start as u32, word.end as u32),
            word: typed.clone(),
            starts_line: left.trim().is_empty(),
            value_only: left.trim_end().ends_with(['=', ':']),
            has_operator: false,
            receiver: None,
            keys: Vec::new(),
        };
        if let Some(path) = line.trim_start().strip_prefix("import")
            && path.starts_with([' ', '\t'])
            && left.len() > line.len() - path.len()
        {
            let path = left[line.len() - path.len()..].trim_start();
            if path.contains(char::is_whitespace) {
                return None;
            }
            let dots = path.chars().take_while(|c| *c == '.').count();
            let mut parts: Vec<String> = path[dots..].split('.').map(str::to_owned).collect();
            // the last one is being written
            parts.pop();
            let dots = dots as u32;
            return Some(context(Position::Import { dots, path: parts }));
        }
        // an unfinished word at the left edge belongs to no item yet, and neither does an empty line there
        let at_left_edge = left.is_empty();
        let Some((item, _)) = item_at(db, file, word.start as u32) else {
            let first = at_left_edge || super::is_empty(db, file);
            return first.then(|| context(Position::NewItem));
        };
        let range = item.range(db);
        let starts_item = range.start as usize == word.start;
        if at_left_edge
            && (starts_item && is_word_only(item.text(db)) || word.start > range.end as usize)
        {
            return Some(context(Position::NewItem));
        }
        in_item(text, item, range, word.clone(), offset, context)
    }
}

fn is_word_only(text: &str) -> bool {
    text.chars().all(|c| c.is_alphanumeric() || c == '_')
}

fn in_item<'db>(
    text: &str,
    item: Item<'db>,
    range: Span,
    word: std::ops::Range<usize>,
    offset: u32,
    context: impl Fn(Position<'db>) -> Context<'db>,
) -> Option<Context<'db>> {
    let start = range.start as usize;
    let end = (range.end as usize).max(word.end);
    let own = text.get(start..end)?;
    let at = offset as usize - start;
    let lexed = lex(own);
    let in_comment = lexed.trivia.iter().any(|trivia| {
        let own = trivia.span;
        trivia.kind == kiln_syntax::lexer::TriviaKind::Comment
            && (own.start as usize) < at
            && at <= own.end as usize
    });
    if in_comment {
        return None;
    }
    let around = lexed.tokens.iter().find(|token| {
        let inside = (token.start as usize) < at && at < token.end as usize;
        matches!(token.kind, Tok::Str | Tok::StrOpen)
            && (inside || token.kind == Tok::StrOpen && at == token.end as usize)
    });
    if let Some(token) = around {
        let whole = Span::new(token.start, token.end);
        let literal = &own[whole.range()];
        let quote = quote_of(literal);
        let before = &own[token.start as usize..at];
        let in_hole = before
            .rfind("${")
            .is_some_and(|hole| !before[hole..].contains('}'));
        let rest = own.get(word.end - start..whole.end as usize);
        if in_hole && !rest.is_some_and(|rest| rest.contains('}')) {
            // as it will be when it is finished
            let before = &own[..word.start - start];
            let text = [before, CURSOR, "}", quote, &own[whole.end as usize..]];
            let mut found = context(Position::InItem {
                text: text.concat(),
                item,
                string: false,
            });
            found.receiver = receiver(before);
            return Some(found);
        }
        if !in_hole {
            if quote.len() == 3 {
                let closed = literal.len() >= 6 && literal.ends_with(quote);
                let inner = Span::new(whole.start + 3, whole.end.saturating_sub(3));
                let blank = closed && own[inner.range()].trim().is_empty();
                return blank.then(|| {
                    let mut found = context(Position::Docs {
                        item,
                        string: whole,
                        on_line: !own[at..inner.end as usize].contains('\n'),
                    });
                    found.replaces = Span::new(offset, offset);
                    found
                });
            }
            let quotes = 1;
            let closed = token.kind == Tok::Str;
            let text = [
                &own[..token.start as usize],
                CURSOR,
                &own[token.end as usize..],
            ]
            .concat();
            let mut found = context(Position::InItem {
                text,
                item,
                string: true,
            });
            let inner_end = token.end - u32::from(closed);
            found.replaces = Span::new(token.start + quotes, inner_end.max(token.start + quotes))
                .shifted(range.start);
            return Some(found);
        }
    }
    let (from, to) = (word.start - start, word.end - start);
    let rest = own[to..].lines().next().unwrap_or_default().trim_start();
    let tokens: Vec<_> = lexed
        .tokens
        .iter()
        .copied()
        .filter(|token| (token.end as usize) <= from && token.kind != Tok::Newline)
        .collect();
    let key = starts_entry(own, &tokens, from);
    let has_operator = rest.starts_with([':', '=']) || rest.starts_with("+=");
    let suffix = if key && !has_operator { " = None" } else { "" };
    let cursor = [&own[..from], CURSOR, suffix, &own[to..]].concat();
    let mut found = context(Position::InItem {
        text: cursor,
        item,
        string: false,
    });
    found.has_operator = has_operator;
    found.receiver = receiver(&own[..from]);
    if key {
        found.keys = keys_around(own, &lexed.tokens, from);
    }
    Some(found)
}

/// What a string begins with.
fn quote_of(literal: &str) -> &'static str {
    let literal = literal.trim_start_matches(['r', 'R']);
    let all = ["\"\"\"", "'''", "\"", "'"];
    let found = all.into_iter().find(|quote| literal.starts_with(quote));
    found.unwrap_or("\"")
}

/// The name before a dot at the end of a text, if nothing comes before it that it would be a member of.
fn receiver(before: &str) -> Option<Span> {
    let text = before.strip_suffix('.')?;
    let word = word_at(text, text.len() as u32);
    let name = text.get(word.clone())?;
    let is_member = text[..word.start].trim_end().ends_with('.');
    let is_name = !name.is_empty() && !name.starts_with(|c: char| c.is_ascii_digit());
    (is_name && !is_member).then(|| Span::new(word.start as u32, word.end as u32))
}

/// The index of the bracket around a position.
fn opener(tokens: &[Token]) -> Option<usize> {
    let mut depth = 0;
    for (index, token) in tokens.iter().enumerate().rev() {
        match token.kind {
            Tok::RBrace | Tok::RBracket | Tok::RParen => depth += 1,
            Tok::LBrace | Tok::LBracket | Tok::LParen if depth == 0 => return Some(index),
            Tok::LBrace | Tok::LBracket | Tok::LParen => depth -= 1,
            _ => {}
        }
    }
    None
}

/// Whether an entry of a config begins at a position: after `{`, after `,` or at the beginning of a line between braces
/// that are not the body of a lambda or quantifier.
fn starts_entry(text: &str, tokens: &[Token], from: usize) -> bool {
    let Some(opener) = opener(tokens) else {
        return false;
    };
    if tokens[opener].kind != Tok::LBrace || is_body(tokens, opener) {
        return false;
    }
    let Some(last) = tokens.last() else {
        return false;
    };
    let new_line = text[last.end as usize..from].contains('\n');
    new_line || matches!(last.kind, Tok::LBrace | Tok::Comma)
}

/// Whether a brace opens the body of a lambda or quantifier: whether one of their words comes before it without an
/// operator that would make it a config.
fn is_body(tokens: &[Token], opener: usize) -> bool {
    let mut depth = 0;
    for token in tokens[..opener].iter().rev() {
        match token.kind {
            Tok::RBrace | Tok::RBracket | Tok::RParen => depth += 1,
            Tok::LBrace | Tok::LBracket | Tok::LParen if depth == 0 => return false,
            Tok::LBrace | Tok::LBracket | Tok::LParen => depth -= 1,
            Tok::Lambda | Tok::All | Tok::Any | Tok::Filter | Tok::Map if depth == 0 => {
                return true;
            }
            Tok::Newline if depth == 0 => return false,
            _ => {}
        }
    }
    false
}

/// The names before `=`, `:` and `+=` in the block around a position.
fn keys_around(text: &str, tokens: &[Token], from: usize) -> Vec<String> {
    let before = tokens.partition_point(|token| (token.end as usize) <= from);
    let Some(start) = opener(&tokens[..before]) else {
        return Vec::new();
    };
    let mut keys = Vec::new();
    let mut depth = 0;
    for pair in tokens[start + 1..].windows(2) {
        match pair[0].kind {
            Tok::LBrace | Tok::LBracket | Tok::LParen => depth += 1,
            Tok::RBrace | Tok::RBracket | Tok::RParen if depth == 0 => break,
            Tok::RBrace | Tok::RBracket | Tok::RParen => depth -= 1,
            kind if depth == 0
                && (kind.is_word() || kind == Tok::Str)
                && matches!(pair[1].kind, Tok::Eq | Tok::Colon | Tok::PlusEq) =>
            {
                let name = text.get(pair[0].start as usize..pair[0].end as usize);
                let is_cursor = pair[0].start as usize == from;
                keys.extend(
                    name.filter(|_| !is_cursor)
                        .map(|name| name.trim_matches(['"', '\'', '$']).to_owned()),
                );
            }
            _ => {}
        }
    }
    keys
}
