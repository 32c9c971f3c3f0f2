//! Statements, schemas and rules.

use super::{Acc, Builder, StmtItem};
use crate::ast::{
    Assert, AssertId, Assign, AssignId, Attr, BinaryOp, Check, Decorator, Expr, ExprId, Import,
    ImportId, IndexSig, IndexSigId, List, Name, RuleDecl, RuleId, SchemaDecl, SchemaId, SchemaKind,
    Stmt, StmtBranch, TypeExpr, TypeId,
};
use crate::codes;
use crate::diagnostic::{Diagnostic, Kind};
use crate::span::Span;

impl Builder<'_> {
    pub(crate) fn open_stmts(&mut self) -> Acc {
        Acc {
            start: self.stmts.len() as u32,
            len: 0,
        }
    }

    /// Adds a statement; decorators before it become its own.
    pub(crate) fn push_stmt(&mut self, list: Acc, item: StmtItem) -> Acc {
        self.stmts.truncate(list.end());
        let mut list = list;
        if !matches!(item, StmtItem::Decorator(_))
            && list.len > 0
            && matches!(self.stmts.last(), Some(StmtItem::Decorator(_)))
        {
            let mut decorators = Vec::new();
            while list.len > 0
                && let Some(StmtItem::Decorator(expr)) = self.stmts.last().copied()
            {
                self.stmts.pop();
                list.len -= 1;
                decorators.push(Decorator { expr });
            }
            decorators.reverse();
            self.check_decorators(&decorators);
            self.decorate(item, decorators);
        }
        self.stmts.push(item);
        list.grown(1)
    }

    fn decorate(&mut self, item: StmtItem, decorators: Vec<Decorator>) {
        if let StmtItem::Stmt(id) = item {
            match self.ast[id] {
                Stmt::Schema(schema) => {
                    self.ast.schemas[schema.0 as usize].decorators = decorators;
                    return;
                }
                Stmt::Rule(rule) => {
                    self.ast.rules[rule.0 as usize].decorators = decorators;
                    return;
                }
                Stmt::Attr(attr) => {
                    self.ast.attrs[attr.0 as usize].decorators = decorators;
                    return;
                }
                Stmt::Error => return,
                _ => {}
            }
        }
        if let Some(decorator) = decorators.first() {
            let span = self.ast.expr_span(decorator.expr);
            self.report(
                Diagnostic::warning(
                    codes::MISPLACED_DECORATOR,
                    span,
                    "this decorator has no effect",
                )
                .help("decorators belong to schemas, rules and attributes of schemas"),
            );
        }
    }

    fn lone_decorators(&mut self, decorators: &[Decorator]) {
        if let Some(decorator) = decorators.first() {
            let span = self.ast.expr_span(decorator.expr);
            self.report(
                Diagnostic::error(
                    codes::MISPLACED_DECORATOR,
                    span,
                    "this decorator decorates nothing",
                )
                .help("put it directly above a schema, a rule or an attribute"),
            );
        }
    }

    /// Ends a list of plain statements.
    pub(super) fn stmt_list(&mut self, list: Acc) -> List {
        let items = self.take_stmts(list);
        self.plain_list(&items)
    }

    fn take_stmts(&mut self, list: Acc) -> Vec<StmtItem> {
        let items = self.stmts[list.range()].to_vec();
        self.stmts.truncate(list.start as usize);
        items
    }

    fn plain_list(&mut self, items: &[StmtItem]) -> List {
        self.list_without_mixins(items, Kind::Syntax)
    }

    /// The rest of a schema's body, where the reference takes `mixin` for a name.
    fn schema_list(&mut self, items: &[StmtItem]) -> List {
        self.list_without_mixins(items, Kind::Compile)
    }

    /// A list of statements that no list of mixins may stand in; `kind` is that of the mistake.
    fn list_without_mixins(&mut self, items: &[StmtItem], kind: Kind) -> List {
        let start = self.ast.list_stmts.len() as u32;
        let mut lone = Vec::new();
        for (index, item) in items.iter().enumerate() {
            match *item {
                StmtItem::Stmt(id) => self.ast.list_stmts.push(id),
                StmtItem::Decorator(expr) => lone.push(Decorator { expr }),
                StmtItem::Mixins(part) => {
                    self.misplaced_mixins(self.parts[part as usize].1, kind);
                }
                StmtItem::Checks(part) => {
                    self.misplaced_checks(part, items.get(index + 1).copied())
                }
            }
        }
        self.lone_decorators(&lone);
        List {
            start,
            len: self.ast.list_stmts.len() as u32 - start,
        }
    }

    fn misplaced_mixins(&mut self, at: u32, kind: Kind) {
        if self.is_broken() {
            return;
        }
        self.report(
            Diagnostic::error(
                codes::MISPLACED_MIXINS,
                Span::new(at, at + 5),
                "a list of mixins must be the first statement of a schema",
            )
            .of_kind(kind)
            .help("move it to the start of the schema, after the doc string"),
        );
    }

    fn misplaced_checks(&mut self, part: u32, next: Option<StmtItem>) {
        if self.is_broken() {
            return;
        }
        let start = self.parts[part as usize].1;
        let word = Span::new(start, start + 5);
        let next = match next {
            Some(StmtItem::Stmt(id)) => Some(self.ast.stmt_span(id)),
            Some(StmtItem::Decorator(id)) => Some(self.ast.expr_span(id)),
            Some(StmtItem::Mixins(part) | StmtItem::Checks(part)) => {
                let start = self.parts[part as usize].1;
                Some(Span::new(start, start + 5))
            }
            None => None,
        };
        let diagnostic = match next {
            Some(next) => Diagnostic::error(
                codes::CHECK_NOT_LAST,
                next,
                "nothing may follow the `check` block of a schema",
            )
            .label(word, "the `check` block is here"),
            None => Diagnostic::error(
                codes::CHECK_NOT_LAST,
                word,
                "a `check` block must be the last part of a schema",
            ),
        };
        self.report_once(diagnostic.help("move the `check` block to the end of the schema"));
    }

    pub(crate) fn finish(&mut self, list: Acc) {
        self.ast.root = self.stmt_list(list);
    }

    pub(crate) fn stmt(&mut self, stmt: Stmt, l: u32, r: u32) -> StmtItem {
        StmtItem::Stmt(self.stmt_id(stmt, l, r))
    }

    pub(crate) fn expr_stmt(&mut self, expr: ExprId, l: u32, r: u32) -> StmtItem {
        self.stmt(Stmt::Expr(expr), l, r)
    }

    // ---- Assignments

    /// `target = t2 = … = value`; `values` are all right of the first `=`.
    pub(crate) fn assign(
        &mut self,
        target: ExprId,
        ty: Option<TypeId>,
        values: Acc,
        l: u32,
        r: u32,
    ) -> StmtItem {
        let mut targets = Vec::with_capacity(values.len as usize);
        targets.push(target);
        let (ids, value) = match self.scratch[values.range()].split_last() {
            Some((last, rest)) => (rest, ExprId(*last)),
            None => (&[][..], target),
        };
        targets.extend(ids.iter().map(|id| ExprId(*id)));
        self.close(values);
        for &target in &targets {
            self.check_target(target);
        }
        self.assign_stmt(Assign { targets, ty, value }, l, r)
    }

    fn assign_stmt(&mut self, assign: Assign, l: u32, r: u32) -> StmtItem {
        let id = AssignId(self.ast.assigns.len() as u32);
        self.ast.assigns.push(assign);
        self.stmt(Stmt::Assign(id), l, r)
    }

    /// `target =` without a value.
    pub(crate) fn assign_nothing(&mut self, target: ExprId, l: u32, r: u32) -> StmtItem {
        let value = self.expr(Expr::Error, r, r);
        self.assign_stmt(
            Assign {
                targets: vec![target],
                ty: None,
                value,
            },
            l,
            r,
        )
    }

    pub(crate) fn aug_assign(
        &mut self,
        target: ExprId,
        op: BinaryOp,
        value: ExprId,
        l: u32,
        r: u32,
    ) -> StmtItem {
        self.check_target(target);
        self.stmt(Stmt::AugAssign { op, target, value }, l, r)
    }

    /// `name: T`, `name?: T op= v`: whether it may stand here is decided when the block around it is known.
    #[expect(clippy::too_many_arguments, reason = "one per symbol of the rule")]
    pub(crate) fn attr(
        &mut self,
        name: ExprId,
        optional: bool,
        ty: TypeId,
        aug: Option<BinaryOp>,
        default: Option<ExprId>,
        l: u32,
        r: u32,
    ) -> StmtItem {
        let attr = Attr {
            decorators: Vec::new(),
            name,
            optional,
            ty,
            aug,
            default,
        };
        StmtItem::Stmt(self.attr_stmt(attr, l, r))
    }

    pub(crate) fn typed_assign(
        &mut self,
        target: ExprId,
        optional: bool,
        ty: TypeId,
        values: Acc,
        l: u32,
        r: u32,
    ) -> StmtItem {
        if values.len == 1 {
            let value = self.scratch[values.range()].first().map(|id| ExprId(*id));
            self.close(values);
            return self.attr(target, optional, ty, None, value, l, r);
        }
        self.assign(target, Some(ty), values, l, r)
    }

    pub(crate) fn attr_untyped(
        &mut self,
        name: ExprId,
        optional: bool,
        l: u32,
        r: u32,
    ) -> StmtItem {
        let ty = self.ty(TypeExpr::Error, r, r);
        self.attr(name, optional, ty, None, None, l, r)
    }

    pub(crate) fn unification(
        &mut self,
        target: ExprId,
        optional: bool,
        value: ExprId,
        l: u32,
        r: u32,
    ) -> StmtItem {
        match self.ast[target] {
            Expr::Name(target) if !optional => self.stmt(Stmt::Unification { target, value }, l, r),
            _ => {
                let span = self.ast.expr_span(target);
                let dotted = !optional && matches!(self.ast[target], Expr::Select { .. });
                let kind = if dotted { Kind::Compile } else { Kind::Syntax };
                self.report(
                    Diagnostic::error(
                        codes::ILLEGAL_TARGET,
                        span,
                        "the target of a unification must be a plain name",
                    )
                    .of_kind(kind),
                );
                self.stmt(Stmt::Error, l, r)
            }
        }
    }

    // ---- Simple statements

    pub(crate) fn import(
        &mut self,
        dots: u32,
        path: Acc,
        alias: Option<Name>,
        l: u32,
        r: u32,
    ) -> StmtItem {
        let path = self.take_names(path);
        let id = ImportId(self.ast.imports.len() as u32);
        self.ast.imports.push(Import { dots, path, alias });
        self.stmt(Stmt::Import(id), l, r)
    }

    pub(crate) fn assert(
        &mut self,
        cond: ExprId,
        guard: Option<ExprId>,
        message: Option<ExprId>,
        l: u32,
        r: u32,
    ) -> StmtItem {
        let id = AssertId(self.ast.asserts.len() as u32);
        self.ast.asserts.push(Assert {
            cond,
            guard,
            message,
        });
        self.stmt(Stmt::Assert(id), l, r)
    }

    // ---- Blocks

    pub(crate) fn stmt_branch(&mut self, branches: Acc, cond: Option<ExprId>, body: Acc) -> Acc {
        let body = self.stmt_list(body);
        let branches = self.push2(branches, cond.map_or(u32::MAX, |id| id.0), body.start);
        self.push(branches, body.len)
    }

    pub(crate) fn if_stmt(&mut self, branches: Acc, l: u32, r: u32) -> StmtItem {
        let branches = self.branch_list(branches);
        self.stmt(Stmt::If(branches), l, r)
    }

    fn branch_list(&mut self, branches: Acc) -> List {
        let start = self.ast.list_stmt_branches.len() as u32;
        let parts = self.take(branches);
        for part in parts.chunks_exact(3) {
            let cond = (part[0] != u32::MAX).then_some(ExprId(part[0]));
            self.ast.list_stmt_branches.push(StmtBranch {
                cond,
                body: List {
                    start: part[1],
                    len: part[2],
                },
            });
        }
        List {
            start,
            len: parts.len() as u32 / 3,
        }
    }

    /// A block whose header is broken: its statements are kept as those of an `if`.
    pub(crate) fn broken_block(&mut self, body: Acc, branches: Acc, l: u32, r: u32) -> StmtItem {
        let rest = self.branch_list(branches);
        let body = self.stmt_list(body);
        let start = self.ast.list_stmt_branches.len() as u32;
        self.ast
            .list_stmt_branches
            .push(StmtBranch { cond: None, body });
        self.ast.list_stmt_branches.extend_from_within(rest.range());
        self.stmt(
            Stmt::If(List {
                start,
                len: rest.len + 1,
            }),
            l,
            r,
        )
    }

    pub(crate) fn check(
        &mut self,
        list: Acc,
        cond: ExprId,
        guard: Option<ExprId>,
        message: Option<ExprId>,
    ) -> Acc {
        self.checks.push(Check {
            cond,
            guard,
            message,
        });
        let id = self.checks.len() as u32 - 1;
        self.push(list, id)
    }

    fn check_list(&mut self, list: Acc) -> Vec<Check> {
        self.take(list)
            .into_iter()
            .map(|id| self.checks[id as usize])
            .collect()
    }

    // ---- Schemas and rules

    pub(crate) fn mixins(&mut self, names: Acc, l: u32) -> StmtItem {
        self.parts.push((names, l));
        StmtItem::Mixins(self.parts.len() as u32 - 1)
    }

    pub(crate) fn checks(&mut self, list: Acc, l: u32) -> StmtItem {
        self.parts.push((list, l));
        StmtItem::Checks(self.parts.len() as u32 - 1)
    }

    /// The (dotted) names of a base or mixin list, which was read as arguments.
    fn base_names(&mut self, args: Acc) -> Vec<ExprId> {
        let list = self.take_args(args);
        // The arguments were only a way to read the list: they leave the arena again.
        let args: Vec<_> = self.ast.list_args.drain(list.range()).collect();
        args.into_iter()
            .map(|arg| {
                if arg.keyword.is_some() || self.ast.dotted(arg.value).is_none() {
                    let span = self.ast.expr_span(arg.value);
                    self.report(Diagnostic::error(
                        codes::UNEXPECTED_TOKEN,
                        span,
                        "only the name of a schema may stand here",
                    ));
                }
                arg.value
            })
            .collect()
    }

    #[expect(clippy::too_many_arguments, reason = "one per symbol of the rule")]
    pub(crate) fn schema(
        &mut self,
        kind: SchemaKind,
        name: Name,
        params: Option<Acc>,
        base: Option<Acc>,
        protocol: Option<ExprId>,
        body: Acc,
        l: u32,
        r: u32,
    ) -> StmtItem {
        let mut items = self.take_stmts(body);
        // Lists that stand on the shared stack are taken from the top down.
        let mut checks = Vec::new();
        if let Some(StmtItem::Checks(part)) = items.last().copied() {
            items.pop();
            let list = self.parts[part as usize].0;
            checks = self.check_list(list);
        }
        let doc = self.take_doc(&mut items);
        let mut mixins = Vec::new();
        if let Some(StmtItem::Mixins(part)) = items.first().copied() {
            items.remove(0);
            let names = self.parts[part as usize].0;
            mixins = self.base_names(names);
        }
        let body = self.schema_list(&items);
        let has_base = base.is_some();
        let bases = base.map(|base| self.base_names(base)).unwrap_or_default();
        if has_base && bases.is_empty() && !self.is_broken() {
            self.report(
                Diagnostic::error(
                    codes::SCHEMA_BASES,
                    name.0,
                    "the parentheses after the name of a schema hold its base",
                )
                .help("write the name of a schema into them, or remove them"),
            );
        }
        if let Some(&second) = bases.get(1) {
            let span = self.ast.expr_span(second);
            self.report(Diagnostic::error(
                codes::SCHEMA_BASES,
                span,
                "a schema has a single base",
            )
            .help("what several schemas have in common can be a mixin: `mixin [NameMixin]` in the body"));
        }
        let params = params
            .map(|params| self.take_params(params))
            .unwrap_or_default();
        let id = SchemaId(self.ast.schemas.len() as u32);
        self.ast.schemas.push(SchemaDecl {
            kind,
            name,
            decorators: Vec::new(),
            params,
            base: bases.first().copied(),
            protocol,
            doc,
            mixins,
            body,
            checks,
        });
        self.stmt(Stmt::Schema(id), l, r)
    }

    /// Removes a doc string from the start of a body.
    fn take_doc(&self, items: &mut Vec<StmtItem>) -> Option<ExprId> {
        let Some(StmtItem::Stmt(first)) = items.first().copied() else {
            return None;
        };
        let Stmt::Expr(expr) = self.ast[first] else {
            return None;
        };
        if !self.is_doc(expr) {
            return None;
        }
        items.remove(0);
        Some(expr)
    }

    fn is_doc(&self, expr: ExprId) -> bool {
        matches!(
            self.ast[expr],
            Expr::Str(_) | Expr::StrDecoded(_) | Expr::Format(_)
        ) && {
            let span = self.ast.expr_span(expr);
            let text = self.text[span.range()].trim_start_matches(['r', 'R']);
            text.starts_with("\"\"\"") || text.starts_with("'''")
        }
    }

    #[expect(clippy::too_many_arguments, reason = "one per symbol of the rule")]
    pub(crate) fn rule(
        &mut self,
        name: Name,
        params: Option<Acc>,
        parents: Option<Acc>,
        protocol: Option<ExprId>,
        checks: Acc,
        l: u32,
        r: u32,
    ) -> StmtItem {
        let mut checks = self.check_list(checks);
        let doc = checks
            .first()
            .filter(|check| {
                check.guard.is_none() && check.message.is_none() && self.is_doc(check.cond)
            })
            .map(|check| check.cond);
        if doc.is_some() {
            checks.remove(0);
        }
        let parents = parents
            .map(|parents| self.base_names(parents))
            .unwrap_or_default();
        let params = params
            .map(|params| self.take_params(params))
            .unwrap_or_default();
        let id = RuleId(self.ast.rules.len() as u32);
        self.ast.rules.push(RuleDecl {
            name,
            decorators: Vec::new(),
            params,
            parents,
            protocol,
            doc,
            checks,
        });
        self.stmt(Stmt::Rule(id), l, r)
    }

    #[expect(clippy::too_many_arguments, reason = "one per symbol of the rule")]
    pub(crate) fn index_sig(
        &mut self,
        name: Option<Name>,
        any_other: bool,
        key: TypeId,
        value: TypeId,
        default: Option<ExprId>,
        l: u32,
        r: u32,
    ) -> StmtItem {
        if name.is_none() {
            self.check_unnamed_key(key, any_other);
        }
        let id = IndexSigId(self.ast.index_sigs.len() as u32);
        self.ast.index_sigs.push(IndexSig {
            name,
            any_other,
            key,
            value,
            default,
        });
        self.stmt(Stmt::IndexSig(id), l, r)
    }

    /// `[str]: …` without a name for the key: what begins like a list is one.
    fn check_unnamed_key(&mut self, key: TypeId, any_other: bool) {
        let span = self.ast.type_span(key);
        let is_word = self.text[span.range()].starts_with(|c: char| c.is_alphabetic() || c == '_');
        let is_union = matches!(self.ast[key], TypeExpr::Union(_));
        if is_word && (any_other || !is_union) || self.is_broken() {
            return;
        }
        self.report(
            Diagnostic::error(
                codes::UNEXPECTED_TOKEN,
                span,
                "the key of an index signature without a name must be the name of a type",
            )
            .help("give the key a name: `[key: …]`"),
        );
    }
}
