//! Symbols in words: a line of code that declares them, and what is written about them.

use std::fmt::Write as _;

use kiln_analysis::Db;
use kiln_analysis::check::schema::{Attribute, index_signature, schema_shape};
use kiln_analysis::check::trace::Meaning;
use kiln_analysis::imports::ImportTarget;
use kiln_analysis::packages::Package;
use kiln_analysis::syntax::item_syntax;
use kiln_analysis::types::{FnParam, FunctionTy, SchemaTy, SchemaTyKind, Ty, signatures};
use kiln_stdlib::NativeId;
use kiln_syntax::ast::{Stmt, TypeId};

use crate::docs::{comment_above, package_docs, schema_docs};
use crate::symbol::{Symbol, SymbolKind, import_named, params};

/// Attributes of a schema beyond this many are counted only.
const MAX_ATTRIBUTES: usize = 40;
/// Longer defaults are cut.
const MAX_DEFAULT: usize = 60;

/// What is known about a symbol.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Description {
    /// Where it comes from: `platform.model`, `math`.
    pub container: String,
    /// Code that declares it.
    pub code: String,
    /// What is written about it, in Markdown.
    pub docs: String,
}

/// Describes a symbol. `item` is where it was met.
#[must_use]
pub fn describe<'db>(
    db: &'db dyn Db,
    symbol: &Symbol<'db>,
    item: kiln_analysis::Item<'db>,
) -> Description {
    let name = symbol.name.text(db);
    let mut it = Description::default();
    match symbol.meaning {
        Meaning::Definition { package, .. } => {
            it.container = package_name(db, package);
            if let (SymbolKind::TypeAlias, Some(site)) = (symbol.kind, symbol.sites.first()) {
                let text = site.item.text(db).lines().next().unwrap_or_default();
                text.clone_into(&mut it.code);
            } else if let Some(schema) = declared_schema(db, symbol) {
                it.code = schema_code(db, schema);
                it.docs = schema_text(db, schema);
            } else {
                it.code = value_code(db, name, symbol.ty);
            }
            if it.docs.is_empty()
                && let Some(site) = symbol.sites.first()
            {
                let file = site.item.file(db);
                it.docs = comment_above(db, file, site.range(db).range.start).unwrap_or_default();
            }
        }
        Meaning::Attribute(attribute) => {
            it.container = attribute
                .origin
                .item
                .names(db)
                .first()
                .unwrap_or_default()
                .into();
            it.code = attribute_code(db, &attribute);
            it.docs = attribute_docs(db, &attribute);
        }
        Meaning::Import(_) => {
            let target = import_named(db, item.file(db), name).and_then(|i| i.target.as_ref());
            it.code = match target {
                Some(ImportTarget::Package(package)) => format!("import {}", package.path(db)),
                Some(ImportTarget::System(module)) => format!("import {module}"),
                Some(ImportTarget::Plugin(plugin)) => format!("import kcl_plugin.{plugin}"),
                None => format!("import {name}"),
            };
            it.docs = match target {
                Some(ImportTarget::Package(package)) => {
                    let mut text = package.location(db).to_string();
                    if let Some(docs) = package_docs(db, *package) {
                        let _ = write!(text, "\n\n{docs}");
                    }
                    text
                }
                Some(ImportTarget::System(module)) => {
                    let docs = kiln_stdlib::module(module).map(|module| module.doc);
                    format!("a system module\n\n{}", docs.unwrap_or_default())
                }
                _ => String::new(),
            };
        }
        Meaning::Builtin(_) => native(name, kiln_stdlib::builtin_id(name), &mut it),
        Meaning::StrMember(_) => {
            "str".clone_into(&mut it.container);
            native(name, kiln_stdlib::str_member_id(name), &mut it);
        }
        Meaning::ModuleMember(module, _) => {
            signatures::module_name(db, module).clone_into(&mut it.container);
            let members = signatures::members(db, module);
            if let Some(member) = members.iter().find(|member| member.name == name) {
                member.doc.clone_into(&mut it.docs);
                if let Some(signature) = member.signature {
                    it.code = format!("function {signature}");
                }
            }
        }
        Meaning::Decorator => {
            (it.code, it.docs) = match name {
                "deprecated" => (
                    "@deprecated(version: str, reason: str, strict: bool)".to_owned(),
                    "Uses of what it stands above are reported: as errors, or with `strict=False` as warnings.".to_owned(),
                ),
                _ => (
                    format!("@{name}(...)"),
                    "Data about what it stands above, for tools.".to_owned(),
                ),
            };
        }
        Meaning::Local { .. } | Meaning::Param(..) | Meaning::Key => {
            it.code = value_code(db, name, symbol.ty);
        }
    }
    if it.code.is_empty() {
        it.code = value_code(db, name, symbol.ty);
    }
    it
}

