//! The command from outside, through the real binary.

mod check;
mod commands;
mod common;
mod fmt;
mod formats;
mod lint;
mod mistakes;
#[cfg(unix)]
mod neovim;
mod permissions;
#[cfg(unix)]
mod prompt;
#[cfg(unix)]
mod repl;
mod reports;
mod run;
