//! What others may see of a schema, mixin, protocol or rule: its shape. Defaults, checks and bodies are not looked at,
//! so editing them changes nothing here.

use std::hash::{Hash, Hasher};

use kiln_syntax::ast::{ExprId, ItemAst, Param, SchemaKind, Stmt};
use rustc_hash::{FxBuildHasher, FxHashMap, FxHashSet};
use salsa::SalsaValue;

pub use super::attribute::{Attribute, IndexSignature};
use super::lower::lower;
use super::resolve::named_schema;
use crate::Db;
use crate::outline::Item;
use crate::syntax::item_syntax;
use crate::types::{FnParam, SchemaTy, SchemaTyKind, Sym, Ty};

mod body;

use body::Body;

/// The shape of a schema, mixin, protocol or rule.
#[derive(Clone, Debug, PartialEq, SalsaValue)]
pub struct SchemaShape<'db> {
    /// Its identity.
    pub ty: SchemaTy<'db>,
    /// Attributes it declares itself, in order.
    pub attributes: Box<[Attribute<'db>]>,
    /// Its own index signature.
    pub index_signature: Option<IndexSignature<'db>>,
    /// Its arguments.
    pub params: Box<[FnParam<'db>]>,
    /// What it is `for`.
    pub protocol: Option<SchemaTy<'db>>,
    /// What it mixes in.
    pub mixins: Box<[SchemaTy<'db>]>,
    /// Whether a base or mixin could not be found, so that nothing is known to be missing.
    pub partial: bool,
    /// Whether a base is named.
    pub has_base: bool,
    /// Whether the body does more than to declare attributes.
    pub has_statements: bool,
    by_name: FxHashMap<Sym<'db>, u32>,
    assigned: FxHashSet<Sym<'db>>,
}

impl<'db> SchemaShape<'db> {
    /// An attribute that the schema declares itself.
    #[must_use]
    pub fn own(&self, name: Sym<'db>) -> Option<&Attribute<'db>> {
        self.by_name
            .get(&name)
            .map(|&index| &self.attributes[index as usize])
    }

    /// Everything that equal shapes have in common, for a fingerprint.
    pub(super) fn write(&self, db: &'db dyn Db, to: &mut impl Hasher) {
        let Self {
            ty,
            attributes,
            index_signature,
            params,
            protocol,
            mixins,
            partial,
            has_base,
            has_statements,
            // an index into the attributes
            by_name: _,
            assigned,
        } = self;
        (ty, attributes, index_signature, params).hash(to);
        (protocol, mixins, partial, has_base, has_statements).hash(to);
        let mut assigned: Vec<&str> = assigned.iter().map(|name| name.text(db)).collect();
        assigned.sort_unstable();
        assigned.hash(to);
    }

    /// Whether a statement of the body assigns the name (without declaring it).
    #[must_use]
    pub fn assigns(&self, name: Sym<'db>) -> bool {
        self.assigned.contains(&name)
    }
}

/// The identity of a schema, mixin, protocol or rule.
#[salsa::tracked(returns(copy), cycle_result = schema_ty_cycle)]
pub fn schema_ty<'db>(db: &'db dyn Db, item: Item<'db>) -> Option<SchemaTy<'db>> {
    let ast = &item_syntax(db, item).ast;
    let (name, kind, base) = head(ast)?;
    let mut ancestors = Vec::new();
    if let Some(base) = base.and_then(|base| reference(db, item, ast, base)) {
        ancestors.push(base);
        ancestors.extend(base.ancestors(db).iter().copied());
    }
    Some(SchemaTy::new(
        db,
        item,
        Sym::new(db, name),
        kind,
        ancestors.into_boxed_slice(),
    ))
}

fn schema_ty_cycle<'db>(db: &'db dyn Db, _: salsa::Id, item: Item<'db>) -> Option<SchemaTy<'db>> {
    let (name, kind, _) = head(&item_syntax(db, item).ast)?;
    Some(SchemaTy::new(
        db,
        item,
        Sym::new(db, name),
        kind,
        Box::default(),
    ))
}

fn head(ast: &ItemAst) -> Option<(&str, SchemaTyKind, Option<ExprId>)> {
    ast.stmt_ids(ast.root).iter().find_map(|&id| match ast[id] {
        Stmt::Schema(schema) => {
            let schema = &ast[schema];
            let name = ast.name(schema.name);
            let kind = match schema.kind {
                SchemaKind::Mixin => SchemaTyKind::Mixin,
                SchemaKind::Schema if name.ends_with("Mixin") => SchemaTyKind::Mixin,
                SchemaKind::Schema => SchemaTyKind::Schema,
                SchemaKind::Protocol => SchemaTyKind::Protocol,
            };
            Some((name, kind, schema.base))
        }
        Stmt::Rule(rule) => Some((ast.name(ast[rule].name), SchemaTyKind::Rule, None)),
        _ => None,
    })
}

/// The schema that a (dotted) name expression means.
pub(crate) fn reference<'db>(
    db: &'db dyn Db,
    item: Item<'db>,
    ast: &ItemAst,
    expr: ExprId,
) -> Option<SchemaTy<'db>> {
    let names = ast.dotted(expr)?;
    let names: Vec<&str> = names.into_iter().map(|name| ast.name(name)).collect();
    named_schema(db, item.file(db), &names)
}

/// The shape of a schema, mixin, protocol or rule.
#[salsa::tracked(cycle_result = shape_cycle)]
pub fn schema_shape<'db>(db: &'db dyn Db, item: Item<'db>) -> Option<SchemaShape<'db>> {
    let ty = schema_ty(db, item)?;
    let ast = &item_syntax(db, item).ast;
    ast.stmt_ids(ast.root).iter().find_map(|&id| match ast[id] {
        Stmt::Schema(schema) => {
            let schema = &ast[schema];
            let mut shape = empty(ty);
            let resolve = |expr: &ExprId| reference(db, item, ast, *expr);
            shape.params = params(db, item, ast, &schema.params);
            shape.protocol = schema.protocol.as_ref().and_then(resolve);
            shape.mixins = schema.mixins.iter().filter_map(resolve).collect();
            shape.has_base = schema.base.is_some();
            shape.partial = shape.mixins.len() < schema.mixins.len()
                || (shape.has_base && ty.ancestors(db).is_empty());
            let mut body = Body {
                db,
                item,
                ast,
                attributes: Vec::new(),
                lost: Vec::new(),
                shape: &mut shape,
            };
            body.statements(schema.body, true);
            body.lost_attributes();
            shape.attributes = body.attributes.into();
            Some(shape)
        }
        Stmt::Rule(rule) => {
            let rule = &ast[rule];
            let mut shape = empty(ty);
            shape.params = params(db, item, ast, &rule.params);
            shape.protocol = rule
                .protocol
                .and_then(|expr| reference(db, item, ast, expr));
            shape.partial = rule.protocol.is_some() && shape.protocol.is_none();
            Some(shape)
        }
        _ => None,
    })
}

fn shape_cycle<'db>(db: &'db dyn Db, _: salsa::Id, item: Item<'db>) -> Option<SchemaShape<'db>> {
    let mut shape = empty(schema_ty(db, item)?);
    shape.partial = true;
    Some(shape)
}

fn empty(ty: SchemaTy<'_>) -> SchemaShape<'_> {
    SchemaShape {
        ty,
        attributes: Box::default(),
        index_signature: None,
        params: Box::default(),
        protocol: None,
        mixins: Box::default(),
        partial: false,
        has_base: false,
        has_statements: false,
        by_name: FxHashMap::with_hasher(FxBuildHasher),
        assigned: FxHashSet::default(),
    }
}

fn params<'db>(
    db: &'db dyn Db,
    item: Item<'db>,
    ast: &ItemAst,
    params: &[Param],
) -> Box<[FnParam<'db>]> {
    let param = |param: &Param| FnParam {
        name: Some(Sym::new(db, ast.name(param.name))),
        ty: param.ty.map_or(Ty::Any, |ty| lower(db, item, ast, ty)),
        has_default: param.default.is_some(),
    };
    params.iter().map(param).collect()
}

/// A schema's own index signature, or that of a rule's protocol.
#[must_use]
pub fn index_signature<'db>(db: &'db dyn Db, schema: SchemaTy<'db>) -> Option<IndexSignature<'db>> {
    let shape = schema_shape(db, schema.item(db)).as_ref()?;
    shape.index_signature.or_else(|| match schema.kind(db) {
        SchemaTyKind::Rule => index_signature(db, shape.protocol?),
        _ => None,
    })
}

/// What is known about a name as a member of a schema.
#[derive(Clone, Copy, Debug)]
pub enum Member<'db> {
    /// A declared attribute.
    Attribute(Attribute<'db>),
    /// Covered by the index signature, whose value type it is.
    Indexed(Ty<'db>),
    /// Not declared, but the schema is not known completely (a mixin, a broken base).
    Open,
    /// Certainly not a member.
    Unknown,
}

/// The attribute of a schema, its bases, its protocol or its mixins, nearest first.
#[must_use]
pub fn attribute<'db>(
    db: &'db dyn Db,
    schema: SchemaTy<'db>,
    name: Sym<'db>,
) -> Option<Attribute<'db>> {
    find_attribute(db, schema, name, true)
}

