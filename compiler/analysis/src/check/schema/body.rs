//! What the body of a schema declares: attributes, the index signature, and names that it only assigns.

use kiln_syntax::ast::{Expr, ExprId, ItemAst, List, Stmt, TypeExpr};

use super::super::joined::{bare_name, lost_attribute, share_line};
use super::super::lower::lower;
use super::{Attribute, IndexSignature, SchemaShape, reference};
use crate::Db;
use crate::names::target_name;
use crate::outline::Item;
use crate::types::{Origin, Sym, Ty};

/// The members that statements of a body declare.
pub(super) struct Body<'db, 'a> {
    pub(super) db: &'db dyn Db,
    pub(super) item: Item<'db>,
    pub(super) ast: &'a ItemAst,
    pub(super) attributes: Vec<Attribute<'db>>,
    /// Names of statements that lack a colon, unless something declares them.
    pub(super) lost: Vec<&'a str>,
    pub(super) shape: &'a mut SchemaShape<'db>,
}

impl<'db> Body<'db, '_> {
    /// Goes through statements; `top`: not inside an `if`.
    pub(super) fn statements(&mut self, body: List, top: bool) {
        let ast = self.ast;
        let ids = ast.stmt_ids(body);
        for (index, &id) in ids.iter().enumerate() {
            // What shares its line with another statement is not what it was meant to be.
            let joined = ids
                .get(index + 1)
                .is_some_and(|&next| share_line(ast, id, next));
            self.shape.partial |= joined && bare_name(ast, id).is_some();
            if let Some(name) = lost_attribute(ast, id) {
                let name = ast.name(name);
                if !self.shape.assigned.contains(&Sym::new(self.db, name)) {
                    self.lost.push(name);
                }
            }
            let declares = matches!(
                ast[id],
                Stmt::Attr(_) | Stmt::Unification { .. } | Stmt::IndexSig(_)
            );
            self.shape.has_statements |= !declares;
            match ast[id] {
                Stmt::Attr(attr) if top => {
                    let attr = &ast[attr];
                    let single_literal = matches!(ast[attr.ty], TypeExpr::Literal(_));
                    let attribute = Attribute {
                        name: Sym::new(self.db, ast.attr_name(attr)),
                        ty: if joined {
                            Ty::Error
                        } else {
                            lower(self.db, self.item, ast, attr.ty)
                        },
                        optional: attr.optional,
                        has_default: attr.default.is_some() || single_literal,
                        origin: Origin {
                            item: self.item,
                            expr: attr.name.0,
                        },
                    };
                    self.declare(attribute);
                }
                Stmt::Attr(attr) => self.assign(ast.attr_name(&ast[attr])),
                Stmt::Unification { target, value } if top => {
                    let ty = match ast[value] {
                        Expr::Schema(schema) => {
                            reference(self.db, self.item, ast, ast[schema].callee)
                        }
                        _ => None,
                    };
                    let attribute = Attribute {
                        name: Sym::new(self.db, ast.name(target)),
                        ty: ty.map_or(Ty::Any, Ty::Instance),
                        optional: false,
                        has_default: true,
                        origin: Origin {
                            item: self.item,
                            expr: value.0,
                        },
                    };
                    self.declare(attribute);
                }
                Stmt::Unification { target, .. } => self.assign(ast.name(target)),
                Stmt::Assign(assign) => {
                    for &target in &ast[assign].targets {
                        self.assign_target(target);
                    }
                }
                Stmt::AugAssign { target, .. } => self.assign_target(target),
                Stmt::If(branches) => {
                    for branch in ast.stmt_branches(branches) {
                        self.statements(branch.body, false);
                    }
                }
                Stmt::IndexSig(signature) if top && self.shape.index_signature.is_none() => {
                    let signature = &ast[signature];
                    self.shape.index_signature = Some(IndexSignature {
                        key: lower(self.db, self.item, ast, signature.key),
                        value: lower(self.db, self.item, ast, signature.value),
                        any_other: signature.any_other,
                    });
                }
                _ => {}
            }
        }
    }

    /// `ports [int] = []` lacks the colon of an attribute: where nothing is inherited, nothing else declares it.
    pub(super) fn lost_attributes(&mut self) {
        let shape = &mut *self.shape;
        let inherits = shape.has_base || shape.protocol.is_some() || !shape.mixins.is_empty();
        let declared = |name: &str| {
            let name = Sym::new(self.db, name);
            shape.by_name.contains_key(&name)
        };
        shape.partial |= !inherits && self.lost.iter().any(|name| !declared(name));
    }

    /// The first declaration of a name counts.
    fn declare(&mut self, attribute: Attribute<'db>) {
        let index = u32::try_from(self.attributes.len()).unwrap_or(u32::MAX);
        if let std::collections::hash_map::Entry::Vacant(entry) =
            self.shape.by_name.entry(attribute.name)
        {
            entry.insert(index);
            self.attributes.push(attribute);
        }
    }

    fn assign_target(&mut self, target: ExprId) {
        if let Some(name) = target_name(self.ast, target) {
            self.assign(self.ast.name(name));
        }
    }

    fn assign(&mut self, name: &str) {
        self.shape.assigned.insert(Sym::new(self.db, name));
    }
}
