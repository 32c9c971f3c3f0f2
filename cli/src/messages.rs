//! Errors and warnings of programs, for people and for other programs.

mod github;
mod human;
mod json;
mod paths;
mod sarif;
mod short;

use std::io::IsTerminal;
use std::path::Path;

use clap::ValueEnum;
use kiln::{Report, Severity, Texts};

pub(crate) use json::{failure as json_failure, summary as json_summary};
pub(crate) use paths::{Paths, STDIN_FILE};

/// How errors and warnings are written.
#[derive(ValueEnum, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum MessageFormat {
    /// With the lines that they are about
    #[default]
    Human,
    /// One line each: path:line:column: severity[code]: message
    Short,
    /// One JSON object a line
    Json,
    /// One SARIF 2.1.0 document
    Sarif,
    /// Commands that annotate lines on GitHub
    Github,
}

impl MessageFormat {
    /// Whether programs read it.
    pub(crate) fn is_for_machines(self) -> bool {
        !matches!(self, Self::Human | Self::Short)
    }
}

/// Whether messages are coloured.
pub(crate) fn colours(no_style: bool) -> bool {
    let unwanted = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    !no_style && !unwanted && std::io::stderr().is_terminal()
}

/// Writes reports in one of the formats.
pub(crate) struct Messages {
    format: MessageFormat,
    paths: Paths,
    colours: bool,
}

impl Messages {
    /// Paths inside `work_dir` are shown relative to it.
    pub(crate) fn new(
        format: MessageFormat,
        work_dir: &Path,
        colours: bool,
        has_stdin: bool,
    ) -> Self {
        Self {
            format,
            paths: Paths::new(work_dir, has_stdin),
            colours,
        }
    }

    /// The reports of a run. People get a limited number of them, and a count if there are several.
    pub(crate) fn of_run(&self, reports: &[Report], texts: &Texts, errors_only: bool) -> Vec<u8> {
        let chosen = chosen(reports, errors_only);
        if self.format == MessageFormat::Human {
            human::Renderer::new(&self.paths, texts, self.colours).run(&chosen)
        } else {
            self.render(&chosen, texts)
        }
    }

    /// The reports of a check, at most `most` of each file.
    pub(crate) fn of_check(
        &self,
        reports: &[Report],
        texts: &Texts,
        errors_only: bool,
        most: usize,
    ) -> Vec<u8> {
        let chosen = chosen(reports, errors_only);
        if self.format.is_for_machines() {
            let shown: Vec<&Report> = by_file(&chosen)
                .flat_map(|group| group.iter().take(most))
                .copied()
                .collect();
            return self.render(&shown, texts);
        }
        let mut out = Vec::new();
        for group in by_file(&chosen) {
            let shown = &group[..group.len().min(most)];
            out.extend(self.render(shown, texts));
            if self.format == MessageFormat::Human {
                out.push(b'\n');
            }
            let hidden = group.len() - shown.len();
            if let (Some(place), 1..) = (&group[0].primary, hidden) {
                let path = self.paths.shown(&place.path);
                let line = match self.format {
                    MessageFormat::Human => {
                        format!("{path}: {hidden} more (`--max-errors 0` shows all)\n\n")
                    }
                    _ => format!("{path}: {hidden} more\n"),
                };
                out.extend(line.into_bytes());
            }
        }
        out
    }

    fn render(&self, reports: &[&Report], texts: &Texts) -> Vec<u8> {
        match self.format {
            MessageFormat::Human => {
                human::Renderer::new(&self.paths, texts, self.colours).all(reports)
            }
            MessageFormat::Short => short::render(&self.paths, reports),
            MessageFormat::Json => json::render(&self.paths, reports),
            MessageFormat::Sarif => sarif::render(&self.paths, texts, reports),
            MessageFormat::Github => github::render(&self.paths, reports),
        }
    }
}

fn chosen(reports: &[Report], errors_only: bool) -> Vec<&Report> {
    reports
        .iter()
        .filter(|r| !errors_only || r.severity == Severity::Error)
        .collect()
}

/// Reports, which are sorted by file, in groups of one file.
pub(crate) fn by_file<'r, 'a>(reports: &'r [&'a Report]) -> impl Iterator<Item = &'r [&'a Report]> {
    reports
        .chunk_by(|a, b| a.primary.as_ref().map(|p| &p.path) == b.primary.as_ref().map(|p| &p.path))
}

/// `error` or `warning`
fn severity(report: &Report) -> &'static str {
    match report.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    }
}

/// The message with its notes and help, for readers that know no such parts.
fn whole_message(report: &Report) -> String {
    let mut text = report.message.clone();
    for note in &report.notes {
        text.push_str("\nnote: ");
        text.push_str(note);
    }
    if let Some(help) = &report.help {
        text.push_str("\nhelp: ");
        text.push_str(help);
    }
    text
}
