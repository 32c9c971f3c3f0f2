//! One function for each request: from protocol positions to features and back.

use kiln_ide::goto::Targets;
use lsp_types::{
    GotoDefinitionParams, GotoDefinitionResponse, Hover, HoverContents, HoverParams, LocationLink,
    MarkupContent, MarkupKind,
};

use crate::dispatch::Refusal;
use crate::snapshot::Snapshot;

/// An answer, or why there is none.
type Answer<T> = Result<T, Refusal>;

pub(crate) fn hover(snapshot: &Snapshot, params: HoverParams) -> Answer<Option<Hover>> {
    let at = params.text_document_position_params;
    let Some((file, offset)) = snapshot.place(&at.text_document, at.position) else {
        return Ok(None);
    };
    let hover = kiln_ide::hover::hover(&snapshot.db, file, offset);
    Ok(hover.map(|hover| Hover {
        contents: HoverContents::Markup(MarkupContent {
            kind: MarkupKind::Markdown,
            value: hover.markdown,
        }),
        range: Some(snapshot.range(&hover.range.path, hover.range.range)),
    }))
}

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
