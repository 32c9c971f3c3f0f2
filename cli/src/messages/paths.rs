//! How files are called in messages.

use std::fmt::Write;
use std::path::{Component, Path, PathBuf};

/// How the session calls standard input.
pub(crate) const STDIN_FILE: &str = "stdin.k";

/// Names of files as people at the working directory call them.
pub(crate) struct Paths {
    work_dir: PathBuf,
    stdin: Option<PathBuf>,
}

impl Paths {
    pub(crate) fn new(work_dir: &Path, has_stdin: bool) -> Self {
        let work_dir = work_dir
            .canonicalize()
            .unwrap_or_else(|_| work_dir.to_path_buf());
        let stdin = has_stdin.then(|| work_dir.join(STDIN_FILE));
        Self { work_dir, stdin }
    }

    /// A path below the working directory.
    pub(crate) fn inside(&self, path: &str) -> PathBuf {
        self.work_dir.join(path)
    }

    /// A path relative to the working directory, if the file is in it.
    pub(crate) fn shown(&self, path: &str) -> String {
        let path = Path::new(path);
        if self.stdin.as_deref() == Some(path) {
            return "<stdin>".to_owned();
        }
        path.strip_prefix(&self.work_dir)
            .unwrap_or(path)
            .display()
            .to_string()
    }

    /// The same as a reference of a URI: relative inside the working directory, `file://…` outside.
    pub(crate) fn uri(&self, path: &str) -> String {
        let shown = self.shown(path);
        let is_absolute = Path::new(&shown).is_absolute();
        let mut uri = String::from(if is_absolute { "file://" } else { "" });
        for component in Path::new(&shown).components() {
            match component {
                Component::RootDir => {}
                part => {
                    if is_absolute || !uri.is_empty() {
                        uri.push('/');
                    }
                    escape(&part.as_os_str().to_string_lossy(), &mut uri);
                }
            }
        }
        uri
    }
}

/// Writes a part of a path, with everything that has a meaning in URIs as `%xx`.
fn escape(part: &str, uri: &mut String) {
    for byte in part.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=@".contains(&byte) {
            uri.push(char::from(byte));
        } else {
            let _ = write!(uri, "%{byte:02X}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uris_are_relative_and_escaped() {
        let paths = Paths {
            work_dir: "/w d".into(),
            stdin: Some("/w d/stdin.k".into()),
        };
        assert_eq!(paths.uri("/w d/a b/ä#.k"), "a%20b/%C3%A4%23.k");
        assert_eq!(paths.uri("/other/x y.k"), "file:///other/x%20y.k");
        assert_eq!(paths.uri("/w d/stdin.k"), "%3Cstdin%3E");
        assert_eq!(paths.shown("/w d/a b/c.k"), "a b/c.k");
    }
}
