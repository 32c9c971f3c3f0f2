//! Renaming: what is replaced, and why it is not done.

use kiln_analysis::Db;
use kiln_analysis::check::schema::{attribute, schema_shape, schema_ty};
use kiln_analysis::check::trace::{Meaning, item_trace};
use kiln_analysis::names::package_names;
use kiln_analysis::outline::{File, Item, outline};
use kiln_analysis::syntax::item_syntax;
use kiln_analysis::types::{SchemaTy, Sym};
use kiln_analysis::{file_imports, package_files};
use kiln_syntax::lexer::lex;
use kiln_syntax::outline::ItemKind;
use kiln_syntax::span::Span;
use kiln_syntax::token::Tok;

use crate::index::occurrences;
use crate::place::{FileRange, TextEdit, file_range, item_at};
use crate::references::{Reference, Target};
use crate::symbol::{Named, SymbolKind, named_at, symbol};

/// Whether the name at an offset can be renamed: the name and where it stands.
///
/// # Errors
/// If it cannot, in words.
pub fn prepare<'db>(
    db: &'db dyn Db,
    file: File<'db>,
    offset: u32,
) -> Result<(FileRange, String), String> {
    let named = named_at(db, file, offset).ok_or("there is no name here")?;
    let name = named.symbol.name.text(db).to_owned();
    allowed(&named, &name)?;
    path_part(db, &named)?;
    Ok((file_range(db, named.item, named.span), name))
}

fn allowed(named: &Named<'_>, name: &str) -> Result<(), String> {
    let what = match named.symbol.kind {
        SymbolKind::Builtin | SymbolKind::ModuleFunction | SymbolKind::StrMember => {
            "is part of the language"
        }
        SymbolKind::Decorator => "is a decorator",
        SymbolKind::Key if named.symbol.sites.is_empty() => "is declared nowhere",
        _ if named.symbol.key.is_none() => "is declared nowhere",
        _ => return Ok(()),
    };
    Err(format!("`{name}` {what}"))
}

/// A part of an import's path is the name of a folder or file, and no name in the program.
fn path_part<'db>(db: &'db dyn Db, named: &Named<'db>) -> Result<(), String> {
    if named.item.kind(db) != ItemKind::Import {
        return Ok(());
    }
    let ast = &item_syntax(db, named.item).ast;
    let Some(import) = ast.imports.first() else {
        return Ok(());
    };
    let local = import.alias.or(import.path.last().copied());
    if local.is_none_or(|local| local.0 == named.span) {
        return Ok(());
    }
    let part = ast.text.get(named.span.range()).unwrap_or_default();
    Err(format!(
        "`{part}` is the name of a folder or file: rename that, and imports follow"
    ))
}

/// Whether a text can be the new name of something.
///
/// # Errors
/// If not, in words.
pub fn check_name(new: &str, target: &Target) -> Result<(), String> {
    let tokens = lex(new).tokens;
    let is_name = matches!(&tokens[..], [only] if only.kind == Tok::Name && only.end as usize == new.len() && only.start == 0);
    if !is_name || new.starts_with('$') {
        return Err(format!("`{new}` is not a name"));
    }
    let ending = match target.kind {
        SymbolKind::Mixin => "Mixin",
        SymbolKind::Protocol => "Protocol",
        _ => "",
    };
    if !new.ends_with(ending) {
        return Err(format!("the name must end in `{ending}`"));
    }
    Ok(())
}

/// Why a use in a file keeps a target from being renamed: the new name means something there already.
///
/// # Errors
/// If there is such a use, in words.
pub fn check_file<'db>(
    db: &'db dyn Db,
    file: File<'db>,
    target: &Target,
    uses: &[Reference],
    new: &str,
) -> Result<(), String> {
    let mut seen: Vec<Item<'db>> = Vec::new();
    for reference in uses {
        let Some((item, at)) = item_at(db, file, reference.at.range.start) else {
            continue;
        };
        let span = Span::new(at, at + reference.at.range.len());
        check_use(db, item, span, target, new)?;
        if seen.contains(&item) {
            continue;
        }
        seen.push(item);
        check_item(db, item, target, new)?;
    }
    Ok(())
}

/// The target itself, where it is used.
fn check_use<'db>(
    db: &'db dyn Db,
    item: Item<'db>,
    span: Span,
    target: &Target,
    new: &str,
) -> Result<(), String> {
    let trace = item_trace(db, item);
    let Some(found) = trace.uses.iter().find(|it| it.span == span) else {
        return Ok(());
    };
    match found.meaning {
        Meaning::Definition { package, .. } => {
            if package_names(db, package).get(new).is_some() {
                return Err(format!("there is a `{new}` in the package already"));
            }
            if new.starts_with('_') && package != item.package(db) {
                let name = &target.name;
                return Err(format!(
                    "`{name}` is used by other packages, which could not see `{new}`"
                ));
            }
        }
        Meaning::Attribute(declared) => {
            let schema = schema_ty(db, declared.origin.item);
            let known = schema.and_then(|schema| attribute(db, schema, Sym::new(db, new)));
            if let (Some(schema), Some(_)) = (schema, known) {
                let schema = schema.name(db).text(db);
                return Err(format!("`{schema}` has an attribute `{new}` already"));
            }
        }
        _ => {}
    }
    Ok(())
}

