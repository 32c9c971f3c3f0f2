//! A code block under construction: registers, scopes, jumps.

use kiln_runtime::bytecode::{Code, Op, Reg};
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
pub(crate) struct Binding {
    pub(crate) name: Box<str>,
    pub(crate) place: Place,
    pub(crate) is_loop: bool,
    /// A key that stands directly in the config of an instance, which hides attributes of the schema around it.
    pub(crate) strong: bool,
    /// A key that only some branch of an `if` sets.
    pub(crate) maybe: bool,
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
    pub(crate) bindings: Vec<Binding>,
    next: Reg,
    pub(crate) dict_depth: u8,
    /// Depths of the open configs of instances.
    pub(crate) instance_blocks: Vec<u8>,
    /// What a lambda takes from around it, in order.
    pub(crate) captures: Vec<Box<str>>,
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
