//! What keeps a command from doing its work: files, settings and values of flags. Mistakes in programs are no
//! failures but reports; see `messages`.

use std::io;
use std::path::Path;

use kiln::{ProjectError, SessionError};
use miette::{Diagnostic, GraphicalReportHandler, GraphicalTheme};
use thiserror::Error;

use crate::{EXIT_FAILED, EXIT_USAGE};

/// Why a command stops, what to do about it, and the exit status.
#[derive(Debug, Error, Diagnostic)]
#[error("{message}")]
pub(crate) struct Failure {
    message: String,
    #[help]
    help: Option<String>,
    pub(crate) exit: u8,
}

impl Failure {
    /// The command line is wrong.
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            help: None,
            exit: EXIT_USAGE,
        }
    }

    /// Files or settings are wrong.
    pub(crate) fn failed(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            help: None,
            exit: EXIT_FAILED,
        }
    }

    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// `cannot {what} `{path}`: reason`
    pub(crate) fn io(what: &str, path: &Path, error: &io::Error) -> Self {
        Self::failed(format!(
            "cannot {what} `{}`: {}",
            path.display(),
            reason(error)
        ))
    }

    /// The value of a flag cannot be read.
    pub(crate) fn flag(error: &ProjectError) -> Self {
        Self {
            message: error.to_string(),
            help: error.help(),
            exit: EXIT_USAGE,
        }
    }

    /// As a line of JSON.
    pub(crate) fn json(&self) -> Vec<u8> {
        crate::messages::json_failure(&self.message, self.help.as_deref())
    }

    /// As text for the terminal.
    pub(crate) fn rendered(&self, colours: bool) -> String {
        let mut theme = if colours {
            GraphicalTheme::unicode()
        } else {
            GraphicalTheme::unicode_nocolor()
        };
        "error:".clone_into(&mut theme.characters.error);
        let mut text = String::new();
        let handler = GraphicalReportHandler::new_themed(theme)
            .with_links(false)
            .with_wrap_lines(false);
        if handler.render_report(&mut text, self).is_err() {
            text = format!("error: {}\n", self.message);
        }
        // the handler leaves a margin of two
        text.lines()
            .map(|line| format!("{}\n", line.strip_prefix("  ").unwrap_or(line)))
            .collect()
    }
}

impl From<ProjectError> for Failure {
    fn from(error: ProjectError) -> Self {
        Self {
            message: error.to_string(),
            help: error.help(),
            exit: EXIT_FAILED,
        }
    }
}

impl From<SessionError> for Failure {
    fn from(error: SessionError) -> Self {
        Self {
            message: error.to_string(),
            help: error.help(),
            exit: EXIT_FAILED,
        }
    }
}

/// An error of the system in plain words.
pub(crate) fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "no such file or directory".to_owned(),
        io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        io::ErrorKind::StorageFull => "no space left on the device".to_owned(),
        io::ErrorKind::IsADirectory => "it is a folder".to_owned(),
        _ => error.to_string(),
    }
}
