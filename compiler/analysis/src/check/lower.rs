//! Written types as types.

use kiln_syntax::ast::{Expr, ItemAst, List, TypeExpr, TypeId};
use kiln_syntax::span::Span;

use super::resolve::{definition_as_type, import_type, named_type};
use super::variables;
use crate::Db;
use crate::names::package_names;
use crate::outline::Item;
use crate::types::union::UnionBuilder;
use crate::types::{FnParam, FunctionTy, Sym, Ty};

/// A name in a written type that means no type.
#[derive(Clone, Debug)]
pub(super) struct BadTypeName {
    /// Where.
    pub(super) span: Span,
    /// The import, if the name was looked up in one.
    pub(super) module: Option<String>,
    /// The name.
    pub(super) name: String,
}

/// Reads the written types of one item.
pub(super) struct Lower<'db, 'a> {
    pub(super) db: &'db dyn Db,
    pub(super) item: Item<'db>,
    pub(super) ast: &'a ItemAst,
    /// Names that mean nothing, for whoever wants to report them.
    pub(super) bad: Vec<BadTypeName>,
    /// How many names of variables stand for their types.
    pub(super) variables: usize,
    /// Local names that may be used as types: their values' types.
    pub(super) locals: &'a dyn Fn(&str) -> Option<Ty<'db>>,
}

/// Reads a type where nobody wants to hear about its mistakes.
pub(super) fn lower<'db>(db: &'db dyn Db, item: Item<'db>, ast: &ItemAst, id: TypeId) -> Ty<'db> {
    Lower {
        db,
        item,
        ast,
        bad: Vec::new(),
        variables: 0,
        locals: &|_| None,
    }
    .ty(id)
}

impl<'db> Lower<'db, '_> {
    /// A written type.
    pub(super) fn ty(&mut self, id: TypeId) -> Ty<'db> {
        match self.ast[id] {
            TypeExpr::Error => Ty::Error,
            TypeExpr::Any => Ty::Any,
            TypeExpr::Bool => Ty::Bool,
            TypeExpr::Int => Ty::Int,
            TypeExpr::Float => Ty::Float,
            TypeExpr::Str => Ty::Str,
            TypeExpr::Literal(expr) => {
                literal(self.db, self.ast, self.ast.peel(expr)).unwrap_or(Ty::Error)
            }
            TypeExpr::List(element) => {
                let element = self.part(element);
                Ty::list(self.db, element)
            }
            TypeExpr::Dict(key, value) => {
                let (key, value) = (self.part(key), self.part(value));
                Ty::dict(self.db, key, value)
            }
            TypeExpr::Union(members) => {
                let mut union = UnionBuilder::declared(self.db);
                for &member in self.ast.type_ids(members) {
                    union.add(self.ty(member));
                }
                union.build_declared()
            }
            TypeExpr::Function(params, ret) => {
                let types: Vec<_> = self
                    .ast
                    .type_ids(params)
                    .iter()
                    .map(|&param| self.ty(param))
                    .collect();
                let params: Box<[_]> = types
                    .into_iter()
                    .map(|ty| FnParam {
                        name: None,
                        ty,
                        has_default: false,
                    })
                    .collect();
                let ret = self.part(ret);
                Ty::Function(FunctionTy::new(
                    self.db, "", params, ret, false, false, None,
                ))
            }
            TypeExpr::Named(names) => self.named(id, names),
        }
    }

    fn part(&mut self, id: Option<TypeId>) -> Ty<'db> {
        id.map_or(Ty::Any, |id| self.ty(id))
    }

    fn named(&mut self, id: TypeId, list: List) -> Ty<'db> {
        let ast = self.ast;
        let names: Vec<&str> = ast.names(list).iter().map(|&name| ast.name(name)).collect();
        let file = self.item.file(self.db);
        let bad = |module: Option<&str>, name: &str| BadTypeName {
            span: ast.type_span(id),
            module: module.map(str::to_owned),
            name: name.to_owned(),
        };
        match names[..] {
            [] => Ty::Error,
            [name] => {
                if let Some(ty) = (self.locals)(name) {
                    return as_type(ty);
                }
                if let Some(definition) =
                    package_names(self.db, self.item.package(self.db)).get(name)
                {
                    if let Some(ty) = definition_as_type(self.db, definition) {
                        return ty;
                    }
                    let first = definition.items.first();
                    if first.is_some_and(|&first| variables::precedes(self.db, first, self.item)) {
                        self.variables += 1;
                        return as_type(variables::type_seen_from(
                            self.db, definition, name, self.item,
                        ));
                    }
                    self.bad.push(bad(None, name));
                    return Ty::Error;
                }
                if import_type(self.db, file, name).is_none() {
                    self.bad.push(bad(None, name));
                }
                Ty::Error
            }
            [module, name] => {
                if let Some(ty) = named_type(self.db, file, &names) {
                    return ty;
                }
                match import_type(self.db, file, module) {
                    Some(Ty::Package(package)) => match package_names(self.db, package).get(name) {
                        Some(definition) => {
                            as_type(variables::type_from_outside(self.db, definition, name))
                        }
                        None => {
                            self.bad.push(bad(Some(module), name));
                            Ty::Error
                        }
                    },
                    Some(Ty::System(_)) => {
                        self.bad.push(bad(Some(module), name));
                        Ty::Error
                    }
                    Some(_) => Ty::Any,
                    None => {
                        if package_names(self.db, self.item.package(self.db))
                            .get(module)
                            .is_none()
                        {
                            self.bad.push(bad(None, module));
                        }
                        Ty::Error
                    }
                }
            }
            [module, ..] => {
                if import_type(self.db, file, module).is_none() {
                    self.bad.push(bad(None, module));
                }
                Ty::Any
            }
        }
    }
}

/// A variable's name where a type is wanted means the variable's type.
fn as_type(ty: Ty<'_>) -> Ty<'_> {
    match ty {
        Ty::Schema(schema) => Ty::Instance(schema),
        Ty::System(_) | Ty::Package(_) | Ty::Void => Ty::Error,
        other => other,
    }
}

/// The type of a literal expression.
pub(super) fn literal<'db>(
    db: &'db dyn Db,
    ast: &ItemAst,
    id: kiln_syntax::ast::ExprId,
) -> Option<Ty<'db>> {
    Some(match ast[id] {
        Expr::Int(value) => Ty::IntLit(value),
        Expr::Float(value) => Ty::float_lit(value),
        Expr::Bool(value) => Ty::BoolLit(value),
        Expr::Str(_) | Expr::StrDecoded(_) => Ty::str_lit(db, ast.string(id)?),
        Expr::Unit(unit) => {
            let unit = &ast[unit];
            Ty::MultiplierLit(Sym::new(
                db,
                format!("{}{}", unit.raw, ast.name(unit.suffix)).as_str(),
            ))
        }
        Expr::None | Expr::Undefined => Ty::None,
        _ => return None,
    })
}
