//! Programs to start from.

use std::path::Path;

use crate::cases;

/// Texts of all recorded cases and some generated programs.
#[must_use]
pub fn load() -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("oracle");
    let mut texts: Vec<String> = cases::load(&root)
        .unwrap_or_default()
        .into_iter()
        .flat_map(|case| case.files)
        .filter(|(path, text)| path.ends_with(".k") && text.len() < 8_000)
        .map(|(_, text)| text)
        .collect();
    texts.extend((0..200).map(|seed| crate::generate::program(seed).show()));
    texts
}
