//! Changes that an editor can offer at a place: what is missing is added, what is written is written in another way.
//! Corrections of mistakes come with their diagnostics and are not here.

mod attributes;
mod extract;
mod imports;
mod inline;
mod schema;
mod strings;

use std::sync::Arc;

use kiln_analysis::Db;
use kiln_analysis::outline::File;
use kiln_syntax::span::Span;

use crate::completion::Sources;
use crate::place::TextEdit;

pub use imports::organize;

/// What kind of change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ActionKind {
    /// It mends something.
    QuickFix,
    /// The same in another way.
    Rewrite,
    /// A part gets a name.
    Extract,
    /// A name is replaced by what it stands for.
    Inline,
    /// The imports.
    OrganizeImports,
}

/// A change, of the file at hand and perhaps of others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Action {
    /// What it does.
    pub title: String,
    /// Which kind.
    pub kind: ActionKind,
    /// The edits of the file, which do not overlap.
    pub edits: Vec<TextEdit>,
    /// Those of others, by path.
    pub others: Vec<(Arc<str>, Vec<TextEdit>)>,
}

impl Action {
    /// A change of the file at hand alone.
    fn new(title: impl Into<String>, kind: ActionKind, edits: Vec<TextEdit>) -> Self {
        Self {
            title: title.into(),
            kind,
            edits,
            others: Vec::new(),
        }
    }

    /// A change of files, one of which is at hand.
    fn in_files(
        title: String,
        kind: ActionKind,
        own: &str,
        mut edits: Vec<(Arc<str>, Vec<TextEdit>)>,
    ) -> Self {
        let at = edits.iter().position(|(path, _)| **path == *own);
        let own = at.map(|at| edits.remove(at).1);
        Self {
            title,
            kind,
            edits: own.unwrap_or_default(),
            others: edits,
        }
    }
}

/// What is known beside the file.
#[derive(Clone, Copy, Debug, Default)]
pub struct Surroundings<'a> {
    /// Where to look for names of packages that are not imported.
    pub sources: Option<Sources<'a>>,
    /// Whether the file is part of other programs, too.
    pub shared: bool,
}

/// What can be done with a selection, or at a cursor.
#[must_use]
pub fn actions<'db>(
    db: &'db dyn Db,
    file: File<'db>,
    selection: Span,
    around: Surroundings<'_>,
) -> Vec<Action> {
    let mut all = Vec::new();
    attributes::missing_attributes(db, file, selection, &mut all);
    attributes::dict_to_instance(db, file, selection, &mut all);
    attributes::instance_to_dict(db, file, selection, &mut all);
    attributes::optional(db, file, selection, &mut all);
    extract::variable(db, file, selection, &mut all);
    extract::annotation(db, file, selection, &mut all);
    schema::schema(db, file, selection, &mut all);
    inline::inline(db, file, selection, around.shared, &mut all);
    strings::strings(db, file, selection, &mut all);
    imports::missing_import(db, file, selection, &mut all);
    imports::missing_qualifier(db, file, selection, around.sources, &mut all);
    all
}

/// The blanks at the start of the line of an offset.
fn indentation(text: &str, offset: u32) -> &str {
    let before = text.get(..offset as usize).unwrap_or_default();
    let start = before.rfind('\n').map_or(0, |at| at + 1);
    let line = text.get(start..).unwrap_or_default();
    let end = line.len() - line.trim_start_matches([' ', '\t']).len();
    line.get(..end).unwrap_or_default()
}
