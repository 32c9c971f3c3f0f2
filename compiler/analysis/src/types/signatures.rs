//! Signatures of the builtin functions, the members of `str` and the system modules, as texts and as types.

use rustc_hash::FxHashMap;
use salsa::SalsaValue;

use super::Ty;
use super::signature_text::parse;
use crate::Db;

/// A system module: its name, its functions and its plain members.
pub struct ModuleTable {
    /// The name by which it is imported.
    pub name: &'static str,
    /// Signatures of its functions.
    pub functions: &'static [&'static str],
    /// Its other members: name and type.
    pub values: &'static [(&'static str, &'static str)],
}

/// The builtin functions.
pub const BUILTINS: &[&str] = &[
    "option(key: str, type: str = '', required: bool = False, default: any = None, help: str = '') -> any",
    "print(*args: any, end: str = '') -> NoneType",
    "multiplyof(a: int, b: int) -> bool",
    "isunique(inval: [any]) -> bool",
    "isnullish(inval: any) -> bool",
    "len(inval: str | {any:any} | [any]) -> int",
    "abs(inval: any) -> any",
    "all_true(inval: [any]) -> bool",
    "any_true(inval: [any]) -> bool",
    "hex(number: int) -> str",
    "bin(number: int) -> str",
    "oct(number: int) -> str",
    "ord(c: str) -> int",
    "sorted(inval: str | {any:any} | [any], reverse: bool = False) -> [any]",
    "range(start: int = Undefined, stop: int = Undefined, step: int = 1) -> [int]",
    "max(*args) -> any",
    "min(*args) -> any",
    "sum(iterable: [any], start: any = 0) -> any",
    "pow(x: number, y: number, z: number = None) -> number",
    "round(number: number, ndigits: int = None) -> number",
    "zip(*args) -> [any]",
    "int(number: any, base: int = 10) -> int",
    "float(number: any) -> float",
    "bool(x: any = False) -> bool",
    "str(x: any = '') -> str",
    "list(x: any = []) -> [any]",
    "dict(x: any = {}, **kw) -> {any:any}",
    "typeof(x: any, full_name: bool = False) -> str",
    "reduce(reducer: (any, any) -> any, list: [any], initial: any = Undefined) -> any",
];

/// The members of `str`.
pub const STR_MEMBERS: &[&str] = &[
    "capitalize() -> str",
    "chars() -> [str]",
    "count(sub: str, start: int = 0, end: int = -1) -> int",
    "endswith(val: str, start: int = 0, end: int = -1) -> bool",
    "startswith(val: str, start: int = 0, end: int = -1) -> bool",
    "find(sub: str, start: int = 0, end: int = -1) -> int",
    "rfind(sub: str, start: int = 0, end: int = -1) -> int",
    "index(sub: str, start: int = 0, end: int = -1) -> int",
    "rindex(sub: str, start: int = 0, end: int = -1) -> int",
    "format(*args, **kw) -> str",
    "isalpha() -> bool",
    "isalnum() -> bool",
    "isdigit() -> bool",
    "islower() -> bool",
    "isupper() -> bool",
    "isspace() -> bool",
    "istitle() -> bool",
    "join(iter: [any]) -> str",
    "lower() -> str",
    "upper() -> str",
    "lstrip(chars: str = None) -> str",
    "rstrip(chars: str = None) -> str",
    "strip(chars: str = None) -> str",
    "replace(old: str, new: str, count: int = -1) -> str",
    "removeprefix(prefix: str) -> str",
    "removesuffix(suffix: str) -> str",
    "split(sep: str = None, maxsplit: int = -1) -> [str]",
    "rsplit(sep: str = None, maxsplit: int = -1) -> [str]",
    "splitlines(keepends: bool = False) -> [str]",
    "title() -> str",
];

