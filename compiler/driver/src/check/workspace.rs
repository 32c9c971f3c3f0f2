//! The programs and folders of a workspace in an editor.
//!
//! A check looks at everything once. An editor looks at the packages of open files again and again, so that they are found
//! by file here. The packages are those that a check of the whole workspace chooses.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use kiln_analysis::db::externals;
use kiln_analysis::inputs::External;
use kiln_analysis::outline::File;
use kiln_analysis::packages::{Location, own_package};
use kiln_analysis::{Database, ImportTarget, Package, file_imports, main_package, package_files};
use kiln_project::FileSystem;
use kiln_syntax::diagnostic::Diagnostic;
use rustc_hash::{FxHashMap, FxHashSet};

use super::discover::{self, Scope};
use super::select::nearness;
use super::{CheckOptions, lints};
use crate::report::{self, Report};
use crate::session::Shared;

/// Files that are compiled together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stack {
    /// The folder whose settings or manifest name it, or whose files it is.
    pub folder: PathBuf,
    root: Arc<str>,
    files: Box<[Arc<str>]>,
    /// Index into the lists of packages outside.
    externals: usize,
}

impl Stack {
    /// The program as a package.
    fn package<'db>(&self, db: &'db Database, workspace: &Workspace) -> Package<'db> {
        let externals = workspace.externals[self.externals].clone();
        let dependencies = db.dependencies_from(externals, None);
        let files: Vec<&str> = self.files.iter().map(|path| &**path).collect();
        main_package(db, db.project(&self.root, &files, dependencies))
    }
}

/// The programs and folders of a workspace.
#[derive(Clone, Debug, Default)]
pub struct Workspace {
    stacks: Vec<Stack>,
    /// The programs of each file that settings or manifests name.
    by_file: FxHashMap<Arc<str>, Vec<u32>>,
    /// All files of a folder as a program.
    folders: FxHashMap<Arc<str>, Stack>,
    externals: Vec<Box<[External]>>,
    problems: Vec<Diagnostic>,
    /// What is wrong with what manifests say about lints.
    lint_problems: Vec<Diagnostic>,
    /// What the manifests of modules say about lints.
    pub(super) lints: lints::Settings,
}

impl Workspace {
    /// Looks through folders and everything below them.
    #[must_use]
    pub fn discover(system: impl FileSystem + 'static, roots: &[PathBuf]) -> Self {
        let system: Shared = Arc::new(system);
        let mut workspace = Self::default();
        for root in roots {
            let options = CheckOptions {
                work_dir: root.clone(),
                inputs: vec![root.to_string_lossy().into_owned()],
                ..CheckOptions::default()
            };
            // a folder without any program is none of the workspace
            if let Ok(scope) = Scope::new(&system, &options) {
                workspace.add(scope);
            }
        }
        workspace
    }

    /// Adds what there is in one folder, without those below it.
    pub fn add_folder(&mut self, system: impl FileSystem + 'static, folder: &Path) {
        let system: Shared = Arc::new(system);
        let options = CheckOptions {
            work_dir: folder.to_path_buf(),
            ..CheckOptions::default()
        };
        self.add(Scope::of_folder(&system, &options, folder));
    }

