//! Instantiation: making instances of it, required attributes, index signatures, checks.

use std::sync::Arc;

use super::interp::Entry as CodeEntry;
use super::merge::Mode;
use super::{Image, InstanceRecord, Vm};
use crate::bytecode::{Outside, Step};
use crate::class::{Layout, LayoutIndex, LayoutRef, NameRef};
use crate::error::{self, Loc, Result, RunError};
use crate::heap::{DictBuilder, InstObj};
use crate::value::{ClassId, Dict, Entry, EntryOp, Inst, Sym, Value};

impl Vm {
    /// Index of the first argument of a part.
    pub(crate) fn part_arg(&self, class: ClassId, part: u16) -> u32 {
        match self.layouts.get(class.0 as usize) {
            Some(Some(layout)) => layout.parts[part as usize].first_arg,
            _ => 0,
        }
    }

    /// Whether a class is another one or inherits from it.
    pub(crate) fn is_a(&self, class: ClassId, base: ClassId) -> bool {
        class == base
            || matches!(self.layouts.get(class.0 as usize), Some(Some(layout)) if layout.ancestors.contains(&base))
    }

    /// Makes an instance.
    pub(crate) fn instantiate(
        &mut self,
        image: &Image,
        class: ClassId,
        config: Dict,
        args: &[Value],
        keywords: &[Sym],
    ) -> Result<Value> {
        let layout = self.layout(image, class)?;
        self.deeper(|vm| vm.instantiate_layout(image, &layout, config, args, keywords))
    }

    fn instantiate_layout(
        &mut self,
        image: &Image,
        layout: &LayoutRef,
        config: Dict,
        args: &[Value],
        keywords: &[Sym],
    ) -> Result<Value> {
        let own = &layout.parts[layout.own as usize];
        let schema = &image.units[own.unit as usize].unit.schemas[own.schema as usize];
        if schema.is_rule {
            return self.apply_rule(image, layout, config, args, keywords);
        }
        let attrs = self.heap.dict(&layout.template, layout.key_index.clone());
        let empty = self.heap.list(&[]);
        let class = layout.class;
        let keys: Vec<Value> = keywords
            .iter()
            .map(|k| Value::Int(i64::from(k.0)))
            .collect();
        let keys = if keys.is_empty() {
            empty
        } else {
            self.heap.list(&keys)
        };
        let actuals = if args.is_empty() {
            empty
        } else {
            self.heap.list(args)
        };
        let inst = self.heap.inst(InstObj {
            class,
            attrs,
            config,
            args: empty,
            actuals,
            keywords: keys,
        });
        if self.uses_instances {
            let package = self.current_package().min(self.packages.len() as u32 - 1);
            self.instances.push(InstanceRecord {
                value: inst,
                class,
                package,
            });
        }
        let outermost = self.inst_depth == 0;
        self.inst_depth += 1;
        let result = self.fill(image, layout, inst, args, keywords, outermost);
        self.inst_depth -= 1;
        if outermost {
            self.pending.clear();
        }
        result?;
        Ok(Value::Inst(inst))
    }

    fn fill(
        &mut self,
        image: &Image,
        layout: &LayoutRef,
        inst: Inst,
        args: &[Value],
        keywords: &[Sym],
        outermost: bool,
    ) -> Result<()> {
        if layout.args > 0 || !args.is_empty() {
            self.bind_parts(image, layout, inst, args, keywords)?;
        }
        let config = self.heap.get_inst(inst).config;
        let has_extra = self.check_keys(image, layout, inst, config)?;
        if layout.has_deprecated {
            self.run_deprecations(image, layout, inst, config)?;
        }
        if layout.has_runs {
            self.run_steps(image, layout, inst)?;
        }
        for slot in 0..layout.slots.len() as u32 {
            self.force_attr(image, inst, slot)?;
        }
        // what was configured with `:` or `+=` is merged that way when this instance is merged into something
        let attrs = self.heap.get_inst(inst).attrs;
        for at in 0..self.heap.entries(config).len() {
            let entry = self.heap.entries(config)[at];
            if entry.op != EntryOp::Override
                && let Some(&slot) = layout.by_name.get(&entry.key)
            {
                self.heap.set_op_at(attrs, slot as usize, entry.op);
            }
        }
        let missing = self.missing(layout, inst);
        if missing.is_some() {
            let place = self.frames.last().and_then(|f| self.loc_of(f));
            self.pending.push((inst, place));
        }
        if outermost && !self.pending.is_empty() {
            self.check_required(inst)?;
        }
        let named = layout.index.filter(|_| has_extra);
        match named {
            Some(index) => self.extra_keys(image, layout, inst, config, index)?,
            None => self.run_checks(image, layout, inst, Value::Undefined)?,
        }
        Ok(())
    }

