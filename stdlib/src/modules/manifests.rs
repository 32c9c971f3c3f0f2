//! Module `manifests`.

use kiln_runtime::error::Result;
use kiln_runtime::native::NativeFn;
use kiln_runtime::value::Value;
use kiln_runtime::vm::{Stream, Vm};

use super::ModuleDecl;
use crate::args::{list, misfit, take, truthy};
use crate::signature::native;

pub(super) const MODULE: ModuleDecl = ModuleDecl {
    name: "manifests",
    doc: "Output of several documents.",
    functions: FUNCTIONS,
    constants: &[],
};

const FUNCTIONS: &[NativeFn] = &[native!(
    "manifests.yaml_stream",
    "manifests.yaml_stream(values: any, opts: {str:any} = {}) -> UndefinedType",
    "Replaces the program's output by the documents of a list. `opts` may hold `sort_keys`, `ignore_private`, `ignore_none` \
     and `sep`, the line between documents (`---`). Keys that begin with `_` are kept if there is no `opts`; if there \
     is, `ignore_private` is `True` unless it says otherwise.",
    yaml_stream
)];

fn yaml_stream(vm: &mut Vm, args: &[Value]) -> Result<Value> {
    const NAME: &str = "manifests.yaml_stream";
    let [values, opts] = take(args)?;
    let values = list(vm, NAME, "values", values)?;
    let given = match opts {
        Value::Hole | Value::None | Value::Undefined => false,
        Value::Dict(_) | Value::Inst(_) => true,
        other => return Err(misfit(vm, NAME, "a dict", "opts", other)),
    };
    let option = |name: &str| {
        let key = vm.heap.lookup(name)?;
        let entries = vm.heap.entries_of(opts)?;
        entries.iter().find(|e| e.key == key).map(|e| e.value)
    };
    let flag =
        |name: &str, default: bool| option(name).map_or(default, |value| truthy(&vm.heap, value));
    let mut separator = String::new();
    match option("sep") {
        Some(sep) => vm.push_text(&mut separator, sep)?,
        None => separator.push_str("---"),
    }
    let stream = Stream {
        documents: vm.heap.items(values).to_vec(),
        sort_keys: flag("sort_keys", false),
        ignore_private: flag("ignore_private", given),
        ignore_none: flag("ignore_none", false),
        separator,
    };
    vm.stream = Some(stream);
    Ok(Value::Undefined)
}
