//! The flags of `kiln repl`.

use clap::Args;

use super::permissions::PermissionArgs;
use super::shared::{LimitArgs, ProgramArgs};

pub(super) const REPL_EXAMPLES: &str = "\
Examples:
  kiln repl                     an empty program in this folder
  kiln repl main.k -D env=dev   with a file loaded, and a value for option(\"env\")
  echo '1 + 1' | kiln repl      without prompts; the exit status is 1 if anything was wrong

At the prompt, `:help` lists the commands. Earlier inputs are kept in `kiln/repl_history` of the folder for state
($XDG_STATE_HOME, or else ~/.local/state).";

/// `kiln repl`
#[derive(Args, Debug)]
pub(crate) struct ReplArgs {
    /// Files, folders or patterns to load first
    #[arg(value_name = "FILES")]
    pub(crate) files: Vec<String>,

    #[command(flatten)]
    pub(crate) program: ProgramArgs,
    #[command(flatten)]
    pub(crate) permissions: PermissionArgs,
    #[command(flatten)]
    pub(crate) limits: LimitArgs,

    /// No colours
    #[arg(long, alias = "no_style", help_heading = "Messages")]
    pub(crate) no_style: bool,
}
