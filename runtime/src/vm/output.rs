//! Running a program: packages in order, then the document of the main package (core reference §15.1).

use std::sync::Arc;

use super::interp::Entry as CodeEntry;
use super::merge::Mode;
use super::{Image, Vm};
use crate::bytecode::Step;
use crate::error::{self, Result, RunError};
use crate::value::{Entry, EntryOp, Value};

impl Vm {
    /// Evaluates every top-level name of a package and runs its other statements.
    ///
    /// # Errors
    /// The first error of the program.
    pub fn run_package(&mut self, package: u32) -> Result<()> {
        let image = self.shared_image();
        self.outputs.clear();
        let shape = Arc::clone(&self.packages[package as usize].shape);
        let mut seq = 0;
        for unit in shape.units.clone() {
            let code = &image.units[unit as usize].unit;
            let first = seq;
            for step in &code.steps {
                match *step {
                    Step::Slot(index) => {
                        seq = first + index + 1;
                        let setter = &code.setters[index as usize];
                        let name = self.links[unit as usize].syms[setter.name as usize];
                        let Some(&slot) = shape.by_name.get(&name) else {
                            continue;
                        };
                        self.packages[package as usize].position = seq - 1;
                        if shape.slots[slot as usize].positional {
                            let upto = shape.slots[slot as usize]
                                .setters
                                .iter()
                                .take_while(|s| s.seq < seq)
                                .count();
                            self.fold_prefix(&image, package, slot, upto)?;
                        } else {
                            self.force_global(&image, package, slot)?;
                        }
                    }
                    Step::Run(block) => {
                        self.packages[package as usize].position = seq;
                        self.run_code(&image, CodeEntry::top(unit, block))?;
                    }
                }
            }
            seq = first + code.setters.len() as u32;
        }
        self.packages[package as usize].position = u32::MAX;
        // from now on every name has its final value
        for (slot, info) in shape.slots.iter().enumerate() {
            if info.positional {
                let value = self.fold_prefix(&image, package, slot as u32, info.setters.len())?;
                self.packages[package as usize].values[slot] = value;
            }
        }
        Ok(())
    }

    /// The document of a package that was run: values of expression statements, then public names.
    ///
    /// # Errors
    /// Conflicting values.
    pub fn document(&mut self, package: u32, show_hidden: bool) -> Result<Value> {
        let image = self.shared_image();
        let mut result = Value::Undefined;
        let had_outputs = !self.outputs.is_empty();
        let mut last_instance: Option<usize> = None;
        let mut outputs: Vec<Value> = Vec::new();
        for value in std::mem::take(&mut self.outputs) {
            if matches!(value, Value::Inst(_)) {
                // a schema statement replaces the one before
                if let Some(at) = last_instance {
                    outputs.remove(at);
                }
                last_instance = Some(outputs.len());
            }
            outputs.push(value);
        }
        for value in outputs {
            result = self.join(&image, result, value)?;
        }
        let shape = Arc::clone(&self.packages[package as usize].shape);
        let mut builder = self.builder();
        for slot in self.output_order(&shape) {
            let name = shape.names[slot];
            let value = self.packages[package as usize].values[slot].or_undefined();
            let text = self.heap.name(name);
            if (text.starts_with('_') && !show_hidden) || value.is_undefined() {
                continue;
            }
            if matches!(
                value,
                Value::Func(_) | Value::Native(_) | Value::Bound(_) | Value::Type(_)
            ) {
                continue;
            }
            let mut entry = Entry::new(name, EntryOp::Override, value);
            if self.is_tracing() {
                entry.origin = self.global_origin(package, slot as u32);
            }
            builder.put(entry);
        }
        let names = builder.finish(&mut self.heap);
        self.give_back(builder);
        if self.heap.entries(names).is_empty() {
            return Ok(match result {
                Value::Undefined if had_outputs => Value::None,
                Value::Undefined => Value::Dict(names),
                // functions are no output
                Value::Func(_) | Value::Native(_) | Value::Bound(_) | Value::Type(_) => {
                    Value::Dict(names)
                }
                other => other,
            });
        }
        match result {
            Value::Dict(_) | Value::Inst(_) => {
                let attrs = match result {
                    Value::Inst(inst) => Value::Dict(self.heap.get_inst(inst).attrs),
                    other => other,
                };
                self.named_over(&image, attrs, names)
            }
            Value::Func(_) | Value::Native(_) | Value::Bound(_) | Value::Type(_) => {
                Ok(Value::Dict(names))
            }
            other => self.join(&image, other, Value::Dict(names)),
        }
    }

