//! What other parts of the server need of its state: files as the editor has them, and requests that wait for a program.

use std::sync::Arc;

use kiln_analysis::Database;
use lsp_server::{Request, RequestId, ResponseError};

use super::{Asked, Pending, Server, Work};
use crate::overlay::{Overlay, Texts};
use crate::runs::Files;
use crate::transport::Outgoing;

impl Server {
    /// Whether it is known what there is in the workspace.
    pub(crate) const fn is_complete(&self) -> bool {
        self.complete && !self.discovery.is_running() && self.readers == 0
    }

    /// A handle of the database: as long as there is one, nothing can be changed in it.
    pub(crate) fn database(&self) -> Database {
        self.db.clone()
    }

    /// Has the client ask for hints again, which know more now.
    pub(crate) fn refresh_hints(&mut self) {
        if self.client.refreshes_hints {
            self.ask::<lsp_types::request::InlayHintRefreshRequest>((), Asked::Other);
        }
    }

    /// The texts of open files.
    pub(crate) fn texts(&self) -> Texts {
        let texts = self.docs.iter();
        let texts = texts.map(|(path, document)| (Arc::clone(path), Arc::clone(&document.text)));
        Arc::new(texts.collect())
    }

    /// The files as the editor has them.
    pub(crate) fn files(&self, texts: &Texts) -> Files {
        Files {
            system: Overlay::new(self.system.clone(), Arc::clone(texts)),
            encoding: self.encoding,
        }
    }

    /// Whether a file was the same then.
    pub(crate) fn is_current(&self, path: &str, texts: &Texts) -> bool {
        match (self.docs.get(path), texts.get(path)) {
            (Some(document), Some(text)) => Arc::ptr_eq(&document.text, text),
            (None, None) => true,
            _ => false,
        }
    }

    /// A request that waits for a command.
    pub(crate) fn await_command(&mut self, request: Request, cancel: crate::commands::Cancel) {
        let pending = Pending {
            version: None,
            work: Work::Command(cancel),
            request,
        };
        self.pending.insert(pending.request.id.clone(), pending);
    }

    /// Answers a request, unless it was cancelled; says whether somebody waits for the answer.
    pub(crate) fn answer(&mut self, id: RequestId, answer: Result<String, ResponseError>) -> bool {
        let is_awaited = self.pending.remove(&id).is_some();
        if is_awaited {
            self.say(Outgoing::Answer(id, answer));
        }
        is_awaited
    }
}
