//! Applying the corrections that lints offer, again and again, until there is nothing left to correct.
//!
//! Everything happens in memory: the caller decides what becomes of the changed texts.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use kiln_project::FileSystem;
use kiln_project::source::DirEntry;
use kiln_syntax::diagnostic::{Kind, Severity};

use crate::check::{CheckOptions, Checked};
use crate::report::{Report, ReportFix};
use crate::session::{Session, SessionError};

/// A correction may make room for another one, but hardly ever for so many.
const MOST_ROUNDS: usize = 10;

/// What became of the corrections.
#[derive(Debug)]
#[non_exhaustive]
pub struct Fixed {
    /// What is still found.
    pub checked: Checked,
    /// The files that change, sorted by path.
    pub files: Vec<FixedFile>,
    /// How many corrections were applied.
    pub applied: usize,
    /// Files that were left alone because they could not be parsed any more.
    pub refused: Vec<PathBuf>,
}

/// A file that changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FixedFile {
    /// Where it is.
    pub path: PathBuf,
    /// Its text so far.
    pub before: String,
    /// Its new text.
    pub after: String,
}

/// Applies the corrections of the lints that the options ask for.
///
/// # Errors
/// See [`Session::check`].
pub fn fix(
    system: impl FileSystem + 'static,
    options: &CheckOptions,
) -> Result<Fixed, SessionError> {
    let mut overlay = Overlay {
        base: Arc::new(system),
        texts: BTreeMap::new(),
    };
    let mut originals: BTreeMap<PathBuf, String> = BTreeMap::new();
    let mut refused: BTreeSet<PathBuf> = BTreeSet::new();
    let mut applied = 0;
    let mut round = 0;
    loop {
        let checked = Session::new(overlay.clone()).check(options)?;
        let mut changed = false;
        if round < MOST_ROUNDS {
            for (path, fixes) in by_file(&checked.reports) {
                let path = PathBuf::from(path);
                let Some(before) = overlay
                    .read_text(&path)
                    .ok()
                    .filter(|_| !refused.contains(&path))
                else {
                    continue;
                };
                let (after, count) = corrected(&before, &fixes);
                if count == 0 {
                    continue;
                }
                if mistakes(&after) > mistakes(&before) {
                    refused.insert(path);
                    continue;
                }
                changed = true;
                applied += count;
                originals.entry(path.clone()).or_insert(before);
                overlay.texts.insert(path, after.into());
            }
        }
        if !changed {
            let files = originals
                .into_iter()
                .filter_map(|(path, before)| {
                    let after = overlay.texts.get(&path)?.to_string();
                    (after != before).then_some(FixedFile {
                        path,
                        before,
                        after,
                    })
                })
                .collect();
            return Ok(Fixed {
                checked,
                files,
                applied,
                refused: refused.into_iter().collect(),
            });
        }
        round += 1;
    }
}

/// The corrections of lints by file. (Those of errors are guesses about what was meant, and need a person.)
fn by_file(reports: &[Report]) -> BTreeMap<&str, Vec<&ReportFix>> {
    let mut files: BTreeMap<&str, Vec<&ReportFix>> = BTreeMap::new();
    for report in reports.iter().filter(|r| r.kind == Kind::Warning) {
        if let (Some(place), Some(fix)) = (&report.primary, report.fixes.first())
            && fix.edits.iter().all(|(path, ..)| *path == place.path)
        {
            files.entry(&place.path).or_default().push(fix);
        }
    }
    files
}

/// A text with as many corrections as do not get in each other's way, and their number.
fn corrected(text: &str, fixes: &[&ReportFix]) -> (String, usize) {
    let mut taken: Vec<(Range<usize>, &str)> = Vec::new();
    let mut count = 0;
    for fix in fixes {
        let meets = |range: &Range<usize>| {
            taken.iter().any(|(other, _)| {
                range.start < other.end && other.start < range.end || range == other
            })
        };
        let is_inside = |range: &Range<usize>| text.get(range.clone()).is_some();
        if fix
            .edits
            .iter()
            .all(|(_, range, _)| !meets(range) && is_inside(range))
        {
            taken.extend(
                fix.edits
                    .iter()
                    .map(|(_, range, new)| (range.clone(), new.as_str())),
            );
            count += 1;
        }
    }
    taken.sort_by_key(|(range, _)| range.start);
    let mut result = String::with_capacity(text.len());
    let mut at = 0;
    for (range, new) in taken {
        result.push_str(&text[at..range.start]);
        result.push_str(new);
        at = range.end;
    }
    result.push_str(&text[at..]);
    (result, count)
}

/// How many syntax errors a text has.
fn mistakes(text: &str) -> usize {
    let outline = kiln_syntax::outline(text);
    let items = kiln_syntax::parse_file(text);
    let of_items = items.iter().flat_map(|(_, parsed)| &parsed.diagnostics);
    let all = outline.diagnostics.iter().chain(of_items);
    all.filter(|d| d.severity == Severity::Error).count()
}

/// Files, some of them with another text.
#[derive(Clone)]
struct Overlay {
    base: Arc<dyn FileSystem>,
    texts: BTreeMap<PathBuf, Arc<str>>,
}

impl FileSystem for Overlay {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        match self.texts.get(path) {
            Some(text) => Ok(text.as_bytes().to_vec()),
            None => self.base.read(path),
        }
    }
    fn is_file(&self, path: &Path) -> bool {
        self.base.is_file(path)
    }
    fn is_dir(&self, path: &Path) -> bool {
        self.base.is_dir(path)
    }
    fn list_dir(&self, path: &Path) -> io::Result<Vec<DirEntry>> {
        self.base.list_dir(path)
    }
    fn canonicalize(&self, path: &Path) -> io::Result<PathBuf> {
        self.base.canonicalize(path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fix_of(edits: &[(Range<usize>, &str)]) -> ReportFix {
        ReportFix {
            title: String::new(),
            edits: edits
                .iter()
                .map(|(range, text)| ("/a.k".into(), range.clone(), (*text).to_owned()))
                .collect(),
        }
    }

    fn apply(text: &str, fixes: &[ReportFix]) -> (String, usize) {
        corrected(text, &fixes.iter().collect::<Vec<_>>())
    }

    #[test]
    fn corrections_apply_whole_or_not_at_all() {
        let first = fix_of(&[(0..1, "x"), (4..5, "y")]);
        let second = fix_of(&[(2..3, "z"), (4..5, "z")]);
        let third = fix_of(&[(5..6, "")]);
        let result = apply("a b c d", &[first, second, third]);
        assert_eq!(result, ("x b yd".to_owned(), 2));
    }

    #[test]
    fn corrections_side_by_side_do_not_meet() {
        let lines = [fix_of(&[(0..2, "")]), fix_of(&[(2..4, "")])];
        assert_eq!(apply("a\nb\nc\n", &lines), ("c\n".to_owned(), 2));
        let same = [fix_of(&[(0..0, "x")]), fix_of(&[(0..0, "x")])];
        assert_eq!(apply("a", &same), ("xa".to_owned(), 1));
    }

    #[test]
    fn corrections_beyond_the_text_are_ignored() {
        assert_eq!(apply("ä", &[fix_of(&[(1..2, "")])]), ("ä".to_owned(), 0));
        assert_eq!(apply("a", &[fix_of(&[(1..9, "")])]), ("a".to_owned(), 0));
    }

    #[test]
    fn syntax_errors_are_counted() {
        assert_eq!(mistakes("a = 1\n"), 0);
        assert!(mistakes("a = \n") > 0);
        assert!(mistakes("  a = 1\n") >= mistakes("a = 1\n"));
    }
}
