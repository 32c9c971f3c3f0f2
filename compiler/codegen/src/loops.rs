//! Comprehensions and quantifiers.

use kiln_runtime::bytecode::{Op, Reg};
use kiln_syntax::ast::{
    CompClause, CompElement, CompId, Expr, ExprId, List, Name, QuantId, QuantKind,
};
use kiln_syntax::span::Span;

use crate::function::{Gen, Place};

/// An open loop.
struct Loop {
    top: u32,
    exit: usize,
    scope: usize,
}

impl Gen<'_, '_> {
    /// Opens a loop over `source`; `position` gets the register that holds the position of the next element.
    fn open_loop(&mut self, vars: List, source: ExprId, position: &mut Reg) -> Loop {
        let ast = self.cx.ast;
        let span = ast.expr_span(source);
        let names = ast.names(vars);
        let scope = self.scope();
        let at = self.alloc(4);
        if let [var] = *names
            && let Some(args) = self.range_call(source)
        {
            match args[..] {
                [stop] => {
                    self.emit(Op::Int { dst: at, value: 0 });
                    self.expr_to(stop, at + 1);
                }
                _ => {
                    self.expr_to(args[0], at);
                    self.expr_to(args[1], at + 1);
                }
            }
            match args.get(2) {
                Some(&step) => self.expr_to(step, at + 2),
                None => {
                    self.emit(Op::Int {
                        dst: at + 2,
                        value: 1,
                    });
                }
            }
            self.emit_at(Op::RangeBegin { at }, span);
            let top = self.here();
            let exit = self.emit(Op::RangeNext { at, to: 0 });
            self.bind(ast.name(var), Place::Reg(at + 3), true);
            *position = at;
            return Loop { top, exit, scope };
        }
        self.expr_to(source, at);
        *position = at + 1;
        self.iterate(names, at, span, scope)
    }

    /// Opens a loop over the value in register `at`; the variables get the two registers after its position.
    fn iterate(&mut self, names: &[Name], at: Reg, span: Span, scope: usize) -> Loop {
        let ast = self.cx.ast;
        self.emit_at(Op::IterBegin { at }, span);
        let top = self.here();
        let count = if names.len() >= 2 { 2 } else { 1 };
        let exit = self.emit_at(
            Op::IterNext {
                vars: count,
                at,
                to: 0,
            },
            span,
        );
        for (i, &name) in names.iter().take(2).enumerate() {
            self.bind(ast.name(name), Place::Reg(at + 2 + i as Reg), true);
        }
        Loop { top, exit, scope }
    }

    fn close_loop(&mut self, open: &Loop) {
        self.emit(Op::Jump { to: open.top });
        self.patch(open.exit);
        self.end_scope(open.scope);
    }

    /// Arguments of `range(…)`, if the expression is a plain call of the builtin: the list need not be made then.
    fn range_call(&mut self, source: ExprId) -> Option<Vec<ExprId>> {
        let ast = self.cx.ast;
        let Expr::Call { callee, args } = ast[source] else {
            return None;
        };
        let Expr::Name(name) = ast[callee] else {
            return None;
        };
        let args = ast.args(args);
        if ast.name(name) != "range"
            || args.is_empty()
            || args.len() > 3
            || args.iter().any(|a| a.keyword.is_some())
            || self.builtin_of(name).is_none()
        {
            return None;
        }
        Some(args.iter().map(|a| a.value).collect())
    }

    fn clauses(&mut self, clauses: &[CompClause], body: &mut dyn FnMut(&mut Self)) {
        let Some((clause, rest)) = clauses.split_first() else {
            body(self);
            return;
        };
        let mark = self.mark();
        let open = self.open_loop(clause.vars, clause.source, &mut 0);
        let skip = clause.cond.map(|cond| self.jump_if_not(cond));
        self.clauses(rest, body);
        if let Some(skip) = skip {
            self.patch(skip);
        }
        self.close_loop(&open);
        self.release(mark);
    }

