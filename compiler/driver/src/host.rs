//! The world around a program as it is by default: files of the session's file system, the process's environment,
//! the system's clock, its randomness and its name.

use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use chrono::{DateTime, Local};
use dns_lookup::{get_hostname, lookup_addr, lookup_host};
use kiln_project::FileSystem;
use kiln_runtime::host::{Host, HostEntry, Metadata};

use crate::session::Shared;

/// What [`Session`](crate::Session) gives programs to reach the world by.
pub(crate) struct SessionHost {
    files: Shared,
}

impl SessionHost {
    pub(crate) const fn new(files: Shared) -> Self {
        Self { files }
    }
}

impl Host for SessionHost {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        self.files.read(path)
    }

    fn metadata(&self, path: &Path) -> io::Result<Metadata> {
        let is_dir = self.files.is_dir(path);
        if !is_dir && !self.files.is_file(path) {
            // a device, or nothing
            self.files.canonicalize(path)?;
        }
        let size = self.files.size(path)?;
        Ok(Metadata { is_dir, size })
    }

    fn list(&self, path: &Path) -> io::Result<Vec<HostEntry>> {
        let entries = self.files.list_dir(path)?.into_iter();
        Ok(entries
            .map(|entry| HostEntry {
                name: entry.name,
                is_dir: entry.is_dir,
                is_link: entry.is_link,
            })
            .collect())
    }

    fn canonicalize(&self, path: &Path) -> io::Result<PathBuf> {
        self.files.canonicalize(path)
    }

    fn write(&self, path: &Path, content: &[u8]) -> io::Result<()> {
        self.files.write(path, content)
    }

    fn append(&self, path: &Path, content: &[u8]) -> io::Result<()> {
        self.files.append(path, content)
    }

    fn create_dir_all(&self, path: &Path) -> io::Result<()> {
        self.files.create_dir_all(path)
    }

    fn remove_file(&self, path: &Path) -> io::Result<()> {
        self.files.remove_file(path)
    }

    fn remove_dir(&self, path: &Path) -> io::Result<()> {
        self.files.remove_dir(path)
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.files.rename(from, to)
    }

    fn env(&self, name: &str) -> Option<String> {
        std::env::var(name).ok()
    }

    fn now(&self) -> SystemTime {
        SystemTime::now()
    }

    fn utc_offset(&self, at: SystemTime) -> i32 {
        DateTime::<Local>::from(at).offset().local_minus_utc()
    }

    fn random(&self, bytes: &mut [u8]) -> io::Result<()> {
        getrandom::fill(bytes).map_err(io::Error::other)
    }

    fn full_name(&self, name: &str) -> io::Result<String> {
        let name = match name {
            "" => get_hostname()?,
            name => name.to_owned(),
        };
        let address = lookup_host(&name).ok().and_then(|mut found| found.next());
        let full = address.and_then(|address| lookup_addr(&address).ok());
        Ok(full.unwrap_or(name))
    }
}
