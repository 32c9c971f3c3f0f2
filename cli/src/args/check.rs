//! The flags of `kiln check` and what it shares with other commands that do not run programs.

use clap::Args;

use super::shared::{ProgramArgs, StyleArgs};

/// So many messages of one file are shown to people.
const MOST_OF_A_FILE: usize = 20;

pub(super) const CHECK_EXAMPLES: &str = "\
Examples:
  kiln check                                the module around this folder, or else this folder
  kiln check apps platform                  these folders, with everything below them
  kiln check base.k prod.k                  these files, as one program
  kiln check -E k8s=../k8s                  with a package from elsewhere
  kiln check --message-format sarif > check.sarif
  kiln check --message-format github        annotations in a GitHub workflow

A folder stands for every folder with `.k` files below it, hidden ones excepted. A `kcl.yaml` names a program of its own;
a folder with a `kcl.mod` is a module of its own. Nothing is run.

Exit status: 0 without errors, 1 with errors, 2 if the command line is wrong.";

/// `kiln check`
#[derive(Args, Debug)]
pub(crate) struct CheckArgs {
    #[command(flatten)]
    pub(crate) scope: ScopeArgs,
    #[command(flatten)]
    pub(crate) messages: MessageArgs,
}

/// What is checked.
#[derive(Args, Debug)]
pub(crate) struct ScopeArgs {
    /// Folders; or files, patterns and `-` (standard input), which together are one program
    ///
    /// Without paths, the module around the working directory is checked, or else that directory.
    #[arg(value_name = "PATHS")]
    pub(crate) paths: Vec<String>,

    #[command(flatten)]
    pub(crate) program: ProgramArgs,
}

/// How findings are shown.
#[derive(Args, Debug)]
pub(crate) struct MessageArgs {
    /// Most messages of one file; 0 for all [default: 20, or all with a format for programs]
    #[arg(
        long,
        alias = "max_errors",
        value_name = "COUNT",
        help_heading = "Messages"
    )]
    pub(crate) max_errors: Option<usize>,
    /// Only errors, and no summary
    #[arg(short, long, help_heading = "Messages")]
    pub(crate) quiet: bool,
    #[command(flatten)]
    pub(crate) style: StyleArgs,
}

impl MessageArgs {
    /// How many messages of one file are shown.
    pub(crate) fn most(&self) -> usize {
        match self.max_errors {
            Some(0) => usize::MAX,
            Some(most) => most,
            None if self.style.message_format.is_for_machines() => usize::MAX,
            None => MOST_OF_A_FILE,
        }
    }
}
