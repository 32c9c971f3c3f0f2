//! An interactive session without its terminal: text in, answers out.
//!
//! What is entered is an edit of one program. A definition becomes a part of it if the program is right with it, in place of
//! an earlier definition of the same name; an expression is evaluated in it. Whatever fails leaves the program as it was.
//!
//! ```
//! use kiln::repl::{Answer, Repl};
//! use kiln::{Format, MemoryFileSystem, RunOptions};
//!
//! let options = RunOptions { work_dir: "/".into(), ..RunOptions::default() };
//! let (mut repl, _) = Repl::new(MemoryFileSystem::default(), options)?;
//! assert!(repl.enter("replicas = 1").is_empty());
//! let answers = repl.enter("replicas + 1");
//! let [Answer::Value(run)] = &answers[..] else { panic!("{answers:?}") };
//! assert_eq!(run.to_yaml()?, "2\n");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod commands;
mod editing;
mod kept;
mod lines;
mod places;
mod program;
mod questions;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use kiln_analysis::Project;
use kiln_project::{FileSystem, canonical_or_normal};
use kiln_runtime::value::Value;
use kiln_runtime::vm::Stream;

pub use commands::{COMMANDS, Command};
pub use editing::{Candidate, Completions};
pub use kiln_ide::tokens::TokenKind;
pub use lines::{Lines, aligned, is_complete};

use crate::codes;
use crate::options::RunOptions;
use crate::plan::{Plan, STDIN_FILE};
use crate::report::{Report, Texts};
use crate::run::Run;
use crate::session::{COMPILE_STACK, Session, SessionError, Shared, Wanted};
use kept::Kept;
use program::{Entered, Loaded, Program, Role, without};

/// The name whose value an entered expression is while it is evaluated.
const VALUE: &str = "_kiln_entered";

/// What there is to say about something entered.
#[derive(Debug)]
pub enum Answer {
    /// What `print` wrote.
    Printed(String),
    /// A value or documents, as the document of a run.
    Value(Box<Run>),
    /// Text that was asked for.
    Text(String),
    /// Something to know.
    Note(String),
    /// Mistakes. Places in what was entered are in files `input 1`, `input 2` and so on.
    Mistakes(Vec<Report>, Texts),
    /// A command could not be carried out: why, and what to do.
    Failed(String, Option<String>),
    /// The caller ended the evaluation.
    Interrupted,
    /// The session is over.
    Quit,
}

impl Answer {
    /// Whether something went wrong.
    #[must_use]
    pub const fn is_failure(&self) -> bool {
        matches!(
            self,
            Self::Mistakes(..) | Self::Failed(..) | Self::Interrupted
        )
    }
}

impl From<SessionError> for Answer {
    fn from(error: SessionError) -> Self {
        Self::Failed(error.to_string(), error.help())
    }
}

/// Answers, the last of which says what went wrong.
type Failure = Vec<Answer>;

/// An interactive session.
pub struct Repl {
    session: Session,
    system: Shared,
    /// The same, with all files that are loaded.
    kept: Kept,
    /// All but inputs and text.
    options: RunOptions,
    /// Where what was entered stands for the compiler.
    path: Arc<str>,
    program: Program,
    project: Project,
    /// What the program printed when it was last changed.
    log: String,
    number: u32,
}

impl std::fmt::Debug for Repl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Repl")
            .field("program", &self.program)
            .finish_non_exhaustive()
    }
}

impl Repl {
    /// A session in a folder; the inputs of the options are loaded, and answered for.
    ///
    /// # Errors
    /// If settings or options cannot be used, or an input does not exist.
    pub fn new(
        system: impl FileSystem + 'static,
        mut options: RunOptions,
    ) -> Result<(Self, Vec<Answer>), SessionError> {
        let system: Shared = Arc::new(system);
        let folder = canonical_or_normal(&system, &options.work_dir);
        let path = folder.join(STDIN_FILE).to_string_lossy().into();
        let inputs = std::mem::take(&mut options.inputs);
        let empty = inputs_of(&options, &Program::default());
        let kept = Kept::new(system.clone());
        let session = Session::live(Arc::new(kept.clone()));
        let project = Plan::new(&system, &empty)?.project(&session.db);
        let mut repl = Self {
            session,
            system,
            kept,
            options,
            path,
            program: Program::default(),
            project,
            log: String::new(),
            number: 1,
        };
        let answers = if inputs.is_empty() {
            Vec::new()
        } else {
            repl.read(inputs, None)?
        };
        Ok((repl, answers))
    }

    /// A session that knows no file yet.
    fn fresh(&self) -> Session {
        Session::live(Arc::new(self.kept.clone()))
    }

    /// The number of the next input, which messages about it mention.
    #[must_use]
    pub const fn number(&self) -> u32 {
        self.number
    }

