//! The table of requests, and what happens around each: reading parameters, cancelling, and keeping panics in.

use std::panic::AssertUnwindSafe;

use lsp_server::{ErrorCode, Request, ResponseError};
use lsp_types::request::{self as r, Request as _};

use crate::requests::{
    actions, changes, completions, hierarchies, lenses, navigation, reading, renamed_files,
    structure, symbols,
};
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

/// Whether the answer to a method depends on files that nobody has opened.
pub(crate) fn needs_workspace(method: &str) -> bool {
    [
        r::References::METHOD,
        r::Rename::METHOD,
        r::WillRenameFiles::METHOD,
        r::WorkspaceSymbolRequest::METHOD,
        r::GotoImplementation::METHOD,
        r::TypeHierarchySubtypes::METHOD,
        r::CallHierarchyIncomingCalls::METHOD,
        // which programs a file is checked in decides what is wrong with it
        r::CodeActionRequest::METHOD,
        r::DocumentDiagnosticRequest::METHOD,
        // and what is run
        r::CodeLensRequest::METHOD,
        r::ExecuteCommand::METHOD,
    ]
    .contains(&method)
}

/// Whether an answer tells what programs evaluate to.
pub(crate) fn shows_values(method: &str) -> bool {
    [r::HoverRequest::METHOD, r::InlayHintRequest::METHOD].contains(&method)
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
    r::HoverRequest => reading::hover;
    r::GotoDefinition => navigation::definition;
    r::GotoTypeDefinition => navigation::type_definition;
    r::References => navigation::references;
    r::DocumentHighlightRequest => navigation::highlights;
    r::DocumentSymbolRequest => symbols::document_symbols;
    r::WorkspaceSymbolRequest => symbols::workspace_symbols;
    r::Completion => completions::completion;
    r::ResolveCompletionItem => completions::resolve;
    r::SignatureHelpRequest => reading::signature_help;
    r::InlayHintRequest => reading::inlay_hints;
    r::SemanticTokensFullRequest => structure::tokens_full;
    r::SemanticTokensFullDeltaRequest => structure::tokens_delta;
    r::SemanticTokensRangeRequest => structure::tokens_range;
    r::FoldingRangeRequest => structure::folding_ranges;
    r::SelectionRangeRequest => structure::selection_ranges;
    r::CodeLensRequest => lenses::code_lenses;
    r::DocumentLinkRequest => navigation::document_links;
    r::DocumentDiagnosticRequest => crate::diagnostics::pulled;
    r::Formatting => changes::formatting;
    r::RangeFormatting => changes::range_formatting;
    r::OnTypeFormatting => changes::after_key;
    r::PrepareRenameRequest => changes::prepare_rename;
    r::Rename => changes::rename;
    r::WillRenameFiles => renamed_files::will_rename;
    r::CodeActionRequest => actions::code_actions;
    r::GotoImplementation => hierarchies::implementations;
    r::TypeHierarchyPrepare => hierarchies::prepare_types;
    r::TypeHierarchySupertypes => hierarchies::supertypes;
    r::TypeHierarchySubtypes => hierarchies::subtypes_of;
    r::CallHierarchyPrepare => hierarchies::prepare_calls;
    r::CallHierarchyIncomingCalls => hierarchies::incoming_calls;
    r::CallHierarchyOutgoingCalls => hierarchies::outgoing_calls;
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

/// What a panic said.
pub(crate) fn message(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    let text = text.or_else(|| panic.downcast_ref::<&str>().copied());
    text.unwrap_or("no message").to_owned()
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

#[cfg(test)]
mod tests {
    use lsp_server::{ErrorCode, Request};

    use super::{Refusal, run};
    use crate::server::Event;
    use crate::snapshot::Snapshot;

    fn answered(
        handler: fn(&Snapshot, serde_json::Value) -> Result<String, Refusal>,
    ) -> Vec<Event> {
        let request = Request::new(1.into(), "test".to_owned(), ());
        run(handler, &Snapshot::empty(), request)
    }

    #[test]
    fn a_panic_is_answered_and_told() {
        let events = answered(|_, _| panic!("number {}", 7));
        let [
            Event::Panicked(what, message),
            Event::Answered(_, Err(error)),
        ] = &events[..]
        else {
            panic!("something else");
        };
        assert_eq!((&**what, &**message), ("test", "number 7"));
        assert_eq!(error.code, ErrorCode::InternalError as i32);
        assert_eq!(error.message, "an error in the server: number 7");
    }

    #[test]
    fn an_interruption_is_no_panic() {
        let events = answered(|snapshot, _| {
            salsa::Database::cancellation_token(&snapshot.db).cancel();
            // the next query ends the request
            Ok(snapshot.lines("/none.k").text.to_owned())
        });
        assert!(matches!(&events[..], [Event::Interrupted(_)]));
    }

    #[test]
    fn a_refusal_gives_its_reason() {
        let events = answered(|_, _| Err(Refusal::because("it is late")));
        let [Event::Answered(_, Err(error))] = &events[..] else {
            panic!("something else");
        };
        assert_eq!(error.message, "it is late");
    }
}
