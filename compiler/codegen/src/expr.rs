//! Expressions.

use kiln_runtime::bytecode::{BinOp, Const, Op, Reg, TextForm, UnOp};
use kiln_syntax::ast::{
    Arg, BinaryOp, CompareOp, Expr, ExprId, FormatPart, FormatSpec, Item, ItemBranch, LambdaId,
    List, Name, Param, SchemaExprId, SliceId, Stmt, StmtId, UnaryOp,
};
use kiln_syntax::span::Span;

use crate::function::{Gen, Kind, Place};
use crate::unit::Outer;

const NO_KW: u16 = u16::MAX;

impl Gen<'_, '_> {
    /// Evaluates into some register: a local's own, or a new one.
    pub(crate) fn expr(&mut self, id: ExprId) -> Reg {
        let ast = self.cx.ast;
        if let Expr::Name(name) = ast[ast.peel(id)]
            && let Some(reg) = self.register_of(ast.name(name))
        {
            return reg;
        }
        let dst = self.alloc(1);
        self.expr_to(id, dst);
        dst
    }

    /// Evaluates into a given register. Temporaries are released.
    pub(crate) fn expr_to(&mut self, id: ExprId, dst: Reg) {
        let mark = self.mark();
        self.expr_into(id, dst);
        self.release(mark);
    }

    fn expr_into(&mut self, id: ExprId, dst: Reg) {
        let ast = self.cx.ast;
        let span = ast.expr_span(id);
        match ast[id] {
            Expr::Error | Expr::Undefined => {
                self.emit(Op::Undefined { dst });
            }
            Expr::Name(name) => self.load(ast.name(name), span, dst),
            Expr::Int(i) => self.int(i, dst),
            Expr::Float(f) => {
                let cst = self.cx.constant(Const::Float(f));
                self.emit(Op::Const { dst, cst });
            }
            Expr::Unit(unit) => {
                let unit = &ast[unit];
                let suffix = ast.name(unit.suffix).into();
                let cst = self.cx.constant(Const::Unit {
                    raw: unit.raw,
                    suffix,
                    value: unit.value,
                });
                self.emit(Op::Const { dst, cst });
            }
            Expr::Bool(value) => {
                self.emit(Op::Bool { dst, value });
            }
            Expr::None => {
                self.emit(Op::None { dst });
            }
            Expr::Str(_) | Expr::StrDecoded(_) => {
                let cst = self
                    .cx
                    .constant(Const::Str(ast.string(id).unwrap_or_default().into()));
                self.emit(Op::Const { dst, cst });
            }
            Expr::Format(format) => self.format(&ast[format].parts, span, dst),
            Expr::Paren(inner) => self.expr_into(inner, dst),
            Expr::Unary { op, operand } => {
                if let (UnaryOp::Neg, Expr::Int(i)) = (op, ast[operand]) {
                    self.int(i.wrapping_neg(), dst);
                    return;
                }
                let a = self.expr(operand);
                let op = match op {
                    UnaryOp::Pos => UnOp::Pos,
                    UnaryOp::Neg => UnOp::Neg,
                    UnaryOp::Invert => UnOp::Invert,
                    UnaryOp::Not => UnOp::Not,
                };
                self.emit_at(Op::Unary { op, dst, a }, span);
            }
            Expr::Binary { op, left, right } => self.binary(op, left, right, span, dst),
            Expr::Compare { first, rest } => self.compare(first, ast.compares(rest), span, dst),
            Expr::Cond {
                cond,
                then,
                otherwise,
            } => {
                let no = self.jump_if_not(cond);
                self.expr_to(then, dst);
                let end = self.emit(Op::Jump { to: 0 });
                self.patch(no);
                self.expr_to(otherwise, dst);
                self.patch(end);
            }
            Expr::As { value, ty } => {
                self.expr_to(value, dst);
                let ty = self.rt_type(ty);
                let ty = self.cx.ty(ty);
                self.emit_at(Op::As { dst, ty }, span);
            }
            Expr::List(items) => {
                if let Some(cst) = self.constant_of(id) {
                    self.emit(Op::Const { dst, cst });
                    return;
                }
                self.emit(Op::ListBegin);
                self.items(items);
                self.emit(Op::ListEnd { dst });
            }
            Expr::ListComp(comp) => self.list_comp(comp, dst),
            Expr::Config(entries) => {
                if let Some(cst) = self.constant_of(id) {
                    self.emit(Op::Const { dst, cst });
                    return;
                }
                self.config(entries, dst);
            }
            Expr::ConfigComp(comp) => self.config_comp(comp, dst),
            Expr::Select {
                optional,
                value,
                attr,
            } => self.select(optional, value, attr, span, dst),
            Expr::Index {
                optional,
                value,
                index,
            } => {
                let obj = self.expr(value);
                let skip = optional.then(|| self.emit(Op::JumpIfNot { a: obj, to: 0 }));
                let index = self.expr(index);
                self.emit_at(Op::Index { dst, obj, index }, span);
                self.none_unless(skip, dst);
            }
            Expr::Slice(slice) => self.slice(slice, span, dst),
            Expr::Call { callee, args } => self.call(callee, args, span, dst),
            Expr::Schema(schema) => self.schema_expr(schema, span, dst),
            Expr::Lambda(lambda) => self.lambda(lambda, span, dst),
            Expr::Quant(quant) => self.quantifier(quant, dst),
        }
    }

