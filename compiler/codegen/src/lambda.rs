//! Lambdas: parameters, body statements, and assignments to parts of locals.

use kiln_runtime::bytecode::{BinOp, Op, Reg};
use kiln_syntax::ast::{Expr, ExprId, LambdaId, List, Param, Stmt, StmtId};
use kiln_syntax::span::Span;

use crate::expr::arithmetic;
use crate::function::{Gen, Kind, Place};

impl Gen<'_, '_> {
    pub(crate) fn lambda(&mut self, id: LambdaId, span: Span, dst: Reg) {
        let lambda = &self.cx.ast[id];
        self.begin(Kind::Lambda, "lambda");
        self.parameters(&lambda.params);
        let body = self.cx.ast.stmt_ids(lambda.body);
        let result = self.alloc(1);
        self.emit(Op::Undefined { dst: result });
        self.lambda_body(body, result);
        if let Some(ret) = lambda.ret {
            let last = body.last().map_or(span, |&s| self.cx.ast.stmt_span(s));
            match body.last().map(|&s| self.cx.ast[s]) {
                Some(Stmt::Expr(value)) => self.check_value(ret, value, result, last),
                _ => self.check_type(ret, result, last),
            }
        }
        self.emit(Op::Return { a: result });
        let ended = self.end();
        let n = usize::from(self.count(ended.captures.len()));
        let at = self.alloc(n as u16);
        for (i, name) in ended.captures.iter().take(n).enumerate() {
            self.load(name, span, at + i as Reg);
        }
        self.closure(ended.code, n as u8, at, dst);
    }

    fn closure(&mut self, code: u32, n: u8, at: Reg, dst: Reg) {
        // 65,536 code blocks in one item are beyond any program; the verifier rejects a wrapped index
        self.emit(Op::Closure {
            n,
            dst,
            at,
            code: u16::try_from(code).unwrap_or(u16::MAX),
        });
    }

    /// Declares parameters: defaults are evaluated at each call, types checked.
    pub(crate) fn parameters(&mut self, params: &[Param]) {
        let ast = self.cx.ast;
        let regs: Vec<Reg> = params
            .iter()
            .map(|p| self.param(ast.name(p.name)))
            .collect();
        let required = params.iter().take_while(|p| p.default.is_none()).count();
        self.f().code.required = required as u16;
        for (param, &reg) in params.iter().zip(&regs) {
            if let Some(default) = param.default {
                self.statement(ast.expr_span(default));
                let given = self.emit(Op::JumpIfGiven { a: reg, to: 0 });
                self.expr_to(default, reg);
                self.patch(given);
            }
            if let Some(ty) = param.ty {
                self.check_type(ty, reg, param.name.0);
            }
        }
    }

    fn lambda_body(&mut self, body: &[StmtId], result: Reg) {
        let Some((&last, rest)) = body.split_last() else {
            return;
        };
        for &stmt in rest {
            self.lambda_statement(stmt, None);
        }
        self.lambda_statement(last, Some(result));
    }

    /// A statement of a lambda; the last one gives the result.
    fn lambda_statement(&mut self, id: StmtId, result: Option<Reg>) {
        let ast = self.cx.ast;
        let span = ast.stmt_span(id);
        self.statement(span);
        match ast[id] {
            Stmt::Expr(e) => {
                let mark = self.mark();
                match result {
                    Some(result) => self.expr_to(e, result),
                    None => {
                        self.expr(e);
                    }
                }
                self.release(mark);
            }
            Stmt::Assign(assign) => {
                let assign = &ast[assign];
                let mark = self.mark();
                let value = self.alloc(1);
                self.expr_to(assign.value, value);
                if let Some(ty) = assign.ty {
                    self.check_value(ty, assign.value, value, span);
                }
                if let Some(result) = result {
                    self.emit(Op::Move {
                        dst: result,
                        src: value,
                    });
                }
                // a first assignment declares the local in the register that holds the value already
                let mut kept = false;
                for &target in &assign.targets {
                    if let Expr::Name(name) = ast[target] {
                        let text = ast.name(name);
                        if let Some(reg) = self.local(text) {
                            self.emit(Op::Move {
                                dst: reg,
                                src: value,
                            });
                        } else if kept {
                            let reg = self.alloc(1);
                            self.emit(Op::Move {
                                dst: reg,
                                src: value,
                            });
                            self.bind(text, Place::Reg(reg), false);
                        } else {
                            self.bind(text, Place::Reg(value), false);
                            kept = true;
                        }
                    } else {
                        self.assign_path(target, value, span);
                    }
                }
                if !kept && assign.targets.len() == 1 {
                    self.release(mark);
                }
            }
            Stmt::AugAssign { op, target, value } => {
                let mark = self.mark();
                let new = self.alloc(1);
                self.expr_to(target, new);
                let operand = self.expr(value);
                self.emit_at(
                    Op::Binary {
                        op: arithmetic(op),
                        dst: new,
                        a: new,
                        b: operand,
                    },
                    span,
                );
                if let Some(result) = result {
                    self.emit(Op::Move {
                        dst: result,
                        src: new,
                    });
                }
                match ast[target] {
                    Expr::Name(name) => match self.local(ast.name(name)) {
                        Some(reg) => {
                            self.emit(Op::Move { dst: reg, src: new });
                            self.release(mark);
                        }
                        None => {
                            let text = ast.name(name).to_owned();
                            self.release(new + 1);
                            self.bind(&text, Place::Reg(new), false);
                        }
                    },
                    _ => {
                        self.assign_path(target, new, span);
                        self.release(mark);
                    }
                }
            }
            Stmt::Unification { target, value } => {
                let text = ast.name(target).to_owned();
                let reg = match self.local(&text) {
                    Some(reg) => {
                        let mark = self.mark();
                        let new = self.expr(value);
                        self.emit_at(
                            Op::Binary {
                                op: BinOp::Union,
                                dst: reg,
                                a: reg,
                                b: new,
                            },
                            span,
                        );
                        self.release(mark);
                        reg
                    }
                    None => {
                        let reg = self.alloc(1);
                        self.expr_to(value, reg);
                        self.bind(&text, Place::Reg(reg), false);
                        reg
                    }
                };
                if let Some(result) = result {
                    self.emit(Op::Move {
                        dst: result,
                        src: reg,
                    });
                }
            }
            Stmt::Assert(assert) => self.assert(assert, span),
            Stmt::If(branches) => {
                self.declare_assigned(branches);
                let mut ends = Vec::new();
                for branch in ast.stmt_branches(branches) {
                    let no = branch.cond.map(|cond| self.jump_if_not(cond));
                    match result {
                        Some(result) => self.lambda_body(ast.stmt_ids(branch.body), result),
                        None => {
                            for &stmt in ast.stmt_ids(branch.body) {
                                self.lambda_statement(stmt, None);
                            }
                        }
                    }
                    ends.push(self.emit(Op::Jump { to: 0 }));
                    if let Some(no) = no {
                        self.patch(no);
                    }
                }
                for end in ends {
                    self.patch(end);
                }
            }
            _ => {}
        }
    }

