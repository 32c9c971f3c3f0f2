//! The colours that clients were told last: what changed since then is much shorter.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use lsp_types::{SemanticToken, SemanticTokensEdit};

/// So many files are remembered.
const REMEMBERED: usize = 16;

/// The last answers, newest first.
#[derive(Debug, Default)]
pub(crate) struct TokenCache {
    next: AtomicU64,
    last: Mutex<Vec<Told>>,
}

#[derive(Debug)]
struct Told {
    path: Arc<str>,
    id: String,
    tokens: Arc<[SemanticToken]>,
}

impl TokenCache {
    /// What a client was told about a file under a name, if it was told that last.
    pub(crate) fn get(&self, path: &str, id: &str) -> Option<Arc<[SemanticToken]>> {
        let last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let told = last.iter().find(|told| *told.path == *path)?;
        (told.id == id).then(|| Arc::clone(&told.tokens))
    }

    /// Remembers what a client is told; gives it a name.
    pub(crate) fn put(&self, path: &Arc<str>, tokens: &[SemanticToken]) -> String {
        let id = self.next.fetch_add(1, Ordering::Relaxed).to_string();
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        last.retain(|told| told.path != *path);
        last.truncate(REMEMBERED - 1);
        let told = Told {
            path: Arc::clone(path),
            id: id.clone(),
            tokens: tokens.into(),
        };
        last.insert(0, told);
        id
    }
}

/// One edit that makes new tokens of old ones: what is between their common beginning and end. Numbers count the integers
/// of the protocol, of which a token has five.
pub(crate) fn difference(old: &[SemanticToken], new: &[SemanticToken]) -> Vec<SemanticTokensEdit> {
    let same = |(a, b): &(&SemanticToken, &SemanticToken)| a == b;
    let start = old.iter().zip(new).take_while(same).count();
    let (old, new) = (&old[start..], &new[start..]);
    let end = old
        .iter()
        .rev()
        .zip(new.iter().rev())
        .take_while(same)
        .count();
    let (old, new) = (&old[..old.len() - end], &new[..new.len() - end]);
    if old.is_empty() && new.is_empty() {
        return Vec::new();
    }
    vec![SemanticTokensEdit {
        start: 5 * start as u32,
        delete_count: 5 * old.len() as u32,
        data: (!new.is_empty()).then(|| new.to_vec()),
    }]
}

#[cfg(test)]
mod tests {
    use lsp_types::SemanticToken;

    use super::difference;

    fn tokens(lengths: &[u32]) -> Vec<SemanticToken> {
        let token = |&length: &u32| SemanticToken {
            delta_line: 0,
            delta_start: 1,
            length,
            token_type: 0,
            token_modifiers_bitset: 0,
        };
        lengths.iter().map(token).collect()
    }

    #[test]
    fn an_edit_makes_new_of_old() {
        let cases: [&[u32]; 7] = [&[], &[1], &[1, 1], &[1, 2, 3], &[1, 3], &[2], &[1, 2, 2, 3]];
        for old in cases {
            for new in cases {
                let mut result = tokens(old);
                for edit in difference(&tokens(old), &tokens(new)) {
                    let start = edit.start as usize / 5;
                    let end = start + edit.delete_count as usize / 5;
                    result.splice(start..end, edit.data.unwrap_or_default());
                }
                assert_eq!(result, tokens(new), "{old:?} {new:?}");
            }
        }
    }
}
