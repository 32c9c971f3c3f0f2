//! What users can set: the section `kiln` of an editor's settings, or initialization options.

use serde::Deserialize;

/// Settings with their defaults.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct Config {
    /// Whether lints are reported, too.
    pub(crate) lint: bool,
    /// Whether the programs of a file are run when it is saved.
    pub(crate) evaluate_on_save: bool,
    /// What is shown between the characters of a program.
    pub(crate) inlay_hints: InlayHints,
}

/// Which inlay hints are shown.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct InlayHints {
    /// Types of variables.
    pub(crate) types: bool,
    /// Names of parameters.
    pub(crate) parameters: bool,
    /// What programs evaluate to.
    pub(crate) values: bool,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            lint: true,
            evaluate_on_save: true,
            inlay_hints: InlayHints::default(),
        }
    }
}

impl Default for InlayHints {
    fn default() -> Self {
        Self {
            types: true,
            parameters: true,
            values: true,
        }
    }
}

impl Config {
    /// The settings in a value, or under its key `kiln`. What cannot be read is left as it is by default.
    pub(crate) fn read(value: &serde_json::Value) -> Self {
        let section = value.get("kiln").unwrap_or(value);
        Self::deserialize(section).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::Config;

    #[test]
    fn settings_are_read_with_and_without_their_section() {
        let inner = serde_json::json!({"lint": false, "inlayHints": {"types": false}});
        let plain = Config::read(&inner);
        assert!(!plain.lint && !plain.inlay_hints.types && plain.inlay_hints.parameters);
        assert_eq!(plain, Config::read(&serde_json::json!({ "kiln": inner })));
        assert_eq!(
            Config::read(&serde_json::json!({"lint": 3})),
            Config::default()
        );
        assert_eq!(Config::read(&serde_json::Value::Null), Config::default());
    }
}
