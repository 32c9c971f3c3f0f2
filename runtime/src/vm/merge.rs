//! Merging: the union operator, config entries, unpacking and schema configs. One algorithm (core reference §7,
//! schema reference §13–14) with three ways to treat what is there already.

use super::{Image, Vm};
use crate::equal::equal;
use crate::error::{self, Result, RunError};
use crate::heap::DictBuilder;
use crate::value::{Dict, Entry, EntryOp, Sym, Value};

/// How `:` treats an existing value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// `a | b`: as `Check`, but the operands themselves need not agree.
    Operator,
    /// Entries: different values conflict.
    Check,
    /// Entries of one literal: as `Check`, but the attributes of an instance are merged like those of a dict, and it is
    /// not made anew.
    Literal,
    /// The config of a schema onto a default: it wins.
    Config,
}

impl Vm {
    /// `a | b`.
    pub(crate) fn union(&mut self, image: &Image, a: Value, b: Value, mode: Mode) -> Result<Value> {
        match (a, b) {
            (a, b) if b.is_nullish() => Ok(if a.is_undefined() { b } else { a }),
            (a, b) if a.is_nullish() => Ok(b),
            (Value::Int(a), Value::Int(b)) if mode == Mode::Operator => Ok(Value::Int(a | b)),
            (Value::List(a), Value::List(b)) => {
                let common = a.len.min(b.len) as usize;
                let mut items = Vec::with_capacity(a.len.max(b.len) as usize);
                for i in 0..common {
                    let (x, y) = (self.heap.items(a)[i], self.heap.items(b)[i]);
                    let merged = match (x, y) {
                        (x, y) if y.is_nullish() => x,
                        (x, y) if mergeable(x, y) => {
                            self.deeper(|vm| vm.union(image, x, y, inner(mode)))?
                        }
                        _ => y,
                    };
                    items.push(merged);
                }
                items.extend_from_slice(&self.heap.items(a)[common..]);
                items.extend_from_slice(&self.heap.items(b)[common..]);
                Ok(Value::List(self.heap.list(&items)))
            }
            (Value::Dict(a), Value::Dict(b)) => Ok(Value::Dict(
                self.deeper(|vm| vm.union_dicts(image, a, b, inner(mode)))?,
            )),
            (Value::Inst(inst), Value::Dict(_) | Value::Inst(_)) if mode == Mode::Literal => {
                self.deeper(|vm| vm.merge_attrs(image, inst, b))
            }
            (Value::Dict(a), Value::Inst(b)) if mode == Mode::Literal => {
                let attrs = self.heap.get_inst(b).attrs;
                Ok(Value::Dict(
                    self.deeper(|vm| vm.union_dicts(image, a, attrs, mode))?,
                ))
            }
            (Value::Inst(inst), Value::Dict(_) | Value::Inst(_)) => {
                self.deeper(|vm| vm.reinstantiate(image, inst, b, inner(mode)))
            }
            (Value::Dict(left), Value::Inst(inst)) => self.deeper(|vm| {
                let obj = *vm.heap.get_inst(inst);
                let mut builder = vm.builder();
                builder.load(vm.heap.entries(left));
                for at in 0..vm.heap.entries(obj.attrs).len() {
                    let entry = vm.heap.entries(obj.attrs)[at];
                    if !entry.value.is_undefined() {
                        vm.merge_entry(image, &mut builder, entry, inner(mode))?;
                    }
                }
                for entry in &mut builder.entries {
                    entry.op = EntryOp::Override;
                }
                let config = builder.finish(&mut vm.heap);
                vm.give_back(builder);
                let (args, keywords) = vm.actuals(&obj);
                vm.instantiate(image, obj.class, config, &args, &keywords)
            }),
            (Value::List(_), Value::Dict(_) | Value::Inst(_))
            | (Value::Dict(_) | Value::Inst(_), Value::List(_)) => {
                let (a, b) = (self.type_name(a), self.type_name(b));
                Err(RunError::new(
                    error::BAD_MERGE,
                    format!("a value of type `{b}` cannot be merged into one of type `{a}`"),
                ))
            }
            _ => Err(self.bad_operands("|", a, b)),
        }
    }

