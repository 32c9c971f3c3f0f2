//! Single addresses.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::{Ipv4Net, Ipv6Net};
use kiln_runtime::error::Result;
use kiln_runtime::value::Value;
use kiln_runtime::vm::Vm;

use crate::args::{new_text, take, text};

/// An address, if the text is one. Leading zeros and zones do not belong to one.
pub(super) fn parse(text: &str) -> Option<IpAddr> {
    text.parse().ok()
}

/// `net.parse_IP`
pub(super) fn parse_ip(vm: &mut Vm, args: &[Value]) -> Result<Value> {
    usual(vm, "net.parse_IP", args)
}

/// `net.IP_string`
pub(super) fn ip_string(vm: &mut Vm, args: &[Value]) -> Result<Value> {
    usual(vm, "net.IP_string", args)
}

fn usual(vm: &mut Vm, function: &str, args: &[Value]) -> Result<Value> {
    let [ip] = take(args)?;
    let ip = text(vm, function, "ip", ip)?;
    let usual = parse(vm.heap.get_str(ip)).map_or_else(String::new, |ip| ip.to_string());
    new_text(vm, &usual)
}

/// `net.to_IP4`. What cannot be converted gives a sentence instead, as in the reference (library §4.10, §7 row 32).
pub(super) fn to_ip4(vm: &mut Vm, args: &[Value]) -> Result<Value> {
    let [ip] = take(args)?;
    let ip = text(vm, "net.to_IP4", "ip", ip)?;
    let ip = vm.heap.get_str(ip);
    let converted = match parse(ip) {
        Some(IpAddr::V4(address)) => address.to_string(),
        Some(IpAddr::V6(address)) => match address.to_ipv4() {
            Some(address) => address.to_string(),
            None => format!("can not parse {ip} ipv6 to ipv4!"),
        },
        None => no_address(ip, "IPv6"),
    };
    new_text(vm, &converted)
}

/// `net.to_IP6`. What cannot be converted gives a sentence, like [`to_ip4`].
pub(super) fn to_ip6(vm: &mut Vm, args: &[Value]) -> Result<Value> {
    let [ip] = take(args)?;
    let ip = text(vm, "net.to_IP6", "ip", ip)?;
    let ip = vm.heap.get_str(ip);
    let converted = match parse(ip) {
        Some(IpAddr::V4(address)) => address.to_ipv6_mapped().to_string(),
        Some(IpAddr::V6(address)) => address.to_string(),
        None => no_address(ip, "IPv4"),
    };
    new_text(vm, &converted)
}

fn no_address(ip: &str, last: &str) -> String {
    format!("can not both parse {ip} to ipv6 and ipv4,err:invalid {last} address syntax")
}

/// How far a group of IPv6 reaches: 1 is one interface, 2 is one link.
pub(super) fn multicast_scope(ip: IpAddr) -> Option<u16> {
    match ip {
        IpAddr::V6(ip) if ip.is_multicast() => Some(ip.segments()[0] & 0xf),
        _ => None,
    }
}

pub(super) fn is_link_local_multicast(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(v4) => v4.octets()[..3] == [224, 0, 0],
        IpAddr::V6(_) => multicast_scope(ip) == Some(2),
    }
}

pub(super) fn is_link_local(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => ip.is_link_local(),
        IpAddr::V6(ip) => ip.is_unicast_link_local(),
    }
}

pub(super) fn is_global_unicast(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => is_global_v4(ip),
        IpAddr::V6(ip) => is_global_v6(ip),
    }
}

/// Blocks that are no part of the public internet (library §4.10).
const SPECIAL_V4: &[(Ipv4Addr, u8)] = &[
    (Ipv4Addr::new(0, 0, 0, 0), 8),
    (Ipv4Addr::new(10, 0, 0, 0), 8),
    (Ipv4Addr::new(100, 64, 0, 0), 10),
    (Ipv4Addr::new(127, 0, 0, 0), 8),
    (Ipv4Addr::new(169, 254, 0, 0), 16),
    (Ipv4Addr::new(172, 16, 0, 0), 12),
    (Ipv4Addr::new(192, 0, 0, 0), 24),
    (Ipv4Addr::new(192, 0, 2, 0), 24),
    (Ipv4Addr::new(192, 168, 0, 0), 16),
    (Ipv4Addr::new(198, 18, 0, 0), 15),
    (Ipv4Addr::new(198, 51, 100, 0), 24),
    (Ipv4Addr::new(203, 0, 113, 0), 24),
    (Ipv4Addr::new(224, 0, 0, 0), 4),
    (Ipv4Addr::new(240, 0, 0, 0), 4),
];

fn is_global_v4(ip: Ipv4Addr) -> bool {
    // two services of the otherwise special block are reachable from everywhere
    if matches!(ip.octets(), [192, 0, 0, 9 | 10]) {
        return true;
    }
    let special = |&(start, length)| Ipv4Net::new(start, length).is_ok_and(|net| net.contains(&ip));
    !SPECIAL_V4.iter().any(special)
}

fn is_global_v6(ip: Ipv6Addr) -> bool {
    let within = |start: [u16; 8], length| {
        let [a, b, c, d, e, f, g, h] = start;
        Ipv6Net::new(Ipv6Addr::new(a, b, c, d, e, f, g, h), length)
            .is_ok_and(|net| net.contains(&ip))
    };
    if within([0x64, 0xff9b, 0, 0, 0, 0, 0, 0], 96) {
        let [.., a, b, c, d] = ip.octets();
        return is_global_v4(Ipv4Addr::new(a, b, c, d));
    }
    within([0x2000, 0, 0, 0, 0, 0, 0, 0], 3)
        && !within([0x2001, 0xdb8, 0, 0, 0, 0, 0, 0], 32)
        && !within([0x2001, 2, 0, 0, 0, 0, 0, 0], 48)
}
