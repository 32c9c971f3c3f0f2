//! Module `math`.

use std::f64::consts::E;

use kiln_runtime::error::Result;
use kiln_runtime::native::NativeFn;
use kiln_runtime::value::Value;
use kiln_runtime::vm::Vm;

use super::ModuleDecl;
use crate::args::{bad, int, misfit, new_list, overflow, take};
use crate::signature::native;

pub(super) const MODULE: ModuleDecl = ModuleDecl {
    name: "math",
    doc: "Mathematical functions.",
    functions: FUNCTIONS,
    constants: &[],
};

const FUNCTIONS: &[NativeFn] = &[
    native!(
        "math.ceil",
        "math.ceil(x: int | float) -> int",
        "Returns the least integer that is not less than `x`.",
        ceil
    ).examples(&[("math.ceil(1.2)", "2"), ("math.ceil(-1.2)", "-1")]),
    native!(
        "math.exp",
        "math.exp(x: int | float) -> float",
        "Returns e to the power of `x`.",
        exp
    ).examples(&[("math.exp(0)", "1.0"), ("math.exp(1)", "2.718281828459045")]),
    native!(
        "math.expm1",
        "math.expm1(x: int | float) -> float",
        "Returns e to the power of `x`, minus 1.",
        expm1
    ).examples(&[("math.expm1(0)", "0.0")]),
    native!(
        "math.factorial",
        "math.factorial(x: int | float) -> int",
        "Returns the product of the numbers from 1 to `x`.",
        factorial
    ).examples(&[("math.factorial(0)", "1"), ("math.factorial(5)", "120")]),
    native!(
        "math.floor",
        "math.floor(x: int | float) -> int",
        "Returns the greatest integer that is not greater than `x`.",
        floor
    ).examples(&[("math.floor(1.8)", "1"), ("math.floor(-1.2)", "-2")]),
    native!(
        "math.gcd",
        "math.gcd(a: int, b: int) -> int",
        "Returns the greatest common divisor.",
        gcd
    ).examples(&[("math.gcd(12, 18)", "6"), ("math.gcd(-12, 18)", "6")]),
    native!(
        "math.isfinite",
        "math.isfinite(x: int | float) -> bool",
        "Tells whether a number is neither infinite nor NaN.",
        isfinite
    ).examples(&[("math.isfinite(1)", "True"), ("math.isfinite(1.5)", "True")]),
    native!(
        "math.isinf",
        "math.isinf(x: int | float) -> bool",
        "Tells whether a number is infinite.",
        isinf
    ).examples(&[("math.isinf(1)", "False"), ("math.isinf(1.5)", "False")]),
    native!(
        "math.isnan",
        "math.isnan(x: int | float) -> bool",
        "Tells whether a number is NaN.",
        isnan
    ).examples(&[("math.isnan(1)", "False"), ("math.isnan(1.5)", "False")]),
    native!(
        "math.log",
        "math.log(x: int | float, e: float = 2.718281828459045) -> float",
        "Returns the logarithm of `x` to the base `e`, which must be a float. If `x` is an integer, the result is \
         truncated to one: write `math.log(10.0)` for `2.302585092994046`.",
        log
    ).examples(&[("math.log(8.0, 2.0)", "3.0")]),
    native!(
        "math.log10",
        "math.log10(x: int | float) -> float",
        "Returns the logarithm of `x` to the base 10.",
        log10
    ).examples(&[("math.log10(1000)", "3.0"), ("math.log10(1000.0)", "3.0")]),
    native!(
        "math.log1p",
        "math.log1p(x: int | float) -> float",
        "Returns the natural logarithm of 1 + `x`.",
        log1p
    ).examples(&[("math.log1p(0.0)", "0.0")]),
    native!(
        "math.log2",
        "math.log2(x: int | float) -> float",
        "Returns the logarithm of `x` to the base 2, truncated to an integer if `x` is one.",
        log2
    ).examples(&[("math.log2(8.0)", "3.0"), ("math.log2(10.0)", "3.321928094887362")]),
    native!(
        "math.modf",
        "math.modf(x: int | float) -> [float]",
        "Returns the fraction and the whole part of `x`, both with its sign.",
        modf
    ).examples(&[("math.modf(1.5)", "[0.5, 1.0]"), ("math.modf(-1.5)", "[-0.5, -1.0]")]),
    native!(
        "math.pow",
        "math.pow(x: int | float, y: int | float) -> float",
        "Returns `x` to the power of `y`; an integer if both are integers and `y` is not negative.",
        pow
    ).examples(&[("math.pow(2, 3)", "8"), ("math.pow(2, -1)", "0.5")]),
    native!(
        "math.sqrt",
        "math.sqrt(x: int | float) -> float",
        "Returns the square root of `x`.",
        sqrt
    ).examples(&[("math.sqrt(4)", "2.0"), ("math.sqrt(2)", "1.4142135623730951")]),
];

/// An argument that must be a number, as a float.
fn number(vm: &Vm, function: &str, name: &str, value: Value) -> Result<f64> {
    match value {
        Value::Int(int) => Ok(int as f64),
        Value::Float(float) => Ok(float),
        other => Err(misfit(vm, function, "a number", name, other)),
    }
}

/// A function from one float to a value.
fn unary(vm: &Vm, args: &[Value], function: &str, f: impl FnOnce(f64) -> Value) -> Result<Value> {
    let [x] = take(args)?;
    Ok(f(number(vm, function, "x", x)?))
}

