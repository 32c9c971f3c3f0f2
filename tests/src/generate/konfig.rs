//! A whole monorepo of application configuration, built by both implementations.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use kiln::{Format, OsFileSystem, RunOptions, Session};

use super::oracle::Oracle;

/// What came out.
#[derive(Debug, Default)]
pub struct Outcome {
    /// Stacks run.
    pub stacks: usize,
    /// Stacks whose documents differ, with both texts.
    pub different: Vec<(PathBuf, String, String)>,
    /// Time that Kiln took for all.
    pub kiln: Duration,
    /// Time that the reference took for all.
    pub oracle: Duration,
}

/// Makes the repository with `generator` below `folder` and compares every stack.
///
/// # Errors
/// If the repository cannot be made or the oracle is gone.
pub fn compare(
    python: &str,
    generator: &Path,
    folder: &Path,
    apps: usize,
    oracle: &mut Oracle,
) -> std::io::Result<Outcome> {
    let _ = std::fs::remove_dir_all(folder);
    let status = Command::new(python)
        .arg(generator)
        .arg(folder)
        .arg("--apps")
        .arg(apps.to_string())
        .status()?;
    if !status.success() {
        return Err(std::io::Error::other(
            "the generator of the repository failed",
        ));
    }
    let folder = folder.canonicalize()?;
    let platform = folder.join("platform");
    let mut stacks = Vec::new();
    let mut open = vec![folder.join("apps")];
    while let Some(here) = open.pop() {
        for entry in std::fs::read_dir(here)? {
            let path = entry?.path();
            if path.is_dir() {
                if path.join("kcl.yaml").is_file() {
                    stacks.push(path.clone());
                }
                open.push(path);
            }
        }
    }
    stacks.sort();
    let mut outcome = Outcome {
        stacks: stacks.len(),
        ..Outcome::default()
    };
    let mut session = Session::shared(OsFileSystem);
    for stack in stacks {
        let mut options = RunOptions {
            work_dir: stack.clone(),
            ..RunOptions::default()
        };
        options
            .externals
            .insert("platform".to_owned(), platform.clone());
        let start = Instant::now();
        let ours = match session.run(&options) {
            Ok(run) if run.succeeded() => {
                let mut bytes = Vec::new();
                run.write(Format::Yaml, &mut bytes)?;
                String::from_utf8_lossy(&bytes).into_owned()
            }
            Ok(run) => format!("{:#?}", run.reports),
            Err(error) => error.to_string(),
        };
        outcome.kiln += start.elapsed();
        let start = Instant::now();
        let words = [
            "run".to_owned(),
            "-E".to_owned(),
            format!("platform={}", platform.display()),
        ];
        let reply = oracle.ask(&stack, &words)?;
        outcome.oracle += start.elapsed();
        let theirs = if reply.code == 0 {
            reply.stdout
        } else {
            reply.stderr
        };
        if ours.trim_end() != theirs.trim_end() {
            outcome.different.push((stack, ours, theirs));
        }
    }
    Ok(outcome)
}
