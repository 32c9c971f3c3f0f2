//! Names that a package may not set as it does: exported names are set by one statement, schemas have names of their
//! own, imports are not variables. (Core reference §11.2, schema reference §7.)

use kiln_syntax::ast::{ItemAst, Stmt};
use kiln_syntax::diagnostic::{Code, Diagnostic};
use kiln_syntax::span::Span;
use rustc_hash::FxHashMap;

use super::{DefinitionKind, SetterKind, each_setter, has_setters, item_names};
use crate::codes;
use crate::db::Db;
use crate::imports::{FileImport, file_imports};
use crate::outline::{Item, outline};
use crate::packages::{Package, package_files};
use crate::syntax::{item_syntax, placed};

/// Names of types, which schemas, rules and aliases cannot have.
const TYPE_NAMES: [&str; 5] = ["any", "int", "float", "str", "bool"];

/// What is wrong with the names of a package. Every primary label names its place.
#[salsa::tracked]
pub fn name_diagnostics<'db>(db: &'db dyn Db, package: Package<'db>) -> Box<[Diagnostic]> {
    let mut names = Names {
        db,
        sites: FxHashMap::default(),
        diagnostics: Vec::new(),
    };
    let items = || {
        let files = package_files(db, package).iter();
        files.flat_map(|&file| outline(db, file).items.iter().copied())
    };
    for item in items() {
        if let Some(kind) = DefinitionKind::of(item.kind(db)) {
            names.declare(item, kind);
        }
    }
    for &file in package_files(db, package) {
        let imports = &file_imports(db, file).imports;
        for &item in &outline(db, file).items {
            if let Some(kind) = DefinitionKind::of(item.kind(db)) {
                names.compare_with_imports(item, kind, imports);
            } else if has_setters(item.kind(db)) {
                for (index, setter) in item_names(db, item).iter().enumerate() {
                    let site = Site { item, index };
                    names.set(&setter.name, setter.kind, site, imports);
                }
            }
        }
    }
    names.diagnostics.into()
}

/// A place where a name is set: the how-manieth setter of an item. (For schemas and the like the item is enough.)
#[derive(Clone, Copy, PartialEq, Eq)]
struct Site<'db> {
    item: Item<'db>,
    index: usize,
}

/// What is known about a name so far.
#[derive(Clone, Copy)]
struct Known<'db> {
    kind: DefinitionKind,
    /// Where it was set first, if not merely changed by an augmented assignment.
    first: Option<Site<'db>>,
    /// Where it was first assigned or changed, not merely unified with an instance.
    assigned: Option<Site<'db>>,
}

struct Names<'db> {
    db: &'db dyn Db,
    sites: FxHashMap<&'db str, Known<'db>>,
    diagnostics: Vec<Diagnostic>,
}

impl<'db> Names<'db> {
    /// A schema, mixin, protocol, rule or alias.
    fn declare(&mut self, item: Item<'db>, kind: DefinitionKind) {
        let Some(name) = item.names(self.db).first() else {
            return;
        };
        let site = Site { item, index: 0 };
        if TYPE_NAMES.contains(&name) {
            let code = if kind == DefinitionKind::TypeAlias {
                codes::BUILTIN_ALIAS_NAME
            } else {
                codes::BUILTIN_SCHEMA_NAME
            };
            self.report(
                code,
                site,
                format!("{kind} cannot be called `{name}`: that is a builtin type"),
                None,
            );
            self.advise("give it a name of its own");
        }
        let Some((
            &Known {
                kind: first_kind, ..
            },
            first,
        )) = self
            .sites
            .get(name)
            .and_then(|known| Some((known, known.first?)))
        else {
            self.sites.insert(
                name,
                Known {
                    kind,
                    first: Some(site),
                    assigned: None,
                },
            );
            return;
        };
        match (first_kind, kind) {
            (DefinitionKind::TypeAlias, DefinitionKind::TypeAlias) => {}
            (DefinitionKind::TypeAlias, _) | (_, DefinitionKind::TypeAlias) => {
                // Reported at the schema, wherever it stands.
                let (schema, alias) = if kind == DefinitionKind::TypeAlias {
                    (first, site)
                } else {
                    (site, first)
                };
                let message = format!("`{name}` is both a schema and a type alias");
                let label = (alias, "the alias".to_owned());
                self.report(codes::ALIAS_CLASH, schema, message, Some(label));
                self.advise("rename one of them");
            }
            _ => {
                let message = format!("`{name}` is defined twice in this package");
                let label = (first, format!("first defined as {first_kind} here"));
                self.report(codes::DUPLICATE_DEFINITION, site, message, Some(label));
                self.advise("rename one of them");
            }
        }
    }

