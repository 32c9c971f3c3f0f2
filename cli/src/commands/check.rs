//! `kiln check`

use std::io::{self, Write};
use std::process::ExitCode;
use std::time::Instant;

use kiln::{CheckOptions, Checked, OsFileSystem, Session, Severity};

use crate::EXIT_FAILED;
use crate::args::{self, CheckArgs, MessageArgs, ScopeArgs};
use crate::commands::run::{current_dir, read_stdin};
use crate::failure::Failure;
use crate::messages::{self, MessageFormat, Messages};
use crate::output;

pub(crate) fn check(args: &CheckArgs) -> Result<ExitCode, Failure> {
    let started = Instant::now();
    check_and_show(&args.messages, &options(&args.scope)?, started)
}

/// Checks, and shows what it found.
pub(crate) fn check_and_show(
    args: &MessageArgs,
    options: &CheckOptions,
    started: Instant,
) -> Result<ExitCode, Failure> {
    let mut session = Session::new(OsFileSystem);
    let checked = session.check(options)?;
    // the process ends soon; nobody needs the memory before that
    std::mem::forget(session);
    show(args, options, &checked, Corrections::default(), started)
}

/// What the flags ask for.
pub(crate) fn options(args: &ScopeArgs) -> Result<CheckOptions, Failure> {
    args::option_values(&args.program.argument).map_err(|e| Failure::flag(&e))?;
    let stdin = args
        .paths
        .iter()
        .any(|path| path == "-")
        .then(read_stdin)
        .transpose()?;
    Ok(CheckOptions {
        work_dir: current_dir()?,
        inputs: args.paths.clone(),
        stdin,
        settings: args.program.settings(),
        externals: args.program.externals()?,
        ..CheckOptions::default()
    })
}

/// Corrections that were applied on the way.
#[derive(Clone, Copy, Default)]
pub(crate) struct Corrections {
    /// How many.
    pub(crate) count: usize,
    /// Whether they were only tried.
    pub(crate) tried: bool,
}

/// Writes the findings and their number; tells the exit status.
pub(crate) fn show(
    args: &MessageArgs,
    options: &CheckOptions,
    checked: &Checked,
    corrections: Corrections,
    started: Instant,
) -> Result<ExitCode, Failure> {
    let messages = Messages::new(
        args.style.message_format,
        &options.work_dir,
        messages::colours(args.style.no_style),
        options.stdin.is_some(),
    );
    let mut text = messages.of_check(&checked.reports, checked.texts(), args.quiet, args.most());
    let seconds = started.elapsed().as_secs_f64();
    if args.style.message_format == MessageFormat::Json {
        text.extend(messages::json_summary(checked, corrections.count, seconds));
    }
    if args.style.message_format.is_for_machines() {
        output::to_stdout(|out| out.write_all(&text))?;
    } else {
        let _ = io::stderr().lock().write_all(&text);
    }
    if !args.quiet && args.style.message_format != MessageFormat::Json {
        let line = summary(checked, corrections, seconds);
        let _ = io::stderr().lock().write_all(line.as_bytes());
    }
    Ok(if checked.count(Severity::Error) > 0 {
        ExitCode::from(EXIT_FAILED)
    } else {
        ExitCode::SUCCESS
    })
}

/// `checked 214 files in 31 packages: 2 errors, 1 warning (0.12 s)`
fn summary(checked: &Checked, corrections: Corrections, seconds: f64) -> String {
    let count = |n: usize, what: &str| format!("{n} {what}{}", if n == 1 { "" } else { "s" });
    let (errors, warnings) = (
        checked.count(Severity::Error),
        checked.count(Severity::Warning),
    );
    let parts: Vec<String> = [(errors, "error"), (warnings, "warning")]
        .into_iter()
        .filter(|(n, _)| *n > 0)
        .map(|(n, what)| count(n, what))
        .chain((corrections.count > 0).then(|| {
            let n = corrections.count;
            if corrections.tried {
                format!("{n} can be fixed")
            } else {
                format!("{n} fixed")
            }
        }))
        .collect();
    let found = if parts.is_empty() {
        "no errors".to_owned()
    } else {
        parts.join(", ")
    };
    format!(
        "checked {} in {}: {found} ({seconds:.2} s)\n",
        count(checked.files, "file"),
        count(checked.packages, "package")
    )
}
