//! What a file declares, as a tree; and declarations by name.

use kiln_analysis::Db;
use kiln_analysis::outline::{File, Item, outline};
use kiln_analysis::syntax::item_syntax;
use kiln_syntax::ast::{self, Entry, Expr, ExprId, ItemAst, Key, Stmt, StmtId};
use kiln_syntax::outline::ItemKind;
use kiln_syntax::span::Span;

use crate::symbol::SymbolKind;

/// Blocks nested deeper are not listed.
const MAX_DEPTH: u32 = 8;

/// Longer names of blocks in lists are left out.
const LONGEST_NAME: usize = 60;

/// Something that a file declares.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Declared {
    /// Its name.
    pub name: String,
    /// A type or base.
    pub detail: String,
    /// What it is.
    pub kind: SymbolKind,
    /// All of it.
    pub range: Span,
    /// Its name.
    pub selection: Span,
    /// What it consists of.
    pub children: Vec<Declared>,
}

/// The tree of a file.
#[must_use]
pub fn document_symbols<'db>(db: &'db dyn Db, file: File<'db>) -> Vec<Declared> {
    let mut all = Vec::new();
    for &item in &outline(db, file).items {
        let start = item.range(db).start;
        let ast = &item_syntax(db, item).ast;
        let mut found = Vec::new();
        statements(ast, ast.stmt_ids(ast.root), &mut found);
        for declared in &mut found {
            shift(declared, start);
        }
        all.extend(found);
    }
    all
}

fn shift(declared: &mut Declared, by: u32) {
    declared.range = declared.range.shifted(by);
    declared.selection = declared.selection.shifted(by);
    for child in &mut declared.children {
        shift(child, by);
    }
}

fn statements(ast: &ItemAst, ids: &[StmtId], found: &mut Vec<Declared>) {
    for &id in ids {
        statement(ast, id, found);
    }
}

fn statement(ast: &ItemAst, id: StmtId, found: &mut Vec<Declared>) {
    let range = ast.stmt_span(id);
    let source = |span: Span| ast.text.get(span.range()).unwrap_or_default();
    let declared = |name: Span, kind, detail: String, children| Declared {
        name: source(name).to_owned(),
        detail,
        kind,
        range: range.cover(name),
        selection: name,
        children,
    };
    match ast[id] {
        Stmt::Schema(schema) => {
            let schema = &ast[schema];
            let kind = match schema.kind {
                kiln_syntax::ast::SchemaKind::Schema => SymbolKind::Schema,
                kiln_syntax::ast::SchemaKind::Mixin => SymbolKind::Mixin,
                kiln_syntax::ast::SchemaKind::Protocol => SymbolKind::Protocol,
            };
            let mut children = Vec::new();
            statements(ast, ast.stmt_ids(schema.body), &mut children);
            let base = schema.base.map(|base| source(ast.expr_span(base)));
            let detail = base.unwrap_or_default().to_owned();
            found.push(declared(schema.name.0, kind, detail, children));
        }
        Stmt::Rule(rule) => {
            let name = ast[rule].name.0;
            found.push(declared(name, SymbolKind::Rule, String::new(), Vec::new()));
        }
        Stmt::TypeAlias { name, ty } => {
            let detail = first_line(source(ast.type_span(ty)));
            found.push(declared(name.0, SymbolKind::TypeAlias, detail, Vec::new()));
        }
        Stmt::Attr(attr) => {
            let attr = &ast[attr];
            let name = match ast[attr.name] {
                Expr::Str(span) => span,
                _ => ast.expr_span(attr.name),
            };
            let detail = first_line(source(ast.type_span(attr.ty)));
            let default = attr.default.map(|default| value_parts(ast, default, 0).1);
            let children = default.unwrap_or_default();
            found.push(declared(name, SymbolKind::Attribute, detail, children));
        }
        Stmt::Unification { target, value } => {
            let (detail, children) = value_parts(ast, value, 0);
            found.push(declared(target.0, SymbolKind::Variable, detail, children));
        }
        Stmt::Assign(assign) => {
            let assign = &ast[assign];
            let (mut detail, children) = value_parts(ast, assign.value, 0);
            if let Some(ty) = assign.ty {
                detail = first_line(source(ast.type_span(ty)));
            }
            for &target in &assign.targets {
                if let Expr::Name(name) = ast[target] {
                    found.push(declared(
                        name.0,
                        SymbolKind::Variable,
                        detail.clone(),
                        children.clone(),
                    ));
                }
            }
        }
        Stmt::If(branches) => {
            for branch in ast.stmt_branches(branches) {
                statements(ast, ast.stmt_ids(branch.body), found);
            }
        }
        _ => {}
    }
}

