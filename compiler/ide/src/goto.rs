//! Going from a name to its declaration, to its type, and to what is made of it.

use kiln_analysis::Db;
use kiln_analysis::imports::ImportTarget;
use kiln_analysis::outline::File;
use kiln_analysis::types::Ty;

use crate::place::FileRange;
use crate::symbol::{Named, SymbolKind, import_named, named_at, schema_site, target_files};

/// Where a name leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Targets {
    /// The name.
    pub origin: FileRange,
    /// The places.
    pub targets: Vec<FileRange>,
}

/// Where the name at an offset is declared or set. The name of a package leads to its files.
#[must_use]
pub fn definition<'db>(db: &'db dyn Db, file: File<'db>, offset: u32) -> Option<Targets> {
    let named = named_at(db, file, offset)?;
    let targets = match named.symbol.kind {
        SymbolKind::Package => {
            let name = named.symbol.name.text(db);
            match import_named(db, named.item.file(db), name)?.target {
                Some(ImportTarget::Package(package)) => target_files(db, package),
                _ => Vec::new(),
            }
        }
        SymbolKind::Attribute => {
            let nearest = named.symbol.sites.first();
            nearest.map(|site| site.range(db)).into_iter().collect()
        }
        _ => named
            .symbol
            .sites
            .iter()
            .map(|site| site.range(db))
            .collect(),
    };
    found(db, &named, targets)
}

/// Where the schemas of a name's type are declared.
#[must_use]
pub fn type_definition<'db>(db: &'db dyn Db, file: File<'db>, offset: u32) -> Option<Targets> {
    let named = named_at(db, file, offset)?;
    let mut schemas = Vec::new();
    collect_schemas(db, named.symbol.ty, 0, &mut schemas);
    let targets = schemas
        .into_iter()
        .filter_map(|schema| Some(schema_site(db, schema)?.range(db)))
        .collect();
    found(db, &named, targets)
}

/// The schemas that a type is made of.
fn collect_schemas<'db>(
    db: &'db dyn Db,
    ty: Ty<'db>,
    depth: u32,
    schemas: &mut Vec<kiln_analysis::types::SchemaTy<'db>>,
) {
    if depth > 8 {
        return;
    }
    match ty {
        Ty::Instance(schema) | Ty::Schema(schema) => {
            if !schemas.contains(&schema) {
                schemas.push(schema);
            }
        }
        Ty::List(list) => collect_schemas(db, list.element(db), depth + 1, schemas),
        Ty::Dict(dict) => collect_schemas(db, dict.value(db), depth + 1, schemas),
        Ty::Union(union) => {
            for &member in union.members(db) {
                collect_schemas(db, member, depth + 1, schemas);
            }
        }
        Ty::Function(function) => collect_schemas(db, function.ret(db), depth + 1, schemas),
        _ => {}
    }
}

fn found<'db>(db: &'db dyn Db, named: &Named<'db>, targets: Vec<FileRange>) -> Option<Targets> {
    let origin = crate::place::file_range(db, named.item, named.span);
    (!targets.is_empty()).then_some(Targets { origin, targets })
}
