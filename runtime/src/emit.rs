//! Documents: from heap values straight to YAML, JSON or TOML text. What is left out is decided in [`plan`], how a
//! string is quoted in [`scalar`]; nothing is built in between.

mod json;
mod key_cache;
mod number;
mod plan;
pub mod scalar;
mod sink;
mod toml;
mod yaml;

#[cfg(test)]
mod tests;

use std::io::{self, Write};

use crate::heap::Heap;
use crate::value::Value;
use crate::vm::Stream;

pub(crate) use number::plain_float;
use plan::Plan;
use sink::Sink;

/// What documents leave out and how they are ordered. The default is that of a program's output.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct EmitOptions {
    /// Sort the keys of every dict by code point.
    pub sort_keys: bool,
    /// Keep keys that begin with `_`.
    pub show_hidden: bool,
    /// Leave out `None` in dicts and lists.
    pub disable_none: bool,
}

impl EmitOptions {
    /// Everything kept, as the functions of modules `json` and `yaml` do unless told otherwise.
    pub const ALL: Self = Self {
        sort_keys: false,
        show_hidden: true,
        disable_none: false,
    };
}

/// A document format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// YAML.
    Yaml,
    /// JSON with this many blanks a level; on one line if 0.
    Json {
        /// Blanks a level.
        indent: usize,
    },
    /// TOML.
    Toml,
}

/// Writes one YAML document. It ends with a line break.
///
/// # Errors
/// If `out` fails.
pub fn emit_yaml(
    heap: &Heap,
    value: Value,
    options: &EmitOptions,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut sink = Sink::to(out);
    yaml::Documents::new(Plan::new(heap, *options)).write(value, &mut sink)?;
    sink.finish()
}

/// Writes one JSON document with `indent` blanks a level, on one line if 0. It does not end with a line break.
///
/// # Errors
/// If `out` fails.
pub fn emit_json(
    heap: &Heap,
    value: Value,
    options: &EmitOptions,
    indent: usize,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut sink = Sink::to(out);
    json::document(Plan::new(heap, *options), value, indent, &mut sink)?;
    sink.finish()
}

/// Writes one TOML document. It ends with a line break unless it is empty. `None` is always left out.
///
/// # Errors
/// If `out` fails, or the value is no dict.
pub fn emit_toml(
    heap: &Heap,
    value: Value,
    options: &EmitOptions,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut sink = Sink::to(out);
    toml::document(Plan::new(heap, *options), value, &mut sink)?;
    sink.finish()
}

/// A YAML document as text.
#[must_use]
pub fn yaml_text(heap: &Heap, value: Value, options: &EmitOptions) -> String {
    yaml_text_within(heap, value, options, usize::MAX).unwrap_or_default()
}

/// A YAML document as text; nothing if it is longer than `most` bytes.
#[must_use]
pub fn yaml_text_within(
    heap: &Heap,
    value: Value,
    options: &EmitOptions,
    most: usize,
) -> Option<String> {
    let mut sink = Sink::memory(most);
    yaml::Documents::new(Plan::new(heap, *options))
        .write(value, &mut sink)
        .ok()?;
    Some(sink.into_text()).filter(|text| text.len() <= most)
}

/// A JSON document as text, with `indent` blanks a level, on one line if 0.
#[must_use]
pub fn json_text(heap: &Heap, value: Value, options: &EmitOptions, indent: usize) -> String {
    json_text_within(heap, value, options, indent, usize::MAX).unwrap_or_default()
}

/// A JSON document as text; nothing if it is longer than `most` bytes.
#[must_use]
pub fn json_text_within(
    heap: &Heap,
    value: Value,
    options: &EmitOptions,
    indent: usize,
    most: usize,
) -> Option<String> {
    let mut sink = Sink::memory(most);
    json::document(Plan::new(heap, *options), value, indent, &mut sink).ok()?;
    Some(sink.into_text()).filter(|text| text.len() <= most)
}

/// The documents that a program's value stands for: several if it is a list of dicts and instances only.
#[must_use]
pub fn documents(heap: &Heap, value: Value) -> Option<&[Value]> {
    let Value::List(list) = value else {
        return None;
    };
    let items = heap.items(list);
    let all = items
        .iter()
        .all(|v| matches!(v, Value::Dict(_) | Value::Inst(_)));
    (all && !items.is_empty()).then_some(items)
}

/// Writes the output of a program whose value is `value`: one document, or a stream of them if it is a list of
/// dicts. Ends with a line break.
///
/// # Errors
/// If `out` fails, or the value cannot be written in this format.
pub fn emit_program(
    heap: &Heap,
    value: Value,
    options: &EmitOptions,
    format: Format,
    out: &mut dyn Write,
) -> io::Result<()> {
    let one = [value];
    let values = documents(heap, value).unwrap_or(&one);
    emit_documents(heap, values, options, "---", format, out)
}

/// Writes the documents of a stream. Ends with a line break unless there are none.
///
/// # Errors
/// If `out` fails, or a document cannot be written in this format.
pub fn emit_stream(
    heap: &Heap,
    stream: &Stream,
    format: Format,
    out: &mut dyn Write,
) -> io::Result<()> {
    let options = EmitOptions {
        sort_keys: stream.sort_keys,
        show_hidden: !stream.ignore_private,
        disable_none: stream.ignore_none,
    };
    emit_documents(
        heap,
        &stream.documents,
        &options,
        &stream.separator,
        format,
        out,
    )
}

/// Documents with a separator line between them; JSON documents just follow each other, each on lines of its own.
fn emit_documents(
    heap: &Heap,
    values: &[Value],
    options: &EmitOptions,
    separator: &str,
    format: Format,
    out: &mut dyn Write,
) -> io::Result<()> {
    let plan = Plan::new(heap, *options);
    let mut yaml = yaml::Documents::new(plan);
    let mut sink = Sink::to(out);
    for (i, &value) in values.iter().enumerate() {
        let first = i == 0;
        match format {
            Format::Yaml => {
                if !first {
                    sink.text(separator);
                    sink.byte(b'\n');
                }
                yaml.write(value, &mut sink)?;
            }
            Format::Json { indent } => {
                if !first {
                    sink.byte(b'\n');
                }
                json::document(plan, value, indent, &mut sink)?;
            }
            Format::Toml => {
                if !first {
                    sink.text("# --- Document separator ---\n");
                }
                toml::document(plan, value, &mut sink)?;
            }
        }
    }
    if matches!(format, Format::Json { .. }) && !values.is_empty() {
        sink.byte(b'\n');
    }
    sink.finish()
}
