//! Links from imports to the files that they mean.

use kiln_analysis::imports::{ImportTarget, file_imports};
use kiln_analysis::outline::File;
use kiln_analysis::syntax::item_syntax;
use kiln_analysis::{Db, package_files};

use crate::place::{FileRange, file_range};

/// A place that leads somewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// The place.
    pub at: FileRange,
    /// Path of the file.
    pub target: String,
    /// What there is.
    pub tooltip: String,
}

/// The links of a file: each import leads to the first file of its package.
#[must_use]
pub fn document_links<'db>(db: &'db dyn Db, file: File<'db>) -> Vec<Link> {
    let imports = file_imports(db, file).imports.iter();
    let links = imports.filter_map(|import| {
        let Some(ImportTarget::Package(package)) = import.target else {
            return None;
        };
        let first = package_files(db, package).first()?;
        let ast = &item_syntax(db, import.item).ast;
        let path = &ast.imports.first()?.path;
        let span = path.first()?.0.cover(path.last()?.0);
        Some(Link {
            at: file_range(db, import.item, span),
            target: first.path(db).to_string(),
            tooltip: package.location(db).to_string(),
        })
    });
    links.collect()
}
