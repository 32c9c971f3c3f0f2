//! Writing down where values come from, while a machine traces. Costs one test at each place when it does not.

use std::sync::Arc;

use super::{Frame, Image, Vm};
use crate::bytecode::{Op, Range, Setter, SetterKind};
use crate::class::Part;
use crate::error::Loc;
use crate::origin::{Fate, How, Origin, Origins, Setting};
use crate::value::{Entry, EntryOp, Sym, Value};

/// A top-level name with its value.
#[derive(Clone, Copy, Debug)]
pub struct TopLevel {
    /// The name.
    pub name: Sym,
    /// Its value.
    pub value: Value,
    /// Where it comes from.
    pub origin: Origin,
}

impl Vm {
    /// Writes down from now on where values come from.
    pub fn trace(&mut self) {
        self.origins.get_or_insert_default();
    }

    /// Whether it is written down where values come from.
    #[inline]
    pub(crate) const fn is_tracing(&self) -> bool {
        self.origins.is_some()
    }

    /// The places behind an origin, the last one first.
    #[must_use]
    pub fn places(&self, origin: Origin) -> Vec<(Setting, Fate)> {
        let origins = self.origins.as_ref();
        origins.map_or_else(Vec::new, |origins| origins.places(origin))
    }

    /// The origin of what the instruction that runs sets.
    #[inline]
    pub(crate) fn origin_here(&mut self, name: Sym) -> Origin {
        if self.origins.is_none() {
            return Origin::UNKNOWN;
        }
        self.frames
            .last()
            .copied()
            .map_or(Origin::UNKNOWN, |frame| self.origin_at(&frame, name))
    }

    /// An entry that the instruction that runs sets.
    pub(crate) fn entry_here(&mut self, key: Sym, op: EntryOp, value: Value) -> Entry {
        let mut entry = Entry::new(key, op, value);
        entry.origin = self.origin_here(key);
        entry
    }

    /// The origin of what the instruction before the program counter of a frame sets.
    #[cold]
    pub(crate) fn origin_at(&mut self, frame: &Frame, name: Sym) -> Origin {
        let Some(at) = self.loc_of(frame) else {
            return Origin::UNKNOWN;
        };
        self.written(at, name, How::Set)
    }

    #[cold]
    fn written(&mut self, at: Loc, name: Sym, how: How) -> Origin {
        match &mut self.origins {
            Some(origins) => origins.setting(Setting { at, name, how }),
            None => Origin::UNKNOWN,
        }
    }

    /// The origin of an entry of a constant.
    #[cold]
    pub(crate) fn key_origin(&mut self, unit: u32, place: Range, name: Sym) -> Origin {
        let at = Loc {
            item: unit,
            start: place.start,
            end: place.end,
        };
        self.written(at, name, How::Set)
    }

    /// The origin of an entry that is merged into an existing one.
    #[inline]
    pub(crate) fn merged_origin(&mut self, current: Entry, new: Entry) -> Origin {
        if self.origins.is_none() {
            return Origin::UNKNOWN;
        }
        self.joined_origin(current.origin, current.value, new)
    }

    #[cold]
    fn joined_origin(&mut self, earlier: Origin, current: Value, new: Entry) -> Origin {
        let keeps = new.value.is_nullish() && !current.is_nullish() && new.op != EntryOp::Override;
        if keeps {
            return earlier;
        }
        let is_whole = |value| matches!(value, Value::Dict(_) | Value::Inst(_) | Value::List(_));
        let united = new.op != EntryOp::Override && is_whole(current) && is_whole(new.value);
        match &mut self.origins {
            Some(origins) => origins.over(new.origin, earlier, united),
            None => Origin::UNKNOWN,
        }
    }

    /// Notes that a setter of the attribute that is evaluated was looked at.
    #[cold]
    pub(crate) fn note_attr(&mut self, part: &Part, setter: &Setter, united: bool) {
        let how = match setter.kind {
            SetterKind::Declare => How::Declared,
            SetterKind::Default | SetterKind::UnionDefault => How::Default,
            _ => How::Set,
        };
        let name = self.links[part.unit as usize].syms[setter.name as usize];
        let earlier = self.attr_origins.last().copied().unwrap_or_default();
        let origin = self.set_by(earlier, part.unit, setter, name, how, united);
        if let Some(last) = self.attr_origins.last_mut() {
            *last = origin;
        }
    }

    #[cold]
    fn set_by(
        &mut self,
        earlier: Origin,
        unit: u32,
        setter: &Setter,
        name: Sym,
        how: How,
        united: bool,
    ) -> Origin {
        let at = Loc {
            item: unit,
            start: setter.place.start,
            end: setter.place.end,
        };
        let own = self.written(at, name, how);
        match &mut self.origins {
            Some(origins) => origins.over(own, earlier, united),
            None => Origin::UNKNOWN,
        }
    }

    /// Notes that the configuration of the attribute that is evaluated is merged into what its setters gave.
    #[cold]
    pub(crate) fn note_config(&mut self, value: Value, entry: Entry) {
        let earlier = self.attr_origins.last().copied().unwrap_or_default();
        let origin = self.joined_origin(earlier, value, entry);
        if let Some(last) = self.attr_origins.last_mut() {
            *last = origin;
        }
    }

    /// Notes that a setter of a top-level name was run.
    #[cold]
    pub(crate) fn note_global(
        &mut self,
        image: &Image,
        (package, slot): (u32, u32),
        which: super::GlobalSetter,
        united: bool,
    ) {
        let setter = &image.units[which.unit as usize].unit.setters[which.index as usize];
        let name = self.links[which.unit as usize].syms[setter.name as usize];
        let earlier = self.global_origins.get(&(package, slot)).copied();
        let earlier = earlier.unwrap_or_default();
        let origin = self.set_by(earlier, which.unit, setter, name, How::Set, united);
        self.global_origins.insert((package, slot), origin);
    }

    /// The packages of the run: import path, and whether it is the program itself.
    pub fn package_paths(&self) -> impl Iterator<Item = (u32, &str, bool)> {
        let packages = self.packages.iter().zip(0..);
        packages.map(|(state, index)| (index, &*state.shape.path, state.shape.is_main))
    }

    /// The top-level names of a package that was run, in the order of their first appearance.
    #[must_use]
    pub fn top_level(&self, package: u32) -> Vec<TopLevel> {
        let Some(state) = self.packages.get(package as usize) else {
            return Vec::new();
        };
        let shape = Arc::clone(&state.shape);
        let names = shape.names.iter().zip(&state.values).zip(0..);
        names
            .map(|((&name, &value), slot)| TopLevel {
                name,
                value,
                origin: self.global_origin(package, slot),
            })
            .collect()
    }

    pub(crate) fn global_origin(&self, package: u32, slot: u32) -> Origin {
        let known = self.global_origins.get(&(package, slot));
        known.copied().unwrap_or_default()
    }
}

/// Whether a setter keeps something of the value so far.
#[cold]
pub(crate) fn adds(image: &Image, unit: u32, setter: &Setter) -> bool {
    match setter.kind {
        SetterKind::Unify | SetterKind::UnionDefault | SetterKind::UnifyConfig { .. } => true,
        _ if setter.constant.is_some() => false,
        _ => {
            let code = image.units[unit as usize]
                .unit
                .codes
                .get(setter.code as usize);
            code.is_some_and(|code| code.ops.iter().any(|op| matches!(op, Op::Prev { .. })))
        }
    }
}

/// The table of a machine, and the origins of top-level names.
pub(crate) type Traced = (
    Option<Box<Origins>>,
    rustc_hash::FxHashMap<(u32, u32), Origin>,
);