    pub(crate) fn int(&mut self, i: i64, dst: Reg) {
        match i32::try_from(i) {
            Ok(value) => self.emit(Op::Int { dst, value }),
            Err(_) => {
                let cst = self.cx.constant(Const::Int(i));
                self.emit(Op::Const { dst, cst })
            }
        };
    }

    /// Evaluates a condition; gives the jump to patch for the case that it does not hold.
    pub(crate) fn jump_if_not(&mut self, cond: ExprId) -> usize {
        let mark = self.mark();
        let a = self.expr(cond);
        self.release(mark);
        self.emit(Op::JumpIfNot { a, to: 0 })
    }

    /// After the ordinary way of an optional access: `None` for the other one.
    fn none_unless(&mut self, skip: Option<usize>, dst: Reg) {
        if let Some(skip) = skip {
            let end = self.emit(Op::Jump { to: 0 });
            self.patch(skip);
            self.emit(Op::None { dst });
            self.patch(end);
        }
    }

    fn format(&mut self, parts: &[FormatPart], span: Span, dst: Reg) {
        // more parts than an instruction can take are joined in groups
        let n = parts.len().min(200);
        let at = self.alloc(n as u16);
        for (i, part) in parts.iter().take(n).enumerate() {
            let reg = at + i as Reg;
            match *part {
                FormatPart::Text(text) => {
                    let cst = self
                        .cx
                        .constant(Const::Str(self.cx.ast.strings[text as usize].clone()));
                    self.emit(Op::Const { dst: reg, cst });
                }
                FormatPart::Hole { expr, spec } => {
                    self.expr_to(expr, reg);
                    let form = match spec {
                        FormatSpec::Str => continue,
                        FormatSpec::Json => TextForm::Json,
                        FormatSpec::Yaml => TextForm::Yaml,
                    };
                    self.emit_at(
                        Op::Text {
                            form,
                            dst: reg,
                            a: reg,
                        },
                        span,
                    );
                }
            }
        }
        self.emit_at(
            Op::Concat {
                n: n as u8,
                dst,
                at,
            },
            span,
        );
        if parts.len() > n {
            let pair = self.alloc(2);
            self.emit(Op::Move {
                dst: pair,
                src: dst,
            });
            self.format(&parts[n..], span, pair + 1);
            self.emit_at(
                Op::Concat {
                    n: 2,
                    dst,
                    at: pair,
                },
                span,
            );
        }
    }

    fn binary(&mut self, op: BinaryOp, left: ExprId, right: ExprId, span: Span, dst: Reg) {
        let op = match op {
            BinaryOp::And | BinaryOp::Or => {
                self.expr_to(left, dst);
                let jump = if op == BinaryOp::And {
                    self.emit(Op::JumpIfNot { a: dst, to: 0 })
                } else {
                    self.emit(Op::JumpIf { a: dst, to: 0 })
                };
                self.expr_to(right, dst);
                self.patch(jump);
                return;
            }
            other => arithmetic(other),
        };
        let a = self.expr(left);
        if let (BinOp::Add | BinOp::Sub, Expr::Int(i)) = (op, self.cx.ast[right])
            && let Ok(imm) = i16::try_from(if op == BinOp::Sub { -i } else { i })
            && op == BinOp::Add
        {
            self.emit_at(Op::AddInt { dst, a, imm }, span);
            return;
        }
        let a = self.keep(a, right);
        let b = self.expr(right);
        self.emit_at(Op::Binary { op, dst, a, b }, span);
    }

    /// A register that evaluating `next` cannot change. Registers of locals change in statements only, so it is the same.
    const fn keep(&self, reg: Reg, _next: ExprId) -> Reg {
        reg
    }

