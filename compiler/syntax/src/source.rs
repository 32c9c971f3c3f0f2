//! A file as its tokens, comments and items, with a verdict on each item: what tools need that keep the text, such as
//! the formatter. No tree comes out of it.

use crate::builder::{Builder, Stacks};
use crate::codes;
use crate::diagnostic::Severity;
use crate::grammar::RootParser;
use crate::layout::{Layout, Mode, Spanned, layout};
use crate::lexer::{Lexed, lex};
use crate::outline::indented_start;
use crate::parse::parse_item;
use crate::plain::is_plainly_right;
use crate::span::Span;
use crate::token::Tok;

/// A file, read but not parsed.
#[derive(Debug)]
pub struct Source<'t> {
    /// Its text.
    pub text: &'t str,
    /// Raw tokens and trivia.
    pub lexed: Lexed,
    /// Tokens as the grammar reads them.
    pub layout: Layout,
}

impl<'t> Source<'t> {
    /// Reads a text.
    #[must_use]
    pub fn new(text: &'t str) -> Self {
        let lexed = lex(text);
        let layout = layout(text, &lexed, Mode::Statements);
        Self {
            text,
            lexed,
            layout,
        }
    }

    /// Number of top-level items.
    #[must_use]
    pub fn len(&self) -> usize {
        self.layout.items.len()
    }

    /// Whether there is no item.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.layout.items.is_empty()
    }

    /// Tokens of an item.
    #[must_use]
    pub fn tokens(&self, item: usize) -> &[Spanned] {
        let items = &self.layout.items;
        let start = items.get(item).map_or(0, |start| start.token as usize);
        let end = items
            .get(item + 1)
            .map_or(self.layout.tokens.len(), |next| next.token as usize);
        &self.layout.tokens[start..end]
    }

    /// The range of an item, as by [`outline`](crate::outline()): up to the next one or the end.
    #[must_use]
    pub fn range(&self, item: usize) -> Span {
        let items = &self.layout.items;
        let end = self.text.len() as u32;
        Span::new(
            items.get(item).map_or(end, |start| start.offset),
            items.get(item + 1).map_or(end, |next| next.offset),
        )
    }

    /// For each item, whether there is a mistake in its syntax.
    #[must_use]
    pub fn broken_items(&self) -> Vec<bool> {
        let mut stacks = Stacks::default();
        let mut broken: Vec<bool> = (0..self.len())
            .map(|item| {
                if self.layout.diagnostics.is_empty() {
                    self.is_wrong(&mut stacks, item)
                } else {
                    self.is_wrong_alone(item)
                }
            })
            .collect();
        for diagnostic in &self.layout.diagnostics {
            let at = diagnostic.primary.span.start;
            let next = self.layout.items.partition_point(|item| item.offset <= at);
            let Some(index) = next.checked_sub(1) else {
                continue;
            };
            // what is said at the start of an item is about the item before, too, or only
            let boundary = self.layout.items[index].offset == at && index > 0;
            if boundary {
                broken[index - 1] = true;
            }
            if !boundary || diagnostic.code != codes::CLOSING_INDENT {
                broken[index] = true;
            }
        }
        if let Some((first, item)) = broken.first_mut().zip(self.layout.items.first()) {
            let stray = self
                .lexed
                .tokens
                .first()
                .is_some_and(|token| token.start < item.offset);
            *first |= stray || indented_start(self.text, item.offset).is_some();
        }
        broken
    }

    /// Parses the tokens of an item as they are in the file, and keeps nothing.
    fn is_wrong(&self, stacks: &mut Stacks, item: usize) -> bool {
        let tokens = self.tokens(item);
        if is_plainly_right(self.text, tokens) {
            return false;
        }
        let start = tokens.first().map_or(0, |token| token.0);
        let mut builder = Builder::new(std::mem::take(stacks), self.text, tokens);
        builder.only_checks = true;
        let all = std::iter::once((start, Tok::StartItem, start)).chain(tokens.iter().copied());
        let failed = RootParser::new().parse(&mut builder, all).is_err();
        let wrong = failed || {
            builder.validate();
            builder
                .diagnostics
                .iter()
                .any(|diagnostic| diagnostic.severity == Severity::Error)
        };
        *stacks = builder.into_stacks();
        wrong
    }

    /// Parses an item of a file with mistakes, where what stands around it must not count: it has to be fine, and to mean
    /// the same, alone.
    fn is_wrong_alone(&self, item: usize) -> bool {
        let text = &self.text[self.range(item).range()];
        let wrong = parse_item(text.into(), crate::ItemKind::Error)
            .diagnostics
            .iter()
            .any(|diagnostic| diagnostic.severity == Severity::Error);
        wrong || {
            let alone = layout(text, &lex(text), Mode::Statements);
            let kinds = |tokens: &[Spanned]| tokens.iter().map(|token| token.1).collect::<Vec<_>>();
            kinds(&alone.tokens[1..]) != kinds(self.tokens(item))
        }
    }
}
