//! Running programs for an editor: within limits, from the texts that it has, and what is found said as diagnostics.
//! Nothing outside of the programs' files is read, and nothing is changed.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use kiln::{Limits, Program, Report, RunOptions};
use kiln_project::FileSystem;
use kiln_syntax::diagnostic::Kind;
use kiln_syntax::line_index::LineIndex;
use kiln_syntax::span::Span;
use lsp_types::{Diagnostic, Range, Uri};

use crate::diagnostics::{Places, diagnostic};
use crate::overlay::Overlay;
use crate::paths::uri_of;
use crate::position::{Encoding, Lines};

/// What a run may use.
const STEPS: u64 = 50_000_000;
const MEMORY: usize = 512 << 20;

/// Diagnostics of files.
pub(crate) type ByFile = Vec<(Arc<str>, Vec<Diagnostic>)>;

/// Files that are run, and how places in them are told.
#[derive(Clone)]
pub(crate) struct Files {
    pub(crate) system: Overlay,
    pub(crate) encoding: Encoding,
}

impl Places for Files {
    fn range_of(&self, path: &str, span: Span) -> Range {
        let text = self.system.read_text(Path::new(path)).unwrap_or_default();
        let lines = Lines {
            text: &text,
            index: &LineIndex::new(&text),
            encoding: self.encoding,
        };
        lines.range(span)
    }

    fn address_of(&self, path: &str) -> Option<Uri> {
        uri_of(path)
    }
}

/// How an editor runs a program.
pub(crate) fn options(program: &Program, interrupt: &'static AtomicBool) -> RunOptions {
    RunOptions {
        limits: Limits {
            steps: STEPS,
            memory: MEMORY,
            interrupt: Some(interrupt),
            ..Limits::default()
        },
        ..program.options()
    }
}

/// What a check finds is shown anyway; and what a program may do outside is not for an editor to decide.
pub(crate) fn is_of_interest(report: &Report) -> bool {
    report.kind == Kind::Evaluation && report.code != kiln::codes::NOT_PERMITTED
}

/// Reports of runs as diagnostics of files.
pub(crate) fn by_file<'r>(files: &Files, reports: impl IntoIterator<Item = &'r Report>) -> ByFile {
    let mut found = ByFile::new();
    for report in reports {
        let Some(primary) = &report.primary else {
            continue;
        };
        let diagnostic = diagnostic(files, report, "kiln run");
        match found.iter_mut().find(|(path, _)| *path == primary.path) {
            Some((_, list)) => list.push(diagnostic),
            None => found.push((Arc::clone(&primary.path), vec![diagnostic])),
        }
    }
    found
}