    fn compare(&mut self, first: ExprId, rest: &[(CompareOp, ExprId)], span: Span, dst: Reg) {
        let mut left = self.expr(first);
        let mut ends = Vec::new();
        for (i, &(op, operand)) in rest.iter().enumerate() {
            if i > 0 {
                ends.push(self.emit(Op::JumpIfNot { a: dst, to: 0 }));
            }
            let right = self.expr(operand);
            let op = match op {
                CompareOp::Eq => BinOp::Eq,
                CompareOp::Ne => BinOp::Ne,
                CompareOp::Lt => BinOp::Lt,
                CompareOp::Le => BinOp::Le,
                CompareOp::Gt => BinOp::Gt,
                CompareOp::Ge => BinOp::Ge,
                CompareOp::In => BinOp::In,
                CompareOp::NotIn => BinOp::NotIn,
                CompareOp::Is => BinOp::Is,
                CompareOp::IsNot => BinOp::IsNot,
            };
            self.emit_at(
                Op::Binary {
                    op,
                    dst,
                    a: left,
                    b: right,
                },
                span,
            );
            left = right;
        }
        for end in ends {
            self.patch(end);
        }
    }

    fn items(&mut self, items: List) {
        for item in self.cx.ast.items(items) {
            let mark = self.mark();
            match *item {
                Item::Expr(e) => {
                    let a = self.expr(e);
                    self.emit(Op::ListPush { a });
                }
                Item::Star(e) => {
                    let a = self.expr(e);
                    self.emit_at(Op::ListExtend { a }, self.cx.ast.expr_span(e));
                }
                Item::If(branches) => self.item_branches(self.cx.ast.item_branches(branches)),
            }
            self.release(mark);
        }
    }

    fn item_branches(&mut self, branches: &[ItemBranch]) {
        let mut ends = Vec::new();
        for branch in branches {
            let no = branch.cond.map(|cond| self.jump_if_not(cond));
            self.items(branch.body);
            ends.push(self.emit(Op::Jump { to: 0 }));
            if let Some(no) = no {
                self.patch(no);
            }
        }
        for end in ends {
            self.patch(end);
        }
    }

    fn select(&mut self, optional: bool, value: ExprId, attr: Name, span: Span, dst: Reg) {
        let ast = self.cx.ast;
        if let Expr::Name(name) = ast[value]
            && let Some(import) = self.module_of(name)
        {
            if let Some(constant) = self.cx.module_constant(import, ast.name(attr)) {
                let cst = self.cx.constant(constant);
                self.emit(Op::Const { dst, cst });
                return;
            }
            match self.cx.member(import, ast.name(attr)) {
                Outer::Global(global) => self.emit_at(Op::Global { dst, global }, span),
                Outer::Native(id) => self.emit(Op::Native { dst, id: id.0 }),
                Outer::Module(_) | Outer::Nothing => self.emit(Op::Undefined { dst }),
            };
            return;
        }
        if ast.name(attr) == "instances" {
            self.cx.unit.uses_instances = true;
        }
        let obj = self.expr(value);
        let skip = optional.then(|| self.emit(Op::JumpIfNot { a: obj, to: 0 }));
        self.attr(obj, attr, span, dst);
        self.none_unless(skip, dst);
    }

    fn attr(&mut self, obj: Reg, attr: Name, span: Span, dst: Reg) {
        let name = self.cx.name(self.cx.ast.name(attr));
        if let Ok(name) = u16::try_from(name) {
            self.emit_at(Op::Attr { dst, obj, name }, span);
        } else {
            if obj != dst {
                self.emit(Op::Move { dst, src: obj });
            }
            self.emit_at(Op::AttrWide { dst, name }, span);
        }
    }

    fn slice(&mut self, slice: SliceId, span: Span, dst: Reg) {
        let slice = self.cx.ast[slice];
        let obj = self.expr(slice.value);
        let skip = slice
            .optional
            .then(|| self.emit(Op::JumpIfNot { a: obj, to: 0 }));
        let at = self.alloc(3);
        for (i, bound) in [slice.start, slice.stop, slice.step]
            .into_iter()
            .enumerate()
        {
            match bound {
                Some(bound) => self.expr_to(bound, at + i as Reg),
                None => {
                    self.emit(Op::None { dst: at + i as Reg });
                }
            }
        }
        self.emit_at(Op::Slice { dst, obj, at }, span);
        self.none_unless(skip, dst);
    }

    /// Index of the keyword list of a call; `NO_KW` without keywords.
    fn keywords(&mut self, args: &[Arg]) -> u16 {
        let names: Vec<u32> = args
            .iter()
            .filter_map(|a| a.keyword)
            .map(|k| self.cx.name(self.cx.ast.name(k)))
            .collect();
        if names.is_empty() {
            return NO_KW;
        }
        self.cx.unit.keywords.push(names);
        self.cx.unit.keywords.len() as u16 - 1
    }

    fn arguments(&mut self, args: &[Arg], first: Reg) {
        // positional ones come first; the checker rejects other orders
        let ordered = args
            .iter()
            .filter(|a| a.keyword.is_none())
            .chain(args.iter().filter(|a| a.keyword.is_some()));
        for (i, arg) in ordered.enumerate() {
            self.expr_to(arg.value, first + i as Reg);
        }
    }

