//! `print`.

use kiln_runtime::error::Result;
use kiln_runtime::native::NativeFn;
use kiln_runtime::text::write_text;
use kiln_runtime::value::{Sym, Value};
use kiln_runtime::vm::Vm;

use crate::signature::native;

pub(super) const FUNCTIONS: &[NativeFn] = &[native!(
    *"print",
    "print(*args: any, end: str = \"\\n\") -> NoneType",
    "Writes the texts of its arguments to the log, with blanks between them and `end` behind them.",
    print
)];

fn print(vm: &mut Vm, args: &[Value], keywords: &[(Sym, Value)]) -> Result<Value> {
    for (i, &arg) in args.iter().enumerate() {
        if i > 0 {
            vm.log.push(' ');
        }
        write_text(&vm.heap, &mut vm.log, arg);
    }
    let end = keywords
        .iter()
        .find(|(name, _)| vm.heap.name(*name) == "end");
    match end {
        Some(&(_, value)) if !value.is_nullish() => write_text(&vm.heap, &mut vm.log, value),
        _ => vm.log.push('\n'),
    }
    Ok(Value::None)
}
