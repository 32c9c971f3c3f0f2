//! Protocol positions (lines, and columns in UTF-8 or UTF-16 units) and byte offsets.

use kiln_syntax::line_index::LineIndex;
use kiln_syntax::span::Span;
use lsp_types::{Position, PositionEncodingKind, Range};

/// What columns are counted in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Encoding {
    /// Bytes.
    Utf8,
    /// What every client understands.
    #[default]
    Utf16,
}

impl Encoding {
    /// The best of those that a client offers.
    pub(crate) fn negotiate(offered: Option<&[PositionEncodingKind]>) -> Self {
        let utf8 = offered.is_some_and(|kinds| kinds.contains(&PositionEncodingKind::UTF8));
        if utf8 { Self::Utf8 } else { Self::Utf16 }
    }

    pub(crate) fn kind(self) -> PositionEncodingKind {
        match self {
            Self::Utf8 => PositionEncodingKind::UTF8,
            Self::Utf16 => PositionEncodingKind::UTF16,
        }
    }

    /// How many units a text has.
    pub(crate) fn units(self, text: &str) -> u32 {
        let units = match self {
            Self::Utf8 => text.len(),
            Self::Utf16 if text.is_ascii() => text.len(),
            Self::Utf16 => text.encode_utf16().count(),
        };
        units as u32
    }
}

/// A text with the starts of its lines.
#[derive(Clone, Copy)]
pub(crate) struct Lines<'a> {
    pub(crate) text: &'a str,
    pub(crate) index: &'a LineIndex,
    pub(crate) encoding: Encoding,
}

impl Lines<'_> {
    /// The position of an offset.
    pub(crate) fn position(&self, offset: u32) -> Position {
        let mut offset = (offset as usize).min(self.text.len());
        while !self.text.is_char_boundary(offset) {
            offset -= 1;
        }
        let line = self.index.line(offset as u32);
        let start = self.index.line_start(line).unwrap_or_default() as usize;
        let before = self.text.get(start..offset).unwrap_or_default();
        Position::new(line - 1, self.encoding.units(before))
    }

    /// The range of a span.
    pub(crate) fn range(&self, span: Span) -> Range {
        Range::new(
            self.position(span.start),
            self.position(span.end.max(span.start)),
        )
    }

    /// The offset of a position. Columns behind the end of a line mean its end, lines behind the last one the end of the
    /// text; a column inside of a character means its start. A column just behind a carriage return is there: editors that
    /// end lines with a line feed only have it in the line.
    pub(crate) fn offset(&self, position: Position) -> u32 {
        let Some(start) = self.index.line_start(position.line.saturating_add(1)) else {
            return self.text.len() as u32;
        };
        let end = self.index.line_start(position.line.saturating_add(2));
        let end = end.map_or(self.text.len(), |next| next as usize - 1);
        let line = self.text.get(start as usize..end).unwrap_or_default();
        let mut units = 0;
        for (at, c) in line.char_indices() {
            let next = units
                + match self.encoding {
                    Encoding::Utf8 => c.len_utf8(),
                    Encoding::Utf16 => c.len_utf16(),
                } as u32;
            if next > position.character {
                return start + at as u32;
            }
            units = next;
        }
        let line = if units == position.character {
            line
        } else {
            line.trim_end_matches('\r')
        };
        start + line.len() as u32
    }

    /// The span of a range.
    pub(crate) fn span(&self, range: Range) -> Span {
        let start = self.offset(range.start);
        Span::new(start, self.offset(range.end).max(start))
    }
}

#[cfg(test)]
mod tests {
    use kiln_syntax::line_index::LineIndex;
    use lsp_types::Position;

    use super::{Encoding, Lines};

    /// Every offset on a character's start survives the way there and back, in both encodings.
    #[test]
    fn positions_and_offsets_agree() {
        let text = "a = \"ä𝄞\"\r\nb\n\n𝄞 = 1";
        let index = LineIndex::new(text);
        for encoding in [Encoding::Utf8, Encoding::Utf16] {
            let lines = Lines {
                text,
                index: &index,
                encoding,
            };
            for (offset, _) in text.char_indices() {
                let position = lines.position(offset as u32);
                assert_eq!(lines.offset(position), offset as u32, "{encoding:?}");
            }
        }
    }

    #[test]
    fn columns_count_units() {
        let text = "x = \"𝄞\" + y";
        let index = LineIndex::new(text);
        let at = text.find('y').unwrap_or_default() as u32;
        let of = |encoding| {
            Lines {
                text,
                index: &index,
                encoding,
            }
            .position(at)
        };
        assert_eq!(of(Encoding::Utf8), Position::new(0, 13));
        assert_eq!(of(Encoding::Utf16), Position::new(0, 11));
    }

    #[test]
    fn positions_outside_are_clipped() {
        let index = LineIndex::new("ab\nc");
        let lines = Lines {
            text: "ab\nc",
            index: &index,
            encoding: Encoding::Utf16,
        };
        assert_eq!(lines.offset(Position::new(0, 99)), 2);
        assert_eq!(lines.offset(Position::new(9, 0)), 4);
        assert_eq!(lines.offset(Position::new(u32::MAX, u32::MAX)), 4);
    }

    /// Most editors have no column behind a carriage return, some do.
    #[test]
    fn carriage_returns_belong_to_line_ends_unless_they_are_counted() {
        let text = "ab\r\nc\r";
        let lines = Lines {
            text,
            index: &LineIndex::new(text),
            encoding: Encoding::Utf16,
        };
        assert_eq!(lines.offset(Position::new(0, 2)), 2);
        assert_eq!(lines.offset(Position::new(0, 3)), 3);
        assert_eq!(lines.offset(Position::new(0, 4)), 2);
        assert_eq!(lines.offset(Position::new(1, 2)), 6);
        assert_eq!(lines.offset(Position::new(1, 9)), 5);
    }
}