fn find_attribute<'db>(
    db: &'db dyn Db,
    schema: SchemaTy<'db>,
    name: Sym<'db>,
    protocols: bool,
) -> Option<Attribute<'db>> {
    let mut found = None;
    shapes(db, schema, protocols, &mut |shape| {
        found = shape.own(name).copied();
        found.is_some()
    });
    found
}

/// What a name is as a member of a schema. What the protocol of a mixin declares can be read in the mixin, but it is no
/// member of the schemas that use it.
#[must_use]
pub fn member<'db>(db: &'db dyn Db, schema: SchemaTy<'db>, name: Sym<'db>) -> Member<'db> {
    let protocols = schema.kind(db) != SchemaTyKind::Schema;
    if let Some(attribute) = find_attribute(db, schema, name, protocols) {
        return Member::Attribute(attribute);
    }
    if let Some(signature) = index_signature(db, schema) {
        return Member::Indexed(signature.value);
    }
    if schema.kind(db) == SchemaTyKind::Mixin || is_partial(db, schema) {
        return Member::Open;
    }
    Member::Unknown
}

/// Whether something about the schema's members could not be found out.
#[must_use]
pub fn is_partial<'db>(db: &'db dyn Db, schema: SchemaTy<'db>) -> bool {
    let mut partial = false;
    each_shape(db, schema, &mut |shape| {
        partial |= shape.partial;
        partial
    });
    partial
}

