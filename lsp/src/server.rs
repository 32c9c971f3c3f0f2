//! The loop: takes messages and results, changes the state, and hands everything that takes time to other threads.

use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};

use crossbeam_channel::{Receiver, Sender, select, unbounded};
use kiln::Workspace;
use kiln_analysis::Database;
use kiln_ide::index::WordIndex;
use lsp_server::{ErrorCode, Message, Notification, Request, RequestId, Response, ResponseError};
use lsp_types::notification::Notification as _;
use lsp_types::{LogMessageParams, MessageType, PublishDiagnosticsParams, Uri};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::capabilities::Client;
use crate::config::Config;
use crate::diagnostics::{Checker, FileDiagnostics, Job};
use crate::discovery;
use crate::documents::Document;
use crate::paths::System;
use crate::pool::Pool;
use crate::position::Encoding;
use crate::snapshot::{Open, Snapshot};
use crate::transport::Outgoing;

/// What other threads tell the loop.
pub(crate) enum Event {
    /// A request was answered.
    Answered(RequestId, Result<String, ResponseError>),
    /// A request met a change, and has to be answered again.
    Interrupted(RequestId),
    /// Something went wrong that should not.
    Panicked(String, String),
    /// What is wrong in a file.
    Diagnostics(FileDiagnostics),
    /// A check is through; nothing is wrong in files other than these.
    Checked(FxHashSet<Arc<str>>),
    /// What there is in the workspace.
    Discovered(Box<discovery::Discovered>),
    /// What programs do when they are run.
    Evaluated(crate::evaluation::Evaluated),
}

/// A request that is not answered yet.
struct Pending {
    request: Request,
    /// The version of its file when it came.
    version: Option<i32>,
    token: salsa::CancellationToken,
}

/// The state of the server.
pub(crate) struct Server {
    out: Sender<Outgoing>,
    events: Sender<Event>,
    db: Database,
    pub(crate) system: System,
    pub(crate) encoding: Encoding,
    pub(crate) client: Arc<Client>,
    config: Arc<Config>,
    docs: FxHashMap<Arc<str>, Document>,
    /// The open files for snapshots; nothing if that has to be made again.
    open: Option<Arc<FxHashMap<Arc<str>, Open>>>,
    paths: FxHashMap<Uri, Arc<str>>,
    roots: Vec<PathBuf>,
    workspace: Arc<Workspace>,
    index: Arc<RwLock<WordIndex>>,
    /// Whether the workspace has been looked through.
    complete: bool,
    discovery: discovery::State,
    edited: Vec<Arc<str>>,
    /// Whether something has to be checked.
    unchecked: bool,
    pending: FxHashMap<RequestId, Pending>,
    /// The files with diagnostics that the client was told.
    published: FxHashMap<Arc<str>, Vec<lsp_types::Diagnostic>>,
    pub(crate) evaluation: crate::evaluation::State,
    next_id: i32,
    /// What was asked of the client.
    asked: FxHashMap<RequestId, Asked>,
    shut_down: bool,
    /// Grows with every change that an answer may depend on.
    generation: u64,
    searches: Arc<crate::workspace_search::Searches>,
    // joined last: they hold handles of the database
    checker: Checker,
    pool: Pool,
}

/// What the client was asked.
enum Asked {
    Configuration,
    Other,
}

/// What a client says at the beginning.
pub(crate) struct Beginning {
    pub(crate) system: System,
    pub(crate) encoding: Encoding,
    pub(crate) client: Client,
    pub(crate) config: Config,
    pub(crate) roots: Vec<PathBuf>,
}

impl Server {
    pub(crate) fn new(
        out: Sender<Outgoing>,
        events: Sender<Event>,
        beginning: Beginning,
    ) -> std::io::Result<Self> {
        let threads = std::thread::available_parallelism().map_or(2, std::num::NonZeroUsize::get);
        Ok(Self {
            db: Database::new(beginning.system.clone()),
            checker: Checker::new(events.clone())?,
            pool: Pool::new(threads.clamp(2, 4))?,
            out,
            events,
            system: beginning.system,
            encoding: beginning.encoding,
            client: Arc::new(beginning.client),
            config: Arc::new(beginning.config),
            roots: beginning.roots,
            docs: FxHashMap::default(),
            open: None,
            paths: FxHashMap::default(),
            workspace: Arc::default(),
            index: Arc::default(),
            complete: false,
            discovery: discovery::State::default(),
            edited: Vec::new(),
            unchecked: false,
            pending: FxHashMap::default(),
            published: FxHashMap::default(),
            evaluation: crate::evaluation::State::default(),
            next_id: 0,
            asked: FxHashMap::default(),
            shut_down: false,
            generation: 0,
            searches: Arc::default(),
        })
    }

