//! What a plain scalar of YAML stands for, by the rules of `serde_yaml` (library reference §4.15).

/// The meaning of a plain scalar.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Plain {
    None,
    Bool(bool),
    Int(i64),
    Float(f64),
    /// Its own text.
    Text,
    /// A number that is written in a rare way: ask `serde_yaml`.
    Unsure,
}

/// Digits of an integer that surely fits 64 bits.
const SURE_DIGITS: usize = 18;

pub(super) fn plain(text: &str) -> Plain {
    let Some(first) = text.bytes().next() else {
        return Plain::None;
    };
    match first {
        b'+' | b'-' | b'.' | b'0'..=b'9' => number(text),
        _ => match text {
            "~" | "null" | "Null" | "NULL" => Plain::None,
            "true" | "True" | "TRUE" => Plain::Bool(true),
            "false" | "False" | "FALSE" => Plain::Bool(false),
            _ => Plain::Text,
        },
    }
}

/// A text that begins like a number.
fn number(text: &str) -> Plain {
    let (negative, digits) = match text.as_bytes()[0] {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text),
    };
    if !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()) {
        if digits.len() > 1 && digits.starts_with('0') {
            return Plain::Text;
        }
        if digits.len() > SURE_DIGITS {
            return Plain::Unsure;
        }
        return match digits.parse::<i64>() {
            Ok(int) => Plain::Int(if negative { -int } else { int }),
            Err(_) => Plain::Unsure,
        };
    }
    match digits {
        ".inf" | ".Inf" | ".INF" if negative => return Plain::Float(f64::NEG_INFINITY),
        ".inf" | ".Inf" | ".INF" => return Plain::Float(f64::INFINITY),
        ".nan" | ".NaN" | ".NAN" if digits.len() == text.len() => return Plain::Float(f64::NAN),
        _ => {}
    }
    if ["0x", "0o", "0b"]
        .iter()
        .any(|base| digits.starts_with(base))
    {
        return Plain::Unsure;
    }
    if digits.starts_with(['+', '-']) {
        return Plain::Text;
    }
    match digits.parse::<f64>() {
        Ok(float) if float.is_finite() => Plain::Float(if negative { -float } else { float }),
        _ => Plain::Text,
    }
}
