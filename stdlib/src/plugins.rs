//! Modules that a host adds: `import kcl_plugin.name` (tooling reference §17). They are declared by signatures like the
//! system modules, so that programs are checked against them.

use std::sync::Arc;

use kiln_runtime::native::{HostFn, HostImp, NativeTable};
use kiln_runtime::value::NativeId;

use crate::signature::{self, Parameter};

/// The declaration of a host function.
#[derive(Clone)]
pub struct PluginFunction {
    /// `greet(name: str, times: int = 1) -> str`
    pub signature: String,
    /// Documentation.
    pub doc: String,
    /// What it touches.
    pub effect: kiln_runtime::effects::Effect,
    /// The implementation.
    pub imp: HostImp,
}

/// The declaration of a plugin.
#[derive(Clone)]
pub struct PluginDecl {
    /// Its name: `hello` for `import kcl_plugin.hello`.
    pub name: String,
    /// Documentation.
    pub doc: String,
    /// Its functions.
    pub functions: Vec<PluginFunction>,
}

/// Why plugins cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PluginError {
    /// A name is no name.
    #[error(
        "`{0}` cannot be the name of a plugin: names are letters, digits and `_`, and may be joined by `.`"
    )]
    Name(String),
    /// Two plugins of one name, or two functions.
    #[error("there are two plugins or functions named `{0}`")]
    Twice(String),
    /// A signature is malformed.
    #[error(
        "the signature `{0}` cannot be read; write it as `name(a: int, b: str = \"x\") -> bool`"
    )]
    Signature(String),
    /// More functions than can be numbered.
    #[error("there are more than {0} functions")]
    TooMany(usize),
}

/// Plugins of a host, ready for programs.
#[derive(Clone, Default)]
pub struct Plugins {
    modules: Arc<[PluginModule]>,
    functions: Arc<[HostFn]>,
}

/// A plugin as programs see it.
#[derive(Clone, Debug)]
pub struct PluginModule {
    /// Its name, without `kcl_plugin.`.
    pub name: Arc<str>,
    /// Documentation.
    pub doc: Arc<str>,
    /// Name, signature, documentation and number of each function.
    pub functions: Vec<PluginMember>,
}

/// A function of a plugin as programs see it.
#[derive(Clone, Debug)]
pub struct PluginMember {
    /// Its name, without the plugin's.
    pub name: Arc<str>,
    /// Its signature.
    pub signature: Arc<str>,
    /// Documentation.
    pub doc: Arc<str>,
    /// Its number for the virtual machine.
    pub id: NativeId,
}

impl std::fmt::Debug for Plugins {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(&*self.modules).finish()
    }
}

impl Plugins {
    /// Takes declarations in.
    ///
    /// # Errors
    /// If a name or signature cannot be used.
    pub fn new(declared: impl IntoIterator<Item = PluginDecl>) -> Result<Self, PluginError> {
        let first = crate::table().functions.len();
        let mut modules: Vec<PluginModule> = Vec::new();
        let mut functions = Vec::new();
        for plugin in declared {
            if !plugin.name.split('.').all(is_name) {
                return Err(PluginError::Name(plugin.name));
            }
            if modules.iter().any(|other| *other.name == plugin.name) {
                return Err(PluginError::Twice(plugin.name));
            }
            let mut members: Vec<PluginMember> = Vec::new();
            for function in plugin.functions {
                let Some((name, params)) = read(&function.signature) else {
                    return Err(PluginError::Signature(function.signature));
                };
                if members.iter().any(|other| *other.name == name) {
                    return Err(PluginError::Twice(format!("{}.{name}", plugin.name)));
                }
                let number = u16::try_from(first + functions.len())
                    .ok()
                    .filter(|&number| number < MOST)
                    .ok_or(PluginError::TooMany(usize::from(MOST) - first))?;
                members.push(PluginMember {
                    name: name.as_str().into(),
                    signature: function.signature.as_str().into(),
                    doc: function.doc.as_str().into(),
                    id: NativeId(number),
                });
                functions.push(HostFn {
                    name: format!("{}.{name}", plugin.name).into(),
                    signature: function.signature.into(),
                    required: params.iter().filter(|p| !p.optional).count(),
                    params: params.into_iter().map(|p| p.name).collect(),
                    effect: function.effect,
                    imp: function.imp,
                });
            }
            modules.push(PluginModule {
                name: plugin.name.as_str().into(),
                doc: plugin.doc.as_str().into(),
                functions: members,
            });
        }
        Ok(Self {
            modules: modules.into(),
            functions: functions.into(),
        })
    }

    /// All of them, in the order of their declaration.
    #[must_use]
    pub fn modules(&self) -> &[PluginModule] {
        &self.modules
    }

    /// A plugin by its name, and its number.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<(usize, &PluginModule)> {
        let mut all = self.modules.iter().enumerate();
        all.find(|(_, module)| *module.name == *name)
    }

    /// A function of a plugin.
    #[must_use]
    pub fn function_id(&self, plugin: &str, name: &str) -> Option<NativeId> {
        let (_, module) = self.find(plugin)?;
        let member = module.functions.iter().find(|member| *member.name == *name);
        member.map(|member| member.id)
    }

    /// The functions of the library, and these.
    #[must_use]
    pub fn table(&self) -> NativeTable {
        NativeTable {
            host: Arc::clone(&self.functions),
            ..crate::table()
        }
    }
}

/// Numbers from here on have a meaning of their own.
const MOST: u16 = u16::MAX - 8;

fn is_name(text: &str) -> bool {
    let mut chars = text.chars();
    chars.next().is_some_and(|c| c.is_alphabetic() || c == '_')
        && chars.all(|c| c.is_alphanumeric() || c == '_')
}

/// Name and parameters of a signature.
fn read(text: &str) -> Option<(String, Vec<Parameter>)> {
    let (name, rest) = text.split_once('(')?;
    let params = signature::parameters(text)?;
    let mut last_required = false;
    let ordered = params.iter().rev().all(|p| {
        last_required |= !p.optional;
        p.optional != last_required || !p.optional
    });
    let named = is_name(name) && params.iter().all(|p| is_name(&p.name));
    let distinct = params
        .iter()
        .enumerate()
        .all(|(i, p)| params[..i].iter().all(|other| other.name != p.name));
    (named && ordered && distinct && rest.contains(')')).then(|| (name.to_owned(), params))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Option<Vec<String>> {
        let (_, params) = read(text)?;
        Some(params.into_iter().map(|p| p.name.to_string()).collect())
    }

    #[test]
    fn signatures() {
        assert_eq!(names("f() -> int"), Some(vec![]));
        assert_eq!(
            names("f(a: int, b: {str:[int]} = {}, c: str = \",)\") -> str"),
            Some(vec!["a".into(), "b".into(), "c".into()])
        );
        for wrong in [
            "",
            "f",
            "f(",
            "f(a",
            "f(a: [int) -> int",
            "f(a: str = \") -> int",
            "(a) -> int",
            "f(a, a) -> int",
            "f(a = 1, b) -> int",
            "f(1) -> int",
            "f(*a) -> int",
            "f g() -> int",
            "f() int",
            "f() -> ",
        ] {
            assert_eq!(names(wrong), None, "{wrong}");
        }
    }
}
