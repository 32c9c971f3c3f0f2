//! The prompt of a terminal: editing, completion, colours.

use std::borrow::Cow;
use std::cell::RefCell;
use std::process::ExitCode;
use std::sync::atomic::Ordering;

use kiln::repl::{Answer, Repl, TokenKind, aligned, is_complete};
use rustyline::completion::{Completer, FilenameCompleter, Pair};
use rustyline::config::{ColorMode, CompletionType};
use rustyline::error::ReadlineError;
use rustyline::highlight::{CmdKind, Highlighter};
use rustyline::hint::Hinter;
use rustyline::history::FileHistory;
use rustyline::validate::{ValidationContext, ValidationResult, Validator};
use rustyline::{
    Cmd, ConditionalEventHandler, Config, Context, Editor, Event, EventContext, EventHandler,
    KeyCode, KeyEvent, Modifiers, RepeatCount,
};

use super::answers::Printer;
use super::{INTERRUPT, history};
use crate::args::VERSION;
use crate::failure::Failure;
use crate::output;

/// Blanks of a level of indentation.
const INDENT: usize = 4;
/// Inputs that are kept.
const HISTORY: usize = 10_000;

/// Talks until the session is over.
pub(super) fn converse(repl: Repl, printer: &Printer, colours: bool) -> Result<ExitCode, Failure> {
    let broken = |error: &ReadlineError| Failure::failed(format!("the terminal fails: {error}"));
    ctrlc::set_handler(|| INTERRUPT.store(true, Ordering::Relaxed))
        .map_err(|error| Failure::failed(format!("Ctrl-C cannot be heard: {error}")))?;
    let mut editor = editor(repl, colours).map_err(|error| broken(&error))?;
    let file = history::file();
    if let Some(file) = &file {
        history::load(&mut editor, file);
    }
    output::print(&format!(
        "Kiln {VERSION}. `:help` lists commands, Ctrl-D ends.\n"
    ))?;
    loop {
        let number = editor
            .helper()
            .map_or(1, |helper| helper.repl.borrow().number());
        let prompt = format!("{number}> ");
        let styled = format!("\x1b[1m{prompt}\x1b[0m");
        match editor.readline(&(prompt, styled)) {
            Ok(text) if text.trim().is_empty() => {}
            Ok(text) => {
                let text = aligned(&text);
                history::add(&mut editor, file.as_deref(), &text);
                INTERRUPT.store(false, Ordering::Relaxed);
                let Some(helper) = editor.helper_mut() else {
                    break;
                };
                let answers = helper.repl.get_mut().enter(&text);
                let over = answers.iter().any(|it| matches!(it, Answer::Quit));
                printer.print(answers)?;
                if over {
                    break;
                }
            }
            // the line is gone, which is what was wanted
            Err(ReadlineError::Interrupted) => {}
            Err(ReadlineError::Eof) => break,
            Err(error) => return Err(broken(&error)),
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn editor(repl: Repl, colours: bool) -> rustyline::Result<Editor<Helper, FileHistory>> {
    let colour_mode = if colours {
        ColorMode::Enabled
    } else {
        ColorMode::Disabled
    };
    let config = Config::builder()
        .completion_type(CompletionType::List)
        .max_history_size(HISTORY)?
        .history_ignore_dups(true)?
        .color_mode(colour_mode)
        .indent_size(INDENT as u8)
        .tab_stop(INDENT as u8)
        .build();
    let mut editor = Editor::with_config(config)?;
    editor.set_helper(Some(Helper {
        repl: RefCell::new(repl),
        files: FilenameCompleter::new(),
        colours,
    }));
    let conditional = |handler| EventHandler::Conditional(handler);
    editor.bind_sequence(
        KeyEvent(KeyCode::Enter, Modifiers::NONE),
        conditional(Box::new(NewLine)),
    );
    editor.bind_sequence(
        KeyEvent(KeyCode::Tab, Modifiers::NONE),
        EventHandler::Conditional(Box::new(Indentation)),
    );
    Ok(editor)
}

/// What the editor asks about the line.
pub(super) struct Helper {
    repl: RefCell<Repl>,
    files: FilenameCompleter,
    colours: bool,
}

impl rustyline::Helper for Helper {}

impl Hinter for Helper {
    type Hint = String;
}

impl Validator for Helper {
    fn validate(&self, context: &mut ValidationContext<'_>) -> rustyline::Result<ValidationResult> {
        Ok(if is_complete(context.input()) {
            ValidationResult::Valid(None)
        } else {
            ValidationResult::Incomplete
        })
    }
}

impl Completer for Helper {
    type Candidate = Pair;

    fn complete(
        &self,
        line: &str,
        at: usize,
        context: &Context<'_>,
    ) -> rustyline::Result<(usize, Vec<Pair>)> {
        let found = self.repl.borrow_mut().complete(line, at);
        if found.files {
            return self.files.complete(line, at, context);
        }
        let candidates = found.candidates.into_iter().map(|it| Pair {
            display: it.text.clone(),
            replacement: it.text,
        });
        Ok((found.start, candidates.collect()))
    }
}

impl Highlighter for Helper {
    fn highlight<'l>(&self, line: &'l str, _: usize) -> Cow<'l, str> {
        if !self.colours {
            return Cow::Borrowed(line);
        }
        let mut out = String::with_capacity(line.len() * 2);
        let mut end = 0;
        for (range, kind) in self.repl.borrow_mut().words(line) {
            let (Some(before), Some(word)) = (line.get(end..range.start), line.get(range.clone()))
            else {
                return Cow::Borrowed(line);
            };
            out.push_str(before);
            match colour(kind) {
                Some(colour) => {
                    out.push_str("\x1b[");
                    out.push_str(colour);
                    out.push('m');
                    out.push_str(word);
                    out.push_str("\x1b[0m");
                }
                None => out.push_str(word),
            }
            end = range.end;
        }
        out.push_str(line.get(end..).unwrap_or_default());
        Cow::Owned(out)
    }

    fn highlight_char(&self, _: &str, _: usize, kind: CmdKind) -> bool {
        self.colours && kind != CmdKind::MoveCursor
    }
}

/// The colour of a word, as the number of the escape sequence.
const fn colour(kind: TokenKind) -> Option<&'static str> {
    Some(match kind {
        TokenKind::Keyword => "35",
        TokenKind::String => "32",
        TokenKind::Number | TokenKind::Namespace => "36",
        TokenKind::Class | TokenKind::Interface | TokenKind::Type => "33",
        TokenKind::Function | TokenKind::Method | TokenKind::Decorator => "34",
        TokenKind::Comment => "90",
        TokenKind::Parameter | TokenKind::Variable | TokenKind::Property | TokenKind::Operator => {
            return None;
        }
    })
}

