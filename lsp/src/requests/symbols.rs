//! Symbols of a file and of the workspace.

use std::sync::{Arc, PoisonError};

use kiln_ide::symbol::SymbolKind;
use kiln_ide::symbols::Declared;
use lsp_types::{
    DocumentSymbol, DocumentSymbolParams, DocumentSymbolResponse, Location, SymbolInformation,
    SymbolKind as LspSymbolKind, Uri, WorkspaceSymbolParams, WorkspaceSymbolResponse,
};

use super::Answer;
use crate::position::Lines;
use crate::snapshot::Snapshot;

const fn symbol_kind(kind: SymbolKind) -> LspSymbolKind {
    match kind {
        SymbolKind::Schema | SymbolKind::Mixin | SymbolKind::Rule => LspSymbolKind::CLASS,
        SymbolKind::Protocol => LspSymbolKind::INTERFACE,
        SymbolKind::TypeAlias => LspSymbolKind::TYPE_PARAMETER,
        SymbolKind::Attribute => LspSymbolKind::FIELD,
        SymbolKind::Key => LspSymbolKind::PROPERTY,
        SymbolKind::Package | SymbolKind::SystemModule => LspSymbolKind::MODULE,
        SymbolKind::Builtin | SymbolKind::ModuleFunction | SymbolKind::Decorator => {
            LspSymbolKind::FUNCTION
        }
        SymbolKind::StrMember => LspSymbolKind::METHOD,
        _ => LspSymbolKind::VARIABLE,
    }
}

pub(crate) fn document_symbols(
    snapshot: &Snapshot,
    params: DocumentSymbolParams,
) -> Answer<Option<DocumentSymbolResponse>> {
    let Some(file) = snapshot.file(&params.text_document) else {
        return Ok(None);
    };
    let path = file.path(&snapshot.db);
    let lines = snapshot.lines(path);
    let symbols = kiln_ide::symbols::document_symbols(&snapshot.db, file);
    if snapshot.client.nested_symbols {
        let nested = symbols.into_iter().map(|it| document_symbol(&lines, it));
        return Ok(Some(DocumentSymbolResponse::Nested(nested.collect())));
    }
    let mut flat = Vec::new();
    if let Some(uri) = snapshot.uri(path) {
        flatten(&lines, &uri, None, &symbols, &mut flat);
    }
    Ok(Some(DocumentSymbolResponse::Flat(flat)))
}

#[expect(deprecated, reason = "the protocol's types have the old field")]
fn document_symbol(lines: &Lines<'_>, it: Declared) -> DocumentSymbol {
    let children: Vec<DocumentSymbol> = it
        .children
        .into_iter()
        .map(|child| document_symbol(lines, child))
        .collect();
    DocumentSymbol {
        name: it.name,
        detail: (!it.detail.is_empty()).then_some(it.detail),
        kind: symbol_kind(it.kind),
        tags: None,
        deprecated: None,
        range: lines.range(it.range),
        selection_range: lines.range(it.selection),
        children: (!children.is_empty()).then_some(children),
    }
}

#[expect(deprecated, reason = "the protocol's types have the old field")]
fn flatten(
    lines: &Lines<'_>,
    uri: &Uri,
    container: Option<&str>,
    symbols: &[Declared],
    flat: &mut Vec<SymbolInformation>,
) {
    for it in symbols {
        flat.push(SymbolInformation {
            name: it.name.clone(),
            kind: symbol_kind(it.kind),
            tags: None,
            deprecated: None,
            location: Location::new(uri.clone(), lines.range(it.range)),
            container_name: container.map(str::to_owned),
        });
        flatten(lines, uri, Some(&it.name), &it.children, flat);
    }
}

/// The package of a file, as imports in its module call it; for files at the root of a module, that.
fn container(snapshot: &Snapshot, path: &str) -> Option<String> {
    let (folder, _) = path.rsplit_once('/')?;
    let index = snapshot
        .index
        .read()
        .unwrap_or_else(PoisonError::into_inner);
    let module = index.catalog.module_of(folder);
    let name = |path: &str| path.rsplit('/').next().unwrap_or(path).to_owned();
    let inside = module.and_then(|module| folder.strip_prefix(module));
    Some(match inside.map(|path| path.trim_start_matches('/')) {
        None | Some("") => name(folder),
        Some(inside) => inside.replace('/', "."),
    })
}

/// So many symbols of a workspace are listed.
const MOST_SYMBOLS: usize = 500;

#[expect(deprecated, reason = "the protocol's types have the old field")]
pub(crate) fn workspace_symbols(
    snapshot: &Snapshot,
    params: WorkspaceSymbolParams,
) -> Answer<Option<WorkspaceSymbolResponse>> {
    let declared: Vec<(String, Vec<Arc<str>>)> = {
        let index = snapshot
            .index
            .read()
            .unwrap_or_else(PoisonError::into_inner);
        let declared = index.declared(&params.query);
        let owned = declared
            .into_iter()
            .map(|(name, files)| (name.to_owned(), files));
        owned.collect()
    };
    let mut found = Vec::new();
    'names: for (name, files) in declared {
        for path in files {
            let lines = snapshot.lines(&path);
            let Some(uri) = snapshot.uri(&path) else {
                continue;
            };
            for it in kiln_ide::symbols::top_level(lines.text) {
                if it.name != name {
                    continue;
                }
                if found.len() >= MOST_SYMBOLS {
                    break 'names;
                }
                found.push(SymbolInformation {
                    name: it.name,
                    kind: symbol_kind(it.kind),
                    tags: None,
                    deprecated: None,
                    location: Location::new(uri.clone(), lines.range(it.range)),
                    container_name: container(snapshot, &path),
                });
            }
        }
    }
    Ok(Some(WorkspaceSymbolResponse::Flat(found)))
}
