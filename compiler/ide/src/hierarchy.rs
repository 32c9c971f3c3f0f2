//! Hierarchies: bases and sub-schemas, callers and callees.

use kiln_analysis::Db;
use kiln_analysis::check::schema::{schema_shape, schema_ty};
use kiln_analysis::check::trace::item_trace;
use kiln_analysis::outline::{File, Item};
use kiln_analysis::syntax::item_syntax;
use kiln_analysis::types::{SchemaTy, Ty};
use kiln_syntax::ast::{Expr, ExprId, ItemAst};
use kiln_syntax::span::Span;

use crate::place::{FileRange, file_range, item_at};
use crate::references::{Reference, Target, uses_in_file};
use crate::symbol::{Symbol, SymbolKind, named_at, schema_kind, schema_site, symbol};

/// Something with a place in a hierarchy.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Node {
    /// Its name.
    pub name: String,
    /// Its package.
    pub container: String,
    /// Whether it is a schema, mixin, protocol or rule, and not a function or variable.
    pub is_schema: bool,
    /// Its name in the text.
    pub at: FileRange,
    /// All of it.
    pub whole: FileRange,
}

fn schema_node<'db>(db: &'db dyn Db, schema: SchemaTy<'db>) -> Option<Node> {
    let site = schema_site(db, schema)?;
    Some(Node {
        name: schema.name(db).text(db).to_owned(),
        container: crate::describe::package_name(db, site.item.package(db)),
        is_schema: true,
        at: site.range(db),
        whole: whole(db, site.item),
    })
}

fn whole<'db>(db: &'db dyn Db, item: Item<'db>) -> FileRange {
    FileRange {
        path: std::sync::Arc::clone(item.file(db).path(db)),
        range: crate::place::code_range(db, item),
    }
}

/// The schema at an offset: one that is named, or the type of a value.
#[must_use]
pub fn schema_at<'db>(db: &'db dyn Db, file: File<'db>, offset: u32) -> Option<SchemaTy<'db>> {
    let named = named_at(db, file, offset)?;
    match named.symbol.ty {
        Ty::Schema(schema) | Ty::Instance(schema) => Some(schema),
        _ => None,
    }
}

/// The schema at an offset as the root of a hierarchy of types.
#[must_use]
pub fn type_node<'db>(db: &'db dyn Db, file: File<'db>, offset: u32) -> Option<Node> {
    schema_node(db, schema_at(db, file, offset)?)
}

/// What the schema at an offset inherits from directly: its base, protocol and mixins.
#[must_use]
pub fn supertypes<'db>(db: &'db dyn Db, file: File<'db>, offset: u32) -> Vec<Node> {
    let Some(schema) = schema_at(db, file, offset) else {
        return Vec::new();
    };
    let shape = schema_shape(db, schema.item(db)).as_ref();
    let base = schema.ancestors(db).first().copied();
    let more = shape.map(|shape| shape.protocol.iter().chain(&shape.mixins).copied());
    let all = base.into_iter().chain(more.into_iter().flatten());
    all.filter_map(|schema| schema_node(db, schema)).collect()
}

/// What to look for to find the schemas that inherit from the one at an offset.
#[must_use]
pub fn schema_target<'db>(db: &'db dyn Db, file: File<'db>, offset: u32) -> Option<Target> {
    let schema = schema_at(db, file, offset)?;
    let symbol = crate::symbol::schema_symbol(db, schema)?;
    debug_assert_eq!(symbol.kind, schema_kind(schema.kind(db)));
    Some(Target::new(db, &symbol))
}

/// The schemas of a file that name a target in their heads.
#[must_use]
pub fn subtypes_in_file<'db>(db: &'db dyn Db, file: File<'db>, target: &Target) -> Vec<Node> {
    let mut nodes: Vec<Node> = Vec::new();
    for reference in uses_in_file(db, file, target) {
        let Some((item, at)) = item_at(db, file, reference.at.range.start) else {
            continue;
        };
        if is_in_head(db, item, at)
            && let Some(node) = schema_ty(db, item).and_then(|schema| schema_node(db, schema))
            && !nodes.contains(&node)
        {
            nodes.push(node);
        }
    }
    nodes
}

