//! Random programs, valid by construction or wrong on purpose, and what both implementations answer to them.
//!
//! Programs avoid what Kiln answers differently on purpose (`spec/differences.md`): every difference is a mistake.

pub mod compared;
mod config;
pub mod explained;
mod expr;
mod r#gen;
pub mod konfig;
pub mod oracle;
pub mod package;
pub mod program;
pub mod recorded;
pub mod reduce;
pub mod rng;
mod schema;
mod spoil;
mod types;

pub use program::{Program, program};
