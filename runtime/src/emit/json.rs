//! The JSON writer: one line with `, ` and `: `, or indented.

use std::io;

use super::number;
use super::plan::{Plan, deeper};
use super::sink::Sink;
use crate::value::{Entry, List, Value};

/// Writes a value without a final line break.
pub(super) fn document(
    plan: Plan<'_>,
    value: Value,
    indent: usize,
    sink: &mut Sink<'_>,
) -> io::Result<()> {
    let writer = Json { plan, indent };
    match value {
        Value::Func(_) | Value::Native(_) | Value::Bound(_) | Value::Type(_) => {
            sink.text("null");
            Ok(())
        }
        _ => writer.value(value, 0, sink),
    }
}

struct Json<'h> {
    plan: Plan<'h>,
    indent: usize,
}

impl<'h> Json<'h> {
    fn value(&self, value: Value, level: usize, sink: &mut Sink<'_>) -> io::Result<()> {
        match value {
            Value::Bool(true) => sink.text("true"),
            Value::Bool(false) => sink.text("false"),
            Value::Int(int) => number::int(&mut sink.bytes, int),
            Value::Float(float) => number::float(&mut sink.bytes, float, true),
            Value::Unit(unit) => {
                number::float(&mut sink.bytes, self.plan.heap.get_unit(unit).value, true);
            }
            Value::Str(text) => {
                let text = self.plan.heap.get_str(text);
                sink.expect(text)?;
                string(text, &mut sink.bytes);
            }
            Value::List(list) => return deeper(|| self.list(list, level, sink)),
            Value::Dict(_) | Value::Inst(_) => {
                let entries = self.plan.heap.entries_of(value).unwrap_or_default();
                return deeper(|| self.dict(entries, level, sink));
            }
            _ => sink.text("null"),
        }
        Ok(())
    }

    /// What stands before the first or a further element, and before the closing bracket.
    #[inline]
    fn separate(&self, first: bool, level: usize, sink: &mut Sink<'_>) {
        if self.indent > 0 {
            sink.text(if first { "\n" } else { ",\n" });
            sink.blanks(self.indent * level);
        } else if !first {
            sink.text(", ");
        }
    }

    fn list(&self, list: List, level: usize, sink: &mut Sink<'_>) -> io::Result<()> {
        sink.byte(b'[');
        let mut first = true;
        for &item in self.plan.heap.items(list) {
            if self.plan.keeps(item) {
                self.separate(first, level + 1, sink);
                first = false;
                self.value(item, level + 1, sink)?;
                sink.relax()?;
            }
        }
        if !first {
            self.close(level, sink);
        }
        sink.byte(b']');
        Ok(())
    }

    fn close(&self, level: usize, sink: &mut Sink<'_>) {
        if self.indent > 0 {
            sink.byte(b'\n');
            sink.blanks(self.indent * level);
        }
    }

    fn dict(&self, entries: &'h [Entry], level: usize, sink: &mut Sink<'_>) -> io::Result<()> {
        sink.byte(b'{');
        let mut first = true;
        for entry in self.plan.ordered(entries).iter() {
            if let Some(key) = self.plan.key(entry) {
                self.separate(first, level + 1, sink);
                first = false;
                string(key, &mut sink.bytes);
                sink.text(": ");
                self.value(entry.value, level + 1, sink)?;
                sink.relax()?;
            }
        }
        if !first {
            self.close(level, sink);
        }
        sink.byte(b'}');
        Ok(())
    }
}

/// 0 for bytes that stand for themselves, otherwise the letter after the backslash.
const ESCAPES: [u8; 256] = {
    let mut table = [0u8; 256];
    let mut i = 0;
    while i < 0x20 {
        table[i] = b'u';
        i += 1;
    }
    table[0x08] = b'b';
    table[0x09] = b't';
    table[0x0a] = b'n';
    table[0x0c] = b'f';
    table[0x0d] = b'r';
    table[b'"' as usize] = b'"';
    table[b'\\' as usize] = b'\\';
    table
};

const HEX: &[u8; 16] = b"0123456789abcdef";

/// Writes a string literal. TOML's basic strings have the same form but for DEL.
pub(super) fn string(text: &str, out: &mut Vec<u8>) {
    out.push(b'"');
    let bytes = text.as_bytes();
    let mut from = 0;
    for (i, &byte) in bytes.iter().enumerate() {
        let escape = ESCAPES[byte as usize];
        if escape != 0 {
            out.extend_from_slice(&bytes[from..i]);
            out.extend_from_slice(&[b'\\', escape]);
            if escape == b'u' {
                let low = HEX[(byte & 15) as usize];
                out.extend_from_slice(&[b'0', b'0', b'0' + (byte >> 4), low]);
            }
            from = i + 1;
        }
    }
    out.extend_from_slice(&bytes[from..]);
    out.push(b'"');
}
