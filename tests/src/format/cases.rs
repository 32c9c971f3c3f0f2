//! The format of recorded cases; described in `tests/format/README.md`.

use std::path::Path;

/// A text with what the reference implementation and Kiln make of it.
#[derive(Clone, Debug, Default)]
pub struct Case {
    /// `comments/in-list`
    pub name: String,
    /// The text.
    pub before: String,
    /// Why Kiln is meant to format it differently, if it is.
    pub differs: Option<String>,
    /// The reference's text, if it gave one.
    pub expect: Option<String>,
    /// Kiln's own text where it differs.
    pub kiln: Option<String>,
}

impl Case {
    /// What Kiln has to make of it.
    #[must_use]
    pub fn wanted(&self) -> Option<&str> {
        self.kiln.as_deref().or(self.expect.as_deref())
    }
}

/// Reads every `.cases` file of a folder, in the order of their names.
///
/// # Errors
/// If a file cannot be read.
pub fn load(folder: &Path) -> std::io::Result<Vec<Case>> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|e| e == "cases") {
            files.push(path);
        }
    }
    files.sort();
    let mut cases = Vec::new();
    for file in files {
        let group = file
            .file_stem()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        read(&std::fs::read_to_string(&file)?, &group, &mut cases);
    }
    Ok(cases)
}

/// A part under construction: its name, how it is written, its lines.
type Part = (String, String, String);

fn read(text: &str, group: &str, cases: &mut Vec<Case>) {
    let mut case: Option<Case> = None;
    let mut part: Option<Part> = None;
    for line in text.split_inclusive('\n') {
        if let Some(name) = line.strip_prefix("=== ") {
            finish(&mut case, part.take(), true);
            cases.extend(case.replace(Case {
                name: format!("{group}/{}", name.trim_end()),
                ..Case::default()
            }));
        } else if let Some(head) = line.strip_prefix("--- ") {
            finish(&mut case, part.take(), false);
            let (name, value) = head.split_once(':').unwrap_or((head, ""));
            part = Some((name.to_owned(), value.trim().to_owned(), String::new()));
        } else if let Some((_, mode, body)) = &mut part {
            let plain = mode.as_str() != "escaped";
            let stripped = line.trim_start_matches('\\');
            let marker = stripped.starts_with("---") || stripped.starts_with("===");
            let escaped = plain && line.starts_with('\\') && marker;
            body.push_str(&line[usize::from(escaped)..]);
        }
    }
    finish(&mut case, part.take(), true);
    cases.extend(case);
}

fn finish(case: &mut Option<Case>, part: Option<Part>, last: bool) {
    let (Some(case), Some((name, mode, mut body))) = (case, part) else {
        return;
    };
    // the empty line between two cases
    if last && (body == "\n" || body.ends_with("\n\n")) {
        body.pop();
    }
    let text = match mode.as_str() {
        "same" => Some(case.before.clone()),
        "crash" => None,
        "escaped" => Some(unescaped(&body)),
        _ => Some(body),
    };
    match name.as_str() {
        "before" => case.before = text.unwrap_or_default(),
        "differs" => case.differs = Some(mode),
        "expect" => case.expect = text,
        "kiln" => case.kiln = text,
        _ => {}
    }
}

fn unescaped(body: &str) -> String {
    let mut out = String::new();
    let mut chars = body.chars().filter(|c| *c != '\n');
    while let Some(c) = chars.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        match chars.next() {
            Some('n') => out.push('\n'),
            Some('r') => out.push('\r'),
            Some('t') => out.push('\t'),
            Some('x') => out.extend(hex(&mut chars, 2)),
            Some('u') => out.extend(hex(&mut chars, 4)),
            other => out.extend(other),
        }
    }
    out
}

fn hex(chars: &mut impl Iterator<Item = char>, digits: usize) -> Option<char> {
    let text: String = chars.take(digits).collect();
    u32::from_str_radix(&text, 16).ok().and_then(char::from_u32)
}
