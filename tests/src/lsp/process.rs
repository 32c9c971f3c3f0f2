//! A server that is a process of its own: its standard input and output look like a connection in memory.

use std::io::{BufReader, Write};
use std::process::{Command, Stdio};
use std::thread::JoinHandle;

use kiln_lsp::transport::{Outgoing, Remote, Transport, memory};
use lsp_server::Message;

/// Starts the command; the thread says whether it ended well.
pub(super) fn start(mut command: Command) -> std::io::Result<(Remote, JoinHandle<bool>, u32)> {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;
    let none = || std::io::Error::other("no standard input and output");
    let mut input = child.stdin.take().ok_or_else(none)?;
    let output = child.stdout.take().ok_or_else(none)?;
    let (transport, remote) = memory();
    let Transport {
        incoming, outgoing, ..
    } = transport;
    std::thread::spawn(move || {
        for message in &incoming {
            let Ok(text) = Outgoing::Message(message).json() else {
                continue;
            };
            let written = write!(input, "Content-Length: {}\r\n\r\n{text}", text.len());
            if written.and_then(|()| input.flush()).is_err() {
                return;
            }
        }
    });
    let process = child.id();
    let server = std::thread::spawn(move || {
        let mut output = BufReader::new(output);
        while let Ok(Some(message)) = Message::read(&mut output) {
            if outgoing.send(Outgoing::Message(message)).is_err() {
                break;
            }
        }
        drop(output);
        child.wait().is_ok_and(|status| status.success())
    });
    Ok((remote, server, process))
}
