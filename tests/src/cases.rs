//! The format of recorded cases; described in `tests/oracle/README.md`.

use std::path::Path;

/// A wanted answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Standard output.
    Output(String),
    /// Rejected before evaluation: kind, place.
    Static(String, Option<Place>),
    /// Stopped while running.
    Runtime(Option<Place>),
    /// Refused before anything was read.
    Input,
    /// Any clean error.
    Crash,
}

/// File and line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Relative path.
    pub file: String,
    /// Line from 1.
    pub line: u32,
}

/// A program with the answer recorded for it.
#[derive(Clone, Debug)]
pub struct Case {
    /// `core/01-lexical/some-name`
    pub name: String,
    /// Words after `run`.
    pub args: Vec<String>,
    /// Path and text of each file.
    pub files: Vec<(String, String)>,
    /// Why Kiln is meant to answer differently, if it is.
    pub differs: Option<String>,
    /// The reference implementation's answer.
    pub expect: Answer,
    /// Kiln's own answer where it differs.
    pub kiln: Option<Answer>,
}

impl Case {
    /// What Kiln has to answer.
    #[must_use]
    pub fn wanted(&self) -> &Answer {
        self.kiln.as_ref().unwrap_or(&self.expect)
    }
}

/// Reads every `.cases` file below a folder, in the order of their names.
///
/// # Errors
/// If a file cannot be read.
pub fn load(root: &Path) -> std::io::Result<Vec<Case>> {
    let mut files = Vec::new();
    let mut folders = vec![root.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "cases") {
                files.push(path);
            }
        }
    }
    files.sort();
    let mut cases = Vec::new();
    for file in files {
        let text = std::fs::read_to_string(&file)?;
        let group = file.strip_prefix(root).unwrap_or(&file).with_extension("");
        parse(&text, &group.to_string_lossy(), &mut cases);
    }
    Ok(cases)
}

fn answer(head: &str, body: &str) -> Answer {
    let mut words = head.split_whitespace();
    match words.next() {
        Some("error") => {
            let kind = words.next().unwrap_or_default();
            let name = words.next().unwrap_or_default().to_owned();
            let place = words.next().and_then(|w| {
                let (file, line) = w.rsplit_once(':')?;
                Some(Place {
                    file: file.to_owned(),
                    line: line.parse().ok()?,
                })
            });
            match kind {
                "static" => Answer::Static(name, place),
                "runtime" => Answer::Runtime(place),
                _ => Answer::Input,
            }
        }
        Some("crash") => Answer::Crash,
        _ => Answer::Output(body.to_owned()),
    }
}

/// Reads the cases of one file.
pub fn parse(text: &str, group: &str, cases: &mut Vec<Case>) {
    enum Part {
        None,
        File,
        Expect(String),
        Kiln(String),
    }
    let mut part = Part::None;
    let mut body = String::new();
    let mut current: Option<Case> = None;
    let finish = |part: &mut Part, body: &mut String, current: &mut Option<Case>| {
        let text = std::mem::take(body);
        if let Some(case) = current {
            match std::mem::replace(part, Part::None) {
                Part::None => {}
                Part::File => {
                    if let Some(last) = case.files.last_mut() {
                        last.1 = text;
                    }
                }
                Part::Expect(head) => case.expect = answer(&head, text.trim_end_matches('\n')),
                Part::Kiln(head) => case.kiln = Some(answer(&head, text.trim_end_matches('\n'))),
            }
        }
    };
    for line in text.split('\n') {
        if let Some(name) = line.strip_prefix("=== ") {
            finish(&mut part, &mut body, &mut current);
            cases.extend(current.take());
            current = Some(Case {
                name: format!("{group}/{}", name.trim()),
                args: Vec::new(),
                files: Vec::new(),
                differs: None,
                expect: Answer::Crash,
                kiln: None,
            });
            continue;
        }
        if let Some(rest) = line.strip_prefix("--- ") {
            finish(&mut part, &mut body, &mut current);
            let (head, value) = rest.split_once(':').unwrap_or((rest, ""));
            let value = value.trim();
            if let Some(case) = &mut current {
                match head {
                    "args" => case.args = crate::words::split(value),
                    "file" => {
                        case.files.push((value.to_owned(), String::new()));
                        part = Part::File;
                    }
                    "differs" => case.differs = Some(value.to_owned()),
                    "expect" => part = Part::Expect(value.to_owned()),
                    "kiln" => part = Part::Kiln(value.to_owned()),
                    _ => {}
                }
            }
            continue;
        }
        let unescaped = {
            let stripped = line.trim_start_matches('\\');
            if line.starts_with('\\')
                && (stripped.starts_with("---") || stripped.starts_with("==="))
            {
                &line[1..]
            } else {
                line
            }
        };
        body.push_str(unescaped);
        body.push('\n');
    }
    finish(&mut part, &mut body, &mut current);
    cases.extend(current);
}
