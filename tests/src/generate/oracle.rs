//! The reference implementation as a serving process: JSON lines in, JSON lines out.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::{Value, json};

use super::program::Program;
use crate::cases::{Answer, Place};

/// A serving process.
#[derive(Debug)]
pub struct Oracle {
    child: Child,
    requests: Option<ChildStdin>,
    replies: BufReader<ChildStdout>,
    folder: PathBuf,
}

/// One raw answer.
#[derive(Clone, Debug, Default)]
pub struct Reply {
    /// Exit code.
    pub code: i64,
    /// Whether it took too long.
    pub timed_out: bool,
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
}

impl Oracle {
    /// Starts `command --serve` under a memory limit; programs are written below `folder`.
    ///
    /// # Errors
    /// If the process or the folder cannot be made.
    pub fn start(command: &str, folder: &Path) -> std::io::Result<Self> {
        std::fs::create_dir_all(folder)?;
        let mut child = Command::new("sh")
            .arg("-c")
            .arg(format!("ulimit -v 4000000; exec {command} --serve"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let requests = child.stdin.take();
        let replies = child
            .stdout
            .take()
            .ok_or_else(|| std::io::Error::other("no output"))?;
        let folder = folder.canonicalize()?;
        Ok(Self {
            child,
            requests,
            replies: BufReader::new(replies),
            folder,
        })
    }

    /// Runs words in a folder.
    ///
    /// # Errors
    /// If the process is gone.
    pub fn ask(&mut self, cwd: &Path, argv: &[String]) -> std::io::Result<Reply> {
        let request = json!({"cwd": cwd, "argv": argv, "timeout": 20});
        let requests = self
            .requests
            .as_mut()
            .ok_or_else(|| std::io::Error::other("closed"))?;
        writeln!(requests, "{request}")?;
        requests.flush()?;
        let mut line = String::new();
        self.replies.read_line(&mut line)?;
        let reply: Value = serde_json::from_str(&line)?;
        let text = |key: &str| reply[key].as_str().unwrap_or_default().to_owned();
        Ok(Reply {
            code: reply["rc"].as_i64().unwrap_or(-1),
            timed_out: reply["timed_out"].as_bool().unwrap_or(false),
            stdout: text("stdout"),
            stderr: text("stderr"),
        })
    }

    /// Runs a program; gives its answer only.
    ///
    /// # Errors
    /// If its files cannot be written, or the process is gone.
    pub fn answer(&mut self, program: &Program) -> std::io::Result<Answer> {
        Ok(self.hear(program)?.answer)
    }

    /// Runs a program.
    ///
    /// # Errors
    /// If its files cannot be written, or the process is gone.
    pub fn hear(&mut self, program: &Program) -> std::io::Result<Heard> {
        let folder = self.folder.join("program");
        let _ = std::fs::remove_dir_all(&folder);
        for (path, text) in &program.files {
            let path = folder.join(path);
            if let Some(parent) = path.parent() {
                std::fs::create_dir_all(parent)?;
            }
            std::fs::write(path, text)?;
        }
        let mut argv = vec!["run".to_owned()];
        if program.args.is_empty() {
            argv.push("main.k".to_owned());
        }
        argv.extend(program.args.iter().cloned());
        let reply = self.ask(&folder, &argv)?;
        Ok(hear(&reply, &folder.to_string_lossy()))
    }
}

impl Drop for Oracle {
    fn drop(&mut self) {
        drop(self.requests.take());
        let _ = self.child.wait();
    }
}

fn without_colors(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find("\u{1b}[") {
        out.push_str(&rest[..at]);
        let tail = &rest[at + 2..];
        let end = tail.find('m').map_or(tail.len(), |i| i + 1);
        rest = &tail[end..];
    }
    out + rest
}

/// `error[E1001]: InvalidSyntax` or `EvaluationError`: whether there is a code, and the kind.
fn header(line: &str) -> Option<(bool, String)> {
    if let Some(rest) = line.strip_prefix("error[") {
        let (_, kind) = rest.split_once("]: ")?;
        let word = kind.bytes().all(|b| b.is_ascii_alphanumeric());
        return word.then(|| (true, kind.to_owned()));
    }
    let plain = line.ends_with("Error") && line.bytes().all(|b| b.is_ascii_alphanumeric());
    plain.then(|| (false, line.to_owned()))
}

/// What the oracle said about a program.
#[derive(Clone, Debug)]
pub struct Heard {
    /// Its output or first error.
    pub answer: Answer,
    /// Its further errors.
    pub also: Vec<Answer>,
    /// All its messages, without colours.
    pub text: String,
}

/// What a reply means; places are relative to `root`.
#[must_use]
pub fn hear(reply: &Reply, root: &str) -> Heard {
    let text = without_colors(&reply.stderr).replace(&format!("{root}/"), "");
    let mut errors = errors(&text);
    let answer = if reply.timed_out || reply.code < 0 || reply.code > 1 {
        Answer::Crash
    } else if reply.code == 0 {
        Answer::Output(reply.stdout.trim_end_matches('\n').to_owned())
    } else if !errors.is_empty() {
        errors.remove(0)
    } else if text.contains("panick") || text.trim().is_empty() {
        Answer::Crash
    } else {
        Answer::Input
    };
    Heard {
        answer,
        also: errors,
        text,
    }
}

/// The errors of a text, each with its first place.
fn errors(text: &str) -> Vec<Answer> {
    let mut found: Vec<(bool, String, Option<Place>)> = Vec::new();
    for line in text.lines() {
        if let Some((is_static, kind)) = header(line) {
            found.push((is_static, kind, None));
        } else if let Some((_, _, place @ None)) = found.last_mut()
            && let Some(text) = line.trim_start().strip_prefix("--> ")
        {
            let mut parts = text.rsplitn(3, ':');
            let (_, line) = (parts.next(), parts.next());
            let line = line.and_then(|l| l.parse().ok());
            *place = line.zip(parts.next()).map(|(line, file)| Place {
                file: file.to_owned(),
                line,
            });
        }
    }
    let answer = |(is_static, kind, place)| {
        if is_static {
            Answer::Static(kind, place)
        } else {
            Answer::Runtime(place)
        }
    };
    found.into_iter().map(answer).collect()
}
