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
    ).examples(&[(r#"net.CIDR_host("10.0.0.0/24", 5)"#, r#""10.0.0.5""#), (r#"net.CIDR_host("10.0.0.0/24", -2)"#, r#""10.0.0.254""#)]),
    native!(
        "net.CIDR_netmask",
        "net.CIDR_netmask(cidr: str) -> str",
        "Returns the mask of a block of IPv4 addresses.",
        block::netmask
    ).examples(&[(r#"net.CIDR_netmask("16.0.0.0/12")"#, r#""255.240.0.0""#), (r#"net.CIDR_netmask("0.0.0.0/0")"#, r#""0.0.0.0""#)]),
    native!(
        "net.CIDR_subnet",
        "net.CIDR_subnet(cidr: str, additional_bits: int, net_num: int) -> str",
        "Returns the block with a number among those that a longer prefix divides a block into.",
        block::subnet
    ).examples(&[(r#"net.CIDR_subnet("10.0.0.0/16", 8, 2)"#, r#""10.0.2.0/24""#), (r#"net.CIDR_subnet("10.0.0.0/16", 0, 0)"#, r#""10.0.0.0/16""#)]),
    native!(
        "net.CIDR_subnets",
        "net.CIDR_subnets(cidr: str, additional_bits: [int]) -> [str]",
        "Returns blocks with longer prefixes, one behind the other in a block.",
        block::subnets
    ).examples(&[(r#"net.CIDR_subnets("10.0.0.0/16", [])"#, "[]")]),
    native!(
        "net.IP_string",
        "net.IP_string(ip: str) -> str",
        "Returns the usual text of an address, an empty text if it is none.",
        address::ip_string
    ).examples(&[(r#"net.IP_string("1.2.3.4")"#, r#""1.2.3.4""#), (r#"net.IP_string("x")"#, r#""""#)]),
    native!(
        "net.fqdn",
        "net.fqdn(name: str = \"\") -> str",
        "Returns the full name of a host, of this one without a name. A name that the system cannot resolve stays as it is.",
        fqdn::fqdn
    )
    .touching(Effect::Net),
    kind!("is_IP", "Tells whether a text is an address.", |_| true).examples(&[(r#"net.is_IP("1.2.3.4")"#, "True"), (r#"net.is_IP("::1")"#, "True")]),
    native!(
        "net.is_IP_in_CIDR",
        "net.is_IP_in_CIDR(ip: str, cidr: str) -> bool",
        "Tells whether an address belongs to a block.",
        block::contains
    ).examples(&[(r#"net.is_IP_in_CIDR("10.0.0.1", "10.0.0.0/8")"#, "True"), (r#"net.is_IP_in_CIDR("11.0.0.1", "10.0.0.0/8")"#, "False")]),
    kind!(
        "is_IPv4",
        "Tells whether a text is an address of IPv4.",
        |ip: std::net::IpAddr| ip.is_ipv4()
    ).examples(&[(r#"net.is_IPv4("1.2.3.4")"#, "True"), (r#"net.is_IPv4("::1")"#, "False")]),
    kind!(
        "is_IPv6",
        "Tells whether a text is an address of IPv6.",
        |ip: std::net::IpAddr| ip.is_ipv6()
    ).examples(&[(r#"net.is_IPv6("::1")"#, "True"), (r#"net.is_IPv6("1.2.3.4")"#, "False")]),
    kind!(
        "is_global_unicast_IP",
        "Tells whether an address is one host that can be reached from everywhere.",
        address::is_global_unicast
    ).examples(&[(r#"net.is_global_unicast_IP("8.8.8.8")"#, "True"), (r#"net.is_global_unicast_IP("192.168.1.1")"#, "False")]),
    kind!(
        "is_interface_local_multicast_IP",
        "Tells whether an address is a group on one interface.",
        |ip| address::multicast_scope(ip) == Some(1)
    ).examples(&[(r#"net.is_interface_local_multicast_IP("ff01::1")"#, "True"), (r#"net.is_interface_local_multicast_IP("ff11::1")"#, "True")]),
    kind!(
        "is_link_local_multicast_IP",
        "Tells whether an address is a group on one link.",
        address::is_link_local_multicast
    ).examples(&[(r#"net.is_link_local_multicast_IP("224.0.0.5")"#, "True"), (r#"net.is_link_local_multicast_IP("224.0.1.1")"#, "False")]),
    kind!(
        "is_link_local_unicast_IP",
        "Tells whether an address is one host on the same link.",
        address::is_link_local
    ).examples(&[(r#"net.is_link_local_unicast_IP("169.254.1.1")"#, "True"), (r#"net.is_link_local_unicast_IP("169.255.1.1")"#, "False")]),
    kind!(
        "is_loopback_IP",
        "Tells whether an address is the host itself.",
        |ip: std::net::IpAddr| ip.is_loopback()
    ).examples(&[(r#"net.is_loopback_IP("127.9.9.9")"#, "True"), (r#"net.is_loopback_IP("128.0.0.1")"#, "False")]),
    kind!(
        "is_multicast_IP",
        "Tells whether an address is a group.",
        |ip: std::net::IpAddr| ip.is_multicast()
    ).examples(&[(r#"net.is_multicast_IP("224.0.0.1")"#, "True"), (r#"net.is_multicast_IP("239.255.255.255")"#, "True")]),
    kind!(
        "is_unspecified_IP",
        "Tells whether an address stands for all addresses of a host: `0.0.0.0` or `::`.",
        |ip: std::net::IpAddr| ip.is_unspecified()
    ).examples(&[(r#"net.is_unspecified_IP("0.0.0.0")"#, "True"), (r#"net.is_unspecified_IP("::")"#, "True")]),
    native!(
        "net.join_host_port",
        "net.join_host_port(host: str, port: int | str) -> str",
        "Returns `host:port`, with brackets around a host with colons.",
        endpoint::join
    ).examples(&[(r#"net.join_host_port("a", 80)"#, r#""a:80""#), (r#"net.join_host_port("a", "80")"#, r#""a:80""#)]),
    native!(
        "net.parse_CIDR",
        "net.parse_CIDR(cidr: str) -> {str:any}",
        "Returns the first address `ip` and the length of the prefix `mask` of a block; an empty dict if it is none.",
        block::parsed
    ).examples(&[(r#"net.parse_CIDR("10.1.2.0/24")"#, r#"{ip = "10.1.2.0", mask = 24}"#), (r#"net.parse_CIDR("10.1.2.3/24")"#, "{}")]),
    native!(
        "net.parse_IP",
        "net.parse_IP(ip: str) -> str",
        "Returns the usual text of an address, an empty text if it is none.",
        address::parse_ip
    ).examples(&[(r#"net.parse_IP("1.2.3.4")"#, r#""1.2.3.4""#), (r#"net.parse_IP("2001:0DB8::0001")"#, r#""2001:db8::1""#)]),
    native!(
        "net.split_host_port",
        "net.split_host_port(ip_end_point: str) -> [str]",
        "Splits `host:port`, where a host with colons stands in brackets.",
        endpoint::split
    ).examples(&[(r#"net.split_host_port("a:80")"#, r#"["a", "80"]"#), (r#"net.split_host_port("[::1]:80")"#, r#"["::1", "80"]"#)]),
    native!(
        "net.to_IP4",
        "net.to_IP4(ip: str) -> str",
        "Returns an address as one of IPv4, which is possible for IPv6 addresses that contain one.",
        address::to_ip4
    ).examples(&[(r#"net.to_IP4("1.2.3.4")"#, r#""1.2.3.4""#), (r#"net.to_IP4("::ffff:1.2.3.4")"#, r#""1.2.3.4""#)]),
    native!(
        "net.to_IP6",
        "net.to_IP6(ip: str) -> str",
        "Returns an address as one of IPv6.",
        address::to_ip6
    ).examples(&[(r#"net.to_IP6("1.2.3.4")"#, r#""::ffff:1.2.3.4""#), (r#"net.to_IP6("::1")"#, r#""::1""#)]),
];
