//! How packages reach each other.

use std::sync::Arc;

use kiln_syntax::ast::{
    CompElement, Entry, Expr, ExprId, ImportId, ItemAst, Name, Stmt, StmtId, TypeExpr,
};
use kiln_syntax::diagnostic::{Diagnostic, Place};
use kiln_syntax::outline::ItemKind;
use kiln_syntax::span::Span;
use rustc_hash::FxHashSet;

use crate::codes;
use crate::db::Db;
use crate::inputs::Project;
use crate::outline::{File, Item, outline};
use crate::packages::{Package, main_package, package_files, resolve};
use crate::syntax::{item_syntax, placed};

/// What an import means.
#[derive(Clone, Debug, PartialEq, Eq, Hash, salsa::SalsaValue)]
pub enum ImportTarget<'db> {
    /// A package of files.
    Package(Package<'db>),
    /// A system module, by its name.
    System(&'static str),
    /// A plugin: the path after `kcl_plugin.`.
    Plugin(String),
}

/// One import statement.
#[derive(Clone, Debug, PartialEq, Eq, salsa::SalsaValue)]
pub struct FileImport<'db> {
    /// The name it gives to the package in this file.
    pub name: Arc<str>,
    /// The package; absent if it was not found, which is reported.
    pub target: Option<ImportTarget<'db>>,
    /// The item that holds the statement.
    pub item: Item<'db>,
    /// The statement, relative to the item.
    pub span: Span,
    /// Whether the file uses the name, or another file of the package that does not import it itself. A package that no
    /// import uses is parsed, but neither checked nor evaluated.
    pub used: bool,
}

/// The imports of a file.
#[derive(Clone, Debug, Default, PartialEq, salsa::SalsaValue)]
pub struct FileImports<'db> {
    /// In source order.
    pub imports: Box<[FileImport<'db>]>,
    /// What is wrong with them; every primary label names its place.
    pub diagnostics: Box<[Diagnostic]>,
}

impl<'db> FileImports<'db> {
    /// The import behind a name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&FileImport<'db>> {
        self.imports.iter().find(|import| &*import.name == name)
    }
}

/// The import statements of a file: what each means, whether it is used, and what is wrong.
#[salsa::tracked]
pub fn file_imports<'db>(db: &'db dyn Db, file: File<'db>) -> FileImports<'db> {
    let used = used_imports(db, file);
    let borrowed = borrowed_imports(db, file.package(db));
    let mut imports: Vec<FileImport<'db>> = Vec::new();
    let mut diagnostics = Vec::new();
    for (item, id) in import_statements(db, file) {
        let ast = &item_syntax(db, item).ast;
        let import = &ast[id];
        let span = statement_span(ast, id);
        let Some(name) = local_name(ast, id) else {
            continue;
        };
        let path = import
            .path
            .iter()
            .map(|&part| ast.name(part))
            .collect::<Vec<_>>();
        let target = match resolve(db, file, import.dots, &path) {
            Ok(target) => Some(target),
            Err(problem) => {
                diagnostics.extend(
                    problem
                        .diagnostic(span, path_span(&import.path))
                        .map(|problem| placed(problem, item.place(db))),
                );
                None
            }
        };
        if let (Some(target), Some(first)) =
            (&target, imports.iter().find(|other| *other.name == *name))
            && first.target.as_ref().is_some_and(|other| other != target)
        {
            let diagnostic = Diagnostic::error(
                codes::DUPLICATE_IMPORT,
                span,
                format!("two imports in this file are called `{name}`"),
            )
            .at("this is another package")
            .label_in(
                first.item.place(db),
                first.span,
                format!("`{name}` is already this package"),
            )
            .help(format!(
                "give one of them another name: `import {} as …`",
                path.join(".")
            ));
            diagnostics.push(placed(diagnostic, item.place(db)));
        }
        let has = |names: &[Box<str>]| names.binary_search_by(|other| (**other).cmp(name)).is_ok();
        let used = has(used) || has(borrowed);
        let missing = match &target {
            Some(ImportTarget::Plugin(plugin)) if db.plugins().find(plugin).is_none() => {
                let plugins = db.plugins().modules();
                Some(match plugins.is_empty() {
                    true => format!("the plugin `{plugin}` needs a host, and there is none"),
                    false => format!("the host has no plugin `{plugin}`"),
                })
            }
            _ => None,
        };
        if let Some(message) = missing {
            let diagnostic = Diagnostic::error(codes::NOT_AVAILABLE, span, message);
            diagnostics.push(placed(diagnostic, item.place(db)));
        }
        imports.push(FileImport {
            name: name.into(),
            target,
            item,
            span,
            used,
        });
    }
    FileImports {
        imports: imports.into(),
        diagnostics: diagnostics.into(),
    }
}

