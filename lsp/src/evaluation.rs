//! What programs do when they are run, which is found out when one of their files is saved.

use std::sync::Arc;

use lsp_types::Diagnostic;
use rustc_hash::FxHashMap;

use crate::server::Server;

/// What a run showed.
pub(crate) struct Evaluated {
    /// The file that was saved.
    pub(crate) saved: Arc<str>,
    /// By file.
    pub(crate) found: Vec<(Arc<str>, Vec<Diagnostic>)>,
}

/// What the last runs showed.
#[derive(Debug, Default)]
pub(crate) struct State {
    /// By the file that was saved, then by the file that it is about.
    found: FxHashMap<Arc<str>, Vec<(Arc<str>, Vec<Diagnostic>)>>,
}

impl State {
    /// What runs showed about a file.
    pub(crate) fn diagnostics(&self, path: &str) -> Vec<Diagnostic> {
        let mut all: Vec<Diagnostic> = Vec::new();
        for (about, diagnostics) in self.found.values().flatten() {
            if **about == *path {
                let new = diagnostics.iter().filter(|d| !all.contains(d)).cloned();
                let new: Vec<Diagnostic> = new.collect();
                all.extend(new);
            }
        }
        all.sort_by_key(|d| (d.range.start, d.range.end));
        all
    }

    /// A file is closed.
    pub(crate) fn forget(&mut self, path: &str) {
        self.found.remove(path);
    }
}

impl Server {
    /// Runs the programs of a file.
    pub(crate) fn evaluate(&mut self, _path: &Arc<str>) {}

    pub(crate) fn evaluated(&mut self, evaluated: Evaluated) {
        let _ = (evaluated.saved, evaluated.found);
    }
}