/// How a package is called by those who look at it.
#[must_use]
pub fn package_name<'db>(db: &'db dyn Db, package: Package<'db>) -> String {
    if package.is_main(db) {
        String::new()
    } else {
        package.path(db).to_string()
    }
}

fn native(name: &str, id: Option<NativeId>, it: &mut Description) {
    if let Some(function) = id.and_then(kiln_stdlib::function) {
        it.code = format!("function {}", function.signature);
        function.doc.clone_into(&mut it.docs);
    } else {
        it.code = format!("function {name}(...)");
    }
}

/// The schema that a symbol declares.
fn declared_schema<'db>(db: &'db dyn Db, symbol: &Symbol<'db>) -> Option<SchemaTy<'db>> {
    let is_schema = matches!(
        symbol.kind,
        SymbolKind::Schema | SymbolKind::Mixin | SymbolKind::Protocol | SymbolKind::Rule
    );
    let site = symbol.sites.first().filter(|_| is_schema)?;
    kiln_analysis::check::schema::schema_ty(db, site.item)
}

/// `name: type`, or the signature of a function.
fn value_code<'db>(db: &'db dyn Db, name: &str, ty: Ty<'db>) -> String {
    match ty {
        Ty::Function(function) => function_code(db, name, function),
        Ty::Schema(schema) => schema_code(db, schema),
        _ => format!("{name}: {}", ty.display(db)),
    }
}

/// `name(a: int, b: str = …) -> T`
#[must_use]
pub fn function_code<'db>(db: &'db dyn Db, name: &str, function: FunctionTy<'db>) -> String {
    let origin = function.origin(db);
    let defaults = origin.and_then(|origin| {
        let ast = &item_syntax(db, origin.item).ast;
        Some((ast, params(ast, origin)?))
    });
    let text = |(index, param): (usize, &FnParam<'db>)| {
        let default = defaults.and_then(|(ast, params)| {
            let default = params.get(index)?.default?;
            ast.text.get(ast.expr_span(default).range())
        });
        param_text(db, param, default)
    };
    let params: Vec<String> = function.params(db).iter().enumerate().map(text).collect();
    let ret = function.ret(db).display(db);
    format!("function {name}({}) -> {ret}", params.join(", "))
}

/// `name: type = default`
#[must_use]
pub fn param_text<'db>(db: &'db dyn Db, param: &FnParam<'db>, default: Option<&str>) -> String {
    let name = param.name.map_or("_", |name| name.text(db));
    let mut text = name.to_owned();
    if param.ty != Ty::Any {
        let _ = write!(text, ": {}", param.ty.display(db));
    }
    if param.has_default {
        let _ = write!(text, " = {}", default.map_or("…".into(), short));
    }
    text
}

/// A schema with all its attributes.
#[must_use]
pub fn schema_code<'db>(db: &'db dyn Db, schema: SchemaTy<'db>) -> String {
    let word = match schema.kind(db) {
        SchemaTyKind::Schema => "schema",
        SchemaTyKind::Mixin => "mixin",
        SchemaTyKind::Protocol => "protocol",
        SchemaTyKind::Rule => "rule",
    };
    let mut code = format!("{word} {}", schema.name(db).text(db));
    let shape = schema_shape(db, schema.item(db)).as_ref();
    if let Some(shape) = shape.filter(|shape| !shape.params.is_empty()) {
        let params: Vec<String> = shape
            .params
            .iter()
            .map(|param| param_text(db, param, None))
            .collect();
        let _ = write!(code, "[{}]", params.join(", "));
    }
    if let Some(base) = schema.ancestors(db).first() {
        let _ = write!(code, "({})", base.name(db).text(db));
    }
    code.push(':');
    let attributes = all_attributes(db, schema);
    for attribute in attributes.iter().take(MAX_ATTRIBUTES) {
        let _ = write!(code, "\n    {}", attribute_code(db, attribute));
    }
    if attributes.len() > MAX_ATTRIBUTES {
        let _ = write!(
            code,
            "\n    # and {} more",
            attributes.len() - MAX_ATTRIBUTES
        );
    }
    if let Some(signature) = index_signature(db, schema) {
        let dots = if signature.any_other { "..." } else { "" };
        let (key, value) = (signature.key.display(db), signature.value.display(db));
        let _ = write!(code, "\n    [{dots}{key}]: {value}");
    }
    code
}

