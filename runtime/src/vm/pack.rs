//! Run-time type checks and conversions (schema reference §9): dicts become instances where a schema is declared.

use super::{Image, Vm};
use crate::bytecode::RtType;
use crate::class::Layout;
use crate::error::{self, Result, RunError};
use crate::value::{ClassId, Dict, Entry, Value};

/// Whether a value needs no work at all to pass a type. `false` means: ask [`Vm::pack`].
#[inline]
pub(crate) fn fits_fast(ty: &RtType, value: Value) -> bool {
    match (ty, value) {
        (RtType::Any, _)
        | (RtType::Int | RtType::Float, Value::Int(_))
        | (RtType::Float, Value::Float(_))
        | (RtType::Str, Value::Str(_))
        | (RtType::Bool, Value::Bool(_)) => true,
        (_, value) => value.is_nullish(),
    }
}

/// What a named type stands for.
enum Meaning<'i> {
    Class(ClassId),
    Alias(u32, &'i RtType),
    Any,
}

impl Vm {
    fn meaning<'i>(&mut self, image: &'i Image, unit: u32, global: u32) -> Result<Meaning<'i>> {
        let (package, slot) = self.links[unit as usize].globals[global as usize];
        let alias = self
            .packages
            .get(package as usize)
            .and_then(|p| p.shape.slots.get(slot as usize))
            .and_then(|s| s.alias);
        if let Some((unit, ty)) = alias {
            return Ok(Meaning::Alias(
                unit,
                &image.units[unit as usize].unit.types[ty as usize],
            ));
        }
        Ok(match self.force_global(image, package, slot)? {
            Value::Type(class) => Meaning::Class(class),
            // a variable in a type position stands for the type of its value
            Value::Inst(inst) => Meaning::Class(self.heap.get_inst(inst).class),
            _ => Meaning::Any,
        })
    }

    /// Converts a value to a type and checks it.
    pub(crate) fn pack(
        &mut self,
        image: &Image,
        unit: u32,
        ty: &RtType,
        value: Value,
    ) -> Result<Value> {
        if fits_fast(ty, value) {
            return Ok(value);
        }
        if let RtType::Named(global, _) = ty
            && let Value::Dict(dict) = value
            && self.heap.entries(dict).is_empty()
            && let Meaning::Class(class) = self.meaning(image, unit, *global)?
            && !self.is_rule(class)
        {
            // an empty dict is an instance only if nothing is required (schema reference §9)
            return self.instantiate(image, class, dict, &[], &[]);
        }
        let converted = self.convert(image, unit, ty, value)?;
        if self.fits(image, unit, ty, converted)? {
            return Ok(converted);
        }
        Err(self.mismatch(image, unit, ty, value))
    }

    /// `value as type`: no wrong schema passes.
    pub(crate) fn cast(
        &mut self,
        image: &Image,
        unit: u32,
        ty: &RtType,
        value: Value,
    ) -> Result<Value> {
        if fits_fast(ty, value) {
            return Ok(value);
        }
        if let (RtType::Named(global, name), Value::Inst(inst)) = (ty, value) {
            let class = self.heap.get_inst(inst).class;
            return match self.meaning(image, unit, *global)? {
                Meaning::Class(wanted)
                    if self.classes[wanted.0 as usize].name
                        != self.classes[class.0 as usize].name =>
                {
                    Err(RunError::new(
                        error::TYPE_MISMATCH,
                        format!(
                            "expected `{name}`, found `{}`",
                            self.class_name(class, false)
                        ),
                    ))
                }
                Meaning::Alias(unit, ty) => self.deeper(|vm| vm.cast(image, unit, ty, value)),
                _ => Ok(value),
            };
        }
        self.pack(image, unit, ty, value)
    }

    /// Turns dicts into instances where the type asks for it; everything else stays.
    fn convert(&mut self, image: &Image, unit: u32, ty: &RtType, value: Value) -> Result<Value> {
        match (ty, value) {
            (RtType::Union(members), Value::Dict(_) | Value::List(_)) => {
                let mut failure = None;
                for member in members {
                    match self.convert_member(image, unit, member, value) {
                        Ok(Some(converted)) => return Ok(converted),
                        Ok(None) => {}
                        Err(error) if limit(&error) => return Err(error),
                        Err(error) => failure = Some(failure.unwrap_or(error)),
                    }
                }
                failure.map_or(Ok(value), Err)
            }
            (RtType::Dict(element), Value::Dict(dict)) => {
                if self.plain(element) {
                    return Ok(value);
                }
                let count = self.heap.entries(dict).len();
                let mut changed: Option<Vec<Entry>> = None;
                for at in 0..count {
                    let entry = self.heap.entries(dict)[at];
                    let new = self.deeper(|vm| vm.convert(image, unit, element, entry.value))?;
                    if !same(entry.value, new) && changed.is_none() {
                        changed = Some(self.heap.entries(dict).to_vec());
                    }
                    if let Some(entries) = &mut changed {
                        entries[at].value = new;
                    }
                }
                Ok(match changed {
                    Some(entries) => {
                        let index = self.heap.key_index(dict);
                        Value::Dict(self.heap.dict(&entries, index))
                    }
                    None => value,
                })
            }
            (RtType::List(element), Value::List(list)) => {
                if self.plain(element) {
                    return Ok(value);
                }
                let mut changed: Option<Vec<Value>> = None;
                for at in 0..list.len as usize {
                    let item = self.heap.items(list)[at];
                    let new = self.deeper(|vm| vm.convert(image, unit, element, item))?;
                    if !same(item, new) && changed.is_none() {
                        changed = Some(self.heap.items(list).to_vec());
                    }
                    if let Some(items) = &mut changed {
                        items[at] = new;
                    }
                }
                Ok(changed.map_or(value, |items| Value::List(self.heap.list(&items))))
            }
            (RtType::Named(global, _), Value::Dict(_) | Value::List(_)) => {
                match (self.meaning(image, unit, *global)?, value) {
                    (Meaning::Class(class), Value::Dict(dict)) if !self.is_rule(class) => {
                        let layout = self.layout(image, class)?;
                        if self.keys_fit(&layout, dict) {
                            self.instantiate(image, class, dict, &[], &[])
                        } else {
                            Ok(value)
                        }
                    }
                    (Meaning::Alias(unit, ty), _) => {
                        self.deeper(|vm| vm.convert(image, unit, ty, value))
                    }
                    _ => Ok(value),
                }
            }
            _ => Ok(value),
        }
    }

    /// The value as one member of a union, or nothing if it does not fit.
    fn convert_member(
        &mut self,
        image: &Image,
        unit: u32,
        member: &RtType,
        value: Value,
    ) -> Result<Option<Value>> {
        let converted = self.deeper(|vm| vm.convert(image, unit, member, value))?;
        Ok(self
            .fits(image, unit, member, converted)?
            .then_some(converted))
    }

    /// Whether converting to a type never changes a value.
    #[expect(clippy::unused_self, reason = "reads better beside its callers")]
    fn plain(&self, ty: &RtType) -> bool {
        matches!(
            ty,
            RtType::Any
                | RtType::Bool
                | RtType::Int
                | RtType::Float
                | RtType::Str
                | RtType::BoolLit(_)
                | RtType::IntLit(_)
                | RtType::FloatLit(_)
                | RtType::StrLit(_)
                | RtType::UnitLit(..)
                | RtType::NumberMultiplier
                | RtType::Function
        )
    }

    fn keys_fit(&self, layout: &Layout, dict: Dict) -> bool {
        layout.index.is_some()
            || self.base_has_index(layout)
            || self.heap.entries(dict).iter().all(|e| {
                layout
                    .by_name
                    .get(&e.key)
                    .is_some_and(|&s| layout.slots[s as usize].member)
                    || self.heap.name(e.key).starts_with('_')
            })
    }

    fn is_rule(&self, class: ClassId) -> bool {
        let info = self.classes[class.0 as usize];
        self.image.units[info.unit as usize].unit.schemas[info.schema as usize].is_rule
    }

    fn base_has_index(&self, layout: &Layout) -> bool {
        layout.parts[..layout.own as usize].iter().any(|p| {
            self.image.units[p.unit as usize].unit.schemas[p.schema as usize]
                .index
                .is_some()
        })
    }

    /// Whether a value passes a type as it is.
    pub(crate) fn fits(
        &mut self,
        image: &Image,
        unit: u32,
        ty: &RtType,
        value: Value,
    ) -> Result<bool> {
        if fits_fast(ty, value) {
            return Ok(true);
        }
        Ok(match (ty, value) {
            (RtType::Union(members), _) => {
                for member in members {
                    if self.fits(image, unit, member, value)? {
                        return Ok(true);
                    }
                }
                false
            }
            (RtType::BoolLit(a), Value::Bool(b)) => *a == b,
            (RtType::IntLit(a), Value::Int(b)) => *a == b,
            #[expect(clippy::float_cmp, reason = "a literal type is this one number")]
            (RtType::FloatLit(a), Value::Float(b)) => *a == b,
            (RtType::StrLit(a), Value::Str(b)) => **a == *self.heap.get_str(b),
            (RtType::UnitLit(raw, suffix), Value::Unit(unit)) => {
                let found = self.heap.get_unit(unit);
                found.raw == *raw && self.heap.name(found.suffix) == &**suffix
            }
            // any instance passes every type that is no builtin, collection or plain literal (schema reference §4.4)
            (RtType::NumberMultiplier, Value::Unit(_) | Value::Inst(_)) => true,
            (
                RtType::Function,
                Value::Func(_) | Value::Native(_) | Value::Bound(_) | Value::Inst(_),
            ) => true,
            (RtType::UnitLit(..), Value::Inst(_)) => true,
            (RtType::List(element), Value::List(list)) => {
                for at in 0..list.len as usize {
                    let item = self.heap.items(list)[at];
                    if !fits_fast(element, item)
                        && !self.deeper(|vm| vm.fits(image, unit, element, item))?
                    {
                        return Ok(false);
                    }
                }
                true
            }
            (RtType::Dict(element), Value::Dict(dict)) => {
                for at in 0..self.heap.entries(dict).len() {
                    let item = self.heap.entries(dict)[at].value;
                    if !fits_fast(element, item)
                        && !self.deeper(|vm| vm.fits(image, unit, element, item))?
                    {
                        return Ok(false);
                    }
                }
                true
            }
            (RtType::Named(global, _), value) => match self.meaning(image, unit, *global)? {
                Meaning::Alias(unit, ty) => {
                    return self.deeper(|vm| vm.fits(image, unit, ty, value));
                }
                Meaning::Any => true,
                // any instance passes any schema
                Meaning::Class(_) => matches!(value, Value::Inst(_)),
            },
            _ => false,
        })
    }

    #[cold]
    fn mismatch(&mut self, image: &Image, unit: u32, ty: &RtType, value: Value) -> RunError {
        let expected = type_text(ty);
        let found = self.type_name(value);
        let mut error = RunError::new(
            error::TYPE_MISMATCH,
            format!("expected `{expected}`, found `{found}`"),
        );
        // this text can be caught by programs
        let found = if value.is_undefined() {
            "UndefinedType"
        } else {
            &found
        };
        error.0.plain = Some(format!("expect {expected}, got {found}"));
        if let (RtType::Named(global, _), Value::Dict(dict)) = (ty, value)
            && let Ok(Meaning::Class(class)) = self.meaning(image, unit, *global)
            && let Ok(layout) = self.layout(image, class)
        {
            let name = self.class_name(class, false);
            for entry in self.heap.entries(dict) {
                if !layout
                    .by_name
                    .get(&entry.key)
                    .is_some_and(|&s| layout.slots[s as usize].member)
                {
                    error = error.note(format!(
                        "schema `{name}` has no attribute `{}`",
                        self.heap.name(entry.key)
                    ));
                }
            }
        }
        match value {
            Value::Int(_) | Value::Float(_) | Value::Str(_) | Value::Bool(_) => {
                error = error.note(format!("the value is {}", self.brief(value)));
            }
            _ => {}
        }
        error
    }

    /// A value in a message: what it is, or which type it has.
    pub(crate) fn described(&self, value: Value) -> String {
        match value {
            Value::None => "`None`".to_owned(),
            value if value.is_undefined() => "an undefined value".to_owned(),
            value => format!("a value of type `{}`", self.type_name(value)),
        }
    }

    /// The type of a value, for messages.
    #[must_use]
    pub fn type_name(&self, value: Value) -> String {
        match value {
            Value::Undefined | Value::Hole | Value::Running => "Undefined".to_owned(),
            Value::None => "None".to_owned(),
            Value::Bool(_) => "bool".to_owned(),
            Value::Int(_) => "int".to_owned(),
            Value::Float(_) => "float".to_owned(),
            Value::Unit(unit) => {
                let unit = self.heap.get_unit(unit);
                format!(
                    "number_multiplier({}{})",
                    unit.raw,
                    self.heap.name(unit.suffix)
                )
            }
            Value::Str(_) => "str".to_owned(),
            Value::List(_) => "list".to_owned(),
            Value::Dict(_) => "dict".to_owned(),
            Value::Inst(inst) => self.class_name(self.heap.get_inst(inst).class, false),
            Value::Func(_) | Value::Native(_) | Value::Bound(_) => "function".to_owned(),
            Value::Type(_) => "type".to_owned(),
        }
    }
}

