//! Members of schemas as others see them.

use std::hash::{Hash, Hasher};

use salsa::SalsaValue;

use crate::types::{Origin, Sym, Ty};

/// An attribute of a schema.
#[derive(Clone, Copy, Debug, SalsaValue)]
pub struct Attribute<'db> {
    /// Its name.
    pub name: Sym<'db>,
    /// Its type.
    pub ty: Ty<'db>,
    /// Whether it may be left out.
    pub optional: bool,
    /// Whether it has a default (also that of a literal type).
    pub has_default: bool,
    /// The name in its declaration. Two attributes are equal wherever their items say them: whoever makes a place of this
    /// asks for the item's tree, and so learns of every edit; all others need not.
    pub origin: Origin<'db>,
}

impl PartialEq for Attribute<'_> {
    fn eq(&self, other: &Self) -> bool {
        let Self {
            name,
            ty,
            optional,
            has_default,
            origin,
        } = self;
        *name == other.name
            && *ty == other.ty
            && *optional == other.optional
            && *has_default == other.has_default
            && origin.item == other.origin.item
    }
}

impl Eq for Attribute<'_> {}

impl Hash for Attribute<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        let Self {
            name,
            ty,
            optional,
            has_default,
            origin,
        } = self;
        (name, ty, optional, has_default, origin.item).hash(state);
    }
}

/// `[k: ...str]: T`
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, SalsaValue)]
pub struct IndexSignature<'db> {
    /// Type of the keys.
    pub key: Ty<'db>,
    /// Type of the values.
    pub value: Ty<'db>,
    /// Whether declared attributes are free of it.
    pub any_other: bool,
}