/// What the import behind a name of a file means, without finding out whether it is used: nothing but the statement is
/// parsed for that.
#[must_use]
pub fn import_target<'db>(
    db: &'db dyn Db,
    file: File<'db>,
    name: &str,
) -> Option<ImportTarget<'db>> {
    let mut statements = import_statements(db, file);
    let (item, id) =
        statements.find(|&(item, id)| local_name(&item_syntax(db, item).ast, id) == Some(name))?;
    let ast = &item_syntax(db, item).ast;
    let import = &ast[id];
    let path: Vec<&str> = import.path.iter().map(|&part| ast.name(part)).collect();
    resolve(db, file, import.dots, &path).ok()
}

/// The import statements of a file.
fn import_statements<'db>(
    db: &'db dyn Db,
    file: File<'db>,
) -> impl Iterator<Item = (Item<'db>, ImportId)> {
    let items = outline(db, file)
        .items
        .iter()
        .copied()
        .filter(|item| item.kind(db) == ItemKind::Import);
    items.flat_map(|item| {
        let ast = &item_syntax(db, item).ast;
        ast.stmt_ids(ast.root)
            .iter()
            .filter_map(move |&stmt| match ast[stmt] {
                Stmt::Import(id) => Some((item, id)),
                _ => None,
            })
    })
}

/// Where the path of an import stands, without its dots.
fn path_span(path: &[Name]) -> Span {
    match path {
        [first, .., last] => first.0.cover(last.0),
        [only] => only.0,
        [] => Span::default(),
    }
}

fn statement_span(ast: &ItemAst, id: ImportId) -> Span {
    let holds = |stmt: &&StmtId| matches!(ast[**stmt], Stmt::Import(other) if other == id);
    ast.stmt_ids(ast.root)
        .iter()
        .find(holds)
        .map(|&stmt| ast.stmt_span(stmt))
        .unwrap_or_default()
}

/// The name that an import gives to its package: the alias, or the last part of the path.
fn local_name(ast: &ItemAst, id: ImportId) -> Option<&str> {
    let import = &ast[id];
    let name = import.alias.or(import.path.last().copied())?;
    Some(ast.name(name)).filter(|name| !name.is_empty())
}

/// The names that some file of a package gives to an import, sorted.
#[salsa::tracked]
fn import_names<'db>(db: &'db dyn Db, package: Package<'db>) -> Box<[Box<str>]> {
    let files = package_files(db, package).iter();
    let imports = files.flat_map(|&file| import_statements(db, file));
    let mut names: Vec<Box<str>> = imports
        .filter_map(|(item, id)| local_name(&item_syntax(db, item).ast, id))
        .map(Box::from)
        .collect();
    names.sort_unstable();
    names.dedup();
    names.into()
}

/// Which names of imports of the package a file uses, sorted. A package can only be used as `name.member`.
///
/// Only items whose text contains a name are parsed to find out; and the answer hardly ever changes.
#[salsa::tracked]
pub fn used_imports<'db>(db: &'db dyn Db, file: File<'db>) -> Box<[Box<str>]> {
    let mut open: FxHashSet<&str> = import_names(db, file.package(db))
        .iter()
        .map(|name| &**name)
        .collect();
    if open.is_empty() {
        return Box::default();
    }
    let mut used: Vec<Box<str>> = Vec::new();
    for &item in &outline(db, file).items {
        if item.kind(db) == ItemKind::Import {
            continue;
        }
        let mut found: Vec<&str> = names_before_dots(item.text(db))
            .filter(|name| open.contains(name))
            .collect();
        found.sort_unstable();
        found.dedup();
        for name in found {
            if uses_package(&item_syntax(db, item).ast, name) {
                open.remove(name);
                used.push(name.into());
            }
        }
        if open.is_empty() {
            break;
        }
    }
    used.sort_unstable();
    used.into()
}

