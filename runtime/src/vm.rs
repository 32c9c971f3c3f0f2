//! The virtual machine.

use rustc_hash::FxHashMap;

use crate::error::Result;
use crate::heap::Heap;
use crate::native::NativeTable;
use crate::value::{ClassId, Value};

/// A document stream that replaces the program's output (`manifests.yaml_stream`).
#[derive(Clone, Debug)]
pub struct Stream {
    /// The documents.
    pub documents: Vec<Value>,
    /// Sort keys.
    pub sort_keys: bool,
    /// Drop `_private` keys.
    pub ignore_private: bool,
    /// Drop `None`.
    pub ignore_none: bool,
    /// Line between documents, `---` by default.
    pub separator: String,
}

/// One evaluation.
pub struct Vm {
    /// Where values live.
    pub heap: Heap,
    /// Native functions.
    pub natives: NativeTable,
    /// What `print` wrote.
    pub log: String,
    /// The stream that replaces the output, if any.
    pub stream: Option<Stream>,
    /// Options given by the caller: name to value, already decoded from JSON (the last of equal names).
    pub options: FxHashMap<String, Value>,
    /// Compiled regular expressions; see `kiln_stdlib`.
    pub regexes: FxHashMap<String, Result<fancy_regex::Regex, String>>,
}

impl Vm {
    /// Calls a function value.
    ///
    /// # Errors
    /// Whatever the call fails with.
    pub fn call(&mut self, callee: Value, args: &[Value]) -> Result<Value> {
        let _ = (callee, args);
        Ok(Value::Undefined)
    }

    /// Name of a schema; with its package in front if `full` and it is not in the main package.
    #[must_use]
    pub fn class_name(&self, class: ClassId, full: bool) -> &str {
        let _ = (class, full);
        ""
    }

    /// Whether the evaluation may allocate `bytes` more.
    ///
    /// # Errors
    /// `MEMORY_LIMIT` if not.
    pub fn reserve(&mut self, bytes: usize) -> Result<()> {
        let _ = bytes;
        Ok(())
    }

    /// Folder of the source file that is being evaluated.
    #[must_use]
    pub fn source_dir(&self) -> std::path::PathBuf {
        std::path::PathBuf::new()
    }
}
