//! Which package an `import` names, and which files it has.
//!
//! A package is a folder of `.k` files or a single file. It lies under the root of the importing file's module, or in a
//! package known by name: passed from outside (`-E name=path`), declared as a path dependency, or downloaded earlier
//! into the vendor folder.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::path::{Path, PathBuf};

use crate::edit_distance::nearest;
use crate::errors::ProjectError;
use crate::manifest::{DependencySource, Manifest, import_name};
use crate::root::{MANIFEST_FILE, ModuleRoots, root_of_file};
use crate::source::{FileSystem, canonical_or_normal};

/// The modules that are built in. An import of exactly one of these names never looks at files.
pub const SYSTEM_MODULES: [&str; 15] = [
    "base32",
    "base64",
    "collection",
    "crypto",
    "datetime",
    "file",
    "json",
    "manifests",
    "math",
    "net",
    "regex",
    "runtime",
    "template",
    "units",
    "yaml",
];

/// The first component of plugin imports.
const PLUGINS: &str = "kcl_plugin";

/// What an import names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ImportTarget {
    /// A built-in module, such as `math`.
    System(String),
    /// A plugin of the host: `import kcl_plugin.name`.
    Plugin(String),
    /// A package of files.
    Package(Package),
}

/// A package that an import found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Package {
    /// The folder, or the single file.
    pub location: PathBuf,
    /// Its files in order. A folder without any is an empty package.
    pub files: Vec<PathBuf>,
    /// How the package is called: the path from its module's root, after the module's name if that is not one of the
    /// program's own roots: `platform.model`. Together with `root` it identifies the package.
    pub import_path: String,
    /// The root of the module it belongs to.
    pub root: PathBuf,
}

/// Why an import names nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ImportError {
    /// Nothing has this name.
    #[error("cannot find the module `{import}`")]
    NotFound {
        /// The import as written.
        import: String,
        /// The places that were tried, each a folder or a `.k` file.
        searched: Vec<PathBuf>,
        /// Imports of similar names that would get further.
        suggestions: Vec<String>,
    },
    /// Both the own module and another package have it.
    #[error("the module `{import}` is both in this module (`{}`) and in another package (`{}`)", internal.display(), external.display())]
    Ambiguous {
        /// The import as written.
        import: String,
        /// What is under the importing file's own root.
        internal: PathBuf,
        /// What is in the package known by name.
        external: PathBuf,
    },
    /// The leading dots lead out of the module.
    #[error("the import `{import}` leads above the module root `{}`", root.display())]
    AboveRoot {
        /// The import as written.
        import: String,
        /// The module root.
        root: PathBuf,
    },
    /// The package would have to be downloaded.
    #[error(
        "the package `{name}` comes from {source_text}, and remote packages are not supported yet"
    )]
    Remote {
        /// The package's name.
        name: String,
        /// The source, in words.
        source_text: String,
        /// The manifest that declares it.
        manifest: PathBuf,
    },
    /// A manifest that the answer depends on, or the package's folder, cannot be read.
    #[error(transparent)]
    Project(ProjectError),
}

impl From<ProjectError> for ImportError {
    fn from(error: ProjectError) -> Self {
        match error {
            ProjectError::RemotePackage {
                name,
                source_text,
                manifest,
            } => Self::Remote {
                name,
                source_text,
                manifest,
            },
            other => Self::Project(other),
        }
    }
}

impl ImportError {
    /// What the user can do about it.
    pub fn help(&self) -> Option<String> {
        match self {
            Self::NotFound { suggestions, .. } if !suggestions.is_empty() => {
                Some(format!("did you mean `{}`?", suggestions.join("` or `")))
            }
            Self::NotFound { searched, .. } => {
                let places: Vec<_> = searched
                    .iter()
                    .map(|p| format!("`{}`", p.display()))
                    .collect();
                let places = places.join(", ");
                (!places.is_empty()).then(|| format!("these do not exist: {places}"))
            }
            Self::Ambiguous { .. } => Some("rename one of the two".to_owned()),
            Self::AboveRoot { .. } => Some(
                "one dot is the file's own folder, each further dot the folder above".to_owned(),
            ),
            Self::Remote {
                name,
                source_text,
                manifest,
            } => ProjectError::RemotePackage {
                name: name.clone(),
                source_text: source_text.clone(),
                manifest: manifest.clone(),
            }
            .help(),
            Self::Project(error) => error.help(),
        }
    }
}

