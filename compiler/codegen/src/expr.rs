//! Expressions.

use kiln_analysis::types::Ty;
use kiln_runtime::bytecode::{BinOp, Const, Op, Reg, TextForm, UnOp};
use kiln_syntax::ast::{
    Arg, BinaryOp, CompareOp, Expr, ExprId, FormatPart, FormatSpec, Item, ItemBranch, List, Name,
    SchemaExprId, SliceId, UnaryOp,
};
use kiln_syntax::span::Span;

use crate::function::Gen;
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

    /// Evaluates an operand whose register is read before `dst` gets its result: a local's own, or `dst` itself.
    fn operand(&mut self, id: ExprId, dst: Reg) -> Reg {
        let ast = self.cx.ast;
        if let Expr::Name(name) = ast[ast.peel(id)]
            && let Some(reg) = self.register_of(ast.name(name))
        {
            return reg;
        }
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
                let obj = self.operand(value, dst);
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
        let b = self.expr(right);
        self.emit_at(Op::Binary { op, dst, a, b }, span);
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
        let obj = self.operand(value, dst);
        let skip = optional.then(|| self.emit(Op::JumpIfNot { a: obj, to: 0 }));
        let name = self.cx.name(ast.name(attr));
        let instance = matches!(self.static_type(value), Ty::Instance(_));
        let field = instance.then(|| self.cx.field(name)).flatten();
        match field {
            Some(field) => {
                self.emit_at(Op::Field { dst, obj, field }, span);
            }
            None => self.attr(obj, attr, span, dst),
        }
        self.none_unless(skip, dst);
    }

    pub(crate) fn attr(&mut self, obj: Reg, attr: Name, span: Span, dst: Reg) {
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

    /// A number of operands as the instruction format has it.
    pub(crate) fn count(&mut self, n: usize) -> u8 {
        u8::try_from(n).unwrap_or_else(|_| {
            self.cx.too_complex = true;
            u8::MAX
        })
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
        let n = self.count(args.len());
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
        let n = self.count(args.len());
        let kw = self.keywords(args);
        let at = self.alloc(u16::from(n) + 2);
        self.expr_to(schema.callee, at);
        self.emit(Op::InstanceBegin);
        let depth = self.f().dict_depth;
        self.f().instance_blocks.push(depth);
        self.expr_to(schema.config, at + 1);
        self.f().instance_blocks.pop();
        self.arguments(args, at + 2);
        let head = self.cx.ast.expr_span(schema.callee);
        self.emit_at(
            Op::Instance { n, dst, at, kw },
            Span::new(head.start, span.end),
        );
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
