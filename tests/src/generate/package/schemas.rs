//! Families of schemas: the parts of an object, its specification, its status, itself and a list of it.

use std::fmt::Write;

use super::docs;
use super::model::{Alias, Field, Model, Schema, SchemaId, Ty};
use super::names;
use super::writer::Writer;

/// Bases above each other, at most.
const MAX_DEPTH: usize = 12;

/// Lines of the smallest instance that an attribute may require, at most.
const MAX_REQUIRED: usize = 12;

/// What a schema is in its family.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    Part,
    Spec,
    Object,
    List,
}

/// What the first file of a folder declares for the others: aliases, a protocol and mixins.
pub(super) fn common(writer: &mut Writer<'_>) {
    for width in [8, 24, 80] {
        alias(writer, width);
    }
    writer.write("\nprotocol NamedProtocol:\n    name: str");
    for _ in 0..3 {
        mixin(writer);
    }
}

fn alias(writer: &mut Writer<'_>, width: usize) {
    let name = writer.new_name(|rng| names::schema(rng) + "Kind");
    let literals = literals(writer, width);
    let ty = writer.type_text(&Ty::Literals(literals.clone()));
    writer.write(&format!("\ntype {name} = {ty}"));
    let folder = writer.folder;
    let model = &mut *writer.model;
    model.folders[folder].aliases.push(model.aliases.len());
    model.aliases.push(Alias {
        name,
        folder,
        literals,
    });
}

fn literals(writer: &mut Writer<'_>, width: usize) -> Vec<String> {
    let mut literals: Vec<String> = Vec::new();
    while literals.len() < width {
        let literal = names::schema(writer.rng);
        if !literals.contains(&literal) {
            literals.push(literal);
        }
    }
    literals
}

fn mixin(writer: &mut Writer<'_>) {
    let name = writer.new_name(|rng| names::schema(rng) + "Mixin");
    let mut fields = Vec::new();
    for _ in 0..writer.rng.range(1, 3) {
        let taken: Vec<&str> = fields.iter().map(|f: &Field| f.name.as_str()).collect();
        let attribute = writer.new_attribute(&taken);
        fields.push(Field {
            name: attribute,
            ty: Ty::Str,
            optional: false,
            default: true,
            deprecated: false,
        });
    }
    let mut text = format!("\nmixin {name} for NamedProtocol:\n");
    let about = docs::sentence(writer.rng, &name);
    let _ = write!(text, "    \"\"\"{about}\"\"\"");
    for field in &fields {
        let suffix = names::word(writer.rng);
        let _ = write!(
            text,
            "\n    {}: str = \"${{name}}-{suffix}\"",
            names::written(&field.name)
        );
    }
    writer.write(&text);
    let folder = writer.folder;
    let id = new_schema(writer, name);
    writer.model.schemas[id].fields = fields;
    writer.model.folders[folder].mixins.push(id);
}

fn new_schema(writer: &mut Writer<'_>, name: String) -> SchemaId {
    writer.model.schemas.push(Schema {
        name,
        folder: writer.folder,
        base: None,
        mixins: Vec::new(),
        fields: Vec::new(),
        depth: 0,
        cost: usize::MAX,
        extensible: false,
    });
    writer.model.schemas.len() - 1
}

/// A family; its schemas refer to each other and to earlier ones.
pub(super) fn family(writer: &mut Writer<'_>) {
    let stem = writer.new_name(names::schema);
    let mut members = vec![
        (Role::Part, format!("{stem}Item")),
        (Role::Part, format!("{stem}Status")),
        (Role::Spec, format!("{stem}Spec")),
        (Role::Object, stem.clone()),
    ];
    if writer.rng.chance(50) {
        members.push((Role::List, format!("{stem}List")));
    }
    let members: Vec<(Role, SchemaId)> = members
        .into_iter()
        .map(|(role, name)| (role, new_schema(writer, name)))
        .collect();
    let ids: Vec<SchemaId> = members.iter().map(|(_, id)| *id).collect();
    for &(role, id) in &members {
        schema(writer, role, id, &ids);
    }
    let folder = writer.folder;
    writer.model.folders[folder].schemas.extend(ids);
}

