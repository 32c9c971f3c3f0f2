//! A schema for a dict: its keys become attributes with the types of their values, and the dict an instance.

use kiln_analysis::Db;
use kiln_analysis::check::trace::{Trace, item_trace};
use kiln_analysis::imports::file_imports;
use kiln_analysis::names::package_names;
use kiln_analysis::outline::File;
use kiln_analysis::syntax::item_syntax;
use kiln_analysis::types::Ty;
use kiln_syntax::ast::{Entry, EntryOp, Expr, ExprId, ItemAst, Key, List};
use kiln_syntax::outline::ItemKind;
use kiln_syntax::span::Span;

use super::{Action, ActionKind};
use crate::completion::spelling;
use crate::importing::{above_comments, is_name};
use crate::place::{TextEdit, item_at, text_of};

/// Types with more members are left open.
const MOST_MEMBERS: usize = 4;

/// Makes a schema of the dict whose first line or whole text is selected.
pub(super) fn schema<'db>(
    db: &'db dyn Db,
    file: File<'db>,
    selection: Span,
    all: &mut Vec<Action>,
) {
    let Some((item, at)) = item_at(db, file, selection.start) else {
        return;
    };
    if matches!(item.kind(db), ItemKind::Import | ItemKind::Error) {
        return;
    }
    let syntax = item_syntax(db, item);
    let (ast, trace) = (&syntax.ast, item_trace(db, item));
    let selected = Span::new(at, at + selection.len());
    let Some((id, entries)) = dict_at(ast, selected) else {
        return;
    };
    // where something is expected, a schema of its own would not fit
    if !syntax.diagnostics.is_empty() || trace.expected_of(id).is_some() || is_operand(ast, id) {
        return;
    }
    let Some(attributes) = attributes(db, file, ast, trace, entries) else {
        return;
    };
    let name = free_name(db, file, &name_for(ast, id));
    let start = item.range(db).start;
    let text = text_of(db, file);
    let place = above_comments(text, start as usize) as u32;
    let dict = start + ast.expr_span(id).start;
    let mut declared = format!("schema {name}:\n");
    for (name, ty) in attributes {
        declared.push_str(&format!("    {name}: {ty}\n"));
    }
    declared.push('\n');
    all.push(Action::new(
        format!("extract schema `{name}`"),
        ActionKind::Extract,
        vec![
            TextEdit {
                range: Span::new(place, place),
                text: declared,
            },
            TextEdit {
                range: Span::new(dict, dict),
                text: format!("{name} "),
            },
        ],
    ));
}

/// The innermost dict around a selection, if that is on its first line or all of it.
fn dict_at(ast: &ItemAst, selected: Span) -> Option<(ExprId, List)> {
    let all = ast.exprs.iter().zip(&ast.expr_spans).zip(0..);
    let around = all.filter_map(|((expr, span), id)| match *expr {
        Expr::Config(entries) => Some((ExprId(id), entries, *span)),
        _ => None,
    });
    let (id, entries, span) = around
        .filter(|(.., span)| span.start <= selected.start && selected.end <= span.end)
        .min_by_key(|(.., span)| span.len())?;
    let before = ast.text.get(span.start as usize..selected.start as usize)?;
    let chosen = span == selected || !before.contains('\n');
    let is_config = ast.schema_exprs.iter().any(|it| it.config == id);
    (chosen && !is_config).then_some((id, entries))
}

/// Whether a dict is merged with something, or unpacked.
fn is_operand(ast: &ItemAst, id: ExprId) -> bool {
    let merged = ast.exprs.iter().any(|expr| match *expr {
        Expr::Binary { left, right, .. } => left == id || right == id,
        _ => false,
    });
    let unpacked = ast
        .list_entries
        .iter()
        .any(|entry| matches!(*entry, Entry::Unpack(value) if value == id));
    merged || unpacked
}

