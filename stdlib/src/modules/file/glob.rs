//! `file.glob`: paths by pattern. Names are matched one by one, from the first that has a wildcard.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use glob_pattern::{MatchOptions, Pattern, PatternError};
use kiln_runtime::effects::Touch;
use kiln_runtime::error::{Result, RunError};
use kiln_runtime::host::Host;
use kiln_runtime::value::Value;
use kiln_runtime::vm::Vm;

use super::paths;
use crate::args::{bad, take, text};

const NAME: &str = "file.glob";

/// Folders in folders that `**` enters.
const DEEPEST: usize = 128;

/// One name of a pattern.
enum Part {
    /// A name without wildcards.
    Name(String),
    /// A name with wildcards.
    Pattern(Pattern),
    /// `**`: any folders.
    Folders,
}

pub(super) fn glob(vm: &mut Vm, args: &[Value]) -> Result<Value> {
    let [pattern] = take(args)?;
    let pattern = text(vm, NAME, "pattern", pattern)?;
    let pattern = vm.heap.get_str(pattern).to_owned();
    let parts = parts(&pattern)?;
    let base = match pattern.starts_with('/') {
        true => PathBuf::from("/"),
        false => vm
            .source_file()
            .parent()
            .unwrap_or(Path::new(""))
            .to_path_buf(),
    };
    let fixed = parts
        .iter()
        .take_while(|part| matches!(part, Part::Name(_)))
        .count();
    let (names, parts) = parts.split_at(fixed);
    let mut start = base;
    for name in names {
        if let Part::Name(name) = name {
            start.push(name);
        }
    }
    let mut walk = Walk {
        host: Arc::clone(&vm.world.host),
        vm,
        found: Vec::new(),
        only_folders: pattern.ends_with('/') || matches!(parts.last(), Some(Part::Folders)),
    };
    walk.vm.world.may_read(NAME, &start, Touch::Presence)?;
    walk.below(&start, parts, DEEPEST)?;
    let mut found = walk.found;
    found.sort();
    found.dedup();
    paths(vm, &found)
}

fn parts(pattern: &str) -> Result<Vec<Part>> {
    let wrong = |part: &str, problem: &PatternError| -> RunError {
        bad(format!(
            "`{NAME}` cannot read the pattern `{part}`: {}",
            problem.msg
        ))
        .help("write `[*]` for the character `*`")
    };
    let names = pattern.split('/').filter(|name| !name.is_empty());
    names
        .map(|name| match name {
            "**" => Ok(Part::Folders),
            name if name.contains(['*', '?', '[']) => Pattern::new(name)
                .map(Part::Pattern)
                .map_err(|problem| wrong(name, &problem)),
            name => Ok(Part::Name(name.to_owned())),
        })
        .collect()
}

struct Walk<'v> {
    host: Arc<dyn Host>,
    vm: &'v mut Vm,
    found: Vec<PathBuf>,
    only_folders: bool,
}

impl Walk<'_> {
    /// Collects what matches the rest of a pattern below a folder.
    fn below(&mut self, dir: &Path, parts: &[Part], levels: usize) -> Result<()> {
        let Some((part, rest)) = parts.split_first() else {
            return self.add(dir);
        };
        match part {
            Part::Name(name) => self.below(&dir.join(name), rest, levels),
            Part::Pattern(pattern) => {
                let options = MatchOptions::new();
                for (path, is_dir) in self.entries(dir)? {
                    let name = path.file_name().unwrap_or_default().to_string_lossy();
                    if pattern.matches_with(&name, options) && (is_dir || rest.is_empty()) {
                        self.below(&path, rest, levels)?;
                    }
                }
                Ok(())
            }
            Part::Folders => {
                if !rest.is_empty() {
                    self.below(dir, rest, levels)?;
                }
                for (path, is_dir) in self.entries(dir)? {
                    if !is_dir || levels == 0 || self.is_loop(&path) {
                        continue;
                    }
                    if rest.is_empty() {
                        self.add(&path)?;
                    }
                    self.below(&path, parts, levels - 1)?;
                }
                Ok(())
            }
        }
    }

    /// The entries of a folder, and whether each is a folder. Links that lead out of what may be read are left out.
    fn entries(&mut self, dir: &Path) -> Result<Vec<(PathBuf, bool)>> {
        self.vm.world.may_read(NAME, dir, Touch::Listing)?;
        let Ok(entries) = self.host.list(dir) else {
            return Ok(Vec::new());
        };
        let mut inside = Vec::with_capacity(entries.len());
        for entry in entries {
            let path = dir.join(&entry.name);
            if !entry.is_link || self.vm.world.may_read(NAME, &path, Touch::Presence).is_ok() {
                inside.push((path, entry.is_dir));
            }
        }
        self.vm.reserve(inside.len() * size_of::<PathBuf>())?;
        Ok(inside)
    }

    /// Whether a folder is a link to one around it.
    fn is_loop(&self, dir: &Path) -> bool {
        let Ok(real) = self.host.canonicalize(dir) else {
            return true;
        };
        let around = dir
            .parent()
            .and_then(|dir| self.host.canonicalize(dir).ok());
        around.is_some_and(|around| around.starts_with(&real))
    }

    fn add(&mut self, path: &Path) -> Result<()> {
        self.vm.world.may_read(NAME, path, Touch::Presence)?;
        let known = self.host.metadata(path);
        if known.is_ok_and(|found| found.is_dir || !self.only_folders) {
            self.found.push(path.to_path_buf());
        }
        Ok(())
    }
}