    /// Serves until the client says `exit` or goes away; says whether it said goodbye before.
    pub(crate) fn run(mut self, messages: &Receiver<Message>, events: &Receiver<Event>) -> bool {
        self.start();
        loop {
            select! {
                recv(messages) -> message => match message {
                    Ok(message) => if !self.message(message) { break },
                    Err(_) => break,
                },
                recv(events) -> event => if let Ok(event) = event {
                    self.event(event);
                },
            }
            // what came meanwhile is taken together, so that of many edits only the last state is looked at
            while let Ok(message) = messages.try_recv() {
                if !self.message(message) {
                    return self.shut_down;
                }
            }
            self.flush();
            self.start_check();
        }
        self.shut_down
    }

    fn start(&mut self) {
        if self.client.watches_files {
            self.watch_files();
        }
        if self.client.configuration {
            self.ask_configuration();
        }
        self.discover();
    }

    /// Handles a message; says whether to go on.
    fn message(&mut self, message: Message) -> bool {
        match message {
            Message::Request(request) => self.request(request),
            Message::Notification(notification) => {
                if notification.method == lsp_types::notification::Exit::METHOD {
                    return false;
                }
                self.notification(notification);
            }
            Message::Response(response) => self.response(response),
        }
        true
    }

    fn request(&mut self, request: Request) {
        if self.shut_down {
            let message = "the server is shutting down";
            self.refuse(request.id, ErrorCode::InvalidRequest, message);
            return;
        }
        if request.method == <lsp_types::request::Shutdown as lsp_types::request::Request>::METHOD {
            self.shut_down = true;
            self.say(Outgoing::Answer(request.id, Ok("null".to_owned())));
            return;
        }
        // a request is about the text as it is now
        self.flush();
        self.dispatch(request);
    }

    /// Hands a request to a thread.
    fn dispatch(&mut self, request: Request) {
        let Some(handler) = crate::dispatch::handler(&request.method) else {
            let message = format!("there is no method `{}`", request.method);
            self.refuse(request.id, ErrorCode::MethodNotFound, message);
            return;
        };
        let snapshot = self.snapshot();
        let token = salsa::Database::cancellation_token(&snapshot.db);
        let version = self.version_of(&request);
        let pending = Pending {
            request: request.clone(),
            version,
            token,
        };
        self.pending.insert(request.id.clone(), pending);
        let events = self.events.clone();
        self.pool.spawn(move || {
            for event in crate::dispatch::run(handler, &snapshot, request) {
                let _ = events.send(event);
            }
        });
    }

    /// The version of the file that a request is about.
    fn version_of(&self, request: &Request) -> Option<i32> {
        let uri = request.params.get("textDocument")?.get("uri")?.as_str()?;
        let mut docs = self.docs.values();
        docs.find(|document| document.uri.as_str() == uri)
            .map(|document| document.version)
    }

    fn event(&mut self, event: Event) {
        match event {
            Event::Answered(id, answer) => {
                if self.pending.remove(&id).is_some() {
                    self.say(Outgoing::Answer(id, answer));
                }
            }
            Event::Interrupted(id) => {
                let Some(pending) = self.pending.remove(&id) else {
                    return;
                };
                if pending.version == self.version_of(&pending.request) {
                    self.flush();
                    self.dispatch(pending.request);
                } else {
                    self.refuse(id, ErrorCode::ContentModified, "the text has changed");
                }
            }
            Event::Panicked(what, message) => {
                self.log(
                    MessageType::ERROR,
                    format!("{what}: an error in the server: {message}"),
                );
            }
            Event::Diagnostics(found) => self.publish(found),
            Event::Checked(files) => self.clear_others(&files),
            Event::Discovered(discovered) => self.discovered(*discovered),
            Event::Evaluated(evaluated) => self.evaluated(evaluated),
        }
    }

    /// The state as it is now.
    pub(crate) fn snapshot(&mut self) -> Snapshot {
        let docs = &self.docs;
        let open = self.open.get_or_insert_with(|| {
            let open = docs.iter().map(|(path, document)| {
                let (uri, version) = (document.uri.clone(), document.version);
                (Arc::clone(path), Open { uri, version })
            });
            Arc::new(open.collect())
        });
        Snapshot {
            db: self.db.clone(),
            open: Arc::clone(open),
            workspace: Arc::clone(&self.workspace),
            index: Arc::clone(&self.index),
            system: self.system.clone(),
            encoding: self.encoding,
            config: Arc::clone(&self.config),
            client: Arc::clone(&self.client),
            complete: self.complete,
            generation: self.generation,
            searches: Arc::clone(&self.searches),
        }
    }

    /// Brings edits to the database. What is being computed there ends before.
    fn flush(&mut self) {
        for (path, document) in &mut self.docs {
            if std::mem::take(&mut document.changed) {
                self.open = None;
                self.unchecked = true;
                self.generation += 1;
                if !self.edited.contains(path) {
                    self.edited.push(Arc::clone(path));
                }
                self.db.set_text(path, Some(Arc::clone(&document.text)));
            }
        }
    }

