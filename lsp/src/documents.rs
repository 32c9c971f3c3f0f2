//! The texts of open files as the client tells them.

use std::sync::Arc;

use kiln_syntax::line_index::LineIndex;
use lsp_types::{TextDocumentContentChangeEvent, Uri};

use crate::position::{Encoding, Lines};

/// An open file.
#[derive(Clone, Debug)]
pub(crate) struct Document {
    /// As the client spells it.
    pub(crate) uri: Uri,
    pub(crate) version: i32,
    pub(crate) text: Arc<str>,
    /// Whether the database has another text.
    pub(crate) changed: bool,
    /// Whether it was opened just now.
    pub(crate) is_new: bool,
}

impl Document {
    /// Applies changes in order. A range in one is about the text after those before it.
    pub(crate) fn apply(
        &mut self,
        changes: Vec<TextDocumentContentChangeEvent>,
        version: i32,
        encoding: Encoding,
    ) {
        self.version = version;
        // what is before the last whole text is gone anyway
        let last_whole = changes.iter().rposition(|change| change.range.is_none());
        let mut text: Option<String> = None;
        for change in changes.into_iter().skip(last_whole.unwrap_or(0)) {
            let Some(range) = change.range else {
                text = Some(change.text);
                continue;
            };
            let current = text.get_or_insert_with(|| self.text.to_string());
            let index = LineIndex::new(current);
            let span = Lines {
                text: current,
                index: &index,
                encoding,
            }
            .span(range);
            current.replace_range(span.range(), &change.text);
        }
        if let Some(text) = text {
            self.text = text.into();
            self.changed = true;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::str::FromStr;

    use lsp_types::{Position, Range, TextDocumentContentChangeEvent, Uri};

    use super::Document;
    use crate::position::Encoding;

    fn change(from: (u32, u32), to: (u32, u32), text: &str) -> TextDocumentContentChangeEvent {
        TextDocumentContentChangeEvent {
            range: Some(Range::new(
                Position::new(from.0, from.1),
                Position::new(to.0, to.1),
            )),
            range_length: None,
            text: text.to_owned(),
        }
    }

    fn applied(
        text: &str,
        changes: Vec<TextDocumentContentChangeEvent>,
        encoding: Encoding,
    ) -> String {
        let mut document = Document {
            uri: Uri::from_str("file:///a.k").unwrap(),
            version: 1,
            text: text.into(),
            changed: false,
            is_new: false,
        };
        document.apply(changes, 2, encoding);
        assert!(document.changed && document.version == 2);
        document.text.to_string()
    }

    #[test]
    fn changes_build_on_each_other() {
        let changes = vec![change((0, 1), (0, 1), "b\n"), change((1, 0), (1, 0), "c")];
        assert_eq!(applied("a", changes, Encoding::Utf16), "ab\nc");
    }

    #[test]
    fn columns_are_in_the_negotiated_units() {
        let cut =
            |encoding, from, to| applied("𝄞x", vec![change((0, from), (0, to), "")], encoding);
        assert_eq!(cut(Encoding::Utf16, 2, 3), "𝄞");
        assert_eq!(cut(Encoding::Utf8, 4, 5), "𝄞");
        // half a character is not cut
        assert_eq!(cut(Encoding::Utf16, 1, 3), "");
    }

    #[test]
    fn a_whole_text_replaces_everything() {
        let whole = TextDocumentContentChangeEvent {
            range: None,
            range_length: None,
            text: "new".to_owned(),
        };
        let changes = vec![
            change((9, 9), (9, 9), "?"),
            whole,
            change((0, 3), (0, 3), "!"),
        ];
        assert_eq!(applied("old", changes, Encoding::Utf8), "new!");
    }
}
