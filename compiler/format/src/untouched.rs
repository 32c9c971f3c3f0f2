//! Items with syntax errors: which they are, and which part of the file stays as it is because of them.

use kiln_syntax::lexer::TriviaKind;
use kiln_syntax::source::Source;
use kiln_syntax::span::Span;
use kiln_syntax::token::Tok;

/// What happens to an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    /// It is formatted.
    Format,
    /// This part of the text is copied.
    Copy(Span),
    /// It was copied with the item before it.
    Covered,
}

/// Whether something follows a comment on its line, behind a carriage return alone: no layout can keep that.
pub(crate) fn goes_on(text: &str, comment: &Span) -> bool {
    let rest = &text[comment.end as usize..];
    rest.starts_with('\r') && !rest.starts_with("\r\n")
}

/// What happens to each item. Those that share a line with a broken one are copied with it.
pub(crate) fn fates(source: &Source<'_>, comments: &[Span]) -> Vec<Fate> {
    let mut broken = source.broken_items();
    if !broken.contains(&true) {
        return vec![Fate::Format; broken.len()];
    }
    let ends: Vec<u32> = (0..broken.len())
        .map(|item| token_end(source, item))
        .collect();
    // whether an item shares a line with the next one
    let share = |item: usize| {
        let start = source.range(item + 1).start;
        !ends_line(&source.text[ends[item].min(start) as usize..start as usize])
    };
    for item in 1..broken.len() {
        broken[item] |= broken[item - 1] && share(item - 1);
    }
    for item in (1..broken.len()).rev() {
        broken[item - 1] |= broken[item] && share(item - 1);
    }
    let mut fates: Vec<Fate> = Vec::with_capacity(broken.len());
    let mut first = 0;
    for item in 0..broken.len() {
        if !broken[item] {
            fates.push(Fate::Format);
            continue;
        }
        let part = part(source, comments, item, ends[item]);
        if item > 0 && broken[item - 1] && share(item - 1) {
            if let Fate::Copy(all) = &mut fates[first] {
                all.end = all.end.max(part.end);
            }
            fates.push(Fate::Covered);
        } else {
            first = item;
            fates.push(Fate::Copy(part));
        }
    }
    fates
}

/// Whether a line ends in a text between tokens, and is not continued by `\`.
pub(crate) fn ends_line(gap: &str) -> bool {
    gap.match_indices('\n')
        .any(|(at, _)| !gap[..at].trim_end_matches('\r').ends_with('\\'))
}

/// Where the `\` stands that joins what is at `start` with the line before.
fn join_before(source: &Source<'_>, start: u32) -> Option<u32> {
    let trivia = &source.lexed.trivia;
    let before = trivia[..trivia.partition_point(|it| it.span.start < start)].last()?;
    (before.kind == TriviaKind::Join && before.span.end >= start).then_some(before.span.start)
}

/// Where the last token of an item ends.
fn token_end(source: &Source<'_>, item: usize) -> u32 {
    let range = source.range(item);
    let tokens = &source.lexed.tokens;
    let next = tokens.partition_point(|token| token.start < range.end);
    tokens[..next]
        .iter()
        .rev()
        .find(|token| token.kind != Tok::Newline)
        .map_or(range.start, |token| token.end)
}

/// A broken item with its line, and the indented comments below it.
fn part(source: &Source<'_>, comments: &[Span], item: usize, end: u32) -> Span {
    let text = source.text;
    let range = source.range(item);
    let mut start = range.start;
    if item == 0 {
        // what stands above may be the mistake
        start = 0;
    }
    // nothing stands before it on its line, or that would be copied with it
    let line_start = |at: u32| text[..at as usize].rfind('\n').map_or(0, |end| end + 1) as u32;
    start = line_start(start);
    // after a line that holds nothing but `\`, indentation does not count
    while let Some(join) = join_before(source, start) {
        start = line_start(join);
    }
    let mut end = end.max(start);
    let first = comments.partition_point(|comment| comment.start < end);
    for comment in comments[first..].iter().take_while(|c| c.start < range.end) {
        let before = &text[end as usize..comment.start as usize];
        if before.ends_with('\n') {
            break;
        }
        end = comment.end;
    }
    loop {
        let rest = &text[end as usize..range.end.max(end) as usize];
        let line = rest.find('\n').unwrap_or(rest.len());
        let joined = rest[..line].trim_end_matches('\r').ends_with('\\');
        if !joined || line == rest.len() {
            end += rest[..line].trim_end_matches('\r').len() as u32;
            return Span::new(start, end);
        }
        end += line as u32 + 1;
    }
}