const fn limit(error: &RunError) -> bool {
    matches!(error.0.code.number, 520..=522)
}

fn same(a: Value, b: Value) -> bool {
    match (a, b) {
        (Value::Dict(a), Value::Dict(b)) => a == b,
        (Value::List(a), Value::List(b)) => a == b,
        (Value::Dict(_), Value::Inst(_)) => false,
        _ => true,
    }
}

/// A type as it is written.
#[must_use]
pub(crate) fn type_text(ty: &RtType) -> String {
    match ty {
        RtType::Any => "any".to_owned(),
        RtType::Bool => "bool".to_owned(),
        RtType::Int => "int".to_owned(),
        RtType::Float => "float".to_owned(),
        RtType::Str => "str".to_owned(),
        RtType::BoolLit(b) => if *b { "True" } else { "False" }.to_owned(),
        RtType::IntLit(i) => i.to_string(),
        RtType::FloatLit(f) => format!("{f:?}"),
        RtType::StrLit(s) => format!("\"{s}\""),
        RtType::UnitLit(raw, suffix) => format!("{raw}{suffix}"),
        RtType::NumberMultiplier => "units.NumberMultiplier".to_owned(),
        RtType::List(element) => format!("[{}]", type_text(element)),
        RtType::Dict(element) => format!("{{str:{}}}", type_text(element)),
        RtType::Union(members) => members
            .iter()
            .map(type_text)
            .collect::<Vec<_>>()
            .join(" | "),
        RtType::Function => "function".to_owned(),
        RtType::Named(_, name) => name.to_string(),
    }
}
