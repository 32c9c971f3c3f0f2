//! What needs more than one crate: spec runner, differential tests, end-to-end tests.