/// The module that a file belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PackageOwner {
    /// The name it is imported by; `None` for the program's own modules.
    pub name: Option<String>,
    /// Its root.
    pub root: PathBuf,
}

/// Who declared a package; earlier variants win over later ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Declarer {
    /// The caller: `-E`.
    External,
    /// A manifest of the program itself.
    Own,
    /// A manifest of a package.
    Package,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct KnownPackage {
    root: PathBuf,
    declarer: Declarer,
}

/// The modules that a program can import from, by name.
///
/// Names are global: a dependency of a dependency is importable too, and two packages cannot mean different folders by
/// one name, unless the program itself decides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PackageGraph {
    roots: ModuleRoots,
    manifest: Option<Manifest>,
    packages: BTreeMap<String, KnownPackage>,
    vendor_dir: Option<PathBuf>,
    /// Why a package is not there, or not to be used.
    package_problems: BTreeMap<String, ProjectError>,
    /// Manifests that could not be read.
    manifest_problems: Vec<ProjectError>,
}

impl PackageGraph {
    /// Reads the manifests of the program's modules, and those of the packages they depend on.
    ///
    /// `externals` are packages passed from outside; they win over dependencies of the same name. `vendor_dir` is the
    /// folder of downloaded packages. Paths should be absolute. Broken manifests are no failure here: an import that may
    /// depend on one reports it.
    pub fn load(
        fs: &dyn FileSystem,
        roots: ModuleRoots,
        externals: &BTreeMap<String, PathBuf>,
        vendor_dir: Option<&Path>,
    ) -> Self {
        let mut graph = Self {
            manifest: None,
            packages: BTreeMap::new(),
            vendor_dir: vendor_dir.map(|dir| canonical_or_normal(fs, dir)),
            package_problems: BTreeMap::new(),
            manifest_problems: Vec::new(),
            roots,
        };
        let mut queue: VecDeque<(PathBuf, Declarer)> = graph
            .roots
            .iter()
            .map(|root| (root.to_path_buf(), Declarer::Own))
            .collect();
        for (name, path) in externals {
            let root = canonical_or_normal(fs, path);
            queue.push_back((root.clone(), Declarer::Package));
            let package = KnownPackage {
                root,
                declarer: Declarer::External,
            };
            graph.packages.insert(import_name(name), package);
        }
        let mut seen = BTreeSet::new();
        while let Some((dir, declarer)) = queue.pop_front() {
            if !seen.insert(dir.clone()) {
                continue;
            }
            match Manifest::load(fs, &dir) {
                Ok(None) => {}
                Ok(Some(manifest)) => {
                    let new = graph.declare_all(fs, &dir, &manifest, declarer);
                    queue.extend(new.into_iter().map(|root| (root, Declarer::Package)));
                    if dir == graph.roots.main() {
                        graph.manifest = Some(manifest);
                    }
                }
                Err(problem) => graph.manifest_problems.push(problem),
            }
        }
        graph
    }

