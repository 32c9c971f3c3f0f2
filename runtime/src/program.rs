//! A program: compiled packages in the order of their evaluation. Shared, immutable, without handles into a heap.

use std::path::Path;
use std::sync::Arc;

use crate::bytecode::Unit;

/// A compiled package.
#[derive(Clone, Debug)]
pub struct Package {
    /// What tells it from all other packages; references use it.
    pub key: Arc<str>,
    /// Import path, for messages and full type names; `__main__` for the entry files.
    pub path: Arc<str>,
    /// Top-level names in order of first appearance; the slots of the package.
    pub names: Arc<[Box<str>]>,
    /// Units in file order, then source order.
    pub units: Vec<PackageUnit>,
}

/// A unit with the place it comes from.
#[derive(Clone, Debug)]
pub struct PackageUnit {
    /// The code.
    pub unit: Arc<Unit>,
    /// Its file.
    pub file: Arc<Path>,
}

/// All packages of a run, dependencies first, `__main__` last.
#[derive(Clone, Debug, Default)]
pub struct Program {
    /// The packages.
    pub packages: Vec<Package>,
}
