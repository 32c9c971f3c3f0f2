//! Settings files (`kcl.yaml`): run inputs, switches and option values kept in a file. What the inputs stand for is the
//! business of [`crate::entries`].

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_yaml::Value;

use crate::errors::{Position, ProjectError};
use crate::manifest::import_name;
use crate::options::{OptionValue, json_string};
use crate::source::{FileSystem, normalize};

/// The settings file that a run reads by default.
pub const SETTINGS_FILE: &str = "kcl.yaml";

/// What one settings file says, or several merged. `None` means not said.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// The run inputs as written, for [`crate::expand_entries`] with `files_base`.
    pub files: Option<Vec<String>>,
    /// The folder that `files` are relative to: that of the file that names them.
    pub files_base: Option<PathBuf>,
    /// The file to write to.
    pub output: Option<String>,
    /// Overrides, as after `-O`.
    pub overrides: Option<Vec<String>>,
    /// Path selectors, as after `-S`.
    pub path_selector: Option<Vec<String>>,
    /// As `-r`.
    pub strict_range_check: Option<bool>,
    /// As `-n`.
    pub disable_none: Option<bool>,
    /// As `-k`.
    pub sort_keys: Option<bool>,
    /// As `-H`.
    pub show_hidden: Option<bool>,
    /// As `-d`.
    pub debug: Option<bool>,
    /// Whether schema instances print their type.
    pub include_schema_type_path: Option<bool>,
    /// The file to write the source map to.
    pub sourcemap_output: Option<String>,
    /// External packages, as after `-E`; names as imported, paths made absolute as far as the settings file's path is.
    pub package_maps: Option<BTreeMap<String, PathBuf>>,
    /// Option values, as after `-D`, in the order written. Of equal keys the last counts.
    pub options: Vec<OptionValue>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct RawFile {
    kcl_cli_configs: Option<RawConfigs>,
    kcl_options: Option<Vec<RawOption>>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct RawConfigs {
    files: Option<Vec<String>>,
    file: Option<Vec<String>>,
    output: Option<String>,
    overrides: Option<Vec<String>>,
    path_selector: Option<Vec<String>>,
    strict_range_check: Option<bool>,
    disable_none: Option<bool>,
    // Read for their types only: they choose between engines of the reference implementation.
    #[serde(rename = "verbose")]
    _verbose: Option<u32>,
    #[serde(rename = "fast_eval")]
    _fast_eval: Option<bool>,
    sort_keys: Option<bool>,
    show_hidden: Option<bool>,
    debug: Option<bool>,
    include_schema_type_path: Option<bool>,
    sourcemap_output: Option<String>,
    package_maps: Option<BTreeMap<String, String>>,
}

#[derive(Deserialize)]
struct RawOption {
    key: String,
    // Not an `Option`: `value:` left empty is null, but the key must be there.
    value: Value,
}

impl Settings {
    /// Reads one settings file.
    ///
    /// # Errors
    /// When the file is unreadable or malformed.
    pub fn load(fs: &dyn FileSystem, path: &Path) -> Result<Self, ProjectError> {
        let text = fs
            .read_text(path)
            .map_err(|error| ProjectError::io("read the settings file", path, &error))?;
        Self::parse(path, &text)
    }

    /// Reads settings files and merges them from left to right; see [`Settings::merge`].
    ///
    /// # Errors
    /// At the first file that is unreadable or malformed.
    pub fn load_all<P: AsRef<Path>>(
        fs: &dyn FileSystem,
        paths: &[P],
    ) -> Result<Self, ProjectError> {
        paths.iter().try_fold(Self::default(), |merged, path| {
            Ok(merged.merge(Self::load(fs, path.as_ref())?))
        })
    }

    /// Reads settings from text; `path` gives the folder of relative paths and the name in messages.
    ///
    /// # Errors
    /// When the text is not YAML, has several documents, or a field has the wrong type. Unknown fields are ignored.
    pub fn parse(path: &Path, text: &str) -> Result<Self, ProjectError> {
        let malformed = |position, message| ProjectError::Malformed {
            what: "settings file",
            path: path.to_path_buf(),
            position,
            message,
        };
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let raw: Option<RawFile> = serde_yaml::from_str(text).map_err(|error| {
            let position = error.location().map(|place| Position {
                line: place.line(),
                column: place.column(),
            });
            let message = error.to_string();
            // The parser ends most messages with the place, which the error states itself.
            let message = message
                .rsplit_once(" at line ")
                .map_or(message.as_str(), |(m, _)| m);
            malformed(position, message.to_owned())
        })?;
        let RawFile {
            kcl_cli_configs,
            kcl_options,
        } = raw.unwrap_or_default();
        let configs = kcl_cli_configs.unwrap_or_default();
        let base = path.parent().unwrap_or(Path::new("")).to_path_buf();
        let files = match (configs.files, configs.file) {
            (Some(files), Some(file)) => Some(if files.is_empty() { file } else { files }),
            (files, file) => files.or(file),
        };
        let mut options = Vec::new();
        for RawOption { key, value } in kcl_options.unwrap_or_default() {
            let json = yaml_to_json(&value)
                .map_err(|message| malformed(None, format!("the value of `{key}` {message}")))?;
            options.push(OptionValue { key, json });
        }
        let packages = |maps: BTreeMap<String, String>| {
            let entry =
                |(name, path): (String, String)| (import_name(&name), normalize(&base.join(path)));
            maps.into_iter().map(entry).collect()
        };
        Ok(Self {
            files_base: files.as_ref().map(|_| base.clone()),
            files,
            output: configs.output,
            overrides: configs.overrides,
            path_selector: configs.path_selector,
            strict_range_check: configs.strict_range_check,
            disable_none: configs.disable_none,
            sort_keys: configs.sort_keys,
            show_hidden: configs.show_hidden,
            debug: configs.debug,
            include_schema_type_path: configs.include_schema_type_path,
            sourcemap_output: configs.sourcemap_output,
            package_maps: configs.package_maps.map(packages),
            options,
        })
    }

    /// These settings with `later` ones on top: what `later` says replaces what is here, lists as a whole, except that
    /// option values add up.
    #[must_use]
    pub fn merge(self, later: Self) -> Self {
        let files_base = if later.files.is_some() {
            later.files_base
        } else {
            self.files_base
        };
        let mut options = self.options;
        options.extend(later.options);
        Self {
            files: later.files.or(self.files),
            files_base,
            output: later.output.or(self.output),
            overrides: later.overrides.or(self.overrides),
            path_selector: later.path_selector.or(self.path_selector),
            strict_range_check: later.strict_range_check.or(self.strict_range_check),
            disable_none: later.disable_none.or(self.disable_none),
            sort_keys: later.sort_keys.or(self.sort_keys),
            show_hidden: later.show_hidden.or(self.show_hidden),
            debug: later.debug.or(self.debug),
            include_schema_type_path: later
                .include_schema_type_path
                .or(self.include_schema_type_path),
            sourcemap_output: later.sourcemap_output.or(self.sourcemap_output),
            package_maps: later.package_maps.or(self.package_maps),
            options,
        }
    }
}

/// A YAML value as JSON text, with the keys in the order written. Numbers that JSON lacks are null.
fn yaml_to_json(value: &Value) -> Result<String, String> {
    let mut json = String::new();
    write_json(value, &mut json)?;
    Ok(json)
}

fn write_json(value: &Value, out: &mut String) -> Result<(), String> {
    match value {
        Value::Sequence(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                write_json(item, out)?;
            }
            out.push(']');
        }
        Value::Mapping(entries) => {
            out.push('{');
            for (index, (key, item)) in entries.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                let key = scalar_text(key).ok_or("has a list or map for a key")?;
                out.push_str(&json_string(&key));
                out.push(':');
                write_json(item, out)?;
            }
            out.push('}');
        }
        Value::String(text) => out.push_str(&json_string(text)),
        Value::Tagged(tagged) => return Err(format!("has the unknown tag `{}`", tagged.tag)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {
            out.push_str(&scalar_text(value).unwrap_or_default());
        }
    }
    Ok(())
}

