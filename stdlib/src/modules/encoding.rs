//! Character encodings by their names on the web.

use encoding_rs::{Encoding, UTF_8};
use kiln_runtime::error::Result;
use kiln_runtime::value::Value;
use kiln_runtime::vm::Vm;

use crate::args::{bad, given, text};

/// The bytes of a text in the encoding that an optional argument names; UTF-8 without it (library §4.4).
pub(super) fn encoded(vm: &Vm, function: &str, value: Value, name: Value) -> Result<Vec<u8>> {
    let value = text(vm, function, "value", value)?;
    let value = vm.heap.get_str(value);
    let Some(name) = given(name).filter(|name| !matches!(name, Value::Hole)) else {
        return Ok(value.as_bytes().to_vec());
    };
    let name = text(vm, function, "encoding", name)?;
    let name = vm.heap.get_str(name);
    let encoding = by_name(name).ok_or_else(|| {
        bad(format!("`{function}` does not know the encoding `{name}`"))
            .help("some that it knows: `utf-8`, `latin1`, `windows-1252`, `gbk`, `shift_jis`")
    })?;
    let (bytes, _, lossy) = encoding.encode(value);
    if lossy {
        let message = format!("`{function}` cannot write this text as `{name}`");
        return Err(bad(message).help("use `utf-8`, which has every character"));
    }
    Ok(bytes.into_owned())
}

/// An encoding by a label of the web, in which a blank counts as `-`.
fn by_name(name: &str) -> Option<&'static Encoding> {
    let label = name.replace(' ', "-");
    let found = Encoding::for_label(label.as_bytes())?;
    // there is no way to write UTF-16 on the web
    Some(if found.output_encoding() == UTF_8 {
        UTF_8
    } else {
        found
    })
}
