//! Names of packages that the file does not import: each comes with the import that is missing. Names of packages that it
//! does import are among them, as they need the package before them, too.

use std::collections::BTreeMap;
use std::rc::Rc;

use kiln_analysis::Db;
use kiln_analysis::imports::ImportTarget;
use kiln_analysis::names::package_names;
use kiln_analysis::outline::File;
use kiln_analysis::packages::package_files;
use kiln_analysis::types::{Ty, signatures};
use kiln_project::SYSTEM_MODULES;

use super::context::Context;
use super::names::{self, Want};
use super::{Item, ItemKind, List, Sources, resembles};
use crate::catalog::{Catalog, FileNames, Folder};
use crate::importing::{Imported, Roots, imported, is_name, target};
use crate::symbol::SymbolKind;

/// So many names are listed.
const MOST: usize = 200;
/// So many are put in order: some may be the same.
const ENOUGH: usize = 4 * MOST;
/// So many packages of one name are looked at.
const MOST_PACKAGES: usize = 8;
/// What is imported already comes behind the names in scope, but before those that are there in every file.
const RANK_IMPORTED: u8 = 5;
/// Behind everything that needs no import.
const RANK: u8 = 8;

/// A name of a package, or a package.
struct Match {
    path: Rc<str>,
    name: Box<str>,
    /// Nothing for the package itself.
    kind: Option<SymbolKind>,
}

/// Packages, and their names.
pub(super) fn names(list: &mut List<'_, '_>, context: &Context<'_>, want: Want) {
    let Some(sources) = list.options.sources else {
        return;
    };
    let (db, file) = (list.db, list.file);
    let roots = Roots::new(db, file);
    let word = &*context.word;
    let mut matches: Vec<Match> = Vec::new();
    collect(db, file, &roots, sources, want, word, &mut matches);
    let system = SYSTEM_MODULES.iter().filter(|_| want == Want::Value);
    matches.extend(
        system
            .filter(|name| resembles(name, word))
            .map(|&name| Match {
                path: name.into(),
                name: name.into(),
                kind: None,
            }),
    );
    let starts = |name: &str| {
        let start = name.as_bytes().get(..word.len());
        start.is_some_and(|start| start.eq_ignore_ascii_case(word.as_bytes()))
    };
    let compare = |a: &Match, b: &Match| {
        let key = |it: &Match| (!starts(&it.name), order(it.kind));
        (key(a), &a.name, &a.path).cmp(&(key(b), &b.name, &b.path))
    };
    // of very many, only the first have to be in order
    if matches.len() > ENOUGH {
        matches.select_nth_unstable_by(ENOUGH, compare);
        matches.truncate(ENOUGH);
        list.more = true;
    }
    matches.sort_by(compare);
    matches.dedup_by(|later, first| later.name == first.name && later.path == first.path);
    list.more |= matches.len() > MOST;
    matches.truncate(MOST);
    let mut known: BTreeMap<Rc<str>, Imported> = BTreeMap::new();
    for it in matches {
        let import = known
            .entry(Rc::clone(&it.path))
            .or_insert_with(|| imported(db, file, &roots, &it.path));
        // two edits at one place would have no order
        let touches = import
            .edit
            .as_ref()
            .is_some_and(|edit| edit.range.start == context.replaces.start);
        if touches || it.kind.is_none() && import.edit.is_none() {
            continue;
        }
        let import = import.clone();
        let item = item(list, &it, want, import);
        list.push(item);
    }
}

/// The packages that declare a name.
pub(crate) fn declaring<'db>(
    db: &'db dyn Db,
    file: File<'db>,
    sources: &Sources<'_>,
    name: &str,
) -> Vec<Imported> {
    let wants = [
        Want::Value,
        Want::Type,
        Want::Mixin,
        Want::Protocol,
        Want::Rule,
    ];
    let mut matches: Vec<Match> = Vec::new();
    let roots = Roots::new(db, file);
    for want in wants {
        collect(db, file, &roots, sources, want, name, &mut matches);
    }
    matches.retain(|it| *it.name == *name && it.kind.is_some());
    let mut paths: Vec<Rc<str>> = matches.into_iter().map(|it| it.path).collect();
    paths.sort_by_key(|path| (path.matches('.').count(), path.clone()));
    paths.dedup();
    paths.truncate(MOST_PACKAGES);
    paths
        .iter()
        .map(|path| imported(db, file, &roots, path))
        .collect()
}

