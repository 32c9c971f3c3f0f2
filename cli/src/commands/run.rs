//! `kiln run`

use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use kiln::{Format, OriginKind, OriginRole, OsFileSystem, Run, RunOptions, Session};
use kiln_project::{OverrideSpec, parse_selector};

use crate::EXIT_FAILED;
use crate::args::{self, RunArgs};
use crate::failure::Failure;
use crate::messages::{self, MessageFormat, Messages, Paths};
use crate::output::{self, Written};

pub(crate) fn run(args: &RunArgs) -> Result<ExitCode, Failure> {
    let started = Instant::now();
    let options = options(args)?;
    let code = match (&args.many, &args.explain_value) {
        (Some(list), _) => many(args, options, list)?,
        (None, Some(path)) => explained_value(args, &options, path)?,
        (None, None) => one(args, &options)?,
    };
    if args.verbose > 0 {
        let time = started.elapsed().as_secs_f64() * 1e3;
        let _ = writeln!(io::stderr(), "finished in {time:.1} ms");
    }
    Ok(code)
}

/// What the flags ask for.
fn options(args: &RunArgs) -> Result<RunOptions, Failure> {
    if args.vendor {
        return Err(Failure::usage("`--vendor` is not supported yet")
            .help("pass `-E <name>=vendor/<folder>` for each package"));
    }
    let work_dir = current_dir()?;
    let arguments = args::option_values(&args.program.argument).map_err(|e| Failure::flag(&e))?;
    let overrides = args::comma_split(&args.overrides);
    for text in &overrides {
        OverrideSpec::parse(text).map_err(|e| Failure::flag(&e))?;
    }
    let selectors = args::comma_split(&args.path_selector);
    for text in &selectors {
        parse_selector(text).map_err(|e| Failure::flag(&e))?;
    }
    let stdin = args
        .files
        .iter()
        .any(|file| file == "-")
        .then(read_stdin)
        .transpose()?;
    Ok(RunOptions {
        work_dir,
        inputs: args.files.clone(),
        stdin,
        settings: args.program.settings(),
        arguments,
        overrides,
        selectors,
        externals: args.program.externals()?,
        vendor_dir: None,
        disable_none: args.disable_none,
        sort_keys: args.sort_keys,
        show_hidden: args.show_hidden,
        strict_range_check: args.limits.strict_range_check,
        permissions: args.permissions.permissions(),
        limits: args.limits.limits(),
    })
}

/// The working directory.
pub(crate) fn current_dir() -> Result<PathBuf, Failure> {
    std::env::current_dir()
        .map_err(|error| Failure::failed(format!("the working directory cannot be found: {error}")))
}

/// Program text from standard input.
pub(crate) fn read_stdin() -> Result<String, Failure> {
    let mut bytes = Vec::new();
    io::stdin()
        .lock()
        .read_to_end(&mut bytes)
        .map_err(|error| Failure::failed(format!("cannot read the standard input: {error}")))?;
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        Failure::failed(format!("the standard input is not UTF-8 (at byte {at})"))
    })
}

/// Runs one program.
fn one(args: &RunArgs, options: &RunOptions) -> Result<ExitCode, Failure> {
    let mut session = Session::new(OsFileSystem);
    let run = session.run(options)?;
    // the process ends soon; nobody needs the memory before that
    std::mem::forget(session);
    let format = args.format.into();
    let file = args
        .output
        .as_deref()
        .or_else(|| run.output())
        .filter(|_| run.succeeded())
        .map(Path::to_path_buf);
    let to_stdout = |out: &mut dyn Write| {
        out.write_all(run.log.as_bytes())?;
        if file.is_none() {
            write_documents(&run, format, out)
        } else {
            Ok(())
        }
    };
    let shown = if run.succeeded() || !run.log.is_empty() {
        output::to_stdout(to_stdout)
    } else {
        Ok(Written::Done)
    };
    report(args, options, &run);
    shown?;
    if let Some(file) = &file {
        output::to_file(file, |out| write_documents(&run, format, out))?;
    }
    let code = if run.succeeded() {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(EXIT_FAILED)
    };
    run.leak();
    Ok(code)
}