    /// Binds actual arguments to the parameters of every part, each by its own list (schema reference §10.4).
    fn bind_parts(
        &mut self,
        image: &Image,
        layout: &LayoutRef,
        inst: Inst,
        args: &[Value],
        keywords: &[Sym],
    ) -> Result<()> {
        let positional = args.len() - keywords.len();
        let own = &layout.parts[layout.own as usize];
        let own_schema = &image.units[own.unit as usize].unit.schemas[own.schema as usize];
        let own_params: Vec<Sym> = own_schema
            .params
            .iter()
            .map(|&p| self.links[own.unit as usize].syms[p as usize])
            .collect();
        let name = self.class_name(layout.class, false);
        self.bind_arguments(&format!("schema `{name}`"), &own_params, 0, args, keywords)?;

        let all = self.heap.list(&vec![Value::Hole; layout.args as usize]);
        if let Some(obj) = self.heap.inst_mut(inst) {
            obj.args = all;
        }
        for (part_index, part) in layout.parts.iter().enumerate() {
            let unit = &image.units[part.unit as usize].unit;
            let schema = &unit.schemas[part.schema as usize];
            for (i, &param) in schema.params.iter().enumerate() {
                let sym = self.links[part.unit as usize].syms[param as usize];
                let given = if i < positional {
                    Some(args[i])
                } else {
                    keywords
                        .iter()
                        .position(|&k| k == sym)
                        .map(|k| args[positional + k])
                };
                let mut value = match (given, schema.defaults[i]) {
                    (Some(value), _) => value,
                    (None, Some(code)) => self.run_code(
                        image,
                        CodeEntry::body(part.unit, code, inst, part_index as u16),
                    )?,
                    (None, None) => Value::None,
                };
                if let Some(ty) = schema.param_types[i] {
                    value = self.pack(image, part.unit, &unit.types[ty as usize], value)?;
                }
                self.heap.set_item(all, part.first_arg as usize + i, value);
            }
        }
        Ok(())
    }

    /// Whether the config has keys beyond the members; fails if the schema does not allow them.
    fn check_keys(
        &mut self,
        image: &Image,
        layout: &LayoutRef,
        inst: Inst,
        config: Dict,
    ) -> Result<bool> {
        let _ = (image, inst);
        let mut extra = false;
        for entry in self.heap.entries(config) {
            match layout.by_name.get(&entry.key) {
                Some(&slot) if layout.slots[slot as usize].member => {}
                // a hidden variable of the body that came with `**` or a dict
                Some(_) if self.heap.name(entry.key).starts_with('_') => {}
                _ if layout.index.is_some() => extra = true,
                _ => {
                    let key = self.heap.name(entry.key).to_owned();
                    let class = self.class_name(layout.class, false);
                    let members = layout
                        .slots
                        .iter()
                        .filter(|s| s.member)
                        .map(|s| self.heap.name(s.name))
                        .collect::<Vec<_>>();
                    let mut error = RunError::new(
                        error::UNKNOWN_ATTRIBUTE,
                        format!("schema `{class}` has no attribute `{key}`"),
                    );
                    if let Some(near) = members.iter().find(|m| m.eq_ignore_ascii_case(&key)) {
                        error = error.help(format!("did you mean `{near}`?"));
                    } else if !members.is_empty() && members.len() <= 12 {
                        error = error.note(format!("its attributes are {}", list_names(&members)));
                    }
                    return Err(error);
                }
            }
        }
        Ok(extra)
    }

    fn run_deprecations(
        &mut self,
        image: &Image,
        layout: &LayoutRef,
        inst: Inst,
        config: Dict,
    ) -> Result<()> {
        for (at, part) in layout.parts.iter().enumerate() {
            let schema = &image.units[part.unit as usize].unit.schemas[part.schema as usize];
            if let Some(code) = schema.deprecated {
                self.run_code(image, CodeEntry::body(part.unit, code, inst, at as u16))?;
            }
        }
        for slot in layout.slots.iter().filter(|s| !s.deprecated.is_empty()) {
            if self.heap.position(config, slot.name).is_some() {
                for &(part, code) in &slot.deprecated {
                    let unit = layout.parts[part as usize].unit;
                    self.run_code(image, CodeEntry::body(unit, code, inst, part))?;
                }
            }
        }
        Ok(())
    }

