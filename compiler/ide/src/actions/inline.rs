//! The value of a name in place of the name. Refused, by not being offered, wherever the program could then mean something
//! else: a name in the value that is bound to something else where it is used, several setters, effects.

use std::sync::Arc;

use kiln_analysis::check::trace::{CURSOR, Meaning, item_trace, probe};
use kiln_analysis::imports::file_imports;
use kiln_analysis::outline::{File, Item};
use kiln_analysis::syntax::item_syntax;
use kiln_analysis::types::Ty;
use kiln_analysis::{Db, package_files};
use kiln_stdlib::Effect;
use kiln_syntax::ast::{Entry, Expr, ExprId, FormatPart, ItemAst, Stmt, StmtId, TypeExpr};
use kiln_syntax::parse_item;
use kiln_syntax::span::Span;
use rustc_hash::FxHashSet;

use super::{Action, ActionKind};
use crate::describe::all_attributes;
use crate::place::{TextEdit, item_at, text_of};
use crate::references::{Target, uses_in_file};
use crate::symbol::{SymbolKind, named_at};

/// Writes the value of the name at a position in place of the name: everywhere if nobody else can see it, else here.
pub(super) fn inline<'db>(
    db: &'db dyn Db,
    file: File<'db>,
    selection: Span,
    shared: bool,
    all: &mut Vec<Action>,
) {
    let Some(found) = Inlined::new(db, file, selection.start) else {
        return;
    };
    let private = found.is_local || found.target.name.starts_with('_') && !shared;
    if private && let Some(action) = found.everywhere(db, file) {
        all.push(action);
    }
    if let Some(action) = found.here(db, file, selection.start) {
        all.push(action);
    }
}

/// A name with one value.
struct Inlined<'db> {
    target: Target,
    /// The item of its only setter.
    item: Item<'db>,
    stmt: StmtId,
    /// The name in that.
    declared: Span,
    value: ExprId,
    is_local: bool,
}

/// A use of the name.
struct Place<'db> {
    file: File<'db>,
    item: Item<'db>,
    /// In the item.
    span: Span,
}

impl<'db> Inlined<'db> {
    fn new(db: &'db dyn Db, file: File<'db>, offset: u32) -> Option<Self> {
        let named = named_at(db, file, offset)?;
        let is_local = match named.symbol.kind {
            SymbolKind::Variable => false,
            SymbolKind::Local => true,
            _ => return None,
        };
        let [site] = named.symbol.sites[..] else {
            return None;
        };
        let syntax = item_syntax(db, site.item);
        let ast = &syntax.ast;
        if !syntax.diagnostics.is_empty() {
            return None;
        }
        let statements: Vec<StmtId> = match is_local {
            true => {
                let bodies = ast.lambdas.iter();
                bodies
                    .flat_map(|it| ast.stmt_ids(it.body))
                    .copied()
                    .collect()
            }
            false => ast.stmt_ids(ast.root).to_vec(),
        };
        let setter = statements.into_iter().find_map(|stmt| match ast[stmt] {
            Stmt::Assign(assign) => match ast[assign].targets[..] {
                [target] if ast.expr_span(target) == site.span => Some((stmt, assign)),
                _ => None,
            },
            _ => None,
        });
        let (stmt, assign) = setter?;
        let assign = &ast[assign];
        let value = assign.value;
        // a written type may make something else of the value
        let ty = item_trace(db, site.item).type_of(value).widen(db);
        let same = assign.ty.is_none_or(|written| {
            let pair = (ast[written], ty);
            matches!(
                pair,
                (TypeExpr::Any, _)
                    | (TypeExpr::Str, Ty::Str)
                    | (TypeExpr::Int, Ty::Int)
                    | (TypeExpr::Bool, Ty::Bool)
            )
        });
        if !same {
            return None;
        }
        Some(Self {
            target: Target::new(db, &named.symbol),
            item: site.item,
            stmt,
            declared: site.span,
            value,
            is_local,
        })
    }

