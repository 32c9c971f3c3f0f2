//! Bytecode as a query, and packages as what the runtime links.

use std::path::Path;
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

/// What an item compiles to. Depends on the item's own tree, the types of its expressions, the names of its package and its
/// file's imports only.
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
        kiln_analysis::check::item_types(db, item),
    );
    // a block that needs more registers than there are does not pass
    let large = unit.codes.iter().any(|c| c.regs > LARGE);
    if (large || cfg!(debug_assertions)) && kiln_runtime::bytecode::verify::verify(&unit).is_err() {
        return Arc::new(too_complex());
    }
    Arc::new(unit)
}

/// Registers from which on a block is checked before it is used.
const LARGE: u16 = 60_000;

/// What runs in the place of an item that cannot be compiled.
pub(crate) fn too_complex() -> Unit {
    use kiln_runtime::bytecode::{Code, Const, Op, Range, Step};
    let message = "this statement is too complex: give parts of it names of their own";
    Unit {
        consts: vec![Const::Str(message.into())],
        codes: vec![Code {
            ops: vec![
                Op::Bool {
                    dst: 0,
                    value: false,
                },
                Op::Const { dst: 1, cst: 0 },
                Op::Assert { cond: 0, msg: 1 },
                Op::Return { a: 0 },
            ],
            regs: 2,
            spans: vec![(0, Range::default())],
            statements: vec![(0, Range::default())],
            ..Code::default()
        }],
        steps: vec![Step::Run(0)],
        ..Unit::default()
    }
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
        let source: Arc<Path> = Path::new(&**path).into();
        for &item in &outline(db, file).items {
            if matches!(item.kind(db), ItemKind::Import | ItemKind::Doc) {
                continue;
            }
            let unit = bytecode(db, item);
            units.push(PackageUnit {
                unit: Arc::clone(unit),
                file: Arc::clone(&source),
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
