//! What there is to check: the programs and folders that the inputs of a check stand for.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use kiln_analysis::codes;
use kiln_analysis::syntax::placed;
use kiln_project::root::{ModuleRoots, find_module};
use kiln_project::{
    FileSystem, MANIFEST_FILE, PackageGraph, Position, ProjectError, SETTINGS_FILE,
    canonical_or_normal,
};
use kiln_syntax::diagnostic::{Diagnostic, Place};
use kiln_syntax::span::Span;

use crate::check::CheckOptions;
use crate::options::RunOptions;
use crate::plan::Plan;
use crate::session::{SessionError, Shared};

/// Files that are compiled together.
#[derive(Debug)]
pub(super) struct Program {
    /// The folder whose settings or manifest name it, or whose files it is.
    pub(super) folder: PathBuf,
    /// Where absolute imports start.
    pub(super) root: PathBuf,
    /// Its files.
    pub(super) files: Vec<PathBuf>,
    /// What it can import: index into [`Scope::graphs`].
    pub(super) graph: usize,
}

/// A folder with program files.
#[derive(Debug)]
pub(super) struct Folder {
    pub(super) path: PathBuf,
    /// All of its files as a program, as `run` takes them.
    pub(super) program: Program,
}

/// Everything that a check is about.
#[derive(Debug, Default)]
pub(super) struct Scope {
    /// Programs that settings, manifests or the command line name.
    pub(super) programs: Vec<Program>,
    /// Folders, sorted by path.
    pub(super) folders: Vec<Folder>,
    /// Dependencies of modules.
    pub(super) graphs: Vec<PackageGraph>,
    /// What is wrong with manifests and settings files.
    pub(super) problems: Vec<Diagnostic>,
}

impl Scope {
    pub(super) fn new(fs: &Shared, options: &CheckOptions) -> Result<Self, SessionError> {
        let mut walk = Walk {
            fs,
            options,
            scope: Self::default(),
            modules: BTreeMap::new(),
        };
        if !options.settings.is_empty() {
            walk.named_program(&options.inputs)?;
            return Ok(walk.scope);
        }
        let work_dir = canonical_or_normal(fs, &options.work_dir);
        if options.inputs.is_empty() {
            let start = find_module(fs, &work_dir).unwrap_or(work_dir);
            walk.start(&start)?;
            return Ok(walk.scope);
        }
        let is_folder = |input: &String| fs.is_dir(&work_dir.join(input));
        let (folders, files): (Vec<String>, Vec<String>) =
            options.inputs.iter().cloned().partition(is_folder);
        if !files.is_empty() {
            walk.named_program(&files)?;
        }
        for folder in folders {
            walk.start(&canonical_or_normal(fs, &work_dir.join(folder)))?;
        }
        walk.scope.folders.sort_by(|a, b| a.path.cmp(&b.path));
        walk.scope.folders.dedup_by(|a, b| a.path == b.path);
        Ok(walk.scope)
    }
}

impl Scope {
    /// What there is in one folder, without those in it. The folder is known then, even if it is empty or does not exist:
    /// an editor may have a file there that was not saved yet.
    pub(super) fn of_folder(fs: &Shared, options: &CheckOptions, folder: &Path) -> Self {
        let mut walk = Walk {
            fs,
            options,
            scope: Self::default(),
            modules: BTreeMap::new(),
        };
        let module = find_module(fs, folder);
        if fs.is_dir(folder) {
            walk.folder(folder, module.clone());
        }
        if walk.scope.folders.is_empty() {
            let root = module.unwrap_or_else(|| folder.to_path_buf());
            let graph = walk.module(&root);
            walk.scope.folders.push(Folder {
                path: folder.to_path_buf(),
                program: Program {
                    folder: folder.to_path_buf(),
                    root,
                    files: Vec::new(),
                    graph,
                },
            });
        }
        walk.scope
    }
}

struct Walk<'a> {
    fs: &'a Shared,
    options: &'a CheckOptions,
    scope: Scope,
    /// The graph of each module by its root.
    modules: BTreeMap<PathBuf, usize>,
}

