//! Readable listings of bytecode.
