//! The `kiln` command.

mod args;
mod commands;
mod diff;
mod failure;
mod messages;
mod output;

use std::io::{self, Write};
use std::process::ExitCode;

use args::{Cli, Command};
use clap::{CommandFactory, Parser};
use failure::Failure;
use messages::MessageFormat;

/// The program, its files or its settings are wrong.
const EXIT_FAILED: u8 = 1;
/// The command line is wrong.
const EXIT_USAGE: u8 = 2;

fn main() -> ExitCode {
    let arguments = args::with_implicit_run(std::env::args_os().collect());
    let cli = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        Err(error) => {
            // a reader that went away is no reason to complain
            let _ = error.print();
            return if error.use_stderr() {
                ExitCode::from(EXIT_USAGE)
            } else {
                ExitCode::SUCCESS
            };
        }
    };
    let result = match &cli.command {
        Some(Command::Run(args)) => commands::run::run(args),
        Some(Command::Check(args)) => commands::check::check(args),
        Some(Command::Lint(args)) => commands::lint::lint(args),
        Some(Command::Lsp(_)) => commands::lsp::lsp(),
        Some(Command::Fmt(args)) => commands::fmt::fmt(args),
        Some(Command::Explain(args)) => commands::explain::explain(args),
        Some(Command::Dump(args)) => commands::dump::dump(args),
        Some(Command::Repl(args)) => commands::repl::repl(args),
        Some(Command::Version) => commands::version::version(),
        Some(Command::Completion { shell }) => commands::completion::completion(*shell),
        None => output::print(&Cli::command().render_help().to_string()),
    };
    match result {
        Ok(code) => code,
        Err(failure) => {
            complain(&cli, &failure);
            ExitCode::from(failure.exit)
        }
    }
}

/// Says why the command could not do its work, in the format of its other messages if that has a way to say it.
fn complain(cli: &Cli, failure: &Failure) {
    if cli.message_format() == MessageFormat::Json {
        let line = failure.json();
        let _ = if cli.prints_documents() {
            io::stderr().lock().write_all(&line)
        } else {
            io::stdout().lock().write_all(&line)
        };
        return;
    }
    let text = failure.rendered(messages::colours(cli.no_style()));
    let _ = io::stderr().lock().write_all(text.as_bytes());
}
