//! What a run is asked for.

use std::collections::BTreeMap;
use std::path::PathBuf;

use kiln_project::OptionValue;
use kiln_runtime::effects::Permissions;
use kiln_runtime::vm::Limits;

/// Everything that decides a run, as given by its caller; settings files and the manifest fill in what is left open
/// (tooling reference §2).
#[derive(Clone, Debug, Default)]
pub struct RunOptions {
    /// Folder that relative paths start from. Must be absolute.
    pub work_dir: PathBuf,
    /// Files, folders and patterns; `-` is [`RunOptions::stdin`]. Empty: what settings and manifest say.
    pub inputs: Vec<String>,
    /// Program text for the input `-`.
    pub stdin: Option<String>,
    /// Settings files. Empty: `kcl.yaml` of the working directory if there are no inputs.
    pub settings: Vec<PathBuf>,
    /// Values for `option(…)`.
    pub arguments: Vec<OptionValue>,
    /// Changes of the program, `path=value` and its siblings.
    pub overrides: Vec<String>,
    /// Paths of the values to print.
    pub selectors: Vec<String>,
    /// Packages outside the module: name to folder.
    pub externals: BTreeMap<String, PathBuf>,
    /// Folder of vendored packages.
    pub vendor_dir: Option<PathBuf>,
    /// Leave out attributes whose value is `None`.
    pub disable_none: bool,
    /// Sort all keys.
    pub sort_keys: bool,
    /// Print `_private` attributes too.
    pub show_hidden: bool,
    /// Integers must fit 32 bits.
    pub strict_range_check: bool,
    /// What the program may touch. Relative paths start at the working directory.
    pub permissions: Permissions,
    /// Limits of the evaluation.
    pub limits: Limits,
}
