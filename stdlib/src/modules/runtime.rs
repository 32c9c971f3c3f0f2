//! Module `runtime`.

use kiln_runtime::error::Result;
use kiln_runtime::native::NativeFn;
use kiln_runtime::value::Value;
use kiln_runtime::vm::Vm;

use super::ModuleDecl;
use crate::args::{function, new_text, take};
use crate::signature::native;

pub(super) const MODULE: ModuleDecl = ModuleDecl {
    name: "runtime",
    doc: "Observing how a program runs.",
    functions: FUNCTIONS,
    constants: &[],
};

const FUNCTIONS: &[NativeFn] = &[native!(
    "runtime.catch",
    "runtime.catch(func: () -> any) -> str",
    "Calls a function and returns the message of the error with which it fails, `Undefined` if it does not fail. For \
     assertions and checks that is their own message. Exceeded limits of memory, steps and depth are not caught.",
    catch
).examples(&[(r#"runtime.catch(lambda { assert 1 > 2, "too small" })"#, r#""too small""#)])];

fn catch(vm: &mut Vm, args: &[Value]) -> Result<Value> {
    let [func] = take(args)?;
    let func = function(vm, "runtime.catch", "func", func)?;
    match vm.attempt(func)? {
        None => Ok(Value::Undefined),
        Some(error) => {
            let error = *error.0;
            new_text(vm, &error.plain.unwrap_or(error.message))
        }
    }
}
