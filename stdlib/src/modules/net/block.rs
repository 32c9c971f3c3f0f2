//! Blocks of addresses in the form `address/length`.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::IpNet;
use kiln_runtime::error::{Result, RunError};
use kiln_runtime::value::{Entry, EntryOp, Value};
use kiln_runtime::vm::Vm;

use super::address;
use crate::args::{bad, int, list, new_list, new_text, take, text};

const HOST_BITS: &str = "bits behind its prefix are set";

/// A block; an address alone is a block of one. Bits behind the prefix must be zero.
fn parse(text: &str) -> std::result::Result<IpNet, &'static str> {
    let block = match text.parse::<IpNet>() {
        Ok(block) => block,
        Err(_) => IpNet::from(address::parse(text).ok_or("write `address/length`")?),
    };
    if block.trunc() == block {
        Ok(block)
    } else {
        Err(HOST_BITS)
    }
}

fn block(vm: &Vm, function: &str, value: Value) -> Result<IpNet> {
    let value = text(vm, function, "cidr", value)?;
    let value = vm.heap.get_str(value);
    parse(value).map_err(|problem| {
        let error = bad(format!("`{value}` is no block of addresses"));
        match value.parse::<IpNet>() {
            Ok(block) if problem == HOST_BITS => {
                error.help(format!("the block around it is `{}`", block.trunc()))
            }
            _ => error.help(problem),
        }
    })
}

/// First address as a number, and how many bits an address has.
fn start(block: IpNet) -> (u128, u8) {
    match block.network() {
        IpAddr::V4(ip) => (u128::from(u32::from(ip)), 32),
        IpAddr::V6(ip) => (u128::from(ip), 128),
    }
}

fn address_at(number: u128, bits: u8) -> IpAddr {
    if bits == 32 {
        IpAddr::V4(Ipv4Addr::from(number as u32))
    } else {
        IpAddr::V6(Ipv6Addr::from(number))
    }
}

/// How many addresses or blocks so many bits count; all of 128 bits saturate.
fn count(bits: u8) -> u128 {
    1_u128.checked_shl(u32::from(bits)).unwrap_or(u128::MAX)
}

/// `net.parse_CIDR`
pub(super) fn parsed(vm: &mut Vm, args: &[Value]) -> Result<Value> {
    let [cidr] = take(args)?;
    let cidr = text(vm, "net.parse_CIDR", "cidr", cidr)?;
    let Ok(block) = parse(vm.heap.get_str(cidr)) else {
        return Ok(Value::Dict(vm.heap.dict(&[], None)));
    };
    let ip = new_text(vm, &block.network().to_string())?;
    let mask = Value::Int(i64::from(block.prefix_len()));
    let entries = [("ip", ip), ("mask", mask)]
        .map(|(key, value)| Entry::new(vm.heap.intern(key), EntryOp::Union, value));
    Ok(Value::Dict(vm.heap.dict(&entries, None)))
}

/// `net.is_IP_in_CIDR`
pub(super) fn contains(vm: &mut Vm, args: &[Value]) -> Result<Value> {
    let [ip, cidr] = take(args)?;
    let ip = text(vm, "net.is_IP_in_CIDR", "ip", ip)?;
    let ip = vm.heap.get_str(ip);
    let Some(ip) = address::parse(ip) else {
        let message = format!("`{ip}` is no address of the internet protocol");
        return Err(bad(message));
    };
    let block = block(vm, "net.is_IP_in_CIDR", cidr)?;
    let ip = match (ip, block) {
        (IpAddr::V4(ip), IpNet::V6(_)) => IpAddr::V6(ip.to_ipv6_mapped()),
        (ip, _) => ip,
    };
    Ok(Value::Bool(block.contains(&ip)))
}

/// `net.CIDR_host`
pub(super) fn host(vm: &mut Vm, args: &[Value]) -> Result<Value> {
    let [cidr, number] = take(args)?;
    let block = block(vm, "net.CIDR_host", cidr)?;
    let number = int(vm, "net.CIDR_host", "host_num", number)?;
    let (first, bits) = start(block);
    let hosts = count(bits - block.prefix_len());
    let distance = u128::from(number.unsigned_abs());
    let offset = if number < 0 {
        hosts.checked_sub(distance)
    } else {
        Some(distance).filter(|&distance| distance < hosts)
    };
    let Some(offset) = offset else {
        let message = format!("`{block}` has no address with the number {number}");
        return Err(bad(message).help(format!("it has {hosts} addresses, counted from 0")));
    };
    new_text(vm, &address_at(first + offset, bits).to_string())
}

/// `net.CIDR_netmask`
pub(super) fn netmask(vm: &mut Vm, args: &[Value]) -> Result<Value> {
    let [cidr] = take(args)?;
    let block = block(vm, "net.CIDR_netmask", cidr)?;
    match block {
        IpNet::V4(block) => new_text(vm, &block.netmask().to_string()),
        IpNet::V6(_) => Err(bad(format!("`{block}` has no mask, since it is of IPv6"))),
    }
}

