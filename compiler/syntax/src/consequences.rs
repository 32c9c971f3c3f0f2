//! One mistake, one error: complaints that only follow from an earlier one of the same item are dropped.
//!
//! A parser that lost its way at a token goes on at the next line, and finds more that does not fit. What is certain to
//! depend on the first error is known from brackets and indentation alone: everything behind a bracket that is never
//! closed, everything up to a closer that closes nothing, and the lines that are indented below the line of an error.

use crate::codes;
use crate::diagnostic::{Code, Diagnostic, Severity};

/// Drops them from the diagnostics of an item, which are sorted by their places.
pub(crate) fn drop_consequences(diagnostics: &mut Vec<Diagnostic>, text: &str) {
    let mut last: Option<u32> = None;
    diagnostics.retain(|diagnostic| {
        let follows = last.is_some_and(|last| follows_directly(diagnostic, last, text));
        // an error is never the consequence of a warning
        if !follows && diagnostic.severity == Severity::Error {
            last = Some(diagnostic.primary.span.start);
        }
        !follows
    });
    if diagnostics.len() > 1 {
        drop_behind_openers(diagnostics);
        drop_before_closers(diagnostics);
        drop_below_lines(diagnostics, text);
    }
}

/// Whether an error says no more than that something is wrong just before it, at `last`.
fn follows_directly(diagnostic: &Diagnostic, last: u32, text: &str) -> bool {
    let start = diagnostic.primary.span.start;
    let between = || &text[last.min(start) as usize..start as usize];
    match diagnostic.code {
        codes::CLOSING_INDENT => true,
        codes::UNMATCHED_BRACKET => diagnostic.labels.is_empty(),
        codes::UNEXPECTED_INDENT => between()
            .trim_start_matches(|c| c != '\n')
            .trim()
            .is_empty(),
        // Rules that mend errors are reduced late: only now the mistakes are in order.
        codes::UNEXPECTED_TOKEN | codes::MISSING_EXPRESSION => !between().contains('\n'),
        _ => false,
    }
}

/// Whether this is about how tokens stand together, so that it may be the cause or the consequence of another such error.
fn is_structural(code: Code) -> bool {
    matches!(
        code,
        codes::UNTERMINATED_STRING
            | codes::INCONSISTENT_TABS
            | codes::INVALID_INDENTATION
            | codes::UNEXPECTED_INDENT
            | codes::MISSING_BLOCK
            | codes::LINE_BREAK
            | codes::UNCLOSED_BRACKET
            | codes::UNMATCHED_BRACKET
            | codes::CLOSING_INDENT
            | codes::UNEXPECTED_TOKEN
            | codes::MISSING_EXPRESSION
            | codes::ELSE_IF
            | codes::INLINE_BLOCK
            | codes::ILLEGAL_TARGET
            | codes::LAMBDA_RESULT
            | codes::STATEMENT_START
            | codes::MISSING_COLON
            | codes::LONE_ELSE
            | codes::LONE_BLOCK
    )
}

/// Behind the opener of a bracket without closer.
fn drop_behind_openers(diagnostics: &mut Vec<Diagnostic>) {
    let unclosed = diagnostics
        .iter()
        .position(|d| d.code == codes::UNCLOSED_BRACKET);
    let Some(unclosed) = unclosed else { return };
    let bracket = &diagnostics[unclosed];
    let opener = bracket.labels.first().unwrap_or(&bracket.primary).span;
    let mut index = 0;
    diagnostics.retain(|d| {
        index += 1;
        index - 1 == unclosed || !is_structural(d.code) || d.primary.span.start < opener.start
    });
}

/// From the first error to a closer without opener: the opener is missing there.
fn drop_before_closers(diagnostics: &mut Vec<Diagnostic>) {
    let Some(first) = diagnostics.iter().position(|d| is_structural(d.code)) else {
        return;
    };
    let unmatched = diagnostics
        .iter()
        .rposition(|d| d.code == codes::UNMATCHED_BRACKET);
    let Some(unmatched) = unmatched else { return };
    let mut index = 0;
    diagnostics.retain(|d| {
        index += 1;
        !(first + 1..=unmatched).contains(&(index - 1)) || !is_structural(d.code)
    });
}

/// On lines that are indented below the line of an error: they belong to what could not be read.
fn drop_below_lines(diagnostics: &mut Vec<Diagnostic>, text: &str) {
    let mut until = 0;
    diagnostics.retain(|d| {
        let start = d.primary.span.start as usize;
        if !is_structural(d.code) {
            return true;
        }
        if start < until {
            return false;
        }
        until = end_of_lines_below(text, start, d.code == codes::UNEXPECTED_INDENT);
        true
    });
}

/// Where the lines end that are indented more than that of `offset` (or as much, too), with the closers after them.
fn end_of_lines_below(text: &str, offset: usize, as_much: bool) -> usize {
    let line_start = text[..offset].rfind('\n').map_or(0, |at| at + 1);
    let mut lines = text[line_start..].split_inclusive('\n');
    let depth = |line: &str| line.len() - line.trim_start_matches([' ', '\t']).len();
    let first = lines.next().unwrap_or_default();
    let own = depth(first);
    let mut end = line_start + first.len();
    for line in lines {
        let code = line.trim_start();
        let below = depth(line) > own || (as_much && depth(line) == own);
        let goes_on = code.is_empty() || code.starts_with(['#', ')', ']', '}']);
        if !below && !goes_on {
            break;
        }
        end += line.len();
    }
    end
}
