//! Shorthands of the tests.
#![allow(dead_code, reason = "each test file uses some of them")]

use std::sync::Arc;

use kiln_syntax::diagnostic::{Diagnostic, Severity};
use kiln_syntax::line_index::LineIndex;
use kiln_syntax::{ItemKind, ParsedItem, dump, outline, parse_file, parse_item};

/// Diagnostics of a file with absolute primary places.
pub(crate) fn diagnostics(text: &str) -> Vec<(u32, Diagnostic)> {
    let mut found: Vec<(u32, Diagnostic)> = outline(text)
        .diagnostics
        .into_iter()
        .map(|d| (d.primary.span.start, d))
        .collect();
    let items: Vec<_> = parse_file(text).into_iter().collect();
    for (at, (item, parsed)) in items.iter().enumerate() {
        let next = items.get(at + 1).map(|(next, _)| next.range.start);
        found.extend(parsed.diagnostics.iter().map(|d| {
            let own = item.range.start + d.primary.span.start;
            let start = d.next_item.and(next).unwrap_or(own);
            (start, d.clone())
        }));
    }
    found
}

pub(crate) fn errors(text: &str) -> Vec<String> {
    let lines = LineIndex::new(text);
    diagnostics(text)
        .iter()
        .filter(|(_, d)| d.severity == Severity::Error)
        .map(|(at, d)| {
            let place = lines.line_column(text, *at);
            format!("{}:{} {} {}", place.line, place.column, d.code, d.message)
        })
        .collect()
}

#[track_caller]
pub(crate) fn accept(text: &str) {
    assert_eq!(errors(text), Vec::<String>::new(), "{text:?}");
}

#[track_caller]
pub(crate) fn reject(text: &str, line: u32) {
    let errors = errors(text);
    assert_eq!(errors.len(), 1, "{text:?}: {errors:?}");
    assert!(
        errors[0].starts_with(&format!("{line}:")),
        "{text:?}: {errors:?}"
    );
}

/// The tree of one item without mistakes.
#[track_caller]
pub(crate) fn tree(text: &str) -> String {
    let parsed = parse(text);
    assert!(
        parsed.diagnostics.is_empty(),
        "{text:?}: {:?}",
        parsed.diagnostics
    );
    dump::item(&parsed.ast).trim_end().to_owned()
}

pub(crate) fn parse(text: &str) -> ParsedItem {
    parse_item(Arc::from(text), ItemKind::Assign)
}

/// A diagnostic as a person would see it, roughly.
pub(crate) fn render(text: &str) -> String {
    let lines = LineIndex::new(text);
    let mut out = String::new();
    for (item, parsed) in parse_file(text) {
        for d in parsed.diagnostics {
            let mut label = |mark: char, span: kiln_syntax::span::Span, say: &str| {
                let place = lines.line_column(text, item.range.start + span.start);
                out.push_str(&format!("  {}\n", lines.line_text(text, place.line)));
                let width = (span.len() as usize).clamp(1, 40);
                let indent = " ".repeat(place.column as usize + 1);
                let marks: String = std::iter::repeat_n(mark, width).collect();
                out.push_str(format!("{indent}{marks} {say}").trim_end());
                out.push('\n');
            };
            label(
                '^',
                d.primary.span,
                &format!("{} {} {}", d.code, d.message, d.primary.text),
            );
            for other in &d.labels {
                label('-', other.span, &other.text);
            }
            for fix in &d.fixes {
                out.push_str(&format!("  fix: {}\n", fix.title));
            }
            if let Some(help) = &d.help {
                out.push_str(&format!("  help: {help}\n"));
            }
        }
    }
    out
}
