//! The table of requests, and what happens around each: reading parameters, cancelling, and keeping panics in.

use std::panic::AssertUnwindSafe;

use lsp_server::{ErrorCode, Request, ResponseError};
use lsp_types::request::{self as r, Request as _};

use crate::completions;
use crate::diagnostics::message;
use crate::requests;
use crate::server::Event;
use crate::snapshot::Snapshot;

/// Answers a request from its parameters.
pub(crate) type Handler = fn(&Snapshot, serde_json::Value) -> Result<String, Refusal>;

/// Why a request is not answered.
#[derive(Clone, Debug)]
pub(crate) struct Refusal {
    pub(crate) code: ErrorCode,
    pub(crate) message: String,
}

impl Refusal {
    /// What was asked for cannot be done, and this is why.
    pub(crate) fn because(message: impl Into<String>) -> Self {
        Self {
            code: ErrorCode::RequestFailed,
            message: message.into(),
        }
    }
}

macro_rules! table {
    ($($request:ty => $handler:path;)*) => {
        /// Who answers a method.
        pub(crate) fn handler(method: &str) -> Option<Handler> {
            $(
                if method == <$request>::METHOD {
                    return Some(|snapshot, params| typed::<$request>(snapshot, params, $handler));
                }
            )*
            None
        }
    };
}

table! {
    r::HoverRequest => requests::hover;
    r::GotoDefinition => requests::definition;
    r::GotoTypeDefinition => requests::type_definition;
    r::References => requests::references;
    r::DocumentHighlightRequest => requests::highlights;
    r::DocumentSymbolRequest => requests::document_symbols;
    r::WorkspaceSymbolRequest => requests::workspace_symbols;
    r::Completion => completions::completion;
    r::ResolveCompletionItem => completions::resolve;
    r::SignatureHelpRequest => requests::signature_help;
    r::InlayHintRequest => requests::inlay_hints;
    r::SemanticTokensFullRequest => requests::tokens_full;
    r::SemanticTokensRangeRequest => requests::tokens_range;
    r::FoldingRangeRequest => requests::folding_ranges;
    r::SelectionRangeRequest => requests::selection_ranges;
    r::DocumentLinkRequest => requests::document_links;
    r::DocumentDiagnosticRequest => requests::diagnostics;
}

fn typed<R: r::Request>(
    snapshot: &Snapshot,
    params: serde_json::Value,
    handler: fn(&Snapshot, R::Params) -> Result<R::Result, Refusal>,
) -> Result<String, Refusal> {
    let params = serde_json::from_value(params).map_err(|error| Refusal {
        code: ErrorCode::InvalidParams,
        message: error.to_string(),
    })?;
    let result = handler(snapshot, params)?;
    serde_json::to_string(&result).map_err(|error| Refusal {
        code: ErrorCode::InternalError,
        message: error.to_string(),
    })
}

/// Answers a request, whatever happens.
pub(crate) fn run(handler: Handler, snapshot: &Snapshot, request: Request) -> Vec<Event> {
    let Request { id, method, params } = request;
    let answer = || salsa::Cancelled::catch(AssertUnwindSafe(|| handler(snapshot, params)));
    let refused = |code: ErrorCode, message: String| {
        let error = ResponseError {
            code: code as i32,
            message,
            data: None,
        };
        Event::Answered(id.clone(), Err(error))
    };
    match std::panic::catch_unwind(AssertUnwindSafe(answer)) {
        Ok(Ok(Ok(text))) => vec![Event::Answered(id, Ok(text))],
        Ok(Ok(Err(refusal))) => vec![refused(refusal.code, refusal.message)],
        Ok(Err(_)) => vec![Event::Interrupted(id)],
        Err(panic) => {
            let text = message(&*panic);
            let answer = refused(
                ErrorCode::InternalError,
                format!("an error in the server: {text}"),
            );
            vec![Event::Panicked(method, text), answer]
        }
    }
}
