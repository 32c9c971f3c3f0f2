//! What `json` and `yaml` share: reading data straight into the heap, options of encoding, and writing files.

use std::fmt;

use kiln_runtime::effects::reason;
use kiln_runtime::emit::EmitOptions;
use kiln_runtime::error::{Result, RunError};
use kiln_runtime::heap::DictBuilder;
use kiln_runtime::value::{Entry, EntryOp, Sym, Value};
use kiln_runtime::vm::Vm;
use serde::de::{self, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};

use crate::args::truthy;

/// Values that a text of `bytes` bytes may stand for. Only aliases can make more of it.
const fn most_values(bytes: usize) -> usize {
    100_000 + bytes.saturating_mul(16)
}

/// Builds heap values while a text is read.
pub(super) struct Reader<'v> {
    vm: &'v mut Vm,
    /// Items of the lists that are being read.
    items: Vec<Value>,
    /// Dicts that are being read.
    spare: Vec<DictBuilder>,
    most: usize,
    values_left: usize,
    failure: Option<RunError>,
}

impl<'v> Reader<'v> {
    /// A reader for a text of this many bytes.
    pub(super) fn new(vm: &'v mut Vm, bytes: usize) -> Result<Self> {
        vm.reserve(bytes)?;
        Ok(Self {
            vm,
            items: Vec::new(),
            spare: Vec::new(),
            most: most_values(bytes),
            values_left: most_values(bytes),
            failure: None,
        })
    }

    /// Reads one value. `function` is for the error.
    pub(super) fn read<'de, D>(&mut self, function: &str, from: D) -> Result<Value>
    where
        D: Deserializer<'de>,
        D::Error: fmt::Display,
    {
        match (Node { reader: self }).deserialize(from) {
            Ok(value) => Ok(value),
            Err(problem) => Err(self.failure.take().unwrap_or_else(|| {
                crate::args::bad(format!("`{function}` cannot read the text: {problem}"))
            })),
        }
    }

    /// How many values were counted so far.
    pub(super) const fn counted(&self) -> usize {
        self.most - self.values_left
    }

    /// Counts so many values; false if there would be too many.
    pub(super) fn count_many(&mut self, values: usize) -> bool {
        let left = self.values_left.checked_sub(values);
        self.values_left = left.unwrap_or(self.values_left);
        left.is_some()
    }

    /// A builder for a dict; [`Reader::dict`] takes it back.
    pub(super) fn builder(&mut self) -> DictBuilder {
        self.spare.pop().unwrap_or_default()
    }

    /// Stores a dict.
    pub(super) fn dict(&mut self, mut builder: DictBuilder) -> Result<Value> {
        self.vm.reserve(size_of_val::<[Entry]>(&builder.entries))?;
        let dict = builder.finish(&mut self.vm.heap);
        self.spare.push(builder);
        Ok(Value::Dict(dict))
    }

    /// Stores a list.
    pub(super) fn list(&mut self, items: &[Value]) -> Result<Value> {
        self.vm.reserve(size_of_val(items))?;
        Ok(Value::List(self.vm.heap.list(items)))
    }

    /// Stores a text.
    pub(super) fn text(&mut self, text: &str) -> Result<Value> {
        self.vm.reserve(text.len())?;
        Ok(self.vm.heap.text(text))
    }

    /// A key.
    pub(super) fn key(&mut self, text: &str) -> Sym {
        self.vm.heap.intern(text)
    }

    fn count<E: de::Error>(&mut self) -> Result<(), E> {
        match self.values_left.checked_sub(1) {
            Some(left) => {
                self.values_left = left;
                Ok(())
            }
            None => Err(E::custom("its aliases stand for too many values")),
        }
    }

    /// What was stored, or an error that stops whoever reads; the real one is kept.
    fn stored<E: de::Error>(&mut self, stored: Result<Value>) -> Result<Value, E> {
        stored.map_err(|failure| {
            self.failure = Some(failure);
            E::custom("out of memory")
        })
    }
}

/// Reads a value.
struct Node<'r, 'v> {
    reader: &'r mut Reader<'v>,
}

