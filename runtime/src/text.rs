//! The text form of values: `str(…)`, `print(…)`, holes in strings, and the holes' formats `#json` and `#yaml`.

use std::fmt::Write;

use crate::emit::{self, EmitOptions};
use crate::heap::Heap;
use crate::value::{Entry, List, Value};

/// Options of [`write_json`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct JsonOptions {
    /// Sort keys by code point.
    pub sort_keys: bool,
    /// Blanks a level; everything on one line if 0.
    pub indent: usize,
    /// Leave out keys that begin with `_`.
    pub ignore_private: bool,
    /// Leave out `None`.
    pub ignore_none: bool,
}

/// Appends the text of a value: strings as they are, everything else as in a program.
pub fn write_text(heap: &Heap, out: &mut String, value: Value) {
    match value {
        Value::Undefined | Value::Hole | Value::Running => out.push_str("Undefined"),
        Value::None => out.push_str("None"),
        Value::Bool(true) => out.push_str("True"),
        Value::Bool(false) => out.push_str("False"),
        // Writing to a string cannot fail.
        Value::Int(int) => drop(write!(out, "{int}")),
        Value::Float(float) => emit::plain_float(out, float),
        Value::Unit(unit) => {
            let unit = heap.get_unit(unit);
            let _ = write!(out, "{}{}", unit.raw, heap.name(unit.suffix));
        }
        Value::Str(text) => out.push_str(heap.get_str(text)),
        Value::List(list) => deeper(|| write_list(heap, out, list)),
        Value::Dict(_) | Value::Inst(_) => {
            let entries = heap.entries_of(value).unwrap_or_default();
            deeper(|| write_entries(heap, out, entries));
        }
        Value::Func(_) | Value::Native(_) | Value::Bound(_) | Value::Type(_) => {
            out.push_str("function");
        }
    }
}

fn write_list(heap: &Heap, out: &mut String, list: List) {
    out.push('[');
    for (i, &item) in heap.items(list).iter().enumerate() {
        if i > 0 {
            out.push_str(", ");
        }
        write_text(heap, out, item);
    }
    out.push(']');
}

/// Keys and string values stand in quotes, but nothing in them is escaped.
fn write_entries(heap: &Heap, out: &mut String, entries: &[Entry]) {
    out.push('{');
    for (i, entry) in entries.iter().enumerate() {
        if i > 0 {
            out.push_str(", ");
        }
        out.push('\'');
        out.push_str(heap.name(entry.key));
        out.push_str("': ");
        if let Value::Str(text) = entry.value {
            let text = heap.get_str(text);
            let quote = if text.contains('"') { '"' } else { '\'' };
            out.push(quote);
            out.push_str(text);
            out.push(quote);
        } else {
            write_text(heap, out, entry.value);
        }
    }
    out.push('}');
}

/// The text of a value as a string of its own.
#[must_use]
pub fn text_of(heap: &Heap, value: Value) -> String {
    let mut out = String::new();
    write_text(heap, &mut out, value);
    out
}

/// Appends a value as JSON. Functions and `Undefined` are left out of lists and dicts and are `null` alone.
pub fn write_json(heap: &Heap, out: &mut String, value: Value, options: &JsonOptions) {
    let emit = EmitOptions {
        sort_keys: options.sort_keys,
        show_hidden: !options.ignore_private,
        disable_none: options.ignore_none,
    };
    out.push_str(&emit::json_text(heap, value, &emit, options.indent));
}

/// Appends a value in the form of `${value:#json}`.
pub fn write_hole_json(heap: &Heap, out: &mut String, value: Value) {
    match value {
        Value::Func(_) | Value::Native(_) | Value::Bound(_) | Value::Type(_) => out.push('0'),
        value => write_json(heap, out, value, &JsonOptions::default()),
    }
}

/// Appends a value in the form of `${value:#yaml}`, which ends with a line break.
pub fn write_hole_yaml(heap: &Heap, out: &mut String, value: Value) {
    match value {
        Value::Func(_) | Value::Native(_) | Value::Bound(_) | Value::Type(_) => out.push_str("0\n"),
        value => out.push_str(&emit::yaml_text(heap, value, &EmitOptions::ALL)),
    }
}

fn deeper<R>(f: impl FnOnce() -> R) -> R {
    stacker::maybe_grow(32 << 10, 1 << 20, f)
}