/// The text of a scalar as JSON spells it, strings without quotes.
fn scalar_text(value: &Value) -> Option<String> {
    match value {
        Value::Null => Some("null".to_owned()),
        Value::Bool(value) => Some(value.to_string()),
        Value::Number(number) => Some(match (number.as_i64(), number.as_u64(), number.as_f64()) {
            (Some(value), _, _) => value.to_string(),
            (_, Some(value), _) => value.to_string(),
            // Infinities and NaN become null.
            (_, _, value) => serde_json::Value::from(value).to_string(),
        }),
        Value::String(text) => Some(text.clone()),
        Value::Sequence(_) | Value::Mapping(_) | Value::Tagged(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::MemoryFileSystem;

    fn parse(text: &str) -> Result<Settings, ProjectError> {
        Settings::parse(Path::new("/s/kcl.yaml"), text)
    }

    fn strings(texts: &[&str]) -> Option<Vec<String>> {
        Some(texts.iter().map(|&text| text.to_owned()).collect())
    }

    #[test]
    fn every_field_is_read() {
        let settings = parse(
            r#"
kcl_cli_configs:
  files: [a.k, "${KCL_MOD}/sub/b.k"]
  output: 1
  overrides: [a=1, 3]
  path_selector: [a]
  strict_range_check: true
  disable_none: true
  verbose: 2
  debug: false
  sort_keys: true
  show_hidden: true
  include_schema_type_path: true
  fast_eval: true
  sourcemap_output: map.json
  package_maps: {z: ../lib, my-a: /abs}
  unknown: 3
kcl_options:
  - {key: env, value: prod, unknown: 1}
  - {key: 1, value: [a]}
unknown: [
]
"#,
        )
        .unwrap();
        let option = |key: &str, json: &str| OptionValue {
            key: key.into(),
            json: json.into(),
        };
        let expected = Settings {
            files: strings(&["a.k", "${KCL_MOD}/sub/b.k"]),
            files_base: Some("/s".into()),
            output: Some("1".into()),
            overrides: strings(&["a=1", "3"]),
            path_selector: strings(&["a"]),
            strict_range_check: Some(true),
            disable_none: Some(true),
            sort_keys: Some(true),
            show_hidden: Some(true),
            debug: Some(false),
            include_schema_type_path: Some(true),
            sourcemap_output: Some("map.json".into()),
            package_maps: Some(
                [("z".into(), "/lib".into()), ("my_a".into(), "/abs".into())].into(),
            ),
            options: vec![option("env", "\"prod\""), option("1", "[\"a\"]")],
        };
        assert_eq!(settings, expected);
    }

    /// Left: YAML after `value:`. Right: what the reference carries, but with the keys of maps in the order written.
    #[test]
    fn option_values_become_json() {
        let cases = [
            ("prod", "\"prod\""),
            ("[a, {q: 1, b: 2.50}]", "[\"a\",{\"q\":1,\"b\":2.5}]"),
            ("1e3", "1000.0"),
            ("0x10", "16"),
            ("0o17", "15"),
            ("017", "\"017\""),
            ("1_000", "\"1_000\""),
            ("2020-01-01", "\"2020-01-01\""),
            ("null", "null"),
            ("~", "null"),
            ("", "null"),
            (".inf", "null"),
            (
                "{1: 2, true: x, null: z, 2.5: q}",
                "{\"1\":2,\"true\":\"x\",\"null\":\"z\",\"2.5\":\"q\"}",
            ),
            ("yes", "\"yes\""),
            ("true", "true"),
            ("1.0", "1.0"),
            ("-5", "-5"),
            ("\"1\"", "\"1\""),
            ("''", "\"\""),
            ("12345678901234567890", "12345678901234567890"),
            ("\"\\u00e9\\t\\u2028\"", "\"é\\t\u{2028}\""),
            ("&x 3", "3"),
        ];
        for (yaml, json) in cases {
            let settings = parse(&format!("kcl_options:\n- key: a\n  value: {yaml}\n")).unwrap();
            assert_eq!(settings.options[0].json, json, "{yaml}");
        }
    }

    #[test]
    fn files_wins_over_file_unless_empty() {
        let files = |text: &str| {
            parse(&format!("kcl_cli_configs: {{{text}}}"))
                .unwrap()
                .files
        };
        assert_eq!(files("files: [a.k], file: [b.k]"), strings(&["a.k"]));
        assert_eq!(files("files: [], file: [b.k]"), strings(&["b.k"]));
        assert_eq!(files("file: [b.k]"), strings(&["b.k"]));
        assert_eq!(files("debug: true"), None);
    }

    #[test]
    fn nothing_said_is_fine() {
        for text in [
            "",
            "# c\n",
            "kcl_cli_configs:\n",
            "kcl_options: null",
            "kcl_cli_configs: {debug: null}",
        ] {
            assert_eq!(parse(text), Ok(Settings::default()), "{text}");
        }
    }

    /// Each of these fails in the reference too.
    #[test]
    fn malformed_files_name_the_place() {
        let cases = [
            ("kcl_cli_configs: {disable_none: \"x\"}", " at 1:"),
            ("kcl_cli_configs: {debug: 1}", " at 1:"),
            ("kcl_cli_configs: {debug: yes}", " at 1:"),
            ("kcl_cli_configs: {verbose: -1}", " at 1:"),
            ("kcl_cli_configs:\n  files: a.k", " at 2:"),
            ("kcl_cli_configs: {package_maps: [a]}", " at 1:"),
            (
                "kcl_cli_configs: {files: [a.k]}\nkcl_cli_configs: {files: [b.k]}",
                "duplicate field",
            ),
            ("kcl_options: [{key: a}]", "missing field `value`"),
            ("kcl_options: [{value: a}]", "missing field `key`"),
            ("kcl_options: {a: 1}", " at 1:"),
            (
                "kcl_options: [{key: a, value: !foo 3}]",
                "unknown tag `!foo`",
            ),
            ("a: [", " at "),
            ("- 1", "invalid type: sequence"),
            ("a: 1\n---\nb: 2\n", "more than one document"),
        ];
        for (text, expected) in cases {
            let message = parse(text).unwrap_err().to_string();
            assert!(
                message.starts_with("invalid settings file `/s/kcl.yaml`"),
                "{message}"
            );
            assert!(message.contains(expected), "{text}: {message}");
            assert!(!message.contains(" at line "), "{message}");
        }
    }

    #[test]
    fn later_files_replace_fields_and_add_options() {
        let fs = MemoryFileSystem::with_files([
            (
                "/s/one.yaml",
                "kcl_cli_configs: {files: [a.k], overrides: [a=1], debug: true, output: x}\n\
                 kcl_options: [{key: a, value: 1}]",
            ),
            (
                "/s/sub/two.yaml",
                "kcl_cli_configs: {file: [b.k], overrides: [], debug: false}\n\
                 kcl_options: [{key: a, value: 2}]",
            ),
        ]);
        let settings = Settings::load_all(&fs, &["/s/one.yaml", "/s/sub/two.yaml"]).unwrap();
        assert_eq!(settings.files, strings(&["b.k"]));
        assert_eq!(settings.files_base.as_deref(), Some(Path::new("/s/sub")));
        assert_eq!(settings.overrides, strings(&[]));
        assert_eq!(settings.debug, Some(false));
        assert_eq!(settings.output.as_deref(), Some("x"));
        let values: Vec<_> = settings.options.iter().map(|o| o.json.as_str()).collect();
        assert_eq!(values, ["1", "2"]);

        let settings = Settings::load_all(&fs, &["/s/sub/two.yaml", "/s/one.yaml"]).unwrap();
        assert_eq!(settings.files_base.as_deref(), Some(Path::new("/s")));
    }

    #[test]
    fn a_missing_file_is_named() {
        let error =
            Settings::load_all(&MemoryFileSystem::default(), &["/s/none.yaml"]).unwrap_err();
        let expected = "cannot read the settings file `/s/none.yaml`: no such file or directory";
        assert_eq!(error.to_string(), expected);
    }
}
