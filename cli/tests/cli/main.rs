//! The command from outside, through the real binary.

mod commands;
mod common;
mod reports;
mod run;
