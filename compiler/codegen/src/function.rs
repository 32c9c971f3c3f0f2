//! A code block under construction: registers, scopes, jumps.

use kiln_runtime::bytecode::{Code, Op, Reg};
use kiln_syntax::ast::Name;
use kiln_syntax::span::Span;

use crate::unit::{Cx, Outer, range};

/// Where a local name lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// A register.
    Reg(Reg),
    /// A key of an open dict of this frame.
    Key(u8),
}

/// A local name.
#[derive(Clone, Debug)]
struct Binding {
    name: Box<str>,
    place: Place,
    is_loop: bool,
    /// A key that stands directly in the config of an instance, which hides attributes of the schema around it.
    strong: bool,
    /// A key that only some branch of an `if` sets.
    maybe: bool,
}

/// What the names of a schema part mean inside its code.
#[derive(Clone, Debug, Default)]
pub(crate) struct PartScope {
    /// Parameters.
    pub(crate) params: Vec<Box<str>>,
    /// Name of the index signature's key.
    pub(crate) key: Option<Box<str>>,
    /// Names that the schema itself sets or declares.
    pub(crate) own: rustc_hash::FxHashSet<Box<str>>,
    /// Whether other names may come from a base, mixin, protocol or host.
    pub(crate) open: bool,
    /// Names used so far, with their meaning outside.
    pub(crate) used: Vec<(Box<str>, Outer)>,
    /// Positions in `used`.
    pub(crate) positions: rustc_hash::FxHashMap<Box<str>, usize>,
}

/// Whether a name is an attribute of the schema around the code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Attribute {
    Always,
    /// It may come from a base, mixin or protocol.
    Perhaps,
    Never,
}

/// What kind of code a block is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A setter of this name: reading the name gives the value so far.
    Setter(Box<str>),
    /// A block of statements, a check block, a default.
    Block,
    /// A lambda.
    Lambda,
}

/// A code block under construction.
pub(crate) struct Function {
    pub(crate) kind: Kind,
    pub(crate) code: Code,
    bindings: Vec<Binding>,
    next: Reg,
    pub(crate) dict_depth: u8,
    /// Depths of the open configs of instances.
    pub(crate) instance_blocks: Vec<u8>,
    /// What a lambda takes from around it, in order.
    captures: Vec<Box<str>>,
    /// Whether the code reads the value so far.
    pub(crate) reads_previous: bool,
    /// Registers that hold parameters.
    params: Reg,
}

impl Function {
    pub(crate) fn new(kind: Kind, label: &str) -> Self {
        Self {
            kind,
            code: Code {
                label: label.into(),
                ..Code::default()
            },
            bindings: Vec::new(),
            next: 0,
            dict_depth: 0,
            instance_blocks: Vec::new(),
            captures: Vec::new(),
            reads_previous: false,
            params: 0,
        }
    }
}

/// Compiles the code of one item. `functions` is the stack of blocks under construction, innermost last.
pub(crate) struct Gen<'a, 'db> {
    pub(crate) cx: Cx<'a, 'db>,
    pub(crate) functions: Vec<Function>,
    pub(crate) part: Option<PartScope>,
}

impl Gen<'_, '_> {
    pub(crate) fn f(&mut self) -> &mut Function {
        if self.functions.is_empty() {
            self.functions.push(Function::new(Kind::Block, ""));
        }
        let last = self.functions.len() - 1;
        &mut self.functions[last]
    }

    // ---- code ----

    pub(crate) fn emit(&mut self, op: Op) -> usize {
        let f = self.f();
        f.code.ops.push(op);
        f.code.ops.len() - 1
    }

    /// Emits an instruction that may fail, with its place.
    pub(crate) fn emit_at(&mut self, op: Op, span: Span) -> usize {
        let f = self.f();
        let pc = f.code.ops.len() as u32;
        let place = range(span);
        if f.code.spans.last().is_none_or(|last| last.1 != place) {
            f.code.spans.push((pc, place));
        }
        f.code.ops.push(op);
        pc as usize
    }

    pub(crate) fn statement(&mut self, span: Span) {
        let f = self.f();
        let pc = f.code.ops.len() as u32;
        f.code.statements.push((pc, range(span)));
    }

