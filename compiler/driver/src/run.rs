//! The result of a run.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use kiln_analysis::Database;
use kiln_runtime::emit::{self, EmitOptions, Format};
use kiln_runtime::value::Value;
use kiln_runtime::vm::Vm;

use crate::report::{self, Report};

/// What a run gave: documents, or errors.
pub struct Run {
    pub(crate) vm: Option<Vm>,
    pub(crate) document: Value,
    pub(crate) emit: EmitOptions,
    /// What `print` wrote.
    pub log: String,
    /// Errors and warnings, in order of places.
    pub reports: Vec<Report>,
    pub(crate) output: Option<PathBuf>,
    pub(crate) sources: Vec<(Arc<str>, Arc<str>)>,
}

impl std::fmt::Debug for Run {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Run")
            .field("reports", &self.reports)
            .finish_non_exhaustive()
    }
}

impl Run {
    /// A run that did not get as far as to be evaluated.
    pub(crate) fn failed(db: &Database, reports: Vec<Report>) -> Self {
        Self {
            vm: None,
            document: Value::Undefined,
            emit: EmitOptions::default(),
            log: String::new(),
            sources: report::sources(db, &reports),
            reports,
            output: None,
        }
    }

    /// Whether there are documents.
    #[must_use]
    pub const fn succeeded(&self) -> bool {
        self.vm.is_some()
    }

    /// Output file that the settings name.
    #[must_use]
    pub fn output(&self) -> Option<&Path> {
        self.output.as_deref()
    }

    /// Text of a file that a report points into, as it was compiled.
    #[must_use]
    pub fn source(&self, path: &str) -> Option<&str> {
        self.sources
            .iter()
            .find(|(known, _)| &**known == path)
            .map(|(_, text)| &**text)
    }

    /// Writes the documents. They end with a line break; nothing is written for a run that failed.
    ///
    /// # Errors
    /// If `out` fails, or the documents cannot be written in this format.
    pub fn write(&self, format: Format, out: &mut dyn Write) -> io::Result<()> {
        let Some(vm) = &self.vm else { return Ok(()) };
        match &vm.stream {
            Some(stream) => emit::emit_stream(&vm.heap, stream, format, out),
            None => emit::emit_program(&vm.heap, self.document, &self.emit, format, out),
        }
    }

    fn text(&self, format: Format) -> io::Result<String> {
        let mut out = Vec::new();
        self.write(format, &mut out)?;
        String::from_utf8(out).map_err(io::Error::other)
    }

    /// The documents as YAML.
    ///
    /// # Errors
    /// See [`Run::write`].
    pub fn to_yaml(&self) -> io::Result<String> {
        self.text(Format::Yaml)
    }

    /// The documents as JSON, indented by four blanks.
    ///
    /// # Errors
    /// See [`Run::write`].
    pub fn to_json(&self) -> io::Result<String> {
        self.text(Format::Json { indent: 4 })
    }

    /// Lets the memory go without freeing it piece by piece; for processes that end right after.
    pub fn leak(self) {
        std::mem::forget(self);
    }
}