/// The length of the prefix of a block inside another one.
fn longer(block: IpNet, additional: i64) -> Result<u8> {
    let (_, bits) = start(block);
    let length = i64::from(block.prefix_len()).checked_add(additional);
    match length.and_then(|length| u8::try_from(length).ok()) {
        Some(length) if additional >= 0 && length <= bits => Ok(length),
        _ if additional < 0 => Err(bad("`additional_bits` cannot be negative")),
        _ => Err(too_long(block, additional, bits)),
    }
}

fn too_long(block: IpNet, additional: i64, bits: u8) -> RunError {
    let message = format!("the prefix of `{block}` cannot become {additional} bits longer");
    bad(message).help(format!("an address has {bits} bits"))
}

/// `net.CIDR_subnet`
pub(super) fn subnet(vm: &mut Vm, args: &[Value]) -> Result<Value> {
    let [cidr, additional, number] = take(args)?;
    let block = block(vm, "net.CIDR_subnet", cidr)?;
    let additional = int(vm, "net.CIDR_subnet", "additional_bits", additional)?;
    let number = int(vm, "net.CIDR_subnet", "net_num", number)?;
    let length = longer(block, additional)?;
    let Ok(number) = u128::try_from(number) else {
        return Err(bad("`net_num` cannot be negative"));
    };
    let blocks = count(length - block.prefix_len());
    if number >= blocks {
        let message =
            format!("{additional} bits do not suffice for a block with the number {number}");
        return Err(bad(message).help(format!("they make {blocks} blocks, counted from 0")));
    }
    let (first, bits) = start(block);
    let size = count(bits - length);
    // only the block of all addresses has a size that saturates, and its number is 0
    let at = first + number.checked_mul(size).unwrap_or(0);
    new_text(vm, &format!("{}/{length}", address_at(at, bits)))
}

/// `net.CIDR_subnets`: each block stands at the first place that is free and a multiple of its size.
pub(super) fn subnets(vm: &mut Vm, args: &[Value]) -> Result<Value> {
    let [cidr, additional] = take(args)?;
    let block = block(vm, "net.CIDR_subnets", cidr)?;
    let additional = list(vm, "net.CIDR_subnets", "additional_bits", additional)?;
    let (first, bits) = start(block);
    let last = first + (count(bits - block.prefix_len()) - 1);
    let mut taken = Taken::default();
    let mut found: Vec<IpNet> = Vec::new();
    for at in 0..additional.len as usize {
        let wanted = vm.heap.items(additional)[at];
        let wanted = int(vm, "net.CIDR_subnets", "additional_bits", wanted)?;
        let length = longer(block, wanted)?;
        let Some(place) = taken.place(first, last, count(bits - length)) else {
            let message =
                format!("`{block}` has no room left for a block with a prefix of {length} bits");
            return Err(bad(match found.last() {
                Some(last) => format!("{message} after `{last}`"),
                None => message,
            }));
        };
        let subnet = IpNet::new(address_at(place, bits), length)
            .map_err(|_| too_long(block, wanted, bits))?;
        found.push(subnet);
    }
    let mut items = Vec::with_capacity(found.len());
    for subnet in found {
        items.push(new_text(vm, &subnet.to_string())?);
    }
    new_list(vm, &items)
}

/// Ranges of addresses that are taken: first and last, in order and never touching each other.
#[derive(Debug, Default)]
struct Taken(Vec<(u128, u128)>);

impl Taken {
    /// Takes the first free range of a size, at a multiple of it, between two addresses.
    fn place(&mut self, first: u128, last: u128, size: u128) -> Option<u128> {
        let mut start = first;
        let mut index = 0;
        loop {
            start = start.checked_next_multiple_of(size)?;
            let end = start.checked_add(size - 1).filter(|&end| end <= last)?;
            match self.0.get(index) {
                Some(&(from, to)) if from <= end => {
                    start = start.max(to.checked_add(1)?);
                    index += 1;
                }
                _ => {
                    self.take(index, start, end);
                    return Some(start);
                }
            }
        }
    }

    /// Inserts a range in front of `index`, joined with the ones that it touches.
    fn take(&mut self, index: usize, mut start: u128, mut end: u128) {
        let after = self
            .0
            .get(index)
            .filter(|next| end.checked_add(1) == Some(next.0));
        let mut to = index;
        if let Some(next) = after {
            end = next.1;
            to += 1;
        }
        let mut from = index;
        if let Some(before) = index.checked_sub(1).map(|at| self.0[at])
            && before.1.checked_add(1) == Some(start)
        {
            start = before.0;
            from -= 1;
        }
        self.0.splice(from..to, [(start, end)]);
    }
}
