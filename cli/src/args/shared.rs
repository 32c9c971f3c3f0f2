//! Flags that several commands have.

use std::collections::BTreeMap;
use std::path::PathBuf;

use clap::Args;
use kiln::Limits;
use kiln_project::parse_external;

use super::comma_split;
use super::values::{positive, size};
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

/// What an evaluation may use.
#[derive(Args, Debug)]
pub(crate) struct LimitArgs {
    /// Integers must fit 32 bits
    #[arg(
        short = 'r',
        long,
        alias = "strict_range_check",
        help_heading = "Limits"
    )]
    pub(crate) strict_range_check: bool,
    /// Most nested calls and evaluations
    #[arg(long, alias = "max_depth", value_name = "COUNT", value_parser = positive, help_heading = "Limits")]
    max_depth: Option<u64>,
    /// Most calls and loop rounds
    #[arg(long, alias = "max_steps", value_name = "COUNT", value_parser = positive, help_heading = "Limits")]
    max_steps: Option<u64>,
    /// Most memory for values, in MiB; also `512M`, `2G`
    #[arg(long, alias = "max_memory", value_name = "SIZE", value_parser = size, help_heading = "Limits")]
    max_memory: Option<usize>,
}

impl LimitArgs {
    /// The limits.
    pub(crate) fn limits(&self) -> Limits {
        let default = Limits::default();
        Limits {
            depth: self
                .max_depth
                .map_or(default.depth, |n| usize::try_from(n).unwrap_or(usize::MAX)),
            steps: self.max_steps.unwrap_or(default.steps),
            memory: self.max_memory.unwrap_or(default.memory),
            ..default
        }
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
