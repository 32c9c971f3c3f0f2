//! Values that fit where something is expected.

use kiln_analysis::Db;
use kiln_analysis::check::trace::{CURSOR, Trace};
use kiln_analysis::imports::{ImportTarget, file_imports};
use kiln_analysis::outline::File;
use kiln_analysis::types::{SchemaTy, Ty};

use kiln_syntax::ast::{BinaryOp, CompareOp, Expr, ExprId, ItemAst};

use super::{Item, ItemKind, List};
use crate::importing::{Imported, Roots, imported};

/// So many members of a union are listed.
const MOST: usize = 100;

/// Values of a type. `alone`: nothing else stands there, so that whole instances can be offered.
pub(super) fn expected<'db: 'a, 'a>(
    list: &mut List<'db, '_>,
    expected: Option<Ty<'a>>,
    alone: bool,
) {
    let Some(expected) = expected else { return };
    let db = list.db;
    for member in expected.members(db).take(MOST) {
        match member {
            Ty::Bool => {
                for value in ["True", "False"] {
                    list.push(Item::new(value, ItemKind::Value, 0).detail("bool"));
                }
            }
            Ty::BoolLit(_) | Ty::IntLit(_) | Ty::FloatLit(_) | Ty::MultiplierLit(_) => {
                let text = member.display(db);
                list.push(Item::new(text, ItemKind::Value, 0));
            }
            Ty::StrLit(text) => {
                let text = format!("\"{}\"", escaped(text.text(db)));
                list.push(Item::new(text, ItemKind::Value, 0));
            }
            Ty::None => list.push(Item::new("None", ItemKind::Value, 1)),
            Ty::Str if alone => {
                let item = Item::new("\"\"", ItemKind::Value, 1).detail("str");
                list.push(item.inserting("\"$0\"".to_owned(), "\"\""));
            }
            Ty::List(_) if alone => {
                let item = Item::new("[]", ItemKind::Value, 1).detail(member.display(db));
                list.push(item.inserting("[$0]".to_owned(), "[]"));
            }
            Ty::Dict(_) if alone => {
                let item = Item::new("{}", ItemKind::Value, 1).detail(member.display(db));
                list.push(item.inserting("{$0}".to_owned(), "{}"));
            }
            Ty::Instance(schema) => instance(list, schema, 0),
            _ => {}
        }
    }
}

/// `Name {…}`, spelled as this file can name the schema.
fn instance<'db: 'a, 'a>(list: &mut List<'db, '_>, schema: SchemaTy<'a>, rank: u8) {
    let import = match spelling(list.db, list.file, schema) {
        Some(_) => None,
        None => missing_import(list, schema),
    };
    let own = schema.name(list.db).text(list.db);
    let name = match &import {
        Some(import) => Some(format!("{}.{own}", import.name)),
        None => spelling(list.db, list.file, schema),
    };
    let Some(name) = name else { return };
    let mut item = Item::new(format!("{name} {{}}"), ItemKind::Schema, rank).detail("instance");
    if list.wants_docs(&item.label) {
        item.docs = crate::describe::schema_text(list.db, schema);
    }
    item.import = import;
    list.push(item.inserting(format!("{name} {{\n\t$0\n}}"), format!("{name} {{}}")));
}

/// The import that a file lacks to name a schema of another package.
fn missing_import<'db: 'a, 'a>(list: &List<'db, '_>, schema: SchemaTy<'a>) -> Option<Imported> {
    let (db, file) = (list.db, list.file);
    list.options.sources?;
    let roots = Roots::new(db, file);
    let path = roots.path_of_package(db, schema.item(db).package(db))?;
    let public = !schema.name(db).text(db).starts_with('_');
    public.then(|| imported(db, file, &roots, &path))
}

/// How this file can name a schema.
#[must_use]
pub fn spelling<'db>(db: &'db dyn Db, file: File<'db>, schema: SchemaTy<'db>) -> Option<String> {
    let home = schema.item(db).package(db);
    let name = schema.name(db).text(db);
    if home == file.package(db) {
        return Some(name.to_owned());
    }
    let imports = &file_imports(db, file).imports;
    let import = imports.iter().find(
        |import| matches!(import.target, Some(ImportTarget::Package(target)) if target == home),
    )?;
    (!name.starts_with('_')).then(|| format!("{}.{name}", import.name))
}

/// The type of what the cursor is compared with, or stands in for.
pub(super) fn beside<'a>(ast: &ItemAst, trace: &Trace<'a>) -> Option<Ty<'a>> {
    let here = |id: ExprId| match ast[ast.peel(id)] {
        Expr::Name(name) => ast.name(name) == CURSOR,
        _ => false,
    };
    let other = ast.exprs.iter().find_map(|expr| match *expr {
        Expr::Compare { first, rest } => match *ast.compares(rest) {
            [(CompareOp::Eq | CompareOp::Ne, second)] if here(second) => Some(first),
            [(CompareOp::Eq | CompareOp::Ne, second)] if here(first) => Some(second),
            _ => None,
        },
        Expr::Binary {
            op: BinaryOp::Or,
            left,
            right,
        } if here(right) => Some(left),
        _ => None,
    });
    other
        .map(|id| trace.type_of(id))
        .filter(|ty| !ty.is_unknown())
}

/// What can stand between the quotes of a string.
pub(super) fn strings(list: &mut List<'_, '_>, expected: Option<Ty<'_>>) {
    let Some(expected) = expected else { return };
    let db = list.db;
    for member in expected.members(db).take(MOST) {
        if let Ty::StrLit(text) = member {
            list.push(Item::new(escaped(text.text(db)), ItemKind::Value, 0));
        }
    }
}

fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\")
        .replace('"', "\\\"")
        .replace('\n', "\\n")
}
