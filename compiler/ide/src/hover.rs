//! What is shown about the name under the pointer.

use kiln_analysis::Db;
use kiln_analysis::outline::File;

use crate::describe::describe;
use crate::place::{FileRange, file_range};
use crate::symbol::named_at;

/// What to show, and about which name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hover {
    /// The name.
    pub range: FileRange,
    /// Markdown.
    pub markdown: String,
}

/// What is known about the name at an offset.
#[must_use]
pub fn hover<'db>(db: &'db dyn Db, file: File<'db>, offset: u32) -> Option<Hover> {
    let named = named_at(db, file, offset)?;
    let description = describe(db, &named.symbol, named.item);
    let mut markdown = String::new();
    if !description.container.is_empty() {
        markdown.push_str(&description.container);
        markdown.push_str("\n\n");
    }
    markdown.push_str("```kcl\n");
    markdown.push_str(&description.code);
    markdown.push_str("\n```");
    if !description.docs.is_empty() {
        markdown.push_str("\n\n");
        markdown.push_str(&description.docs);
    }
    Some(Hover {
        range: file_range(db, named.item, named.span),
        markdown,
    })
}
