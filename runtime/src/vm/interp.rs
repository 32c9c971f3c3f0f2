//! The interpreter loop.

use super::{Frame, Image, NO_INST, Vm};
use crate::bytecode::{BinOp, Op, Reg, TextForm, UnOp};
use crate::class::NameRef;
use crate::error::{self, Result, RunError};
use crate::value::{EntryOp, Inst, List, Value};
use std::sync::atomic::Ordering;

const NO_MSG: Reg = u16::MAX;
const NO_KW: u16 = u16::MAX;

/// How to enter a code block.
#[derive(Clone, Copy)]
pub(crate) struct Entry {
    pub(crate) unit: u32,
    pub(crate) code: u32,
    pub(crate) owner: Inst,
    pub(crate) part: u16,
    pub(crate) captures: List,
    pub(crate) key: Value,
}

impl Entry {
    /// A block of a package's top level.
    pub(crate) const fn top(unit: u32, code: u32) -> Self {
        Self {
            unit,
            code,
            owner: NO_INST,
            part: 0,
            captures: List {
                chunk: 0,
                off: 0,
                len: 0,
            },
            key: Value::Undefined,
        }
    }

    /// A block of a schema body.
    pub(crate) const fn body(unit: u32, code: u32, owner: Inst, part: u16) -> Self {
        Self {
            unit,
            code,
            owner,
            part,
            captures: List {
                chunk: 0,
                off: 0,
                len: 0,
            },
            key: Value::Undefined,
        }
    }
}

impl Vm {
    /// Runs a code block without arguments to its end, on the native stack.
    pub(crate) fn run_code(&mut self, image: &Image, entry: Entry) -> Result<Value> {
        let base = self.stack.len() as u32;
        self.push_frame(image, entry, base, 0);
        self.exec(image)
    }

    /// Pushes a frame whose arguments already lie at `base`.
    pub(crate) fn push_frame(&mut self, image: &Image, entry: Entry, base: u32, dst: Reg) {
        let code = &image.units[entry.unit as usize].unit.codes[entry.code as usize];
        self.stack
            .resize(base as usize + code.regs as usize, Value::Undefined);
        self.frames.push(Frame {
            unit: entry.unit,
            code: entry.code,
            pc: 0,
            base,
            dst,
            part: entry.part,
            owner: entry.owner,
            captures: entry.captures,
            dict_base: self.dict_depth,
            acc_base: self.acc_marks.len() as u32,
            key: entry.key,
        });
    }

    /// Runs the innermost frame to its end and gives its value.
    pub(crate) fn exec(&mut self, image: &Image) -> Result<Value> {
        let floor = self.frames.len() - 1;
        let marks = (
            self.frames[floor].dict_base,
            self.frames[floor].acc_base,
            self.frames[floor].base,
        );
        let inst_depth = self.inst_depth;
        let result = self.dispatch(image, floor);
        if result.is_err() {
            self.inst_depth = inst_depth;
            self.open_inserts.clear();
            self.frames.truncate(floor);
            self.dict_depth = marks.0;
            if let Some(&mark) = self.acc_marks.get(marks.1 as usize) {
                self.acc.truncate(mark as usize);
            }
            self.acc_marks.truncate(marks.1 as usize);
            self.stack.truncate(marks.2 as usize);
        }
        result
    }

    #[cold]
    fn failed(&mut self, error: RunError, pc: usize, floor: usize) -> RunError {
        let mut error = error;
        if let Some(frame) = self.frames.last_mut() {
            frame.pc = pc as u32;
        }
        if let Some(frame) = self.frames.last() {
            if error.0.deferred {
                // a failed check is shown at the instantiation, which the next frame out performs
                error.0.deferred = false;
            } else {
                if error.0.at.is_none() {
                    error.0.at = self.loc_of(frame);
                }
                if error.0.statement.is_none() {
                    error.0.statement = self.statement_of(frame);
                }
            }
        }
        if error.0.trace.len() < 16 {
            for frame in self.frames[floor..].iter().rev().skip(1).take(8) {
                error.0.trace.extend(self.loc_of(frame));
            }
        }
        error
    }

