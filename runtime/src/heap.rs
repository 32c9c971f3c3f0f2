//! The bump heap of one evaluation. Nothing is freed before the whole heap is dropped; handles are indices, so a
//! finished heap can be frozen and shared below others: handles below the frozen part's lengths point into it.

use std::sync::Arc;

use hashbrown::HashTable;

use crate::origin::Origin;
use crate::value::{
    Bound, ClassId, Dict, Entry, EntryOp, Func, Inst, List, NativeId, Str, Sym, Unit, Value,
};

/// Dicts up to this size are searched linearly; larger ones carry an index.
pub const SMALL: usize = 8;

const TEXT_CHUNK: usize = 1 << 18;
const VALUE_CHUNK: usize = 1 << 13;
const ENTRY_CHUNK: usize = 1 << 13;

/// Positions of keys in a large dict's entries.
pub type KeyIndex = Arc<HashTable<(Sym, u32)>>;

/// A dict: entries `off..off + len` of entry chunk `chunk`, in insertion order.
#[derive(Clone, Debug)]
struct DictObj {
    chunk: u32,
    off: u32,
    len: u32,
    index: Option<KeyIndex>,
}

/// A schema instance.
#[derive(Clone, Copy, Debug)]
pub struct InstObj {
    /// Its schema.
    pub class: ClassId,
    /// Attributes in output order; entry `i` is slot `i` of the class, further entries are extra keys.
    pub attrs: Dict,
    /// Entries given by the user, with their operators.
    pub config: Dict,
    /// Constructor arguments of the whole inheritance chain.
    pub args: List,
    /// Actual arguments as given, for re-instantiation.
    pub actuals: List,
    /// Names of the last of them, as numbers of their symbols.
    pub keywords: List,
}

/// A lambda.
#[derive(Clone, Copy, Debug)]
pub struct FuncObj {
    /// Unit of its code.
    pub unit: u32,
    /// Its code block.
    pub code: u32,
    /// Captured values.
    pub captures: List,
    /// The instance (schema or package) in whose body it was made.
    pub owner: Inst,
    /// Which declaration of that instance's class made it: base, own or mixin.
    pub part: u16,
}

/// A number with unit.
#[derive(Clone, Copy, Debug)]
pub struct UnitObj {
    /// The integer as written.
    pub raw: i64,
    /// The suffix.
    pub suffix: Sym,
    /// The product.
    pub value: f64,
}

/// The tables of a heap; one frozen below, one growing on top.
#[derive(Clone, Default, Debug)]
struct Tables {
    text: Vec<String>,
    values: Vec<Vec<Value>>,
    entries: Vec<Vec<Entry>>,
    dicts: Vec<DictObj>,
    insts: Vec<InstObj>,
    funcs: Vec<FuncObj>,
    bounds: Vec<(Value, NativeId)>,
    units: Vec<UnitObj>,
    names: Vec<Str>,
    by_name: HashTable<(u32, Sym)>,
}

/// A heap that will not change any more.
#[derive(Debug)]
pub struct Frozen {
    tables: Tables,
}

#[derive(Clone, Copy, Default, Debug)]
struct Lens {
    text: u32,
    values: u32,
    entries: u32,
    dicts: u32,
    insts: u32,
    funcs: u32,
    bounds: u32,
    units: u32,
    names: u32,
}

/// A heap: a frozen part (possibly none) and a growing one.
#[derive(Debug)]
pub struct Heap {
    base: Arc<Frozen>,
    at: Lens,
    top: Tables,
    bytes: usize,
}

fn hash_text(text: &str) -> u32 {
    use std::hash::Hasher;
    let mut hasher = rustc_hash::FxHasher::default();
    hasher.write(text.as_bytes());
    (hasher.finish() >> 20) as u32
}

/// The table takes its tag from the upper bits and the bucket from the lower ones: give both something.
fn widen(hash: u32) -> u64 {
    u64::from(hash) << 32 | u64::from(hash)
}

