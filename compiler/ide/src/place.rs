//! Positions: byte offsets in files, and the items around them.

use std::ops::Range;
use std::sync::Arc;

use kiln_analysis::outline::{File, Item, outline};
use kiln_analysis::{Db, Package, package_files};
use kiln_syntax::span::Span;

/// A byte range of a file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileRange {
    /// Path of the file.
    pub path: Arc<str>,
    /// Bytes.
    pub range: Span,
}

/// A change of a file's text.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TextEdit {
    /// What is replaced.
    pub range: Span,
    /// What is put there.
    pub text: String,
}

/// The text of a file.
#[must_use]
pub fn text_of<'db>(db: &'db dyn Db, file: File<'db>) -> &'db str {
    file.source(db).text(db).as_deref().unwrap_or_default()
}

/// The item around an offset, and the offset in it. An offset between two items belongs to the first, so that what is
/// being written at its end is part of it.
#[must_use]
pub fn item_at<'db>(db: &'db dyn Db, file: File<'db>, offset: u32) -> Option<(Item<'db>, u32)> {
    let items = &outline(db, file).items;
    let behind = items.partition_point(|item| item.range(db).start <= offset);
    let item = *items[..behind].last()?;
    Some((item, offset - item.range(db).start))
}

/// A span of an item as a range of its file.
#[must_use]
pub fn file_range<'db>(db: &'db dyn Db, item: Item<'db>, span: Span) -> FileRange {
    let absolute = span.shifted(item.range(db).start);
    FileRange {
        path: Arc::clone(item.file(db).path(db)),
        range: absolute,
    }
}

/// The file of a package at a path.
#[must_use]
pub fn file_of<'db>(db: &'db dyn Db, package: Package<'db>, path: &str) -> Option<File<'db>> {
    let files = package_files(db, package).iter().copied();
    files.into_iter().find(|file| **file.path(db) == *path)
}

/// The bytes of the word around an offset: of a name, keyword or number.
#[must_use]
pub fn word_at(text: &str, offset: u32) -> Range<usize> {
    let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_' || !byte.is_ascii();
    let offset = (offset as usize).min(text.len());
    let bytes = text.as_bytes();
    let before = bytes[..offset].iter().rev().take_while(|b| is_word(b));
    let after = bytes[offset..].iter().take_while(|b| is_word(b));
    offset - before.count()..offset + after.count()
}
