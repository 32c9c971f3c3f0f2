//! What a name stands for: the same for every place that means the same thing, in whatever package it is looked at.

use kiln_analysis::check::schema::{Attribute, schema_shape, schema_ty};
use kiln_analysis::check::trace::{LocalKind, Meaning, Use, item_trace};
use kiln_analysis::imports::ImportTarget;
use kiln_analysis::names::{DefinitionKind, SetterKind, each_setter, package_names};
use kiln_analysis::outline::{File, Item, outline};
use kiln_analysis::syntax::item_syntax;
use kiln_analysis::types::{ParamsOrigin, SchemaTy, SchemaTyKind, Sym, Ty};
use kiln_analysis::{Db, FileImport, Package, file_imports, package_files};
use kiln_syntax::ast::{Expr, ItemAst, Param, Stmt};
use kiln_syntax::outline::ItemKind;
use kiln_syntax::span::Span;

use crate::place::{FileRange, file_range, item_at};

/// What kind of thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the names say it")]
pub enum SymbolKind {
    Variable,
    Local,
    LoopVariable,
    Parameter,
    Key,
    Schema,
    Mixin,
    Protocol,
    Rule,
    TypeAlias,
    Attribute,
    Package,
    SystemModule,
    Builtin,
    ModuleFunction,
    StrMember,
    Decorator,
}

/// Where a name is declared or set: an item and a span in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Site<'db> {
    /// The item.
    pub item: Item<'db>,
    /// The name in it.
    pub span: Span,
}

impl<'db> Site<'db> {
    /// The same as a place in a file.
    #[must_use]
    pub fn range(self, db: &'db dyn Db) -> FileRange {
        file_range(db, self.item, self.span)
    }
}

/// What a name stands for.
#[derive(Clone, Debug, PartialEq)]
pub struct Symbol<'db> {
    /// Its name.
    pub name: Sym<'db>,
    /// What it is.
    pub kind: SymbolKind,
    /// What the checker says.
    pub meaning: Meaning<'db>,
    /// Type of its value where it was met; for the name of a type, that type.
    pub ty: Ty<'db>,
    /// Where it is declared or set: the nearest declaration first.
    pub sites: Vec<Site<'db>>,
    /// What identifies it: its first declaration. Nothing for what is built in.
    pub key: Option<FileRange>,
}

/// A name in a file and what it stands for.
#[derive(Clone, Debug, PartialEq)]
pub struct Named<'db> {
    /// The item that holds it.
    pub item: Item<'db>,
    /// The name in it.
    pub span: Span,
    /// Whether it is declared or set here.
    pub declares: bool,
    /// What it stands for.
    pub symbol: Symbol<'db>,
}

/// The name at an offset.
#[must_use]
pub fn named_at<'db>(db: &'db dyn Db, file: File<'db>, offset: u32) -> Option<Named<'db>> {
    let (item, at) = item_at(db, file, offset)?;
    if item.kind(db) == ItemKind::Import {
        return import_at(db, item, at);
    }
    let found = item_trace(db, item).at(at)?;
    Some(Named {
        item,
        span: found.span,
        declares: found.declares,
        symbol: symbol(db, item, found)?,
    })
}

/// A name in an import statement: the package, whichever part of its path is meant.
fn import_at<'db>(db: &'db dyn Db, item: Item<'db>, at: u32) -> Option<Named<'db>> {
    let ast = &item_syntax(db, item).ast;
    let import = ast.imports.first()?;
    let names = import.path.iter().chain(&import.alias);
    let inside = names
        .into_iter()
        .find(|name| name.0.start <= at && at <= name.0.end)?;
    let local = import.alias.or(import.path.last().copied())?;
    let name = Sym::new(db, ast.name(local));
    let found = Use {
        span: inside.0,
        meaning: Meaning::Import(name),
        ty: Ty::Any,
        declares: true,
    };
    Some(Named {
        item,
        span: inside.0,
        declares: true,
        symbol: symbol(db, item, &found)?,
    })
}