    fn ast(&self, db: &'db dyn Db) -> &'db ItemAst {
        &item_syntax(db, self.item).ast
    }

    /// The value in all places; the name is gone.
    fn everywhere(&self, db: &'db dyn Db, file: File<'db>) -> Option<Action> {
        let mut places: Vec<Place<'db>> = Vec::new();
        let files = match self.is_local {
            true => std::slice::from_ref(&file),
            false => &**package_files(db, file.package(db)),
        };
        for &file in files {
            for reference in uses_in_file(db, file, &self.target) {
                let (item, at) = item_at(db, file, reference.at.range.start)?;
                let span = Span::new(at, at + reference.at.range.len());
                if item == self.item && span == self.declared {
                    continue;
                }
                // it has more than one value
                if reference.declares {
                    return None;
                }
                places.push(Place { file, item, span });
            }
        }
        if places.is_empty() || places.len() > 1 && !self.is_pure(db) {
            return None;
        }
        let mut edits: Vec<(Arc<str>, Vec<TextEdit>)> = Vec::new();
        let mut push = |path: &Arc<str>, edit: TextEdit| match edits
            .iter_mut()
            .find(|(known, _)| known == path)
        {
            Some((_, edits)) => edits.push(edit),
            None => edits.push((Arc::clone(path), vec![edit])),
        };
        for place in &places {
            push(place.file.path(db), self.replaced(db, place)?);
        }
        push(self.item.file(db).path(db), self.removed(db)?);
        Some(Action::in_files(
            format!("inline `{}`", self.target.name),
            ActionKind::Inline,
            file.path(db),
            edits,
        ))
    }

    /// The value in one place.
    fn here(&self, db: &'db dyn Db, file: File<'db>, offset: u32) -> Option<Action> {
        let (item, at) = item_at(db, file, offset)?;
        let found = item_trace(db, item).at(at)?;
        let span = found.span;
        if found.declares || !self.is_pure(db) {
            return None;
        }
        let edit = self.replaced(db, &Place { file, item, span })?;
        Some(Action {
            title: format!("inline this use of `{}`", self.target.name),
            kind: ActionKind::Inline,
            edits: vec![edit],
            others: Vec::new(),
        })
    }

    /// Whether it makes no difference how often the value is computed.
    fn is_pure(&self, db: &'db dyn Db) -> bool {
        let ast = self.ast(db);
        let trace = item_trace(db, self.item);
        let whole = ast.expr_span(self.value);
        let calls = ast.exprs.iter().zip(&ast.expr_spans);
        let mut calls = calls.filter_map(|(expr, span)| match *expr {
            Expr::Call { callee, .. } if within(whole, *span) => Some(callee),
            _ => None,
        });
        calls.all(|callee| {
            let end = ast.expr_span(callee).end;
            let name = trace.uses.iter().rfind(|it| it.span.end == end);
            name.is_some_and(|name| {
                let text = ast.text.get(name.span.range()).unwrap_or_default();
                let id = match name.meaning {
                    Meaning::Builtin(_) if text != "print" => kiln_stdlib::builtin_id(text),
                    Meaning::StrMember(_) => kiln_stdlib::str_member_id(text),
                    Meaning::ModuleMember(module, _) => {
                        let module = kiln_analysis::types::signatures::module_name(db, module);
                        kiln_stdlib::module_fn_id(module, text)
                    }
                    _ => None,
                };
                let function = id.and_then(kiln_stdlib::function);
                function.is_some_and(|it| {
                    let same = [Effect::Pure, Effect::Read, Effect::Env];
                    same.contains(&it.effect) || it.effect == Effect::Input
                })
            })
        })
    }

    /// The edit that puts the value in a place, if it means the same there.
    fn replaced(&self, db: &'db dyn Db, place: &Place<'db>) -> Option<TextEdit> {
        let ast = self.ast(db);
        let source = ast.text.get(ast.expr_span(self.value).range())?;
        let there = &item_syntax(db, place.item).ast;
        if !self.means_the_same(db, place) {
            return None;
        }
        // in a string, quotes and braces would end something
        let quoted = there
            .exprs
            .iter()
            .zip(&there.expr_spans)
            .any(|(expr, span)| matches!(expr, Expr::Format(_)) && within(*span, place.span));
        if quoted && source.contains(['"', '\'', '{', '}', '\\', '\n', ':']) {
            return None;
        }
        let text = match binds_tightly(ast, self.value) || stands_alone(there, place.span) {
            true => source.to_owned(),
            false => format!("({source})"),
        };
        let mut after = there.text.to_string();
        after.replace_range(place.span.range(), &text);
        let parsed = parse_item(after.into(), place.item.kind(db));
        let start = place.item.range(db).start;
        parsed.diagnostics.is_empty().then(|| TextEdit {
            range: place.span.shifted(start),
            text,
        })
    }

    /// Whether every name of the value means the same in a place.
    fn means_the_same(&self, db: &'db dyn Db, place: &Place<'db>) -> bool {
        let ast = self.ast(db);
        let whole = ast.expr_span(self.value);
        let trace = item_trace(db, self.item);
        let free = trace.uses.iter().filter(|it| within(whole, it.span));
        let mut names: FxHashSet<&str> = FxHashSet::default();
        for used in free {
            let text = ast.text.get(used.span.range()).unwrap_or_default();
            match used.meaning {
                // its own name would be gone
                _ if text == self.target.name => return false,
                Meaning::Local { decl, .. } if within(whole, decl) => {}
                Meaning::Local { decl, .. } => {
                    let mut others = trace.uses.iter().filter(|it| it.declares);
                    let rebound = others
                        .any(|it| it.span != decl && ast.text.get(it.span.range()) == Some(text));
                    if !self.is_local || rebound {
                        return false;
                    }
                }
                Meaning::Attribute(_) if !used.declares && !is_member(ast, used.span) => {
                    return false;
                }
                Meaning::Definition { .. } | Meaning::Import(_) | Meaning::Builtin(_)
                    if !is_member(ast, used.span) =>
                {
                    names.insert(text);
                }
                _ => {}
            }
        }
        if place.file != self.item.file(db) {
            let here = file_imports(db, place.file);
            let there = file_imports(db, self.item.file(db));
            let same = |name: &&str| {
                let target = |imports: &'db kiln_analysis::FileImports<'db>| {
                    imports.get(name).map(|import| &import.target)
                };
                target(here) == target(there)
            };
            if !names.iter().all(same) {
                return false;
            }
        }
        if names.is_empty() {
            return true;
        }
        let mut text = item_syntax(db, place.item).ast.text.to_string();
        text.replace_range(place.span.range(), CURSOR);
        let there = parse_item(text.into(), place.item.kind(db)).ast;
        let (_, probe) = probe(db, place.item, &there);
        let bound = |name: &str| {
            let mut locals = probe.locals.iter();
            locals.any(|local| local.name.text(db) == name)
                || probe.schema.is_some_and(|schema| {
                    let attributes = all_attributes(db, schema);
                    attributes.iter().any(|it| it.name.text(db) == name)
                })
        };
        probe.site.is_some() && !names.iter().any(|name| bound(name))
    }

    /// The edit that removes the statement, with its line.
    fn removed(&self, db: &'db dyn Db) -> Option<TextEdit> {
        let ast = self.ast(db);
        let (file, start) = (self.item.file(db), self.item.range(db).start);
        let text = text_of(db, file);
        let span = ast.stmt_span(self.stmt).shifted(start);
        let before = text.get(..span.start as usize)?;
        let line = before.rfind('\n').map_or(0, |at| at + 1);
        let rest = text.get(span.end as usize..)?;
        let end = rest.find('\n').map_or(rest.len(), |at| at + 1);
        let alone = before[line..].trim().is_empty() && {
            let behind = rest[..end].trim();
            behind.is_empty() || behind.starts_with('#')
        };
        alone.then(|| TextEdit {
            range: Span::new(line as u32, span.end + end as u32),
            text: String::new(),
        })
    }
}

fn within(outer: Span, inner: Span) -> bool {
    outer.start <= inner.start && inner.end <= outer.end
}

/// Whether a name stands behind a dot.
fn is_member(ast: &ItemAst, span: Span) -> bool {
    let before = ast.text.get(..span.start as usize).unwrap_or_default();
    before.ends_with('.')
}

/// Whether nothing around an expression can take a part of it.
fn binds_tightly(ast: &ItemAst, value: ExprId) -> bool {
    matches!(
        ast[value],
        Expr::Name(_)
            | Expr::Bool(_)
            | Expr::None
            | Expr::Undefined
            | Expr::Str(_)
            | Expr::StrDecoded(_)
            | Expr::Format(_)
            | Expr::Paren(_)
            | Expr::List(_)
            | Expr::ListComp(_)
            | Expr::Config(_)
            | Expr::ConfigComp(_)
            | Expr::Select { .. }
            | Expr::Index { .. }
            | Expr::Slice(_)
            | Expr::Call { .. }
    )
}

/// Whether the expression at a span stands where any expression can, without an operator beside it.
fn stands_alone(ast: &ItemAst, span: Span) -> bool {
    let is = |id: ExprId| ast.expr_span(id) == span;
    let assigned = ast.assigns.iter().any(|it| is(it.value));
    let default = ast.attrs.iter().any(|it| it.default.is_some_and(is));
    let entry = ast
        .list_entries
        .iter()
        .any(|entry| matches!(*entry, Entry::Pair { value, .. } if is(value)));
    let item = ast
        .list_items
        .iter()
        .any(|item| matches!(*item, kiln_syntax::ast::Item::Expr(id) if is(id)));
    let argument = ast.list_args.iter().any(|arg| is(arg.value));
    let bracket = ast
        .exprs
        .iter()
        .any(|expr| matches!(*expr, Expr::Paren(inner) if is(inner)));
    let hole = ast
        .formats
        .iter()
        .flat_map(|it| &it.parts)
        .any(|part| matches!(*part, FormatPart::Hole { expr, .. } if is(expr)));
    let statement = ast.stmts.iter().any(|stmt| match *stmt {
        Stmt::Expr(id) => is(id),
        _ => false,
    });
    assigned || default || entry || item || argument || bracket || hole || statement
}
