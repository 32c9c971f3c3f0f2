//! Random values, written as YAML and read back by two independent readers: `serde_yaml` (YAML 1.1 by libyaml's
//! scanner, 1.2 types) and `yaml-rust2` (1.2). Both must give the same data. JSON is checked with `serde_json`.

use kiln_runtime::emit::{EmitOptions, json_text, yaml_text};
use kiln_runtime::heap::{DictBuilder, Heap};
use kiln_runtime::value::{EntryOp, Value};
use yaml_rust2::{Yaml, YamlLoader};

/// A small generator of pseudo-random numbers (splitmix64), so that failures repeat.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, n: usize) -> usize {
        (self.next() % n as u64) as usize
    }

    fn pick<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.below(of.len())]
    }
}

const PIECES: &[&str] = &[
    " ",
    " ",
    "\n",
    "\n",
    ":",
    "#",
    "-",
    "?",
    "'",
    "\"",
    "\\",
    "[",
    "]",
    "{",
    "}",
    ",",
    "&",
    "*",
    "!",
    "|",
    ">",
    "%",
    "@",
    "`",
    "~",
    "=",
    "<",
    ".",
    "..",
    "0",
    "1",
    "9",
    "a",
    "b",
    "x",
    "e",
    "é",
    "日",
    "😀",
    "\t",
    "\r",
    "\0",
    "\u{1}",
    "\u{7f}",
    "\u{85}",
    "\u{a0}",
    "\u{2028}",
    "\u{2029}",
    "\u{feff}",
    "\u{fffd}",
    "null",
    "true",
    "No",
    "on",
    "y",
    "N",
    "nan",
    "inf",
    "0x",
    "0o7",
    "1e3",
    "_",
    "+",
    "/",
    "$",
    "(",
    ";",
    "---",
    "- ",
    ": ",
    " #",
    "<<",
    "2020-01-01",
    "1:30",
];

fn text(random: &mut Random) -> String {
    let pieces = random.below(6);
    (0..pieces).map(|_| random.pick(PIECES)).collect()
}

fn value(random: &mut Random, heap: &mut Heap, depth: usize) -> Value {
    match random.below(if depth == 0 { 6 } else { 9 }) {
        0 => Value::None,
        1 => Value::Bool(random.below(2) == 0),
        2 => Value::Int(random.next() as i64 >> random.below(64)),
        3 => {
            let float = f64::from_bits(random.next());
            Value::Float(if float.is_finite() { float } else { 1.5 })
        }
        4 | 5 => heap.text(&text(random)),
        6 => {
            let items: Vec<Value> = (0..random.below(4))
                .map(|_| value(random, heap, depth - 1))
                .collect();
            Value::List(heap.list(&items))
        }
        _ => {
            let mut builder = DictBuilder::default();
            for _ in 0..random.below(4) {
                let mut name = text(random);
                if random.below(40) == 0 {
                    name.push_str(&"k".repeat(130));
                }
                let key = heap.intern(&name);
                let value = value(random, heap, depth - 1);
                builder.set(key, EntryOp::Union, value);
            }
            Value::Dict(builder.finish(heap))
        }
    }
}

fn same_serde(heap: &Heap, a: Value, b: &serde_yaml::Value) -> bool {
    use serde_yaml::Value as Y;
    match (a, b) {
        (Value::None, Y::Null) => true,
        (Value::Bool(a), Y::Bool(b)) => a == *b,
        (Value::Int(a), Y::Number(b)) => b.as_i64() == Some(a),
        (Value::Float(a), Y::Number(b)) => b.is_f64() && b.as_f64() == Some(a),
        (Value::Str(a), Y::String(b)) => heap.get_str(a) == b,
        (Value::List(a), Y::Sequence(b)) => {
            let a = heap.items(a);
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same_serde(heap, *a, b))
        }
        (Value::Dict(a), Y::Mapping(b)) => {
            let a = heap.entries(a);
            a.len() == b.len()
                && a.iter().zip(b).all(|(a, (key, b))| {
                    key.as_str() == Some(heap.name(a.key)) && same_serde(heap, a.value, b)
                })
        }
        _ => false,
    }
}

