//! `kiln completion`

use std::process::ExitCode;

use clap::CommandFactory;

use crate::args::Cli;
use crate::failure::Failure;
use crate::output;

pub(crate) fn completion(shell: clap_complete::Shell) -> Result<ExitCode, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "kiln", &mut script);
    output::to_stdout(|out| out.write_all(&script)).map(|_| ExitCode::SUCCESS)
}
