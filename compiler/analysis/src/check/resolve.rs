//! What a global name means: the package's definitions, imports (of the file, then of its siblings), members of
//! packages. No diagnostics here.

use std::sync::Arc;

use kiln_syntax::outline::ItemKind;
use rustc_hash::FxHashMap;

use crate::imports::{FileImport, ImportTarget, file_imports};
use crate::names::{Definition, DefinitionKind, package_names};
use crate::outline::File;
use crate::packages::{Package, package_files};
use crate::types::{SchemaTy, Ty, signatures};
use crate::{Db, check};

/// The package or system module behind an import name.
pub(super) fn import_type<'db>(db: &'db dyn Db, file: File<'db>, name: &str) -> Option<Ty<'db>> {
    match file_imports(db, file).get(name) {
        Some(import) => Some(target_type(db, import)),
        None => shared_imports(db, file.package(db)).get(name).copied(),
    }
}

fn target_type<'db>(db: &'db dyn Db, import: &FileImport<'db>) -> Ty<'db> {
    match &import.target {
        Some(ImportTarget::Package(package)) => Ty::Package(*package),
        Some(ImportTarget::System(name)) => {
            signatures::module_index(name).map_or(Ty::Any, Ty::System)
        }
        Some(ImportTarget::Plugin(name)) => {
            signatures::plugin_index(db, name).map_or(Ty::Any, Ty::System)
        }
        None => Ty::Any,
    }
}

/// The imports of all files of a package, which their siblings can use: the first one of each name. A table of its own, for
/// else each name that is no import would ask each file.
#[salsa::tracked]
fn shared_imports<'db>(db: &'db dyn Db, package: Package<'db>) -> FxHashMap<Arc<str>, Ty<'db>> {
    let mut shared = FxHashMap::default();
    for &file in package_files(db, package) {
        for import in &file_imports(db, file).imports {
            let name = Arc::clone(&import.name);
            shared
                .entry(name)
                .or_insert_with(|| target_type(db, import));
        }
    }
    shared
}

/// The type alias or schema that a definition is, as a type.
pub(super) fn definition_as_type<'db>(
    db: &'db dyn Db,
    definition: &Definition<'db>,
) -> Option<Ty<'db>> {
    match definition.kind {
        DefinitionKind::Schema
        | DefinitionKind::Mixin
        | DefinitionKind::Protocol
        | DefinitionKind::Rule => {
            let item = definition
                .items
                .iter()
                .find(|item| is_schema_like(item.kind(db)))?;
            Some(check::schema::schema_ty(db, *item).map_or(Ty::Any, Ty::Instance))
        }
        DefinitionKind::TypeAlias => {
            let item = definition
                .items
                .iter()
                .rfind(|item| item.kind(db) == ItemKind::TypeAlias)?;
            Some(check::variables::alias_type(db, *item))
        }
        DefinitionKind::Variable => None,
    }
}

fn is_schema_like(kind: ItemKind) -> bool {
    matches!(
        kind,
        ItemKind::Schema | ItemKind::Mixin | ItemKind::Protocol | ItemKind::Rule
    )
}

/// The same as a value: a schema (also through an alias) is a schema value.
pub(super) fn definition_as_value<'db>(
    db: &'db dyn Db,
    definition: &Definition<'db>,
) -> Option<Ty<'db>> {
    Some(match definition_as_type(db, definition)? {
        Ty::Instance(schema) => Ty::Schema(schema),
        _ => Ty::Any,
    })
}

/// What a member access on a package gives.
pub(super) enum PackageMember<'db> {
    /// A schema or variable.
    Found(Ty<'db>),
    /// It begins with `_`.
    Private,
    /// It is an import of the package.
    Import,
    /// There is none.
    Unknown,
}

/// The member of a package as a value.
pub(super) fn package_member<'db>(
    db: &'db dyn Db,
    package: Package<'db>,
    name: &str,
) -> PackageMember<'db> {
    let names = package_names(db, package);
    let Some(definition) = names.get(name) else {
        return if shared_imports(db, package).contains_key(name) {
            PackageMember::Import
        } else {
            PackageMember::Unknown
        };
    };
    if name.starts_with('_') {
        return PackageMember::Private;
    }
    let ty = definition_as_value(db, definition)
        .unwrap_or_else(|| check::variables::type_from_outside(db, definition, name));
    PackageMember::Found(ty)
}

/// The schema that a dotted name means, followed through aliases: `A`, `pkg.A`.
pub(super) fn named_schema<'db>(
    db: &'db dyn Db,
    file: File<'db>,
    names: &[&str],
) -> Option<SchemaTy<'db>> {
    match named_type(db, file, names)? {
        Ty::Instance(schema) => Some(schema),
        _ => None,
    }
}

/// The type that a dotted name means, if it means a schema, rule or alias.
pub(super) fn named_type<'db>(db: &'db dyn Db, file: File<'db>, names: &[&str]) -> Option<Ty<'db>> {
    match *names {
        [name] => definition_as_type(db, package_names(db, file.package(db)).get(name)?),
        [module, name] => match import_type(db, file, module)? {
            Ty::Package(package) => definition_as_type(db, package_names(db, package).get(name)?),
            Ty::System(index) if signatures::is_multiplier(index, name) => Some(Ty::Multiplier),
            _ => None,
        },
        _ => None,
    }
}

/// The schema that a definition declares.
#[must_use]
pub fn schema_of_definition<'db>(
    db: &'db dyn Db,
    definition: &Definition<'db>,
) -> Option<SchemaTy<'db>> {
    match definition_as_type(db, definition)? {
        Ty::Instance(schema) => Some(schema),
        _ => None,
    }
}
