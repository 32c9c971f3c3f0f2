//! Joining strings.

use kiln_runtime::error::Result;
use kiln_runtime::native::NativeFn;
use kiln_runtime::value::Value;
use kiln_runtime::vm::Vm;

use super::receiver;
use crate::args::{iterate, new_text, take};
use crate::signature::native;

pub(super) const FUNCTIONS: &[NativeFn] = &[native!(
    "str.join",
    "join(iter: [any]) -> str",
    "Joins the texts of a list's items with this string between them: `\",\".join([1, 2])` is `\"1,2\"`.",
    join
).examples(&[(r#"",".join(["a", "b"])"#, r#""a,b""#), (r#"",".join([])"#, r#""""#)])];

fn join(vm: &mut Vm, args: &[Value]) -> Result<Value> {
    let [separator, items] = take(args)?;
    let separator = receiver(vm, "str.join", separator)?;
    let items = iterate(vm, "str.join", items)?;
    vm.reserve(items.len().saturating_mul(separator.len as usize))?;
    let mut out = String::new();
    for (i, &item) in items.iter().enumerate() {
        if i > 0 {
            out.push_str(vm.heap.get_str(separator));
        }
        vm.push_text(&mut out, item)?;
    }
    new_text(vm, &out)
}
