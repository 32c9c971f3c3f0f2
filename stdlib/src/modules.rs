//! The system modules. A new one is declared in a file of its own and listed in [`MODULES`].

mod base32;
mod base64;
mod collection;
mod crypto;
mod data;
mod datetime;
mod encoding;
mod file;
mod json;
mod manifests;
mod math;
mod net;
mod regex;
mod runtime;
mod template;
mod units;
mod yaml;

use kiln_runtime::native::NativeFn;

/// A system module.
#[derive(Clone, Copy, Debug)]
pub struct ModuleDecl {
    /// Its name, as in `import json`.
    pub name: &'static str,
    /// Documentation.
    pub doc: &'static str,
    /// Its functions.
    pub functions: &'static [NativeFn],
    /// Its constants.
    pub constants: &'static [Constant],
}

/// A constant of a module.
#[derive(Clone, Copy, Debug)]
pub struct Constant {
    /// Its name, without the module.
    pub name: &'static str,
    /// Documentation.
    pub doc: &'static str,
    /// The value: an integer or a float.
    pub value: Number,
}

/// The value of a [`Constant`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Number {
    /// An integer.
    Int(i64),
    /// A float.
    Float(f64),
}

/// All of them, by name.
pub(crate) const MODULES: &[ModuleDecl] = &[
    base32::MODULE,
    base64::MODULE,
    collection::MODULE,
    crypto::MODULE,
    datetime::MODULE,
    file::MODULE,
    json::MODULE,
    manifests::MODULE,
    math::MODULE,
    net::MODULE,
    regex::MODULE,
    runtime::MODULE,
    template::MODULE,
    units::MODULE,
    yaml::MODULE,
];

pub(crate) const GROUPS: &[&[NativeFn]] = &[
    base32::MODULE.functions,
    base64::MODULE.functions,
    collection::MODULE.functions,
    crypto::MODULE.functions,
    datetime::MODULE.functions,
    file::MODULE.functions,
    json::MODULE.functions,
    manifests::MODULE.functions,
    math::MODULE.functions,
    net::MODULE.functions,
    regex::MODULE.functions,
    runtime::MODULE.functions,
    template::MODULE.functions,
    units::MODULE.functions,
    yaml::MODULE.functions,
];
