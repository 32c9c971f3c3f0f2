//! `path:line:column: error[E0302]: message`: what editors and `grep` understand.

use kiln::Report;

use super::{Paths, severity};

pub(super) fn render(paths: &Paths, reports: &[&Report]) -> Vec<u8> {
    let mut out = String::new();
    for report in reports {
        if let Some(at) = &report.primary {
            out += &format!("{}:{}:{}: ", paths.shown(&at.path), at.line, at.column);
        }
        let message = report.message.replace('\n', " ");
        out += &format!("{}[{}]: {message}\n", severity(report), report.code_text());
    }
    out.into_bytes()
}