/// The names of all attributes of a schema, nearest first.
#[must_use]
pub fn attribute_names<'db>(db: &'db dyn Db, schema: SchemaTy<'db>) -> Vec<&'db str> {
    let mut names = Vec::new();
    each_shape(db, schema, &mut |shape| {
        names.extend(
            shape
                .attributes
                .iter()
                .map(|attribute| attribute.name.text(db)),
        );
        false
    });
    names
}

/// Visits the shapes that make up a schema: own, bases, protocols, mixins; until the visitor says that it has enough.
fn each_shape<'db>(
    db: &'db dyn Db,
    schema: SchemaTy<'db>,
    visit: &mut dyn FnMut(&'db SchemaShape<'db>) -> bool,
) -> bool {
    shapes(db, schema, true, visit)
}

/// As [`each_shape`], with or without the protocols.
fn shapes<'db>(
    db: &'db dyn Db,
    schema: SchemaTy<'db>,
    protocols: bool,
    visit: &mut dyn FnMut(&'db SchemaShape<'db>) -> bool,
) -> bool {
    fn go<'db>(
        db: &'db dyn Db,
        schema: SchemaTy<'db>,
        protocols: bool,
        depth: u32,
        visit: &mut dyn FnMut(&'db SchemaShape<'db>) -> bool,
    ) -> bool {
        let line = || {
            let schemas = std::iter::once(schema).chain(schema.ancestors(db).iter().copied());
            schemas.filter_map(|schema| schema_shape(db, schema.item(db)).as_ref())
        };
        if line().any(&mut *visit) {
            return true;
        }
        // Mixins of mixins that mix in each other end here.
        let mut extra = line().flat_map(|shape| {
            let protocol = shape.protocol.iter().filter(|_| protocols);
            protocol.chain(&shape.mixins)
        });
        depth < 8 && extra.any(|&schema| go(db, schema, protocols, depth + 1, visit))
    }
    go(db, schema, protocols, 0, visit)
}