/// Rounds with `f`; integers stay what they are. The cast saturates.
fn whole(vm: &Vm, args: &[Value], function: &str, f: fn(f64) -> f64) -> Result<Value> {
    match take(args)? {
        [Value::Int(int)] => Ok(Value::Int(int)),
        _ => unary(vm, args, function, |x| Value::Int(f(x) as i64)),
    }
}

fn ceil(vm: &mut Vm, args: &[Value]) -> Result<Value> {
    whole(vm, args, "math.ceil", f64::ceil)
}

fn floor(vm: &mut Vm, args: &[Value]) -> Result<Value> {
    whole(vm, args, "math.floor", f64::floor)
}

fn exp(vm: &mut Vm, args: &[Value]) -> Result<Value> {
    unary(vm, args, "math.exp", |x| Value::Float(x.exp()))
}

fn expm1(vm: &mut Vm, args: &[Value]) -> Result<Value> {
    unary(vm, args, "math.expm1", |x| Value::Float(x.exp_m1()))
}

fn factorial(vm: &mut Vm, args: &[Value]) -> Result<Value> {
    let [x] = take(args)?;
    let wanted = "an integer that is not negative";
    let (n, float) = match x {
        Value::Int(int) => (int, false),
        Value::Float(float) if float.fract() == 0.0 => (float as i64, true),
        other => return Err(misfit(vm, "math.factorial", wanted, "x", other)),
    };
    if n < 0 {
        return Err(bad(format!("`math.factorial` needs {wanted}, not {n}")));
    }
    let product = (1..=n).take(21).try_fold(1i64, i64::checked_mul);
    match product {
        None => Err(overflow(format!(
            "the factorial of {n} does not fit 64 bits"
        ))),
        Some(product) if float => Ok(Value::Float(product as f64)),
        Some(product) => Ok(Value::Int(product)),
    }
}

fn gcd(vm: &mut Vm, args: &[Value]) -> Result<Value> {
    let [a, b] = take(args)?;
    let mut a = int(vm, "math.gcd", "a", a)?.unsigned_abs();
    let mut b = int(vm, "math.gcd", "b", b)?.unsigned_abs();
    while b != 0 {
        (a, b) = (b, a % b);
    }
    match i64::try_from(a) {
        Ok(gcd) => Ok(Value::Int(gcd)),
        Err(_) => Err(overflow(format!(
            "the greatest common divisor {a} does not fit 64 bits"
        ))),
    }
}

fn isfinite(vm: &mut Vm, args: &[Value]) -> Result<Value> {
    unary(vm, args, "math.isfinite", |x| Value::Bool(x.is_finite()))
}

fn isinf(vm: &mut Vm, args: &[Value]) -> Result<Value> {
    unary(vm, args, "math.isinf", |x| Value::Bool(x.is_infinite()))
}

fn isnan(vm: &mut Vm, args: &[Value]) -> Result<Value> {
    unary(vm, args, "math.isnan", |x| Value::Bool(x.is_nan()))
}

fn log(vm: &mut Vm, args: &[Value]) -> Result<Value> {
    let [x, base] = take(args)?;
    let value = number(vm, "math.log", "x", x)?;
    let base = match base {
        Value::Float(base) => base,
        // A base that is an integer has never had an effect.
        _ => E,
    };
    let result = if base == E {
        value.ln()
    } else if base == 2.0 {
        value.log2()
    } else if base == 10.0 {
        value.log10()
    } else {
        value.ln() / base.ln()
    };
    Ok(like(x, result))
}

/// The logarithm of an integer has always been an integer: programs get the truncated one, saturated if need be.
fn like(x: Value, logarithm: f64) -> Value {
    match x {
        Value::Int(_) => Value::Int(logarithm as i64),
        _ => Value::Float(logarithm),
    }
}

fn log10(vm: &mut Vm, args: &[Value]) -> Result<Value> {
    unary(vm, args, "math.log10", |x| Value::Float(x.log10()))
}

fn log1p(vm: &mut Vm, args: &[Value]) -> Result<Value> {
    unary(vm, args, "math.log1p", |x| Value::Float(x.ln_1p()))
}

fn log2(vm: &mut Vm, args: &[Value]) -> Result<Value> {
    let [x] = take(args)?;
    Ok(like(x, number(vm, "math.log2", "x", x)?.log2()))
}

fn modf(vm: &mut Vm, args: &[Value]) -> Result<Value> {
    let [x] = take(args)?;
    let x = number(vm, "math.modf", "x", x)?;
    let fraction = if x.is_infinite() {
        0f64.copysign(x)
    } else {
        x.fract()
    };
    new_list(vm, &[Value::Float(fraction), Value::Float(x.trunc())])
}

fn pow(vm: &mut Vm, args: &[Value]) -> Result<Value> {
    let [x, y] = take(args)?;
    if let (Value::Int(x), Value::Int(y)) = (x, y)
        && y >= 0
    {
        let power = match (x, u32::try_from(y)) {
            (_, Ok(y)) => x.checked_pow(y),
            (0 | 1, Err(_)) => Some(x),
            (-1, Err(_)) => Some(if y % 2 == 0 { 1 } else { -1 }),
            _ => None,
        };
        return match power {
            Some(power) => Ok(Value::Int(power)),
            None => Err(overflow(format!(
                "{x} to the power of {y} does not fit 64 bits"
            ))),
        };
    }
    let x = number(vm, "math.pow", "x", x)?;
    let y = number(vm, "math.pow", "y", y)?;
    Ok(Value::Float(x.powf(y)))
}

fn sqrt(vm: &mut Vm, args: &[Value]) -> Result<Value> {
    unary(vm, args, "math.sqrt", |x| Value::Float(x.sqrt()))
}
