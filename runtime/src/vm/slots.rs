//! Slots: top-level names and attributes get their value when they are first read, by folding their setters.
//!
//! A slot found running gives its value so far (core reference §12.1: a cycle is not an error, the reader sees
//! Undefined), so evaluation order never matters to programs that have no cycle.

use super::interp::Entry;
use super::merge::Mode;
use super::{GlobalSetter, Image, Owner, RunningSlot, Vm};
use crate::bytecode::SetterKind;
use crate::error::Result;
use crate::origin::Origin;
use crate::value::{EntryOp, Inst, Value};

impl Vm {
    fn running_value(&self, owner: Owner, slot: u32) -> Option<Value> {
        self.running
            .iter()
            .rev()
            .find(|r| r.owner == owner && r.slot == slot)
            .map(|r| r.value)
    }

    /// Value of an attribute of an instance.
    pub(crate) fn force_attr(&mut self, image: &Image, inst: Inst, slot: u32) -> Result<Value> {
        let obj = *self.heap.get_inst(inst);
        match self
            .heap
            .entries(obj.attrs)
            .get(slot as usize)
            .map(|e| e.value)
        {
            None => Ok(Value::Undefined),
            Some(Value::Hole) => self.deeper(|vm| vm.evaluate_attr(image, inst, slot)),
            Some(Value::Running) => {
                let so_far = self
                    .running_value(Owner::Inst(inst), slot)
                    .unwrap_or(Value::Undefined)
                    .or_undefined();
                if !so_far.is_undefined() {
                    return Ok(so_far);
                }
                // what the config says holds whatever the setters do
                let name = self.heap.entries(obj.attrs)[slot as usize].key;
                Ok(self.heap.get(obj.config, name).unwrap_or(Value::Undefined))
            }
            Some(value) => Ok(value),
        }
    }

    fn evaluate_attr(&mut self, image: &Image, inst: Inst, slot: u32) -> Result<Value> {
        let attrs = self.heap.get_inst(inst).attrs;
        self.heap.set_value_at(attrs, slot as usize, Value::Running);
        let depth = self.running.len();
        self.running.push(RunningSlot {
            owner: Owner::Inst(inst),
            slot,
            value: Value::Undefined,
        });
        if self.is_tracing() {
            self.attr_origins.push(Origin::UNKNOWN);
        }
        let result = self.fold_attr(image, inst, slot);
        self.running.truncate(depth);
        let origin = self.attr_origins.pop();
        let value = match result {
            Ok(value) => value.or_undefined(),
            Err(error) => {
                // whoever reads it again, after the error was caught, gets the error again
                self.heap.set_value_at(attrs, slot as usize, Value::Hole);
                return Err(error);
            }
        };
        self.heap.set_value_at(attrs, slot as usize, value);
        if let Some(origin) = origin {
            self.heap.set_origin_at(attrs, slot as usize, origin);
        }
        Ok(value)
    }

