//! Schemas, mixins, protocols and rules.

use kiln_runtime::bytecode::{
    AttrCode, IndexCode, Op, Outside, Reg, RtType, SchemaCode, Setter, SetterKind, Step,
};
use kiln_syntax::ast::{
    Attr, Check, Decorator, Expr, ExprId, Name, Param, RuleId, SchemaId, SchemaKind, Stmt, TypeExpr,
};
use kiln_syntax::span::Span;
use rustc_hash::FxHashSet;

use crate::expr::arithmetic;
use crate::function::{Gen, Kind, PartScope};
use crate::statement::Body;
use crate::unit::{Outer, range};

const NO_MSG: Reg = u16::MAX;

impl Gen<'_, '_> {
    pub(crate) fn schema(&mut self, id: SchemaId) {
        let ast = self.cx.ast;
        let decl = &ast[id];
        let name = ast.name(decl.name);
        let mut own = FxHashSet::default();
        let mut key = None;
        for &stmt in ast.stmt_ids(decl.body) {
            self.own_names(stmt, &mut own);
            if let Stmt::IndexSig(sig) = ast[stmt] {
                key = ast[sig].name.map(|n| Box::from(ast.name(n)));
            }
        }
        let is_mixin = decl.kind == SchemaKind::Mixin || name.ends_with("Mixin");
        self.part = Some(PartScope {
            params: decl
                .params
                .iter()
                .map(|p| Box::from(ast.name(p.name)))
                .collect(),
            key,
            own,
            open: decl.base.is_some()
                || !decl.mixins.is_empty()
                || decl.protocol.is_some()
                || is_mixin,
            ..PartScope::default()
        });
        let mut code = SchemaCode {
            name: self.cx.name(name),
            is_mixin,
            base: decl.base.and_then(|b| self.class_global(b)),
            mixins: decl
                .mixins
                .iter()
                .filter_map(|&m| self.class_global(m))
                .collect(),
            deprecated: self.decorators(&decl.decorators, name),
            span: range(decl.name.0),
            ..SchemaCode::default()
        };
        self.params(&mut code, &decl.params);
        let mut body = Body::default();
        for &stmt in ast.stmt_ids(decl.body) {
            match ast[stmt] {
                Stmt::Attr(attr) => {
                    self.attribute(&mut code, &mut body, &ast[attr], ast.stmt_span(stmt))
                }
                Stmt::IndexSig(sig) => {
                    let sig = ast[sig];
                    let key_type = match self.rt_type(sig.key) {
                        RtType::Str | RtType::Any => None,
                        ty => Some(self.cx.ty(ty)),
                    };
                    let ty = self.rt_type(sig.value);
                    code.index = Some(IndexCode {
                        key: sig.name.map(|n| self.cx.name(ast.name(n))),
                        key_type,
                        ty: self.cx.ty(ty),
                        default: sig.default.map(|d| self.default_code(d)),
                    });
                }
                _ => self.plain_statement(&mut body, stmt, &[]),
            }
        }
        code.setters = body.setters;
        code.steps = body.steps;
        code.checks = self.checks(&decl.checks);
        self.finish_schema(code);
    }

    pub(crate) fn rule(&mut self, id: RuleId) {
        let ast = self.cx.ast;
        let decl = &ast[id];
        let name = ast.name(decl.name);
        self.part = Some(PartScope {
            params: decl
                .params
                .iter()
                .map(|p| Box::from(ast.name(p.name)))
                .collect(),
            open: true,
            ..PartScope::default()
        });
        let mut code = SchemaCode {
            name: self.cx.name(name),
            is_rule: true,
            mixins: decl
                .parents
                .iter()
                .filter_map(|&m| self.class_global(m))
                .collect(),
            protocol: decl.protocol.and_then(|p| self.class_global(p)),
            deprecated: self.decorators(&decl.decorators, name),
            span: range(decl.name.0),
            ..SchemaCode::default()
        };
        self.params(&mut code, &decl.params);
        code.checks = self.checks(&decl.checks);
        self.finish_schema(code);
    }

