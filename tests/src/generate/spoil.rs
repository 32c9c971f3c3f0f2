//! Mistakes put into programs on purpose.

use super::program::Program;
use super::rng::Rng;

/// Words of a line: start and end of each maximal run of `fits`.
fn runs(line: &str, fits: impl Fn(char) -> bool) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let mut start = None;
    for (at, c) in line.char_indices().chain([(line.len(), '\n')]) {
        match (fits(c), start) {
            (true, None) => start = Some(at),
            (false, Some(from)) => {
                found.push((from, at));
                start = None;
            }
            _ => {}
        }
    }
    found
}

/// Makes one mistake.
pub(super) fn spoil(program: &mut Program, rng: &mut Rng) {
    let file = rng.below(program.files.len());
    let text = &mut program.files[file].1;
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    if lines.is_empty() {
        return;
    }
    for _ in 0..20 {
        let at = rng.below(lines.len());
        let line = lines[at].clone();
        if line.trim().is_empty() || line.trim_start().starts_with("import") {
            continue;
        }
        let replaced = |(from, to): (usize, usize), with: &str| {
            format!("{}{with}{}", &line[..from], &line[to..])
        };
        let new = match rng.below(7) {
            0 => {
                // a number becomes a text
                let numbers: Vec<_> =
                    runs(&line, |c| c.is_ascii_alphanumeric() || c == '.' || c == '_')
                        .into_iter()
                        .filter(|&(a, b)| line[a..b].bytes().all(|c| c.is_ascii_digit()))
                        .filter(|&(a, _)| line[..a].matches('"').count().is_multiple_of(2))
                        .collect();
                if numbers.is_empty() {
                    continue;
                }
                replaced(*rng.pick(&numbers), "\"text\"")
            }
            1 => {
                // an unknown name
                let names: Vec<_> = runs(&line, |c| c.is_ascii_alphanumeric() || c == '_')
                    .into_iter()
                    .filter(|&(a, b)| {
                        b - a >= 2
                            && line.as_bytes()[a].is_ascii_lowercase()
                            && line.as_bytes()[b - 1].is_ascii_digit()
                            && line[..a].matches('"').count().is_multiple_of(2)
                    })
                    .collect();
                if names.is_empty() {
                    continue;
                }
                replaced(*rng.pick(&names), "missing")
            }
            2 => {
                lines.remove(at);
                break;
            }
            3 => {
                lines.insert(at, line);
                break;
            }
            4 => {
                // another operator
                let Some(found) = line.find(": ").filter(|_| line.starts_with(' ')) else {
                    continue;
                };
                replaced((found, found + 1), " =")
            }
            5 => {
                let Some(found) = line.find(" = ").filter(|_| line.starts_with(' ')) else {
                    continue;
                };
                replaced((found, found + 3), ": ")
            }
            _ => {
                // a text becomes a number
                let quotes: Vec<usize> = line.match_indices('"').map(|q| q.0).collect();
                if quotes.len() < 2 || line.contains("\"\"\"") {
                    continue;
                }
                let pair = rng.below(quotes.len() / 2) * 2;
                replaced((quotes[pair], quotes[pair + 1] + 1), "17")
            }
        };
        lines[at] = new;
        break;
    }
    *text = lines.join("\n") + "\n";
}
