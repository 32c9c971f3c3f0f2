//! Editor features: pure functions of a database, a file in a package and a byte offset, giving plain data.
//!
//! Nothing here resolves a name or infers a type by itself: [`kiln_analysis::check::trace`] records what the checker finds
//! out. No protocol types and no file access either; the language server and the interactive prompt add those.
//!
//! Reading order: [`place`] (positions), [`symbol`] (what a name at a position stands for, everywhere), then one file for
//! each feature.

pub mod actions;
pub mod catalog;
pub mod completion;
pub mod computed;
pub mod describe;
pub mod docs;
pub mod folding;
pub mod goto;
pub mod hierarchy;
pub mod hover;
pub mod importing;
pub mod index;
pub mod inlay;
pub mod lenses;
pub mod links;
pub mod place;
pub mod references;
pub mod rename;
pub mod signature;
pub mod symbol;
pub mod symbols;
pub mod tokens;
pub mod typing;
pub mod words;

pub use place::{FileRange, TextEdit};