    fn run_steps(&mut self, image: &Image, layout: &LayoutRef, inst: Inst) -> Result<()> {
        for (at, part) in layout.parts.iter().enumerate() {
            let schema = &image.units[part.unit as usize].unit.schemas[part.schema as usize];
            for step in &schema.steps {
                match *step {
                    Step::Slot(setter) => {
                        let name = self.links[part.unit as usize].syms
                            [schema.setters[setter as usize].name as usize];
                        if let Some(&slot) = layout.by_name.get(&name) {
                            self.force_attr(image, inst, slot)?;
                        }
                    }
                    Step::Run(code) => {
                        self.run_code(image, CodeEntry::body(part.unit, code, inst, at as u16))?;
                    }
                }
            }
        }
        Ok(())
    }

    /// The first required slot without a value.
    fn missing(&self, layout: &Layout, inst: Inst) -> Option<u32> {
        let attrs = self.heap.entries(self.heap.get_inst(inst).attrs);
        layout
            .slots
            .iter()
            .zip(attrs)
            .position(|(slot, entry)| slot.required && entry.value.is_nullish())
            .map(|i| i as u32)
    }

    /// Required attributes of everything reachable from a finished outermost instance.
    fn check_required(&mut self, root: Inst) -> Result<()> {
        let pending = std::mem::take(&mut self.pending);
        let mut seen: rustc_hash::FxHashSet<u32> = rustc_hash::FxHashSet::default();
        let mut found = None;
        let mut queue = std::collections::VecDeque::from([Value::Inst(root)]);
        while let Some(value) = queue.pop_front() {
            match value {
                Value::Inst(inst) => {
                    if !seen.insert(inst.0) {
                        continue;
                    }
                    if let Some(&missing) = pending.iter().find(|p| p.0 == inst) {
                        found = Some(missing);
                        break;
                    }
                    queue.extend(
                        self.heap
                            .entries_of(value)
                            .unwrap_or_default()
                            .iter()
                            .map(|e| e.value),
                    );
                }
                Value::Dict(_) => {
                    queue.extend(
                        self.heap
                            .entries_of(value)
                            .unwrap_or_default()
                            .iter()
                            .map(|e| e.value),
                    );
                }
                Value::List(list) => queue.extend(self.heap.items(list).iter().copied()),
                _ => {}
            }
        }
        let Some((inst, place)) = found else {
            return Ok(());
        };
        let class = self.heap.get_inst(inst).class;
        let Some(Some(layout)) = self.layouts.get(class.0 as usize).cloned() else {
            return Ok(());
        };
        match self.missing(&layout, inst) {
            None => Ok(()),
            Some(slot) => {
                let error = self.missing_error(&layout, slot);
                Err(match place {
                    Some(place) if inst != root => {
                        error.label(place, "this instance was made here")
                    }
                    _ => error,
                })
            }
        }
    }

    #[cold]
    fn missing_error(&self, layout: &Layout, slot: u32) -> RunError {
        let class = self.class_name(layout.class, false);
        let info = &layout.slots[slot as usize];
        let name = self.heap.name(info.name);
        let mut error = RunError::new(
            error::MISSING_ATTRIBUTE,
            format!("attribute `{name}` of `{class}` needs a value"),
        )
        .help(format!(
            "add `{name} = …`, or declare the attribute as `{name}?: …` if it may be absent"
        ));
        error.0.plain = Some(format!(
            "attribute '{name}' of {class} is required and can't be None or Undefined"
        ));
        if let Some(which) = info.setters.first() {
            let part = &layout.parts[which.part as usize];
            let schema = &self.image.units[part.unit as usize].unit.schemas[part.schema as usize];
            let span = schema.setters[which.index as usize].span;
            error = error.label(
                Loc {
                    item: part.unit,
                    start: span.start,
                    end: span.end,
                },
                "declared here",
            );
        }
        error
    }

