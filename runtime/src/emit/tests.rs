//! Tests of the layout of documents.

use super::*;
use crate::heap::DictBuilder;
use crate::text::{text_of, write_hole_json, write_hole_yaml, write_text};
use crate::value::EntryOp;

fn dict(heap: &mut Heap, entries: &[(&str, Value)]) -> Value {
    let mut builder = DictBuilder::default();
    for &(key, value) in entries {
        let key = heap.intern(key);
        builder.set(key, EntryOp::Union, value);
    }
    Value::Dict(builder.finish(heap))
}

fn list(heap: &mut Heap, items: &[Value]) -> Value {
    Value::List(heap.list(items))
}

fn yaml(heap: &Heap, value: Value) -> String {
    yaml_text(heap, value, &EmitOptions::default())
}

fn program(heap: &Heap, value: Value, options: EmitOptions, format: Format) -> String {
    let mut out = Vec::new();
    emit_program(heap, value, &options, format, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// `{b = 1, a = [1, "x", None, True, 1.0, 1.5], c = {}}`
fn mixed(heap: &mut Heap) -> Value {
    let x = heap.text("x");
    let a = list(
        heap,
        &[
            Value::Int(1),
            x,
            Value::None,
            Value::Bool(true),
            Value::Float(1.0),
            Value::Float(1.5),
        ],
    );
    let c = dict(heap, &[]);
    dict(heap, &[("b", Value::Int(1)), ("a", a), ("c", c)])
}

#[test]
fn yaml_layout() {
    let mut heap = Heap::new();
    let h = &mut heap;
    let value = mixed(h);
    assert_eq!(
        yaml(h, value),
        "b: 1\na:\n- 1\n- x\n- null\n- true\n- 1.0\n- 1.5\nc: {}\n"
    );

    let one = list(h, &[Value::Int(1)]);
    let inner = dict(h, &[("x", Value::Int(1))]);
    let nested = list(h, &[Value::Int(2), inner]);
    let first = dict(h, &[("b", Value::Int(1)), ("c", one)]);
    let empty = list(h, &[]);
    let rows = list(h, &[first, nested, empty]);
    let nothing = dict(h, &[]);
    let top = dict(h, &[("a", rows), ("e", nothing)]);
    assert_eq!(
        yaml(h, top),
        "a:\n- b: 1\n  c:\n  - 1\n- - 2\n  - x: 1\n- []\ne: {}\n"
    );
    for (value, text) in [
        (Value::None, "null\n"),
        (Value::Undefined, "null\n"),
        (h.text(""), "''\n"),
        (empty, "[]\n"),
        (nothing, "{}\n"),
        (Value::Native(crate::value::NativeId(0)), "{}\n"),
    ] {
        assert_eq!(yaml(h, value), text);
    }
}

#[test]
fn yaml_strings_and_keys() {
    let mut heap = Heap::new();
    let h = &mut heap;
    let long = "k".repeat(129);
    let inner = dict(h, &[("a", Value::Int(1)), ("b", Value::Int(2))]);
    let items = list(h, &[Value::Int(1), inner]);
    let text = h.text("  x\ny");
    let tail = h.text("x\n\n");
    let value = dict(
        h,
        &[
            ("x\ny", inner),
            (&long, items),
            ("j", text),
            ("1", tail),
            ("a\tb", Value::Int(1)),
        ],
    );
    let rows = list(h, &[value]);
    assert_eq!(
        yaml(h, rows),
        format!(
            "- ? |-\n    x\n    y\n  : a: 1\n    b: 2\n  ? {long}\n  : - 1\n    - a: 1\n      b: 2\n  \
             j: |2-\n      x\n    y\n  '1': |+\n    x\n\n  \"a\\tb\": 1\n"
        )
    );
    for (text, expected) in [
        ("a\n", "|\n  a\n"),
        ("a\n\n\n", "|+\n  a\n\n\n"),
        ("\n", "|2+\n\n"),
        ("\n\n", "|2+\n\n\n"),
        ("\na", "|2-\n\n  a\n"),
        ("a\n\nb", "|-\n  a\n\n  b\n"),
    ] {
        let value = h.text(text);
        assert_eq!(yaml(h, value), expected, "{text:?}");
    }
}

#[test]
fn what_is_left_out() {
    let mut heap = Heap::new();
    let h = &mut heap;
    let function = Value::Native(crate::value::NativeId(0));
    let inner = dict(h, &[("_x", Value::Int(1)), ("y", Value::None)]);
    let items = list(h, &[function, Value::Undefined, Value::None]);
    let value = dict(
        h,
        &[
            ("z", inner),
            ("f", function),
            ("u", Value::Undefined),
            ("a", items),
            ("Z", Value::Hole),
        ],
    );
    let json = |options| json_text(h, value, &options, 0);
    assert_eq!(
        json(EmitOptions::default()),
        r#"{"z": {"y": null}, "a": [null]}"#
    );
    assert_eq!(
        json(EmitOptions {
            sort_keys: true,
            show_hidden: true,
            disable_none: true
        }),
        r#"{"a": [], "z": {"_x": 1}}"#
    );
    assert_eq!(yaml(h, value), "z:\n  'y': null\na:\n- null\n");
}

#[test]
fn json_layout() {
    let mut heap = Heap::new();
    let h = &mut heap;
    let value = mixed(h);
    let json = |indent| json_text(h, value, &EmitOptions::default(), indent);
    assert_eq!(
        json(0),
        r#"{"b": 1, "a": [1, "x", null, true, 1.0, 1.5], "c": {}}"#
    );
    assert_eq!(
        json(2),
        "{\n  \"b\": 1,\n  \"a\": [\n    1,\n    \"x\",\n    null,\n    true,\n    1.0,\n    1.5\n  ],\n  \"c\": {}\n}"
    );
    let text = h.text("\"\\\n\t\r\u{8}\u{c}\u{1}\u{7f}\u{2028}/é😀");
    assert_eq!(
        json_text(h, text, &EmitOptions::default(), 0),
        "\"\\\"\\\\\\n\\t\\r\\b\\f\\u0001\u{7f}\u{2028}/é😀\""
    );
}

#[test]
fn programs_and_streams() {
    let mut heap = Heap::new();
    let h = &mut heap;
    let a = dict(h, &[("a", Value::Int(1)), ("_p", Value::Int(1))]);
    let b = dict(h, &[("b", Value::None)]);
    let both = list(h, &[a, b]);
    let options = EmitOptions::default();
    let compact = Format::Json { indent: 0 };
    assert_eq!(
        program(h, both, options, Format::Yaml),
        "a: 1\n---\nb: null\n"
    );
    assert_eq!(
        program(h, both, options, compact),
        "{\"a\": 1}\n{\"b\": null}\n"
    );
    let other = list(h, &[a, Value::Int(1)]);
    assert_eq!(program(h, other, options, Format::Yaml), "- a: 1\n- 1\n");
    let empty = list(h, &[]);
    assert_eq!(program(h, empty, options, Format::Yaml), "[]\n");

    let mut stream = Stream {
        documents: vec![a, b],
        sort_keys: false,
        ignore_private: false,
        ignore_none: true,
        separator: "---".to_owned(),
    };
    let mut out = Vec::new();
    emit_stream(h, &stream, Format::Yaml, &mut out).unwrap();
    assert_eq!(String::from_utf8(out).unwrap(), "a: 1\n_p: 1\n---\n{}\n");
    stream.documents.clear();
    let mut out = Vec::new();
    emit_stream(h, &stream, compact, &mut out).unwrap();
    assert!(out.is_empty());
}

#[test]
fn toml_layout() {
    let mut heap = Heap::new();
    let h = &mut heap;
    let x = h.text("x\"\u{7f}\n");
    let leaf = dict(h, &[("k", x), ("n", Value::None)]);
    let rows = list(h, &[leaf, leaf]);
    let nothing = dict(h, &[]);
    let inline = list(h, &[Value::Int(1), leaf, nothing]);
    let table = dict(h, &[("sub key", leaf), ("v", Value::Float(1e16))]);
    let top = dict(
        h,
        &[
            ("t", table),
            ("a", Value::Int(1)),
            ("rows", rows),
            ("i", inline),
        ],
    );
    let text = program(h, top, EmitOptions::default(), Format::Toml);
    let k = "k = \"x\\\"\\u007f\\n\"";
    assert_eq!(
        text,
        format!(
            "a = 1\ni = [1, {{ {k} }}, {{}}]\n\n[t]\nv = 1e16\n\n[t.\"sub key\"]\n{k}\n\n[[rows]]\n{k}\n\n[[rows]]\n{k}\n"
        )
    );
    let mut out = Vec::new();
    assert!(emit_toml(h, rows, &EmitOptions::default(), &mut out).is_err());
}

#[test]
fn texts() {
    let mut heap = Heap::new();
    let h = &mut heap;
    let b = h.text("b");
    let quoted = h.text("q\"q");
    let items = list(h, &[Value::Int(1), b]);
    let unit = h.unit(1, "Ki", 1024.0);
    let value = dict(
        h,
        &[
            ("a", b),
            ("q", quoted),
            ("l", items),
            ("u", Value::Undefined),
            ("m", unit),
            ("f", Value::Float(2.0)),
        ],
    );
    assert_eq!(
        text_of(h, value),
        "{'a': 'b', 'q': \"q\"q\", 'l': [1, b], 'u': Undefined, 'm': 1Ki, 'f': 2.0}"
    );
    let mut out = String::new();
    assert!(write_hole_json(h, &mut out, 8, items).is_ok());
    assert!(write_hole_yaml(h, &mut out, 100, Value::Float(1.5)).is_ok());
    assert_eq!(out, "[1, \"b\"]1.5\n");
    for most in 0..4 {
        let mut out = String::new();
        assert!(write_text(h, &mut out, most, items).is_err());
        assert!(out.len() <= most + 3, "{out}");
    }
    assert!(write_hole_json(h, &mut String::new(), 7, items).is_err());
}

#[test]
fn deep_values() {
    let mut heap = Heap::new();
    let h = &mut heap;
    let (mut a, mut b) = (Value::Int(1), Value::Int(1));
    for _ in 0..20_000 {
        a = list(h, &[a]);
        b = list(h, &[b]);
    }
    assert!(crate::equal::equal(h, a, b));
    assert_eq!(text_of(h, a).len(), 40_001);
    assert_eq!(json_text(h, a, &EmitOptions::default(), 0).len(), 40_001);
    assert!(yaml(h, a).ends_with("- 1\n"));
}

#[test]
fn long_output_is_written_in_pieces() {
    struct Broken(usize);
    impl Write for Broken {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0 += 1;
            if self.0 > 1 {
                return Err(io::ErrorKind::BrokenPipe.into());
            }
            Ok(bytes.len())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let mut heap = Heap::new();
    let h = &mut heap;
    let items: Vec<Value> = (0..100_000).map(Value::Int).collect();
    let value = list(h, &items);
    let options = EmitOptions::default();
    let failed = emit_yaml(h, value, &options, &mut Broken(0)).unwrap_err();
    assert_eq!(failed.kind(), io::ErrorKind::BrokenPipe);
    let mut out = Vec::new();
    emit_yaml(h, value, &options, &mut out).unwrap();
    assert_eq!(out.iter().filter(|b| **b == b'\n').count(), 100_000);
}
