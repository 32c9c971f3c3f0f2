//! Files and folders that are renamed: imports of them follow.

use std::path::Path;
use std::sync::{Arc, PoisonError};

use kiln_analysis::imports::{ImportTarget, file_imports};
use kiln_analysis::packages::Location;
use kiln_analysis::syntax::item_syntax;
use kiln_ide::place::file_range;
use lsp_types::{RenameFilesParams, TextEdit, Uri, WorkspaceEdit};

use super::changes::workspace_edit;
use crate::dispatch::Refusal;
use crate::snapshot::Snapshot;
use crate::workspace_search as search;

pub(crate) fn will_rename(
    snapshot: &Snapshot,
    params: RenameFilesParams,
) -> Result<Option<WorkspaceEdit>, Refusal> {
    let mut edits: Vec<(Arc<str>, Vec<TextEdit>)> = Vec::new();
    for file in params.files {
        let path_of = |uri: &str| {
            let uri: Uri = uri.parse().ok()?;
            snapshot.system.path_of(&uri)
        };
        let (Some(old), Some(new)) = (path_of(&file.old_uri), path_of(&file.new_uri)) else {
            continue;
        };
        for (path, new) in renamed(snapshot, &old, &new) {
            match edits.iter_mut().find(|(known, _)| *known == path) {
                Some((_, all)) => all.extend(new),
                None => edits.push((path, new)),
            }
        }
    }
    edits.sort_unstable_by(|(a, _), (b, _)| a.cmp(b));
    Ok((!edits.is_empty()).then(|| workspace_edit(snapshot, edits)))
}

/// The name that imports give to a file or folder, if it can be imported.
fn import_name(path: &str) -> Option<&str> {
    let name = path.rsplit('/').next()?;
    let stem = name.strip_suffix(".k").unwrap_or(name);
    (!stem.is_empty() && !stem.contains('.')).then_some(stem)
}

/// The imports that mean a file or folder below another name in the same folder.
fn renamed(snapshot: &Snapshot, old: &str, new: &str) -> Vec<(Arc<str>, Vec<TextEdit>)> {
    let (Some(name), Some(new_name)) = (import_name(old), import_name(new)) else {
        return Vec::new();
    };
    // moved to another folder, it has another path, which nobody here knows
    if Path::new(old).parent() != Path::new(new).parent() || name == new_name {
        return Vec::new();
    }
    let mut paths = {
        let index = snapshot
            .index
            .read()
            .unwrap_or_else(PoisonError::into_inner);
        let mut paths = index.importers(name, "", usize::MAX);
        // a folder may be in the middle of a path
        paths.extend(index.files_with(name));
        paths
    };
    paths.extend(snapshot.open.keys().cloned());
    paths.sort_unstable();
    paths.dedup();
    let found = search::each(snapshot, &paths, |snapshot, path| {
        let edits = import_edits(snapshot, path, old, new_name);
        (Arc::clone(path), edits)
    });
    found
        .into_iter()
        .filter(|(_, edits)| !edits.is_empty())
        .collect()
}

/// The changes of a file's imports.
fn import_edits(snapshot: &Snapshot, path: &str, old: &str, new_name: &str) -> Vec<TextEdit> {
    let db = &snapshot.db;
    let Some(file) = snapshot.files(path).into_iter().next() else {
        return Vec::new();
    };
    let mut edits = Vec::new();
    for import in &file_imports(db, file).imports {
        let Some(ImportTarget::Package(package)) = import.target else {
            continue;
        };
        let (Location::Directory(at) | Location::File(at)) = package.location(db) else {
            continue;
        };
        let ast = &item_syntax(db, import.item).ast;
        let Some(statement) = ast.imports.first() else {
            continue;
        };
        // from the end of the path up to the part that is renamed
        let whole = at.strip_suffix(".k").unwrap_or(at);
        let target = old.strip_suffix(".k").unwrap_or(old);
        let depth = match whole.strip_prefix(target) {
            Some("") => 0,
            Some(rest) if rest.starts_with('/') => rest.matches('/').count(),
            _ => continue,
        };
        let Some(part) = statement.path.iter().rev().nth(depth) else {
            continue;
        };
        let lines = snapshot.lines(path);
        let range = file_range(db, import.item, part.0).range;
        // what the file calls it stays as it is
        let alias = if depth == 0 && statement.alias.is_none() {
            format!(" as {}", ast.name(*part))
        } else {
            String::new()
        };
        let text = format!("{new_name}{alias}");
        edits.push(TextEdit::new(lines.range(range), text));
    }
    edits
}
