//! Arguments of native functions: taking them apart, checking their kinds, and the errors for those that do not fit.

use kiln_runtime::error::{self, Result, RunError};
use kiln_runtime::heap::Heap;
use kiln_runtime::value::{Entry, List, Str, Value};
use kiln_runtime::vm::Vm;

/// A function got a value that it cannot work on.
pub(crate) fn bad(message: impl Into<String>) -> RunError {
    RunError::new(error::BAD_VALUE, message)
}

/// A result does not fit 64 bits.
pub(crate) fn overflow(message: impl Into<String>) -> RunError {
    RunError::new(error::OVERFLOW, message)
}

/// The arguments as an array.
pub(crate) fn take<const N: usize>(args: &[Value]) -> Result<[Value; N]> {
    <[Value; N]>::try_from(args).map_err(|_| {
        RunError::new(
            error::INTERNAL,
            format!("a native function got {} of {N} arguments", args.len()),
        )
    })
}

/// An argument that was given and is neither `None` nor `Undefined`.
pub(crate) fn given(value: Value) -> Option<Value> {
    (!value.is_nullish()).then_some(value)
}

/// Name of a value's type as by `typeof`.
pub(crate) fn type_name(vm: &Vm, value: Value) -> String {
    let fixed = match value {
        Value::Undefined | Value::Hole | Value::Running => "UndefinedType",
        Value::None => "None",
        Value::Bool(_) => "bool",
        Value::Int(_) => "int",
        Value::Float(_) => "float",
        Value::Unit(unit) => {
            let unit = vm.heap.get_unit(unit);
            let suffix = vm.heap.name(unit.suffix);
            return format!("number_multiplier({}{suffix})", unit.raw);
        }
        Value::Str(_) => "str",
        Value::List(_) => "list",
        Value::Dict(_) => "dict",
        Value::Inst(inst) => {
            return vm.class_name(vm.heap.get_inst(inst).class, false);
        }
        Value::Func(_) | Value::Native(_) | Value::Bound(_) => "function",
        Value::Type(_) => "type",
    };
    fixed.to_owned()
}

/// The error for an argument of the wrong kind.
pub(crate) fn misfit(vm: &Vm, function: &str, wanted: &str, name: &str, value: Value) -> RunError {
    let found = type_name(vm, value);
    bad(format!(
        "`{function}` needs {wanted} for `{name}`, not `{found}`"
    ))
}

/// An argument that must be a string.
pub(crate) fn text(vm: &Vm, function: &str, name: &str, value: Value) -> Result<Str> {
    match value {
        Value::Str(text) => Ok(text),
        other => Err(misfit(vm, function, "a string", name, other)),
    }
}

/// An argument that must be an integer.
pub(crate) fn int(vm: &Vm, function: &str, name: &str, value: Value) -> Result<i64> {
    match value {
        Value::Int(int) => Ok(int),
        other => Err(misfit(vm, function, "an integer", name, other)),
    }
}

/// An argument that may be missing and must be an integer otherwise.
pub(crate) fn int_or(
    vm: &Vm,
    function: &str,
    name: &str,
    value: Value,
    default: i64,
) -> Result<i64> {
    match given(value) {
        None => Ok(default),
        Some(value) => int(vm, function, name, value),
    }
}

/// An argument that must be a list.
pub(crate) fn list(vm: &Vm, function: &str, name: &str, value: Value) -> Result<List> {
    match value {
        Value::List(list) => Ok(list),
        other => Err(misfit(vm, function, "a list", name, other)),
    }
}

/// An argument that must be something to call.
pub(crate) fn function(vm: &Vm, function: &str, name: &str, value: Value) -> Result<Value> {
    match value {
        Value::Func(_) | Value::Native(_) | Value::Bound(_) | Value::Type(_) => Ok(value),
        other => Err(misfit(vm, function, "a function", name, other)),
    }
}

/// Whether a value counts as true.
pub(crate) fn truthy(heap: &Heap, value: Value) -> bool {
    match value {
        Value::Undefined | Value::Hole | Value::Running | Value::None => false,
        Value::Bool(b) => b,
        Value::Int(int) => int != 0,
        Value::Float(float) => float != 0.0,
        Value::Unit(unit) => heap.get_unit(unit).value != 0.0,
        Value::Str(text) => text.len > 0,
        Value::List(list) => list.len > 0,
        Value::Dict(_) | Value::Inst(_) => heap.entries_of(value).is_some_and(|e| !e.is_empty()),
        Value::Func(_) | Value::Native(_) | Value::Bound(_) | Value::Type(_) => true,
    }
}

/// A part of a string; its bytes are shared.
pub(crate) fn part(text: Str, from: usize, to: usize) -> Str {
    Str {
        chunk: text.chunk,
        off: text.off + from as u32,
        len: (to - from) as u32,
    }
}

/// The part of `text` that `piece`, a slice of its bytes, is.
pub(crate) fn part_of(text: Str, whole: &str, piece: &str) -> Str {
    let from = piece.as_ptr() as usize - whole.as_ptr() as usize;
    part(text, from, from + piece.len())
}

/// The characters of a string as values.
pub(crate) fn chars(vm: &Vm, text: Str) -> Result<Vec<Value>> {
    let characters = vm.heap.get_str(text);
    vm.reserve(
        characters
            .chars()
            .count()
            .saturating_mul(size_of::<Value>()),
    )?;
    Ok(characters
        .char_indices()
        .map(|(at, c)| Value::Str(part(text, at, at + c.len_utf8())))
        .collect())
}

/// The keys of entries as values.
pub(crate) fn keys(heap: &Heap, entries: &[Entry]) -> Vec<Value> {
    entries.iter().map(|e| heap.name_value(e.key)).collect()
}

/// What iterating over a value gives: items of a list, keys of a dict or an instance, characters of a string.
pub(crate) fn iterate(vm: &Vm, function: &str, value: Value) -> Result<Vec<Value>> {
    match value {
        Value::List(list) => Ok(vm.heap.items(list).to_vec()),
        Value::Str(text) => chars(vm, text),
        _ => match vm.heap.entries_of(value) {
            Some(entries) => Ok(keys(&vm.heap, entries)),
            None => Err(bad(format!(
                "`{function}` cannot iterate over `{}`",
                type_name(vm, value)
            ))),
        },
    }
}

/// Stores a list.
pub(crate) fn new_list(vm: &mut Vm, items: &[Value]) -> Result<Value> {
    vm.reserve(size_of_val(items))?;
    Ok(Value::List(vm.heap.list(items)))
}

/// Stores a string.
pub(crate) fn new_text(vm: &mut Vm, text: &str) -> Result<Value> {
    vm.reserve(text.len())?;
    Ok(vm.heap.text(text))
}