/// Adds what packages have that resembles a word.
fn collect<'db>(
    db: &'db dyn Db,
    file: File<'db>,
    roots: &Roots,
    sources: &Sources<'_>,
    want: Want,
    word: &str,
    matches: &mut Vec<Match>,
) {
    let siblings = package_files(db, file.package(db)).iter();
    let own: Vec<&str> = siblings.map(|file| &**file.path(db)).collect();
    (sources.with_catalog)(&mut |catalog| {
        for root in roots.iter() {
            for (path, folder) in catalog.folders_of(root) {
                let found = Found {
                    catalog,
                    open: sources.open,
                    roots,
                    own: &own,
                    want,
                    word,
                };
                found.folder(path, folder, matches);
            }
        }
    });
}

/// Schemas are what is looked for most.
const fn order(kind: Option<SymbolKind>) -> u8 {
    match kind {
        Some(SymbolKind::Schema) => 0,
        None => 1,
        Some(_) => 2,
    }
}

/// What is looked for in folders.
struct Found<'a> {
    catalog: &'a Catalog,
    open: &'a Catalog,
    roots: &'a Roots,
    /// The files of the package itself.
    own: &'a [&'a str],
    want: Want,
    word: &'a str,
}

impl Found<'_> {
    fn folder(&self, path: &str, folder: &Folder, matches: &mut Vec<Match>) {
        let files = members(folder, self.open.folder(path));
        if files.is_empty() {
            return;
        }
        // the path is not needed for what does not fit
        let last = path.rsplit('/').next().unwrap_or(path);
        let mut names = files.iter().flat_map(|file| &file.names);
        let is_wanted = resembles(last, self.word)
            || names.any(|(name, kind)| takes(self.want, *kind) && resembles(name, self.word));
        let is_root = || self.roots.iter().any(|root| root == path);
        if !is_wanted && !is_root() {
            return;
        }
        let is_own = |file: &str| {
            file.rsplit_once('/')
                .is_some_and(|(folder, _)| folder == path)
        };
        if let Some(import) = self.roots.path_of(path) {
            if self.own.iter().any(|file| is_own(file)) {
                return;
            }
            self.package(&import, &files, matches);
        } else if is_root() {
            // the files at the root of a module are packages of their own, or rather programs: their values are nothing
            // for others
            for file in files {
                let mut file = file.clone();
                file.names = file
                    .names
                    .iter()
                    .filter(|(_, kind)| *kind != SymbolKind::Variable)
                    .cloned()
                    .collect();
                if file.names.is_empty() {
                    continue;
                }
                let at = format!("{path}/{}", file.stem);
                if self.own.contains(&&*format!("{at}.k")) {
                    continue;
                }
                if let Some(import) = self.roots.path_of(&at)
                    && self.catalog.folder(&at).is_none()
                {
                    self.package(&import, &[&file], matches);
                }
            }
        }
    }

    fn package(&self, path: &str, files: &[&FileNames], matches: &mut Vec<Match>) {
        let last = path.rsplit('.').next().unwrap_or(path);
        let path: Rc<str> = path.into();
        if resembles(last, self.word) {
            matches.push(Match {
                path: Rc::clone(&path),
                name: last.into(),
                kind: None,
            });
        }
        for (name, kind) in files.iter().flat_map(|file| &file.names) {
            if takes(self.want, *kind) && resembles(name, self.word) {
                matches.push(Match {
                    path: Rc::clone(&path),
                    name: name.clone(),
                    kind: Some(*kind),
                });
            }
        }
    }
}

/// The files of a package, as they are in the editor.
fn members<'c>(folder: &'c Folder, open: Option<&'c Folder>) -> Vec<&'c FileNames> {
    let open = open.map_or(&[][..], |open| &open.files);
    let same = |file: &FileNames| open.iter().find(|other| other.stem == file.stem);
    let known = folder.files.iter().filter(|file| file.is_member());
    let mut files: Vec<&FileNames> = known.map(|file| same(file).unwrap_or(file)).collect();
    let is_known = |file: &FileNames| folder.files.iter().any(|it| it.stem == file.stem);
    files.extend(
        open.iter()
            .filter(|file| file.is_member() && !is_known(file)),
    );
    files
}

