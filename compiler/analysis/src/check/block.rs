//! The type of a config block, put together entry by entry.

use rustc_hash::FxHashMap;

use super::merged::MergedBlocks;
use crate::Db;
use crate::types::union::UnionBuilder;
use crate::types::{DictTy, Entries, KnownEntry, Sym, Ty};

/// The type of a block while its entries are walked.
pub(super) struct Block<'db> {
    db: &'db dyn Db,
    keys: UnionBuilder<'db>,
    values: UnionBuilder<'db>,
    known: Option<Vec<KnownEntry<'db>>>,
    positions: FxHashMap<Sym<'db>, usize>,
    empty: bool,
    /// Whether something that is not known in full was unpacked into it.
    pub(super) merged: bool,
    /// Whether its type is of interest.
    pub(super) typed: bool,
    /// Whether the literal types of its keys are.
    pub(super) literal_keys: bool,
    /// The blocks that it is merged with, and its position among them.
    pub(super) part: Option<(&'db MergedBlocks<'db>, u32)>,
}

impl<'db> Block<'db> {
    pub(super) fn new(db: &'db dyn Db) -> Self {
        Self {
            db,
            keys: UnionBuilder::new(db),
            values: UnionBuilder::new(db),
            known: Some(Vec::new()),
            positions: FxHashMap::default(),
            empty: true,
            merged: false,
            typed: true,
            literal_keys: false,
            part: None,
        }
    }

    /// From here on, entries are not known.
    pub(super) fn forget_entries(&mut self) {
        self.known = None;
    }

    pub(super) fn add_named(&mut self, key: Sym<'db>, ty: Ty<'db>) {
        self.empty = false;
        if !self.typed {
            return;
        }
        self.keys.add(if self.literal_keys {
            Ty::StrLit(key)
        } else {
            Ty::Str
        });
        self.values.add(ty.base());
        let entry = KnownEntry {
            key,
            ty: ty.widen(self.db),
        };
        let Some(known) = &mut self.known else { return };
        // A few entries are searched, many are hashed.
        let position = if known.len() < 16 {
            known.iter().position(|other| other.key == key)
        } else {
            if self.positions.is_empty() {
                self.positions.extend(
                    known
                        .iter()
                        .enumerate()
                        .map(|(index, entry)| (entry.key, index)),
                );
            }
            self.positions.insert(key, known.len())
        };
        match position {
            Some(index) => {
                known[index] = entry;
                if known.len() >= 16 {
                    self.positions.insert(key, index);
                }
            }
            None => known.push(entry),
        }
    }

    pub(super) fn get(&self, key: Sym<'db>) -> Option<Ty<'db>> {
        let known = self.known.as_ref()?;
        if known.len() < 16 {
            return known
                .iter()
                .find(|entry| entry.key == key)
                .map(|entry| entry.ty);
        }
        self.positions
            .get(&key)
            .and_then(|&index| known.get(index))
            .map(|entry| entry.ty)
    }

    pub(super) fn add_computed(&mut self, key: Ty<'db>, value: Ty<'db>) {
        self.empty = false;
        self.keys.add(key);
        self.values.add(value.base());
    }

    pub(super) fn build(self) -> Ty<'db> {
        let entries = self
            .known
            .filter(|known| self.empty || !known.is_empty())
            .map(|known| Entries::new(self.db, known.into_boxed_slice()));
        if self.empty {
            return Ty::Dict(DictTy::new(self.db, Ty::Any, Ty::Any, entries));
        }
        Ty::Dict(DictTy::new(
            self.db,
            self.keys.build(),
            self.values.build(),
            entries,
        ))
    }
}