    fn fold_attr(&mut self, image: &Image, inst: Inst, slot: u32) -> Result<Value> {
        let obj = *self.heap.get_inst(inst);
        let Some(Some(layout)) = self.layouts.get(obj.class.0 as usize).cloned() else {
            return Ok(Value::Undefined);
        };
        let info = &layout.slots[slot as usize];
        let config = self.heap.entry(obj.config, info.name);
        let mut value = Value::Undefined;
        // the last declaration among bases and the schema itself governs from the start
        let mut ty = info
            .setters
            .iter()
            .filter(|s| s.part <= layout.own)
            .rev()
            .find_map(|which| {
                let part = &layout.parts[which.part as usize];
                let schema = &image.units[part.unit as usize].unit.schemas[part.schema as usize];
                schema.setters[which.index as usize]
                    .ty
                    .map(|ty| (part.unit, ty))
            });
        let last = info.setters.len().saturating_sub(1);
        for (i, which) in info.setters.iter().enumerate() {
            let part = &layout.parts[which.part as usize];
            let schema = &image.units[part.unit as usize].unit.schemas[part.schema as usize];
            let setter = &schema.setters[which.index as usize];
            if let Some(own) = setter.ty
                && ty.is_none()
            {
                ty = Some((part.unit, own));
            }
            let place = crate::error::Loc {
                item: part.unit,
                start: setter.span.start,
                end: setter.span.end,
            };
            let overridden = matches!(config, Some(c) if c.op == EntryOp::Override);
            match setter.kind {
                SetterKind::Declare if !self.is_tracing() => {}
                SetterKind::Declare => self.note_attr(part, setter, false),
                SetterKind::Default | SetterKind::UnionDefault if overridden => {
                    if self.is_tracing() {
                        self.note_attr(part, setter, false);
                    }
                }
                kind => {
                    let given = match setter.constant {
                        Some(constant) => self.links[part.unit as usize].consts[constant as usize],
                        None => self.run_code(
                            image,
                            Entry::body(part.unit, setter.code, inst, which.part),
                        )?,
                    };
                    if matches!(given, Value::Hole) {
                        // an untaken branch leaves the value as it is
                        if i != last {
                            continue;
                        }
                    } else {
                        if self.is_tracing() {
                            let united = super::trace::adds(image, part.unit, setter);
                            self.note_attr(part, setter, united);
                        }
                        value = match kind {
                            SetterKind::UnionDefault | SetterKind::Unify if !value.is_nullish() => {
                                self.union(image, value, given, Mode::Operator)?
                            }
                            _ => given,
                        };
                    }
                }
            }
            let proved = setter.proved && ty == setter.ty.map(|own| (part.unit, own));
            if let Some((unit, ty)) = ty.filter(|_| !proved) {
                let ty = &image.units[unit as usize].unit.types[ty as usize];
                if !super::pack::fits_fast(ty, value) {
                    value = self
                        .pack(image, unit, ty, value)
                        .map_err(|e| at_setter(e, place))?;
                }
            }
            if let Some(entry) = config
                && (entry.op != EntryOp::Insert || i == last)
            {
                if i == last && self.is_tracing() {
                    self.note_config(value, entry);
                }
                let merged = match self.insert_index(obj.config, info.name) {
                    Some(index) => self.insert_at(info.name, value, entry.value, index),
                    None => self.merge_config(image, value, entry.op, entry.value),
                };
                value =
                    merged.map_err(|e| e.label_once(place, "the attribute is declared here"))?;
                if let Some((unit, ty)) = ty {
                    let ty = &image.units[unit as usize].unit.types[ty as usize];
                    if !super::pack::fits_fast(ty, value) {
                        value = self
                            .pack(image, unit, ty, value)
                            .map_err(|e| e.label_once(place, "the attribute is declared here"))?;
                    }
                }
            }
            if let Some(running) = self.running.last_mut() {
                running.value = value;
            }
        }
        Ok(value)
    }

    /// Value of a top-level name, as a reader at the current position sees it.
    pub(crate) fn force_global(&mut self, image: &Image, package: u32, slot: u32) -> Result<Value> {
        let Some(state) = self.packages.get(package as usize) else {
            return Ok(Value::Undefined);
        };
        let Some(&value) = state.values.get(slot as usize) else {
            return Ok(Value::Undefined);
        };
        let shape = std::sync::Arc::clone(&state.shape);
        let info = &shape.slots[slot as usize];
        if info.positional {
            let position = state.position;
            let before = info.setters.iter().take_while(|s| s.seq < position).count();
            let augmented = info.setters[..before]
                .iter()
                .any(|s| image.units[s.unit as usize].unit.setters[s.index as usize].positional);
            let wanted = if augmented {
                before
            } else {
                info.setters.len()
            };
            return self.deeper(|vm| vm.fold_prefix(image, package, slot, wanted));
        }
        if let (Value::Hole, Some((unit, ty))) = (value, info.alias) {
            // an alias of a schema is that schema
            self.packages[package as usize].values[slot as usize] = Value::Undefined;
            let target = &image.units[unit as usize].unit.types[ty as usize];
            let value = match target {
                crate::bytecode::RtType::Named(global, _) => {
                    let (package, slot) = self.links[unit as usize].globals[*global as usize];
                    match self.deeper(|vm| vm.force_global(image, package, slot))? {
                        class @ Value::Type(_) => class,
                        _ => Value::Undefined,
                    }
                }
                _ => Value::Undefined,
            };
            self.packages[package as usize].values[slot as usize] = value;
            return Ok(value);
        }
        match value {
            Value::Hole => self.deeper(|vm| {
                vm.packages[package as usize].values[slot as usize] = Value::Running;
                let value = vm.with_running(package, slot, |vm| {
                    vm.fold_setters(image, package, slot, &info.setters, Value::Undefined)
                });
                vm.packages[package as usize].values[slot as usize] =
                    value.as_ref().map_or(Value::Hole, |v| v.or_undefined());
                value
            }),
            Value::Running => Ok(self
                .running_value(Owner::Package(package), slot)
                .unwrap_or(Value::Undefined)
                .or_undefined()),
            value => Ok(value),
        }
    }

