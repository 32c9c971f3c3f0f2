//! Numbers as text: integers, and the three forms of floats.

/// Pairs of digits, `00` to `99`.
const PAIRS: [[u8; 2]; 100] = {
    let mut pairs = [[b'0'; 2]; 100];
    let mut i = 0;
    while i < 100 {
        pairs[i] = [b'0' + (i / 10) as u8, b'0' + (i % 10) as u8];
        i += 1;
    }
    pairs
};

/// Writes an integer in decimal.
#[inline]
pub(super) fn int(out: &mut Vec<u8>, value: i64) {
    let mut digits = [0u8; 20];
    let mut at = digits.len();
    let mut rest = value.unsigned_abs();
    while rest >= 100 {
        let pair = PAIRS[(rest % 100) as usize];
        rest /= 100;
        at -= 2;
        digits[at] = pair[0];
        digits[at + 1] = pair[1];
    }
    if rest >= 10 {
        let pair = PAIRS[rest as usize];
        at -= 2;
        digits[at] = pair[0];
        digits[at + 1] = pair[1];
    } else {
        at -= 1;
        digits[at] = b'0' + rest as u8;
    }
    if value < 0 {
        at -= 1;
        digits[at] = b'-';
    }
    out.extend_from_slice(&digits[at..]);
}

/// Writes a finite float with the fewest digits that read back as the same number: fixed notation with at least one
/// decimal from 1e-5 up to below 1e16, an exponent otherwise (`1e16`; `1e+16` if `signed`). NaN and infinities have
/// no form in documents and give `null`.
pub(super) fn float(out: &mut Vec<u8>, value: f64, signed: bool) {
    if !value.is_finite() {
        out.extend_from_slice(b"null");
        return;
    }
    let mut buffer = ryu::Buffer::new();
    let text = buffer.format_finite(value);
    match text.split_once('e') {
        Some((digits, exponent)) if signed && !exponent.starts_with('-') => {
            out.extend_from_slice(digits.as_bytes());
            out.extend_from_slice(b"e+");
            out.extend_from_slice(exponent.as_bytes());
        }
        _ => out.extend_from_slice(text.as_bytes()),
    }
}

/// Appends the form of a float in texts: never an exponent, at least one decimal; `NaN`, `inf`, `-inf`.
pub(crate) fn plain_float(out: &mut String, value: f64) {
    use std::fmt::Write;
    if !value.is_finite() {
        out.push_str(if value.is_nan() {
            "NaN"
        } else if value > 0.0 {
            "inf"
        } else {
            "-inf"
        });
        return;
    }
    let from = out.len();
    // Writing to a string cannot fail.
    let _ = write!(out, "{value}");
    if !out[from..].contains('.') {
        out.push_str(".0");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ints(value: i64) -> String {
        let mut out = Vec::new();
        int(&mut out, value);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn integers() {
        let mut value = 1i64;
        for _ in 0..70 {
            for v in [value, -value, value.wrapping_sub(1), value.wrapping_add(9)] {
                assert_eq!(ints(v), v.to_string());
            }
            value = value.wrapping_mul(7).wrapping_add(3);
        }
        for v in [0, 9, 10, 99, 100, 101, i64::MAX, i64::MIN] {
            assert_eq!(ints(v), v.to_string());
        }
    }

    #[test]
    fn floats() {
        for (value, document, json, text) in [
            (1.0, "1.0", "1.0", "1.0"),
            (100.0, "100.0", "100.0", "100.0"),
            (0.00001, "0.00001", "0.00001", "0.00001"),
            (0.000001, "1e-6", "1e-6", "0.000001"),
            (
                1e15,
                "1000000000000000.0",
                "1000000000000000.0",
                "1000000000000000.0",
            ),
            (1e16, "1e16", "1e+16", "10000000000000000.0"),
            (1.1e16, "1.1e16", "1.1e+16", "11000000000000000.0"),
            (
                0.1 + 0.2,
                "0.30000000000000004",
                "0.30000000000000004",
                "0.30000000000000004",
            ),
            (-2.5, "-2.5", "-2.5", "-2.5"),
            (f64::NAN, "null", "null", "NaN"),
            (f64::INFINITY, "null", "null", "inf"),
            (f64::NEG_INFINITY, "null", "null", "-inf"),
        ] {
            let mut out = Vec::new();
            float(&mut out, value, false);
            assert_eq!(String::from_utf8(out).unwrap(), document);
            let mut out = Vec::new();
            float(&mut out, value, true);
            assert_eq!(String::from_utf8(out).unwrap(), json);
            let mut out = String::new();
            plain_float(&mut out, value);
            assert_eq!(out, text);
        }
    }
}
