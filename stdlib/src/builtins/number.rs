//! Arithmetic builtins.

use kiln_runtime::error::{self, Result, RunError};
use kiln_runtime::native::NativeFn;
use kiln_runtime::value::Value;
use kiln_runtime::vm::Vm;

use crate::args::{bad, given, overflow, take};
use crate::signature::native;

pub(super) const FUNCTIONS: &[NativeFn] = &[
    native!(
        "abs",
        "abs(inval: any) -> any",
        "Returns the absolute value of a number.",
        abs
    ).examples(&[("abs(-3)", "3"), ("abs(3)", "3")]),
    native!(
        "multiplyof",
        "multiplyof(a: int, b: int) -> bool",
        "Tells whether `a` is a multiple of `b`.",
        multiplyof
    ).examples(&[("multiplyof(12, 4)", "True"), ("multiplyof(12, 5)", "False")]),
    native!(
        "hex",
        "hex(number: int) -> str",
        "Returns a number in base 16: `hex(-18)` is `\"-0x12\"`.",
        hex
    ).examples(&[("hex(0)", r#""0x0""#), ("hex(255)", r#""0xff""#)]),
    native!(
        "bin",
        "bin(number: int) -> str",
        "Returns a number in base 2: `bin(8)` is `\"0b1000\"`.",
        bin
    ).examples(&[("bin(0)", r#""0b0""#), ("bin(8)", r#""0b1000""#)]),
    native!(
        "oct",
        "oct(number: int) -> str",
        "Returns a number in base 8: `oct(8)` is `\"0o10\"`.",
        oct
    ).examples(&[("oct(0)", r#""0o0""#), ("oct(8)", r#""0o10""#)]),
    native!(
        "ord",
        "ord(c: str) -> int",
        "Returns the code point of a string of one character: `ord(\"a\")` is `97`.",
        ord
    ).examples(&[(r#"ord("a")"#, "97"), (r#"ord("日")"#, "26085")]),
    native!(
        "pow",
        "pow(x: number, y: number, z: number = None) -> number",
        "Returns `x` to the power of `y`, modulo `z` if given. Integers give an integer unless `y` is negative.",
        pow
    ).examples(&[("pow(2, 10)", "1024"), ("pow(2, -1)", "0.5"), ("pow(2, 10, 1000)", "24")]),
    native!(
        "round",
        "round(number: number, ndigits: int = None) -> number",
        "Rounds to the nearest integer, halves away from zero; with `ndigits` to that many decimals, as a float.",
        round
    ).examples(&[("round(2.5)", "3"), ("round(1.5555, 2)", "1.56")]),
];

fn abs(_: &mut Vm, args: &[Value]) -> Result<Value> {
    let [value] = take(args)?;
    match value {
        Value::Int(int) => match int.checked_abs() {
            Some(int) => Ok(Value::Int(int)),
            None => Err(overflow(format!(
                "the absolute value of {int} does not fit 64 bits"
            ))),
        },
        Value::Float(float) => Ok(Value::Float(float.abs())),
        _ => Ok(Value::Undefined),
    }
}

fn multiplyof(_: &mut Vm, args: &[Value]) -> Result<Value> {
    let [a, b] = take(args)?;
    match (a, b) {
        (Value::Int(_), Value::Int(0)) => Err(RunError::new(
            error::DIVISION_BY_ZERO,
            "`multiplyof` cannot divide by zero",
        )),
        (Value::Int(a), Value::Int(b)) => Ok(Value::Bool(a.wrapping_rem(b) == 0)),
        _ => Ok(Value::Undefined),
    }
}

fn in_base(vm: &mut Vm, args: &[Value], digits: fn(u64) -> String) -> Result<Value> {
    let [value] = take(args)?;
    let Value::Int(int) = value else {
        return Ok(Value::Undefined);
    };
    let sign = if int < 0 { "-" } else { "" };
    let text = format!("{sign}{}", digits(int.unsigned_abs()));
    Ok(vm.heap.text(&text))
}

fn hex(vm: &mut Vm, args: &[Value]) -> Result<Value> {
    in_base(vm, args, |n| format!("{n:#x}"))
}

fn bin(vm: &mut Vm, args: &[Value]) -> Result<Value> {
    in_base(vm, args, |n| format!("{n:#b}"))
}

fn oct(vm: &mut Vm, args: &[Value]) -> Result<Value> {
    in_base(vm, args, |n| format!("{n:#o}"))
}

fn ord(vm: &mut Vm, args: &[Value]) -> Result<Value> {
    let [value] = take(args)?;
    let Value::Str(text) = value else {
        return Ok(Value::Undefined);
    };
    let mut chars = vm.heap.get_str(text).chars();
    match (chars.next(), chars.next()) {
        (Some(c), None) => Ok(Value::Int(i64::from(u32::from(c)))),
        (None, _) => Err(bad(
            "`ord` needs a string of one character, not an empty one",
        )),
        _ => Err(bad(format!(
            "`ord` needs a string of one character, not of {}",
            chars.count() + 2
        ))),
    }
}

/// A number as a float.
fn number(value: Value) -> Option<f64> {
    match value {
        Value::Int(int) => Some(int as f64),
        Value::Float(float) => Some(float),
        _ => None,
    }
}

fn pow(_: &mut Vm, args: &[Value]) -> Result<Value> {
    let [x, y, z] = take(args)?;
    if let Some(z) = given(z) {
        let (Value::Int(x), Value::Int(y), Value::Int(z)) = (x, y, z) else {
            return Err(bad(
                "`pow` takes a modulus only if all arguments are integers",
            ));
        };
        return pow_mod(x, y, z);
    }
    if let (Value::Int(x), Value::Int(y)) = (x, y)
        && y >= 0
    {
        return Ok(Value::Int(saturating_pow(x, y)));
    }
    match (number(x), number(y)) {
        (Some(x), Some(y)) => Ok(Value::Float(x.powf(y))),
        _ => Ok(Value::Undefined),
    }
}

/// Exact as long as the result fits 64 bits. Existing programs may see the limits of the range beyond.
fn saturating_pow(x: i64, y: i64) -> i64 {
    match (x, u32::try_from(y)) {
        (_, Ok(y)) => x.saturating_pow(y),
        (0 | 1, Err(_)) => x,
        (-1, Err(_)) if y % 2 == 0 => 1,
        (-1, Err(_)) => -1,
        (_, Err(_)) if x < 0 && y % 2 != 0 => i64::MIN,
        _ => i64::MAX,
    }
}

fn pow_mod(x: i64, mut y: i64, z: i64) -> Result<Value> {
    if z == 0 {
        return Err(RunError::new(
            error::DIVISION_BY_ZERO,
            "the modulus of `pow` cannot be zero",
        ));
    }
    if y < 0 {
        return Err(bad(
            "the exponent of `pow` cannot be negative if there is a modulus",
        ));
    }
    let modulus = i128::from(z);
    let mut base = i128::from(x) % modulus;
    let mut result = 1 % modulus;
    while y > 0 {
        if y & 1 == 1 {
            result = result * base % modulus;
        }
        base = base * base % modulus;
        y >>= 1;
    }
    // The magnitude is less than that of `z`.
    Ok(Value::Int(result as i64))
}

fn round(_: &mut Vm, args: &[Value]) -> Result<Value> {
    let [value, digits] = take(args)?;
    let Value::Int(digits) = digits else {
        return Ok(match value {
            Value::Int(int) => Value::Int(int),
            // The cast saturates.
            Value::Float(float) => Value::Int(float.round() as i64),
            _ => Value::Undefined,
        });
    };
    Ok(match value {
        Value::Int(int) => Value::Float(int as f64),
        Value::Float(float) => round_to(float, digits).map_or(Value::Undefined, Value::Float),
        _ => Value::Undefined,
    })
}

/// Rounds the number times ten to the power of `digits`, exact halves to even; nothing if that has no result.
fn round_to(x: f64, digits: i64) -> Option<f64> {
    if digits == 0 {
        return Some(x.round());
    }
    let exponent = digits.clamp(-400, 400) as i32;
    let scale = 10f64.powi(exponent.abs());
    let scaled = if exponent > 0 { x * scale } else { x / scale };
    if !scaled.is_finite() {
        return Some(x);
    }
    let mut rounded = scaled.round();
    if (scaled - rounded).abs() == 0.5 {
        rounded = 2.0 * (scaled / 2.0).round();
    }
    let result = if exponent > 0 {
        rounded / scale
    } else {
        rounded * scale
    };
    result.is_finite().then_some(result)
}
