//! The text form of values: `str(…)`, `print(…)`, holes in strings, and the holes' formats `#json` and `#yaml`.

use std::fmt::Write;

use crate::emit::{self, EmitOptions};
use crate::heap::Heap;
use crate::value::{Entry, List, Value};

/// A text is longer than there is room for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooLong;

/// Bytes of a value's text that a message shows.
const MOST_SHOWN: usize = 1 << 16;

/// Appends the text of a value: strings as they are, everything else as in a program. `out` gets hardly longer than
/// `most` bytes.
///
/// # Errors
/// If that is not enough.
pub fn write_text(heap: &Heap, out: &mut String, most: usize, value: Value) -> Result<(), TooLong> {
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
        Value::Str(text) => push(out, most, heap.get_str(text))?,
        Value::List(list) => return deeper(|| write_list(heap, out, most, list)),
        Value::Dict(_) | Value::Inst(_) => {
            let entries = heap.entries_of(value).unwrap_or_default();
            return deeper(|| write_entries(heap, out, most, entries));
        }
        Value::Func(_) | Value::Native(_) | Value::Bound(_) | Value::Type(_) => {
            out.push_str("function");
        }
    }
    Ok(())
}

#[inline]
fn push(out: &mut String, most: usize, text: &str) -> Result<(), TooLong> {
    if out.len().saturating_add(text.len()) > most {
        return Err(TooLong);
    }
    out.push_str(text);
    Ok(())
}

fn write_list(heap: &Heap, out: &mut String, most: usize, list: List) -> Result<(), TooLong> {
    out.push('[');
    for (i, &item) in heap.items(list).iter().enumerate() {
        if i > 0 {
            push(out, most, ", ")?;
        }
        write_text(heap, out, most, item)?;
    }
    out.push(']');
    Ok(())
}

/// Keys and string values stand in quotes, but nothing in them is escaped.
fn write_entries(
    heap: &Heap,
    out: &mut String,
    most: usize,
    entries: &[Entry],
) -> Result<(), TooLong> {
    out.push('{');
    for (i, entry) in entries.iter().enumerate() {
        if i > 0 {
            out.push_str(", ");
        }
        out.push('\'');
        push(out, most, heap.name(entry.key))?;
        out.push_str("': ");
        if let Value::Str(text) = entry.value {
            let text = heap.get_str(text);
            let quote = if text.contains('"') { '"' } else { '\'' };
            out.push(quote);
            push(out, most, text)?;
            out.push(quote);
        } else {
            write_text(heap, out, most, entry.value)?;
        }
    }
    out.push('}');
    Ok(())
}

/// The text of a value for a message: the beginning of it if it is very long.
#[must_use]
pub fn text_of(heap: &Heap, value: Value) -> String {
    if let Value::Str(text) = value {
        return heap.get_str(text).to_owned();
    }
    let mut out = String::new();
    if write_text(heap, &mut out, MOST_SHOWN, value).is_err() {
        out.push('…');
    }
    out
}

/// Appends a value in the form of `${value:#json}`.
///
/// # Errors
/// As for [`write_text`].
pub fn write_hole_json(
    heap: &Heap,
    out: &mut String,
    most: usize,
    value: Value,
) -> Result<(), TooLong> {
    if let Value::Func(_) | Value::Native(_) | Value::Bound(_) | Value::Type(_) = value {
        out.push('0');
        return Ok(());
    }
    out.push_str(&emit::json_text_within(heap, value, &EmitOptions::ALL, 0, most).ok_or(TooLong)?);
    Ok(())
}

/// Appends a value in the form of `${value:#yaml}`, which ends with a line break.
///
/// # Errors
/// As for [`write_text`].
pub fn write_hole_yaml(
    heap: &Heap,
    out: &mut String,
    most: usize,
    value: Value,
) -> Result<(), TooLong> {
    if let Value::Func(_) | Value::Native(_) | Value::Bound(_) | Value::Type(_) = value {
        out.push_str("0\n");
        return Ok(());
    }
    out.push_str(&emit::yaml_text_within(heap, value, &EmitOptions::ALL, most).ok_or(TooLong)?);
    Ok(())
}

fn deeper<R>(f: impl FnOnce() -> R) -> R {
    stacker::maybe_grow(32 << 10, 1 << 20, f)
}
