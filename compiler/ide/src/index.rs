//! Which files have which words: where to look for the uses of a name without parsing a workspace.
//!
//! Words in strings and comments count, too; who asks looks closer. A file costs four bytes for each of its words, twice.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::catalog::Catalog;
use crate::completion::resembles;
use crate::symbols::top_level;

/// The words of many files.
#[derive(Clone, Debug, Default)]
pub struct WordIndex {
    words: FxHashMap<Box<str>, u32>,
    /// The files of each word, unsorted.
    postings: Vec<Vec<u32>>,
    files: Vec<Entry>,
    by_path: FxHashMap<Arc<str>, u32>,
    /// What the files declare.
    pub catalog: Catalog,
}

#[derive(Clone, Debug, Default)]
struct Entry {
    path: Arc<str>,
    words: Box<[u32]>,
}

/// Before the last part of an imported path, which is a word of its own kind.
const IMPORT: char = '\0';

/// Before a name that a file declares at its top level.
const DECLARED: char = '\u{1}';

impl WordIndex {
    /// Takes in a file, in place of what was known about it; without a text it is forgotten.
    pub fn set(&mut self, path: &str, text: Option<&str>) {
        let file = match self.by_path.get(path) {
            Some(&file) => file,
            None if text.is_none() => return,
            None => {
                let (file, path) = (self.files.len() as u32, Arc::<str>::from(path));
                self.by_path.insert(Arc::clone(&path), file);
                let words = Box::default();
                self.files.push(Entry { path, words });
                file
            }
        };
        let old = std::mem::take(&mut self.files[file as usize].words);
        if text.is_none() {
            self.catalog.set(path, None);
        }
        let mut new: Vec<u32> = Vec::new();
        if let Some(text) = text {
            each_word(text, &mut |word| {
                let id = self.word(word);
                new.push(id);
            });
            let declared = top_level(text);
            for it in &declared {
                let id = self.word(&format!("{DECLARED}{}", it.name));
                new.push(id);
            }
            self.catalog.set(path, Some(&declared));
            for line in text.lines() {
                if let Some(last) = imported(line) {
                    let id = self.word(&format!("{IMPORT}{last}"));
                    new.push(id);
                }
            }
        }
        new.sort_unstable();
        new.dedup();
        for word in &*old {
            if new.binary_search(word).is_err() {
                self.postings[*word as usize].retain(|other| *other != file);
            }
        }
        for word in &new {
            if old.binary_search(word).is_err() {
                self.postings[*word as usize].push(file);
            }
        }
        self.files[file as usize].words = new.into();
    }

    fn word(&mut self, word: &str) -> u32 {
        if let Some(&id) = self.words.get(word) {
            return id;
        }
        let id = self.postings.len() as u32;
        self.words.insert(word.into(), id);
        self.postings.push(Vec::new());
        id
    }

    /// The files with a word, sorted.
    #[must_use]
    pub fn files_with(&self, word: &str) -> Vec<Arc<str>> {
        let Some(&id) = self.words.get(word) else {
            return Vec::new();
        };
        let files = self.postings[id as usize].iter();
        let mut paths: Vec<Arc<str>> = files
            .map(|&file| Arc::clone(&self.files[file as usize].path))
            .collect();
        paths.sort_unstable();
        paths
    }

    /// Files that import something whose path ends in this name: at most so many below a folder, then at most so many
    /// others, from all over the list, so that they differ.
    #[must_use]
    pub fn importers(&self, name: &str, folder: &str, most: usize) -> Vec<Arc<str>> {
        let Some(&id) = self.words.get(&*format!("{IMPORT}{name}")) else {
            return Vec::new();
        };
        let paths = self.postings[id as usize]
            .iter()
            .map(|&file| &self.files[file as usize].path);
        let is_inside = |path: &&Arc<str>| {
            let rest = path.strip_prefix(folder);
            rest.is_some_and(|rest| rest.starts_with('/'))
        };
        let (inside, outside): (Vec<_>, Vec<_>) = paths.partition(is_inside);
        let some = |paths: Vec<&Arc<str>>| {
            let step = paths.len().div_ceil(most.max(1)).max(1);
            let chosen = paths.into_iter().step_by(step);
            chosen.map(Arc::clone).collect::<Vec<_>>()
        };
        [some(inside), some(outside)].concat()
    }

