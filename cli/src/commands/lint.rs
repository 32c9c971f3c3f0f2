//! `kiln lint`

use std::io::{self, Write};
use std::process::ExitCode;
use std::time::Instant;

use kiln::{CheckOptions, Fixed, Level, Lint, OsFileSystem, lint};

use crate::args::LintArgs;
use crate::commands::check::{Corrections, check_and_show, options, show};
use crate::diff::diff;
use crate::failure::Failure;
use crate::messages::Paths;
use crate::output;

pub(crate) fn lint(args: &LintArgs) -> Result<ExitCode, Failure> {
    let started = Instant::now();
    let mut options = options(&args.scope)?;
    options.lints = Some(levels(args)?);
    if args.fix {
        return fix(args, &options, started);
    }
    check_and_show(&args.messages, &options, started)
}

/// What the flags say about lints, the strictest last.
fn levels(args: &LintArgs) -> Result<Vec<(&'static Lint, Level)>, Failure> {
    let named = |names: &[String], level: Level| {
        names
            .iter()
            .flat_map(|text| text.split(','))
            .map(|name| match lint::by_name(name.trim()) {
                Ok(lint) => Ok((lint, level)),
                Err(unknown) => Err(Failure::usage(unknown.to_string()).help(unknown.help())),
            })
            .collect::<Result<Vec<_>, Failure>>()
    };
    let mut all = named(&args.allow, Level::Allow)?;
    all.extend(named(&args.warn, Level::Warn)?);
    all.extend(named(&args.deny, Level::Deny)?);
    Ok(all)
}

fn fix(args: &LintArgs, options: &CheckOptions, started: Instant) -> Result<ExitCode, Failure> {
    if options.stdin.is_some() {
        return Err(Failure::usage("`--fix` cannot change the standard input")
            .help("name a file, or leave out `--fix`"));
    }
    if args.dry_run && args.messages.style.message_format.is_for_machines() {
        return Err(Failure::usage(
            "`--dry-run` writes a diff, so there is no place for messages in this format",
        )
        .help("without `--fix`, corrections are part of the messages"));
    }
    let fixed = kiln::fix(OsFileSystem, options)?;
    let paths = Paths::new(&options.work_dir, false);
    if args.dry_run {
        let diff: String = fixed.files.iter().map(|file| diff(&paths, file)).collect();
        output::print(&diff)?;
    } else {
        for file in &fixed.files {
            output::to_file(&file.path, |out| out.write_all(file.after.as_bytes()))?;
        }
    }
    refused(&paths, &fixed);
    show(
        &args.messages,
        options,
        &fixed.checked,
        Corrections {
            count: fixed.applied,
            tried: args.dry_run,
        },
        started,
    )
}

/// Says which files could not be corrected.
fn refused(paths: &Paths, fixed: &Fixed) {
    for path in &fixed.refused {
        let path = paths.shown(&path.to_string_lossy());
        let _ = writeln!(
            io::stderr(),
            "`{path}` was left alone: it could not be parsed after the corrections"
        );
    }
}
