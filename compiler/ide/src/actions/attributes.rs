//! Attributes that an instance lacks, dicts that could be instances, and the mark of optional attributes.

use kiln_analysis::Db;
use kiln_analysis::check::trace::item_trace;
use kiln_analysis::outline::{File, Item};
use kiln_analysis::syntax::item_syntax;
use kiln_analysis::types::{SchemaTy, Ty};
use kiln_syntax::ast::{Entry, Expr, ExprId, ItemAst, Key, List, TypeExpr};
use kiln_syntax::span::Span;

use super::{Action, ActionKind, indentation};
use crate::completion::spelling;
use crate::describe::all_attributes;
use crate::place::{TextEdit, item_at, text_of};

/// The innermost block around a selection that is a config of some schema: its item, the block, the schema, and whether the
/// schema is written before it.
fn block_at<'db>(
    db: &'db dyn Db,
    file: File<'db>,
    selection: Span,
) -> Option<(Item<'db>, ExprId, List, SchemaTy<'db>, bool)> {
    let (item, at) = item_at(db, file, selection.start)?;
    let at = Span::new(at, at + selection.len());
    let ast = &item_syntax(db, item).ast;
    let trace = item_trace(db, item);
    let blocks = ast.exprs.iter().zip(&ast.expr_spans).zip(0..);
    let around = blocks.filter_map(|((expr, span), id)| match *expr {
        Expr::Config(entries) => Some((ExprId(id), entries, *span)),
        _ => None,
    });
    // the head of an instance belongs to its block
    let head = |id: ExprId| {
        let of = |(expr, span): (&Expr, &Span)| match *expr {
            Expr::Schema(schema) if ast[schema].config == id => Some((schema, *span)),
            _ => None,
        };
        ast.exprs.iter().zip(&ast.expr_spans).find_map(of)
    };
    let (id, entries, _) = around
        .filter(|&(id, _, span)| {
            let span = head(id).map_or(span, |(_, whole)| whole.cover(span));
            span.start <= at.start && at.end <= span.end
        })
        .min_by_key(|(_, _, span)| span.len())?;
    if let Some((schema, _)) = head(id) {
        return match trace.type_of(ast[schema].callee) {
            Ty::Schema(schema) => Some((item, id, entries, schema, true)),
            _ => None,
        };
    }
    let mut schemas = trace
        .expected_of(id)?
        .members(db)
        .filter_map(|ty| match ty {
            Ty::Instance(schema) => Some(schema),
            _ => None,
        });
    let schema = schemas.next()?;
    schemas
        .next()
        .is_none()
        .then_some((item, id, entries, schema, false))
}

/// The names that the entries of a block set; nothing if that cannot be known.
fn keys(ast: &ItemAst, entries: List) -> Option<Vec<&str>> {
    let mut keys = Vec::new();
    for entry in ast.entries(entries) {
        match *entry {
            Entry::Pair { key, .. } => match ast.key(key) {
                Key::Name(name) => keys.push(ast.name(name)),
                Key::Str(text) => keys.push(text),
                Key::Path(names) | Key::Index(names, _) => {
                    keys.extend(names.first().map(|&name| ast.name(name)));
                }
                Key::Computed(_) => return None,
            },
            Entry::Unpack(_) => return None,
            Entry::If(branches) => {
                for branch in ast.entry_branches(branches) {
                    keys.extend(self::keys(ast, branch.body)?);
                }
            }
            Entry::Error => {}
        }
    }
    Some(keys)
}

/// Adds the attributes that an instance must have and lacks.
pub(super) fn missing_attributes<'db>(
    db: &'db dyn Db,
    file: File<'db>,
    selection: Span,
    all: &mut Vec<Action>,
) {
    let Some((item, id, entries, schema, _)) = block_at(db, file, selection) else {
        return;
    };
    let ast = &item_syntax(db, item).ast;
    let Some(given) = keys(ast, entries) else {
        return;
    };
    let missing: Vec<_> = all_attributes(db, schema)
        .into_iter()
        .filter(|it| !it.optional && !it.has_default && !given.contains(&it.name.text(db)))
        .collect();
    if missing.is_empty() {
        return;
    }
    let start = item.range(db).start;
    let text = text_of(db, file);
    let span = ast.expr_span(id);
    let close = start + span.end - 1;
    let outer = indentation(text, start + span.start);
    let step = "    ";
    let last = ast.entries(entries).last();
    let one_line = !ast.text[span.range()].contains('\n');
    let mut added = String::new();
    for attribute in &missing {
        let name = attribute.name.text(db);
        let value = placeholder(db, attribute.ty);
        added.push_str(&format!("\n{outer}{step}{name} = {value}"));
    }
    let before = text.get((start + span.start + 1) as usize..close as usize);
    let before = before.unwrap_or_default();
    let edit = if one_line && last.is_some() {
        // `{a = 1}` stays on its line
        let entries: Vec<String> = missing
            .iter()
            .map(|it| format!("{} = {}", it.name.text(db), placeholder(db, it.ty)))
            .collect();
        let at = start + span.start + 1 + before.trim_end().len() as u32;
        TextEdit {
            range: Span::new(at, at),
            text: format!(", {}", entries.join(", ")),
        }
    } else {
        let at = start + span.start + 1 + before.trim_end().len() as u32;
        TextEdit {
            range: Span::new(at, close),
            text: format!("{added}\n{outer}"),
        }
    };
    let names: Vec<String> = missing
        .iter()
        .map(|it| format!("`{}`", it.name.text(db)))
        .collect();
    let title = if names.len() > 3 {
        format!("add {} missing attributes", names.len())
    } else {
        format!("add {}", names.join(", "))
    };
    all.push(Action {
        title,
        kind: ActionKind::QuickFix,
        edits: vec![edit],
        others: Vec::new(),
    });
}

