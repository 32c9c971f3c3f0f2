//! Places in what was entered, as the person who entered it counts.

use std::sync::Arc;

use super::program::Program;
use super::{Answer, Repl};
use crate::report::{Report, ReportLabel, Texts};

impl Repl {
    /// Mistakes with places in single inputs instead of all of them.
    pub(super) fn mistakes(
        &self,
        program: &Program,
        mut reports: Vec<Report>,
        mut texts: Texts,
    ) -> Answer {
        let whole = program.text();
        for report in &mut reports {
            for label in report.primary.iter_mut().chain(&mut report.labels) {
                if label.path == self.path {
                    self.move_label(program, &whole, label, &mut texts);
                }
            }
            for fix in &mut report.fixes {
                for (path, range, _) in &mut fix.edits {
                    if *path == self.path
                        && let Some((entered, start)) = program.at(range.start)
                    {
                        *path = entered.name().into();
                        *range = range.start.saturating_sub(start)..range.end.saturating_sub(start);
                    }
                }
            }
        }
        Answer::Mistakes(reports, texts)
    }

    fn move_label(
        &self,
        program: &Program,
        whole: &str,
        label: &mut ReportLabel,
        texts: &mut Texts,
    ) {
        let Some((entered, start)) = program.at(label.range.start) else {
            return;
        };
        let lines = whole[..start].matches('\n').count() as u32;
        let clamp = |at: usize| at.saturating_sub(start).min(entered.text.len() + 1);
        label.range = clamp(label.range.start)..clamp(label.range.end);
        label.line = label.line.saturating_sub(lines).max(1);
        label.end_line = label.end_line.saturating_sub(lines).max(label.line);
        label.path = Arc::from(entered.name());
        texts.insert(Arc::clone(&label.path), &format!("{}\n", entered.text));
    }
}