    /// Value after the first `wanted` setters; kept for later readers.
    pub(crate) fn fold_prefix(
        &mut self,
        image: &Image,
        package: u32,
        slot: u32,
        wanted: usize,
    ) -> Result<Value> {
        let shape = std::sync::Arc::clone(&self.packages[package as usize].shape);
        let setters = &shape.slots[slot as usize].setters;
        let done = self.prefixes.get(&(package, slot)).map_or(0, Vec::len);
        if wanted == 0 {
            return Ok(Value::Undefined);
        }
        if wanted <= done {
            return Ok(self.prefixes[&(package, slot)][wanted - 1]);
        }
        if let Some(so_far) = self.running_value(Owner::Package(package), slot) {
            return Ok(so_far.or_undefined());
        }
        let mut value = done
            .checked_sub(1)
            .map_or(Value::Undefined, |i| self.prefixes[&(package, slot)][i]);
        for i in done..wanted {
            let start = value;
            value = self.with_running(package, slot, |vm| {
                vm.fold_setters(image, package, slot, &setters[i..=i], start)
            })?;
            self.prefixes
                .entry((package, slot))
                .or_default()
                .push(value);
        }
        if wanted == setters.len() && !shape.slots[slot as usize].positional {
            self.packages[package as usize].values[slot as usize] = value;
        }
        Ok(value)
    }

    fn with_running<T>(
        &mut self,
        package: u32,
        slot: u32,
        f: impl FnOnce(&mut Self) -> Result<T>,
    ) -> Result<T> {
        let depth = self.running.len();
        self.running.push(RunningSlot {
            owner: Owner::Package(package),
            slot,
            value: Value::Undefined,
        });
        let position = self.packages[package as usize].position;
        // evaluating a top-level name is no part of an instance that happened to read it
        let inst_depth = std::mem::take(&mut self.inst_depth);
        let pending = std::mem::take(&mut self.pending);
        let result = f(self);
        self.pending = pending;
        self.inst_depth = inst_depth;
        self.packages[package as usize].position = position;
        self.running.truncate(depth);
        result
    }

    fn fold_setters(
        &mut self,
        image: &Image,
        package: u32,
        slot: u32,
        setters: &[GlobalSetter],
        start: Value,
    ) -> Result<Value> {
        let mut value = start;
        let mut i = 0;
        while i < setters.len() {
            let which = setters[i];
            if let Some(running) = self.running.last_mut() {
                running.value = value;
            }
            self.packages[package as usize].position = which.seq;
            let setter = &image.units[which.unit as usize].unit.setters[which.index as usize];
            if let SetterKind::UnifyConfig { .. } = setter.kind {
                let blocks = setters[i..]
                    .iter()
                    .take_while(|s| {
                        let kind = image.units[s.unit as usize].unit.setters[s.index as usize].kind;
                        matches!(kind, SetterKind::UnifyConfig { .. })
                    })
                    .count();
                value = self.unify_blocks(image, package, slot, &setters[i..i + blocks])?;
                if self.is_tracing() {
                    for &block in &setters[i..i + blocks] {
                        self.note_global(image, (package, slot), block, true);
                    }
                }
                i += blocks;
                continue;
            }
            let given = match setter.constant {
                Some(constant) => self.links[which.unit as usize].consts[constant as usize],
                None => self.run_code(image, Entry::top(which.unit, setter.code))?,
            };
            if !matches!(given, Value::Hole) {
                if self.is_tracing() {
                    let united = super::trace::adds(image, which.unit, setter);
                    self.note_global(image, (package, slot), which, united);
                }
                value = match setter.kind {
                    SetterKind::Unify if !value.is_nullish() => {
                        self.union(image, value, given, Mode::Operator)?
                    }
                    _ => given,
                };
            }
            i += 1;
        }
        Ok(value)
    }

