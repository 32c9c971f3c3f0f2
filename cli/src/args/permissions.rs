//! Flags that permit a program to touch the world around it.

use clap::Args;
use kiln::{Grant, Permissions};

const HEADING: &str = "Permissions";

/// What the program may touch. Without these flags it may only read the files of its project.
#[derive(Args, Debug)]
pub(crate) struct PermissionArgs {
    /// Let the program read files outside the project: all, or those at and below PATH
    #[arg(long, value_name = "PATH", num_args = 0..=1, require_equals = true, default_missing_value = "", value_delimiter = ',', help_heading = HEADING)]
    allow_read: Vec<String>,
    /// Let it make, change and remove files: all, or those at and below PATH
    #[arg(long, value_name = "PATH", num_args = 0..=1, require_equals = true, default_missing_value = "", value_delimiter = ',', help_heading = HEADING)]
    allow_write: Vec<String>,
    /// Let it read the environment: all variables, or NAME
    #[arg(long, value_name = "NAME", num_args = 0..=1, require_equals = true, default_missing_value = "", value_delimiter = ',', help_heading = HEADING)]
    allow_env: Vec<String>,
    /// Let it read the clock
    #[arg(long, help_heading = HEADING)]
    allow_time: bool,
    /// Let it make random numbers
    #[arg(long, help_heading = HEADING)]
    allow_random: bool,
    /// Let it ask the network for names
    #[arg(long, help_heading = HEADING)]
    allow_net: bool,
    /// Let it do all of that
    #[arg(long, help_heading = HEADING)]
    allow_all: bool,
}

impl PermissionArgs {
    /// What the flags permit.
    pub(crate) fn permissions(&self) -> Permissions {
        if self.allow_all {
            return Permissions::all();
        }
        Permissions {
            read: grant(&self.allow_read),
            write: grant(&self.allow_write),
            env: grant(&self.allow_env),
            time: self.allow_time,
            random: self.allow_random,
            net: self.allow_net,
        }
    }
}

/// A flag without value permits everything.
fn grant<T: for<'a> From<&'a String>>(values: &[String]) -> Grant<T> {
    match values {
        [] => Grant::Nothing,
        _ if values.iter().any(String::is_empty) => Grant::Everything,
        _ => Grant::These(values.iter().map(T::from).collect()),
    }
}
