//! Module `yaml`.

mod events;
mod scalar;

use kiln_runtime::effects::Effect;
use kiln_runtime::emit::{EmitOptions, yaml_text_within};
use kiln_runtime::error::Result;
use kiln_runtime::native::NativeFn;
use kiln_runtime::value::{List, Value};
use kiln_runtime::vm::Vm;
use serde::Deserialize;
use serde_yaml::Deserializer;

use super::ModuleDecl;
use super::data::{Checked, Reader, emit_options, expect_data, write_file};
use crate::args::{list, new_list, new_text, take, text};
use crate::signature::native;

pub(super) const MODULE: ModuleDecl = ModuleDecl {
    name: "yaml",
    doc: "Reading and writing YAML.",
    functions: FUNCTIONS,
    constants: &[],
};

const FUNCTIONS: &[NativeFn] = &[
    native!(
        "yaml.decode",
        "yaml.decode(value: str) -> any",
        "Reads a YAML document. An empty text is `None`.",
        decode
    ).examples(&[(r#"yaml.decode("a: 1\nb: [1, 2.5, yes]")"#, r#"{a = 1, b = [1, 2.5, "yes"]}"#)]),
    native!(
        "yaml.decode_all",
        "yaml.decode_all(value: str) -> [any]",
        "Reads all documents of a YAML text.",
        decode_all
    ).examples(&[(r#"yaml.decode_all("")"#, "[None]"), (r#"yaml.decode_all("a: 1\n---\nb: 2")"#, "[{a = 1}, {b = 2}]")]),
    native!(
        "yaml.dump_all_to_file",
        "yaml.dump_all_to_file(data: [any], filename: str, sort_keys: bool = False, ignore_private: bool = False, \
         ignore_none: bool = False) -> UndefinedType",
        "Writes values as YAML documents to a file. Relative paths start at the folder of the calling source file.",
        dump_all_to_file
    )
    .touching(Effect::Write),
    native!(
        "yaml.dump_to_file",
        "yaml.dump_to_file(data: any, filename: str, sort_keys: bool = False, ignore_private: bool = False, \
         ignore_none: bool = False) -> UndefinedType",
        "Writes a value as YAML to a file. Relative paths start at the folder of the calling source file.",
        dump_to_file
    )
    .touching(Effect::Write),
    native!(
        "yaml.encode",
        "yaml.encode(data: any, sort_keys: bool = False, ignore_private: bool = False, ignore_none: bool = False) -> str",
        "Returns a value as a YAML document.",
        encode
    ).examples(&[("yaml.encode({a = [{b = 1}]})", r#""a:\n- b: 1\n""#)]),
    native!(
        "yaml.encode_all",
        "yaml.encode_all(data: [any], sort_keys: bool = False, ignore_private: bool = False, ignore_none: bool = \
         False) -> str",
        "Returns values as YAML documents with `---` between them.",
        encode_all
    ).examples(&[("yaml.encode_all([])", r#""""#)]),
    native!(
        "yaml.validate",
        "yaml.validate(value: str) -> bool",
        "Tells whether a text is YAML.",
        validate
    ).examples(&[(r#"yaml.validate("a: 1")"#, "True"), (r#"yaml.validate("")"#, "True")]),
];

fn one(vm: &Vm, function: &str, data: Value, options: &EmitOptions) -> Result<String> {
    expect_data(function, data)?;
    yaml_text_within(&vm.heap, data, options, vm.room()).ok_or_else(|| vm.out_of_memory())
}

fn all(vm: &Vm, function: &str, data: List, options: &EmitOptions) -> Result<String> {
    let mut out = String::new();
    for (i, &document) in vm.heap.items(data).iter().enumerate() {
        if i > 0 {
            // The empty line has always been there.
            out.push_str("\n---\n");
        }
        out.push_str(&one(vm, function, document, options)?);
        vm.reserve(out.len())?;
    }
    Ok(out)
}

fn encode(vm: &mut Vm, args: &[Value]) -> Result<Value> {
    let [data, sort_keys, ignore_private, ignore_none] = take(args)?;
    let options = emit_options(vm, sort_keys, ignore_private, ignore_none);
    let text = one(vm, "yaml.encode", data, &options)?;
    new_text(vm, &text)
}

fn encode_all(vm: &mut Vm, args: &[Value]) -> Result<Value> {
    let [data, sort_keys, ignore_private, ignore_none] = take(args)?;
    let options = emit_options(vm, sort_keys, ignore_private, ignore_none);
    let data = list(vm, "yaml.encode_all", "data", data)?;
    let text = all(vm, "yaml.encode_all", data, &options)?;
    new_text(vm, &text)
}

fn dump_to_file(vm: &mut Vm, args: &[Value]) -> Result<Value> {
    let [data, filename, sort_keys, ignore_private, ignore_none] = take(args)?;
    let options = emit_options(vm, sort_keys, ignore_private, ignore_none);
    let text = one(vm, "yaml.dump_to_file", data, &options)?;
    write_file(vm, "yaml.dump_to_file", filename, &text)
}

fn dump_all_to_file(vm: &mut Vm, args: &[Value]) -> Result<Value> {
    let [data, filename, sort_keys, ignore_private, ignore_none] = take(args)?;
    let options = emit_options(vm, sort_keys, ignore_private, ignore_none);
    let data = list(vm, "yaml.dump_all_to_file", "data", data)?;
    let text = all(vm, "yaml.dump_all_to_file", data, &options)?;
    write_file(vm, "yaml.dump_all_to_file", filename, &text)
}

fn source(vm: &Vm, function: &str, args: &[Value]) -> Result<String> {
    let [value] = take(args)?;
    let value = text(vm, function, "value", value)?;
    Ok(vm.heap.get_str(value).to_owned())
}

fn decode(vm: &mut Vm, args: &[Value]) -> Result<Value> {
    let text = source(vm, "yaml.decode", args)?;
    let found = events::documents(&mut Reader::new(vm, text.len())?, "yaml.decode", &text)?;
    if let Some([document]) = found.as_deref() {
        return Ok(*document);
    }
    Reader::new(vm, text.len())?.read("yaml.decode", Deserializer::from_str(&text))
}

fn decode_all(vm: &mut Vm, args: &[Value]) -> Result<Value> {
    let text = source(vm, "yaml.decode_all", args)?;
    let found = events::documents(&mut Reader::new(vm, text.len())?, "yaml.decode_all", &text)?;
    if let Some(documents) = found.filter(|documents| !documents.is_empty()) {
        return new_list(vm, &documents);
    }
    let mut reader = Reader::new(vm, text.len())?;
    let mut documents = Vec::new();
    for document in Deserializer::from_str(&text) {
        documents.push(reader.read("yaml.decode_all", document)?);
    }
    if documents.is_empty() {
        documents.push(Value::None);
    }
    new_list(vm, &documents)
}

fn validate(vm: &mut Vm, args: &[Value]) -> Result<Value> {
    let text = source(vm, "yaml.validate", args)?;
    let valid =
        Deserializer::from_str(&text).all(|document| Checked::deserialize(document).is_ok());
    Ok(Value::Bool(valid))
}
