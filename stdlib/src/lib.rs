//! Builtin functions, members of strings and system modules. A function is declared in one place: signature,
//! documentation and implementation; the tables here are put together from those declarations.

mod args;
mod builtins;
mod modules;
mod plugins;
mod signature;
mod strings;
#[cfg(test)]
mod tests;

use std::sync::LazyLock;

use kiln_runtime::native::{NativeImp, NativeTable};
pub use kiln_runtime::value::NativeId;
use rustc_hash::FxHashMap;

pub use kiln_runtime::effects::Effect;
pub use kiln_runtime::native::NativeFn;
pub use modules::{Constant, ModuleDecl, Number};
pub use plugins::{PluginDecl, PluginError, PluginFunction, PluginMember, PluginModule, Plugins};

const BUILTINS: usize = count(builtins::GROUPS);
const MEMBERS: usize = count(strings::GROUPS);
const ALL: usize = BUILTINS + MEMBERS + count(modules::GROUPS);

static FUNCTIONS: [NativeFn; ALL] = {
    const NONE: NativeFn = NativeFn {
        name: "",
        signature: "",
        doc: "",
        examples: &[],
        params: &[],
        required: 0,
        effect: kiln_runtime::effects::Effect::Pure,
        imp: NativeImp::Fixed(|_, _| Ok(kiln_runtime::value::Value::Undefined)),
    };
    let mut all = [NONE; ALL];
    let mut at = 0;
    let layers = [builtins::GROUPS, strings::GROUPS, modules::GROUPS];
    let mut layer = 0;
    while layer < layers.len() {
        let mut group = 0;
        while group < layers[layer].len() {
            let functions = layers[layer][group];
            let mut i = 0;
            while i < functions.len() {
                all[at] = functions[i];
                at += 1;
                i += 1;
            }
            group += 1;
        }
        layer += 1;
    }
    all
};

const fn count(groups: &[&[NativeFn]]) -> usize {
    let mut total = 0;
    let mut i = 0;
    while i < groups.len() {
        total += groups[i].len();
        i += 1;
    }
    total
}

/// Every native function: builtins, then `str` members, then module functions.
#[must_use]
pub fn table() -> NativeTable {
    NativeTable {
        functions: &FUNCTIONS,
        host: std::sync::Arc::default(),
    }
}

/// The builtins.
#[must_use]
pub fn builtins() -> &'static [NativeFn] {
    &FUNCTIONS[..BUILTINS]
}

/// The members of strings, named `str.upper`.
#[must_use]
pub fn str_members() -> &'static [NativeFn] {
    &FUNCTIONS[BUILTINS..BUILTINS + MEMBERS]
}

/// The system modules.
#[must_use]
pub const fn modules() -> &'static [ModuleDecl] {
    modules::MODULES
}

static BY_NAME: LazyLock<FxHashMap<&'static str, NativeId>> = LazyLock::new(|| {
    FUNCTIONS
        .iter()
        .enumerate()
        .map(|(i, function)| (function.name, NativeId(i as u16)))
        .collect()
});

/// By module and name.
static OF_MODULES: LazyLock<FxHashMap<(&'static str, &'static str), NativeId>> =
    LazyLock::new(|| {
        FUNCTIONS
            .iter()
            .enumerate()
            .filter_map(|(i, function)| Some((function.name.split_once('.')?, NativeId(i as u16))))
            .collect()
    });

/// A builtin.
#[must_use]
pub fn builtin_id(name: &str) -> Option<NativeId> {
    BY_NAME.get(name).copied().filter(|_| !name.contains('.'))
}

/// A member of strings, by its bare name: `upper`.
#[must_use]
pub fn str_member_id(name: &str) -> Option<NativeId> {
    OF_MODULES.get(&("str", name)).copied()
}

/// A function of a system module.
#[must_use]
pub fn module_fn_id(module: &str, name: &str) -> Option<NativeId> {
    OF_MODULES
        .get(&(module, name))
        .copied()
        .filter(|_| module != "str")
}

/// A system module.
#[must_use]
pub fn module(name: &str) -> Option<&'static ModuleDecl> {
    modules().iter().find(|module| module.name == name)
}

/// A native function by its id in [`table`].
#[must_use]
pub fn function(id: NativeId) -> Option<&'static NativeFn> {
    FUNCTIONS.get(usize::from(id.0))
}
