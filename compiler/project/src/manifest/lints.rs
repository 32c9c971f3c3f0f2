//! The table `[lints]`: what a module says about lints.

use std::collections::BTreeMap;

use toml::{Spanned, Value};

/// One line of the table `[lints]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LintSetting {
    /// The name of a lint, or of something that it can be told.
    pub name: String,
    /// What is said about it.
    pub value: LintValue,
    /// Where the value stands: first byte, and the one behind the last.
    pub span: (usize, usize),
}

/// What a line of the table `[lints]` says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LintValue {
    /// A level.
    Text(String),
    /// A limit.
    Number(u32),
}

/// The lines of the table; or where one is wrong, and what.
pub(super) fn settings(
    raw: BTreeMap<String, Spanned<Value>>,
) -> Result<Vec<LintSetting>, (usize, String)> {
    raw.into_iter()
        .map(|(name, value)| {
            let span = (value.span().start, value.span().end);
            match lint_value(value.into_inner()) {
                Ok(value) => Ok(LintSetting { name, value, span }),
                Err(message) => Err((span.0, format!("lint `{name}`: {message}"))),
            }
        })
        .collect()
}

fn lint_value(value: Value) -> Result<LintValue, String> {
    match value {
        Value::String(text) => Ok(LintValue::Text(text)),
        Value::Integer(number) => u32::try_from(number)
            .map(LintValue::Number)
            .map_err(|_| format!("the number {number} is out of range")),
        other => {
            let found = other.type_str();
            Err(format!("expected a level in quotes, found {found}"))
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use crate::Manifest;

    fn parse(text: &str) -> Result<Manifest, crate::ProjectError> {
        Manifest::parse(Path::new("/m/kcl.mod"), text)
    }

    fn message(text: &str) -> String {
        parse(text).unwrap_err().to_string()
    }

    #[test]
    fn lints_keep_their_places() {
        let lints = parse("[lints]\nnaming = \"deny\"\nmax_complexity = 9\n")
            .unwrap()
            .lints;
        let shown: Vec<_> = lints
            .iter()
            .map(|l| format!("{} {:?} {:?}", l.name, l.value, l.span))
            .collect();
        assert_eq!(
            shown,
            [
                "max_complexity Number(9) (41, 42)",
                "naming Text(\"deny\") (17, 23)"
            ]
        );
        assert!(
            message("[lints]\nnaming = true").contains("expected a level in quotes, found boolean")
        );
        assert!(message("[lints]\nmax_complexity = -1").contains("the number -1 is out of range"));
    }
}
