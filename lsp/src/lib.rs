//! The language server: one loop that never waits for work, a few threads that do it, and the protocol around
//! [`kiln_ide`]. No compiler logic.
//!
//! Reading order: [`server`] (the loop and its state), [`snapshot`] (what answers are made from), [`dispatch`] (the table
//! of requests), [`requests`], [`diagnostics`].

mod capabilities;
mod checker;
mod commands;
mod config;
mod diagnostics;
mod discovery;
mod dispatch;
mod documents;
mod evaluation;
mod memo;
mod overlay;
mod paths;
mod plain;
mod pool;
mod position;
mod requests;
mod runs;
mod server;
mod snapshot;
mod token_cache;
pub mod transport;
mod workspace_search;

use std::path::PathBuf;
use std::sync::Arc;

use crossbeam_channel::{Receiver, Sender};
use kiln_project::FileSystem;
use lsp_server::{ErrorCode, Message, RequestId, ResponseError};
use lsp_types::notification::{Exit, Notification as _};
use lsp_types::request::{Initialize, Request as _};
use lsp_types::{InitializeParams, InitializeResult, ServerInfo};

use capabilities::Client;
use config::Config;
use paths::System;
use position::Encoding;
use server::{Beginning, Server};
use transport::{Outgoing, Transport};

/// Why the server ended early.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ServerError {
    /// The client went away before it said hello.
    #[error("the client said nothing that makes sense")]
    NoClient,
    /// The client's parameters cannot be read.
    #[error("cannot read the client's parameters: {0}")]
    Parameters(#[from] serde_json::Error),
    /// No threads.
    #[error("cannot start a thread: {0}")]
    Thread(#[from] std::io::Error),
}

/// Serves a client over standard input and output; says whether it said goodbye.
///
/// # Errors
/// If the client does not keep to the protocol while it says hello.
pub fn stdio(system: impl FileSystem + 'static) -> Result<bool, ServerError> {
    serve(transport::stdio()?, system)
}

/// Serves a client; says whether it said goodbye.
///
/// # Errors
/// If the client does not keep to the protocol while it says hello.
pub fn serve(transport: Transport, system: impl FileSystem + 'static) -> Result<bool, ServerError> {
    let Transport {
        incoming,
        outgoing,
        writer,
    } = transport;
    let (id, params) = hello(&incoming, &outgoing).ok_or(ServerError::NoClient)?;
    // the types of the protocol that are used here spell it in another way
    let refreshes = params.pointer("/capabilities/workspace/diagnostics/refreshSupport");
    let refreshes = refreshes.and_then(serde_json::Value::as_bool);
    let params: InitializeParams = serde_json::from_value(params)?;
    let system = System(Arc::new(system));
    let general = params.capabilities.general.as_ref();
    let encoding = Encoding::negotiate(general.and_then(|it| it.position_encodings.as_deref()));
    let mut client = Client::new(&params.capabilities);
    client.refreshes_diagnostics |= refreshes.unwrap_or_default();
    let result = InitializeResult {
        capabilities: capabilities::server(encoding, &client),
        server_info: Some(ServerInfo {
            name: "kiln".to_owned(),
            version: Some(env!("CARGO_PKG_VERSION").to_owned()),
        }),
    };
    let mut result = serde_json::to_value(&result)?;
    // newer than the types of the protocol that are used here
    result["capabilities"]["typeHierarchyProvider"] = true.into();
    let result = result.to_string();
    let _ = outgoing.send(Outgoing::Answer(id, Ok(result)));

    let options = params.initialization_options.as_ref();
    let beginning = Beginning {
        roots: roots(&system, &params),
        config: options.map(Config::read).unwrap_or_default(),
        system,
        encoding,
        client,
    };
    let (send_event, events) = server::events();
    let polite = Server::new(outgoing, send_event, beginning)?.run(&incoming, &events);
    if let Some(writer) = writer {
        // what was said last is on its way to the client
        let _ = writer.join();
    }
    Ok(polite)
}

/// Waits for the request `initialize`; before it, nothing is answered.
fn hello(
    incoming: &Receiver<Message>,
    outgoing: &Sender<Outgoing>,
) -> Option<(RequestId, serde_json::Value)> {
    loop {
        match incoming.recv().ok()? {
            Message::Request(request) if request.method == Initialize::METHOD => {
                return Some((request.id, request.params));
            }
            Message::Request(request) => {
                let error = ResponseError {
                    code: ErrorCode::ServerNotInitialized as i32,
                    message: "the first request must be `initialize`".to_owned(),
                    data: None,
                };
                let _ = outgoing.send(Outgoing::Answer(request.id, Err(error)));
            }
            Message::Notification(notification) if notification.method == Exit::METHOD => {
                return None;
            }
            _ => {}
        }
    }
}

/// The folders that the client works in.
fn roots(system: &System, params: &InitializeParams) -> Vec<PathBuf> {
    #[expect(deprecated, reason = "older clients say nothing else")]
    let old = params.root_uri.as_ref();
    let folders = params.workspace_folders.as_deref().unwrap_or_default();
    let named = folders.iter().map(|folder| &folder.uri);
    let all: Vec<_> = match old {
        Some(root) if folders.is_empty() => vec![root],
        _ => named.collect(),
    };
    all.into_iter()
        .filter_map(|uri| system.path_of(uri))
        .map(|path| PathBuf::from(&*path))
        .collect()
}
