//! Changes that an editor can offer at a place: what is missing is added, what is written is written in another way.
//! Corrections of mistakes come with their diagnostics and are not here.

mod attributes;
mod extract;
mod imports;

use kiln_analysis::Db;
use kiln_analysis::outline::File;
use kiln_syntax::span::Span;

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
    /// The imports.
    OrganizeImports,
}

/// A change of one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Action {
    /// What it does.
    pub title: String,
    /// Which kind.
    pub kind: ActionKind,
    /// The edits, which do not overlap.
    pub edits: Vec<TextEdit>,
}

/// What can be done with a selection, or at a cursor.
#[must_use]
pub fn actions<'db>(db: &'db dyn Db, file: File<'db>, selection: Span) -> Vec<Action> {
    let mut all = Vec::new();
    attributes::missing_attributes(db, file, selection, &mut all);
    attributes::dict_to_instance(db, file, selection, &mut all);
    attributes::optional(db, file, selection, &mut all);
    extract::variable(db, file, selection, &mut all);
    extract::annotation(db, file, selection, &mut all);
    imports::missing_import(db, file, selection, &mut all);
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
