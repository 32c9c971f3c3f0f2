//! Files and folders that are renamed or moved: imports of them, and in them, follow.

use std::path::Path;
use std::sync::{Arc, PoisonError};

use kiln_analysis::imports::{ImportTarget, file_imports};
use kiln_analysis::packages::Location;
use kiln_analysis::syntax::item_syntax;
use kiln_ide::importing::{Roots, is_name};
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

/// A file or folder, and where it goes.
struct Moved<'a> {
    old: &'a str,
    new: &'a str,
}

impl Moved<'_> {
    /// Where a path is afterwards.
    fn apply(&self, path: &str) -> String {
        match path.strip_prefix(self.old) {
            Some(rest) if rest.is_empty() || rest.starts_with('/') => format!("{}{rest}", self.new),
            _ => path.to_owned(),
        }
    }
}

/// Whether imports can name a file or folder.
fn is_importable(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    is_name(name.strip_suffix(".k").unwrap_or(name))
}

/// The imports that mean something else, or nothing, when a file or folder is moved.
fn renamed(snapshot: &Snapshot, old: &str, new: &str) -> Vec<(Arc<str>, Vec<TextEdit>)> {
    if !is_importable(old) || !is_importable(new) || old == new {
        return Vec::new();
    }
    let mut paths = {
        let index = snapshot
            .index
            .read()
            .unwrap_or_else(PoisonError::into_inner);
        // a folder may be in the middle of a path, and files below it import others by relative paths
        let name = old.rsplit('/').next().unwrap_or(old);
        let name = name.strip_suffix(".k").unwrap_or(name);
        let mut paths = index.importers(name, "", usize::MAX);
        paths.extend(index.files_with(name));
        paths.extend(index.files_at(old));
        paths
    };
    paths.extend(snapshot.open.keys().cloned());
    paths.sort_unstable();
    paths.dedup();
    let moved = Moved { old, new };
    let found = search::each(snapshot, &paths, |snapshot, path| {
        let edits = import_edits(snapshot, path, &moved);
        (Arc::clone(path), edits)
    });
    found
        .into_iter()
        .filter(|(_, edits)| !edits.is_empty())
        .collect()
}

/// The changes of a file's imports.
fn import_edits(snapshot: &Snapshot, path: &str, moved: &Moved<'_>) -> Vec<TextEdit> {
    let db = &snapshot.db;
    let Some(file) = snapshot.files(path).into_iter().next() else {
        return Vec::new();
    };
    let roots = Roots::new(db, file);
    let folder = |path: &str| {
        path.rsplit_once('/')
            .map_or("", |(above, _)| above)
            .to_owned()
    };
    let (here, here_then) = (folder(path), folder(&moved.apply(path)));
    let mut edits = Vec::new();
    for import in &file_imports(db, file).imports {
        let Some(ImportTarget::Package(package)) = import.target else {
            continue;
        };
        let (at, then) = match package.location(db) {
            Location::Directory(at) => (at.to_string(), moved.apply(at)),
            Location::File(at) => {
                let then = moved.apply(at);
                let stem = |path: &str| path.strip_suffix(".k").unwrap_or(path).to_owned();
                (stem(at), stem(&then))
            }
            Location::Main(_) => continue,
        };
        let ast = &item_syntax(db, import.item).ast;
        // an item that is badly indented may have several
        let is_it = |path: &[kiln_syntax::ast::Name]| {
            path.first().is_some_and(|first| {
                import.span.start <= first.0.start && first.0.end <= import.span.end
            })
        };
        let mut statements = ast.imports.iter();
        let Some(statement) = statements.find(|statement| is_it(&statement.path)) else {
            continue;
        };
        let (Some(first), Some(last)) = (statement.path.first(), statement.path.last()) else {
            continue;
        };
        let is_relative = statement.dots > 0;
        if at == then && (!is_relative || here == here_then) {
            continue;
        }
        let relative = || {
            let relative = relative_path(&here_then, &then);
            relative.filter(|_| {
                is_relative
                    && roots.iter().next().is_some_and(|root| {
                        Path::new(&then).starts_with(root)
                            && Path::new(&here_then).starts_with(root)
                    })
            })
        };
        let Some(new) = relative().or_else(|| roots.path_of(&then)) else {
            continue;
        };
        // what the file calls it stays as it is
        let name = ast.name(*last);
        let alias = if statement.alias.is_none() && new.rsplit('.').next() != Some(name) {
            format!(" as {name}")
        } else {
            String::new()
        };
        let mut span = first.0.cover(last.0);
        span.start -= statement.dots;
        if ast.text.get(span.range()) == Some(&new) && alias.is_empty() {
            continue;
        }
        let lines = snapshot.lines(path);
        let range = file_range(db, import.item, span).range;
        edits.push(TextEdit::new(lines.range(range), format!("{new}{alias}")));
    }
    edits
}

/// The path of an import from a folder: dots for the folders above, then the parts below.
fn relative_path(from: &str, to: &str) -> Option<String> {
    let mut from: Vec<&str> = from.split('/').collect();
    let to: Vec<&str> = to.split('/').collect();
    let mut dots = 1;
    while !to.starts_with(&from) {
        from.pop()?;
        dots += 1;
    }
    let rest = &to[from.len()..];
    (!rest.is_empty()).then(|| format!("{}{}", ".".repeat(dots), rest.join(".")))
}

#[cfg(test)]
mod tests {
    use super::relative_path;

    #[test]
    fn dots_lead_up() {
        for (from, to, path) in [
            ("/a/b", "/a/b/c", Some(".c")),
            ("/a/b", "/a/c/d", Some("..c.d")),
            ("/a/b/c", "/a/d", Some("...d")),
            ("/a/b", "/a/b", None),
        ] {
            assert_eq!(relative_path(from, to).as_deref(), path);
        }
    }
}
