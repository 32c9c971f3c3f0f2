//! Attribute access, indexing, slicing, iteration, and changed copies.

use super::{INSTANCES, Image, Vm};
use crate::error::{self, Result, RunError};
use crate::value::{EntryOp, List, NativeId, Sym, Value};

impl Vm {
    /// `object.name`.
    pub(crate) fn attr(&mut self, image: &Image, object: Value, name: Sym) -> Result<Value> {
        match object {
            Value::Dict(dict) => Ok(self.heap.get(dict, name).unwrap_or(Value::Undefined)),
            Value::Inst(inst) => {
                let obj = *self.heap.get_inst(inst);
                let slot = match self.layouts.get(obj.class.0 as usize) {
                    Some(Some(layout)) => layout.by_name.get(&name).copied(),
                    _ => None,
                };
                let slot = slot.or_else(|| self.heap.position(obj.attrs, name).map(|i| i as u32));
                match slot {
                    Some(slot) => match self
                        .heap
                        .entries(obj.attrs)
                        .get(slot as usize)
                        .map(|e| e.value)
                    {
                        Some(Value::Hole | Value::Running) => self.force_attr(image, inst, slot),
                        Some(value) => Ok(value),
                        None => Ok(Value::Undefined),
                    },
                    None => {
                        let class = self.class_name(obj.class, false);
                        Err(RunError::new(
                            error::NO_ATTRIBUTE,
                            format!(
                                "schema `{class}` has no attribute `{}`",
                                self.heap.name(name)
                            ),
                        ))
                    }
                }
            }
            Value::Str(_) => {
                let id = self.str_member(name)?;
                Ok(self.heap.bound(object, id))
            }
            Value::Type(_) if self.heap.name(name) == "instances" => {
                Ok(self.heap.bound(object, NativeId(INSTANCES)))
            }
            other => {
                let name = self.heap.name(name);
                let error = RunError::new(
                    error::NO_ATTRIBUTE,
                    format!("{} has no attribute `{name}`", self.described(other)),
                );
                Err(if other.is_nullish() {
                    error.help(format!("use `?.{name}` if the value may be absent"))
                } else {
                    error
                })
            }
        }
    }

    /// `object[index]`.
    pub(crate) fn index(&mut self, image: &Image, object: Value, index: Value) -> Result<Value> {
        match (object, index) {
            (Value::List(list), Value::Int(i)) => match position(i, list.len as usize) {
                Some(at) => Ok(self.heap.items(list)[at]),
                None => Err(RunError::new(
                    error::INDEX_OUT_OF_RANGE,
                    format!(
                        "list index {i} is out of range: the list has {}",
                        super::calls::plural(list.len as usize, "item")
                    ),
                )
                .plain(format!("list index out of range: {i}"))),
            },
            (Value::Str(s), Value::Int(i)) => {
                let text = self.heap.get_str(s);
                if text.is_ascii() {
                    if let Some(at) = position(i, text.len()) {
                        return Ok(Value::Str(crate::value::Str {
                            off: s.off + at as u32,
                            len: 1,
                            ..s
                        }));
                    }
                } else {
                    let count = text.chars().count();
                    if let Some((at, c)) =
                        position(i, count).and_then(|at| text.char_indices().nth(at))
                    {
                        return Ok(Value::Str(crate::value::Str {
                            off: s.off + at as u32,
                            len: c.len_utf8() as u32,
                            ..s
                        }));
                    }
                }
                let count = text.chars().count();
                Err(RunError::new(
                    error::INDEX_OUT_OF_RANGE,
                    format!(
                        "string index {i} is out of range: the string has {}",
                        super::calls::plural(count, "character")
                    ),
                )
                .plain(format!("string index out of range: {i}")))
            }
            (Value::Dict(dict), Value::Str(key)) => Ok(self
                .heap
                .lookup(self.heap.get_str(key))
                .and_then(|sym| self.heap.get(dict, sym))
                .unwrap_or(Value::Undefined)),
            (Value::Inst(inst), Value::Str(key)) => {
                let Some(sym) = self.heap.lookup(self.heap.get_str(key)) else {
                    return Ok(Value::Undefined);
                };
                let attrs = self.heap.get_inst(inst).attrs;
                if self.heap.position(attrs, sym).is_none() {
                    return Ok(Value::Undefined);
                }
                self.attr(image, object, sym)
            }
            (Value::Dict(_) | Value::Inst(_), _) => Ok(Value::Undefined),
            (object, index) => {
                let (a, b) = (self.described(object), self.described(index));
                Err(RunError::new(
                    error::NOT_SUBSCRIPTABLE,
                    format!("{a} cannot be indexed with {b}"),
                ))
            }
        }
    }

