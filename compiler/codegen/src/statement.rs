//! Top-level and schema-body statements: each assignment becomes a setter of its name.

use kiln_runtime::bytecode::{BinOp, Op, Reg, Setter, SetterKind};
use kiln_syntax::ast::{AssertId, Attr, Expr, ExprId, ItemAst, List, Stmt, StmtId, TypeId};
use kiln_syntax::span::Span;

use crate::expr::arithmetic;
use crate::function::{Gen, Kind};
use crate::unit::range;

const NO_MSG: Reg = u16::MAX;

/// The branch of an `if` that a statement stands in: conditions that must fail, then one that must hold.
#[derive(Clone, Debug)]
pub(crate) struct Guard {
    not: Vec<ExprId>,
    holds: Option<ExprId>,
}

/// The name that a statement sets, and where it stands.
type Named<'a> = (&'a str, Span);

/// Where the name of a declared attribute stands.
pub(crate) fn attr_place(ast: &ItemAst, attr: &Attr) -> Span {
    match ast[attr.name] {
        Expr::Str(inside) => inside,
        _ => ast.expr_span(attr.name),
    }
}

/// What statements of a body add.
#[derive(Debug, Default)]
pub(crate) struct Body {
    pub(crate) setters: Vec<Setter>,
    pub(crate) steps: Vec<kiln_runtime::bytecode::Step>,
}

impl Gen<'_, '_> {
    pub(crate) fn assert(&mut self, id: AssertId, span: Span) {
        let assert = self.cx.ast[id];
        let mark = self.mark();
        let skip = assert.guard.map(|g| self.jump_if_not(g));
        let cond = self.expr(assert.cond);
        let msg = assert.message.map_or(NO_MSG, |m| self.expr(m));
        self.emit_at(Op::Assert { cond, msg }, span);
        if let Some(skip) = skip {
            self.patch(skip);
        }
        self.release(mark);
    }

    /// Jumps out of the block if the statement's branch is not taken.
    fn guard(&mut self, guards: &[Guard]) -> Vec<usize> {
        let mut exits = Vec::new();
        for guard in guards {
            for &cond in &guard.not {
                let mark = self.mark();
                let a = self.expr(cond);
                self.release(mark);
                exits.push(self.emit(Op::JumpIf { a, to: 0 }));
            }
            if let Some(cond) = guard.holds {
                exits.push(self.jump_if_not(cond));
            }
        }
        exits
    }

    /// A setter whose value `value` computes.
    fn setter(
        &mut self,
        body: &mut Body,
        (name, place): Named<'_>,
        kind: SetterKind,
        span: Span,
        guards: &[Guard],
        value: &mut dyn FnMut(&mut Self, Reg),
    ) {
        self.begin(Kind::Setter(name.into()), name);
        self.statement(span);
        let exits = self.guard(guards);
        let dst = self.alloc(1);
        value(self, dst);
        self.emit(Op::Return { a: dst });
        if !exits.is_empty() {
            for exit in exits {
                self.patch(exit);
            }
            self.emit(Op::ReturnHole);
        }
        let ended = self.end();
        let name = self.cx.name(name);
        body.steps
            .push(kiln_runtime::bytecode::Step::Slot(body.setters.len() as u32));
        body.setters.push(Setter {
            name,
            kind,
            code: ended.code,
            constant: None,
            positional: ended.reads_previous,
            ty: None,
            proved: false,
            span: range(span),
            place: range(place),
        });
    }

    /// Statements of a top level, `if` branch or schema body that are the same in all of them.
    pub(crate) fn plain_statement(&mut self, body: &mut Body, id: StmtId, guards: &[Guard]) {
        let ast = self.cx.ast;
        let span = ast.stmt_span(id);
        match ast[id] {
            Stmt::Assign(assign) => {
                let assign = &ast[assign];
                for &target in &assign.targets {
                    self.assign(body, target, assign.ty, assign.value, span, guards);
                }
            }
            Stmt::AugAssign { op, target, value } => {
                self.aug_assign(body, arithmetic(op), target, value, span, guards)
            }
            Stmt::Unification { target, value } => {
                self.unification(body, (ast.name(target), target.0), value, span, guards)
            }
            Stmt::If(branches) => {
                self.if_setters(body, branches, guards);
                if self.part.is_some() || self.has_effects(branches) {
                    self.if_effects(body, branches, guards, span);
                }
            }
            Stmt::Attr(_) | Stmt::Expr(_) | Stmt::Assert(_) if !guards.is_empty() => {}
            Stmt::Assert(assert) => {
                self.effect(body, guards, span, &mut |g| g.assert(assert, span))
            }
            Stmt::Expr(e) => self.expression_statement(body, e, span, guards),
            _ => {}
        }
    }

