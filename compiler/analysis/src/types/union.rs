//! The only way to make a union: flat, without duplicates, without members that another one includes. What is inferred is
//! bounded: a list of a thousand different texts is a list of texts. What is written is kept as it is.

use rustc_hash::{FxHashMap, FxHashSet};

use super::relation::subsumed_in_union;
use super::{DictTy, Entries, Ty, UnionTy};
use crate::Db;

/// How many literals a union keeps before they become their base types.
const MAX_LITERALS: usize = 16;
/// How many members a union keeps before it becomes `any`.
const MAX_MEMBERS: usize = 64;
/// How many different dict types a union keeps before they become one.
const MAX_DICTS: usize = 8;

/// Collects the members of a union.
pub struct UnionBuilder<'db> {
    db: &'db dyn Db,
    members: Vec<Ty<'db>>,
    seen: FxHashSet<Ty<'db>>,
    any: bool,
    none: bool,
    error: bool,
    literals: usize,
    dicts: usize,
    /// Whether there are no bounds.
    declared: bool,
}

impl<'db> UnionBuilder<'db> {
    /// Without members.
    #[must_use]
    pub fn new(db: &'db dyn Db) -> Self {
        Self {
            db,
            members: Vec::new(),
            seen: FxHashSet::default(),
            any: false,
            none: false,
            error: false,
            literals: 0,
            dicts: 0,
            declared: false,
        }
    }

    /// Without members, for the members of a written type: all of them are kept.
    #[must_use]
    pub fn declared(db: &'db dyn Db) -> Self {
        Self {
            declared: true,
            ..Self::new(db)
        }
    }

    /// Whether adding this type is known to change nothing; cheaper than making the type of a literal first.
    #[must_use]
    pub fn covers(&self, base: Ty<'db>) -> bool {
        self.any || self.members.contains(&base)
    }

    /// Whether a literal of this kind would be kept only as its base type.
    #[must_use]
    pub const fn literals_full(&self) -> bool {
        self.literals >= MAX_LITERALS
    }

    /// Adds a member (or the members of a union).
    pub fn add(&mut self, ty: Ty<'db>) {
        if let Ty::Union(union) = ty {
            // a union is bounded already, or written
            for &member in union.members(self.db) {
                self.add_member(member, false);
            }
        } else {
            self.add_member(ty, !self.declared);
        }
    }

    fn add_member(&mut self, ty: Ty<'db>, bounded: bool) {
        match ty {
            Ty::Any => self.any = true,
            Ty::Error => self.error = true,
            Ty::None => self.none = true,
            Ty::Void => return,
            _ => {}
        }
        if self.any || matches!(ty, Ty::None | Ty::Error) || self.members.last() == Some(&ty) {
            return;
        }
        if ty.is_literal() {
            if self.members.contains(&ty.base()) {
                return;
            }
            if bounded && self.literals >= MAX_LITERALS {
                self.widen_literals();
                self.add_member(ty.base(), bounded);
                return;
            }
        }
        let dict = matches!(ty, Ty::Dict(_));
        if bounded && dict && self.dicts >= MAX_DICTS {
            self.join_dicts(ty);
            return;
        }
        if !self.declared && self.members.len() >= MAX_MEMBERS && !self.members.contains(&ty) {
            self.any = true;
            return;
        }
        let new = if self.members.len() < 8 && self.seen.is_empty() {
            !self.members.contains(&ty)
        } else {
            if self.seen.is_empty() {
                self.seen.extend(self.members.iter().copied());
            }
            self.seen.insert(ty)
        };
        if new {
            self.literals += usize::from(ty.is_literal());
            self.dicts += usize::from(dict);
            self.members.push(ty);
        }
    }