/// The attributes of a schema with those of its bases and mixins: the bases' first.
#[must_use]
pub fn all_attributes<'db>(db: &'db dyn Db, schema: SchemaTy<'db>) -> Vec<Attribute<'db>> {
    let mut all: Vec<Attribute<'db>> = Vec::new();
    collect_attributes(db, schema, 0, &mut all);
    all
}

fn collect_attributes<'db>(
    db: &'db dyn Db,
    schema: SchemaTy<'db>,
    depth: u32,
    all: &mut Vec<Attribute<'db>>,
) {
    let line = schema.ancestors(db).iter().rev().chain([&schema]);
    for &part in line {
        let Some(shape) = schema_shape(db, part.item(db)) else {
            continue;
        };
        for attribute in &shape.attributes {
            match all.iter_mut().find(|known| known.name == attribute.name) {
                Some(known) => *known = *attribute,
                None => all.push(*attribute),
            }
        }
        // mixins that mix in each other end somewhere
        if depth < 4 {
            for &mixin in &shape.mixins {
                let mut mixed = Vec::new();
                collect_attributes(db, mixin, depth + 1, &mut mixed);
                for attribute in mixed {
                    if all.iter().all(|known| known.name != attribute.name) {
                        all.push(attribute);
                    }
                }
            }
        }
    }
}

/// `name?: type = default`
#[must_use]
pub fn attribute_code<'db>(db: &'db dyn Db, attribute: &Attribute<'db>) -> String {
    let mark = if attribute.optional { "?" } else { "" };
    let ty = written_type(db, attribute).unwrap_or_else(|| attribute.ty.display(db));
    let mut code = format!("{}{mark}: {ty}", attribute.name.text(db));
    if let Some(default) = default_text(db, attribute) {
        let _ = write!(code, " = {default}");
    }
    code
}

/// The type as it is written, unless that is long.
fn written_type<'db>(db: &'db dyn Db, attribute: &Attribute<'db>) -> Option<String> {
    let ast = &item_syntax(db, attribute.origin.item).ast;
    let declares = |attr: &&kiln_syntax::ast::Attr| attr.name.0 == attribute.origin.expr;
    let ty: TypeId = ast.attrs.iter().find(declares)?.ty;
    let text = ast.text.get(ast.type_span(ty).range())?;
    (!text.contains('\n') && text.len() < 200).then(|| text.to_owned())
}

fn default_text<'db>(db: &'db dyn Db, attribute: &Attribute<'db>) -> Option<String> {
    let ast = &item_syntax(db, attribute.origin.item).ast;
    let declares = |attr: &&kiln_syntax::ast::Attr| attr.name.0 == attribute.origin.expr;
    let declared = ast
        .attrs
        .iter()
        .find(declares)
        .and_then(|attr| attr.default);
    let unified = || {
        ast.stmts.iter().find_map(|stmt| match *stmt {
            Stmt::Unification { value, .. } if value.0 == attribute.origin.expr => Some(value),
            _ => None,
        })
    };
    let default = declared.or_else(unified)?;
    Some(short(ast.text.get(ast.expr_span(default).range())?))
}

fn short(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default();
    match line.char_indices().nth(MAX_DEFAULT) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None if line.len() < text.len() => format!("{line}…"),
        None => line.to_owned(),
    }
}

/// What is written about an attribute: in the doc string of its schema, or above it.
#[must_use]
pub fn attribute_docs<'db>(db: &'db dyn Db, attribute: &Attribute<'db>) -> String {
    let name = attribute.name.text(db);
    let item = attribute.origin.item;
    let documented = schema_docs(db, item).and_then(|docs| {
        let mut attributes = docs.attributes.into_iter();
        attributes.find(|(it, _)| it == name).map(|(_, text)| text)
    });
    documented
        .filter(|text| !text.is_empty())
        .or_else(|| {
            let site = crate::symbol::attribute_site(db, attribute)?;
            comment_above(db, item.file(db), site.range(db).range.start)
        })
        .unwrap_or_default()
}

/// What is written about a schema.
#[must_use]
pub fn schema_text<'db>(db: &'db dyn Db, schema: SchemaTy<'db>) -> String {
    let Some(docs) = schema_docs(db, schema.item(db)) else {
        let item = schema.item(db);
        return comment_above(db, item.file(db), item.range(db).start).unwrap_or_default();
    };
    let mut text = docs.summary;
    if !docs.examples.is_empty() {
        let _ = write!(text, "\n\n```kcl\n{}\n```", docs.examples);
    }
    text
}
