//! Trees of items, their errors, and where things are in lines and columns.

use kiln_syntax::diagnostic::{Diagnostic, Label, Place};
use kiln_syntax::line_index::LineIndex;
use kiln_syntax::span::Span;
use kiln_syntax::{ParsedItem, parse_item};

use crate::db::Db;
use crate::inputs::SourceFile;
use crate::outline::{File, Item, outline};
use crate::packages::{Package, package_files};

/// The tree of an item. It has no meaning without the item's text, so it changes whenever that does: ask for it last.
#[salsa::tracked]
pub fn item_syntax<'db>(db: &'db dyn Db, item: Item<'db>) -> ParsedItem {
    parse_item(item.text(db).clone(), item.kind(db))
}

/// Syntax errors of an item, relative to it. Usually there are none, and this stays so when the text changes.
#[salsa::tracked]
pub fn item_errors<'db>(db: &'db dyn Db, item: Item<'db>) -> Option<Box<[Diagnostic]>> {
    let diagnostics = &item_syntax(db, item).diagnostics;
    (!diagnostics.is_empty()).then(|| diagnostics.as_slice().into())
}

/// Syntax errors of all files of a package, and files that cannot be read: those of [`file_syntax_diagnostics`].
#[salsa::tracked]
pub fn package_syntax_diagnostics<'db>(
    db: &'db dyn Db,
    package: Package<'db>,
) -> Box<[Diagnostic]> {
    let files = package_files(db, package).iter();
    let all = files.flat_map(|&file| file_syntax_diagnostics(db, file).iter().flatten());
    all.cloned().collect()
}

/// Syntax errors of a file, or why it cannot be read; usually there are none. Every primary label names its place; labels
/// without a place of their own are where the primary one is.
#[salsa::tracked]
pub fn file_syntax_diagnostics<'db>(db: &'db dyn Db, file: File<'db>) -> Option<Box<[Diagnostic]>> {
    let mut all = Vec::new();
    let of_file = || Place {
        path: file.path(db).clone(),
        item: None,
    };
    if let Some(error) = file.source(db).error(db) {
        let message = format!("cannot read `{}`: {error}", file.path(db));
        let diagnostic = Diagnostic::error(crate::codes::UNREADABLE_FILE, Span::default(), message);
        all.push(placed(diagnostic, of_file()));
    }
    let outline = outline(db, file);
    let absolute = outline.diagnostics.iter().cloned();
    all.extend(absolute.map(|diagnostic| placed(diagnostic, of_file())));
    for &item in &outline.items {
        let errors = item_errors(db, item).iter().flatten().cloned();
        all.extend(errors.map(|diagnostic| {
            let place = item.place(db);
            let diagnostic = match next_place(&place, outline.items.len()) {
                Some(next) => moved_to_next(diagnostic, &place, next),
                None => diagnostic,
            };
            let diagnostic = with_header_word(db, diagnostic, &outline.items, item);
            placed(diagnostic, place)
        }));
    }
    (!all.is_empty()).then(|| all.into())
}

/// The item behind `place` in its file of `count` items.
fn next_place(place: &Place, count: usize) -> Option<Place> {
    let ordinal = place.item? + 1;
    ((ordinal as usize) < count).then(|| Place {
        path: place.path.clone(),
        item: Some(ordinal),
    })
}

/// A mistake that shows at the item behind its own is reported there; its own place becomes a label.
fn moved_to_next(mut diagnostic: Diagnostic, own: &Place, next: Place) -> Diagnostic {
    let Some(text) = diagnostic.next_item.take() else {
        return diagnostic;
    };
    for label in &mut diagnostic.labels {
        label.file.get_or_insert_with(|| own.clone());
    }
    let primary = Label {
        span: Span::default(),
        text: text.to_owned(),
        file: Some(next),
    };
    let mut former = std::mem::replace(&mut diagnostic.primary, primary);
    former.file.get_or_insert_with(|| own.clone());
    diagnostic.labels.push(former);
    diagnostic
}

/// The same diagnostic, with its primary label saying where the item is.
#[must_use]
pub fn placed(mut diagnostic: Diagnostic, place: Place) -> Diagnostic {
    let Label { file, .. } = &mut diagnostic.primary;
    file.get_or_insert(place);
    diagnostic
}

/// Lines of a file.
#[salsa::tracked]
pub fn line_index(db: &dyn Db, file: SourceFile) -> LineIndex {
    LineIndex::new(file.text(db).as_deref().unwrap_or_default())
}

/// Where the items of a file start. For rendering: unlike an outline, it does not depend on a package.
#[salsa::tracked]
fn item_starts(db: &dyn Db, file: SourceFile) -> Box<[u32]> {
    let outline = kiln_syntax::outline::outline(file.text(db).as_deref().unwrap_or_default());
    outline.items.iter().map(|item| item.range.start).collect()
}

/// The span in the whole file of a span relative to a place.
#[must_use]
pub fn absolute_span(db: &dyn Db, place: &Place, span: Span) -> Span {
    let Some(ordinal) = place.item else {
        return span;
    };
    let starts = item_starts(db, db.source(&place.path));
    span.shifted(starts.get(ordinal as usize).copied().unwrap_or_default())
}

/// A block under `shema A:`: the misspelt keyword became an item of its own.
fn with_header_word<'db>(
    db: &'db dyn Db,
    diagnostic: Diagnostic,
    items: &[Item<'db>],
    item: Item<'db>,
) -> Diagnostic {
    let before = items[..items.len().min(item.ordinal(db) as usize)].last();
    let word = before.filter(|before| before.shares_line(db));
    let keyword = word
        .filter(|_| diagnostic.code == kiln_syntax::codes::LONE_BLOCK)
        .and_then(|word| kiln_syntax::near_header(word.text(db)));
    match keyword {
        Some(keyword) => diagnostic.help(format!("did you mean `{keyword}`?")),
        None => diagnostic,
    }
}

/// Line and column, counted from 1, where a span starts that is relative to an item of a file (or to the file).
#[must_use]
pub fn render_location(db: &dyn Db, path: &str, item: Option<u32>, span: Span) -> (u32, u32) {
    let file = db.source(path);
    let place = Place {
        path: file.path(db).clone(),
        item,
    };
    let text = file.text(db).as_deref().unwrap_or_default();
    let at = line_index(db, file).line_column(text, absolute_span(db, &place, span).start);
    (at.line, at.column)
}
