//! Command-line words of a test case, as options of a run.

use std::path::{Path, PathBuf};

use kiln::{Grant, OptionValue, Permissions, RunOptions};

/// How a test case wants its output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Output {
    /// YAML.
    Yaml,
    /// JSON on one line, as the reference library prints it.
    Json,
    /// JSON as the command line prints it.
    PrettyJson,
}

/// Splits a line into words: blanks separate, quotes group.
#[must_use]
pub fn split(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut open = false;
    let mut quote = None;
    let mut chars = line.chars();
    while let Some(c) = chars.next() {
        match (quote, c) {
            (Some(q), c) if c == q => quote = None,
            (Some('"'), '\\') => word.extend(chars.next()),
            (Some(_), c) => word.push(c),
            (None, '\'' | '"') => {
                quote = Some(c);
                open = true;
            }
            (None, '\\') => {
                open = true;
                word.extend(chars.next());
            }
            (None, c) if c.is_whitespace() => {
                if open || !word.is_empty() {
                    words.push(std::mem::take(&mut word));
                }
                open = false;
            }
            (None, c) => word.push(c),
        }
    }
    if open || !word.is_empty() {
        words.push(word);
    }
    words
}

fn number(text: &str) -> Result<usize, String> {
    text.trim_end_matches('M')
        .parse()
        .map_err(|_| format!("{text} is no number"))
}

fn grant<T>(permission: &mut Grant<T>, only: Option<T>) {
    match only {
        Some(one) => permission.add(one),
        None => *permission = Grant::Everything,
    }
}

/// Options for the words after `run`; `main.k` is the entry if none is named and `has_main`.
///
/// # Errors
/// A text, if a word is not understood or a value is malformed.
pub fn options(
    work_dir: &Path,
    words: &[String],
    has_main: bool,
) -> Result<(RunOptions, Output), String> {
    let mut options = RunOptions {
        work_dir: work_dir.to_path_buf(),
        limits: crate::compare::limits(),
        ..RunOptions::default()
    };
    let mut output = Output::Yaml;
    let mut at = 0;
    let value = |at: &mut usize| -> Result<String, String> {
        *at += 1;
        words
            .get(*at)
            .cloned()
            .ok_or_else(|| format!("a value is missing after {}", words[*at - 1]))
    };
    while at < words.len() {
        let word = words[at].clone();
        let (flag, inline) = match word.split_once('=') {
            Some((flag, value)) if flag.starts_with("--") => {
                (flag.to_owned(), Some(value.to_owned()))
            }
            _ if word.len() > 2
                && word.starts_with('-')
                && !word.starts_with("--")
                && "DYOSEof".contains(&word[1..2]) =>
            {
                (word[..2].to_owned(), Some(word[2..].to_owned()))
            }
            _ => (word.clone(), None),
        };
        let mut argument = || match inline.clone() {
            Some(text) => Ok(text),
            None => value(&mut at),
        };
        match flag.as_str() {
            "-D" | "--argument" => options
                .arguments
                .push(OptionValue::parse(&argument()?).map_err(|e| e.to_string())?),
            "-Y" | "--setting" => options.settings.push(argument()?.into()),
            "-O" | "--overrides" => options.overrides.push(argument()?),
            "-S" | "--path_selector" | "--path-selector" => options.selectors.push(argument()?),
            "-E" | "--external" => {
                let text = argument()?;
                let (name, path) = text.split_once('=').ok_or("-E needs name=path")?;
                options
                    .externals
                    .insert(name.trim().to_owned(), path.trim().into());
            }
            "-f" | "--format" => {
                output = if argument()? == "json" {
                    Output::Json
                } else {
                    Output::Yaml
                }
            }
            "-n" | "--disable_none" => options.disable_none = true,
            "-k" | "--sort_keys" => options.sort_keys = true,
            "-H" | "--show_hidden" => options.show_hidden = true,
            "-r" | "--strict_range_check" => options.strict_range_check = true,
            "--max-depth" => options.limits.depth = number(&argument()?)?,
            "--max-steps" => options.limits.steps = number(&argument()?)? as u64,
            "--max-memory" => options.limits.memory = number(&argument()?)? << 20,
            "--allow-all" => options.permissions = Permissions::all(),
            "--allow-read" => grant(&mut options.permissions.read, inline.map(PathBuf::from)),
            "--allow-write" => grant(&mut options.permissions.write, inline.map(PathBuf::from)),
            "--allow-env" => grant(&mut options.permissions.env, inline),
            "--allow-time" => options.permissions.time = true,
            "--allow-random" => options.permissions.random = true,
            "--allow-net" => options.permissions.net = true,
            "-d" | "--debug" | "-K" | "--fast_eval" => {}
            flag if flag.starts_with('-') && flag.len() > 1 => {
                return Err(format!("unknown flag {flag}"));
            }
            _ => options.inputs.push(word),
        }
        at += 1;
    }
    if options.inputs.is_empty() && has_main {
        options.inputs.push("main.k".to_owned());
    }
    Ok((options, output))
}
