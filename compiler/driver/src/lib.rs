//! Sessions: options in, documents and diagnostics out. The embeddable crate.