    pub(crate) fn here(&mut self) -> u32 {
        self.f().code.ops.len() as u32
    }

    /// Lets a jump go to the next instruction.
    pub(crate) fn patch(&mut self, at: usize) {
        let target = self.here();
        self.patch_to(at, target);
    }

    pub(crate) fn patch_to(&mut self, at: usize, target: u32) {
        match &mut self.f().code.ops[at] {
            Op::Jump { to }
            | Op::JumpIf { to, .. }
            | Op::JumpIfNot { to, .. }
            | Op::JumpIfGiven { to, .. }
            | Op::JumpIfSet { to, .. }
            | Op::JumpIfForeign { to, .. }
            | Op::IterNext { to, .. }
            | Op::RangeNext { to, .. } => *to = target,
            _ => {}
        }
    }

    // ---- registers ----

    pub(crate) fn alloc(&mut self, n: u16) -> Reg {
        let f = self.f();
        let at = f.next;
        // beyond the limit the verifier rejects the code; no program a person writes gets near it
        f.next = f.next.saturating_add(n).min(u16::MAX - 1);
        f.code.regs = f.code.regs.max(f.next);
        at
    }

    pub(crate) fn mark(&mut self) -> Reg {
        self.f().next
    }

    pub(crate) fn release(&mut self, mark: Reg) {
        self.f().next = mark;
    }

    // ---- scopes ----

    pub(crate) fn scope(&mut self) -> usize {
        self.f().bindings.len()
    }

    pub(crate) fn end_scope(&mut self, mark: usize) {
        self.f().bindings.truncate(mark);
    }

    pub(crate) fn bind(&mut self, name: &str, place: Place, is_loop: bool) {
        self.f().bindings.push(Binding {
            name: name.into(),
            place,
            is_loop,
            strong: false,
            maybe: false,
        });
    }

    /// Makes a key of an open block a name. `maybe`: only some branch of an `if` sets it.
    pub(crate) fn bind_key(&mut self, name: &str, depth: u8, maybe: bool) {
        let f = self.f();
        let strong = f.instance_blocks.last() == Some(&depth);
        f.bindings.push(Binding {
            name: name.into(),
            place: Place::Key(depth),
            is_loop: false,
            strong,
            maybe,
        });
    }

    /// Declares a parameter in the next register.
    pub(crate) fn param(&mut self, name: &str) -> Reg {
        let reg = self.alloc(1);
        self.bind(name, Place::Reg(reg), false);
        let pool = self.cx.name(name);
        let f = self.f();
        f.code.params.push(pool);
        f.params = reg + 1;
        reg
    }

    /// Register of a local variable of the innermost block that may be assigned to.
    pub(crate) fn local(&mut self, name: &str) -> Option<Reg> {
        let f = self.f();
        f.bindings
            .iter()
            .rev()
            .find(|b| !b.is_loop && &*b.name == name)
            .and_then(|b| match b.place {
                Place::Reg(reg) => Some(reg),
                Place::Key(_) => None,
            })
    }

    /// Whether a register holds a parameter of the innermost block.
    pub(crate) fn is_param(&mut self, reg: Reg) -> bool {
        reg < self.f().params
    }

    /// Whether a name is a loop variable here (then a config key of that name is computed).
    pub(crate) fn is_loop_variable(&self, name: &str) -> bool {
        for f in self.functions.iter().rev() {
            if let Some(b) = f.bindings.iter().rev().find(|b| &*b.name == name) {
                return b.is_loop;
            }
        }
        false
    }

    fn find(&self, level: usize, name: &str) -> Option<Place> {
        self.functions[level]
            .bindings
            .iter()
            .rev()
            .find(|b| &*b.name == name)
            .map(|b| b.place)
    }

    /// Index of a captured value of the block at `level`, if some block around it has the name.
    fn capture(&mut self, level: usize, name: &str) -> Option<u16> {
        if let Some(at) = self.functions[level]
            .captures
            .iter()
            .position(|c| &**c == name)
        {
            return Some(at as u16);
        }
        let outer = level.checked_sub(1)?;
        let known = self.find(outer, name).is_some()
            || (self.functions[outer].kind == Kind::Lambda && self.capture(outer, name).is_some());
        if !known {
            return None;
        }
        self.functions[level].captures.push(name.into());
        Some(self.functions[level].captures.len() as u16 - 1)
    }

