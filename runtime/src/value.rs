//! Values: 16 bytes, `Copy`, handles into a [`Heap`](crate::heap::Heap) that lives as long as one evaluation.

use crate::origin::Origin;

/// An interned name or dict key. `Sym`s of one heap are equal exactly if their texts are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Sym(pub u32);

/// A string: bytes `off..off + len` of text chunk `chunk`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "see the type")]
pub struct Str {
    pub chunk: u32,
    pub off: u32,
    pub len: u32,
}

/// A list: elements `off..off + len` of value chunk `chunk`. Immutable but for explicit in-place assignment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "see the type")]
pub struct List {
    pub chunk: u32,
    pub off: u32,
    pub len: u32,
}

/// A dict.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Dict(pub u32);

/// A schema instance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Inst(pub u32);

/// A lambda with what it captured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Func(pub u32);

/// A `str` member bound to its receiver (`f = "a".upper`), or `Schema.instances`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Bound(pub u32);

/// A number with unit (`1Ki`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Unit(pub u32);

/// A schema, mixin, protocol or rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ClassId(pub u32);

/// Index into the table of native functions that the virtual machine was made with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct NativeId(pub u16);

/// A value.
#[derive(Clone, Copy, Debug)]
pub enum Value {
    /// Absence. Dropped from output.
    Undefined,
    /// `None`, printed as `null`.
    None,
    /// `True`, `False`
    Bool(bool),
    /// A 64-bit integer.
    Int(i64),
    /// An IEEE double.
    Float(f64),
    /// A number with unit.
    Unit(Unit),
    /// A string.
    Str(Str),
    /// A list.
    List(List),
    /// A dict.
    Dict(Dict),
    /// A schema instance.
    Inst(Inst),
    /// A lambda.
    Func(Func),
    /// A builtin or module function.
    Native(NativeId),
    /// A member bound to its receiver.
    Bound(Bound),
    /// A schema type as a value.
    Type(ClassId),
    /// Internal: a slot that was not evaluated yet, a missing argument, an untaken branch. Never seen by programs.
    Hole,
    /// Internal: a slot that is being evaluated. Never seen by programs.
    Running,
}

const _: () = assert!(size_of::<Value>() == 16);

/// The operator with which a dict entry was written; it decides how the entry merges (core reference §7).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EntryOp {
    /// `key: value`
    Union,
    /// `key = value`
    Override,
    /// `key += value`
    Insert,
}

/// An entry of a dict: 24 bytes.
#[derive(Clone, Copy, Debug)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Entry {
    pub key: Sym,
    pub op: EntryOp,
    /// Where the value comes from, if that is written down.
    pub origin: Origin,
    pub value: Value,
}

impl Entry {
    /// An entry that nobody knows the origin of.
    #[must_use]
    pub const fn new(key: Sym, op: EntryOp, value: Value) -> Self {
        Self {
            key,
            op,
            origin: Origin::UNKNOWN,
            value,
        }
    }
}

const _: () = assert!(size_of::<Entry>() == 24);

impl Value {
    /// Whether `None` or `Undefined` (or nothing at all).
    #[must_use]
    pub const fn is_nullish(self) -> bool {
        matches!(self, Self::None | Self::Undefined | Self::Hole)
    }

    /// Whether `Undefined` (or nothing at all).
    #[must_use]
    pub const fn is_undefined(self) -> bool {
        matches!(self, Self::Undefined | Self::Hole | Self::Running)
    }

    /// `Undefined` in the place of the internal marks.
    #[must_use]
    pub const fn or_undefined(self) -> Self {
        match self {
            Self::Hole | Self::Running => Self::Undefined,
            other => other,
        }
    }
}