const fn takes(want: Want, kind: SymbolKind) -> bool {
    match want {
        Want::Value => matches!(kind, SymbolKind::Schema | SymbolKind::Variable),
        Want::Type => matches!(kind, SymbolKind::Schema | SymbolKind::TypeAlias),
        Want::Schema => matches!(kind, SymbolKind::Schema),
        Want::Rule => matches!(kind, SymbolKind::Rule),
        Want::Mixin => matches!(kind, SymbolKind::Mixin),
        Want::Protocol => matches!(kind, SymbolKind::Protocol),
    }
}

fn item(list: &List<'_, '_>, it: &Match, want: Want, import: Imported) -> Item {
    let rank = if import.edit.is_some() {
        RANK
    } else {
        RANK_IMPORTED
    };
    let (kind, detail) = match it.kind {
        None => (ItemKind::Package, "package"),
        Some(SymbolKind::Schema) => (ItemKind::Schema, "schema"),
        Some(SymbolKind::Mixin) => (ItemKind::Schema, "mixin"),
        Some(SymbolKind::Protocol) => (ItemKind::Protocol, "protocol"),
        Some(SymbolKind::Rule) => (ItemKind::Schema, "rule"),
        Some(SymbolKind::TypeAlias) => (ItemKind::TypeAlias, "type"),
        Some(_) => (ItemKind::Variable, ""),
    };
    let mut item = Item::new(&*it.name, kind, rank).detail(detail);
    let text = match it.kind {
        None => import.name.clone(),
        Some(_) => format!("{}.{}", import.name, it.name),
    };
    if it.kind == Some(SymbolKind::Schema) && want == Want::Value {
        item = item.inserting(format!("{text} {{\n\t$0\n}}"), format!("{text} {{}}"));
    } else {
        item.plain = Some(text);
    }
    if list.wants_docs(&it.name) && list.options.import_of == Some(&*it.path) {
        describe(list, &mut item, &it.path);
    }
    item.import = Some(import);
    item
}

/// Adds what is written about a name of a package.
fn describe(list: &List<'_, '_>, item: &mut Item, path: &str) {
    let db = list.db;
    if let Some(ImportTarget::Package(package)) = target(db, list.file, path)
        && let Some(definition) = package_names(db, package).get(&item.label)
    {
        let described = names::definition_item(list, &item.label, definition);
        (item.docs, item.detail) = (described.docs, described.detail);
    }
}

/// Members of packages that are called so, when no name in scope is.
pub(super) fn members_of(list: &mut List<'_, '_>, name: &str, want: Want) {
    let Some(sources) = list.options.sources else {
        return;
    };
    let (db, file) = (list.db, list.file);
    let roots = Roots::new(db, file);
    let mut paths: Vec<String> = Vec::new();
    if SYSTEM_MODULES.contains(&name) {
        paths.push(name.to_owned());
    }
    let externals = file.package(db).dependencies(db).externals(db).iter();
    paths.extend(
        externals
            .filter(|it| *it.name == *name && it.root.is_ok())
            .map(|it| it.name.to_string()),
    );
    (sources.with_catalog)(&mut |catalog| {
        for root in roots.iter() {
            for (path, folder) in catalog.folders_of(root) {
                let ends = path.rsplit('/').next() == Some(name);
                let has_file = || {
                    let mut files = folder.files.iter();
                    files.any(|file| *file.stem == *name && !file.is_program)
                };
                if ends {
                    paths.extend(roots.path_of(path));
                } else if has_file() && is_name(name) {
                    paths.extend(roots.path_of(&format!("{path}/{name}")));
                }
            }
        }
    });
    paths.sort_by_key(|path| (path.matches('.').count(), path.clone()));
    paths.dedup();
    paths.truncate(MOST_PACKAGES);
    for path in paths {
        let import = imported(db, file, &roots, &path);
        // under another name it is there already
        if import.name != name || import.edit.is_none() {
            continue;
        }
        let from = list.items.len();
        match target(db, file, &path) {
            Some(ImportTarget::Package(package)) => {
                names::members(list, Ty::Package(package), want);
            }
            Some(ImportTarget::System(module)) => {
                if let Some(index) = signatures::module_index(module) {
                    names::members(list, Ty::System(index), want);
                }
            }
            _ => {}
        }
        for item in &mut list.items[from..] {
            item.import = Some(import.clone());
        }
    }
}