/// The blanks at the beginning of the last line, if the cursor is at its end.
fn last_line<'l>(context: &'l EventContext<'_>) -> Option<(&'l str, usize)> {
    let line = context.line();
    if context.pos() != line.len() {
        return None;
    }
    let last = line.rsplit('\n').next().unwrap_or_default();
    Some((last, last.len() - last.trim_start_matches(' ').len()))
}

/// Enter: a new line of an open statement is indented like the one before it, and more below a header or behind an
/// opening bracket.
struct NewLine;

impl ConditionalEventHandler for NewLine {
    fn handle(
        &self,
        _: &Event,
        _: RepeatCount,
        _: bool,
        context: &EventContext<'_>,
    ) -> Option<Cmd> {
        let (last, blanks) = last_line(context)?;
        if is_complete(context.line()) {
            return None;
        }
        let opens = last.trim_end().ends_with([':', '{', '[', '(']);
        // typed one level too deep, where the line before it left the cursor; `aligned` mends that
        let closes = last.trim_start().starts_with(['}', ']', ')']);
        let blanks = blanks.saturating_sub(if closes { INDENT } else { 0 });
        let blanks = blanks + if opens { INDENT } else { 0 };
        Some(Cmd::Insert(1, format!("\n{}", " ".repeat(blanks))))
    }
}

/// Tab: a level of indentation where a line begins, else completion.
struct Indentation;

impl ConditionalEventHandler for Indentation {
    fn handle(
        &self,
        _: &Event,
        _: RepeatCount,
        _: bool,
        context: &EventContext<'_>,
    ) -> Option<Cmd> {
        let (last, blanks) = last_line(context)?;
        let begins = context.line().contains('\n') && blanks == last.len();
        begins.then(|| Cmd::Insert(1, " ".repeat(INDENT)))
    }
}
