//! Manifests, settings files and the package graph.
