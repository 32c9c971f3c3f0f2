//! Bytecode as a query, and packages as what the runtime links.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use kiln_analysis::outline::outline;
use kiln_analysis::{Db, Item, Package, file_imports, item_syntax, package_files, package_names};
use kiln_runtime::bytecode::Unit;
use kiln_runtime::program::{self, PackageUnit};
use kiln_syntax::outline::ItemKind;

/// What tells a package from all others in references between units.
#[salsa::tracked]
pub fn package_key<'db>(db: &'db dyn Db, package: Package<'db>) -> Arc<str> {
    package.location(db).to_string().into()
}

/// What an item compiles to. Depends on the item's own tree, the names of its package and its file's imports only.
#[salsa::tracked(no_eq)]
pub fn bytecode<'db>(db: &'db dyn Db, item: Item<'db>) -> Arc<Unit> {
    let file = item.file(db);
    let package = file.package(db);
    let ast = &item_syntax(db, item).ast;
    let mut imports: Vec<_> = file_imports(db, file).imports.iter().collect();
    if package.is_main(db) {
        // in the main package an import of one file is seen by the others
        for &other in package_files(db, package) {
            if other != file {
                imports.extend(file_imports(db, other).imports.iter());
            }
        }
    }
    let unit = crate::item::compile(
        db,
        ast,
        package_names(db, package),
        imports,
        Arc::clone(package_key(db, package)),
        package.is_main(db),
    );
    debug_assert_eq!(kiln_runtime::bytecode::verify::verify(&unit), Ok(()));
    Arc::new(unit)
}

/// The item behind a unit, to find places again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Located {
    /// Path of its file.
    pub path: Arc<str>,
    /// Its ordinal in the file's outline.
    pub item: u32,
}

/// A package ready to be linked, and where its units come from.
pub fn build_package<'db>(
    db: &'db dyn Db,
    package: Package<'db>,
) -> (program::Package, Vec<Located>) {
    let mut units = Vec::new();
    let mut places = Vec::new();
    for &file in package_files(db, package) {
        let path = file.path(db);
        let dir: Arc<PathBuf> = Arc::new(
            Path::new(&**path)
                .parent()
                .map(PathBuf::from)
                .unwrap_or_default(),
        );
        for &item in &outline(db, file).items {
            if matches!(item.kind(db), ItemKind::Import | ItemKind::Doc) {
                continue;
            }
            let unit = bytecode(db, item);
            units.push(PackageUnit {
                unit: Arc::clone(unit),
                dir: Arc::clone(&dir),
            });
            places.push(Located {
                path: Arc::clone(path),
                item: item.ordinal(db),
            });
        }
    }
    let names = package_names(db, package)
        .iter()
        .map(|(name, _)| Box::from(&**name))
        .collect();
    let package = program::Package {
        key: Arc::clone(package_key(db, package)),
        path: Arc::clone(package.path(db)),
        names,
        units,
    };
    (package, places)
}
