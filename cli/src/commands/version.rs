//! `kiln version`

use std::process::ExitCode;

use crate::args::VERSION;
use crate::failure::Failure;
use crate::output;

pub(crate) fn version() -> Result<ExitCode, Failure> {
    output::print(&format!("kiln {VERSION}\n"))
}
