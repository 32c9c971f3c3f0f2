//! Statements.

use kiln_syntax::ast::{Assert, Expr, ExprId, Stmt, StmtId};

use super::checker::{Checker, Place};
use super::codes;
use crate::types::Ty;
use crate::types::relation::assignable;

impl<'db> Checker<'db> {
    /// Statements in order.
    pub(super) fn statements(&mut self, statements: &'db [StmtId]) {
        let mut skip = 0;
        for index in 0..statements.len() {
            if index >= skip {
                skip = self.statement_among(statements, index);
            }
        }
    }

    /// One statement of several; gives the index of the next one that is worth a look.
    pub(super) fn statement_among(&mut self, statements: &'db [StmtId], index: usize) -> usize {
        let before = self.diagnostics.len();
        self.statement(statements[index]);
        if self.diagnostics.len() > before {
            index + 1 + self.explain_joined(statements, index, before)
        } else {
            index + 1
        }
    }

    /// One statement.
    pub(super) fn statement(&mut self, id: StmtId) {
        let ast = self.ast;
        match ast[id] {
            Stmt::Error | Stmt::Import(_) => {}
            Stmt::TypeAlias { name, ty } => {
                self.note_declared(name);
                self.written_type(ty);
                self.alias_of_itself(name, ty);
            }
            Stmt::Assert(assert) => self.assert(&ast[assert]),
            Stmt::Unification { target, value } => self.unification(target, value),
            Stmt::Assign(assign) => self.assign(&ast[assign]),
            Stmt::AugAssign { op, target, value } => self.augmented(id, op, target, value),
            // A string at the top of a file is its documentation.
            Stmt::Expr(value) if self.is_file_doc(value) => {}
            Stmt::Expr(value) => {
                let ty = self.infer(value);
                if matches!(ty, Ty::System(_) | Ty::Package(_)) {
                    self.module_as_value(self.span(value));
                }
            }
            Stmt::If(branches) => {
                let mut failed = Vec::new();
                for branch in ast.stmt_branches(branches) {
                    let known = self.branch(branch.cond, &mut failed);
                    self.statements(ast.stmt_ids(branch.body));
                    self.forget(known);
                }
            }
            Stmt::Schema(schema) => self.schema_declaration(&ast[schema]),
            Stmt::Rule(rule) => self.rule_declaration(&ast[rule]),
            Stmt::Attr(attr) => self.nested_attribute(&ast[attr]),
            Stmt::IndexSig(signature) => {
                let signature = &ast[signature];
                self.written_type(signature.key);
                self.written_type(signature.value);
            }
        }
    }

    fn is_file_doc(&self, value: ExprId) -> bool {
        self.place == Place::Module
            && matches!(self.ast[value], Expr::Format(_))
            && self.item.ordinal(self.db) == 0
            && self
                .ast
                .stmt_ids(self.ast.root)
                .first()
                .is_some_and(|&id| self.ast[id] == Stmt::Expr(value))
    }

    fn assert(&mut self, assert: &Assert) {
        let known = assert.guard.map(|guard| {
            self.infer(guard);
            self.assume(guard, true)
        });
        self.infer(assert.cond);
        if let Some(known) = known {
            self.forget(known);
        }
        if let Some(message) = assert.message {
            self.message(message);
        }
        if assert.guard.is_none() {
            // it holds for the statements after it
            let _ = self.assume(assert.cond, true);
        }
    }

    /// The message of a check or assert must be a string.
    pub(super) fn message(&mut self, message: ExprId) {
        let ty = self.infer(message);
        if !assignable(self.db, ty, Ty::Str) {
            let found = self.show(ty);
            let text = format!("the message must be a `str`, found `{found}`");
            self.error(codes::TYPE_MISMATCH, self.span(message), text);
        }
    }
}
