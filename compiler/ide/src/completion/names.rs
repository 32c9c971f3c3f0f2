//! Names in scope, members, keys and the words of the language.

use kiln_analysis::Db;
use kiln_analysis::check::schema::Attribute;
use kiln_analysis::check::trace::{CURSOR, LocalKind, Probe};
use kiln_analysis::imports::{ImportTarget, file_imports};
use kiln_analysis::names::{Definition, DefinitionKind, package_names};
use kiln_analysis::packages::Package;
use kiln_analysis::syntax::item_syntax;
use kiln_analysis::types::{FnParam, Ty, signatures};

use kiln_syntax::ast::{Expr, ExprId, ItemAst, TypeExpr};

use super::context::Context;
use super::{Item, ItemKind, List, MOST, resembles};
use crate::describe::{all_attributes, attribute_code, attribute_docs, schema_text};

/// What a name has to be where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Want {
    /// A value.
    Value,
    /// A type.
    Type,
    /// The base of a schema.
    Schema,
    /// The parent of a rule.
    Rule,
    /// A mixin.
    Mixin,
    /// The protocol of a mixin or rule.
    Protocol,
}

impl Want {
    /// What the tree wants where it has the cursor, if that is no value.
    pub(super) fn at(ast: &ItemAst) -> Option<Self> {
        let is_cursor = |name: kiln_syntax::ast::Name| ast.name(name) == CURSOR;
        let here = |id: ExprId| match ast[ast.peel(id)] {
            Expr::Name(name) | Expr::Select { attr: name, .. } => is_cursor(name),
            _ => false,
        };
        for schema in &ast.schemas {
            if schema.base.is_some_and(here) {
                return Some(Self::Schema);
            }
            if schema.protocol.is_some_and(here) {
                return Some(Self::Protocol);
            }
            if schema.mixins.iter().copied().any(here) {
                return Some(Self::Mixin);
            }
        }
        for rule in &ast.rules {
            if rule.parents.iter().copied().any(here) {
                return Some(Self::Rule);
            }
            if rule.protocol.is_some_and(here) {
                return Some(Self::Protocol);
            }
        }
        let in_type = ast.types.iter().any(|ty| match ty {
            TypeExpr::Named(names) => ast.names(*names).last().copied().is_some_and(is_cursor),
            _ => false,
        });
        in_type.then_some(Self::Type)
    }

    /// Whether a definition can stand there.
    pub(super) const fn takes(self, kind: DefinitionKind) -> bool {
        match self {
            Self::Value => true,
            Self::Type => !matches!(kind, DefinitionKind::Variable),
            Self::Schema => matches!(kind, DefinitionKind::Schema),
            Self::Rule => matches!(kind, DefinitionKind::Rule),
            Self::Mixin => matches!(kind, DefinitionKind::Mixin),
            Self::Protocol => matches!(kind, DefinitionKind::Protocol),
        }
    }
}

/// Names that the item binds around the cursor, attributes of the schema, names of the package, imports and builtins.
pub(super) fn visible(list: &mut List<'_, '_>, probe: &Probe<'_>) {
    let db = list.db;
    for local in &probe.locals {
        let kind = match local.kind {
            LocalKind::Param | LocalKind::Loop => ItemKind::Parameter,
            LocalKind::Key | LocalKind::WeakKey => ItemKind::Attribute,
            LocalKind::Local => ItemKind::Variable,
        };
        let item = Item::new(local.name.text(db), kind, 2).detail(local.ty.display(db));
        list.push(item);
    }
    if let Some(schema) = probe.schema {
        for attribute in all_attributes(db, schema) {
            let item = attribute_item(list, &attribute, 3);
            list.push(item);
        }
    }
    package_level(list, Want::Value);
}

/// Names of the package, imports and builtins, as far as they can stand there.
pub(super) fn package_level(list: &mut List<'_, '_>, want: Want) {
    let db = list.db;
    package_members(list, list.file.package(db), want);
    for import in &file_imports(db, list.file).imports {
        let detail = match &import.target {
            Some(ImportTarget::Package(package)) => package.path(db).to_string(),
            Some(ImportTarget::System(_)) => "system module".to_owned(),
            _ => String::new(),
        };
        list.push(Item::new(&*import.name, ItemKind::Package, 4).detail(detail));
    }
    if want != Want::Value {
        return;
    }
    for function in kiln_stdlib::builtins() {
        let mut item = Item::new(function.name, ItemKind::Function, 6).detail(function.signature);
        if list.wants_docs(function.name) {
            function.doc.clone_into(&mut item.docs);
        }
        let takes = function.signature.contains("()");
        list.push(called(item, takes));
    }
}

