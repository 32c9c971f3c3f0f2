//! Hierarchies of types and calls, and the schemas that inherit from one.

use std::sync::{Arc, PoisonError};

use kiln_ide::hierarchy::{self, Node};
use kiln_ide::references::{Target, target_at};
use lsp_types::request::{GotoImplementationParams, GotoImplementationResponse};
use lsp_types::{
    CallHierarchyIncomingCall, CallHierarchyIncomingCallsParams, CallHierarchyItem,
    CallHierarchyOutgoingCall, CallHierarchyOutgoingCallsParams, CallHierarchyPrepareParams,
    SymbolKind, TypeHierarchyItem, TypeHierarchyPrepareParams, TypeHierarchySubtypesParams,
    TypeHierarchySupertypesParams,
};

use crate::dispatch::Refusal;
use crate::snapshot::Snapshot;
use crate::workspace_search as search;

type Answer<T> = Result<T, Refusal>;

/// The schemas that name a target in their heads, in the whole workspace.
fn subtypes(snapshot: &Snapshot, target: &Target) -> Vec<Node> {
    let mut paths: Vec<Arc<str>> = {
        let index = snapshot
            .index
            .read()
            .unwrap_or_else(PoisonError::into_inner);
        index.files_with(&target.name)
    };
    paths.extend(snapshot.open.keys().cloned());
    paths.extend(target.key.iter().map(|key| Arc::clone(&key.path)));
    paths.sort_unstable();
    paths.dedup();
    let found = search::each(snapshot, &paths, |snapshot, path| {
        let files = snapshot.files(path).into_iter();
        let mut nodes = files.map(|file| hierarchy::subtypes_in_file(&snapshot.db, file, target));
        nodes.find(|nodes| !nodes.is_empty()).unwrap_or_default()
    });
    let mut nodes: Vec<Node> = found.into_iter().flatten().collect();
    nodes.sort_unstable_by(|a, b| a.at.cmp(&b.at));
    nodes.dedup();
    nodes
}

/// The target at the name of a node.
fn target_of(snapshot: &Snapshot, at: &kiln_ide::FileRange) -> Option<Target> {
    let file = snapshot.files(&at.path).into_iter().next()?;
    target_at(&snapshot.db, file, at.range.start).map(|(_, target)| target)
}

pub(crate) fn implementations(
    snapshot: &Snapshot,
    params: GotoImplementationParams,
) -> Answer<Option<GotoImplementationResponse>> {
    let at = params.text_document_position_params;
    let Some((file, offset)) = snapshot.place(&at.text_document, at.position) else {
        return Ok(None);
    };
    let Some(target) = hierarchy::schema_target(&snapshot.db, file, offset) else {
        return Ok(None);
    };
    // all of them, however far away
    let mut found: Vec<Node> = Vec::new();
    let mut pending = vec![target];
    while let Some(target) = pending.pop() {
        for node in subtypes(snapshot, &target) {
            if !found.contains(&node) {
                pending.extend(target_of(snapshot, &node.at));
                found.push(node);
            }
        }
    }
    found.sort_unstable_by(|a, b| a.at.cmp(&b.at));
    let locations = found.iter().filter_map(|node| snapshot.location(&node.at));
    Ok(Some(GotoImplementationResponse::Array(locations.collect())))
}

fn kind(node: &Node) -> SymbolKind {
    if node.is_schema {
        SymbolKind::CLASS
    } else {
        SymbolKind::FUNCTION
    }
}

fn type_item(snapshot: &Snapshot, node: Node) -> Option<TypeHierarchyItem> {
    Some(TypeHierarchyItem {
        kind: kind(&node),
        tags: None,
        detail: (!node.container.is_empty()).then_some(node.container),
        uri: snapshot.uri(&node.at.path)?,
        range: snapshot.range(&node.whole.path, node.whole.range),
        selection_range: snapshot.range(&node.at.path, node.at.range),
        name: node.name,
        data: None,
    })
}

fn call_item(snapshot: &Snapshot, node: Node) -> Option<CallHierarchyItem> {
    Some(CallHierarchyItem {
        kind: kind(&node),
        tags: None,
        detail: (!node.container.is_empty()).then_some(node.container),
        uri: snapshot.uri(&node.at.path)?,
        range: snapshot.range(&node.whole.path, node.whole.range),
        selection_range: snapshot.range(&node.at.path, node.at.range),
        name: node.name,
        data: None,
    })
}

