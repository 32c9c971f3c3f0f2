//! Option texts: `-D key=value`, `-O path=value`, `-S path`, `-E name=path`. The same texts occur in settings files and
//! manifests. Values of overrides stay texts here: they are expressions of the language.

use std::path::{Path, PathBuf};

use crate::errors::ProjectError;
use crate::manifest::import_name;

/// A value for `option(key)`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OptionValue {
    /// The option's name.
    pub key: String,
    /// The value as JSON.
    pub json: String,
}

impl OptionValue {
    /// Reads `key=value`. The value is JSON if it parses as JSON, else a string; see [`argument_json`].
    ///
    /// # Errors
    /// When there is no `=`, or no key before it.
    pub fn parse(text: &str) -> Result<Self, ProjectError> {
        let (key, value) = split_pair("option value", text, "write `-D <key>=<value>`")?;
        Ok(Self {
            key: key.to_owned(),
            json: argument_json(value),
        })
    }
}

/// The JSON that the right side of `-D` stands for.
///
/// Text that is no JSON is a string. So are bare numbers with an exponent (`1e3`), as the reference's command line has it;
/// it also takes `True`, `False`, `None` and `Undefined` for the language's values.
pub fn argument_json(text: &str) -> String {
    match text {
        "True" => return "true".to_owned(),
        "False" => return "false".to_owned(),
        "None" | "Undefined" => return "null".to_owned(),
        _ => {}
    }
    match serde_json::from_str::<serde_json::Value>(text) {
        Ok(value) if !(value.is_number() && text.contains(['e', 'E'])) => text.to_owned(),
        _ => json_string(text),
    }
}

/// `text` as a JSON string.
pub(crate) fn json_string(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// Reads `name=path` of an external package into the name as imported and the path as written.
///
/// # Errors
/// When the name or the path is missing.
pub fn parse_external(text: &str) -> Result<(String, PathBuf), ProjectError> {
    let help = "write `-E <name>=<folder>`";
    let (name, path) = split_pair("external package", text, help)?;
    if path.trim().is_empty() {
        return Err(invalid(
            "external package",
            text,
            "the folder is missing",
            help,
        ));
    }
    Ok((import_name(name.trim()), Path::new(path).to_path_buf()))
}

fn split_pair<'a>(
    what: &'static str,
    text: &'a str,
    help: &'static str,
) -> Result<(&'a str, &'a str), ProjectError> {
    match text.split_once('=') {
        None => Err(invalid(what, text, "there is no `=`", help)),
        Some((name, _)) if name.trim().is_empty() => {
            Err(invalid(what, text, "there is no name before the `=`", help))
        }
        Some(pair) => Ok(pair),
    }
}

fn invalid(what: &'static str, text: &str, message: &str, help: &'static str) -> ProjectError {
    ProjectError::InvalidOption {
        what,
        text: text.to_owned(),
        message: message.to_owned(),
        help,
    }
}

/// What an override does at its path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OverrideOperator {
    /// `=`: create or replace.
    Set,
    /// `:`: merge into what is there.
    Union,
    /// `+=`: append to a list.
    Append,
    /// `-` at the end: delete.
    Delete,
}

/// An edit of the program: `path=value`, `path:value`, `path+=value` or `path-`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OverrideSpec {
    /// The names from the top-level variable inwards; at least one.
    pub path: Vec<String>,
    /// What to do there.
    pub operator: OverrideOperator,
    /// The text of the new value, an expression; empty for [`OverrideOperator::Delete`].
    pub value: String,
}

const OVERRIDE_HELP: &str = "write `<path>=<value>`, `<path>:<value>`, `<path>+=<value>` or `<path>-`, with keys that are \
     no names in brackets and quotes: `a.b[\"c.d\"]=1`";

impl OverrideSpec {
    /// Reads an override. The first `=`, `:` or `+=` outside quotes and brackets ends the path.
    ///
    /// # Errors
    /// When the operator, the path or the value is missing, or the path is malformed. Lists cannot be indexed.
    pub fn parse(text: &str) -> Result<Self, ProjectError> {
        use OverrideOperator::{Append, Delete, Set, Union};
        let error = |message: &str| invalid("override", text, message, OVERRIDE_HELP);
        let (path, operator, value) = match find_operator(text) {
            Some(at) => {
                let (before, rest) = text.split_at(at);
                match (rest.strip_prefix(':'), before.strip_suffix('+')) {
                    (Some(value), _) => (before, Union, value),
                    (None, Some(before)) => (before, Append, &rest[1..]),
                    (None, None) => (before, Set, &rest[1..]),
                }
            }
            None => match text.trim_end().strip_suffix('-') {
                Some(path) => (path, Delete, ""),
                None => return Err(error("there is no `=`, `:`, `+=` or final `-`")),
            },
        };
        let value = value.trim();
        if path.trim().is_empty() {
            return Err(error("the path is missing"));
        }
        if value.is_empty() && operator != Delete {
            return Err(error("the value is missing"));
        }
        let path = override_path(path.trim()).map_err(|message| error(&message))?;
        Ok(Self {
            path,
            operator,
            value: value.to_owned(),
        })
    }
}

