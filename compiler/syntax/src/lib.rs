//! Text to syntax tree: lexer, layout, outline, grammar. Parsing never fails: any bytes give a tree and diagnostics.
//! This crate knows nothing of salsa, files or terminals.

pub mod ast;
pub mod diagnostic;
pub mod span;
