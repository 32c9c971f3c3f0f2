//! Remembers how keys are written: keys repeat.

use super::scalar::{self, Style, style};
use crate::value::Sym;

const SLOTS: usize = 128;
/// Keys that are longer are written in the explicit form.
const LONG: usize = 128;
/// Longest written form that is remembered.
pub(super) const SHORT: usize = 24;

/// How a key is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum KeyForm {
    /// So many bytes of [`KeySlot::bytes`].
    Short(u8),
    /// As it is.
    Plain,
    /// In single quotes.
    Single,
    /// In double quotes.
    Double,
    /// `? key` on a line of its own.
    Explicit,
}

/// What is remembered of a key.
#[derive(Clone, Copy)]
pub(super) struct KeySlot {
    sym: u32,
    pub(super) form: KeyForm,
    /// Whether it begins with `_`.
    pub(super) hidden: bool,
    /// The key with its quotes and the colon, if that is short.
    pub(super) bytes: [u8; SHORT],
}

/// A direct-mapped cache from key to form.
pub(super) struct KeyCache {
    slots: [KeySlot; SLOTS],
}

impl KeyCache {
    pub(super) const fn new() -> Self {
        const EMPTY: KeySlot = KeySlot {
            sym: u32::MAX,
            form: KeyForm::Plain,
            hidden: false,
            bytes: [0; SHORT],
        };
        Self {
            slots: [EMPTY; SLOTS],
        }
    }

    #[inline]
    pub(super) fn slot<'h>(&mut self, sym: Sym, name: impl FnOnce() -> &'h str) -> &KeySlot {
        let slot = &mut self.slots[sym.0 as usize % SLOTS];
        if slot.sym != sym.0 {
            *slot = fresh(sym, name());
        }
        slot
    }
}

fn fresh(sym: Sym, key: &str) -> KeySlot {
    let style = style(key);
    let mut form = match style {
        _ if key.len() > LONG || key.contains(['\n', '\r', '\u{85}']) => KeyForm::Explicit,
        Style::Plain => KeyForm::Plain,
        Style::Single => KeyForm::Single,
        Style::Double => KeyForm::Double,
        Style::Block => KeyForm::Explicit,
    };
    let mut bytes = [0; SHORT];
    let quoted = match form {
        KeyForm::Single => quoted(key, scalar::single),
        KeyForm::Double => quoted(key, scalar::double),
        _ => Vec::new(),
    };
    let written = match form {
        KeyForm::Plain => key.as_bytes(),
        _ => &quoted,
    };
    // One byte is left for the colon.
    if form != KeyForm::Explicit && written.len() < SHORT {
        bytes[..written.len()].copy_from_slice(written);
        bytes[written.len()] = b':';
        form = KeyForm::Short(written.len() as u8 + 1);
    }
    KeySlot {
        sym: sym.0,
        form,
        hidden: key.starts_with('_'),
        bytes,
    }
}

fn quoted(key: &str, quote: fn(&str, &mut Vec<u8>)) -> Vec<u8> {
    let mut out = Vec::new();
    if key.len() < SHORT {
        quote(key, &mut out);
    } else {
        out.resize(SHORT, 0);
    }
    out
}
