//! Formatting files: which ones, in which style, and what became of them. Nothing is written here.

mod files;
mod style;

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use kiln_format::{Formatted, Style, format};
use kiln_project::{FileSystem, ProjectError};
use kiln_syntax::diagnostic::{Diagnostic, Severity};
use kiln_syntax::outline;
use kiln_syntax::parse_item;
use kiln_syntax::span::Span;

use crate::fix::FixedFile;
use crate::report::{Report, Texts, label_in};
use crate::workers;
use style::Styles;

/// What is formatted.
#[derive(Clone, Debug, Default)]
pub struct FormatOptions {
    /// Relative paths start here.
    pub work_dir: PathBuf,
    /// Files, folders (their `.k` files), and `folder/...` (all below them too). None: the working directory.
    pub paths: Vec<String>,
    /// How many threads work; by default as many as there are processors.
    pub threads: Option<usize>,
}

/// What became of the files.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct FormattedFiles {
    /// The files that change, sorted by path.
    pub files: Vec<FixedFile>,
    /// How many files were looked at.
    pub count: usize,
    /// Where parts of files were left as they are because of their syntax, by file: one warning a file.
    pub warnings: Vec<Report>,
    /// Texts of the files that the warnings point into.
    pub texts: Texts,
    /// What could not be read.
    pub failures: Vec<ProjectError>,
}

/// Formats files, each in the style that the `.editorconfig` files around it ask for.
#[must_use]
pub fn format_files(system: &dyn FileSystem, options: &FormatOptions) -> FormattedFiles {
    let mut result = FormattedFiles::default();
    let found = files::find(system, options, &mut result.failures);
    result.count = found.len();
    let mut styles = Styles::new(system);
    let tasks: Vec<(PathBuf, Style)> = found
        .into_iter()
        .map(|path| {
            let style = styles.of(&path);
            (path, style)
        })
        .collect();
    let mut handles = vec![(); workers::threads(options.threads)];
    let done = workers::each(&mut handles, &tasks, |(), (path, style)| {
        one(system, path, *style)
    });
    for ((path, _), done) in tasks.into_iter().zip(done) {
        match done {
            Err(failure) => result.failures.push(failure),
            Ok(Done { before, formatted }) => {
                if !formatted.untouched.is_empty() {
                    warn(&mut result, &path, &before, &formatted.untouched);
                }
                if formatted.text != before {
                    result.files.push(FixedFile {
                        path,
                        before,
                        after: formatted.text,
                    });
                }
            }
        }
    }
    result
}

/// Formats a text as if it stood in a file at `path`, which need not exist.
#[must_use]
pub fn format_text(system: &dyn FileSystem, path: &Path, text: &str) -> FormattedFiles {
    let style = Styles::new(system).of(path);
    let formatted = format(text, &style);
    let mut result = FormattedFiles {
        count: 1,
        ..FormattedFiles::default()
    };
    if !formatted.untouched.is_empty() {
        warn(&mut result, path, text, &formatted.untouched);
    }
    if formatted.text != text {
        result.files.push(FixedFile {
            path: path.to_path_buf(),
            before: text.to_owned(),
            after: formatted.text,
        });
    }
    result
}

struct Done {
    before: String,
    formatted: Formatted,
}

fn one(system: &dyn FileSystem, path: &Path, style: Style) -> Result<Done, ProjectError> {
    let before = system
        .read_text(path)
        .map_err(|error| failure("read", path, &error))?;
    if u32::try_from(before.len()).is_err() {
        let error = io::Error::new(io::ErrorKind::FileTooLarge, "it is larger than 4 GiB");
        return Err(failure("format", path, &error));
    }
    let formatted = format(&before, &style);
    Ok(Done { before, formatted })
}

pub(super) fn failure(operation: &'static str, path: &Path, error: &io::Error) -> ProjectError {
    ProjectError::Io {
        operation,
        path: path.to_path_buf(),
        kind: error.kind(),
        message: match error.kind() {
            io::ErrorKind::NotFound => "no such file or directory".to_owned(),
            io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
            _ => error.to_string(),
        },
    }
}

/// Adds the warning that parts of a file are as they were.
fn warn(result: &mut FormattedFiles, path: &Path, text: &str, untouched: &[Span]) {
    let path: Arc<str> = path.to_string_lossy().into();
    let Some((diagnostic, offset)) = first_error(text) else {
        return;
    };
    let place = |span: Span, what: &str| label_in(text, &path, span.shifted(offset), what);
    let left = match untouched.len() {
        1 => "this part of the file is not formatted".to_owned(),
        n => format!("this part and {} others are not formatted", n - 1),
    };
    result.warnings.push(Report {
        code: diagnostic.code.number,
        kind: diagnostic.kind,
        severity: Severity::Warning,
        message: diagnostic.message.clone(),
        primary: Some(place(diagnostic.primary.span, &diagnostic.primary.text)),
        labels: diagnostic
            .labels
            .iter()
            .map(|label| place(label.span, &label.text))
            .collect(),
        notes: vec![left],
        help: diagnostic.help.clone(),
        fixes: Vec::new(),
        statement: None,
    });
    result.texts.insert(Arc::clone(&path), text);
}

/// The first syntax error, and where its item begins.
fn first_error(text: &str) -> Option<(Diagnostic, u32)> {
    let outline = outline(text);
    let error = |d: &Diagnostic| d.severity == Severity::Error;
    if let Some(loose) = outline.diagnostics.into_iter().find(error) {
        return Some((loose, 0));
    }
    outline.items.iter().find_map(|item| {
        let parsed = parse_item(text[item.range.range()].into(), item.kind);
        let found = parsed.diagnostics.into_iter().find(error)?;
        Some((found, item.range.start))
    })
}
