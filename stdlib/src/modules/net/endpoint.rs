//! `host:port`

use kiln_runtime::error::Result;
use kiln_runtime::value::Value;
use kiln_runtime::vm::Vm;

use crate::args::{bad, misfit, new_list, new_text, take, text};

/// `net.split_host_port`
pub(super) fn split(vm: &mut Vm, args: &[Value]) -> Result<Value> {
    let [endpoint] = take(args)?;
    let endpoint = text(vm, "net.split_host_port", "ip_end_point", endpoint)?;
    let whole = vm.heap.get_str(endpoint).to_owned();
    let (host, port) = parts(&whole).map_err(|problem| {
        bad(format!("`{whole}` is no end point: {problem}"))
            .help("write `host:port`, with brackets around a host with colons: `[::1]:80`")
    })?;
    let items = [new_text(vm, host)?, new_text(vm, port)?];
    new_list(vm, &items)
}

fn parts(endpoint: &str) -> std::result::Result<(&str, &str), &'static str> {
    let colon = endpoint.rfind(':').ok_or("a port is missing")?;
    let (host, port) = (&endpoint[..colon], &endpoint[colon + 1..]);
    let host = match host.strip_prefix('[') {
        Some(rest) => match rest.find(']') {
            Some(end) if end + 1 == rest.len() => &rest[..end],
            Some(_) => return Err("a colon and a port must follow `]`"),
            None if port.ends_with(']') => return Err("a port is missing"),
            None => return Err("`]` is missing"),
        },
        None if host.contains(':') => return Err("there are too many colons"),
        None => host,
    };
    if host.contains('[') || port.contains('[') {
        return Err("`[` does not fit here");
    }
    if host.contains(']') || port.contains(']') {
        return Err("`]` does not fit here");
    }
    Ok((host, port))
}

/// `net.join_host_port`
pub(super) fn join(vm: &mut Vm, args: &[Value]) -> Result<Value> {
    let [host, port] = take(args)?;
    let host = if host.is_nullish() {
        "None".to_owned()
    } else {
        let host = text(vm, "net.join_host_port", "host", host)?;
        vm.heap.get_str(host).to_owned()
    };
    let port = match port {
        Value::Int(port) => port.to_string(),
        Value::Str(port) => vm.heap.get_str(port).to_owned(),
        other => {
            let wanted = "an integer or a string";
            return Err(misfit(vm, "net.join_host_port", wanted, "port", other));
        }
    };
    let joined = if host.contains(':') {
        format!("[{host}]:{port}")
    } else {
        format!("{host}:{port}")
    };
    new_text(vm, &joined)
}
