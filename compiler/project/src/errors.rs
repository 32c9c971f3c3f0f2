//! What can go wrong with files, manifests, settings and options, and what to do about it. Errors of imports are in
//! [`crate::packages`].

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

/// A place in a text file, counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// The line.
    pub line: usize,
    /// The column, in characters.
    pub column: usize,
}

impl Position {
    /// The place of byte `offset` in `text`.
    pub(crate) fn of_offset(text: &str, offset: usize) -> Self {
        let before = text.get(..offset).unwrap_or(text);
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        Self {
            line: before.matches('\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
        }
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.line, self.column)
    }
}

/// Any failure of this crate but a failed import.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ProjectError {
    /// The file system refused.
    #[error("cannot {operation} `{}`: {message}", path.display())]
    Io {
        /// What was tried, as in "cannot *read the manifest* …".
        operation: &'static str,
        /// The file or directory.
        path: PathBuf,
        /// What kind of refusal.
        kind: io::ErrorKind,
        /// The system's words.
        message: String,
    },
    /// A manifest or settings file does not have the format it should have.
    #[error("invalid {what} `{}`{}: {message}", path.display(), at(*position))]
    Malformed {
        /// "manifest" or "settings file".
        what: &'static str,
        /// The file.
        path: PathBuf,
        /// Where in it, when known.
        position: Option<Position>,
        /// What is wrong.
        message: String,
    },
    /// A path dependency whose folder does not exist.
    #[error("the dependency `{name}` of `{}` points to `{}`, which is not a folder", manifest.display(), path.display())]
    MissingDependency {
        /// The name as imported.
        name: String,
        /// The manifest that declares it.
        manifest: PathBuf,
        /// The folder that is not there.
        path: PathBuf,
    },
    /// Two dependencies give the same name to different folders.
    #[error("the dependency `{name}` is `{}` for one package and `{}` for another", first.display(), second.display())]
    DependencyConflict {
        /// The name as imported.
        name: String,
        /// The folder met first.
        first: PathBuf,
        /// The folder met later.
        second: PathBuf,
    },
    /// A dependency that would have to be downloaded.
    #[error(
        "the package `{name}` comes from {source_text}, and remote packages are not supported yet"
    )]
    RemotePackage {
        /// The name as imported.
        name: String,
        /// The source, in words.
        source_text: String,
        /// The manifest that declares it.
        manifest: PathBuf,
    },
    /// `${name:KCL_MOD}` with a name that is no package.
    #[error("`{input}` names the package `{name}`, which is not known here")]
    UnknownPackage {
        /// The whole input.
        input: String,
        /// The package name in it.
        name: String,
        /// A known package with a similar name.
        suggestion: Option<String>,
    },
    /// A run input that does not exist, or a pattern that nothing matches.
    #[error("cannot find the file or folder `{input}`")]
    EntryNotFound {
        /// The input as written.
        input: String,
        /// Something that exists beside it and has a similar name.
        suggestion: Option<String>,
    },
    /// A run input that stands for no file.
    #[error("there is no `.k` file in the folder `{}`", path.display())]
    NoFiles {
        /// The folder.
        path: PathBuf,
    },
    /// A command line option, or the same text in a settings file or manifest, that cannot be read.
    #[error("invalid {what} `{text}`: {message}")]
    InvalidOption {
        /// What it should be, such as "override".
        what: &'static str,
        /// The text as written.
        text: String,
        /// What is wrong with it.
        message: String,
        /// How it should look.
        help: &'static str,
    },
}

fn at(position: Option<Position>) -> String {
    position
        .map(|position| format!(" at {position}"))
        .unwrap_or_default()
}

impl ProjectError {
    pub(crate) fn io(operation: &'static str, path: &Path, error: &io::Error) -> Self {
        let message = match error.kind() {
            io::ErrorKind::NotFound => "no such file or directory".to_owned(),
            _ => error.to_string(),
        };
        Self::Io {
            operation,
            path: path.to_path_buf(),
            kind: error.kind(),
            message,
        }
    }

    /// What the user can do about it.
    pub fn help(&self) -> Option<String> {
        match self {
            Self::Io {
                kind: io::ErrorKind::NotFound,
                ..
            } => Some("check the spelling of the path and the folder it starts from".to_owned()),
            Self::Io { .. } | Self::Malformed { .. } => None,
            Self::MissingDependency { manifest, .. } => Some(format!(
                "the path is relative to `{}`",
                manifest.parent().unwrap_or(manifest).display()
            )),
            Self::DependencyConflict { name, .. } => Some(format!(
                "choose one: declare `{name}` in the main module's `kcl.mod`, or pass `-E {name}=<folder>`"
            )),
            Self::RemotePackage { name, .. } => Some(format!(
                "download it, then pass `-E {name}=<folder>` or write `{name} = {{ path = \"<folder>\" }}`"
            )),
            Self::UnknownPackage {
                suggestion, name, ..
            } => Some(match suggestion {
                Some(similar) => format!("did you mean `{similar}`?"),
                None => format!("declare it in `kcl.mod`, or pass `-E {name}=<folder>`"),
            }),
            Self::EntryNotFound { suggestion, .. } => suggestion
                .as_ref()
                .map(|similar| format!("did you mean `{similar}`?")),
            Self::NoFiles { .. } => Some(
                "files ending in `_test.k` do not count, and subfolders are not searched"
                    .to_owned(),
            ),
            Self::InvalidOption { help, .. } => Some((*help).to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_count_characters_from_one() {
        assert_eq!(Position::of_offset("é = 1\nü x", 10).to_string(), "2:3");
        assert_eq!(Position::of_offset("a", 99).to_string(), "1:2");
    }
}
