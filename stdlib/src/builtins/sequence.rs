//! Builtins that make, order and fold sequences.

use std::cmp::Ordering;

use kiln_runtime::equal::compare;
use kiln_runtime::error::{self, Result, RunError};
use kiln_runtime::native::NativeFn;
use kiln_runtime::value::{Sym, Value};
use kiln_runtime::vm::Vm;

use crate::args::{
    bad, function, iterate, list, misfit, new_list, overflow, take, truthy, type_name,
};
use crate::signature::native;

pub(super) const FUNCTIONS: &[NativeFn] = &[
    native!(
        "sorted",
        "sorted(inval: str | {any:any} | [any], reverse: bool = False) -> [any]",
        "Returns the items of a list, the keys of a dict or the characters of a string in ascending order, or in \
         descending order if `reverse`. Equal items keep their order.",
        sorted
    ).examples(&[("sorted([])", "[]"), ("sorted([3, 1, 2])", "[1, 2, 3]")]),
    native!(
        "range",
        "range(start: int = Undefined, stop: int = Undefined, step: int = 1) -> [int]",
        "Returns the numbers from `start` (0 if only one is given) up to but not including `stop`.\n\n\
         `range(3)` is `[0, 1, 2]`, `range(5, 0, -2)` is `[5, 3, 1]`.",
        range
    ).examples(&[("range(5)", "[0, 1, 2, 3, 4]"), ("range(0)", "[]")]),
    native!(
        *"max",
        "max(*args) -> any",
        "Returns the greatest of its arguments, or of the items of its only one.",
        max
    ).examples(&[("max(1, 2)", "2"), ("max([1, 2.5])", "2.5")]),
    native!(
        *"min",
        "min(*args) -> any",
        "Returns the least of its arguments, or of the items of its only one.",
        min
    ).examples(&[("min(2, 1)", "1"), (r#"min("hello")"#, r#""e""#)]),
    native!(
        "sum",
        "sum(iterable: [any], start: any = 0) -> any",
        "Adds the items of a list to `start`: numbers to a number, lists to a list.",
        sum
    ).examples(&[("sum([])", "0"), ("sum([1, 2, 3])", "6")]),
    native!(
        *"zip",
        "zip(*args) -> [any]",
        "Returns the list of the first items of its arguments, of their second ones, and so on, as far as the shortest \
         argument goes.",
        zip
    ).examples(&[(r#"zip([1, 2, 3], ["a", "b"])"#, r#"[[1, "a"], [2, "b"]]"#)]),
    native!(
        "reduce",
        "reduce(reducer: (any, any) -> any, list: [any], initial: any = Undefined) -> any",
        "Combines the items of a list from the left: `reduce(f, [a, b, c])` is `f(f(a, b), c)`. It begins with \
         `initial` if given. Without it an empty list gives `None`.",
        reduce
    ).examples(&[("reduce(lambda a, b { a + b }, [1, 2, 3])", "6"), ("reduce(lambda a, b { a + b }, [1, 2, 3], 10)", "16")]),
];

fn sorted(vm: &mut Vm, args: &[Value]) -> Result<Value> {
    let [value, reverse] = take(args)?;
    if matches!(value, Value::Inst(_)) {
        return Err(misfit(
            vm,
            "sorted",
            "a string, list or dict",
            "inval",
            value,
        ));
    }
    let mut items = iterate(vm, "sorted", value)?;
    if items.len() > 1 {
        let numbers = items.iter().all(|v| match v {
            Value::Float(float) => !float.is_nan(),
            other => matches!(other, Value::Int(_)),
        });
        let texts = items.iter().all(|v| matches!(v, Value::Str(_)));
        if !numbers && !texts {
            return Err(unsortable(vm, &items));
        }
    }
    let reverse = truthy(&vm.heap, reverse);
    let heap = &vm.heap;
    items.sort_by(|&a, &b| {
        let order = compare(heap, a, b).unwrap_or(Ordering::Equal);
        if reverse { order.reverse() } else { order }
    });
    new_list(vm, &items)
}

fn unsortable(vm: &Vm, items: &[Value]) -> RunError {
    let text = items.iter().find(|v| matches!(v, Value::Str(_)));
    let number = items
        .iter()
        .find(|v| matches!(v, Value::Int(_) | Value::Float(_)));
    let other = items
        .iter()
        .find(|v| !matches!(v, Value::Int(_) | Value::Float(_) | Value::Str(_)));
    if other.is_none() && text.is_none() {
        return bad("`sorted` cannot order NaN");
    }
    bad(match (other, text, number) {
        (None, Some(_), Some(&number)) => format!(
            "`sorted` cannot compare `str` with `{}`",
            type_name(vm, number)
        ),
        (Some(&other), ..) => format!(
            "`sorted` cannot order values of type `{}`",
            type_name(vm, other)
        ),
        _ => "`sorted` cannot order these values".to_owned(),
    })
}

fn range(vm: &mut Vm, args: &[Value]) -> Result<Value> {
    let (start, stop, step) = match take(args)? {
        [Value::Int(stop), Value::Hole, step] => (0, stop, step),
        [Value::Int(start), Value::Int(stop), step] => (start, stop, step),
        _ => return Ok(Value::Undefined),
    };
    let step = match step {
        Value::Hole => 1,
        Value::Int(0) => return Err(bad("the step of `range` cannot be zero")),
        Value::Int(step) => step,
        _ => return Ok(Value::Undefined),
    };
    let distance = if step > 0 {
        i128::from(stop) - i128::from(start)
    } else {
        i128::from(start) - i128::from(stop)
    };
    let size = i128::from(step.unsigned_abs());
    let count = if distance <= 0 {
        0
    } else {
        (distance + size - 1) / size
    };
    let count = usize::try_from(count)
        .ok()
        .filter(|&n| u32::try_from(n).is_ok())
        .ok_or_else(|| {
            RunError::new(
                error::MEMORY_LIMIT,
                format!("a `range` of {count} numbers is too long"),
            )
        })?;
    vm.reserve(count * size_of::<Value>())?;
    let items: Vec<Value> = (0..count as i64)
        .map(|i| Value::Int(start.wrapping_add(i.wrapping_mul(step))))
        .collect();
    Ok(Value::List(vm.heap.list(&items)))
}

fn max(vm: &mut Vm, args: &[Value], _: &[(Sym, Value)]) -> Result<Value> {
    extreme(vm, "max", args, Ordering::Greater)
}

fn min(vm: &mut Vm, args: &[Value], _: &[(Sym, Value)]) -> Result<Value> {
    extreme(vm, "min", args, Ordering::Less)
}

fn extreme(vm: &mut Vm, name: &str, args: &[Value], wanted: Ordering) -> Result<Value> {
    let items = match *args {
        [] => {
            return Err(RunError::new(
                error::BAD_ARGUMENTS,
                format!("`{name}` needs at least one argument"),
            ));
        }
        [one] => iterate(vm, name, one)?,
        _ => args.to_vec(),
    };
    let Some(&first) = items.first() else {
        let kind = type_name(vm, args[0]);
        return Err(bad(format!(
            "`{name}` needs a value, but the `{kind}` is empty"
        )));
    };
    if first.is_nullish() {
        return Err(incomparable(vm, name, first, first));
    }
    let mut best = first;
    for &item in &items[1..] {
        match compare(&vm.heap, item, best) {
            Some(order) if order == wanted => best = item,
            Some(_) => {}
            None if kiln_runtime::equal::is_ordered(item, best) => {}
            None => return Err(incomparable(vm, name, item, best)),
        }
    }
    Ok(best)
}

fn incomparable(vm: &Vm, name: &str, a: Value, b: Value) -> RunError {
    bad(format!(
        "`{name}` cannot compare `{}` with `{}`",
        type_name(vm, a),
        type_name(vm, b)
    ))
}

fn sum(vm: &mut Vm, args: &[Value]) -> Result<Value> {
    let [items, start] = take(args)?;
    let Value::List(items) = items else {
        return Ok(Value::Undefined);
    };
    let mut total = match start {
        Value::Hole => Value::Int(0),
        Value::Str(_) => {
            return Err(bad("`sum` does not add strings").help("use `\"\".join(…)`"));
        }
        other => other,
    };
    let items = vm.heap.items(items).to_vec();
    if let Value::List(list) = total {
        return sum_lists(vm, vm.heap.items(list).to_vec(), &items);
    }
    for item in items {
        total = add(vm, total, item)?;
    }
    Ok(total)
}

fn sum_lists(vm: &mut Vm, mut total: Vec<Value>, items: &[Value]) -> Result<Value> {
    for &item in items {
        let Value::List(item) = item else {
            return Err(not_addable(vm, "list", item));
        };
        total.extend_from_slice(vm.heap.items(item));
        vm.reserve(total.len() * size_of::<Value>())?;
    }
    new_list(vm, &total)
}

fn not_addable(vm: &Vm, total: &str, item: Value) -> RunError {
    let item = type_name(vm, item);
    RunError::new(
        error::BAD_OPERANDS,
        format!("`sum` cannot add `{total}` and `{item}`"),
    )
}

fn add(vm: &Vm, a: Value, b: Value) -> Result<Value> {
    match (a, b) {
        (Value::Int(x), Value::Int(y)) => x
            .checked_add(y)
            .map(Value::Int)
            .ok_or_else(|| overflow(format!("{x} + {y} does not fit 64 bits"))),
        (Value::Int(x), Value::Float(y)) => Ok(Value::Float(x as f64 + y)),
        (Value::Float(x), Value::Int(y)) => Ok(Value::Float(x + y as f64)),
        (Value::Float(x), Value::Float(y)) => Ok(Value::Float(x + y)),
        _ => Err(not_addable(vm, &type_name(vm, a), b)),
    }
}

fn zip(vm: &mut Vm, args: &[Value], _: &[(Sym, Value)]) -> Result<Value> {
    let mut columns = Vec::with_capacity(args.len());
    for &arg in args {
        columns.push(iterate(vm, "zip", arg)?);
    }
    let rows = columns.iter().map(Vec::len).min().unwrap_or(0);
    let mut result = Vec::with_capacity(rows);
    for i in 0..rows {
        let row: Vec<Value> = columns.iter().map(|column| column[i]).collect();
        result.push(new_list(vm, &row)?);
    }
    new_list(vm, &result)
}

fn reduce(vm: &mut Vm, args: &[Value]) -> Result<Value> {
    let [reducer, items, initial] = take(args)?;
    let items = list(vm, "reduce", "list", items)?;
    let reducer = function(vm, "reduce", "reducer", reducer)?;
    let items = vm.heap.items(items).to_vec();
    let mut rest = items.into_iter();
    let mut total = match initial {
        Value::Hole | Value::Undefined => match rest.next() {
            Some(first) => first,
            None => return Ok(Value::None),
        },
        other => other,
    };
    for item in rest {
        total = vm.call(reducer, &[total, item])?;
    }
    Ok(total)
}