    /// The instance with the entries of a dict or instance merged into its attributes.
    fn merge_attrs(
        &mut self,
        image: &Image,
        inst: crate::value::Inst,
        other: Value,
    ) -> Result<Value> {
        let obj = *self.heap.get_inst(inst);
        let (attrs, config) = match other {
            Value::Inst(other) => {
                let other = *self.heap.get_inst(other);
                (other.attrs, other.config)
            }
            Value::Dict(dict) => (dict, dict),
            _ => return Ok(Value::Inst(inst)),
        };
        let mut builder = self.builder();
        builder.load(self.heap.entries(obj.attrs));
        for at in 0..self.heap.entries(attrs).len() {
            let entry = self.heap.entries(attrs)[at];
            if !matches!(other, Value::Inst(_)) || !entry.value.is_undefined() {
                self.merge_entry(image, &mut builder, entry, Mode::Literal)?;
            }
        }
        let attrs = builder.finish(&mut self.heap);
        builder.load(self.heap.entries(obj.config));
        for at in 0..self.heap.entries(config).len() {
            let entry = self.heap.entries(config)[at];
            builder.put(Entry {
                op: EntryOp::Override,
                ..entry
            });
        }
        let config = builder.finish(&mut self.heap);
        self.give_back(builder);
        Ok(Value::Inst(self.heap.inst(crate::heap::InstObj {
            attrs,
            config,
            ..obj
        })))
    }

    fn union_dicts(&mut self, image: &Image, a: Dict, b: Dict, mode: Mode) -> Result<Dict> {
        if self.heap.entries(a).is_empty() {
            return Ok(b);
        }
        if self.heap.entries(b).is_empty() {
            return Ok(a);
        }
        let mut builder = self.builder();
        builder.load(self.heap.entries(a));
        let count = self.heap.entries(b).len();
        for at in 0..count {
            let entry = self.heap.entries(b)[at];
            if let (Some(index), Some(position)) =
                (self.insert_index(b, entry.key), builder.position(entry.key))
            {
                let current = builder.entries[position];
                let origin = self.merged_origin(current, entry);
                let value = self.insert_at(entry.key, current.value, entry.value, index)?;
                builder.entries[position] = Entry {
                    origin,
                    value,
                    ..current
                };
                continue;
            }
            self.merge_entry(image, &mut builder, entry, mode)?;
        }
        let dict = builder.finish(&mut self.heap);
        self.give_back(builder);
        Ok(dict)
    }

    /// Merges an entry into a dict under construction.
    pub(crate) fn merge_entry(
        &mut self,
        image: &Image,
        builder: &mut DictBuilder,
        entry: Entry,
        mode: Mode,
    ) -> Result<()> {
        match builder.position(entry.key) {
            None => {
                if entry.op == EntryOp::Insert
                    && !matches!(entry.value, Value::List(_))
                    && !entry.value.is_nullish()
                {
                    return Err(self.not_a_list(entry.key, entry.value));
                }
                builder.push(entry);
            }
            Some(at) => {
                let current = builder.entries[at];
                let origin = self.merged_origin(current, entry);
                let value = self.merge_values(
                    image,
                    entry.key,
                    current.value,
                    entry.op,
                    entry.value,
                    mode,
                )?;
                builder.entries[at] = Entry {
                    origin,
                    value,
                    ..entry
                };
            }
        }
        Ok(())
    }