/// Names of imports that a file uses without importing them: those of its siblings, which the reference implementation
/// lets it see.
#[salsa::tracked]
fn borrowed_imports<'db>(db: &'db dyn Db, package: Package<'db>) -> Box<[Box<str>]> {
    let files = package_files(db, package);
    if files.len() < 2 {
        return Box::default();
    }
    let mut borrowed = Vec::new();
    for &file in files {
        let imports = import_statements(db, file);
        let own: FxHashSet<_> = imports
            .filter_map(|(item, id)| local_name(&item_syntax(db, item).ast, id))
            .collect();
        borrowed.extend(
            used_imports(db, file)
                .iter()
                .filter(|name| !own.contains(&***name))
                .cloned(),
        );
    }
    borrowed.sort_unstable();
    borrowed.dedup();
    borrowed.into()
}

/// The words of a text that a dot follows (after blanks, `?` and continued lines), also those in strings and comments. Dots
/// are rare where words are many: in documentation, and in lists of attributes.
fn names_before_dots(text: &str) -> impl Iterator<Item = &str> {
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || !byte.is_ascii();
    let is_between = |byte: u8| byte.is_ascii_whitespace() || matches!(byte, b'?' | b'\\');
    text.match_indices('.').filter_map(move |(dot, _)| {
        let before = &text.as_bytes()[..dot];
        let end = before.iter().rposition(|&byte| !is_between(byte))? + 1;
        let start = before[..end]
            .iter()
            .rposition(|&byte| !is_word(byte))
            .map_or(0, |last| last + 1);
        text.get(start..end).filter(|word| !word.is_empty())
    })
}

/// Whether a tree reads a member of a package called `name`. A parameter of the same name counts as the package: such
/// programs are rare, and all it costs is the evaluation of a package in vain.
fn uses_package(ast: &ItemAst, name: &str) -> bool {
    let is_name = |id: ExprId| matches!(ast[id], Expr::Name(found) if ast.name(found) == name);
    let in_types = ast.types.iter().any(|ty| match ty {
        TypeExpr::Named(names) => match ast.names(*names) {
            [first, _, ..] => ast.name(*first) == name,
            _ => false,
        },
        _ => false,
    });
    let in_exprs = || {
        let keys = key_selects(ast);
        ast.exprs.iter().zip(0..).any(|(expr, id)| match *expr {
            Expr::Select { value, .. } => is_name(value) && !keys.contains(&ExprId(id)),
            _ => false,
        })
    };
    in_types || in_exprs()
}

/// The selects in `{a.b.c = 1}`: names of entries, not of members.
fn key_selects(ast: &ItemAst) -> FxHashSet<ExprId> {
    let in_comprehensions = ast.comps.iter().filter_map(|comp| match comp.element {
        CompElement::Entry(entry) => Some(entry),
        CompElement::Item(_) => None,
    });
    let mut selects = FxHashSet::default();
    for entry in ast.list_entries.iter().copied().chain(in_comprehensions) {
        let Entry::Pair { key, .. } = entry else {
            continue;
        };
        let mut part = match ast[key] {
            Expr::Index { value, .. } => value,
            _ => key,
        };
        while let Expr::Select { value, .. } = ast[part] {
            selects.insert(part);
            part = value;
        }
    }
    selects
}

/// The packages of a program.
#[derive(Clone, Debug, PartialEq, salsa::SalsaValue)]
pub struct ImportGraph<'db> {
    /// Those that are checked and evaluated, each after everything it uses; the main package is last.
    pub used: Box<[Package<'db>]>,
    /// Those that are only parsed, because no import that leads to them is used.
    pub unused: Box<[Package<'db>]>,
    /// Circles.
    pub diagnostics: Box<[Diagnostic]>,
}

/// Follows all imports from a project's main package.
#[salsa::tracked]
pub fn import_graph<'db>(db: &'db dyn Db, project: Project) -> ImportGraph<'db> {
    // where an evaluation comes upon a circle is where it is reported
    graph(db, &[main_package(db, project)], &|circle| circle)
}