/// The byte offset of the first `=` or `:` outside quotes and brackets.
fn find_operator(text: &str) -> Option<usize> {
    let (mut depth, mut quote) = (0_usize, None);
    for (at, c) in text.char_indices() {
        match (quote, c) {
            (Some(open), _) if c == open => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') => quote = Some(c),
            (None, '(' | '[' | '{') => depth += 1,
            (None, ')' | ']' | '}') => depth = depth.saturating_sub(1),
            (None, '=' | ':') if depth == 0 => return Some(at),
            _ => {}
        }
    }
    None
}

/// `a.b["c.d"].e` and `a.["b"]` into names. `$name` is the name that happens to be a keyword.
fn override_path(text: &str) -> Result<Vec<String>, String> {
    let mut names = Vec::new();
    let mut rest = text;
    loop {
        if let Some(bracket) = rest.strip_prefix('[') {
            let quote = bracket.chars().next().filter(|c| matches!(c, '"' | '\''));
            let quote =
                quote.ok_or("a key in brackets must be quoted (lists cannot be indexed)")?;
            let (name, after) = bracket[1..]
                .split_once(quote)
                .ok_or("the quoted key does not end")?;
            rest = after
                .strip_prefix(']')
                .ok_or("expected `]` after the quoted key")?;
            names.push(name.to_owned());
        } else {
            let end = rest.find(['.', '[']).unwrap_or(rest.len());
            let name = rest[..end].trim();
            let name = name.strip_prefix('$').unwrap_or(name);
            if name.is_empty() {
                return Err("a name is missing in the path".to_owned());
            }
            if let Some(c) = name
                .chars()
                .find(|c| !(c.is_alphanumeric() || matches!(c, '_' | '-')))
            {
                return Err(format!("`{c}` cannot be part of a name"));
            }
            names.push(name.to_owned());
            rest = &rest[end..];
        }
        rest = match rest.strip_prefix('.') {
            Some(after) => after,
            None if rest.is_empty() => return Ok(names),
            None if rest.starts_with('[') => rest,
            None => return Err("expected `.` or `[` after `]`".to_owned()),
        };
    }
}

