//! Public schemas without a doc string.

use kiln_syntax::diagnostic::Diagnostic;

use super::{Findings, codes, findings};
use crate::Db;
use crate::outline::Item;
use crate::syntax::item_syntax;

/// Schemas, mixins, protocols and rules of an item that others can use and nobody describes.
#[salsa::tracked]
pub fn doc_lints<'db>(db: &'db dyn Db, item: Item<'db>) -> Findings {
    let ast = &item_syntax(db, item).ast;
    let schemas = ast.schemas.iter().map(|s| (s.name, s.doc));
    let rules = ast.rules.iter().map(|r| (r.name, r.doc));
    let found = schemas
        .chain(rules)
        .filter(|(name, doc)| doc.is_none() && !ast.name(*name).starts_with('_'))
        .map(|(name, _)| {
            let text = ast.name(name);
            Diagnostic::warning(
                codes::MISSING_DOCS,
                name.0,
                format!("`{text}` has no documentation"),
            )
            .help("say what it is for in a string of three quotes below its head")
        });
    findings(found.collect())
}
