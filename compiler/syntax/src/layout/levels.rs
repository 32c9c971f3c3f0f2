//! Indentation levels: pairs of tabs and spaces, and how they compare.

use crate::token::Token;

/// Indentation of a line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Level {
    pub(super) tabs: u32,
    pub(super) spaces: u32,
}

/// How a line's indentation relates to the one before.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    Same,
    Deeper,
    Shallower,
    /// Shallower, but equal to no open level.
    Between,
    Inconsistent,
}

/// The indentation that a line end token ends with.
pub(super) fn level_of(text: &str, newline: Token) -> Level {
    let mut level = Level::default();
    for byte in text.as_bytes()[newline.start as usize..newline.end as usize]
        .iter()
        .rev()
    {
        match byte {
            b' ' => level.spaces += 1,
            b'\t' => level.tabs += 1,
            _ => break,
        }
    }
    level
}

/// Relates a new line to the innermost open level.
pub(super) fn compare(new: Level, top: Level) -> Step {
    use std::cmp::Ordering::{Equal, Greater, Less};
    match (new.tabs.cmp(&top.tabs), new.spaces.cmp(&top.spaces)) {
        (Equal, Equal) => Step::Same,
        (Equal, Greater) | (Greater, Greater | Equal) => Step::Deeper,
        (Equal, Less) | (Less, Less | Equal) => Step::Shallower,
        _ => Step::Inconsistent,
    }
}

/// In words.
pub(super) fn describe(level: Level) -> String {
    let count = |n: u32, unit: &str| format!("{n} {unit}{}", if n == 1 { "" } else { "s" });
    match (level.tabs, level.spaces) {
        (0, spaces) => count(spaces, "space"),
        (tabs, 0) => count(tabs, "tab"),
        (tabs, spaces) => format!("{} and {}", count(tabs, "tab"), count(spaces, "space")),
    }
}