/// With parentheses, and the cursor between them.
fn called(item: Item, without_arguments: bool) -> Item {
    let name = item.label.clone();
    let inside = if without_arguments { "" } else { "$0" };
    item.inserting(format!("{name}({inside})"), name)
}

/// The names of a package; of another one only what it exports. Of a great many, those that resemble the word.
pub(super) fn package_members(list: &mut List<'_, '_>, package: Package<'_>, want: Want) {
    let db = list.db;
    let own = package == list.file.package(db);
    let names = package_names(db, package).iter();
    let mut names: Vec<_> = names
        .filter(|(name, definition)| (own || !name.starts_with('_')) && want.takes(definition.kind))
        .collect();
    if names.len() > MOST {
        names.retain(|(name, _)| resembles(name, &list.word));
    }
    if names.len() > MOST {
        names.sort_unstable_by_key(|(name, _)| *name);
        names.truncate(MOST);
        list.more = true;
    }
    for (name, definition) in names {
        let item = definition_item(list, name, definition);
        if want == Want::Value && definition.kind == DefinitionKind::Schema {
            let snippet = format!("{name} {{\n\t$0\n}}");
            let mut instance = Item::new(format!("{name} {{}}"), ItemKind::Schema, item.rank + 1)
                .detail("instance")
                .inserting(snippet, format!("{name} {{}}"));
            if list.wants_docs(&instance.label)
                && let Some(schema) = kiln_analysis::check::schema_of_definition(db, definition)
            {
                instance.docs = schema_text(db, schema);
            }
            list.push(instance);
        }
        list.push(item);
    }
}

pub(super) fn definition_item(
    list: &List<'_, '_>,
    name: &str,
    definition: &Definition<'_>,
) -> Item {
    let db = list.db;
    let (kind, detail) = match definition.kind {
        DefinitionKind::Variable => (ItemKind::Variable, ""),
        DefinitionKind::Schema => (ItemKind::Schema, "schema"),
        DefinitionKind::Mixin => (ItemKind::Schema, "mixin"),
        DefinitionKind::Protocol => (ItemKind::Protocol, "protocol"),
        DefinitionKind::Rule => (ItemKind::Schema, "rule"),
        DefinitionKind::TypeAlias => (ItemKind::TypeAlias, "type"),
    };
    let mut item = Item::new(name, kind, 4).detail(detail);
    if definition.kind == DefinitionKind::Variable && list.wants_docs(name) {
        let first = definition.items.first();
        let ty = first.and_then(|&first| {
            let types = kiln_analysis::check::variables::inferred_types(db, first).iter();
            types
                .into_iter()
                .find(|(it, _)| it.text(db) == name)
                .map(|&(_, ty)| ty)
        });
        item.detail = ty.map_or(String::new(), |ty| ty.display(db));
    } else if list.wants_docs(name)
        && let Some(schema) = kiln_analysis::check::schema_of_definition(db, definition)
    {
        item.docs = schema_text(db, schema);
    }
    item
}

fn attribute_item(list: &List<'_, '_>, attribute: &Attribute<'_>, rank: u8) -> Item {
    let db = list.db;
    let name = attribute.name.text(db);
    let mut item = Item::new(name, ItemKind::Attribute, rank).detail(attribute_code(db, attribute));
    item.deprecated = is_deprecated(db, attribute);
    if list.wants_docs(name) {
        item.docs = attribute_docs(db, attribute);
    }
    item
}

/// Whether the decorator for that stands above the declaration of an attribute.
fn is_deprecated(db: &dyn Db, attribute: &Attribute<'_>) -> bool {
    let ast = &item_syntax(db, attribute.origin.item).ast;
    let mut attrs = ast.attrs.iter();
    let declared = attrs.find(|attr| attr.name.0 == attribute.origin.expr);
    let mut decorators = declared.into_iter().flat_map(|attr| &attr.decorators);
    decorators.any(|decorator| {
        let name = match ast[decorator.expr] {
            Expr::Call { callee, .. } => callee,
            _ => decorator.expr,
        };
        ast.text.get(ast.expr_span(name).range()) == Some("deprecated")
    })
}