    fn add(&mut self, mut scope: Scope) {
        let mut known: FxHashMap<Box<[External]>, usize> =
            self.externals.iter().cloned().zip(0..).collect();
        let graphs: Vec<usize> = scope
            .graphs
            .iter()
            .map(|graph| {
                let next = known.len();
                *known.entry(externals(graph)).or_insert(next)
            })
            .collect();
        let mut lists: Vec<(Box<[External]>, usize)> = known.into_iter().collect();
        lists.sort_by_key(|(_, index)| *index);
        self.externals = lists.into_iter().map(|(list, _)| list).collect();

        let stack = |program: discover::Program| Stack {
            root: program.root.to_string_lossy().into(),
            files: program
                .files
                .iter()
                .map(|file| file.to_string_lossy().into())
                .collect(),
            externals: graphs[program.graph],
            folder: program.folder,
        };
        for program in std::mem::take(&mut scope.programs) {
            let stack = stack(program);
            let first = stack.files.first().map_or("", |file| file);
            if self.stacks_of(first).any(|known| *known == stack) {
                continue;
            }
            let index = self.stacks.len() as u32;
            for file in &stack.files {
                self.by_file
                    .entry(Arc::clone(file))
                    .or_default()
                    .push(index);
            }
            self.stacks.push(stack);
        }
        for folder in std::mem::take(&mut scope.folders) {
            let path = folder.path.to_string_lossy().into();
            self.folders.insert(path, stack(folder.program));
        }
        let (settings, problems) = lints::settings(&scope, &[]);
        self.lints.extend(settings);
        for (new, known) in [
            (scope.problems, &mut self.problems),
            (problems, &mut self.lint_problems),
        ] {
            for problem in new {
                if !known.contains(&problem) {
                    known.push(problem);
                }
            }
        }
    }

    /// Whether something is known about the folder of a file, or the file itself.
    #[must_use]
    pub fn knows(&self, path: &str) -> bool {
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        self.by_file.contains_key(path) || self.folders.contains_key(folder)
    }

    /// Whether a file was there when the workspace was looked through.
    #[must_use]
    pub fn has(&self, path: &str) -> bool {
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let stack = self.folders.get(folder);
        let listed = || stack.is_some_and(|stack| stack.files.iter().any(|file| **file == *path));
        self.by_file.contains_key(path) || listed()
    }

    /// The programs that settings and manifests name, in the order of folders.
    #[must_use]
    pub fn stacks(&self) -> &[Stack] {
        &self.stacks
    }

    /// The programs that settings and manifests name for a file.
    pub fn stacks_of(&self, path: &str) -> impl Iterator<Item = &Stack> {
        let indices = self.by_file.get(path).into_iter().flatten();
        indices.map(|&index| &self.stacks[index as usize])
    }

    /// The files of a folder that a run of the folder takes.
    pub(super) fn files_of(&self, folder: &Path) -> Vec<String> {
        let folder = self.folders.get(&*folder.to_string_lossy());
        let files = folder.into_iter().flat_map(|stack| &stack.files);
        files.map(|file| file.to_string()).collect()
    }

