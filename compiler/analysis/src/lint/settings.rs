//! How bad lints are, by default and as settings say.

use std::fmt;
use std::str::FromStr;

use super::{ALL, Lint};

/// How bad the findings of a lint are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Nobody is told.
    Allow,
    /// A warning.
    Warn,
    /// An error.
    Deny,
}

impl FromStr for Level {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "allow" => Ok(Self::Allow),
            "warn" => Ok(Self::Warn),
            "deny" => Ok(Self::Deny),
            _ => Err(format!(
                "expected `allow`, `warn` or `deny`, found `{text}`"
            )),
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Allow => "allow",
            Self::Warn => "warn",
            Self::Deny => "deny",
        })
    }
}

/// More branches than this are too many.
const MAX_COMPLEXITY: u32 = 20;

/// What is said about lints.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LintSettings {
    levels: Vec<(u16, Level)>,
    /// How complex a schema or lambda may be.
    pub max_complexity: u32,
}

impl Default for LintSettings {
    fn default() -> Self {
        Self {
            levels: Vec::new(),
            max_complexity: MAX_COMPLEXITY,
        }
    }
}

impl LintSettings {
    /// Sets the level of a lint; the last word counts.
    pub fn set(&mut self, lint: &Lint, level: Level) {
        self.levels.push((lint.code.number, level));
    }

    /// The level of a lint.
    #[must_use]
    pub fn level(&self, lint: &Lint) -> Level {
        let said = self
            .levels
            .iter()
            .rfind(|(code, _)| *code == lint.code.number);
        said.map_or(lint.level, |&(_, level)| level)
    }
}

/// A name that no lint has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownLint {
    /// The name.
    pub name: String,
    /// What may have been meant.
    pub suggestion: Option<&'static str>,
}

impl UnknownLint {
    pub(super) fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            suggestion: kiln_project::nearest(name, ALL.iter().map(|lint| lint.name)),
        }
    }

    /// What to do about it.
    #[must_use]
    pub fn help(&self) -> String {
        match self.suggestion {
            Some(suggestion) => format!("did you mean `{suggestion}`?"),
            None => "`kiln lint --help` lists all lints".to_owned(),
        }
    }
}

impl fmt::Display for UnknownLint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "there is no lint `{}`", self.name)
    }
}