    /// Register that holds a local variable, if that takes no instruction.
    pub(crate) fn register_of(&self, name: &str) -> Option<Reg> {
        let level = self.functions.len().checked_sub(1)?;
        match self.find(level, name) {
            Some(Place::Reg(reg)) => Some(reg),
            _ => None,
        }
    }

    /// Whether a name is local to the code under construction.
    pub(crate) fn is_local(&mut self, name: &str) -> bool {
        let Some(level) = self.functions.len().checked_sub(1) else {
            return false;
        };
        self.find(level, name).is_some()
            || (self.functions[level].kind == Kind::Lambda && self.capture(level, name).is_some())
    }

    /// Loads a name.
    pub(crate) fn load(&mut self, name: &str, span: Span, dst: Reg) {
        let level = self.functions.len() - 1;
        let bindings = self.functions[level].bindings.len();
        self.load_below(name, span, dst, bindings);
    }

    /// Loads a name as if only the first bindings of the innermost block existed.
    fn load_below(&mut self, name: &str, span: Span, dst: Reg, bindings: usize) {
        let level = self.functions.len() - 1;
        let bound = self.functions[level].bindings[..bindings]
            .iter()
            .rposition(|b| &*b.name == name);
        if let Some(at) = bound {
            let Binding { place, maybe, .. } = self.functions[level].bindings[at];
            let weak = self.is_weak(name, at);
            match place {
                Place::Reg(src) if src != dst => {
                    self.emit(Op::Move { dst, src });
                }
                Place::Reg(_) => {}
                Place::Key(depth) => self.attribute_or(weak, name, span, dst, |g| {
                    let key = g.cx.name(name);
                    g.emit(Op::DictGet {
                        depth,
                        dst,
                        name: key,
                    });
                    if maybe {
                        let set = g.emit(Op::JumpIfSet { a: dst, to: 0 });
                        g.load_below(name, span, dst, at);
                        g.patch(set);
                    }
                }),
            }
            return;
        }
        if self.functions[level].kind == Kind::Lambda
            && let Some(index) = self.capture(level, name)
        {
            let weak = self.captures_key(level, name);
            self.attribute_or(weak, name, span, dst, |g| {
                g.emit(Op::Capture { dst, index });
            });
            return;
        }
        if self.functions[level].kind == Kind::Setter(name.into()) {
            self.functions[level].reads_previous = true;
            self.emit(Op::Prev { dst });
            return;
        }
        if self.load_part_name(name, span, dst) {
            return;
        }
        match self.cx.outer(name) {
            Outer::Global(global) => {
                self.emit_at(Op::Global { dst, global }, span);
            }
            Outer::Native(id) => {
                self.emit(Op::Native { dst, id: id.0 });
            }
            Outer::Module(_) | Outer::Nothing => {
                self.emit(Op::Undefined { dst });
            }
        }
    }

    /// Whether attributes of the schema around go before the key that a name is bound to: unless it stands directly in the
    /// config of an instance, here or further out (schema reference §7).
    fn is_weak(&self, name: &str, at: usize) -> bool {
        let Some(f) = self.functions.last().filter(|f| f.kind != Kind::Lambda) else {
            return false;
        };
        let strong = |b: &Binding| b.strong && &*b.name == name;
        self.part.is_some() && !f.bindings[..=at].iter().any(strong)
    }

    /// Loads the attribute of the schema around a block, or else, if there is none, what `other` loads.
    fn attribute_or(
        &mut self,
        weak: bool,
        name: &str,
        span: Span,
        dst: Reg,
        other: impl FnOnce(&mut Self),
    ) {
        match self.attribute_of_part(weak, name) {
            Attribute::Never => other(self),
            Attribute::Always => {
                self.load_part_name(name, span, dst);
            }
            Attribute::Perhaps => {
                let index = self.part_name(name);
                let Ok(short) = u16::try_from(index) else {
                    return other(self);
                };
                let foreign = self.emit(Op::JumpIfForeign {
                    index: short,
                    to: 0,
                });
                self.emit_at(Op::SelfName { dst, index }, span);
                let end = self.emit(Op::Jump { to: 0 });
                self.patch(foreign);
                other(self);
                self.patch(end);
            }
        }
    }