    fn assign(
        &mut self,
        body: &mut Body,
        target: ExprId,
        ty: Option<TypeId>,
        value: ExprId,
        span: Span,
        guards: &[Guard],
    ) {
        let ast = self.cx.ast;
        let Some(root) = kiln_analysis::names::target_name(ast, target) else {
            return;
        };
        let name = ast.name(root);
        if let Expr::Name(_) = ast[target] {
            if self.part.is_none()
                && guards.is_empty()
                && let Expr::Schema(schema) = ast[ast.peel(value)]
                && self.cx.is_main
                && self.cx.has_unification(name)
            {
                self.config_setter(body, (name, root.0), schema, span, true);
                return;
            }
            if guards.is_empty()
                && ty.is_none()
                && let Some(constant) = self.constant_of(value)
            {
                let pool = self.cx.name(name);
                body.steps
                    .push(kiln_runtime::bytecode::Step::Slot(body.setters.len() as u32));
                body.setters.push(Setter {
                    name: pool,
                    kind: SetterKind::Assign,
                    code: 0,
                    constant: Some(constant),
                    positional: false,
                    ty: None,
                    proved: false,
                    span: range(span),
                    place: range(root.0),
                });
                return;
            }
            self.setter(
                body,
                (name, root.0),
                SetterKind::Assign,
                span,
                guards,
                &mut |g, dst| {
                    g.expr_to(value, dst);
                    if let Some(ty) = ty {
                        g.check_value(ty, value, dst, span);
                    }
                },
            );
            return;
        }
        self.setter(
            body,
            (name, root.0),
            SetterKind::Assign,
            span,
            guards,
            &mut |g, dst| {
                g.expr_to(value, dst);
                g.emit_path_change(target, dst, span);
            },
        );
        // a change of a part is a plain setter: readers see the whole
        if let Some(last) = body.setters.last_mut() {
            last.positional = false;
        }
    }

    /// The variable's value so far with `target` changed to the value in `dst`, in `dst`.
    fn emit_path_change(&mut self, target: ExprId, dst: Reg, span: Span) {
        let root = self.alloc(1);
        self.emit(Op::Prev { dst: root });
        let changed = self.changed(target, dst, root, false, span);
        if changed != dst {
            self.emit(Op::Move { dst, src: changed });
        }
    }

    fn aug_assign(
        &mut self,
        body: &mut Body,
        op: BinOp,
        target: ExprId,
        value: ExprId,
        span: Span,
        guards: &[Guard],
    ) {
        let ast = self.cx.ast;
        let Some(root) = kiln_analysis::names::target_name(ast, target) else {
            return;
        };
        let whole = matches!(ast[target], Expr::Name(_));
        self.setter(
            body,
            (ast.name(root), root.0),
            SetterKind::Assign,
            span,
            guards,
            &mut |g, dst| {
                let a = g.alloc(1);
                g.expr_to(target, a);
                let b = g.expr(value);
                g.emit_at(Op::Binary { op, dst, a, b }, span);
                if !whole {
                    g.emit_path_change(target, dst, span);
                }
            },
        );
        if let Some(last) = body.setters.last_mut() {
            last.positional = true;
        }
    }

    fn unification(
        &mut self,
        body: &mut Body,
        named: Named<'_>,
        value: ExprId,
        span: Span,
        guards: &[Guard],
    ) {
        let ast = self.cx.ast;
        if self.cx.is_main
            && self.part.is_none()
            && guards.is_empty()
            && let Expr::Schema(schema) = ast[value]
        {
            self.config_setter(body, named, schema, span, false);
            return;
        }
        let ty = match ast[value] {
            Expr::Schema(schema) if self.part.is_some() => self.schema_type(ast[schema].callee),
            _ => None,
        };
        self.setter(
            body,
            named,
            SetterKind::Unify,
            span,
            guards,
            &mut |g, dst| g.expr_to(value, dst),
        );
        if let Some(last) = body.setters.last_mut() {
            last.ty = ty;
        }
    }

    /// `name: Schema(args) {…}` in the main package: the config, and what to instantiate, apart.
    fn config_setter(
        &mut self,
        body: &mut Body,
        named: Named<'_>,
        schema: kiln_syntax::ast::SchemaExprId,
        span: Span,
        restart: bool,
    ) {
        let ast = self.cx.ast;
        let schema = ast[schema];
        self.begin(Kind::Block, named.0);
        self.statement(span);
        let list = self.alloc(1);
        self.emit(Op::ListBegin);
        let callee = self.expr(schema.callee);
        self.emit(Op::ListPush { a: callee });
        for arg in ast.args(schema.args) {
            let a = self.expr(arg.value);
            self.emit(Op::ListPush { a });
        }
        self.emit(Op::ListEnd { dst: list });
        self.emit(Op::Return { a: list });
        let class = self.end().code;
        self.setter(
            body,
            named,
            SetterKind::UnifyConfig { class, restart },
            span,
            &[],
            &mut |g, dst| {
                g.emit(Op::InstanceBegin);
                g.expr_to(schema.config, dst);
            },
        );
        if let Some(last) = body.setters.last_mut() {
            last.positional = false;
            // conflicts and failed checks are shown at the name of the schema
            last.span = range(Span::new(ast.expr_span(schema.callee).start, span.end));
        }
    }

