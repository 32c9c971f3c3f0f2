//! Imports that nothing uses, that are there twice, or that stand below other statements.

use kiln_syntax::diagnostic::Diagnostic;
use kiln_syntax::outline::ItemKind;
use kiln_syntax::span::Span;

use super::codes;
use crate::Db;
use crate::imports::{FileImport, file_imports};
use crate::outline::{File, Item, outline};
use crate::syntax::{item_syntax, placed};

/// What is odd about the imports of a file.
#[salsa::tracked]
pub fn import_lints<'db>(db: &'db dyn Db, file: File<'db>) -> Box<[Diagnostic]> {
    let imports = &file_imports(db, file).imports;
    let mut found = Vec::new();
    for (index, import) in imports.iter().enumerate() {
        // one that was not found is reported already
        let Some(target) = &import.target else {
            continue;
        };
        // two names are one too many only if both are used
        let before = imports[..index].iter().find(|other| {
            other.target.as_ref() == Some(target) && (other.used || other.name == import.name)
        });
        if let Some(first) = before {
            found.push(twice(db, import, first));
        } else if !import.used {
            found.push(unused(db, import));
        }
    }
    found.extend(below_statements(db, file));
    found.into()
}

fn unused<'db>(db: &'db dyn Db, import: &FileImport<'db>) -> Diagnostic {
    let diagnostic = Diagnostic::warning(
        codes::UNUSED_IMPORT,
        import.span,
        format!("nothing uses the import `{}`", import.name),
    );
    placed(
        removable(db, import, diagnostic, "remove the import"),
        import.item.place(db),
    )
}

fn twice<'db>(db: &'db dyn Db, import: &FileImport<'db>, first: &FileImport<'db>) -> Diagnostic {
    let message = format!("the package `{}` is imported twice", first.name);
    let mut diagnostic = Diagnostic::warning(codes::REIMPORT, import.span, message).label_in(
        first.item.place(db),
        first.span,
        "imported here already",
    );
    diagnostic = if import.name == first.name {
        removable(db, import, diagnostic, "remove the second import")
    } else {
        diagnostic.help(format!("use the name `{}` everywhere", first.name))
    };
    placed(diagnostic, import.item.place(db))
}

/// Offers to remove the line of an import, if there is nothing else on it.
fn removable<'db>(
    db: &'db dyn Db,
    import: &FileImport<'db>,
    diagnostic: Diagnostic,
    title: &str,
) -> Diagnostic {
    match whole_line(db, import.item, import.span) {
        Some(line) => diagnostic
            .help(title)
            .fix(title, vec![(line, String::new())]),
        None => diagnostic.help(title),
    }
}

/// The line of a statement with its end and a comment after it; relative to the item, as the statement.
fn whole_line<'db>(db: &'db dyn Db, item: Item<'db>, statement: Span) -> Option<Span> {
    let text = item.file(db).source(db).text(db).as_deref()?;
    let place = statement.shifted(item.range(db).start);
    let before = text.get(..place.start as usize)?;
    let at_start = before.is_empty() || before == "\u{feff}" || before.ends_with(['\n', '\r']);
    let after = text.get(place.end as usize..)?;
    let rest = after.split_inclusive('\n').next().unwrap_or_default();
    let is_free = rest.trim().is_empty() || rest.trim_start().starts_with('#');
    let end = statement.end + u32::try_from(rest.len()).ok()?;
    (at_start && is_free).then(|| Span::new(statement.start, end))
}

/// Imports after the first other statement. The doc string of the file comes first.
fn below_statements<'db>(db: &'db dyn Db, file: File<'db>) -> Vec<Diagnostic> {
    let items = &outline(db, file).items;
    let is_other = |item: &&Item<'db>| {
        !matches!(
            item.kind(db),
            ItemKind::Import | ItemKind::Doc | ItemKind::Error
        )
    };
    let Some(first) = items.iter().position(|item| is_other(&item)) else {
        return Vec::new();
    };
    items[first..]
        .iter()
        .filter(|item| item.kind(db) == ItemKind::Import)
        .filter_map(|item| {
            let ast = &item_syntax(db, *item).ast;
            let &statement = ast.stmt_ids(ast.root).first()?;
            let diagnostic = Diagnostic::warning(
                codes::IMPORT_POSITION,
                ast.stmt_span(statement),
                "this import stands below other statements",
            )
            .help("move it to the top of the file, where readers look for it");
            Some(placed(diagnostic, item.place(db)))
        })
        .collect()
}
