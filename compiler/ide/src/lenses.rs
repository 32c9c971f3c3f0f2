//! What can be done with parts of a file, shown above them: run it as a program, run one of its tests.

use kiln_analysis::Db;
use kiln_analysis::outline::{File, Item, outline};
use kiln_analysis::packages::Location;
use kiln_syntax::lexer::lex_range;
use kiln_syntax::outline::ItemKind;
use kiln_syntax::span::Span;
use kiln_syntax::token::Tok;

use crate::place::{code_range, text_of};

/// Files with tests end so.
const TEST_FILE: &str = "_test.k";
/// Tests are functions whose names start so.
const TEST_NAME: &str = "test_";

/// What can be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LensKind {
    /// Run the program that the file is part of.
    Program,
    /// Run all tests of the file.
    Tests,
    /// Run the test of this name.
    Test(String),
}

/// Something that can be done, and with which part of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lens {
    /// A part of one line.
    pub range: Span,
    /// What.
    pub kind: LensKind,
}

/// What can be done with a file.
#[must_use]
pub fn lenses<'db>(db: &'db dyn Db, file: File<'db>) -> Vec<Lens> {
    let items = &outline(db, file).items;
    let Some(first) = items.first().map(|&item| first_line(db, file, item)) else {
        return Vec::new();
    };
    if file.path(db).ends_with(TEST_FILE) {
        let tests = tests(text_of(db, file)).into_iter();
        let tests = tests.map(|(name, range)| Lens {
            range,
            kind: LensKind::Test(name),
        });
        let mut all: Vec<Lens> = tests.collect();
        if !all.is_empty() {
            let kind = LensKind::Tests;
            all.insert(0, Lens { range: first, kind });
        }
        return all;
    }
    // what others import is no program
    if !matches!(file.package(db).location(db), Location::Main(_)) {
        return Vec::new();
    }
    vec![Lens {
        range: first,
        kind: LensKind::Program,
    }]
}

fn first_line<'db>(db: &'db dyn Db, file: File<'db>, item: Item<'db>) -> Span {
    let range = code_range(db, item);
    let text = text_of(db, file).get(range.range()).unwrap_or_default();
    let line = text.lines().next().unwrap_or_default();
    Span::new(range.start, range.start + line.len() as u32)
}

/// The tests of a text, with their names in it: `test_name = lambda { … }`, from its outline and tokens alone.
#[must_use]
pub fn tests(text: &str) -> Vec<(String, Span)> {
    let items = kiln_syntax::outline(text).items;
    let assigned = items.iter().filter(|item| item.kind == ItemKind::Assign);
    assigned
        .filter_map(|item| {
            let tokens = lex_range(text, item.range).tokens;
            let [name, assign, value, ..] = &tokens[..] else {
                return None;
            };
            let is_lambda = assign.kind == Tok::Eq && value.kind == Tok::Lambda;
            let span = Span::new(name.start, name.end);
            let name = text.get(span.range())?;
            (is_lambda && name.starts_with(TEST_NAME)).then(|| (name.to_owned(), span))
        })
        .collect()
}