/// Runs one program, and says where one of its values comes from.
fn explained_value(args: &RunArgs, options: &RunOptions, path: &str) -> Result<ExitCode, Failure> {
    let parts = parse_selector(path).map_err(|error| Failure::flag(&error))?;
    let prepared = Session::new(OsFileSystem).prepare(options)?;
    let (run, values) = prepared.run_traced_at(&parts);
    report(args, options, &run);
    let Some(info) = values.at(&parts) else {
        if !run.succeeded() {
            return Ok(ExitCode::from(EXIT_FAILED));
        }
        let failure = Failure::failed(format!("the program has no value `{path}`"));
        return Err(failure.help("write keys and list positions with dots between: `app.ports.0`"));
    };
    let paths = Paths::new(&options.work_dir, options.stdin.is_some());
    output::to_stdout(|out| {
        writeln!(out, "{path}: {} = {}", info.ty, info.text)?;
        for origin in &info.origins {
            let place = format!("{}:{}", paths.shown(&origin.path), origin.line);
            let kind = match origin.kind {
                OriginKind::Declared => "declared",
                OriginKind::Default => "default",
                _ => "set",
            };
            let role = match origin.role {
                OriginRole::United => ", a part of it",
                OriginRole::Overridden if origin.kind != OriginKind::Declared => ", overridden",
                _ => "",
            };
            writeln!(out, "  {place}: {kind}{role}")?;
        }
        Ok(())
    })?;
    let code = if run.succeeded() {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(EXIT_FAILED)
    };
    Ok(code)
}

fn write_documents(run: &Run, format: Format, out: &mut dyn Write) -> io::Result<()> {
    run.write(format, out)
}

/// Shows errors and warnings.
fn report(args: &RunArgs, options: &RunOptions, run: &Run) {
    // a document is complete only if there is one
    if run.reports.is_empty() && args.style.message_format != MessageFormat::Sarif {
        return;
    }
    let messages = Messages::new(
        args.style.message_format,
        &options.work_dir,
        messages::colours(args.style.no_style),
        options.stdin.is_some(),
    );
    let text = messages.of_run(&run.reports, run.texts(), args.quiet);
    let _ = io::stderr().lock().write_all(&text);
}

/// Runs each folder that the list names as if it were the working directory; documents go to standard output.
fn many(args: &RunArgs, mut options: RunOptions, list: &Path) -> Result<ExitCode, Failure> {
    let text = if list.as_os_str() == "-" {
        read_stdin()?
    } else {
        std::fs::read_to_string(list).map_err(|error| Failure::io("read", list, &error))?
    };
    let base = options.work_dir.clone();
    let format = args.format.into();
    let mut session = Session::shared(OsFileSystem);
    let (mut failed, mut first) = (false, true);
    for folder in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        options.work_dir = base.join(folder);
        if !options.work_dir.is_dir() {
            let failure = Failure::failed(format!("there is no folder `{folder}`"));
            complain(&failure, args);
            failed = true;
            continue;
        }
        let run = match session.run(&options) {
            Ok(run) => run,
            Err(error) => {
                complain(&Failure::from(error), args);
                failed = true;
                continue;
            }
        };
        if run.succeeded() || !run.log.is_empty() {
            let written = output::to_stdout(|out| {
                if run.succeeded() && !std::mem::take(&mut first) {
                    out.write_all(b"---\n")?;
                }
                out.write_all(run.log.as_bytes())?;
                write_documents(&run, format, out)
            })?;
            if matches!(written, Written::ReaderGone) {
                break;
            }
        }
        failed |= !run.succeeded();
        let place = RunOptions {
            work_dir: base.clone(),
            ..RunOptions::default()
        };
        report(args, &place, &run);
    }
    std::mem::forget(session);
    Ok(if failed {
        ExitCode::from(EXIT_FAILED)
    } else {
        ExitCode::SUCCESS
    })
}

fn complain(failure: &Failure, args: &RunArgs) {
    let text = if args.style.message_format == MessageFormat::Json {
        failure.json()
    } else {
        failure
            .rendered(messages::colours(args.style.no_style))
            .into_bytes()
    };
    let _ = io::stderr().lock().write_all(&text);
}