    /// `[e for …]`
    pub(crate) fn list_comp(&mut self, id: CompId, dst: Reg) {
        let comp = &self.cx.ast[id];
        self.emit(Op::ListBegin);
        self.clauses(&comp.clauses, &mut |g| {
            if let CompElement::Item(e) = comp.element {
                let mark = g.mark();
                let a = g.expr(e);
                g.emit(Op::ListPush { a });
                g.release(mark);
            }
        });
        self.emit(Op::ListEnd { dst });
    }

    /// `{k: v for …}`
    pub(crate) fn config_comp(&mut self, id: CompId, dst: Reg) {
        let comp = &self.cx.ast[id];
        let scope = self.open_block();
        self.clauses(&comp.clauses, &mut |g| {
            if let CompElement::Entry(entry) = &comp.element {
                g.entry(entry, false);
            }
        });
        self.close_block(scope, dst);
    }

    /// `all x in xs { … }` and its siblings.
    pub(crate) fn quantifier(&mut self, id: QuantId, dst: Reg) {
        let quant = self.cx.ast[id];
        let mark = self.mark();
        match quant.kind {
            QuantKind::Map => {
                self.emit(Op::ListBegin);
                let open = self.open_loop(quant.vars, quant.source, &mut 0);
                let skip = quant.cond.map(|cond| self.jump_if_not(cond));
                let inner = self.mark();
                let a = self.expr(quant.body);
                self.emit(Op::ListPush { a });
                self.release(inner);
                if let Some(skip) = skip {
                    self.patch(skip);
                }
                self.close_loop(&open);
                self.emit(Op::ListEnd { dst });
            }
            QuantKind::All | QuantKind::Any => {
                let any = quant.kind == QuantKind::Any;
                let result = self.alloc(1);
                self.emit(Op::Bool {
                    dst: result,
                    value: !any,
                });
                let open = self.open_loop(quant.vars, quant.source, &mut 0);
                let skip = quant.cond.map(|cond| self.jump_if_not(cond));
                let inner = self.mark();
                let a = self.expr(quant.body);
                self.release(inner);
                let next = if any {
                    self.emit(Op::JumpIfNot { a, to: 0 })
                } else {
                    self.emit(Op::JumpIf { a, to: 0 })
                };
                self.emit(Op::Bool {
                    dst: result,
                    value: any,
                });
                let done = self.emit(Op::Jump { to: 0 });
                self.patch(next);
                if let Some(skip) = skip {
                    self.patch(skip);
                }
                self.close_loop(&open);
                self.patch(done);
                self.emit(Op::Move { dst, src: result });
            }
            QuantKind::Filter => {
                let source = self.alloc(1);
                self.expr_to(quant.source, source);
                self.emit(Op::ListBegin);
                let mut position = 0;
                let open = self.open_loop_over(quant.vars, source, quant.source, &mut position);
                // elements skipped by the condition are kept
                let keep = quant.cond.map(|cond| self.jump_if_not(cond));
                let inner = self.mark();
                let a = self.expr(quant.body);
                self.release(inner);
                let drop = self.emit(Op::JumpIfNot { a, to: 0 });
                if let Some(keep) = keep {
                    self.patch(keep);
                }
                let index = self.alloc(1);
                self.emit(Op::AddInt {
                    dst: index,
                    a: position,
                    imm: -1,
                });
                self.emit(Op::ListPush { a: index });
                self.patch(drop);
                self.close_loop(&open);
                let span = self.cx.ast.expr_span(quant.source);
                self.emit_at(Op::FilterEnd { dst, src: source }, span);
            }
        }
        self.release(mark);
    }

    /// Opens a loop over a value in a register.
    fn open_loop_over(
        &mut self,
        vars: List,
        source: Reg,
        place: ExprId,
        position: &mut Reg,
    ) -> Loop {
        let ast = self.cx.ast;
        let span: Span = ast.expr_span(place);
        let names = ast.names(vars);
        let scope = self.scope();
        let at = self.alloc(4);
        self.emit(Op::Move {
            dst: at,
            src: source,
        });
        *position = at + 1;
        self.iterate(names, at, span, scope)
    }
}