/// Other names of an item that has uses of the target.
fn check_item<'db>(
    db: &'db dyn Db,
    item: Item<'db>,
    target: &Target,
    new: &str,
) -> Result<(), String> {
    let ast = &item_syntax(db, item).ast;
    for found in &item_trace(db, item).uses {
        if ast.text.get(found.span.range()) != Some(new) {
            continue;
        }
        let meets = match found.meaning {
            Meaning::Local { .. } | Meaning::Import(_) | Meaning::Builtin(_) | Meaning::Key => true,
            Meaning::Definition { package, .. } => package == item.package(db),
            // of another schema, unless it is read by its name alone
            Meaning::Attribute(_) => {
                target.kind != SymbolKind::Attribute
                    || symbol(db, item, found).is_some_and(|other| {
                        other.sites.iter().any(|site| {
                            target.key.as_ref().is_some_and(|key| {
                                *key.path == **site.item.file(db).path(db)
                                    && site.item.range(db).start <= key.range.start
                                    && key.range.end <= site.item.range(db).end
                            })
                        })
                    })
            }
            _ => false,
        };
        if meets {
            let path = item.file(db).path(db);
            let name = path.rsplit('/').next().unwrap_or(path);
            return Err(format!(
                "`{new}` means something else already where `{}` is used, in `{name}`",
                target.name
            ));
        }
    }
    Ok(())
}

/// Why a file keeps an attribute from being renamed: a schema that has it from a base or mixin declares the new name itself.
///
/// # Errors
/// If there is such a schema, in words.
pub fn check_heirs<'db>(
    db: &'db dyn Db,
    file: File<'db>,
    target: &Target,
    new: &str,
) -> Result<(), String> {
    let Some(key) = target
        .key
        .as_ref()
        .filter(|_| target.kind == SymbolKind::Attribute)
    else {
        return Ok(());
    };
    let declares = |schema: SchemaTy<'db>| {
        let item = schema.item(db);
        let range = item.range(db);
        **item.file(db).path(db) == *key.path
            && range.start <= key.range.start
            && key.range.end <= range.end
    };
    for &item in &outline(db, file).items {
        if occurrences(item.text(db), new).next().is_none() {
            continue;
        }
        let own = schema_shape(db, item).as_ref();
        let own = own.and_then(|shape| shape.own(Sym::new(db, new)));
        let (Some(_), Some(schema)) = (own, schema_ty(db, item)) else {
            continue;
        };
        // the schema itself is looked at where it is used
        if !declares(schema) && parts(db, schema).into_iter().any(declares) {
            return Err(format!(
                "`{}` has an attribute `{new}` already, and gets `{}`, too",
                schema.name(db).text(db),
                target.name
            ));
        }
    }
    Ok(())
}

/// A schema, its bases, and the mixins of all of these.
fn parts<'db>(db: &'db dyn Db, schema: SchemaTy<'db>) -> Vec<SchemaTy<'db>> {
    let mut all: Vec<SchemaTy<'db>> = vec![schema];
    let mut next = 0;
    while let Some(&schema) = all.get(next) {
        next += 1;
        let shape = schema_shape(db, schema.item(db)).as_ref();
        let mixins = shape.map_or(&[][..], |shape| &shape.mixins);
        for &part in schema.ancestors(db).iter().chain(mixins) {
            if !all.contains(&part) {
                all.push(part);
            }
        }
    }
    all
}

/// Why the package of a file keeps a name of it from being renamed: one of its files imports something of the new name, or
/// uses a builtin function that would be hidden.
///
/// # Errors
/// If there is such a file, in words.
pub fn check_package<'db>(
    db: &'db dyn Db,
    file: File<'db>,
    target: &Target,
    new: &str,
) -> Result<(), String> {
    let is_definition = matches!(
        target.kind,
        SymbolKind::Variable
            | SymbolKind::Schema
            | SymbolKind::Mixin
            | SymbolKind::Protocol
            | SymbolKind::Rule
            | SymbolKind::TypeAlias
    );
    if !is_definition {
        return Ok(());
    }
    for &file in package_files(db, file.package(db)) {
        let path = file.path(db);
        let name = path.rsplit('/').next().unwrap_or(path);
        if file_imports(db, file).get(new).is_some() {
            return Err(format!("`{name}` imports a package as `{new}`"));
        }
        if kiln_stdlib::builtin_id(new).is_none() {
            continue;
        }
        for &item in &outline(db, file).items {
            let ast = &item_syntax(db, item).ast;
            let used = occurrences(item.text(db), new).next().is_some()
                && item_trace(db, item).uses.iter().any(|it| {
                    matches!(it.meaning, Meaning::Builtin(_))
                        && ast.text.get(it.span.range()) == Some(new)
                });
            if used {
                return Err(format!("`{name}` uses the builtin function `{new}`"));
            }
        }
    }
    Ok(())
}

/// The edit that renames a use.
#[must_use]
pub fn edit<'db>(
    db: &'db dyn Db,
    file: File<'db>,
    target: &Target,
    reference: &Reference,
    new: &str,
) -> TextEdit {
    let range = reference.at.range;
    let is_import = matches!(target.kind, SymbolKind::Package | SymbolKind::SystemModule);
    // `import a.b` gets an alias
    if is_import
        && let Some((item, _)) = item_at(db, file, range.start)
        && item.kind(db) == ItemKind::Import
        && let Some(import) = item_syntax(db, item).ast.imports.first()
        && import.alias.is_none()
    {
        return TextEdit {
            range: Span::new(range.end, range.end),
            text: format!(" as {new}"),
        };
    }
    TextEdit {
        range,
        text: new.to_owned(),
    }
}
