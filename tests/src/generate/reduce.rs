//! Makes a program smaller while something about it stays true.

use super::program::Program;

fn width(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

/// Ranges of lines that may go together: a line, a line with all deeper ones after it (and its closing bracket).
fn pieces(lines: &[String]) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    for at in 0..lines.len() {
        let mut end = at + 1;
        while end < lines.len()
            && (lines[end].trim().is_empty() || width(&lines[end]) > width(&lines[at]))
        {
            end += 1;
        }
        if end < lines.len() && end > at + 1 && lines[end].trim_start().starts_with(['}', ']', ')'])
        {
            end += 1;
        }
        if end > at + 1 {
            found.push((at, end));
        }
        found.push((at, at + 1));
    }
    found.sort_by_key(|&(a, b)| std::cmp::Reverse(b - a));
    found
}

/// Bracketed and parenthesised parts of a line, widest first.
fn groups(line: &str) -> Vec<(usize, usize)> {
    let mut open = Vec::new();
    let mut found = Vec::new();
    let mut quoted = false;
    for (at, c) in line.char_indices() {
        match c {
            '"' => quoted = !quoted,
            '(' | '[' | '{' if !quoted => open.push(at),
            ')' | ']' | '}' if !quoted => {
                if let Some(from) = open.pop() {
                    found.push((from, at + 1));
                }
            }
            _ => {}
        }
    }
    found.sort_by_key(|&(a, b)| std::cmp::Reverse(b - a));
    found
}

/// Smaller forms of a line.
fn simpler(line: &str) -> Vec<String> {
    let mut forms = Vec::new();
    for (from, to) in groups(line) {
        if to - from <= 2 {
            continue;
        }
        for with in ["1", "True", "\"a\"", "[]", "{}", "()"] {
            if to - from > with.len() && &line[from..to] != with {
                forms.push(format!("{}{with}{}", &line[..from], &line[to..]));
            }
        }
        // one part of it
        let inner = &line[from + 1..to - 1];
        let mut depth = 0;
        let mut start = 0;
        let mut parts = Vec::new();
        for (at, c) in inner.char_indices() {
            match c {
                '(' | '[' | '{' => depth += 1,
                ')' | ']' | '}' => depth -= 1,
                ',' if depth == 0 => {
                    parts.push((start, at));
                    start = at + 1;
                }
                _ => {}
            }
        }
        parts.push((start, inner.len()));
        if parts.len() > 1 {
            for skip in 0..parts.len() {
                let kept: Vec<&str> = parts
                    .iter()
                    .enumerate()
                    .filter(|(i, _)| *i != skip)
                    .map(|(_, p)| inner[p.0..p.1].trim())
                    .collect();
                let (open, close) = (&line[..=from], &line[to - 1..]);
                forms.push(format!("{open}{}{close}", kept.join(", ")));
            }
        }
        for separator in [
            " + ", " if ", " or ", " and ", " - ", " | ", " else ", " for ",
        ] {
            if let Some((a, b)) = inner.split_once(separator) {
                for part in [a, b] {
                    forms.push(format!("{}({part}){}", &line[..from], &line[to..]));
                }
            }
        }
    }
    if let Some((head, value)) = line.split_once(" = ")
        && value.len() > 2
        && !value.ends_with(['{', '['])
    {
        for with in ["1", "\"a\"", "True", "[1]"] {
            if value.len() > with.len() {
                forms.push(format!("{head} = {with}"));
            }
        }
    }
    forms
}

/// The smallest program found for which `holds`, with at most `budget` tries.
pub fn reduce(
    program: &Program,
    mut budget: usize,
    mut holds: impl FnMut(&Program) -> bool,
) -> Program {
    let mut best = program.clone();
    let mut try_it = |candidate: &Program, budget: &mut usize| {
        if *budget == 0 {
            return false;
        }
        *budget -= 1;
        holds(candidate)
    };
    loop {
        let mut smaller = false;
        for file in 0..best.files.len() {
            let mut at = 0;
            loop {
                let lines: Vec<String> = best.files[file].1.lines().map(str::to_owned).collect();
                let pieces = pieces(&lines);
                let Some(&(from, to)) = pieces.get(at) else {
                    break;
                };
                let kept: Vec<&str> = lines
                    .iter()
                    .enumerate()
                    .filter(|(i, _)| *i < from || *i >= to)
                    .map(|(_, l)| l.as_str())
                    .collect();
                let mut candidate = best.clone();
                candidate.files[file].1 = if kept.is_empty() {
                    String::new()
                } else {
                    kept.join("\n") + "\n"
                };
                if try_it(&candidate, &mut budget) {
                    best = candidate;
                    smaller = true;
                } else {
                    at += 1;
                }
            }
            let mut line = 0;
            while line < best.files[file].1.lines().count() {
                let lines: Vec<String> = best.files[file].1.lines().map(str::to_owned).collect();
                let mut changed = false;
                for form in simpler(&lines[line]) {
                    let mut new = lines.clone();
                    new[line] = form;
                    let mut candidate = best.clone();
                    candidate.files[file].1 = new.join("\n") + "\n";
                    if try_it(&candidate, &mut budget) {
                        best = candidate;
                        smaller = true;
                        changed = true;
                        break;
                    }
                }
                if !changed {
                    line += 1;
                }
            }
        }
        if !smaller || budget == 0 {
            return best;
        }
    }
}
