//! The flags of `kiln lint`.

use std::fmt::Write;

use clap::Args;
use kiln::lint;

use super::check::{MessageArgs, ScopeArgs};

const LINT_EXAMPLES: &str = "\
Examples:
  kiln lint                           the module around this folder, or else this folder
  kiln lint apps -F unused_import     where an unused import is an error
  kiln lint -A naming -W missing_docs
  kiln lint --fix                     apply the corrections
  kiln lint --fix --dry-run           show them as a diff

Levels are set, from weak to strong, by default, by the table `[lints]` of kcl.mod (unused_import = \"deny\") and by flags;
of several flags for one lint the strictest counts. A comment `# kiln: allow(naming)` allows a lint for the statement below
it, at the end of a line for that line, as first line for the file.";

/// Text below the flags: examples, and all lints.
pub(super) fn after_help() -> String {
    let mut text = format!("{LINT_EXAMPLES}\n\nLints:\n");
    for lint in lint::ALL {
        let _ = writeln!(
            text,
            "  {:<17} {} ({})",
            lint.name, lint.code.summary, lint.level
        );
    }
    text.push_str(
        "\n`kiln explain unused_import` says more.\n\n\
         Exit status: 0 without errors, 1 with errors or denied lints, 2 if the command line is wrong.",
    );
    text
}

/// `kiln lint`
#[derive(Args, Debug)]
pub(crate) struct LintArgs {
    #[command(flatten)]
    pub(crate) scope: ScopeArgs,

    /// Say nothing about this lint
    #[arg(short = 'A', long, value_name = "LINT", help_heading = "Lints")]
    pub(crate) allow: Vec<String>,
    /// Warn about this lint
    #[arg(short = 'W', long, value_name = "LINT", help_heading = "Lints")]
    pub(crate) warn: Vec<String>,
    /// Take this lint for an error
    #[arg(short = 'F', long, value_name = "LINT", help_heading = "Lints")]
    pub(crate) deny: Vec<String>,
    /// Apply the corrections that lints offer
    #[arg(long, help_heading = "Lints")]
    pub(crate) fix: bool,
    /// Only show what `--fix` would change
    #[arg(long, alias = "dry_run", requires = "fix", help_heading = "Lints")]
    pub(crate) dry_run: bool,

    #[command(flatten)]
    pub(crate) messages: MessageArgs,
}