/// The system modules.
pub const MODULES: &[ModuleTable] = &[
    ModuleTable {
        name: "base32",
        functions: &["encode(value: str) -> str", "decode(value: str) -> str"],
        values: &[],
    },
    ModuleTable {
        name: "base64",
        functions: &[
            "encode(value: str, encoding: str = 'utf-8') -> str",
            "decode(value: str) -> str",
        ],
        values: &[],
    },
    ModuleTable {
        name: "collection",
        functions: &["union_all(num: [any]) -> any"],
        values: &[],
    },
    ModuleTable {
        name: "crypto",
        functions: &[
            "md5(value: str, encoding: str = 'utf-8') -> str",
            "sha1(value: str, encoding: str = 'utf-8') -> str",
            "sha224(value: str, encoding: str = 'utf-8') -> str",
            "sha256(value: str, encoding: str = 'utf-8') -> str",
            "sha384(value: str, encoding: str = 'utf-8') -> str",
            "sha512(value: str, encoding: str = 'utf-8') -> str",
            "blake3(value: str, encoding: str = 'utf-8') -> str",
            "uuid() -> str",
            "filesha256(filepath: str) -> str",
        ],
        values: &[],
    },
    ModuleTable {
        name: "datetime",
        functions: &[
            "today() -> str",
            "date() -> str",
            "now(format: str = '') -> str",
            "ticks() -> float",
            "validate(date: str, format: str) -> bool",
            "is_rfc3339(date: str) -> bool",
            "is_iso8601(date: str) -> bool",
        ],
        values: &[],
    },
    ModuleTable {
        name: "file",
        functions: &[
            "read(filepath: str) -> str",
            "glob(pattern: str) -> [str]",
            "modpath() -> str",
            "workdir() -> str",
            "current() -> str",
            "exists(filepath: str) -> bool",
            "abs(filepath: str) -> str",
            "size(filepath: str) -> int",
            "write(filepath: str, content: str) -> NoneType",
            "append(filepath: str, content: str) -> NoneType",
            "mkdir(directory: str, exists: bool = False) -> NoneType",
            "delete(filepath: str) -> NoneType",
            "cp(src: str, dest: str) -> NoneType",
            "mv(src: str, dest: str) -> NoneType",
            "read_env(key: str) -> str",
        ],
        values: &[],
    },
    ModuleTable {
        name: "json",
        functions: &[
            "encode(data: any, sort_keys: bool = False, indent: int = None, ignore_private: bool = False, \
             ignore_none: bool = False) -> str",
            "decode(value: str) -> any",
            "validate(value: str) -> bool",
            "dump_to_file(data: any, filename: str, sort_keys: bool = False, indent: int = None, \
             ignore_private: bool = False, ignore_none: bool = False) -> NoneType",
            "merge(src: any, patch: any) -> any",
        ],
        values: &[],
    },
    ModuleTable {
        name: "manifests",
        functions: &["yaml_stream(values: any, opts: {str:any} = {}) -> NoneType"],
        values: &[],
    },
    ModuleTable {
        name: "math",
        functions: &[
            "ceil(x: number) -> int",
            "floor(x: number) -> int",
            "factorial(x: number) -> int",
            "gcd(a: int, b: int) -> int",
            "isfinite(x: number) -> bool",
            "isinf(x: number) -> bool",
            "isnan(x: number) -> bool",
            "modf(x: number) -> [float]",
            "exp(x: number) -> float",
            "expm1(x: number) -> float",
            "log(x: number, e: float = 2.718281828459045) -> float",
            "log2(x: number) -> float",
            "log10(x: number) -> float",
            "log1p(x: number) -> float",
            "pow(x: number, y: number) -> float",
            "sqrt(x: number) -> float",
        ],
        values: &[],
    },
    ModuleTable {
        name: "net",
        functions: &[
            "split_host_port(ip_end_point: str) -> [str]",
            "join_host_port(host: str, port: int | str) -> str",
            "fqdn(name: str = '') -> str",
            "parse_IP(ip: str) -> str",
            "IP_string(ip: str) -> str",
            "to_IP4(ip: str) -> str",
            "to_IP6(ip: str) -> str",
            "is_IPv4(ip: str) -> bool",
            "is_IPv6(ip: str) -> bool",
            "is_IP(ip: str) -> bool",
            "is_loopback_IP(ip: str) -> bool",
            "is_multicast_IP(ip: str) -> bool",
            "is_interface_local_multicast_IP(ip: str) -> bool",
            "is_link_local_multicast_IP(ip: str) -> bool",
            "is_link_local_unicast_IP(ip: str) -> bool",
            "is_global_unicast_IP(ip: str) -> bool",
            "is_unspecified_IP(ip: str) -> bool",
            "parse_CIDR(cidr: str) -> {str:any}",
            "is_IP_in_CIDR(ip: str, cidr: str) -> bool",
            "CIDR_host(cidr: str, host_num: int) -> str",
            "CIDR_netmask(cidr: str) -> str",
            "CIDR_subnet(cidr: str, additional_bits: int, net_num: int) -> str",
            "CIDR_subnets(cidr: str, additional_bits: [int]) -> [str]",
        ],
        values: &[],
    },
    ModuleTable {
        name: "regex",
        functions: &[
            "match(string: str, pattern: str) -> bool",
            "search(string: str, pattern: str) -> bool",
            "compile(pattern: str) -> bool",
            "replace(string: str, pattern: str, replace: str, count: int = 0) -> str",
            "findall(string: str, pattern: str) -> [str]",
            "split(string: str, pattern: str, maxsplit: int = 0) -> [str]",
        ],
        values: &[],
    },
    ModuleTable {
        name: "runtime",
        functions: &["catch(func: () -> any) -> str"],
        values: &[],
    },
    ModuleTable {
        name: "template",
        functions: &[
            "execute(template: str, data: {str:any} = {}) -> str",
            "html_escape(data: str) -> str",
        ],
        values: &[],
    },
    ModuleTable {
        name: "units",
        functions: &[
            "to_n(num: number) -> str",
            "to_u(num: number) -> str",
            "to_m(num: number) -> str",
            "to_K(num: number) -> str",
            "to_M(num: number) -> str",
            "to_G(num: number) -> str",
            "to_T(num: number) -> str",
            "to_P(num: number) -> str",
            "to_Ki(num: number) -> str",
            "to_Mi(num: number) -> str",
            "to_Gi(num: number) -> str",
            "to_Ti(num: number) -> str",
            "to_Pi(num: number) -> str",
        ],
        values: &[
            ("n", "float"),
            ("u", "float"),
            ("m", "float"),
            ("k", "int"),
            ("K", "int"),
            ("M", "int"),
            ("G", "int"),
            ("T", "int"),
            ("P", "int"),
            ("Ki", "int"),
            ("Mi", "int"),
            ("Gi", "int"),
            ("Ti", "int"),
            ("Pi", "int"),
            ("NumberMultiplier", "number_multiplier"),
        ],
    },
    ModuleTable {
        name: "yaml",
        functions: &[
            "encode(data: any, sort_keys: bool = False, ignore_private: bool = False, ignore_none: bool = False) -> str",
            "encode_all(data: [any], sort_keys: bool = False, ignore_private: bool = False, ignore_none: bool = False) \
             -> str",
            "decode(value: str) -> any",
            "decode_all(value: str) -> [any]",
            "validate(value: str) -> bool",
            "dump_to_file(data: any, filename: str, sort_keys: bool = False, ignore_private: bool = False, \
             ignore_none: bool = False) -> NoneType",
            "dump_all_to_file(data: [any], filename: str, sort_keys: bool = False, ignore_private: bool = False, \
             ignore_none: bool = False) -> NoneType",
        ],
        values: &[],
    },
];

