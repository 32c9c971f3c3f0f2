//! A top-level item.

use std::sync::Arc;

use kiln_analysis::check::Inference;
use kiln_analysis::{Db, FileImport, PackageNames};
use kiln_runtime::bytecode::Unit;
use kiln_syntax::ast::{ItemAst, Stmt};

use crate::function::Gen;
use crate::statement::Body;
use crate::unit::Cx;

/// Compiles an item.
pub(crate) fn compile<'db>(
    db: &'db dyn Db,
    ast: &ItemAst,
    names: &'db PackageNames<'db>,
    imports: Vec<&'db FileImport<'db>>,
    package: Arc<str>,
    is_main: bool,
    inference: Option<&'db Inference<'db>>,
) -> Unit {
    let cx = Cx::new(db, ast, names, imports, package, is_main, inference);
    let mut g = Gen {
        cx,
        functions: Vec::new(),
        part: None,
    };
    let mut body = Body::default();
    for &stmt in ast.stmt_ids(ast.root) {
        match ast[stmt] {
            Stmt::Schema(id) => g.schema(id),
            Stmt::Rule(id) => g.rule(id),
            Stmt::TypeAlias { name, ty } => {
                let ty = g.rt_type(ty);
                let ty = g.cx.ty(ty);
                let name = g.cx.name(ast.name(name));
                g.cx.unit.aliases.push((name, ty));
            }
            _ => g.plain_statement(&mut body, stmt, &[]),
        }
    }
    if g.cx.too_complex || g.cx.unit.codes.len() > usize::from(u16::MAX) {
        return crate::program::too_complex();
    }
    let mut unit = g.cx.unit;
    unit.setters = body.setters;
    unit.steps = body.steps;
    unit
}
