//! Types as text for messages: the written form, literals with their kind, bounded in depth and width.

use std::fmt::Write as _;

use super::{FnParam, Ty, signatures};
use crate::Db;

/// Deeper parts are shown as `…`.
const MAX_DEPTH: usize = 6;
/// Members of a union or function beyond this many are counted only.
const MAX_WIDTH: usize = 8;
/// Longer literals are cut.
const MAX_LITERAL: usize = 40;

impl<'db> Ty<'db> {
    /// The type as text.
    #[must_use]
    pub fn display(self, db: &'db dyn Db) -> String {
        let mut out = String::new();
        write(db, self, 0, &mut out);
        out
    }
}

fn write<'db>(db: &'db dyn Db, ty: Ty<'db>, depth: usize, out: &mut String) {
    if depth > MAX_DEPTH {
        out.push('…');
        return;
    }
    match ty {
        Ty::Any | Ty::Error => out.push_str("any"),
        Ty::None => out.push_str("NoneType"),
        Ty::Void => out.push_str("void"),
        Ty::Bool => out.push_str("bool"),
        Ty::Int => out.push_str("int"),
        Ty::Float => out.push_str("float"),
        Ty::Str => out.push_str("str"),
        Ty::Multiplier => out.push_str("number_multiplier"),
        Ty::BoolLit(value) => out.push_str(if value { "bool(True)" } else { "bool(False)" }),
        Ty::IntLit(value) => {
            let _ = write!(out, "int({value})");
        }
        Ty::FloatLit(bits) => {
            let _ = write!(out, "float({})", f64::from_bits(bits));
        }
        Ty::StrLit(text) => {
            out.push_str("str(");
            cut(text.text(db), out);
            out.push(')');
        }
        Ty::MultiplierLit(text) => {
            let _ = write!(out, "number_multiplier({})", text.text(db));
        }
        Ty::List(list) => {
            out.push('[');
            write(db, list.element(db), depth + 1, out);
            out.push(']');
        }
        Ty::Dict(dict) => {
            out.push('{');
            write(db, dict.key(db), depth + 1, out);
            out.push(':');
            write(db, dict.value(db), depth + 1, out);
            out.push('}');
        }
        Ty::Union(union) => {
            for (index, &member) in union.members(db).iter().enumerate() {
                if index > 0 {
                    out.push_str(" | ");
                }
                if index == MAX_WIDTH {
                    out.push('…');
                    break;
                }
                write(db, member, depth + 1, out);
            }
        }
        Ty::Function(function) => {
            out.push('(');
            params(db, function.params(db), depth, out);
            out.push_str(") -> ");
            write(db, function.ret(db), depth + 1, out);
        }
        Ty::Instance(schema) | Ty::Schema(schema) => out.push_str(schema.name(db).text(db)),
        Ty::System(index) => {
            let _ = write!(out, "module '{}'", signatures::module_name(index));
        }
        Ty::Package(_) => out.push_str("module"),
    }
}

fn params<'db>(db: &'db dyn Db, params: &[FnParam<'db>], depth: usize, out: &mut String) {
    for (index, param) in params.iter().enumerate() {
        if index > 0 {
            out.push_str(", ");
        }
        if index == MAX_WIDTH {
            out.push('…');
            break;
        }
        write(db, param.ty, depth + 1, out);
    }
}

fn cut(text: &str, out: &mut String) {
    match text.char_indices().nth(MAX_LITERAL) {
        Some((end, _)) => {
            out.push_str(&text[..end]);
            out.push('…');
        }
        None => out.push_str(text),
    }
}