    fn call(&mut self, callee: ExprId, args: List, span: Span, dst: Reg) {
        let ast = self.cx.ast;
        let args = ast.args(args);
        let n = args.len().min(250) as u8;
        let kw = self.keywords(args);
        let native = match ast[callee] {
            Expr::Name(name) => self.builtin_of(name),
            Expr::Select {
                optional: false,
                value,
                attr,
            } => match ast[value] {
                Expr::Name(name) => match self.module_of(name) {
                    Some(import) => match self.cx.member(import, ast.name(attr)) {
                        Outer::Native(id) => Some(id),
                        _ => None,
                    },
                    None => None,
                },
                _ => None,
            },
            _ => None,
        };
        if let (Some(id), NO_KW) = (native, kw) {
            let first = self.alloc(u16::from(n).max(1));
            self.arguments(args, first);
            self.emit_at(
                Op::CallNative {
                    n,
                    dst,
                    first,
                    id: id.0,
                },
                span,
            );
            return;
        }
        let f = self.alloc(u16::from(n) + 1);
        if let (
            Expr::Select {
                optional,
                value,
                attr,
            },
            NO_KW,
            None,
        ) = (&ast[callee], kw, native)
        {
            let (optional, value, attr) = (*optional, *value, *attr);
            let is_module =
                matches!(ast[value], Expr::Name(name) if self.module_of(name).is_some());
            let name = self.cx.name(ast.name(attr));
            if let (false, Ok(name)) = (is_module, u16::try_from(name)) {
                if ast.name(attr) == "instances" {
                    self.cx.unit.uses_instances = true;
                }
                self.expr_to(value, f);
                let skip = optional.then(|| self.emit(Op::JumpIfNot { a: f, to: 0 }));
                self.arguments(args, f + 1);
                self.emit_at(Op::CallMethod { n, dst, f, name }, span);
                if let Some(skip) = skip {
                    let end = self.emit(Op::Jump { to: 0 });
                    self.patch(skip);
                    self.emit(Op::Undefined { dst });
                    self.patch(end);
                }
                return;
            }
        }
        self.expr_to(callee, f);
        self.arguments(args, f + 1);
        if kw == NO_KW {
            self.emit_at(Op::Call { n, dst, f }, span);
        } else {
            self.emit_at(Op::CallKw { n, dst, f, kw }, span);
        }
    }

    fn schema_expr(&mut self, schema: SchemaExprId, span: Span, dst: Reg) {
        let schema = self.cx.ast[schema];
        let args = self.cx.ast.args(schema.args);
        let n = args.len().min(250) as u8;
        let kw = self.keywords(args);
        let at = self.alloc(u16::from(n) + 2);
        self.expr_to(schema.callee, at);
        self.emit(Op::InstanceBegin);
        self.expr_to(schema.config, at + 1);
        self.arguments(args, at + 2);
        let head = self.cx.ast.expr_span(schema.callee);
        self.emit_at(
            Op::Instance { n, dst, at, kw },
            Span::new(head.start, span.end),
        );
    }

    // ---- lambdas ----

    fn lambda(&mut self, id: LambdaId, span: Span, dst: Reg) {
        let lambda = &self.cx.ast[id];
        self.begin(Kind::Lambda, "lambda");
        self.parameters(&lambda.params);
        let body = self.cx.ast.stmt_ids(lambda.body);
        let result = self.alloc(1);
        self.emit(Op::Undefined { dst: result });
        self.lambda_body(body, result);
        if let Some(ret) = lambda.ret {
            let last = body.last().map_or(span, |&s| self.cx.ast.stmt_span(s));
            self.check_type(ret, result, last);
        }
        self.emit(Op::Return { a: result });
        let ended = self.end();
        let n = ended.captures.len().min(250);
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
                    self.check_type(ty, value, span);
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

/// A binary operator in the runtime's terms (`and` and `or` never get here).
pub(crate) const fn arithmetic(op: BinaryOp) -> BinOp {
    match op {
        BinaryOp::BitOr | BinaryOp::Or | BinaryOp::And => BinOp::Union,
        BinaryOp::BitXor => BinOp::BitXor,
        BinaryOp::BitAnd => BinOp::BitAnd,
        BinaryOp::Shl => BinOp::Shl,
        BinaryOp::Shr => BinOp::Shr,
        BinaryOp::Add => BinOp::Add,
        BinaryOp::Sub => BinOp::Sub,
        BinaryOp::Mul => BinOp::Mul,
        BinaryOp::Div => BinOp::Div,
        BinaryOp::Mod => BinOp::Mod,
        BinaryOp::FloorDiv => BinOp::FloorDiv,
        BinaryOp::Pow => BinOp::Pow,
    }
}
