//! Lines to inputs: where one statement ends and the next begins, for input that nobody watches.

use kiln_syntax::lexer::lex;
use kiln_syntax::{Open, open_at_end};

/// Puts lines together to inputs.
///
/// A statement ends with its line, unless something is open. A block ends before the next line at the left edge, so that
/// empty lines in it do no harm.
#[derive(Clone, Debug, Default)]
pub struct Lines {
    text: String,
    /// Comments and empty lines behind `text`, which belong to it only if it goes on.
    between: String,
}

impl Lines {
    /// Takes a line; gives the inputs that are complete with it.
    pub fn push(&mut self, line: &str) -> Vec<String> {
        let line = line.strip_suffix('\n').unwrap_or(line);
        let line = line.strip_suffix('\r').unwrap_or(line);
        // the last line end is none of the writer's
        let open = open_at_end(self.text.trim_end_matches('\n'));
        let inside = matches!(open, Some(Open::Bracket | Open::Text | Open::Line));
        let mut complete = Vec::new();
        if !inside {
            if line.trim().is_empty() || line.starts_with('#') {
                self.between.push_str(line);
                self.between.push('\n');
                return complete;
            }
            let goes_on = line.starts_with([' ', '\t'])
                || ["elif", "else"].iter().any(|word| line.starts_with(word))
                || open == Some(Open::Decorator);
            if !goes_on {
                complete.extend(self.take());
            }
        }
        self.text.push_str(&std::mem::take(&mut self.between));
        self.text.push_str(line);
        self.text.push('\n');
        let is_command = self.text.starts_with(':');
        if is_command || open_at_end(self.text.trim_end_matches('\n')).is_none() {
            complete.extend(self.take());
        }
        complete
    }

    /// What is left at the end.
    pub fn finish(mut self) -> Option<String> {
        self.take()
    }

    fn take(&mut self) -> Option<String> {
        let text = std::mem::take(&mut self.text);
        (!text.trim().is_empty()).then_some(text)
    }
}

/// Whether a prompt can take a text as it is: nothing is open, or an empty line ended it.
#[must_use]
pub fn is_complete(text: &str) -> bool {
    if text.trim_start().starts_with(':') {
        return true;
    }
    let last_line = text.rsplit('\n').next().unwrap_or_default();
    let ended = text.contains('\n') && last_line.trim().is_empty();
    match open_at_end(text.trim_end_matches([' ', '\t', '\n', '\r'])) {
        None => true,
        Some(open) => ended && open.ends_with_empty_line(),
    }
}

/// A text in which every closing bracket that begins a line is indented like the line of its opening bracket: a prompt that
/// indents by itself puts them too far to the right.
#[must_use]
pub fn aligned(text: &str) -> String {
    let line_start = |at: usize| text[..at].rfind('\n').map_or(0, |end| end + 1);
    let blanks = |start: usize| {
        let line = &text[start..];
        &line[..line.len() - line.trim_start_matches([' ', '\t']).len()]
    };
    let mut out = String::with_capacity(text.len());
    let mut copied = 0;
    let mut open: Vec<usize> = Vec::new();
    for token in lex(text).tokens {
        let at = token.start as usize;
        if token.kind.is_opener() {
            open.push(at);
        } else if token.kind.is_closer() {
            let Some(opener) = open.pop() else { break };
            let start = line_start(at);
            if start > 0 && start + blanks(start).len() == at {
                out.push_str(&text[copied..start]);
                out.push_str(blanks(line_start(opener)));
                copied = at;
            }
        }
    }
    out.push_str(&text[copied..]);
    out
}

#[cfg(test)]
mod tests {
    use super::{Lines, aligned, is_complete};

    #[test]
    fn closing_brackets_are_aligned() {
        let typed = "x = [\n    {\n        a = f(\n            1\n            )\n        }, \"\"\"\n    }\"\"\"\n    ]";
        let wanted =
            "x = [\n    {\n        a = f(\n            1\n        )\n    }, \"\"\"\n    }\"\"\"\n]";
        assert_eq!(aligned(typed), wanted);
        for other in ["a = [1, 2]", "}\n  }", "a = {\n  b = 1 }", "  )"] {
            assert_eq!(aligned(other), other);
        }
    }

    fn inputs(text: &str) -> Vec<String> {
        let mut lines = Lines::default();
        let mut all: Vec<String> = text.lines().flat_map(|line| lines.push(line)).collect();
        all.extend(lines.finish());
        all
    }

    #[test]
    fn statements_are_told_apart() {
        assert_eq!(
            inputs("a = 1\na + 1\n:vars\n"),
            ["a = 1\n", "a + 1\n", ":vars\n"]
        );
        assert_eq!(
            inputs("a = [\n1\n\n2]\nb = 1"),
            ["a = [\n1\n\n2]\n", "b = 1\n"]
        );
        assert_eq!(inputs("a = 1 + \\\n2\n3"), ["a = 1 + \\\n2\n", "3\n"]);
    }

    #[test]
    fn blocks_end_at_the_left_edge() {
        let schema = "schema A:\n    x: int\n\n# about y\n    y: int\n";
        assert_eq!(
            inputs(&format!("{schema}\n\n# one\na = 1\n")),
            [schema, "\n\n# one\na = 1\n"]
        );
        let either = "if True:\n    a = 1\nelse:\n    a = 2\n";
        assert_eq!(inputs(&format!("{either}a\n")), [either, "a\n"]);
        assert_eq!(inputs("@deprecated()\nschema A:\n    x: int\n").len(), 1);
    }

    #[test]
    fn an_empty_line_ends_a_block_at_a_prompt() {
        assert!(is_complete("a = 1"));
        assert!(!is_complete("schema A:"));
        assert!(!is_complete("schema A:\n    x: int"));
        assert!(is_complete("schema A:\n    x: int\n"));
        assert!(is_complete("schema A:\n    x: int\n    "));
        assert!(!is_complete("a = {\n"));
        assert!(!is_complete("a = \"\"\"\n\n"));
        assert!(!is_complete("a = 1 + \\"));
        assert!(is_complete("a = 1 + \\\n"));
        assert!(is_complete(":type {"));
    }
}
