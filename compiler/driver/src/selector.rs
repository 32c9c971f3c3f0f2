//! Path selectors: `-S a.b.2.c` (core reference §14.3).

use kiln_runtime::error::{BAD_SELECTOR, RunError};
use kiln_runtime::heap::Heap;
use kiln_runtime::value::Value;

/// The value that a path selects in a document.
pub(crate) fn select(heap: &Heap, document: Value, path: &[String]) -> Result<Value, RunError> {
    let mut value = document;
    for (at, part) in path.iter().enumerate() {
        let next = match value {
            Value::Dict(_) | Value::Inst(_) => heap
                .entries_of(value)
                .unwrap_or_default()
                .iter()
                .find(|e| heap.name(e.key) == part)
                .map(|e| e.value),
            Value::List(list) => part
                .parse::<usize>()
                .ok()
                .and_then(|i| heap.items(list).get(i).copied()),
            _ => None,
        };
        match next {
            Some(found) if !found.is_undefined() => value = found,
            _ => {
                let whole = path.join(".");
                let here = path[..=at].join(".");
                let mut error = RunError::new(
                    BAD_SELECTOR,
                    format!("the path selector `{whole}` finds nothing: there is no `{here}`"),
                );
                let names: Vec<String> = heap
                    .entries_of(value)
                    .unwrap_or_default()
                    .iter()
                    .take(8)
                    .map(|e| format!("`{}`", heap.name(e.key)))
                    .collect();
                if !names.is_empty() {
                    error = error.note(format!("there are {}", names.join(", ")));
                }
                return Err(error);
            }
        }
    }
    Ok(value)
}
