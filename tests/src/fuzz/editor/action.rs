//! What can happen in a session. Actions that make no sense any more, because those before them were left out, do nothing.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Bytes of a text and what comes instead of them.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Change {
    /// The first byte.
    pub start: usize,
    /// The byte behind the last one.
    pub end: usize,
    /// The new text.
    pub text: String,
}

/// What is done about a request.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, Serialize)]
pub enum Then {
    /// The answer is waited for.
    Wait,
    /// The answer may come whenever it likes.
    Go,
    /// The request is cancelled at once.
    Cancel,
    /// What the answer proposes is done.
    Apply,
}

/// Something that happens.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub enum Action {
    /// Changes of an open file in one message; each is about the text after those before it.
    Edit {
        /// The file.
        path: String,
        /// The changes.
        changes: Vec<Change>,
    },
    /// Keys that are pressed one after the other.
    Type {
        /// The file.
        path: String,
        /// Where.
        at: usize,
        /// What.
        text: String,
    },
    /// An open file gets another text as a whole.
    Replace {
        /// The file.
        path: String,
        /// The text.
        text: String,
    },
    /// The last change of an open file is taken back.
    Undo(String),
    /// And made again.
    Redo(String),
    /// A file is opened.
    Open(String),
    /// An open file is closed; what was not saved is lost.
    Close(String),
    /// An open file is saved.
    Save(String),
    /// Something else writes a file, or deletes it.
    Disk {
        /// The file.
        path: String,
        /// Its text.
        text: Option<String>,
    },
    /// A folder is deleted by something else.
    Remove(String),
    /// A file or folder is renamed in the editor.
    Move {
        /// From where.
        from: String,
        /// Where to.
        to: String,
        /// Whether imports shall follow.
        follow: bool,
    },
    /// The client is told what happened on the disk.
    Notice,
    /// A request.
    Ask {
        /// Its method.
        method: String,
        /// The file.
        path: String,
        /// Where.
        from: usize,
        /// Up to where.
        to: usize,
        /// The name that is asked for, if any.
        name: String,
        /// What comes then.
        then: Then,
        /// Chooses one of several answers.
        pick: usize,
    },
    /// Settings are changed.
    Configure(Value),
    /// The server gets a little time.
    Rest,
    /// Everything is compared.
    Verify,
}