/// The index of a system module in [`MODULES`].
#[must_use]
pub fn module_index(name: &str) -> Option<u8> {
    MODULES
        .iter()
        .position(|module| module.name == name)
        .and_then(|index| u8::try_from(index).ok())
}

/// The name of a system module.
#[must_use]
pub fn module_name(index: u8) -> &'static str {
    MODULES
        .get(usize::from(index))
        .map_or("", |module| module.name)
}

/// Types by name.
#[derive(Debug, Default, PartialEq, SalsaValue)]
pub struct Table<'db>(FxHashMap<&'static str, Ty<'db>>);

impl<'db> Table<'db> {
    /// The type of a member.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<Ty<'db>> {
        self.0.get(name).copied()
    }

    /// The functions of one table; those that the standard library declares itself are taken from there.
    fn of(
        db: &'db dyn Db,
        prefix: &str,
        functions: &[&'static str],
        declared: impl Iterator<Item = &'static str>,
    ) -> Self {
        let texts = functions.iter().copied().chain(declared);
        Self(texts.filter_map(|text| parse(db, prefix, text)).collect())
    }
}

/// The builtin functions as types.
#[salsa::tracked]
pub fn builtins<'db>(db: &'db dyn Db) -> Table<'db> {
    let declared = kiln_stdlib::builtins()
        .iter()
        .map(|function| function.signature);
    Table::of(db, "", BUILTINS, declared)
}

/// The members of `str` as types.
#[salsa::tracked]
pub fn str_members<'db>(db: &'db dyn Db) -> Table<'db> {
    let declared = kiln_stdlib::str_members()
        .iter()
        .map(|function| function.signature);
    Table::of(db, "", STR_MEMBERS, declared)
}

/// The members of the system modules as types, in the order of [`MODULES`].
#[salsa::tracked]
pub fn modules<'db>(db: &'db dyn Db) -> Vec<Table<'db>> {
    let module = |table: &ModuleTable| {
        let functions = kiln_stdlib::module(table.name).map_or(&[][..], |module| module.functions);
        let declared = functions.iter().map(|function| function.signature);
        let mut types = Table::of(db, &format!("{}.", table.name), table.functions, declared);
        for &(name, ty) in table.values {
            types
                .0
                .insert(name, super::signature_text::parse_type(db, ty));
        }
        types
    };
    MODULES.iter().map(module).collect()
}

/// The names of the members of a system module.
pub fn member_names(index: u8) -> impl Iterator<Item = &'static str> {
    let table = MODULES.get(usize::from(index));
    let functions = table
        .into_iter()
        .flat_map(|table| table.functions)
        .map(|text| function_name(text));
    let values = table
        .into_iter()
        .flat_map(|table| table.values)
        .map(|&(name, _)| name);
    functions.chain(values)
}

/// The name with which a signature text begins.
#[must_use]
pub fn function_name(text: &'static str) -> &'static str {
    text.split('(').next().unwrap_or(text)
}
