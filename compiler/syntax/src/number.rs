//! Number literals: text to value.

use crate::ast::{Expr, ExprId, Name, UnitId, UnitLit};
use crate::builder::Builder;
use crate::codes;
use crate::diagnostic::Diagnostic;
use crate::span::Span;

/// Suffixes with their factors.
const UNITS: [(&str, f64); 14] = [
    ("n", 1e-9),
    ("u", 1e-6),
    ("m", 1e-3),
    ("k", 1e3),
    ("K", 1e3),
    ("M", 1e6),
    ("G", 1e9),
    ("T", 1e12),
    ("P", 1e15),
    ("Ki", 1024.0),
    ("Mi", 1_048_576.0),
    ("Gi", 1_073_741_824.0),
    ("Ti", 1_099_511_627_776.0),
    ("Pi", 1_125_899_906_842_624.0),
];

/// A unit of which the `B` of bytes is left: `Mi` of `MiB`, `k` of `kb`.
fn without_byte(suffix: &str) -> Option<&str> {
    let short = suffix.strip_suffix(['B', 'b'])?;
    UNITS
        .iter()
        .any(|(name, _)| *name == short)
        .then_some(short)
}

impl Builder<'_> {
    pub(crate) fn number(&mut self, l: u32, r: u32) -> ExprId {
        let text = &self.text[l as usize..r as usize];
        if text.len() < 18
            && text.bytes().all(|b| b.is_ascii_digit())
            && (text.len() == 1 || !text.starts_with('0'))
        {
            let value = text.bytes().fold(0i64, |n, b| n * 10 + i64::from(b - b'0'));
            return self.expr(Expr::Int(value), l, r);
        }
        if text.contains('.') || is_exponent(text) {
            return self.float(l, r);
        }
        self.integer(l, r)
    }

    fn float(&mut self, l: u32, r: u32) -> ExprId {
        let text = &self.text[l as usize..r as usize];
        match text.parse::<f64>() {
            Ok(value)
                if value.is_finite()
                    && !(text.starts_with('0')
                        && text.as_bytes().get(1).is_some_and(u8::is_ascii_digit))
                    && text
                        .bytes()
                        .all(|b| !b.is_ascii_alphabetic() || matches!(b, b'e' | b'E')) =>
            {
                self.expr(Expr::Float(value), l, r)
            }
            Ok(value) if value.is_infinite() => {
                let message = format!("`{text}` is too large for a float");
                self.bad_number(l, r, codes::NUMBER_TOO_LARGE, message, None)
            }
            _ => {
                let mantissa = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
                let help = (mantissa.len() < text.len() && mantissa.parse::<f64>().is_ok())
                    .then(|| "unit suffixes belong to integers only".to_owned());
                let help = if text.contains('_') {
                    Some("floats have no `_`".to_owned())
                } else {
                    help
                };
                let message = format!("`{text}` is not a number");
                self.bad_number(l, r, codes::INVALID_NUMBER, message, help)
            }
        }
    }

    fn integer(&mut self, l: u32, r: u32) -> ExprId {
        let text = &self.text[l as usize..r as usize];
        let (radix, digits_at) = match text.as_bytes() {
            [b'0', b'x', ..] => (16, 2),
            [b'0', b'o', ..] => (8, 2),
            [b'0', b'b', ..] => (2, 2),
            [b'0', b'0'..=b'9' | b'_', ..] => (8, 1),
            _ => (10, 0),
        };
        let body = &text[digits_at..];
        let digits_len = body
            .bytes()
            .take_while(|b| *b == b'_' || char::from(*b).is_digit(radix))
            .count();
        let (digits, suffix) = body.split_at(digits_len);
        let unit = UNITS.iter().find(|(name, _)| *name == suffix);
        let well_formed = !digits.is_empty()
            && (radix != 10 || !digits.starts_with('_'))
            && !digits.ends_with('_')
            && !digits.contains("__")
            && (suffix.is_empty() || unit.is_some());
        if !well_formed {
            let message = format!("`{text}` is not a number");
            let help = if digits.ends_with('_') || digits.contains("__") {
                Some("write single `_` between digits".to_owned())
            } else if suffix.starts_with(|c: char| c.is_ascii_digit()) {
                let base = match radix {
                    2 => "a binary",
                    8 => "an octal",
                    _ => "a hexadecimal",
                };
                Some(format!(
                    "`{}` is not a digit of {base} number",
                    suffix.chars().next().unwrap_or('?')
                ))
            } else if let Some(short) = without_byte(suffix) {
                Some(format!("units are written without `B`: `{digits}{short}`"))
            } else if !suffix.is_empty() && radix != 16 {
                Some("unit suffixes are `n` `u` `m` `k` `K` `M` `G` `T` `P` `Ki` `Mi` `Gi` `Ti` `Pi`".to_owned())
            } else {
                None
            };
            return self.bad_number(l, r, codes::INVALID_NUMBER, message, help);
        }
        let mut value: Option<u64> = Some(0);
        for digit in digits.chars().filter_map(|c| c.to_digit(radix)) {
            value = value
                .and_then(|v| v.checked_mul(u64::from(radix)))
                .and_then(|v| v.checked_add(u64::from(digit)));
        }
        let Some(raw) = value.and_then(|v| i64::try_from(v).ok()) else {
            if value == Some(1 << 63) && suffix.is_empty() {
                let id = self.expr(Expr::Int(i64::MIN), l, r);
                self.minimum.push(id);
                return id;
            }
            return self.too_large(l, r);
        };
        let Some((name, factor)) = unit else {
            return self.expr(Expr::Int(raw), l, r);
        };
        let suffix = Name(Span::new(r - name.len() as u32, r));
        let id = UnitId(self.ast.units.len() as u32);
        self.ast.units.push(UnitLit {
            raw,
            suffix,
            value: raw as f64 * factor,
        });
        self.expr(Expr::Unit(id), l, r)
    }

    pub(crate) fn too_large(&mut self, l: u32, r: u32) -> ExprId {
        let message = format!(
            "`{}` does not fit into a 64 bit integer",
            &self.text[l as usize..r as usize]
        );
        let help = Some(format!("the largest integer is `{}`", i64::MAX));
        self.bad_number(l, r, codes::NUMBER_TOO_LARGE, message, help)
    }

    fn bad_number(
        &mut self,
        l: u32,
        r: u32,
        code: crate::diagnostic::Code,
        message: String,
        help: Option<String>,
    ) -> ExprId {
        let mut diagnostic = Diagnostic::error(code, Span::new(l, r), message);
        diagnostic.help = help;
        self.report(diagnostic);
        self.expr(Expr::Error, l, r)
    }
}

/// `1e3`, `2E-5` and broken ones such as `1e`: decimal digits, then an `e`.
fn is_exponent(text: &str) -> bool {
    let rest = text.trim_start_matches(|c: char| c.is_ascii_digit() || c == '_');
    rest.len() < text.len() && rest.starts_with(['e', 'E'])
}
