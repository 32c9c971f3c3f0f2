//! Writing a file that is either complete or untouched.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

const BUFFER: usize = 1 << 16;

/// Writes a file of the operating system. It appears under its name when it is complete; if anything fails, what was
/// there stays. Links are followed, permissions are kept; devices and pipes are written to.
///
/// # Errors
/// If `write` fails, or the file cannot be made.
pub fn replace(
    path: &Path,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    let target = path.canonicalize().unwrap_or_else(|_| path.to_path_buf());
    let existing = fs::metadata(&target).ok();
    if existing.as_ref().is_some_and(fs::Metadata::is_dir) {
        return Err(io::ErrorKind::IsADirectory.into());
    }
    if existing.as_ref().is_some_and(|found| !found.is_file()) {
        let file = OpenOptions::new().write(true).open(&target)?;
        return buffered(file, write).map(drop);
    }
    let temporary = Temporary::beside(&target)?;
    let file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(&temporary.path)?;
    let file = buffered(file, write)?;
    if let Some(found) = existing {
        file.set_permissions(found.permissions())?;
    }
    temporary.rename(&target)
}

fn buffered(file: File, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<File> {
    let mut out = BufWriter::with_capacity(BUFFER, file);
    let result = write(&mut out).and_then(|()| out.flush());
    // what is left in the buffer after an error must not be tried again
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
        static NUMBER: AtomicU64 = AtomicU64::new(0);
        let Some(name) = target.file_name() else {
            return Err(io::Error::new(
                io::ErrorKind::InvalidInput,
                "it has no file name",
            ));
        };
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let mut hidden = OsString::from(".");
        hidden.push(name);
        hidden.push(format!(".{}.{number}.tmp", std::process::id()));
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
