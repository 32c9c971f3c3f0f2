//! A file cut into top-level items: the units everything else is computed for.

#![expect(
    missing_docs,
    reason = "of constructors that salsa writes; everything written here is documented"
)]

use std::sync::Arc;

use kiln_syntax::diagnostic::{Diagnostic, Place};
use kiln_syntax::outline::ItemKind;
use kiln_syntax::span::Span;

use crate::db::Db;
use crate::inputs::SourceFile;
use crate::packages::Package;

/// A source file as a member of a package. (One text can belong to two packages: to a directory imported as a whole,
/// and to a package of its own when the file is imported by name.)
#[salsa::interned(debug, revisions = usize::MAX)]
pub struct File<'db> {
    /// The package.
    #[returns(copy)]
    pub package: Package<'db>,
    /// The text.
    #[returns(copy)]
    pub source: SourceFile,
}

impl<'db> File<'db> {
    /// Where it is.
    #[must_use]
    pub fn path(self, db: &'db dyn Db) -> &'db Arc<str> {
        self.source(db).path(db)
    }
}

/// A top-level item. What it *is* (file, kind, names and, among equals, the how-manieth) is its identity; so edits in
/// other items, and moving it, change its `range` and `ordinal` only.
#[salsa::tracked(debug)]
pub struct Item<'db> {
    /// The file.
    #[returns(copy)]
    pub file: File<'db>,
    /// What kind of item.
    #[returns(copy)]
    pub kind: ItemKind,
    /// Names it declares, as far as its first tokens tell.
    pub names: ItemLabels,
    /// Its own text; all spans below are relative to its start.
    #[tracked]
    pub text: Arc<str>,
    /// Where it is in its file. Nothing but rendering and editor features should read it.
    #[tracked]
    #[returns(copy)]
    pub range: Span,
    /// Its position among the items of its file. Nothing but [`Place`]s should need it.
    #[tracked]
    #[returns(copy)]
    pub ordinal: u32,
    /// Whether the next item begins on the line on which it ends.
    #[tracked]
    #[returns(copy)]
    pub shares_line: bool,
}

impl<'db> Item<'db> {
    /// The item as a place in a diagnostic of another item.
    #[must_use]
    pub fn place(self, db: &'db dyn Db) -> Place {
        Place {
            path: self.file(db).path(db).clone(),
            item: Some(self.ordinal(db)),
        }
    }

    /// The package whose names it sees.
    #[must_use]
    pub fn package(self, db: &'db dyn Db) -> Package<'db> {
        self.file(db).package(db)
    }
}

/// The names of one item, in order; one allocation for all.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct ItemLabels(Box<str>);

impl ItemLabels {
    fn new(text: &str, spans: &[Span]) -> Self {
        match spans {
            [] => Self::default(),
            [one] => Self(text[one.range()].into()),
            many => Self(
                many.iter()
                    .map(|span| &text[span.range()])
                    .collect::<Vec<_>>()
                    .join(" ")
                    .into(),
            ),
        }
    }

    /// The names.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.split(' ').filter(|name| !name.is_empty())
    }

    /// The first name.
    #[must_use]
    pub fn first(&self) -> Option<&str> {
        self.iter().next()
    }
}

/// A file's items and what is wrong between them.
#[derive(Clone, Debug, PartialEq, salsa::SalsaValue)]
pub struct FileOutline<'db> {
    /// The items in order.
    pub items: Box<[Item<'db>]>,
    /// What was noticed while cutting. Spans are absolute in the file.
    pub diagnostics: Box<[Diagnostic]>,
}

/// Cuts a file into items. A missing file has none.
#[salsa::tracked]
pub fn outline<'db>(db: &'db dyn Db, file: File<'db>) -> FileOutline<'db> {
    let text: &str = file.source(db).text(db).as_deref().unwrap_or_default();
    let outline = kiln_syntax::outline::outline(text);
    let last = outline.items.len().saturating_sub(1);
    let items = outline
        .items
        .into_iter()
        .enumerate()
        .map(|(ordinal, item)| {
            let whole = &text[item.range.range()];
            let own_text = without_end(whole);
            let shares_line = ordinal < last && !whole[own_text.len()..].contains('\n');
            let range = Span::new(item.range.start, item.range.start + own_text.len() as u32);
            let names = ItemLabels::new(text, &item.names);
            Item::new(
                db,
                file,
                item.kind,
                names,
                Arc::from(own_text),
                range,
                ordinal as u32,
                shares_line,
            )
        });
    FileOutline {
        items: items.collect(),
        diagnostics: outline.diagnostics.into(),
    }
}

/// The text of an item without the blank lines after it, so that more of them do not change it. (White space after a
/// backslash stays: it decides whether that continues the line.)
fn without_end(text: &str) -> &str {
    let short = text.trim_end();
    if short.ends_with('\\') { text } else { short }
}
