//! Overrides: `-O path=value` and its siblings change the text of the entry files before they are compiled (core
//! reference §14.2).

use kiln_project::OverrideSpec;

/// Changes the texts of the entry files.
pub(crate) fn apply(_texts: &mut [String], _specs: &[OverrideSpec]) {}
