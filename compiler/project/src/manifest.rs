//! `kcl.mod`: the file that marks a module root, names the module, and declares dependencies and default options.
//!
//! A program compiles whatever its manifest contains; the content matters once a dependency or a default option is asked
//! for. So reading gives a `Result` that a caller may keep for later.
//!
//! The lock file `kcl.mod.lock` will get a type of its own beside [`Manifest`] once packages are fetched: it records what
//! was fetched, and the path dependencies resolved today need no record.

mod lints;

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use toml::{Spanned, Value};

use crate::errors::{Position, ProjectError};
use crate::root::MANIFEST_FILE;
use crate::source::FileSystem;

pub use lints::{LintSetting, LintValue};

/// What a `kcl.mod` says. An empty file is a valid manifest.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Manifest {
    /// `package.name`.
    pub name: Option<String>,
    /// `package.version`.
    pub version: Option<String>,
    /// `package.edition`: the language version the module was written for. Informational.
    pub edition: Option<String>,
    /// `package.description`.
    pub description: Option<String>,
    /// `package.include`: paths or patterns to publish.
    pub include: Vec<String>,
    /// `package.exclude`: paths or patterns not to publish.
    pub exclude: Vec<String>,
    /// The dependencies, sorted by name.
    pub dependencies: Vec<Dependency>,
    /// Default inputs and options of a run.
    pub profile: Profile,
    /// The table `[lints]`, in order of names. Which names there are is not known here.
    pub lints: Vec<LintSetting>,
}

/// The table `[profile]`: what a run uses when neither a settings file nor the command line says otherwise.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Profile {
    /// Run inputs, relative to the module root; `${name:KCL_MOD}/…` is allowed.
    pub entries: Vec<String>,
    /// Whether attributes that are None are left out.
    pub disable_none: Option<bool>,
    /// Whether keys are sorted.
    pub sort_keys: Option<bool>,
    /// Path selectors, as after `-S`.
    pub selectors: Vec<String>,
    /// Overrides, as after `-O`.
    pub overrides: Vec<String>,
    /// Option values, as after `-D`. The key `arguments` means the same.
    #[serde(alias = "arguments")]
    pub options: Vec<String>,
}

/// One line of the table `[dependencies]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dependency {
    /// The name as imports spell it: the key with `_` for `-`.
    pub name: String,
    /// The key as written.
    pub key: String,
    /// Where the package comes from.
    pub source: DependencySource,
}

/// Where a dependency comes from. Only [`DependencySource::Path`] can be used today.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DependencySource {
    /// A folder, relative to the manifest's.
    Path(PathBuf),
    /// A version in the default registry.
    Registry {
        /// The version.
        version: String,
        /// The package's name there, when it differs from the dependency's.
        package: Option<String>,
    },
    /// A git repository.
    Git {
        /// Its address.
        url: String,
        /// What to check out; the default branch if nothing is said.
        reference: Option<GitReference>,
        /// The package inside the repository, when it is not the repository itself.
        package: Option<String>,
        /// The package's version.
        version: Option<String>,
    },
    /// An artifact in an OCI registry.
    Oci {
        /// `oci://host/repository`, or only the repository, in the default registry.
        location: String,
        /// The tag; the latest if nothing is said.
        tag: Option<String>,
        /// The package inside the artifact, when it is not the artifact itself.
        package: Option<String>,
    },
}

/// What to check out of a git repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GitReference {
    /// A tag.
    Tag(String),
    /// The tip of a branch.
    Branch(String),
    /// A commit.
    Commit(String),
}

