//! Instantiation: laying out a schema once, making instances of it, required attributes, index signatures, checks.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::interp::Entry as CodeEntry;
use super::merge::Mode;
use super::{Image, InstanceRecord, Vm};
use crate::bytecode::{Outside, SetterKind, Step};
use crate::class::{Layout, LayoutIndex, LayoutRef, NameRef, Part, Slot, SlotSetter};
use crate::error::{self, Loc, Result, RunError};
use crate::heap::InstObj;
use crate::value::{ClassId, Dict, Entry, EntryOp, Inst, Sym, Value};

impl Vm {
    /// The layout of a schema, made at its first use.
    pub(crate) fn layout(&mut self, image: &Image, class: ClassId) -> Result<LayoutRef> {
        if let Some(Some(layout)) = self.layouts.get(class.0 as usize) {
            return Ok(Arc::clone(layout));
        }
        if self.linking.contains(&class) {
            let name = self.class_name(class, false);
            return Err(RunError::new(
                error::BAD_VALUE,
                format!("schema `{name}` inherits from itself"),
            ));
        }
        self.linking.push(class);
        let layout = self.deeper(|vm| vm.make_layout(image, class));
        self.linking.pop();
        let layout = Arc::new(layout?);
        self.layouts[class.0 as usize] = Some(Arc::clone(&layout));
        Ok(layout)
    }

    fn class_of_global(
        &mut self,
        image: &Image,
        unit: u32,
        global: u32,
    ) -> Result<Option<ClassId>> {
        let (package, slot) = self.links[unit as usize].globals[global as usize];
        match self.force_global(image, package, slot)? {
            Value::Type(class) => Ok(Some(class)),
            _ => {
                // an alias of a schema
                let alias = self
                    .packages
                    .get(package as usize)
                    .and_then(|p| p.shape.slots.get(slot as usize))
                    .and_then(|s| s.alias);
                if let Some((unit, ty)) = alias
                    && let crate::bytecode::RtType::Named(global, _) =
                        image.units[unit as usize].unit.types[ty as usize]
                {
                    return self.deeper(|vm| vm.class_of_global(image, unit, global));
                }
                Ok(None)
            }
        }
    }

    fn make_layout(&mut self, image: &Image, class: ClassId) -> Result<Layout> {
        let info = self.classes[class.0 as usize];
        let schema = &image.units[info.unit as usize].unit.schemas[info.schema as usize];
        let mut layout = Layout {
            class,
            slots: Vec::new(),
            by_name: FxHashMap::default(),
            template: Vec::new(),
            key_index: None,
            parts: Vec::new(),
            own: 0,
            args: 0,
            has_runs: false,
            has_deprecated: false,
            index: None,
            ancestors: vec![class],
        };
        if let Some(base) = schema.base
            && let Some(base) = self.class_of_global(image, info.unit, base)?
        {
            let base = self.layout(image, base)?;
            layout.slots.clone_from(&base.slots);
            layout.by_name.clone_from(&base.by_name);
            layout.parts.clone_from(&base.parts);
            layout.args = base.args;
            layout.has_runs = base.has_runs;
            layout.has_deprecated = base.has_deprecated;
            layout.ancestors.extend_from_slice(&base.ancestors);
        }
        self.add_part(image, &mut layout, class, false)?;
        layout.own = layout.parts.len() as u16 - 1;
        if let Some(index) = &schema.index {
            layout.index = Some(LayoutIndex {
                part: layout.own,
                named: index.key.is_some(),
            });
        }
        for &mixin in &schema.mixins {
            let Some(mixin) = self.class_of_global(image, info.unit, mixin)? else {
                continue;
            };
            let mixed = self.layout(image, mixin)?;
            for part in &mixed.parts {
                self.add_part(image, &mut layout, part.class, true)?;
            }
        }
        // only now is every attribute known: resolve the names that the parts use
        for at in 0..layout.parts.len() {
            let part = &layout.parts[at];
            let code = &image.units[part.unit as usize].unit.schemas[part.schema as usize];
            let link = &self.links[part.unit as usize];
            let names = code
                .names
                .iter()
                .map(
                    |&(name, outside)| match layout.by_name.get(&link.syms[name as usize]) {
                        Some(&slot) => NameRef::Slot(slot),
                        None => match outside {
                            Outside::Nothing => NameRef::Nothing,
                            Outside::Native(id) => NameRef::Native(id),
                            Outside::Global(global) => {
                                let (package, slot) = link.globals[global as usize];
                                NameRef::Global(package, slot)
                            }
                        },
                    },
                )
                .collect();
            layout.parts[at].names = names;
        }
        layout.template = layout
            .slots
            .iter()
            .map(|s| Entry {
                key: s.name,
                op: EntryOp::Override,
                value: Value::Hole,
            })
            .collect();
        if layout.template.len() > crate::heap::SMALL {
            layout.key_index = Some(crate::heap::index_of(&layout.template));
        }
        Ok(layout)
    }

