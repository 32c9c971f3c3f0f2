//! Removing from the ends of a string, and replacing in it.

use kiln_runtime::error::Result;
use kiln_runtime::native::NativeFn;
use kiln_runtime::value::Value;
use kiln_runtime::vm::Vm;

use super::receiver;
use crate::args::{given, int_or, new_text, part_of, take, text};
use crate::signature::native;

pub(super) const FUNCTIONS: &[NativeFn] = &[
    native!(
        "str.lstrip",
        "lstrip(chars: str = None) -> str",
        "Removes white space, or the characters in `chars`, from the beginning.",
        lstrip
    )
    .examples(&[
        (r#""  a  ".lstrip()"#, r#""a  ""#),
        (r#""xxa".lstrip("x")"#, r#""a""#),
    ]),
    native!(
        "str.removeprefix",
        "removeprefix(prefix: str) -> str",
        "Removes `prefix` if the text begins with it.",
        removeprefix
    )
    .examples(&[
        (r#""aab".removeprefix("a")"#, r#""ab""#),
        (r#""aab".removeprefix("aa")"#, r#""b""#),
    ]),
    native!(
        "str.removesuffix",
        "removesuffix(suffix: str) -> str",
        "Removes `suffix` if the text ends with it.",
        removesuffix
    )
    .examples(&[
        (r#""baa".removesuffix("a")"#, r#""ba""#),
        (r#""baa".removesuffix("aa")"#, r#""b""#),
    ]),
    native!(
        "str.replace",
        "replace(old: str, new: str, count: int = -1) -> str",
        "Replaces every `old` by `new`, or the first `count` of them if that is not negative.",
        replace
    )
    .examples(&[
        (r#""aaa".replace("a", "b")"#, r#""bbb""#),
        (r#""aaa".replace("a", "b", 2)"#, r#""bba""#),
    ]),
    native!(
        "str.rstrip",
        "rstrip(chars: str = None) -> str",
        "Removes white space, or the characters in `chars`, from the end.",
        rstrip
    )
    .examples(&[
        (r#""  a  ".rstrip()"#, r#""  a""#),
        (r#""axx".rstrip("x")"#, r#""a""#),
    ]),
    native!(
        "str.strip",
        "strip(chars: str = None) -> str",
        "Removes white space, or the characters in `chars`, from both ends.",
        strip
    )
    .examples(&[
        (r#""  a  ".strip()"#, r#""a""#),
        (r#""\u3000a\u00a0".strip()"#, r#""a""#),
    ]),
];

fn stripped(vm: &Vm, name: &str, args: &[Value], left: bool, right: bool) -> Result<Value> {
    let [whole, set] = take(args)?;
    let whole = receiver(vm, name, whole)?;
    let mut piece = vm.heap.get_str(whole);
    let all = piece;
    match given(set) {
        None => {
            if left {
                piece = piece.trim_start();
            }
            if right {
                piece = piece.trim_end();
            }
        }
        Some(set) => {
            let set = vm.heap.get_str(text(vm, name, "chars", set)?);
            if left {
                piece = piece.trim_start_matches(|c| set.contains(c));
            }
            if right {
                piece = piece.trim_end_matches(|c| set.contains(c));
            }
        }
    }
    Ok(Value::Str(part_of(whole, all, piece)))
}

fn lstrip(vm: &mut Vm, args: &[Value]) -> Result<Value> {
    stripped(vm, "str.lstrip", args, true, false)
}

fn rstrip(vm: &mut Vm, args: &[Value]) -> Result<Value> {
    stripped(vm, "str.rstrip", args, false, true)
}

fn strip(vm: &mut Vm, args: &[Value]) -> Result<Value> {
    stripped(vm, "str.strip", args, true, true)
}

fn removeprefix(vm: &mut Vm, args: &[Value]) -> Result<Value> {
    let [whole, prefix] = take(args)?;
    let whole = receiver(vm, "str.removeprefix", whole)?;
    let prefix = text(vm, "str.removeprefix", "prefix", prefix)?;
    let all = vm.heap.get_str(whole);
    let piece = all.strip_prefix(vm.heap.get_str(prefix)).unwrap_or(all);
    Ok(Value::Str(part_of(whole, all, piece)))
}

fn removesuffix(vm: &mut Vm, args: &[Value]) -> Result<Value> {
    let [whole, suffix] = take(args)?;
    let whole = receiver(vm, "str.removesuffix", whole)?;
    let suffix = text(vm, "str.removesuffix", "suffix", suffix)?;
    let all = vm.heap.get_str(whole);
    let piece = all.strip_suffix(vm.heap.get_str(suffix)).unwrap_or(all);
    Ok(Value::Str(part_of(whole, all, piece)))
}

fn replace(vm: &mut Vm, args: &[Value]) -> Result<Value> {
    let [whole, old, new, count] = take(args)?;
    let whole = receiver(vm, "str.replace", whole)?;
    let old = text(vm, "str.replace", "old", old)?;
    let count = int_or(vm, "str.replace", "count", count, -1)?;
    let count = usize::try_from(count).unwrap_or(usize::MAX);
    let new = match given(new) {
        Some(new) => {
            let new = text(vm, "str.replace", "new", new)?;
            vm.heap.get_str(new).to_owned()
        }
        None => String::new(),
    };
    let (all, pattern) = (vm.heap.get_str(whole), vm.heap.get_str(old));
    let found = all.matches(pattern).count().min(count);
    let longest = found.saturating_mul(new.len()).saturating_add(all.len());
    vm.reserve(longest)?;
    let text = vm
        .heap
        .get_str(whole)
        .replacen(vm.heap.get_str(old), &new, count);
    new_text(vm, &text)
}
