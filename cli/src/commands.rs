//! One module for each command.

pub(crate) mod check;
pub(crate) mod completion;
pub(crate) mod dump;
pub(crate) mod explain;
pub(crate) mod fmt;
pub(crate) mod lint;
pub(crate) mod lsp;
pub(crate) mod repl;
pub(crate) mod run;
pub(crate) mod version;
