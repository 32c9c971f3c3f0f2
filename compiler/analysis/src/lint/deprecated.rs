//! Uses of what is marked `@deprecated`: instances of schemas, and attributes that a config sets. (A program that runs into
//! a strict one fails; this says so without running it.)

use kiln_syntax::ast::{Arg, Decorator, Entry, Expr, ExprId, ItemAst, Key, Name};
use kiln_syntax::diagnostic::Diagnostic;
use kiln_syntax::span::Span;

use super::{Findings, codes, findings};
use crate::Db;
use crate::check::schema;
use crate::outline::Item;
use crate::syntax::item_syntax;
use crate::types::{SchemaTy, Sym, Ty};

/// Uses of deprecated things in an item.
#[salsa::tracked]
pub fn deprecated_lints<'db>(db: &'db dyn Db, item: Item<'db>) -> Findings {
    let ast = &item_syntax(db, item).ast;
    let mut walk = Walk {
        db,
        item,
        ast,
        found: Vec::new(),
    };
    for expr in &ast.schema_exprs {
        if let Some(schema) = schema::reference(db, item, ast, expr.callee) {
            walk.instance(schema, expr.callee);
            walk.config(schema, expr.config);
        }
    }
    findings(walk.found)
}

/// What `@deprecated(…)` says.
struct Mark {
    span: Span,
    version: Option<String>,
    reason: Option<String>,
}

struct Walk<'db> {
    db: &'db dyn Db,
    item: Item<'db>,
    ast: &'db ItemAst,
    found: Vec<Diagnostic>,
}

impl<'db> Walk<'db> {
    fn instance(&mut self, schema: SchemaTy<'db>, callee: ExprId) {
        let declared = schema.item(self.db);
        let ast = &item_syntax(self.db, declared).ast;
        let mark = ast.schemas.iter().find_map(|s| mark(ast, &s.decorators));
        if let Some(mark) = mark {
            let name = schema.name(self.db).text(self.db);
            self.report(self.ast.expr_span(callee), name, declared, mark);
        }
    }

    /// The entries of an instance, and of blocks in it that are instances by the type of their attribute.
    fn config(&mut self, schema: SchemaTy<'db>, config: ExprId) {
        let ast = self.ast;
        let mut pending = vec![(schema, config)];
        while let Some((schema, config)) = pending.pop() {
            let Expr::Config(entries) = ast[config] else {
                continue;
            };
            let mut lists = vec![entries];
            while let Some(list) = lists.pop() {
                for entry in ast.entries(list) {
                    match *entry {
                        Entry::Pair { key, value, .. } => {
                            pending.extend(self.entry(schema, key, value));
                        }
                        Entry::If(branches) => {
                            lists.extend(ast.entry_branches(branches).iter().map(|b| b.body));
                        }
                        Entry::Unpack(_) | Entry::Error => {}
                    }
                }
            }
        }
    }

    /// One entry; gives the block that is to be looked into.
    fn entry(
        &mut self,
        schema: SchemaTy<'db>,
        key: ExprId,
        value: ExprId,
    ) -> Option<(SchemaTy<'db>, ExprId)> {
        let ast = self.ast;
        let (name, is_whole) = match ast.key(key) {
            Key::Name(name) => (ast.name(name), true),
            Key::Str(text) => (text, true),
            Key::Path(names) => (ast.name(*names.first()?), false),
            Key::Index(names, _) => (ast.name(*names.first()?), false),
            Key::Computed(_) => return None,
        };
        let attribute = schema::attribute(self.db, schema, Sym::new(self.db, name))?;
        let origin = attribute.origin;
        let declared = &item_syntax(self.db, origin.item).ast;
        let mark = declared
            .attrs
            .iter()
            .find(|attr| attr.name == ExprId(origin.expr))
            .and_then(|attr| mark(declared, &attr.decorators));
        if let Some(mark) = mark {
            self.report(ast.expr_span(key), name, origin.item, mark);
        }
        match attribute.ty {
            Ty::Instance(inner) if is_whole => Some((inner, value)),
            _ => None,
        }
    }

    fn report(&mut self, span: Span, name: &str, declared: Item<'db>, mark: Mark) {
        let since = mark
            .version
            .map(|version| format!(" since version {version}"))
            .unwrap_or_default();
        let mut diagnostic = Diagnostic::warning(
            codes::DEPRECATED,
            span,
            format!("`{name}` is deprecated{since}"),
        );
        let text = mark
            .reason
            .clone()
            .unwrap_or_else(|| "marked here".to_owned());
        diagnostic = if declared == self.item {
            diagnostic.label(mark.span, text)
        } else {
            diagnostic.label_in(declared.place(self.db), mark.span, text)
        };
        if let Some(reason) = mark.reason {
            diagnostic = diagnostic.help(reason);
        }
        self.found.push(diagnostic);
    }
}

/// The first `@deprecated` among decorators.
fn mark(ast: &ItemAst, decorators: &[Decorator]) -> Option<Mark> {
    decorators.iter().find_map(|decorator| {
        let (callee, args) = match ast[decorator.expr] {
            Expr::Call { callee, args } => (callee, ast.args(args)),
            _ => (decorator.expr, &[][..]),
        };
        let is_it = matches!(ast[callee], Expr::Name(name) if ast.name(name) == "deprecated");
        is_it.then(|| Mark {
            span: ast.expr_span(decorator.expr),
            version: text_argument(ast, args, "version", 0),
            reason: text_argument(ast, args, "reason", 1),
        })
    })
}

/// A literal argument, by its name or position.
fn text_argument(ast: &ItemAst, args: &[Arg], name: &str, position: usize) -> Option<String> {
    let named = |keyword: Name| ast.name(keyword) == name;
    let by_name = args.iter().find(|arg| arg.keyword.is_some_and(named));
    let by_position = || args.get(position).filter(|arg| arg.keyword.is_none());
    let value = by_name.or_else(by_position)?.value;
    let text = ast.string(value)?;
    (!text.is_empty()).then(|| text.to_owned())
}
