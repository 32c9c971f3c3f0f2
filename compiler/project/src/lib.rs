//! What a program is made of before any of it is parsed: which files take part, where their module root is, what an
//! import names, and what the manifest, the settings files and the command line's option texts say.
//!
//! Everything reads through [`FileSystem`]. The crate reads no environment variables and knows nothing of syntax trees,
//! queries or terminals; its answers are plain comparable values, so a caller may cache them.

pub mod edit_distance;
pub mod entries;
pub mod errors;
pub mod manifest;
pub mod options;
pub mod packages;
pub mod root;
pub mod settings;
pub mod source;

pub use edit_distance::nearest;
pub use entries::{Entry, EntryScope, expand_entries};
pub use errors::{Position, ProjectError};
pub use manifest::{
    Dependency, DependencySource, GitReference, LintSetting, LintValue, Manifest, Profile,
};
pub use options::{
    OptionValue, OverrideOperator, OverrideSpec, argument_json, parse_external, parse_selector,
};
pub use packages::{
    ImportError, ImportTarget, Package, PackageGraph, PackageOwner, SYSTEM_MODULES,
};
pub use root::{MANIFEST_FILE, ModuleRoots, find_module, root_of_file};
pub use settings::{SETTINGS_FILE, Settings};
pub use source::{
    DirEntry, FileSystem, MemoryFileSystem, OsFileSystem, canonical_or_normal, normalize,
    replace as replace_file,
};
