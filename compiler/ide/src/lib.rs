//! Editor features: pure functions of a database, a file in a package and a byte offset, giving plain data.
//!
//! Nothing here resolves a name or infers a type by itself: [`kiln_analysis::check::trace`] records what the checker finds
//! out. No protocol types and no file access either; the language server and the interactive prompt add those.
//!
//! Reading order: [`place`] (positions), [`symbol`] (what a name at a position stands for, everywhere), then one file for
//! each feature.

pub mod describe;
pub mod docs;
pub mod goto;
pub mod hover;
pub mod index;
pub mod place;
pub mod symbol;

pub use place::{FileRange, TextEdit};
