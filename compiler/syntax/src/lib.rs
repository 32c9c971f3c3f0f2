//! Text to syntax tree: lexer, layout, outline, grammar. Parsing never fails: any bytes give a tree and diagnostics.
//! This crate knows nothing of salsa, files or terminals.

pub mod ast;
mod builder;
pub mod codes;
mod consequences;
pub mod diagnostic;
pub mod dump;
mod explain;
mod fold;
pub mod layout;
pub mod lexer;
pub mod line_index;
mod number;
pub mod open;
pub mod outline;
mod parse;
mod plain;
pub mod source;
pub mod span;
mod strings;
pub mod token;
mod validate;

pub use explain::near_header;
pub use open::{Open, open_at_end};
pub use outline::{ItemKind, Outline, OutlineItem, outline};
pub use parse::{ParsedItem, parse_expr, parse_file, parse_item};
pub use plain::is_plainly_right;

#[expect(
    clippy::all,
    clippy::unwrap_used,
    unreachable_pub,
    unused,
    reason = "generated"
)]
mod grammar {
    include!(concat!(env!("OUT_DIR"), "/grammar.rs"));
}
