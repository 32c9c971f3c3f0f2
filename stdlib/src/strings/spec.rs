//! The part of a format field behind the colon: `[[fill]align][sign][#][0][width][,|_][.precision][type]`.

use kiln_runtime::emit::{EmitOptions, json_text};
use kiln_runtime::heap::Heap;
use kiln_runtime::text::write_text;
use kiln_runtime::value::Value;

/// Why a value cannot be written in a format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Problem {
    /// It is no format.
    Invalid,
    /// It has something that the value's type cannot have.
    Unfit(&'static str),
    /// There is no room for the text.
    TooLong,
}

/// The widest field, and the largest precision.
const WIDEST: usize = 1 << 20;

#[derive(Clone, Copy, Default, Debug, PartialEq, Eq)]
struct Spec {
    fill: Option<char>,
    align: Option<char>,
    sign: Option<char>,
    alternate: bool,
    zero: bool,
    width: usize,
    group: Option<char>,
    precision: Option<usize>,
    kind: Option<char>,
}

fn parse(text: &str) -> Option<Spec> {
    let mut spec = Spec::default();
    let mut rest = text;
    let is_align = |c: char| matches!(c, '<' | '>' | '^' | '=');
    let mut chars = rest.chars();
    match (chars.next(), chars.next()) {
        (Some(fill), Some(align)) if is_align(align) => {
            (spec.fill, spec.align) = (Some(fill), Some(align));
            rest = chars.as_str();
        }
        (Some(align), _) if is_align(align) => {
            spec.align = Some(align);
            rest = &rest[1..];
        }
        _ => {}
    }
    spec.sign = one_of(&mut rest, &['+', '-', ' ']);
    spec.alternate = one_of(&mut rest, &['#']).is_some();
    spec.zero = one_of(&mut rest, &['0']).is_some();
    spec.width = number(&mut rest)?.unwrap_or(0);
    spec.group = one_of(&mut rest, &[',', '_']);
    if one_of(&mut rest, &['.']).is_some() {
        spec.precision = Some(number(&mut rest)??);
    }
    let mut chars = rest.chars();
    spec.kind = chars.next();
    chars.as_str().is_empty().then_some(spec)
}

fn one_of(rest: &mut &str, wanted: &[char]) -> Option<char> {
    let first = rest.chars().next().filter(|c| wanted.contains(c))?;
    *rest = &rest[1..];
    Some(first)
}

/// Digits, if there are any; nothing if the number is too large.
fn number(rest: &mut &str) -> Option<Option<usize>> {
    let end = rest
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(rest.len());
    let digits = &rest[..end];
    *rest = &rest[end..];
    if digits.is_empty() {
        return Some(None);
    }
    digits.parse().ok().filter(|n| *n <= WIDEST).map(Some)
}

/// Appends a value in a format.
pub(super) fn write(
    heap: &Heap,
    out: &mut String,
    most: usize,
    value: Value,
    text: &str,
) -> Result<(), Problem> {
    let spec = parse(text).ok_or(Problem::Invalid)?;
    match value {
        Value::Int(int) => write_int(out, int, spec),
        Value::Float(float) => write_float(heap, out, float, spec),
        Value::Str(text) if out.len() + text.len as usize > most => Err(Problem::TooLong),
        Value::Str(text) => write_str(out, heap.get_str(text), spec),
        other => write_text(heap, out, most, other).map_err(|_| Problem::TooLong),
    }
}

fn write_int(out: &mut String, int: i64, spec: Spec) -> Result<(), Problem> {
    let magnitude = int.unsigned_abs();
    let (prefix, digits, every) = match spec.kind {
        None | Some('d' | 'n') => ("", magnitude.to_string(), 3),
        Some('b') => ("0b", format!("{magnitude:b}"), 4),
        Some('o') => ("0o", format!("{magnitude:o}"), 4),
        Some('x') => ("0x", format!("{magnitude:x}"), 4),
        Some('X') => ("0x", format!("{magnitude:X}"), 4),
        Some('e' | 'E' | 'f' | 'F' | 'g' | 'G' | '%') => {
            return write_finite(out, int as f64, spec);
        }
        Some(_) => return Err(Problem::Unfit("a type letter")),
    };
    let digits = match spec.group {
        Some('_') => grouped(&digits, '_', every),
        Some(group) if every == 3 => grouped(&digits, group, every),
        _ => digits,
    };
    let prefix = if spec.alternate { prefix } else { "" };
    pad_number(out, int < 0, prefix, &digits, spec);
    Ok(())
}

fn write_float(heap: &Heap, out: &mut String, float: f64, spec: Spec) -> Result<(), Problem> {
    if !float.is_finite() {
        let digits = if float.is_nan() { "nan" } else { "inf" };
        pad_number(out, float < 0.0, "", digits, spec);
        return Ok(());
    }
    if spec.kind.is_some() {
        return write_finite(out, float, spec);
    }
    let digits = json_text(heap, Value::Float(float.abs()), &EmitOptions::ALL, 0);
    let digits = group_whole(&digits, spec.group);
    pad_number(out, float.is_sign_negative(), "", &digits, spec);
    Ok(())
}