/// What a name of an item stands for.
#[must_use]
pub fn symbol<'db>(db: &'db dyn Db, item: Item<'db>, found: &Use<'db>) -> Option<Symbol<'db>> {
    let ast = &item_syntax(db, item).ast;
    let mut ty = found.ty;
    let mut meaning = found.meaning;
    let (name, kind, sites) = match meaning {
        Meaning::Local { decl, kind } => {
            // a key of a config may be an attribute
            if let Some(declared) = declared_at(db, item, decl) {
                return symbol(db, item, &Use { ty, ..declared });
            }
            let name = Sym::new(db, ast.text.get(decl.range())?);
            (name, local_kind(kind), vec![Site { item, span: decl }])
        }
        Meaning::Attribute(attribute) => {
            // where it is set, the value's type says less than the declaration
            if ty.is_unknown() || found.declares {
                ty = attribute.ty;
            }
            let sites = attribute_sites(db, &attribute);
            (attribute.name, SymbolKind::Attribute, sites)
        }
        Meaning::Definition { package, name } => {
            let names = package_names(db, package);
            let definition = names.get(name.text(db))?;
            let kind = definition_kind(definition.kind);
            let sites = definition
                .items
                .iter()
                .flat_map(|&item| definition_sites(db, item, name.text(db)))
                .collect();
            (name, kind, sites)
        }
        Meaning::Import(name) => {
            let import = import_named(db, item.file(db), name.text(db))?;
            let kind = match import.target {
                Some(ImportTarget::System(_) | ImportTarget::Plugin(_)) => SymbolKind::SystemModule,
                _ => SymbolKind::Package,
            };
            let span = import_name_span(&item_syntax(db, import.item).ast)?;
            let site = Site {
                item: import.item,
                span,
            };
            (name, kind, vec![site])
        }
        Meaning::Param(origin, index) => {
            let span = param_span(&item_syntax(db, origin.item).ast, origin, index)?;
            let ast = &item_syntax(db, origin.item).ast;
            let name = Sym::new(db, ast.text.get(span.range())?);
            meaning = Meaning::Local {
                decl: span,
                kind: LocalKind::Param,
            };
            let site = Site {
                item: origin.item,
                span,
            };
            (name, SymbolKind::Parameter, vec![site])
        }
        Meaning::Builtin(name) => (name, SymbolKind::Builtin, Vec::new()),
        Meaning::ModuleMember(_, name) => (name, SymbolKind::ModuleFunction, Vec::new()),
        Meaning::StrMember(name) => (name, SymbolKind::StrMember, Vec::new()),
        Meaning::Decorator => {
            let name = Sym::new(db, ast.text.get(found.span.range())?);
            (name, SymbolKind::Decorator, Vec::new())
        }
        Meaning::Key => {
            let name = Sym::new(db, ast.text.get(found.span.range())?);
            let span = found.span;
            let sites = if found.declares {
                vec![Site { item, span }]
            } else {
                Vec::new()
            };
            (name, SymbolKind::Key, sites)
        }
    };
    let key = match meaning {
        Meaning::Attribute(attribute) => first_declaration(db, &attribute).map(|s| s.range(db)),
        _ => sites.first().map(|site| site.range(db)),
    };
    Some(Symbol {
        name,
        kind,
        meaning,
        ty,
        sites,
        key,
    })
}

/// What is declared at a span, if it is more than a local name.
fn declared_at<'db>(db: &'db dyn Db, item: Item<'db>, decl: Span) -> Option<Use<'db>> {
    let trace = item_trace(db, item);
    let index = trace
        .uses
        .binary_search_by_key(&(decl.start, decl.end), |it| (it.span.start, it.span.end));
    let found = trace.uses[index.ok()?];
    let more = matches!(
        found.meaning,
        Meaning::Attribute(_) | Meaning::Definition { .. }
    );
    more.then_some(found)
}

const fn local_kind(kind: LocalKind) -> SymbolKind {
    match kind {
        LocalKind::Loop => SymbolKind::LoopVariable,
        LocalKind::Param => SymbolKind::Parameter,
        LocalKind::Local => SymbolKind::Local,
        LocalKind::Key | LocalKind::WeakKey => SymbolKind::Key,
    }
}

/// What a definition is, as a symbol.
#[must_use]
pub const fn definition_kind(kind: DefinitionKind) -> SymbolKind {
    match kind {
        DefinitionKind::Variable => SymbolKind::Variable,
        DefinitionKind::Schema => SymbolKind::Schema,
        DefinitionKind::Mixin => SymbolKind::Mixin,
        DefinitionKind::Protocol => SymbolKind::Protocol,
        DefinitionKind::Rule => SymbolKind::Rule,
        DefinitionKind::TypeAlias => SymbolKind::TypeAlias,
    }
}

/// The declarations of an attribute: the nearest, then those of bases that it narrows.
fn attribute_sites<'db>(db: &'db dyn Db, attribute: &Attribute<'db>) -> Vec<Site<'db>> {
    let mut sites: Vec<Site<'db>> = attribute_site(db, attribute).into_iter().collect();
    for inherited in inherited(db, attribute) {
        sites.extend(attribute_site(db, inherited));
    }
    sites
}

/// The same attribute in the bases of the schema that declares it, nearest first.
fn inherited<'db>(
    db: &'db dyn Db,
    attribute: &Attribute<'db>,
) -> impl Iterator<Item = &'db Attribute<'db>> {
    let name = attribute.name;
    let ancestors = schema_ty(db, attribute.origin.item).map_or(&[][..], |ty| ty.ancestors(db));
    ancestors.iter().filter_map(move |ancestor| {
        schema_shape(db, ancestor.item(db))
            .as_ref()
            .and_then(|shape| shape.own(name))
    })
}

/// Where an attribute is declared first: in the last base that has it.
fn first_declaration<'db>(db: &'db dyn Db, attribute: &Attribute<'db>) -> Option<Site<'db>> {
    let first = inherited(db, attribute).last().unwrap_or(attribute);
    attribute_site(db, first)
}

