//! Remembers how keys are quoted: keys repeat.

use super::scalar::{Style, style};
use crate::value::Sym;

const SLOTS: usize = 256;
/// Keys that are longer are written in the explicit form.
const LONG: usize = 128;

/// The form of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum KeyForm {
    Plain,
    Single,
    Double,
    /// `? key` on a line of its own.
    Explicit,
}

/// A direct-mapped cache from key to form.
pub(super) struct KeyCache {
    slots: [(u32, KeyForm); SLOTS],
}

impl KeyCache {
    pub(super) const fn new() -> Self {
        Self {
            slots: [(u32::MAX, KeyForm::Plain); SLOTS],
        }
    }

    #[inline]
    pub(super) fn form(&mut self, sym: Sym, key: &str) -> KeyForm {
        let slot = &mut self.slots[sym.0 as usize % SLOTS];
        if slot.0 != sym.0 {
            *slot = (sym.0, form(key));
        }
        slot.1
    }
}

fn form(key: &str) -> KeyForm {
    match style(key) {
        _ if key.len() > LONG => KeyForm::Explicit,
        Style::Plain => KeyForm::Plain,
        Style::Single => KeyForm::Single,
        Style::Double => KeyForm::Double,
        Style::Block => KeyForm::Explicit,
    }
}
