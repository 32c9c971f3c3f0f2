//! A file while it is written: its text, and the imports that the text turns out to need.

use std::collections::BTreeSet;
use std::fmt::Write;

use super::model::{Alias, Model, ROOT, Schema, SchemaId, Ty};
use super::names;
use crate::generate::rng::Rng;

/// A file while it is written.
pub(super) struct Writer<'a> {
    pub(super) model: &'a mut Model,
    pub(super) rng: &'a mut Rng,
    pub(super) folder: usize,
    imports: BTreeSet<usize>,
    regex: bool,
    text: String,
    lines: usize,
}

impl<'a> Writer<'a> {
    pub(super) fn new(model: &'a mut Model, rng: &'a mut Rng, folder: usize) -> Self {
        Self {
            model,
            rng,
            folder,
            imports: BTreeSet::new(),
            regex: false,
            text: String::new(),
            lines: 0,
        }
    }

    /// How many lines there are, without imports.
    pub(super) const fn lines(&self) -> usize {
        self.lines
    }

    /// Adds text, which ends a line.
    pub(super) fn write(&mut self, text: &str) {
        self.lines += text.matches('\n').count() + 1;
        self.text.push_str(text);
        self.text.push('\n');
    }

    /// The file.
    pub(super) fn finish(self) -> String {
        let mut text = "\"\"\"\nThis file was generated. Do not edit it.\n\"\"\"\n".to_owned();
        if self.regex {
            text.push_str("import regex\n");
        }
        for folder in &self.imports {
            let folder = &self.model.folders[*folder];
            let _ = writeln!(
                text,
                "import {} as {}",
                folder.import_path(),
                folder.alias()
            );
        }
        text + &self.text
    }

    /// `regex.match`
    pub(super) const fn regex_match(&mut self) -> &'static str {
        self.regex = true;
        "regex.match"
    }

    /// How this file calls something of a folder.
    pub(super) fn qualified(&mut self, folder: usize, name: &str) -> String {
        if folder == self.folder {
            return name.to_owned();
        }
        self.imports.insert(folder);
        format!("{}.{name}", self.model.folders[folder].alias())
    }

    /// How this file calls a schema.
    pub(super) fn schema_name(&mut self, schema: SchemaId) -> String {
        let Schema { folder, name, .. } = &self.model.schemas[schema];
        let (folder, name) = (*folder, name.clone());
        self.qualified(folder, &name)
    }

    /// How this file writes a type.
    pub(super) fn type_text(&mut self, ty: &Ty) -> String {
        match ty {
            Ty::Str => "str".to_owned(),
            Ty::Int => "int".to_owned(),
            Ty::Float => "float".to_owned(),
            Ty::Bool => "bool".to_owned(),
            Ty::Any => "any".to_owned(),
            Ty::IntOrStr => "int | str".to_owned(),
            Ty::Literals(literals) => literals
                .iter()
                .map(|literal| format!("\"{literal}\""))
                .collect::<Vec<_>>()
                .join(" | "),
            Ty::Alias(alias) => {
                let Alias { folder, name, .. } = &self.model.aliases[*alias];
                let (folder, name) = (*folder, name.clone());
                self.qualified(folder, &name)
            }
            Ty::List(element) => format!("[{}]", self.type_text(element)),
            Ty::Dict(value) => format!("{{str:{}}}", self.type_text(value)),
            Ty::Schema(schema) => self.schema_name(*schema),
        }
    }

    /// A name that is new in this folder.
    pub(super) fn new_name(&mut self, make: impl Fn(&mut Rng) -> String) -> String {
        loop {
            let name = make(self.rng);
            if self.model.folders[self.folder].names.insert(name.clone()) {
                return name;
            }
        }
    }

    /// A folder that this file may use: its own, or one that it imports.
    pub(super) fn usable_folder(&mut self) -> usize {
        if self.folder == ROOT {
            return self.rng.below(self.model.folders.len());
        }
        if self.rng.chance(40) {
            return self.folder;
        }
        match self.model.folders[self.folder].used.as_slice() {
            [] => self.folder,
            used => *self.rng.pick(used),
        }
    }

    /// A schema to use.
    pub(super) fn some_schema(&mut self) -> Option<SchemaId> {
        let folder = self.usable_folder();
        let schemas = &self.model.folders[folder].schemas;
        (!schemas.is_empty()).then(|| *self.rng.pick(schemas))
    }

    /// A name for an attribute that is not `taken`.
    pub(super) fn new_attribute(&mut self, taken: &[&str]) -> String {
        names::attribute(self.rng, &|name| taken.contains(&name))
    }
}