fn schema(writer: &mut Writer<'_>, role: Role, id: SchemaId, family: &[SchemaId]) {
    if role == Role::Spec {
        inherit(writer, id);
    }
    let inherited: Vec<Field> = writer.model.fields(id).into_iter().cloned().collect();
    let mut fields = first_fields(role, family, &inherited, &writer.model.schemas[id].name);
    let more = match role {
        Role::Part => writer.rng.range(4, 14),
        Role::Spec => writer.rng.range(8, 24),
        Role::Object | Role::List => 0,
    };
    for _ in 0..more {
        let taken: Vec<&str> = fields
            .iter()
            .chain(&inherited)
            .map(|field| field.name.as_str())
            .collect();
        let name = writer.new_attribute(&taken);
        let field = field(writer, name, family);
        fields.push(field);
    }
    let again = inherited
        .iter()
        .find(|field| field.ty == Ty::Int && !field.optional);
    if let Some(field) = again {
        fields.push(Field {
            default: true,
            ..field.clone()
        });
    }
    write_schema(writer, role, id, &fields);
    let costs = fields
        .iter()
        .chain(&inherited)
        .filter(|field| field.is_required());
    let cost = costs
        .map(|field| cost(&writer.model.schemas, &field.ty))
        .fold(2, usize::saturating_add);
    let schema = &mut writer.model.schemas[id];
    schema.fields = fields;
    schema.cost = cost;
    schema.extensible = role == Role::Spec;
}

/// Gives a schema a base and mixins, if there are any that suit.
fn inherit(writer: &mut Writer<'_>, id: SchemaId) {
    for _ in 0..6 {
        let Some(base) = writer.some_schema() else {
            continue;
        };
        let schema = &writer.model.schemas[base];
        if schema.extensible && schema.depth < MAX_DEPTH && schema.cost < MAX_REQUIRED {
            let depth = schema.depth + 1;
            writer.model.schemas[id].base = Some(base);
            writer.model.schemas[id].depth = depth;
            break;
        }
    }
    for _ in 0..writer.rng.below(3) {
        let folder = writer.usable_folder();
        let mixins = &writer.model.folders[folder].mixins;
        if mixins.is_empty() {
            continue;
        }
        let mixin = *writer.rng.pick(mixins);
        let known = writer.model.fields(id);
        let model = &*writer.model;
        let clash = model.schemas[mixin]
            .fields
            .iter()
            .any(|field| field.name == "name" || known.iter().any(|k| k.name == field.name));
        if !clash {
            writer.model.schemas[id].mixins.push(mixin);
        }
    }
}

fn first_fields(role: Role, family: &[SchemaId], inherited: &[Field], name: &str) -> Vec<Field> {
    let field = |name: &str, ty, optional, default| Field {
        name: name.to_owned(),
        ty,
        optional,
        default,
        deprecated: false,
    };
    let literal = |text: &str| Ty::Literals(vec![text.to_owned()]);
    let schema = |index: usize| Ty::Schema(family[index]);
    match role {
        Role::Part => Vec::new(),
        Role::Spec if inherited.iter().any(|field| field.name == "name") => Vec::new(),
        Role::Spec => vec![field("name", Ty::Str, false, false)],
        Role::Object => vec![
            field(
                "apiVersion",
                literal("generated.example.com/v1"),
                false,
                true,
            ),
            field("kind", literal(name), false, true),
            field("labels", Ty::Dict(Box::new(Ty::Str)), true, false),
            field("spec", schema(2), false, false),
            field("status", schema(1), true, false),
            field("children", Ty::List(Box::new(schema(3))), true, false),
        ],
        Role::List => vec![
            field("kind", literal(name), false, true),
            field("items", Ty::List(Box::new(schema(3))), false, false),
        ],
    }
}

fn field(writer: &mut Writer<'_>, name: String, family: &[SchemaId]) -> Field {
    let ty = some_type(writer, family, 0);
    let cheap = cost(&writer.model.schemas, &ty) <= MAX_REQUIRED / 4;
    let roll = writer.rng.below(100);
    let default = cheap && roll < 25;
    let required = cheap && (25..32).contains(&roll);
    let optional = !default && !required;
    Field {
        name,
        ty,
        optional,
        default,
        deprecated: optional && writer.rng.chance(12),
    }
}

fn some_type(writer: &mut Writer<'_>, family: &[SchemaId], depth: usize) -> Ty {
    let most = if depth > 1 { 40 } else { 100 };
    match writer.rng.below(most) {
        0..=21 => Ty::Str,
        22..=31 => Ty::Int,
        32..=37 => Ty::Bool,
        38..=39 => Ty::Float,
        40..=42 => Ty::IntOrStr,
        43 => Ty::Any,
        44..=51 if depth == 0 => {
            let width = writer.rng.range(2, 12);
            Ty::Literals(literals(writer, width))
        }
        52..=58 => some_alias(writer),
        59..=70 => Ty::List(Box::new(some_type(writer, family, depth + 1))),
        71..=80 => Ty::Dict(Box::new(some_type(writer, family, depth + 1))),
        81..=85 => Ty::Schema(*writer.rng.pick(family)),
        _ => writer.some_schema().map_or(Ty::Str, Ty::Schema),
    }
}

