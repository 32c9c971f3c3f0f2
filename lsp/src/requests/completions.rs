//! Completion lists and their details.

use kiln_ide::completion::{Completion, Item, ItemKind, Options, complete};
use lsp_types::{
    CompletionItem, CompletionItemKind, CompletionItemLabelDetails, CompletionList,
    CompletionParams, CompletionResponse, CompletionTextEdit, Documentation, InsertTextFormat,
    MarkupContent, MarkupKind, TextDocumentPositionParams, TextEdit,
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
    let range = snapshot.range(&path, found.replaces);
    let data = serde_json::to_value(&at).ok();
    let items = found.items.into_iter().map(|item| {
        let snippets = snapshot.client.snippets;
        let (text, is_snippet) = match (&item.snippet, &item.plain) {
            (Some(snippet), _) if snippets => (snippet.clone(), true),
            (_, Some(plain)) => (plain.clone(), false),
            _ => (item.label.clone(), false),
        };
        CompletionItem {
            kind: Some(kind(item.kind)),
            sort_text: Some(format!("{}{}", item.rank, item.label)),
            label_details: (!item.detail.is_empty()).then(|| CompletionItemLabelDetails {
                detail: None,
                description: Some(short(&item.detail)),
            }),
            detail: (!item.detail.is_empty()).then_some(item.detail),
            text_edit: Some(CompletionTextEdit::Edit(TextEdit::new(range, text))),
            insert_text_format: is_snippet.then_some(InsertTextFormat::SNIPPET),
            filter_text: Some(item.label.clone()),
            label: item.label,
            data: data.clone(),
            ..CompletionItem::default()
        }
    });
    Ok(Some(CompletionResponse::List(CompletionList {
        is_incomplete: found.more,
        items: items.collect(),
    })))
}

/// Adds what is written about an item.
pub(crate) fn resolve(
    snapshot: &Snapshot,
    mut item: CompletionItem,
) -> Result<CompletionItem, Refusal> {
    let at = item
        .data
        .clone()
        .and_then(|data| serde_json::from_value::<TextDocumentPositionParams>(data).ok());
    let Some(at) = at else { return Ok(item) };
    let options = Options {
        docs_of: Some(&item.label),
    };
    let found = list(snapshot, &at, options);
    let is_it = |other: &Item| other.label == item.label && Some(kind(other.kind)) == item.kind;
    if let Some(found) = found.and_then(|list| list.items.into_iter().find(is_it)) {
        if !found.docs.is_empty() {
            item.documentation = Some(Documentation::MarkupContent(MarkupContent {
                kind: MarkupKind::Markdown,
                value: found.docs,
            }));
        }
        if !found.detail.is_empty() {
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
    complete(&snapshot.db, file, offset, options)
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
