//! Values of types, written as literals.

use std::fmt::Write;

use super::model::{SchemaId, Ty};
use super::names;
use super::writer::Writer;

impl Writer<'_> {
    /// A value of a type whose further lines are indented by `indent`.
    pub(super) fn value(&mut self, ty: &Ty, indent: usize) -> String {
        match ty {
            Ty::Str => self.string(),
            Ty::Int => self.rng.range(1, 100).to_string(),
            Ty::Float => format!("{}.5", self.rng.range(1, 100)),
            Ty::Bool => (*self.rng.pick(&["True", "False"])).to_owned(),
            Ty::Any | Ty::IntOrStr => {
                if self.rng.chance(50) {
                    self.string()
                } else {
                    self.rng.range(1, 9000).to_string()
                }
            }
            Ty::Literals(literals) => format!("\"{}\"", self.rng.pick(literals)),
            Ty::Alias(alias) => {
                let literals = &self.model.aliases[*alias].literals;
                format!("\"{}\"", self.rng.pick(literals))
            }
            Ty::List(element) => {
                let one = self.value(element, indent);
                if one.contains('\n') || self.rng.chance(30) {
                    return format!("[{one}]");
                }
                format!("[{one}, {}]", self.value(element, indent))
            }
            Ty::Dict(value) => {
                let key = names::word(self.rng);
                let inner = self.value(value, indent);
                format!("{{{key} = {inner}}}")
            }
            Ty::Schema(schema) => self.instance(*schema, indent, &[]),
        }
    }

    fn string(&mut self) -> String {
        let word = names::word(self.rng);
        format!("\"{word}-{}\"", self.rng.below(100))
    }

    /// An instance with all attributes that are required, and those named.
    pub(super) fn instance(&mut self, schema: SchemaId, indent: usize, also: &[&str]) -> String {
        let fields = self.model.fields(schema);
        let wanted = |name: &str| also.contains(&name);
        let set: Vec<(String, Ty)> = fields
            .iter()
            .filter(|field| field.is_required() || wanted(&field.name))
            .map(|field| (field.name.clone(), field.ty.clone()))
            .collect();
        let name = self.schema_name(schema);
        if set.is_empty() {
            return format!("{name} {{}}");
        }
        let mut text = format!("{name} {{\n");
        let margin = " ".repeat(indent);
        for (attribute, ty) in set {
            let value = self.value(&ty, indent + 4);
            let _ = writeln!(text, "{margin}    {} = {value}", names::written(&attribute));
        }
        let _ = write!(text, "{margin}}}");
        text
    }
}
