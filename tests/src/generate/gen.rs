//! State of a program in the making, and names.

use super::rng::{Rng, hash, mix};
use super::types::{Attr, Fun, Schema, Ty, Var};

/// What can be read at some place of a program.
#[derive(Clone, Debug, Default)]
pub(super) struct Scope {
    pub(super) vars: Vec<Var>,
    /// Whether functions may be called.
    pub(super) calls: bool,
    /// Whether keys of a block are not read by its later entries.
    pub(super) keyless: bool,
    /// Whether containers must be copied when they are read.
    pub(super) copies: bool,
}

impl Scope {
    pub(super) fn push(&mut self, path: impl Into<String>, ty: Ty, optional: bool) {
        let path = path.into();
        self.vars.retain(|v| v.path != path);
        self.vars.push(Var { path, ty, optional });
    }

    /// A key of a block becomes a name.
    pub(super) fn push_key(&mut self, path: impl Into<String>, ty: Ty, optional: bool) {
        let path = path.into();
        if self.keyless {
            self.vars.retain(|v| v.path != path);
        } else {
            self.push(path, ty, optional);
        }
    }
}

/// A program in the making.
pub(super) struct Gen {
    pub(super) rng: Rng,
    pub(super) salt: u64,
    pub(super) schemas: Vec<Schema>,
    pub(super) mixins: Vec<Schema>,
    pub(super) funs: Vec<Fun>,
    /// Name under which the package with schemas and functions is imported.
    pub(super) package: Option<String>,
    /// Whether text of that package is written.
    pub(super) inside: bool,
    pub(super) fresh: usize,
    /// Whether statements are put into another order at the end.
    pub(super) shuffled: bool,
    /// Nested comprehensions.
    pub(super) loops: usize,
}

impl Gen {
    pub(super) fn new(seed: u64) -> Self {
        Self {
            rng: Rng::new(seed),
            salt: mix(seed),
            schemas: Vec::new(),
            mixins: Vec::new(),
            funs: Vec::new(),
            package: None,
            inside: false,
            fresh: 0,
            shuffled: false,
            loops: 0,
        }
    }

    /// How a name of the package is written here.
    pub(super) fn qualified(&self, name: &str) -> String {
        match &self.package {
            Some(alias) if !self.inside => format!("{alias}.{name}"),
            _ => name.to_owned(),
        }
    }

    pub(super) fn schema_name(&self, k: usize) -> String {
        self.qualified(&self.schemas[k].name)
    }

    pub(super) fn type_text(&self, ty: &Ty) -> String {
        match ty {
            Ty::Int => "int".into(),
            Ty::Bool => "bool".into(),
            Ty::Str => "str".into(),
            Ty::Float => "float".into(),
            Ty::List(t) => format!("[{}]", self.type_text(t)),
            Ty::Dict(t) => format!("{{str:{}}}", self.type_text(t)),
            Ty::Schema(k) => self.schema_name(*k),
        }
    }

    /// Order in which attributes may depend on each other: on those with a lower rank.
    pub(super) fn rank(&self, name: &str) -> u64 {
        mix(self.salt ^ hash(name))
    }

    pub(super) fn next(&mut self, prefix: &str) -> String {
        self.fresh += 1;
        format!("{prefix}{}", self.fresh)
    }

    /// A type without schemas, containers rarer than scalars.
    pub(super) fn plain_type(&mut self) -> Ty {
        match self.rng.below(14) {
            0..=3 => Ty::Int,
            4..=6 => Ty::Str,
            7 => Ty::Bool,
            8 => Ty::Float,
            9 => Ty::Int.list(),
            10 => Ty::Str.list(),
            11 => Ty::Int.dict(),
            12 => Ty::Str.dict(),
            _ => Ty::Int.list().dict(),
        }
    }

    /// Any type; schemas up to number `limit`.
    pub(super) fn any_type(&mut self, limit: usize) -> Ty {
        if limit == 0 || self.rng.chance(65) {
            return self.plain_type();
        }
        let schema = Ty::Schema(self.rng.below(limit));
        match self.rng.below(5) {
            0 => schema.list(),
            1 => schema.dict(),
            _ => schema,
        }
    }

    /// An attribute name for a type.
    pub(super) fn attr_name(&mut self, ty: &Ty, optional: bool) -> String {
        let stem = Self::stem(ty);
        let count = match ty {
            Ty::Int | Ty::Str => 4,
            _ => 2,
        };
        format!(
            "{stem}{}{}",
            if optional { "opt" } else { "" },
            self.rng.below(count)
        )
    }

    fn stem(ty: &Ty) -> String {
        match ty {
            Ty::Int => "i".into(),
            Ty::Bool => "b".into(),
            Ty::Str => "s".into(),
            Ty::Float => "f".into(),
            Ty::List(t) => format!("l{}", Self::stem(t)),
            Ty::Dict(t) => format!("d{}", Self::stem(t)),
            Ty::Schema(k) => format!("o{k}x"),
        }
    }

    fn merge_attrs(into: &mut Vec<Attr>, from: &[Attr]) {
        for attr in from {
            match into.iter_mut().find(|a| a.name == attr.name) {
                Some(old) => {
                    old.default |= attr.default;
                    old.appended |= attr.appended;
                }
                None => into.push(attr.clone()),
            }
        }
    }

    /// All attributes of a schema.
    pub(super) fn attrs(&self, k: usize) -> Vec<Attr> {
        let schema = &self.schemas[k];
        let mut all = schema.base.map_or_else(Vec::new, |base| self.attrs(base));
        Self::merge_attrs(&mut all, &schema.attrs);
        for &mixin in &schema.mixins {
            Self::merge_attrs(&mut all, &self.mixins[mixin].attrs);
        }
        all
    }

    /// Whether a schema or one of its bases has mixins.
    pub(super) fn is_mixed(&self, k: usize) -> bool {
        let schema = &self.schemas[k];
        !schema.mixins.is_empty() || schema.base.is_some_and(|b| self.is_mixed(b))
    }

    pub(super) fn has_required(&self, k: usize) -> bool {
        self.schemas[k].args.iter().any(|a| !a.2)
            || self.attrs(k).iter().any(|a| !a.optional && !a.default)
    }
}

/// Whether an attribute is only written in schema bodies: other attributes do not read it.
pub(super) fn is_write_only(name: &str) -> bool {
    name.contains('w')
}