    /// The union.
    #[must_use]
    pub fn build(mut self) -> Ty<'db> {
        if self.any {
            return Ty::Any;
        }
        if self.error {
            return Ty::Error;
        }
        match self.members[..] {
            [] => return if self.none { Ty::None } else { Ty::Any },
            [only] => return only,
            _ => {}
        }
        let all = std::mem::take(&mut self.members);
        let mut kept: Vec<Ty<'db>> = Vec::with_capacity(all.len());
        for ty in all {
            if let Some(other) = kept
                .iter_mut()
                .find(|other| subsumed_in_union(self.db, ty, **other))
            {
                *other = join_entries(self.db, *other, ty);
                continue;
            }
            let mut joined = ty;
            kept.retain(|&other| {
                let covered = subsumed_in_union(self.db, other, ty);
                if covered {
                    joined = join_entries(self.db, joined, other);
                }
                !covered
            });
            kept.push(joined);
        }
        if let [only] = kept[..] {
            return only;
        }
        Ty::Union(UnionTy::new(self.db, kept.into_boxed_slice()))
    }

    /// The union as written in an annotation: members that others include stay.
    #[must_use]
    pub fn build_declared(mut self) -> Ty<'db> {
        if self.any {
            return Ty::Any;
        }
        if self.error {
            return Ty::Error;
        }
        let members = std::mem::take(&mut self.members);
        match members[..] {
            [] => Ty::Any,
            [only] => only,
            _ => Ty::Union(UnionTy::new(self.db, members.into_boxed_slice())),
        }
    }

    fn widen_literals(&mut self) {
        let members = std::mem::take(&mut self.members);
        self.seen.clear();
        self.literals = 0;
        for ty in members {
            let wide = ty.base();
            if !self.members.contains(&wide) {
                self.members.push(wide);
            }
        }
    }

    /// From some number on, different dict types in one list are not told apart any more.
    fn join_dicts(&mut self, ty: Ty<'db>) {
        let mut keys = Self::new(self.db);
        let mut values = Self::new(self.db);
        let mut joined = ty;
        for &member in &self.members {
            if let Ty::Dict(dict) = member {
                keys.add(dict.key(self.db).widen(self.db));
                values.add(dict.value(self.db).widen(self.db));
                joined = join_entries(self.db, joined, member);
            }
        }
        let mut entries = None;
        if let Ty::Dict(dict) = joined {
            keys.add(dict.key(self.db).widen(self.db));
            values.add(dict.value(self.db).widen(self.db));
            entries = dict.entries(self.db);
        }
        let merged = Ty::Dict(DictTy::new(self.db, keys.build(), values.build(), entries));
        self.members.retain(|member| !matches!(member, Ty::Dict(_)));
        self.seen.clear();
        self.dicts = 1;
        self.members.push(merged);
    }
}

/// Two dicts became one member: what is known of the entries of the one that stays, with both types where they differ.
fn join_entries<'db>(db: &'db dyn Db, kept: Ty<'db>, dropped: Ty<'db>) -> Ty<'db> {
    let (Ty::Dict(kept_dict), Ty::Dict(dropped_dict)) = (kept, dropped) else {
        return kept;
    };
    let (Some(ours), Some(theirs)) = (kept_dict.entries(db), dropped_dict.entries(db)) else {
        return if kept_dict.entries(db).is_some() {
            Ty::dict(db, kept_dict.key(db), kept_dict.value(db))
        } else {
            kept
        };
    };
    let (ours, theirs) = (ours.list(db), theirs.list(db));
    let same = ours.len() == theirs.len()
        && ours
            .iter()
            .zip(theirs)
            .all(|(a, b)| a.key == b.key && a.ty == b.ty);
    if same {
        return kept;
    }
    let mut entries = ours.to_vec();
    let positions: FxHashMap<_, _> = ours
        .iter()
        .enumerate()
        .map(|(index, entry)| (entry.key, index))
        .collect();
    for &entry in theirs {
        if let Some(&index) = positions.get(&entry.key) {
            entries[index].ty = sup(db, [entries[index].ty, entry.ty]);
        }
    }
    let entries = Entries::new(db, entries.into_boxed_slice());
    Ty::Dict(DictTy::new(
        db,
        kept_dict.key(db),
        kept_dict.value(db),
        Some(entries),
    ))
}

/// The least union of some types.
pub fn sup<'db>(db: &'db dyn Db, types: impl IntoIterator<Item = Ty<'db>>) -> Ty<'db> {
    let mut builder = UnionBuilder::new(db);
    for ty in types {
        builder.add(ty);
    }
    builder.build()
}
