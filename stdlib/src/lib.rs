//! Builtin functions and system modules.
