//! The incremental database: names, types and checks.
