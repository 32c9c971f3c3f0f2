//! The command line. Long flags are spelled with `-`; the spellings with `_` that other implementations use work too.

mod check;
mod fmt;
mod lint;
mod permissions;
mod repl;
mod shared;
mod values;

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use clap::{Args, Parser, Subcommand, ValueEnum};
use kiln::Format;

pub(crate) use check::{CheckArgs, MessageArgs, ScopeArgs};
pub(crate) use fmt::FmtArgs;
pub(crate) use lint::LintArgs;
use permissions::PermissionArgs;
pub(crate) use repl::ReplArgs;
pub(crate) use shared::{LimitArgs, ProgramArgs, StyleArgs};
pub(crate) use values::{comma_split, option_values};

use crate::messages::MessageFormat;

/// What `kiln version` prints after the name.
pub(crate) const VERSION: &str = concat!(env!("CARGO_PKG_VERSION"), " (KCL 0.13)");

const EXAMPLES: &str = "\
Examples:
  kiln main.k                        print what a program describes, as YAML
  kiln main.k -D env=prod            with a value for option(\"env\")
  kiln run . --format json           all files of a folder, as JSON
  kiln run main.k -O app.replicas=3  with one value changed
  kiln check                         what is wrong in this module, without running it
  kiln lint --fix                    and what reads badly; correct it if possible
  kiln fmt                           format the files of this folder
  kiln explain E0301                 what an error means, and how to mend it
  kiln repl                          try things out at a prompt

`kiln <FILE> …` and `kiln -<flag> …` are short for `kiln run …`.";

const RUN_EXAMPLES: &str = "\
Examples:
  kiln run                               what kcl.yaml or kcl.mod says, else all files here
  kiln run base.k prod.k -o prod.yaml    two files as one program, into a file
  kiln run main.k -D env=prod -D n=3     values for option(\"env\") and option(\"n\")
  kiln run main.k -S app.ports.0         only one value
  kiln run --explain-value app.ports     one value, and where it comes from
  kiln run main.k -O 'app.tags:{a=1}'    merge into app.tags
  cat main.k | kiln run -                program text from standard input

Exit status: 0 if all went well, 1 if the program or its files are wrong, 2 if the command line is.";

const LSP_HELP: &str = "\
Editors start it by themselves: tell yours to run `kiln lsp` for `.k` files.";

/// A configuration language: programs in, YAML, JSON or TOML out.
#[derive(Parser, Debug)]
#[command(
    name = "kiln",
    bin_name = "kiln",
    version = VERSION,
    disable_version_flag = true,
    after_help = EXAMPLES,
    after_long_help = EXAMPLES
)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Option<Command>,

    /// Print the version
    #[arg(long, action = clap::ArgAction::Version)]
    version: Option<bool>,
}

impl Cli {
    /// Whether colours are switched off.
    pub(crate) fn no_style(&self) -> bool {
        match &self.command {
            Some(Command::Run(args)) => args.style.no_style,
            Some(Command::Dump(args)) => args.no_style,
            Some(Command::Check(args)) => args.messages.style.no_style,
            Some(Command::Lint(args)) => args.messages.style.no_style,
            Some(Command::Fmt(args)) => args.style.no_style,
            Some(Command::Repl(args)) => args.no_style,
            _ => false,
        }
    }

    /// How messages are written.
    pub(crate) fn message_format(&self) -> MessageFormat {
        match &self.command {
            Some(Command::Run(args)) => args.style.message_format,
            Some(Command::Check(args)) => args.messages.style.message_format,
            Some(Command::Lint(args)) => args.messages.style.message_format,
            _ => MessageFormat::Human,
        }
    }

    /// Whether documents go to standard output, so that messages cannot.
    pub(crate) fn prints_documents(&self) -> bool {
        matches!(self.command, Some(Command::Run(_)))
    }
}

