//! Fuzz targets as plain functions, and the mutations that feed them. Builds with a stable compiler.

pub mod corpus;
pub mod editor;
pub mod mutate;
pub mod targets;
