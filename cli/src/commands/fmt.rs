//! `kiln fmt`

use std::io::{self, Write};
use std::process::ExitCode;

use kiln::{FormatOptions, FormattedFiles, OsFileSystem, format_files, format_text};

use crate::EXIT_FAILED;
use crate::args::FmtArgs;
use crate::commands::run::{current_dir, read_stdin};
use crate::diff::diff;
use crate::failure::Failure;
use crate::messages::{self, MessageFormat, Messages, Paths, STDIN_FILE};
use crate::output;

pub(crate) fn fmt(args: &FmtArgs) -> Result<ExitCode, Failure> {
    let work_dir = current_dir()?;
    let stdin = args.paths.iter().any(|path| path == "-");
    let paths = Paths::new(&work_dir, stdin);
    let text = match (stdin, &args.paths[..]) {
        (false, _) => None,
        (true, [_]) => Some(read_stdin()?),
        (true, _) => {
            return Err(
                Failure::usage("`-` cannot be formatted together with files")
                    .help("name the files, or only `-`"),
            );
        }
    };
    let result = match &text {
        Some(text) => format_text(&OsFileSystem, &paths.inside(STDIN_FILE), text),
        None => format_files(
            &OsFileSystem,
            &FormatOptions {
                work_dir: paths.inside(""),
                paths: args.paths.clone(),
                threads: None,
            },
        ),
    };
    warn(args, &work_dir, &result, stdin);
    let mut failed = !result.failures.is_empty();
    for failure in &result.failures {
        complain(args, &Failure::from(failure.clone()));
    }
    if args.diff {
        let changes: String = result.files.iter().map(|file| diff(&paths, file)).collect();
        output::print(&changes)?;
    } else if let (Some(text), false) = (&text, args.check) {
        output::print(result.files.first().map_or(text, |file| &file.after))?;
    } else {
        let mut listed = String::new();
        for file in &result.files {
            if !args.check
                && let Err(failure) =
                    output::to_file(&file.path, |out| out.write_all(file.after.as_bytes()))
            {
                complain(args, &failure);
                failed = true;
                continue;
            }
            listed.push_str(&paths.shown(&file.path.to_string_lossy()));
            listed.push('\n');
        }
        output::print(&listed)?;
    }
    if args.check {
        summary(args, &result);
        failed |= !result.files.is_empty();
    }
    Ok(if failed {
        ExitCode::from(EXIT_FAILED)
    } else {
        ExitCode::SUCCESS
    })
}

/// Says which parts of files stay as they are.
fn warn(args: &FmtArgs, work_dir: &std::path::Path, result: &FormattedFiles, stdin: bool) {
    if args.quiet || result.warnings.is_empty() {
        return;
    }
    let colours = messages::colours(args.style.no_style);
    let messages = Messages::new(MessageFormat::Human, work_dir, colours, stdin);
    let text = messages.of_check(&result.warnings, &result.texts, false, usize::MAX);
    let _ = io::stderr().lock().write_all(&text);
}

fn complain(args: &FmtArgs, failure: &Failure) {
    let text = failure.rendered(messages::colours(args.style.no_style));
    let _ = io::stderr().lock().write_all(text.as_bytes());
}

/// `2 of 14 files are not formatted, 1 has syntax errors`
fn summary(args: &FmtArgs, result: &FormattedFiles) {
    let (changed, broken) = (result.files.len(), result.warnings.len());
    if args.quiet || (changed == 0 && broken == 0) {
        return;
    }
    let mut parts = Vec::new();
    if changed > 0 {
        let (s, are) = if result.count == 1 {
            ("", "is")
        } else {
            ("s", "are")
        };
        let count = result.count;
        parts.push(format!("{changed} of {count} file{s} {are} not formatted"));
    }
    if broken > 0 {
        let (s, have) = if broken == 1 {
            ("", "has")
        } else {
            ("s", "have")
        };
        parts.push(format!("{broken} file{s} {have} syntax errors"));
    }
    let line = format!("{}\n", parts.join(", "));
    let _ = io::stderr().lock().write_all(line.as_bytes());
}