    /// Slots in the order of the output: first appearance, but a name set by `name: Schema {…}` statements stands
    /// where the last of them does.
    fn output_order(&self, shape: &super::PackageShape) -> Vec<usize> {
        let image = &self.image;
        let mut order: Vec<usize> = (0..shape.names.len()).collect();
        let is_unify = |s: &super::GlobalSetter| {
            let kind = image.units[s.unit as usize].unit.setters[s.index as usize].kind;
            matches!(kind, crate::bytecode::SetterKind::UnifyConfig { .. })
        };
        if shape
            .slots
            .iter()
            .any(|s| s.setters.len() > 1 && s.setters.iter().any(is_unify))
        {
            let seq = |slot: usize| {
                let setters = &shape.slots[slot].setters;
                let last = setters
                    .iter()
                    .rev()
                    .find(|s| is_unify(s))
                    .or(setters.first());
                last.map_or(0, |s| s.seq)
            };
            order.sort_by_key(|&slot| seq(slot));
        }
        order
    }

    /// Names over the values of expression statements: dicts merge, other values win.
    fn named_over(
        &mut self,
        image: &Image,
        below: Value,
        names: crate::value::Dict,
    ) -> Result<Value> {
        let Value::Dict(below) = below else {
            return Ok(Value::Dict(names));
        };
        let mut builder = self.builder();
        builder.load(self.heap.entries(below));
        for at in 0..self.heap.entries(names).len() {
            let entry = self.heap.entries(names)[at];
            let op = match entry.value {
                Value::Dict(_) => EntryOp::Union,
                _ => EntryOp::Override,
            };
            self.merge_entry(image, &mut builder, Entry { op, ..entry }, Mode::Config)?;
        }
        let dict = builder.finish(&mut self.heap);
        self.give_back(builder);
        Ok(Value::Dict(dict))
    }

    fn join(&mut self, image: &Image, a: Value, b: Value) -> Result<Value> {
        match (a, b) {
            (a, b) if a.is_undefined() || matches!(a, Value::None) => Ok(b),
            (a, b) if b.is_nullish() => Ok(a),
            (Value::Inst(inst), b @ (Value::Dict(_) | Value::Inst(_))) => {
                let attrs = Value::Dict(self.heap.get_inst(inst).attrs);
                self.join(image, attrs, b)
            }
            (a @ Value::Dict(_), Value::Inst(inst)) => {
                let attrs = Value::Dict(self.heap.get_inst(inst).attrs);
                self.union(image, a, attrs, Mode::Check)
            }
            (a @ Value::Dict(_), b @ Value::Dict(_)) => self.union(image, a, b, Mode::Check),
            (a, b) if crate::equal::equal(&self.heap, a, b) => Ok(b),
            (a, b) => {
                let (a, b) = (self.brief(a), self.brief(b));
                Err(RunError::new(
                    error::CONFLICT,
                    format!("the program's output is both {a} and {b}"),
                )
                .help(
                    "an expression on a line of its own is output; give it a name to keep it out, or make a doc \
                     string the first thing in its file",
                ))
            }
        }
    }

    /// Value of a top-level name of a package that was run.
    #[must_use]
    pub fn global(&self, package: u32, name: &str) -> Option<Value> {
        let state = self.packages.get(package as usize)?;
        let slot = *state.shape.by_name.get(&self.heap.lookup(name)?)?;
        Some(state.values[slot as usize].or_undefined())
    }
}

impl Vm {
    /// A document in which every instance carries the name of its schema as a last key `_type`; other keys that begin
    /// with `_` are left out unless `show_hidden`.
    pub fn with_type_paths(&mut self, value: Value, show_hidden: bool) -> Value {
        match value {
            Value::Dict(_) | Value::Inst(_) => {
                let mut entries = self.heap.entries_of(value).unwrap_or_default().to_vec();
                entries.retain(|e| show_hidden || !self.heap.name(e.key).starts_with('_'));
                for entry in &mut entries {
                    entry.value = self.with_type_paths(entry.value, show_hidden);
                }
                if let Value::Inst(inst) = value {
                    let class = self.heap.get_inst(inst).class;
                    let name = self.class_name(class, true);
                    let value = self.heap.text(&name);
                    let key = self.heap.intern("_type");
                    entries.push(Entry::new(key, EntryOp::Override, value));
                }
                Value::Dict(self.heap.dict(&entries, None))
            }
            Value::List(list) => {
                let mut items = self.heap.items(list).to_vec();
                for item in &mut items {
                    *item = self.with_type_paths(*item, show_hidden);
                }
                Value::List(self.heap.list(&items))
            }
            other => other,
        }
    }
}