/// Splits a path selector into keys and list positions: `a.b.0`. There is no quoting.
///
/// # Errors
/// When a part is empty.
pub fn parse_selector(text: &str) -> Result<Vec<String>, ProjectError> {
    if text.split('.').any(str::is_empty) {
        let help = "write keys and list positions with dots between: `-S services.0.name`";
        let message = if text.is_empty() {
            "it is empty"
        } else {
            "a name is missing"
        };
        return Err(invalid("path selector", text, message, help));
    }
    Ok(text.split('.').map(str::to_owned).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Left: what follows `-D a=`. Right: what the reference command line turns it into.
    #[test]
    fn option_values_read_as_the_reference_reads_them() {
        let same = [
            "1",
            "-5",
            "1.5",
            "true",
            "false",
            "null",
            "\"s\"",
            "\"\"",
            "[1,2]",
            "{\"a\":1}",
            " 3",
            "3 ",
            "\t1",
            "-0",
            "[1e3]",
            "{\"a\":1e3}",
            "100000000000000000000",
            "\"\\ud83d\\ude00\"",
            "\"1e3\"",
            "{\"b\":1,\"a\":2}",
        ];
        for text in same {
            assert_eq!(argument_json(text), text);
        }
        for (text, json) in [
            ("True", "true"),
            ("False", "false"),
            ("None", "null"),
            ("Undefined", "null"),
        ] {
            assert_eq!(argument_json(text), json);
        }
        let strings = [
            "s",
            "prod",
            "1Ki",
            "0x10",
            "'s'",
            "{a: 1}",
            "1e3",
            "1E3",
            "-1.5e-3",
            "1e400",
            "NaN",
            "[NaN]",
            "Infinity",
            "01",
            ".5",
            "5.",
            "[1,]",
            "\"\\ud800\"",
            "+1",
            "1_0",
            "TRUE",
            "\"a\nb\"",
            "",
        ];
        for text in strings {
            assert_eq!(
                argument_json(text),
                serde_json::to_string(text).unwrap(),
                "{text}"
            );
        }
    }

    #[test]
    fn option_values_split_at_the_first_equals_sign() {
        let value = OptionValue::parse("a=b=c").unwrap();
        assert_eq!((value.key.as_str(), value.json.as_str()), ("a", "\"b=c\""));
        assert_eq!(OptionValue::parse("a=").unwrap().json, "\"\"");
        for text in ["a", "", "=1", " =1"] {
            let error = OptionValue::parse(text).unwrap_err();
            assert_eq!(error.help().as_deref(), Some("write `-D <key>=<value>`"));
        }
    }

    #[test]
    fn external_packages_are_named_as_imported() {
        assert_eq!(
            parse_external("my-lib=../x").unwrap(),
            ("my_lib".into(), "../x".into())
        );
        for text in ["x", "=x", "x="] {
            assert!(parse_external(text).is_err(), "{text}");
        }
    }

    fn spec(text: &str) -> (Vec<String>, OverrideOperator, String) {
        let spec = OverrideSpec::parse(text).unwrap();
        (spec.path, spec.operator, spec.value)
    }

    #[test]
    fn override_operators() {
        use OverrideOperator::{Append, Delete, Set, Union};
        let cases = [
            ("v=2", "v", Set, "2"),
            (" v = 2 ", "v", Set, "2"),
            ("d.x-", "d.x", Delete, ""),
            ("v -", "v", Delete, ""),
            ("d :{y=1}", "d", Union, "{y=1}"),
            ("d={y: 1}", "d", Set, "{y: 1}"),
            ("l+=[2]", "l", Append, "[2]"),
            ("l += [2]", "l", Append, "[2]"),
            ("d.s=\"a-\"", "d.s", Set, "\"a-\""),
            ("d.s='a:b'", "d.s", Set, "'a:b'"),
            ("d.x=5-", "d.x", Set, "5-"),
            ("v=-1", "v", Set, "-1"),
            ("d.a-b=5", "d.a-b", Set, "5"),
            ("a.b:c=d", "a.b", Union, "c=d"),
        ];
        for (text, path, operator, value) in cases {
            let path = path.split('.').map(str::to_owned).collect();
            assert_eq!(spec(text), (path, operator, value.to_owned()), "{text}");
        }
    }

    #[test]
    fn override_paths() {
        let cases: [(&str, &[&str]); 9] = [
            ("d[\"q.r\"]=5", &["d", "q.r"]),
            ("d['q.r']=5", &["d", "q.r"]),
            ("d.[\"q.r\"]=5", &["d", "q.r"]),
            ("d[\"a-b\"].d=5", &["d", "a-b", "d"]),
            ("d[\"a-b\"][\"d\"]-", &["d", "a-b", "d"]),
            ("d[\"a=b\"]=5", &["d", "a=b"]),
            ("d[\"a]b\"]:5", &["d", "a]b"]),
            ("d.$schema.1=4", &["d", "schema", "1"]),
            ("é.ü=1", &["é", "ü"]),
        ];
        for (text, path) in cases {
            assert_eq!(spec(text).0, path, "{text}");
        }
    }

    /// All of these but the last four fail in the reference too; those it reads in ways that nobody can mean.
    #[test]
    fn malformed_overrides_are_rejected() {
        let cases = [
            ("v=", "the value is missing"),
            ("=2", "the path is missing"),
            ("+=1", "the path is missing"),
            ("-", "the path is missing"),
            ("", "there is no `=`"),
            ("v", "there is no `=`"),
            ("v+1", "there is no `=`"),
            ("d[\"x\"=5", "there is no `=`"),
            ("l[0]=2", "must be quoted"),
            ("d[x]=5", "must be quoted"),
            ("d[]=5", "must be quoted"),
            ("d[ \"x\"]=5", "must be quoted"),
            ("d[\"x\" ]=5", "expected `]`"),
            ("d..x=5", "a name is missing"),
            ("d.=5", "a name is missing"),
            ("d[\"x\"]y=5", "expected `.` or `[`"),
            ("d?.x=5", "`?` cannot be part of a name"),
        ];
        for (text, message) in cases {
            let error = OverrideSpec::parse(text).unwrap_err();
            assert!(error.to_string().contains(message), "{text}: {error}");
            assert!(error.help().is_some());
        }
    }

    #[test]
    fn selectors_split_at_dots() {
        assert_eq!(parse_selector("x.1.a").unwrap(), ["x", "1", "a"]);
        for text in ["", ".", "x.", ".x", "x..1"] {
            assert!(parse_selector(text).is_err(), "{text}");
        }
    }
}
