//! What names, keys and attributes evaluate to, in hovers and between the lines.

use std::fmt::Write;

use kiln::{OriginKind, OriginRole, ValueId, ValueInfo, ValueOrigin};
use kiln_analysis::outline::File;
use kiln_ide::symbol::{SymbolKind, named_at};
use kiln_syntax::span::Span;
use lsp_types::{InlayHint, InlayHintLabel};

use crate::evaluation::ProgramValues;
use crate::snapshot::Snapshot;

/// So many values are shown of one name.
const SHOWN: usize = 4;
/// Longer values are not put between the lines.
const LONGEST: usize = 40;

/// A value in one of the programs.
struct Found<'a> {
    program: &'a ProgramValues,
    id: ValueId,
    info: &'a ValueInfo,
}

impl Found<'_> {
    /// Whether a place is the one that gives the value.
    fn is_from(&self, path: &str, offset: u32) -> bool {
        let mut origins = self.info.origins.iter();
        let current = origins.find(|it| it.role == OriginRole::Current);
        current.is_some_and(|it| {
            it.kind != OriginKind::Declared
                && *it.path == *path
                && it.range.start <= offset
                && offset <= it.range.end
        })
    }
}

/// The values that a name in a file sets.
fn set_at<'a>(snapshot: &'a Snapshot, path: &str, offset: u32) -> Vec<Found<'a>> {
    let programs = snapshot.values.iter().filter(|it| it.has(path));
    let all = programs.flat_map(|program| {
        let ids = program.values.set_at(path, offset).into_iter();
        ids.filter_map(move |id| {
            let info = program.values.get(id)?;
            Some(Found { program, id, info })
        })
    });
    all.collect()
}

/// What is known about the value of the name at an offset, as Markdown.
pub(super) fn described(snapshot: &Snapshot, file: File<'_>, offset: u32) -> Option<String> {
    let path = file.path(&snapshot.db);
    let named = named_at(&snapshot.db, file, offset);
    let mut found = set_at(snapshot, path, offset);
    if found.is_empty()
        && let Some(named) = named.filter(|it| it.symbol.kind == SymbolKind::Variable)
    {
        // a use of a top-level name
        let sites = named.symbol.sites.iter();
        let places = sites.map(|site| site.range(&snapshot.db));
        found = places
            .map(|at| set_at(snapshot, &at.path, at.range.start))
            .find(|found| !found.is_empty())?;
    }
    let several = found
        .iter()
        .any(|it| it.program.program != found[0].program.program);
    let mut lines: Vec<String> = Vec::new();
    for found in &found {
        let mut line = shown(snapshot, found);
        if several {
            let folder = snapshot.shown(&found.program.program.folder);
            line = format!("in `{folder}`: {line}");
        }
        if !lines.contains(&line) {
            lines.push(line);
        }
    }
    let more = lines.len().saturating_sub(SHOWN);
    lines.truncate(SHOWN);
    match (&lines[..], more) {
        ([], _) => None,
        ([one], _) => Some(one.clone()),
        (lines, more) => {
            let mut out = String::new();
            for line in lines {
                let _ = writeln!(out, "- {line}");
            }
            if more > 0 {
                let _ = writeln!(out, "- and {more} more");
            }
            Some(out.trim_end().to_owned())
        }
    }
}

/// `a.b` = `1`, set in main.k:3, over model.k:2
fn shown(snapshot: &Snapshot, found: &Found<'_>) -> String {
    let path = found.program.values.path_of(found.id);
    let mut out = format!("{} = {}", code(&path), code(&found.info.text));
    let origins = found.info.origins.iter();
    let told = origins.filter(|it| it.kind != OriginKind::Declared);
    for origin in told.take(SHOWN) {
        let what = match (origin.role, origin.kind) {
            (OriginRole::Current, OriginKind::Default) => "the default in",
            (OriginRole::Current, _) => "set in",
            (OriginRole::United, _) => "united with",
            _ => "over",
        };
        let _ = write!(out, ", {what} {}", link(snapshot, origin));
    }
    out
}

/// A text as code; one with back-quotes in it needs more around it.
fn code(text: &str) -> String {
    let text = text.replace('\n', "\\n");
    if text.contains('`') {
        format!("`` {text} ``")
    } else {
        format!("`{text}`")
    }
}

fn link(snapshot: &Snapshot, origin: &ValueOrigin) -> String {
    let shown = snapshot.shown(std::path::Path::new(&*origin.path));
    let line = origin.line;
    match snapshot.uri(&origin.path) {
        Some(uri) => format!("[{shown}:{line}]({}#L{line})", uri.as_str()),
        None => format!("{shown}:{line}"),
    }
}

/// What is computed in a part of a file, behind the expression that computes it.
pub(super) fn hints(snapshot: &Snapshot, file: File<'_>, range: Span) -> Vec<InlayHint> {
    let path = file.path(&snapshot.db);
    if !snapshot.values.iter().any(|it| it.has(path)) {
        return Vec::new();
    }
    let lines = snapshot.lines(path);
    let computed = kiln_ide::computed::computed(&snapshot.db, file, range);
    let hints = computed.into_iter().filter_map(|it| {
        let text = agreed(snapshot, path, it.name)?;
        Some(InlayHint {
            position: lines.position(it.end),
            label: InlayHintLabel::String(format!("= {text}")),
            kind: None,
            text_edits: None,
            tooltip: None,
            padding_left: Some(true),
            padding_right: None,
            data: None,
        })
    });
    hints.collect()
}

/// The short value that a name gives wherever it is evaluated.
fn agreed(snapshot: &Snapshot, path: &str, offset: u32) -> Option<String> {
    let found = set_at(snapshot, path, offset).into_iter();
    let mut given = found.filter(|it| it.is_from(path, offset));
    let first = given.next()?.info;
    let is_short = first.is_scalar && first.text.chars().count() <= LONGEST;
    let is_same = is_short && given.all(|it| it.info.text == first.text);
    is_same.then(|| first.text.replace('\n', "\\n"))
}
