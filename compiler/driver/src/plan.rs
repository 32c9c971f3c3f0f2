//! From options to a plan: which files are compiled, with which settings. Precedence: manifest profile, then settings
//! files, then what the caller gave (tooling reference §2.1).

use std::path::{Path, PathBuf};

use kiln_analysis::{Database, Project};
use kiln_project::entries::{Entry, EntryScope, expand_entries};
use kiln_project::root::{ModuleRoots, find_module};
use kiln_project::settings::SETTINGS_FILE;
use kiln_project::{
    FileSystem, Manifest, OptionValue, OverrideSpec, PackageGraph, ProjectError, Settings,
};
use kiln_runtime::emit::EmitOptions;

use crate::options::RunOptions;

/// Name of the file that stands for standard input.
pub(crate) const STDIN_FILE: &str = "stdin.k";

/// A run with everything resolved.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) root: PathBuf,
    pub(crate) files: Vec<PathBuf>,
    pub(crate) graph: PackageGraph,
    pub(crate) vendor_dir: Option<PathBuf>,
    pub(crate) arguments: Vec<OptionValue>,
    pub(crate) overrides: Vec<OverrideSpec>,
    pub(crate) selectors: Vec<Vec<String>>,
    pub(crate) emit: EmitOptions,
    pub(crate) strict_range_check: bool,
    pub(crate) type_paths: bool,
    pub(crate) output: Option<PathBuf>,
}

impl Plan {
    pub(crate) fn new(fs: &dyn FileSystem, options: &RunOptions) -> Result<Self, ProjectError> {
        let work_dir = &options.work_dir;
        let mut settings_files: Vec<PathBuf> =
            options.settings.iter().map(|p| work_dir.join(p)).collect();
        if settings_files.is_empty() && options.inputs.is_empty() {
            let default = work_dir.join(SETTINGS_FILE);
            if fs.is_file(&default) {
                settings_files.push(default);
            }
        }
        let settings = Settings::load_all(fs, &settings_files)?;
        let manifest = match find_module(fs, work_dir) {
            // a manifest that cannot be read marks the root all the same; it is reported where it is needed
            Some(root) => Manifest::load(fs, &root).ok().flatten().map(|m| (root, m)),
            None => None,
        };
        let profile = manifest
            .as_ref()
            .map(|(_, m)| m.profile.clone())
            .unwrap_or_default();

        let mut externals = settings.package_maps.clone().unwrap_or_default();
        for (name, path) in &options.externals {
            externals.insert(name.clone(), work_dir.join(path));
        }
        for path in externals.values_mut() {
            if let Ok(canonical) = fs.canonicalize(path) {
                *path = canonical;
            }
        }

        let from_settings = settings.files.clone().filter(|f| !f.is_empty());
        let (inputs, base): (Vec<String>, PathBuf) = if !options.inputs.is_empty() {
            (options.inputs.clone(), work_dir.clone())
        } else if let Some(files) = from_settings {
            (
                files,
                settings
                    .files_base
                    .clone()
                    .unwrap_or_else(|| work_dir.clone()),
            )
        } else if let (false, Some((root, _))) = (profile.entries.is_empty(), &manifest) {
            (profile.entries.clone(), root.clone())
        } else {
            (vec![".".to_owned()], work_dir.clone())
        };
        let scope = EntryScope {
            base: &base,
            externals: &externals,
            vendor_dir: options.vendor_dir.as_deref(),
        };
        let canonical_dir = fs
            .canonicalize(work_dir)
            .unwrap_or_else(|_| work_dir.clone());
        let files: Vec<PathBuf> = expand_entries(fs, &inputs, scope)?
            .into_iter()
            .map(|entry| match entry {
                Entry::File(path) => path,
                Entry::Stdin => canonical_dir.join(STDIN_FILE),
            })
            .collect();
        let roots = ModuleRoots::of_files(fs, &files, &canonical_dir);
        let root = roots.main().to_path_buf();
        let graph = PackageGraph::load(fs, roots, &externals, options.vendor_dir.as_deref());

        let mut arguments = Vec::new();
        for text in &profile.options {
            arguments.push(OptionValue::parse(text)?);
        }
        arguments.extend(settings.options.iter().cloned());
        arguments.extend(options.arguments.iter().cloned());
        let mut overrides = Vec::new();
        let mut selectors = Vec::new();
        for text in profile
            .overrides
            .iter()
            .chain(settings.overrides.iter().flatten())
            .chain(&options.overrides)
        {
            overrides.push(OverrideSpec::parse(text)?);
        }
        for text in profile
            .selectors
            .iter()
            .chain(settings.path_selector.iter().flatten())
            .chain(&options.selectors)
        {
            selectors.push(kiln_project::parse_selector(text)?);
        }
        let flag = |given: bool, setting: Option<bool>, profile: Option<bool>| {
            given || setting.or(profile).unwrap_or(false)
        };
        Ok(Self {
            root,
            files,
            graph,
            vendor_dir: options.vendor_dir.clone(),
            arguments,
            overrides,
            selectors,
            emit: EmitOptions {
                sort_keys: flag(options.sort_keys, settings.sort_keys, profile.sort_keys),
                show_hidden: flag(options.show_hidden, settings.show_hidden, None),
                disable_none: flag(
                    options.disable_none,
                    settings.disable_none,
                    profile.disable_none,
                ),
            },
            strict_range_check: flag(
                options.strict_range_check,
                settings.strict_range_check,
                None,
            ),
            type_paths: settings.include_schema_type_path.unwrap_or(false),
            output: settings.output.as_ref().map(|o| absolute(work_dir, o)),
        })
    }

    /// The program in a database.
    pub(crate) fn project(&self, db: &Database) -> Project {
        let dependencies = db.dependencies(&self.graph, self.vendor_dir.as_deref());
        let files: Vec<String> = self
            .files
            .iter()
            .map(|f| f.to_string_lossy().into_owned())
            .collect();
        let names: Vec<&str> = files.iter().map(String::as_str).collect();
        db.project(&self.root.to_string_lossy(), &names, dependencies)
    }
}

fn absolute(base: &Path, path: &str) -> PathBuf {
    base.join(path)
}
