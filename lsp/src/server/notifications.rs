//! What the client tells: files that it opens, changes and closes, settings, and what happens on the disk.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use kiln_project::FileSystem as _;
use lsp_server::{ErrorCode, Notification, RequestId};
use lsp_types::MessageType;
use lsp_types::notification::Notification as _;

use super::{Server, Work};
use crate::discovery::{Extent, look_around};
use crate::documents::Document;
use crate::paths::{is_program, is_settings};

/// Whether a file is one that the program of its folder has.
fn is_part(path: &str) -> bool {
    path.ends_with(".k") && !path.ends_with("_test.k")
}

impl Server {
    pub(super) fn notification(&mut self, notification: Notification) {
        use lsp_types::notification as n;
        let Notification { method, params } = notification;
        match method.as_str() {
            n::DidOpenTextDocument::METHOD => {
                self.with::<n::DidOpenTextDocument>(params, Self::opened)
            }
            n::DidChangeTextDocument::METHOD => {
                self.with::<n::DidChangeTextDocument>(params, Self::changed)
            }
            n::DidCloseTextDocument::METHOD => {
                self.with::<n::DidCloseTextDocument>(params, Self::closed)
            }
            n::DidSaveTextDocument::METHOD => {
                self.with::<n::DidSaveTextDocument>(params, Self::saved)
            }
            n::DidChangeWatchedFiles::METHOD => {
                self.with::<n::DidChangeWatchedFiles>(params, Self::files_changed)
            }
            n::DidCreateFiles::METHOD => self.with::<n::DidCreateFiles>(params, |this, params| {
                this.moved(params.files.into_iter().map(|file| file.uri));
            }),
            n::DidDeleteFiles::METHOD => self.with::<n::DidDeleteFiles>(params, |this, params| {
                this.moved(params.files.into_iter().map(|file| file.uri));
            }),
            n::DidRenameFiles::METHOD => self.with::<n::DidRenameFiles>(params, |this, params| {
                let files = params.files.into_iter();
                this.moved(files.flat_map(|file| [file.old_uri, file.new_uri]));
            }),
            n::DidChangeWorkspaceFolders::METHOD => {
                self.with::<n::DidChangeWorkspaceFolders>(params, Self::folders_changed)
            }
            n::DidChangeConfiguration::METHOD => {
                self.with::<n::DidChangeConfiguration>(params, |this, params| {
                    if this.client.configuration {
                        this.ask_configuration();
                    } else {
                        this.configure(&params.settings);
                    }
                })
            }
            n::Cancel::METHOD => self.with::<n::Cancel>(params, Self::cancelled),
            _ => {}
        }
    }

    /// Handles a notification whose parameters can be read; others are logged.
    fn with<N: lsp_types::notification::Notification>(
        &mut self,
        params: serde_json::Value,
        handle: impl FnOnce(&mut Self, N::Params),
    ) {
        match serde_json::from_value(params) {
            Ok(params) => handle(self, params),
            Err(error) => self.log(MessageType::WARNING, format!("{}: {error}", N::METHOD)),
        }
    }

    fn cancelled(&mut self, params: lsp_types::CancelParams) {
        let id = match params.id {
            lsp_types::NumberOrString::Number(id) => RequestId::from(id),
            lsp_types::NumberOrString::String(id) => RequestId::from(id),
        };
        let waiting = self.waiting.len();
        self.waiting.retain(|request| request.id != id);
        if self.waiting.len() < waiting {
            self.refuse(id, ErrorCode::RequestCanceled, "cancelled");
        } else if let Some(pending) = self.pending.remove(&id) {
            match pending.work {
                Work::Question(token) => token.cancel(),
                Work::Command(cancel) => self.runner.cancel(&cancel),
            }
            self.refuse(id, ErrorCode::RequestCanceled, "cancelled");
        }
    }

    fn opened(&mut self, params: lsp_types::DidOpenTextDocumentParams) {
        let document = params.text_document;
        let Some(path) = self.path_of(&document.uri) else {
            return;
        };
        self.paths.insert(document.uri.clone(), Arc::clone(&path));
        // others can import it even if it is not on the disk, or not any more
        if is_program(&path) {
            self.db.add_file(&path, &document.text);
        } else {
            // it may be newer than what is known about its folder
            self.db.refresh(&path);
        }
        self.docs.insert(
            Arc::clone(&path),
            Document {
                uri: document.uri,
                version: document.version,
                text: document.text.into(),
                changed: true,
                is_new: true,
            },
        );
        self.open = None;
        self.generation += 1;
        self.know_folder(&path);
        self.evaluate_opened(&path);
    }

    fn changed(&mut self, params: lsp_types::DidChangeTextDocumentParams) {
        let uri = &params.text_document.uri;
        let document = self.paths.get(uri).and_then(|path| self.docs.get_mut(path));
        let Some(document) = document else {
            let message = format!("a change of `{}`, which is not open", uri.as_str());
            self.log(MessageType::WARNING, message);
            return;
        };
        let version = params.text_document.version;
        document.apply(params.content_changes, version, self.encoding);
    }

    fn closed(&mut self, params: lsp_types::DidCloseTextDocumentParams) {
        let Some(path) = self.paths.remove(&params.text_document.uri) else {
            return;
        };
        let mut outdated = self.evaluation.forget(&path);
        // until the next check finds that it is still of interest; at the address that the client knows
        let is_told = self.published.remove(&path).is_some() || outdated.contains(&path);
        if is_told || !self.client.pulls_diagnostics {
            self.tell_diagnostics(&path, None, Vec::new());
        }
        self.docs.remove(&path);
        self.open = None;
        self.db.close(&path);
        self.update_index(&path);
        self.check_again();
        outdated.retain(|other| *other != path);
        self.tell_again(outdated);
        // a file that was never saved is gone
        if is_settings(&path) || !self.system.is_file(Path::new(&*path)) {
            self.discover(Extent::Structure);
        }
    }

    fn saved(&mut self, params: lsp_types::DidSaveTextDocumentParams) {
        self.flush();
        let Some(path) = self.path_of(&params.text_document.uri) else {
            return;
        };
        self.update_index(&path);
        let is_inside = || {
            self.roots
                .iter()
                .any(|root| Path::new(&*path).starts_with(root))
        };
        if is_settings(&path) {
            // its folder may be new, and nobody may be watching
            self.db.refresh_directories_of(&path);
            self.discover(Extent::Structure);
        } else if is_part(&path) && !self.workspace.has(&path) {
            // new, and nobody may be watching
            self.db.refresh_directories_of(&path);
            if is_inside() {
                self.discover(Extent::Words);
            } else {
                let system = self.files(&self.texts()).system;
                let workspace = Arc::make_mut(&mut self.workspace);
                look_around(workspace, &system, &path);
                self.check_again();
            }
        }
        if !is_settings(&path) {
            self.evaluate_saved(&path);
        }
    }

    fn folders_changed(&mut self, params: lsp_types::DidChangeWorkspaceFoldersParams) {
        for folder in params.event.removed {
            if let Some(path) = self.system.path_of(&folder.uri) {
                self.roots
                    .retain(|root| root.as_os_str() != std::ffi::OsStr::new(&*path));
            }
        }
        for folder in params.event.added {
            if let Some(path) = self.system.path_of(&folder.uri) {
                self.roots.push(PathBuf::from(&*path));
            }
        }
        self.discover(Extent::Words);
    }
}
