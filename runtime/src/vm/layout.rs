//! Laying out a schema: slots of its bases, its own statements and its mixins, at its first use.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::{Image, Vm};
use crate::bytecode::{Outside, SetterKind, Step};
use crate::class::{Layout, LayoutIndex, LayoutRef, NameRef, Part, Slot, SlotSetter};
use crate::error::{self, Result, RunError};
use crate::value::{ClassId, Entry, EntryOp, Sym, Value};

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

    pub(crate) fn class_of_global(
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
            .map(|s| Entry::new(s.name, EntryOp::Override, Value::Hole))
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
}