fn same_rust(heap: &Heap, a: Value, b: &Yaml) -> bool {
    match (a, b) {
        (Value::None, Yaml::Null) => true,
        (Value::Bool(a), Yaml::Boolean(b)) => a == *b,
        (Value::Int(a), Yaml::Integer(b)) => a == *b,
        (Value::Float(a), Yaml::Real(b)) => b.parse() == Ok(a),
        (Value::Str(a), Yaml::String(b)) => heap.get_str(a) == b,
        (Value::List(a), Yaml::Array(b)) => {
            let a = heap.items(a);
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same_rust(heap, *a, b))
        }
        (Value::Dict(a), Yaml::Hash(b)) => {
            let a = heap.entries(a);
            a.len() == b.len()
                && a.iter().zip(b).all(|(a, (key, b))| {
                    key.as_str() == Some(heap.name(a.key)) && same_rust(heap, a.value, b)
                })
        }
        _ => false,
    }
}

fn same_json(heap: &Heap, a: Value, b: &serde_json::Value) -> bool {
    use serde_json::Value as J;
    match (a, b) {
        (Value::None, J::Null) => true,
        (Value::Bool(a), J::Bool(b)) => a == *b,
        (Value::Int(a), J::Number(b)) => b.as_i64() == Some(a),
        (Value::Float(a), J::Number(b)) => b.is_f64() && b.as_f64() == Some(a),
        (Value::Str(a), J::String(b)) => heap.get_str(a) == b,
        (Value::List(a), J::Array(b)) => {
            let a = heap.items(a);
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same_json(heap, *a, b))
        }
        (Value::Dict(a), J::Object(b)) => {
            let a = heap.entries(a);
            a.len() == b.len()
                && a.iter().all(|a| {
                    b.get(heap.name(a.key))
                        .is_some_and(|b| same_json(heap, a.value, b))
                })
        }
        _ => false,
    }
}

fn check(heap: &Heap, value: Value) {
    let yaml = yaml_text(heap, value, &EmitOptions::ALL);
    match serde_yaml::from_str::<serde_yaml::Value>(&yaml) {
        Ok(read) => assert!(
            same_serde(heap, value, &read),
            "serde_yaml reads {read:?} in\n{yaml:?}"
        ),
        Err(problem) => panic!("serde_yaml: {problem} in\n{yaml:?}\n{yaml}"),
    }
    match YamlLoader::load_from_str(&yaml) {
        Ok(read) => {
            assert_eq!(read.len(), 1, "{yaml:?}");
            assert!(
                same_rust(heap, value, &read[0]),
                "yaml-rust2 reads {read:?} in\n{yaml:?}"
            );
        }
        Err(problem) => panic!("yaml-rust2: {problem} in\n{yaml:?}\n{yaml}"),
    }
    for indent in [0, 4] {
        let json = json_text(heap, value, &EmitOptions::ALL, indent);
        match serde_json::from_str(&json) {
            Ok(read) => assert!(same_json(heap, value, &read), "{json}"),
            Err(problem) => panic!("serde_json: {problem} in\n{json}"),
        }
    }
}

#[test]
fn values_read_back() {
    for seed in 0..20_000 {
        let mut heap = Heap::new();
        let top = value(&mut Random(seed), &mut heap, 4);
        check(&heap, top);
    }
}

#[test]
fn strings_read_back() {
    let mut random = Random(7);
    for _ in 0..40_000 {
        let mut heap = Heap::new();
        let text = heap.text(&text(&mut random));
        let items = Value::List(heap.list(&[text, text]));
        let mut builder = DictBuilder::default();
        let key = heap.intern("key");
        builder.set(key, EntryOp::Union, text);
        let dict = Value::Dict(builder.finish(&mut heap));
        for value in [items, dict] {
            check(&heap, value);
        }
    }
}
