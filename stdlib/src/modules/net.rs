//! Module `net`: addresses of the internet protocol, and blocks of them.

mod address;
mod block;
mod endpoint;
mod fqdn;

use kiln_runtime::effects::Effect;
use kiln_runtime::error::Result;
use kiln_runtime::native::NativeFn;
use kiln_runtime::value::Value;
use kiln_runtime::vm::Vm;

use super::ModuleDecl;
use crate::args::{take, text};
use crate::signature::native;

pub(super) const MODULE: ModuleDecl = ModuleDecl {
    name: "net",
    doc: "Addresses of the internet protocol, and blocks of them.",
    functions: FUNCTIONS,
    constants: &[],
};

/// Declares `net.NAME(ip: str) -> bool`.
macro_rules! kind {
    ($name:literal, $doc:literal, $test:expr) => {{
        fn test(vm: &mut Vm, args: &[Value]) -> Result<Value> {
            let [ip] = take(args)?;
            let ip = text(vm, concat!("net.", $name), "ip", ip)?;
            let address = address::parse(vm.heap.get_str(ip));
            let test = $test;
            Ok(Value::Bool(address.is_some_and(test)))
        }
        native!(
            concat!("net.", $name),
            concat!("net.", $name, "(ip: str) -> bool"),
            $doc,
            test
        )
    }};
}

const FUNCTIONS: &[NativeFn] = &[
    native!(
        "net.CIDR_host",
        "net.CIDR_host(cidr: str, host_num: int) -> str",
        "Returns the address of a block with a number; negative numbers count from its end.",
        block::host
    ),
    native!(
        "net.CIDR_netmask",
        "net.CIDR_netmask(cidr: str) -> str",
        "Returns the mask of a block of IPv4 addresses.",
        block::netmask
    ),
    native!(
        "net.CIDR_subnet",
        "net.CIDR_subnet(cidr: str, additional_bits: int, net_num: int) -> str",
        "Returns the block with a number among those that a longer prefix divides a block into.",
        block::subnet
    ),
    native!(
        "net.CIDR_subnets",
        "net.CIDR_subnets(cidr: str, additional_bits: [int]) -> [str]",
        "Returns blocks with longer prefixes, one behind the other in a block.",
        block::subnets
    ),
    native!(
        "net.IP_string",
        "net.IP_string(ip: str) -> str",
        "Returns the usual text of an address, an empty text if it is none.",
        address::ip_string
    ),
    native!(
        "net.fqdn",
        "net.fqdn(name: str = \"\") -> str",
        "Returns the full name of a host, of this one without a name. A name that the system cannot resolve stays as it is.",
        fqdn::fqdn
    )
    .touching(Effect::Net),
    kind!("is_IP", "Tells whether a text is an address.", |_| true),
    native!(
        "net.is_IP_in_CIDR",
        "net.is_IP_in_CIDR(ip: str, cidr: str) -> bool",
        "Tells whether an address belongs to a block.",
        block::contains
    ),
    kind!(
        "is_IPv4",
        "Tells whether a text is an address of IPv4.",
        |ip: std::net::IpAddr| ip.is_ipv4()
    ),
    kind!(
        "is_IPv6",
        "Tells whether a text is an address of IPv6.",
        |ip: std::net::IpAddr| ip.is_ipv6()
    ),
    kind!(
        "is_global_unicast_IP",
        "Tells whether an address is one host that can be reached from everywhere.",
        address::is_global_unicast
    ),
    kind!(
        "is_interface_local_multicast_IP",
        "Tells whether an address is a group on one interface.",
        |ip| address::multicast_scope(ip) == Some(1)
    ),
    kind!(
        "is_link_local_multicast_IP",
        "Tells whether an address is a group on one link.",
        address::is_link_local_multicast
    ),
    kind!(
        "is_link_local_unicast_IP",
        "Tells whether an address is one host on the same link.",
        address::is_link_local
    ),
    kind!(
        "is_loopback_IP",
        "Tells whether an address is the host itself.",
        |ip: std::net::IpAddr| ip.is_loopback()
    ),
    kind!(
        "is_multicast_IP",
        "Tells whether an address is a group.",
        |ip: std::net::IpAddr| ip.is_multicast()
    ),
    kind!(
        "is_unspecified_IP",
        "Tells whether an address stands for all addresses of a host: `0.0.0.0` or `::`.",
        |ip: std::net::IpAddr| ip.is_unspecified()
    ),
    native!(
        "net.join_host_port",
        "net.join_host_port(host: str, port: int | str) -> str",
        "Returns `host:port`, with brackets around a host with colons.",
        endpoint::join
    ),
    native!(
        "net.parse_CIDR",
        "net.parse_CIDR(cidr: str) -> {str:any}",
        "Returns the first address `ip` and the length of the prefix `mask` of a block; an empty dict if it is none.",
        block::parsed
    ),
    native!(
        "net.parse_IP",
        "net.parse_IP(ip: str) -> str",
        "Returns the usual text of an address, an empty text if it is none.",
        address::parse_ip
    ),
    native!(
        "net.split_host_port",
        "net.split_host_port(ip_end_point: str) -> [str]",
        "Splits `host:port`, where a host with colons stands in brackets.",
        endpoint::split
    ),
    native!(
        "net.to_IP4",
        "net.to_IP4(ip: str) -> str",
        "Returns an address as one of IPv4, which is possible for IPv6 addresses that contain one.",
        address::to_ip4
    ),
    native!(
        "net.to_IP6",
        "net.to_IP6(ip: str) -> str",
        "Returns an address as one of IPv6.",
        address::to_ip6
    ),
];
