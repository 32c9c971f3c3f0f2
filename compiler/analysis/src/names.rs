//! What a package defines: its names in order of first appearance, and the items that set each.

mod conflicts;

use std::fmt;
use std::sync::Arc;

use indexmap::IndexMap;
use kiln_syntax::ast::{Expr, ExprId, ItemAst, List, Name, Stmt, StmtId};
use kiln_syntax::outline::ItemKind;
use rustc_hash::FxBuildHasher;

use crate::db::Db;
use crate::outline::{Item, outline};
use crate::packages::{Package, package_files};
use crate::syntax::item_syntax;

pub use conflicts::name_diagnostics;

/// What a name is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DefinitionKind {
    /// A variable.
    Variable,
    /// `schema`
    Schema,
    /// `mixin`
    Mixin,
    /// `protocol`
    Protocol,
    /// `rule`
    Rule,
    /// `type`
    TypeAlias,
}

impl DefinitionKind {
    /// What an item of this kind declares, unless that takes a look inside.
    fn of(kind: ItemKind) -> Option<Self> {
        Some(match kind {
            ItemKind::Schema => Self::Schema,
            ItemKind::Mixin => Self::Mixin,
            ItemKind::Protocol => Self::Protocol,
            ItemKind::Rule => Self::Rule,
            ItemKind::TypeAlias => Self::TypeAlias,
            _ => return None,
        })
    }
}

impl fmt::Display for DefinitionKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Variable => "a variable",
            Self::Schema => "a schema",
            Self::Mixin => "a mixin",
            Self::Protocol => "a protocol",
            Self::Rule => "a rule",
            Self::TypeAlias => "a type alias",
        })
    }
}

/// A name of a package.
#[derive(Clone, Debug, PartialEq, Eq, salsa::SalsaValue)]
pub struct Definition<'db> {
    /// What it is: what its first item makes it, but a schema, rule or alias is never a variable.
    pub kind: DefinitionKind,
    /// All items that declare or change it, in order of files, then source.
    pub items: Vec<Item<'db>>,
}

/// How a statement sets a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SetterKind {
    /// `a = …`
    Assign,
    /// `a: A {…}`
    Unify,
    /// `a op= …` and `a.b op= …`
    Augment,
    /// `a.b = …`, `a[0] = …`
    Update,
}

/// One setting of a name by a statement of an item.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Setter {
    /// The name.
    pub name: Arc<str>,
    /// How.
    pub kind: SetterKind,
}

/// The names of a package in order of first appearance.
#[derive(Clone, Debug, Default, PartialEq, Eq, salsa::SalsaValue)]
pub struct PackageNames<'db> {
    map: IndexMap<Arc<str>, Definition<'db>, FxBuildHasher>,
}

impl<'db> PackageNames<'db> {
    /// What a name means.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Definition<'db>> {
        self.map.get(name)
    }

    /// Position of a name.
    #[must_use]
    pub fn index_of(&self, name: &str) -> Option<usize> {
        self.map.get_index_of(name)
    }

    /// The name at a position.
    #[must_use]
    pub fn get_index(&self, index: usize) -> Option<(&Arc<str>, &Definition<'db>)> {
        self.map.get_index(index)
    }

    /// All of them, in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&Arc<str>, &Definition<'db>)> {
        self.map.iter()
    }

    /// How many.
    #[must_use]
    pub fn len(&self) -> usize {
        self.map.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.map.is_empty()
    }
}

/// Which names an item's statements set, in order, also inside `if`. Empty for imports, schemas, rules and aliases, and
/// for statements that set nothing.
#[salsa::tracked]
pub fn item_names<'db>(db: &'db dyn Db, item: Item<'db>) -> Box<[Setter]> {
    let mut setters = Vec::new();
    each_setter(&item_syntax(db, item).ast, &mut |ast, name, kind, _| {
        setters.push(Setter {
            name: ast.name(name).into(),
            kind,
        });
    });
    setters.into()
}

/// Calls `found` for every name set by a statement of the item: tree, name, how, and the statement.
pub fn each_setter(ast: &ItemAst, found: &mut dyn FnMut(&ItemAst, Name, SetterKind, StmtId)) {
    each_setter_in(ast, ast.root, found);
}

fn each_setter_in(
    ast: &ItemAst,
    body: List,
    found: &mut dyn FnMut(&ItemAst, Name, SetterKind, StmtId),
) {
    for &id in ast.stmt_ids(body) {
        match ast[id] {
            Stmt::Unification { target, .. } => found(ast, target, SetterKind::Unify, id),
            Stmt::Assign(assign) => {
                for &target in &ast[assign].targets {
                    if let Some(name) = target_name(ast, target) {
                        let whole = matches!(ast[target], Expr::Name(_));
                        found(
                            ast,
                            name,
                            if whole {
                                SetterKind::Assign
                            } else {
                                SetterKind::Update
                            },
                            id,
                        );
                    }
                }
            }
            Stmt::AugAssign { target, .. } => {
                if let Some(name) = target_name(ast, target) {
                    found(ast, name, SetterKind::Augment, id);
                }
            }
            Stmt::If(branches) => {
                for branch in ast.stmt_branches(branches) {
                    each_setter_in(ast, branch.body, found);
                }
            }
            _ => {}
        }
    }
}

/// The name at the bottom of `a`, `a.b`, `a[0].b`.
#[must_use]
pub fn target_name(ast: &ItemAst, mut target: ExprId) -> Option<Name> {
    loop {
        match ast[target] {
            Expr::Name(name) => return Some(name),
            Expr::Select { value, .. } | Expr::Index { value, .. } => target = value,
            _ => return None,
        }
    }
}

/// What a package defines. Does not look into schemas and rules, and stays the same when bodies change.
#[salsa::tracked]
pub fn package_names<'db>(db: &'db dyn Db, package: Package<'db>) -> PackageNames<'db> {
    let mut names = PackageNames::default();
    // Names that are only updated are not defined.
    let mut undefined = Vec::new();
    for &file in package_files(db, package) {
        for &item in &outline(db, file).items {
            if let Some(kind) = DefinitionKind::of(item.kind(db)) {
                if let Some(name) = item.names(db).first() {
                    let definition = names.define(name, kind, item);
                    if definition.kind == DefinitionKind::Variable {
                        definition.kind = kind;
                    }
                }
            } else if has_setters(item.kind(db)) {
                for setter in item_names(db, item) {
                    let before = names.len();
                    names.define(&setter.name, DefinitionKind::Variable, item);
                    let defines = matches!(setter.kind, SetterKind::Assign | SetterKind::Unify);
                    if defines {
                        undefined.retain(|name| *name != setter.name);
                    } else if names.len() > before {
                        undefined.push(setter.name.clone());
                    }
                }
            }
        }
    }
    for name in undefined {
        names.map.shift_remove(&name);
    }
    names.map.shrink_to_fit();
    names
}

impl<'db> PackageNames<'db> {
    fn define(
        &mut self,
        name: &str,
        kind: DefinitionKind,
        item: Item<'db>,
    ) -> &mut Definition<'db> {
        let index = self.map.get_index_of(name).unwrap_or_else(|| {
            let (index, _) = self.map.insert_full(
                name.into(),
                Definition {
                    kind,
                    items: Vec::new(),
                },
            );
            index
        });
        let definition = &mut self.map[index];
        if definition.items.last() != Some(&item) {
            definition.items.push(item);
        }
        definition
    }
}

pub(crate) fn has_setters(kind: ItemKind) -> bool {
    !matches!(
        kind,
        ItemKind::Doc | ItemKind::Import | ItemKind::Assert | ItemKind::Expr
    )
}
