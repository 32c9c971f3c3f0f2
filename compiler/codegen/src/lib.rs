//! Syntax tree to bytecode, one top-level item at a time. What a name of another item means is left to the linker,
//! so that editing one item compiles only that item again.

mod config;
mod constant;
mod expr;
mod function;
mod item;
mod lambda;
mod loops;
mod names;
mod program;
mod proof;
mod schema;
mod statement;
mod types;
mod unit;

pub use program::{Located, build_package, bytecode, package_key};