    fn finish_schema(&mut self, mut code: SchemaCode) {
        let used = self.part.take().map(|p| p.used).unwrap_or_default();
        code.names = used
            .into_iter()
            .map(|(name, outer)| {
                let outside = match outer {
                    Outer::Global(global) => Outside::Global(global),
                    Outer::Native(id) => Outside::Native(id.0),
                    Outer::Module(_) | Outer::Nothing => Outside::Nothing,
                };
                (self.cx.name(&name), outside)
            })
            .collect();
        self.cx.unit.schemas.push(code);
    }

    /// Names that a statement of the body declares or sets.
    fn own_names(&self, stmt: kiln_syntax::ast::StmtId, own: &mut FxHashSet<Box<str>>) {
        let ast = self.cx.ast;
        match ast[stmt] {
            Stmt::Attr(attr) => {
                own.insert(ast.attr_name(&ast[attr]).into());
            }
            Stmt::Assign(assign) => {
                for &target in &ast[assign].targets {
                    if let Some(name) = kiln_analysis::names::target_name(ast, target) {
                        own.insert(ast.name(name).into());
                    }
                }
            }
            Stmt::AugAssign { target, .. } => {
                if let Some(name) = kiln_analysis::names::target_name(ast, target) {
                    own.insert(ast.name(name).into());
                }
            }
            Stmt::Unification { target, .. } => {
                own.insert(ast.name(target).into());
            }
            Stmt::If(branches) => {
                for branch in ast.stmt_branches(branches) {
                    for &inner in ast.stmt_ids(branch.body) {
                        self.own_names(inner, own);
                    }
                }
            }
            _ => {}
        }
    }

    /// The global that a (dotted) schema name means.
    pub(crate) fn class_global(&mut self, e: ExprId) -> Option<u32> {
        let ast = self.cx.ast;
        let names: Vec<Name> = ast.dotted(e)?;
        let outer = match names[..] {
            [one] => self.cx.outer(ast.name(one)),
            [module, member] => match self.cx.outer(ast.name(module)) {
                Outer::Module(import) => self.cx.member(import, ast.name(member)),
                _ => Outer::Nothing,
            },
            _ => Outer::Nothing,
        };
        match outer {
            Outer::Global(global) => Some(global),
            _ => None,
        }
    }

    /// The type that instances of a (dotted) schema name have.
    pub(crate) fn schema_type(&mut self, callee: ExprId) -> Option<u32> {
        let text = {
            let ast = self.cx.ast;
            ast.text[ast.expr_span(callee).range()].to_owned()
        };
        let global = self.class_global(callee)?;
        Some(self.cx.ty(RtType::Named(global, text.into())))
    }

    fn params(&mut self, code: &mut SchemaCode, params: &[Param]) {
        let ast = self.cx.ast;
        for param in params {
            code.params.push(self.cx.name(ast.name(param.name)));
            code.defaults
                .push(param.default.map(|d| self.default_code(d)));
            code.param_types
                .push(param.ty.and_then(|t| self.type_index(t)));
        }
    }

    /// A block that gives the value of an expression.
    fn default_code(&mut self, e: ExprId) -> u32 {
        self.begin(Kind::Block, "default");
        self.statement(self.cx.ast.expr_span(e));
        let a = self.alloc(1);
        self.expr_to(e, a);
        self.emit(Op::Return { a });
        self.end().code
    }

