//! Renaming and formatting.

use std::sync::{Arc, PoisonError};

use kiln_ide::references::{Target, target_at};
use kiln_ide::symbol::SymbolKind;
use kiln_syntax::span::Span;
use lsp_types::{
    DocumentChanges, DocumentFormattingParams, DocumentOnTypeFormattingParams,
    DocumentRangeFormattingParams, OneOf, OptionalVersionedTextDocumentIdentifier,
    PrepareRenameResponse, Range, RenameParams, TextDocumentEdit, TextDocumentIdentifier,
    TextDocumentPositionParams, TextEdit, WorkspaceEdit,
};

use super::Answer;
use crate::dispatch::Refusal;
use crate::paths::is_program;
use crate::snapshot::Snapshot;
use crate::workspace_search as search;

pub(crate) fn prepare_rename(
    snapshot: &Snapshot,
    params: TextDocumentPositionParams,
) -> Answer<Option<PrepareRenameResponse>> {
    let Some((file, offset)) = snapshot.place(&params.text_document, params.position) else {
        return Ok(None);
    };
    let (at, placeholder) =
        kiln_ide::rename::prepare(&snapshot.db, file, offset).map_err(Refusal::because)?;
    Ok(Some(PrepareRenameResponse::RangeWithPlaceholder {
        range: snapshot.range(&at.path, at.range),
        placeholder,
    }))
}

pub(crate) fn rename(snapshot: &Snapshot, params: RenameParams) -> Answer<Option<WorkspaceEdit>> {
    let at = params.text_document_position;
    let new = params.new_name;
    let Some((file, offset)) = snapshot.place(&at.text_document, at.position) else {
        return Ok(None);
    };
    kiln_ide::rename::prepare(&snapshot.db, file, offset).map_err(Refusal::because)?;
    let Some((_, target)) = target_at(&snapshot.db, file, offset) else {
        return Ok(None);
    };
    if target.name == new {
        return Ok(Some(WorkspaceEdit::default()));
    }
    kiln_ide::rename::check_name(&new, &target).map_err(Refusal::because)?;
    check_elsewhere(snapshot, file.path(&snapshot.db), &target, &new)?;
    let found = search::references(snapshot, file.path(&snapshot.db), &target);
    let mut edits: Vec<(Arc<str>, Vec<TextEdit>)> = Vec::new();
    for uses in found.chunk_by(|a, b| a.at.path == b.at.path) {
        let path = &uses[0].at.path;
        if !snapshot.owns(path) {
            return Err(Refusal::because(format!(
                "`{}` is used in `{path}`, which is outside of this workspace",
                target.name
            )));
        }
        let lines = snapshot.lines(path);
        let mut of_file = Vec::new();
        for (index, file) in snapshot.files(path).into_iter().enumerate() {
            kiln_ide::rename::check_file(&snapshot.db, file, &target, uses, &new)
                .map_err(Refusal::because)?;
            if index == 0 {
                of_file = uses
                    .iter()
                    .map(|it| kiln_ide::rename::edit(&snapshot.db, file, &target, it, &new))
                    .map(|edit| TextEdit::new(lines.range(edit.range), edit.text))
                    .collect();
            }
        }
        edits.push((Arc::clone(path), of_file));
    }
    Ok(Some(workspace_edit(snapshot, edits)))
}

/// Refuses a name that would mean something else in files without any use of the old one.
fn check_elsewhere(
    snapshot: &Snapshot,
    home: &str,
    target: &Target,
    new: &str,
) -> Result<(), Refusal> {
    let declared = target.key.as_ref().map_or(home, |key| &key.path);
    for file in snapshot.files(declared) {
        kiln_ide::rename::check_package(&snapshot.db, file, target, new)
            .map_err(Refusal::because)?;
    }
    if target.kind != SymbolKind::Attribute {
        return Ok(());
    }
    let mut paths = {
        let index = snapshot
            .index
            .read()
            .unwrap_or_else(PoisonError::into_inner);
        index.files_with(new)
    };
    paths.extend(snapshot.open.keys().cloned());
    paths.sort_unstable();
    paths.dedup();
    let problems = search::each(snapshot, &paths, |snapshot, path| {
        let file = snapshot.files(path).into_iter().next()?;
        kiln_ide::rename::check_heirs(&snapshot.db, file, target, new).err()
    });
    match problems.into_iter().flatten().next() {
        Some(reason) => Err(Refusal::because(reason)),
        None => Ok(()),
    }
}

/// Edits of files in the form that the client knows.
pub(crate) fn workspace_edit(
    snapshot: &Snapshot,
    edits: Vec<(Arc<str>, Vec<TextEdit>)>,
) -> WorkspaceEdit {
    if snapshot.client.versioned_edits {
        let documents = edits.into_iter().filter_map(|(path, edits)| {
            let version = snapshot.open.get(&path).map(|open| open.version);
            let uri = snapshot.uri(&path)?;
            Some(TextDocumentEdit {
                text_document: OptionalVersionedTextDocumentIdentifier { uri, version },
                edits: edits.into_iter().map(OneOf::Left).collect(),
            })
        });
        return WorkspaceEdit {
            document_changes: Some(DocumentChanges::Edits(documents.collect())),
            ..WorkspaceEdit::default()
        };
    }
    let changes = edits
        .into_iter()
        .filter_map(|(path, edits)| Some((snapshot.uri(&path)?, edits)));
    WorkspaceEdit {
        changes: Some(changes.collect()),
        ..WorkspaceEdit::default()
    }
}

pub(crate) fn formatting(
    snapshot: &Snapshot,
    params: DocumentFormattingParams,
) -> Answer<Option<Vec<TextEdit>>> {
    Ok(formatted(snapshot, &params.text_document, None))
}

pub(crate) fn range_formatting(
    snapshot: &Snapshot,
    params: DocumentRangeFormattingParams,
) -> Answer<Option<Vec<TextEdit>>> {
    Ok(formatted(
        snapshot,
        &params.text_document,
        Some(params.range),
    ))
}

/// The indentation that follows from a key.
pub(crate) fn after_key(
    snapshot: &Snapshot,
    params: DocumentOnTypeFormattingParams,
) -> Answer<Option<Vec<TextEdit>>> {
    let at = params.text_document_position;
    let Some(path) = snapshot.path(&at.text_document) else {
        return Ok(None);
    };
    let lines = snapshot.lines(&path);
    let unit = match params.options.insert_spaces {
        true => " ".repeat(params.options.tab_size.min(16) as usize),
        false => "\t".to_owned(),
    };
    let offset = lines.offset(at.position);
    let edit = kiln_ide::typing::after_key(lines.text, offset, &params.ch, &unit);
    let edit = edit.map(|edit| TextEdit::new(lines.range(edit.range), edit.text));
    Ok(Some(edit.into_iter().collect()))
}

fn formatted(
    snapshot: &Snapshot,
    document: &TextDocumentIdentifier,
    range: Option<Range>,
) -> Option<Vec<TextEdit>> {
    let path = snapshot.path(document).filter(|path| is_program(path))?;
    let lines = snapshot.lines(&path);
    let whole = Span::new(0, lines.text.len() as u32);
    let span = range.map_or(whole, |range| lines.span(range));
    let edits = kiln_format::format_range(lines.text, span, &kiln_format::Style::default());
    let edits = edits
        .into_iter()
        .map(|edit| TextEdit::new(lines.range(edit.range), edit.text));
    Some(edits.collect())
}