    fn start_check(&mut self) {
        if !std::mem::take(&mut self.unchecked) {
            return;
        }
        let job = Job {
            edited: std::mem::take(&mut self.edited),
            complete: self.complete,
            snapshot: self.snapshot(),
        };
        self.checker.check(job);
    }

    /// Something changed that diagnostics may depend on.
    pub(crate) fn check_again(&mut self) {
        self.unchecked = true;
        self.generation += 1;
    }

    fn publish(&mut self, found: FileDiagnostics) {
        let FileDiagnostics {
            path,
            version,
            diagnostics,
        } = found;
        let document = self.docs.get(&path);
        if document.map(|document| document.version) != version {
            // of a text that is gone
            return;
        }
        let known = self.published.get(&path);
        let is_edited = document.is_some();
        let same = known.map_or(diagnostics.is_empty(), |known| *known == diagnostics);
        if same && !is_edited {
            return;
        }
        if is_edited && self.client.pulls_diagnostics {
            if !same {
                self.published.insert(path, diagnostics);
            }
            return;
        }
        self.tell_diagnostics(&path, version, diagnostics.clone());
        if diagnostics.is_empty() {
            self.published.remove(&path);
        } else {
            self.published.insert(path, diagnostics);
        }
    }

    /// Tells the client what is wrong in a file, with what running its programs showed.
    pub(crate) fn tell_diagnostics(
        &mut self,
        path: &Arc<str>,
        version: Option<i32>,
        mut diagnostics: Vec<lsp_types::Diagnostic>,
    ) {
        let uri = match self.docs.get(path) {
            Some(document) => Some(document.uri.clone()),
            None => crate::paths::uri_of(path),
        };
        let Some(uri) = uri else { return };
        diagnostics.extend(self.evaluation.diagnostics(path));
        let params = PublishDiagnosticsParams::new(uri, diagnostics, version);
        self.notify::<lsp_types::notification::PublishDiagnostics>(params);
    }

    /// What a file's diagnostics were when the client was told last.
    pub(crate) fn static_diagnostics(&self, path: &str) -> Vec<lsp_types::Diagnostic> {
        self.published.get(path).cloned().unwrap_or_default()
    }

    /// The version of an open file.
    pub(crate) fn version(&self, path: &str) -> Option<i32> {
        self.docs.get(path).map(|document| document.version)
    }

    fn clear_others(&mut self, files: &FxHashSet<Arc<str>>) {
        let mut stale: Vec<Arc<str>> = self.published.keys().cloned().collect();
        stale.retain(|path| !files.contains(path));
        stale.sort_unstable();
        for path in stale {
            self.published.remove(&path);
            let version = self.version(&path);
            self.tell_diagnostics(&path, version, Vec::new());
        }
        if self.client.pulls_diagnostics && self.client.refreshes_diagnostics {
            self.ask::<lsp_types::request::WorkspaceDiagnosticRefresh>((), Asked::Other);
        }
    }

    fn refuse(&self, id: RequestId, code: ErrorCode, message: impl Into<String>) {
        let error = ResponseError {
            code: code as i32,
            message: message.into(),
            data: None,
        };
        self.say(Outgoing::Answer(id, Err(error)));
    }

    fn say(&self, message: Outgoing) {
        // a client that went away needs no answer
        let _ = self.out.send(message);
    }

    pub(crate) fn notify<N: lsp_types::notification::Notification>(&self, params: N::Params) {
        let notification = Notification::new(N::METHOD.to_owned(), params);
        self.say(Outgoing::Message(Message::Notification(notification)));
    }

    fn ask<R: lsp_types::request::Request>(&mut self, params: R::Params, what: Asked) {
        self.next_id += 1;
        let id = RequestId::from(format!("kiln-{}", self.next_id));
        self.asked.insert(id.clone(), what);
        let request = Request::new(id, R::METHOD.to_owned(), params);
        self.say(Outgoing::Message(Message::Request(request)));
    }

    pub(crate) fn log(&self, level: MessageType, message: String) {
        let params = LogMessageParams {
            typ: level,
            message,
        };
        self.notify::<lsp_types::notification::LogMessage>(params);
    }

    fn response(&mut self, response: Response) {
        let asked = self.asked.remove(&response.id);
        if let (Some(Asked::Configuration), Some(value)) = (asked, response.result) {
            let value = value.get(0).cloned().unwrap_or_default();
            if !value.is_null() {
                self.configure(&value);
            }
        }
    }

    fn configure(&mut self, value: &serde_json::Value) {
        let config = Config::read(value);
        if *self.config != config {
            self.config = Arc::new(config);
            self.check_again();
        }
    }

