//! Finding parts of a string.

use kiln_runtime::error::Result;
use kiln_runtime::native::NativeFn;
use kiln_runtime::value::Value;
use kiln_runtime::vm::Vm;

use super::receiver;
use crate::args::{bad, int_or, take, text};
use crate::signature::native;

pub(super) const FUNCTIONS: &[NativeFn] = &[
    native!(
        "str.count",
        "count(sub: str, start: int = 0, end: int = len) -> int",
        "Counts how often `sub` occurs without overlap between the byte offsets `start` and `end`.",
        count
    ).examples(&[(r#""aaa".count("aa")"#, "1"), (r#""abc".count("")"#, "4")]),
    native!(
        "str.endswith",
        "endswith(val: str, start: int = 0, end: int = len) -> bool",
        "Tells whether the text between the byte offsets `start` and `end` ends with `val`.",
        endswith
    ).examples(&[(r#""abc".endswith("c")"#, "True"), (r#""abc".endswith("")"#, "True")]),
    native!(
        "str.find",
        "find(sub: str, start: int = 0, end: int = len) -> int",
        "Returns the byte offset of the first `sub` between the offsets `start` and `end`, or -1.",
        find
    ).examples(&[(r#""hello".find("l")"#, "2"), (r#""hello".find("z")"#, "-1")]),
    native!(
        "str.index",
        "index(sub: str, start: int = 0, end: int = len) -> int",
        "Returns the byte offset of the first `sub` between the offsets `start` and `end`. It is an error if there is \
         none.",
        index
    ).examples(&[(r#""abcabc".index("b")"#, "1"), (r#""abcabc".index("b", 2)"#, "4")]),
    native!(
        "str.rfind",
        "rfind(sub: str, start: int = 0, end: int = len) -> int",
        "Returns the byte offset of the last `sub` between the offsets `start` and `end`, or -1.",
        rfind
    ).examples(&[(r#""hello".rfind("l")"#, "3"), (r#""hello".rfind("z")"#, "-1")]),
    native!(
        "str.rindex",
        "rindex(sub: str, start: int = 0, end: int = len) -> int",
        "Returns the byte offset of the last `sub` between the offsets `start` and `end`. It is an error if there is \
         none.",
        rindex
    ).examples(&[(r#""abcabc".rindex("b")"#, "4"), (r#""abcabc".rindex("b", 0, 3)"#, "1")]),
    native!(
        "str.startswith",
        "startswith(val: str, start: int = 0, end: int = len) -> bool",
        "Tells whether the text between the byte offsets `start` and `end` begins with `val`.",
        startswith
    ).examples(&[(r#""abc".startswith("a")"#, "True"), (r#""abc".startswith("")"#, "True")]),
];

/// What is searched: a window of the receiver and where it begins (nothing if the window is impossible), and what for.
struct Search<'h> {
    window: Option<(&'h str, usize)>,
    sub: &'h str,
}

fn search<'h>(vm: &'h Vm, name: &str, parameter: &str, args: &[Value]) -> Result<Search<'h>> {
    let [whole, sub, start, end] = take(args)?;
    let whole = vm.heap.get_str(receiver(vm, name, whole)?);
    let sub = vm.heap.get_str(text(vm, name, parameter, sub)?);
    let len = whole.len();
    let start = int_or(vm, name, "start", start, 0)?;
    let end = int_or(vm, name, "end", end, i64::MAX)?;
    let offset = |position: i64| {
        let position = if position < 0 {
            position.saturating_add(len as i64).max(0)
        } else {
            position
        };
        usize::try_from(position).unwrap_or(usize::MAX)
    };
    let (from, to) = (offset(start), offset(end).min(len));
    if from > to {
        return Ok(Search { window: None, sub });
    }
    match whole.get(from..to) {
        Some(window) => Ok(Search {
            window: Some((window, from)),
            sub,
        }),
        None => {
            let at = if whole.is_char_boundary(from) {
                to
            } else {
                from
            };
            Err(bad(format!(
                "byte offset {at} is inside a character of {whole:?}"
            ))
            .note("offsets count bytes of UTF-8"))
        }
    }
}

fn count(vm: &mut Vm, args: &[Value]) -> Result<Value> {
    let Search { window, sub } = search(vm, "str.count", "sub", args)?;
    let found = match window {
        None => 0,
        Some((text, _)) if sub.is_empty() => text.chars().count() + 1,
        Some((text, _)) => text.matches(sub).count(),
    };
    Ok(Value::Int(found as i64))
}

fn startswith(vm: &mut Vm, args: &[Value]) -> Result<Value> {
    let Search { window, sub } = search(vm, "str.startswith", "val", args)?;
    Ok(Value::Bool(window.is_some_and(|(t, _)| t.starts_with(sub))))
}

fn endswith(vm: &mut Vm, args: &[Value]) -> Result<Value> {
    let Search { window, sub } = search(vm, "str.endswith", "val", args)?;
    Ok(Value::Bool(window.is_some_and(|(t, _)| t.ends_with(sub))))
}

impl Search<'_> {
    fn first(&self) -> Option<usize> {
        self.window
            .and_then(|(text, from)| Some(text.find(self.sub)? + from))
    }

    fn last(&self) -> Option<usize> {
        self.window
            .and_then(|(text, from)| Some(text.rfind(self.sub)? + from))
    }
}

fn or_minus_one(at: Option<usize>) -> Value {
    Value::Int(at.map_or(-1, |at| at as i64))
}

fn or_error(at: Option<usize>, sub: &str) -> Result<Value> {
    match at {
        Some(at) => Ok(Value::Int(at as i64)),
        None => Err(bad(format!("{sub:?} was not found"))
            .help("`find` and `rfind` give -1 instead of an error")),
    }
}

fn find(vm: &mut Vm, args: &[Value]) -> Result<Value> {
    Ok(or_minus_one(search(vm, "str.find", "sub", args)?.first()))
}

fn rfind(vm: &mut Vm, args: &[Value]) -> Result<Value> {
    Ok(or_minus_one(search(vm, "str.rfind", "sub", args)?.last()))
}

fn index(vm: &mut Vm, args: &[Value]) -> Result<Value> {
    let search = search(vm, "str.index", "sub", args)?;
    or_error(search.first(), search.sub)
}

fn rindex(vm: &mut Vm, args: &[Value]) -> Result<Value> {
    let search = search(vm, "str.rindex", "sub", args)?;
    or_error(search.last(), search.sub)
}
