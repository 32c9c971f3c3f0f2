//! One function for each request: from protocol positions to features and back.

use std::sync::{Arc, PoisonError};

use kiln_ide::folding::FoldKind;
use kiln_ide::goto::Targets;
use kiln_ide::inlay::HintKind;
use kiln_ide::references::target_at;
use kiln_ide::symbol::SymbolKind;
use kiln_ide::symbols::Declared;
use lsp_types::{
    DocumentDiagnosticParams, DocumentDiagnosticReport, DocumentDiagnosticReportResult,
    DocumentHighlight, DocumentHighlightKind, DocumentHighlightParams, DocumentLink,
    DocumentLinkParams, DocumentSymbol, DocumentSymbolParams, DocumentSymbolResponse,
    Documentation, FoldingRange, FoldingRangeKind, FoldingRangeParams,
    FullDocumentDiagnosticReport, GotoDefinitionParams, GotoDefinitionResponse, Hover,
    HoverContents, HoverParams, InlayHint, InlayHintKind, InlayHintLabel, InlayHintParams,
    Location, LocationLink, MarkupContent, MarkupKind, ParameterInformation, ParameterLabel,
    Position, Range, ReferenceParams, RelatedFullDocumentDiagnosticReport, SelectionRange,
    SelectionRangeParams, SemanticToken, SemanticTokens, SemanticTokensParams,
    SemanticTokensRangeParams, SemanticTokensRangeResult, SemanticTokensResult, SignatureHelp,
    SignatureHelpParams, SignatureInformation, SymbolInformation, SymbolKind as LspSymbolKind,
    TextDocumentIdentifier, TextEdit, Uri, WorkspaceSymbolParams, WorkspaceSymbolResponse,
};

use crate::dispatch::Refusal;
use crate::position::{Encoding, Lines};
use crate::snapshot::Snapshot;
use crate::workspace_search as search;

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
                let folder = path.rsplit_once('/').map(|(folder, _)| folder.to_owned());
                found.push(SymbolInformation {
                    name: it.name,
                    kind: symbol_kind(it.kind),
                    tags: None,
                    deprecated: None,
                    location: Location::new(uri.clone(), lines.range(it.range)),
                    container_name: folder,
                });
            }
        }
    }
    Ok(Some(WorkspaceSymbolResponse::Flat(found)))
}

pub(crate) fn tokens_full(
    snapshot: &Snapshot,
    params: SemanticTokensParams,
) -> Answer<Option<SemanticTokensResult>> {
    let tokens = tokens(snapshot, &params.text_document, None);
    Ok(tokens.map(SemanticTokensResult::Tokens))
}

pub(crate) fn tokens_range(
    snapshot: &Snapshot,
    params: SemanticTokensRangeParams,
) -> Answer<Option<SemanticTokensRangeResult>> {
    let tokens = tokens(snapshot, &params.text_document, Some(params.range));
    Ok(tokens.map(SemanticTokensRangeResult::Tokens))
}

fn tokens(
    snapshot: &Snapshot,
    document: &TextDocumentIdentifier,
    range: Option<Range>,
) -> Option<SemanticTokens> {
    let file = snapshot.file(document)?;
    let lines = snapshot.lines(file.path(&snapshot.db));
    let span = range.map(|range| lines.span(range));
    let tokens = kiln_ide::tokens::semantic_tokens(&snapshot.db, file, span);
    let mut last = Position::default();
    let data = tokens.iter().map(|token| {
        let at = lines.position(token.span.start);
        let delta_line = at.line - last.line;
        let delta_start = if delta_line == 0 {
            at.character - last.character
        } else {
            at.character
        };
        last = at;
        let text = lines.text.get(token.span.range()).unwrap_or_default();
        SemanticToken {
            delta_line,
            delta_start,
            length: lines.encoding.units(text),
            token_type: u32::from(token.kind as u8),
            token_modifiers_bitset: token.modifiers,
        }
    });
    Some(SemanticTokens {
        result_id: None,
        data: data.collect(),
    })
}

pub(crate) fn folding_ranges(
    snapshot: &Snapshot,
    params: FoldingRangeParams,
) -> Answer<Option<Vec<FoldingRange>>> {
    let Some(file) = snapshot.file(&params.text_document) else {
        return Ok(None);
    };
    let lines = snapshot.lines(file.path(&snapshot.db));
    let folds = kiln_ide::folding::folding_ranges(&snapshot.db, file);
    let ranges = folds.into_iter().map(|fold| {
        let range = lines.range(fold.span);
        let whole_lines = snapshot.client.folds_lines;
        FoldingRange {
            start_line: range.start.line,
            start_character: (!whole_lines).then_some(range.start.character),
            end_line: range.end.line,
            end_character: (!whole_lines).then_some(range.end.character),
            kind: match fold.kind {
                FoldKind::Comment => Some(FoldingRangeKind::Comment),
                FoldKind::Imports => Some(FoldingRangeKind::Imports),
                FoldKind::Code => None,
            },
            collapsed_text: None,
        }
    });
    let mut ranges: Vec<FoldingRange> = ranges.collect();
    // an editor that folds lines can fold each line once
    if snapshot.client.folds_lines {
        ranges.sort_by_key(|it| (it.start_line, std::cmp::Reverse(it.end_line)));
        ranges.dedup_by_key(|it| it.start_line);
    }
    Ok(Some(ranges))
}

pub(crate) fn selection_ranges(
    snapshot: &Snapshot,
    params: SelectionRangeParams,
) -> Answer<Option<Vec<SelectionRange>>> {
    let Some(file) = snapshot.file(&params.text_document) else {
        return Ok(None);
    };
    let lines = snapshot.lines(file.path(&snapshot.db));
    let ranges = params.positions.into_iter().map(|position| {
        let offset = lines.offset(position);
        let spans = kiln_ide::folding::selection_ranges(&snapshot.db, file, offset);
        let nested = spans.into_iter().rev().fold(None, |parent, span| {
            Some(SelectionRange {
                range: lines.range(span),
                parent: parent.map(Box::new),
            })
        });
        nested.unwrap_or_else(|| SelectionRange {
            range: Range::new(position, position),
            parent: None,
        })
    });
    Ok(Some(ranges.collect()))
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

fn markdown(value: String) -> MarkupContent {
    MarkupContent {
        kind: MarkupKind::Markdown,
        value,
    }
}

pub(crate) fn inlay_hints(
    snapshot: &Snapshot,
    params: InlayHintParams,
) -> Answer<Option<Vec<InlayHint>>> {
    let Some(file) = snapshot.file(&params.text_document) else {
        return Ok(None);
    };
    let lines = snapshot.lines(file.path(&snapshot.db));
    let hints = kiln_ide::inlay::inlay_hints(&snapshot.db, file, lines.span(params.range));
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
    Ok(Some(hints.collect()))
}

pub(crate) fn diagnostics(
    snapshot: &Snapshot,
    params: DocumentDiagnosticParams,
) -> Answer<DocumentDiagnosticReportResult> {
    let path = snapshot.path(&params.text_document);
    let items = path.map_or_else(Vec::new, |path| {
        crate::diagnostics::of_file(snapshot, &path, snapshot.complete).diagnostics
    });
    let full = RelatedFullDocumentDiagnosticReport {
        related_documents: None,
        full_document_diagnostic_report: FullDocumentDiagnosticReport {
            result_id: None,
            items,
        },
    };
    Ok(DocumentDiagnosticReportResult::Report(
        DocumentDiagnosticReport::Full(full),
    ))
}