    /// `object[a:b:c]`.
    pub(crate) fn slice(&mut self, object: Value, bounds: [Value; 3]) -> Result<Value> {
        let mut numbers = [None; 3];
        for (number, bound) in numbers.iter_mut().zip(bounds) {
            *number = match bound {
                Value::Int(i) => Some(i),
                v if v.is_nullish() => None,
                other => {
                    return Err(RunError::new(
                        error::NOT_SUBSCRIPTABLE,
                        format!(
                            "a slice bound must be an `int`, found `{}`",
                            self.type_name(other)
                        ),
                    ));
                }
            };
        }
        let [start, stop, step] = numbers;
        let step = step.unwrap_or(1);
        if step == 0 {
            return Err(
                RunError::new(error::BAD_VALUE, "the step of a slice must not be zero")
                    .plain("slice step cannot be zero"),
            );
        }
        match object {
            Value::List(list) => {
                if step == 1 {
                    let (from, to) = ascending(start, stop, list.len as usize);
                    if from >= to {
                        return Ok(Value::List(self.heap.list(&[])));
                    }
                    return Ok(Value::List(List {
                        off: list.off + from as u32,
                        len: (to - from) as u32,
                        ..list
                    }));
                }
                let picked: Vec<Value> = positions(start, stop, step, list.len as usize)
                    .into_iter()
                    .map(|i| self.heap.items(list)[i])
                    .collect();
                Ok(Value::List(self.heap.list(&picked)))
            }
            Value::Str(s) => {
                let text = self.heap.get_str(s);
                if step == 1 && text.is_ascii() {
                    let (from, to) = ascending(start, stop, text.len());
                    let len = to.saturating_sub(from) as u32;
                    return Ok(Value::Str(crate::value::Str {
                        off: s.off + from as u32,
                        len,
                        ..s
                    }));
                }
                let chars: Vec<char> = text.chars().collect();
                let picked: String = positions(start, stop, step, chars.len())
                    .into_iter()
                    .map(|i| chars[i])
                    .collect();
                Ok(self.heap.text(&picked))
            }
            other => Err(RunError::new(
                error::NOT_SUBSCRIPTABLE,
                format!("{} cannot be sliced", self.described(other)),
            )),
        }
    }

    /// What a loop goes over: a list, dict or instance; a string becomes the list of its characters.
    pub(crate) fn iterable(&mut self, value: Value) -> Result<Value> {
        match value {
            Value::List(_) | Value::Dict(_) | Value::Inst(_) => Ok(value),
            Value::Str(s) => {
                let text = self.heap.get_str(s);
                let mut off = s.off;
                let chars: Vec<Value> = text
                    .chars()
                    .map(|c| {
                        let len = c.len_utf8() as u32;
                        let value = Value::Str(crate::value::Str {
                            chunk: s.chunk,
                            off,
                            len,
                        });
                        off += len;
                        value
                    })
                    .collect();
                Ok(Value::List(self.heap.list(&chars)))
            }
            other => Err(RunError::new(
                error::NOT_ITERABLE,
                format!("{} cannot be iterated", self.described(other)),
            )),
        }
    }

    /// Next position, then (index or key, element or value).
    #[inline]
    pub(crate) fn iter_next(&self, value: Value, at: usize) -> Option<(usize, Value, Value)> {
        match value {
            Value::List(list) => self
                .heap
                .items(list)
                .get(at)
                .map(|&v| (at + 1, Value::Int(at as i64), v)),
            Value::Dict(dict) => self
                .heap
                .entries(dict)
                .get(at)
                .map(|e| (at + 1, self.heap.name_value(e.key), e.value)),
            Value::Inst(inst) => {
                let entries = self.heap.entries(self.heap.get_inst(inst).attrs);
                entries
                    .get(at)
                    .map(|e| (at + 1, self.heap.name_value(e.key), e.value.or_undefined()))
            }
            _ => None,
        }
    }

