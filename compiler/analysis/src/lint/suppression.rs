//! Comments that allow lints: `# kiln: allow(unused_import, naming)`.
//!
//! On a line of its own such a comment is about the statement (or entry) below it; on the first line of a file, about the
//! whole file; at the end of a line, about what begins on that line.

use kiln_syntax::diagnostic::{Diagnostic, Place};
use kiln_syntax::lexer::{TriviaKind, lex};
use kiln_syntax::span::Span;

use super::{by_name, codes};
use crate::Db;
use crate::outline::{File, outline};
use crate::syntax::{absolute_span, item_syntax, placed};

/// The comments of a file that allow something.
#[derive(Clone, Debug, Default, PartialEq, salsa::SalsaValue)]
pub struct Suppressions {
    /// Which code is allowed where; places are absolute.
    allowed: Box<[(u16, Span)]>,
    /// Names that no lint has.
    pub unknown: Box<[Diagnostic]>,
}

/// What the comment begins with.
const MARK: &str = "kiln:";

/// The comments of a file that allow something.
#[salsa::tracked]
pub fn suppressions<'db>(db: &'db dyn Db, file: File<'db>) -> Suppressions {
    let text = file.source(db).text(db).as_deref().unwrap_or_default();
    if !text.contains(MARK) {
        return Suppressions::default();
    }
    let place = Place {
        path: file.path(db).clone(),
        item: None,
    };
    let (mut allowed, mut unknown) = (Vec::new(), Vec::new());
    let comments = lex(text).trivia;
    for comment in comments.iter().filter(|t| t.kind == TriviaKind::Comment) {
        let Some(names) = allowed_names(text, comment.span) else {
            continue;
        };
        let about = region(db, file, text, comment.span);
        for name in names {
            match by_name(&text[name.range()]) {
                Ok(lint) => allowed.push((lint.code.number, about)),
                Err(error) => {
                    let mut diagnostic =
                        Diagnostic::warning(codes::UNKNOWN_LINT, name, error.to_string())
                            .help(error.help());
                    if let Some(better) = error.suggestion {
                        let edit = vec![(name, better.to_owned())];
                        diagnostic = diagnostic.fix(format!("replace it with `{better}`"), edit);
                    }
                    unknown.push(placed(diagnostic, place.clone()));
                }
            }
        }
    }
    Suppressions {
        allowed: allowed.into(),
        unknown: unknown.into(),
    }
}

/// Leaves out what the comments of a file allow.
pub(super) fn retain_wanted<'db>(db: &'db dyn Db, file: File<'db>, found: &mut Vec<Diagnostic>) {
    let allowed = &suppressions(db, file).allowed;
    if allowed.is_empty() {
        return;
    }
    found.retain(|diagnostic| {
        let Some(place) = &diagnostic.primary.file else {
            return true;
        };
        if place.path != *file.path(db) {
            return true;
        }
        let at = absolute_span(db, place, diagnostic.primary.span).start;
        !allowed.iter().any(|(code, region)| {
            *code == diagnostic.code.number && (region.start..region.end).contains(&at)
        })
    });
}

/// The places of the names in `# kiln: allow(a, b)`.
fn allowed_names(text: &str, comment: Span) -> Option<Vec<Span>> {
    let inner = text[comment.range()]
        .trim_start_matches('#')
        .trim()
        .strip_prefix(MARK)?
        .trim_start()
        .strip_prefix("allow")?
        .trim_start()
        .strip_prefix('(')?
        .split_once(')')?
        .0;
    let base = inner.as_ptr() as usize - text.as_ptr() as usize;
    let mut names = Vec::new();
    let mut at = base;
    for part in inner.split(',') {
        let start = at + (part.len() - part.trim_start().len());
        let end = start + part.trim().len();
        if start < end {
            names.push(Span::new(start as u32, end as u32));
        }
        at += part.len() + 1;
    }
    Some(names)
}

/// What a comment is about.
fn region<'db>(db: &'db dyn Db, file: File<'db>, text: &str, comment: Span) -> Span {
    let start = comment.start as usize;
    let line = text[..start].rfind('\n').map_or(0, |at| at + 1);
    let before = text[line..start].trim_start_matches('\u{feff}');
    if !before.trim().is_empty() {
        return line_of(text, line);
    }
    if line == 0 {
        return Span::new(0, u32::MAX);
    }
    let mut next = line;
    loop {
        next = line_of(text, next).end as usize;
        let Some(rest) = text.get(next..).filter(|rest| !rest.is_empty()) else {
            return Span::new(comment.start, comment.end);
        };
        let rest = rest.lines().next().unwrap_or_default().trim();
        if !rest.is_empty() && !rest.starts_with('#') {
            break;
        }
    }
    let first = line_of(text, next);
    Span::new(first.start, statement_end(db, file, first).max(first.end))
}

/// The line that begins at a place, with its end.
fn line_of(text: &str, start: usize) -> Span {
    let end = text[start..]
        .find('\n')
        .map_or(text.len(), |at| start + at + 1);
    Span::new(start as u32, end as u32)
}

/// Where the longest statement or value ends that begins on a line.
fn statement_end<'db>(db: &'db dyn Db, file: File<'db>, line: Span) -> u32 {
    let mut end = line.end;
    for &item in &outline(db, file).items {
        let range = item.range(db);
        if range.end <= line.start || range.start >= line.end {
            continue;
        }
        if range.start >= line.start {
            end = end.max(range.end);
            continue;
        }
        let ast = &item_syntax(db, item).ast;
        for span in ast.stmt_spans.iter().chain(&ast.expr_spans) {
            let span = span.shifted(range.start);
            if (line.start..line.end).contains(&span.start) {
                end = end.max(span.end);
            }
        }
    }
    end
}
