//! Types of generated programs, and names that tell their type.
//!
//! An attribute's name decides its type (`i0` is always an int), so a key that shadows another name never changes what
//! an expression may be.

/// A type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Ty {
    /// `int`
    Int,
    /// `bool`
    Bool,
    /// `str`
    Str,
    /// `float`
    Float,
    /// `[T]`
    List(Box<Ty>),
    /// `{str:T}`
    Dict(Box<Ty>),
    /// The schema of that number.
    Schema(usize),
}

impl Ty {
    /// `[self]`
    #[must_use]
    pub(super) fn list(self) -> Self {
        Self::List(Box::new(self))
    }

    /// `{str:self}`
    #[must_use]
    pub(super) fn dict(self) -> Self {
        Self::Dict(Box::new(self))
    }

    /// Whether values are shared by reference: lists, dicts, instances.
    #[must_use]
    pub(super) const fn is_container(&self) -> bool {
        matches!(self, Self::List(_) | Self::Dict(_) | Self::Schema(_))
    }
}

/// A name that can be read.
#[derive(Clone, Debug)]
pub(super) struct Var {
    /// As written: `i0`, `pkg.c1`, `g2.o0`.
    pub(super) path: String,
    /// Its type.
    pub(super) ty: Ty,
    /// Whether it may be Undefined.
    pub(super) optional: bool,
}

/// A function that can be called.
#[derive(Clone, Debug)]
pub(super) struct Fun {
    /// What stands before the arguments.
    pub(super) name: String,
    /// Whether it is declared in the package.
    pub(super) packaged: bool,
    /// Types of the parameters.
    pub(super) params: Vec<Ty>,
    /// How many parameters have no default.
    pub(super) required: usize,
    /// Result.
    pub(super) result: Ty,
    /// Whether only small literals may be passed.
    pub(super) small: bool,
}

/// An attribute.
#[derive(Clone, Debug)]
pub(super) struct Attr {
    /// Its name.
    pub(super) name: String,
    /// Its type.
    pub(super) ty: Ty,
    /// `x?: T`
    pub(super) optional: bool,
    /// Whether it has a value without being configured.
    pub(super) default: bool,
    /// Whether its declaration with default says so itself: overrides in a child do.
    pub(super) appended: bool,
}

/// A schema or mixin.
#[derive(Clone, Debug, Default)]
pub(super) struct Schema {
    /// Its name.
    pub(super) name: String,
    /// Its base.
    pub(super) base: Option<usize>,
    /// Mixins, as indexes.
    pub(super) mixins: Vec<usize>,
    /// Type of each argument and whether it has a default.
    pub(super) args: Vec<(String, Ty, bool)>,
    /// Its own attributes.
    pub(super) attrs: Vec<Attr>,
    /// Type of other keys.
    pub(super) index: Option<Ty>,
}
