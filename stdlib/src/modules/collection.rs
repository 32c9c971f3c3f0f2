//! Module `collection`.

use kiln_runtime::error::Result;
use kiln_runtime::native::NativeFn;
use kiln_runtime::value::Value;
use kiln_runtime::vm::Vm;

use super::ModuleDecl;
use crate::args::{list, take};
use crate::signature::native;

pub(super) const MODULE: ModuleDecl = ModuleDecl {
    name: "collection",
    doc: "Working on lists of values.",
    functions: FUNCTIONS,
    constants: &[],
};

const FUNCTIONS: &[NativeFn] = &[native!(
    "collection.union_all",
    "collection.union_all(num: [any]) -> any",
    "Merges the items of a list, from the first to the last, as the operator `|` does. The union of no items is `{}`.",
    union_all
).examples(&[("collection.union_all([{a = 1}, {b = 2}])", "{a = 1, b = 2}"), ("collection.union_all([1, 2, 4])", "7")])];

fn union_all(vm: &mut Vm, args: &[Value]) -> Result<Value> {
    let [items] = take(args)?;
    let items = list(vm, "collection.union_all", "num", items)?;
    let Some(&first) = vm.heap.items(items).first() else {
        return Ok(Value::Dict(vm.heap.dict(&[], None)));
    };
    let mut total = first;
    for at in 1..items.len as usize {
        let item = vm.heap.items(items)[at];
        total = vm.merge(total, item)?;
    }
    Ok(total)
}
