//! What a name in code means: locals, keys of open configs, captured values, attributes of the schema around, globals.

use kiln_runtime::bytecode::{Op, Reg};
use kiln_syntax::ast::Name;
use kiln_syntax::span::Span;

use crate::function::{Binding, Gen, Kind, PartScope, Place};
use crate::unit::Outer;

/// Whether a name is an attribute of the schema around the code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Attribute {
    Always,
    /// It may come from a base, mixin or protocol.
    Perhaps,
    Never,
}

impl Gen<'_, '_> {
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
            match place {
                Place::Reg(src) if src != dst => {
                    self.emit(Op::Move { dst, src });
                }
                Place::Reg(_) => {}
                Place::Key(depth) => {
                    let weak = self.is_weak(name, at);
                    self.attribute_or(weak, name, span, dst, |g| {
                        let key = g.cx.name(name);
                        g.emit(Op::DictGet {
                            depth,
                            dst,
                            name: key,
                        });
                        if maybe {
                            let set = g.emit(Op::JumpIfSet { a: dst, to: 0 });
                            let below = g.below_key(name, at, place);
                            g.load_below(name, span, dst, below);
                            g.patch(set);
                        }
                    });
                }
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

    /// How many bindings there are up to the last below `at` that a failed look for a key of `place` says nothing about:
    /// several `if`s may set one key.
    fn below_key(&self, name: &str, at: usize, place: Place) -> usize {
        let same = |b: &Binding| b.maybe && b.place == place;
        self.functions.last().map_or(0, |f| {
            let other = |b: &Binding| *b.name == *name && !same(b);
            f.bindings[..at]
                .iter()
                .rposition(other)
                .map_or(0, |i| i + 1)
        })
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
}
