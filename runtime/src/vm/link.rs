//! Linking: compiled packages get slots, symbols and constants in this run's heap.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::{GlobalSetter, GlobalSlot, Image, Link, LinkedUnit, PackageShape, PackageState, Vm};
use crate::bytecode::{Const, Node, Tree};
use crate::class::{Class, LayoutRef};
use crate::heap::Frozen;
use crate::origin::Origin;
use crate::program::Package;
use crate::value::{ClassId, Entry, Sym, Value};

/// A frozen machine: packages that were evaluated once and are shared by many runs.
#[derive(Clone, Debug)]
pub struct Base {
    pub(crate) heap: Arc<Frozen>,
    pub(crate) image: Arc<Image>,
    pub(crate) links: Vec<Arc<Link>>,
    pub(crate) packages: Vec<PackageState>,
    pub(crate) package_index: FxHashMap<Arc<str>, u32>,
    pub(crate) classes: Vec<Class>,
    pub(crate) layouts: Vec<Option<LayoutRef>>,
    pub(crate) traced: super::trace::Traced,
}

impl Default for Base {
    fn default() -> Self {
        Self {
            heap: crate::heap::Heap::new().freeze(),
            image: Arc::default(),
            links: Vec::new(),
            packages: Vec::new(),
            package_index: FxHashMap::default(),
            classes: Vec::new(),
            layouts: Vec::new(),
            traced: (None, FxHashMap::default()),
        }
    }
}

impl Base {
    /// Whether a package is part of it.
    #[must_use]
    pub fn has(&self, key: &str) -> bool {
        self.package_index.contains_key(key)
    }

    /// Number of units; later units of a machine above it are numbered from here.
    #[must_use]
    pub fn unit_count(&self) -> usize {
        self.image.units.len()
    }
}

impl Vm {
    /// Adds a compiled package; the packages it refers to must have been added before. Returns its index.
    pub fn add_package(&mut self, package: &Package) -> u32 {
        let index = self.packages.len() as u32;
        let first_unit = self.links.len() as u32;
        let names: Vec<Sym> = package.names.iter().map(|n| self.heap.intern(n)).collect();
        let by_name: FxHashMap<Sym, u32> = names
            .iter()
            .enumerate()
            .map(|(i, &n)| (n, i as u32))
            .collect();
        let mut values = vec![Value::Hole; names.len()];
        let mut slots = vec![GlobalSlot::default(); names.len()];
        let image = Arc::make_mut(&mut self.image);
        image.units.extend(package.units.iter().map(|u| LinkedUnit {
            unit: Arc::clone(&u.unit),
            file: Arc::clone(&u.file),
            package: index,
        }));
        self.package_index.insert(Arc::clone(&package.key), index);

        let mut seq = 0;
        for (at, linked) in package.units.iter().enumerate() {
            let unit_index = first_unit + at as u32;
            let unit = &*linked.unit;
            self.uses_instances |= unit.uses_instances;
            let syms: Vec<Sym> = unit.names.iter().map(|n| self.heap.intern(n)).collect();
            let consts = unit
                .consts
                .iter()
                .map(|c| self.constant(c, &syms, unit_index))
                .collect();
            let fields = unit
                .fields
                .iter()
                .map(|&n| (syms[n as usize], std::sync::atomic::AtomicU32::new(0)))
                .collect();
            let globals = unit
                .globals
                .iter()
                .map(|g| {
                    let name = syms[g.name as usize];
                    if *g.package == *package.key {
                        return by_name
                            .get(&name)
                            .map_or((index, u32::MAX), |&slot| (index, slot));
                    }
                    let Some(&p) = self.package_index.get(&*g.package) else {
                        return (u32::MAX, u32::MAX);
                    };
                    let shape = &self.packages[p as usize].shape;
                    (p, shape.by_name.get(&name).copied().unwrap_or(u32::MAX))
                })
                .collect();
            for (i, setter) in unit.setters.iter().enumerate() {
                if let Some(&slot) = by_name.get(&syms[setter.name as usize]) {
                    let slot = &mut slots[slot as usize];
                    slot.setters.push(GlobalSetter {
                        unit: unit_index,
                        index: i as u32,
                        seq,
                    });
                    slot.positional |= setter.positional;
                }
                seq += 1;
            }
            for (i, schema) in unit.schemas.iter().enumerate() {
                let name = syms[schema.name as usize];
                let class = ClassId(self.classes.len() as u32);
                self.classes.push(Class {
                    name,
                    package: index,
                    unit: unit_index,
                    schema: i as u32,
                });
                self.layouts.push(None);
                if let Some(&slot) = by_name.get(&name) {
                    values[slot as usize] = Value::Type(class);
                }
            }
            for &(name, ty) in &unit.aliases {
                if let Some(&slot) = by_name.get(&syms[name as usize]) {
                    slots[slot as usize].alias = Some((unit_index, ty));
                }
            }
            self.links.push(Arc::new(Link {
                syms,
                consts,
                globals,
                fields,
            }));
        }
        for (slot, value) in slots.iter().zip(&mut values) {
            // with a single unconditional setter there is only one state to see
            if slot.setters.is_empty() && slot.alias.is_none() && matches!(value, Value::Hole) {
                *value = Value::Undefined;
            }
        }
        for slot in &mut slots {
            if slot.setters.len() < 2 {
                slot.positional = false;
            }
        }
        let shape = PackageShape {
            is_main: &*package.path == "__main__",
            path: Arc::clone(&package.path),
            names,
            by_name,
            slots,
            units: first_unit..first_unit + package.units.len() as u32,
        };
        self.packages.push(PackageState {
            shape: Arc::new(shape),
            values,
            position: u32::MAX,
        });
        index
    }

