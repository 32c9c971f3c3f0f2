//! Checks give the same answer however many threads work on them, and tell what cannot be read.

use std::io;
use std::path::{Path, PathBuf};

use kiln::{CheckOptions, Checked, FileSystem, MemoryFileSystem, Session};
use kiln_project::source::DirEntry;

fn check(system: impl FileSystem + 'static, threads: usize) -> Checked {
    let options = CheckOptions {
        work_dir: "/m".into(),
        lints: Some(Vec::new()),
        threads: Some(threads),
        ..CheckOptions::default()
    };
    Session::new(system)
        .check(&options)
        .expect("something to check")
}

fn shown(checked: &Checked) -> Vec<String> {
    let reports = checked.reports.iter();
    reports.map(|report| format!("{report:?}")).collect()
}

#[test]
fn the_number_of_threads_makes_no_difference() {
    // packages whose schemas and variables need each other, also in circles within a package
    let mut files = vec![("/m/kcl.mod".to_owned(), String::new())];
    for i in 0..60 {
        let next = (i + 1) % 60;
        let import = if next == 0 {
            String::new()
        } else {
            format!("import p{next}\n\nz = p{next}.S {{x = \"{i}\"}}\ny: int = p{next}.b\n")
        };
        let text = format!(
            "{import}schema S:\n    x: int = nothing{i}\n    _y: str = 1\n\na = b + 1\nb = a\n_c = {i}\nd: d = 1\n"
        );
        files.push((format!("/m/p{i}/a.k"), text));
    }
    let system = MemoryFileSystem::with_files(files);
    let one = check(system.clone(), 1);
    assert!(one.reports.len() > 120, "{}", one.reports.len());
    assert_eq!((one.files, one.packages), (60, 60));
    for threads in [2, 3, 8] {
        for _ in 0..5 {
            assert_eq!(shown(&check(system.clone(), threads)), shown(&one));
        }
    }
}

/// Files of which some cannot be read.
struct Locked(MemoryFileSystem);

impl Locked {
    fn guard(path: &Path) -> io::Result<()> {
        if path.to_string_lossy().contains("locked") {
            return Err(io::ErrorKind::PermissionDenied.into());
        }
        Ok(())
    }
}

impl FileSystem for Locked {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        Self::guard(path)?;
        self.0.read(path)
    }
    fn is_file(&self, path: &Path) -> bool {
        self.0.is_file(path)
    }
    fn is_dir(&self, path: &Path) -> bool {
        self.0.is_dir(path)
    }
    fn list_dir(&self, path: &Path) -> io::Result<Vec<DirEntry>> {
        Self::guard(path)?;
        self.0.list_dir(path)
    }
    fn canonicalize(&self, path: &Path) -> io::Result<PathBuf> {
        self.0.canonicalize(path)
    }
}

#[test]
fn what_cannot_be_read_is_reported_beside_everything_else() {
    let system = MemoryFileSystem::with_files([
        ("/m/kcl.mod", ""),
        ("/m/a.k", "a = b\n"),
        ("/m/c/locked.k", "a = 1\n"),
        ("/m/locked/a.k", "a = 1\n"),
    ]);
    let checked = check(Locked(system), 2);
    let found: Vec<String> = checked
        .reports
        .iter()
        .map(|r| {
            let path = r.primary.as_ref().map(|p| p.path.to_string());
            format!("{} {}", r.code_text(), path.unwrap_or_default())
        })
        .collect();
    assert_eq!(
        found,
        ["E0301 /m/a.k", "E0207 /m/c/locked.k", "E0207 /m/locked"]
    );
}