fn write_finite(out: &mut String, float: f64, spec: Spec) -> Result<(), Problem> {
    let magnitude = float.abs();
    let precision = spec.precision.unwrap_or(6);
    let digits = match spec.kind {
        Some('f' | 'F') => format!("{magnitude:.precision$}"),
        Some('%') => format!("{:.precision$}%", magnitude * 100.0),
        Some('e' | 'E') => exponential(magnitude, precision),
        Some('g' | 'G') => general(magnitude, precision.max(1)),
        _ => return Err(Problem::Unfit("a type letter")),
    };
    let mut digits = group_whole(&digits, spec.group);
    if matches!(spec.kind, Some('E' | 'G')) {
        digits.make_ascii_uppercase();
    }
    pad_number(out, float.is_sign_negative(), "", &digits, spec);
    Ok(())
}

/// `1.234568e+04`
fn exponential(magnitude: f64, precision: usize) -> String {
    let text = format!("{magnitude:.precision$e}");
    match text.split_once('e') {
        None => text,
        Some((digits, exponent)) => {
            let (sign, exponent) = match exponent.strip_prefix('-') {
                Some(exponent) => ('-', exponent),
                None => ('+', exponent),
            };
            format!("{digits}e{sign}{exponent:0>2}")
        }
    }
}

/// `precision` significant digits without zeros at the end, with an exponent if that is very small or large.
fn general(magnitude: f64, precision: usize) -> String {
    let text = exponential(magnitude, precision - 1);
    let (digits, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let exponent: i64 = exponent.parse().unwrap_or(0);
    if exponent < -4 || exponent >= precision as i64 {
        let digits = without_zeros(digits);
        let sign = if exponent < 0 { '-' } else { '+' };
        return format!("{digits}e{sign}{:02}", exponent.abs());
    }
    let decimals = (precision as i64 - 1 - exponent) as usize;
    without_zeros(&format!("{magnitude:.decimals$}")).to_owned()
}

fn without_zeros(digits: &str) -> &str {
    if digits.contains('.') {
        digits.trim_end_matches('0').trim_end_matches('.')
    } else {
        digits
    }
}

/// Groups the digits before the point.
fn group_whole(digits: &str, group: Option<char>) -> String {
    let Some(group) = group else {
        return digits.to_owned();
    };
    let end = digits
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(digits.len());
    let mut text = grouped(&digits[..end], group, 3);
    text.push_str(&digits[end..]);
    text
}

fn grouped(digits: &str, group: char, every: usize) -> String {
    let mut out = String::with_capacity(digits.len() * 2);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(every) {
            out.push(group);
        }
        out.push(digit);
    }
    out
}

fn fill(out: &mut String, fill: char, count: usize) {
    out.extend(std::iter::repeat_n(fill, count));
}

fn pad_number(out: &mut String, negative: bool, prefix: &str, digits: &str, spec: Spec) {
    let sign = match spec.sign {
        _ if negative => "-",
        Some('+') => "+",
        Some(' ') => " ",
        _ => "",
    };
    let len = sign.len() + prefix.len() + digits.len();
    let missing = spec.width.saturating_sub(len);
    let with = spec.fill.unwrap_or(if spec.zero { '0' } else { ' ' });
    let align = spec.align.unwrap_or(if spec.zero { '=' } else { '>' });
    let (before, middle, after) = match align {
        '<' => (0, 0, missing),
        '^' => (missing / 2, 0, missing - missing / 2),
        '=' => (0, missing, 0),
        _ => (missing, 0, 0),
    };
    fill(out, with, before);
    out.push_str(sign);
    out.push_str(prefix);
    fill(out, with, middle);
    out.push_str(digits);
    fill(out, with, after);
}

fn write_str(out: &mut String, text: &str, spec: Spec) -> Result<(), Problem> {
    if !matches!(spec.kind, None | Some('s')) {
        return Err(Problem::Unfit("a type letter"));
    }
    if spec.sign.is_some() {
        return Err(Problem::Unfit("a sign"));
    }
    if spec.align == Some('=') || (spec.zero && spec.align.is_none()) {
        return Err(Problem::Unfit("`=` or `0`"));
    }
    let text = match spec.precision.and_then(|n| text.char_indices().nth(n)) {
        Some((end, _)) => &text[..end],
        None => text,
    };
    let missing = spec.width.saturating_sub(text.chars().count());
    let before = match spec.align {
        Some('>') => missing,
        Some('^') => missing / 2,
        _ => 0,
    };
    let with = spec.fill.unwrap_or(if spec.zero { '0' } else { ' ' });
    fill(out, with, before);
    out.push_str(text);
    fill(out, with, missing - before);
    Ok(())
}