    /// Takes statements, an expression, or a command that begins with `:`.
    pub fn enter(&mut self, text: &str) -> Vec<Answer> {
        let text = dedented(text);
        if text.trim().is_empty() {
            return Vec::new();
        }
        let answers = stacker::grow(COMPILE_STACK, || match text.trim().strip_prefix(':') {
            Some(command) => self.command(command),
            None => self.statements(&text),
        });
        self.number += 1;
        answers.unwrap_or_else(|failure| failure)
    }

    fn statements(&mut self, text: &str) -> Result<Vec<Answer>, Failure> {
        let all = program::statements(text);
        let is_readable = !all.is_empty() && all.iter().all(|it| it.role != Role::Broken);
        if !is_readable {
            // alone, so that it cannot become a part of what stands before it
            let alone = Program {
                inputs: self.program.inputs.clone(),
                files: self.program.files.clone(),
                entered: vec![Entered::new(self.number, text)],
            };
            let run = self.run(&alone, Wanted::Document)?;
            return if run.reports.is_empty() {
                Ok(Vec::new())
            } else {
                Err(self.failed(&alone, run))
            };
        }
        let mut answers = Vec::new();
        let questions: Vec<_> = all.iter().filter(|it| it.role == Role::Question).collect();
        if questions.len() < all.len() {
            let spans: Vec<_> = questions.iter().map(|it| it.span).collect();
            let names = |role: Role| -> Vec<String> {
                let of_role = all.iter().filter(|it| it.role == role);
                of_role.flat_map(|it| it.names.iter().cloned()).collect()
            };
            answers.extend(self.define(
                &without(text, &spans),
                &names(Role::New),
                &names(Role::Import),
                &names(Role::Beside),
            )?);
        }
        for question in questions {
            // only line ends before it, so that messages have its lines
            let before = text.get(..question.span.start as usize).unwrap_or_default();
            let own = text.get(question.span.range()).unwrap_or_default();
            let asked = if question.is_value {
                self.evaluate(own)
            } else {
                let lines = "\n".repeat(before.matches('\n').count());
                self.evaluate_statement(&format!("{lines}{own}"))
            };
            match asked {
                Ok(more) => answers.extend(more),
                Err(failure) => {
                    answers.extend(failure);
                    return Err(answers);
                }
            }
        }
        Ok(answers)
    }

    /// Makes definitions a part of the program.
    fn define(
        &mut self,
        text: &str,
        new: &[String],
        imports: &[String],
        beside: &[String],
    ) -> Result<Vec<Answer>, Failure> {
        let mut candidate = self.program.clone();
        let mut lost = candidate.forget(new, false);
        candidate.forget(imports, true);
        let kept = candidate.clone();
        let entered = Entered::new(self.number, text);
        candidate.entered.push(entered.clone());
        let mut run = self.run(&candidate, Wanted::Document)?;
        if !run.succeeded() && !self.is_interrupted(&run) && kept.defines(beside) {
            let mut instead = kept;
            let more = instead.forget(beside, false);
            instead.entered.push(entered);
            let second = self.run(&instead, Wanted::Document)?;
            if self.is_interrupted(&second) {
                return Err(vec![Answer::Interrupted]);
            }
            if second.succeeded() {
                (candidate, run) = (instead, second);
                lost.extend(more);
            }
        }
        lost.retain(|name| !new.contains(name) && !beside.contains(name));
        let mut answers = self.accept(candidate, run)?;
        if !lost.is_empty() {
            lost.sort();
            lost.dedup();
            answers.push(Answer::Note(format!(
                "also gone with what is replaced: `{}`",
                lost.join("`, `")
            )));
        }
        Ok(answers)
    }

    /// Takes a program over if it ran.
    fn accept(&mut self, program: Program, run: Run) -> Result<Vec<Answer>, Failure> {
        if !run.succeeded() {
            return Err(self.failed(&program, run));
        }
        let answers = self.printed(&run).into_iter().collect();
        self.log = run.log;
        self.program = program;
        Ok(answers)
    }

    /// The value of an expression.
    fn evaluate(&mut self, text: &str) -> Result<Vec<Answer>, Failure> {
        let program = self.program.with(Entered::value(self.number, text));
        let mut run = self.run(&program, Wanted::Name(VALUE))?;
        if !run.succeeded() {
            return Err(self.failed(&program, run));
        }
        let mut answers: Vec<Answer> = self.printed(&run).into_iter().collect();
        match run.document {
            Value::Undefined => {}
            // what functions give that do something
            Value::None if !answers.is_empty() => {}
            Value::Func(_) | Value::Native(_) | Value::Bound(_) | Value::Type(_) => {
                answers.push(Answer::Text(self.described(text)));
            }
            value => {
                if let Some(vm) = &mut run.vm {
                    // as one document, even if it is a list of dicts
                    vm.stream = Some(Stream {
                        documents: vec![value],
                        sort_keys: run.emit.sort_keys,
                        ignore_private: !run.emit.show_hidden,
                        ignore_none: run.emit.disable_none,
                        separator: "---".to_owned(),
                    });
                }
                answers.push(Answer::Value(Box::new(run)));
            }
        }
        Ok(answers)
    }

