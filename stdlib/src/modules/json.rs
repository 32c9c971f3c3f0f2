//! Module `json`.

use kiln_runtime::effects::Effect;
use kiln_runtime::emit::{EmitOptions, json_text_within};
use kiln_runtime::error::Result;
use kiln_runtime::heap::{DictBuilder, InstObj};
use kiln_runtime::native::NativeFn;
use kiln_runtime::value::{Entry, EntryOp, Value};
use kiln_runtime::vm::Vm;

use super::ModuleDecl;
use super::data::{Checked, Reader, emit_options, expect_data, write_file};
use crate::args::{bad, int_or, new_text, take, text};
use crate::signature::native;

pub(super) const MODULE: ModuleDecl = ModuleDecl {
    name: "json",
    doc: "Reading and writing JSON.",
    functions: FUNCTIONS,
    constants: &[],
};

const FUNCTIONS: &[NativeFn] = &[
    native!(
        "json.decode",
        "json.decode(value: str) -> any",
        "Reads a JSON text. If a key occurs twice, the last value counts.",
        decode
    ).examples(&[(r#"json.decode("1")"#, "1"), (r#"json.decode("-1.5e3")"#, "-1500.0")]),
    native!(
        "json.dump_to_file",
        "json.dump_to_file(data: any, filename: str, sort_keys: bool = False, indent: int = None, ignore_private: \
         bool = False, ignore_none: bool = False) -> UndefinedType",
        "Writes a value as JSON to a file. Relative paths start at the folder of the calling source file.",
        dump_to_file
    )
    .touching(Effect::Write),
    native!(
        "json.encode",
        "json.encode(data: any, sort_keys: bool = False, indent: int = None, ignore_private: bool = False, \
         ignore_none: bool = False) -> str",
        "Returns a value as JSON: on one line, or with `indent` blanks a level.",
        encode
    ).examples(&[("json.encode({b = 1, a = [1.0, None]})", r#""{\"b\": 1, \"a\": [1.0, null]}""#), ("json.encode({b = 1, a = 2}, sort_keys=True)", r#""{\"a\": 2, \"b\": 1}""#)]),
    native!(
        "json.merge",
        "json.merge(src: any, patch: any) -> any",
        "Applies a JSON merge patch (RFC 7396): `None` in the patch deletes, dicts are merged, everything else replaces.",
        merge
    )
    .examples(&[(
        "json.merge({a = 1, b = 2}, {b = None, c = 3})",
        "{a = 1, c = 3}",
    )]),
    native!(
        "json.validate",
        "json.validate(value: str) -> bool",
        "Tells whether a text is JSON.",
        validate
    ).examples(&[(r#"json.validate("1")"#, "True"), (r#"json.validate("")"#, "False")]),
];

const WIDEST: i64 = 1024;

fn encoded(
    vm: &Vm,
    function: &str,
    data: Value,
    options: EmitOptions,
    indent: Value,
) -> Result<String> {
    expect_data(function, data)?;
    let indent = int_or(vm, function, "indent", indent, 0)?.max(0);
    if indent > WIDEST {
        return Err(bad(format!(
            "`{function}` indents by at most {WIDEST} blanks, not {indent}"
        )));
    }
    json_text_within(&vm.heap, data, &options, indent as usize, vm.room())
        .ok_or_else(|| vm.out_of_memory())
}

fn encode(vm: &mut Vm, args: &[Value]) -> Result<Value> {
    let [data, sort_keys, indent, ignore_private, ignore_none] = take(args)?;
    let options = emit_options(vm, sort_keys, ignore_private, ignore_none);
    let text = encoded(vm, "json.encode", data, options, indent)?;
    new_text(vm, &text)
}

fn dump_to_file(vm: &mut Vm, args: &[Value]) -> Result<Value> {
    let [
        data,
        filename,
        sort_keys,
        indent,
        ignore_private,
        ignore_none,
    ] = take(args)?;
    let options = emit_options(vm, sort_keys, ignore_private, ignore_none);
    let text = encoded(vm, "json.dump_to_file", data, options, indent)?;
    write_file(vm, "json.dump_to_file", filename, &text)
}

fn decode(vm: &mut Vm, args: &[Value]) -> Result<Value> {
    const NAME: &str = "json.decode";
    let [value] = take(args)?;
    let value = text(vm, NAME, "value", value)?;
    let text = vm.heap.get_str(value).to_owned();
    let mut from = serde_json::Deserializer::from_str(&text);
    let value = Reader::new(vm, text.len())?.read(NAME, &mut from)?;
    from.end()
        .map_err(|problem| bad(format!("`{NAME}` cannot read the text: {problem}")))?;
    Ok(value)
}

fn validate(vm: &mut Vm, args: &[Value]) -> Result<Value> {
    let [value] = take(args)?;
    let value = text(vm, "json.validate", "value", value)?;
    let valid = serde_json::from_str::<Checked>(vm.heap.get_str(value)).is_ok();
    Ok(Value::Bool(valid))
}

fn merge(vm: &mut Vm, args: &[Value]) -> Result<Value> {
    let [src, patch] = take(args)?;
    merged(vm, src, patch)
}

fn merged(vm: &mut Vm, src: Value, patch: Value) -> Result<Value> {
    let Some(patch) = vm.heap.entries_of(patch).map(<[Entry]>::to_vec) else {
        return Ok(patch);
    };
    let mut builder = DictBuilder::default();
    builder.load(vm.heap.entries_of(src).unwrap_or_default());
    for Entry { key, value, .. } in patch {
        let at = builder.position(key);
        if value.is_nullish() {
            match (at, src) {
                // The place of an attribute is fixed.
                (Some(at), Value::Inst(_)) => builder.entries[at].value = Value::Undefined,
                (Some(at), _) => builder.remove(at),
                (None, _) => {}
            }
            continue;
        }
        let old = at.map_or(Value::Undefined, |at| builder.entries[at].value);
        let new = stacker::maybe_grow(32 << 10, 1 << 20, || merged(vm, old, value))?;
        builder.set(key, EntryOp::Union, new);
    }
    vm.reserve(builder.entries.len() * size_of::<Entry>())?;
    let attrs = builder.finish(&mut vm.heap);
    Ok(match src {
        Value::Inst(inst) => {
            let old = *vm.heap.get_inst(inst);
            Value::Inst(vm.heap.inst(InstObj { attrs, ..old }))
        }
        _ => Value::Dict(attrs),
    })
}
