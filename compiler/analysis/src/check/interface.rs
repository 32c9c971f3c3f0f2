//! Fingerprints of what packages show each other.
//!
//! A query finds out by itself whether what it depends on is still the same, but has to look at all of that. Whoever asks
//! about many packages again and again can spare the question: as long as its own files and the [`interface`]s of all packages
//! that it imports, directly or not, are the same, a check of a package finds the same.

use std::hash::{DefaultHasher, Hash, Hasher};

use crate::Db;
use crate::check::{Signature, signature};
use crate::imports::{file_imports, used_imports};
use crate::names::{has_setters, item_names, package_names};
use crate::outline::{File, Item, outline};
use crate::packages::{Package, package_files};
use crate::syntax::package_syntax_diagnostics;

/// 128 bits that are the same for the same content, within one process.
pub type Fingerprint = [u64; 2];

/// What decides who imports whom, and whether files can be understood at all.
#[must_use]
pub fn structure<'db>(db: &'db dyn Db, package: Package<'db>) -> Fingerprint {
    fingerprint(|to| {
        let files = package_files(db, package);
        files.hash(to);
        for &file in files {
            write_imports(db, file, to);
        }
        package_syntax_diagnostics(db, package).len().hash(to);
    })
}

/// What packages that import this one can see of it: its names, and what others may see of their items.
#[must_use]
pub fn interface<'db>(db: &'db dyn Db, package: Package<'db>) -> Fingerprint {
    fingerprint(|to| {
        for (name, definition) in package_names(db, package).iter() {
            (name, definition.kind, &definition.items).hash(to);
        }
        let files = package_files(db, package).iter();
        for &item in files.flat_map(|&file| &outline(db, file).items) {
            write_item(db, item, to);
        }
    })
}

/// What one file shows to the other files of its package, and through it to others: its names and how it sets them, what
/// others may see of its items, and what it imports and uses. As long as that is the same, and the file has no mistakes in
/// syntax before and after, other files are as right or wrong as they were.
#[must_use]
pub fn shown<'db>(db: &'db dyn Db, file: File<'db>) -> Fingerprint {
    fingerprint(|to| {
        write_imports(db, file, to);
        used_imports(db, file).hash(to);
        for &item in &outline(db, file).items {
            write_item(db, item, to);
            if has_setters(item.kind(db)) {
                item_names(db, item).hash(to);
            }
        }
    })
}

fn write_imports<'db>(db: &'db dyn Db, file: File<'db>, to: &mut DefaultHasher) {
    let found = file_imports(db, file);
    found.diagnostics.len().hash(to);
    for import in &found.imports {
        (&import.name, &import.target, import.used).hash(to);
    }
}

fn write_item<'db>(db: &'db dyn Db, item: Item<'db>, to: &mut DefaultHasher) {
    item.hash(to);
    match signature(db, item) {
        Signature::Schema(shape) => shape.write(db, to),
        Signature::Alias(ty) => ty.hash(to),
        Signature::Variables(variables) => variables.hash(to),
    }
}

fn fingerprint(write: impl Fn(&mut DefaultHasher)) -> Fingerprint {
    [0_u8, 1].map(|start| {
        let mut hasher = DefaultHasher::new();
        start.hash(&mut hasher);
        write(&mut hasher);
        hasher.finish()
    })
}
