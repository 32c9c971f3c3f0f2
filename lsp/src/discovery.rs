//! Looking through the folders of a workspace: which programs there are, and which words their files have.

use std::path::{Path, PathBuf};

use kiln::Workspace;
use kiln_ide::index::WordIndex;
use kiln_project::FileSystem;

use crate::memo::Memo;
use crate::overlay::Overlay;
use crate::paths::System;

/// So many folders beside that of a lone file are looked at.
const NEIGHBOURS: usize = 16;

/// What there is.
pub(crate) struct Discovered {
    pub(crate) workspace: Workspace,
    pub(crate) index: WordIndex,
}

/// Whether somebody is looking.
#[derive(Debug, Default)]
pub(crate) struct State {
    running: bool,
    /// Whether to look again after that.
    again: bool,
}

impl State {
    /// Says whether to start now.
    pub(crate) fn start(&mut self) -> bool {
        self.again = self.running;
        !std::mem::replace(&mut self.running, true)
    }

    /// Whether somebody is looking.
    pub(crate) const fn is_running(&self) -> bool {
        self.running
    }

    /// Says whether to start again.
    pub(crate) fn finish(&mut self) -> bool {
        self.running = false;
        std::mem::take(&mut self.again)
    }
}

/// Looks through folders.
pub(crate) fn discover(system: &System, roots: &[PathBuf]) -> Discovered {
    let workspace = Workspace::discover(Memo::new(system.clone()), roots);
    let mut index = WordIndex::default();
    for path in workspace.files() {
        let text = system.read_text(Path::new(&*path)).ok();
        index.set(&path, text.as_deref());
    }
    Discovered { workspace, index }
}

/// Adds what is known about the folder of a file, and about those beside it, whose settings may name the file.
/// Files that were opened and never saved are there, too.
pub(crate) fn look_around(workspace: &mut Workspace, system: &Overlay, path: &str) {
    let Some(folder) = Path::new(path).parent() else {
        return;
    };
    workspace.add_folder(system.clone(), folder);
    let Some(above) = folder.parent() else { return };
    let neighbours = system.list_dir(above).unwrap_or_default().into_iter();
    let neighbours = neighbours.filter(|entry| entry.is_dir && entry.path != folder);
    for neighbour in neighbours.take(NEIGHBOURS) {
        let settings = neighbour.path.join(kiln_project::SETTINGS_FILE);
        if system.is_file(&settings) {
            workspace.add_folder(system.clone(), &neighbour.path);
        }
    }
}