    /// A file, or the files below a folder, sorted.
    #[must_use]
    pub fn files_at(&self, path: &str) -> Vec<Arc<str>> {
        let inside = |file: &&Arc<str>| {
            let rest = file.strip_prefix(path);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let mut files: Vec<Arc<str>> = self.by_path.keys().filter(inside).cloned().collect();
        files.sort_unstable();
        files
    }

    /// How many files it knows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.by_path.len()
    }

    /// Whether it knows none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.by_path.is_empty()
    }

    /// Names declared at the top level of files that have the letters of a query in order, the most alike first, each
    /// with its files.
    #[must_use]
    pub fn declared(&self, query: &str) -> Vec<(&str, Vec<Arc<str>>)> {
        let names = self.words.iter().filter_map(|(word, &id)| {
            let name = word.strip_prefix(DECLARED)?;
            resembles(name, query).then_some((name, id))
        });
        let mut names: Vec<(&str, u32)> = names.collect();
        let lower = query.to_lowercase();
        names.sort_by_cached_key(|(name, _)| {
            let folded = name.to_lowercase();
            let place = folded.find(&lower).unwrap_or(usize::MAX);
            (place, folded.len(), *name)
        });
        let files = |id: u32| {
            let files = self.postings[id as usize].iter();
            let mut paths: Vec<Arc<str>> = files
                .map(|&file| Arc::clone(&self.files[file as usize].path))
                .collect();
            paths.sort_unstable();
            paths
        };
        names
            .into_iter()
            .map(|(name, id)| (name, files(id)))
            .collect()
    }
}

/// Calls `found` for each word of a text: what can be a name.
pub fn each_word<'t>(text: &'t str, found: &mut dyn FnMut(&'t str)) {
    let is_word = |b: u8| b.is_ascii_alphanumeric() || b == b'_' || !b.is_ascii();
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        if !is_word(bytes[at]) {
            at += 1;
            continue;
        }
        let start = at;
        while at < bytes.len() && is_word(bytes[at]) {
            at += 1;
        }
        if !bytes[start].is_ascii_digit() {
            found(&text[start..at]);
        }
    }
}

/// The offsets of a word in a text, where it is not a part of a longer one.
pub fn occurrences<'t>(text: &'t str, word: &'t str) -> impl Iterator<Item = u32> + 't {
    let is_word = |b: &u8| b.is_ascii_alphanumeric() || *b == b'_' || !b.is_ascii();
    let bytes = text.as_bytes();
    let alone = move |at: &usize| {
        let before = at.checked_sub(1).and_then(|at| bytes.get(at));
        !before.is_some_and(is_word) && !bytes.get(at + word.len()).is_some_and(is_word)
    };
    let all = text.match_indices(word).map(|(at, _)| at);
    all.filter(alone).map(|at| at as u32)
}

/// The last part of the path that a line imports.
fn imported(line: &str) -> Option<&str> {
    let rest = line.trim_start().strip_prefix("import")?;
    let path = rest.strip_prefix([' ', '\t'])?.split_whitespace().next()?;
    let last = path.rsplit('.').next()?;
    (!last.is_empty()).then_some(last)
}

#[cfg(test)]
mod tests {
    use super::{WordIndex, occurrences};

    #[test]
    fn files_are_found_and_forgotten() {
        let mut index = WordIndex::default();
        index.set(
            "/b.k",
            Some("import platform.model as m\na = m.Server {}\n"),
        );
        index.set("/a.k", Some("Server = 1"));
        assert_eq!(index.files_with("Server"), ["/a.k".into(), "/b.k".into()]);
        assert_eq!(index.importers("model", "", 8), ["/b.k".into()]);
        index.set("/b.k", Some("import platform.other"));
        assert_eq!(index.files_with("Server"), ["/a.k".into()]);
        assert!(index.importers("model", "", 8).is_empty());
        index.set("/a.k", None);
        assert!(index.files_with("Server").is_empty());
        assert!(index.files_with("none").is_empty());
    }

    #[test]
    fn parts_of_words_do_not_count() {
        let found: Vec<u32> = occurrences("a ab a_ $a äa a", "a").collect();
        assert_eq!(found, [0, 9, 15]);
    }
}
