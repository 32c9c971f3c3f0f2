//! One function for each request: from protocol positions to features and back.

pub(crate) mod actions;
pub(crate) mod changes;
pub(crate) mod completions;
pub(crate) mod hierarchies;
pub(crate) mod lenses;
pub(crate) mod navigation;
pub(crate) mod reading;
pub(crate) mod renamed_files;
pub(crate) mod structure;
pub(crate) mod symbols;
mod values;

use lsp_types::{MarkupContent, MarkupKind};

use crate::dispatch::Refusal;

/// An answer, or why there is none.
type Answer<T> = Result<T, Refusal>;

fn markdown(value: String) -> MarkupContent {
    MarkupContent {
        kind: MarkupKind::Markdown,
        value,
    }
}
