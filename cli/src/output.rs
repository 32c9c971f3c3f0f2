//! Writing results: to standard output, or into a file that is either complete or untouched.

use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::process::ExitCode;

use crate::failure::{Failure, reason};

const BUFFER: usize = 1 << 16;

/// What became of a result on its way out.
pub(crate) enum Written {
    /// All is written.
    Done,
    /// The reader went away, which is its right.
    ReaderGone,
}

/// Writes to standard output. A reader that went away is no failure.
pub(crate) fn to_stdout(
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<Written, Failure> {
    let mut out = BufWriter::with_capacity(BUFFER, io::stdout().lock());
    let result = write(&mut out).and_then(|()| out.flush());
    // what is left in the buffer after an error must not be tried again
    let (_, _unwritten) = out.into_parts();
    match result {
        Ok(()) => Ok(Written::Done),
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(Written::ReaderGone),
        Err(error) if error.kind() == io::ErrorKind::InvalidData => {
            Err(Failure::failed(error.to_string()))
        }
        Err(error) => Err(Failure::failed(format!(
            "cannot write to the standard output: {}",
            reason(&error)
        ))),
    }
}

/// Prints a text and is done.
pub(crate) fn print(text: &str) -> Result<ExitCode, Failure> {
    to_stdout(|out| out.write_all(text.as_bytes())).map(|_| ExitCode::SUCCESS)
}

/// Writes a file. It appears under its name when it is complete; if anything fails, what was there stays.
pub(crate) fn to_file(
    path: &Path,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<(), Failure> {
    kiln_project::replace_file(path, write).map_err(|error| match error.kind() {
        io::ErrorKind::InvalidData => Failure::failed(error.to_string()),
        io::ErrorKind::NotFound => Failure::io("write", path, &error).help("make its folder first"),
        _ => Failure::io("write", path, &error),
    })
}
