//! The full name of a host, which the system's resolver knows.

use dns_lookup::{get_hostname, lookup_addr, lookup_host};
use kiln_runtime::error::Result;
use kiln_runtime::value::Value;
use kiln_runtime::vm::Vm;

use crate::args::{given, new_text, take, text};

/// `net.fqdn`
pub(super) fn fqdn(vm: &mut Vm, args: &[Value]) -> Result<Value> {
    let [name] = take(args)?;
    let name = match given(name) {
        None => String::new(),
        Some(name) => {
            let name = text(vm, "net.fqdn", "name", name)?;
            vm.heap.get_str(name).to_owned()
        }
    };
    vm.impure = true;
    let name = if name.is_empty() {
        get_hostname().unwrap_or_default()
    } else {
        name
    };
    let full = full_name(&name).unwrap_or(name);
    new_text(vm, &full)
}

/// The name behind the first address of a name.
fn full_name(name: &str) -> Option<String> {
    let address = lookup_host(name).ok()?.next()?;
    lookup_addr(&address).ok()
}
