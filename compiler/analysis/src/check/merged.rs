//! Several `name: A {…}` of the main package are one block at the place of the last one.

use kiln_syntax::ast::{Entry, EntryOp, Expr, ExprId, ItemAst, Key, SchemaExpr, Stmt};
use rustc_hash::FxHashMap;
use salsa::SalsaValue;

use super::schema::reference;
use crate::Db;
use crate::names::package_names;
use crate::outline::Item;
use crate::packages::Package;
use crate::syntax::item_syntax;
use crate::types::{SchemaTy, Sym};

/// A variable of a package.
#[salsa::interned(revisions = usize::MAX)]
struct Variable<'db> {
    #[returns(copy)]
    package: Package<'db>,
    #[returns(copy)]
    name: Sym<'db>,
}

/// The blocks that make up a variable.
#[derive(Clone, Debug, Default, PartialEq, SalsaValue)]
pub(super) struct MergedBlocks<'db> {
    /// The items that hold them, in order, with the schemas they name. Empty if there are not several.
    pub(super) blocks: Box<[(Item<'db>, Option<SchemaTy<'db>>)]>,
    /// The keys that the blocks set, each with the last block that replaces it by `=`.
    keys: FxHashMap<Sym<'db>, Option<u32>>,
    /// Whether these are all keys.
    complete: bool,
}

/// What part a block has among those that make up its variable.
pub(super) enum Part<'db> {
    /// It stands alone.
    Alone,
    /// Later ones follow.
    Earlier {
        merged: &'db MergedBlocks<'db>,
        index: u32,
    },
    /// It is the place of the whole.
    Last(&'db MergedBlocks<'db>),
}

impl<'db> MergedBlocks<'db> {
    /// Whether some block sets a key.
    pub(super) fn sets(&self, key: Sym<'db>) -> bool {
        self.keys.contains_key(&key)
    }

    /// Whether a block after this one replaces a key.
    pub(super) fn replaced_after(&self, key: Sym<'db>, index: u32) -> bool {
        self.keys
            .get(&key)
            .is_some_and(|by| by.is_some_and(|by| by > index))
    }

    /// Whether all keys of all blocks are known.
    pub(super) fn is_complete(&self) -> bool {
        self.complete
    }
}

/// The part that a block of a top-level statement has.
pub(super) fn part_of<'db>(
    db: &'db dyn Db,
    item: Item<'db>,
    ast: &ItemAst,
    expr: &SchemaExpr,
) -> Part<'db> {
    let package = item.package(db);
    if !package.is_main(db) {
        return Part::Alone;
    }
    let Some((name, _)) = unified(ast, expr.config) else {
        return Part::Alone;
    };
    let several = package_names(db, package)
        .get(name)
        .is_some_and(|definition| definition.items.len() > 1);
    if !several {
        return Part::Alone;
    }
    let merged = merged_blocks(db, Variable::new(db, package, Sym::new(db, name)));
    if merged.blocks.is_empty() {
        return Part::Alone;
    }
    match merged.blocks.iter().position(|&(other, _)| other == item) {
        Some(index) if index + 1 == merged.blocks.len() => Part::Last(merged),
        Some(index) => Part::Earlier {
            merged,
            index: u32::try_from(index).unwrap_or(u32::MAX),
        },
        None => Part::Earlier {
            merged,
            index: u32::MAX,
        },
    }
}

#[salsa::tracked]
fn merged_blocks<'db>(db: &'db dyn Db, variable: Variable<'db>) -> MergedBlocks<'db> {
    let names = package_names(db, variable.package(db));
    let name = variable.name(db).text(db);
    let mut merged = MergedBlocks {
        complete: true,
        ..MergedBlocks::default()
    };
    let mut blocks = Vec::new();
    let mut unified = false;
    for &item in names
        .get(name)
        .map(|definition| &definition.items[..])
        .unwrap_or_default()
    {
        let ast = &item_syntax(db, item).ast;
        let Some((value, unification)) = block_of(ast, name) else {
            continue;
        };
        let Expr::Schema(expr) = ast[value] else {
            continue;
        };
        let expr = &ast[expr];
        unified |= unification;
        if !unification {
            // What came before a plain assignment is gone.
            blocks.clear();
            merged.keys.clear();
            merged.complete = true;
        }
        let index = u32::try_from(blocks.len()).unwrap_or(u32::MAX);
        merged.complete &= keys(ast, expr.config, &mut |key, op| {
            let entry = merged.keys.entry(Sym::new(db, key)).or_default();
            if op == EntryOp::Override {
                *entry = Some(index);
            }
        });
        blocks.push((item, reference(db, item, ast, expr.callee)));
    }
    if !unified || blocks.len() < 2 {
        return MergedBlocks::default();
    }
    merged.blocks = blocks.into();
    merged
}

/// The name that a top-level statement gives this block to, and whether by unification.
fn unified(ast: &ItemAst, config: ExprId) -> Option<(&str, bool)> {
    let has_config =
        |value: ExprId| matches!(ast[value], Expr::Schema(schema) if ast[schema].config == config);
    ast.stmt_ids(ast.root).iter().find_map(|&id| match ast[id] {
        Stmt::Unification { target, value } if has_config(value) => Some((ast.name(target), true)),
        Stmt::Assign(assign) if has_config(ast[assign].value) => match ast[assign].targets[..] {
            [target] => match ast[target] {
                Expr::Name(name) => Some((ast.name(name), false)),
                _ => None,
            },
            _ => None,
        },
        _ => None,
    })
}

/// The instance that an item gives to a name, and whether by unification.
fn block_of(ast: &ItemAst, name: &str) -> Option<(ExprId, bool)> {
    ast.stmt_ids(ast.root).iter().find_map(|&id| match ast[id] {
        Stmt::Unification { target, value } if ast.name(target) == name => Some((value, true)),
        Stmt::Assign(assign) => match ast[assign].targets[..] {
            [target] => match ast[target] {
                Expr::Name(target) if ast.name(target) == name => Some((ast[assign].value, false)),
                _ => None,
            },
            _ => None,
        },
        _ => None,
    })
}

/// Calls `found` with the keys that a block sets at its top level. Whether these are all of them.
pub(super) fn keys<'a>(
    ast: &'a ItemAst,
    config: ExprId,
    found: &mut dyn FnMut(&'a str, EntryOp),
) -> bool {
    let Expr::Config(entries) = ast[config] else {
        return false;
    };
    let mut all = true;
    for &entry in ast.entries(entries) {
        let Entry::Pair { key, op, .. } = entry else {
            all = false;
            continue;
        };
        match ast.key(key) {
            Key::Name(name) => found(ast.name(name), op),
            Key::Str(text) => found(text, op),
            Key::Path(path) | Key::Index(path, _) => match path.first() {
                // Only a part of the value is set.
                Some(&first) => found(ast.name(first), EntryOp::Union),
                None => all = false,
            },
            Key::Computed(_) => all = false,
        }
    }
    all
}