    /// The value of a key that has one already.
    pub(crate) fn merge_values(
        &mut self,
        image: &Image,
        key: Sym,
        current: Value,
        op: EntryOp,
        value: Value,
        mode: Mode,
    ) -> Result<Value> {
        match op {
            EntryOp::Override => Ok(value),
            EntryOp::Insert => match (current, value) {
                (current, value) if current.is_nullish() => match value {
                    Value::List(_) => Ok(value),
                    value if value.is_nullish() => Ok(current),
                    value => Err(self.not_a_list(key, value)),
                },
                (current @ Value::List(_), value) if value.is_nullish() => Ok(current),
                (Value::List(a), Value::List(b)) => {
                    let mut items = self.heap.items(a).to_vec();
                    items.extend_from_slice(self.heap.items(b));
                    Ok(Value::List(self.heap.list(&items)))
                }
                (current, _) => Err(self.not_a_list(key, current)),
            },
            EntryOp::Union => {
                if current.is_nullish() {
                    return Ok(value);
                }
                if value.is_nullish() {
                    return Ok(current);
                }
                if mode != Mode::Config && self.conflicts(current, value) {
                    return Err(self.conflict(key, current, value));
                }
                if mergeable(current, value) {
                    return self
                        .deeper(|vm| vm.union(image, current, value, inner(mode)))
                        .map_err(|e| self.extend_path(e, key));
                }
                if mode == Mode::Config && shapes_differ(current, value) {
                    let (a, b) = (self.type_name(current), self.type_name(value));
                    return Err(RunError::new(
                        error::BAD_MERGE,
                        format!(
                            "a value of type `{b}` cannot be merged into `{}`, which is of type `{a}`",
                            self.heap.name(key)
                        ),
                    )
                    .help(format!("use `{} = …` to replace it", self.heap.name(key))));
                }
                Ok(value)
            }
        }
    }

    /// A config entry onto the default of an attribute (schema reference §13.4).
    pub(crate) fn merge_config(
        &mut self,
        image: &Image,
        current: Value,
        op: EntryOp,
        value: Value,
    ) -> Result<Value> {
        match op {
            EntryOp::Override => Ok(value),
            EntryOp::Union if current.is_nullish() => {
                Ok(if value.is_undefined() { current } else { value })
            }
            EntryOp::Union if value.is_nullish() => Ok(current),
            EntryOp::Union if mergeable(current, value) => {
                self.union(image, current, value, Mode::Config)
            }
            EntryOp::Union if shapes_differ(current, value) => {
                let (a, b) = (self.type_name(current), self.type_name(value));
                Err(RunError::new(
                    error::BAD_MERGE,
                    format!("a value of type `{b}` cannot be merged into one of type `{a}`"),
                )
                .help("use `=` to replace the default"))
            }
            EntryOp::Union => Ok(value),
            EntryOp::Insert => match (current, value) {
                (current, value) if current.is_nullish() => Ok(value),
                (current, value) if value.is_nullish() => Ok(current),
                (Value::List(a), Value::List(b)) => {
                    let mut items = self.heap.items(a).to_vec();
                    items.extend_from_slice(self.heap.items(b));
                    Ok(Value::List(self.heap.list(&items)))
                }
                (current, _) => Err(RunError::new(
                    error::BAD_MERGE,
                    format!(
                        "`+=` needs a list on both sides, found `{}`",
                        self.type_name(current)
                    ),
                )),
            },
        }
    }

    /// Whether `:` must not put `b` in the place of `a`.
    fn conflicts(&self, a: Value, b: Value) -> bool {
        match (a, b) {
            (a, b) if a.is_nullish() || b.is_nullish() => false,
            (Value::Dict(_) | Value::Inst(_), Value::Dict(_) | Value::Inst(_)) => false,
            (Value::List(a), Value::List(b)) => {
                a.len != b.len
                    || self
                        .heap
                        .items(a)
                        .iter()
                        .zip(self.heap.items(b))
                        .any(|(&a, &b)| self.conflicts(a, b))
            }
            (a, b) => !equal(&self.heap, a, b),
        }
    }

