//! Readable listings of bytecode.

use super::Unit;

/// A unit as text.
#[must_use]
pub fn unit(unit: &Unit) -> String {
    format!("{unit:#?}\n")
}
