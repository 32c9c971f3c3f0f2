//! Feeds random programs to a target.
//!
//! ```text
//! fuzz --target parse|run|yaml|lint|format --seconds N --seed S [--out DIR]
//! fuzz --target … --one FILE                                     try one text
//! fuzz --target editor --seconds N --seed S [--out DIR]          edit with a language server
//! fuzz --target editor --one FILE                                do again what was found
//! ```
//!
//! The texts are tried in a child process: one that kills it, or does not end, is found in DIR like all others.
#![expect(clippy::print_stdout, reason = "a command prints")]

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::{Duration, Instant, SystemTime};

use kiln_tests::fuzz::{corpus, editor, mutate, targets};
use kiln_tests::generate::rng::Rng;

struct Words(Vec<String>);

impl Words {
    fn value(&self, flag: &str) -> Option<&str> {
        let at = self.0.iter().position(|w| w == flag)?;
        self.0.get(at + 1).map(String::as_str)
    }

    fn number(&self, flag: &str, other: u64) -> u64 {
        self.value(flag)
            .and_then(|v| v.parse().ok())
            .unwrap_or(other)
    }
}

fn main() -> ExitCode {
    let words = Words(std::env::args().skip(1).collect());
    let name = words.value("--target").unwrap_or("run").to_owned();
    if words.0.iter().any(|w| w == SERVE) {
        let polite = kiln_lsp::stdio(kiln_project::OsFileSystem).unwrap_or_default();
        return ExitCode::from(u8::from(!polite));
    }
    if name == "editor" {
        return finished(edit(&words));
    }
    let Some(target) = targets::target(&name) else {
        println!("unknown target {name}");
        return ExitCode::from(2);
    };
    let folder = words.value("--out").map_or_else(
        || std::env::temp_dir().join(format!("fuzz-{name}")),
        PathBuf::from,
    );
    let result = if let Some(file) = words.value("--one") {
        std::fs::read(file).map(|bytes| {
            let found = target(&String::from_utf8_lossy(&bytes));
            println!("{found:?}");
            found.is_ok()
        })
    } else if words.0.iter().any(|w| w == "--worker") {
        work(&words, target, &folder)
    } else {
        supervise(&words, &folder)
    };
    finished(result)
}

fn finished(result: std::io::Result<bool>) -> ExitCode {
    match result {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            println!("error: {error}");
            ExitCode::from(2)
        }
    }
}

/// Is the long-lived server itself.
const SERVE: &str = "--serve";

/// Edits at random with a language server.
fn edit(words: &Words) -> std::io::Result<bool> {
    std::panic::set_hook(Box::new(|_| {}));
    if let Some(file) = words.value("--one") {
        let script: editor::Script = serde_json::from_str(&std::fs::read_to_string(file)?)?;
        let result = editor::replay(&script);
        match &result {
            Ok(outcome) => println!("{outcome:?}"),
            Err(message) => println!("{message}"),
        }
        return Ok(result.is_ok());
    }
    let own = std::env::current_exe()?.to_string_lossy().into_owned();
    let options = editor::campaign::Options {
        time: Duration::from_secs(words.number("--seconds", 60)),
        seed: words.number("--seed", 1),
        out: words
            .value("--out")
            .map_or_else(|| std::env::temp_dir().join("fuzz-editor"), PathBuf::from),
        server: vec![own, SERVE.to_owned()],
    };
    editor::campaign::run(&options, &mut |line| println!("{line}"))
}

