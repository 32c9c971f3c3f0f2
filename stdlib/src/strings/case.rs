//! Upper and lower case.

use kiln_runtime::error::Result;
use kiln_runtime::native::NativeFn;
use kiln_runtime::value::Value;
use kiln_runtime::vm::Vm;

use super::receiver;
use crate::args::{new_text, take};
use crate::signature::native;

pub(super) const FUNCTIONS: &[NativeFn] = &[
    native!(
        "str.capitalize",
        "capitalize() -> str",
        "Returns the text with its first character in upper case and the others in lower case.",
        capitalize
    ).examples(&[(r#""hELLO wORLD".capitalize()"#, r#""Hello world""#), (r#""ßa".capitalize()"#, r#""SSa""#)]),
    native!(
        "str.lower",
        "lower() -> str",
        "Returns the text in lower case.",
        lower
    ).examples(&[(r#""ABC".lower()"#, r#""abc""#), (r#""ÀÉ".lower()"#, r#""àé""#)]),
    native!(
        "str.title",
        "title() -> str",
        "Returns the text with the first letter of every word in upper case and the others in lower case. A word \
         begins after every character without case: `\"it's\".title()` is `\"It'S\"`.",
        title
    ).examples(&[(r#""it's a 1st-day".title()"#, r#""It'S A 1St-Day""#), (r#""hello world".title()"#, r#""Hello World""#)]),
    native!(
        "str.upper",
        "upper() -> str",
        "Returns the text in upper case.",
        upper
    ).examples(&[(r#""abc".upper()"#, r#""ABC""#), (r#""straße".upper()"#, r#""STRASSE""#)]),
];

/// Stores what `change` makes of the receiver.
fn changed(
    vm: &mut Vm,
    args: &[Value],
    name: &str,
    change: impl FnOnce(&str) -> String,
) -> Result<Value> {
    let [text] = take(args)?;
    let text = receiver(vm, name, text)?;
    let text = change(vm.heap.get_str(text));
    new_text(vm, &text)
}

fn upper(vm: &mut Vm, args: &[Value]) -> Result<Value> {
    changed(vm, args, "str.upper", str::to_uppercase)
}

fn lower(vm: &mut Vm, args: &[Value]) -> Result<Value> {
    changed(vm, args, "str.lower", str::to_lowercase)
}

fn capitalize(vm: &mut Vm, args: &[Value]) -> Result<Value> {
    changed(vm, args, "str.capitalize", |text| {
        let mut chars = text.chars();
        let mut out: String = chars
            .next()
            .into_iter()
            .flat_map(char::to_uppercase)
            .collect();
        out.push_str(&chars.as_str().to_lowercase());
        out
    })
}

/// Whether a character has an upper or lower case form.
pub(super) fn is_cased(c: char) -> bool {
    c.is_lowercase() || c.is_uppercase() || is_title(c)
}

/// The title case forms of the letters that are two letters in one, the only ones that differ from upper case.
pub(super) const fn is_title(c: char) -> bool {
    matches!(c, '\u{1c5}' | '\u{1c8}' | '\u{1cb}' | '\u{1f2}')
}

fn push_title(out: &mut String, c: char) {
    match c {
        '\u{1c4}'..='\u{1c6}' => out.push('\u{1c5}'),
        '\u{1c7}'..='\u{1c9}' => out.push('\u{1c8}'),
        '\u{1ca}'..='\u{1cc}' => out.push('\u{1cb}'),
        '\u{1f1}'..='\u{1f3}' => out.push('\u{1f2}'),
        _ => {
            let mut upper = c.to_uppercase();
            out.extend(upper.next());
            // `ß` becomes `Ss`.
            out.extend(upper.flat_map(char::to_lowercase));
        }
    }
}

fn title(vm: &mut Vm, args: &[Value]) -> Result<Value> {
    changed(vm, args, "str.title", |text| {
        let mut out = String::with_capacity(text.len());
        let mut inside = false;
        for c in text.chars() {
            if inside {
                out.extend(c.to_lowercase());
            } else {
                push_title(&mut out, c);
            }
            inside = is_cased(c);
        }
        out
    })
}
