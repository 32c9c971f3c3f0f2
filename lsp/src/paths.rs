//! File names as addresses and back.

use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Arc;

use kiln_project::{FileSystem, normalize};
use lsp_types::Uri;

/// The file system of the server, shared by the database and all that look at files.
#[derive(Clone)]
pub(crate) struct System(pub(crate) Arc<dyn FileSystem>);

impl FileSystem for System {
    fn read(&self, path: &Path) -> std::io::Result<Vec<u8>> {
        self.0.read(path)
    }
    fn is_file(&self, path: &Path) -> bool {
        self.0.is_file(path)
    }
    fn is_dir(&self, path: &Path) -> bool {
        self.0.is_dir(path)
    }
    fn list_dir(&self, path: &Path) -> std::io::Result<Vec<kiln_project::DirEntry>> {
        self.0.list_dir(path)
    }
    fn canonicalize(&self, path: &Path) -> std::io::Result<PathBuf> {
        self.0.canonicalize(path)
    }
}

impl System {
    /// The path behind an address, without links and dots. A file that does not exist yet is where its folder is.
    pub(crate) fn path_of(&self, uri: &Uri) -> Option<Arc<str>> {
        let url = url::Url::parse(uri.as_str()).ok()?;
        if url.scheme() != "file" {
            // a buffer without a file is a program of its own: its address is the folder
            let name = url.path().trim_matches('/');
            return Some(format!("/{}/{name}/main.k", url.scheme()).into());
        }
        let path = normalize(&url.to_file_path().ok()?);
        let canonical = self.canonicalize(&path).ok().or_else(|| {
            let folder = self.canonicalize(path.parent()?).ok()?;
            Some(folder.join(path.file_name()?))
        });
        Some(canonical.unwrap_or(path).to_string_lossy().into())
    }
}

/// Whether a file says which files belong together.
pub(crate) fn is_settings(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    name == kiln_project::MANIFEST_FILE || name == kiln_project::SETTINGS_FILE
}

/// Whether a file holds a program. Editors may also open those that say what belongs together, and others like them.
pub(crate) fn is_program(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    !["mod", "lock", "toml", "yaml", "yml", "json"].contains(&ending)
}

/// The address of a file.
pub(crate) fn uri_of(path: &str) -> Option<Uri> {
    // the usual characters need no other spelling
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'/' | b'.' | b'-' | b'_' | b'~');
    if path.starts_with('/') && path.bytes().all(plain) {
        return Uri::from_str(&format!("file://{path}")).ok();
    }
    let url = url::Url::from_file_path(path).ok()?;
    Uri::from_str(url.as_str()).ok()
}
