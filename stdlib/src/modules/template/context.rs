//! The data of a template: a copy of values as JSON, in which dicts are sorted by key.

use handlebars::JsonValue;
use kiln_runtime::error::Result;
use kiln_runtime::value::Value;
use kiln_runtime::vm::Vm;
use serde_json::Map;

use crate::args::bad;

/// Bytes of a value, whatever it holds.
const NODE: usize = 64;

/// How deep data may be nested.
const DEEPEST: usize = 512;

/// The values as JSON, and how many bytes that takes.
pub(super) fn of(vm: &mut Vm, data: Value) -> Result<(JsonValue, usize)> {
    let mut copy = Copy { vm, bytes: 0 };
    let data = copy
        .value(data, 0)?
        .unwrap_or_else(|| JsonValue::Object(Map::new()));
    Ok((data, copy.bytes))
}

struct Copy<'v> {
    vm: &'v mut Vm,
    bytes: usize,
}

impl Copy<'_> {
    fn take(&mut self, bytes: usize) -> Result<()> {
        self.bytes = self.bytes.saturating_add(bytes);
        self.vm.reserve(self.bytes)
    }

    /// A value; nothing for what documents leave out.
    fn value(&mut self, value: Value, depth: usize) -> Result<Option<JsonValue>> {
        self.take(NODE)?;
        if depth > DEEPEST {
            return Err(bad(format!(
                "the data of a template may be nested {DEEPEST} levels deep"
            )));
        }
        Ok(Some(match value {
            Value::Undefined | Value::Hole | Value::Running => return Ok(None),
            Value::Func(_) | Value::Native(_) | Value::Bound(_) | Value::Type(_) => {
                return Ok(None);
            }
            Value::None => JsonValue::Null,
            Value::Bool(bool) => bool.into(),
            Value::Int(int) => int.into(),
            Value::Float(float) => float.into(),
            Value::Unit(unit) => self.vm.heap.get_unit(unit).value.into(),
            Value::Str(text) => {
                self.take(text.len as usize)?;
                self.vm.heap.get_str(text).into()
            }
            Value::List(list) => {
                let mut items = Vec::new();
                for at in 0..list.len as usize {
                    let item = self.vm.heap.items(list)[at];
                    items.extend(stacker::maybe_grow(64 << 10, 1 << 20, || {
                        self.value(item, depth + 1)
                    })?);
                }
                JsonValue::Array(items)
            }
            Value::Dict(_) | Value::Inst(_) => {
                let mut entries = Map::new();
                let count = self.vm.heap.entries_of(value).map_or(0, <[_]>::len);
                for at in 0..count {
                    let Some(&entry) = self.vm.heap.entries_of(value).and_then(|all| all.get(at))
                    else {
                        break;
                    };
                    let inner = stacker::maybe_grow(64 << 10, 1 << 20, || {
                        self.value(entry.value, depth + 1)
                    })?;
                    if let Some(inner) = inner {
                        let key = self.vm.heap.name(entry.key).to_owned();
                        self.take(key.len())?;
                        entries.insert(key, inner);
                    }
                }
                JsonValue::Object(entries)
            }
        }))
    }
}
