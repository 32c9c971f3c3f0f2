//! `kiln dump`: tokens, trees and bytecode for people who work on the compiler.

use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

use kiln::{OsFileSystem, RunOptions, Session};
use kiln_syntax::dump;

use crate::EXIT_FAILED;
use crate::args::DumpArgs;
use crate::commands::run::{current_dir, read_stdin};
use crate::failure::Failure;
use crate::messages::{self, MessageFormat, Messages};
use crate::output;

pub(crate) fn dump(args: &DumpArgs) -> Result<ExitCode, Failure> {
    let stdin = (args.file == "-").then(read_stdin).transpose()?;
    if args.bytecode {
        return bytecode(args, stdin);
    }
    let text = match stdin {
        Some(text) => text,
        None => read(Path::new(&args.file))?,
    };
    if args.tokens {
        return output::print(&dump::tokens(&text));
    }
    output::print(&dump::ast(&text))
}

fn read(path: &Path) -> Result<String, Failure> {
    let bytes = std::fs::read(path).map_err(|error| Failure::io("read", path, &error))?;
    String::from_utf8(bytes).map_err(|error| {
        Failure::failed(format!(
            "cannot read `{}`: the text is not UTF-8 ({error})",
            path.display()
        ))
    })
}

fn bytecode(args: &DumpArgs, stdin: Option<String>) -> Result<ExitCode, Failure> {
    let options = RunOptions {
        work_dir: current_dir()?,
        inputs: vec![args.file.clone()],
        stdin,
        ..RunOptions::default()
    };
    match Session::new(OsFileSystem).bytecode(&options)? {
        Ok(listing) => output::print(&listing),
        Err(run) => {
            let messages = Messages::new(
                MessageFormat::Human,
                &options.work_dir,
                messages::colours(args.no_style),
                options.stdin.is_some(),
            );
            let text = messages.of_run(&run.reports, run.texts(), false);
            let _ = io::stderr().lock().write_all(&text);
            Ok(ExitCode::from(EXIT_FAILED))
        }
    }
}
