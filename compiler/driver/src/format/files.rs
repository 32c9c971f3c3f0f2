//! Which files the paths of a command line stand for.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};

use kiln_project::{FileSystem, ProjectError, normalize};

use super::{FormatOptions, failure};

/// Ends a path that stands for a folder with all folders below it.
const BELOW: &str = "...";

/// The files, sorted and each once; what is not there is a failure.
pub(super) fn find(
    system: &dyn FileSystem,
    options: &FormatOptions,
    failures: &mut Vec<ProjectError>,
) -> Vec<PathBuf> {
    let mut search = Search {
        system,
        files: BTreeSet::new(),
        failures,
    };
    let here = [".".to_owned()];
    let paths = if options.paths.is_empty() {
        &here[..]
    } else {
        &options.paths
    };
    for text in paths {
        let below = text
            .strip_suffix(BELOW)
            .filter(|rest| rest.is_empty() || rest.ends_with(std::path::is_separator));
        let path = normalize(&options.work_dir.join(below.unwrap_or(text)));
        if system.is_dir(&path) {
            search.folder(&path, below.is_some());
        } else if below.is_some() || !system.is_file(&path) {
            let error = io::Error::from(io::ErrorKind::NotFound);
            let given = Path::new(below.unwrap_or(text));
            search.failures.push(failure("format", given, &error));
        } else {
            search.files.insert(path);
        }
    }
    search.files.into_iter().collect()
}

struct Search<'a> {
    system: &'a dyn FileSystem,
    files: BTreeSet<PathBuf>,
    failures: &'a mut Vec<ProjectError>,
}

impl Search<'_> {
    /// The `.k` files of a folder. Folders that are hidden or links are not entered.
    fn folder(&mut self, path: &Path, below: bool) {
        let mut open = vec![path.to_path_buf()];
        while let Some(folder) = open.pop() {
            let entries = match self.system.list_dir(&folder) {
                Ok(entries) => entries,
                Err(error) => {
                    self.failures.push(failure("read", &folder, &error));
                    continue;
                }
            };
            for entry in entries {
                if entry.is_dir {
                    if below && !entry.is_link && !entry.name.starts_with('.') {
                        open.push(entry.path);
                    }
                } else if entry.path.extension().is_some_and(|e| e == "k") {
                    self.files.insert(entry.path);
                }
            }
        }
    }
}
