//! What the server can do, and what the client can.

use lsp_types::{
    CallHierarchyServerCapability, ClientCapabilities, CodeActionKind, CodeActionOptions,
    CodeActionProviderCapability, CodeLensOptions, CompletionOptions, DiagnosticOptions,
    DiagnosticServerCapabilities, DocumentLinkOptions, DocumentOnTypeFormattingOptions,
    ExecuteCommandOptions, FileOperationFilter, FileOperationPattern, FileOperationPatternKind,
    FileOperationRegistrationOptions, FoldingRangeProviderCapability, HoverProviderCapability,
    ImplementationProviderCapability, OneOf, RenameOptions, SaveOptions,
    SelectionRangeProviderCapability, SemanticTokenModifier, SemanticTokenType,
    SemanticTokensFullOptions, SemanticTokensLegend, SemanticTokensOptions,
    SemanticTokensServerCapabilities, ServerCapabilities, SignatureHelpOptions,
    TextDocumentSyncCapability, TextDocumentSyncKind, TextDocumentSyncOptions,
    TextDocumentSyncSaveOptions, TypeDefinitionProviderCapability, WorkDoneProgressOptions,
    WorkspaceFileOperationsServerCapabilities, WorkspaceFoldersServerCapabilities,
    WorkspaceServerCapabilities,
};

use crate::position::Encoding;
use crate::requests::actions::FIX_ALL;

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
    /// Takes edits of files in a certain version.
    pub(crate) versioned_edits: bool,
    /// Folds whole lines only.
    pub(crate) folds_lines: bool,
    /// Opens files when it is asked to.
    pub(crate) shows_documents: bool,
    /// Asks for code lenses again when it is told to.
    pub(crate) refreshes_lenses: bool,
    /// Asks for inlay hints again when it is told to.
    pub(crate) refreshes_hints: bool,
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
            versioned_edits: yes(workspace
                .and_then(|it| it.workspace_edit.as_ref())
                .and_then(|it| it.document_changes)),
            folds_lines: yes(text
                .and_then(|it| it.folding_range.as_ref())
                .and_then(|it| it.line_folding_only)),
            shows_documents: capabilities
                .window
                .as_ref()
                .and_then(|it| it.show_document.as_ref())
                .is_some_and(|it| it.support),
            refreshes_hints: yes(workspace
                .and_then(|it| it.inlay_hint.as_ref())
                .and_then(|it| it.refresh_support)),
            refreshes_lenses: yes(workspace
                .and_then(|it| it.code_lens.as_ref())
                .and_then(|it| it.refresh_support)),
        }
    }
}

/// Files and folders that imports may name.
fn programs() -> FileOperationRegistrationOptions {
    let filter = |glob: &str, kind| FileOperationFilter {
        scheme: Some("file".to_owned()),
        pattern: FileOperationPattern {
            glob: glob.to_owned(),
            matches: Some(kind),
            options: None,
        },
    };
    FileOperationRegistrationOptions {
        filters: vec![
            filter("**/*.k", FileOperationPatternKind::File),
            filter("**", FileOperationPatternKind::Folder),
        ],
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
        document_formatting_provider: Some(OneOf::Left(true)),
        document_range_formatting_provider: Some(OneOf::Left(true)),
        document_on_type_formatting_provider: Some(DocumentOnTypeFormattingOptions {
            first_trigger_character: "\n".to_owned(),
            more_trigger_character: Some(["}", "]", ")"].map(str::to_owned).to_vec()),
        }),
        rename_provider: Some(OneOf::Right(RenameOptions {
            prepare_provider: Some(true),
            work_done_progress_options: WorkDoneProgressOptions::default(),
        })),
        code_action_provider: Some(CodeActionProviderCapability::Options(CodeActionOptions {
            code_action_kinds: Some(vec![
                CodeActionKind::QUICKFIX,
                CodeActionKind::REFACTOR_EXTRACT,
                CodeActionKind::REFACTOR_INLINE,
                CodeActionKind::REFACTOR_REWRITE,
                CodeActionKind::SOURCE_ORGANIZE_IMPORTS,
                FIX_ALL,
            ]),
            ..CodeActionOptions::default()
        })),
        code_lens_provider: Some(CodeLensOptions {
            resolve_provider: Some(false),
        }),
        execute_command_provider: Some(ExecuteCommandOptions {
            commands: crate::commands::ALL.map(str::to_owned).to_vec(),
            ..ExecuteCommandOptions::default()
        }),
        implementation_provider: Some(ImplementationProviderCapability::Simple(true)),
        call_hierarchy_provider: Some(CallHierarchyServerCapability::Simple(true)),
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
                full: Some(SemanticTokensFullOptions::Delta { delta: Some(true) }),
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
                workspace_diagnostics: true,
                ..DiagnosticOptions::default()
            })
        }),
        workspace: Some(WorkspaceServerCapabilities {
            workspace_folders: Some(WorkspaceFoldersServerCapabilities {
                supported: Some(true),
                change_notifications: Some(OneOf::Left(true)),
            }),
            file_operations: Some(WorkspaceFileOperationsServerCapabilities {
                will_rename: Some(programs()),
                did_rename: Some(programs()),
                did_create: Some(programs()),
                did_delete: Some(programs()),
                ..WorkspaceFileOperationsServerCapabilities::default()
            }),
        }),
        ..ServerCapabilities::default()
    }
}