    fn constant(&mut self, constant: &Const, syms: &[Sym], unit: u32) -> Value {
        match constant {
            Const::Int(i) => Value::Int(*i),
            Const::Float(f) => Value::Float(*f),
            Const::Str(s) => self.heap.text(s),
            Const::Unit { raw, suffix, value } => self.heap.unit(*raw, suffix, *value),
            Const::Tree(tree) => self.tree(tree, syms, unit),
        }
    }

    /// Builds a constant tree without recursion: the nodes are in prefix order.
    fn tree(&mut self, tree: &Tree, syms: &[Sym], unit: u32) -> Value {
        enum Open {
            List { left: u32, from: usize },
            Dict { left: u32, from: usize },
        }
        let mut open: Vec<Open> = Vec::new();
        let mut values: Vec<Value> = Vec::new();
        let mut entries: Vec<Entry> = Vec::new();
        let mut keys: Vec<(Sym, crate::value::EntryOp, Origin)> = Vec::new();
        let mut places = self.is_tracing().then(|| tree.places.iter());
        let mut result = Value::Undefined;
        for node in &tree.nodes {
            let mut value = match *node {
                Node::Key(name, op) => {
                    let name = syms[name as usize];
                    let origin = match places.as_mut().and_then(Iterator::next) {
                        Some(&place) => self.key_origin(unit, place, name),
                        None => Origin::UNKNOWN,
                    };
                    keys.push((name, op, origin));
                    continue;
                }
                Node::List(0) => Value::List(self.heap.list(&[])),
                Node::Dict(0) => Value::Dict(self.heap.dict(&[], None)),
                Node::List(left) => {
                    open.push(Open::List {
                        left,
                        from: values.len(),
                    });
                    continue;
                }
                Node::Dict(left) => {
                    open.push(Open::Dict {
                        left,
                        from: entries.len(),
                    });
                    continue;
                }
                Node::None => Value::None,
                Node::Undefined => Value::Undefined,
                Node::Bool(b) => Value::Bool(b),
                Node::Int(i) => Value::Int(i),
                Node::Float(f) => Value::Float(f),
                Node::Str(from, to) => self.heap.text(&tree.text[from as usize..to as usize]),
            };
            loop {
                match open.last_mut() {
                    None => {
                        result = value;
                        break;
                    }
                    Some(Open::List { left, from }) => {
                        values.push(value);
                        *left -= 1;
                        if *left > 0 {
                            break;
                        }
                        let from = *from;
                        value = Value::List(self.heap.list(&values[from..]));
                        values.truncate(from);
                    }
                    Some(Open::Dict { left, from }) => {
                        if let Some((key, op, origin)) = keys.pop() {
                            entries.push(Entry {
                                key,
                                op,
                                origin,
                                value,
                            });
                        }
                        *left -= 1;
                        if *left > 0 {
                            break;
                        }
                        let from = *from;
                        value = Value::Dict(self.heap.dict(&entries[from..], None));
                        entries.truncate(from);
                    }
                }
                open.pop();
            }
        }
        result
    }
}
