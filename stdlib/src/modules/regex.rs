//! Module `regex`. Patterns without look-around and back-references run in linear time, others with a limit of steps.
//! A pattern is compiled when it is first used, once for the whole process.

use std::sync::{LazyLock, PoisonError, RwLock};

use fancy_regex::{Captures, Regex, RegexBuilder};
use kiln_runtime::error::Result;
use kiln_runtime::native::NativeFn;
use kiln_runtime::value::{Str, Value};
use kiln_runtime::vm::Vm;
use rustc_hash::FxHashMap;

use super::ModuleDecl;
use crate::args::{bad, int_or, new_list, new_text, part, part_of, take, text};
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
    ),
    native!(
        "regex.findall",
        "regex.findall(string: str, pattern: str) -> [str]",
        "Returns all matches without overlap; if the pattern has two groups or more, a list of them for every match.",
        findall
    ),
    native!(
        "regex.match",
        "regex.match(string: str, pattern: str) -> bool",
        "Tells whether the pattern matches somewhere in the string. Write `^…$` for the whole string.",
        matches
    ),
    native!(
        "regex.replace",
        "regex.replace(string: str, pattern: str, replace: str, count: int = 0) -> str",
        "Replaces matches, the first `count` of them if that is positive. `$1` and `$name` stand for groups, `$$` for \
         `$`.",
        replace
    ),
    native!(
        "regex.search",
        "regex.search(string: str, pattern: str) -> bool",
        "Tells whether the pattern matches somewhere in the string.",
        search
    ),
    native!(
        "regex.split",
        "regex.split(string: str, pattern: str, maxsplit: int = 0) -> [str]",
        "Splits the string at matches, at the first `maxsplit` of them if that is positive.",
        split
    ),
];

type Compiled = Result<Regex, String>;

/// Patterns that any evaluation has used.
static SHARED: LazyLock<RwLock<FxHashMap<String, Compiled>>> = LazyLock::new(RwLock::default);

/// How many of them are kept.
const MOST_SHARED: usize = 4096;

/// Steps of a match that is not linear.
const BACKTRACK_LIMIT: usize = 1_000_000;

fn shared(pattern: &str) -> Compiled {
    let known = SHARED
        .read()
        .unwrap_or_else(PoisonError::into_inner)
        .get(pattern)
        .cloned();
    if let Some(known) = known {
        return known;
    }
    let compiled = RegexBuilder::new(pattern)
        .backtrack_limit(BACKTRACK_LIMIT)
        .build()
        .map_err(|problem| problem.to_string());
    let mut shared = SHARED.write().unwrap_or_else(PoisonError::into_inner);
    if shared.len() >= MOST_SHARED {
        shared.clear();
    }
    shared.insert(pattern.to_owned(), compiled.clone());
    compiled
}

/// The compiled form of a pattern.
fn compiled(vm: &mut Vm, pattern: Str) -> &Compiled {
    let pattern = vm.heap.get_str(pattern);
    if !vm.regexes.contains_key(pattern) {
        vm.regexes.insert(pattern.to_owned(), shared(pattern));
    }
    static NONE: Compiled = Err(String::new());
    vm.regexes.get(pattern).unwrap_or(&NONE)
}

/// The string and the pattern of a call.
fn subject<'v>(
    vm: &'v mut Vm,
    function: &str,
    string: Value,
    pattern: Value,
) -> Result<(Str, &'v str, &'v Regex)> {
    let string = text(vm, function, "string", string)?;
    let pattern = text(vm, function, "pattern", pattern)?;
    if let Err(problem) = compiled(vm, pattern) {
        let problem = problem.clone();
        return Err(bad(format!(
            "the pattern {:?} is not valid: {problem}",
            vm.heap.get_str(pattern)
        )));
    }
    match vm.regexes.get(vm.heap.get_str(pattern)) {
        Some(Ok(regex)) => Ok((string, vm.heap.get_str(string), regex)),
        _ => Err(bad("the pattern is not valid")),
    }
}

fn is_match(vm: &mut Vm, function: &str, args: &[Value]) -> Result<Value> {
    let [string, pattern] = take(args)?;
    let (_, string, regex) = subject(vm, function, string, pattern)?;
    // More steps than allowed count as no match.
    Ok(Value::Bool(regex.is_match(string).unwrap_or(false)))
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
    Ok(Value::Bool(compiled(vm, pattern).is_ok()))
}

fn findall(vm: &mut Vm, args: &[Value]) -> Result<Value> {
    let [string, pattern] = take(args)?;
    let (whole, string, regex) = subject(vm, "regex.findall", string, pattern)?;
    let groups = regex.captures_len();
    if groups <= 2 {
        let items: Vec<Value> = regex
            .find_iter(string)
            .map_while(std::result::Result::ok)
            .map(|found| Value::Str(part(whole, found.start(), found.end())))
            .collect();
        return new_list(vm, &items);
    }
    let group = |captures: &Captures<'_>, i: usize| {
        let range = captures.get(i).map_or(0..0, |group| group.range());
        Value::Str(part(whole, range.start, range.end))
    };
    let rows: Vec<Vec<Value>> = regex
        .captures_iter(string)
        .map_while(std::result::Result::ok)
        .map(|captures| (1..groups).map(|i| group(&captures, i)).collect())
        .collect();
    let mut items = Vec::with_capacity(rows.len());
    for row in rows {
        items.push(new_list(vm, &row)?);
    }
    new_list(vm, &items)
}

fn replace(vm: &mut Vm, args: &[Value]) -> Result<Value> {
    const NAME: &str = "regex.replace";
    let [string, pattern, template, count] = take(args)?;
    let count = int_or(vm, NAME, "count", count, 0)?;
    let template = text(vm, NAME, "replace", template)?;
    let template = vm.heap.get_str(template).to_owned();
    let count = usize::try_from(count).unwrap_or(0);
    let (_, string, regex) = subject(vm, NAME, string, pattern)?;
    let result = regex
        .try_replacen(string, count, template.as_str())
        .unwrap_or_else(|_| string.into())
        .into_owned();
    new_text(vm, &result)
}

fn split(vm: &mut Vm, args: &[Value]) -> Result<Value> {
    const NAME: &str = "regex.split";
    let [string, pattern, most] = take(args)?;
    let most = int_or(vm, NAME, "maxsplit", most, 0)?;
    let most = usize::try_from(most)
        .ok()
        .filter(|n| *n > 0)
        .unwrap_or(usize::MAX);
    let (whole, string, regex) = subject(vm, NAME, string, pattern)?;
    let mut items = Vec::new();
    let mut from = 0;
    for found in regex
        .find_iter(string)
        .map_while(std::result::Result::ok)
        .take(most)
    {
        items.push(Value::Str(part(whole, from, found.start())));
        from = found.end();
    }
    items.push(Value::Str(part_of(whole, string, &string[from..])));
    new_list(vm, &items)
}