    /// Whether a key's name is an attribute of the schema around.
    fn attribute_of_part(&self, weak: bool, name: &str) -> Attribute {
        let Some(part) = self.part.as_ref().filter(|_| weak) else {
            return Attribute::Never;
        };
        if part.params.iter().any(|p| &**p == name) || part.key.as_deref() == Some(name) {
            Attribute::Never
        } else if part.own.contains(name) {
            Attribute::Always
        } else if part.open {
            Attribute::Perhaps
        } else {
            Attribute::Never
        }
    }

    /// Whether what a lambda captures under a name is the key of a block.
    fn captures_key(&self, level: usize, name: &str) -> bool {
        let outer = &self.functions[..level];
        let place = outer.iter().rev().find_map(|f| {
            let bound = f.bindings.iter().rev().find(|b| &*b.name == name)?;
            Some(bound.place)
        });
        matches!(place, Some(Place::Key(_)))
    }

    /// Position of a name that the part uses.
    fn part_name(&mut self, name: &str) -> u32 {
        let known = |part: &PartScope| part.positions.get(name).copied();
        if let Some(index) = self.part.as_ref().and_then(known) {
            return index as u32;
        }
        let outer = self.cx.outer(name);
        let Some(part) = &mut self.part else { return 0 };
        part.positions.insert(name.into(), part.used.len());
        part.used.push((name.into(), outer));
        part.used.len() as u32 - 1
    }

    /// Loads a name of the schema around the code; false if the name cannot be one.
    fn load_part_name(&mut self, name: &str, span: Span, dst: Reg) -> bool {
        let Some(part) = &self.part else { return false };
        if let Some(index) = part.params.iter().position(|p| &**p == name) {
            self.emit_at(
                Op::Arg {
                    dst,
                    index: index as u16,
                },
                span,
            );
            return true;
        }
        if part.key.as_deref() == Some(name) {
            self.emit(Op::KeyName { dst });
            return true;
        }
        if !part.own.contains(name) && !part.open {
            return false;
        }
        // a module is used through its members only, which are resolved before this
        let index = self.part_name(name);
        self.emit_at(Op::SelfName { dst, index }, span);
        true
    }

    /// Whether a name stands for an imported module here.
    pub(crate) fn module_of(&mut self, name: Name) -> Option<usize> {
        let text = self.cx.ast.name(name);
        if self.is_local(text) {
            return None;
        }
        if let Some(part) = &self.part
            && (part.own.contains(text) || part.params.iter().any(|p| &**p == text))
        {
            return None;
        }
        match self.cx.outer(text) {
            Outer::Module(index) => Some(index),
            _ => None,
        }
    }

    /// Whether a name means a builtin here.
    pub(crate) fn builtin_of(&mut self, name: Name) -> Option<kiln_runtime::value::NativeId> {
        let text = self.cx.ast.name(name);
        if self.is_local(text) {
            return None;
        }
        if let Some(part) = &self.part
            && (part.own.contains(text) || part.open || part.params.iter().any(|p| &**p == text))
        {
            return None;
        }
        if let Some(Kind::Setter(own)) = self.functions.last().map(|f| &f.kind)
            && **own == *text
        {
            return None;
        }
        match self.cx.outer(text) {
            Outer::Native(id) => Some(id),
            _ => None,
        }
    }

    // ---- blocks ----

    pub(crate) fn begin(&mut self, kind: Kind, label: &str) {
        self.functions.push(Function::new(kind, label));
    }

    /// Ends the innermost block; its captured names come with it.
    pub(crate) fn end(&mut self) -> Ended {
        let Some(function) = self.functions.pop() else {
            return Ended {
                code: 0,
                captures: Vec::new(),
                reads_previous: false,
            };
        };
        let reads_previous = function.reads_previous;
        let code = self.cx.code(function.code);
        Ended {
            code,
            captures: function.captures,
            reads_previous,
        }
    }
}

/// A finished block.
pub(crate) struct Ended {
    /// Its index.
    pub(crate) code: u32,
    /// What it takes from around it.
    pub(crate) captures: Vec<Box<str>>,
    /// Whether it reads the value so far of its slot.
    pub(crate) reads_previous: bool,
}