/// What to do.
#[derive(Subcommand, Debug)]
pub(crate) enum Command {
    /// Run a program and print the documents it describes
    #[command(visible_alias = "r", after_help = RUN_EXAMPLES, after_long_help = RUN_EXAMPLES)]
    Run(Box<RunArgs>),
    /// Find mistakes in files, folders and modules without running them
    #[command(after_help = check::CHECK_EXAMPLES, after_long_help = check::CHECK_EXAMPLES)]
    Check(CheckArgs),
    /// Check, and find what looks like a mistake or reads badly
    #[command(after_help = lint::after_help(), after_long_help = lint::after_help())]
    Lint(Box<LintArgs>),
    /// Serve an editor: the language server, over standard input and output
    #[command(after_help = LSP_HELP, after_long_help = LSP_HELP)]
    Lsp(LspArgs),
    /// Format files
    #[command(after_help = fmt::FMT_EXAMPLES, after_long_help = fmt::FMT_EXAMPLES)]
    Fmt(FmtArgs),
    /// Explain an error code, or list all of them
    Explain(ExplainArgs),
    /// Try things out: statements, expressions and questions at a prompt
    #[command(after_help = repl::REPL_EXAMPLES, after_long_help = repl::REPL_EXAMPLES)]
    Repl(Box<ReplArgs>),
    /// Print the version
    Version,
    /// Print a completion script for a shell
    #[command(
        after_help = "Example:\n  kiln completion bash > ~/.local/share/bash-completion/completions/kiln"
    )]
    Completion {
        /// The shell
        #[arg(value_enum)]
        shell: clap_complete::Shell,
    },
    /// Show what the compiler makes of a file
    #[command(after_help = "Example:\n  kiln dump --ast main.k")]
    Dump(DumpArgs),
}

/// `kiln lsp`
#[derive(Args, Debug)]
pub(crate) struct LspArgs {
    /// Does nothing: there is no other way to talk, but some editors insist
    #[arg(long, hide = true)]
    pub(crate) stdio: bool,
}

/// `kiln run`
#[derive(Args, Debug)]
pub(crate) struct RunArgs {
    /// Files, folders or patterns; `-` is standard input
    ///
    /// Several files are one program. A folder stands for the `.k` files in it, except `*_test.k`. Without inputs, `kcl.yaml`
    /// and then `kcl.mod` of this folder say what to run.
    #[arg(value_name = "FILES")]
    pub(crate) files: Vec<String>,

    #[command(flatten)]
    pub(crate) program: ProgramArgs,
    /// Change the program first: `PATH=VALUE`, `PATH:VALUE` (merge), `PATH+=VALUE` (append), `PATH-` (delete)
    #[arg(
        short = 'O',
        long,
        value_name = "CHANGE",
        allow_hyphen_values = true,
        help_heading = "Program inputs"
    )]
    pub(crate) overrides: Vec<String>,
    /// Take dependencies from the `vendor` folder
    #[arg(short = 'V', long, help_heading = "Program inputs")]
    pub(crate) vendor: bool,

    /// Print only the value at PATH, such as `app.ports.0`
    #[arg(
        short = 'S',
        long,
        alias = "path_selector",
        value_name = "PATH",
        help_heading = "Output"
    )]
    pub(crate) path_selector: Vec<String>,
    /// Print the value at PATH and which places set it, instead of the documents
    #[arg(
        long,
        value_name = "PATH",
        conflicts_with_all = ["path_selector", "output", "many"],
        help_heading = "Output"
    )]
    pub(crate) explain_value: Option<String>,
    /// Write the documents into a file
    #[arg(short, long, value_name = "FILE", help_heading = "Output")]
    pub(crate) output: Option<PathBuf>,
    /// Format of the documents
    #[arg(
        long,
        value_enum,
        default_value = "yaml",
        ignore_case = true,
        help_heading = "Output"
    )]
    pub(crate) format: FormatName,
    /// Leave out attributes that are None
    #[arg(short = 'n', long, alias = "disable_none", help_heading = "Output")]
    pub(crate) disable_none: bool,
    /// Sort all keys
    #[arg(short = 'k', long, alias = "sort_keys", help_heading = "Output")]
    pub(crate) sort_keys: bool,
    /// Print attributes that begin with `_` too
    #[arg(short = 'H', long, alias = "show_hidden", help_heading = "Output")]
    pub(crate) show_hidden: bool,

    #[command(flatten)]
    pub(crate) permissions: PermissionArgs,

    #[command(flatten)]
    pub(crate) limits: LimitArgs,

    /// No warnings
    #[arg(short, long, help_heading = "Messages")]
    pub(crate) quiet: bool,
    /// Say how long it took
    #[arg(short, long, action = clap::ArgAction::Count, help_heading = "Messages")]
    pub(crate) verbose: u8,
    #[command(flatten)]
    pub(crate) style: StyleArgs,
    /// Accepted for other implementations' sake; source files are never changed
    #[arg(short, long, help_heading = "Messages")]
    pub(crate) debug: bool,

    /// File with one folder a line: run each as if there, in one process
    #[arg(long, value_name = "FILE", hide = true, conflicts_with_all = ["files", "output"])]
    pub(crate) many: Option<PathBuf>,
}

