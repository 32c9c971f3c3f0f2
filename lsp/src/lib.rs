//! The language server. It comes with a later version; this crate keeps its place in the workspace.