    fn add_part(
        &mut self,
        image: &Image,
        layout: &mut Layout,
        class: ClassId,
        mixed: bool,
    ) -> Result<()> {
        let info = self.classes[class.0 as usize];
        let schema = &image.units[info.unit as usize].unit.schemas[info.schema as usize];
        let link = Arc::clone(&self.links[info.unit as usize]);
        let part = layout.parts.len() as u16;
        let slot_of = |layout: &mut Layout, name: Sym| -> u32 {
            if let Some(&slot) = layout.by_name.get(&name) {
                return slot;
            }
            let slot = layout.slots.len() as u32;
            layout.slots.push(Slot {
                name,
                setters: Vec::new(),
                member: false,
                required: false,
                deprecated: Vec::new(),
            });
            layout.by_name.insert(name, slot);
            slot
        };
        // statement order decides the order of the output
        for setter in &schema.setters {
            slot_of(layout, link.syms[setter.name as usize]);
        }
        for attr in &schema.attrs {
            let slot = slot_of(layout, link.syms[attr.name as usize]);
            let slot = &mut layout.slots[slot as usize];
            if !(mixed && slot.member) {
                slot.required = !attr.optional;
            }
            slot.member = true;
            if let Some(code) = attr.deprecated {
                slot.deprecated.push((part, code));
                layout.has_deprecated = true;
            }
        }
        for (i, setter) in schema.setters.iter().enumerate() {
            let slot = slot_of(layout, link.syms[setter.name as usize]);
            layout.slots[slot as usize].setters.push(SlotSetter {
                part,
                index: i as u32,
            });
            if setter.kind == SetterKind::Unify {
                layout.slots[slot as usize].member = true;
            }
        }
        layout.has_runs |= schema.steps.iter().any(|s| matches!(s, Step::Run(_)));
        let first_arg = layout.args;
        layout.args += schema.params.len() as u32;
        layout.has_deprecated |= schema.deprecated.is_some();
        layout.parts.push(Part {
            unit: info.unit,
            schema: info.schema,
            class,
            names: Vec::new(),
            first_arg,
        });
        Ok(())
    }

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
        let count = self.heap.entries(config).len();
        for at in 0..count {
            let entry = self.heap.entries(config)[at];
            if layout
                .by_name
                .get(&entry.key)
                .is_some_and(|&s| layout.slots[s as usize].member)
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
            builder.set(entry.key, entry.op, value);
            if index.named {
                self.store_attrs(inst, &builder.entries);
                self.run_checks(image, layout, inst, key)?;
            }
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
            let value = self.heap.get(obj.attrs, key).unwrap_or(Value::Undefined);
            if !value.is_undefined() {
                builder.set(key, EntryOp::Override, value);
            }
        }
        let mut made_by = obj;
        match delta {
            Value::Dict(dict) => {
                for at in 0..self.heap.entries(dict).len() {
                    let entry = self.heap.entries(dict)[at];
                    let current = self
                        .heap
                        .get(obj.attrs, entry.key)
                        .unwrap_or(Value::Undefined);
                    let merged =
                        self.merge_values(image, entry.key, current, entry.op, entry.value, mode)?;
                    builder.set(entry.key, EntryOp::Override, merged);
                }
            }
            Value::Inst(other) => {
                let other = *self.heap.get_inst(other);
                // whatever the right side has wins, be it only a default; kept are the keys configured on either side
                for entry in &mut builder.entries {
                    if let Some(value) = self.heap.get(other.attrs, entry.key)
                        && !value.is_undefined()
                    {
                        entry.value = value;
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
                    let current = self.heap.get(obj.attrs, key).unwrap_or(Value::Undefined);
                    let merged =
                        self.merge_values(image, key, current, entry.op, entry.value, mode)?;
                    builder.set(key, EntryOp::Override, merged);
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