impl<'de> DeserializeSeed<'de> for Node<'_, '_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Value, D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Node<'_, '_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value that JSON has, too")
    }

    fn visit_unit<E: de::Error>(self) -> Result<Value, E> {
        self.reader.count()?;
        Ok(Value::None)
    }

    fn visit_none<E: de::Error>(self) -> Result<Value, E> {
        self.visit_unit()
    }

    fn visit_some<D: Deserializer<'de>>(self, from: D) -> Result<Value, D::Error> {
        from.deserialize_any(self)
    }

    fn visit_bool<E: de::Error>(self, b: bool) -> Result<Value, E> {
        self.reader.count()?;
        Ok(Value::Bool(b))
    }

    fn visit_i64<E: de::Error>(self, int: i64) -> Result<Value, E> {
        self.reader.count()?;
        Ok(Value::Int(int))
    }

    fn visit_u64<E: de::Error>(self, int: u64) -> Result<Value, E> {
        self.reader.count()?;
        Ok(match i64::try_from(int) {
            Ok(int) => Value::Int(int),
            Err(_) => Value::Float(int as f64),
        })
    }

    fn visit_f64<E: de::Error>(self, float: f64) -> Result<Value, E> {
        self.reader.count()?;
        Ok(Value::Float(float))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Value, E> {
        self.reader.count()?;
        let stored = self.reader.text(text);
        self.reader.stored(stored)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
        let reader = self.reader;
        reader.count()?;
        let mark = reader.items.len();
        while let Some(item) = seq.next_element_seed(Node {
            reader: &mut *reader,
        })? {
            reader.items.push(item);
        }
        let items = reader.items.split_off(mark);
        let stored = reader.list(&items);
        reader.stored(stored)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let reader = self.reader;
        reader.count()?;
        let mut builder = reader.builder();
        while let Some(key) = map.next_key_seed(Key {
            reader: &mut *reader,
        })? {
            let value = map.next_value_seed(Node {
                reader: &mut *reader,
            })?;
            builder.set(key, EntryOp::Union, value);
        }
        let stored = reader.dict(builder);
        reader.stored(stored)
    }
}

/// Reads a key: the text of any scalar.
struct Key<'r, 'v> {
    reader: &'r mut Reader<'v>,
}

impl<'de> DeserializeSeed<'de> for Key<'_, '_> {
    type Value = Sym;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Sym, D::Error> {
        from.deserialize_str(self)
    }
}

impl Visitor<'_> for Key<'_, '_> {
    type Value = Sym;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string as key")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Sym, E> {
        Ok(self.reader.key(text))
    }
}

/// Accepts what [`Reader`] accepts and keeps nothing.
pub(super) struct Checked;

impl<'de> de::Deserialize<'de> for Checked {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(Self)
    }
}

/// A key that is accepted.
struct CheckedKey;

impl<'de> de::Deserialize<'de> for CheckedKey {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_str(Self)
    }
}

impl Visitor<'_> for CheckedKey {
    type Value = Self;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string as key")
    }

    fn visit_str<E: de::Error>(self, _: &str) -> Result<Self, E> {
        Ok(self)
    }
}

impl<'de> Visitor<'de> for Checked {
    type Value = Self;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value that JSON has, too")
    }

    fn visit_unit<E: de::Error>(self) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_none<E: de::Error>(self) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_bool<E: de::Error>(self, _: bool) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_i64<E: de::Error>(self, _: i64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_u64<E: de::Error>(self, _: u64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_f64<E: de::Error>(self, _: f64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_str<E: de::Error>(self, _: &str) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self, A::Error> {
        while seq.next_element::<Self>()?.is_some() {}
        Ok(self)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self, A::Error> {
        while map.next_entry::<CheckedKey, Self>()?.is_some() {}
        Ok(self)
    }
}

/// The options of the encoding functions.
pub(super) fn emit_options(
    vm: &Vm,
    sort_keys: Value,
    ignore_private: Value,
    ignore_none: Value,
) -> EmitOptions {
    EmitOptions {
        sort_keys: truthy(&vm.heap, sort_keys),
        show_hidden: !truthy(&vm.heap, ignore_private),
        disable_none: truthy(&vm.heap, ignore_none),
    }
}

/// Refuses a function where data is wanted.
pub(super) fn expect_data(function: &str, value: Value) -> Result<()> {
    match value {
        Value::Func(_) | Value::Native(_) | Value::Bound(_) | Value::Type(_) => Err(
            crate::args::bad(format!("`{function}` needs data, not a function")),
        ),
        _ => Ok(()),
    }
}

/// Writes a file; the path is relative to the folder of the source file that calls.
pub(super) fn write_file(vm: &mut Vm, function: &str, path: Value, content: &str) -> Result<Value> {
    let path = crate::args::text(vm, function, "filename", path)?;
    let path = vm.path_from_source(vm.heap.get_str(path));
    vm.world.may_write(function, &path)?;
    match vm.world.host.write(&path, content.as_bytes()) {
        Ok(()) => Ok(Value::Undefined),
        Err(problem) => Err(crate::args::bad(format!(
            "`{function}` cannot write `{}`: {}",
            path.display(),
            reason(&problem)
        ))),
    }
}
