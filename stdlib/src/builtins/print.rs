//! `print`.

use kiln_runtime::error::Result;
use kiln_runtime::native::NativeFn;
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
    let mut log = std::mem::take(&mut vm.log);
    let result = write(vm, &mut log, args, keywords);
    vm.log = log;
    result
}

fn write(vm: &Vm, out: &mut String, args: &[Value], keywords: &[(Sym, Value)]) -> Result<Value> {
    for (i, &arg) in args.iter().enumerate() {
        if i > 0 {
            out.push(' ');
        }
        vm.push_text(out, arg)?;
    }
    let end = keywords
        .iter()
        .find(|(name, _)| vm.heap.name(*name) == "end");
    match end {
        Some(&(_, value)) if !value.is_nullish() => vm.push_text(out, value)?,
        _ => out.push('\n'),
    }
    Ok(Value::None)
}
