//! Config blocks.

use kiln_runtime::bytecode::{Const, Op, Reg};
use kiln_syntax::ast::{Entry, EntryBranch, EntryOp, Expr, ExprId, Key, List, Name};
use kiln_syntax::span::Span;
use rustc_hash::FxHashSet;

use crate::constant::{key_of, runtime_op};
use crate::function::Gen;

impl Gen<'_, '_> {
    /// `{…}` with logic in it.
    pub(crate) fn config(&mut self, entries: List, dst: Reg) {
        let scope = self.open_block();
        self.entries(self.cx.ast.entries(entries));
        self.close_block(scope, dst);
    }

    pub(crate) fn open_block(&mut self) -> usize {
        self.emit(Op::DictBegin);
        self.f().dict_depth += 1;
        self.scope()
    }

    pub(crate) fn close_block(&mut self, scope: usize, dst: Reg) {
        self.end_scope(scope);
        self.f().dict_depth -= 1;
        self.emit(Op::DictEnd { dst });
    }

    fn entries(&mut self, entries: &[Entry]) {
        for entry in entries {
            self.entry(entry, true);
        }
    }

    /// One entry of the innermost open block; its key becomes a name for later ones.
    pub(crate) fn entry(&mut self, entry: &Entry, declare: bool) {
        let mark = self.mark();
        match *entry {
            Entry::Error => {}
            Entry::Pair { op, key, value } => self.pair(op, key, value, declare),
            Entry::Unpack(e) => {
                let a = self.expr(e);
                self.emit_at(Op::DictUnpack { a }, self.cx.ast.expr_span(e));
            }
            Entry::If(branches) => self.entry_branches(self.cx.ast.entry_branches(branches)),
        }
        self.release(mark);
    }

    fn declare_key(&mut self, name: &str) {
        let depth = self.f().dict_depth - 1;
        self.bind_key(name, depth, false);
    }

    fn pair(&mut self, op: EntryOp, key: ExprId, value: ExprId, declare: bool) {
        let ast = self.cx.ast;
        let span = ast.expr_span(key);
        let op = runtime_op(op);
        match key_of(ast, key) {
            // in a comprehension a plain name is always an expression
            Key::Name(name) if !declare || self.is_loop_variable(ast.name(name)) => {
                let key = self.expr(key);
                let value = self.expr(value);
                self.emit_at(Op::DictSetDyn { op, key, value }, span);
            }
            Key::Name(name) => {
                let value = self.expr(value);
                let text = ast.name(name);
                let name = self.cx.name(text);
                self.emit_at(Op::DictSet { op, value, name }, span);
                if declare {
                    self.declare_key(text);
                }
            }
            Key::Str(text) => {
                let value = self.expr(value);
                let name = self.cx.name(text);
                self.emit_at(Op::DictSet { op, value, name }, span);
                if declare {
                    self.declare_key(text);
                }
            }
            Key::Path(names)
                if !declare
                    || names
                        .first()
                        .is_some_and(|&n| self.is_loop_variable(ast.name(n))) =>
            {
                let key = self.expr(key);
                let value = self.expr(value);
                self.emit_at(Op::DictSetDyn { op, key, value }, span);
            }
            Key::Path(names) => {
                let value = self.expr(value);
                self.nested(&names, op, value, None, span);
                if declare && let Some(&first) = names.first() {
                    self.declare_key(ast.name(first));
                }
            }
            Key::Index(names, index) => {
                let value = self.expr(value);
                self.nested(&names, op, value, Some(index), span);
                if declare && let Some(&first) = names.first() {
                    self.declare_key(ast.name(first));
                }
            }
            Key::Computed(e) => {
                // a string with holes or any other expression; what is no string fails when it runs
                let key = match ast[e] {
                    Expr::Int(_) | Expr::Float(_) | Expr::Bool(_) | Expr::None => {
                        let reg = self.alloc(1);
                        self.expr_to(e, reg);
                        reg
                    }
                    _ => self.expr(e),
                };
                let value = self.expr(value);
                self.emit_at(Op::DictSetDyn { op, key, value }, span);
            }
        }
    }

