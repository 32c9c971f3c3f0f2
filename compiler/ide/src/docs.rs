//! Documentation as people write it: doc strings of schemas with a section about attributes, and comments above names.

use kiln_analysis::outline::{File, Item, outline};
use kiln_analysis::syntax::item_syntax;
use kiln_analysis::{Db, Package, package_files};
use kiln_syntax::ast::{ExprId, ItemAst, Stmt};
use kiln_syntax::outline::ItemKind;

use crate::place::text_of;

/// A doc string in its parts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Docs {
    /// What comes before all sections.
    pub summary: String,
    /// Attribute names with their descriptions.
    pub attributes: Vec<(String, String)>,
    /// What comes under `Examples`.
    pub examples: String,
}

/// The doc string of a schema, mixin, protocol or rule.
#[must_use]
pub fn schema_docs<'db>(db: &'db dyn Db, item: Item<'db>) -> Option<Docs> {
    let ast = &item_syntax(db, item).ast;
    let of_schema = ast.schemas.first().and_then(|schema| schema.doc);
    let doc = of_schema.or_else(|| ast.rules.first().and_then(|rule| rule.doc))?;
    Some(parse(&doc_text(ast, doc)))
}

/// What the first file that says something at its top says about its package.
#[must_use]
pub fn package_docs<'db>(db: &'db dyn Db, package: Package<'db>) -> Option<String> {
    package_files(db, package).iter().find_map(|&file| {
        let first = *outline(db, file).items.first()?;
        let ast = &item_syntax(db, first).ast;
        let doc = ast
            .stmt_ids(ast.root)
            .first()
            .filter(|_| first.kind(db) == ItemKind::Doc)?;
        let Stmt::Expr(doc) = ast[*doc] else {
            return None;
        };
        let lines = dedented(&doc_text(ast, doc));
        let text = lines.join("\n").trim().to_owned();
        (!text.is_empty()).then_some(text)
    })
}

/// The text of a doc string without its quotes.
fn doc_text(ast: &ItemAst, doc: ExprId) -> String {
    if let Some(text) = ast.string(doc) {
        return text.to_owned();
    }
    // one with holes: as it is written
    let text = ast
        .text
        .get(ast.expr_span(doc).range())
        .unwrap_or_default()
        .trim_start_matches(['r', 'R']);
    text.trim_matches(['"', '\'']).to_owned()
}

/// Takes a doc string apart.
#[must_use]
pub fn parse(text: &str) -> Docs {
    #[derive(PartialEq)]
    enum Part {
        Summary,
        Attributes,
        Examples,
        Other,
    }
    let lines = dedented(text);
    let mut docs = Docs::default();
    let mut part = Part::Summary;
    let mut index = 0;
    while index < lines.len() {
        let line = &lines[index];
        let underlined = lines
            .get(index + 1)
            .is_some_and(|next| next.len() >= 3 && next.chars().all(|c| c == '-' || c == '='));
        if underlined && !line.trim().is_empty() {
            part = match line.trim().to_lowercase().as_str() {
                "attributes" => Part::Attributes,
                "examples" | "example" => Part::Examples,
                _ => Part::Other,
            };
            index += 2;
            continue;
        }
        match part {
            Part::Summary => push_line(&mut docs.summary, line),
            Part::Examples => push_line(&mut docs.examples, line),
            Part::Attributes => {
                let head = (!line.starts_with([' ', '\t']))
                    .then(|| line.split_once(':'))
                    .flatten();
                if let Some((name, rest)) = head {
                    // `name: type, default is 1, optional`: the declaration says all that
                    let name = name.trim().trim_matches('`').to_owned();
                    let is_type = lines
                        .get(index + 1)
                        .is_some_and(|next| next.starts_with([' ', '\t']));
                    let text = if is_type { "" } else { rest.trim() };
                    docs.attributes.push((name, text.to_owned()));
                } else if let Some((_, text)) = docs.attributes.last_mut() {
                    push_line(text, line.trim());
                }
            }
            Part::Other => {}
        }
        index += 1;
    }
    docs.summary = docs.summary.trim().to_owned();
    docs.examples = docs.examples.trim_matches('\n').to_owned();
    for (_, text) in &mut docs.attributes {
        *text = text.trim().to_owned();
    }
    docs
}

fn push_line(text: &mut String, line: &str) {
    if !text.is_empty() {
        text.push('\n');
    }
    text.push_str(line);
}

/// The lines without the indentation that all but the first have in common.
fn dedented(text: &str) -> Vec<String> {
    let indent = |line: &str| line.len() - line.trim_start().len();
    let lines: Vec<&str> = text.lines().collect();
    let least = lines
        .iter()
        .skip(1)
        .filter(|line| !line.trim().is_empty())
        .map(|line| indent(line))
        .min()
        .unwrap_or(0);
    let cut = |(index, line): (usize, &&str)| {
        let by = if index == 0 {
            indent(line)
        } else {
            least.min(indent(line))
        };
        line[by..].trim_end().to_owned()
    };
    lines.iter().enumerate().map(cut).collect()
}

/// The comment lines directly above an offset, without their signs.
#[must_use]
pub fn comment_above(db: &dyn Db, file: File<'_>, offset: u32) -> Option<String> {
    let text = text_of(db, file);
    let start = text.get(..offset as usize)?.rfind('\n')?;
    let mut lines: Vec<&str> = Vec::new();
    for line in text[..start].lines().rev() {
        let Some(comment) = line.trim().strip_prefix('#') else {
            break;
        };
        lines.push(comment.strip_prefix(' ').unwrap_or(comment));
    }
    lines.reverse();
    (!lines.is_empty()).then(|| lines.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn sections_are_found() {
        let docs = parse(
            "A server.\n\n    It serves.\n\n    Attributes\n    ----------\n    port: int, default is 80\n        Where it listens.\n    name: what it is called\n\n    Examples\n    --------\n    a = 1\n      b\n    ",
        );
        assert_eq!(docs.summary, "A server.\n\nIt serves.");
        assert_eq!(
            docs.attributes,
            [
                ("port".to_owned(), "Where it listens.".to_owned()),
                ("name".to_owned(), "what it is called".to_owned())
            ]
        );
        assert_eq!(docs.examples, "a = 1\n  b");
    }
}
