//! Size, truth, uniqueness and type of values.

use std::hash::{Hash, Hasher};

use kiln_runtime::equal::equal;
use kiln_runtime::error::Result;
use kiln_runtime::heap::Heap;
use kiln_runtime::native::NativeFn;
use kiln_runtime::value::{Entry, Value};
use kiln_runtime::vm::Vm;
use rustc_hash::FxHasher;

use crate::args::{bad, take, truthy, type_name};
use crate::signature::native;

pub(super) const FUNCTIONS: &[NativeFn] = &[
    native!(
        "len",
        "len(inval: str | {any:any} | [any]) -> int",
        "Returns the number of items of a list, of keys of a dict, or of UTF-8 bytes of a string.\n\n\
         `len([1, 2])` is `2`, `len(\"é\")` is `2`.",
        len
    ).examples(&[(r#"len("abc")"#, "3"), (r#"len("é")"#, "2"), ("len([1, 2])", "2")]),
    native!(
        "isunique",
        "isunique(inval: [any]) -> bool",
        "Tells whether no two items of a list are equal. `1` and `1.0` are equal.",
        isunique
    ).examples(&[("isunique([])", "True"), ("isunique([1, 2])", "True")]),
    native!(
        "isnullish",
        "isnullish(inval: any) -> bool",
        "Tells whether a value is `None` or `Undefined`.",
        isnullish
    ).examples(&[(r#"isnullish("")"#, "False"), ("isnullish(0)", "False")]),
    native!(
        "all_true",
        "all_true(inval: [any]) -> bool",
        "Tells whether every item counts as true. It is `True` for an empty list.",
        all_true
    ).examples(&[("all_true([])", "True"), (r#"all_true([1, "a", [0]])"#, "True")]),
    native!(
        "any_true",
        "any_true(inval: [any]) -> bool",
        "Tells whether some item counts as true. It is `False` for an empty list.",
        any_true
    ).examples(&[("any_true([])", "False"), (r#"any_true([0, "", {}])"#, "False")]),
    native!(
        "typeof",
        "typeof(x: any, full_name: bool = False) -> str",
        "Returns the name of a value's type: `int`, `list`, a schema's name. With `full_name` a schema of an imported \
         package has the package in front.",
        type_of
    ).examples(&[("typeof(1.5)", r#""float""#), ("typeof([])", r#""list""#)]),
];

fn len(vm: &mut Vm, args: &[Value]) -> Result<Value> {
    let [value] = take(args)?;
    let len = match value {
        Value::Str(text) => text.len as usize,
        Value::List(list) => list.len as usize,
        _ => match vm.heap.entries_of(value) {
            Some(entries) => entries.len(),
            None => {
                return Err(bad(format!(
                    "`len` works on strings, lists and dicts, not on `{}`",
                    type_name(vm, value)
                )));
            }
        },
    };
    Ok(Value::Int(len as i64))
}

/// Equal values have equal hashes.
fn hash(heap: &Heap, value: Value) -> u64 {
    let mut hasher = FxHasher::default();
    match value {
        Value::Bool(b) => (1, b).hash(&mut hasher),
        Value::Int(int) => (2, (int as f64).to_bits()).hash(&mut hasher),
        Value::Float(float) => (2, (float + 0.0).to_bits()).hash(&mut hasher),
        Value::Str(text) => heap.get_str(text).hash(&mut hasher),
        Value::List(list) => (3, list.len).hash(&mut hasher),
        _ => {
            let len = heap.entries_of(value).map(<[Entry]>::len);
            (4, len).hash(&mut hasher);
        }
    }
    hasher.finish()
}

fn isunique(vm: &mut Vm, args: &[Value]) -> Result<Value> {
    let [value] = take(args)?;
    let Value::List(list) = value else {
        return Ok(Value::Bool(false));
    };
    let heap = &vm.heap;
    let mut hashed: Vec<(u64, Value)> = heap
        .items(list)
        .iter()
        .map(|&item| (hash(heap, item), item))
        .collect();
    hashed.sort_by_key(|(hash, _)| *hash);
    let unique = hashed.chunk_by(|a, b| a.0 == b.0).all(|same| {
        same.iter()
            .enumerate()
            .all(|(i, &(_, a))| same[i + 1..].iter().all(|&(_, b)| !equal(heap, a, b)))
    });
    Ok(Value::Bool(unique))
}

fn isnullish(_: &mut Vm, args: &[Value]) -> Result<Value> {
    let [value] = take(args)?;
    Ok(Value::Bool(value.is_nullish()))
}

/// Items of a list, values of a dict or an instance.
fn elements(heap: &Heap, value: Value) -> Option<Vec<Value>> {
    match value {
        Value::List(list) => Some(heap.items(list).to_vec()),
        _ => heap
            .entries_of(value)
            .map(|entries| entries.iter().map(|e| e.value).collect()),
    }
}

fn all_true(vm: &mut Vm, args: &[Value]) -> Result<Value> {
    let [value] = take(args)?;
    let heap = &vm.heap;
    let all =
        elements(heap, value).is_some_and(|items| items.iter().all(|&item| truthy(heap, item)));
    Ok(Value::Bool(all))
}

fn any_true(vm: &mut Vm, args: &[Value]) -> Result<Value> {
    let [value] = take(args)?;
    let heap = &vm.heap;
    let any =
        elements(heap, value).is_some_and(|items| items.iter().any(|&item| truthy(heap, item)));
    Ok(Value::Bool(any))
}

fn type_of(vm: &mut Vm, args: &[Value]) -> Result<Value> {
    let [value, full] = take(args)?;
    let name = match value {
        Value::Inst(inst) => {
            let full = truthy(&vm.heap, full);
            let class = vm.heap.get_inst(inst).class;
            vm.class_name(class, full)
        }
        other => type_name(vm, other),
    };
    Ok(vm.heap.text(&name))
}