/// The name in the declaration of an attribute.
#[must_use]
pub fn attribute_site<'db>(db: &'db dyn Db, attribute: &Attribute<'db>) -> Option<Site<'db>> {
    let item = attribute.origin.item;
    let ast = &item_syntax(db, item).ast;
    let declared = ast.attrs.iter().find_map(|attr| {
        let is_it = attr.name.0 == attribute.origin.expr;
        is_it.then(|| match ast[attr.name] {
            Expr::Str(span) => span,
            _ => ast.expr_span(attr.name),
        })
    });
    let unified = || {
        ast.stmts.iter().find_map(|stmt| match *stmt {
            Stmt::Unification { target, value } if value.0 == attribute.origin.expr => {
                Some(target.0)
            }
            _ => None,
        })
    };
    let span = declared.or_else(unified)?;
    Some(Site { item, span })
}

/// Where an item declares or sets a name of its package.
#[must_use]
pub fn definition_sites<'db>(db: &'db dyn Db, item: Item<'db>, name: &str) -> Vec<Site<'db>> {
    let ast = &item_syntax(db, item).ast;
    let mut sites = Vec::new();
    for &stmt in ast.stmt_ids(ast.root) {
        let declared = match ast[stmt] {
            Stmt::Schema(schema) => ast[schema].name,
            Stmt::Rule(rule) => ast[rule].name,
            Stmt::TypeAlias { name, .. } => name,
            _ => continue,
        };
        if ast.name(declared) == name {
            let span = declared.0;
            sites.push(Site { item, span });
        }
    }
    each_setter(ast, &mut |ast, target, kind, _| {
        let sets = matches!(kind, SetterKind::Assign | SetterKind::Unify);
        if sets && ast.name(target) == name {
            let span = target.0;
            sites.push(Site { item, span });
        }
    });
    sites
}

/// The import behind a name in a file: its own, or that of a sibling, which it may use.
#[must_use]
pub fn import_named<'db>(
    db: &'db dyn Db,
    file: File<'db>,
    name: &str,
) -> Option<&'db FileImport<'db>> {
    file_imports(db, file).get(name).or_else(|| {
        let files = package_files(db, file.package(db)).iter();
        let mut imports = files.filter_map(|&file| file_imports(db, file).get(name));
        imports.next()
    })
}

/// The name that an import statement gives to its package.
fn import_name_span(ast: &ItemAst) -> Option<Span> {
    let import = ast.imports.first()?;
    Some(import.alias.or(import.path.last().copied())?.0)
}

/// Where a parameter is declared.
fn param_span(ast: &ItemAst, origin: ParamsOrigin<'_>, index: u32) -> Option<Span> {
    params(ast, origin)?
        .get(index as usize)
        .map(|param| param.name.0)
}

/// The parameters that a function or schema declares.
#[must_use]
pub fn params<'a>(ast: &'a ItemAst, origin: ParamsOrigin<'_>) -> Option<&'a [Param]> {
    if let Some(lambda) = origin.lambda {
        return Some(&ast.lambdas.get(lambda as usize)?.params);
    }
    let schema = ast.schemas.first().map(|schema| &schema.params[..]);
    schema.or_else(|| ast.rules.first().map(|rule| &rule.params[..]))
}

/// The schema that a type is or is made of, if it is one.
#[must_use]
pub fn schema_of(ty: Ty<'_>) -> Option<SchemaTy<'_>> {
    match ty {
        Ty::Instance(schema) | Ty::Schema(schema) => Some(schema),
        _ => None,
    }
}

/// The declaration of a schema as a site.
#[must_use]
pub fn schema_site<'db>(db: &'db dyn Db, schema: SchemaTy<'db>) -> Option<Site<'db>> {
    let name = schema.name(db).text(db);
    definition_sites(db, schema.item(db), name)
        .into_iter()
        .next()
}

/// The symbol of a schema.
#[must_use]
pub fn schema_symbol<'db>(db: &'db dyn Db, schema: SchemaTy<'db>) -> Option<Symbol<'db>> {
    let site = schema_site(db, schema)?;
    Some(Symbol {
        name: schema.name(db),
        kind: schema_kind(schema.kind(db)),
        meaning: Meaning::Definition {
            package: site.item.package(db),
            name: schema.name(db),
        },
        ty: Ty::Schema(schema),
        key: Some(site.range(db)),
        sites: vec![site],
    })
}

/// What a schema-like declaration is, as a symbol.
#[must_use]
pub const fn schema_kind(kind: SchemaTyKind) -> SymbolKind {
    match kind {
        SchemaTyKind::Schema => SymbolKind::Schema,
        SchemaTyKind::Mixin => SymbolKind::Mixin,
        SchemaTyKind::Protocol => SymbolKind::Protocol,
        SchemaTyKind::Rule => SymbolKind::Rule,
    }
}

/// The files of the package that an import means.
#[must_use]
pub fn target_files<'db>(db: &'db dyn Db, package: Package<'db>) -> Vec<FileRange> {
    let files = package_files(db, package).iter();
    files
        .map(|file| {
            let start = outline(db, *file)
                .items
                .first()
                .map_or(0, |item| item.range(db).start);
            FileRange {
                path: file.path(db).clone(),
                range: Span::new(start, start),
            }
        })
        .collect()
}
