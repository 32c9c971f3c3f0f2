//! Values in a few words, as a program would write them.

use std::fmt::Write;

use kiln_runtime::heap::Heap;
use kiln_runtime::value::Value;

/// Longer texts are cut.
const LONGEST: usize = 80;
/// What stands for the rest.
const REST: char = '…';

/// A value in a few words.
pub(super) fn short(heap: &Heap, value: Value) -> String {
    let mut out = String::new();
    write(heap, &mut out, value);
    if out.chars().count() > LONGEST {
        out = out.chars().take(LONGEST - 1).chain([REST]).collect();
    }
    out
}

/// Whether there is no room for more.
fn is_full(out: &str) -> bool {
    out.len() > 2 * LONGEST
}

/// Recursion ends when there is no room, which every level takes some of.
fn write(heap: &Heap, out: &mut String, value: Value) {
    if is_full(out) {
        return;
    }
    match value {
        Value::Str(text) => {
            let text: String = heap.get_str(text).chars().take(LONGEST).collect();
            let _ = write!(out, "{text:?}");
        }
        Value::List(list) => {
            out.push('[');
            for (at, &item) in heap.items(list).iter().enumerate() {
                if at > 0 {
                    out.push_str(", ");
                }
                write(heap, out, item);
                if is_full(out) {
                    return;
                }
            }
            out.push(']');
        }
        Value::Dict(_) | Value::Inst(_) => {
            out.push('{');
            let entries = heap.entries_of(value).unwrap_or_default().iter();
            for (at, entry) in entries.filter(|it| !it.value.is_undefined()).enumerate() {
                if at > 0 {
                    out.push_str(", ");
                }
                let key = heap.name(entry.key);
                if is_plain(key) {
                    out.push_str(key);
                } else {
                    let _ = write!(out, "{key:?}");
                }
                out.push_str(" = ");
                write(heap, out, entry.value);
                if is_full(out) {
                    return;
                }
            }
            out.push('}');
        }
        // these are short
        other => drop(kiln_runtime::text::write_text(heap, out, usize::MAX, other)),
    }
}

/// Whether a key needs no quotes to be read.
pub(super) fn is_plain(key: &str) -> bool {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    key.chars().all(is_word) && !key.starts_with(|c: char| c.is_numeric()) && !key.is_empty()
}