/// Whether an offset of an item is in the base, protocol, mixins or parents that it names.
fn is_in_head(db: &dyn Db, item: Item<'_>, at: u32) -> bool {
    let ast = &item_syntax(db, item).ast;
    let of_schemas = ast.schemas.iter().flat_map(|schema| {
        let named = schema.base.iter().chain(&schema.protocol);
        named.chain(&schema.mixins)
    });
    let of_rules = ast
        .rules
        .iter()
        .flat_map(|rule| rule.parents.iter().chain(&rule.protocol));
    of_schemas.chain(of_rules).any(|&expr| {
        let span = ast.expr_span(expr);
        span.start <= at && at < span.end
    })
}

/// The function or schema at an offset as the root of a hierarchy of calls.
#[must_use]
pub fn call_node<'db>(db: &'db dyn Db, file: File<'db>, offset: u32) -> Option<Node> {
    let named = named_at(db, file, offset)?;
    symbol_node(db, &named.symbol)
}

fn symbol_node<'db>(db: &'db dyn Db, symbol: &Symbol<'db>) -> Option<Node> {
    let is_schema = matches!(
        symbol.kind,
        SymbolKind::Schema | SymbolKind::Mixin | SymbolKind::Protocol | SymbolKind::Rule
    );
    let callable = is_schema || matches!(symbol.ty, Ty::Function(_) | Ty::Schema(_));
    let site = symbol.sites.first().filter(|_| callable)?;
    Some(Node {
        name: symbol.name.text(db).to_owned(),
        container: crate::describe::package_name(db, site.item.package(db)),
        is_schema,
        at: site.range(db),
        whole: whole(db, site.item),
    })
}

/// Whether what is named at a span is called there, or an instance made of it.
fn is_call(ast: &ItemAst, span: Span) -> bool {
    let is_it = |callee: ExprId| ast.expr_span(ast.peel(callee)).end == span.end;
    ast.exprs.iter().any(|expr| match *expr {
        Expr::Call { callee, .. } => is_it(callee),
        Expr::Schema(schema) => is_it(ast[schema].callee),
        _ => false,
    })
}

/// The declaration around a call, for a list of callers; for statements without a name, their first line.
#[must_use]
pub fn caller<'db>(db: &'db dyn Db, file: File<'db>, reference: &Reference) -> Option<Node> {
    let (item, at) = item_at(db, file, reference.at.range.start)?;
    let span = Span::new(at, at + reference.at.range.len());
    if !is_call(&item_syntax(db, item).ast, span) {
        return None;
    }
    let text = item.text(db);
    let first = item.names(db).first();
    let name = first.unwrap_or_else(|| text.lines().next().unwrap_or_default());
    let at = text.find(name).unwrap_or_default() as u32;
    Some(Node {
        name: name.to_owned(),
        container: crate::describe::package_name(db, item.package(db)),
        is_schema: schema_ty_of(db, item),
        at: file_range(db, item, Span::new(at, at + name.len() as u32)),
        whole: whole(db, item),
    })
}

fn schema_ty_of(db: &dyn Db, item: Item<'_>) -> bool {
    use kiln_syntax::outline::ItemKind;
    matches!(
        item.kind(db),
        ItemKind::Schema | ItemKind::Mixin | ItemKind::Protocol | ItemKind::Rule
    )
}

/// What the declaration at an offset calls, each with the places of its calls.
#[must_use]
pub fn callees<'db>(db: &'db dyn Db, file: File<'db>, offset: u32) -> Vec<(Node, Vec<FileRange>)> {
    let Some((item, _)) = item_at(db, file, offset) else {
        return Vec::new();
    };
    let mut found: Vec<(Node, Vec<FileRange>)> = Vec::new();
    let ast = &item_syntax(db, item).ast;
    for used in &item_trace(db, item).uses {
        if used.declares || !is_call(ast, used.span) {
            continue;
        }
        let node = symbol(db, item, used).and_then(|symbol| symbol_node(db, &symbol));
        let Some(node) = node else { continue };
        let at = file_range(db, item, used.span);
        match found.iter_mut().find(|(known, _)| *known == node) {
            Some((_, places)) => places.push(at),
            None => found.push((node, vec![at])),
        }
    }
    found
}
