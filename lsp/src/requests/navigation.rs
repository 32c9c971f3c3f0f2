//! Going to declarations and uses.

use kiln_ide::goto::Targets;
use kiln_ide::references::target_at;
use lsp_types::{
    DocumentHighlight, DocumentHighlightKind, DocumentHighlightParams, DocumentLink,
    DocumentLinkParams, GotoDefinitionParams, GotoDefinitionResponse, Location, LocationLink,
    ReferenceParams,
};

use super::Answer;
use crate::snapshot::Snapshot;
use crate::workspace_search as search;

pub(crate) fn definition(
    snapshot: &Snapshot,
    params: GotoDefinitionParams,
) -> Answer<Option<GotoDefinitionResponse>> {
    let at = params.text_document_position_params;
    let Some((file, offset)) = snapshot.place(&at.text_document, at.position) else {
        return Ok(None);
    };
    let found = kiln_ide::goto::definition(&snapshot.db, file, offset);
    Ok(found.map(|found| targets(snapshot, &found)))
}

fn targets(snapshot: &Snapshot, found: &Targets) -> GotoDefinitionResponse {
    if !snapshot.client.definition_links {
        let locations = found.targets.iter().filter_map(|to| snapshot.location(to));
        return GotoDefinitionResponse::Array(locations.collect());
    }
    let origin = snapshot.range(&found.origin.path, found.origin.range);
    let links = found.targets.iter().filter_map(|to| {
        let range = snapshot.range(&to.path, to.range);
        Some(LocationLink {
            origin_selection_range: Some(origin),
            target_uri: snapshot.uri(&to.path)?,
            target_range: range,
            target_selection_range: range,
        })
    });
    GotoDefinitionResponse::Link(links.collect())
}

pub(crate) fn type_definition(
    snapshot: &Snapshot,
    params: GotoDefinitionParams,
) -> Answer<Option<GotoDefinitionResponse>> {
    let at = params.text_document_position_params;
    let Some((file, offset)) = snapshot.place(&at.text_document, at.position) else {
        return Ok(None);
    };
    let found = kiln_ide::goto::type_definition(&snapshot.db, file, offset);
    Ok(found.map(|found| targets(snapshot, &found)))
}

pub(crate) fn references(
    snapshot: &Snapshot,
    params: ReferenceParams,
) -> Answer<Option<Vec<Location>>> {
    let at = params.text_document_position;
    let Some((file, offset)) = snapshot.place(&at.text_document, at.position) else {
        return Ok(None);
    };
    let Some((_, target)) = target_at(&snapshot.db, file, offset) else {
        return Ok(None);
    };
    let found = search::references(snapshot, file.path(&snapshot.db), &target);
    let wanted = found
        .iter()
        .filter(|it| params.context.include_declaration || !it.declares);
    Ok(Some(
        wanted.filter_map(|it| snapshot.location(&it.at)).collect(),
    ))
}

pub(crate) fn highlights(
    snapshot: &Snapshot,
    params: DocumentHighlightParams,
) -> Answer<Option<Vec<DocumentHighlight>>> {
    let at = params.text_document_position_params;
    let Some((file, offset)) = snapshot.place(&at.text_document, at.position) else {
        return Ok(None);
    };
    let found = kiln_ide::references::highlights(&snapshot.db, file, offset);
    let highlights = found.into_iter().map(|it| DocumentHighlight {
        range: snapshot.range(&it.at.path, it.at.range),
        kind: Some(if it.declares {
            DocumentHighlightKind::WRITE
        } else {
            DocumentHighlightKind::READ
        }),
    });
    Ok(Some(highlights.collect()))
}

pub(crate) fn document_links(
    snapshot: &Snapshot,
    params: DocumentLinkParams,
) -> Answer<Option<Vec<DocumentLink>>> {
    let Some(file) = snapshot.file(&params.text_document) else {
        return Ok(None);
    };
    let links = kiln_ide::links::document_links(&snapshot.db, file);
    let links = links.into_iter().map(|link| DocumentLink {
        range: snapshot.range(&link.at.path, link.at.range),
        target: snapshot.uri(&link.target),
        tooltip: Some(link.tooltip),
        data: None,
    });
    Ok(Some(links.collect()))
}
