//! What the server can do, and what the client can.

use lsp_types::{
    ClientCapabilities, CompletionOptions, DiagnosticOptions, DiagnosticServerCapabilities,
    DocumentLinkOptions, FoldingRangeProviderCapability, HoverProviderCapability, OneOf,
    SaveOptions, SelectionRangeProviderCapability, SemanticTokenModifier, SemanticTokenType,
    SemanticTokensFullOptions, SemanticTokensLegend, SemanticTokensOptions,
    SemanticTokensServerCapabilities, ServerCapabilities, SignatureHelpOptions,
    TextDocumentSyncCapability, TextDocumentSyncKind, TextDocumentSyncOptions,
    TextDocumentSyncSaveOptions, TypeDefinitionProviderCapability, WorkDoneProgressOptions,
    WorkspaceFoldersServerCapabilities, WorkspaceServerCapabilities,
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
pub(crate) fn server(encoding: Encoding, client: &Client) -> ServerCapabilities {
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
        type_definition_provider: Some(TypeDefinitionProviderCapability::Simple(true)),
        references_provider: Some(OneOf::Left(true)),
        document_highlight_provider: Some(OneOf::Left(true)),
        document_symbol_provider: Some(OneOf::Left(true)),
        workspace_symbol_provider: Some(OneOf::Left(true)),
        completion_provider: Some(CompletionOptions {
            trigger_characters: Some([".", "=", ":", "\"", "@"].map(str::to_owned).to_vec()),
            resolve_provider: Some(true),
            ..CompletionOptions::default()
        }),
        signature_help_provider: Some(SignatureHelpOptions {
            trigger_characters: Some(["(", ","].map(str::to_owned).to_vec()),
            retrigger_characters: Some(vec![",".to_owned(), "=".to_owned()]),
            ..SignatureHelpOptions::default()
        }),
        inlay_hint_provider: Some(OneOf::Left(true)),
        semantic_tokens_provider: Some(SemanticTokensServerCapabilities::SemanticTokensOptions(
            SemanticTokensOptions {
                legend: SemanticTokensLegend {
                    token_types: kiln_ide::tokens::KINDS.map(SemanticTokenType::new).to_vec(),
                    token_modifiers: kiln_ide::tokens::MODIFIERS
                        .map(SemanticTokenModifier::new)
                        .to_vec(),
                },
                range: Some(true),
                full: Some(SemanticTokensFullOptions::Bool(true)),
                ..SemanticTokensOptions::default()
            },
        )),
        folding_range_provider: Some(FoldingRangeProviderCapability::Simple(true)),
        selection_range_provider: Some(SelectionRangeProviderCapability::Simple(true)),
        document_link_provider: Some(DocumentLinkOptions {
            resolve_provider: Some(false),
            work_done_progress_options: WorkDoneProgressOptions::default(),
        }),
        diagnostic_provider: client.pulls_diagnostics.then(|| {
            DiagnosticServerCapabilities::Options(DiagnosticOptions {
                identifier: Some("kiln".to_owned()),
                inter_file_dependencies: true,
                ..DiagnosticOptions::default()
            })
        }),
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
