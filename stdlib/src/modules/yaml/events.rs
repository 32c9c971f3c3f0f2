//! Reads YAML event by event straight into the heap, which needs a tenth of the memory of a list of all events.
//!
//! The parser is a port of the one behind `serde_yaml`. What is not plain data (tags, keys that are no scalars, aliases
//! that lead nowhere, very deep nesting) and all that is wrong is left to `serde_yaml`, which also words the errors.

use std::io::BufReader;

use kiln_runtime::error::Result;
use kiln_runtime::heap::DictBuilder;
use kiln_runtime::value::{EntryOp, Sym, Value};
use libyaml_safer::{Event, EventData, Parser, ScalarStyle};
use rustc_hash::FxHashMap;

use super::super::data::Reader;
use super::scalar::{Plain, plain};
use crate::args::bad;

/// Bytes that the parser looks at at once: it takes four times as much memory for them.
const BLOCK: usize = 16 << 10;

/// Nested collections that are read; `serde_yaml` has the same limit, but looks at the whole text before it finds out.
const DEEPEST: usize = 128;

/// A collection that is being read.
enum Open {
    List {
        /// Where its items begin among those of all open lists.
        mark: usize,
        anchor: Option<String>,
        /// Values counted when it began.
        before: usize,
    },
    Dict {
        entries: DictBuilder,
        key: Option<Sym>,
        anchor: Option<String>,
        before: usize,
    },
}

/// What an anchor stands for, and how many values that is.
#[derive(Clone, Copy)]
struct Anchored {
    value: Value,
    values: usize,
}

/// The documents of a text, or nothing if `serde_yaml` has to look at it.
///
/// # Errors
/// If memory does not suffice, or collections are nested too deeply.
pub(super) fn documents(
    reader: &mut Reader<'_>,
    function: &str,
    text: &str,
) -> Result<Option<Vec<Value>>> {
    let mut builder = Builder {
        reader,
        open: Vec::new(),
        items: Vec::new(),
        anchors: FxHashMap::default(),
        document: None,
        all: Vec::new(),
    };
    let mut parser = Parser::new();
    parser.set_input(BufReader::with_capacity(BLOCK, text.as_bytes()));
    loop {
        let Ok(Event {
            data, start_mark, ..
        }) = parser.parse()
        else {
            return Ok(None);
        };
        if builder.open.len() > DEEPEST {
            return Err(bad(format!(
                "`{function}` cannot read the text: more than {DEEPEST} collections lie in each other at line {} column {}",
                start_mark.line + 1,
                start_mark.column + 1
            )));
        }
        if matches!(data, EventData::StreamEnd) {
            return Ok(Some(builder.all));
        }
        if builder.take(data)?.is_none() {
            return Ok(None);
        }
    }
}

struct Builder<'r, 'v> {
    reader: &'r mut Reader<'v>,
    open: Vec<Open>,
    items: Vec<Value>,
    anchors: FxHashMap<String, Anchored>,
    document: Option<Value>,
    all: Vec<Value>,
}

impl Builder<'_, '_> {
    /// Takes an event; nothing, if it is one for `serde_yaml`.
    fn take(&mut self, event: EventData) -> Result<Option<()>> {
        match event {
            EventData::StreamStart { .. } | EventData::StreamEnd => {}
            EventData::DocumentStart { .. } => {
                self.anchors.clear();
                self.document = None;
            }
            EventData::DocumentEnd { .. } => self.all.push(self.document.unwrap_or(Value::None)),
            EventData::Alias { anchor } => {
                let Some(&Anchored { value, values }) = self.anchors.get(&anchor) else {
                    return Ok(None);
                };
                if self.awaits_key() || !self.reader.count_many(values) {
                    return Ok(None);
                }
                self.put(value);
            }
            EventData::Scalar { tag: Some(_), .. }
            | EventData::SequenceStart { tag: Some(_), .. }
            | EventData::MappingStart { tag: Some(_), .. } => return Ok(None),
            EventData::Scalar {
                anchor,
                value,
                style,
                ..
            } => {
                return self.scalar(anchor, &value, style);
            }
            EventData::SequenceStart { anchor, .. } => {
                let before = self.reader.counted();
                let mark = self.items.len();
                return Ok(self.enter(Open::List {
                    mark,
                    anchor,
                    before,
                }));
            }
            EventData::MappingStart { anchor, .. } => {
                let before = self.reader.counted();
                let entries = self.reader.builder();
                let key = None;
                return Ok(self.enter(Open::Dict {
                    entries,
                    key,
                    anchor,
                    before,
                }));
            }
            EventData::SequenceEnd | EventData::MappingEnd => return self.close(),
        }
        Ok(Some(()))
    }

