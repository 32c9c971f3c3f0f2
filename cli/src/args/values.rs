//! Values of flags.

use kiln::OptionValue;

/// Splits the values of a repeated flag at commas outside of quotes and brackets.
pub(crate) fn comma_split(values: &[String]) -> Vec<String> {
    values.iter().flat_map(|value| split_one(value)).collect()
}

fn split_one(value: &str) -> Vec<String> {
    let (mut depth, mut quote, mut start) = (0_usize, None, 0);
    let mut parts = Vec::new();
    let mut chars = value.char_indices();
    while let Some((at, c)) = chars.next() {
        match (quote, c) {
            (Some(_), '\\') => {
                chars.next();
            }
            (Some(open), _) if c == open => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') => quote = Some(c),
            (None, '(' | '[' | '{') => depth += 1,
            (None, ')' | ']' | '}') => depth = depth.saturating_sub(1),
            (None, ',') if depth == 0 => {
                parts.push(value[start..at].to_owned());
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(value[start..].to_owned());
    parts
}

/// Reads `KEY=VALUE` of each `-D`.
pub(crate) fn option_values(texts: &[String]) -> Result<Vec<OptionValue>, kiln::ProjectError> {
    texts.iter().map(|text| OptionValue::parse(text)).collect()
}

pub(super) fn positive(text: &str) -> Result<u64, String> {
    match text.replace('_', "").parse() {
        Ok(0) => Err("it must be at least 1".to_owned()),
        Ok(number) => Ok(number),
        Err(_) => Err("it must be a whole number such as 1000000".to_owned()),
    }
}

/// A size in bytes: MiB unless a unit follows.
pub(super) fn size(text: &str) -> Result<usize, String> {
    let wrong = || "it must be a size such as 512, 512M or 2G".to_owned();
    let digits = text.len()
        - text
            .trim_start_matches(|c: char| c.is_ascii_digit() || c == '.')
            .len();
    let (number, unit) = text.split_at(digits);
    let unit: f64 = match unit
        .trim_end_matches(['B', 'b'])
        .trim_end_matches('i')
        .to_ascii_uppercase()
        .as_str()
    {
        "" if !unit.is_empty() => return Err(wrong()),
        "" | "M" => 1_048_576.0,
        "K" => 1024.0,
        "G" => 1_073_741_824.0,
        "T" => 1_099_511_627_776.0,
        _ => return Err(wrong()),
    };
    let bytes = number.parse::<f64>().map_err(|_| wrong())? * unit;
    if bytes < 1.0 {
        Err("it must be at least one byte".to_owned())
    } else {
        Ok(bytes as usize)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commas_split_outside_of_quotes_and_brackets() {
        assert_eq!(split_one("a=1,b=2"), ["a=1", "b=2"]);
        assert_eq!(split_one("a=[1,2],b={c=1,d=2}"), ["a=[1,2]", "b={c=1,d=2}"]);
        assert_eq!(split_one(r#"a="x,\"y",b='q,'"#), [r#"a="x,\"y""#, "b='q,'"]);
        assert_eq!(split_one("a"), ["a"]);
    }

    #[test]
    fn sizes_are_mebibytes_unless_a_unit_says_otherwise() {
        assert_eq!(size("1"), Ok(1 << 20));
        assert_eq!(size("512M"), Ok(512 << 20));
        assert_eq!(size("512MiB"), Ok(512 << 20));
        assert_eq!(size("1.5g"), Ok(3 << 29));
        assert_eq!(size("64KB"), Ok(64 << 10));
        for wrong in ["", "x", "12Q", "M", "-1", "0", "1 B"] {
            assert!(size(wrong).is_err(), "{wrong}");
        }
    }
}
