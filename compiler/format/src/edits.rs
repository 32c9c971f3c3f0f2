//! A part of a file: the items that it touches, as changes of the text.

use kiln_syntax::span::Span;

use crate::Piece;
use crate::style::Style;
use crate::untouched::ends_line;

/// A change of the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// What is replaced.
    pub range: Span,
    /// What stands there afterwards.
    pub text: String,
}

/// Formats the top-level items that `range` touches. The changes are in order and do not overlap; nothing outside of the
/// items and the lines between them changes.
#[must_use]
pub fn format_range(text: &str, range: Span, style: &Style) -> Vec<Edit> {
    let (formatted, pieces) = crate::print(text, *style);
    let mut edits = Vec::new();
    let mut previous: Option<(u32, usize)> = None;
    let share =
        |a: &Piece, b: &Piece| !ends_line(&text[a.source.end as usize..b.source.start as usize]);
    // items on one line go together: where a line ends decides what is in a block
    for line in pieces.chunk_by(share) {
        let (Some(first), Some(last)) = (line.first(), line.last()) else {
            continue;
        };
        if first.source.start > range.end || last.source.end < range.start {
            continue;
        }
        let piece = Piece {
            source: first.source.cover(last.source),
            output: first.output.start..last.output.end,
            copied: false,
        };
        if let Some((source, output)) = previous {
            let between = Span::new(source, piece.source.start);
            push(
                &mut edits,
                text,
                between,
                &formatted[output..piece.output.start],
            );
        }
        push(
            &mut edits,
            text,
            piece.source,
            &formatted[piece.output.clone()],
        );
        previous = Some((piece.source.end, piece.output.end));
    }
    edits
}

/// Adds the change from the text at `range` to `new`, without what they begin and end with in common.
fn push(edits: &mut Vec<Edit>, text: &str, range: Span, new: &str) {
    let old = &text[range.range()];
    if old == new {
        return;
    }
    let mut start = old
        .bytes()
        .zip(new.bytes())
        .take_while(|(a, b)| a == b)
        .count();
    while !old.is_char_boundary(start) || !new.is_char_boundary(start) {
        start -= 1;
    }
    let (old_rest, new_rest) = (&old[start..], &new[start..]);
    let ends = old_rest.bytes().rev().zip(new_rest.bytes().rev());
    let mut end = ends.take_while(|(a, b)| a == b).count();
    while !old_rest.is_char_boundary(old_rest.len() - end)
        || !new_rest.is_char_boundary(new_rest.len() - end)
    {
        end -= 1;
    }
    edits.push(Edit {
        range: Span::new(range.start + start as u32, range.end - end as u32),
        text: new_rest[..new_rest.len() - end].to_owned(),
    });
}
