//! Looking through the folders of a workspace: which programs there are, and which words their files have.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use kiln::Workspace;
use kiln_ide::catalog::Catalog;
use kiln_ide::index::WordIndex;
use kiln_project::{FileSystem, MANIFEST_FILE};

use crate::memo::Memo;
use crate::overlay::Overlay;
use crate::paths::System;

/// So many folders beside that of a lone file are looked at.
const NEIGHBOURS: usize = 16;

/// What there is.
pub(crate) struct Discovered {
    pub(crate) workspace: Workspace,
    /// Folders with a manifest.
    pub(crate) modules: Vec<Box<str>>,
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
    pub(crate) outside: Outside,
}

/// What modules outside of the workspace declare, as it was found last: they hardly ever change, and may be large.
#[derive(Clone, Debug, Default)]
pub(crate) struct Outside(Arc<Mutex<(Vec<Arc<str>>, Catalog)>>);

impl Outside {
    /// What these modules declare.
    pub(crate) fn of(&self, system: &System, modules: Vec<Arc<str>>) -> Catalog {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.0 != modules {
            let found = dependencies(system, &modules);
            *known = (modules, found);
        }
        known.1.clone()
    }
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
    let memo = Memo::new(system.clone());
    let workspace = Workspace::discover(memo.clone(), roots);
    let modules = workspace.modules().into_iter();
    let modules = modules.filter(|root| memo.is_file(&Path::new(&**root).join(MANIFEST_FILE)));
    let modules: Vec<Box<str>> = modules.map(|root| (*root).into()).collect();
    if extent == Extent::Structure {
        return Discovered {
            workspace,
            modules,
            index: None,
        };
    }
    let mut index = WordIndex::default();
    for path in workspace.files() {
        let text = system.read_text(Path::new(&*path)).ok();
        index.set(&path, text.as_deref());
    }
    let mut discovered = Discovered {
        workspace,
        modules,
        index: None,
    };
    discovered.arrange(&mut index);
    discovered.index = Some(index);
    discovered
}

impl Discovered {
    /// Says in an index which files belong together.
    pub(crate) fn arrange(&self, index: &mut WordIndex) {
        index.catalog.set_modules(self.modules.iter().cloned());
        index
            .catalog
            .set_programs(|path| self.workspace.stacks_of(path).next().is_some());
    }
}

/// So many files of packages outside of the workspace are looked at, in folders so deep.
const MOST_OUTSIDE: usize = 20_000;
const DEPTH_OUTSIDE: u32 = 12;

/// The modules that the workspace depends on, and that lie outside of it.
pub(crate) fn outside(discovered: &Discovered, roots: &[PathBuf]) -> Vec<Arc<str>> {
    let modules = discovered.workspace.modules().into_iter();
    let outside = modules.filter(|module| {
        let inside = |root: &PathBuf| Path::new(&**module).starts_with(root);
        !roots.iter().any(inside)
    });
    outside.collect()
}

/// What the packages of modules declare.
fn dependencies(system: &System, modules: &[Arc<str>]) -> Catalog {
    let mut catalog = Catalog::default();
    let mut left = MOST_OUTSIDE;
    for module in modules {
        declared_below(system, Path::new(&**module), 0, &mut left, &mut catalog);
    }
    catalog.set_modules(modules.iter().map(|root| (**root).into()));
    catalog
}

fn declared_below(
    system: &System,
    folder: &Path,
    depth: u32,
    left: &mut usize,
    catalog: &mut Catalog,
) {
    if depth > DEPTH_OUTSIDE {
        return;
    }
    for entry in system.list_dir(folder).unwrap_or_default() {
        if entry.name.starts_with('.') {
            continue;
        }
        if entry.is_dir {
            declared_below(system, &entry.path, depth + 1, left, catalog);
        } else if entry.name.ends_with(".k") && *left > 0 {
            *left -= 1;
            if let Ok(text) = system.read_text(&entry.path) {
                let declared = kiln_ide::symbols::top_level(&text);
                catalog.set(&entry.path.to_string_lossy(), Some(&declared));
            }
        }
    }
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