    /// `*value` in a list.
    pub(crate) fn unpack_list(&mut self, value: Value) -> Result<()> {
        match value {
            v if v.is_nullish() => {}
            Value::List(list) => {
                self.reserve(list.len as usize * 16)?;
                for at in 0..list.len as usize {
                    let item = self.heap.items(list)[at];
                    self.acc.push(item);
                }
            }
            Value::Dict(_) | Value::Inst(_) => {
                let mut at = 0;
                while let Some((next, key, _)) = self.iter_next(value, at) {
                    self.acc.push(key);
                    at = next;
                }
            }
            other => {
                return Err(RunError::new(
                    error::NOT_ITERABLE,
                    format!(
                        "only a list, dict or schema instance can be unpacked with `*`, found `{}`",
                        self.type_name(other)
                    ),
                ));
            }
        }
        Ok(())
    }

    /// A dict key.
    pub(crate) fn dict_key(&mut self, key: Value) -> Result<Sym> {
        match key {
            Value::Str(s) => Ok(self.heap.intern_str(s)),
            other => Err(RunError::new(
                error::BAD_VALUE,
                format!("a key must be a string, found `{}`", self.type_name(other)),
            )),
        }
    }

    /// The collection without the elements whose positions are not in `kept`.
    pub(crate) fn filtered(&mut self, value: Value, kept: &[Value]) -> Result<Value> {
        let positions = kept.iter().filter_map(|v| {
            if let Value::Int(i) = v {
                Some(*i as usize)
            } else {
                None
            }
        });
        Ok(match value {
            Value::List(list) => {
                let items: Vec<Value> = positions.map(|i| self.heap.items(list)[i]).collect();
                Value::List(self.heap.list(&items))
            }
            Value::Dict(_) | Value::Inst(_) => {
                let entries = self.heap.entries_of(value).unwrap_or_default();
                let kept: Vec<_> = positions.map(|i| entries[i]).collect();
                Value::Dict(self.heap.dict(&kept, None))
            }
            Value::Str(s) => {
                if kept.len() < self.heap.get_str(s).chars().count() {
                    return Err(RunError::new(
                        error::BAD_VALUE,
                        "`filter` cannot take characters out of a string",
                    )
                    .help("use a comprehension: `\"\".join([c for c in text if …])`"));
                }
                value
            }
            other => other,
        })
    }

    /// A copy of `object` with one key changed.
    pub(crate) fn with_attr(
        &mut self,
        image: &Image,
        object: Value,
        name: Sym,
        value: Value,
    ) -> Result<Value> {
        match object {
            Value::Dict(dict) => {
                let entry = self.entry_here(name, EntryOp::Override, value);
                let mut builder = self.builder();
                builder.load(self.heap.entries(dict));
                builder.put(entry);
                let dict = builder.finish(&mut self.heap);
                self.give_back(builder);
                Ok(Value::Dict(dict))
            }
            Value::Inst(inst)
                if self.heap.get_inst(inst).actuals.len > self.heap.get_inst(inst).keywords.len =>
            {
                // made with arguments: only the value is stored (schema reference §19.3)
                let obj = *self.heap.get_inst(inst);
                let Some(at) = self.heap.position(obj.attrs, name) else {
                    return Err(self.cannot_update(object, name));
                };
                let mut entries = self.heap.entries(obj.attrs).to_vec();
                entries[at].value = value;
                entries[at].origin = self.origin_here(name);
                let index = self.heap.key_index(obj.attrs);
                let attrs = self.heap.dict(&entries, index);
                Ok(Value::Inst(
                    self.heap.inst(crate::heap::InstObj { attrs, ..obj }),
                ))
            }
            Value::Inst(inst) => {
                let entry = self.entry_here(name, EntryOp::Override, value);
                let delta = self.heap.dict(&[entry], None);
                self.deeper(|vm| {
                    vm.reinstantiate(image, inst, Value::Dict(delta), super::merge::Mode::Check)
                })
            }
            other => Err(self.cannot_update(other, name)),
        }
    }

    #[cold]
    fn cannot_update(&self, object: Value, name: Sym) -> RunError {
        RunError::new(
            error::BAD_VALUE,
            format!(
                "`{}` cannot be set on {}",
                self.heap.name(name),
                self.described(object)
            ),
        )
    }