    fn attribute(&mut self, code: &mut SchemaCode, body: &mut Body, attr: &Attr, span: Span) {
        let ast = self.cx.ast;
        let text = ast.attr_name(attr).to_owned();
        let name = self.cx.name(&text);
        let ty = self.type_index(attr.ty).or_else(|| {
            // `any` again in a child lifts nothing, but is the declared type from here on
            Some(self.cx.ty(RtType::Any))
        });
        // a single literal type is its own default (schema reference §3), unless the attribute may be absent
        let default = attr.default.or(match ast[attr.ty] {
            TypeExpr::Literal(e) if !attr.optional && !matches!(ast[e], Expr::Unit(_)) => Some(e),
            _ => None,
        });
        if !code.attrs.iter().any(|a| a.name == name) {
            let deprecated = self.decorators(&attr.decorators, &text);
            code.attrs.push(AttrCode {
                name,
                optional: attr.optional,
                deprecated,
                ty,
            });
        }
        let kind = match (default, attr.aug) {
            (None, _) => SetterKind::Declare,
            (Some(_), None) => SetterKind::Default,
            (Some(_), Some(op)) if arithmetic(op) == kiln_runtime::bytecode::BinOp::Union => {
                SetterKind::UnionDefault
            }
            (Some(_), Some(_)) => SetterKind::Assign,
        };
        let mut setter = Setter {
            name,
            kind,
            code: 0,
            constant: None,
            positional: false,
            ty,
            proved: false,
            span: range(span),
            place: range(crate::statement::attr_place(ast, attr)),
        };
        if let Some(default) = default {
            setter.proved = kind == SetterKind::Default && self.is_proved(default, attr.ty);
            let constant = if attr.aug.is_none() {
                self.constant_of(default)
            } else {
                None
            };
            match constant {
                Some(constant) => setter.constant = Some(constant),
                None => {
                    self.begin(Kind::Setter(text.as_str().into()), &text);
                    self.statement(span);
                    let dst = self.alloc(1);
                    self.expr_to(default, dst);
                    if let Some(op) = attr.aug
                        && kind == SetterKind::Assign
                    {
                        let a = self.alloc(1);
                        self.emit(Op::Prev { dst: a });
                        self.emit_at(
                            Op::Binary {
                                op: arithmetic(op),
                                dst,
                                a,
                                b: dst,
                            },
                            span,
                        );
                    }
                    self.emit(Op::Return { a: dst });
                    setter.code = self.end().code;
                }
            }
        }
        body.steps.push(Step::Slot(body.setters.len() as u32));
        body.setters.push(setter);
    }

    /// Code of `@deprecated`, if it is among the decorators.
    fn decorators(&mut self, decorators: &[Decorator], what: &str) -> Option<u32> {
        let ast = self.cx.ast;
        let found = decorators.iter().find_map(|d| match ast[d.expr] {
            Expr::Call { callee, args } => match ast[callee] {
                Expr::Name(name) if ast.name(name) == "deprecated" => {
                    Some((Some(args), ast.expr_span(d.expr)))
                }
                _ => None,
            },
            Expr::Name(name) if ast.name(name) == "deprecated" => {
                Some((None, ast.expr_span(d.expr)))
            }
            _ => None,
        });
        let (args, span) = found?;
        self.begin(Kind::Block, "deprecated");
        self.statement(span);
        let at = self.alloc(3);
        self.emit(Op::Undefined { dst: at });
        self.emit(Op::Undefined { dst: at + 1 });
        self.emit(Op::Bool {
            dst: at + 2,
            value: true,
        });
        for (i, arg) in args
            .map(|a| ast.args(a))
            .unwrap_or_default()
            .iter()
            .enumerate()
        {
            let position = match arg.keyword.map(|k| ast.name(k)) {
                Some("version") => 0,
                Some("reason") => 1,
                Some("strict") => 2,
                Some(_) => continue,
                None => i,
            };
            if position < 3 {
                self.expr_to(arg.value, at + position as Reg);
            }
        }
        let name = self.cx.name(what);
        self.emit_at(Op::Deprecated { at, name }, span);
        self.emit(Op::Return { a: at });
        Some(self.end().code)
    }

    fn checks(&mut self, checks: &[Check]) -> Option<u32> {
        if checks.is_empty() {
            return None;
        }
        let ast = self.cx.ast;
        self.begin(Kind::Block, "check");
        for check in checks {
            let first = ast.expr_span(check.cond);
            let last = check
                .message
                .or(check.guard)
                .map_or(first, |e| ast.expr_span(e));
            self.statement(first.cover(last));
            let mark = self.mark();
            let skip = check.guard.map(|g| self.jump_if_not(g));
            let cond = self.expr(check.cond);
            let msg = check.message.map_or(NO_MSG, |m| self.expr(m));
            self.emit_at(Op::Check { cond, msg }, first);
            if let Some(skip) = skip {
                self.patch(skip);
            }
            self.release(mark);
        }
        let a = self.alloc(1);
        self.emit(Op::Undefined { dst: a });
        self.emit(Op::Return { a });
        Some(self.end().code)
    }
}