impl Walk<'_> {
    /// The program that `run` would make of files and settings.
    fn named_program(&mut self, inputs: &[String]) -> Result<(), SessionError> {
        let plan = Plan::new(
            self.fs,
            &RunOptions {
                inputs: inputs.to_vec(),
                settings: self.options.settings.clone(),
                ..self.run_options(&self.options.work_dir)
            },
        )?;
        let folder = self.options.work_dir.clone();
        self.planned(plan, folder);
        Ok(())
    }

    fn run_options(&self, work_dir: &Path) -> RunOptions {
        let absolute = |path: &PathBuf| self.options.work_dir.join(path);
        RunOptions {
            work_dir: work_dir.to_path_buf(),
            externals: self
                .options
                .externals
                .iter()
                .map(|(name, path)| (name.clone(), absolute(path)))
                .collect(),
            stdin: self.options.stdin.clone(),
            ..RunOptions::default()
        }
    }

    fn planned(&mut self, plan: Plan, folder: PathBuf) {
        let graph = self.add_graph(plan.graph);
        self.scope.programs.push(Program {
            folder,
            root: plan.root,
            files: plan.files,
            graph,
        });
    }

    fn add_graph(&mut self, graph: PackageGraph) -> usize {
        for problem in graph.problems() {
            self.problem(problem, None);
        }
        self.scope.graphs.push(graph);
        self.scope.graphs.len() - 1
    }

    /// A folder that an input names, and everything below it.
    fn start(&mut self, folder: &Path) -> Result<(), SessionError> {
        let before = (self.scope.folders.len(), self.scope.programs.len());
        let module = folder
            .parent()
            .and_then(|above| find_module(self.fs, above));
        let mut pending = vec![(folder.to_path_buf(), module)];
        while let Some((folder, module)) = pending.pop() {
            pending.extend(self.folder(&folder, module));
        }
        self.scope.folders[before.0..].sort_by(|a, b| a.path.cmp(&b.path));
        if before == (self.scope.folders.len(), self.scope.programs.len())
            && self.scope.problems.is_empty()
        {
            return Err(SessionError::NothingToCheck {
                folder: folder.to_path_buf(),
            });
        }
        Ok(())
    }

    /// One folder; gives the folders in it.
    fn folder(
        &mut self,
        folder: &Path,
        module: Option<PathBuf>,
    ) -> Vec<(PathBuf, Option<PathBuf>)> {
        let listed = match self.fs.list_dir(folder) {
            Ok(listed) => listed,
            Err(error) => {
                let message = format!("cannot read the folder `{}`: {error}", folder.display());
                let diagnostic =
                    Diagnostic::error(codes::UNREADABLE_FILE, Span::default(), message);
                self.scope
                    .problems
                    .push(placed(diagnostic, place_of(folder)));
                return Vec::new();
            }
        };
        let has = |name: &str| {
            listed
                .iter()
                .any(|entry| !entry.is_dir && entry.name == name)
        };
        let module = if has(MANIFEST_FILE) {
            Some(folder.to_path_buf())
        } else {
            module
        };
        if has(SETTINGS_FILE) || has(MANIFEST_FILE) {
            self.program_of(folder);
        }
        let files: Vec<PathBuf> = listed
            .iter()
            .filter(|e| !e.is_dir && e.name.ends_with(".k") && !e.name.ends_with("_test.k"))
            .map(|e| {
                // the folder's own path has no links
                if e.is_link {
                    canonical_or_normal(self.fs, &e.path)
                } else {
                    e.path.clone()
                }
            })
            .collect();
        let root = module.clone().unwrap_or_else(|| folder.to_path_buf());
        if has(MANIFEST_FILE) || !files.is_empty() {
            let graph = self.module(&root);
            if !files.is_empty() {
                self.scope.folders.push(Folder {
                    path: folder.to_path_buf(),
                    program: Program {
                        folder: folder.to_path_buf(),
                        root,
                        files,
                        graph,
                    },
                });
            }
        }
        listed
            .into_iter()
            // links are not followed, so there is no way to walk in circles
            .filter(|e| e.is_dir && !e.is_link && !e.name.starts_with('.'))
            .map(|e| (e.path, module.clone()))
            .collect()
    }

    /// The program that a settings file or the profile of a manifest names.
    fn program_of(&mut self, folder: &Path) {
        match Plan::new(self.fs, &self.run_options(folder)) {
            Ok(plan) => self.planned(plan, folder.to_path_buf()),
            // nothing is named, and the folder is empty
            Err(ProjectError::NoFiles { path }) if path == folder => {}
            Err(problem) => {
                let settings = folder.join(SETTINGS_FILE);
                let file = if self.fs.is_file(&settings) {
                    settings
                } else {
                    folder.join(MANIFEST_FILE)
                };
                self.problem(&problem, Some(&file));
            }
        }
    }

    /// The packages that a module can import.
    fn module(&mut self, root: &Path) -> usize {
        if let Some(&known) = self.modules.get(root) {
            return known;
        }
        let externals: BTreeMap<String, PathBuf> = self
            .run_options(root)
            .externals
            .into_iter()
            .map(|(name, path)| (name, canonical_or_normal(self.fs, &path)))
            .collect();
        let graph = PackageGraph::load(self.fs, ModuleRoots::single(root), &externals, None);
        let index = self.add_graph(graph);
        self.modules.insert(root.to_path_buf(), index);
        index
    }

    /// Notes what is wrong with a manifest or settings file: the file that it names itself, or else `file`. Dependencies
    /// that cannot be used are reported by the imports that need them.
    fn problem(&mut self, problem: &ProjectError, file: Option<&Path>) {
        let (path, position) = match (problem, file) {
            (ProjectError::Malformed { path, position, .. }, _) => (path.as_path(), *position),
            (ProjectError::Io { path, .. }, None) => (path.as_path(), None),
            (_, Some(file)) => (file, None),
            (_, None) => return,
        };
        let message = match problem {
            ProjectError::Malformed { what, message, .. } => format!("invalid {what}: {message}"),
            other => other.to_string(),
        };
        let span = self.span(path, position);
        let mut diagnostic = Diagnostic::error(codes::BAD_SETTINGS, span, message);
        if let Some(help) = problem.help() {
            diagnostic = diagnostic.help(help);
        }
        let diagnostic = placed(diagnostic, place_of(path));
        if !self.scope.problems.contains(&diagnostic) {
            self.scope.problems.push(diagnostic);
        }
    }

    /// A position as a place in the text of its file.
    fn span(&self, path: &Path, position: Option<Position>) -> Span {
        let Some(position) = position else {
            return Span::default();
        };
        let text = self.fs.read_text(path).unwrap_or_default();
        let line_start: usize = text
            .split_inclusive('\n')
            .take(position.line.saturating_sub(1))
            .map(str::len)
            .sum();
        let line = text[line_start..].lines().next().unwrap_or_default();
        let before: usize = line
            .chars()
            .take(position.column.saturating_sub(1))
            .map(char::len_utf8)
            .sum();
        Span::new(
            (line_start + before) as u32,
            (line_start + line.len()) as u32,
        )
    }
}

pub(super) fn place_of(path: &Path) -> Place {
    Place {
        path: path.to_string_lossy().into(),
        item: None,
    }
}
