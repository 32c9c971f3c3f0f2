//! Module `regex`. Patterns without look-around and back-references run in linear time, others with a limit of steps.

mod patterns;

use std::sync::Arc;

use fancy_regex::Regex;
use kiln_runtime::error::{self, Result, RunError};
use kiln_runtime::native::NativeFn;
use kiln_runtime::value::{Str, Value};
use kiln_runtime::vm::Vm;

use super::ModuleDecl;
use crate::args::{bad, int_or, new_list, new_text, part, take, text};
use crate::signature::native;

pub(super) const MODULE: ModuleDecl = ModuleDecl {
    name: "regex",
    doc: "Regular expressions.",
    functions: FUNCTIONS,
    constants: &[],
};

const FUNCTIONS: &[NativeFn] = &[
    native!(
        "regex.compile",
        "regex.compile(pattern: str) -> bool",
        "Tells whether a pattern is valid.",
        compile
    ).examples(&[(r#"regex.compile("a")"#, "True"), (r#"regex.compile("")"#, "True")]),
    native!(
        "regex.findall",
        "regex.findall(string: str, pattern: str) -> [str]",
        "Returns all matches without overlap; if the pattern has two groups or more, a list of them for every match.",
        findall
    ).examples(&[(r#"regex.findall("a1b22", r"\d+")"#, r#"["1", "22"]"#), (r#"regex.findall("a1b22", r"([a-z])\d+")"#, r#"["a1", "b22"]"#)]),
    native!(
        "regex.match",
        "regex.match(string: str, pattern: str) -> bool",
        "Tells whether the pattern matches somewhere in the string. Write `^…$` for the whole string.",
        matches
    ).examples(&[(r#"regex.match("abc", "b")"#, "True"), (r#"regex.match("abc", "^b")"#, "False")]),
    native!(
        "regex.replace",
        "regex.replace(string: str, pattern: str, replace: str, count: int = 0) -> str",
        "Replaces matches, the first `count` of them if that is positive. `$1` and `$name` stand for groups, `$$` for \
         `$`.",
        replace
    ).examples(&[(r#"regex.replace("john smith", r"(\w+) (\w+)", "$2 $1")"#, r#""smith john""#), (r#"regex.replace("aaa", "a", "b", 2)"#, r#""bba""#)]),
    native!(
        "regex.search",
        "regex.search(string: str, pattern: str) -> bool",
        "Tells whether the pattern matches somewhere in the string.",
        search
    ).examples(&[(r#"regex.search("abc", "z")"#, "False"), (r#"regex.search("abc", "c")"#, "True")]),
    native!(
        "regex.split",
        "regex.split(string: str, pattern: str, maxsplit: int = 0) -> [str]",
        "Splits the string at matches, at the first `maxsplit` of them if that is positive.",
        split
    ).examples(&[(r#"regex.split("a b  c", r"\s+")"#, r#"["a", "b", "c"]"#), (r#"regex.split("a,b;c", "[,;]")"#, r#"["a", "b", "c"]"#)]),
];

/// The string and the pattern of a call.
fn subject(
    vm: &mut Vm,
    function: &str,
    string: Value,
    pattern: Value,
) -> Result<(Str, Arc<Regex>)> {
    let string = text(vm, function, "string", string)?;
    let pattern = text(vm, function, "pattern", pattern)?;
    match patterns::compiled(vm, pattern) {
        Ok(regex) => Ok((string, regex)),
        Err(problem) => Err(bad(format!(
            "the pattern {:?} is not valid: {problem}",
            vm.heap.get_str(pattern)
        ))),
    }
}

/// A match that was given up.
fn given_up(function: &str) -> RunError {
    RunError::new(
        error::STEP_LIMIT,
        format!("`{function}` did not come to an end within a million steps"),
    )
    .help("patterns with look-around, back-references or possessive repetition try every way to match; simplify the pattern")
}

fn is_match(vm: &mut Vm, function: &str, args: &[Value]) -> Result<Value> {
    let [string, pattern] = take(args)?;
    let (string, regex) = subject(vm, function, string, pattern)?;
    match regex.is_match(vm.heap.get_str(string)) {
        Ok(found) => Ok(Value::Bool(found)),
        Err(_) => Err(given_up(function)),
    }
}

fn matches(vm: &mut Vm, args: &[Value]) -> Result<Value> {
    is_match(vm, "regex.match", args)
}

fn search(vm: &mut Vm, args: &[Value]) -> Result<Value> {
    is_match(vm, "regex.search", args)
}

fn compile(vm: &mut Vm, args: &[Value]) -> Result<Value> {
    let [pattern] = take(args)?;
    let pattern = text(vm, "regex.compile", "pattern", pattern)?;
    Ok(Value::Bool(patterns::compiled(vm, pattern).is_ok()))
}

/// Values whose memory is checked now and then.
#[derive(Default)]
struct Items(Vec<Value>);

impl Items {
    fn push(&mut self, vm: &Vm, item: Str) -> Result<()> {
        if self.0.len().is_multiple_of(1024) {
            vm.reserve(self.0.len() * 2 * size_of::<Value>())?;
        }
        self.0.push(Value::Str(item));
        Ok(())
    }
}

fn findall(vm: &mut Vm, args: &[Value]) -> Result<Value> {
    const NAME: &str = "regex.findall";
    let [string, pattern] = take(args)?;
    let (whole, regex) = subject(vm, NAME, string, pattern)?;
    let groups = regex.captures_len();
    let mut items = Items::default();
    if groups <= 2 {
        for found in regex.find_iter(vm.heap.get_str(whole)) {
            let found = found.map_err(|_| given_up(NAME))?;
            items.push(vm, part(whole, found.start(), found.end()))?;
        }
        return new_list(vm, &items.0);
    }
    for found in regex.captures_iter(vm.heap.get_str(whole)) {
        let found = found.map_err(|_| given_up(NAME))?;
        for i in 1..groups {
            // a group that took no part is empty
            let range = found.get(i).map_or(0..0, |group| group.range());
            items.push(vm, part(whole, range.start, range.end))?;
        }
    }
    let mut rows = Vec::with_capacity(items.0.len() / (groups - 1));
    for row in items.0.chunks(groups - 1) {
        rows.push(new_list(vm, row)?);
    }
    new_list(vm, &rows)
}

fn replace(vm: &mut Vm, args: &[Value]) -> Result<Value> {
    const NAME: &str = "regex.replace";
    let [string, pattern, template, count] = take(args)?;
    let count = int_or(vm, NAME, "count", count, 0)?;
    let template = text(vm, NAME, "replace", template)?;
    let most = usize::try_from(count)
        .ok()
        .filter(|n| *n > 0)
        .unwrap_or(usize::MAX);
    let (whole, regex) = subject(vm, NAME, string, pattern)?;
    let (whole, template) = (vm.heap.get_str(whole), vm.heap.get_str(template));
    let mut out = String::new();
    let mut from = 0;
    if template.contains('$') {
        for found in regex.captures_iter(whole).take(most) {
            let found = found.map_err(|_| given_up(NAME))?;
            let range = found.get(0).map_or(0..0, |all| all.range());
            out.push_str(&whole[from..range.start]);
            found.expand(template, &mut out);
            vm.reserve(out.len())?;
            from = range.end;
        }
    } else {
        for found in regex.find_iter(whole).take(most) {
            let found = found.map_err(|_| given_up(NAME))?;
            out.push_str(&whole[from..found.start()]);
            out.push_str(template);
            vm.reserve(out.len())?;
            from = found.end();
        }
    }
    out.push_str(&whole[from..]);
    new_text(vm, &out)
}

fn split(vm: &mut Vm, args: &[Value]) -> Result<Value> {
    const NAME: &str = "regex.split";
    let [string, pattern, most] = take(args)?;
    let most = int_or(vm, NAME, "maxsplit", most, 0)?;
    let most = usize::try_from(most)
        .ok()
        .filter(|n| *n > 0)
        .unwrap_or(usize::MAX);
    let (whole, regex) = subject(vm, NAME, string, pattern)?;
    let mut items = Items::default();
    let mut from = 0;
    for found in regex.find_iter(vm.heap.get_str(whole)).take(most) {
        let found = found.map_err(|_| given_up(NAME))?;
        items.push(vm, part(whole, from, found.start()))?;
        from = found.end();
    }
    items.push(vm, part(whole, from, whole.len as usize))?;
    new_list(vm, &items.0)
}
