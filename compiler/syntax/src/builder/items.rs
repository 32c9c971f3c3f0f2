//! Lists, configs, comprehensions, lambdas, quantifiers and schema instances.

use super::{Acc, Builder, Recovery};
use crate::ast::{
    Comp, CompClause, CompElement, CompId, Entry, EntryBranch, EntryOp, Expr, ExprId, Item,
    ItemBranch, Lambda, LambdaId, List, Name, Param, Quant, QuantId, QuantKind, SchemaExpr,
    SchemaExprId, TypeId,
};
use crate::codes;
use crate::diagnostic::{Diagnostic, Kind};
use crate::span::Span;

impl Builder<'_> {
    // ---- Lists

    pub(crate) fn open_items(&mut self) -> Acc {
        Acc {
            start: self.items.len() as u32,
            len: 0,
        }
    }

    pub(crate) fn push_item(&mut self, list: Acc, item: Item) -> Acc {
        self.items.truncate(list.end());
        self.items.push(item);
        list.grown(1)
    }

    pub(crate) fn item_error(&mut self, list: Acc, error: Recovery) -> Acc {
        let span = self.syntax_error(error);
        let id = self.expr(Expr::Error, span.start, span.end);
        self.push_item(list, Item::Expr(id))
    }

    pub(crate) fn drop_items(&mut self, list: Acc) {
        self.items.truncate(list.start as usize);
    }

    pub(crate) fn drop_entries(&mut self, list: Acc) {
        self.entries.truncate(list.start as usize);
    }

    fn item_list(&mut self, list: Acc) -> List {
        let start = self.ast.list_items.len() as u32;
        self.ast
            .list_items
            .extend_from_slice(&self.items[list.range()]);
        self.items.truncate(list.start as usize);
        List {
            start,
            len: list.len,
        }
    }

    pub(crate) fn list(&mut self, items: Acc, l: u32, r: u32) -> ExprId {
        let items = self.item_list(items);
        self.expr(Expr::List(items), l, r)
    }

    /// Branches are kept as pairs of a condition (or `u32::MAX`) and the index of their items.
    pub(crate) fn item_branch(&mut self, branches: Acc, cond: Option<ExprId>, items: Acc) -> Acc {
        let body = self.item_list(items);
        let branches = self.push2(branches, cond.map_or(u32::MAX, |id| id.0), body.start);
        self.push(branches, body.len)
    }

    pub(crate) fn item_if(&mut self, list: Acc, branches: Acc) -> Acc {
        let start = self.ast.list_item_branches.len() as u32;
        let parts = self.take(branches);
        for part in parts.chunks_exact(3) {
            let cond = (part[0] != u32::MAX).then_some(ExprId(part[0]));
            self.ast.list_item_branches.push(ItemBranch {
                cond,
                body: List {
                    start: part[1],
                    len: part[2],
                },
            });
        }
        self.push_item(
            list,
            Item::If(List {
                start,
                len: parts.len() as u32 / 3,
            }),
        )
    }

    // ---- Configs

    pub(crate) fn open_entries(&mut self) -> Acc {
        Acc {
            start: self.entries.len() as u32,
            len: 0,
        }
    }

    #[inline]
    pub(crate) fn push_entry(&mut self, list: Acc, entry: Entry) -> Acc {
        self.entries.truncate(list.end());
        self.entries.push(entry);
        list.grown(1)
    }

    /// `{a}` is short for `{a: a}`; nothing but a name has such a short form.
    pub(crate) fn short_entry(&mut self, key: ExprId) -> Entry {
        let span = self.ast.expr_span(key);
        match self.ast[key] {
            Expr::Name(name) => {
                let value = self.expr(Expr::Name(name), span.start, span.end);
                Entry::Pair {
                    op: EntryOp::Union,
                    key,
                    value,
                }
            }
            Expr::Error => Entry::Error,
            _ => {
                let end = Span::new(span.end, span.end);
                let diagnostic =
                    Diagnostic::error(codes::UNEXPECTED_TOKEN, end, "this key has no value")
                        .help("write `key = value`");
                self.report_once(diagnostic);
                Entry::Error
            }
        }
    }

    /// `key =` without a value.
    pub(crate) fn entry_nothing(
        &mut self,
        list: Acc,
        key: ExprId,
        op: EntryOp,
        error: Recovery,
        at: u32,
    ) -> Acc {
        self.syntax_error(error);
        let value = self.expr(Expr::Error, at, at);
        self.push_entry(list, Entry::Pair { op, key, value })
    }

    fn entry_list(&mut self, list: Acc) -> List {
        let start = self.ast.list_entries.len() as u32;
        self.ast
            .list_entries
            .extend_from_slice(&self.entries[list.range()]);
        self.entries.truncate(list.start as usize);
        List {
            start,
            len: list.len,
        }
    }

    pub(crate) fn config(&mut self, entries: Acc) -> ExprId {
        let entries = self.entry_list(entries);
        self.expr(Expr::Config(entries), 0, 0)
    }

    pub(crate) fn entry_branch(
        &mut self,
        branches: Acc,
        cond: Option<ExprId>,
        entries: Acc,
    ) -> Acc {
        let body = self.entry_list(entries);
        let branches = self.push2(branches, cond.map_or(u32::MAX, |id| id.0), body.start);
        self.push(branches, body.len)
    }

    pub(crate) fn entry_if(&mut self, list: Acc, branches: Acc) -> Acc {
        let start = self.ast.list_entry_branches.len() as u32;
        let parts = self.take(branches);
        for part in parts.chunks_exact(3) {
            let cond = (part[0] != u32::MAX).then_some(ExprId(part[0]));
            self.ast.list_entry_branches.push(EntryBranch {
                cond,
                body: List {
                    start: part[1],
                    len: part[2],
                },
            });
        }
        self.push_entry(
            list,
            Entry::If(List {
                start,
                len: parts.len() as u32 / 3,
            }),
        )
    }

    // ---- Comprehensions

    pub(crate) fn clause(&mut self, vars: Acc, source: ExprId, cond: Option<ExprId>) -> u32 {
        if vars.len > 2 {
            let span = self.names[self.scratch[vars.end() - 1] as usize].0;
            self.report(
                Diagnostic::error(
                    codes::LOOP_VARIABLES,
                    span,
                    format!("a loop has one or two variables, not {}", vars.len),
                )
                .at("one too many"),
            );
        }
        let vars = self.name_list(vars);
        self.clauses.push(CompClause { vars, source, cond });
        self.clauses.len() as u32 - 1
    }

    /// `for a.b in …`: reported, and read as `a`.
    pub(crate) fn dotted_loop_variable(&mut self, variable: Name, part: Name) -> Name {
        self.report_once(
            Diagnostic::error(
                codes::LOOP_VARIABLES,
                Span::new(variable.0.start, part.0.end),
                "a variable of a loop must be a plain name",
            )
            .of_kind(Kind::Compile),
        );
        variable
    }

    fn comp(&mut self, element: CompElement, clauses: Acc) -> CompId {
        let clauses = self
            .take(clauses)
            .into_iter()
            .map(|id| self.clauses[id as usize])
            .collect();
        let id = CompId(self.ast.comps.len() as u32);
        self.ast.comps.push(Comp { element, clauses });
        id
    }

    pub(crate) fn list_comp(
        &mut self,
        before: Acc,
        item: Item,
        clauses: Acc,
        l: u32,
        r: u32,
    ) -> ExprId {
        let element = match item {
            Item::Expr(id) | Item::Star(id) => id,
            Item::If(_) => self.expr(Expr::Error, l, r),
        };
        if let Item::Star(id) = item {
            let span = self.ast.expr_span(id);
            self.report(
                Diagnostic::error(
                    codes::COMPREHENSION_ELEMENT,
                    span,
                    "a comprehension cannot unpack its elements with `*`",
                )
                .help("a second loop takes them apart: `[x for list in lists for x in list]`"),
            );
        }
        self.single_element(before.len, element);
        self.items.truncate(before.start as usize);
        let comp = self.comp(CompElement::Item(element), clauses);
        self.expr(Expr::ListComp(comp), l, r)
    }

    pub(crate) fn config_comp(&mut self, before: Acc, entry: Entry, clauses: Acc) -> ExprId {
        match entry {
            Entry::Unpack(id) => {
                let span = self.ast.expr_span(id);
                self.report(Diagnostic::error(
                    codes::COMPREHENSION_ELEMENT,
                    span,
                    "a comprehension cannot unpack its elements with `**`",
                )
                .help("a second loop takes them apart: `{k: v for dict in dicts for k, v in dict}`"));
            }
            Entry::Pair { key, .. } => self.single_element(before.len, key),
            _ => {}
        }
        self.entries.truncate(before.start as usize);
        let comp = self.comp(CompElement::Entry(entry), clauses);
        self.expr(Expr::ConfigComp(comp), 0, 0)
    }

    /// `[i, for …]`: the comma is superfluous, but allowed.
    pub(crate) fn list_comp_after_comma(
        &mut self,
        items: Acc,
        clauses: Acc,
        l: u32,
        r: u32,
    ) -> ExprId {
        let last = self.items[items.range()].last().copied();
        let item = last.unwrap_or_else(|| Item::Expr(self.missing_element(l, r)));
        let before = Acc {
            start: items.start,
            len: items.len.saturating_sub(1),
        };
        self.list_comp(before, item, clauses, l, r)
    }

    fn missing_element(&mut self, l: u32, r: u32) -> ExprId {
        self.report_once(Diagnostic::error(
            codes::MISSING_EXPRESSION,
            Span::new(l, l + 1),
            "a comprehension needs an element before its `for`",
        ));
        self.expr(Expr::Error, l, r)
    }

    fn single_element(&mut self, before: u32, element: ExprId) {
        if before > 0 {
            let span = self.ast.expr_span(element);
            let message = "a comprehension has a single element before its `for`";
            let help = "several values for each turn are a list: `[[x, y] for x in list]`";
            self.report(Diagnostic::error(codes::UNEXPECTED_TOKEN, span, message).help(help));
        }
    }

    // ---- Lambdas and quantifiers

    pub(crate) fn param(&mut self, name: Name, ty: Option<TypeId>, default: Option<ExprId>) -> u32 {
        self.params.push(Param { name, ty, default });
        self.params.len() as u32 - 1
    }

    pub(super) fn take_params(&mut self, list: Acc) -> Vec<Param> {
        let params: Vec<Param> = self
            .take(list)
            .into_iter()
            .map(|id| self.params[id as usize])
            .collect();
        self.check_defaults(&params);
        params
    }

    pub(crate) fn lambda(
        &mut self,
        params: Acc,
        ret: Option<TypeId>,
        body: Acc,
        l: u32,
        r: u32,
    ) -> ExprId {
        let body = self.stmt_list(body);
        let params = self.take_params(params);
        let id = LambdaId(self.ast.lambdas.len() as u32);
        self.ast.lambdas.push(Lambda { params, ret, body });
        self.expr(Expr::Lambda(id), l, r)
    }

    #[expect(clippy::too_many_arguments, reason = "one per symbol of the rule")]
    pub(crate) fn quantifier(
        &mut self,
        kind: QuantKind,
        vars: Acc,
        source: ExprId,
        body: ExprId,
        cond: Option<ExprId>,
        l: u32,
        r: u32,
    ) -> ExprId {
        self.check_quantifier_source(source);
        if vars.len > 2 {
            let span = self.names[self.scratch[vars.end() - 1] as usize].0;
            let message = format!("a quantifier has one or two variables, not {}", vars.len);
            self.report(
                Diagnostic::error(codes::LOOP_VARIABLES, span, message).of_kind(Kind::Syntax),
            );
        }
        let vars = self.name_list(vars);
        let id = QuantId(self.ast.quants.len() as u32);
        self.ast.quants.push(Quant {
            kind,
            vars,
            source,
            body,
            cond,
        });
        self.expr(Expr::Quant(id), l, r)
    }

    // ---- Schema instances

    /// `callee {…}` or `callee(args) {…}`: in the second case the call becomes the instance.
    pub(crate) fn instance(
        &mut self,
        callee: ExprId,
        config: ExprId,
        brace: u32,
        r: u32,
    ) -> ExprId {
        self.at(config, brace, r);
        let l = self.start_of(callee);
        let id = SchemaExprId(self.ast.schema_exprs.len() as u32);
        if let Expr::Call { callee: name, args } = self.ast[callee] {
            self.ast.schema_exprs.push(SchemaExpr {
                callee: name,
                args,
                has_args: true,
                config,
            });
            self.ast.exprs[callee.0 as usize] = Expr::Schema(id);
            return self.at(callee, l, r);
        }
        self.ast.schema_exprs.push(SchemaExpr {
            callee,
            args: List::default(),
            has_args: false,
            config,
        });
        self.expr(Expr::Schema(id), l, r)
    }

    /// The same where the callee was read as a type.
    pub(crate) fn instance_of(
        &mut self,
        names: Acc,
        args: Option<Acc>,
        config: ExprId,
        brace: u32,
        l: u32,
        r: u32,
    ) -> ExprId {
        let args_list = args.map(|args| self.take_args(args));
        let callee = self.dotted_expr(names);
        self.at(config, brace, r);
        let id = SchemaExprId(self.ast.schema_exprs.len() as u32);
        self.ast.schema_exprs.push(SchemaExpr {
            callee,
            args: args_list.unwrap_or_default(),
            has_args: args_list.is_some(),
            config,
        });
        self.expr(Expr::Schema(id), l, r)
    }
}
