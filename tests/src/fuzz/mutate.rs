//! Random changes of programs: bytes, words, lines, and pieces of other programs.

use crate::generate::rng::Rng;

const PIECES: &[&str] = &[
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "\"",
    "'",
    "\"\"\"",
    "${",
    "\\",
    "\n",
    "\n    ",
    "\t",
    "\r\n",
    ":",
    "=",
    "+=",
    "|",
    "**",
    "*",
    "...",
    "lambda x {",
    "schema A:\n    ",
    "mixin [",
    "check:\n        ",
    "if True:\n    ",
    "else:",
    "elif 1:",
    "for x in ",
    "all x in ",
    "map x in ",
    "import ",
    "as ",
    "assert ",
    "type T = ",
    "rule R:\n    ",
    "protocol P:\n    ",
    "@info(",
    "->",
    "?",
    "?.",
    "Undefined",
    "None",
    "True",
    "9223372036854775807",
    "-1",
    "0x",
    "1e400",
    "1Ki",
    "0.5",
    "é",
    "日本",
    "\u{feff}",
    "\u{0}",
    "\u{202e}",
    "a",
    "_a",
    "a.b.c",
    "a[0]",
    " in ",
    " is not ",
    " not in ",
    "not ",
    "~",
    "<<",
    "//",
    "%",
    "==",
    "<=",
    "!",
    ";",
    "$",
    "`",
    "#",
    "# c\n",
    "r'",
    "'''",
    ",",
    ".",
    "[str]: int",
    "[...str]: int",
    ".instances()",
    ".format(",
    "range(",
    "len(",
    "option(",
    "json.encode(",
    "regex.match(",
    "import regex\n",
    "import json\n",
];

const EXTREME: &[&str] = &[
    "0",
    "-1",
    "9223372036854775807",
    "-9223372036854775808",
    "1e308",
    "4294967296",
    "1000000000",
    "63",
    "64",
    "0.1",
];

