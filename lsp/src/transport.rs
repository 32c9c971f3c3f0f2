//! Messages over standard input and output, and what a server says. An answer is written as it was made: a tree of JSON
//! values in between would cost more than thousands of places took to find.

use std::io::{self, BufReader, BufWriter, Write};

use crossbeam_channel::{Receiver, Sender, unbounded};
use lsp_server::{Message, RequestId, ResponseError};
use serde::Serialize;

use crate::pool::thread;

/// Something to say.
#[derive(Debug)]
pub enum Outgoing {
    /// A request or notification.
    Message(Message),
    /// An answer: the JSON text of its result, or why there is none.
    Answer(RequestId, Result<String, ResponseError>),
}

impl Outgoing {
    /// The JSON text.
    ///
    /// # Errors
    /// Never, unless something cannot be written as JSON at all.
    pub fn json(self) -> serde_json::Result<String> {
        #[derive(Serialize)]
        struct Versioned<'a> {
            jsonrpc: &'static str,
            #[serde(flatten)]
            message: &'a Message,
        }
        Ok(match self {
            Self::Message(message) => serde_json::to_string(&Versioned {
                jsonrpc: "2.0",
                message: &message,
            })?,
            Self::Answer(id, Ok(result)) => {
                let id = serde_json::to_string(&id)?;
                format!(r#"{{"jsonrpc":"2.0","id":{id},"result":{result}}}"#)
            }
            Self::Answer(id, Err(error)) => {
                let (id, error) = (serde_json::to_string(&id)?, serde_json::to_string(&error)?);
                format!(r#"{{"jsonrpc":"2.0","id":{id},"error":{error}}}"#)
            }
        })
    }
}

/// The two directions.
pub struct Transport {
    /// What the client says.
    pub incoming: Receiver<Message>,
    /// What the server says.
    pub outgoing: Sender<Outgoing>,
    /// Ends when everything is said.
    pub writer: Option<std::thread::JoinHandle<()>>,
}

/// Standard input and output.
///
/// # Errors
/// If there are no threads.
pub fn stdio() -> io::Result<Transport> {
    let (arrived, incoming) = unbounded();
    thread("reader", move || {
        let mut input = BufReader::new(io::stdin());
        loop {
            match Message::read(&mut input) {
                Ok(Some(message)) => {
                    if arrived.send(message).is_err() {
                        return;
                    }
                }
                // one message that makes no sense is no reason to leave
                Err(error) if error.kind() == io::ErrorKind::InvalidData => {}
                Ok(None) | Err(_) => return,
            }
        }
    })?;
    let (outgoing, to_send) = unbounded::<Outgoing>();
    let writer = thread("writer", move || {
        let mut output = BufWriter::new(io::stdout().lock());
        for message in &to_send {
            let Ok(text) = message.json() else { continue };
            let written = write!(output, "Content-Length: {}\r\n\r\n{text}", text.len());
            // nobody listens any more
            if written.and_then(|()| output.flush()).is_err() {
                return;
            }
        }
    })?;
    Ok(Transport {
        incoming,
        outgoing,
        writer: Some(writer),
    })
}

/// A connection in memory: the server's side, and the client's: what it says, and what it hears.
#[must_use]
pub fn memory() -> (Transport, Sender<Message>, Receiver<Outgoing>) {
    let (say, incoming) = unbounded();
    let (outgoing, hear) = unbounded();
    let transport = Transport {
        incoming,
        outgoing,
        writer: None,
    };
    (transport, say, hear)
}
