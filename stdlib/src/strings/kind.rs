//! What kinds of characters a string consists of.

use kiln_runtime::error::Result;
use kiln_runtime::native::NativeFn;
use kiln_runtime::value::Value;
use kiln_runtime::vm::Vm;

use super::case::is_title;
use super::receiver;
use crate::args::take;
use crate::signature::native;

pub(super) const FUNCTIONS: &[NativeFn] = &[
    native!(
        "str.isalnum",
        "isalnum() -> bool",
        "Tells whether all characters are letters or digits and there is at least one.",
        isalnum
    ).examples(&[(r#""a1".isalnum()"#, "True"), (r#""a b".isalnum()"#, "False")]),
    native!(
        "str.isalpha",
        "isalpha() -> bool",
        "Tells whether all characters are letters and there is at least one.",
        isalpha
    ).examples(&[(r#""abc".isalpha()"#, "True"), (r#""日本é".isalpha()"#, "True")]),
    native!(
        "str.isdigit",
        "isdigit() -> bool",
        "Tells whether all characters are `0` to `9` or superscript digits and there is at least one.",
        isdigit
    ).examples(&[(r#""123".isdigit()"#, "True"), (r#""²".isdigit()"#, "True")]),
    native!(
        "str.islower",
        "islower() -> bool",
        "Tells whether there is a letter in lower case and none in upper case.",
        islower
    ).examples(&[(r#""abc".islower()"#, "True"), (r#""aBc".islower()"#, "False")]),
    native!(
        "str.isspace",
        "isspace() -> bool",
        "Tells whether all characters are white space and there is at least one.",
        isspace
    ).examples(&[(r#"" ".isspace()"#, "True"), (r#""".isspace()"#, "False")]),
    native!(
        "str.istitle",
        "istitle() -> bool",
        "Tells whether every word is one letter in upper case followed by letters in lower case.",
        istitle
    ).examples(&[(r#""Hello World".istitle()"#, "True"), (r#""Hello 1World".istitle()"#, "True")]),
    native!(
        "str.isupper",
        "isupper() -> bool",
        "Tells whether there is a letter in upper case and none in lower case.",
        isupper
    ).examples(&[(r#""ABC".isupper()"#, "True"), (r#""AbC".isupper()"#, "False")]),
];

fn test(vm: &Vm, args: &[Value], name: &str, test: impl FnOnce(&str) -> bool) -> Result<Value> {
    let [text] = take(args)?;
    let text = receiver(vm, name, text)?;
    Ok(Value::Bool(test(vm.heap.get_str(text))))
}

fn all(text: &str, wanted: impl FnMut(char) -> bool) -> bool {
    !text.is_empty() && text.chars().all(wanted)
}

fn isalnum(vm: &mut Vm, args: &[Value]) -> Result<Value> {
    test(vm, args, "str.isalnum", |t| all(t, char::is_alphanumeric))
}

fn isalpha(vm: &mut Vm, args: &[Value]) -> Result<Value> {
    test(vm, args, "str.isalpha", |t| all(t, char::is_alphabetic))
}

fn isdigit(vm: &mut Vm, args: &[Value]) -> Result<Value> {
    let is_digit = |c: char| {
        c.is_ascii_digit()
            || matches!(
                c,
                '\u{b2}' | '\u{b3}' | '\u{b9}' | '\u{2070}' | '\u{2074}'..='\u{2079}'
            )
    };
    test(vm, args, "str.isdigit", |t| all(t, is_digit))
}

fn isspace(vm: &mut Vm, args: &[Value]) -> Result<Value> {
    let is_space = |c: char| c.is_whitespace() || matches!(c, '\u{1c}'..='\u{1f}');
    test(vm, args, "str.isspace", |t| all(t, is_space))
}

fn islower(vm: &mut Vm, args: &[Value]) -> Result<Value> {
    test(vm, args, "str.islower", |t| {
        t.chars().any(char::is_lowercase) && !t.chars().any(|c| c.is_uppercase() || is_title(c))
    })
}

fn isupper(vm: &mut Vm, args: &[Value]) -> Result<Value> {
    test(vm, args, "str.isupper", |t| {
        t.chars().any(char::is_uppercase) && !t.chars().any(|c| c.is_lowercase() || is_title(c))
    })
}

fn istitle(vm: &mut Vm, args: &[Value]) -> Result<Value> {
    test(vm, args, "str.istitle", |t| {
        let (mut found, mut inside) = (false, false);
        for c in t.chars() {
            if c.is_uppercase() || is_title(c) {
                if inside {
                    return false;
                }
                (found, inside) = (true, true);
            } else if c.is_lowercase() {
                if !inside {
                    return false;
                }
            } else {
                inside = false;
            }
        }
        found
    })
}