/// Names as they are written, and types; nothing if the entries are not plain.
fn attributes<'db>(
    db: &'db dyn Db,
    file: File<'db>,
    ast: &ItemAst,
    trace: &Trace<'db>,
    entries: List,
) -> Option<Vec<(String, String)>> {
    let mut attributes: Vec<(String, String)> = Vec::new();
    for entry in ast.entries(entries) {
        let Entry::Pair { key, op, value } = *entry else {
            return None;
        };
        let name = match ast.key(key) {
            Key::Name(name) => ast.name(name),
            Key::Str(text) => text,
            _ => return None,
        };
        let plain = op != EntryOp::Insert && !matches!(ast[value], Expr::Undefined);
        // private keys are no part of a document, private attributes no part of an instance from outside
        if !plain || name.is_empty() || name.starts_with('_') {
            return None;
        }
        let written = match is_name(name) {
            true => name.to_owned(),
            false if name.contains(['"', '\\', '\n', '$']) => return None,
            false => format!("\"{name}\""),
        };
        if attributes.iter().any(|(known, _)| *known == written) {
            return None;
        }
        let ty = type_text(db, file, trace.type_of(value).widen(db), 0);
        attributes.push((written, ty));
    }
    (!attributes.is_empty()).then_some(attributes)
}

/// A type as a file can write it.
fn type_text<'db>(db: &'db dyn Db, file: File<'db>, ty: Ty<'db>, depth: u32) -> String {
    let any = || "any".to_owned();
    if depth > 4 {
        return any();
    }
    let inner = |ty: Ty<'db>| type_text(db, file, ty.widen(db), depth + 1);
    match ty {
        Ty::Bool | Ty::Int | Ty::Float | Ty::Str => ty.display(db),
        Ty::Instance(schema) => spelling(db, file, schema).unwrap_or_else(any),
        Ty::List(list) => format!("[{}]", inner(list.element(db))),
        Ty::Dict(dict) => {
            let value = inner(dict.value(db));
            let entries = dict.entries(db);
            let all = entries.map_or(&[][..], |entries| entries.list(db));
            let same = all.iter().all(|entry| inner(entry.ty) == value);
            format!("{{str:{}}}", if same { value } else { any() })
        }
        Ty::Union(union) => {
            let members = union.members(db);
            let mut texts: Vec<String> = members.iter().map(|&member| inner(member)).collect();
            texts.dedup();
            let open = texts.len() > MOST_MEMBERS || texts.iter().any(|text| text == "any");
            if open { any() } else { texts.join(" | ") }
        }
        _ => any(),
    }
}

/// What the dict is the value of.
fn name_for(ast: &ItemAst, id: ExprId) -> String {
    let assigned = ast.assigns.iter().find(|it| it.value == id);
    let target = assigned.and_then(|it| it.targets.first().copied());
    let key = ast.list_entries.iter().find_map(|entry| match *entry {
        Entry::Pair { key, value, .. } if value == id => Some(key),
        _ => None,
    });
    let named = target.or(key).and_then(|id| {
        let span = match ast[id] {
            Expr::Str(span) => span,
            _ => ast.expr_span(id),
        };
        ast.text.get(span.range())
    });
    let mut name = String::new();
    let mut upper = true;
    for c in named.unwrap_or("value").chars() {
        if c.is_ascii_alphanumeric() {
            name.push(if upper { c.to_ascii_uppercase() } else { c });
            upper = false;
        } else {
            upper = true;
        }
    }
    match is_name(&name) {
        true => name,
        false => "Value".to_owned(),
    }
}

fn free_name<'db>(db: &'db dyn Db, file: File<'db>, base: &str) -> String {
    let names = package_names(db, file.package(db));
    let imports = file_imports(db, file);
    let free = |name: &String| names.get(name).is_none() && imports.get(name).is_none();
    let numbered = (2..).map(|number| format!("{base}{number}"));
    let mut candidates = std::iter::once(base.to_owned()).chain(numbered);
    candidates.find(free).unwrap_or_else(|| base.to_owned())
}
