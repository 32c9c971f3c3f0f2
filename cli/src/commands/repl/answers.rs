//! Answers of a session on standard output and standard error.

use std::io::{self, Write};
use std::path::Path;

use kiln::Format;
use kiln::repl::Answer;

use super::is_interrupted;
use crate::failure::Failure;
use crate::messages::{MessageFormat, Messages};
use crate::output;

/// Prints answers.
pub(super) struct Printer {
    messages: Messages,
    colours: bool,
}

impl Printer {
    pub(super) fn new(work_dir: &Path, colours: bool) -> Self {
        Self {
            messages: Messages::new(MessageFormat::Human, work_dir, colours, false),
            colours,
        }
    }

    /// Prints answers; tells whether none of them is a failure.
    pub(super) fn print(&self, answers: Vec<Answer>) -> Result<bool, Failure> {
        let went_well = !answers.iter().any(Answer::is_failure);
        for answer in answers {
            match answer {
                Answer::Printed(text) | Answer::Text(text) => {
                    output::to_stdout(|out| {
                        out.write_all(text.trim_end_matches('\n').as_bytes())?;
                        out.write_all(b"\n")
                    })?;
                }
                Answer::Value(run) => {
                    let written = output::to_stdout(|out| {
                        let out: &mut dyn Write = &mut Interruptible(out);
                        run.write(Format::Yaml, out)
                    });
                    if is_interrupted() {
                        complain("interrupted\n");
                    } else if let Err(failure) = written {
                        complain(&failure.rendered(self.colours));
                    }
                }
                Answer::Note(text) => complain(&format!("note: {text}\n")),
                Answer::Mistakes(reports, texts) => {
                    let text = self.messages.of_run(&reports, &texts, false);
                    let _ = io::stderr().lock().write_all(&text);
                }
                Answer::Failed(message, help) => {
                    let failure = Failure::failed(message);
                    let failure = match help {
                        Some(help) => failure.help(help),
                        None => failure,
                    };
                    complain(&failure.rendered(self.colours));
                }
                Answer::Interrupted => complain("interrupted\n"),
                Answer::Quit => {}
            }
        }
        Ok(went_well)
    }
}

fn complain(text: &str) {
    let _ = io::stderr().lock().write_all(text.as_bytes());
}

/// An output that ends when nobody wants it any more.
struct Interruptible<'o>(&'o mut dyn Write);

impl Write for Interruptible<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if is_interrupted() {
            return Err(io::Error::other("interrupted"));
        }
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}
