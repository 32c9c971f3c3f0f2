//! Finding out what there is in the workspace: on a thread of its own, and again whenever that may have changed.

use std::sync::{Arc, PoisonError};

use kiln_ide::index::WordIndex;
use lsp_types::MessageType;

use super::{Asked, Event, Server};
use crate::discovery::{self, Extent};
use crate::overlay::Overlay;
use crate::paths::is_settings;

impl Server {
    /// Looks through the workspace on a thread of its own.
    pub(crate) fn discover(&mut self, extent: Extent) {
        if self.discovery.start(extent) {
            // what is typed into a manifest counts at once
            let settings = self.docs.iter().filter(|(path, _)| is_settings(path));
            let texts = settings.map(|(path, it)| (Arc::clone(path), Arc::clone(&it.text)));
            let system = Overlay::new(self.system.clone(), Arc::new(texts.collect()));
            let roots = self.roots.clone();
            self.begin_progress();
            let (events, known) = (self.events.clone(), self.discovery.outside.clone());
            let started = crate::pool::thread("discovery", move || {
                let discovered = discovery::discover(&system, &roots, extent);
                let outside = discovery::outside(&discovered, &roots);
                let _ = events.send(Event::Discovered(Box::new(discovered)));
                // nobody waits for these
                let catalog = known.of(system.disk(), outside);
                let _ = events.send(Event::Dependencies(Box::new(catalog)));
            });
            if started.is_err() {
                self.log(MessageType::ERROR, "cannot start a thread".to_owned());
            }
        }
    }

    pub(super) fn discovered(&mut self, mut discovered: discovery::Discovered) {
        if let Some(extent) = self.discovery.finish() {
            // something changed meanwhile
            self.discover(extent);
        }
        let found = discovered.index.take();
        self.end_progress(found.as_ref().map_or(0, WordIndex::len));
        let mut index = self.index.write().unwrap_or_else(PoisonError::into_inner);
        match found {
            Some(found) => *index = found,
            None => discovered.arrange(&mut index),
        }
        drop(index);
        self.workspace = Arc::new(discovered.workspace);
        self.complete = true;
        let open: Vec<Arc<str>> = self.docs.keys().cloned().collect();
        for path in open {
            self.know_folder(&path);
        }
        self.check_again();
        // what was told about open files may have been about their syntax only
        self.refresh |= !self.docs.is_empty();
        self.evaluation.forget_values();
        if self.client.refreshes_lenses {
            self.ask::<lsp_types::request::CodeLensRefresh>((), Asked::Other);
        }
        self.ask_waiting();
    }

    /// Looks again at the requests that waited; those that still have to come back here.
    pub(super) fn ask_waiting(&mut self) {
        for request in std::mem::take(&mut self.waiting) {
            self.request(request);
        }
    }

    /// Makes sure that something is known about the folder of a file.
    pub(super) fn know_folder(&mut self, path: &Arc<str>) {
        if !self.workspace.knows(path) {
            let system = self.files(&self.texts()).system;
            let workspace = Arc::make_mut(&mut self.workspace);
            discovery::look_around(workspace, &system, path);
        }
    }
}