pub(crate) fn prepare_types(
    snapshot: &Snapshot,
    params: TypeHierarchyPrepareParams,
) -> Answer<Option<Vec<TypeHierarchyItem>>> {
    let at = params.text_document_position_params;
    let Some((file, offset)) = snapshot.place(&at.text_document, at.position) else {
        return Ok(None);
    };
    let node = hierarchy::type_node(&snapshot.db, file, offset);
    Ok(node
        .and_then(|node| type_item(snapshot, node))
        .map(|item| vec![item]))
}

pub(crate) fn supertypes(
    snapshot: &Snapshot,
    params: TypeHierarchySupertypesParams,
) -> Answer<Option<Vec<TypeHierarchyItem>>> {
    let item = params.item;
    let document = lsp_types::TextDocumentIdentifier::new(item.uri);
    let Some((file, offset)) = snapshot.place(&document, item.selection_range.start) else {
        return Ok(None);
    };
    let nodes = hierarchy::supertypes(&snapshot.db, file, offset).into_iter();
    Ok(Some(
        nodes.filter_map(|node| type_item(snapshot, node)).collect(),
    ))
}

pub(crate) fn subtypes_of(
    snapshot: &Snapshot,
    params: TypeHierarchySubtypesParams,
) -> Answer<Option<Vec<TypeHierarchyItem>>> {
    let item = params.item;
    let document = lsp_types::TextDocumentIdentifier::new(item.uri);
    let Some((file, offset)) = snapshot.place(&document, item.selection_range.start) else {
        return Ok(None);
    };
    let Some(target) = hierarchy::schema_target(&snapshot.db, file, offset) else {
        return Ok(None);
    };
    let nodes = subtypes(snapshot, &target).into_iter();
    Ok(Some(
        nodes.filter_map(|node| type_item(snapshot, node)).collect(),
    ))
}

pub(crate) fn prepare_calls(
    snapshot: &Snapshot,
    params: CallHierarchyPrepareParams,
) -> Answer<Option<Vec<CallHierarchyItem>>> {
    let at = params.text_document_position_params;
    let Some((file, offset)) = snapshot.place(&at.text_document, at.position) else {
        return Ok(None);
    };
    let node = hierarchy::call_node(&snapshot.db, file, offset);
    Ok(node
        .and_then(|node| call_item(snapshot, node))
        .map(|item| vec![item]))
}

pub(crate) fn incoming_calls(
    snapshot: &Snapshot,
    params: CallHierarchyIncomingCallsParams,
) -> Answer<Option<Vec<CallHierarchyIncomingCall>>> {
    let item = params.item;
    let document = lsp_types::TextDocumentIdentifier::new(item.uri);
    let Some((file, offset)) = snapshot.place(&document, item.selection_range.start) else {
        return Ok(None);
    };
    let Some((_, target)) = target_at(&snapshot.db, file, offset) else {
        return Ok(None);
    };
    let found = search::references(snapshot, file.path(&snapshot.db), &target);
    let mut calls: Vec<(Node, Vec<lsp_types::Range>)> = Vec::new();
    for reference in found.iter().filter(|it| !it.declares) {
        let path = &reference.at.path;
        let Some(file) = snapshot.files(path).into_iter().next() else {
            continue;
        };
        let Some(node) = hierarchy::caller(&snapshot.db, file, reference) else {
            continue;
        };
        let range = snapshot.range(path, reference.at.range);
        match calls.last_mut().filter(|(known, _)| *known == node) {
            Some((_, ranges)) => ranges.push(range),
            None => calls.push((node, vec![range])),
        }
    }
    let calls = calls.into_iter().filter_map(|(node, from_ranges)| {
        Some(CallHierarchyIncomingCall {
            from: call_item(snapshot, node)?,
            from_ranges,
        })
    });
    Ok(Some(calls.collect()))
}

pub(crate) fn outgoing_calls(
    snapshot: &Snapshot,
    params: CallHierarchyOutgoingCallsParams,
) -> Answer<Option<Vec<CallHierarchyOutgoingCall>>> {
    let item = params.item;
    let document = lsp_types::TextDocumentIdentifier::new(item.uri);
    let Some((file, offset)) = snapshot.place(&document, item.selection_range.start) else {
        return Ok(None);
    };
    let found = hierarchy::callees(&snapshot.db, file, offset).into_iter();
    let calls = found.filter_map(|(node, places)| {
        let ranges = places.iter().map(|at| snapshot.range(&at.path, at.range));
        Some(CallHierarchyOutgoingCall {
            to: call_item(snapshot, node)?,
            from_ranges: ranges.collect(),
        })
    });
    Ok(Some(calls.collect()))
}