impl fmt::Display for DependencySource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Path(path) => write!(f, "the folder `{}`", path.display()),
            Self::Registry { version, .. } => write!(f, "the registry (version {version})"),
            Self::Git { url, .. } => write!(f, "the git repository `{url}`"),
            Self::Oci { location, .. } => write!(f, "the OCI registry (`{location}`)"),
        }
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct RawManifest {
    package: RawPackage,
    dependencies: BTreeMap<String, Spanned<Value>>,
    profile: Profile,
    lints: BTreeMap<String, Spanned<Value>>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct RawPackage {
    name: Option<String>,
    version: Option<String>,
    edition: Option<String>,
    description: Option<String>,
    include: Vec<String>,
    exclude: Vec<String>,
}

impl Manifest {
    /// Reads the manifest of the module at `root`; `None` when there is no `kcl.mod`.
    ///
    /// # Errors
    /// When the file is unreadable or not a manifest.
    pub fn load(fs: &dyn FileSystem, root: &Path) -> Result<Option<Self>, ProjectError> {
        let path = root.join(MANIFEST_FILE);
        if !fs.is_file(&path) {
            return Ok(None);
        }
        let text = fs
            .read_text(&path)
            .map_err(|error| ProjectError::io("read the manifest", &path, &error))?;
        Self::parse(&path, &text).map(Some)
    }

    /// Reads a manifest from its text; `path` is for messages only.
    ///
    /// # Errors
    /// When the text is not TOML, or a field has the wrong type. Unknown fields are ignored.
    pub fn parse(path: &Path, text: &str) -> Result<Self, ProjectError> {
        let malformed = |offset: Option<usize>, message: String| ProjectError::Malformed {
            what: "manifest",
            path: path.to_path_buf(),
            position: offset.map(|offset| Position::of_offset(text, offset)),
            message,
        };
        let raw: RawManifest = toml::from_str(text).map_err(|error| {
            let message = error.message().trim_end().replace('\n', ", ");
            malformed(error.span().map(|span| span.start), message)
        })?;
        let mut dependencies: Vec<Dependency> = Vec::new();
        for (key, value) in raw.dependencies {
            let start = Some(value.span().start);
            let source = dependency_source(value.into_inner())
                .map_err(|message| malformed(start, format!("dependency `{key}`: {message}")))?;
            let name = import_name(&key);
            if let Some(other) = dependencies.iter().find(|other| other.name == name) {
                let message = format!(
                    "the dependencies `{}` and `{key}` are both imported as `{name}`",
                    other.key
                );
                return Err(malformed(start, message));
            }
            dependencies.push(Dependency { name, key, source });
        }
        dependencies.sort_by(|a, b| a.name.cmp(&b.name));
        let lints = lints::settings(raw.lints)
            .map_err(|(start, message)| malformed(Some(start), message))?;
        let RawPackage {
            name,
            version,
            edition,
            description,
            include,
            exclude,
        } = raw.package;
        let profile = raw.profile;
        Ok(Self {
            name,
            version,
            edition,
            description,
            include,
            exclude,
            dependencies,
            profile,
            lints,
        })
    }
}

/// The name by which a package is imported: names of packages may contain `-`, names in programs may not.
pub(crate) fn import_name(key: &str) -> String {
    key.replace('-', "_")
}

fn dependency_source(value: Value) -> Result<DependencySource, String> {
    let mut table = match value {
        Value::String(version) => {
            return Ok(DependencySource::Registry {
                version,
                package: None,
            });
        }
        Value::Table(table) => table,
        other => {
            let found = other.type_str();
            return Err(format!(
                "expected a version in quotes or a table, found {found}"
            ));
        }
    };
    let mut field = |name: &str| match table.remove(name) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(other) => Err(format!(
            "`{name}` must be a string, found {}",
            other.type_str()
        )),
    };
    let (path, git, oci, repo) = (field("path")?, field("git")?, field("oci")?, field("repo")?);
    let (tag, branch, commit) = (field("tag")?, field("branch")?, field("commit")?);
    let (version, package) = (field("version")?, field("package")?);
    match (path, git, oci.or(repo), version) {
        (Some(path), None, None, _) => Ok(DependencySource::Path(PathBuf::from(path))),
        (None, Some(url), None, version) => {
            let reference = match (tag, branch, commit) {
                (None, None, None) => None,
                (Some(tag), None, None) => Some(GitReference::Tag(tag)),
                (None, Some(branch), None) => Some(GitReference::Branch(branch)),
                (None, None, Some(commit)) => Some(GitReference::Commit(commit)),
                _ => return Err("only one of `tag`, `branch` and `commit` is allowed".to_owned()),
            };
            Ok(DependencySource::Git {
                url,
                reference,
                package,
                version,
            })
        }
        (None, None, Some(location), version) => Ok(DependencySource::Oci {
            location,
            tag: tag.or(version),
            package,
        }),
        (None, None, None, Some(version)) => Ok(DependencySource::Registry { version, package }),
        (None, None, None, None) => {
            Err("expected one of `path`, `git`, `oci` and `version`".to_owned())
        }
        _ => Err("only one of `path`, `git` and `oci` is allowed".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::MemoryFileSystem;

    fn parse(text: &str) -> Result<Manifest, ProjectError> {
        Manifest::parse(Path::new("/m/kcl.mod"), text)
    }

    fn message(text: &str) -> String {
        parse(text).unwrap_err().to_string()
    }

    #[test]
    fn every_field_is_read() {
        let manifest = parse(
            r#"
[package]
name = "shop"
version = "0.2.0"
edition = "v0.11.0"
description = "shop stack"
include = ["src/", "README.md"]
exclude = ["*.log"]
unknown = 1

[dependencies]
k8s = "1.31"
my-base = { path = "../base" }
net = { git = "https://example.org/net.git", tag = "v1.2.0" }
obs = { oci = "oci://registry.example/team/obs", tag = "0.4.1" }
sub = { git = "https://example.org/mono.git", commit = "8f3c1ab", package = "sub", version = "0.0.1" }
other = { package = "k8s", version = "1.30" }
hostless = { repo = "team/obs", tag = "0.4.1" }

[profile]
entries = ["main.k", "${k8s:KCL_MOD}/core.k"]
disable_none = true
sort_keys = false
selectors = ["a"]
overrides = ["b=1"]
options = ["c=2"]
"#,
        )
        .unwrap();
        assert_eq!(manifest.name.as_deref(), Some("shop"));
        assert_eq!(manifest.version.as_deref(), Some("0.2.0"));
        assert_eq!(manifest.edition.as_deref(), Some("v0.11.0"));
        assert_eq!(manifest.description.as_deref(), Some("shop stack"));
        assert_eq!(manifest.include, ["src/", "README.md"]);
        assert_eq!(manifest.exclude, ["*.log"]);
        let sources: Vec<_> = manifest
            .dependencies
            .iter()
            .map(|d| (d.name.as_str(), d.source.clone()))
            .collect();
        let text = str::to_owned;
        let expected = [
            (
                "hostless",
                DependencySource::Oci {
                    location: text("team/obs"),
                    tag: Some(text("0.4.1")),
                    package: None,
                },
            ),
            (
                "k8s",
                DependencySource::Registry {
                    version: text("1.31"),
                    package: None,
                },
            ),
            ("my_base", DependencySource::Path(PathBuf::from("../base"))),
            (
                "net",
                DependencySource::Git {
                    url: text("https://example.org/net.git"),
                    reference: Some(GitReference::Tag(text("v1.2.0"))),
                    package: None,
                    version: None,
                },
            ),
            (
                "obs",
                DependencySource::Oci {
                    location: text("oci://registry.example/team/obs"),
                    tag: Some(text("0.4.1")),
                    package: None,
                },
            ),
            (
                "other",
                DependencySource::Registry {
                    version: text("1.30"),
                    package: Some(text("k8s")),
                },
            ),
            (
                "sub",
                DependencySource::Git {
                    url: text("https://example.org/mono.git"),
                    reference: Some(GitReference::Commit(text("8f3c1ab"))),
                    package: Some(text("sub")),
                    version: Some(text("0.0.1")),
                },
            ),
        ];
        assert_eq!(sources, expected);
        assert_eq!(manifest.dependencies[2].key, "my-base");
        let profile = Profile {
            entries: vec![text("main.k"), text("${k8s:KCL_MOD}/core.k")],
            disable_none: Some(true),
            sort_keys: Some(false),
            selectors: vec![text("a")],
            overrides: vec![text("b=1")],
            options: vec![text("c=2")],
        };
        assert_eq!(manifest.profile, profile);
    }

    #[test]
    fn empty_text_is_a_manifest() {
        assert_eq!(parse("").unwrap(), Manifest::default());
        assert_eq!(parse("\u{feff}[package]\n").unwrap(), Manifest::default());
    }

    #[test]
    fn arguments_is_another_name_for_options() {
        assert_eq!(
            parse("[profile]\narguments = ['a=1']")
                .unwrap()
                .profile
                .options,
            ["a=1"]
        );
    }

    #[test]
    fn errors_name_the_place() {
        assert_eq!(
            message("[package]\nname = [[["),
            "invalid manifest `/m/kcl.mod` at 2:11: unclosed array, expected `]`"
        );
        assert!(message("[package]\nname = 1").contains("at 2:8: invalid type: integer"));
        let cases = [
            (
                "a = 1.31",
                "expected a version in quotes or a table, found float",
            ),
            (
                "a = {}",
                "expected one of `path`, `git`, `oci` and `version`",
            ),
            ("a = {path = 1}", "`path` must be a string, found integer"),
            (
                "a = {path = 'x', git = 'y'}",
                "only one of `path`, `git` and `oci` is allowed",
            ),
            (
                "a = {git = 'x', tag = '1', branch = 'b'}",
                "only one of `tag`, `branch` and `commit` is allowed",
            ),
        ];
        for (line, expected) in cases {
            let found = message(&format!("[dependencies]\n{line}"));
            let expected = format!("at 2:5: dependency `a`: {expected}");
            assert!(found.ends_with(&expected), "{found}");
        }
        assert!(
            message("[dependencies]\na-b = '1'\na_b = '2'")
                .ends_with("at 3:7: the dependencies `a-b` and `a_b` are both imported as `a_b`")
        );
    }

    #[test]
    fn load_tells_absent_from_unreadable() {
        let fs = MemoryFileSystem::with_files([("/a/kcl.mod", b"\xff".to_vec())]);
        assert_eq!(Manifest::load(&fs, Path::new("/")), Ok(None));
        let error = Manifest::load(&fs, Path::new("/a")).unwrap_err();
        assert_eq!(
            error.to_string(),
            "cannot read the manifest `/a/kcl.mod`: the text is not UTF-8 (at byte 0)"
        );
    }
}
