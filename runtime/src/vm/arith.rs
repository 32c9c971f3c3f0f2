//! Operators.

use super::merge::Mode;
use super::{Image, Vm};
use crate::bytecode::{BinOp, TextForm, UnOp};
use crate::equal::{compare, equal};
use crate::error::{self, Result, RunError};
use crate::value::Value;

impl Vm {
    /// Whether a value counts as true.
    #[must_use]
    #[inline]
    pub fn truthy(&self, value: Value) -> bool {
        match value {
            Value::Bool(b) => b,
            Value::Undefined | Value::None | Value::Hole | Value::Running => false,
            Value::Int(i) => i != 0,
            Value::Float(f) => f != 0.0,
            Value::Str(s) => s.len > 0,
            Value::List(l) => l.len > 0,
            Value::Dict(d) => !self.heap.entries(d).is_empty(),
            Value::Inst(i) => !self.heap.entries(self.heap.get_inst(i).attrs).is_empty(),
            Value::Unit(u) => self.heap.get_unit(u).raw != 0,
            Value::Func(_) | Value::Native(_) | Value::Bound(_) | Value::Type(_) => true,
        }
    }

    pub(crate) fn unary(&self, op: UnOp, a: Value) -> Result<Value> {
        Ok(match (op, a) {
            (UnOp::Not, a) => Value::Bool(!self.truthy(a)),
            (UnOp::Pos, Value::Int(_) | Value::Float(_)) => a,
            (UnOp::Neg, Value::Int(i)) => Value::Int(i.wrapping_neg()),
            (UnOp::Neg, Value::Float(f)) => Value::Float(0.0 - f),
            (UnOp::Invert, Value::Int(i)) => Value::Int(!i),
            _ => {
                let sign = match op {
                    UnOp::Neg => "-",
                    UnOp::Pos => "+",
                    UnOp::Invert => "~",
                    UnOp::Not => "not",
                };
                return Err(RunError::new(
                    error::BAD_OPERANDS,
                    format!("unary `{sign}` cannot work on `{}`", self.type_name(a)),
                ));
            }
        })
    }

    pub(crate) fn binary(&mut self, image: &Image, op: BinOp, a: Value, b: Value) -> Result<Value> {
        use Value::{Float, Int};
        let value = match (op, a, b) {
            (BinOp::Eq | BinOp::Is, a, b) => return Ok(Value::Bool(equal(&self.heap, a, b))),
            (BinOp::Ne | BinOp::IsNot, a, b) => return Ok(Value::Bool(!equal(&self.heap, a, b))),
            (BinOp::Lt | BinOp::Le | BinOp::Gt | BinOp::Ge, a, b) => return self.order(op, a, b),
            (BinOp::In, a, b) => return Ok(Value::Bool(self.contains(a, b)?)),
            (BinOp::NotIn, a, b) => return Ok(Value::Bool(!self.contains(a, b)?)),
            (BinOp::Union, a, b) => return self.union(image, a, b, Mode::Operator),

            (BinOp::Add, Int(x), Int(y)) => self.int(x.checked_add(y), op, x, y)?,
            (BinOp::Sub, Int(x), Int(y)) => self.int(x.checked_sub(y), op, x, y)?,
            (BinOp::Mul, Int(x), Int(y)) => self.int(x.checked_mul(y), op, x, y)?,
            (BinOp::Pow, Int(x), Int(y)) => {
                let power = u32::try_from(y).ok().and_then(|y| x.checked_pow(y));
                if y < 0 && matches!(x, 1 | -1) {
                    return Ok(Value::Int(if x == 1 || y % 2 == 0 { 1 } else { -1 }));
                }
                if y < 0 {
                    return Err(
                        overflow("**", x, y).help("use a float base for a negative exponent")
                    );
                }
                self.int(power, op, x, y)?
            }
            (BinOp::Shl | BinOp::Shr, Int(x), Int(y)) => {
                let shift = u32::try_from(y).ok().filter(|s| *s < 64);
                match (op, shift) {
                    (BinOp::Shl, Some(s)) => Int(x.wrapping_shl(s)),
                    (_, Some(s)) => Int(x >> s),
                    (BinOp::Shl, None) => return Err(overflow("<<", x, y)),
                    (_, None) => return Err(overflow(">>", x, y)),
                }
            }
            (BinOp::BitAnd, Int(x), Int(y)) => Int(x & y),
            (BinOp::BitXor, Int(x), Int(y)) => Int(x ^ y),
            (BinOp::FloorDiv, Int(x), Int(y)) => {
                if y == 0 {
                    return Err(RunError::new(error::DIVISION_BY_ZERO, "division by zero"));
                }
                let quotient = x.checked_div(y);
                let floored = quotient.map(|q| {
                    if x % y != 0 && (x < 0) != (y < 0) {
                        q - 1
                    } else {
                        q
                    }
                });
                self.int(floored, op, x, y)?
            }
            (BinOp::Mod, Int(x), Int(y)) => {
                if y == 0 {
                    return Err(RunError::new(
                        error::DIVISION_BY_ZERO,
                        "remainder of a division by zero",
                    ));
                }
                let rest = x.wrapping_rem(y);
                Int(if rest != 0 && (rest < 0) != (y < 0) {
                    rest + y
                } else {
                    rest
                })
            }
            (BinOp::Div, Int(x), Int(y)) => Float(x as f64 / y as f64),

            (BinOp::Add, Value::Str(x), Value::Str(y)) => {
                self.reserve(x.len as usize + y.len as usize)?;
                let mut text = String::with_capacity((x.len + y.len) as usize);
                text.push_str(self.heap.get_str(x));
                text.push_str(self.heap.get_str(y));
                self.heap.text(&text)
            }
            (BinOp::Add, Value::List(x), Value::List(y)) => {
                if x.len == 0 {
                    return Ok(b);
                }
                if y.len == 0 {
                    return Ok(a);
                }
                self.reserve((x.len as usize + y.len as usize) * 16)?;
                let mut items = Vec::with_capacity((x.len + y.len) as usize);
                items.extend_from_slice(self.heap.items(x));
                items.extend_from_slice(self.heap.items(y));
                Value::List(self.heap.list(&items))
            }
            (BinOp::Mul, Value::Str(s), Int(n)) | (BinOp::Mul, Int(n), Value::Str(s)) => {
                let n = self.repetitions(n, s.len as usize)?;
                let text = self.heap.get_str(s).repeat(n);
                self.heap.text(&text)
            }
            (BinOp::Mul, Value::List(l), Int(n)) | (BinOp::Mul, Int(n), Value::List(l)) => {
                let n = self.repetitions(n, l.len as usize * 16)?;
                let items = self.heap.items(l).repeat(n);
                Value::List(self.heap.list(&items))
            }
            (_, Int(x), Float(y)) => self.float_op(op, x as f64, y, a, b)?,
            (_, Float(x), Int(y)) => self.float_op(op, x, y as f64, a, b)?,
            (_, Float(x), Float(y)) => self.float_op(op, x, y, a, b)?,
            _ => return Err(self.bad_operands(symbol(op), a, b)),
        };
        Ok(value)
    }