    pub(crate) fn config(&self) -> &Config {
        &self.config
    }

    fn ask_configuration(&mut self) {
        let params = lsp_types::ConfigurationParams {
            items: vec![lsp_types::ConfigurationItem {
                scope_uri: None,
                section: Some("kiln".to_owned()),
            }],
        };
        self.ask::<lsp_types::request::WorkspaceConfiguration>(params, Asked::Configuration);
    }

    fn watch_files(&mut self) {
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

    /// Looks through the workspace on a thread of its own.
    pub(crate) fn discover(&mut self) {
        if self.discovery.start() {
            let (system, roots) = (self.system.clone(), self.roots.clone());
            let events = self.events.clone();
            let started = crate::pool::thread("discovery", move || {
                let discovered = discovery::discover(&system, &roots);
                let _ = events.send(Event::Discovered(Box::new(discovered)));
            });
            if started.is_err() {
                self.log(MessageType::ERROR, "cannot start a thread".to_owned());
            }
        }
    }

    fn discovered(&mut self, discovered: discovery::Discovered) {
        if self.discovery.finish() {
            // something changed meanwhile
            self.discover();
        }
        self.workspace = Arc::new(discovered.workspace);
        *self.index.write().unwrap_or_else(PoisonError::into_inner) = discovered.index;
        self.complete = true;
        let open: Vec<Arc<str>> = self.docs.keys().cloned().collect();
        for path in open {
            self.know_folder(&path);
        }
        self.check_again();
    }

    /// Makes sure that something is known about the folder of a file.
    fn know_folder(&mut self, path: &Arc<str>) {
        if !self.workspace.knows(path) {
            let workspace = Arc::make_mut(&mut self.workspace);
            discovery::look_around(workspace, &self.system, path);
        }
    }

    fn path_of(&mut self, uri: &Uri) -> Option<Arc<str>> {
        if let Some(path) = self.paths.get(uri) {
            return Some(Arc::clone(path));
        }
        self.system.path_of(uri)
    }

    fn notification(&mut self, notification: Notification) {
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
        if let Some(pending) = self.pending.remove(&id) {
            pending.token.cancel();
            self.refuse(id, ErrorCode::RequestCanceled, "cancelled");
        }
    }

    fn opened(&mut self, params: lsp_types::DidOpenTextDocumentParams) {
        let document = params.text_document;
        let Some(path) = self.path_of(&document.uri) else {
            return;
        };
        self.paths.insert(document.uri.clone(), Arc::clone(&path));
        let on_disk = kiln_project::FileSystem::is_file(&self.system, path.as_ref().as_ref());
        if !on_disk {
            // others can import it all the same
            self.db.add_file(&path, &document.text);
        }
        self.docs.insert(
            Arc::clone(&path),
            Document {
                uri: document.uri,
                version: document.version,
                text: document.text.into(),
                changed: true,
            },
        );
        self.open = None;
        self.generation += 1;
        self.know_folder(&path);
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
        self.docs.remove(&path);
        self.open = None;
        self.db.refresh(&path);
        self.update_index(&path);
        self.evaluation.forget(&path);
        self.check_again();
        // until the next check finds that it is still of interest
        if self.published.remove(&path).is_some() || !self.client.pulls_diagnostics {
            self.tell_diagnostics(&path, None, Vec::new());
        }
    }

    fn saved(&mut self, params: lsp_types::DidSaveTextDocumentParams) {
        self.flush();
        let Some(path) = self.path_of(&params.text_document.uri) else {
            return;
        };
        self.update_index(&path);
        if path.ends_with("/kcl.mod") || path.ends_with("/kcl.yaml") {
            self.discover();
        } else {
            self.evaluate(&path);
        }
    }

    /// Takes in the words of a file on the disk.
    fn update_index(&mut self, path: &str) {
        let text = kiln_project::FileSystem::read_text(&self.system, path.as_ref()).ok();
        let mut index = self.index.write().unwrap_or_else(PoisonError::into_inner);
        index.set(path, text.as_deref());
    }

    fn files_changed(&mut self, params: lsp_types::DidChangeWatchedFilesParams) {
        let mut structure = false;
        for change in params.changes {
            let Some(path) = self.path_of(&change.uri) else {
                continue;
            };
            let is_program = path.ends_with(".k");
            if !self.docs.contains_key(&path) {
                self.db.refresh(&path);
            }
            if is_program {
                self.update_index(&path);
            }
            let is_new = change.typ != lsp_types::FileChangeType::CHANGED;
            structure |= !is_program || is_new;
        }
        if structure {
            self.discover();
        }
        self.check_again();
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
        self.discover();
    }
}

/// A queue for events.
pub(crate) fn events() -> (Sender<Event>, Receiver<Event>) {
    unbounded()
}
