//! Help while a line is written: completion, and what its words are.

use std::ops::Range;

use kiln_ide::completion::{Options, complete};
use kiln_ide::tokens::{TokenKind, semantic_tokens};
use kiln_syntax::span::Span;

use super::{COMMANDS, Entered, Repl};
use crate::session::COMPILE_STACK;

/// Something that can be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// The text.
    pub text: String,
    /// A type or signature.
    pub detail: String,
}

/// What can be written at a place.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Completions {
    /// Where the text begins that they replace.
    pub start: usize,
    /// The likeliest first.
    pub candidates: Vec<Candidate>,
    /// Whether the name of a file is asked for, which only the caller can know.
    pub files: bool,
}

impl Repl {
    /// What can be written at an offset of a text that is being entered.
    pub fn complete(&mut self, text: &str, offset: usize) -> Completions {
        let Some(before) = text.get(..offset) else {
            return Completions::default();
        };
        let Some((name, rest)) = command_line(text) else {
            return self.complete_code(text, offset, false);
        };
        let start = text.len() - rest.len();
        if offset < start || rest.is_empty() && !before.ends_with(char::is_whitespace) {
            let colon = text.find(':').map_or(0, |at| at + 1);
            let typed = before.get(colon..).unwrap_or_default();
            let begun = COMMANDS.iter().filter(|it| it.name.starts_with(typed));
            let candidates = begun.map(|it| Candidate {
                text: it.name.to_owned(),
                detail: it.summary.to_owned(),
            });
            return Completions {
                start: colon,
                candidates: candidates.collect(),
                files: false,
            };
        }
        let means = |long: &str| long.starts_with(name);
        if means("load") {
            return Completions {
                start: offset,
                files: true,
                ..Completions::default()
            };
        }
        if means("drop") {
            let typed = before
                .rsplit(char::is_whitespace)
                .next()
                .unwrap_or_default();
            let names = self.program.names().into_iter();
            let candidates = names
                .filter(|it| it.starts_with(typed))
                .map(|text| Candidate {
                    text,
                    detail: String::new(),
                });
            return Completions {
                start: offset - typed.len(),
                candidates: candidates.collect(),
                files: false,
            };
        }
        if ["type", "doc", "yaml"].into_iter().any(means) {
            let mut found = self.complete_code(rest, offset - start, true);
            found.start += start;
            return found;
        }
        Completions::default()
    }

    fn complete_code(&mut self, text: &str, offset: usize, is_value: bool) -> Completions {
        let base = self.write(text, is_value);
        let db = &self.session.db;
        let found = stacker::grow(COMPILE_STACK, || {
            let file = self.file(db)?;
            complete(db, file, (base + offset) as u32, Options::default())
        });
        let Some(found) = found else {
            return Completions::default();
        };
        let start = (found.replaces.start as usize)
            .saturating_sub(base)
            .min(offset);
        let typed = text.get(start..offset).unwrap_or_default();
        let items = found.items.into_iter();
        let candidates = items
            .filter(|item| item.label.starts_with(typed))
            .map(|item| Candidate {
                text: item.label,
                detail: item.detail,
            });
        Completions {
            start,
            candidates: candidates.collect(),
            files: false,
        }
    }

    /// What the words of a text are that is being entered, in order.
    pub fn words(&mut self, text: &str) -> Vec<(Range<usize>, TokenKind)> {
        let (code, shift, is_value) = match command_line(text) {
            Some((name, rest)) if !"load".starts_with(name) => {
                (rest, text.len() - rest.len(), true)
            }
            Some(_) => return Vec::new(),
            None => (text, 0, false),
        };
        let base = self.write(code, is_value);
        let db = &self.session.db;
        let range = Span::new(base as u32, (base + code.len()) as u32);
        let tokens = stacker::grow(COMPILE_STACK, || {
            let file = self.file(db)?;
            Some(semantic_tokens(db, file, Some(range)))
        });
        let tokens = tokens.unwrap_or_default().into_iter();
        let inside =
            tokens.filter(|token| range.start <= token.span.start && token.span.end <= range.end);
        inside
            .map(|token| {
                let own = token.span.range();
                (own.start - base + shift..own.end - base + shift, token.kind)
            })
            .collect()
    }

    /// Makes the database know what is being entered; gives its place.
    fn write(&mut self, text: &str, is_value: bool) -> usize {
        let mut entered = if is_value {
            Entered::value(self.number, text)
        } else {
            Entered::new(self.number, text)
        };
        text.clone_into(&mut entered.text);
        self.scratch(entered)
    }
}

/// The name of a command and what follows it.
fn command_line(text: &str) -> Option<(&str, &str)> {
    let command = text.trim_start().strip_prefix(':')?;
    let end = command.find(char::is_whitespace).unwrap_or(command.len());
    let (name, rest) = command.split_at(end);
    Some((name, rest.trim_start()))
}