    fn int(&self, value: Option<i64>, op: BinOp, x: i64, y: i64) -> Result<Value> {
        let Some(value) = value else {
            return Err(overflow(symbol(op), x, y));
        };
        if self.limits.strict_range && !matches!(op, BinOp::FloorDiv) {
            let fits = |i: i64| i32::try_from(i).is_ok();
            if !fits(x) || !fits(y) || !fits(value) {
                return Err(RunError::new(
                    error::OVERFLOW,
                    format!(
                        "`{x} {} {y}` does not fit 32 bits, which the strict range check asks for",
                        symbol(op)
                    ),
                ));
            }
        }
        Ok(Value::Int(value))
    }

    fn float_op(&self, op: BinOp, x: f64, y: f64, a: Value, b: Value) -> Result<Value> {
        let value = match op {
            BinOp::Add => x + y,
            BinOp::Sub => x - y,
            BinOp::Mul => x * y,
            BinOp::Div => x / y,
            BinOp::FloorDiv => (x / y).floor(),
            BinOp::Mod => x % y,
            BinOp::Pow => x.powf(y),
            _ => return Err(self.bad_operands(symbol(op), a, b)),
        };
        if self.limits.strict_range
            && matches!(op, BinOp::Add | BinOp::Sub | BinOp::Mul | BinOp::Pow)
        {
            let wide = |f: f64| f.is_finite() && f.abs() > f64::from(f32::MAX);
            if wide(x) || wide(y) || wide(value) {
                return Err(RunError::new(
                    error::OVERFLOW,
                    format!(
                        "`{x} {} {y}` does not fit a 32-bit float, which the strict range check asks for",
                        symbol(op)
                    ),
                ));
            }
        }
        Ok(Value::Float(value))
    }

    fn repetitions(&mut self, n: i64, size: usize) -> Result<usize> {
        let n = usize::try_from(n).map_err(|_| {
            RunError::new(
                error::BAD_OPERANDS,
                format!("something cannot be repeated {n} times"),
            )
            .help("the count must be zero or more")
        })?;
        let bytes = n.saturating_mul(size.max(1));
        if bytes > u32::MAX as usize / 2 {
            self.reserve(usize::MAX)?;
        }
        self.reserve(bytes)?;
        Ok(n)
    }

    fn order(&self, op: BinOp, a: Value, b: Value) -> Result<Value> {
        use std::cmp::Ordering::{Equal, Greater, Less};
        if let (Some(x), Some(y)) = (number(a), number(b))
            && (x.is_nan() || y.is_nan())
        {
            return Ok(Value::Bool(false));
        }
        let Some(order) = compare(&self.heap, a, b) else {
            return Err(RunError::new(
                error::BAD_OPERANDS,
                format!(
                    "`{}` cannot compare `{}` with `{}`",
                    symbol(op),
                    self.type_name(a),
                    self.type_name(b)
                ),
            ));
        };
        Ok(Value::Bool(match op {
            BinOp::Lt => order == Less,
            BinOp::Le => matches!(order, Less | Equal),
            BinOp::Gt => order == Greater,
            _ => matches!(order, Greater | Equal),
        }))
    }

