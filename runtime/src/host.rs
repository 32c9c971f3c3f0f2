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

/// The world around an evaluation. Paths are absolute; links are followed.
pub trait Host: Send + Sync {
    /// The bytes of a file.
    ///
    /// # Errors
    /// If it cannot be read.
    fn read(&self, path: &Path) -> io::Result<Vec<u8>>;

    /// What there is at a path.
    ///
    /// # Errors
    /// If there is nothing, or it cannot be seen.
    fn metadata(&self, path: &Path) -> io::Result<Metadata>;

    /// The entries of a folder, sorted by name.
    ///
    /// # Errors
    /// If it cannot be read.
    fn list(&self, path: &Path) -> io::Result<Vec<HostEntry>>;

    /// The path of something that exists, without links and dots.
    ///
    /// # Errors
    /// If there is nothing.
    fn canonicalize(&self, path: &Path) -> io::Result<PathBuf>;

    /// Makes or replaces a file.
    ///
    /// # Errors
    /// If it cannot be written; then what was there stays.
    fn write(&self, path: &Path, content: &[u8]) -> io::Result<()>;

    /// Adds to the end of a file, which is made if there is none.
    ///
    /// # Errors
    /// If it cannot be written.
    fn append(&self, path: &Path, content: &[u8]) -> io::Result<()>;

    /// Makes a folder and those above it.
    ///
    /// # Errors
    /// If one of them cannot be made.
    fn create_dir_all(&self, path: &Path) -> io::Result<()>;

    /// Removes a file.
    ///
    /// # Errors
    /// If it cannot be removed.
    fn remove_file(&self, path: &Path) -> io::Result<()>;

    /// Removes an empty folder.
    ///
    /// # Errors
    /// If it cannot be removed.
    fn remove_dir(&self, path: &Path) -> io::Result<()>;

    /// Gives a file or folder another name.
    ///
    /// # Errors
    /// If it cannot be moved.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;

    /// A variable of the environment, if it is set to Unicode text.
    fn env(&self, name: &str) -> Option<String>;

    /// The time.
    fn now(&self) -> SystemTime;

    /// How far local time is ahead of UTC at that time, in seconds.
    fn utc_offset(&self, at: SystemTime) -> i32;

    /// Random bytes.
    ///
    /// # Errors
    /// If there is no source of them.
    fn random(&self, bytes: &mut [u8]) -> io::Result<()>;

    /// The name of this machine in its network.
    ///
    /// # Errors
    /// If it has none.
    fn host_name(&self) -> io::Result<String>;
}

/// A host without anything.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoHost;

fn nothing<T>() -> io::Result<T> {
    Err(io::Error::new(
        io::ErrorKind::Unsupported,
        "programs cannot reach it here",
    ))
}

impl Host for NoHost {
    fn read(&self, _: &Path) -> io::Result<Vec<u8>> {
        nothing()
    }
    fn metadata(&self, _: &Path) -> io::Result<Metadata> {
        nothing()
    }
    fn list(&self, _: &Path) -> io::Result<Vec<HostEntry>> {
        nothing()
    }
    fn canonicalize(&self, _: &Path) -> io::Result<PathBuf> {
        nothing()
    }
    fn write(&self, _: &Path, _: &[u8]) -> io::Result<()> {
        nothing()
    }
    fn append(&self, _: &Path, _: &[u8]) -> io::Result<()> {
        nothing()
    }
    fn create_dir_all(&self, _: &Path) -> io::Result<()> {
        nothing()
    }
    fn remove_file(&self, _: &Path) -> io::Result<()> {
        nothing()
    }
    fn remove_dir(&self, _: &Path) -> io::Result<()> {
        nothing()
    }
    fn rename(&self, _: &Path, _: &Path) -> io::Result<()> {
        nothing()
    }
    fn env(&self, _: &str) -> Option<String> {
        None
    }
    fn now(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH
    }
    fn utc_offset(&self, _: SystemTime) -> i32 {
        0
    }
    fn random(&self, _: &mut [u8]) -> io::Result<()> {
        nothing()
    }
    fn host_name(&self) -> io::Result<String> {
        nothing()
    }
}
