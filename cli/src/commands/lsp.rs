//! `kiln lsp`

use std::process::ExitCode;

use kiln::OsFileSystem;

use crate::EXIT_FAILED;
use crate::failure::Failure;

/// Serves an editor until it says goodbye.
pub(crate) fn lsp() -> Result<ExitCode, Failure> {
    let polite =
        kiln_lsp::stdio(OsFileSystem).map_err(|error| Failure::failed(error.to_string()))?;
    Ok(if polite {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(EXIT_FAILED)
    })
}