/// What can follow a dot.
pub(super) fn members(list: &mut List<'_, '_>, receiver: Ty<'_>, want: Want) {
    let db = list.db;
    for member in receiver.members(db) {
        match member {
            Ty::Package(package) => package_members(list, package, want),
            Ty::System(module) => {
                for member in signatures::members(db, module) {
                    let mut item = match member.signature {
                        Some(signature) => {
                            let item =
                                Item::new(member.name, ItemKind::Function, 0).detail(signature);
                            called(item, signature.contains("()"))
                        }
                        None => {
                            let types = &signatures::modules(db)[usize::from(module)];
                            let ty = types.get(member.name).unwrap_or(Ty::Any);
                            Item::new(member.name, ItemKind::Constant, 0).detail(ty.display(db))
                        }
                    };
                    if list.wants_docs(member.name) {
                        member.doc.clone_into(&mut item.docs);
                    }
                    list.push(item);
                }
            }
            Ty::Str | Ty::StrLit(_) => {
                for function in kiln_stdlib::str_members() {
                    let short = function.name.rsplit('.').next().unwrap_or_default();
                    let mut item = Item::new(short, ItemKind::Method, 0).detail(function.signature);
                    if list.wants_docs(short) {
                        function.doc.clone_into(&mut item.docs);
                    }
                    list.push(called(item, function.signature.contains("()")));
                }
            }
            Ty::Instance(schema) => {
                for attribute in all_attributes(db, schema) {
                    let item = attribute_item(list, &attribute, 0);
                    list.push(item);
                }
            }
            Ty::Schema(_) => {
                let item = Item::new("instances", ItemKind::Method, 0).detail("instances() -> []");
                list.push(called(item, true));
            }
            Ty::Dict(dict) => {
                let entries = dict.entries(db);
                for entry in entries.map_or(&[][..], |entries| entries.list(db)) {
                    let item = Item::new(entry.key.text(db), ItemKind::Attribute, 0);
                    list.push(item.detail(entry.ty.display(db)));
                }
            }
            _ => {}
        }
    }
}

/// Attributes that can be set in a block, and are not set yet.
pub(super) fn keys(list: &mut List<'_, '_>, expected: Option<Ty<'_>>, context: &Context<'_>) {
    let Some(expected) = expected else { return };
    let db = list.db;
    for member in expected.members(db) {
        match member {
            Ty::Instance(schema) | Ty::Schema(schema) => {
                let attributes = all_attributes(db, schema);
                if !context.has_operator {
                    all_required(list, &attributes, context);
                }
                for attribute in attributes {
                    let name = attribute.name.text(db);
                    if context.keys.iter().any(|key| key == name) {
                        continue;
                    }
                    // what has to be set comes first
                    let required = !attribute.optional && !attribute.has_default;
                    let mut item = attribute_item(list, &attribute, u8::from(!required));
                    if !context.has_operator {
                        item = with_operator(item, &attribute);
                    }
                    list.push(item);
                }
            }
            Ty::Dict(dict) => {
                for key in dict.key(db).members(db) {
                    if let Ty::StrLit(key) = key {
                        let text = format!("\"{}\"", key.text(db));
                        list.push(Item::new(text, ItemKind::Attribute, 1));
                    }
                }
                let entries = dict.entries(db);
                for entry in entries.map_or(&[][..], |entries| entries.list(db)) {
                    let name = entry.key.text(db);
                    if !context.keys.iter().any(|key| key == name) {
                        let item = Item::new(name, ItemKind::Attribute, 1);
                        list.push(item.detail(entry.ty.display(db)));
                    }
                }
            }
            _ => {}
        }
    }
}

