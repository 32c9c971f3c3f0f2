//! Paths of imports: system modules, dependencies, and the folders and files of the module.

use kiln_project::SYSTEM_MODULES;

use super::{Item, ItemKind, List};

/// What can follow in a path.
pub(super) fn import_paths(list: &mut List<'_, '_>, dots: u32, path: &[String]) {
    let package = list.file.package(list.db);
    if dots == 0 && path.is_empty() {
        for module in SYSTEM_MODULES {
            let item = Item::new(module, ItemKind::Package, 2).detail("system module");
            list.push(item);
        }
        for external in package.dependencies(list.db).externals(list.db) {
            if external.root.is_ok() {
                let item = Item::new(&*external.name, ItemKind::Package, 0).detail("dependency");
                list.push(item);
            }
        }
    }
    let root: &str = package.root(list.db);
    let mut starts: Vec<String> = Vec::new();
    if dots == 0 {
        starts.push(root.to_owned());
        if let Some((first, rest)) = path.split_first() {
            let dependencies = package.dependencies(list.db);
            let externals = dependencies.externals(list.db).iter();
            let roots = externals
                .filter(|external| *external.name == **first)
                .filter_map(|external| external.root.as_ref().ok());
            for root in roots {
                folder(list, &joined(root, rest));
            }
            if **package.module(list.db) == **first {
                folder(list, &joined(root, rest));
            }
        }
    } else {
        let own = list.file.path(list.db);
        let mut above: &str = own.rsplit_once('/').map_or("", |(folder, _)| folder);
        for _ in 1..dots {
            above = above.rsplit_once('/').map_or("", |(folder, _)| folder);
        }
        if above.starts_with(root) {
            starts.push(above.to_owned());
        }
    }
    for start in starts {
        folder(list, &joined(&start, path));
    }
}

fn joined(start: &str, path: &[String]) -> String {
    let parts = std::iter::once(start).chain(path.iter().map(String::as_str));
    parts.collect::<Vec<_>>().join("/")
}

/// The folders and files in a folder.
fn folder(list: &mut List<'_, '_>, path: &str) {
    let db = list.db;
    let own = list.file.path(db);
    let entries = db.directory(path).entries(db).iter().flatten();
    for entry in entries {
        let name: &str = &entry.name;
        if name.starts_with('.') {
            continue;
        }
        if entry.is_directory {
            if is_name(name) {
                list.push(Item::new(name, ItemKind::Folder, 1).detail("folder"));
            }
        } else if let Some(stem) = name.strip_suffix(".k")
            && is_name(stem)
            && !stem.ends_with("_test")
            && **own != *format!("{path}/{name}")
        {
            list.push(Item::new(stem, ItemKind::Package, 1).detail("file"));
        }
    }
}

/// Whether a name can be written in a path.
fn is_name(name: &str) -> bool {
    !name.is_empty()
        && !name.starts_with(|c: char| c.is_ascii_digit())
        && name.chars().all(|c| c.is_alphanumeric() || c == '_')
}