    /// Runs a statement that leaves nothing behind.
    fn evaluate_statement(&mut self, text: &str) -> Result<Vec<Answer>, Failure> {
        let program = self.program.with(Entered::new(self.number, text));
        let run = self.run(&program, Wanted::Document)?;
        if run.succeeded() {
            Ok(self.printed(&run).into_iter().collect())
        } else {
            Err(self.failed(&program, run))
        }
    }

    /// Loads files beside what was entered; `fresh` is a new session for files that changed.
    fn read(
        &mut self,
        inputs: Vec<String>,
        fresh: Option<Session>,
    ) -> Result<Vec<Answer>, SessionError> {
        let mut candidate = self.program.clone();
        candidate.inputs = inputs;
        let options = inputs_of(&self.options, &candidate);
        let plan = Plan::new(&self.system, &options)?;
        let known = std::mem::take(&mut candidate.files);
        for path in &plan.files {
            let name: Arc<str> = path.to_string_lossy().into();
            if name == self.path {
                continue;
            }
            let old = known.iter().find(|file| file.path == name);
            if let (Some(old), None) = (old, &fresh) {
                candidate.files.push(old.clone());
                continue;
            }
            // what cannot be read is reported when it is compiled
            let text = self.system.read_text(path).unwrap_or_default();
            let defined: Vec<String> = program::statements(&text)
                .into_iter()
                .filter(|it| it.role == Role::New)
                .flat_map(|it| it.names)
                .collect();
            candidate.forget_entered(&defined, false);
            candidate.files.push(Loaded { path: name, text });
        }
        let before = fresh.map(|fresh| std::mem::replace(&mut self.session, fresh));
        let old_project = self.project;
        let outcome = self
            .run(&candidate, Wanted::Document)
            .and_then(|run| self.accept(candidate, run));
        Ok(match outcome {
            Ok(answers) => {
                self.project = plan.project(&self.session.db);
                let files = self.program.files.iter();
                self.kept.keep(files.map(|file| PathBuf::from(&*file.path)));
                answers
            }
            Err(failure) => {
                if let Some(before) = before {
                    self.session = before;
                    self.project = old_project;
                }
                failure
            }
        })
    }

    /// Runs a program. The texts that the database knows are those of this program then.
    fn run(&mut self, program: &Program, wanted: Wanted<'_>) -> Result<Run, Failure> {
        for file in &program.files {
            let text = Some(Arc::from(&*file.text));
            self.session.db.set_text(&file.path, text);
        }
        let options = inputs_of(&self.options, program);
        let run = self.session.run_for(&options, wanted);
        run.map_err(|error| vec![Answer::from(error)])
    }

    /// What a run printed beside what the program prints anyway.
    fn printed(&self, run: &Run) -> Option<Answer> {
        let new = run.log.strip_prefix(&self.log).unwrap_or(&run.log);
        (!new.is_empty()).then(|| Answer::Printed(new.to_owned()))
    }

    /// What went wrong in a run.
    fn failed(&self, program: &Program, run: Run) -> Failure {
        let mut answers: Vec<Answer> = self.printed(&run).into_iter().collect();
        answers.push(if self.is_interrupted(&run) {
            Answer::Interrupted
        } else {
            self.mistakes(program, run.reports, run.sources)
        });
        answers
    }

    fn is_interrupted(&self, run: &Run) -> bool {
        let limits = self.options.limits;
        limits
            .interrupt
            .is_some_and(|interrupt| interrupt.load(Ordering::Relaxed))
            && run
                .reports
                .iter()
                .any(|report| report.code == codes::STEP_LIMIT)
    }

    /// Makes the database know the program with something more; gives the place of that.
    fn scratch(&mut self, entered: Entered) -> usize {
        let before = self.program.text().len() + entered.lead.len();
        let program = self.program.with(entered);
        let text = Some(Arc::from(program.text()));
        self.session.db.set_text(&self.path, text);
        before
    }
}

/// The options of a program's run.
fn inputs_of(options: &RunOptions, program: &Program) -> RunOptions {
    let mut inputs = program.inputs.clone();
    inputs.push("-".to_owned());
    RunOptions {
        inputs,
        stdin: Some(program.text()),
        ..options.clone()
    }
}

/// A text whose first line is not indented: without the indentation that all lines have.
fn dedented(text: &str) -> String {
    let indent = |line: &str| line.len() - line.trim_start_matches([' ', '\t']).len();
    let text = text.trim_start_matches(['\n', '\r']);
    let lines = || text.split_inclusive('\n');
    let first = lines().next().map_or(0, indent);
    let least = lines()
        .filter(|line| !line.trim().is_empty())
        .map(indent)
        .min();
    let least = least.unwrap_or(0);
    if first == 0 {
        return text.to_owned();
    }
    if first > least {
        return text.trim_start().to_owned();
    }
    lines()
        .map(|line| line.get(least..).unwrap_or("\n"))
        .collect()
}
