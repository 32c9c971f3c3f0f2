//! Module `base32`.

use std::sync::LazyLock;

use data_encoding::{BASE32, BASE32_NOPAD, Encoding};
use kiln_runtime::error::Result;
use kiln_runtime::native::NativeFn;
use kiln_runtime::value::Value;
use kiln_runtime::vm::Vm;

use super::ModuleDecl;
use crate::args::{bad, new_text, take, text};
use crate::signature::native;

pub(super) const MODULE: ModuleDecl = ModuleDecl {
    name: "base32",
    doc: "Texts as base32 (RFC 4648), and back.",
    functions: FUNCTIONS,
    constants: &[],
};

/// Without padding; bits behind the last byte may have any value.
static LENIENT: LazyLock<Encoding> = LazyLock::new(|| {
    let mut specification = BASE32_NOPAD.specification();
    specification.check_trailing_bits = false;
    specification.encoding().unwrap_or(BASE32_NOPAD)
});

const FUNCTIONS: &[NativeFn] = &[
    native!(
        "base32.decode",
        "base32.decode(value: str) -> str",
        "Returns the text that base32 stands for, `None` if it stands for no text. Lower case counts as upper case, and the \
         padding at its end may be missing.",
        decode
    ).examples(&[(r#"base32.decode("ME======")"#, r#""a""#), (r#"base32.decode("ME")"#, r#""a""#)]),
    native!(
        "base32.encode",
        "base32.encode(value: str) -> str",
        "Returns a text as base32, with padding.",
        encode
    ).examples(&[(r#"base32.encode("a")"#, r#""ME======""#), (r#"base32.encode("")"#, r#""""#)]),
];

fn encode(vm: &mut Vm, args: &[Value]) -> Result<Value> {
    let [value] = take(args)?;
    let value = text(vm, "base32.encode", "value", value)?;
    let encoded = BASE32.encode(vm.heap.get_str(value).as_bytes());
    new_text(vm, &encoded)
}

fn decode(vm: &mut Vm, args: &[Value]) -> Result<Value> {
    let [value] = take(args)?;
    let value = text(vm, "base32.decode", "value", value)?;
    let digits = vm.heap.get_str(value).trim_end_matches('=');
    // a last digit that does not fill a byte is ignored
    let whole = match digits.len() % 8 {
        1 | 3 | 6 => digits.len() - 1,
        _ => digits.len(),
    };
    let upper = digits.to_ascii_uppercase();
    let wrong = |position: usize| {
        bad(format!(
            "this is no base32: position {} is wrong",
            position + 1
        ))
        .help("base32 consists of letters and the digits 2 to 7, with `=` at its end")
    };
    let digit = |b: u8| matches!(b, b'A'..=b'Z' | b'2'..=b'7');
    if let Some(position) = upper.bytes().position(|b| !digit(b)) {
        return Err(wrong(position));
    }
    let bytes = LENIENT
        .decode(&upper.as_bytes()[..whole])
        .map_err(|error| wrong(error.position))?;
    match String::from_utf8(bytes) {
        Ok(decoded) => new_text(vm, &decoded),
        Err(_) => Ok(Value::None),
    }
}
