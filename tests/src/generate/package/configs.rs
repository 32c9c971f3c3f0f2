//! Configs that instantiate schemas, functions that make instances, and the program that uses the package.

use super::model::SchemaId;
use super::names;
use super::writer::Writer;

/// Instances in `main.k`.
const MAIN_INSTANCES: usize = 12;

/// What stands behind some families: a default, a function, or nothing.
pub(super) fn for_family(writer: &mut Writer<'_>) {
    let folder = writer.folder;
    let schemas = &writer.model.folders[folder].schemas;
    let newest = &schemas[schemas.len().saturating_sub(4)..];
    if newest.is_empty() {
        return;
    }
    let one = *writer.rng.pick(newest);
    match writer.rng.below(100) {
        0..=9 => default(writer, one),
        10..=17 => maker(writer, one),
        18..=21 => table(writer),
        _ => {}
    }
}

fn default(writer: &mut Writer<'_>, schema: SchemaId) {
    let name = writer.new_name(|rng| format!("default_{}_{}", names::word(rng), names::word(rng)));
    let mut also = Vec::new();
    let deprecated = writer
        .model
        .fields(schema)
        .into_iter()
        .find(|field| field.deprecated && super::schemas::is_cheap(writer.model, &field.ty))
        .map(|field| field.name.clone());
    if let Some(name) = &deprecated {
        also.push(name.as_str());
        writer.model.deprecated_uses += 1;
    }
    let value = writer.instance(schema, 0, &also);
    writer.write(&format!("\n{name} = {value}"));
}

fn maker(writer: &mut Writer<'_>, schema: SchemaId) {
    let name = writer.new_name(|rng| format!("make_{}_{}", names::word(rng), names::word(rng)));
    let ty = writer.schema_name(schema);
    let value = writer.instance(schema, 4, &[]);
    writer.write(&format!(
        "\n{name} = lambda count: int -> [{ty}] {{\n    [{value} for _ in range(count)]\n}}"
    ));
    let folder = writer.folder;
    writer.model.folders[folder].makers.push(name);
}

fn table(writer: &mut Writer<'_>) {
    let name = writer.new_name(|rng| format!("_{}_{}", names::word(rng), names::word(rng)));
    let shown = writer.new_name(|rng| format!("table_{}_{}", names::word(rng), names::word(rng)));
    let mut text = format!("\n{name} = {{\n");
    for number in 0..writer.rng.range(2, 8) {
        let word = names::word(writer.rng);
        text.push_str(&format!(
            "    \"{word}-{number}\" = {{size = {number}, \"zone\" = \"{word}\"}}\n"
        ));
    }
    writer.write(&(text + "}"));
    writer.write(&format!("{shown} = [key + \".local\" for key in {name}]"));
}

/// `main.k`: instances of schemas of several folders, and calls of functions.
pub(super) fn main(writer: &mut Writer<'_>) {
    let folders = writer.model.folders.len();
    for number in 0..MAIN_INSTANCES {
        let Some(schema) = writer.some_schema() else {
            continue;
        };
        let value = writer.instance(schema, 0, &[]);
        writer.write(&format!("\nobject_{number} = {value}"));
    }
    let makers: Vec<(usize, String)> = (0..folders)
        .flat_map(|folder| {
            let makers = writer.model.folders[folder].makers.iter();
            makers.map(move |name| (folder, name.clone()))
        })
        .take(MAIN_INSTANCES)
        .collect();
    for (number, (folder, name)) in makers.into_iter().enumerate() {
        let maker = writer.qualified(folder, &name);
        writer.write(&format!("made_{number} = {maker}(2)"));
    }
}