    /// Adds the dependencies of one manifest; returns the roots of those that were not known.
    fn declare_all(
        &mut self,
        fs: &dyn FileSystem,
        dir: &Path,
        manifest: &Manifest,
        declarer: Declarer,
    ) -> Vec<PathBuf> {
        let manifest_path = dir.join(MANIFEST_FILE);
        let mut new = Vec::new();
        for dependency in &manifest.dependencies {
            let name = &dependency.name;
            let root = match &dependency.source {
                DependencySource::Path(path) => canonical_or_normal(fs, &dir.join(path)),
                remote => {
                    let problem = ProjectError::RemotePackage {
                        name: name.clone(),
                        source_text: remote.to_string(),
                        manifest: manifest_path.clone(),
                    };
                    self.package_problems.entry(name.clone()).or_insert(problem);
                    continue;
                }
            };
            match self.packages.get(name) {
                Some(known) if known.root == root => {}
                Some(known) if known.declarer < declarer => {}
                Some(known) => {
                    let problem = ProjectError::DependencyConflict {
                        name: name.clone(),
                        first: known.root.clone(),
                        second: root,
                    };
                    self.package_problems.insert(name.clone(), problem);
                }
                None if fs.is_dir(&root) => {
                    new.push(root.clone());
                    self.packages
                        .insert(name.clone(), KnownPackage { root, declarer });
                }
                None => {
                    let problem = ProjectError::MissingDependency {
                        name: name.clone(),
                        manifest: manifest_path.clone(),
                        path: root,
                    };
                    self.package_problems.entry(name.clone()).or_insert(problem);
                }
            }
        }
        new
    }

    /// The roots of the program's own modules.
    pub fn roots(&self) -> &ModuleRoots {
        &self.roots
    }

    /// The manifest of the main root, if there is a readable one.
    pub fn manifest(&self) -> Option<&Manifest> {
        self.manifest.as_ref()
    }

    /// The packages known by name and their roots, sorted by name; those of the vendor folder are not among them.
    pub fn packages(&self) -> impl Iterator<Item = (&str, &Path)> {
        self.packages
            .iter()
            .map(|(name, package)| (name.as_str(), package.root.as_path()))
    }

    /// Everything that is wrong with manifests and dependencies, used or not.
    pub fn problems(&self) -> impl Iterator<Item = &ProjectError> {
        self.manifest_problems
            .iter()
            .chain(self.package_problems.values())
    }

    /// The root of the package called `name`, if there is one.
    ///
    /// # Errors
    /// When it is declared but cannot be used, or when a manifest that may declare it is unreadable.
    pub fn package_root(
        &self,
        fs: &dyn FileSystem,
        name: &str,
    ) -> Result<Option<PathBuf>, ProjectError> {
        let problem = self.package_problems.get(name);
        if let Some(conflict @ ProjectError::DependencyConflict { .. }) = problem {
            return Err(conflict.clone());
        }
        if let Some(package) = self.packages.get(name) {
            return Ok(Some(package.root.clone()));
        }
        // A downloaded package is recognized by its manifest; the folder holds other things too.
        let downloaded = self.vendor_dir.as_ref().map(|dir| dir.join(name));
        if let Some(root) = downloaded.filter(|root| fs.is_file(&root.join(MANIFEST_FILE))) {
            return Ok(Some(root));
        }
        match problem.or(self.manifest_problems.first()) {
            Some(problem) => Err(problem.clone()),
            None => Ok(None),
        }
    }

    /// The module that a file belongs to: the innermost one around it.
    pub fn owner(&self, fs: &dyn FileSystem, file: &Path) -> PackageOwner {
        let own = self.roots.iter().map(|root| (None, root));
        let named = self.packages().map(|(name, root)| (Some(name), root));
        let mut innermost: Option<(Option<&str>, &Path)> = None;
        for (name, root) in own.chain(named) {
            let depth = |root: &Path| root.components().count();
            let deeper = innermost.is_none_or(|(_, other)| depth(root) > depth(other));
            if deeper && file.starts_with(root) {
                innermost = Some((name, root));
            }
        }
        if let Some((name, root)) = innermost {
            return PackageOwner {
                name: name.map(str::to_owned),
                root: root.to_path_buf(),
            };
        }
        let in_vendor = self.vendor_dir.as_ref().and_then(|dir| {
            let name = file
                .strip_prefix(dir)
                .ok()?
                .components()
                .next()?
                .as_os_str();
            let root = dir.join(name);
            Some(PackageOwner {
                name: Some(name.to_str()?.to_owned()),
                root,
            })
        });
        in_vendor.unwrap_or_else(|| PackageOwner {
            name: None,
            root: root_of_file(fs, file),
        })
    }

