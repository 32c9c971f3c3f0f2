//! Changes of files in the unified format.

use kiln::FixedFile;
use similar::TextDiff;

use crate::messages::Paths;

/// Unchanged lines around a change.
const CONTEXT: usize = 3;

/// The change of a file.
pub(crate) fn diff(paths: &Paths, file: &FixedFile) -> String {
    let path = paths.shown(&file.path.to_string_lossy());
    TextDiff::from_lines(&file.before, &file.after)
        .unified_diff()
        .context_radius(CONTEXT)
        .header(&format!("a/{path}"), &format!("b/{path}"))
        .to_string()
}