    /// Several `name: Schema {…}` statements of the main package: one config, one instance (schema reference §13.7).
    fn unify_blocks(
        &mut self,
        image: &Image,
        package: u32,
        slot: u32,
        blocks: &[GlobalSetter],
    ) -> Result<Value> {
        let _ = slot;
        let mut builder = self.builder();
        let mut class = Value::Undefined;
        let mut single = None;
        let depth = self.inst_depth;
        for (i, block) in blocks.iter().enumerate() {
            self.packages[package as usize].position = block.seq;
            let setter = &image.units[block.unit as usize].unit.setters[block.index as usize];
            let config = self.run_code(image, Entry::top(block.unit, setter.code))?;
            if let SetterKind::UnifyConfig { restart: true, .. } = setter.kind
                && i > 0
            {
                builder.clear();
            }
            if let Value::Dict(dict) = config {
                if i == 0 && blocks.len() == 1 {
                    single = Some(dict);
                } else {
                    let n = self.heap.entries(dict).len();
                    for at in 0..n {
                        let entry = self.heap.entries(dict)[at];
                        self.merge_entry(image, &mut builder, entry, Mode::Literal)
                            .map_err(|e| {
                                let span = setter.span;
                                let place = crate::error::Loc {
                                    item: block.unit,
                                    start: span.start,
                                    end: span.end,
                                };
                                at_setter(e, place)
                            })?;
                    }
                }
            }
        }
        if let Some(last) = blocks.last() {
            let setter = &image.units[last.unit as usize].unit.setters[last.index as usize];
            if let SetterKind::UnifyConfig { class: code, .. } = setter.kind {
                // the class block makes the instance of an empty config's schema: it returns the schema and arguments
                class = self.run_code(image, Entry::top(last.unit, code))?;
            }
        }
        let config = match single {
            Some(dict) => dict,
            None => builder.finish(&mut self.heap),
        };
        self.give_back(builder);
        // each block has begun an instance; they make one together
        self.inst_depth = depth;
        let Value::List(list) = class else {
            return Ok(Value::Dict(config));
        };
        let parts: Vec<Value> = self.heap.items(list).to_vec();
        match parts.split_first() {
            Some((Value::Type(class), args)) => {
                let result = self.instantiate(image, *class, config, args, &[]);
                result.map_err(|e| match blocks.last() {
                    Some(last) => {
                        let span =
                            image.units[last.unit as usize].unit.setters[last.index as usize].span;
                        let loc = crate::error::Loc {
                            item: last.unit,
                            start: span.start,
                            end: span.end,
                        };
                        let mut e = e.at(Some(loc));
                        e.0.deferred = false;
                        e.0.statement.get_or_insert(loc);
                        e
                    }
                    None => e,
                })
            }
            Some((other, _)) => self.union(image, *other, Value::Dict(config), Mode::Operator),
            None => Ok(Value::Dict(config)),
        }
    }
}

/// An error of a setter's own value: it is shown at the setter, unless a place inside is known.
fn at_setter(error: crate::error::RunError, place: crate::error::Loc) -> crate::error::RunError {
    let mut error = error;
    if error.0.at.is_none() && !error.0.deferred {
        error.0.at = Some(place);
        error.0.statement.get_or_insert(place);
    }
    error
}
