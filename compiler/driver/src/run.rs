//! The result of a run.

use std::collections::BTreeSet;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use kiln_analysis::Database;
use kiln_runtime::effects::Touch;
use kiln_runtime::emit::{self, EmitOptions, Format};
use kiln_runtime::value::Value;
use kiln_runtime::vm::Vm;

use crate::report::{Report, Texts};

/// What a run gave: documents, or errors.
pub struct Run {
    pub(crate) vm: Option<Vm>,
    pub(crate) document: Value,
    pub(crate) emit: EmitOptions,
    /// What `print` wrote.
    pub log: String,
    /// What the run touched beside the files it was compiled from: what its result depends on, and what it changed.
    pub touched: BTreeSet<Touch>,
    /// Errors and warnings, in order of places.
    pub reports: Vec<Report>,
    pub(crate) output: Option<PathBuf>,
    pub(crate) sources: Texts,
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
            touched: BTreeSet::new(),
            sources: Texts::new(db, &reports),
            reports,
            output: None,
        }
    }

    /// Takes over what a machine wrote and touched.
    pub(crate) fn take_effects(&mut self, vm: &mut Vm) {
        self.log.push_str(&vm.log);
        self.touched.append(&mut vm.world.touched);
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

    /// The texts of the files that the reports point into.
    #[must_use]
    pub const fn texts(&self) -> &Texts {
        &self.sources
    }

    /// Writes the documents. They end with a line break; nothing is written for a run that failed.
    ///
    /// # Errors
    /// If `out` fails, or the documents cannot be written in this format.
    pub fn write(&self, format: Format, out: &mut dyn Write) -> io::Result<()> {
        let Some(vm) = &self.vm else { return Ok(()) };
        let out = &mut Limited {
            out,
            left: vm.limits.memory,
            most: vm.limits.memory,
        };
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

/// An output of limited length: values that share their parts can stand for endless documents.
struct Limited<'o> {
    out: &'o mut dyn Write,
    left: usize,
    most: usize,
}

impl Write for Limited<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.left = self.left.checked_sub(bytes.len()).ok_or_else(|| {
            let most = self.most >> 20;
            io::Error::other(format!("the documents are longer than {most} MiB"))
        })?;
        self.out.write_all(bytes)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}
