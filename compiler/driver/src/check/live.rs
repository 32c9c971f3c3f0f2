//! A check that is repeated while files are edited.

use std::path::Path;
use std::sync::Arc;

use kiln_analysis::Database;
use kiln_project::FileSystem;

use super::discover::Scope;
use super::{CheckOptions, Checked, check_on_threads};
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
        let system = Shared::new(system);
        let scope = Scope::new(&system, &options)?;
        let db = Database::new(system.clone());
        Ok(Self {
            db,
            system,
            scope,
            options,
        })
    }

    /// Gives a file another text, whatever is on the disk.
    pub fn set_text(&mut self, path: &Path, text: &str) {
        let path = self.system.canonical(path);
        self.db
            .set_text(&path.to_string_lossy(), Some(Arc::from(text)));
    }

    /// What is wrong now.
    #[must_use]
    pub fn check(&self) -> Checked {
        stacker::grow(COMPILE_STACK, || {
            check_on_threads(&self.db, &self.scope, &self.options)
        })
    }
}

impl std::fmt::Debug for LiveCheck {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LiveCheck").finish_non_exhaustive()
    }
}
