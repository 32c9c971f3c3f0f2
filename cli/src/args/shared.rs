//! Flags that several commands have.

use std::collections::BTreeMap;
use std::path::PathBuf;

use clap::Args;
use kiln_project::parse_external;

use super::comma_split;
use crate::failure::Failure;
use crate::messages::MessageFormat;

/// What a program is given beside its files.
#[derive(Args, Debug)]
pub(crate) struct ProgramArgs {
    /// Value for option("KEY"): JSON, or a plain string
    #[arg(
        short = 'D',
        long,
        value_name = "KEY=VALUE",
        allow_hyphen_values = true,
        help_heading = "Program inputs"
    )]
    pub(crate) argument: Vec<String>,
    /// Settings files instead of `kcl.yaml`
    #[arg(
        short = 'Y',
        long,
        value_name = "FILES",
        help_heading = "Program inputs"
    )]
    pub(crate) setting: Vec<String>,
    /// Where to find the package NAME
    #[arg(
        short = 'E',
        long,
        value_name = "NAME=FOLDER",
        help_heading = "Program inputs"
    )]
    pub(crate) external: Vec<String>,
}

impl ProgramArgs {
    /// The settings files.
    pub(crate) fn settings(&self) -> Vec<PathBuf> {
        let files = comma_split(&self.setting).into_iter();
        files.map(PathBuf::from).collect()
    }

    /// Packages by name, with their folders.
    pub(crate) fn externals(&self) -> Result<BTreeMap<String, PathBuf>, Failure> {
        let texts = comma_split(&self.external).into_iter();
        texts
            .map(|text| parse_external(&text).map_err(|e| Failure::flag(&e)))
            .collect()
    }
}

/// How messages look.
#[derive(Args, Debug)]
pub(crate) struct StyleArgs {
    /// How to write messages: `human` and `short` go to standard error; the others, too, if documents are printed
    #[arg(
        long,
        alias = "message_format",
        value_enum,
        default_value = "human",
        value_name = "FORMAT",
        help_heading = "Messages"
    )]
    pub(crate) message_format: MessageFormat,
    /// No colours
    #[arg(long, alias = "no_style", help_heading = "Messages")]
    pub(crate) no_style: bool,
}
