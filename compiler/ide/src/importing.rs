//! How a file can come to the names of a package that it does not import: which path leads there, what the package is
//! called then, and where the import goes.

use std::sync::Arc;

use kiln_analysis::Db;
use kiln_analysis::imports::{ImportTarget, file_imports};
use kiln_analysis::names::package_names;
use kiln_analysis::outline::{File, outline};
use kiln_analysis::packages::{Location, Package};
use kiln_project::SYSTEM_MODULES;
use kiln_syntax::lexer::lex;
use kiln_syntax::outline::ItemKind;
use kiln_syntax::span::Span;
use kiln_syntax::token::Tok;

use crate::place::{TextEdit, code_range, text_of};

/// The folders that absolute imports of a file start from.
#[derive(Clone, Debug)]
pub struct Roots {
    /// Folder, and what comes before the path below it.
    all: Vec<(Arc<str>, String)>,
}

impl Roots {
    /// Those of a file: its module, and what that depends on.
    #[must_use]
    pub fn new<'db>(db: &'db dyn Db, file: File<'db>) -> Self {
        let package = file.package(db);
        let mut all = vec![(Arc::clone(package.root(db)), String::new())];
        for external in package.dependencies(db).externals(db) {
            if let Ok(root) = &external.root
                && *external.name != **package.module(db)
            {
                all.push((Arc::clone(root), external.name.to_string()));
            }
        }
        Self { all }
    }

    /// The folders.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.all.iter().map(|(root, _)| &**root)
    }

    /// The path of an import that means a folder or file (without its ending): of the innermost root around it.
    #[must_use]
    pub fn path_of(&self, at: &str) -> Option<String> {
        let around = self.all.iter().filter_map(|(root, name)| {
            let rest = at.strip_prefix(&**root)?;
            (rest.is_empty() || rest.starts_with('/')).then_some((root, name, rest))
        });
        let (_, name, rest) = around.max_by_key(|(root, ..)| root.len())?;
        let parts = rest.split('/').filter(|part| !part.is_empty());
        let path: Vec<&str> = std::iter::once(&**name)
            .filter(|name| !name.is_empty())
            .chain(parts)
            .collect();
        let writable = !path.is_empty() && path.iter().all(|part| is_name(part));
        // a system module hides a folder of the same name
        let hidden = matches!(path[..], [only] if SYSTEM_MODULES.contains(&only))
            || path.first() == Some(&"kcl_plugin");
        (writable && !hidden).then(|| path.join("."))
    }

    /// The path of an import that means a package.
    #[must_use]
    pub fn path_of_package<'db>(&self, db: &'db dyn Db, package: Package<'db>) -> Option<String> {
        match package.location(db) {
            Location::Directory(at) => self.path_of(at),
            Location::File(at) => self.path_of(at.strip_suffix(".k").unwrap_or(at)),
            Location::Main(_) => None,
        }
    }
}

/// Whether a text can be written as a name.
#[must_use]
pub fn is_name(text: &str) -> bool {
    // most are told by their letters
    let plain = |c: char| c == '_' || c.is_alphanumeric();
    if text.is_empty() || !text.chars().all(plain) {
        return false;
    }
    let is_digit = |c: char| c.is_ascii_digit();
    if !text.starts_with(is_digit) && text.contains(|c| c == '_' || is_digit(c)) {
        return true;
    }
    let tokens = lex(text).tokens;
    matches!(&tokens[..], [only] if only.kind == Tok::Name
        && only.start == 0
        && only.end as usize == text.len()
        && !text.starts_with('$'))
}

/// A package as a file can name it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Imported {
    /// The path of the import.
    pub path: String,
    /// What the package is called in the file.
    pub name: String,
    /// The import, if it is missing.
    pub edit: Option<TextEdit>,
}

/// How a file names what an absolute path means: by the import that it has, or by a new one.
#[must_use]
pub fn imported<'db>(db: &'db dyn Db, file: File<'db>, roots: &Roots, path: &str) -> Imported {
    let imports = file_imports(db, file).imports.iter();
    let known = imports.into_iter().find(|import| match &import.target {
        Some(ImportTarget::Package(package)) => {
            roots.path_of_package(db, *package).as_deref() == Some(path)
        }
        Some(ImportTarget::System(module)) => **module == *path,
        _ => false,
    });
    if let Some(known) = known {
        return Imported {
            path: path.to_owned(),
            name: known.name.to_string(),
            edit: None,
        };
    }
    let last = path.rsplit('.').next().unwrap_or(path);
    let name = free_name(db, file, path);
    let alias = if name == last {
        String::new()
    } else {
        format!(" as {name}")
    };
    Imported {
        path: path.to_owned(),
        edit: Some(import_edit(db, file, &format!("import {path}{alias}"))),
        name,
    }
}

/// What an absolute path means in a file.
#[must_use]
pub fn target<'db>(db: &'db dyn Db, file: File<'db>, path: &str) -> Option<ImportTarget<'db>> {
    let parts: Vec<&str> = path.split('.').collect();
    kiln_analysis::packages::import_of(db, file, &parts)
}

/// The last part of a path; with the part before, or a number, if the file calls something else so.
fn free_name<'db>(db: &'db dyn Db, file: File<'db>, path: &str) -> String {
    let names = package_names(db, file.package(db));
    let imports = file_imports(db, file);
    let taken = |name: &str| names.get(name).is_some() || imports.get(name).is_some();
    let parts: Vec<&str> = path.rsplit('.').take(2).collect();
    let last = parts.first().copied().unwrap_or(path);
    let longer = parts.iter().rev().copied().collect::<Vec<_>>().join("_");
    let numbered = (2..).map(|number| format!("{last}{number}"));
    let mut candidates = [last.to_owned(), longer].into_iter().chain(numbered);
    candidates
        .find(|name| !taken(name))
        .unwrap_or_else(|| last.to_owned())
}

/// The edit that adds an import statement: behind the last one, or before the first statement and the comment on it.
#[must_use]
pub fn import_edit<'db>(db: &'db dyn Db, file: File<'db>, statement: &str) -> TextEdit {
    let items = &outline(db, file).items;
    let text = text_of(db, file);
    let last = items.iter().rfind(|item| item.kind(db) == ItemKind::Import);
    if let Some(last) = last {
        // behind a comment on its line
        let end = code_range(db, *last).end as usize;
        let rest = text.get(end..).unwrap_or_default();
        let line = rest.lines().next().unwrap_or_default();
        let at = (end + line.len()) as u32;
        return TextEdit {
            range: Span::new(at, at),
            text: format!("\n{statement}"),
        };
    }
    let first = items.iter().find(|item| item.kind(db) != ItemKind::Doc);
    let mut at = first.map_or(text.len() as u32, |item| item.range(db).start) as usize;
    at = above_comments(text, at);
    let text = match (first, text[..at].is_empty() || text[..at].ends_with('\n')) {
        (Some(_), _) => format!("{statement}\n\n"),
        (None, true) => format!("{statement}\n"),
        (None, false) => format!("\n{statement}\n"),
    };
    let at = at as u32;
    TextEdit {
        range: Span::new(at, at),
        text,
    }
}

/// The start of the comment that stands right above a line and belongs to it; else of the line.
pub(crate) fn above_comments(text: &str, mut at: usize) -> usize {
    while let Some(line) = text.get(..at).and_then(|before| before.strip_suffix('\n')) {
        let start = line.rfind('\n').map_or(0, |end| end + 1);
        if !line[start..].starts_with('#') {
            break;
        }
        at = start;
    }
    at
}
