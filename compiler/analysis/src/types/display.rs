//! Types as text for messages: as they are written in programs, bounded in depth and width.

use std::fmt::Write as _;

use super::{FnParam, Ty, signatures};
use crate::Db;

/// Deeper parts are shown as `…`.
const MAX_DEPTH: usize = 6;
/// Members of a union or function beyond this many are counted only.
const MAX_WIDTH: usize = 8;
/// Longer literals are cut.
const MAX_LITERAL: usize = 40;
/// What follows so much text is left out.
const MAX_TEXT: usize = 160;

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
    if depth > MAX_DEPTH || out.len() > MAX_TEXT {
        out.push('…');
        return;
    }
    match ty {
        Ty::Any | Ty::Error => out.push_str("any"),
        Ty::None => out.push_str("None"),
        Ty::Void => out.push_str("void"),
        Ty::Bool => out.push_str("bool"),
        Ty::Int => out.push_str("int"),
        Ty::Float => out.push_str("float"),
        Ty::Str => out.push_str("str"),
        Ty::Multiplier => out.push_str("units.NumberMultiplier"),
        Ty::BoolLit(value) => out.push_str(if value { "True" } else { "False" }),
        Ty::IntLit(value) => {
            let _ = write!(out, "{value}");
        }
        Ty::FloatLit(bits) => {
            let _ = write!(out, "{:?}", f64::from_bits(bits));
        }
        Ty::StrLit(text) => {
            out.push('"');
            cut(text.text(db), out);
            out.push('"');
        }
        Ty::MultiplierLit(text) => out.push_str(text.text(db)),
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
            let _ = write!(out, "module {}", signatures::module_name(db, index));
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
    let (shown, rest) = match text.char_indices().nth(MAX_LITERAL) {
        Some((end, _)) => (&text[..end], "…"),
        None => (text, ""),
    };
    for c in shown.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            c if c.is_control() => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out.push_str(rest);
}