    fn dispatch(&mut self, image: &Image, floor: usize) -> Result<Value> {
        'frame: loop {
            let Some(&frame) = self.frames.last() else {
                return Ok(Value::Undefined);
            };
            let unit = frame.unit as usize;
            let code = &image.units[unit].unit.codes[frame.code as usize];
            let ops = &code.ops[..];
            let base = frame.base as usize;
            let mut pc = frame.pc as usize;

            macro_rules! reg {
                ($r:expr) => {
                    self.stack[base + $r as usize]
                };
            }
            macro_rules! check {
                ($e:expr) => {
                    match $e {
                        Ok(value) => value,
                        Err(error) => return Err(self.failed(error, pc, floor)),
                    }
                };
            }
            // natives and nested runs look at the frame for places
            macro_rules! sync {
                () => {
                    if let Some(f) = self.frames.last_mut() {
                        f.pc = pc as u32;
                    }
                };
            }

            loop {
                let op = ops[pc];
                pc += 1;
                match op {
                    Op::Move { dst, src } => reg!(dst) = reg!(src),
                    Op::Const { dst, cst } => reg!(dst) = self.links[unit].consts[cst as usize],
                    Op::Int { dst, value } => reg!(dst) = Value::Int(i64::from(value)),
                    Op::Bool { dst, value } => reg!(dst) = Value::Bool(value),
                    Op::None { dst } => reg!(dst) = Value::None,
                    Op::Undefined { dst } => reg!(dst) = Value::Undefined,
                    Op::Native { dst, id } => reg!(dst) = Value::Native(crate::value::NativeId(id)),
                    Op::Global { dst, global } => {
                        let (package, slot) = self.links[unit].globals[global as usize];
                        let value = self
                            .packages
                            .get(package as usize)
                            .and_then(|p| p.values.get(slot as usize))
                            .copied()
                            .unwrap_or(Value::Undefined);
                        reg!(dst) = match value {
                            Value::Hole | Value::Running => {
                                sync!();
                                check!(self.force_global(image, package, slot))
                            }
                            value => value,
                        };
                    }
                    Op::SelfName { dst, index } => {
                        let value = self.self_name(&frame, index);
                        reg!(dst) = match value {
                            Ok(value) => value,
                            Err(name) => {
                                sync!();
                                check!(self.force_name(image, &frame, name))
                            }
                        };
                    }
                    Op::Prev { dst } => {
                        reg!(dst) = self
                            .running
                            .last()
                            .map_or(Value::Undefined, |r| r.value.or_undefined());
                    }
                    Op::Arg { dst, index } => {
                        let obj = *self.heap.get_inst(frame.owner);
                        let first = self.part_arg(obj.class, frame.part);
                        let value = self
                            .heap
                            .items(obj.args)
                            .get((first + u32::from(index)) as usize)
                            .copied();
                        reg!(dst) = value.unwrap_or(Value::Undefined).or_undefined();
                    }
                    Op::Capture { dst, index } => {
                        reg!(dst) = self.heap.items(frame.captures)[index as usize]
                    }
                    Op::KeyName { dst } => reg!(dst) = frame.key,
                    Op::Binary { op, dst, a, b } => {
                        let (x, y) = (reg!(a), reg!(b));
                        reg!(dst) = match (op, x, y) {
                            (BinOp::Lt, Value::Int(x), Value::Int(y)) => Value::Bool(x < y),
                            (BinOp::Le, Value::Int(x), Value::Int(y)) => Value::Bool(x <= y),
                            (BinOp::Gt, Value::Int(x), Value::Int(y)) => Value::Bool(x > y),
                            (BinOp::Ge, Value::Int(x), Value::Int(y)) => Value::Bool(x >= y),
                            (BinOp::Eq, Value::Int(x), Value::Int(y)) => Value::Bool(x == y),
                            _ => {
                                sync!();
                                check!(self.binary(image, op, x, y))
                            }
                        };
                    }
                    Op::AddInt { dst, a, imm } => {
                        let x = reg!(a);
                        reg!(dst) = match x {
                            Value::Int(i)
                                if !self.limits.strict_range
                                    && i.checked_add(i64::from(imm)).is_some() =>
                            {
                                Value::Int(i + i64::from(imm))
                            }
                            x => check!(self.binary(
                                image,
                                BinOp::Add,
                                x,
                                Value::Int(i64::from(imm))
                            )),
                        };
                    }
                    Op::Unary { op, dst, a } => {
                        let x = reg!(a);
                        reg!(dst) = if op == UnOp::Not {
                            Value::Bool(!self.truthy(x))
                        } else {
                            check!(self.unary(op, x))
                        };
                    }
                    Op::Jump { to } => {
                        if (to as usize) < pc {
                            check!(self.step());
                        }
                        pc = to as usize;
                    }
                    Op::JumpIf { a, to } => {
                        let x = reg!(a);
                        if self.truthy(x) {
                            pc = to as usize;
                        }
                    }
                    Op::JumpIfNot { a, to } => {
                        let x = reg!(a);
                        if !self.truthy(x) {
                            pc = to as usize;
                        }
                    }
                    Op::JumpIfGiven { a, to } => {
                        if !matches!(reg!(a), Value::Hole) {
                            pc = to as usize;
                        }
                    }
                    Op::JumpIfSet { a, to } => {
                        if !matches!(reg!(a), Value::Undefined | Value::Hole) {
                            pc = to as usize;
                        }
                    }
                    Op::JumpIfForeign { index, to } => {
                        if !self.is_attribute(&frame, u32::from(index)) {
                            pc = to as usize;
                        }
                    }
                    Op::Attr { dst, obj, name } => {
                        let (object, name) = (reg!(obj), self.links[unit].syms[name as usize]);
                        reg!(dst) = match object {
                            Value::Dict(dict) => {
                                self.heap.get(dict, name).unwrap_or(Value::Undefined)
                            }
                            object => {
                                sync!();
                                check!(self.attr(image, object, name))
                            }
                        };
                    }
                    Op::Field { dst, obj, field } => {
                        let object = reg!(obj);
                        reg!(dst) = match self.known_slot(unit, field, object) {
                            Some(value) => value,
                            None => {
                                sync!();
                                check!(self.field(image, unit, field, object))
                            }
                        };
                    }
                    Op::AttrWide { dst, name } => {
                        let (object, name) = (reg!(dst), self.links[unit].syms[name as usize]);
                        sync!();
                        reg!(dst) = check!(self.attr(image, object, name));
                    }
                    Op::Index { dst, obj, index } => {
                        let (object, index) = (reg!(obj), reg!(index));
                        sync!();
                        reg!(dst) = check!(self.index(image, object, index));
                    }
                    Op::Slice { dst, obj, at } => {
                        let (object, bounds) = (reg!(obj), [reg!(at), reg!(at + 1), reg!(at + 2)]);
                        reg!(dst) = check!(self.slice(object, bounds));
                    }
                    Op::Call { n, dst, f } => {
                        check!(self.step());
                        let callee = reg!(f);
                        let first = base + f as usize + 1;
                        sync!();
                        if let Value::Func(func) = callee {
                            check!(self.enter(image, func, first, n as usize, &[], dst));
                            continue 'frame;
                        }
                        let value = check!(self.call_other(image, callee, first, n as usize, &[]));
                        reg!(dst) = value;
                    }
                    Op::CallKw { n, dst, f, kw } => {
                        check!(self.step());
                        let callee = reg!(f);
                        let first = base + f as usize + 1;
                        let names = self.keyword_names(image, unit, kw);
                        sync!();
                        if let Value::Func(func) = callee {
                            check!(self.enter(image, func, first, n as usize, &names, dst));
                            continue 'frame;
                        }
                        let value =
                            check!(self.call_other(image, callee, first, n as usize, &names));
                        reg!(dst) = value;
                    }
                    Op::CallNative { n, dst, first, id } => {
                        check!(self.step());
                        sync!();
                        let first = base + first as usize;
                        let value = check!(self.call_native(id, first, n as usize));
                        reg!(dst) = value;
                    }
                    Op::CallMethod { n, dst, f, name } => {
                        check!(self.step());
                        let (object, name) = (reg!(f), self.links[unit].syms[name as usize]);
                        let first = base + f as usize;
                        sync!();
                        if let Value::Str(_) = object {
                            let value = check!(self.call_str_member(name, first, n as usize + 1));
                            reg!(dst) = value;
                            continue;
                        }
                        let callee = check!(self.attr(image, object, name));
                        if let Value::Func(func) = callee {
                            check!(self.enter(image, func, first + 1, n as usize, &[], dst));
                            continue 'frame;
                        }
                        let value =
                            check!(self.call_other(image, callee, first + 1, n as usize, &[]));
                        reg!(dst) = value;
                    }
                    Op::Closure { n, dst, at, code } => {
                        let start = base + at as usize;
                        let captures = self.heap.list(&self.stack[start..start + n as usize]);
                        reg!(dst) = self.closure(&frame, u32::from(code), captures);
                    }
                    Op::InstanceBegin => self.inst_depth += 1,
                    Op::Instance { n, dst, at, kw } => {
                        self.inst_depth -= 1;
                        check!(self.step());
                        sync!();
                        let names = if kw == NO_KW {
                            Vec::new()
                        } else {
                            self.keyword_names(image, unit, kw)
                        };
                        let at = base + at as usize;
                        let value = check!(self.instance_expr(image, at, n as usize, &names));
                        reg!(dst) = value;
                    }
                    Op::ListBegin => self.acc_marks.push(self.acc.len() as u32),
                    Op::ListPush { a } => self.acc.push(self.stack[base + a as usize]),
                    Op::ListExtend { a } => {
                        let value = reg!(a);
                        check!(self.unpack_list(value));
                    }
                    Op::ListEnd { dst } => {
                        let mark = self.acc_marks.pop().unwrap_or(0) as usize;
                        let list = self.heap.list(&self.acc[mark..]);
                        self.acc.truncate(mark);
                        reg!(dst) = Value::List(list);
                    }
                    Op::DictBegin => self.open_dict(),
                    Op::DictSet { op, value, name } => {
                        let (value, key) = (reg!(value), self.links[unit].syms[name as usize]);
                        let top = self.dict_depth as usize - 1;
                        let is_plain = op != EntryOp::Insert && !self.is_tracing();
                        let builder = &mut self.dicts[top];
                        if is_plain && builder.position(key).is_none() {
                            builder.push(crate::value::Entry::new(key, op, value));
                        } else {
                            sync!();
                            let entry = self.entry_here(key, op, value);
                            check!(self.add_entry(image, entry));
                        }
                    }
                    Op::DictSetDyn { op, key, value } => {
                        let (key, value) = (reg!(key), reg!(value));
                        sync!();
                        let key = check!(self.dict_key(key));
                        let entry = self.entry_here(key, op, value);
                        check!(self.add_entry(image, entry));
                    }
                    Op::DictSetIndex {
                        op,
                        name,
                        index,
                        value,
                    } => {
                        let key = self.links[unit].syms[name as usize];
                        let (index, value) = (reg!(index), reg!(value));
                        sync!();
                        check!(self.add_indexed(image, key, index, op, value));
                    }
                    Op::DictUnpack { a } => {
                        let value = reg!(a);
                        sync!();
                        check!(self.unpack_dict(image, value));
                    }
                    Op::DictEnd { dst } => {
                        self.dict_depth -= 1;
                        let dict = self.dicts[self.dict_depth as usize].finish(&mut self.heap);
                        if !self.open_inserts.is_empty() {
                            self.keep_inserts(dict);
                        }
                        reg!(dst) = Value::Dict(dict);
                    }
                    Op::DictGet { depth, dst, name } => {
                        let key = self.links[unit].syms[name as usize];
                        let builder = &self.dicts[frame.dict_base as usize + depth as usize];
                        reg!(dst) = builder
                            .position(key)
                            .map_or(Value::Undefined, |i| builder.entries[i].value);
                    }
                    Op::IterBegin { at } => {
                        let value = reg!(at);
                        reg!(at) = check!(self.iterable(value));
                        reg!(at + 1) = Value::Int(0);
                    }
                    Op::IterNext { vars, at, to } => {
                        check!(self.step());
                        let (value, Value::Int(i)) = (reg!(at), reg!(at + 1)) else {
                            pc = to as usize;
                            continue;
                        };
                        match self.iter_next(value, i as usize) {
                            None => pc = to as usize,
                            Some((next, one, two)) => {
                                reg!(at + 1) = Value::Int(next as i64);
                                if vars == 2 {
                                    reg!(at + 2) = one;
                                    reg!(at + 3) = two;
                                } else {
                                    reg!(at + 2) = if matches!(value, Value::List(_)) {
                                        two
                                    } else {
                                        one
                                    };
                                }
                            }
                        }
                    }
                    Op::RangeBegin { at } => {
                        let bounds = [reg!(at), reg!(at + 1), reg!(at + 2)];
                        check!(range_bounds(bounds));
                    }
                    Op::RangeNext { at, to } => {
                        check!(self.step());
                        if let (Value::Int(i), Value::Int(stop), Value::Int(step)) =
                            (reg!(at), reg!(at + 1), reg!(at + 2))
                            && (if step > 0 { i < stop } else { i > stop })
                        {
                            reg!(at + 3) = Value::Int(i);
                            reg!(at) = i.checked_add(step).map_or(Value::Int(stop), Value::Int);
                        } else {
                            pc = to as usize;
                        }
                    }
                    Op::FilterEnd { dst, src } => {
                        let value = reg!(src);
                        let mark = self.acc_marks.pop().unwrap_or(0) as usize;
                        let kept = self.acc.split_off(mark);
                        reg!(dst) = check!(self.filtered(value, &kept));
                    }
                    Op::Concat { n, dst, at } => {
                        let start = base + at as usize;
                        reg!(dst) = check!(self.concat(start, n as usize));
                    }
                    Op::Text { form, dst, a } => {
                        let value = reg!(a);
                        reg!(dst) = match (form, value) {
                            (TextForm::Str, Value::Str(s)) => Value::Str(s),
                            _ => check!(self.text_of(form, value)),
                        };
                    }
                    Op::Pack { dst, ty } => {
                        let ty = &image.units[unit].unit.types[ty as usize];
                        let value = reg!(dst);
                        if !super::pack::fits_fast(ty, value) {
                            sync!();
                            reg!(dst) = check!(self.pack(image, unit as u32, ty, value));
                        }
                    }
                    Op::As { dst, ty } => {
                        let ty = &image.units[unit].unit.types[ty as usize];
                        let value = reg!(dst);
                        sync!();
                        reg!(dst) = check!(self.cast(image, unit as u32, ty, value));
                    }
                    Op::Assert { cond, msg } => {
                        let cond = reg!(cond);
                        if !self.truthy(cond) {
                            let msg = if msg == NO_MSG {
                                Value::Undefined
                            } else {
                                reg!(msg)
                            };
                            check!(Err(self.assertion(msg)));
                        }
                    }
                    Op::Check { cond, msg } => {
                        let cond = reg!(cond);
                        if !self.truthy(cond) {
                            let msg = if msg == NO_MSG {
                                Value::Undefined
                            } else {
                                reg!(msg)
                            };
                            sync!();
                            check!(Err(self.check_failed(&frame, pc, msg)));
                        }
                    }
                    Op::SetAttr { dst, value, name } => {
                        let (object, value) = (reg!(dst), reg!(value));
                        let name = self.links[unit].syms[name as usize];
                        sync!();
                        reg!(dst) = check!(self.with_attr(image, object, name, value));
                    }
                    Op::SetIndex { dst, index, value } => {
                        let (object, index, value) = (reg!(dst), reg!(index), reg!(value));
                        sync!();
                        reg!(dst) = check!(self.with_index(image, object, index, value));
                    }
                    Op::SetAttrInPlace { dst, value, name } => {
                        let (object, value) = (reg!(dst), reg!(value));
                        let name = self.links[unit].syms[name as usize];
                        sync!();
                        reg!(dst) = check!(self.set_attr_in_place(image, object, name, value));
                    }
                    Op::SetIndexInPlace { dst, index, value } => {
                        let (object, index, value) = (reg!(dst), reg!(index), reg!(value));
                        sync!();
                        reg!(dst) = check!(self.set_index_in_place(image, object, index, value));
                    }
                    Op::ForceGlobal { global } => {
                        let (package, slot) = self.links[unit].globals[global as usize];
                        sync!();
                        check!(self.force_global(image, package, slot));
                    }
                    Op::Emit { a } => {
                        let value = reg!(a);
                        self.outputs.push(value);
                    }
                    Op::Deprecated { at, name } => {
                        let args = [reg!(at), reg!(at + 1), reg!(at + 2)];
                        sync!();
                        let name = self.links[unit].syms[name as usize];
                        check!(self.deprecated(name, args));
                    }
                    Op::Return { a } => {
                        let value = reg!(a);
                        self.frames.pop();
                        self.stack.truncate(base);
                        if self.frames.len() == floor {
                            return Ok(value);
                        }
                        let Some(caller) = self.frames.last() else {
                            return Ok(value);
                        };
                        let (caller_base, regs) = (caller.base as usize, frame.dst);
                        let need = caller_base
                            + image.units[caller.unit as usize].unit.codes[caller.code as usize]
                                .regs as usize;
                        self.stack.resize(need, Value::Undefined);
                        self.stack[caller_base + regs as usize] = value;
                        continue 'frame;
                    }
                    Op::ReturnHole => {
                        self.frames.pop();
                        self.stack.truncate(base);
                        return Ok(Value::Hole);
                    }
                }
            }
        }
    }

    /// Value of a name of the running schema part, or how to find it.
    #[inline]
    fn self_name(&self, frame: &Frame, index: u32) -> std::result::Result<Value, NameRef> {
        if frame.owner == NO_INST {
            return Ok(Value::Undefined);
        }
        let obj = self.heap.get_inst(frame.owner);
        let Some(Some(layout)) = self.layouts.get(obj.class.0 as usize) else {
            return Ok(Value::Undefined);
        };
        let name = layout.parts[frame.part as usize].names[index as usize];
        match name {
            NameRef::Slot(slot) => match self
                .heap
                .entries(obj.attrs)
                .get(slot as usize)
                .map(|e| e.value)
            {
                Some(Value::Hole | Value::Running) | None => Err(name),
                Some(value) => Ok(value),
            },
            NameRef::Global(package, slot) => {
                let value = self
                    .packages
                    .get(package as usize)
                    .and_then(|p| p.values.get(slot as usize))
                    .copied();
                match value {
                    Some(Value::Hole | Value::Running) => Err(name),
                    Some(value) => Ok(value),
                    None => Ok(Value::Undefined),
                }
            }
            NameRef::Native(id) => Ok(Value::Native(crate::value::NativeId(id))),
            NameRef::Nothing => Ok(Value::Undefined),
        }
    }

    /// The attribute in the slot where the field was found last; nothing if it is another one or not evaluated.
    #[inline]
    fn known_slot(&self, unit: usize, field: u16, object: Value) -> Option<Value> {
        let Value::Inst(inst) = object else {
            return None;
        };
        let (name, slot) = &self.links[unit].fields[usize::from(field)];
        let slot = slot.load(Ordering::Relaxed);
        let attrs = self.heap.get_inst(inst).attrs;
        let entry = self.heap.entries(attrs).get(slot as usize)?;
        let known = entry.key == *name && !matches!(entry.value, Value::Hole | Value::Running);
        known.then_some(entry.value)
    }

    /// Looks a field up and remembers its slot.
    fn field(&mut self, image: &Image, unit: usize, field: u16, object: Value) -> Result<Value> {
        let name = self.links[unit].fields[usize::from(field)].0;
        let value = self.attr(image, object, name)?;
        if let Value::Inst(inst) = object {
            let attrs = self.heap.get_inst(inst).attrs;
            if let Some(slot) = self.heap.position(attrs, name) {
                let hint = &self.links[unit].fields[usize::from(field)].1;
                hint.store(slot as u32, Ordering::Relaxed);
            }
        }
        Ok(value)
    }

    /// Whether a name of the running part is an attribute of its instance.
    fn is_attribute(&self, frame: &Frame, index: u32) -> bool {
        if frame.owner == NO_INST {
            return false;
        }
        let class = self.heap.get_inst(frame.owner).class;
        let Some(Some(layout)) = self.layouts.get(class.0 as usize) else {
            return false;
        };
        let name = layout.parts[frame.part as usize].names[index as usize];
        matches!(name, NameRef::Slot(_))
    }

    fn force_name(&mut self, image: &Image, frame: &Frame, name: NameRef) -> Result<Value> {
        match name {
            NameRef::Slot(slot) => self.force_attr(image, frame.owner, slot),
            NameRef::Global(package, slot) => self.force_global(image, package, slot),
            NameRef::Native(_) | NameRef::Nothing => Ok(Value::Undefined),
        }
    }
}

fn range_bounds(bounds: [Value; 3]) -> Result<()> {
    match bounds {
        [Value::Int(_), Value::Int(_), Value::Int(0)] => Err(RunError::new(
            error::BAD_VALUE,
            "the step of `range` must not be zero",
        )),
        _ => Ok(()),
    }
}