    /// Gives the locals that an `if` assigns a register before it, so that they are Undefined where it does not.
    fn declare_assigned(&mut self, branches: List) {
        let ast = self.cx.ast;
        for branch in ast.stmt_branches(branches) {
            for &stmt in ast.stmt_ids(branch.body) {
                match ast[stmt] {
                    Stmt::Assign(assign) => {
                        for &target in &ast[assign].targets {
                            if let Expr::Name(name) = ast[target] {
                                self.declare_local(ast.name(name));
                            }
                        }
                    }
                    Stmt::AugAssign { target, .. } => {
                        if let Expr::Name(name) = ast[target] {
                            self.declare_local(ast.name(name));
                        }
                    }
                    Stmt::Unification { target, .. } => self.declare_local(ast.name(target)),
                    Stmt::If(inner) => self.declare_assigned(inner),
                    _ => {}
                }
            }
        }
    }

    fn declare_local(&mut self, name: &str) {
        if self.local(name).is_none() {
            let reg = self.alloc(1);
            // a local that shadows an outer name starts with that one's value: `x = x + 1`
            self.load(name, Span::default(), reg);
            self.bind(name, Place::Reg(reg), false);
        }
    }

    /// `a.b[0] = value` on a local: in place if `a` is a parameter, else on a copy.
    fn assign_path(&mut self, target: ExprId, value: Reg, span: Span) {
        let ast = self.cx.ast;
        let Some(name) = kiln_analysis::names::target_name(ast, target) else {
            return;
        };
        let Some(root) = self.local(ast.name(name)) else {
            return;
        };
        let in_place = self.is_param(root);
        let mark = self.mark();
        let changed = self.changed(target, value, root, in_place, span);
        if changed != root {
            self.emit(Op::Move {
                dst: root,
                src: changed,
            });
        }
        self.release(mark);
    }

    /// Register with the value of the root variable after `target = value`.
    pub(crate) fn changed(
        &mut self,
        target: ExprId,
        value: Reg,
        root: Reg,
        in_place: bool,
        span: Span,
    ) -> Reg {
        let ast = self.cx.ast;
        match ast[target] {
            Expr::Select {
                value: object,
                attr,
                ..
            } => {
                let dst = self.alloc(1);
                self.path_value(object, root, dst);
                let name = self.cx.name(ast.name(attr));
                let name = u16::try_from(name).unwrap_or(u16::MAX);
                if in_place {
                    self.emit_at(Op::SetAttrInPlace { dst, value, name }, span);
                } else {
                    self.emit_at(Op::SetAttr { dst, value, name }, span);
                }
                self.changed(object, dst, root, in_place, span)
            }
            Expr::Index {
                value: object,
                index,
                ..
            } => {
                let dst = self.alloc(1);
                self.path_value(object, root, dst);
                let index = self.expr(index);
                if in_place {
                    self.emit_at(Op::SetIndexInPlace { dst, index, value }, span);
                } else {
                    self.emit_at(Op::SetIndex { dst, index, value }, span);
                }
                self.changed(object, dst, root, in_place, span)
            }
            _ => value,
        }
    }

    /// Value of the object on a path, from the root variable's register.
    fn path_value(&mut self, id: ExprId, root: Reg, dst: Reg) {
        let ast = self.cx.ast;
        let span = ast.expr_span(id);
        match ast[id] {
            Expr::Select { value, attr, .. } => {
                self.path_value(value, root, dst);
                self.attr(dst, attr, span, dst);
            }
            Expr::Index { value, index, .. } => {
                self.path_value(value, root, dst);
                let index = self.expr(index);
                self.emit_at(
                    Op::Index {
                        dst,
                        obj: dst,
                        index,
                    },
                    span,
                );
            }
            _ => {
                self.emit(Op::Move { dst, src: root });
            }
        }
    }
}
