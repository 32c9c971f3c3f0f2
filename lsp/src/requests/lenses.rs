//! What can be done with a file, above its lines: commands of [`crate::commands`].

use std::path::Path;

use kiln_ide::lenses::LensKind;
use lsp_types::{CodeLens, CodeLensParams, Command, Range, Uri};

use super::Answer;
use crate::commands::{PREVIEW, RUN, Subject, TEST};
use crate::paths::uri_of;
use crate::snapshot::Snapshot;

/// So many programs of one file are offered.
const PROGRAMS: usize = 4;

pub(crate) fn code_lenses(
    snapshot: &Snapshot,
    params: CodeLensParams,
) -> Answer<Option<Vec<CodeLens>>> {
    let Some(file) = snapshot.file(&params.text_document) else {
        return Ok(None);
    };
    let path = file.path(&snapshot.db);
    let lines = snapshot.lines(path);
    let uri = params.text_document.uri;
    let mut lenses = Vec::new();
    for lens in kiln_ide::lenses::lenses(&snapshot.db, file) {
        let range = lines.range(lens.range);
        match lens.kind {
            LensKind::Program => programs(snapshot, path, &uri, range, &mut lenses),
            LensKind::Tests => lenses.push(test("run all tests", &uri, range, None)),
            LensKind::Test(name) => lenses.push(test("test", &uri, range, Some(name))),
        }
    }
    Ok(Some(lenses))
}

fn lens(range: Range, title: String, command: &str, subject: &Subject) -> CodeLens {
    CodeLens {
        range,
        command: Some(Command {
            title,
            command: command.to_owned(),
            arguments: serde_json::to_value(subject).ok().map(|it| vec![it]),
        }),
        data: None,
    }
}

fn test(title: &str, uri: &Uri, range: Range, name: Option<String>) -> CodeLens {
    let subject = Subject {
        uri: uri.clone(),
        stack: None,
        name,
        show: true,
    };
    lens(range, title.to_owned(), TEST, &subject)
}

fn programs(snapshot: &Snapshot, path: &str, uri: &Uri, range: Range, lenses: &mut Vec<CodeLens>) {
    let programs = snapshot.workspace.programs_of(path);
    let several = programs.len() > 1;
    for program in programs.iter().take(PROGRAMS) {
        let folder = snapshot.shown(&program.folder);
        // files without settings are run as they are
        let is_named = program.inputs.is_empty();
        let stack = uri_of(&program.folder.to_string_lossy()).filter(|_| is_named);
        let stack = stack.map(|uri| uri.as_str().to_owned());
        let subject = Subject {
            uri: uri.clone(),
            stack,
            name: None,
            show: true,
        };
        for (title, command) in [("run", RUN), ("preview", PREVIEW)] {
            let title = match several {
                true => format!("{title} {folder}"),
                false => title.to_owned(),
            };
            lenses.push(lens(range, title, command, &subject));
        }
    }
}

impl Snapshot {
    /// A path as it is shown: below the folder that the client works in, without that.
    pub(crate) fn shown(&self, path: &Path) -> String {
        let below = self
            .roots
            .iter()
            .find_map(|root| path.strip_prefix(root).ok());
        match below {
            Some(below) if below.as_os_str().is_empty() => ".".to_owned(),
            below => below.unwrap_or(path).display().to_string(),
        }
    }
}
