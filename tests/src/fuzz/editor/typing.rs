//! Random changes of a text, as somebody makes them who types, deletes, pastes and gives up.

use super::action::Change;
use crate::generate::rng::Rng;

/// Lines and blocks that are right where a statement may stand.
const STATEMENTS: &[&str] = &[
    "schema A:\n    a: int = 1\n",
    "schema B(A):\n    b?: str\n",
    "import math\n",
    "import model\n",
    "import model.shapes\n",
    "import platform.model as m\n",
    "import .more\n",
    "import nothing\n",
    "x = model.Server {name = \"x\"}\n",
    "_y = [i for i in range(3)]\n",
    "    check:\n        a > 0\n",
    "if True:\n    z = 1\nelse:\n    z = 2\n",
    "f = lambda a: int -> int { a + 1 }\n",
    "\"\"\"doc\"\"\"\n",
    "type T = int | \"a\"\n",
    "mixin M:\n    m: int = 1\n",
    "protocol P:\n    p: int\n",
    "assert 1 > 0\n",
    "server.replicas = 3\n",
    "a: int = \"text\"\n",
    "# ä𝄞\n",
    "    name = \"again\"\n",
    "    replicas: int = 5\n",
    "@deprecated\n",
    "@info(a=1)\n",
];

/// Pieces that may be anywhere.
const PIECES: &[&str] = &[
    "{",
    "}",
    "(",
    ")",
    "[",
    "]",
    "\"",
    "'",
    "\"\"\"",
    "${",
    ":",
    "=",
    ".",
    ",",
    "\n",
    "\n    ",
    "\\\n",
    "𝄞",
    "ä",
    "\r\n",
    "\t",
    "None",
    "True",
    " as ",
    " for ",
    " in ",
    " if ",
    " else ",
    "lambda ",
    "model.",
    "name",
    "replicas",
    "Server",
    "*",
    "**",
    "?.",
    "|",
    "->",
    " + 1",
    "#",
    "\u{feff}",
    "\u{0}",
    "option(\"x\")",
    "$",
    "r\"",
    "else:",
    "all x in ",
    "not ",
    "+=",
];

/// What is typed key by key.
const TYPED: &[&str] = &[
    "model.Server {name = \"q\"}",
    "replicas = 3\n",
    "schema New:\n    size: int\n",
    "import model\n",
    "v = server.name\n",
    "other.",
    "\"${server.name}\"",
    "lambda x { x + 1 }",
];

/// A piece to type key by key.
pub(super) fn typed(rng: &mut Rng) -> &'static str {
    TYPED[rng.below(TYPED.len())]
}

/// The next start of a character.
pub(super) fn boundary(text: &str, at: usize) -> usize {
    (at.min(text.len())..=text.len())
        .find(|&at| text.is_char_boundary(at))
        .unwrap_or(text.len())
}

/// Somewhere in a text.
pub(super) fn place(rng: &mut Rng, text: &str) -> usize {
    boundary(text, rng.below(text.len() + 1))
}

/// Words, numbers and single signs, as ranges.
fn tokens(text: &str) -> Vec<(usize, usize)> {
    let mut tokens = Vec::new();
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let mut chars = text.char_indices().peekable();
    while let Some((start, c)) = chars.next() {
        if c.is_whitespace() {
            continue;
        }
        let mut end = start + c.len_utf8();
        while let Some(&(at, next)) = chars.peek() {
            if !(is_word(c) && is_word(next)) {
                break;
            }
            end = at + next.len_utf8();
            chars.next();
        }
        tokens.push((start, end));
    }
    tokens
}

/// Starts of lines, and the end.
fn lines(text: &str) -> Vec<usize> {
    let mut starts = vec![0];
    starts.extend(text.match_indices('\n').map(|(at, _)| at + 1));
    starts
}

fn insert(at: usize, text: impl Into<String>) -> Vec<Change> {
    replace(at, at, text)
}

fn replace(start: usize, end: usize, text: impl Into<String>) -> Vec<Change> {
    let text = text.into();
    vec![Change { start, end, text }]
}

/// Changes of a text; `other` is something to paste from.
pub(super) fn change(rng: &mut Rng, text: &str, other: &str) -> Vec<Change> {
    let starts = lines(text);
    let line = rng.below(starts.len());
    let start = starts[line];
    let end = starts.get(line + 1).copied().unwrap_or(text.len());
    match rng.below(14) {
        0..=2 => insert(start, *rng.pick(STATEMENTS)),
        3 => insert(place(rng, text), *rng.pick(PIECES)),
        4 => {
            let at = place(rng, text);
            replace(at, boundary(text, at + rng.below(30)), "")
        }
        // a line less, twice, or further in
        5 => replace(start, end, ""),
        6 => insert(start, &text[start..end]),
        7 => insert(start, "    "),
        // tokens: another one, twice, two swapped
        8..=10 => token_change(rng, text, other),
        // lines of another text
        11 => {
            let from = lines(other);
            let first = rng.below(from.len());
            let behind = from.get(first + rng.range(1, 6)).copied();
            insert(start, &other[from[first]..behind.unwrap_or(other.len())])
        }
        // the same word in two places, as with several cursors
        12 => {
            let all = tokens(text);
            if all.len() < 2 {
                return insert(0, "a = 1\n");
            }
            let (start, end) = *rng.pick(&all);
            let word = &text[start..end];
            let same = all
                .iter()
                .rev()
                .filter(|(start, end)| &text[*start..*end] == word);
            let changes = same.take(4).map(|&(start, end)| Change {
                start,
                end,
                text: format!("{word}2"),
            });
            changes.collect()
        }
        // a comment and no comment
        _ => match text[start..end].find("# ") {
            Some(at) => replace(start + at, start + at + 2, ""),
            None => insert(start, "# "),
        },
    }
}

fn token_change(rng: &mut Rng, text: &str, other: &str) -> Vec<Change> {
    let all = tokens(text);
    if all.len() < 2 {
        return insert(0, "a = 1\n");
    }
    let at = rng.below(all.len() - 1);
    let (first, second) = (all[at], all[at + 1]);
    let word = |(start, end): (usize, usize)| &text[start..end];
    match rng.below(5) {
        0 => replace(first.0, first.1, ""),
        1 => insert(first.0, format!("{} ", word(first))),
        2 => {
            let between = &text[first.1..second.0];
            let swapped = format!("{}{between}{}", word(second), word(first));
            replace(first.0, second.1, swapped)
        }
        3 => replace(first.0, first.1, word(*rng.pick(&all))),
        _ => {
            let theirs = tokens(other);
            if theirs.is_empty() {
                return replace(first.0, first.1, "x");
            }
            let (start, end) = *rng.pick(&theirs);
            replace(first.0, first.1, &other[start..end])
        }
    }
}
