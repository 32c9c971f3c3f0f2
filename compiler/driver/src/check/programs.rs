//! The programs of a workspace that a file is part of, as they can be run.

use std::path::{Path, PathBuf};

use kiln_project::FileSystem;

use super::workspace::Workspace;
use crate::options::RunOptions;

/// A program that can be run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Program {
    /// The folder to run it in.
    pub folder: PathBuf,
    /// Its files; nothing if settings or a manifest in the folder name them.
    pub inputs: Vec<String>,
}

impl Program {
    /// The options that run it.
    #[must_use]
    pub fn options(&self) -> RunOptions {
        RunOptions {
            work_dir: self.folder.clone(),
            inputs: self.inputs.clone(),
            ..RunOptions::default()
        }
    }
}

impl Workspace {
    /// The programs of a file: those that settings and manifests name, in the order of their folders, or else the
    /// files of its folder together.
    #[must_use]
    pub fn programs_of(&self, path: &str) -> Vec<Program> {
        let named = self.stacks_of(path).map(|stack| Program {
            folder: stack.folder.clone(),
            inputs: Vec::new(),
        });
        let mut named: Vec<Program> = named.collect();
        named.sort_by(|a, b| a.folder.cmp(&b.folder));
        if !named.is_empty() {
            return named;
        }
        let Some(folder) = Path::new(path).parent() else {
            return Vec::new();
        };
        let mut inputs = self.files_of(folder);
        if !inputs.iter().any(|input| input == path) {
            inputs.push(path.to_owned());
        }
        let folder = folder.to_path_buf();
        vec![Program { folder, inputs }]
    }
}

/// The program that tests in a folder belong to: all its files, those with tests last. A file in it that nobody saved yet
/// is there, too, if the file system has it.
#[must_use]
pub fn test_program(system: &dyn FileSystem, folder: &Path) -> Program {
    let entries = system.list_dir(folder).unwrap_or_default().into_iter();
    let names = entries.filter(|entry| !entry.is_dir && entry.name.ends_with(".k"));
    let (tests, others): (Vec<String>, Vec<String>) = names
        .map(|entry| entry.path.to_string_lossy().into_owned())
        .partition(|path| path.ends_with("_test.k"));
    Program {
        folder: folder.to_path_buf(),
        inputs: [others, tests].concat(),
    }
}