fn boundary(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

fn place(rng: &mut Rng, text: &str) -> usize {
    boundary(text, rng.below(text.len() + 1))
}

/// A changed text; `corpus` gives pieces.
pub fn mutate(rng: &mut Rng, text: &str, corpus: &[String]) -> String {
    let mut text = text.to_owned();
    for _ in 0..rng.range(1, 6) {
        text = step(rng, &text, corpus);
        if text.len() > 20_000 {
            text.truncate(boundary(&text, 20_000));
        }
    }
    text
}

fn step(rng: &mut Rng, text: &str, corpus: &[String]) -> String {
    let (mut a, mut b) = (place(rng, text), place(rng, text));
    if a > b {
        std::mem::swap(&mut a, &mut b);
    }
    let near = boundary(text, (a + 1 + rng.below(12)).min(text.len()));
    let (head, tail) = (&text[..a], &text[a..]);
    match rng.below(14) {
        // a piece of text, in or instead of something
        0 | 1 => format!("{head}{}{tail}", rng.pick(PIECES)),
        2 => format!("{head}{}{}", rng.pick(PIECES), &text[near.max(a)..]),
        // less
        3 => format!("{head}{}", &text[near.max(a)..]),
        4 => format!("{head}{}", &text[b..]),
        5 => head.to_owned(),
        // the same again
        6 => {
            let part = &text[a..near.max(a)];
            let times = if rng.chance(10) { 400 } else { rng.range(2, 5) };
            format!("{head}{}{tail}", part.repeat(times))
        }
        7 => format!("{head}{}{tail}", &text[a..b]),
        // lines
        8 | 9 => {
            let mut lines: Vec<&str> = text.lines().collect();
            if lines.is_empty() {
                return text.to_owned();
            }
            let (i, j) = (rng.below(lines.len()), rng.below(lines.len()));
            match rng.below(3) {
                0 => lines.swap(i, j),
                1 => lines.insert(i, lines[j]),
                _ => drop(lines.remove(i)),
            }
            lines.join("\n") + "\n"
        }
        // a number
        10 => {
            let digits: Vec<usize> = text
                .char_indices()
                .filter(|(_, c)| c.is_ascii_digit())
                .map(|(i, _)| i)
                .collect();
            if digits.is_empty() {
                return text.to_owned();
            }
            let at = *rng.pick(&digits);
            format!("{}{}{}", &text[..at], rng.pick(EXTREME), &text[at + 1..])
        }
        // another program
        11 | 12 => {
            let other = rng.pick(corpus);
            let lines: Vec<&str> = other.split_inclusive('\n').collect();
            if lines.is_empty() {
                return text.to_owned();
            }
            let from = rng.below(lines.len());
            let to = (from + rng.range(1, 8)).min(lines.len());
            let start = text[..a].rfind('\n').map_or(0, |i| i + 1);
            format!(
                "{}{}{}",
                &text[..start],
                lines[from..to].concat(),
                &text[start..]
            )
        }
        // one byte
        _ => {
            let mut bytes = text.as_bytes().to_vec();
            if bytes.is_empty() {
                return text.to_owned();
            }
            let at = rng.below(bytes.len());
            bytes[at] ^= 1 << rng.below(8);
            String::from_utf8_lossy(&bytes).into_owned()
        }
    }
}

/// A program of data: texts, numbers and keys that an emitter may get wrong.
pub fn data(rng: &mut Rng) -> String {
    let mut program = String::new();
    for i in 0..rng.range(1, 5) {
        program.push_str(&format!("v{i} = {}\n", value(rng, 3)));
    }
    program
}

fn value(rng: &mut Rng, depth: usize) -> String {
    if depth > 0 && rng.chance(40) {
        let count = rng.below(4);
        return if rng.chance(50) {
            let items: Vec<String> = (0..count).map(|_| value(rng, depth - 1)).collect();
            format!("[{}]", items.join(", "))
        } else {
            let items: Vec<String> = (0..count)
                .map(|_| format!("{} = {}", text(rng), value(rng, depth - 1)))
                .collect();
            format!("{{{}}}", items.join(", "))
        };
    }
    match rng.below(12) {
        0 => (*rng.pick(&["True", "False", "None", "Undefined"])).to_owned(),
        1 => (rng.next() as i64 >> rng.below(63)).to_string(),
        2 => {
            let float = f64::from_bits(rng.next());
            if float.is_finite() {
                format!("{float:e}")
            } else {
                "0.0".to_owned()
            }
        }
        3 => format!("{}.{}", rng.below(1000), rng.below(1000)),
        4 => format!("{}Ki", rng.below(1000)),
        _ => text(rng),
    }
}

/// A string literal.
fn text(rng: &mut Rng) -> String {
    const WHOLE: &[&str] = &[
        "null",
        "~",
        "true",
        "No",
        "on",
        "1",
        "1.5",
        "1e3",
        "0x1F",
        "0o7",
        "017",
        "-",
        "- a",
        "? b",
        ": c",
        "a: b",
        "a #b",
        "#x",
        "&a",
        "*a",
        "!t",
        "%d",
        "@e",
        "`f",
        "|",
        ">",
        "[",
        "]",
        "{",
        "}",
        ",",
        "a,b",
        "---",
        "...",
        "--- a",
        "<<",
        "=",
        ".inf",
        ".nan",
        "1_000",
        "12:30:45",
        "2020-01-01",
        "+1",
        " a",
        "a ",
        "\\n",
        "a\\n",
        "\\na",
        "a\\n\\n",
        "a\\nb",
        " a\\nb",
        "a \\nb",
        "a\\n b",
        "a\\n\\nb\\n\\n",
        "\\t",
        "a\\tb",
        "\\u0085",
        "\\u2028",
        "\\ufeff",
        "\\u0000",
        "\\u007f",
        "\\u00a0",
        "\\U0001F600",
        "\\r",
        "a\\rb",
        "''",
        "'",
        "\\\"",
        "a'b",
        "yes",
        "y",
        "NULL",
        "Null",
        "1__0",
        "0b1",
        "1,000",
        "1:2",
        "a:",
        ":",
        "-1",
        "-a",
        ".a",
        "._",
        "\\\\",
        "\\\\n",
        "é",
        "\\n\\n",
        "  \\n  ",
        "\\n a",
        "\\x1b",
        "key",
        "!!str",
        "--",
        "a\\u2028b",
        "a\\u0085b\\n",
        "\\ud7ff",
        "\\ufffe",
        "\\uffff",
    ];
    let mut body = String::new();
    for _ in 0..rng.range(0, 3) {
        body.push_str(rng.pick::<&str>(WHOLE));
    }
    if rng.chance(3) {
        body = body.repeat(60);
    }
    format!("\"{body}\"")
}
