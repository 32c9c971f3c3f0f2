//! Imports: those that are missing, and their order.

use kiln_analysis::Db;
use kiln_analysis::imports::{ImportTarget, file_imports};
use kiln_analysis::outline::{File, Item, outline};
use kiln_analysis::syntax::item_syntax;
use kiln_project::SYSTEM_MODULES;
use kiln_syntax::lexer::lex;
use kiln_syntax::outline::ItemKind;
use kiln_syntax::span::Span;
use kiln_syntax::token::Tok;

use super::{Action, ActionKind};
use crate::completion::{Sources, declaring};
use crate::importing::import_edit;
use crate::place::{TextEdit, code_range, item_at, text_of, word_at};
use crate::symbol::named_at;

/// Imports the package that an unknown name before a dot means: a system module, a dependency, or a folder of the module.
pub(super) fn missing_import<'db>(
    db: &'db dyn Db,
    file: File<'db>,
    selection: Span,
    all: &mut Vec<Action>,
) {
    let text = text_of(db, file);
    let word = word_at(text, selection.start);
    let name = &text[word.clone()];
    let is_used = text[word.end..].starts_with(['.', '?']);
    let unknown = named_at(db, file, selection.start).is_none();
    if name.is_empty() || !is_used || !unknown {
        return;
    }
    let in_import = item_at(db, file, selection.start)
        .is_some_and(|(item, _)| item.kind(db) == ItemKind::Import);
    if in_import {
        return;
    }
    let package = file.package(db);
    let mut paths: Vec<String> = Vec::new();
    if SYSTEM_MODULES.contains(&name) {
        paths.push(name.to_owned());
    }
    let root: &str = package.root(db);
    folders_named(db, root, "", name, 0, &mut paths);
    for external in package.dependencies(db).externals(db) {
        if let Ok(root) = &external.root {
            if *external.name == *name {
                paths.push(name.to_owned());
            }
            folders_named(db, root, &external.name, name, 0, &mut paths);
        }
    }
    paths.sort();
    paths.dedup();
    for path in paths {
        all.push(Action {
            title: format!("import `{path}`"),
            kind: ActionKind::QuickFix,
            edits: vec![import_edit(db, file, &format!("import {path}"))],
            others: Vec::new(),
        });
    }
}

/// Writes the package before a name that nothing in scope has but packages declare, and imports it.
pub(super) fn missing_qualifier<'db>(
    db: &'db dyn Db,
    file: File<'db>,
    selection: Span,
    sources: Option<Sources<'_>>,
    all: &mut Vec<Action>,
) {
    let Some(sources) = sources else { return };
    let Some((item, at)) = item_at(db, file, selection.start) else {
        return;
    };
    let text = text_of(db, file);
    let word = word_at(text, selection.start);
    let start = (at + word.start as u32).saturating_sub(selection.start);
    let own = item.text(db);
    let is_name = lex(own)
        .tokens
        .iter()
        .any(|token| token.kind == Tok::Name && token.start == start);
    let alone = !text[..word.start].ends_with('.') && !text[word.end..].starts_with('.');
    let unknown = named_at(db, file, selection.start).is_none();
    if !is_name || !alone || !unknown || item.kind(db) == ItemKind::Import {
        return;
    }
    let name = &text[word.clone()];
    for import in declaring(db, file, &sources, name) {
        let at = word.start as u32;
        let title = match import.edit {
            Some(_) => format!("import `{}`, write `{}.{name}`", import.path, import.name),
            None => format!("write `{}.{name}`", import.name),
        };
        let mut edits = vec![TextEdit {
            range: Span::new(at, at),
            text: format!("{}.", import.name),
        }];
        edits.extend(import.edit);
        all.push(Action::new(title, ActionKind::QuickFix, edits));
    }
}

/// So deep are folders looked at.
const DEPTH: u32 = 4;
/// So many paths are offered.
const MOST: usize = 8;

/// Paths below a folder that end in a name.
fn folders_named(
    db: &dyn Db,
    folder: &str,
    prefix: &str,
    name: &str,
    depth: u32,
    paths: &mut Vec<String>,
) {
    if depth >= DEPTH || paths.len() >= MOST {
        return;
    }
    let joined = |part: &str| match prefix {
        "" => part.to_owned(),
        prefix => format!("{prefix}.{part}"),
    };
    for entry in db.directory(folder).entries(db).iter().flatten() {
        let entry_name: &str = &entry.name;
        if entry.is_directory && !entry_name.starts_with('.') {
            if entry_name == name {
                paths.push(joined(name));
            }
            let inner = format!("{folder}/{entry_name}");
            folders_named(db, &inner, &joined(entry_name), name, depth + 1, paths);
        } else if entry_name.strip_suffix(".k") == Some(name) && depth > 0 {
            paths.push(joined(name));
        }
    }
}

/// Sorts the imports at the top of a file, and removes those that nothing uses or that come twice. Nothing to do if there
/// is something else between them.
#[must_use]
pub fn organize<'db>(db: &'db dyn Db, file: File<'db>) -> Option<Action> {
    let text = text_of(db, file);
    let items = &outline(db, file).items;
    let first = items
        .iter()
        .position(|item| item.kind(db) == ItemKind::Import)?;
    let run: Vec<Item<'db>> = items[first..]
        .iter()
        .copied()
        .take_while(|item| item.kind(db) == ItemKind::Import)
        .collect();
    let (start, end) = (
        run.first()?.range(db).start,
        code_range(db, *run.last()?).end,
    );
    let before = text.get(start as usize..end as usize)?;
    // comments among them belong to one of them: better left alone
    if before.contains('#') {
        return None;
    }
    let imports = &file_imports(db, file).imports;
    let mut lines: Vec<(u8, String)> = Vec::new();
    for import in imports.iter().filter(|import| run.contains(&import.item)) {
        let is_needed = import.used || import.target.is_none();
        let source = text.get(code_range(db, import.item).range())?;
        let syntax = item_syntax(db, import.item);
        if !syntax.diagnostics.is_empty() {
            return None;
        }
        let group = match import.target {
            Some(ImportTarget::System(_) | ImportTarget::Plugin(_)) => 0,
            _ => 1,
        };
        let line = (group, source.trim().to_owned());
        if is_needed && !lines.contains(&line) {
            lines.push(line);
        }
    }
    lines.sort();
    let lines: Vec<String> = lines.into_iter().map(|(_, line)| line).collect();
    let after = lines.join("\n");
    if after == before {
        return None;
    }
    // without any import, the empty lines behind them go, too
    let end = if lines.is_empty() {
        let rest = &text[end as usize..];
        text.len() as u32 - rest.trim_start().len() as u32
    } else {
        end
    };
    Some(Action {
        title: "organize imports".to_owned(),
        kind: ActionKind::OrganizeImports,
        edits: vec![TextEdit {
            range: Span::new(start, end),
            text: after,
        }],
        others: Vec::new(),
    })
}
