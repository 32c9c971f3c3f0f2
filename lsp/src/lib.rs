//! The language server: one loop that never waits for work, a few threads that do it, and the protocol around
//! [`kiln_ide`]. No compiler logic.
//!
//! Reading order: [`server`] (the loop and its state), [`snapshot`] (what answers are made from), [`dispatch`] (the table
//! of requests), [`requests`], [`diagnostics`].

mod capabilities;
mod completions;
mod config;
mod diagnostics;
mod discovery;
mod dispatch;
mod documents;
mod evaluation;
mod paths;
mod pool;
mod position;
mod requests;
mod server;
mod snapshot;
mod workspace_search;

use std::path::PathBuf;
use std::sync::Arc;

use crossbeam_channel::unbounded;
use kiln_project::FileSystem;
use lsp_server::{Connection, Message, ProtocolError};
use lsp_types::{InitializeParams, InitializeResult, ServerInfo};

use capabilities::Client;
use config::Config;
use paths::System;
use position::Encoding;
use server::{Beginning, Server};

/// Why the server ended early.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ServerError {
    /// The client does not keep to the protocol.
    #[error("the client broke the protocol: {0}")]
    Protocol(#[from] ProtocolError),
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
    let (connection, threads) = Connection::stdio();
    let result = serve(connection, system);
    if result.is_ok() {
        // what was said last is on its way to the client
        threads.join()?;
    }
    result
}

/// Serves a client; says whether it said goodbye.
///
/// # Errors
/// If the client does not keep to the protocol while it says hello.
pub fn serve(
    connection: Connection,
    system: impl FileSystem + 'static,
) -> Result<bool, ServerError> {
    let (id, params) = connection.initialize_start()?;
    let params: InitializeParams = serde_json::from_value(params)?;
    let system = System(Arc::new(system));
    let general = params.capabilities.general.as_ref();
    let encoding = Encoding::negotiate(general.and_then(|it| it.position_encodings.as_deref()));
    let client = Client::new(&params.capabilities);
    let result = InitializeResult {
        capabilities: capabilities::server(encoding, &client),
        server_info: Some(ServerInfo {
            name: "kiln".to_owned(),
            version: Some(env!("CARGO_PKG_VERSION").to_owned()),
        }),
    };
    connection.initialize_finish(id, serde_json::to_value(result)?)?;

    let options = params.initialization_options.as_ref();
    let beginning = Beginning {
        roots: roots(&system, &params),
        config: options.map(Config::read).unwrap_or_default(),
        system,
        encoding,
        client,
    };
    // the channels of the connection hold one message at most; nobody here waits for a slow client
    let Connection { sender, receiver } = connection;
    let (out, to_send) = unbounded::<Message>();
    let (arrived, messages) = unbounded::<Message>();
    let writer = pool::thread("writer", move || {
        for message in to_send {
            if sender.send(message).is_err() {
                return;
            }
        }
    })?;
    pool::thread("reader", move || {
        for message in receiver {
            if arrived.send(message).is_err() {
                return;
            }
        }
    })?;
    let (send_event, events) = server::events();
    let polite = Server::new(out, send_event, beginning)?.run(&messages, &events);
    let _ = writer.join();
    Ok(polite)
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
