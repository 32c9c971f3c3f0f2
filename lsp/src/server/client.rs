//! What the server asks and tells the client by itself: settings, files to watch, progress.

use lsp_server::{Message, Notification, Request, RequestId, Response};
use lsp_types::NumberOrString;
use lsp_types::notification::Notification as _;

use super::{Asked, Server};
use crate::transport::Outgoing;

/// The name of the one progress that is shown.
const PROGRESS: &str = "kiln/workspace";

impl Server {
    pub(super) fn response(&mut self, response: Response) {
        let asked = self.asked.remove(&response.id);
        if let (Some(Asked::Configuration), Some(value)) = (asked, response.result) {
            let value = value.get(0).cloned().unwrap_or_default();
            if !value.is_null() {
                self.configure(&value);
            }
        }
    }

    pub(crate) fn notify<N: lsp_types::notification::Notification>(&self, params: N::Params) {
        let notification = Notification::new(N::METHOD.to_owned(), params);
        self.say(Outgoing::Message(Message::Notification(notification)));
    }

    pub(super) fn ask<R: lsp_types::request::Request>(&mut self, params: R::Params, what: Asked) {
        self.next_id += 1;
        let id = RequestId::from(format!("kiln-{}", self.next_id));
        self.asked.insert(id.clone(), what);
        let request = Request::new(id, R::METHOD.to_owned(), params);
        self.say(Outgoing::Message(Message::Request(request)));
    }

    /// Asks something whose answer changes nothing.
    pub(crate) fn ask_other<R: lsp_types::request::Request>(&mut self, params: R::Params) {
        self.ask::<R>(params, Asked::Other);
    }

    pub(super) fn ask_configuration(&mut self) {
        let params = lsp_types::ConfigurationParams {
            items: vec![lsp_types::ConfigurationItem {
                scope_uri: None,
                section: Some("kiln".to_owned()),
            }],
        };
        self.ask::<lsp_types::request::WorkspaceConfiguration>(params, Asked::Configuration);
    }

    pub(super) fn watch_files(&mut self) {
        let watcher = |pattern: &str| lsp_types::FileSystemWatcher {
            glob_pattern: lsp_types::GlobPattern::String(pattern.to_owned()),
            kind: None,
        };
        let options = lsp_types::DidChangeWatchedFilesRegistrationOptions {
            watchers: ["**/*.k", "**/kcl.mod", "**/kcl.yaml"]
                .map(watcher)
                .to_vec(),
        };
        let registration = lsp_types::Registration {
            id: "watched-files".to_owned(),
            method: lsp_types::notification::DidChangeWatchedFiles::METHOD.to_owned(),
            register_options: serde_json::to_value(options).ok(),
        };
        let params = lsp_types::RegistrationParams {
            registrations: vec![registration],
        };
        self.ask::<lsp_types::request::RegisterCapability>(params, Asked::Other);
    }

    /// Shows that the workspace is being looked through, the first time.
    pub(super) fn begin_progress(&mut self) {
        if !self.client.progress || self.complete {
            return;
        }
        let token = NumberOrString::String(PROGRESS.to_owned());
        let params = lsp_types::WorkDoneProgressCreateParams { token };
        self.ask::<lsp_types::request::WorkDoneProgressCreate>(params, Asked::Other);
        let begin = lsp_types::WorkDoneProgressBegin {
            title: "kiln: reading the workspace".to_owned(),
            ..lsp_types::WorkDoneProgressBegin::default()
        };
        self.progress(lsp_types::WorkDoneProgress::Begin(begin));
    }

    pub(super) fn end_progress(&mut self, files: usize) {
        if self.client.progress && !self.complete {
            let end = lsp_types::WorkDoneProgressEnd {
                message: Some(format!("{files} files")),
            };
            self.progress(lsp_types::WorkDoneProgress::End(end));
        }
    }

    fn progress(&self, progress: lsp_types::WorkDoneProgress) {
        let params = lsp_types::ProgressParams {
            token: NumberOrString::String(PROGRESS.to_owned()),
            value: lsp_types::ProgressParamsValue::WorkDone(progress),
        };
        self.notify::<lsp_types::notification::Progress>(params);
    }
}
