//! Where an item reads names.

use kiln_syntax::ast::{Expr, ExprId, ItemAst, List, Name, Stmt, StmtId, TypeExpr};
use kiln_syntax::span::Span;
use rustc_hash::{FxHashMap, FxHashSet};

/// The places of names in an item that may read a variable: all but the targets of assignments. Keys of configs and names
/// of attributes are among them, since a key may stand for a variable's value.
pub(super) struct Uses<'a> {
    /// In order of places.
    by_name: FxHashMap<&'a str, Vec<Span>>,
}

impl<'a> Uses<'a> {
    pub(super) fn new(ast: &'a ItemAst) -> Self {
        let targets = plain_targets(ast);
        let mut places: Vec<Name> = Vec::new();
        for (expr, id) in ast.exprs.iter().zip(0..) {
            if let Expr::Name(name) = *expr
                && !targets.contains(&ExprId(id))
            {
                places.push(name);
            }
        }
        for ty in &ast.types {
            if let TypeExpr::Named(names) = *ty
                && let Some(&first) = ast.names(names).first()
            {
                places.push(first);
            }
        }
        places.sort_unstable_by_key(|name| name.0.start);
        let mut by_name: FxHashMap<&'a str, Vec<Span>> = FxHashMap::default();
        for name in places {
            by_name.entry(ast.name(name)).or_default().push(name.0);
        }
        Self { by_name }
    }

    /// Whether a name is read somewhere.
    pub(super) fn has(&self, name: &str) -> bool {
        self.by_name.contains_key(name)
    }

    /// Whether a name is read inside of a place.
    pub(super) fn has_in(&self, name: &str, place: Span) -> bool {
        self.by_name.get(name).is_some_and(|spans| {
            // names do not overlap, so the first one behind the start decides
            let first = spans.partition_point(|span| span.start < place.start);
            spans.get(first).is_some_and(|span| span.end <= place.end)
        })
    }

    /// All names that are read, in no order.
    pub(super) fn names(&self) -> impl Iterator<Item = &'a str> {
        self.by_name.keys().copied()
    }
}

/// The names at the bottom of assignment targets: `a` of `a = …`, `a.b = …`, `a += …`.
fn plain_targets(ast: &ItemAst) -> FxHashSet<ExprId> {
    let bottom = |mut target: ExprId| {
        while let Expr::Select { value, .. } | Expr::Index { value, .. } = ast[target] {
            target = value;
        }
        target
    };
    let assigned = ast.assigns.iter().flat_map(|a| a.targets.iter().copied());
    let augmented = ast.stmts.iter().filter_map(|stmt| match *stmt {
        Stmt::AugAssign { target, .. } => Some(target),
        _ => None,
    });
    assigned.chain(augmented).map(bottom).collect()
}

/// Calls `found` for the statements of a body, also those in branches.
pub(super) fn each_statement(ast: &ItemAst, body: List, found: &mut dyn FnMut(StmtId)) {
    for &id in ast.stmt_ids(body) {
        found(id);
        if let Stmt::If(branches) = ast[id] {
            for branch in ast.stmt_branches(branches) {
                each_statement(ast, branch.body, found);
            }
        }
    }
}

/// Calls `found` for the variables of loops, with the place of the loop.
pub(super) fn each_loop_variable(ast: &ItemAst, found: &mut dyn FnMut(Name, Span)) {
    for (expr, &span) in ast.exprs.iter().zip(&ast.expr_spans) {
        match *expr {
            Expr::ListComp(comp) | Expr::ConfigComp(comp) => {
                for clause in &ast[comp].clauses {
                    for &name in ast.names(clause.vars) {
                        found(name, span);
                    }
                }
            }
            Expr::Quant(quant) => {
                for &name in ast.names(ast[quant].vars) {
                    found(name, span);
                }
            }
            _ => {}
        }
    }
}

/// Whether a name is written with `$`, which says that it is the way it is on purpose.
pub(super) fn is_escaped(ast: &ItemAst, name: Name) -> bool {
    ast.text[..name.0.start as usize].ends_with('$')
}
