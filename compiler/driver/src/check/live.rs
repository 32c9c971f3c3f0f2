//! A check that is repeated while files are edited.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use kiln_analysis::Database;
use kiln_project::{FileSystem, canonical_or_normal};

use super::discover::Scope;
use super::known::Known;
use super::{CheckOptions, Checked, check_scope, handles};
use crate::session::{COMPILE_STACK, SessionError, Shared};

/// A check that remembers what it found out: after an edit, it looks at that and at what depends on it.
///
/// What there is to check is found out once, at the beginning: for other files, folders, manifests or settings, make a new
/// one.
pub struct LiveCheck {
    db: Database,
    system: Shared,
    scope: Scope,
    options: CheckOptions,
    /// Files that have another text than at the last check.
    edited: BTreeSet<Arc<str>>,
    known: Option<Known>,
}

impl LiveCheck {
    /// Finds out what there is to check. Text for the input `-` is not taken.
    ///
    /// # Errors
    /// If an input does not exist or there is nothing to check.
    pub fn new(
        system: impl FileSystem + 'static,
        options: CheckOptions,
    ) -> Result<Self, SessionError> {
        let system: Shared = Arc::new(system);
        let scope = Scope::new(&system, &options)?;
        let db = Database::new(system.clone());
        Ok(Self {
            db,
            system,
            scope,
            options,
            edited: BTreeSet::new(),
            known: None,
        })
    }

    /// Gives a file another text, whatever is on the disk.
    pub fn set_text(&mut self, path: &Path, text: &str) {
        let path: Arc<str> = canonical_or_normal(&self.system, path)
            .to_string_lossy()
            .into();
        self.db.set_text(&path, Some(Arc::from(text)));
        self.edited.insert(path);
    }

    /// What is wrong now.
    pub fn check(&mut self) -> Checked {
        stacker::grow(COMPILE_STACK, || self.check_here())
    }

    fn check_here(&mut self) -> Checked {
        let db = self.db.clone();
        let mut handles = handles(&db, &self.options);
        let edited = std::mem::take(&mut self.edited);
        let known = self.known.take();
        if let Some(known) = known.and_then(|known| known.after(&db, &mut handles, &edited)) {
            let checked = known.checked(&db);
            self.known = Some(known);
            return checked;
        }
        let lints = self.options.lints.as_deref();
        let parts = check_scope(&db, &mut handles, &self.scope, lints);
        // the second handles are for what is borrowed from the first
        let mut handles = super::handles(&db, &self.options);
        self.known = Known::new(&db, &mut handles, &parts);
        parts.checked
    }
}

impl std::fmt::Debug for LiveCheck {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LiveCheck").finish_non_exhaustive()
    }
}