    /// The folders of its modules, and those that these depend on.
    #[must_use]
    pub fn modules(&self) -> Vec<Arc<str>> {
        let stacks = self.stacks.iter().chain(self.folders.values());
        let own = stacks.map(|stack| Arc::clone(&stack.root));
        let externals = self.externals.iter().flatten();
        let outside = externals.filter_map(|external| external.root.as_ref().ok().cloned());
        let mut all: Vec<Arc<str>> = own.chain(outside).collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    /// All files that are known.
    #[must_use]
    pub fn files(&self) -> Vec<Arc<str>> {
        let stacks = self.stacks.iter().chain(self.folders.values());
        let mut files: Vec<Arc<str>> = stacks.flat_map(|stack| stack.files.to_vec()).collect();
        files.sort_unstable();
        files.dedup();
        files
    }

    /// The packages that a file is checked in; nothing for a file that is not known. `importers` are files that may import
    /// a folder of a name, those below the root of its module first, which decides what it is checked as.
    #[must_use]
    pub fn packages_of<'db>(
        &self,
        db: &'db Database,
        path: &str,
        importers: &dyn Fn(&str, &str) -> Vec<Arc<str>>,
    ) -> Vec<Package<'db>> {
        self.packages(db, path, importers, &mut FxHashSet::default())
    }

    fn packages<'db>(
        &self,
        db: &'db Database,
        path: &str,
        importers: &dyn Fn(&str, &str) -> Vec<Arc<str>>,
        seen: &mut FxHashSet<Arc<str>>,
    ) -> Vec<Package<'db>> {
        let mut named: Vec<Package<'db>> = self
            .stacks_of(path)
            .map(|stack| stack.package(db, self))
            .collect();
        let Some((folder, _)) = path.rsplit_once('/') else {
            return named;
        };
        let Some(stack) = self.folders.get(folder) else {
            return named;
        };
        let is_member = stack.files.iter().any(|file| **file == *path);
        if is_member {
            named.extend(self.imported(db, path, folder, stack, importers, seen));
        }
        if !named.is_empty() {
            return named;
        }
        if is_member {
            return vec![stack.package(db, self)];
        }
        // a test, or a file that a check leaves out: with the others of its folder
        let mut alone = stack.clone();
        alone.files = stack
            .files
            .iter()
            .cloned()
            .chain([Arc::from(path)])
            .collect();
        vec![alone.package(db, self)]
    }

    /// The packages that imports make of a folder, and of a file in it: as its own module sees them if it does.
    fn imported<'db>(
        &self,
        db: &'db Database,
        path: &str,
        folder: &str,
        stack: &Stack,
        importers: &dyn Fn(&str, &str) -> Vec<Arc<str>>,
        seen: &mut FxHashSet<Arc<str>>,
    ) -> Vec<Package<'db>> {
        if !seen.insert(Arc::from(folder)) {
            return Vec::new();
        }
        let name_of = |path: &str| path.rsplit('/').next().unwrap_or(path).to_owned();
        let near = |target| nearness(db, target, &stack.root);
        let mut best = |name: &str, is_it: &dyn Fn(&Location) -> bool| {
            let mut found: Option<Package<'db>> = None;
            for importer in importers(name, &stack.root) {
                // what its folder is as a program sees the module from inside, whatever else it is
                let folder = importer.rsplit_once('/').map_or("", |(folder, _)| folder);
                let program = self.folders.get(folder).map(|it| it.package(db, self));
                let others = self.packages(db, &importer, importers, seen);
                for package in program.into_iter().chain(others) {
                    for target in targets(db, package, &importer) {
                        if is_it(target.location(db))
                            && found.is_none_or(|known| near(target) > near(known))
                        {
                            found = Some(target);
                        }
                    }
                }
                if found.is_some_and(|known| near(known) == (true, true)) {
                    break;
                }
            }
            found
        };
        let as_folder = best(
            &name_of(folder),
            &|it| matches!(it, Location::Directory(at) if **at == *folder),
        );
        let as_file = best(
            name_of(path).trim_end_matches(".k"),
            &|it| matches!(it, Location::File(at) if **at == *path),
        );
        as_folder.into_iter().chain(as_file).collect()
    }

    /// The package that imports in its own module make of a folder.
    #[must_use]
    pub fn own_package<'db>(&self, db: &'db Database, folder: &str) -> Option<Package<'db>> {
        let stack = self.folders.get(folder)?;
        let externals = self.externals[stack.externals].clone();
        own_package(
            db,
            db.dependencies_from(externals, None),
            &stack.root,
            folder,
        )
    }

    /// What is wrong with manifests and settings files; `lint` says whether what they say about lints matters.
    #[must_use]
    pub fn problems(&self, db: &Database, lint: bool) -> Vec<Report> {
        let of_lints = self.lint_problems.iter().filter(|_| lint);
        report::of_diagnostics(db, self.problems.iter().chain(of_lints))
    }
}

/// The packages that a file of a package imports.
fn targets<'db>(
    db: &'db Database,
    package: Package<'db>,
    path: &str,
) -> impl Iterator<Item = Package<'db>> {
    let files = package_files(db, package).iter().copied();
    let here = files.filter(move |file| **file.path(db) == *path);
    let imports = here.flat_map(move |file: File<'db>| file_imports(db, file).imports.iter());
    imports.filter_map(|import| match import.target {
        Some(ImportTarget::Package(target)) => Some(target),
        _ => None,
    })
}
