//! What a request is answered from: the state of everything at the moment when it came.

use std::sync::{Arc, PoisonError, RwLock};

use kiln::Workspace;
use kiln_analysis::outline::File;
use kiln_analysis::{Database, Db, Package, line_index};
use kiln_ide::index::WordIndex;
use kiln_ide::place::file_of;
use kiln_syntax::span::Span;
use lsp_types::{Location, Position, Range, TextDocumentIdentifier, Uri};
use rustc_hash::FxHashMap;

use crate::config::Config;
use crate::evaluation::ProgramValues;
use crate::paths::{System, is_program, uri_of};
use crate::position::{Encoding, Lines};

/// So many importers of a folder are asked what it is.
const IMPORTERS: usize = 8;

/// An open file.
#[derive(Clone, Debug)]
pub(crate) struct Open {
    pub(crate) uri: Uri,
    pub(crate) version: i32,
}

/// Everything that an answer may depend on.
#[derive(Clone)]
pub(crate) struct Snapshot {
    pub(crate) db: Database,
    pub(crate) open: Arc<FxHashMap<Arc<str>, Open>>,
    pub(crate) workspace: Arc<Workspace>,
    pub(crate) index: Arc<RwLock<WordIndex>>,
    pub(crate) system: System,
    pub(crate) encoding: Encoding,
    pub(crate) config: Arc<Config>,
    pub(crate) client: Arc<crate::capabilities::Client>,
    /// Whether the workspace has been looked through.
    pub(crate) complete: bool,
    /// The folders that the client works in.
    pub(crate) roots: Arc<[std::path::PathBuf]>,
    /// Equal ones have equal answers.
    pub(crate) generation: u64,
    pub(crate) searches: Arc<crate::workspace_search::Searches>,
    pub(crate) tokens: Arc<crate::token_cache::TokenCache>,
    /// What programs evaluated to.
    pub(crate) values: Arc<[ProgramValues]>,
}

impl Snapshot {
    /// The path of a file.
    pub(crate) fn path(&self, document: &TextDocumentIdentifier) -> Option<Arc<str>> {
        let known = self.open.iter().find(|(_, open)| open.uri == document.uri);
        match known {
            Some((path, _)) => Some(Arc::clone(path)),
            None => self.system.path_of(&document.uri),
        }
    }

    /// Whether a file is a part of the workspace, and not of something that it depends on.
    pub(crate) fn owns(&self, path: &str) -> bool {
        let path = std::path::Path::new(path);
        self.roots.is_empty() || self.roots.iter().any(|root| path.starts_with(root))
    }

    /// The packages that a file is checked in.
    pub(crate) fn packages(&self, path: &str) -> Vec<Package<'_>> {
        if !is_program(path) {
            return Vec::new();
        }
        self.workspace
            .packages_of(&self.db, path, &|name, root| self.importers(name, root))
    }

    /// A file in each of the packages that it is checked in. Manifests and settings files are no programs.
    pub(crate) fn files(&self, path: &str) -> Vec<File<'_>> {
        let packages = self.packages(path);
        let files = packages
            .into_iter()
            .filter_map(|package| file_of(&self.db, package, path));
        files.collect()
    }

    /// A file in the first of its packages.
    pub(crate) fn file(&self, document: &TextDocumentIdentifier) -> Option<File<'_>> {
        let path = self.path(document)?;
        self.files(&path).into_iter().next()
    }

    /// Files that may import a folder or file of this name, those below `root` first.
    pub(crate) fn importers(&self, name: &str, root: &str) -> Vec<Arc<str>> {
        let index = self.index.read().unwrap_or_else(PoisonError::into_inner);
        index.importers(name, root, IMPORTERS)
    }

    /// A file and an offset in it.
    pub(crate) fn place(
        &self,
        document: &TextDocumentIdentifier,
        position: Position,
    ) -> Option<(File<'_>, u32)> {
        let file = self.file(document)?;
        let offset = self.lines(file.path(&self.db)).offset(position);
        Some((file, offset))
    }

    /// The text of a file with its lines.
    pub(crate) fn lines(&self, path: &str) -> Lines<'_> {
        let source = self.db.source(path);
        Lines {
            text: source.text(&self.db).as_deref().unwrap_or_default(),
            index: line_index(&self.db, source),
            encoding: self.encoding,
        }
    }

    /// The address of a file: for an open one, as the client spells it.
    pub(crate) fn uri(&self, path: &str) -> Option<Uri> {
        match self.open.get(path) {
            Some(open) => Some(open.uri.clone()),
            None => uri_of(path),
        }
    }

    pub(crate) fn range(&self, path: &str, span: Span) -> Range {
        self.lines(path).range(span)
    }

    pub(crate) fn location(&self, at: &kiln_ide::FileRange) -> Option<Location> {
        Some(Location::new(
            self.uri(&at.path)?,
            self.range(&at.path, at.range),
        ))
    }
}

#[cfg(test)]
impl Snapshot {
    /// Nothing is open, and there are no files.
    pub(crate) fn empty() -> Self {
        let system = System(Arc::new(kiln_project::MemoryFileSystem::default()));
        Self {
            db: Database::new(system.clone()),
            open: Arc::default(),
            workspace: Arc::default(),
            index: Arc::default(),
            system,
            encoding: Encoding::Utf16,
            config: Arc::default(),
            client: Arc::default(),
            complete: true,
            roots: Arc::default(),
            generation: 0,
            searches: Arc::default(),
            tokens: Arc::default(),
            values: Arc::default(),
        }
    }
}
