//! What is shown about a name, a call and the code between the lines.

use kiln_ide::inlay::HintKind;
use lsp_types::{
    Documentation, Hover, HoverContents, HoverParams, InlayHint, InlayHintKind, InlayHintLabel,
    InlayHintParams, MarkupContent, MarkupKind, ParameterInformation, ParameterLabel, Range,
    SignatureHelp, SignatureHelpParams, SignatureInformation, TextEdit,
};

use super::{Answer, markdown, values};
use crate::position::Encoding;
use crate::snapshot::Snapshot;

pub(crate) fn hover(snapshot: &Snapshot, params: HoverParams) -> Answer<Option<Hover>> {
    let at = params.text_document_position_params;
    let Some((file, offset)) = snapshot.place(&at.text_document, at.position) else {
        return Ok(None);
    };
    let hover = kiln_ide::hover::hover(&snapshot.db, file, offset);
    let range = hover.as_ref().map(|hover| &hover.range);
    let range = range.map(|at| snapshot.range(&at.path, at.range));
    let value = values::described(snapshot, file, offset);
    let parts = hover.into_iter().map(|hover| hover.markdown).chain(value);
    let markdown = parts.collect::<Vec<_>>().join("\n\n---\n\n");
    Ok((!markdown.is_empty()).then_some(Hover {
        contents: HoverContents::Markup(MarkupContent {
            kind: MarkupKind::Markdown,
            value: markdown,
        }),
        range,
    }))
}

pub(crate) fn signature_help(
    snapshot: &Snapshot,
    params: SignatureHelpParams,
) -> Answer<Option<SignatureHelp>> {
    let at = params.text_document_position_params;
    let Some((file, offset)) = snapshot.place(&at.text_document, at.position) else {
        return Ok(None);
    };
    let Some(found) = kiln_ide::signature::signature_help(&snapshot.db, file, offset) else {
        return Ok(None);
    };
    // offsets in the label count UTF-16 units, whatever positions count
    let units = |end: u32| {
        let before = found.label.get(..end as usize).unwrap_or_default();
        Encoding::Utf16.units(before)
    };
    let parameters = found.params.iter().map(|span| ParameterInformation {
        label: ParameterLabel::LabelOffsets([units(span.start), units(span.end)]),
        documentation: None,
    });
    let parameters = parameters.collect();
    let docs = (!found.docs.is_empty()).then(|| markdown(found.docs.clone()));
    Ok(Some(SignatureHelp {
        signatures: vec![SignatureInformation {
            parameters: Some(parameters),
            documentation: docs.map(Documentation::MarkupContent),
            active_parameter: found.active,
            label: found.label,
        }],
        active_signature: Some(0),
        active_parameter: found.active,
    }))
}

pub(crate) fn inlay_hints(
    snapshot: &Snapshot,
    params: InlayHintParams,
) -> Answer<Option<Vec<InlayHint>>> {
    let Some(file) = snapshot.file(&params.text_document) else {
        return Ok(None);
    };
    let lines = snapshot.lines(file.path(&snapshot.db));
    let range = lines.span(params.range);
    let hints = kiln_ide::inlay::inlay_hints(&snapshot.db, file, range);
    let config = &snapshot.config.inlay_hints;
    let hints = hints.into_iter().filter_map(|hint| {
        let (wanted, kind) = match hint.kind {
            HintKind::Type => (config.types, InlayHintKind::TYPE),
            HintKind::Parameter => (config.parameters, InlayHintKind::PARAMETER),
        };
        let position = lines.position(hint.offset);
        let edits = hint.insertable.then(|| {
            let range = Range::new(position, position);
            vec![TextEdit::new(range, hint.text.clone())]
        });
        wanted.then(|| InlayHint {
            position,
            label: InlayHintLabel::String(hint.text),
            kind: Some(kind),
            text_edits: edits,
            tooltip: None,
            padding_left: None,
            padding_right: None,
            data: None,
        })
    });
    let mut hints: Vec<InlayHint> = hints.collect();
    if config.values {
        hints.extend(values::hints(snapshot, file, range));
    }
    Ok(Some(hints))
}