    /// Adds the keys that an index signature allows.
    fn extra_keys(
        &mut self,
        image: &Image,
        layout: &LayoutRef,
        inst: Inst,
        config: Dict,
        index: LayoutIndex,
    ) -> Result<()> {
        let part = &layout.parts[index.part as usize];
        let unit = &image.units[part.unit as usize].unit;
        let Some(signature) = &unit.schemas[part.schema as usize].index else {
            return Ok(());
        };
        let attrs = self.heap.get_inst(inst).attrs;
        let mut builder = self.builder();
        builder.load(self.heap.entries(attrs));
        let own = builder.entries.len();
        let count = self.heap.entries(config).len();
        for at in 0..count {
            let entry = self.heap.entries(config)[at];
            let hidden = || self.heap.name(entry.key).starts_with('_');
            if layout
                .by_name
                .get(&entry.key)
                .is_some_and(|&s| layout.slots[s as usize].member || hidden())
            {
                continue;
            }
            let key = self.heap.name_value(entry.key);
            if let Some(ty) = signature.key_type {
                let ty = &unit.types[ty as usize];
                if !self.fits(image, part.unit, ty, key)? {
                    let name = self.heap.name(entry.key).to_owned();
                    let class = self.class_name(layout.class, false);
                    return Err(RunError::new(
                        error::UNKNOWN_ATTRIBUTE,
                        format!("schema `{class}` does not allow the key `{name}`"),
                    )
                    .note(format!(
                        "its index signature allows keys of type `{}`",
                        super::pack::type_text(ty)
                    )));
                }
            }
            let mut value = Value::Undefined;
            if let Some(code) = signature.default
                && entry.op != EntryOp::Override
            {
                value = self.run_code(
                    image,
                    CodeEntry {
                        key,
                        ..CodeEntry::body(part.unit, code, inst, index.part)
                    },
                )?;
            }
            value = self.merge_config(image, value, entry.op, entry.value)?;
            value = self.pack(image, part.unit, &unit.types[signature.ty as usize], value)?;
            builder.put(Entry { value, ..entry });
            if index.named {
                self.store_attrs(inst, &builder.entries);
                self.run_checks(image, layout, inst, key)?;
            }
        }
        if index.named {
            // The order of the reference: the last key comes before the others.
            builder.move_last_to(own);
        }
        let dict = builder.finish(&mut self.heap);
        if let Some(obj) = self.heap.inst_mut(inst) {
            obj.attrs = dict;
        }
        self.give_back(builder);
        if self.inst_depth == 1 {
            // extra values may hold incomplete instances
            self.check_required(inst)?;
        }
        if !index.named {
            self.run_checks(image, layout, inst, Value::Undefined)?;
        }
        Ok(())
    }

    fn store_attrs(&mut self, inst: Inst, entries: &[Entry]) {
        let dict = self.heap.dict(entries, None);
        if let Some(obj) = self.heap.inst_mut(inst) {
            obj.attrs = dict;
        }
    }

    fn run_checks(
        &mut self,
        image: &Image,
        layout: &LayoutRef,
        inst: Inst,
        key: Value,
    ) -> Result<()> {
        for (at, part) in layout.parts.iter().enumerate() {
            let schema = &image.units[part.unit as usize].unit.schemas[part.schema as usize];
            if let Some(code) = schema.checks {
                self.run_code(
                    image,
                    CodeEntry {
                        key,
                        ..CodeEntry::body(part.unit, code, inst, at as u16)
                    },
                )?;
            }
        }
        Ok(())
    }

    /// A rule: an instance of its protocol on which the checks of the parents and its own run.
    fn apply_rule(
        &mut self,
        image: &Image,
        layout: &LayoutRef,
        config: Dict,
        args: &[Value],
        keywords: &[Sym],
    ) -> Result<Value> {
        let own = &layout.parts[layout.own as usize];
        let schema = &image.units[own.unit as usize].unit.schemas[own.schema as usize];
        let protocol = match schema.protocol {
            Some(global) => self.class_of_global(image, own.unit, global)?,
            None => None,
        };
        // the rule's own layout, its slots filled with the values of the protocol's instance
        let (attrs, result) = match protocol {
            Some(protocol) => {
                let value = self.instantiate(image, protocol, config, &[], &[])?;
                let Value::Inst(inst) = value else {
                    return Ok(value);
                };
                (self.heap.get_inst(inst).attrs, value)
            }
            None => {
                let attrs = self.heap.dict(&[], None);
                (attrs, Value::Dict(attrs))
            }
        };
        let empty = self.heap.list(&[]);
        let inst = self.heap.inst(InstObj {
            class: layout.class,
            attrs,
            config,
            args: empty,
            actuals: empty,
            keywords: empty,
        });
        // names of the rule's code are looked up among the protocol's attributes
        let mut bound = (**layout).clone();
        bound.by_name = self
            .heap
            .entries(attrs)
            .iter()
            .enumerate()
            .map(|(i, e)| (e.key, i as u32))
            .collect();
        for part in &mut bound.parts {
            let link = &self.links[part.unit as usize];
            let code = &image.units[part.unit as usize].unit.schemas[part.schema as usize];
            part.names = code
                .names
                .iter()
                .map(|&(name, outside)| {
                    match (bound.by_name.get(&link.syms[name as usize]), outside) {
                        (Some(&slot), _) => NameRef::Slot(slot),
                        (None, Outside::Nothing) => NameRef::Nothing,
                        (None, Outside::Native(id)) => NameRef::Native(id),
                        (None, Outside::Global(global)) => {
                            let (package, slot) = link.globals[global as usize];
                            NameRef::Global(package, slot)
                        }
                    }
                })
                .collect();
        }
        let bound = Arc::new(bound);
        let saved = self.layouts[layout.class.0 as usize].replace(Arc::clone(&bound));
        let outcome = self
            .bind_parts(image, &bound, inst, args, keywords)
            .and_then(|()| {
                // parents (laid out like mixins, after the own part) are checked first
                for (at, part) in bound
                    .parts
                    .iter()
                    .enumerate()
                    .filter(|(at, _)| *at != bound.own as usize)
                {
                    let schema =
                        &image.units[part.unit as usize].unit.schemas[part.schema as usize];
                    if let Some(code) = schema.checks {
                        self.run_code(image, CodeEntry::body(part.unit, code, inst, at as u16))?;
                    }
                }
                match schema.checks {
                    Some(code) => self
                        .run_code(image, CodeEntry::body(own.unit, code, inst, bound.own))
                        .map(|_| ()),
                    None => Ok(()),
                }
            });
        self.layouts[layout.class.0 as usize] = saved;
        outcome?;
        Ok(result)
    }

