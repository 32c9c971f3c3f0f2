//! The full name of a host.

use kiln_runtime::effects::reason;
use kiln_runtime::error::Result;
use kiln_runtime::value::Value;
use kiln_runtime::vm::Vm;

use crate::args::{bad, given, new_text, take, text};

/// `net.fqdn`
pub(super) fn fqdn(vm: &mut Vm, args: &[Value]) -> Result<Value> {
    const NAME: &str = "net.fqdn";
    let [name] = take(args)?;
    let name = match given(name) {
        None => String::new(),
        Some(name) => {
            let name = text(vm, NAME, "name", name)?;
            vm.heap.get_str(name).to_owned()
        }
    };
    let full = vm.world.host.full_name(&name).map_err(|problem| {
        bad(format!(
            "`{NAME}` cannot ask for the name: {}",
            reason(&problem)
        ))
    })?;
    new_text(vm, &full)
}
