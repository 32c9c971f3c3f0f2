//! What packages declare, by folder: to offer names of packages that a file does not import. Texts of other files are not
//! looked at when somebody asks, so that a list of names takes no longer in a large workspace.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;

use crate::symbol::SymbolKind;
use crate::symbols::TopLevel;

/// The declared names of many folders.
#[derive(Clone, Debug, Default)]
pub struct Catalog {
    folders: BTreeMap<Box<str>, Folder>,
    /// Folders with a manifest.
    modules: BTreeSet<Box<str>>,
    /// Those that were added.
    added: BTreeSet<Box<str>>,
}

/// The files of a folder.
#[derive(Clone, Debug, Default)]
pub struct Folder {
    /// By name.
    pub files: Vec<FileNames>,
    /// The nearest folder with a manifest, at or above it.
    module: Option<Box<str>>,
}

/// What a file declares.
#[derive(Clone, Debug)]
pub struct FileNames {
    /// Its name without the ending.
    pub stem: Box<str>,
    /// What it declares, without private names.
    pub names: Box<[(Box<str>, SymbolKind)]>,
    /// Whether settings or a manifest name it as a part of a program: nobody imports it.
    pub is_program: bool,
}

impl Catalog {
    /// Takes in what a file declares, in place of what was known about it.
    pub fn set(&mut self, path: &str, declared: Option<&[TopLevel]>) {
        let Some((folder, stem)) = split(path) else {
            return;
        };
        let Some(declared) = declared else {
            if let Some(known) = self.folders.get_mut(folder) {
                known.files.retain(|file| *file.stem != *stem);
                if known.files.is_empty() {
                    self.folders.remove(folder);
                }
            }
            return;
        };
        let public = declared.iter().filter(|it| !it.name.starts_with('_'));
        let mut names: Vec<(Box<str>, SymbolKind)> = public
            .map(|it| (it.name.as_str().into(), it.kind))
            .collect();
        names.dedup();
        if !self.folders.contains_key(folder) {
            let module = self.module_of(folder).map(Into::into);
            let files = Vec::new();
            self.folders.insert(folder.into(), Folder { files, module });
        }
        let Some(known) = self.folders.get_mut(folder) else {
            return;
        };
        match known.files.binary_search_by(|file| (*file.stem).cmp(stem)) {
            Ok(at) => known.files[at].names = names.into(),
            Err(at) => {
                let file = FileNames {
                    stem: stem.into(),
                    names: names.into(),
                    is_program: false,
                };
                known.files.insert(at, file);
            }
        }
    }

    /// Says which folders have manifests, apart from those that were added.
    pub fn set_modules(&mut self, modules: impl IntoIterator<Item = Box<str>>) {
        self.modules = self.added.iter().cloned().chain(modules).collect();
        let mut folders = std::mem::take(&mut self.folders);
        for (path, folder) in &mut folders {
            folder.module = self.module_of(path).map(Into::into);
        }
        self.folders = folders;
    }

    /// Says which files are parts of programs.
    pub fn set_programs(&mut self, is_program: impl Fn(&str) -> bool) {
        for (path, folder) in &mut self.folders {
            for file in &mut folder.files {
                file.is_program = is_program(&format!("{path}/{}.k", file.stem));
            }
        }
    }

    /// The nearest folder with a manifest, at or above another.
    #[must_use]
    pub fn module_of(&self, folder: &str) -> Option<&str> {
        let mut above = Some(folder);
        while let Some(path) = above {
            if let Some(found) = self.modules.get(path) {
                return Some(found);
            }
            above = path.rsplit_once('/').map(|(above, _)| above);
        }
        None
    }

    /// The folders of the module at a root, without those of modules inside.
    pub fn folders_of<'c>(
        &'c self,
        root: &'c str,
    ) -> impl Iterator<Item = (&'c str, &'c Folder)> + 'c {
        let module = self.module_of(root);
        let from: (Bound<&str>, Bound<&str>) = (Bound::Included(root), Bound::Unbounded);
        let below = self
            .folders
            .range::<str, _>(from)
            .take_while(move |(path, _)| path.starts_with(root));
        below
            .filter(move |(path, folder)| {
                let rest = &path[root.len()..];
                (rest.is_empty() || rest.starts_with('/')) && folder.module.as_deref() == module
            })
            .map(|(path, folder)| (&**path, folder))
    }

    /// What is declared in a folder.
    #[must_use]
    pub fn folder(&self, path: &str) -> Option<&Folder> {
        self.folders.get(path)
    }

    /// Adds what another one knows about folders that are not known here.
    pub fn add(&mut self, other: Self) {
        self.added.extend(other.modules.iter().cloned());
        self.modules.extend(other.modules);
        for (path, folder) in other.folders {
            self.folders.entry(path).or_insert(folder);
        }
    }
}

/// Folder, and name without ending.
fn split(path: &str) -> Option<(&str, &str)> {
    let (folder, name) = path.rsplit_once('/')?;
    Some((folder, name.strip_suffix(".k")?))
}

impl FileNames {
    /// Whether it belongs to the package that an import makes of its folder.
    #[must_use]
    pub fn is_member(&self) -> bool {
        !self.is_program && !self.stem.starts_with('_') && !self.stem.ends_with("_test")
    }
}

#[cfg(test)]
mod tests {
    use super::Catalog;
    use crate::symbols::top_level;

    fn known(catalog: &Catalog, root: &str) -> Vec<String> {
        let folders = catalog.folders_of(root);
        let names = folders.flat_map(|(path, folder)| {
            let files = folder.files.iter().filter(|file| file.is_member());
            files.flat_map(move |file| {
                let names = file.names.iter();
                names.map(move |(name, _)| format!("{path}/{}: {name}", file.stem))
            })
        });
        names.collect()
    }

    #[test]
    fn modules_keep_apart() {
        let mut catalog = Catalog::default();
        for (path, text) in [
            ("/w/a.k", "x = 1\n_y = 1\n"),
            ("/w/model/server.k", "schema Server:\n    n: int\n"),
            ("/w/model/server_test.k", "test_it = lambda {}\n"),
            ("/w/apps/one/main.k", "out = 1\n"),
            ("/w/other/b.k", "z = 1\n"),
            ("/wide/c.k", "c = 1\n"),
        ] {
            catalog.set(path, Some(&top_level(text)));
        }
        catalog.set_modules(["/w".into(), "/w/other".into()]);
        catalog.set_programs(|path| path.starts_with("/w/apps"));
        assert_eq!(
            known(&catalog, "/w"),
            ["/w/a: x", "/w/model/server: Server"]
        );
        assert_eq!(known(&catalog, "/w/other"), ["/w/other/b: z"]);
        catalog.set("/w/a.k", None);
        catalog.set("/w/model/server.k", Some(&top_level("y = 1\n")));
        assert_eq!(known(&catalog, "/w"), ["/w/model/server: y"]);
    }

    #[test]
    fn a_manifest_may_go() {
        let mut catalog = Catalog::default();
        catalog.set("/w/in/a.k", Some(&top_level("x = 1\n")));
        catalog.set_modules(["/w".into(), "/w/in".into()]);
        assert_eq!(known(&catalog, "/w/in"), ["/w/in/a: x"]);
        assert!(known(&catalog, "/w").is_empty());
        catalog.set_modules(["/w".into()]);
        assert_eq!(known(&catalog, "/w"), ["/w/in/a: x"]);
    }
}