/// The schema or kind of a value, and the entries in it.
fn value_parts(ast: &ItemAst, value: ExprId, depth: u32) -> (String, Vec<Declared>) {
    if depth > MAX_DEPTH {
        return Default::default();
    }
    match ast[value] {
        Expr::Schema(schema) => {
            let schema = &ast[schema];
            let callee = ast.text.get(ast.expr_span(schema.callee).range());
            let (_, children) = value_parts(ast, schema.config, depth);
            (callee.unwrap_or_default().to_owned(), children)
        }
        Expr::Config(entries) => {
            let mut children = Vec::new();
            collect_entries(ast, ast.entries(entries), depth, &mut children);
            (String::new(), children)
        }
        Expr::List(items) => {
            let mut children = Vec::new();
            for (index, item) in ast.items(items).iter().enumerate() {
                if let ast::Item::Expr(id) = *item {
                    children.extend(list_item(ast, index, id, depth));
                }
            }
            (String::new(), children)
        }
        Expr::Lambda(_) => ("lambda".to_owned(), Vec::new()),
        Expr::Paren(inner) => value_parts(ast, inner, depth + 1),
        _ => Default::default(),
    }
}

/// A block in a list, by its index and what it is called in it.
fn list_item(ast: &ItemAst, index: usize, id: ExprId, depth: u32) -> Option<Declared> {
    let (detail, children) = value_parts(ast, id, depth + 1);
    if children.is_empty() {
        return None;
    }
    let span = ast.expr_span(id);
    let named = children.iter().find(|child| child.name == "name");
    let name = named.and_then(|child| {
        let text = ast
            .text
            .get(child.selection.end as usize..child.range.end as usize)?;
        let text = text.trim_start_matches([' ', '=', ':', '"', '\'']);
        let text = text.trim_end_matches(['"', '\'']);
        (!text.is_empty() && text.len() <= LONGEST_NAME && !text.contains('\n')).then_some(text)
    });
    Some(Declared {
        name: name.map_or_else(|| format!("[{index}]"), |name| format!("[{index}] {name}")),
        detail,
        kind: SymbolKind::Key,
        range: span,
        selection: Span::new(span.start, span.start + 1),
        children,
    })
}

fn collect_entries(ast: &ItemAst, entries: &[Entry], depth: u32, children: &mut Vec<Declared>) {
    for &entry in entries {
        match entry {
            Entry::Pair { key, value, .. } => {
                let selection = match ast[key] {
                    Expr::Str(span) => span,
                    _ => ast.expr_span(key),
                };
                let named = !matches!(ast.key(key), Key::Computed(_));
                let name = ast.text.get(selection.range()).filter(|_| named);
                let Some(name) = name.filter(|name| !name.is_empty()) else {
                    continue;
                };
                let (detail, inner) = value_parts(ast, value, depth + 1);
                children.push(Declared {
                    name: name.to_owned(),
                    detail,
                    kind: SymbolKind::Key,
                    range: ast.expr_span(key).cover(ast.expr_span(value)),
                    selection,
                    children: inner,
                });
            }
            Entry::If(branches) => {
                for branch in ast.entry_branches(branches) {
                    collect_entries(ast, ast.entries(branch.body), depth, children);
                }
            }
            _ => {}
        }
    }
}

fn first_line(text: &str) -> String {
    text.lines().next().unwrap_or_default().to_owned()
}

/// A declaration at the top level of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TopLevel {
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: SymbolKind,
    /// Its name in the file; or, by [`declared`], its item.
    pub range: Span,
}

/// The names that a text declares at its top level, from its outline alone.
#[must_use]
pub fn top_level(text: &str) -> Vec<TopLevel> {
    let outline = kiln_syntax::outline(text);
    let items = outline.items.iter();
    items
        .flat_map(|item| {
            let kind = kind_of(item.kind);
            item.names.iter().filter_map(move |&range| {
                Some(TopLevel {
                    name: text.get(range.range())?.to_owned(),
                    kind: kind?,
                    range,
                })
            })
        })
        .collect()
}

/// The same for a file in its package, from what is known about it already.
#[must_use]
pub fn declared<'db>(db: &'db dyn Db, file: File<'db>) -> Vec<TopLevel> {
    let items = outline(db, file).items.iter();
    let names = items.flat_map(|item| {
        let (kind, range) = (kind_of(item.kind(db)), item.range(db));
        item.names(db).iter().filter_map(move |name| {
            Some(TopLevel {
                name: name.to_owned(),
                kind: kind?,
                range,
            })
        })
    });
    names.collect()
}

const fn kind_of(kind: ItemKind) -> Option<SymbolKind> {
    Some(match kind {
        ItemKind::Schema => SymbolKind::Schema,
        ItemKind::Mixin => SymbolKind::Mixin,
        ItemKind::Protocol => SymbolKind::Protocol,
        ItemKind::Rule => SymbolKind::Rule,
        ItemKind::TypeAlias => SymbolKind::TypeAlias,
        ItemKind::Assign | ItemKind::Unification | ItemKind::If => SymbolKind::Variable,
        _ => return None,
    })
}

/// The item whose declaration is around an offset, for hierarchies.
#[must_use]
pub fn declaring_item<'db>(db: &'db dyn Db, file: File<'db>, offset: u32) -> Option<Item<'db>> {
    crate::place::item_at(db, file, offset).map(|(item, _)| item)
}
