//! Corrections of what is wrong, and other changes at a place.

use std::sync::Arc;

use kiln::{Report, ReportFix};
use kiln_ide::actions::{Action, ActionKind, Surroundings};
use kiln_ide::catalog::Catalog;
use kiln_ide::completion::Sources;
use kiln_syntax::diagnostic::Kind;
use kiln_syntax::span::Span;
use lsp_types::{
    CodeAction, CodeActionKind, CodeActionOrCommand, CodeActionParams, CodeActionResponse, TextEdit,
};

use super::changes::workspace_edit;
use crate::diagnostics::{SOURCE, diagnostic, file_reports};
use crate::dispatch::Refusal;
use crate::snapshot::Snapshot;

/// Everything that can be corrected without asking, in one step.
pub(crate) const FIX_ALL: CodeActionKind = CodeActionKind::SOURCE_FIX_ALL;

pub(crate) fn code_actions(
    snapshot: &Snapshot,
    params: CodeActionParams,
) -> Result<Option<CodeActionResponse>, Refusal> {
    let Some(file) = snapshot.file(&params.text_document) else {
        return Ok(None);
    };
    let path = file.path(&snapshot.db);
    let selection = snapshot.lines(path).span(params.range);
    let only = params.context.only.as_deref();
    let wanted = |kind: &CodeActionKind| {
        only.is_none_or(|only| {
            only.iter().any(|wanted| {
                let (kind, wanted) = (kind.as_str(), wanted.as_str());
                kind == wanted
                    || kind
                        .strip_prefix(wanted)
                        .is_some_and(|rest| rest.starts_with('.'))
            })
        })
    };
    // what concerns the whole file is offered to those who ask for it
    let asked = |kind: &CodeActionKind| only.is_some() && wanted(kind);
    let mut all: Vec<CodeAction> = Vec::new();
    if wanted(&CodeActionKind::QUICKFIX) || asked(&FIX_ALL) {
        let reports = file_reports(snapshot, path);
        if wanted(&CodeActionKind::QUICKFIX) {
            fixes(snapshot, &reports, selection, &mut all);
        }
        if asked(&FIX_ALL) {
            all.extend(fix_all(snapshot, path, &reports));
        }
    }
    let open = super::completions::open_files(snapshot);
    let with_catalog = |look: &mut dyn FnMut(&Catalog)| super::completions::look(snapshot, look);
    let around = Surroundings {
        sources: Some(Sources {
            with_catalog: &with_catalog,
            open: &open,
        }),
        shared: snapshot.files(path).len() > 1,
    };
    for action in kiln_ide::actions::actions(&snapshot.db, file, selection, around) {
        let action = code_action(snapshot, path, action);
        if action.kind.as_ref().is_some_and(wanted) {
            all.push(action);
        }
    }
    let on_import = kiln_ide::place::item_at(&snapshot.db, file, selection.start)
        .is_some_and(|(item, _)| item.kind(&snapshot.db) == kiln_syntax::ItemKind::Import);
    let organize = &CodeActionKind::SOURCE_ORGANIZE_IMPORTS;
    if (asked(organize) || only.is_none() && on_import)
        && let Some(action) = kiln_ide::actions::organize(&snapshot.db, file)
    {
        all.push(code_action(snapshot, path, action));
    }
    Ok(Some(
        all.into_iter()
            .map(CodeActionOrCommand::CodeAction)
            .collect(),
    ))
}

fn code_action(snapshot: &Snapshot, path: &Arc<str>, action: Action) -> CodeAction {
    let mut edits = vec![(Arc::clone(path), action.edits)];
    edits.extend(action.others);
    edits.sort_by(|(a, _), (b, _)| a.cmp(b));
    let edits = edits.into_iter().map(|(path, edits)| {
        let lines = snapshot.lines(&path);
        let edits = edits
            .into_iter()
            .map(|edit| TextEdit::new(lines.range(edit.range), edit.text));
        let edits = edits.collect();
        (path, edits)
    });
    CodeAction {
        title: action.title,
        kind: Some(match action.kind {
            ActionKind::QuickFix => CodeActionKind::QUICKFIX,
            ActionKind::Rewrite => CodeActionKind::REFACTOR_REWRITE,
            ActionKind::Extract => CodeActionKind::REFACTOR_EXTRACT,
            ActionKind::Inline => CodeActionKind::REFACTOR_INLINE,
            ActionKind::OrganizeImports => CodeActionKind::SOURCE_ORGANIZE_IMPORTS,
        }),
        edit: Some(workspace_edit(snapshot, edits.collect())),
        ..CodeAction::default()
    }
}

/// The corrections of what is wrong at a place.
fn fixes(snapshot: &Snapshot, reports: &[Report], selection: Span, all: &mut Vec<CodeAction>) {
    for report in reports {
        let meets = report.primary.as_ref().is_some_and(|place| {
            place.range.start as u32 <= selection.end && selection.start <= place.range.end as u32
        });
        if !meets {
            continue;
        }
        let single = report.fixes.len() == 1;
        for fix in &report.fixes {
            all.push(CodeAction {
                title: fix.title.clone(),
                kind: Some(CodeActionKind::QUICKFIX),
                diagnostics: Some(vec![diagnostic(snapshot, report, SOURCE)]),
                edit: Some(workspace_edit(snapshot, fix_edits(snapshot, &[fix]))),
                is_preferred: Some(single),
                ..CodeAction::default()
            });
        }
    }
}

/// The corrections of all lints of a file. (Those of errors are guesses about what was meant, and need a person.)
fn fix_all(snapshot: &Snapshot, path: &Arc<str>, reports: &[Report]) -> Option<CodeAction> {
    let mut taken: Vec<std::ops::Range<usize>> = Vec::new();
    let mut chosen: Vec<&ReportFix> = Vec::new();
    for report in reports.iter().filter(|it| it.kind == Kind::Warning) {
        let Some(fix) = report.fixes.first() else {
            continue;
        };
        let free = fix.edits.iter().all(|(at, range, _)| {
            at == path
                && taken
                    .iter()
                    .all(|other| range.end <= other.start || other.end <= range.start)
        });
        if free {
            taken.extend(fix.edits.iter().map(|(_, range, _)| range.clone()));
            chosen.push(fix);
        }
    }
    (!chosen.is_empty()).then(|| CodeAction {
        title: "apply all corrections of lints".to_owned(),
        kind: Some(FIX_ALL),
        edit: Some(workspace_edit(snapshot, fix_edits(snapshot, &chosen))),
        ..CodeAction::default()
    })
}

/// The edits of corrections by file.
fn fix_edits(snapshot: &Snapshot, fixes: &[&ReportFix]) -> Vec<(Arc<str>, Vec<TextEdit>)> {
    let mut files: Vec<(Arc<str>, Vec<TextEdit>)> = Vec::new();
    for (path, range, text) in fixes.iter().flat_map(|fix| &fix.edits) {
        let span = Span::new(range.start as u32, range.end as u32);
        let edit = TextEdit::new(snapshot.range(path, span), text.clone());
        match files.iter_mut().find(|(known, _)| known == path) {
            Some((_, edits)) => edits.push(edit),
            None => files.push((Arc::clone(path), vec![edit])),
        }
    }
    files
}
