//! Values, bytecode, virtual machine, merge rules and document emission. Knows nothing of source text but spans.

pub mod bytecode;
pub mod class;
pub mod effects;
pub mod emit;
pub mod equal;
pub mod error;
pub mod heap;
pub mod host;
pub mod native;
pub mod origin;
pub mod program;
pub mod text;
pub mod value;
pub mod vm;
