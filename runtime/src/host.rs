//! How an evaluation reaches the world around it. The runtime itself touches no file, clock or variable: whoever runs a
//! program hands in a host.

use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// An entry of a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostEntry {
    /// Its name.
    pub name: String,
    /// Whether it is a folder, or a link to one.
    pub is_dir: bool,
    /// Whether it is a link.
    pub is_link: bool,
}

/// What there is at a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Metadata {
    /// Whether it is a folder.
    pub is_dir: bool,
    /// Size in bytes.
    pub size: u64,
}

/// The world around an evaluation. Paths are absolute; links are followed. What a host does not define is not there.
pub trait Host: Send + Sync {
    /// The bytes of a file.
    ///
    /// # Errors
    /// If it cannot be read.
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        let _ = path;
        nothing()
    }

    /// What there is at a path.
    ///
    /// # Errors
    /// If there is nothing, or it cannot be seen.
    fn metadata(&self, path: &Path) -> io::Result<Metadata> {
        let _ = path;
        nothing()
    }

    /// The entries of a folder, sorted by name.
    ///
    /// # Errors
    /// If it cannot be read.
    fn list(&self, path: &Path) -> io::Result<Vec<HostEntry>> {
        let _ = path;
        nothing()
    }

    /// The path of something that exists, without links and dots.
    ///
    /// # Errors
    /// If there is nothing.
    fn canonicalize(&self, path: &Path) -> io::Result<PathBuf> {
        let _ = path;
        nothing()
    }

    /// Makes or replaces a file.
    ///
    /// # Errors
    /// If it cannot be written; then what was there stays.
    fn write(&self, path: &Path, content: &[u8]) -> io::Result<()> {
        let _ = (path, content);
        nothing()
    }

    /// Adds to the end of a file, which is made if there is none.
    ///
    /// # Errors
    /// If it cannot be written.
    fn append(&self, path: &Path, content: &[u8]) -> io::Result<()> {
        let _ = (path, content);
        nothing()
    }

    /// Makes a folder and those above it.
    ///
    /// # Errors
    /// If one of them cannot be made.
    fn create_dir_all(&self, path: &Path) -> io::Result<()> {
        let _ = path;
        nothing()
    }

    /// Removes a file.
    ///
    /// # Errors
    /// If it cannot be removed.
    fn remove_file(&self, path: &Path) -> io::Result<()> {
        let _ = path;
        nothing()
    }

    /// Removes an empty folder.
    ///
    /// # Errors
    /// If it cannot be removed.
    fn remove_dir(&self, path: &Path) -> io::Result<()> {
        let _ = path;
        nothing()
    }

    /// Gives a file or folder another name.
    ///
    /// # Errors
    /// If it cannot be moved.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        let _ = (from, to);
        nothing()
    }

    /// A variable of the environment, if it is set to Unicode text.
    fn env(&self, name: &str) -> Option<String> {
        let _ = name;
        None
    }

    /// The time.
    fn now(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH
    }

    /// How far local time is ahead of UTC at that time, in seconds.
    fn utc_offset(&self, at: SystemTime) -> i32 {
        let _ = at;
        0
    }

    /// Random bytes.
    ///
    /// # Errors
    /// If there is no source of them.
    fn random(&self, bytes: &mut [u8]) -> io::Result<()> {
        let _ = bytes;
        nothing()
    }

    /// The full name of a machine in the network: of this one, if the name is empty. A name that is not known stays as it is.
    ///
    /// # Errors
    /// If there is no network.
    fn full_name(&self, name: &str) -> io::Result<String> {
        let _ = name;
        nothing()
    }
}

fn nothing<T>() -> io::Result<T> {
    Err(io::Error::new(
        io::ErrorKind::Unsupported,
        "programs cannot reach it here",
    ))
}

/// A host without anything.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoHost;

impl Host for NoHost {}
