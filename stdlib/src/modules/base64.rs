//! Module `base64`.

use data_encoding::{BASE64, BASE64_NOPAD};
use kiln_runtime::error::Result;
use kiln_runtime::native::NativeFn;
use kiln_runtime::value::Value;
use kiln_runtime::vm::Vm;

use super::ModuleDecl;
use super::encoding::encoded;
use crate::args::{bad, new_text, take, text};
use crate::signature::native;

pub(super) const MODULE: ModuleDecl = ModuleDecl {
    name: "base64",
    doc: "Texts as base64 (RFC 4648), and back.",
    functions: FUNCTIONS,
    constants: &[],
};

const FUNCTIONS: &[NativeFn] = &[
    native!(
        "base64.decode",
        "base64.decode(value: str) -> str",
        "Returns the text that base64 stands for. The padding at its end may be missing.",
        decode
    )
    .examples(&[
        (r#"base64.decode("SGVsbG9Xb3JsZA==")"#, r#""HelloWorld""#),
        (r#"base64.decode("SGVsbG9Xb3JsZA")"#, r#""HelloWorld""#),
    ]),
    native!(
        "base64.encode",
        "base64.encode(value: str, encoding: str = \"utf-8\") -> str",
        "Returns a text as base64, with padding and without line breaks.",
        encode
    )
    .examples(&[
        (r#"base64.encode("HelloWorld")"#, r#""SGVsbG9Xb3JsZA==""#),
        (r#"base64.encode("")"#, r#""""#),
    ]),
];

fn encode(vm: &mut Vm, args: &[Value]) -> Result<Value> {
    let [value, encoding] = take(args)?;
    let bytes = encoded(vm, "base64.encode", value, encoding)?;
    new_text(vm, &BASE64.encode(&bytes))
}

fn decode(vm: &mut Vm, args: &[Value]) -> Result<Value> {
    let [value] = take(args)?;
    let value = text(vm, "base64.decode", "value", value)?;
    let digits = vm.heap.get_str(value).trim_end_matches('=');
    let bytes = BASE64_NOPAD.decode(digits.as_bytes()).map_err(|error| {
        bad(format!(
            "this is no base64: position {} is wrong",
            error.position + 1
        ))
        .help("base64 consists of letters, digits, `+` and `/`, with `=` at its end")
    })?;
    let decoded = String::from_utf8(bytes)
        .map_err(|_| bad("what this base64 stands for is no text in UTF-8"))?;
    new_text(vm, &decoded)
}