    /// Arguments as given to an instance, and the names of the last of them.
    pub(crate) fn actuals(&self, obj: &InstObj) -> (Vec<Value>, Vec<Sym>) {
        let names = self.heap.items(obj.keywords).iter();
        let names = names.filter_map(|k| {
            if let Value::Int(k) = k {
                Some(Sym(*k as u32))
            } else {
                None
            }
        });
        (self.heap.items(obj.actuals).to_vec(), names.collect())
    }

    /// Sets a key to what an entry makes of an attribute.
    fn put_merged(
        &mut self,
        image: &Image,
        builder: &mut DictBuilder,
        attrs: Dict,
        entry: Entry,
        mode: Mode,
    ) -> Result<()> {
        let absent = || Entry::new(entry.key, EntryOp::Override, Value::Undefined);
        let current = self.heap.entry(attrs, entry.key).unwrap_or_else(absent);
        let origin = self.merged_origin(current, entry);
        let value =
            self.merge_values(image, entry.key, current.value, entry.op, entry.value, mode)?;
        builder.put(Entry {
            key: entry.key,
            op: EntryOp::Override,
            origin,
            value,
        });
        Ok(())
    }

    /// Makes an instance anew from its configured values, the given ones merged on top (schema reference §14.2).
    pub(crate) fn reinstantiate(
        &mut self,
        image: &Image,
        inst: Inst,
        delta: Value,
        mode: Mode,
    ) -> Result<Value> {
        let obj = *self.heap.get_inst(inst);
        let mut builder = self.builder();
        for at in 0..self.heap.entries(obj.config).len() {
            let key = self.heap.entries(obj.config)[at].key;
            if let Some(entry) = self.heap.entry(obj.attrs, key)
                && !entry.value.is_undefined()
            {
                builder.put(Entry {
                    op: EntryOp::Override,
                    ..entry
                });
            }
        }
        let mut made_by = obj;
        match delta {
            Value::Dict(dict) => {
                for at in 0..self.heap.entries(dict).len() {
                    let entry = self.heap.entries(dict)[at];
                    self.put_merged(image, &mut builder, obj.attrs, entry, mode)?;
                }
            }
            Value::Inst(other) => {
                let other = *self.heap.get_inst(other);
                // whatever the right side has wins, be it only a default; kept are the keys configured on either side
                for entry in &mut builder.entries {
                    if let Some(new) = self.heap.entry(other.attrs, entry.key)
                        && !new.value.is_undefined()
                    {
                        entry.value = new.value;
                        entry.origin = new.origin;
                    }
                }
                for at in 0..self.heap.entries(other.config).len() {
                    let key = self.heap.entries(other.config)[at].key;
                    let Some(entry) = self
                        .heap
                        .entry(other.attrs, key)
                        .filter(|e| !e.value.is_undefined())
                    else {
                        continue;
                    };
                    self.put_merged(image, &mut builder, obj.attrs, entry, mode)?;
                }
                made_by = other;
            }
            _ => {}
        }
        let config = builder.finish(&mut self.heap);
        self.give_back(builder);
        let (args, keywords) = self.actuals(&made_by);
        self.instantiate(image, obj.class, config, &args, &keywords)
    }
}

fn list_names(names: &[&str]) -> String {
    let quoted: Vec<String> = names.iter().map(|n| format!("`{n}`")).collect();
    match quoted.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        Some((last, _)) => last.clone(),
        None => String::new(),
    }
}