    /// `a.b.c op value` is `a: {b: {c op value}}`.
    fn nested(
        &mut self,
        names: &[Name],
        op: kiln_runtime::value::EntryOp,
        value: Reg,
        index: Option<i64>,
        span: Span,
    ) {
        use kiln_runtime::value::EntryOp as RtOp;
        let ast = self.cx.ast;
        let Some((&last, outer)) = names.split_last() else {
            return;
        };
        for _ in outer {
            self.emit(Op::DictBegin);
            self.f().dict_depth += 1;
        }
        let name = self.cx.name(ast.name(last));
        match index {
            None => {
                self.emit_at(Op::DictSet { op, value, name }, last.0);
            }
            Some(i) => {
                let index = self.alloc(1);
                match i32::try_from(i) {
                    Ok(value) => self.emit(Op::Int { dst: index, value }),
                    Err(_) => {
                        let cst = self.cx.constant(Const::Int(i));
                        self.emit(Op::Const { dst: index, cst })
                    }
                };
                let name = u16::try_from(name).unwrap_or(u16::MAX);
                self.emit_at(
                    Op::DictSetIndex {
                        op,
                        name,
                        index,
                        value,
                    },
                    span,
                );
            }
        }
        // each name has its own place, so that it can be told which of them set what
        for &outer in outer.iter().rev() {
            let dst = self.alloc(1);
            self.f().dict_depth -= 1;
            self.emit(Op::DictEnd { dst });
            let name = self.cx.name(ast.name(outer));
            self.emit_at(
                Op::DictSet {
                    op: RtOp::Union,
                    value: dst,
                    name,
                },
                outer.0,
            );
        }
    }

    fn entry_branches(&mut self, branches: &[EntryBranch]) {
        let ast = self.cx.ast;
        let mut ends = Vec::new();
        for branch in branches {
            let no = branch.cond.map(|cond| self.jump_if_not(cond));
            let entries = ast.entries(branch.body);
            if self.is_flat(entries) {
                // nothing in it can merge with another entry of the branch: it goes straight into the block
                let scope = self.scope();
                for entry in entries {
                    self.entry(entry, true);
                }
                self.end_scope(scope);
            } else {
                let a = self.alloc(1);
                let depth = self.f().dict_depth;
                let direct = self.f().instance_blocks.last() == Some(&(depth.wrapping_sub(1)));
                let scope = self.open_block();
                if direct {
                    self.f().instance_blocks.push(depth);
                }
                self.entries(entries);
                if direct {
                    self.f().instance_blocks.pop();
                }
                self.close_block(scope, a);
                let span = branch.cond.map_or_else(Span::default, |c| ast.expr_span(c));
                self.emit_at(Op::DictUnpack { a }, span);
            }
            ends.push(self.emit(Op::Jump { to: 0 }));
            if let Some(no) = no {
                self.patch(no);
            }
        }
        for end in ends {
            self.patch(end);
        }
        let entries = branches.iter().flat_map(|b| ast.entries(b.body));
        self.declare_branch_keys(entries);
    }

    /// Keys that a branch sets are names for the entries after the `if`.
    fn declare_branch_keys<'e>(&mut self, entries: impl Iterator<Item = &'e Entry>) {
        let ast = self.cx.ast;
        let depth = self.f().dict_depth - 1;
        for &entry in entries {
            match entry {
                Entry::Pair { key, .. } => {
                    let name = match key_of(ast, key) {
                        Key::Name(name) if !self.is_loop_variable(ast.name(name)) => ast.name(name),
                        Key::Str(text) => text,
                        _ => continue,
                    };
                    self.bind_key(name, depth, true);
                }
                Entry::If(branches) => {
                    let inner = ast.entry_branches(branches).iter();
                    let inner: Vec<&Entry> = inner.flat_map(|b| ast.entries(b.body)).collect();
                    self.declare_branch_keys(inner.into_iter());
                }
                Entry::Unpack(_) | Entry::Error => {}
            }
        }
    }

    /// Whether a branch has plain, distinct keys only.
    fn is_flat(&self, entries: &[Entry]) -> bool {
        let ast = self.cx.ast;
        let mut seen = FxHashSet::default();
        entries.iter().all(|e| match *e {
            Entry::Pair { key, .. } => match key_of(ast, key) {
                Key::Name(name) => {
                    !self.is_loop_variable(ast.name(name)) && seen.insert(ast.name(name).to_owned())
                }
                Key::Str(text) => seen.insert(text.to_owned()),
                _ => false,
            },
            _ => false,
        })
    }
}
