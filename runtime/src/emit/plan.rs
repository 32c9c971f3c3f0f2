//! What belongs into a document: the same answer for every format.

use std::borrow::Cow;

use super::EmitOptions;
use crate::heap::Heap;
use crate::value::{Entry, Value};

/// A heap with the options of a document.
#[derive(Clone, Copy)]
pub(super) struct Plan<'h> {
    pub(super) heap: &'h Heap,
    options: EmitOptions,
}

impl<'h> Plan<'h> {
    pub(super) const fn new(heap: &'h Heap, options: EmitOptions) -> Self {
        Self { heap, options }
    }

    /// Whether a value has a form in documents.
    #[inline]
    pub(super) const fn keeps(&self, value: Value) -> bool {
        match value {
            Value::None => !self.options.disable_none,
            Value::Undefined | Value::Hole | Value::Running => false,
            Value::Func(_) | Value::Native(_) | Value::Bound(_) | Value::Type(_) => false,
            _ => true,
        }
    }

    /// Whether keys that begin with `_` belong into the document.
    #[inline]
    pub(super) const fn shows_hidden(&self) -> bool {
        self.options.show_hidden
    }

    /// The key of an entry, if the entry belongs into the document.
    #[inline]
    pub(super) fn key(&self, entry: &Entry) -> Option<&'h str> {
        if !self.keeps(entry.value) {
            return None;
        }
        let key = self.heap.name(entry.key);
        (self.options.show_hidden || !key.starts_with('_')).then_some(key)
    }

    /// Entries in the order of the document.
    #[inline]
    pub(super) fn ordered(&self, entries: &'h [Entry]) -> Cow<'h, [Entry]> {
        if !self.options.sort_keys || entries.len() < 2 {
            return Cow::Borrowed(entries);
        }
        let mut sorted = entries.to_vec();
        sorted.sort_by(|a, b| self.heap.name(a.key).cmp(self.heap.name(b.key)));
        Cow::Owned(sorted)
    }
}

/// Runs `f` with enough native stack for one more level of nesting.
#[inline]
pub(super) fn deeper<R>(f: impl FnOnce() -> R) -> R {
    stacker::maybe_grow(32 << 10, 1 << 20, f)
}
