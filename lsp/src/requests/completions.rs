//! Completion lists and their details.

use std::sync::PoisonError;

use kiln_ide::catalog::Catalog;
use kiln_ide::completion::{Completion, Item, ItemKind, Options, Sources, complete};
use kiln_ide::importing::Imported;
use lsp_types::{
    CompletionItem, CompletionItemKind, CompletionItemLabelDetails, CompletionItemTag,
    CompletionList, CompletionParams, CompletionResponse, CompletionTextEdit, Documentation,
    InsertTextFormat, MarkupContent, MarkupKind, TextDocumentPositionParams, TextEdit,
};

use crate::dispatch::Refusal;
use crate::snapshot::Snapshot;

pub(crate) fn completion(
    snapshot: &Snapshot,
    params: CompletionParams,
) -> Result<Option<CompletionResponse>, Refusal> {
    let at = params.text_document_position;
    let Some(found) = list(snapshot, &at, Options::default()) else {
        return Ok(None);
    };
    let Some(path) = snapshot.path(&at.text_document) else {
        return Ok(None);
    };
    let lines = snapshot.lines(&path);
    let range = lines.range(found.replaces);
    let data = serde_json::to_value(&at).ok();
    let items = found.items.into_iter().map(|item| {
        let from = item.import.as_ref().map(from);
        let description = from.clone().unwrap_or_else(|| short(&item.detail));
        let detail = match from {
            Some(from) => format!("{} ({from})", item.detail).trim_start().to_owned(),
            None => item.detail,
        };
        let edit = item.import.as_ref().and_then(|import| import.edit.clone());
        let edit = edit.map(|edit| vec![TextEdit::new(lines.range(edit.range), edit.text)]);
        let mut data = data.clone();
        if let (Some(data), Some(import)) = (&mut data, &item.import) {
            data[IMPORT] = import.path.as_str().into();
        }
        let snippets = snapshot.client.snippets;
        let (text, is_snippet) = match (&item.snippet, &item.plain) {
            (Some(snippet), _) if snippets => (snippet.clone(), true),
            (_, Some(plain)) => (plain.clone(), false),
            _ => (item.label.clone(), false),
        };
        CompletionItem {
            kind: Some(kind(item.kind)),
            sort_text: Some(format!("{}{}", item.rank, item.label)),
            label_details: (!description.is_empty()).then_some(CompletionItemLabelDetails {
                detail: None,
                description: Some(description),
            }),
            detail: (!detail.is_empty()).then_some(detail),
            additional_text_edits: edit,
            tags: item.deprecated.then(|| vec![CompletionItemTag::DEPRECATED]),
            text_edit: Some(CompletionTextEdit::Edit(TextEdit::new(range, text))),
            insert_text_format: is_snippet.then_some(InsertTextFormat::SNIPPET),
            filter_text: Some(item.label.clone()),
            label: item.label,
            data,
            ..CompletionItem::default()
        }
    });
    Ok(Some(CompletionResponse::List(CompletionList {
        is_incomplete: found.more,
        items: items.collect(),
    })))
}

/// The key of the package that an item takes, in its data.
const IMPORT: &str = "import";

/// `import model`, or `model` if that is imported.
fn from(import: &Imported) -> String {
    match import.edit {
        Some(_) => format!("import {}", import.path),
        None => import.path.clone(),
    }
}

/// Adds what is written about an item.
pub(crate) fn resolve(
    snapshot: &Snapshot,
    mut item: CompletionItem,
) -> Result<CompletionItem, Refusal> {
    let data = item.data.clone().unwrap_or_default();
    let import = data[IMPORT].as_str().map(str::to_owned);
    let at = serde_json::from_value::<TextDocumentPositionParams>(data).ok();
    let Some(at) = at else { return Ok(item) };
    let options = Options {
        docs_of: Some(&item.label),
        import_of: import.as_deref(),
        ..Options::default()
    };
    let found = list(snapshot, &at, options);
    let is_it = |other: &Item| {
        let path = other.import.as_ref().map(|import| &*import.path);
        other.label == item.label
            && Some(kind(other.kind)) == item.kind
            && path == import.as_deref()
    };
    if let Some(found) = found.and_then(|list| list.items.into_iter().find(is_it)) {
        if !found.docs.is_empty() {
            item.documentation = Some(Documentation::MarkupContent(MarkupContent {
                kind: MarkupKind::Markdown,
                value: found.docs,
            }));
        }
        if !found.detail.is_empty() && found.import.is_none() {
            item.detail = Some(found.detail);
        }
    }
    Ok(item)
}

fn list(
    snapshot: &Snapshot,
    at: &TextDocumentPositionParams,
    options: Options<'_>,
) -> Option<Completion> {
    let (file, offset) = snapshot.place(&at.text_document, at.position)?;
    let open = open_files(snapshot);
    let sources = Sources {
        with_catalog: &|look| self::look(snapshot, look),
        open: &open,
    };
    let options = Options {
        sources: Some(&sources),
        ..options
    };
    complete(&snapshot.db, file, offset, options)
}

/// Shows the names of all files.
pub(super) fn look(snapshot: &Snapshot, look: &mut dyn FnMut(&Catalog)) {
    let index = snapshot.index.read();
    look(&index.unwrap_or_else(PoisonError::into_inner).catalog);
}

/// What the open files declare, which may not be saved.
pub(super) fn open_files(snapshot: &Snapshot) -> Catalog {
    let mut catalog = Catalog::default();
    let mut open: Vec<_> = snapshot.open.keys().collect();
    open.sort_unstable();
    for path in open {
        if let Some(&file) = snapshot.files(path).first() {
            let declared = kiln_ide::symbols::declared(&snapshot.db, file);
            catalog.set(path, Some(&declared));
        }
    }
    catalog
}

fn short(detail: &str) -> String {
    match detail.char_indices().nth(60) {
        Some((end, _)) => format!("{}…", &detail[..end]),
        None => detail.to_owned(),
    }
}

const fn kind(kind: ItemKind) -> CompletionItemKind {
    match kind {
        ItemKind::Variable => CompletionItemKind::VARIABLE,
        ItemKind::Constant => CompletionItemKind::CONSTANT,
        ItemKind::Parameter => CompletionItemKind::VARIABLE,
        ItemKind::Attribute => CompletionItemKind::FIELD,
        ItemKind::Schema => CompletionItemKind::CLASS,
        ItemKind::Protocol => CompletionItemKind::INTERFACE,
        ItemKind::TypeAlias | ItemKind::Type => CompletionItemKind::TYPE_PARAMETER,
        ItemKind::Package => CompletionItemKind::MODULE,
        ItemKind::Folder => CompletionItemKind::FOLDER,
        ItemKind::Function => CompletionItemKind::FUNCTION,
        ItemKind::Method => CompletionItemKind::METHOD,
        ItemKind::Keyword => CompletionItemKind::KEYWORD,
        ItemKind::Value => CompletionItemKind::VALUE,
        ItemKind::Snippet => CompletionItemKind::SNIPPET,
    }
}