/// `kiln explain`
#[derive(Args, Debug)]
pub(crate) struct ExplainArgs {
    /// The code: `E0301`, `e301`, `301`, or the name of a lint. Without it, all codes are listed
    pub(crate) code: Option<String>,
}

/// `kiln dump`
#[derive(Args, Debug)]
#[command(group = clap::ArgGroup::new("what").required(true))]
pub(crate) struct DumpArgs {
    /// Tokens with line ends and indentation
    #[arg(long, group = "what")]
    pub(crate) tokens: bool,
    /// The syntax tree
    #[arg(long, group = "what")]
    pub(crate) ast: bool,
    /// What the evaluator runs
    #[arg(long, group = "what")]
    pub(crate) bytecode: bool,
    /// No colours in error messages
    #[arg(long, alias = "no_style")]
    pub(crate) no_style: bool,
    /// The file; `-` is standard input
    #[arg(value_name = "FILE")]
    pub(crate) file: String,
}

/// A document format by its name.
#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FormatName {
    /// YAML
    Yaml,
    /// JSON
    Json,
    /// TOML
    Toml,
}

impl From<FormatName> for Format {
    fn from(name: FormatName) -> Self {
        match name {
            FormatName::Yaml => Self::Yaml,
            FormatName::Json => Self::Json { indent: 4 },
            FormatName::Toml => Self::Toml,
        }
    }
}

const COMMANDS: &[&str] = &[
    "run",
    "r",
    "check",
    "lint",
    "fmt",
    "explain",
    "lsp",
    "repl",
    "version",
    "completion",
    "dump",
    "help",
];

/// Inserts `run` where it is left out: before a flag, a `.k` file, or the name of something that exists.
pub(crate) fn with_implicit_run(mut arguments: Vec<OsString>) -> Vec<OsString> {
    let Some(first) = arguments.get(1) else {
        return arguments;
    };
    if first == "-v" && arguments.len() == 2 {
        arguments[1] = "--version".into();
    } else if is_run_argument(first) {
        arguments.insert(1, "run".into());
    }
    arguments
}

fn is_run_argument(first: &OsStr) -> bool {
    let text = first.to_string_lossy();
    if text.starts_with('-') {
        return !matches!(&*text, "-h" | "--help" | "--version");
    }
    !COMMANDS.contains(&&*text) && (text.ends_with(".k") || Path::new(first).exists())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_definition_is_consistent() {
        <Cli as clap::CommandFactory>::command().debug_assert();
    }

    #[test]
    fn every_command_is_known_to_the_implicit_run() {
        for command in <Cli as clap::CommandFactory>::command().get_subcommands() {
            assert!(
                COMMANDS.contains(&command.get_name()),
                "{}",
                command.get_name()
            );
        }
    }

    #[test]
    fn a_first_argument_that_can_only_be_an_input_means_run() {
        let with = |arguments: &[&str]| {
            let all = std::iter::once("kiln")
                .chain(arguments.iter().copied())
                .map(OsString::from)
                .collect();
            with_implicit_run(all)[1..]
                .iter()
                .map(|a| a.to_string_lossy().into_owned())
                .collect::<Vec<_>>()
        };
        assert_eq!(
            with(&["main.k", "-D", "a=1"]),
            ["run", "main.k", "-D", "a=1"]
        );
        assert_eq!(with(&["-"]), ["run", "-"]);
        assert_eq!(with(&["-Y", "kcl.yaml"]), ["run", "-Y", "kcl.yaml"]);
        assert_eq!(with(&["src"]), ["run", "src"]);
        assert_eq!(with(&["--help"]), ["--help"]);
        assert_eq!(with(&["-v"]), ["--version"]);
        assert_eq!(with(&["explain"]), ["explain"]);
        assert_eq!(with(&["no-such-thing"]), ["no-such-thing"]);
        assert_eq!(with(&[]), [""; 0]);
    }
}
