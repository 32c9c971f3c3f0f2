//! Writing results: to standard output, or into a file that is either complete or untouched.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
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
    let failure = |error: io::Error| match error.kind() {
        io::ErrorKind::InvalidData => Failure::failed(error.to_string()),
        io::ErrorKind::NotFound => Failure::io("write", path, &error).help("make its folder first"),
        _ => Failure::io("write", path, &error),
    };
    // through links, to the file behind them
    let target = path.canonicalize().unwrap_or_else(|_| path.to_path_buf());
    let existing = fs::metadata(&target).ok();
    if target.is_dir() {
        return Err(Failure::failed(format!(
            "cannot write `{}`: it is a folder",
            path.display()
        )));
    }
    if existing.as_ref().is_some_and(|m| !m.is_file()) {
        // a device or a pipe
        let file = OpenOptions::new()
            .write(true)
            .open(&target)
            .map_err(failure)?;
        return buffered(file, write).map(drop).map_err(failure);
    }
    let temporary = Temporary::beside(&target).map_err(failure)?;
    let file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(&temporary.path)
        .map_err(failure)?;
    buffered(file, write)
        .and_then(|file| match &existing {
            Some(metadata) => file.set_permissions(metadata.permissions()),
            None => Ok(()),
        })
        .and_then(|()| temporary.rename(&target))
        .map_err(failure)
}

fn buffered(file: File, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<File> {
    let mut out = BufWriter::with_capacity(BUFFER, file);
    let result = write(&mut out).and_then(|()| out.flush());
    let (file, _unwritten) = out.into_parts();
    result.map(|()| file)
}

/// A file that is removed unless it is renamed.
struct Temporary {
    path: PathBuf,
    renamed: bool,
}

impl Temporary {
    fn beside(target: &Path) -> io::Result<Self> {
        let Some(name) = target.file_name() else {
            return Err(io::Error::new(
                io::ErrorKind::InvalidInput,
                "it has no file name",
            ));
        };
        let mut hidden = std::ffi::OsString::from(".");
        hidden.push(name);
        hidden.push(format!(".{}.tmp", std::process::id()));
        Ok(Self {
            path: target.with_file_name(hidden),
            renamed: false,
        })
    }

    fn rename(mut self, target: &Path) -> io::Result<()> {
        fs::rename(&self.path, target)?;
        self.renamed = true;
        Ok(())
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        if !self.renamed {
            let _ = fs::remove_file(&self.path);
        }
    }
}
