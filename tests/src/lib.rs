//! What needs more than one crate: the differential tests against recorded answers, the executed specification.

pub mod calls;
pub mod cases;
pub mod chapters;
pub mod compare;
pub mod format;
pub mod fuzz;
pub mod generate;
pub mod lsp;
pub mod parity;
pub mod recheck;
pub mod spec;
pub mod words;