    /// A copy of `object` with one element or key changed.
    pub(crate) fn with_index(
        &mut self,
        image: &Image,
        object: Value,
        index: Value,
        value: Value,
    ) -> Result<Value> {
        match (object, index) {
            (Value::List(list), Value::Int(i)) => {
                let Some(at) = position(i, list.len as usize) else {
                    return Err(RunError::new(
                        error::INDEX_OUT_OF_RANGE,
                        format!(
                            "list index {i} is out of range: the list has {}",
                            super::calls::plural(list.len as usize, "item")
                        ),
                    ));
                };
                let mut items = self.heap.items(list).to_vec();
                items[at] = value;
                Ok(Value::List(self.heap.list(&items)))
            }
            (Value::Dict(_) | Value::Inst(_), Value::Str(key)) => {
                let name = self.heap.intern_str(key);
                self.with_attr(image, object, name, value)
            }
            (object, index) => {
                let (a, b) = (self.described(object), self.described(index));
                Err(RunError::new(
                    error::NOT_SUBSCRIPTABLE,
                    format!("{a} cannot be indexed with {b}"),
                ))
            }
        }
    }

    /// Changes a dict or instance in place: arguments of lambdas are passed by reference (core reference §5.4).
    pub(crate) fn set_attr_in_place(
        &mut self,
        image: &Image,
        object: Value,
        name: Sym,
        value: Value,
    ) -> Result<Value> {
        match object {
            Value::Dict(dict) if !self.heap.is_frozen(dict) => {
                let entry = self.entry_here(name, EntryOp::Override, value);
                match self.heap.position(dict, name) {
                    Some(at) => {
                        self.heap.set_value_at(dict, at, value);
                        self.heap.set_origin_at(dict, at, entry.origin);
                    }
                    None => {
                        let mut entries = self.heap.entries(dict).to_vec();
                        entries.push(entry);
                        self.heap.replace_entries(dict, &entries);
                    }
                }
                Ok(object)
            }
            other => self.with_attr(image, other, name, value),
        }
    }

    /// The same for an element.
    pub(crate) fn set_index_in_place(
        &mut self,
        image: &Image,
        object: Value,
        index: Value,
        value: Value,
    ) -> Result<Value> {
        match (object, index) {
            (Value::List(list), Value::Int(i)) if position(i, list.len as usize).is_some() => {
                let at = position(i, list.len as usize).unwrap_or(0);
                self.heap.set_item(list, at, value);
                Ok(object)
            }
            (Value::Dict(_), Value::Str(key)) => {
                let name = self.heap.intern_str(key);
                self.set_attr_in_place(image, object, name, value)
            }
            _ => self.with_index(image, object, index, value),
        }
    }
}

impl RunError {
    /// With the text that `runtime.catch` gives.
    #[must_use]
    pub(crate) fn plain(mut self, text: impl Into<String>) -> Self {
        self.0.plain = Some(text.into());
        self
    }
}

fn position(index: i64, len: usize) -> Option<usize> {
    let at = if index < 0 { index + len as i64 } else { index };
    usize::try_from(at).ok().filter(|&at| at < len)
}

fn ascending(start: Option<i64>, stop: Option<i64>, len: usize) -> (usize, usize) {
    let clamp = |i: i64| (if i < 0 { i + len as i64 } else { i }).clamp(0, len as i64) as usize;
    let from = start.map_or(0, clamp);
    let to = stop.map_or(len, clamp);
    (from, to.max(from))
}

fn positions(start: Option<i64>, stop: Option<i64>, step: i64, len: usize) -> Vec<usize> {
    let n = len as i64;
    let wrap = |i: i64| if i < 0 { i + n } else { i };
    let mut picked = Vec::new();
    if step > 0 {
        let (from, to) = ascending(start, stop, len);
        let mut at = from as i64;
        while at < to as i64 {
            picked.push(at as usize);
            at = at.saturating_add(step);
        }
    } else {
        let mut at = start.map_or(n - 1, |i| wrap(i).clamp(-1, n - 1));
        let to = stop.map_or(-1, |i| wrap(i).clamp(-1, n - 1));
        while at > to {
            picked.push(at as usize);
            at = at.saturating_add(step);
        }
    }
    picked
}
