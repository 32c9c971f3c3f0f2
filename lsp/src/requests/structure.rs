//! Colours, folding and selections.

use std::sync::Arc;

use kiln_ide::folding::FoldKind;
use lsp_types::{
    FoldingRange, FoldingRangeKind, FoldingRangeParams, Position, Range, SelectionRange,
    SelectionRangeParams, SemanticToken, SemanticTokens, SemanticTokensDelta,
    SemanticTokensDeltaParams, SemanticTokensFullDeltaResult, SemanticTokensParams,
    SemanticTokensRangeParams, SemanticTokensRangeResult, SemanticTokensResult,
    TextDocumentIdentifier,
};

use super::Answer;
use crate::snapshot::Snapshot;
use crate::token_cache::difference;

pub(crate) fn tokens_full(
    snapshot: &Snapshot,
    params: SemanticTokensParams,
) -> Answer<Option<SemanticTokensResult>> {
    let told = tokens(snapshot, &params.text_document, None);
    Ok(told.map(|(path, data)| {
        let result_id = Some(snapshot.tokens.put(&path, &data));
        SemanticTokensResult::Tokens(SemanticTokens { result_id, data })
    }))
}

/// What changed since the client asked last; or everything, if that is forgotten.
pub(crate) fn tokens_delta(
    snapshot: &Snapshot,
    params: SemanticTokensDeltaParams,
) -> Answer<Option<SemanticTokensFullDeltaResult>> {
    let told = tokens(snapshot, &params.text_document, None);
    Ok(told.map(|(path, data)| {
        let before = snapshot.tokens.get(&path, &params.previous_result_id);
        let result_id = Some(snapshot.tokens.put(&path, &data));
        match before {
            Some(before) => SemanticTokensFullDeltaResult::TokensDelta(SemanticTokensDelta {
                result_id,
                edits: difference(&before, &data),
            }),
            None => SemanticTokensFullDeltaResult::Tokens(SemanticTokens { result_id, data }),
        }
    }))
}

pub(crate) fn tokens_range(
    snapshot: &Snapshot,
    params: SemanticTokensRangeParams,
) -> Answer<Option<SemanticTokensRangeResult>> {
    let told = tokens(snapshot, &params.text_document, Some(params.range));
    Ok(told.map(|(_, data)| {
        let result_id = None;
        SemanticTokensRangeResult::Tokens(SemanticTokens { result_id, data })
    }))
}

fn tokens(
    snapshot: &Snapshot,
    document: &TextDocumentIdentifier,
    range: Option<Range>,
) -> Option<(Arc<str>, Vec<SemanticToken>)> {
    let file = snapshot.file(document)?;
    let path = file.path(&snapshot.db);
    let lines = snapshot.lines(path);
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
    Some((Arc::clone(path), data.collect()))
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
                FoldKind::Region => Some(FoldingRangeKind::Region),
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
