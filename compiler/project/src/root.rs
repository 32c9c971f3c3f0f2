//! Where a module begins: the folder that absolute imports and `${KCL_MOD}` start from.

use std::path::{Path, PathBuf};

use crate::source::FileSystem;

/// The name of the file that marks a module root.
pub const MANIFEST_FILE: &str = "kcl.mod";

/// The nearest of `dir` and its ancestors with a `kcl.mod`. Whether that file is a valid manifest does not matter.
pub fn find_module(fs: &dyn FileSystem, dir: &Path) -> Option<PathBuf> {
    let mut dirs = dir.ancestors();
    dirs.find(|dir| fs.is_file(&dir.join(MANIFEST_FILE)))
        .map(Path::to_path_buf)
}

/// The module root of a file: the nearest ancestor with a `kcl.mod`, else the folder of the file.
pub fn root_of_file(fs: &dyn FileSystem, file: &Path) -> PathBuf {
    let dir = file.parent().unwrap_or(file);
    find_module(fs, dir).unwrap_or_else(|| dir.to_path_buf())
}

/// The roots of a program's own files.
///
/// Usually there is one. Files of several modules may be compiled together: then each file's imports start from its own
/// root, and the main root decides what belongs to the program as a whole (`kcl.mod`, `${KCL_MOD}`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModuleRoots {
    main: PathBuf,
    others: Vec<PathBuf>,
}

impl ModuleRoots {
    /// One root.
    pub fn single(root: impl Into<PathBuf>) -> Self {
        Self {
            main: root.into(),
            others: Vec::new(),
        }
    }

    /// The roots of `files` (absolute paths), compiled from the folder `work_dir`.
    ///
    /// The main root is the only module that files belong to; without any, the folder of the first file; with several,
    /// the module that `work_dir` is in, or `work_dir` itself.
    pub fn of_files<P: AsRef<Path>>(fs: &dyn FileSystem, files: &[P], work_dir: &Path) -> Self {
        let mut modules: Vec<PathBuf> = Vec::new();
        let mut all: Vec<PathBuf> = Vec::new();
        let mut last_dir: Option<&Path> = None;
        for file in files {
            let Some(dir) = file.as_ref().parent() else {
                continue;
            };
            if last_dir.replace(dir) == Some(dir) {
                continue;
            }
            let module = find_module(fs, dir);
            let root = module.clone().unwrap_or_else(|| dir.to_path_buf());
            modules.extend(module.filter(|module| !modules.contains(module)));
            if !all.contains(&root) {
                all.push(root);
            }
        }
        let main = match (modules.as_slice(), all.first()) {
            ([module], _) => module.clone(),
            ([], Some(first)) => first.clone(),
            _ => find_module(fs, work_dir).unwrap_or_else(|| work_dir.to_path_buf()),
        };
        all.retain(|root| *root != main);
        Self { main, others: all }
    }

    /// The root of the program.
    pub fn main(&self) -> &Path {
        &self.main
    }

    /// The roots of files that are not under the main one's control, in the order of the files.
    pub fn others(&self) -> &[PathBuf] {
        &self.others
    }

    /// All of them, the main one first.
    pub fn iter(&self) -> impl Iterator<Item = &Path> {
        std::iter::once(self.main()).chain(self.others.iter().map(PathBuf::as_path))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::MemoryFileSystem;

    fn files() -> MemoryFileSystem {
        MemoryFileSystem::with_files([
            ("/m1/kcl.mod", ""),
            ("/m1/in/a.k", ""),
            ("/m2/kcl.mod", "[[["),
            ("/m2/b.k", ""),
            ("/plain/x/c.k", ""),
            ("/plain/y/d.k", ""),
            ("/odd/kcl.mod/file", ""),
        ])
    }

    fn roots(files_: &[&str], work_dir: &str) -> ModuleRoots {
        ModuleRoots::of_files(&files(), files_, Path::new(work_dir))
    }

    #[test]
    fn nearest_manifest_marks_the_root() {
        let fs = files();
        assert_eq!(root_of_file(&fs, Path::new("/m1/in/a.k")), Path::new("/m1"));
        assert_eq!(root_of_file(&fs, Path::new("/m2/b.k")), Path::new("/m2"));
        assert_eq!(
            root_of_file(&fs, Path::new("/plain/x/c.k")),
            Path::new("/plain/x")
        );
        assert_eq!(root_of_file(&fs, Path::new("/odd/q.k")), Path::new("/odd"));
        assert_eq!(
            find_module(&fs, Path::new("/odd")),
            None,
            "a folder is no manifest"
        );
    }

    #[test]
    fn one_module_is_the_main_root_wherever_the_work_dir_is() {
        assert_eq!(roots(&["/m1/in/a.k"], "/m2"), ModuleRoots::single("/m1"));
        let mixed = roots(&["/plain/x/c.k", "/m1/in/a.k"], "/m2");
        assert_eq!(
            (mixed.main(), mixed.others()),
            (Path::new("/m1"), &["/plain/x".into()][..])
        );
    }

    #[test]
    fn without_modules_the_first_folder_is_the_main_root() {
        let roots = roots(&["/plain/y/d.k", "/plain/x/c.k"], "/plain");
        let all: Vec<_> = roots.iter().collect();
        assert_eq!(all, [Path::new("/plain/y"), Path::new("/plain/x")]);
    }

    #[test]
    fn several_modules_take_the_work_dirs() {
        let inside = roots(&["/m1/in/a.k", "/m2/b.k"], "/m2");
        assert_eq!(
            (inside.main(), inside.others()),
            (Path::new("/m2"), &["/m1".into()][..])
        );
        let outside = roots(&["/m1/in/a.k", "/m2/b.k"], "/plain");
        let all: Vec<_> = outside.iter().collect();
        assert_eq!(
            all,
            [Path::new("/plain"), Path::new("/m1"), Path::new("/m2")]
        );
    }

    #[test]
    fn no_files_take_the_work_dirs() {
        assert_eq!(roots(&[], "/m1/in"), ModuleRoots::single("/m1"));
        assert_eq!(roots(&[], "/plain"), ModuleRoots::single("/plain"));
    }
}
