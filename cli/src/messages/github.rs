//! Workflow commands: GitHub shows such lines of a job's log beside the lines of files that they name.

use kiln::Report;

use super::{Paths, severity, whole_message};

pub(super) fn render(paths: &Paths, reports: &[&Report]) -> Vec<u8> {
    let mut out = String::new();
    for report in reports {
        out += "::";
        out += severity(report);
        out += " ";
        if let Some(at) = &report.primary {
            out += &format!(
                "file={},line={},col={},endLine={},",
                property(&paths.shown(&at.path)),
                at.line,
                at.column,
                at.end_line
            );
        }
        out += &format!(
            "title={}::{}\n",
            report.code_text(),
            data(&whole_message(report))
        );
    }
    out.into_bytes()
}

/// Text after the last `::`.
fn data(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// The value of a property.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_a_meaning_is_escaped() {
        assert_eq!(data("50%\r\nof a, b: c"), "50%25%0D%0Aof a, b: c");
        assert_eq!(property("a,b:c%.k"), "a%2Cb%3Ac%25.k");
    }
}