    /// Whether the next node is a key.
    fn awaits_key(&self) -> bool {
        matches!(self.open.last(), Some(Open::Dict { key: None, .. }))
    }

    fn enter(&mut self, open: Open) -> Option<()> {
        if self.awaits_key() || !self.reader.count_many(1) {
            return None;
        }
        // inside, the name means the collection itself, which cannot be
        if let Open::List {
            anchor: Some(name), ..
        }
        | Open::Dict {
            anchor: Some(name), ..
        } = &open
        {
            self.anchors.remove(name);
        }
        self.open.push(open);
        Some(())
    }

    fn close(&mut self) -> Result<Option<()>> {
        let (value, anchor, before) = match self.open.pop() {
            Some(Open::List {
                mark,
                anchor,
                before,
            }) => {
                let list = self.reader.list(&self.items[mark..])?;
                self.items.truncate(mark);
                (list, anchor, before)
            }
            Some(Open::Dict {
                entries,
                anchor,
                before,
                ..
            }) => (self.reader.dict(entries)?, anchor, before),
            None => return Ok(None),
        };
        if let Some(name) = anchor {
            let values = self.reader.counted() - before;
            self.anchors.insert(name, Anchored { value, values });
        }
        self.put(value);
        Ok(Some(()))
    }

    fn scalar(
        &mut self,
        anchor: Option<String>,
        text: &str,
        style: ScalarStyle,
    ) -> Result<Option<()>> {
        if let Some(Open::Dict {
            key: key @ None, ..
        }) = self.open.last_mut()
        {
            if anchor.is_some() {
                return Ok(None);
            }
            *key = Some(self.reader.key(text));
            return Ok(Some(()));
        }
        if !self.reader.count_many(1) {
            return Ok(None);
        }
        let value = match style {
            ScalarStyle::Plain => match plain(text) {
                Plain::None => Value::None,
                Plain::Bool(b) => Value::Bool(b),
                Plain::Int(int) => Value::Int(int),
                Plain::Float(float) => Value::Float(float),
                Plain::Text => self.reader.text(text)?,
                Plain::Unsure => return Ok(None),
            },
            _ => self.reader.text(text)?,
        };
        if let Some(name) = anchor {
            self.anchors.insert(name, Anchored { value, values: 1 });
        }
        self.put(value);
        Ok(Some(()))
    }