    fn expression_statement(&mut self, body: &mut Body, e: ExprId, span: Span, guards: &[Guard]) {
        let in_schema = self.part.is_some();
        // the value of a call is dropped (core reference §11.6)
        let ast = self.cx.ast;
        let is_call = matches!(ast[ast.peel(e)], Expr::Call { .. });
        self.effect(body, guards, span, &mut |g| {
            let a = g.expr(e);
            if !is_call && !in_schema {
                g.emit(Op::Emit { a });
            }
        });
    }

    /// Code that runs for its effect, in the order of the statements.
    fn effect(
        &mut self,
        body: &mut Body,
        guards: &[Guard],
        span: Span,
        run: &mut dyn FnMut(&mut Self),
    ) {
        self.begin(Kind::Block, "statement");
        self.statement(span);
        let exits = self.guard(guards);
        run(self);
        for exit in exits {
            self.patch(exit);
        }
        let a = self.alloc(1);
        self.emit(Op::Undefined { dst: a });
        self.emit(Op::Return { a });
        let code = self.end().code;
        body.steps.push(kiln_runtime::bytecode::Step::Run(code));
    }

    /// Whether an `if` has statements other than assignments.
    pub(crate) fn has_effects(&self, branches: List) -> bool {
        let ast = self.cx.ast;
        ast.stmt_branches(branches).iter().any(|b| {
            ast.stmt_ids(b.body).iter().any(|&s| match ast[s] {
                Stmt::Expr(_) | Stmt::Assert(_) => true,
                Stmt::If(inner) => self.has_effects(inner),
                _ => false,
            })
        })
    }

    /// One guarded setter for each assignment inside an `if`.
    fn if_setters(&mut self, body: &mut Body, branches: List, guards: &[Guard]) {
        let ast = self.cx.ast;
        let mut before = Vec::new();
        for branch in ast.stmt_branches(branches) {
            let mut inner = guards.to_vec();
            inner.push(Guard {
                not: before.clone(),
                holds: branch.cond,
            });
            for &stmt in ast.stmt_ids(branch.body) {
                match ast[stmt] {
                    Stmt::If(nested) => self.if_setters(body, nested, &inner),
                    Stmt::Attr(attr) => self.guarded_attr(body, attr, ast.stmt_span(stmt), &inner),
                    Stmt::Assign(_) | Stmt::AugAssign { .. } | Stmt::Unification { .. } => {
                        self.plain_statement(body, stmt, &inner);
                    }
                    _ => {}
                }
            }
            before.extend(branch.cond);
        }
    }

    /// A declaration inside an `if` of a schema: a value of that type when the branch runs.
    fn guarded_attr(
        &mut self,
        body: &mut Body,
        attr: kiln_syntax::ast::AttrId,
        span: Span,
        guards: &[Guard],
    ) {
        let ast = self.cx.ast;
        let attr = &ast[attr];
        let Some(default) = attr.default else { return };
        let ty = attr.ty;
        self.setter(
            body,
            (ast.attr_name(attr), attr_place(ast, attr)),
            SetterKind::Assign,
            span,
            guards,
            &mut |g, dst| {
                g.expr_to(default, dst);
                g.check_value(ty, default, dst, span);
            },
        );
    }

    /// Expression statements and asserts inside an `if`.
    fn if_effects(&mut self, body: &mut Body, branches: List, guards: &[Guard], span: Span) {
        if !self.has_effects(branches) {
            return;
        }
        self.effect(body, guards, span, &mut |g| g.effect_branches(branches));
    }

    fn effect_branches(&mut self, branches: List) {
        let ast = self.cx.ast;
        let in_schema = self.part.is_some();
        let mut ends = Vec::new();
        for branch in ast.stmt_branches(branches) {
            let no = branch.cond.map(|cond| self.jump_if_not(cond));
            for &stmt in ast.stmt_ids(branch.body) {
                let span = ast.stmt_span(stmt);
                let mark = self.mark();
                match ast[stmt] {
                    Stmt::Expr(e) => {
                        self.statement(span);
                        let a = self.expr(e);
                        if !matches!(ast[ast.peel(e)], Expr::Call { .. }) && !in_schema {
                            self.emit(Op::Emit { a });
                        }
                    }
                    Stmt::Assert(assert) => {
                        self.statement(span);
                        self.assert(assert, span);
                    }
                    Stmt::If(inner) => self.effect_branches(inner),
                    _ => {}
                }
                self.release(mark);
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
}