    fn compare_with_imports(
        &mut self,
        item: Item<'db>,
        kind: DefinitionKind,
        imports: &[FileImport<'db>],
    ) {
        let Some(name) = item.names(self.db).first() else {
            return;
        };
        let Some(import) = imports.iter().find(|import| *import.name == *name) else {
            return;
        };
        if kind != DefinitionKind::TypeAlias {
            let message = format!("`{name}` is both {kind} and an import of this file");
            let diagnostic = self.diagnostic(codes::NAME_CLASH, Site { item, index: 0 }, message);
            let label = format!("`{name}` is imported here");
            let diagnostic = diagnostic.label_in(import.item.place(self.db), import.span, label);
            self.diagnostics.push(diagnostic.help(format!(
                "import the package by another name: `as {name}_pkg`"
            )));
        }
    }

    /// A statement that sets `name`.
    fn set(
        &mut self,
        name: &'db str,
        kind: SetterKind,
        site: Site<'db>,
        imports: &[FileImport<'db>],
    ) {
        let exported = !name.starts_with('_');
        if kind != SetterKind::Augment
            && let Some(import) = imports.iter().find(|import| *import.name == *name)
        {
            let code = if exported {
                codes::IMMUTABLE_IMPORT
            } else {
                codes::ASSIGNED_IMPORT
            };
            let message = format!("`{name}` is an imported package and cannot be assigned");
            let diagnostic = self
                .diagnostic(code, site, message)
                .label_in(import.item.place(self.db), import.span, "imported here")
                .help("give the variable another name");
            self.diagnostics.push(diagnostic);
            return;
        }
        let assigned = (kind != SetterKind::Unify).then_some(site);
        let declared = (kind != SetterKind::Augment).then_some(site);
        let unknown = Known {
            kind: DefinitionKind::Variable,
            first: None,
            assigned: None,
        };
        let entry = self.sites.entry(name).or_insert(unknown);
        let known = *entry;
        entry.first = known.first.or(declared);
        entry.assigned = known.assigned.or(assigned);
        if known.kind != DefinitionKind::Variable && kind != SetterKind::Augment {
            let code = if exported {
                codes::IMMUTABLE
            } else {
                codes::NAME_CLASH
            };
            let message = format!("`{name}` is {} and cannot be assigned", known.kind);
            self.report(
                code,
                site,
                message,
                known.first.map(|first| (first, "defined here".to_owned())),
            );
            return;
        }
        if !exported {
            return;
        }
        match kind {
            SetterKind::Unify => {}
            SetterKind::Augment => {
                if let Some(first) = known.assigned {
                    let message = format!("`{name}` is exported and cannot be changed");
                    let label = (first, "it gets its value here".to_owned());
                    self.report(codes::IMMUTABLE_UPDATE, site, message, Some(label));
                    self.advise_private_name(name);
                }
            }
            SetterKind::Assign | SetterKind::Update => {
                let Some(first) = known.first else { return };
                let message = match kind {
                    SetterKind::Assign => format!("`{name}` is assigned twice"),
                    _ => format!("`{name}` is exported and cannot be changed"),
                };
                let label = (first, "it gets its value here".to_owned());
                self.report(codes::IMMUTABLE, site, message, Some(label));
                self.advise_private_name(name);
            }
        }
    }

    fn advise_private_name(&mut self, name: &str) {
        self.advise(&format!(
            "call it `_{name}`: a private variable can be assigned again"
        ));
    }

    /// Adds what to do to the last diagnostic.
    fn advise(&mut self, help: &str) {
        if let Some(diagnostic) = self.diagnostics.last_mut() {
            diagnostic.help = Some(help.to_owned());
        }
    }

    fn report(
        &mut self,
        code: Code,
        site: Site<'db>,
        message: String,
        label: Option<(Site<'db>, String)>,
    ) {
        let mut diagnostic = self.diagnostic(code, site, message);
        if let Some((other, text)) = label {
            let span = self.span(other);
            diagnostic = if other.item == site.item {
                diagnostic.label(span, text)
            } else {
                diagnostic.label_in(other.item.place(self.db), span, text)
            };
        }
        self.diagnostics.push(diagnostic);
    }

    fn diagnostic(&self, code: Code, site: Site<'db>, message: String) -> Diagnostic {
        placed(
            Diagnostic::error(code, self.span(site), message),
            site.item.place(self.db),
        )
    }

    /// Where the name stands: looked up only for what is reported, so that nothing here depends on spans otherwise.
    fn span(&self, site: Site<'db>) -> Span {
        let ast = &item_syntax(self.db, site.item).ast;
        if DefinitionKind::of(site.item.kind(self.db)).is_some() {
            return declared_name(ast).unwrap_or_default();
        }
        let mut index = 0;
        let mut span = Span::default();
        each_setter(ast, &mut |_, name, _, _| {
            if index == site.index {
                span = name.0;
            }
            index += 1;
        });
        span
    }
}

/// Where the name of a schema, rule or alias stands in its item.
fn declared_name(ast: &ItemAst) -> Option<Span> {
    ast.stmt_ids(ast.root)
        .iter()
        .find_map(|&stmt| match ast[stmt] {
            Stmt::Schema(id) => Some(ast[id].name.0),
            Stmt::Rule(id) => Some(ast[id].name.0),
            Stmt::TypeAlias { name, .. } => Some(name.0),
            _ => None,
        })
}
