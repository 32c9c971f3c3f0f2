//! Linked schemas: the layout of their instances.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::value::{ClassId, Entry, Sym};

/// A schema as it is known before it is first used.
#[derive(Clone, Copy, Debug)]
pub struct Class {
    /// Its name.
    pub name: Sym,
    /// Package that declares it.
    pub package: u32,
    /// Unit that declares it.
    pub unit: u32,
    /// Index into the unit's schemas.
    pub schema: u32,
}

/// What a name used in a schema body means for one layout.
#[derive(Clone, Copy, Debug)]
#[expect(missing_docs, reason = "the names say it")]
pub enum NameRef {
    Slot(u32),
    Global(u32, u32),
    Native(u16),
    Nothing,
}

/// A declaration that takes part in a layout: a base, the schema itself, a mixin.
#[derive(Clone, Debug)]
pub struct Part {
    /// Unit that declares it.
    pub unit: u32,
    /// Index into the unit's schemas.
    pub schema: u32,
    /// Its class.
    pub class: ClassId,
    /// Meaning of the names its code uses.
    pub names: Vec<NameRef>,
    /// Where its arguments start in the instance's arguments.
    pub first_arg: u32,
}

/// A setter of a slot.
#[derive(Clone, Copy, Debug)]
pub struct SlotSetter {
    /// Which part it belongs to.
    pub part: u16,
    /// Index into the setters of that part's schema.
    pub index: u32,
}

/// An attribute or a local of a schema body.
#[derive(Clone, Debug)]
pub struct Slot {
    /// Its name.
    pub name: Sym,
    /// Setters: bases first, then own, then mixins.
    pub setters: Vec<SlotSetter>,
    /// Whether it was declared (`x: T`), so that configs may set it.
    pub member: bool,
    /// Whether an instance without a value is wrong.
    pub required: bool,
    /// Code of `@deprecated`: part and code.
    pub deprecated: Vec<(u16, u32)>,
}

/// Index signature of a layout.
#[derive(Clone, Copy, Debug)]
pub struct LayoutIndex {
    /// Part that declares it.
    pub part: u16,
    /// Whether the key has a name, so that checks run once a key.
    pub named: bool,
}

/// The layout of a schema's instances: base attributes first, then own ones, then those of mixins.
#[derive(Clone, Debug)]
pub struct Layout {
    /// The schema.
    pub class: ClassId,
    /// Slots in output order.
    pub slots: Vec<Slot>,
    /// Slot of a name.
    pub by_name: FxHashMap<Sym, u32>,
    /// Attributes of a new instance: every slot empty.
    pub template: Vec<Entry>,
    /// Index of the template's keys, shared by all instances.
    pub key_index: Option<crate::heap::KeyIndex>,
    /// Declarations: bases (outermost first), own, mixins.
    pub parts: Vec<Part>,
    /// Index of the own part.
    pub own: u16,
    /// Number of arguments of all parts.
    pub args: u32,
    /// Whether some part has statements other than slots.
    pub has_runs: bool,
    /// Whether any slot is deprecated.
    pub has_deprecated: bool,
    /// Index signature, if the schema itself has one.
    pub index: Option<LayoutIndex>,
    /// Classes of the bases and the schema itself.
    pub ancestors: Vec<ClassId>,
}

/// A shared layout.
pub type LayoutRef = Arc<Layout>;
