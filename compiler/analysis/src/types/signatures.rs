//! The declarations of the library as types: builtin functions, members of `str`, system modules and the plugins of the
//! host. Their texts are those of the declarations in `kiln-stdlib`; nothing is repeated here.

use kiln_stdlib::{ModuleDecl, Number};
use rustc_hash::FxHashMap;
use salsa::SalsaValue;

use super::Ty;
use super::signature_text::parse;
use crate::Db;

/// Types by name.
#[derive(Debug, Default, PartialEq, SalsaValue)]
pub struct Table<'db>(FxHashMap<Box<str>, Ty<'db>>);

impl<'db> Table<'db> {
    /// The type of a member.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<Ty<'db>> {
        self.0.get(name).copied()
    }

    fn of<'t>(db: &'db dyn Db, prefix: &str, texts: impl Iterator<Item = &'t str>) -> Self {
        let types = texts.filter_map(|text| parse(db, prefix, text));
        Self(types.map(|(name, ty)| (name.into(), ty)).collect())
    }
}

/// The builtin functions as types.
#[salsa::tracked]
pub fn builtins<'db>(db: &'db dyn Db) -> Table<'db> {
    Table::of(db, "", kiln_stdlib::builtins().iter().map(|f| f.signature))
}

/// The names of the builtin functions.
pub fn builtin_names() -> impl Iterator<Item = &'static str> {
    kiln_stdlib::builtins().iter().map(|f| f.name)
}

/// The members of `str` as types.
#[salsa::tracked]
pub fn str_members<'db>(db: &'db dyn Db) -> Table<'db> {
    Table::of(
        db,
        "",
        kiln_stdlib::str_members().iter().map(|f| f.signature),
    )
}

/// The names of the members of `str`.
pub fn str_member_names() -> impl Iterator<Item = &'static str> {
    kiln_stdlib::str_members().iter().map(|f| bare(f.name))
}

/// A module that is not written in the language: one of the system, or a plugin of the host. System modules come first,
/// in the order of [`kiln_stdlib::modules`].
pub type ModuleIndex = u8;

/// The members of all modules as types, by their index.
#[salsa::tracked]
pub fn modules<'db>(db: &'db dyn Db) -> Vec<Table<'db>> {
    let system = kiln_stdlib::modules().iter().map(|module| {
        let texts = module.functions.iter().map(|f| f.signature);
        let mut types = Table::of(db, &format!("{}.", module.name), texts);
        for constant in module.constants {
            let ty = match constant.value {
                Number::Int(_) => Ty::Int,
                Number::Float(_) => Ty::Float,
            };
            types.0.insert(constant.name.into(), ty);
        }
        if module.name == UNITS {
            types.0.insert(MULTIPLIER.into(), Ty::Multiplier);
        }
        types
    });
    let plugins = db.plugins().modules().iter().map(|plugin| {
        let texts = plugin.functions.iter().map(|f| &*f.signature);
        Table::of(db, &format!("{}.", plugin.name), texts)
    });
    system.chain(plugins).collect()
}

/// The module with a type of numbers with units.
const UNITS: &str = "units";

/// The type of numbers with units.
const MULTIPLIER: &str = "NumberMultiplier";

/// The index of a system module.
#[must_use]
pub fn module_index(name: &str) -> Option<ModuleIndex> {
    let at = kiln_stdlib::modules().iter().position(|m| m.name == name);
    at.and_then(|at| ModuleIndex::try_from(at).ok())
}

/// The index of a plugin.
#[must_use]
pub fn plugin_index(db: &dyn Db, name: &str) -> Option<ModuleIndex> {
    let (at, _) = db.plugins().find(name)?;
    ModuleIndex::try_from(kiln_stdlib::modules().len() + at).ok()
}

/// The declaration of a system module.
#[must_use]
pub fn system_module(index: ModuleIndex) -> Option<&'static ModuleDecl> {
    kiln_stdlib::modules().get(usize::from(index))
}

/// The declaration of a plugin.
#[must_use]
pub fn plugin(db: &dyn Db, index: ModuleIndex) -> Option<&kiln_stdlib::PluginModule> {
    let at = usize::from(index).checked_sub(kiln_stdlib::modules().len())?;
    db.plugins().modules().get(at)
}

/// The name of a module.
#[must_use]
pub fn module_name(db: &dyn Db, index: ModuleIndex) -> &str {
    match system_module(index) {
        Some(module) => module.name,
        None => plugin(db, index).map_or("", |plugin| &*plugin.name),
    }
}

/// Whether a member of a module is its type.
#[must_use]
pub fn is_multiplier(index: ModuleIndex, name: &str) -> bool {
    name == MULTIPLIER && system_module(index).is_some_and(|module| module.name == UNITS)
}

/// A member of a module as it is declared.
#[derive(Clone, Copy, Debug)]
pub struct ModuleMember<'db> {
    /// Its name, without the module.
    pub name: &'db str,
    /// The signature, of a function.
    pub signature: Option<&'db str>,
    /// Documentation.
    pub doc: &'db str,
}

/// The members of a module in the order of their declaration: functions, constants, types.
#[must_use]
pub fn members(db: &dyn Db, index: ModuleIndex) -> Vec<ModuleMember<'_>> {
    if let Some(plugin) = plugin(db, index) {
        let functions = plugin.functions.iter();
        return functions
            .map(|function| ModuleMember {
                name: &function.name,
                signature: Some(&function.signature),
                doc: &function.doc,
            })
            .collect();
    }
    let Some(module) = system_module(index) else {
        return Vec::new();
    };
    let functions = module.functions.iter().map(|function| ModuleMember {
        name: bare(function.name),
        signature: Some(function.signature),
        doc: function.doc,
    });
    let constants = module.constants.iter().map(|constant| ModuleMember {
        name: constant.name,
        signature: None,
        doc: constant.doc,
    });
    let types = (module.name == UNITS).then_some(ModuleMember {
        name: MULTIPLIER,
        signature: None,
        doc: "The type of numbers with a unit, such as `1Ki`.",
    });
    functions.chain(constants).chain(types).collect()
}

/// The names of the members of a module.
#[must_use]
pub fn member_names(db: &dyn Db, index: ModuleIndex) -> Vec<&str> {
    let members = members(db, index).into_iter();
    members.map(|member| member.name).collect()
}

/// A name without its module.
fn bare(name: &'static str) -> &'static str {
    name.rsplit('.').next().unwrap_or(name)
}
