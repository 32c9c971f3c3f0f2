//! Where earlier inputs are kept.

use std::fs;
use std::path::{Path, PathBuf};

use rustyline::Editor;
use rustyline::history::FileHistory;

use super::prompt::Helper;

/// The file for earlier inputs, in the folder that the user's system has for state; nothing if there is no such folder.
pub(super) fn file() -> Option<PathBuf> {
    let folder = dirs::state_dir().or_else(dirs::data_local_dir)?;
    Some(folder.join("kiln").join("repl_history"))
}

/// Reads earlier inputs. It is no mistake that there are none.
pub(super) fn load(editor: &mut Editor<Helper, FileHistory>, file: &Path) {
    if let Some(folder) = file.parent() {
        let _ = fs::create_dir_all(folder);
    }
    let _ = editor.load_history(file);
}

/// Keeps an input, also if the session should end badly.
pub(super) fn add(editor: &mut Editor<Helper, FileHistory>, file: Option<&Path>, text: &str) {
    let is_new = editor.add_history_entry(text.trim_end()).unwrap_or(false);
    if let (true, Some(file)) = (is_new, file) {
        let _ = editor.append_history(file);
    }
}
