//! What commands answer, and what is shown to those whose editor does nothing with answers.

use std::panic::AssertUnwindSafe;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use kiln::{Program, Run, Session, SessionError};
use kiln_project::FileSystem;
use lsp_types::MessageType;
use serde_json::{Value, json};

use super::{Done, Job, Outcome, Shared, Show, What, lock};
use crate::evaluation::Evaluated;
use crate::runs;

/// Longer documents are cut where they are shown as a message.
const LONGEST_MESSAGE: usize = 2000;

/// Does what a job says.
pub(super) fn answer(job: Job, shared: &Shared) -> Outcome {
    match job.what {
        What::Preview | What::Run => documents(job, shared),
        What::Test => Outcome::Done(tests(job, shared)),
    }
}

/// Runs the program.
fn documents(mut job: Job, shared: &Shared) -> Outcome {
    let options = runs::options(&job.program, shared.interrupt);
    let (db, system) = (job.db.take(), job.files.system.clone());
    // the session and its database are gone when it is compiled
    let prepare = || {
        let mut session = match db {
            Some(db) => Session::over(db, system),
            None => Session::new(system),
        };
        session.prepare(&options)
    };
    let Ok(prepared) = salsa::Cancelled::catch(AssertUnwindSafe(prepare)) else {
        return Outcome::Interrupted(Box::new(job));
    };
    let (result, found) = match prepared {
        Err(error) => (Err(refusal(&error)), None),
        Ok(prepared) => {
            let run = prepared.run();
            let found = (job.what == What::Run).then(|| {
                let reports = run.reports.iter();
                Evaluated {
                    about: Arc::clone(&job.path),
                    found: Some(runs::by_file(
                        &job.files,
                        reports.filter(|report| runs::is_of_interest(report)),
                    )),
                    values: Vec::new(),
                    texts: Arc::clone(&job.texts),
                }
            });
            (yaml(&run, &job.program), found)
        }
    };
    let show = job.subject.show.then(|| match &result {
        Ok(yaml) => shown(&job, shared, yaml),
        Err(error) => Show::Message(MessageType::ERROR, error.clone()),
    });
    let answer = match result {
        Ok(yaml) => json!({"yaml": yaml}),
        Err(error) => json!({"error": error}),
    };
    Outcome::Done(Done {
        id: job.id,
        answer,
        found,
        show,
    })
}

/// The documents of a run, or what went wrong.
fn yaml(run: &Run, program: &Program) -> Result<String, String> {
    if !run.succeeded() {
        return Err(failure(run, program));
    }
    run.to_yaml().map_err(|error| error.to_string())
}

fn failure(run: &Run, program: &Program) -> String {
    crate::plain::reports(&run.reports, run.texts(), &program.folder)
}

/// Why a run could not begin.
fn refusal(error: &SessionError) -> String {
    match error.help() {
        Some(help) => format!("{error}\nhelp: {help}\n"),
        None => format!("{error}\n"),
    }
}

/// The documents as a file of their own, or else as a message.
fn shown(job: &Job, shared: &Shared, yaml: &str) -> Show {
    if job.shows_documents
        && let Ok(path) = written(shared, &job.program.folder, yaml)
    {
        return Show::Document(path);
    }
    let mut end = yaml.len().min(LONGEST_MESSAGE);
    while !yaml.is_char_boundary(end) {
        end -= 1;
    }
    let more = if end < yaml.len() { "…" } else { "" };
    Show::Message(MessageType::INFO, format!("{}{more}", &yaml[..end]))
}

/// Writes documents where only this user can read them.
fn written(shared: &Shared, program: &Path, yaml: &str) -> std::io::Result<PathBuf> {
    let mut folder = lock(&shared.folder);
    let folder = match &mut *folder {
        Some(folder) => folder,
        none => none.insert(tempfile::Builder::new().prefix("kiln-").tempdir()?),
    };
    let name = program.file_name().unwrap_or_default().to_string_lossy();
    let path = folder.path().join(format!("{name}.yaml"));
    kiln_project::OsFileSystem.write(&path, yaml.as_bytes())?;
    Ok(path)
}

/// Runs a test, or all tests of the file: each on its own.
fn tests(job: Job, shared: &Shared) -> Done {
    let names: Vec<String> = match &job.subject.name {
        Some(name) => vec![name.clone()],
        None => {
            let text = job.files.system.read_text(Path::new(&*job.path));
            let tests = kiln_ide::lenses::tests(&text.unwrap_or_default());
            tests.into_iter().map(|(name, _)| name).collect()
        }
    };
    let mut session = Session::shared(job.files.system.clone());
    let options = runs::options(&job.program, shared.interrupt);
    let mut passed = true;
    let mut output = String::new();
    for name in &names {
        let (ok, text) = match session.call(&options, name) {
            Err(error) => (false, refusal(&error)),
            Ok(run) if run.succeeded() => (true, run.log),
            Ok(run) => (false, format!("{}{}", run.log, failure(&run, &job.program))),
        };
        passed &= ok;
        let verdict = if ok { "PASS" } else { "FAIL" };
        output.push_str(&format!("{name}: {verdict}\n{text}"));
    }
    let show = job.subject.show.then(|| {
        let kind = if passed {
            MessageType::INFO
        } else {
            MessageType::ERROR
        };
        Show::Message(kind, output.trim_end().to_owned())
    });
    Done {
        id: job.id,
        answer: answer_of(passed, &output),
        found: None,
        show,
    }
}

fn answer_of(passed: bool, output: &str) -> Value {
    json!({"passed": passed, "output": output})
}
