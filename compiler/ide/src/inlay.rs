//! What an editor can show between the characters of a program: types that are not written, and names of parameters.

use kiln_analysis::Db;
use kiln_analysis::check::trace::{Meaning, item_trace};
use kiln_analysis::outline::{File, Item, outline};
use kiln_analysis::syntax::item_syntax;
use kiln_analysis::types::Ty;
use kiln_syntax::ast::{Arg, Expr, ExprId, ItemAst, Stmt};
use kiln_syntax::span::Span;

/// Longer types are left out: they would hide the program.
const LONGEST: usize = 40;

/// What kind of hint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HintKind {
    /// `: int` behind a name.
    Type,
    /// `name: ` before an argument.
    Parameter,
}

/// Text between characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hint {
    /// Where.
    pub offset: u32,
    /// What.
    pub text: String,
    /// Which kind.
    pub kind: HintKind,
    /// Whether the program means the same if the text is put into it.
    pub insertable: bool,
}

/// The hints of a file in a range.
#[must_use]
pub fn inlay_hints<'db>(db: &'db dyn Db, file: File<'db>, range: Span) -> Vec<Hint> {
    let mut hints = Vec::new();
    for &item in &outline(db, file).items {
        let own = item.range(db);
        if own.start <= range.end && range.start <= own.end {
            of_item(db, item, &mut hints);
        }
    }
    hints.retain(|hint| range.start <= hint.offset && hint.offset <= range.end);
    hints.sort_by_key(|hint| hint.offset);
    hints
}

fn of_item<'db>(db: &'db dyn Db, item: Item<'db>, hints: &mut Vec<Hint>) {
    let ast = &item_syntax(db, item).ast;
    let start = item.range(db).start;
    let trace = item_trace(db, item);
    for stmt in &ast.stmts {
        let Stmt::Assign(assign) = *stmt else {
            continue;
        };
        let assign = &ast[assign];
        if assign.ty.is_some() || says_its_type(ast, assign.value) {
            continue;
        }
        let ty = trace.type_of(assign.value).widen(db);
        let Some(text) = type_text(db, ty) else {
            continue;
        };
        for &target in &assign.targets {
            if let Expr::Name(name) = ast[target] {
                hints.push(Hint {
                    offset: start + name.0.end,
                    text: format!(": {text}"),
                    kind: HintKind::Type,
                    insertable: assign.targets.len() == 1 && is_writable(ty),
                });
            }
        }
    }
    for found in &trace.uses {
        let is_loop = matches!(
            found.meaning,
            Meaning::Local {
                kind: kiln_analysis::check::trace::LocalKind::Loop,
                ..
            }
        );
        if is_loop
            && found.declares
            && let Some(text) = type_text(db, found.ty)
        {
            hints.push(Hint {
                offset: start + found.span.end,
                text: format!(": {text}"),
                kind: HintKind::Type,
                insertable: false,
            });
        }
    }
    let calls = ast.exprs.iter().filter_map(|expr| match *expr {
        Expr::Call { callee, args } => Some((callee, args)),
        Expr::Schema(schema) => Some((ast[schema].callee, ast[schema].args)),
        _ => None,
    });
    for (callee, args) in calls {
        let callee = ast.expr_span(callee);
        let Some(site) = trace.calls.iter().find(|call| call.callee == callee) else {
            continue;
        };
        // the one parameter of a function needs no name
        if site.variadic || site.params.len() < 2 {
            continue;
        }
        for (arg, param) in ast.args(args).iter().zip(&site.params) {
            let Some(name) = param.name.map(|name| name.text(db)) else {
                continue;
            };
            if arg.keyword.is_none() && !says_its_name(ast, arg, name) {
                hints.push(Hint {
                    offset: start + ast.expr_span(arg.value).start,
                    text: format!("{name}: "),
                    kind: HintKind::Parameter,
                    insertable: false,
                });
            }
        }
    }
}

/// Whether a value shows what it is.
fn says_its_type(ast: &ItemAst, value: ExprId) -> bool {
    matches!(
        ast[ast.peel(value)],
        Expr::Schema(_)
            | Expr::Lambda(_)
            | Expr::Int(_)
            | Expr::Float(_)
            | Expr::Bool(_)
            | Expr::Str(_)
            | Expr::StrDecoded(_)
            | Expr::Format(_)
            | Expr::Unit(_)
            | Expr::None
            | Expr::Undefined
            | Expr::Error
            | Expr::As { .. }
    )
}

/// Whether an argument is called as its parameter.
fn says_its_name(ast: &ItemAst, arg: &Arg, name: &str) -> bool {
    match ast[arg.value] {
        Expr::Name(it) | Expr::Select { attr: it, .. } => ast.name(it) == name,
        Expr::Error => true,
        _ => false,
    }
}

fn type_text<'db>(db: &'db dyn Db, ty: Ty<'db>) -> Option<String> {
    let known = !matches!(
        ty,
        Ty::Any
            | Ty::Error
            | Ty::None
            | Ty::Void
            | Ty::Function(_)
            | Ty::Schema(_)
            | Ty::Package(_)
            | Ty::System(_)
    );
    let text = known.then(|| ty.display(db))?;
    let says_something = !matches!(&*text, "[any]" | "{any:any}");
    (says_something && text.len() <= LONGEST && !text.contains('…')).then_some(text)
}

/// Whether a type's text means the same everywhere.
const fn is_writable(ty: Ty<'_>) -> bool {
    matches!(ty, Ty::Bool | Ty::Int | Ty::Float | Ty::Str)
}
