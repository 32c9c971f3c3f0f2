//! Commands: what begins with `:`.

use std::fmt::Write as _;

use super::program::Program;
use super::{Answer, Entered, Failure, Repl};
use crate::session::Wanted;

/// A command of the prompt.
#[derive(Clone, Copy, Debug)]
pub struct Command {
    /// Its name, without `:`.
    pub name: &'static str,
    /// What follows it; empty if nothing does.
    pub takes: &'static str,
    /// What it does.
    pub summary: &'static str,
}

const fn command(name: &'static str, takes: &'static str, summary: &'static str) -> Command {
    Command {
        name,
        takes,
        summary,
    }
}

/// All commands.
pub const COMMANDS: &[Command] = &[
    command(
        "type",
        "EXPR",
        "the type of an expression, which is not evaluated",
    ),
    command("doc", "NAME", "what is written about a name"),
    command("vars", "", "all names, with their types"),
    command(
        "yaml",
        "[EXPR]",
        "the documents of the whole program, or one value",
    ),
    command("load", "FILE…", "add files or folders to the program"),
    command("reload", "", "read all loaded and imported files again"),
    command("drop", "NAME…", "take definitions away"),
    command("clear", "", "take everything away"),
    command("help", "", "this list"),
    command("quit", "", "end the session, like Ctrl-D"),
];

impl Repl {
    /// Carries out a command, given without its `:`. A name may be shortened as long as it means one command.
    pub(super) fn command(&mut self, text: &str) -> Result<Vec<Answer>, Failure> {
        let text = text.trim();
        let (name, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
        let rest = rest.trim();
        let Some(command) = named(name) else {
            return Err(unknown(name));
        };
        let takes_nothing = command.takes.is_empty();
        if takes_nothing != rest.is_empty() && !command.takes.starts_with('[') {
            let name = command.name;
            let message = if takes_nothing {
                format!("`:{name}` stands alone")
            } else {
                format!("`:{name}` needs something to work on")
            };
            let usage = format!(":{name} {}", command.takes);
            let help = format!("write `{}`", usage.trim_end());
            return Err(vec![Answer::Failed(message, Some(help))]);
        }
        match command.name {
            "type" => self.type_of(rest),
            "doc" => self.documentation(rest),
            "vars" => Ok(self.variables()),
            "yaml" if rest.is_empty() => self.documents(),
            "yaml" => self.evaluate(rest),
            "load" => self.load(rest),
            "reload" => self.reload(),
            "drop" => self.drop_names(rest),
            "clear" => Ok(self.clear()),
            "quit" => Ok(vec![Answer::Quit]),
            _ => Ok(vec![Answer::Text(help())]),
        }
    }

    /// The documents of the program.
    fn documents(&mut self) -> Result<Vec<Answer>, Failure> {
        let program = self.program.clone();
        let run = self.run(&program, Wanted::Document)?;
        if run.succeeded() {
            Ok(vec![Answer::Value(Box::new(run))])
        } else {
            Err(self.failed(&program, run))
        }
    }

    fn load(&mut self, files: &str) -> Result<Vec<Answer>, Failure> {
        let mut inputs = self.program.inputs.clone();
        for file in files.split_whitespace() {
            if !inputs.iter().any(|input| input == file) {
                inputs.push(file.to_owned());
            }
        }
        // a file that is loaded once more is read once more
        let again = inputs.len() < self.program.inputs.len() + files.split_whitespace().count();
        let fresh = again.then(|| self.fresh());
        self.read(inputs, fresh).map_err(|error| vec![error.into()])
    }

    fn reload(&mut self) -> Result<Vec<Answer>, Failure> {
        let fresh = self.fresh();
        let inputs = self.program.inputs.clone();
        self.read(inputs, Some(fresh))
            .map_err(|error| vec![error.into()])
    }

    fn drop_names(&mut self, names: &str) -> Result<Vec<Answer>, Failure> {
        let names: Vec<String> = names.split_whitespace().map(str::to_owned).collect();
        let known = self.program.names();
        if let Some(missing) = names.iter().find(|name| !known.contains(name)) {
            let nearest = kiln_project::nearest(missing, known.iter().map(String::as_str));
            let help = nearest.map_or_else(
                || "`:vars` lists all names".to_owned(),
                |name| format!("did you mean `{name}`?"),
            );
            let message = format!("there is no `{missing}`");
            return Err(vec![Answer::Failed(message, Some(help))]);
        }
        let mut candidate = self.program.clone();
        let mut lost = candidate.forget(&names, false);
        lost.extend(candidate.forget(&names, true));
        lost.sort();
        lost.dedup();
        let run = self.run(&candidate, Wanted::Document)?;
        let interrupted = self.is_interrupted(&run);
        let mut answers = self.accept(candidate, run).map_err(|mut failure| {
            if !interrupted {
                failure.push(Answer::Note("nothing was taken away".to_owned()));
            }
            failure
        })?;
        if !lost.is_empty() {
            let lost = lost.join("`, `");
            answers.push(Answer::Note(format!("also gone with it: `{lost}`")));
        }
        Ok(answers)
    }

    fn clear(&mut self) -> Vec<Answer> {
        self.kept.keep(std::iter::empty());
        self.session = self.fresh();
        self.program = Program::default();
        self.log.clear();
        self.open_project();
        Vec::new()
    }

    /// An expression that is looked at and not evaluated: its mistakes, or the place where it stands.
    pub(super) fn looked_at(&mut self, text: &str) -> Result<usize, Failure> {
        let entered = Entered::value(self.number, text);
        let program = self.program.with(entered.clone());
        let start = self.scratch(entered);
        let Some((reports, texts)) = self.static_mistakes() else {
            return Err(vec![Answer::Interrupted]);
        };
        if reports.is_empty() {
            Ok(start)
        } else {
            Err(vec![self.mistakes(&program, reports, texts)])
        }
    }
}

/// The command that a name or the beginning of one means.
fn named(name: &str) -> Option<&'static Command> {
    if let Some(exact) = COMMANDS.iter().find(|command| command.name == name) {
        return Some(exact);
    }
    let mut begun = COMMANDS
        .iter()
        .filter(|command| command.name.starts_with(name));
    match (begun.next(), begun.next()) {
        (Some(only), None) => Some(only),
        _ => None,
    }
}

fn unknown(name: &str) -> Failure {
    let names = || COMMANDS.iter().map(|command| command.name);
    let begun: Vec<String> = names()
        .filter(|it| !name.is_empty() && it.starts_with(name))
        .map(|it| format!("`:{it}`"))
        .collect();
    let (message, help) = if !begun.is_empty() {
        (
            format!("`:{name}` can mean several commands"),
            format!("write {}", begun.join(" or ")),
        )
    } else if let Some(nearest) = kiln_project::nearest(name, names()) {
        (
            format!("there is no command `:{name}`"),
            format!("did you mean `:{nearest}`?"),
        )
    } else {
        (
            format!("there is no command `:{name}`"),
            "`:help` lists all commands".to_owned(),
        )
    };
    vec![Answer::Failed(message, Some(help))]
}

fn help() -> String {
    let mut text = String::from(
        "Statements become a part of the program; an expression is evaluated in it.\n\
         A name that is defined again is replaced. An empty line ends a block.\n\n",
    );
    for command in COMMANDS {
        let usage = format!(":{} {}", command.name, command.takes);
        let _ = writeln!(text, "  {usage:<15} {}", command.summary);
    }
    text.push_str(
        "\nTab completes, the arrow keys find earlier inputs, Ctrl-R searches them.\n\
         Ctrl-C clears the line, or ends what runs.\n",
    );
    text
}
