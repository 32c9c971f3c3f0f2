//! What the server can do, and what the client can.

use lsp_types::{
    ClientCapabilities, HoverProviderCapability, OneOf, SaveOptions, ServerCapabilities,
    TextDocumentSyncCapability, TextDocumentSyncKind, TextDocumentSyncOptions,
    TextDocumentSyncSaveOptions, WorkspaceFoldersServerCapabilities, WorkspaceServerCapabilities,
};

use crate::position::Encoding;

/// What the client can do, as far as it changes what the server does.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Client {
    /// Asks for diagnostics by itself.
    pub(crate) pulls_diagnostics: bool,
    /// Asks again when it is told to.
    pub(crate) refreshes_diagnostics: bool,
    /// Shows progress.
    pub(crate) progress: bool,
    /// Watches files for the server.
    pub(crate) watches_files: bool,
    /// Tells its settings.
    pub(crate) configuration: bool,
    /// Knows places in snippets.
    pub(crate) snippets: bool,
    /// Knows links with an origin.
    pub(crate) definition_links: bool,
    /// Knows trees of symbols.
    pub(crate) nested_symbols: bool,
    /// Folds whole lines only.
    pub(crate) folds_lines: bool,
}

impl Client {
    pub(crate) fn new(capabilities: &ClientCapabilities) -> Self {
        let text = capabilities.text_document.as_ref();
        let workspace = capabilities.workspace.as_ref();
        let yes = |flag: Option<bool>| flag.unwrap_or_default();
        Self {
            pulls_diagnostics: text.is_some_and(|it| it.diagnostic.is_some()),
            refreshes_diagnostics: yes(workspace
                .and_then(|it| it.diagnostic.as_ref())
                .and_then(|it| it.refresh_support)),
            progress: yes(capabilities
                .window
                .as_ref()
                .and_then(|it| it.work_done_progress)),
            watches_files: yes(workspace
                .and_then(|it| it.did_change_watched_files.as_ref())
                .and_then(|it| it.dynamic_registration)),
            configuration: yes(workspace.and_then(|it| it.configuration)),
            snippets: yes(text
                .and_then(|it| it.completion.as_ref())
                .and_then(|it| it.completion_item.as_ref())
                .and_then(|it| it.snippet_support)),
            definition_links: yes(text
                .and_then(|it| it.definition.as_ref())
                .and_then(|it| it.link_support)),
            nested_symbols: yes(text
                .and_then(|it| it.document_symbol.as_ref())
                .and_then(|it| it.hierarchical_document_symbol_support)),
            folds_lines: yes(text
                .and_then(|it| it.folding_range.as_ref())
                .and_then(|it| it.line_folding_only)),
        }
    }
}

/// What the server announces.
pub(crate) fn server(encoding: Encoding, _client: &Client) -> ServerCapabilities {
    ServerCapabilities {
        position_encoding: Some(encoding.kind()),
        text_document_sync: Some(TextDocumentSyncCapability::Options(
            TextDocumentSyncOptions {
                open_close: Some(true),
                change: Some(TextDocumentSyncKind::INCREMENTAL),
                save: Some(TextDocumentSyncSaveOptions::SaveOptions(
                    SaveOptions::default(),
                )),
                ..TextDocumentSyncOptions::default()
            },
        )),
        hover_provider: Some(HoverProviderCapability::Simple(true)),
        definition_provider: Some(OneOf::Left(true)),
        workspace: Some(WorkspaceServerCapabilities {
            workspace_folders: Some(WorkspaceFoldersServerCapabilities {
                supported: Some(true),
                change_notifications: Some(OneOf::Left(true)),
            }),
            file_operations: None,
        }),
        ..ServerCapabilities::default()
    }
}
