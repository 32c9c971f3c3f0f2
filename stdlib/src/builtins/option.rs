//! `option`: values that the caller gives to a program.

use kiln_runtime::effects::{Effect, Touch};
use kiln_runtime::error::{self, Result, RunError};
use kiln_runtime::native::NativeFn;
use kiln_runtime::text::text_of;
use kiln_runtime::value::Value;
use kiln_runtime::vm::Vm;

use crate::args::{bad, given, take, text, truthy};
use crate::signature::native;

pub(super) const FUNCTIONS: &[NativeFn] = &[native!(
    "option",
    "option(key: str, type: str = \"\", required: bool = False, default: any = None, help: str = \"\") -> any",
    "Returns the value that the caller gave for `key` (`-D key=value`), else `default`. `type` is one of `bool`, \
     `int`, `float`, `str`, `list`, `dict`: the value and the default are converted to it.",
    option
)
.touching(Effect::Input)];

fn option(vm: &mut Vm, args: &[Value]) -> Result<Value> {
    let [key, kind, required, default, _help] = take(args)?;
    let key = text(vm, "option", "key", key)?;
    let name = vm.heap.get_str(key);
    vm.world.touched.insert(Touch::Option(name.to_owned()));
    let value = match vm.options.get(name) {
        Some(&value) => value,
        None if !matches!(default, Value::Hole) => default,
        None if truthy(&vm.heap, required) => {
            return Err(RunError::new(
                error::MISSING_OPTION,
                format!("option `{name}` is required, but no value was given for it"),
            )
            .help(format!("give one: `-D {name}=…`")));
        }
        None => return Ok(Value::None),
    };
    match given(kind) {
        None => Ok(value),
        Some(kind) => {
            let kind = text(vm, "option", "type", kind)?;
            let kind = vm.heap.get_str(kind).to_owned();
            convert(vm, value, &kind)
        }
    }
}

fn convert(vm: &mut Vm, value: Value, kind: &str) -> Result<Value> {
    let converted = match (kind, value) {
        ("", value) => Some(value),
        ("bool", value) => Some(match value {
            Value::Bool(b) => Value::Bool(b),
            Value::Int(int) => Value::Bool(int != 0),
            Value::Float(float) => Value::Bool(float != 0.0),
            Value::Str(text) => Value::Bool(matches!(vm.heap.get_str(text), "True" | "true")),
            _ => Value::Undefined,
        }),
        ("int", Value::Int(_)) | ("float", Value::Float(_)) | ("str", Value::Str(_)) => Some(value),
        ("int", Value::Bool(b)) => Some(Value::Int(i64::from(b))),
        // The cast saturates.
        ("int", Value::Float(float)) => Some(Value::Int(float as i64)),
        ("int", Value::Str(text)) => vm.heap.get_str(text).parse().ok().map(Value::Int),
        ("float", Value::Bool(b)) => Some(Value::Float(f64::from(u8::from(b)))),
        ("float", Value::Int(int)) => Some(Value::Float(int as f64)),
        ("float", Value::Str(text)) => vm.heap.get_str(text).parse().ok().map(Value::Float),
        ("str", Value::Bool(b)) => Some(vm.heap.text(if b { "true" } else { "false" })),
        ("str", Value::Int(int)) => Some(vm.heap.text(&int.to_string())),
        ("str", Value::Float(float)) => Some(vm.heap.text(&float.to_string())),
        ("list", Value::List(_)) | ("dict", Value::Dict(_)) => Some(value),
        ("int" | "float" | "str" | "list" | "dict", _) => None,
        _ => {
            return Err(bad(format!(
                "`option` knows the types `bool`, `int`, `float`, `str`, `list` and `dict`, not `{kind}`"
            )));
        }
    };
    converted.ok_or_else(|| {
        bad(format!(
            "the value `{}` of the option is no `{kind}`",
            text_of(&vm.heap, value)
        ))
    })
}
