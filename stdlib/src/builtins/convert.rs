//! Conversions between types.

use kiln_runtime::equal::equal;
use kiln_runtime::error::{self, Result, RunError};
use kiln_runtime::heap::{DictBuilder, Heap};
use kiln_runtime::native::NativeFn;
use kiln_runtime::value::{Entry, EntryOp, Sym, Value};
use kiln_runtime::vm::Vm;

use crate::args::{bad, int_or, iterate, new_list, new_text, overflow, take, truthy, type_name};
use crate::signature::native;

pub(super) const FUNCTIONS: &[NativeFn] = &[
    native!(
        "int",
        "int(number: any, base: int = 10) -> int",
        "Converts to an integer: a float is truncated, a string is read in `base`. In base 10 a unit may follow: \
         `int(\"2Mi\")` is `2097152`.",
        int
    ).examples(&[(r#"int("42")"#, "42"), (r#"int("0xff", 16)"#, "255"), (r#"int("2Mi")"#, "2097152")]),
    native!(
        "float",
        "float(number: any) -> float",
        "Converts to a float.",
        float
    ).examples(&[(r#"float("1.5")"#, "1.5")]),
    native!(
        "bool",
        "bool(x: any = Undefined) -> bool",
        "Tells whether a value counts as true. `False`, `None`, `Undefined`, zero and what is empty do not.",
        bool
    ).examples(&[(r#"bool("")"#, "False"), ("bool([0])", "True")]),
    native!(
        "str",
        "str(x: any = \"\") -> str",
        "Returns the text of a value, as in a string's `${…}`.",
        str
    ).examples(&[(r#"str([1, "a", {k = "v"}])"#, r#""[1, a, {'k': 'v'}]""#), ("str(1.0)", r#""1.0""#)]),
    native!(
        "list",
        "list(x: any = []) -> [any]",
        "Returns the items of a list, the keys of a dict or the characters of a string as a list.",
        list
    ).examples(&[(r#"list("abc")"#, r#"["a", "b", "c"]"#), ("list({b = 1, a = 2})", r#"["b", "a"]"#)]),
    native!(
        *"dict",
        "dict(x: any = {}, **kw) -> {any:any}",
        "Copies a dict, an instance or a list of pairs to a dict and merges the keyword arguments into it.",
        dict
    ).examples(&[("dict({a = 1}, b=2)", "{a = 1, b = 2}")]),
];

fn int(vm: &mut Vm, args: &[Value]) -> Result<Value> {
    let [value, base] = take(args)?;
    match value {
        Value::Int(int) => Ok(Value::Int(int)),
        Value::Bool(b) => Ok(Value::Int(i64::from(b))),
        // The casts saturate.
        Value::Float(float) => Ok(Value::Int(float as i64)),
        Value::Unit(unit) => Ok(Value::Int(vm.heap.get_unit(unit).value as i64)),
        Value::Str(text) => {
            let base = int_or(vm, "int", "base", base, 10)?;
            let text = vm.heap.get_str(text);
            match base {
                10 => int_with_unit(text),
                2..=36 => int_in_base(text, base as u32),
                _ => Err(bad(format!("`int` knows the bases 2 to 36, not {base}"))),
            }
            .map(Value::Int)
        }
        other => Err(bad(format!(
            "`int` needs a number or a string, not `{}`",
            type_name(vm, other)
        ))),
    }
}

fn not_int(text: &str, base: u32) -> RunError {
    bad(format!("{text:?} is no integer in base {base}"))
}

/// Sign and digits without the sign.
fn unsigned(text: &str) -> (bool, &str) {
    match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    }
}

fn digits(text: &str, whole: &str, base: u32) -> Result<i128> {
    if text.is_empty() || !text.chars().all(|c| c.is_digit(base)) {
        return Err(not_int(whole, base));
    }
    i128::from_str_radix(text, base).map_err(|_| too_large(whole))
}

fn too_large(text: &str) -> RunError {
    overflow(format!("{text:?} does not fit 64 bits"))
}

fn int_in_base(text: &str, base: u32) -> Result<i64> {
    let (negative, rest) = unsigned(text);
    let prefixed = rest
        .strip_prefix('0')
        .and_then(|r| r.strip_prefix(['x', 'X', 'o', 'O', 'b', 'B']))
        .filter(|r| !r.is_empty());
    // `0b1` is a number of base 16, too, but programs rather mean a prefix.
    let number = digits(prefixed.unwrap_or(rest), text, base)?;
    signed(negative, number, text)
}

fn signed(negative: bool, number: i128, text: &str) -> Result<i64> {
    let number = if negative { -number } else { number };
    i64::try_from(number).map_err(|_| too_large(text))
}

fn int_with_unit(text: &str) -> Result<i64> {
    const LARGER: [(&str, i128); 12] = [
        ("Ki", 1 << 10),
        ("ki", 1 << 10),
        ("Mi", 1 << 20),
        ("Gi", 1 << 30),
        ("Ti", 1 << 40),
        ("Pi", 1 << 50),
        ("k", 1_000),
        ("K", 1_000),
        ("M", 1_000_000),
        ("G", 1_000_000_000),
        ("T", 1_000_000_000_000),
        ("P", 1_000_000_000_000_000),
    ];
    const SMALLER: [(&str, i128); 3] = [("m", 1_000), ("u", 1_000_000), ("n", 1_000_000_000)];
    let (negative, rest) = unsigned(text);
    let larger = LARGER
        .iter()
        .find_map(|(unit, factor)| Some((rest.strip_suffix(unit)?, *factor)));
    if let Some((rest, factor)) = larger {
        let number = digits(rest, text, 10)?.checked_mul(factor);
        return signed(negative, number.ok_or_else(|| too_large(text))?, text);
    }
    let smaller = SMALLER
        .iter()
        .find_map(|(unit, divisor)| Some((rest.strip_suffix(unit)?, *divisor)));
    let (rest, divisor) = smaller.unwrap_or((rest, 1));
    signed(negative, digits(rest, text, 10)? / divisor, text)
}

fn float(vm: &mut Vm, args: &[Value]) -> Result<Value> {
    let [value] = take(args)?;
    let float = match value {
        Value::Float(float) => float,
        Value::Int(int) => int as f64,
        Value::Bool(b) => f64::from(u8::from(b)),
        Value::Unit(unit) => vm.heap.get_unit(unit).value,
        Value::Str(text) => {
            let text = vm.heap.get_str(text);
            let float: f64 = text
                .parse()
                .map_err(|_| bad(format!("{text:?} is no float")))?;
            if float.is_infinite() {
                return Err(overflow(format!("{text:?} is out of the range of floats")));
            }
            float
        }
        other => {
            return Err(bad(format!(
                "`float` needs a number or a string, not `{}`",
                type_name(vm, other)
            )));
        }
    };
    Ok(Value::Float(float))
}

fn bool(vm: &mut Vm, args: &[Value]) -> Result<Value> {
    let [value] = take(args)?;
    if matches!(value, Value::Hole) {
        return Err(RunError::new(error::BAD_VALUE, "`bool` needs a value"));
    }
    Ok(Value::Bool(truthy(&vm.heap, value)))
}

fn str(vm: &mut Vm, args: &[Value]) -> Result<Value> {
    let [value] = take(args)?;
    match value {
        Value::Str(_) => Ok(value),
        Value::Hole => Ok(vm.heap.text("")),
        other => {
            let mut text = String::new();
            vm.push_text(&mut text, other)?;
            new_text(vm, &text)
        }
    }
}

fn list(vm: &mut Vm, args: &[Value]) -> Result<Value> {
    let [value] = take(args)?;
    let items = match value {
        Value::Hole => Vec::new(),
        other => iterate(vm, "list", other)?,
    };
    new_list(vm, &items)
}

fn dict(vm: &mut Vm, args: &[Value], keywords: &[(Sym, Value)]) -> Result<Value> {
    let mut builder = DictBuilder::default();
    match args.first() {
        None => {}
        Some(&Value::List(pairs)) => {
            for (i, &pair) in vm.heap.items(pairs).to_vec().iter().enumerate() {
                let (key, value) = pair_of(vm, i, pair)?;
                builder.set(key, EntryOp::Union, value);
            }
        }
        Some(&other) => match vm.heap.entries_of(other) {
            Some(entries) => {
                for entry in entries {
                    builder.push(Entry {
                        op: EntryOp::Union,
                        ..*entry
                    });
                }
            }
            None => {
                return Err(bad(format!(
                    "`dict` needs a dict or a list of pairs, not `{}`",
                    type_name(vm, other)
                )));
            }
        },
    }
    for &(key, value) in keywords {
        let value = match builder.position(key) {
            Some(at) => merged(&mut vm.heap, key, builder.entries[at].value, value)?,
            None => value,
        };
        builder.set(key, EntryOp::Union, value);
    }
    vm.reserve(builder.entries.len() * size_of::<Entry>())?;
    Ok(Value::Dict(builder.finish(&mut vm.heap)))
}

fn pair_of(vm: &mut Vm, index: usize, pair: Value) -> Result<(Sym, Value)> {
    let items = match pair {
        Value::List(list) => vm.heap.items(list),
        _ => &[],
    };
    match *items {
        [Value::Str(key), value] => Ok((vm.heap.intern_str(key), value)),
        [key, _] => Err(bad(format!(
            "`dict` needs strings as keys, but item {index} of the list begins with `{}`",
            type_name(vm, key)
        ))),
        _ => Err(bad(format!(
            "`dict` needs a list of pairs, but item {index} of it is no list of two items"
        ))),
    }
}

/// Merges plain data as `|` does.
fn merged(heap: &mut Heap, key: Sym, a: Value, b: Value) -> Result<Value> {
    if b.is_nullish() || equal(heap, a, b) {
        return Ok(a);
    }
    if a.is_nullish() {
        return Ok(b);
    }
    let (Value::Dict(x), Value::Dict(y)) = (a, b) else {
        return Err(RunError::new(
            error::CONFLICT,
            format!("key `{}` has two different values", heap.name(key)),
        ));
    };
    let mut builder = DictBuilder::default();
    builder.load(heap.entries(x));
    for entry in heap.entries(y).to_vec() {
        let value = match builder.position(entry.key) {
            Some(at) => {
                let old = builder.entries[at].value;
                stacker::maybe_grow(32 << 10, 1 << 20, || {
                    merged(heap, entry.key, old, entry.value)
                })?
            }
            None => entry.value,
        };
        builder.put(Entry { value, ..entry });
    }
    Ok(Value::Dict(builder.finish(heap)))
}
