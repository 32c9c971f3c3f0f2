//! `kiln repl`: what a session says, at a terminal or line by line. What it means is in `kiln::repl`.

mod answers;
mod history;
mod prompt;

use std::io::{self, BufRead, IsTerminal};
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};

use kiln::repl::{Answer, Lines, Repl};
use kiln::{Limits, OsFileSystem, RunOptions};

use crate::EXIT_FAILED;
use crate::args::{self, ReplArgs};
use crate::commands::run::current_dir;
use crate::failure::Failure;
use crate::messages;
use answers::Printer;

/// Ends the evaluation that is running: set by Ctrl-C.
pub(crate) static INTERRUPT: AtomicBool = AtomicBool::new(false);

pub(crate) fn repl(args: &ReplArgs) -> Result<ExitCode, Failure> {
    let options = options(args)?;
    let colours = messages::colours(args.no_style);
    let printer = Printer::new(&options.work_dir, colours);
    let (repl, answers) = Repl::new(OsFileSystem, options)?;
    let went_well = printer.print(answers)?;
    if io::stdin().is_terminal() && io::stdout().is_terminal() {
        prompt::converse(repl, &printer, colours)
    } else {
        read(repl, &printer, went_well)
    }
}

fn options(args: &ReplArgs) -> Result<RunOptions, Failure> {
    Ok(RunOptions {
        work_dir: current_dir()?,
        inputs: args.files.clone(),
        settings: args.program.settings(),
        arguments: args::option_values(&args.program.argument).map_err(|e| Failure::flag(&e))?,
        externals: args.program.externals()?,
        strict_range_check: args.limits.strict_range_check,
        permissions: args.permissions.permissions(),
        limits: Limits {
            interrupt: Some(&INTERRUPT),
            ..args.limits.limits()
        },
        ..RunOptions::default()
    })
}

/// Answers the standard input, which is no terminal.
fn read(mut repl: Repl, printer: &Printer, mut went_well: bool) -> Result<ExitCode, Failure> {
    let mut lines = Lines::default();
    let mut input = io::stdin().lock();
    let mut over = false;
    while !over {
        let mut line = String::new();
        let read = input
            .read_line(&mut line)
            .map_err(|error| Failure::failed(format!("cannot read the standard input: {error}")))?;
        let complete = if read == 0 {
            over = true;
            std::mem::take(&mut lines).finish().into_iter().collect()
        } else {
            lines.push(&line)
        };
        for text in complete {
            let answers = repl.enter(&text);
            over |= answers.iter().any(|it| matches!(it, Answer::Quit));
            went_well &= printer.print(answers)?;
            if over {
                break;
            }
        }
    }
    Ok(if went_well {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(EXIT_FAILED)
    })
}

/// Whether somebody wants the evaluation to end.
pub(crate) fn is_interrupted() -> bool {
    INTERRUPT.load(Ordering::Relaxed)
}