fn some_alias(writer: &mut Writer<'_>) -> Ty {
    let folder = writer.usable_folder();
    let aliases = &writer.model.folders[folder].aliases;
    if aliases.is_empty() {
        Ty::Str
    } else {
        Ty::Alias(*writer.rng.pick(aliases))
    }
}

/// Whether a value takes few lines.
pub(super) fn is_cheap(model: &Model, ty: &Ty) -> bool {
    cost(&model.schemas, ty) <= MAX_REQUIRED
}

/// About how many lines a value takes.
fn cost(schemas: &[Schema], ty: &Ty) -> usize {
    match ty {
        Ty::List(inner) | Ty::Dict(inner) => cost(schemas, inner),
        Ty::Schema(id) => schemas[*id].cost,
        _ => 1,
    }
}

fn write_schema(writer: &mut Writer<'_>, role: Role, id: SchemaId, fields: &[Field]) {
    let Schema {
        name, base, mixins, ..
    } = &writer.model.schemas[id];
    let (name, base, mixins) = (name.clone(), *base, mixins.clone());
    let mut head = format!("\nschema {name}");
    if let Some(base) = base {
        let _ = write!(head, "({})", writer.schema_name(base));
    }
    writer.write(&(head + ":"));
    let typed: Vec<(Field, String)> = fields
        .iter()
        .map(|field| (field.clone(), writer.type_text(&field.ty)))
        .collect();
    let doc = docs::of_schema(writer.rng, &name, &typed, &example(&name, fields));
    writer.write(&doc);
    if !mixins.is_empty() {
        let mixins: Vec<String> = mixins.iter().map(|&id| writer.schema_name(id)).collect();
        writer.write(&format!("    mixin [{}]", mixins.join(", ")));
    }
    if role == Role::Part && writer.rng.chance(15) {
        writer.write("    [...str]: any");
    }
    for (field, ty) in &typed {
        attribute(writer, field, ty);
    }
    checks(writer, fields);
}

fn example(name: &str, fields: &[Field]) -> String {
    let plain = fields
        .iter()
        .find(|field| field.ty == Ty::Int && names::is_plain(&field.name));
    plain.map_or_else(String::new, |field| {
        format!("example = {name} {{\n    {} = 8\n}}", field.name)
    })
}

fn attribute(writer: &mut Writer<'_>, field: &Field, ty: &str) {
    if field.deprecated {
        let version = writer.rng.range(1, 30);
        let instead = names::word(writer.rng);
        writer.write(&format!(
            "    @deprecated(version=\"1.{version}\", reason=\"use {instead}\", strict=False)"
        ));
    } else if writer.rng.chance(2) {
        writer.write("    @info(visibility=\"public\")");
    }
    let mark = if field.optional { "?" } else { "" };
    let default = if field.default {
        format!(" = {}", writer.value(&field.ty, 4))
    } else {
        String::new()
    };
    writer.write(&format!(
        "    {}{mark}: {ty}{default}",
        names::written(&field.name)
    ));
    if field.ty == Ty::Str || writer.rng.chance(20) {
        writer.write("");
    }
}

fn checks(writer: &mut Writer<'_>, fields: &[Field]) {
    let mut lines = Vec::new();
    for field in fields.iter().filter(|field| names::is_plain(&field.name)) {
        let name = &field.name;
        match field.ty {
            Ty::Str if writer.rng.chance(20) => {
                let regex = writer.regex_match();
                lines.push(format!(
                    "{regex}({name}, r\"^[a-z0-9]([-a-z0-9]*[a-z0-9])?$\") if {name}, \"{name} must be a label\""
                ));
            }
            Ty::Str if writer.rng.chance(20) => lines.push(format!(
                "len({name}) <= 253 if {name}, \"{name} is too long\""
            )),
            Ty::Int if writer.rng.chance(40) => {
                lines.push(format!("0 <= {name} <= 65535 if {name}"));
            }
            Ty::List(ref element) if **element == Ty::Str && writer.rng.chance(40) => {
                lines.push(format!(
                    "all element in {name} {{ len(element) > 0 }} if {name}"
                ));
            }
            _ => {}
        }
    }
    if lines.is_empty() {
        return;
    }
    writer.write("\n    check:");
    for line in lines {
        writer.write(&format!("        {line}"));
    }
}
