//! Static types: a small `Copy` handle over interned payloads, and the constructors that keep it normal.
//!
//! Relations between types live in [`relation`], unions are built by [`union`] only, and texts come from [`display`].
//! Nothing here reports anything.
//!
//! Interned payloads are never forgotten: they are small, and queries would else depend on each that they touch, which is
//! most of what they depend on.

#![expect(
    missing_docs,
    reason = "the constructors that salsa makes for interned types cannot be documented"
)]

use salsa::SalsaValue;

use crate::Db;
use crate::outline::Item;
use crate::packages::Package;

pub mod display;
pub mod relation;
pub mod signature_text;
pub mod signatures;
pub mod union;

/// An interned name or string value.
#[salsa::interned(debug, revisions = usize::MAX)]
pub struct Sym<'db> {
    /// The text.
    #[returns(deref)]
    pub text: Box<str>,
}

/// The type of an expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, SalsaValue)]
pub enum Ty<'db> {
    /// Unknown to the checker: fits everywhere and is never complained about.
    Any,
    /// Something was wrong here and has been reported: fits everywhere.
    Error,
    /// `None` and `Undefined`.
    None,
    /// The result of something without one.
    Void,
    /// `bool`
    Bool,
    /// `int`
    Int,
    /// `float`
    Float,
    /// `str`
    Str,
    /// `units.NumberMultiplier`
    Multiplier,
    /// `True`, `False`
    BoolLit(bool),
    /// `1`
    IntLit(i64),
    /// `1.5`, as bits.
    FloatLit(u64),
    /// `"a"`
    StrLit(Sym<'db>),
    /// `1Ki`, as written.
    MultiplierLit(Sym<'db>),
    /// `[T]`
    List(ListTy<'db>),
    /// `{K:V}`
    Dict(DictTy<'db>),
    /// `A | B`
    Union(UnionTy<'db>),
    /// A lambda or builtin function.
    Function(FunctionTy<'db>),
    /// An instance of a schema.
    Instance(SchemaTy<'db>),
    /// A schema used as a value.
    Schema(SchemaTy<'db>),
    /// A system module: or plugin: its index in [`signatures::modules`].
    System(u8),
    /// An imported package.
    Package(Package<'db>),
}

/// Payload of [`Ty::List`].
#[salsa::interned(debug, revisions = usize::MAX)]
pub struct ListTy<'db> {
    /// Type of the elements.
    #[returns(copy)]
    pub element: Ty<'db>,
}

/// Payload of [`Ty::Dict`].
#[salsa::interned(debug, revisions = usize::MAX)]
pub struct DictTy<'db> {
    /// Type of the keys.
    #[returns(copy)]
    pub key: Ty<'db>,
    /// Type of the values.
    #[returns(copy)]
    pub value: Ty<'db>,
    /// The entries, where they are known.
    #[returns(copy)]
    pub entries: Option<Entries<'db>>,
}

/// The known entries of a dict.
#[salsa::interned(debug, revisions = usize::MAX)]
pub struct Entries<'db> {
    /// Entries in order, one per key.
    #[returns(deref)]
    pub list: Box<[KnownEntry<'db>]>,
}

/// A known entry of a dict.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, SalsaValue)]
pub struct KnownEntry<'db> {
    /// Its key.
    pub key: Sym<'db>,
    /// Its widened type.
    pub ty: Ty<'db>,
}

/// A place that survives edits elsewhere: an expression of an item, by number. Edits inside of the item change the number,
/// so what others see of the item must not depend on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, SalsaValue)]
pub struct Origin<'db> {
    /// The item.
    pub item: Item<'db>,
    /// The expression's id.
    pub expr: u32,
}

/// Where the parameters of a function are declared. Lambdas are counted, so that an expression more or less in a body does
/// not make another type of its function.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, SalsaValue)]
pub struct ParamsOrigin<'db> {
    /// The item.
    pub item: Item<'db>,
    /// Which of its lambdas; none for those of the schema or rule itself.
    pub lambda: Option<u32>,
}

/// Payload of [`Ty::Union`]: at least two members, none of them a union.
#[salsa::interned(debug, revisions = usize::MAX)]
pub struct UnionTy<'db> {
    /// The members.
    #[returns(deref)]
    pub members: Box<[Ty<'db>]>,
}

/// Payload of [`Ty::Function`].
#[salsa::interned(debug, revisions = usize::MAX)]
pub struct FunctionTy<'db> {
    /// The name for messages; empty for a lambda.
    #[returns(deref)]
    pub name: Box<str>,
    /// Parameters.
    #[returns(deref)]
    pub params: Box<[FnParam<'db>]>,
    /// Result.
    #[returns(copy)]
    pub ret: Ty<'db>,
    /// Whether more positional arguments are taken.
    #[returns(copy)]
    pub variadic: bool,
    /// Whether unknown keywords are taken.
    #[returns(copy)]
    pub keywords: bool,
    /// Where a lambda is written.
    #[returns(copy)]
    pub origin: Option<ParamsOrigin<'db>>,
}

/// A parameter of a function or schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, SalsaValue)]
pub struct FnParam<'db> {
    /// Its name; absent in function types.
    pub name: Option<Sym<'db>>,
    /// Its type.
    pub ty: Ty<'db>,
    /// Whether it may be left out.
    pub has_default: bool,
}

/// Which kind of declaration a [`SchemaTy`] stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SchemaTyKind {
    /// `schema`
    Schema,
    /// `mixin`, or a schema whose name ends in `Mixin`.
    Mixin,
    /// `protocol`
    Protocol,
    /// `rule`
    Rule,
}

/// Identity of a schema, mixin, protocol or rule: its declaration and its line of bases.
#[salsa::interned(debug, revisions = usize::MAX)]
pub struct SchemaTy<'db> {
    /// Its declaration.
    #[returns(copy)]
    pub item: Item<'db>,
    /// Its name.
    #[returns(copy)]
    pub name: Sym<'db>,
    /// Which kind.
    #[returns(copy)]
    pub kind: SchemaTyKind,
    /// Base, base of the base, …
    #[returns(deref)]
    pub ancestors: Box<[SchemaTy<'db>]>,
}

impl<'db> Ty<'db> {
    /// `[element]`
    #[must_use]
    pub fn list(db: &'db dyn Db, element: Self) -> Self {
        Self::List(ListTy::new(db, element))
    }

    /// `{key:value}` without known entries.
    #[must_use]
    pub fn dict(db: &'db dyn Db, key: Self, value: Self) -> Self {
        Self::Dict(DictTy::new(db, key, value, None))
    }

    /// A string literal.
    #[must_use]
    pub fn str_lit(db: &'db dyn Db, text: &str) -> Self {
        Self::StrLit(Sym::new(db, text))
    }

    /// A float literal.
    #[must_use]
    pub const fn float_lit(value: f64) -> Self {
        Self::FloatLit(value.to_bits())
    }

    /// Whether nothing is checked about it.
    #[must_use]
    pub const fn is_unknown(self) -> bool {
        matches!(self, Self::Any | Self::Error)
    }

    /// Whether it is a literal type.
    #[must_use]
    pub const fn is_literal(self) -> bool {
        matches!(
            self,
            Self::BoolLit(_)
                | Self::IntLit(_)
                | Self::FloatLit(_)
                | Self::StrLit(_)
                | Self::MultiplierLit(_)
        )
    }

    /// The members of a union, or the type itself.
    pub fn members(self, db: &'db dyn Db) -> impl Iterator<Item = Self> + 'db {
        let (one, many) = match self {
            Self::Union(union) => (None, union.members(db)),
            other => (Some(other), &[][..]),
        };
        one.into_iter().chain(many.iter().copied())
    }

    /// A literal's base type; other types unchanged (not recursive).
    #[must_use]
    pub const fn base(self) -> Self {
        match self {
            Self::BoolLit(_) => Self::Bool,
            Self::IntLit(_) => Self::Int,
            Self::FloatLit(_) => Self::Float,
            Self::StrLit(_) => Self::Str,
            Self::MultiplierLit(_) => Self::Multiplier,
            other => other,
        }
    }

    /// The type of a variable that is first given a value of this type: literals become their base types, `None`
    /// becomes `any`.
    #[must_use]
    pub fn widen(self, db: &'db dyn Db) -> Self {
        match self {
            Self::None => Self::Any,
            Self::List(list) => {
                let element = list.element(db);
                let wide = element.widen(db);
                if wide == element {
                    self
                } else {
                    Self::list(db, wide)
                }
            }
            Self::Dict(dict) => {
                let (key, value) = (dict.key(db), dict.value(db));
                let (wide_key, wide_value) = (key.widen(db), value.widen(db));
                if wide_key == key && wide_value == value {
                    self
                } else {
                    Self::Dict(DictTy::new(db, wide_key, wide_value, dict.entries(db)))
                }
            }
            Self::Union(union) => {
                let mut builder = union::UnionBuilder::new(db);
                for member in union.members(db) {
                    builder.add(member.widen(db));
                }
                builder.build()
            }
            // A variable of a unit literal keeps its unit.
            Self::MultiplierLit(_) => self,
            other => other.base(),
        }
    }

    /// The known entry of a dict under this key.
    #[must_use]
    pub fn known_entry(self, db: &'db dyn Db, key: &str) -> Option<KnownEntry<'db>> {
        let Self::Dict(dict) = self else { return None };
        dict.entries(db)?
            .list(db)
            .iter()
            .find(|entry| entry.key.text(db) == key)
            .copied()
    }
}

impl<'db> SchemaTy<'db> {
    /// Whether `self` is `other` or inherits from it.
    #[must_use]
    pub fn is_a(self, db: &'db dyn Db, other: Self) -> bool {
        self.item(db) == other.item(db)
            || self
                .ancestors(db)
                .iter()
                .any(|base| base.item(db) == other.item(db))
    }
}