    fn contains(&self, item: Value, container: Value) -> Result<bool> {
        Ok(match (item, container) {
            (item, Value::List(list)) => self
                .heap
                .items(list)
                .iter()
                .any(|&x| equal(&self.heap, x, item)),
            (Value::Str(part), Value::Str(text)) => {
                self.heap.get_str(text).contains(self.heap.get_str(part))
            }
            (_, Value::Str(_)) => false,
            (Value::Str(key), Value::Dict(_) | Value::Inst(_)) => {
                let Some(sym) = self.heap.lookup(self.heap.get_str(key)) else {
                    return Ok(false);
                };
                match container {
                    Value::Dict(dict) => self.heap.position(dict, sym).is_some(),
                    Value::Inst(inst) => {
                        let attrs = self.heap.get_inst(inst).attrs;
                        self.heap.position(attrs, sym).is_some()
                    }
                    _ => false,
                }
            }
            (_, Value::Dict(_) | Value::Inst(_)) => false,
            (_, other) => {
                return Err(RunError::new(
                    error::NOT_ITERABLE,
                    format!(
                        "`in` needs a list, string, dict or instance on its right, found `{}`",
                        self.type_name(other)
                    ),
                ));
            }
        })
    }

    #[cold]
    pub(crate) fn bad_operands(&self, op: &str, a: Value, b: Value) -> RunError {
        let (x, y) = (self.type_name(a), self.type_name(b));
        let error = RunError::new(
            error::BAD_OPERANDS,
            format!("`{op}` cannot work on `{x}` and `{y}`"),
        );
        if a.is_undefined() || b.is_undefined() {
            return error.note("`Undefined` is the value of something absent: a missing key, or an attribute without a value");
        }
        if op == "+" && (matches!(a, Value::Str(_)) || matches!(b, Value::Str(_))) {
            return error.help("convert with `str(…)`, or write `\"${…}\"`");
        }
        error
    }

    /// Text of `n` values joined.
    pub(crate) fn concat(&mut self, start: usize, n: usize) -> Result<Value> {
        let mut text = std::mem::take(&mut self.scratch);
        text.clear();
        for &value in &self.stack[start..start + n] {
            self.push_text(&mut text, value)?;
        }
        let value = self.heap.text(&text);
        self.scratch = text;
        Ok(value)
    }

    /// A value as text.
    pub(crate) fn text_of(&mut self, form: TextForm, value: Value) -> Result<Value> {
        let mut text = String::new();
        let write = match form {
            TextForm::Str => crate::text::write_text,
            TextForm::Json => crate::text::write_hole_json,
            TextForm::Yaml => crate::text::write_hole_yaml,
        };
        write(&self.heap, &mut text, self.room(), value).map_err(|_| self.out_of_memory())?;
        Ok(self.heap.text(&text))
    }

    /// The text form of a value, for messages.
    #[must_use]
    pub fn display(&self, value: Value) -> String {
        crate::text::text_of(&self.heap, value)
    }

    /// A short form of a value, for messages.
    #[must_use]
    pub(crate) fn brief(&self, value: Value) -> String {
        match value {
            Value::Str(s) => format!("{:?}", self.heap.get_str(s)),
            Value::List(l) if l.len > 0 => "[...]".to_owned(),
            Value::Dict(_) | Value::Inst(_) => "{...}".to_owned(),
            other => self.display(other),
        }
    }
}

const fn number(value: Value) -> Option<f64> {
    match value {
        Value::Float(f) => Some(f),
        Value::Int(i) => Some(i as f64),
        _ => None,
    }
}

fn overflow(op: &str, x: i64, y: i64) -> RunError {
    RunError::new(
        error::OVERFLOW,
        format!("`{x} {op} {y}` does not fit a 64-bit integer"),
    )
}

const fn symbol(op: BinOp) -> &'static str {
    match op {
        BinOp::Add => "+",
        BinOp::Sub => "-",
        BinOp::Mul => "*",
        BinOp::Div => "/",
        BinOp::FloorDiv => "//",
        BinOp::Mod => "%",
        BinOp::Pow => "**",
        BinOp::Shl => "<<",
        BinOp::Shr => ">>",
        BinOp::BitAnd => "&",
        BinOp::BitXor => "^",
        BinOp::Union => "|",
        BinOp::Eq => "==",
        BinOp::Ne => "!=",
        BinOp::Lt => "<",
        BinOp::Le => "<=",
        BinOp::Gt => ">",
        BinOp::Ge => ">=",
        BinOp::In => "in",
        BinOp::NotIn => "not in",
        BinOp::Is => "is",
        BinOp::IsNot => "is not",
    }
}