/// A value to start from.
fn placeholder<'db>(db: &'db dyn Db, ty: Ty<'db>) -> String {
    match ty.members(db).next().unwrap_or(Ty::Any) {
        Ty::Str => "\"\"".to_owned(),
        Ty::Int => "0".to_owned(),
        Ty::Float => "0.0".to_owned(),
        Ty::Bool => "False".to_owned(),
        Ty::List(_) => "[]".to_owned(),
        Ty::Dict(_) | Ty::Instance(_) => "{}".to_owned(),
        literal if literal.is_literal() => literal.display(db),
        _ => "None".to_owned(),
    }
}

/// Writes the schema before a dict where an instance is expected.
pub(super) fn dict_to_instance<'db>(
    db: &'db dyn Db,
    file: File<'db>,
    selection: Span,
    all: &mut Vec<Action>,
) {
    let Some((item, id, _, schema, false)) = block_at(db, file, selection) else {
        return;
    };
    let Some(name) = spelling(db, file, schema) else {
        return;
    };
    let start = item.range(db).start + item_syntax(db, item).ast.expr_span(id).start;
    all.push(Action {
        title: format!("write the schema: `{name} {{…}}`"),
        kind: ActionKind::Rewrite,
        edits: vec![TextEdit {
            range: Span::new(start, start),
            text: format!("{name} "),
        }],
        others: Vec::new(),
    });
}

/// Leaves out the schema of an instance where exactly that is expected.
pub(super) fn instance_to_dict<'db>(
    db: &'db dyn Db,
    file: File<'db>,
    selection: Span,
    all: &mut Vec<Action>,
) {
    let Some((item, config, _, schema, true)) = block_at(db, file, selection) else {
        return;
    };
    let ast = &item_syntax(db, item).ast;
    let written = ast
        .exprs
        .iter()
        .zip(0..)
        .find_map(|(expr, id)| match *expr {
            Expr::Schema(it) if ast[it].config == config && !ast[it].has_args => Some(ExprId(id)),
            _ => None,
        });
    let Some(id) = written else { return };
    let Some(expected) = item_trace(db, item).expected_of(id) else {
        return;
    };
    let mut takers = expected
        .members(db)
        .filter(|ty| matches!(ty, Ty::Instance(_) | Ty::Dict(_) | Ty::Any));
    if takers.next() != Some(Ty::Instance(schema)) || takers.next().is_some() {
        return;
    }
    let start = item.range(db).start;
    let (whole, block) = (ast.expr_span(id), ast.expr_span(config));
    all.push(Action::new(
        "leave out the schema: `{…}`",
        ActionKind::Rewrite,
        vec![TextEdit {
            range: Span::new(start + whole.start, start + block.start),
            text: String::new(),
        }],
    ));
}

/// Makes an attribute optional, or required.
pub(super) fn optional<'db>(
    db: &'db dyn Db,
    file: File<'db>,
    selection: Span,
    all: &mut Vec<Action>,
) {
    let Some((item, at)) = item_at(db, file, selection.start) else {
        return;
    };
    let ast = &item_syntax(db, item).ast;
    let start = item.range(db).start;
    for attr in &ast.attrs {
        let (name, ty) = (ast.expr_span(attr.name), ast.type_span(attr.ty));
        if at < name.start || at > ty.end || matches!(ast[attr.ty], TypeExpr::Error) {
            continue;
        }
        let text = ast.attr_name(attr);
        let mark = ast
            .text
            .get(name.end as usize..ty.start as usize)
            .and_then(|between| between.find('?'))
            .map(|at| start + name.end + at as u32);
        let (title, edit) = match mark {
            Some(mark) => (
                format!("make `{text}` required"),
                TextEdit {
                    range: Span::new(mark, mark + 1),
                    text: String::new(),
                },
            ),
            None => (
                format!("make `{text}` optional"),
                TextEdit {
                    range: Span::new(start + name.end, start + name.end),
                    text: "?".to_owned(),
                },
            ),
        };
        all.push(Action {
            title,
            kind: ActionKind::Rewrite,
            edits: vec![edit],
            others: Vec::new(),
        });
    }
}
