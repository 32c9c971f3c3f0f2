//! The formatter: its recorded cases, and what must hold for every text.

mod cases;
mod placements;
mod places;

use kiln_format::{Edit, Formatted, Indent, Style, format, format_range};
use kiln_syntax::dump::meaning;
use kiln_syntax::lexer::{TriviaKind, lex};
use kiln_syntax::span::Span;
use kiln_syntax::token::Tok;

pub use cases::{Case, load};
pub use placements::{placements, spellings};

/// Formatting a text keeps its meaning and its comments where they are, leaves broken items alone, changes nothing the
/// second time, and a part of a file is formatted like the whole.
///
/// # Errors
/// What is wrong.
pub fn check(text: &str) -> Result<(), String> {
    let tabs = Style {
        indent: Indent::Tab,
    };
    for style in [Style::default(), tabs] {
        let formatted = format(text, &style);
        same_meaning(text, &formatted.text)?;
        same_comments(text, &formatted.text)?;
        if formatted.untouched.is_empty() {
            same_places(text, &formatted.text)?;
        }
        untouched(text, &formatted)?;
        let again = format(&formatted.text, &style);
        if again.text != formatted.text {
            return Err(format!(
                "formatted twice:\n{}-----\n{}",
                formatted.text, again.text
            ));
        }
        parts(text, &formatted.text, &style)?;
    }
    Ok(())
}

fn same_meaning(before: &str, after: &str) -> Result<(), String> {
    let (old, new) = (meaning(before), meaning(after));
    if old == new {
        return Ok(());
    }
    let line = old.lines().zip(new.lines()).find(|(a, b)| a != b);
    Err(format!("the meaning changed: {line:?}\n{after}"))
}

/// Words, literals and comments, in order: what stands between them is punctuation and layout.
fn words(text: &str) -> Vec<String> {
    let lexed = lex(text);
    let comments = lexed
        .trivia
        .iter()
        .filter(|trivia| trivia.kind == TriviaKind::Comment)
        .map(|trivia| (trivia.span.start, text[trivia.span.range()].to_owned()));
    let words = lexed.tokens.iter().filter_map(|token| {
        let word = &text[token.start as usize..token.end as usize];
        let word = match token.kind {
            // `else` with `if` may become `elif`, and a lambda may get a type
            Tok::If | Tok::Elif | Tok::Else | Tok::Any => return None,
            Tok::Str | Tok::StrOpen => word.replace(['\'', '"', '\\', '\r', 'r', 'R'], ""),
            kind if kind.is_word() || kind == Tok::Number => word.to_owned(),
            _ => return None,
        };
        Some((token.start, word))
    });
    let mut all: Vec<(u32, String)> = comments.chain(words).collect();
    all.sort();
    all.into_iter().map(|(_, word)| word).collect()
}

/// Whether there may be an index signature.
fn has_signature(text: &str) -> bool {
    let owner = ["schema", "mixin", "protocol"];
    text.contains(']') && owner.iter().any(|owner| text.contains(owner))
}

fn same_comments(before: &str, after: &str) -> Result<(), String> {
    let (mut old, mut new) = (words(before), words(after));
    if has_signature(before) && old != new {
        // it may have moved
        old.sort();
        new.sort();
    }
    if old == new {
        return Ok(());
    }
    let place = old.iter().zip(&new).position(|(a, b)| a != b);
    let place = place.unwrap_or(old.len().min(new.len()));
    let shown = |all: &[String]| all.iter().skip(place).take(3).cloned().collect::<Vec<_>>();
    Err(format!(
        "words or comments moved: {:?}, {:?}\n{after}",
        shown(&old),
        shown(&new)
    ))
}

/// Comments at the end of a line stay at the end of what they follow, others on a line of their own, and all in their
/// brackets and blocks.
fn same_places(before: &str, after: &str) -> Result<(), String> {
    let (mut old, mut new) = (places::places(before), places::places(after));
    if before.matches("elif").count() != after.matches("elif").count() {
        // blocks of `else` were joined with what is in them
        for place in old.iter_mut().chain(&mut new) {
            place.block = None;
        }
    }
    if has_signature(before) && old != new {
        // it may have moved
        for place in old.iter_mut().chain(&mut new) {
            place.after = 0;
            place.block = None;
        }
        old.sort();
        new.sort();
    }
    match old.iter().zip(&new).find(|(a, b)| a != b) {
        Some(moved) => Err(format!("a comment moved: {moved:?}\n{after}")),
        None => Ok(()),
    }
}

fn untouched(before: &str, formatted: &Formatted) -> Result<(), String> {
    let mut from = 0;
    for part in &formatted.untouched {
        let wanted = &before[part.range()];
        match formatted.text[from..].find(wanted) {
            Some(at) => from += at + wanted.len(),
            None => return Err(format!("changed: {wanted:?}\n{}", formatted.text)),
        }
    }
    Ok(())
}

/// Formats parts of the file.
fn parts(text: &str, formatted: &str, style: &Style) -> Result<(), String> {
    let end = text.len() as u32;
    for range in [Span::new(0, end), Span::new(end / 3, end / 3)] {
        let edits = format_range(text, range, style);
        let edited = apply(text, &edits)?;
        same_comments(text, &edited)?;
        same_meaning(text, &edited)?;
        let all = range.len() == end && format(&edited, style).text != formatted;
        if all {
            return Err(format!("the edits of all items give\n{edited}"));
        }
    }
    Ok(())
}

fn apply(text: &str, edits: &[Edit]) -> Result<String, String> {
    let mut out = String::new();
    let mut from = 0;
    for edit in edits {
        let range = edit.range.range();
        let kept = text.get(from..range.start);
        out.push_str(kept.ok_or_else(|| format!("edits overlap at {range:?}"))?);
        out.push_str(&edit.text);
        from = range.end;
    }
    out.push_str(&text[from..]);
    Ok(out)
}
