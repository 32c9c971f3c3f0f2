//! `kiln explain`: the pages of `spec/errors`, or a list of all codes.

use std::fmt::Write;
use std::process::ExitCode;

use kiln::codes::{self, CodeInfo};

use crate::args::ExplainArgs;
use crate::failure::Failure;
use crate::output;

include!(concat!(env!("OUT_DIR"), "/pages.rs"));

pub(crate) fn explain(args: &ExplainArgs) -> Result<ExitCode, Failure> {
    let all = codes::all();
    match &args.code {
        None => output::print(&list(&all)),
        Some(text) => output::print(&page(text, &all)?),
    }
}

/// What a code is about: the title of its page.
pub(crate) fn title(number: u16) -> String {
    let summary = |text: &str| {
        let line = text.lines().next().unwrap_or_default();
        line.split_once(": ")
            .map(|(_, title)| title.trim().to_owned())
    };
    PAGES
        .binary_search_by_key(&number, |page| page.0)
        .ok()
        .and_then(|at| summary(PAGES[at].1))
        .or_else(|| {
            let all = codes::all();
            let code = all.iter().find(|code| code.number == number)?;
            Some(code.summary.to_owned())
        })
        .unwrap_or_default()
}

fn list(all: &[CodeInfo]) -> String {
    let mut text = String::new();
    for code in all {
        let name = code.name.map(|name| format!(" ({name})"));
        let _ = writeln!(
            text,
            "{}  {}{}",
            code.text(),
            code.summary,
            name.unwrap_or_default()
        );
    }
    text
}

fn page(text: &str, all: &[CodeInfo]) -> Result<String, Failure> {
    let named = all.iter().find(|code| code.name == Some(text.trim()));
    let digits = text.trim().trim_start_matches(['E', 'e', 'W', 'w']);
    let number = named.map_or_else(|| digits.parse::<u16>().ok(), |code| Some(code.number));
    let Some(number) = number else {
        return Err(Failure::usage(format!("`{text}` is no error code"))
            .help("codes look like `E0301`; `kiln explain` lists all of them"));
    };
    if let Ok(at) = PAGES.binary_search_by_key(&number, |page| page.0) {
        return Ok(format!("{}\n", PAGES[at].1.trim_end()));
    }
    match all.iter().find(|code| code.number == number) {
        Some(code) => Ok(format!("# {}: {}\n", code.text(), code.summary)),
        None => Err(
            Failure::usage(format!("there is no error code E{number:04}"))
                .help("`kiln explain` lists all codes"),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_may_be_written_short() {
        let all = codes::all();
        let first = all.first().unwrap().number;
        let expected = page(&format!("E{first:04}"), &all).unwrap();
        assert_eq!(page(&format!("e{first}"), &all).unwrap(), expected);
        assert_eq!(page(&first.to_string(), &all).unwrap(), expected);
        assert!(page("E9999", &all).is_err());
        assert!(page("what", &all).is_err());
    }

    #[test]
    fn every_page_is_about_a_code() {
        let all = codes::all();
        for (number, text) in PAGES {
            assert!(
                all.iter().any(|code| code.number == *number),
                "E{number:04} is no code"
            );
            assert!(!text.trim().is_empty(), "E{number:04} is empty");
        }
    }
}
