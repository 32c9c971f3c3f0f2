//! Lists, comprehensions and quantifiers.

use kiln_syntax::ast::{
    CompClause, CompElement, CompId, Expr, ExprId, Item, List, QuantId, QuantKind,
};

use super::block::Block;
use super::checker::Checker;
use super::codes;
use super::scope::LocalKind;
use crate::types::Ty;
use crate::types::union::UnionBuilder;

impl<'db> Checker<'db> {
    /// `[a, *b, if c: d]`
    pub(super) fn list(&mut self, items: &'db [Item], expected: Option<Ty<'db>>) -> Ty<'db> {
        if items.is_empty() {
            return Ty::list(self.db, Ty::Any);
        }
        let expected = self.expected_element(expected);
        let mut union = UnionBuilder::new(self.db);
        self.list_items(items, expected, &mut union);
        Ty::list(self.db, union.build())
    }

    /// What is expected of the elements of a list.
    pub(super) fn expected_element(&self, expected: Option<Ty<'db>>) -> Option<Ty<'db>> {
        let lists = expected?
            .members(self.db)
            .filter_map(|member| match member {
                Ty::List(list) => Some(list.element(self.db)),
                _ => None,
            });
        let mut union = UnionBuilder::new(self.db);
        let mut some = false;
        for element in lists {
            some = true;
            union.add(element);
        }
        some.then(|| union.build_declared())
    }

    fn list_items(
        &mut self,
        items: &'db [Item],
        expected: Option<Ty<'db>>,
        union: &mut UnionBuilder<'db>,
    ) {
        for &item in items {
            match item {
                Item::Expr(value) => {
                    // Long lists of plain values: do not make a type for each.
                    let covered = match self.ast[value] {
                        Expr::Str(_) | Expr::StrDecoded(_) => {
                            union.covers(Ty::Str) || union.literals_full()
                        }
                        Expr::Int(_) => union.covers(Ty::Int),
                        Expr::Float(_) => union.covers(Ty::Float),
                        Expr::Bool(_) => union.covers(Ty::Bool),
                        _ => false,
                    };
                    if covered {
                        if matches!(self.ast[value], Expr::Str(_) | Expr::StrDecoded(_)) {
                            union.add(Ty::Str);
                        }
                        continue;
                    }
                    let ty = self.plain(value, expected);
                    union.add(ty);
                }
                Item::Star(value) => {
                    let ty = self.infer(value);
                    for member in ty.members(self.db) {
                        match member {
                            Ty::List(list) => union.add(list.element(self.db)),
                            Ty::Dict(dict) => union.add(dict.key(self.db)),
                            Ty::Instance(_) => union.add(Ty::Str),
                            Ty::Any | Ty::Error | Ty::None => union.add(member),
                            _ => {
                                let found = self.show_kind(ty);
                                let message = format!(
                                    "only a list, dict or schema can be unpacked with `*`, found `{found}`"
                                );
                                self.error(codes::BAD_UNPACK, self.span(value), message);
                                union.add(Ty::Error);
                                break;
                            }
                        }
                    }
                }
                Item::If(branches) => {
                    let branches = self.ast.item_branches(branches);
                    // with an `else`, some branch gives its items; without one, that is checked at run time
                    let complete = branches.last().is_some_and(|b| b.cond.is_none());
                    if !complete {
                        union.add(Ty::Any);
                    }
                    let mut failed = Vec::new();
                    for branch in branches {
                        let known = self.branch(branch.cond, &mut failed);
                        self.list_items(self.ast.items(branch.body), expected, union);
                        self.forget(known);
                    }
                }
            }
        }
    }

    fn clause(&mut self, clause: &CompClause) {
        let source = self.infer(clause.source);
        self.loop_variables(clause.vars, clause.source, source);
        if let Some(cond) = clause.cond {
            self.infer(cond);
            // holds for what follows; the comprehension forgets it
            let _ = self.assume(cond, true);
        }
    }

    fn loop_variables(&mut self, vars: List, source: ExprId, ty: Ty<'db>) {
        let names = self.ast.names(vars);
        let (first, second) = self.iteration(source, ty, names.len() > 1);
        for (index, &name) in names.iter().enumerate() {
            let ty = match index {
                0 => first,
                1 => second,
                _ => Ty::Any,
            };
            self.scopes.bind(self.text(name), ty, LocalKind::Loop);
        }
    }

    /// `[e for …]`
    pub(super) fn list_comprehension(
        &mut self,
        comp: CompId,
        expected: Option<Ty<'db>>,
    ) -> Ty<'db> {
        let comp = &self.ast[comp];
        let expected = self.expected_element(expected);
        let mark = self.scopes.enter();
        let known = self.known();
        let direct = self.direct.take();
        for clause in &comp.clauses {
            self.clause(clause);
        }
        let element = match comp.element {
            CompElement::Item(value) => self.infer_as(value, expected),
            CompElement::Entry(_) => Ty::Error,
        };
        self.direct = direct;
        self.forget(known);
        self.scopes.leave(mark);
        Ty::list(self.db, element)
    }

    /// `{k: v for …}`
    pub(super) fn config_comprehension(
        &mut self,
        comp: CompId,
        expected: Option<Ty<'db>>,
    ) -> Ty<'db> {
        let comp = &self.ast[comp];
        let mark = self.scopes.enter();
        let known = self.known();
        let direct = self.direct.take();
        for clause in &comp.clauses {
            self.clause(clause);
        }
        let mut block = Block::new(self.db);
        if let CompElement::Entry(entry) = comp.element {
            self.repeated_entry(entry, expected, &mut block);
        }
        self.direct = direct;
        self.forget(known);
        self.scopes.leave(mark);
        block.forget_entries();
        block.build()
    }

    /// `all x in xs { body if cond }`
    pub(super) fn quantifier(&mut self, quant: QuantId) -> Ty<'db> {
        let quant = &self.ast[quant];
        let source = self.infer(quant.source);
        let mark = self.scopes.enter();
        let known = self.known();
        let direct = self.direct.take();
        self.loop_variables(quant.vars, quant.source, source);
        if let Some(cond) = quant.cond {
            self.infer(cond);
            let _ = self.assume(cond, true);
        }
        let body = self.infer(quant.body);
        self.direct = direct;
        self.forget(known);
        self.scopes.leave(mark);
        match quant.kind {
            QuantKind::All | QuantKind::Any => Ty::Bool,
            QuantKind::Filter => source,
            QuantKind::Map => Ty::list(self.db, body),
        }
    }
}
