//! What is wrong in files that are not open, for clients that ask for it. They are told what has been found out already, so
//! that asking costs nothing; who asks once is not told by notifications any more.

use std::sync::Arc;

use lsp_server::Request;
use lsp_types::{
    Diagnostic, FullDocumentDiagnosticReport, UnchangedDocumentDiagnosticReport, Uri,
    WorkspaceDiagnosticParams, WorkspaceDiagnosticReport, WorkspaceDiagnosticReportResult,
    WorkspaceDocumentDiagnosticReport, WorkspaceFullDocumentDiagnosticReport,
    WorkspaceUnchangedDocumentDiagnosticReport,
};
use rustc_hash::FxHashMap;

use super::Server;
use crate::diagnostics::result_id;
use crate::transport::Outgoing;

impl Server {
    /// Answers at once.
    pub(super) fn workspace_diagnostics(&mut self, request: Request) {
        let Request { id, params, .. } = request;
        let params = serde_json::from_value::<WorkspaceDiagnosticParams>(params);
        let before = params.map_or_else(|_| Vec::new(), |params| params.previous_result_ids);
        if !std::mem::replace(&mut self.pulls_workspace, true) {
            self.take_back();
        }
        let mut before: FxHashMap<Arc<str>, (Uri, String)> = before
            .into_iter()
            .filter_map(|it| Some((self.path_of(&it.uri)?, (it.uri, it.value))))
            .collect();
        let mut files: Vec<Arc<str>> = self.published.keys().cloned().collect();
        files.extend(before.keys().cloned());
        files.sort_unstable();
        files.dedup();
        // open files are asked for one by one
        files.retain(|path| !self.docs.contains_key(path));
        let mut items = Vec::new();
        for path in files {
            let diagnostics = self.found_in(&path);
            let (uri, known) = match before.remove(&path) {
                Some((uri, id)) => (Some(uri), id),
                None => (crate::paths::uri_of(&path), String::new()),
            };
            if let Some(uri) = uri {
                items.push(report(uri, &known, diagnostics));
            }
        }
        let report = WorkspaceDiagnosticReportResult::Report(WorkspaceDiagnosticReport { items });
        let text = serde_json::to_string(&report).unwrap_or_else(|_| "null".to_owned());
        self.say(Outgoing::Answer(id, Ok(text)));
    }

    /// What is known about a file, with what running its programs showed.
    fn found_in(&self, path: &str) -> Vec<Diagnostic> {
        let mut diagnostics = self.static_diagnostics(path);
        diagnostics.extend(self.evaluation.diagnostics(path));
        diagnostics
    }

    /// What the client was told before it asked would be there twice.
    fn take_back(&mut self) {
        let mut told: Vec<Arc<str>> = self.published.keys().cloned().collect();
        told.retain(|path| !self.docs.contains_key(path));
        told.sort_unstable();
        for path in told {
            self.publish_list(&path, None, Vec::new());
        }
    }
}

/// What is wrong, unless the client knows it under this name.
fn report(uri: Uri, known: &str, items: Vec<Diagnostic>) -> WorkspaceDocumentDiagnosticReport {
    let id = result_id(&items);
    if id == known {
        return WorkspaceUnchangedDocumentDiagnosticReport {
            uri,
            version: None,
            unchanged_document_diagnostic_report: UnchangedDocumentDiagnosticReport {
                result_id: id,
            },
        }
        .into();
    }
    WorkspaceFullDocumentDiagnosticReport {
        uri,
        version: None,
        full_document_diagnostic_report: FullDocumentDiagnosticReport {
            result_id: Some(id),
            items,
        },
    }
    .into()
}
