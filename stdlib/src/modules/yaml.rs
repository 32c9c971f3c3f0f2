//! Module `yaml`.

use kiln_runtime::effects::Effect;
use kiln_runtime::emit::{EmitOptions, yaml_text};
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
    ),
    native!(
        "yaml.decode_all",
        "yaml.decode_all(value: str) -> [any]",
        "Reads all documents of a YAML text.",
        decode_all
    ),
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
    ),
    native!(
        "yaml.encode_all",
        "yaml.encode_all(data: [any], sort_keys: bool = False, ignore_private: bool = False, ignore_none: bool = \
         False) -> str",
        "Returns values as YAML documents with `---` between them.",
        encode_all
    ),
    native!(
        "yaml.validate",
        "yaml.validate(value: str) -> bool",
        "Tells whether a text is YAML.",
        validate
    ),
];

fn one(vm: &Vm, function: &str, data: Value, options: &EmitOptions) -> Result<String> {
    expect_data(function, data)?;
    Ok(yaml_text(&vm.heap, data, options))
}

fn all(vm: &Vm, function: &str, data: List, options: &EmitOptions) -> Result<String> {
    let mut out = String::new();
    for (i, &document) in vm.heap.items(data).iter().enumerate() {
        if i > 0 {
            // The empty line has always been there.
            out.push_str("\n---\n");
        }
        out.push_str(&one(vm, function, document, options)?);
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
    Reader::new(vm, text.len())?.read("yaml.decode", Deserializer::from_str(&text))
}

fn decode_all(vm: &mut Vm, args: &[Value]) -> Result<Value> {
    let text = source(vm, "yaml.decode_all", args)?;
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
