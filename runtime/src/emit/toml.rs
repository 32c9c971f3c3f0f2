//! The TOML writer: in each table first the plain values, then the tables, each group in the order of the document.

use std::io;

use super::json;
use super::number;
use super::plan::{Plan, deeper};
use super::sink::Sink;
use crate::heap::Heap;
use crate::value::{Entry, Value};

/// Writes a dict as a document.
pub(super) fn document(plan: Plan<'_>, value: Value, sink: &mut Sink<'_>) -> io::Result<()> {
    let entries = match value {
        Value::Dict(_) | Value::Inst(_) => plan.heap.entries_of(value).unwrap_or_default(),
        _ if !plan.keeps(value) => &[],
        _ => {
            return Err(io::Error::new(
                io::ErrorKind::InvalidData,
                "a TOML document is a table, so only a dict or an instance can be written as one",
            ));
        }
    };
    Toml { plan }.table(entries, &mut String::new(), sink)
}

struct Toml<'h> {
    plan: Plan<'h>,
}

/// How a value is written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    Inline,
    Table,
    Tables,
}

impl<'h> Toml<'h> {
    fn shape(&self, value: Value) -> Shape {
        match value {
            Value::Dict(_) | Value::Inst(_) => Shape::Table,
            Value::List(list) => {
                let mut found = false;
                for &item in self.plan.heap.items(list) {
                    if matches!(item, Value::Dict(_) | Value::Inst(_)) {
                        found = true;
                    } else if self.keeps(item) {
                        return Shape::Inline;
                    }
                }
                if found { Shape::Tables } else { Shape::Inline }
            }
            _ => Shape::Inline,
        }
    }

    /// There is no null in TOML.
    fn keeps(&self, value: Value) -> bool {
        !matches!(value, Value::None) && self.plan.keeps(value)
    }

    fn key(&self, entry: &Entry) -> Option<&'h str> {
        self.keeps(entry.value).then(|| self.plan.key(entry))?
    }

    /// Writes the contents of a table whose dotted name is `path`.
    fn table(
        &self,
        entries: &'h [Entry],
        path: &mut String,
        sink: &mut Sink<'_>,
    ) -> io::Result<()> {
        let ordered = self.plan.ordered(entries);
        for entry in ordered.iter() {
            if let Some(name) = self.key(entry)
                && self.shape(entry.value) == Shape::Inline
            {
                key(name, &mut sink.bytes);
                sink.text(" = ");
                self.inline(entry.value, sink)?;
                sink.end_line()?;
            }
        }
        for entry in ordered.iter() {
            let Some(name) = self.key(entry) else {
                continue;
            };
            let shape = self.shape(entry.value);
            if shape == Shape::Inline {
                continue;
            }
            let parent = path.len();
            let mut quoted = Vec::new();
            key(name, &mut quoted);
            if parent > 0 {
                path.push('.');
            }
            path.push_str(&String::from_utf8_lossy(&quoted));
            let heap: &'h Heap = self.plan.heap;
            match entry.value {
                Value::List(list) => {
                    for &item in heap.items(list) {
                        if let Some(entries) = heap.entries_of(item) {
                            header("[[", path, "]]", sink)?;
                            deeper(|| self.table(entries, path, sink))?;
                        }
                    }
                }
                value => {
                    header("[", path, "]", sink)?;
                    let entries = heap.entries_of(value).unwrap_or_default();
                    deeper(|| self.table(entries, path, sink))?;
                }
            }
            path.truncate(parent);
        }
        Ok(())
    }

    fn inline(&self, value: Value, sink: &mut Sink<'_>) -> io::Result<()> {
        let heap: &'h Heap = self.plan.heap;
        match value {
            Value::Bool(true) => sink.text("true"),
            Value::Bool(false) => sink.text("false"),
            Value::Int(int) => number::int(&mut sink.bytes, int),
            Value::Float(value) => float(value, sink),
            Value::Unit(unit) => float(heap.get_unit(unit).value, sink),
            Value::Str(text) => string(heap.get_str(text), &mut sink.bytes),
            Value::List(list) => {
                sink.byte(b'[');
                let mut first = true;
                for &item in heap.items(list) {
                    if self.keeps(item) {
                        if !std::mem::take(&mut first) {
                            sink.text(", ");
                        }
                        deeper(|| self.inline(item, sink))?;
                    }
                }
                sink.byte(b']');
            }
            _ => {
                let entries = heap.entries_of(value).unwrap_or_default();
                sink.byte(b'{');
                let mut first = true;
                for entry in self.plan.ordered(entries).iter() {
                    if let Some(name) = self.key(entry) {
                        sink.text(if std::mem::take(&mut first) {
                            " "
                        } else {
                            ", "
                        });
                        key(name, &mut sink.bytes);
                        sink.text(" = ");
                        deeper(|| self.inline(entry.value, sink))?;
                    }
                }
                sink.text(if first { "}" } else { " }" });
            }
        }
        sink.relax()
    }
}

fn header(open: &str, path: &str, close: &str, sink: &mut Sink<'_>) -> io::Result<()> {
    sink.byte(b'\n');
    sink.text(open);
    sink.text(path);
    sink.text(close);
    sink.end_line()
}

fn key(name: &str, out: &mut Vec<u8>) {
    let bare = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-');
    if !name.is_empty() && name.as_bytes().iter().all(bare) {
        out.extend_from_slice(name.as_bytes());
    } else {
        string(name, out);
    }
}

/// A basic string: as in JSON, but DEL must be escaped too.
fn string(text: &str, out: &mut Vec<u8>) {
    if !text.contains('\u{7f}') {
        json::string(text, out);
        return;
    }
    let mut quoted = Vec::new();
    json::string(text, &mut quoted);
    for &byte in &quoted {
        match byte {
            0x7f => out.extend_from_slice(b"\\u007f"),
            _ => out.push(byte),
        }
    }
}

fn float(value: f64, sink: &mut Sink<'_>) {
    if value.is_finite() {
        number::float(&mut sink.bytes, value, false);
    } else if value.is_nan() {
        sink.text("nan");
    } else {
        sink.text(if value > 0.0 { "inf" } else { "-inf" });
    }
}
