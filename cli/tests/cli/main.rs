//! The command from outside, through the real binary.

mod check;
mod commands;
mod common;
mod fmt;
mod formats;
mod lint;
mod mistakes;
mod permissions;
mod reports;
mod run;