    #[cold]
    fn conflict(&self, key: Sym, a: Value, b: Value) -> RunError {
        let name = self.heap.name(key);
        let (a, b) = (self.brief(a), self.brief(b));
        RunError::new(
            error::CONFLICT,
            format!("conflicting values for `{name}`: {a} and {b}"),
        )
        .help(format!("use `{name} = {b}` to override the first value"))
    }

    #[cold]
    fn extend_path(&self, mut error: RunError, key: Sym) -> RunError {
        if error.0.code == error::CONFLICT
            && let Some(rest) = error.0.message.strip_prefix("conflicting values for `")
        {
            error.0.message = format!("conflicting values for `{}.{rest}", self.heap.name(key));
        }
        error
    }

    #[cold]
    fn not_a_list(&self, key: Sym, found: Value) -> RunError {
        RunError::new(
            error::BAD_MERGE,
            format!(
                "`+=` works on lists only, but `{}` is of type `{}`",
                self.heap.name(key),
                self.type_name(found)
            ),
        )
    }

    // ---- dict literals ----

    pub(crate) fn open_dict(&mut self) {
        if self.dicts.len() == self.dict_depth as usize {
            self.dicts.push(DictBuilder::default());
        }
        self.dicts[self.dict_depth as usize].clear();
        self.dict_depth += 1;
    }

    /// Merges an entry into the innermost open dict.
    pub(crate) fn add_entry(&mut self, image: &Image, entry: Entry) -> Result<()> {
        let top = self.dict_depth as usize - 1;
        let mut builder = std::mem::take(&mut self.dicts[top]);
        let result = self.merge_entry(image, &mut builder, entry, Mode::Literal);
        self.dicts[top] = builder;
        result
    }

    /// `**value` in the innermost open dict.
    pub(crate) fn unpack_dict(&mut self, image: &Image, value: Value) -> Result<()> {
        if value.is_nullish() {
            return Ok(());
        }
        let Some(count) = self.heap.entries_of(value).map(<[Entry]>::len) else {
            return Err(RunError::new(
                error::NOT_ITERABLE,
                format!(
                    "only a dict or a schema instance can be unpacked with `**`, found `{}`",
                    self.type_name(value)
                ),
            ));
        };
        for at in 0..count {
            let entry = self.heap.entries_of(value).unwrap_or_default()[at];
            // an attribute without a value leaves the value of an earlier entry alone
            let unset = entry.value.is_undefined() && !self.was_given(value, entry.key);
            let op = if unset { EntryOp::Union } else { entry.op };
            self.add_entry(image, Entry { op, ..entry })?;
        }
        Ok(())
    }

    /// Whether an entry was written: always for dicts; for an instance, whether its configuration has the key.
    fn was_given(&self, value: Value, key: Sym) -> bool {
        let Value::Inst(inst) = value else {
            return true;
        };
        let config = self.heap.get_inst(inst).config;
        self.heap.get(config, key).is_some()
    }