/// All attributes that have to be set and are not, in one step.
fn all_required(list: &mut List<'_, '_>, attributes: &[Attribute<'_>], context: &Context<'_>) {
    let db = list.db;
    let missing = attributes.iter().filter(|it| {
        let name = it.name.text(db);
        !it.optional && !it.has_default && !context.keys.iter().any(|key| key == name)
    });
    let missing: Vec<&Attribute<'_>> = missing.collect();
    if missing.len() < 2 {
        return;
    }
    let separator = if context.starts_line { "\n" } else { ", " };
    let names: Vec<&str> = missing.iter().map(|it| it.name.text(db)).collect();
    let places = missing.iter().zip(1..).map(|(it, place)| {
        let name = it.name.text(db);
        match it.ty {
            Ty::Instance(_) | Ty::Dict(_) => format!("{name}: {{${place}}}"),
            Ty::List(_) => format!("{name} = [${place}]"),
            Ty::Str => format!("{name} = \"${place}\""),
            _ => format!("{name} = ${place}"),
        }
    });
    let snippet = places.collect::<Vec<_>>().join(separator);
    let plain: Vec<String> = names.iter().map(|name| format!("{name} = ")).collect();
    let item = Item::new("all required attributes", ItemKind::Snippet, 0)
        .detail(names.join(", "))
        .inserting(snippet, plain.join(separator));
    list.push(item);
}

/// `name = …`, or `name: {…}` for what is merged.
fn with_operator(item: Item, attribute: &Attribute<'_>) -> Item {
    let name = item.label.clone();
    match attribute.ty {
        Ty::Instance(_) | Ty::Dict(_) => {
            item.inserting(format!("{name}: {{\n\t$0\n}}"), format!("{name}: "))
        }
        Ty::List(_) => item.inserting(format!("{name} = [$0]"), format!("{name} = ")),
        _ => item.inserting(format!("{name} = $0"), format!("{name} = ")),
    }
}

/// Names of parameters that an argument can give a value.
pub(super) fn keywords_of(list: &mut List<'_, '_>, params: &[FnParam<'_>]) {
    let db = list.db;
    for param in params {
        let Some(name) = param.name else { continue };
        let name = name.text(db);
        let item = Item::new(format!("{name}="), ItemKind::Parameter, 1)
            .detail(param.ty.display(db))
            .inserting(format!("{name}=$0"), format!("{name}="));
        list.push(item);
    }
}

/// Types: those of the language, schemas and aliases.
pub(super) fn types(list: &mut List<'_, '_>) {
    for name in ["str", "int", "float", "bool", "any"] {
        list.push(Item::new(name, ItemKind::Type, 2));
    }
    package_level(list, Want::Type);
}

/// Decorators.
pub(super) fn decorators(list: &mut List<'_, '_>) {
    for (name, text) in [
        (
            "deprecated",
            "deprecated(version: str, reason: str, strict: bool)",
        ),
        ("info", "info(...)"),
    ] {
        let item = Item::new(name, ItemKind::Function, 0).detail(text);
        list.push(called(item, false));
    }
}

fn words(list: &mut List<'_, '_>, words: &[(&str, &str)]) {
    for (word, snippet) in words {
        let item = Item::new(*word, ItemKind::Keyword, 7);
        list.push(match *snippet {
            "" => item,
            snippet => item.inserting(snippet.to_owned(), *word),
        });
    }
}

/// Words that begin a statement of a file.
pub(super) fn statement_words(list: &mut List<'_, '_>) {
    words(
        list,
        &[
            ("import", "import $0"),
            ("schema", "schema ${1:Name}:\n\t$0"),
            ("mixin", "mixin ${1:Name}Mixin:\n\t$0"),
            ("protocol", "protocol ${1:Name}Protocol:\n\t$0"),
            ("rule", "rule ${1:Name}:\n\t$0"),
            ("type", "type ${1:Name} = $0"),
            ("assert", "assert $0"),
            ("if", "if ${1:condition}:\n\t$0"),
        ],
    );
}

/// Words that begin a statement of a body, and attributes of bases that can be set there.
pub(super) fn body_words(list: &mut List<'_, '_>, probe: &Probe<'_>) {
    words(
        list,
        &[("if", "if ${1:condition}:\n\t$0"), ("assert", "assert $0")],
    );
    if probe.schema.is_some() && !probe.in_lambda {
        words(list, &[("check", "check:\n\t$0"), ("mixin", "mixin [$0]")]);
    }
}

/// Words that begin an entry of a block.
pub(super) fn entry_words(list: &mut List<'_, '_>) {
    words(list, &[("if", "if ${1:condition}:\n\t$0"), ("**", "**$0")]);
}

/// Words that stand for values or begin one.
pub(super) fn value_words(list: &mut List<'_, '_>) {
    words(
        list,
        &[
            ("True", ""),
            ("False", ""),
            ("None", ""),
            ("Undefined", ""),
            ("not", "not $0"),
            ("lambda", "lambda ${1:x} {\n\t$0\n}"),
            ("all", "all ${1:x} in ${2:values} { $0 }"),
            ("any", "any ${1:x} in ${2:values} { $0 }"),
            ("filter", "filter ${1:x} in ${2:values} { $0 }"),
            ("map", "map ${1:x} in ${2:values} { $0 }"),
        ],
    );
}