    /// Finds what `import <dots><path>` in `from_file` (an absolute path) names.
    ///
    /// # Errors
    /// See [`ImportError`].
    pub fn resolve_import(
        &self,
        fs: &dyn FileSystem,
        from_file: &Path,
        dots: usize,
        path: &[&str],
    ) -> Result<ImportTarget, ImportError> {
        let owner = self.owner(fs, from_file);
        let import = Import { dots, path };
        if dots > 0 {
            let dir = import.start(from_file, &owner)?;
            return match locate(fs, dir, path) {
                Some(location) => package(fs, location, &owner),
                None => Err(ImportError::NotFound {
                    import: import.to_string(),
                    searched: places(dir, path),
                    suggestions: respell(fs, dir, path, &[])
                        .map(|p| import.with(&p))
                        .into_iter()
                        .collect(),
                }),
            };
        }
        let Some((&first, rest)) = path.split_first() else {
            let (searched, suggestions) = (Vec::new(), Vec::new());
            return Err(ImportError::NotFound {
                import: import.to_string(),
                searched,
                suggestions,
            });
        };
        if rest.is_empty() && SYSTEM_MODULES.contains(&first) {
            return Ok(ImportTarget::System(first.to_owned()));
        }
        if first == PLUGINS && !rest.is_empty() {
            return Ok(ImportTarget::Plugin(rest.join(".")));
        }

        let internal = locate(fs, &owner.root, path);
        // A broken manifest matters only if the own module does not have it.
        let named_root = match self.package_root(fs, first) {
            Err(_) if internal.is_some() => None,
            other => other?,
        };
        let external = named_root.as_ref().and_then(|root| locate(fs, root, rest));
        match (internal, external, named_root) {
            (Some(internal), Some(external), _) => Err(ImportError::Ambiguous {
                import: import.to_string(),
                internal,
                external,
            }),
            (Some(location), None, _) => package(fs, location, &owner),
            (None, Some(location), Some(root)) => package(
                fs,
                location,
                &PackageOwner {
                    name: Some(first.to_owned()),
                    root,
                },
            ),
            (None, _, named_root) => {
                let mut searched = places(&owner.root, path);
                searched.extend(named_root.iter().flat_map(|root| places(root, rest)));
                let suggestions = self.suggestions(fs, &owner, path, named_root.as_deref());
                Err(ImportError::NotFound {
                    import: import.to_string(),
                    searched,
                    suggestions,
                })
            }
        }
    }

    /// Absolute imports like `path` that get further.
    fn suggestions(
        &self,
        fs: &dyn FileSystem,
        owner: &PackageOwner,
        path: &[&str],
        named_root: Option<&Path>,
    ) -> Vec<String> {
        let Some((&first, rest)) = path.split_first() else {
            return Vec::new();
        };
        let mut found = Vec::new();
        // Inside a module, imports start at its root: they do not begin with its own name.
        let own_name = self
            .manifest
            .as_ref()
            .and_then(|manifest| manifest.name.as_deref());
        let is_own_name =
            owner.name.is_none() && own_name.map(import_name).as_deref() == Some(first);
        if is_own_name && locate(fs, &owner.root, rest).is_some() {
            found.extend((!rest.is_empty()).then(|| rest.join(".")));
        }
        if let Some(root) = named_root {
            found.extend(respell(fs, root, rest, &[]).map(|rest| format!("{first}.{rest}")));
        }
        let mut names: Vec<&str> = self.packages.keys().map(String::as_str).collect();
        if rest.is_empty() {
            names.extend(SYSTEM_MODULES);
        }
        found.extend(respell(fs, &owner.root, path, &names));
        found.dedup();
        found
    }
}

/// An import as written.
struct Import<'a> {
    dots: usize,
    path: &'a [&'a str],
}