fn hash_sym(sym: Sym) -> u64 {
    u64::from(sym.0).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

impl Default for Heap {
    fn default() -> Self {
        Self::new()
    }
}

macro_rules! layered {
    ($self:ident, $table:ident, $index:expr) => {{
        let index = $index;
        if index < $self.at.$table {
            &$self.base.tables.$table[index as usize]
        } else {
            &$self.top.$table[(index - $self.at.$table) as usize]
        }
    }};
}

impl Heap {
    /// An empty heap.
    #[must_use]
    pub fn new() -> Self {
        Self::above(Arc::new(Frozen {
            tables: Tables::default(),
        }))
    }

    /// An empty heap on top of a frozen one, all of whose handles stay valid.
    #[must_use]
    pub fn above(base: Arc<Frozen>) -> Self {
        let t = &base.tables;
        let at = Lens {
            text: t.text.len() as u32,
            values: t.values.len() as u32,
            entries: t.entries.len() as u32,
            dicts: t.dicts.len() as u32,
            insts: t.insts.len() as u32,
            funcs: t.funcs.len() as u32,
            bounds: t.bounds.len() as u32,
            units: t.units.len() as u32,
            names: t.names.len() as u32,
        };
        Self {
            base,
            at,
            top: Tables::default(),
            bytes: 0,
        }
    }

    /// Freezes everything, the part below included (which is copied if others still use it).
    #[must_use]
    pub fn freeze(self) -> Arc<Frozen> {
        let mut tables = match Arc::try_unwrap(self.base) {
            Ok(frozen) => frozen.tables,
            Err(shared) => shared.tables.clone(),
        };
        let top = self.top;
        tables.text.extend(top.text);
        tables.values.extend(top.values);
        tables.entries.extend(top.entries);
        tables.dicts.extend(top.dicts);
        tables.insts.extend(top.insts);
        tables.funcs.extend(top.funcs);
        tables.bounds.extend(top.bounds);
        tables.units.extend(top.units);
        tables.names.extend(top.names);
        for &(hash, sym) in &top.by_name {
            tables
                .by_name
                .insert_unique(widen(hash), (hash, sym), |e| widen(e.0));
        }
        Arc::new(Frozen { tables })
    }

    /// Bytes allocated on top of the frozen part.
    #[must_use]
    pub const fn bytes(&self) -> usize {
        self.bytes
    }

    // ---- text ----

    /// Stores a string.
    pub fn str(&mut self, text: &str) -> Str {
        if text.is_empty() && self.at.text as usize + self.top.text.len() > 0 {
            return Str {
                chunk: 0,
                off: 0,
                len: 0,
            };
        }
        let fits = self
            .top
            .text
            .last()
            .is_some_and(|c| c.capacity() - c.len() >= text.len());
        if !fits {
            let grown = (1usize << 12) << self.top.text.len().min(6);
            let size = grown.min(TEXT_CHUNK);
            self.top
                .text
                .push(String::with_capacity(size.max(text.len())));
            self.bytes += size.max(text.len());
        }
        let chunk = self.at.text + self.top.text.len() as u32 - 1;
        #[expect(clippy::expect_used, reason = "pushed above")]
        let last = self.top.text.last_mut().expect("a chunk is there");
        let off = last.len() as u32;
        last.push_str(text);
        Str {
            chunk,
            off,
            len: text.len() as u32,
        }
    }

    /// Stores a string and makes it a value.
    pub fn text(&mut self, text: &str) -> Value {
        Value::Str(self.str(text))
    }

    /// The text of a string.
    #[must_use]
    pub fn get_str(&self, s: Str) -> &str {
        if s.len == 0 {
            return "";
        }
        let chunk: &String = layered!(self, text, s.chunk);
        &chunk[s.off as usize..(s.off + s.len) as usize]
    }

    // ---- symbols ----

    fn find(&self, hash: u32, text: &str) -> Option<Sym> {
        let eq = |e: &(u32, Sym)| e.0 == hash && self.name(e.1) == text;
        let wide = widen(hash);
        if self.at.names > 0
            && let Some(found) = self.base.tables.by_name.find(wide, eq)
        {
            return Some(found.1);
        }
        self.top.by_name.find(wide, eq).map(|e| e.1)
    }

    /// The symbol of a text, made if need be.
    pub fn intern(&mut self, text: &str) -> Sym {
        let hash = hash_text(text);
        if let Some(sym) = self.find(hash, text) {
            return sym;
        }
        let name = self.str(text);
        self.add_name(hash, name)
    }

    /// The symbol of a string value, made if need be; the text is not copied.
    pub fn intern_str(&mut self, s: Str) -> Sym {
        let text = self.get_str(s);
        let hash = hash_text(text);
        match self.find(hash, text) {
            Some(sym) => sym,
            None => self.add_name(hash, s),
        }
    }

    fn add_name(&mut self, hash: u32, name: Str) -> Sym {
        let sym = Sym(self.at.names + self.top.names.len() as u32);
        self.top.names.push(name);
        self.top
            .by_name
            .insert_unique(widen(hash), (hash, sym), |e| widen(e.0));
        self.bytes += 28;
        sym
    }

    /// The symbol of a text if there is one.
    #[must_use]
    pub fn lookup(&self, text: &str) -> Option<Sym> {
        self.find(hash_text(text), text)
    }

    /// The text of a symbol.
    #[must_use]
    pub fn name(&self, sym: Sym) -> &str {
        self.get_str(*layered!(self, names, sym.0))
    }

    /// A symbol as a string value; nothing is copied.
    #[must_use]
    pub fn name_value(&self, sym: Sym) -> Value {
        Value::Str(*layered!(self, names, sym.0))
    }

    // ---- lists ----

    /// Stores a list.
    pub fn list(&mut self, items: &[Value]) -> List {
        if items.is_empty() {
            return List {
                chunk: 0,
                off: 0,
                len: 0,
            };
        }
        let fits = self
            .top
            .values
            .last()
            .is_some_and(|c| c.capacity() - c.len() >= items.len());
        if !fits {
            let grown = 64usize << self.top.values.len().min(7);
            let size = grown.min(VALUE_CHUNK).max(items.len());
            self.top.values.push(Vec::with_capacity(size));
            self.bytes += size * size_of::<Value>();
        }
        let chunk = self.at.values + self.top.values.len() as u32 - 1;
        #[expect(clippy::expect_used, reason = "pushed above")]
        let last = self.top.values.last_mut().expect("a chunk is there");
        let off = last.len() as u32;
        last.extend_from_slice(items);
        List {
            chunk,
            off,
            len: items.len() as u32,
        }
    }

    /// The elements of a list.
    #[must_use]
    pub fn items(&self, list: List) -> &[Value] {
        if list.len == 0 {
            return &[];
        }
        let chunk: &Vec<Value> = layered!(self, values, list.chunk);
        &chunk[list.off as usize..(list.off + list.len) as usize]
    }

    /// Changes an element in place, if the list is not frozen and the index in range.
    pub fn set_item(&mut self, list: List, index: usize, value: Value) {
        if list.chunk >= self.at.values
            && index < list.len as usize
            && let Some(chunk) = self
                .top
                .values
                .get_mut((list.chunk - self.at.values) as usize)
            && let Some(place) = chunk.get_mut(list.off as usize + index)
        {
            *place = value;
        }
    }

    // ---- dicts ----

    /// Stores a dict. Keys must be distinct; `index` may hold their positions if the caller has them already.
    pub fn dict(&mut self, entries: &[Entry], index: Option<KeyIndex>) -> Dict {
        let index = match index {
            Some(index) => Some(index),
            None if entries.len() > SMALL => Some(index_of(entries)),
            None => None,
        };
        if index.is_some() {
            self.bytes += entries.len() * 16;
        }
        let (chunk, off) = self.entry_run(entries);
        self.top.dicts.push(DictObj {
            chunk,
            off,
            len: entries.len() as u32,
            index,
        });
        self.bytes += size_of::<DictObj>();
        Dict(self.at.dicts + self.top.dicts.len() as u32 - 1)
    }

    fn entry_run(&mut self, entries: &[Entry]) -> (u32, u32) {
        let fits = self
            .top
            .entries
            .last()
            .is_some_and(|c| c.capacity() - c.len() >= entries.len());
        if !fits {
            let grown = 64usize << self.top.entries.len().min(7);
            let size = grown.min(ENTRY_CHUNK).max(entries.len());
            self.top.entries.push(Vec::with_capacity(size));
            self.bytes += size * size_of::<Entry>();
        }
        let chunk = self.at.entries + self.top.entries.len() as u32 - 1;
        #[expect(clippy::expect_used, reason = "pushed above")]
        let last = self.top.entries.last_mut().expect("a chunk is there");
        let off = last.len() as u32;
        last.extend_from_slice(entries);
        (chunk, off)
    }

    fn dict_obj(&self, dict: Dict) -> &DictObj {
        layered!(self, dicts, dict.0)
    }

    /// The entries of a dict in insertion order.
    #[must_use]
    pub fn entries(&self, dict: Dict) -> &[Entry] {
        let obj = self.dict_obj(dict);
        if obj.len == 0 {
            return &[];
        }
        let chunk: &Vec<Entry> = layered!(self, entries, obj.chunk);
        &chunk[obj.off as usize..(obj.off + obj.len) as usize]
    }

    /// Position of a key.
    #[must_use]
    pub fn position(&self, dict: Dict, key: Sym) -> Option<usize> {
        match &self.dict_obj(dict).index {
            None => self.entries(dict).iter().position(|e| e.key == key),
            Some(index) => index
                .find(hash_sym(key), |e| e.0 == key)
                .map(|e| e.1 as usize),
        }
    }

    /// The entry of a key.
    #[must_use]
    pub fn entry(&self, dict: Dict, key: Sym) -> Option<Entry> {
        self.position(dict, key).map(|i| self.entries(dict)[i])
    }

    /// The value of a key.
    #[must_use]
    pub fn get(&self, dict: Dict, key: Sym) -> Option<Value> {
        self.entry(dict, key).map(|e| e.value)
    }

    /// The shared index of a large dict.
    #[must_use]
    pub fn key_index(&self, dict: Dict) -> Option<KeyIndex> {
        self.dict_obj(dict).index.clone()
    }

    /// Changes the value at a position in place (no effect on frozen dicts).
    pub fn set_value_at(&mut self, dict: Dict, position: usize, value: Value) {
        if let Some(entry) = self.entry_mut(dict, position) {
            entry.value = value;
        }
    }

    /// Changes the origin at a position in place (no effect on frozen dicts).
    pub fn set_origin_at(&mut self, dict: Dict, position: usize, origin: Origin) {
        if let Some(entry) = self.entry_mut(dict, position) {
            entry.origin = origin;
        }
    }

    /// Changes the operator at a position in place (no effect on frozen dicts).
    pub fn set_op_at(&mut self, dict: Dict, position: usize, op: crate::value::EntryOp) {
        if let Some(entry) = self.entry_mut(dict, position) {
            entry.op = op;
        }
    }

    fn entry_mut(&mut self, dict: Dict, position: usize) -> Option<&mut Entry> {
        if dict.0 < self.at.dicts {
            return None;
        }
        let obj = &self.top.dicts[(dict.0 - self.at.dicts) as usize];
        if position >= obj.len as usize || obj.chunk < self.at.entries {
            return None;
        }
        self.top.entries[(obj.chunk - self.at.entries) as usize]
            .get_mut(obj.off as usize + position)
    }

    /// Replaces a dict's entries in place, so that all who hold it see the change (no effect on frozen dicts).
    pub fn replace_entries(&mut self, dict: Dict, entries: &[Entry]) {
        if dict.0 < self.at.dicts {
            return;
        }
        let (chunk, off) = self.entry_run(entries);
        let index = (entries.len() > SMALL).then(|| index_of(entries));
        self.top.dicts[(dict.0 - self.at.dicts) as usize] = DictObj {
            chunk,
            off,
            len: entries.len() as u32,
            index,
        };
    }

    /// Whether a dict can be changed in place.
    #[must_use]
    pub const fn is_frozen(&self, dict: Dict) -> bool {
        dict.0 < self.at.dicts
    }

    // ---- the rest ----

    /// Stores an instance.
    pub fn inst(&mut self, obj: InstObj) -> Inst {
        self.top.insts.push(obj);
        self.bytes += size_of::<InstObj>();
        Inst(self.at.insts + self.top.insts.len() as u32 - 1)
    }

    /// An instance.
    #[must_use]
    pub fn get_inst(&self, inst: Inst) -> &InstObj {
        layered!(self, insts, inst.0)
    }

    /// An instance, to be changed; none if it is frozen.
    pub fn inst_mut(&mut self, inst: Inst) -> Option<&mut InstObj> {
        self.top
            .insts
            .get_mut(inst.0.checked_sub(self.at.insts)? as usize)
    }

    /// Stores a lambda.
    pub fn func(&mut self, obj: FuncObj) -> Value {
        self.top.funcs.push(obj);
        self.bytes += size_of::<FuncObj>();
        Value::Func(Func(self.at.funcs + self.top.funcs.len() as u32 - 1))
    }

    /// A lambda.
    #[must_use]
    pub fn get_func(&self, func: Func) -> &FuncObj {
        layered!(self, funcs, func.0)
    }

    /// Stores a bound member.
    pub fn bound(&mut self, receiver: Value, native: NativeId) -> Value {
        self.top.bounds.push((receiver, native));
        Value::Bound(Bound(self.at.bounds + self.top.bounds.len() as u32 - 1))
    }

    /// Receiver and member.
    #[must_use]
    pub fn get_bound(&self, bound: Bound) -> (Value, NativeId) {
        *layered!(self, bounds, bound.0)
    }

    /// Stores a number with unit.
    pub fn unit(&mut self, raw: i64, suffix: &str, value: f64) -> Value {
        let suffix = self.intern(suffix);
        self.top.units.push(UnitObj { raw, suffix, value });
        Value::Unit(Unit(self.at.units + self.top.units.len() as u32 - 1))
    }

    /// A number with unit.
    #[must_use]
    pub fn get_unit(&self, unit: Unit) -> UnitObj {
        *layered!(self, units, unit.0)
    }

    /// Entries of a dict or an instance; nothing for other values.
    #[must_use]
    pub fn entries_of(&self, value: Value) -> Option<&[Entry]> {
        match value {
            Value::Dict(dict) => Some(self.entries(dict)),
            Value::Inst(inst) => Some(self.entries(self.get_inst(inst).attrs)),
            _ => None,
        }
    }
}

/// Positions of the keys of `entries`.
#[must_use]
pub fn index_of(entries: &[Entry]) -> KeyIndex {
    let mut table = HashTable::with_capacity(entries.len());
    for (i, entry) in entries.iter().enumerate() {
        table.insert_unique(hash_sym(entry.key), (entry.key, i as u32), |e| {
            hash_sym(e.0)
        });
    }
    Arc::new(table)
}

/// A dict under construction: a reusable buffer with an index once it is large.
#[derive(Default, Debug)]
pub struct DictBuilder {
    /// Entries so far, with distinct keys.
    pub entries: Vec<Entry>,
    index: Option<HashTable<(Sym, u32)>>,
}

impl DictBuilder {
    /// Empties it, keeping the buffer.
    pub fn clear(&mut self) {
        self.entries.clear();
        self.index = None;
    }

    /// Position of a key.
    #[must_use]
    pub fn position(&self, key: Sym) -> Option<usize> {
        match &self.index {
            None => self.entries.iter().position(|e| e.key == key),
            Some(index) => index
                .find(hash_sym(key), |e| e.0 == key)
                .map(|e| e.1 as usize),
        }
    }

    /// Appends an entry whose key is not there yet.
    pub fn push(&mut self, entry: Entry) {
        let at = self.entries.len() as u32;
        self.entries.push(entry);
        match &mut self.index {
            Some(index) => {
                index.insert_unique(hash_sym(entry.key), (entry.key, at), |e| hash_sym(e.0));
            }
            None if self.entries.len() > SMALL => {
                let mut table = HashTable::with_capacity(4 * SMALL);
                for (i, e) in self.entries.iter().enumerate() {
                    table.insert_unique(hash_sym(e.key), (e.key, i as u32), |e| hash_sym(e.0));
                }
                self.index = Some(table);
            }
            None => {}
        }
    }

    /// Sets a key: replaces value and operator if it is there, appends otherwise.
    pub fn set(&mut self, key: Sym, op: EntryOp, value: Value) {
        self.put(Entry::new(key, op, value));
    }

    /// Replaces the entry of the same key, or appends one.
    pub fn put(&mut self, entry: Entry) {
        match self.position(entry.key) {
            Some(at) => self.entries[at] = entry,
            None => self.push(entry),
        }
    }

    /// Removes the entry at a position, keeping the order of the others.
    pub fn remove(&mut self, position: usize) {
        self.entries.remove(position);
        self.index_again();
    }

    /// Moves the last entry to a position; those that stood there and behind follow it.
    pub fn move_last_to(&mut self, position: usize) {
        if let Some(moved) = self.entries.get_mut(position..) {
            moved.rotate_right(moved.len().min(1));
            self.index_again();
        }
    }

    fn index_again(&mut self) {
        if self.index.is_some() {
            let mut table = HashTable::with_capacity(self.entries.len());
            for (i, e) in self.entries.iter().enumerate() {
                table.insert_unique(hash_sym(e.key), (e.key, i as u32), |e| hash_sym(e.0));
            }
            self.index = Some(table);
        }
    }

    /// Starts from the entries of an existing dict.
    pub fn load(&mut self, entries: &[Entry]) {
        self.clear();
        for &entry in entries {
            self.push(entry);
        }
    }

    /// Stores it in the heap; the builder is empty afterwards.
    pub fn finish(&mut self, heap: &mut Heap) -> Dict {
        let index = self.index.take().map(Arc::new);
        let dict = heap.dict(&self.entries, index);
        self.entries.clear();
        dict
    }
}