/// Follows all imports from several packages. Each package is met once. A circle is reported at the same place whatever
/// the packages are and their order: at its last import in the order of files.
#[must_use]
pub fn joint_graph<'db>(db: &'db dyn Db, starts: &[Package<'db>]) -> ImportGraph<'db> {
    graph(db, starts, &|mut circle| {
        let place = |(file, index): &Edge<'db>| (file.path(db), *index);
        let last = circle
            .iter()
            .enumerate()
            .max_by_key(|(_, edge)| place(edge));
        if let Some((at, _)) = last {
            circle.rotate_left(at + 1);
        }
        circle
    })
}

fn graph<'db>(
    db: &'db dyn Db,
    starts: &[Package<'db>],
    begin: &dyn Fn(Vec<Edge<'db>>) -> Vec<Edge<'db>>,
) -> ImportGraph<'db> {
    let mut diagnostics: Vec<Diagnostic> = Vec::new();
    let used = postorder(db, starts, false, &mut |_| {});
    let all = postorder(db, starts, true, &mut |circle| {
        let diagnostic = circle_diagnostic(db, &begin(circle.to_vec()));
        if !diagnostics.contains(&diagnostic) {
            diagnostics.push(diagnostic);
        }
    });
    let in_use: FxHashSet<_> = used.iter().copied().collect();
    let unused = all
        .into_iter()
        .filter(|package| !in_use.contains(package))
        .collect();
    ImportGraph {
        used: used.into(),
        unused,
        diagnostics: diagnostics.into(),
    }
}

/// The packages of a program in the order of evaluation: depth first in the order of used imports.
#[must_use]
pub fn reachable_packages<'db>(db: &'db dyn Db, project: Project) -> &'db [Package<'db>] {
    &import_graph(db, project).used
}

/// An import, by the file it stands in and its position there.
type Edge<'db> = (File<'db>, usize);

/// All packages that `starts` reach, imported before importing. `circle` gets the imports along each circle found.
fn postorder<'db>(
    db: &'db dyn Db,
    starts: &[Package<'db>],
    unused_too: bool,
    circle: &mut dyn FnMut(&[Edge<'db>]),
) -> Vec<Package<'db>> {
    struct Frame<'db> {
        package: Package<'db>,
        edges: Vec<(Edge<'db>, Package<'db>)>,
        next: usize,
    }
    let frame = |package| {
        let mut edges = Vec::new();
        for &file in package_files(db, package) {
            for (index, import) in file_imports(db, file).imports.iter().enumerate() {
                if let Some(ImportTarget::Package(target)) = import.target
                    && (unused_too || import.used)
                {
                    edges.push(((file, index), target));
                }
            }
        }
        Frame {
            package,
            edges,
            next: 0,
        }
    };
    let mut order = Vec::new();
    let mut seen = FxHashSet::default();
    let mut stack = Vec::new();
    for &start in starts {
        if seen.insert(start) {
            stack.push(frame(start));
        }
        while let Some(top) = stack.last_mut() {
            let Some(&(_, target)) = top.edges.get(top.next) else {
                order.extend(stack.pop().map(|frame| frame.package));
                continue;
            };
            top.next += 1;
            if seen.insert(target) {
                stack.push(frame(target));
            } else if let Some(start) = stack.iter().position(|frame| frame.package == target) {
                let round = &stack[start..];
                // from the same package on, whoever came to the circle first
                let first = |frame: &Frame<'db>| frame.package.location(db).to_string();
                let least = (0..round.len()).min_by_key(|&at| first(&round[at]));
                let edges: Vec<Edge<'db>> = (0..round.len())
                    .map(|at| &round[(at + least.unwrap_or_default()) % round.len()])
                    .map(|frame| frame.edges[frame.next - 1].0)
                    .collect();
                circle(&edges);
            }
        }
    }
    order
}

fn circle_diagnostic<'db>(db: &'db dyn Db, circle: &[Edge<'db>]) -> Diagnostic {
    let imports: Vec<_> = circle
        .iter()
        .map(|&(file, index)| (file, &file_imports(db, file).imports[index]))
        .collect();
    let packages: Vec<_> = imports
        .iter()
        .map(|(file, _)| file.package(db))
        .map(|package| match package.is_main(db) {
            true => "the main package".to_owned(),
            false => format!("`{}`", package.path(db)),
        })
        .collect();
    let message = match packages.as_slice() {
        [one] => format!("{one} imports itself"),
        [first, rest @ ..] => format!(
            "packages import each other in a circle: {first} imports {}, which imports {first}",
            rest.join(", which imports ")
        ),
        [] => String::new(),
    };
    let mut imports = imports
        .into_iter()
        .rev()
        .map(|(_, import)| (import.item.place(db), import.span));
    let (place, span) = imports.next().unwrap_or_else(|| {
        (
            Place {
                path: "".into(),
                item: None,
            },
            Span::default(),
        )
    });
    let diagnostic = placed(
        Diagnostic::error(codes::CYCLIC_IMPORT, span, message),
        place,
    )
    .at("this import closes the circle")
    .help("move what they share into a package of its own");
    imports.fold(diagnostic, |diagnostic, (place, span)| {
        diagnostic.label_in(place, span, "through this import")
    })
}