impl std::fmt::Display for Import<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.with(&self.path.join(".")))
    }
}

impl Import<'_> {
    fn with(&self, path: &str) -> String {
        ".".repeat(self.dots) + path
    }

    /// The folder where a relative import starts.
    fn start<'f>(&self, file: &'f Path, owner: &PackageOwner) -> Result<&'f Path, ImportError> {
        let inside = file
            .ancestors()
            .nth(self.dots)
            .filter(|dir| dir.starts_with(&owner.root));
        inside.ok_or_else(|| ImportError::AboveRoot {
            import: self.to_string(),
            root: owner.root.clone(),
        })
    }
}

/// The two places where `path` under `dir` may be: a folder and a file.
fn places(dir: &Path, path: &[&str]) -> Vec<PathBuf> {
    let mut folder = dir.to_path_buf();
    folder.extend(path);
    match path.split_last() {
        None => vec![folder],
        Some((last, _)) => {
            let file = folder.with_file_name(format!("{last}.k"));
            vec![folder, file]
        }
    }
}

/// The folder or file that `path` under `dir` names; the folder wins, even without files.
fn locate(fs: &dyn FileSystem, dir: &Path, path: &[&str]) -> Option<PathBuf> {
    let mut places = places(dir, path).into_iter();
    let folder = places.next()?;
    if fs.is_dir(&folder) {
        return Some(folder);
    }
    places.find(|file| fs.is_file(file))
}

fn package(
    fs: &dyn FileSystem,
    location: PathBuf,
    owner: &PackageOwner,
) -> Result<ImportTarget, ImportError> {
    let files = if fs.is_dir(&location) {
        let entries = fs
            .list_dir(&location)
            .map_err(|error| ProjectError::io("read the package folder", &location, &error))?;
        let files = entries
            .into_iter()
            .filter(|entry| !entry.is_dir && is_package_file(&entry.name));
        files.map(|entry| entry.path).collect()
    } else {
        vec![location.clone()]
    };
    let inner = location
        .strip_prefix(&owner.root)
        .unwrap_or(&location)
        .with_extension("");
    let names = inner
        .components()
        .map(|part| part.as_os_str().to_string_lossy().into_owned());
    let import_path = owner
        .name
        .clone()
        .into_iter()
        .chain(names)
        .collect::<Vec<_>>()
        .join(".");
    let root = owner.root.clone();
    Ok(ImportTarget::Package(Package {
        location,
        files,
        import_path,
        root,
    }))
}

/// Whether a file of a folder belongs to the package: tests and files starting with `_` do not.
fn is_package_file(name: &str) -> bool {
    name.ends_with(".k") && !name.ends_with("_test.k") && !name.starts_with('_')
}

/// `path` with its first component that does not exist under `dir` replaced by the nearest that does. `names` are other
/// things that the first component could be.
fn respell(fs: &dyn FileSystem, dir: &Path, path: &[&str], names: &[&str]) -> Option<String> {
    let mut dir = dir.to_path_buf();
    for (index, &component) in path.iter().enumerate() {
        let last = index + 1 == path.len();
        let inner = dir.join(component);
        if fs.is_dir(&inner) {
            dir = inner;
            continue;
        }
        let entries = fs.list_dir(&dir).unwrap_or_default();
        let mut candidates: Vec<&str> = entries
            .iter()
            .filter_map(|entry| {
                if entry.is_dir {
                    return (!entry.name.starts_with('.')).then_some(entry.name.as_str());
                }
                let stem = entry.name.strip_suffix(".k")?;
                (last && is_package_file(&entry.name)).then_some(stem)
            })
            .collect();
        if index == 0 {
            candidates.extend(names);
        }
        let better = nearest(component, candidates).filter(|better| *better != component)?;
        let mut path = path.to_vec();
        path[index] = better;
        return Some(path.join("."));
    }
    None
}

#[cfg(test)]
#[path = "packages_tests.rs"]
mod tests;
