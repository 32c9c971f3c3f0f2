//! The flags of `kiln fmt`.

use clap::Args;

use super::StyleArgs;

pub(super) const FMT_EXAMPLES: &str = "\
Examples:
  kiln fmt                     the `.k` files of this folder
  kiln fmt ./...               and of all folders below it
  kiln fmt main.k lib          a file, and the files of a folder
  kiln fmt --check ./...       only say which files are not formatted
  kiln fmt --diff main.k       show what would change
  cat main.k | kiln fmt -      from standard input to standard output

Prints the paths of the files that it changed. Parts with syntax errors stay as they are. The indentation is that of
`.editorconfig` (indent_style, indent_size, tab_width), or else four blanks.

Exit status: 0 if all went well, 1 if a file could not be read or written or if `--check` found files that are not
formatted, 2 if the command line is wrong.";

/// `kiln fmt`
#[derive(Args, Debug)]
pub(crate) struct FmtArgs {
    /// Files, folders (the `.k` files in them), `FOLDER/...` (all below them too), or `-` (standard input)
    #[arg(value_name = "PATHS", default_value = ".")]
    pub(crate) paths: Vec<String>,

    /// Change nothing: list the files that are not formatted, and fail if there are any
    #[arg(long, visible_alias = "dry-run", alias = "dry_run")]
    pub(crate) check: bool,
    /// Change nothing: show what would change
    #[arg(long)]
    pub(crate) diff: bool,

    /// No warnings about syntax errors, and no summary
    #[arg(short, long, help_heading = "Messages")]
    pub(crate) quiet: bool,
    #[command(flatten)]
    pub(crate) style: StyleArgs,
}
