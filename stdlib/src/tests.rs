//! Tests of native functions without programs: tables of calls.
//!
//! A line is `name [arguments] {keywords} => result`, all in JSON. A result `Undefined` is that value, `! text` an
//! error whose message contains the text.

mod builtins;
mod environment;
mod modules;
mod strings;
mod tables;
mod templates;

use kiln_runtime::emit::{EmitOptions, json_text};
use kiln_runtime::error::Result;
use kiln_runtime::native::NativeImp;
use kiln_runtime::value::{Sym, Value};
use kiln_runtime::vm::{Limits, Vm};

/// A machine without a program.
fn machine() -> Vm {
    Vm::new(crate::table(), Limits::default())
}

/// A value from JSON.
fn value(vm: &mut Vm, json: &str) -> Value {
    let text = vm.heap.text(json);
    call(vm, "json.decode", &[text], &[]).unwrap_or_else(|e| panic!("{json}: {}", e.0.message))
}

/// Calls a native function the way the machine does.
fn call(vm: &mut Vm, name: &str, args: &[Value], keywords: &[(Sym, Value)]) -> Result<Value> {
    let function = vm
        .natives
        .functions
        .iter()
        .find(|f| f.name == name)
        .unwrap_or_else(|| panic!("no function {name}"));
    match function.imp {
        NativeImp::Variadic(imp) => imp(vm, args, keywords),
        NativeImp::Fixed(imp) => {
            let receiver = usize::from(name.starts_with("str."));
            let mut all = vec![Value::Hole; function.params.len() + receiver];
            assert!(
                args.len() >= function.required.min(args.len()) && args.len() <= all.len(),
                "{name}"
            );
            all[..args.len()].copy_from_slice(args);
            for &(keyword, value) in keywords {
                let keyword = vm.heap.name(keyword);
                let at = function.params.iter().position(|p| *p == keyword);
                all[at.unwrap_or_else(|| panic!("{name}: {keyword}")) + receiver] = value;
            }
            imp(vm, &all)
        }
    }
}

fn show(vm: &Vm, value: Value) -> String {
    match value {
        Value::Undefined => "Undefined".to_owned(),
        _ => json_text(&vm.heap, value, &EmitOptions::ALL, 0),
    }
}

/// Checks a table.
fn check(table: &str) {
    for line in table.lines().map(str::trim).filter(|l| !l.is_empty()) {
        let vm = &mut machine();
        let (call_text, expected) = line.rsplit_once(" => ").unwrap_or_else(|| panic!("{line}"));
        let (name, arguments) = call_text.split_once(' ').unwrap_or((call_text, "[]"));
        let mut parts =
            serde_json::Deserializer::from_str(arguments).into_iter::<serde::de::IgnoredAny>();
        assert!(matches!(parts.next(), Some(Ok(_))), "{line}");
        let (args, keywords) = arguments.split_at(parts.byte_offset());
        let args = value(vm, args);
        let Value::List(args) = args else {
            panic!("{line}")
        };
        let args = vm.heap.items(args).to_vec();
        let keywords: Vec<(Sym, Value)> = match keywords.trim() {
            "" => Vec::new(),
            text => {
                let dict = value(vm, text);
                let entries = vm.heap.entries_of(dict).unwrap();
                entries.iter().map(|e| (e.key, e.value)).collect()
            }
        };
        match (
            call(vm, name, &args, &keywords),
            expected.strip_prefix("! "),
        ) {
            (Ok(found), None) => assert_eq!(show(vm, found), expected, "{line}"),
            (Err(found), Some(wanted)) => {
                let message = &found.0.message;
                assert!(message.contains(wanted), "{line}: {message}");
            }
            (Ok(found), Some(_)) => panic!("{line}: gave {}", show(vm, found)),
            (Err(found), None) => panic!("{line}: {}", found.0.message),
        }
    }
}
