//! Taking strings apart. The parts share the bytes of the whole.

use kiln_runtime::error::Result;
use kiln_runtime::native::NativeFn;
use kiln_runtime::value::{Str, Value};
use kiln_runtime::vm::Vm;

use super::receiver;
use crate::args::{chars, given, int_or, new_list, part_of, take, text, truthy};
use crate::signature::native;

pub(super) const FUNCTIONS: &[NativeFn] = &[
    native!(
        "str.chars",
        "chars() -> [str]",
        "Returns the characters of the text.",
        chars_of
    ).examples(&[(r#""héy".chars()"#, r#"["h", "é", "y"]"#), (r#""".chars()"#, "[]")]),
    native!(
        "str.rsplit",
        "rsplit(sep: str = None, maxsplit: int = -1) -> [str]",
        "As `split`, but with `maxsplit` the text is split from the right.",
        rsplit
    ).examples(&[(r#""a,b,c".rsplit(",")"#, r#"["a", "b", "c"]"#), (r#""a,b,c".rsplit(",", 1)"#, r#"["a,b", "c"]"#)]),
    native!(
        "str.split",
        "split(sep: str = None, maxsplit: int = -1) -> [str]",
        "Splits the text at every `sep`, or at runs of blanks (white space of ASCII), at most `maxsplit` times if that is not negative.\n\n\
         `\"a,b,c\".split(\",\", 1)` is `[\"a\", \"b,c\"]`.",
        split
    ).examples(&[(r#""a b  c".split()"#, r#"["a", "b", "c"]"#), (r#""  a b ".split()"#, r#"["a", "b"]"#)]),
    native!(
        "str.splitlines",
        "splitlines(keepends: bool = False) -> [str]",
        "Splits the text at line breaks, which stay at the lines if `keepends`.",
        splitlines
    ).examples(&[(r#""a\nb".splitlines()"#, r#"["a", "b"]"#), (r#""a\r\nb\n".splitlines()"#, r#"["a", "b"]"#)]),
];

fn chars_of(vm: &mut Vm, args: &[Value]) -> Result<Value> {
    let [whole] = take(args)?;
    let whole = receiver(vm, "str.chars", whole)?;
    let items = chars(vm, whole)?;
    new_list(vm, &items)
}

/// Receiver, separator and greatest number of parts.
fn arguments(vm: &Vm, name: &str, args: &[Value]) -> Result<(Str, Option<Str>, usize)> {
    let [whole, sep, most] = take(args)?;
    let whole = receiver(vm, name, whole)?;
    let sep = match given(sep) {
        Some(sep) => Some(text(vm, name, "sep", sep)?),
        None => None,
    };
    let most = int_or(vm, name, "maxsplit", most, -1)?;
    let parts = usize::try_from(most).map_or(usize::MAX, |n| n.saturating_add(1));
    Ok((whole, sep, parts))
}

fn store<'a>(vm: &'a Vm, whole: Str, parts: impl FnOnce(&'a str) -> Vec<&'a str>) -> Vec<Value> {
    let text = vm.heap.get_str(whole);
    parts(text)
        .into_iter()
        .map(|piece| Value::Str(part_of(whole, text, piece)))
        .collect()
}

fn split(vm: &mut Vm, args: &[Value]) -> Result<Value> {
    let (whole, sep, parts) = arguments(vm, "str.split", args)?;
    let items = match sep {
        Some(sep) => {
            let sep = vm.heap.get_str(sep);
            store(vm, whole, |text| text.splitn(parts, sep).collect())
        }
        None => store(vm, whole, |text| words(text, parts)),
    };
    new_list(vm, &items)
}

/// What separates words: only white space of ASCII.
const BLANKS: [char; 6] = [' ', '\t', '\n', '\u{b}', '\u{c}', '\r'];

fn words(text: &str, parts: usize) -> Vec<&str> {
    let mut rest = text.trim_start_matches(BLANKS);
    let mut found = Vec::new();
    while !rest.is_empty() {
        if found.len() + 1 == parts {
            found.push(rest);
            break;
        }
        let end = rest.find(BLANKS).unwrap_or(rest.len());
        found.push(&rest[..end]);
        rest = rest[end..].trim_start_matches(BLANKS);
    }
    found
}

fn rsplit(vm: &mut Vm, args: &[Value]) -> Result<Value> {
    let (whole, sep, parts) = arguments(vm, "str.rsplit", args)?;
    let mut items = match sep {
        Some(sep) => {
            let sep = vm.heap.get_str(sep);
            store(vm, whole, |text| text.rsplitn(parts, sep).collect())
        }
        None => store(vm, whole, |text| words_from_right(text, parts)),
    };
    items.reverse();
    new_list(vm, &items)
}

fn words_from_right(text: &str, parts: usize) -> Vec<&str> {
    let mut rest = text.trim_end_matches(BLANKS);
    let mut found = Vec::new();
    while !rest.is_empty() {
        if found.len() + 1 == parts {
            found.push(rest);
            break;
        }
        let start = rest.rfind(BLANKS).map_or(0, |at| at + 1);
        found.push(&rest[start..]);
        rest = rest[..start].trim_end_matches(BLANKS);
    }
    found
}

fn splitlines(vm: &mut Vm, args: &[Value]) -> Result<Value> {
    let [whole, keep] = take(args)?;
    let whole = receiver(vm, "str.splitlines", whole)?;
    let keep = truthy(&vm.heap, keep);
    let items = store(vm, whole, |text| lines(text, keep));
    new_list(vm, &items)
}

fn lines(text: &str, keep: bool) -> Vec<&str> {
    let mut rest = text;
    let mut found = Vec::new();
    while !rest.is_empty() {
        let end = rest.find(['\n', '\r']).unwrap_or(rest.len());
        let after = match rest.as_bytes()[end..] {
            [b'\r', b'\n', ..] => end + 2,
            [] => end,
            _ => end + 1,
        };
        found.push(&rest[..if keep { after } else { end }]);
        rest = &rest[after..];
    }
    found
}