/// Starts workers until the time is over.
fn supervise(words: &Words, folder: &Path) -> std::io::Result<bool> {
    std::fs::create_dir_all(folder)?;
    let end = Instant::now() + Duration::from_secs(words.number("--seconds", 60));
    let mut seed = words.number("--seed", 1);
    let current = folder.join("current");
    let mut clean = true;
    while Instant::now() < end {
        let left = end.saturating_duration_since(Instant::now()).as_secs() + 1;
        let _ = std::fs::write(&current, "");
        let mut child = Command::new(std::env::current_exe()?)
            .args(
                words
                    .0
                    .iter()
                    .filter(|w| *w != "--seed" && *w != "--seconds"),
            )
            .args([
                "--worker",
                "--seed",
                &seed.to_string(),
                "--seconds",
                &left.to_string(),
            ])
            .spawn()?;
        let status = loop {
            if let Some(status) = child.try_wait()? {
                break Some(status);
            }
            std::thread::sleep(Duration::from_millis(200));
            let since = std::fs::metadata(&current)
                .and_then(|m| m.modified())
                .map_or(Duration::ZERO, |t| {
                    SystemTime::now().duration_since(t).unwrap_or_default()
                });
            if since > Duration::from_secs(20) {
                child.kill()?;
                child.wait()?;
                break None;
            }
        };
        match status {
            Some(status) if status.success() => {}
            Some(status) if status.code() == Some(1) => clean = false,
            other => {
                clean = false;
                let kept = folder.join(format!(
                    "{}-{seed}",
                    if other.is_some() { "died" } else { "hangs" }
                ));
                std::fs::copy(&current, &kept)?;
                println!("{other:?}: {}", kept.display());
            }
        }
        seed = seed.wrapping_mul(31).wrapping_add(7);
    }
    Ok(clean)
}

/// Tries texts until the time is over; stops after ten findings.
fn work(words: &Words, target: targets::Target, folder: &Path) -> std::io::Result<bool> {
    std::panic::set_hook(Box::new(|_| {}));
    let seed = words.number("--seed", 1);
    let end = Instant::now() + Duration::from_secs(words.number("--seconds", 60));
    let mut rng = Rng::new(seed);
    let corpus = corpus::load();
    let yaml = words.value("--target") == Some("yaml");
    let (mut count, mut findings) = (0_u64, 0);
    let mut seen: Vec<String> = Vec::new();
    while Instant::now() < end && findings < 10 {
        let text = if yaml && rng.chance(70) {
            mutate::data(&mut rng)
        } else {
            let start = rng.pick(&corpus).clone();
            mutate::mutate(&mut rng, &start, &corpus)
        };
        std::fs::write(folder.join("current"), &text)?;
        count += 1;
        let found = attempt(target, &text);
        let Err(message) = found else { continue };
        let class: String = message
            .chars()
            .filter(|c| !c.is_ascii_digit())
            .take(30)
            .collect();
        if seen.contains(&class) {
            continue;
        }
        seen.push(class.clone());
        findings += 1;
        let small = smaller(&text, |candidate| {
            // tells the supervisor that this is not the end
            let _ = std::fs::write(folder.join("current"), candidate);
            attempt(target, candidate).is_err_and(|m| {
                m.chars()
                    .filter(|c| !c.is_ascii_digit())
                    .take(30)
                    .collect::<String>()
                    == class
            })
        });
        let kept = folder.join(format!("found-{seed}-{findings}"));
        std::fs::write(&kept, &small)?;
        println!(
            "##### {}\n{message}\n-----\n{}\n",
            kept.display(),
            small.chars().take(1500).collect::<String>()
        );
    }
    println!("{count} texts, {findings} findings");
    Ok(findings == 0)
}

fn attempt(target: targets::Target, text: &str) -> Result<(), String> {
    match std::panic::catch_unwind(|| target(text)) {
        Ok(result) => result,
        Err(payload) => {
            let message = payload
                .downcast_ref::<String>()
                .cloned()
                .or_else(|| payload.downcast_ref::<&str>().map(|s| (*s).to_owned()))
                .unwrap_or_default();
            Err(format!("panic: {message}"))
        }
    }
}

/// Leaves out chunks of lines, then of characters, while the text still `fails`.
fn smaller(text: &str, fails: impl Fn(&str) -> bool) -> String {
    let end = Instant::now() + Duration::from_secs(20);
    let mut best: Vec<String> = text.split_inclusive('\n').map(str::to_owned).collect();
    for round in 0..2 {
        if round == 1 {
            best = best.concat().chars().map(String::from).collect();
        }
        let mut size = best.len() / 2;
        while size > 0 {
            let mut at = 0;
            while at < best.len() && Instant::now() < end {
                let mut candidate = best.clone();
                candidate.drain(at..(at + size).min(best.len()));
                if fails(&candidate.concat()) {
                    best = candidate;
                } else {
                    at += size;
                }
            }
            size /= 2;
        }
    }
    best.concat()
}
