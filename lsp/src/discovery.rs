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
    /// If texts were read, too.
    pub(crate) index: Option<WordIndex>,
}

/// What to look at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Extent {
    /// Which files belong together.
    #[default]
    Structure,
    /// Texts, too.
    Words,
}

/// Whether somebody is looking.
#[derive(Debug, Default)]
pub(crate) struct State {
    running: bool,
    /// Whether to look again after that, and at what.
    again: Option<Extent>,
}

impl State {
    /// Says whether to start now.
    pub(crate) fn start(&mut self, extent: Extent) -> bool {
        if self.running {
            self.again = self.again.max(Some(extent));
        }
        !std::mem::replace(&mut self.running, true)
    }

    /// Whether somebody is looking.
    pub(crate) const fn is_running(&self) -> bool {
        self.running
    }

    /// Says whether to start again.
    pub(crate) fn finish(&mut self) -> Option<Extent> {
        self.running = false;
        self.again.take()
    }
}

/// Looks through folders.
pub(crate) fn discover(system: &Overlay, roots: &[PathBuf], extent: Extent) -> Discovered {
    let workspace = Workspace::discover(Memo::new(system.clone()), roots);
    if extent == Extent::Structure {
        let index = None;
        return Discovered { workspace, index };
    }
    let mut index = WordIndex::default();
    for path in workspace.files() {
        let text = system.read_text(Path::new(&*path)).ok();
        index.set(&path, text.as_deref());
    }
    let index = Some(index);
    Discovered { workspace, index }
}

/// Adds what is known about the folder of a file, and about those beside it, whose settings may name the file.
pub(crate) fn look_around(workspace: &mut Workspace, system: &System, path: &str) {
    // a buffer without a file has no folder either
    let Some(folder) = Path::new(path).parent().filter(|it| system.is_dir(it)) else {
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
