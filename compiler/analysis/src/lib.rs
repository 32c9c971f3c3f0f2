//! The incremental database: names, types and checks.
//!
//! Everything the compiler and the language server know about a program is an answer to a query here. The unit is the
//! top-level item: an edit changes the text of one item, and only what read that text is computed again.
//!
//! Reading order: [`db`] (the database), [`inputs`] (what is told to it), [`outline`] (a file cut into items), [`syntax`]
//! (trees), [`packages`] (which files belong together), [`names`] (what a package defines), [`imports`] (how packages
//! reach each other).

pub mod check;
pub mod codes;
pub mod db;
pub mod imports;
pub mod inputs;
pub mod lint;
pub mod names;
pub mod outline;
pub mod packages;
pub mod syntax;
pub mod types;

pub use db::{Database, Db};
pub use imports::{FileImport, FileImports, ImportTarget, file_imports, reachable_packages};
pub use inputs::{Dependencies, Directory, Project, SourceFile};
pub use names::{
    Definition, DefinitionKind, PackageNames, item_names, name_diagnostics, package_names,
};
pub use outline::{File, FileOutline, Item};
pub use packages::{Package, main_package, package_files};
pub use syntax::{
    file_syntax_diagnostics, item_errors, item_syntax, line_index, package_syntax_diagnostics,
    render_location,
};
