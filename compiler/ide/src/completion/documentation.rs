//! The beginnings of a documentation: its parts, with every attribute.

use kiln_analysis::outline::Item;
use kiln_analysis::syntax::item_syntax;
use kiln_syntax::ast::{ExprId, ItemAst, Stmt, StmtId};
use kiln_syntax::span::Span;

use super::{ItemKind, List};

/// The parts of what documents a schema, if a string does that. `on_line`: the end of the string is on the same line.
pub(super) fn skeleton(list: &mut List<'_, '_>, item: Item<'_>, string: Span, on_line: bool) {
    let db = list.db;
    let ast = &item_syntax(db, item).ast;
    let is_doc = |doc: Option<ExprId>| doc.is_some_and(|doc| ast.expr_span(doc) == string);
    let schema = ast.schemas.iter().find(|schema| is_doc(schema.doc));
    let rule = ast.rules.iter().find(|rule| is_doc(rule.doc));
    let (name, attributes) = match (schema, rule) {
        (Some(schema), _) => (schema.name, attributes(ast, ast.stmt_ids(schema.body))),
        (None, Some(rule)) => (rule.name, Vec::new()),
        (None, None) => return,
    };
    let mut text = "${1:Summary.}".to_owned();
    let mut place = 1;
    if !attributes.is_empty() {
        text.push_str("\n\nAttributes\n----------");
        for attribute in attributes {
            place += 1;
            text.push_str(&format!("\n{attribute}\n\t${{{place}:Description.}}"));
        }
    }
    text.push_str("\n\nExamples\n--------\n$0");
    if on_line {
        text.push('\n');
    }
    let label = format!("document {}", ast.name(name));
    let item =
        super::Item::new(label, ItemKind::Snippet, 0).detail("summary, attributes and examples");
    list.push(item.inserting(text, "Summary."));
}

/// `name : type, default is 1, optional` for each attribute.
fn attributes(ast: &ItemAst, body: &[StmtId]) -> Vec<String> {
    let source = |span: Span| {
        let text = ast.text.get(span.range()).unwrap_or_default();
        // of a long text only the beginning; and no places in it
        let line = text.lines().next().unwrap_or_default();
        let line = line.replace('\\', "\\\\").replace('$', "\\$");
        line.replace('}', "\\}")
    };
    let attributes = body.iter().filter_map(|&stmt| {
        let Stmt::Attr(attr) = ast[stmt] else {
            return None;
        };
        let attr = &ast[attr];
        let ty = source(ast.type_span(attr.ty));
        let mut text = format!("{} : {ty}", ast.attr_name(attr));
        if let Some(default) = attr.default {
            text.push_str(&format!(", default is {}", source(ast.expr_span(default))));
        }
        let needed = !attr.optional && attr.default.is_none();
        text.push_str(if needed { ", required" } else { ", optional" });
        Some(text)
    });
    attributes.collect()
}
