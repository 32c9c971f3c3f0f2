//! Differences that `spec/differences.md` explains and that are known by the oracle's own words.

use std::path::Path;

use super::oracle::Heard;
use super::program::Program;

/// Words of a message of the oracle, and the row of the page that explains why Kiln accepts the program.
pub const ROWS: &[(&[&str], &str)] = &[(
    &[" | str(", "' object is not subscriptable"],
    "A key whose value is one of several literal texts cannot be subscripted",
)];

/// Words of a message of Kiln, and the row of the page that explains why it rejects the program.
pub const OWN_ROWS: &[(&str, &str)] = &[(
    "E0302 the default of ",
    "A default of a wrong type is found when the schema or lambda is used",
)];

/// The row that explains a rejection by Kiln; the class of a difference names its message.
#[must_use]
pub fn own_row(class: &str) -> Option<&'static str> {
    let found = OWN_ROWS.iter().find(|(words, _)| class.contains(words));
    found.map(|&(_, row)| row)
}

/// The row that explains a rejection by the oracle.
#[must_use]
pub fn row(heard: &Heard) -> Option<&'static str> {
    let line = |words: &[&str]| {
        heard
            .text
            .lines()
            .any(|line| words.iter().all(|word| line.contains(word)))
    };
    ROWS.iter()
        .find(|(words, _)| line(words))
        .map(|&(_, row)| row)
}

/// Single programs whose difference was read and is explained by a row: lines of seed, fingerprint and row.
const PROGRAMS: &str = "tests/generated/explained.txt";

/// One explained program.
#[derive(Clone, Debug)]
pub struct Single {
    /// Seed of the generator.
    pub seed: u64,
    /// Fingerprint of the program, so that an older generator's seed is noticed.
    pub fingerprint: u64,
    /// Start of the row in `spec/differences.md`.
    pub row: String,
}

/// All single programs that are explained.
#[derive(Clone, Debug, Default)]
pub struct Known(pub Vec<Single>);

impl Known {
    /// Reads the list.
    ///
    /// # Errors
    /// If the file cannot be read or a line of it is malformed.
    pub fn read() -> std::io::Result<Self> {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(PROGRAMS);
        let text = std::fs::read_to_string(path)?;
        let single = |line: &str| {
            let mut parts = line.splitn(3, ' ');
            Some(Single {
                seed: parts.next()?.parse().ok()?,
                fingerprint: u64::from_str_radix(parts.next()?, 16).ok()?,
                row: parts.next()?.to_owned(),
            })
        };
        let malformed = |line: &str| std::io::Error::other(format!("malformed line: {line}"));
        text.lines()
            .filter(|line| !line.is_empty() && !line.starts_with('#'))
            .map(|line| single(line).ok_or_else(|| malformed(line)))
            .collect::<std::io::Result<_>>()
            .map(Self)
    }

    /// The row that explains a program.
    #[must_use]
    pub fn row(&self, seed: u64, program: &Program) -> Option<&str> {
        let at = self.0.binary_search_by_key(&seed, |s| s.seed).ok()?;
        let single = &self.0[at];
        (single.fingerprint == program.fingerprint()).then_some(single.row.as_str())
    }
}