    fn put(&mut self, value: Value) {
        match self.open.last_mut() {
            None => self.document = Some(value),
            Some(Open::List { .. }) => self.items.push(value),
            Some(Open::Dict { entries, key, .. }) => {
                if let Some(key) = key.take() {
                    entries.set(key, EntryOp::Union, value);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use kiln_runtime::emit::{EmitOptions, json_text};
    use kiln_runtime::vm::{Limits, Vm};
    use serde_yaml::Deserializer;

    use super::*;

    fn shown(vm: &Vm, values: &[Value]) -> Vec<String> {
        let one = |value: &Value| match value {
            Value::Float(float) => format!("{float:?}"),
            value => json_text(&vm.heap, *value, &EmitOptions::ALL, 0),
        };
        values.iter().map(one).collect()
    }

    /// What is read here, and what `serde_yaml` reads.
    fn both(text: &str) -> (Option<Vec<String>>, Option<Vec<String>>) {
        let mut vm = Vm::new(crate::table(), Limits::default());
        let mut reader = Reader::new(&mut vm, text.len()).unwrap();
        let here = documents(&mut reader, "", text).unwrap_or_default();
        let here = here.map(|values| shown(&vm, &values));
        let mut reader = Reader::new(&mut vm, text.len()).unwrap();
        let there: Option<Vec<Value>> = Deserializer::from_str(text)
            .map(|document| reader.read("", document).ok())
            .collect();
        (here, there.map(|values| shown(&vm, &values)))
    }

    #[track_caller]
    fn same(text: &str) {
        let (here, there) = both(text);
        if here.as_ref().is_some_and(Vec::is_empty) {
            return;
        }
        assert!(
            here.is_none() || here == there,
            "{text:?}: {here:?} {there:?}"
        );
    }

    #[test]
    fn documents_are_those_of_serde_yaml() {
        for text in [
            "a: 1\nb: [x, 2.5, null, true]\nc:\n- d: e\n  f: {g: h, i: }\n",
            "- &a {x: 1}\n- *a\n- [*a, *a]\n",
            "a: &x 1\nb: *x\n",
            "a: |\n  text\n   more\n\nb: >-\n  folded\n  text\n",
            "--- 1\n--- a\n...\n---\nb: 2\n",
            "'a b': \"c\\n\\u00e9\"\n\"d\": 'it''s'\n",
            "1: a\n1.5: b\ntrue: c\n~: d\n",
            "a: 1\na: 2\n",
            "a:\n  b:\n    c:\n",
            "plain text\nover lines\n",
        ] {
            assert!(both(text).0.is_some(), "{text:?}");
            same(text);
        }
        for text in [
            "",
            "# only\n",
            "!!str 1",
            "&a [*a]",
            "*x",
            "? [a]\n: b\n",
            "&a a: 1\n*a : 2\n",
            "a: [",
            "\t- a",
            "a: b: c",
            "a: 0x1F\n",
            "99999999999999999999",
            "%YAML 1.1\n---\na\n",
            "\u{feff}a: 1\n",
            "a\r\nb\r\n",
            "{a, b: , c}",
        ] {
            same(text);
        }
        for depth in 120..135 {
            let (here, there) = both(&format!("{}1{}", "[".repeat(depth), "]".repeat(depth)));
            assert_eq!((here.is_some(), here), (depth <= DEEPEST, there), "{depth}");
        }
    }

    #[test]
    fn scalars_are_those_of_serde_yaml() {
        for text in [
            "0",
            "-0",
            "+0",
            "1",
            "-1",
            "+1",
            "--1",
            "+-1",
            "017",
            "-017",
            "1_000",
            "1.",
            ".5",
            "-.5",
            "+.5",
            ".",
            "-",
            "+",
            "1e3",
            "1E-3",
            "1e400",
            "-1e400",
            "1e",
            "e1",
            "1.2.3",
            "10.0.0.1",
            "2020-01-01",
            "12:30",
            "0x1F",
            "-0x1F",
            "+0x1F",
            "0o17",
            "0b11",
            "0xZ",
            ".inf",
            "-.inf",
            "+.inf",
            ".Inf",
            ".INF",
            ".iNF",
            ".nan",
            "-.nan",
            "+.nan",
            ".NaN",
            ".NAN",
            "inf",
            "nan",
            "NaN",
            "infinity",
            "-inf",
            "+nan",
            "null",
            "Null",
            "NULL",
            "nULL",
            "~",
            "~a",
            "true",
            "True",
            "TRUE",
            "tRUE",
            "false",
            "yes",
            "no",
            "on",
            "off",
            "y",
            "n",
            "9223372036854775807",
            "9223372036854775808",
            "-9223372036854775808",
            "18446744073709551616",
            "123456789012345678",
            "0.1",
            "1.0",
            "100000000000000000000.5",
            "1.5Ki",
            "1d",
            "1f",
            "00",
            "0.0",
            "-0.0",
            "+1.5",
            "1e+3",
            "1,000",
            "0.",
            "..",
            ".e1",
            "1e1e1",
            "0e0",
            "٣",
        ] {
            same(text);
            same(&format!("a: {text}\n"));
            same(&format!("[{text}]"));
        }
    }

    #[test]
    fn random_scalars_are_those_of_serde_yaml() {
        let alphabet: Vec<char> = "0123456789+-.eExob_infNaNull~tr ".chars().collect();
        let mut state = 7u64;
        let mut next = || {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            (state >> 33) as usize
        };
        for _ in 0..20_000 {
            let length = 1 + next() % 7;
            let text: String = (0..length)
                .map(|_| alphabet[next() % alphabet.len()])
                .collect();
            same(&text);
        }
    }
}