    /// `key[index] op value` in the innermost open dict (core reference §9.4).
    pub(crate) fn add_indexed(
        &mut self,
        image: &Image,
        key: Sym,
        index: Value,
        op: EntryOp,
        value: Value,
    ) -> Result<()> {
        let top = self.dict_depth as usize - 1;
        let name = self.heap.name(key).to_owned();
        let Value::Int(index) = index else {
            return Ok(());
        };
        let at = self.dicts[top].position(key);
        let current = at.map_or(Value::Undefined, |i| self.dicts[top].entries[i].value);
        let list = match current {
            Value::List(list) => list,
            current if current.is_nullish() && op == EntryOp::Insert => self.heap.list(&[]),
            _ => {
                return Err(RunError::new(
                    error::BAD_MERGE,
                    format!("`{name}[{index}]` needs a list `{name}` earlier in the same block"),
                )
                .help(format!("write the whole list: `{name} = […]`")));
            }
        };
        let len = i64::from(list.len);
        let position = if index < 0 { index + len } else { index };
        let limit = if op == EntryOp::Insert { len } else { len - 1 };
        if position < 0 || position > limit {
            return Err(RunError::new(
                error::INDEX_OUT_OF_RANGE,
                format!(
                    "index {index} is out of range: `{name}` has {}",
                    super::calls::plural(list.len as usize, "item")
                ),
            ));
        }
        let position = position as usize;
        let mut items = self.heap.items(list).to_vec();
        match op {
            EntryOp::Override if value.is_undefined() => {
                items.remove(position);
            }
            EntryOp::Override => items[position] = value,
            EntryOp::Union => {
                items[position] =
                    self.merge_values(image, key, items[position], op, value, Mode::Literal)?;
            }
            EntryOp::Insert => {
                let more = match value {
                    Value::List(more) => self.heap.items(more).to_vec(),
                    value => return Err(self.not_a_list(key, value)),
                };
                items.splice(position..position, more);
            }
        }
        let value = Value::List(self.heap.list(&items));
        match at {
            Some(at) => {
                let new = self.entry_here(key, EntryOp::Insert, value);
                let origin = self.merged_origin(self.dicts[top].entries[at], new);
                let entry = &mut self.dicts[top].entries[at];
                entry.value = value;
                entry.origin = origin;
            }
            None => {
                self.open_inserts.push((top as u32, key, index));
                let entry = self.entry_here(key, EntryOp::Insert, value);
                self.dicts[top].push(entry);
            }
        }
        Ok(())
    }
}

impl Vm {
    /// Remembers where the entries `key[index] += …` of a dict insert that found no list in it.
    #[cold]
    pub(crate) fn keep_inserts(&mut self, dict: Dict) {
        let depth = self.dict_depth;
        for at in (0..self.open_inserts.len()).rev() {
            if self.open_inserts[at].0 >= depth {
                let (_, key, index) = self.open_inserts.swap_remove(at);
                self.inserts.insert((dict, key), index);
            }
        }
    }

    /// Where an entry of a dict inserts, if it has an index.
    pub(crate) fn insert_index(&self, dict: Dict, key: Sym) -> Option<i64> {
        if self.inserts.is_empty() {
            None
        } else {
            self.inserts.get(&(dict, key)).copied()
        }
    }

    /// The list `current` with the items of `value` before a position.
    pub(crate) fn insert_at(
        &mut self,
        key: Sym,
        current: Value,
        value: Value,
        index: i64,
    ) -> Result<Value> {
        let (Value::List(list), Value::List(more)) = (current, value) else {
            return if current.is_nullish() {
                Ok(value)
            } else {
                Err(self.not_a_list(key, current))
            };
        };
        let position = if index < 0 {
            index + i64::from(list.len)
        } else {
            index
        };
        if position < 0 || position > i64::from(list.len) {
            return Err(RunError::new(
                error::INDEX_OUT_OF_RANGE,
                format!(
                    "index {index} is out of range: `{}` has {}",
                    self.heap.name(key),
                    super::calls::plural(list.len as usize, "item")
                ),
            ));
        }
        let mut items = self.heap.items(list).to_vec();
        let more = self.heap.items(more).to_vec();
        items.splice(position as usize..position as usize, more);
        Ok(Value::List(self.heap.list(&items)))
    }
}

/// Whether two values merge into one rather than one replacing the other.
const fn mergeable(a: Value, b: Value) -> bool {
    matches!(
        (a, b),
        (
            Value::Dict(_) | Value::Inst(_),
            Value::Dict(_) | Value::Inst(_)
        ) | (Value::List(_), Value::List(_))
    )
}

/// Whether one is a list and the other a dict.
const fn shapes_differ(a: Value, b: Value) -> bool {
    matches!(
        (a, b),
        (Value::Dict(_) | Value::Inst(_), Value::List(_))
            | (Value::List(_), Value::Dict(_) | Value::Inst(_))
    )
}

/// Mode of what lies inside.
const fn inner(mode: Mode) -> Mode {
    match mode {
        Mode::Operator => Mode::Check,
        other => other,
    }
}
