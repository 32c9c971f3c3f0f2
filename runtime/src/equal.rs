//! Equality (`==`) and ordering (`<`) of values.

use std::cmp::Ordering;

use crate::heap::Heap;
use crate::value::{Entry, Value};

/// Whether two values are equal: numbers by value, lists element by element, dicts by keys and values regardless of
/// order, instances also by schema. Values of different kinds are unequal; a bool equals only a bool.
#[must_use]
pub fn equal(heap: &Heap, a: Value, b: Value) -> bool {
    match (a.or_undefined(), b.or_undefined()) {
        (Value::Undefined, Value::Undefined) | (Value::None, Value::None) => true,
        (Value::Bool(a), Value::Bool(b)) => a == b,
        (Value::Int(a), Value::Int(b)) => a == b,
        (Value::Float(a), Value::Float(b)) => a == b,
        (Value::Int(a), Value::Float(b)) | (Value::Float(b), Value::Int(a)) => {
            compare_mixed(a, b) == Some(Ordering::Equal)
        }
        (Value::Str(a), Value::Str(b)) => a == b || heap.get_str(a) == heap.get_str(b),
        (Value::Unit(a), Value::Unit(b)) => {
            a == b || heap.get_unit(a).value == heap.get_unit(b).value
        }
        (Value::List(a), Value::List(b)) => {
            a.len == b.len && (a == b || equal_items(heap, heap.items(a), heap.items(b)))
        }
        (Value::Dict(x), Value::Dict(y)) => x == y || equal_entries(heap, a, b),
        (Value::Inst(x), Value::Inst(y)) => {
            // what schema they were made of does not matter
            x == y || equal_entries(heap, a, b)
        }
        // What functions do cannot be compared; a merge of two takes the later one.
        (Value::Func(_), Value::Func(_)) => true,
        (Value::Native(a), Value::Native(b)) => a == b,
        (Value::Type(a), Value::Type(b)) => a == b,
        (Value::Bound(a), Value::Bound(b)) => {
            let (x, y) = (heap.get_bound(a), heap.get_bound(b));
            a == b || (x.1 == y.1 && equal(heap, x.0, y.0))
        }
        _ => false,
    }
}

fn equal_items(heap: &Heap, a: &[Value], b: &[Value]) -> bool {
    deeper(|| a.iter().zip(b).all(|(&a, &b)| equal(heap, a, b)))
}

fn equal_entries(heap: &Heap, a: Value, b: Value) -> bool {
    let (Some(xs), Some(ys)) = (heap.entries_of(a), heap.entries_of(b)) else {
        return false;
    };
    let of = |i: usize, key| match ys.get(i) {
        // Dicts mostly have the same order.
        Some(entry) if entry.key == key => Some(entry.value),
        _ => value_of(heap, b, key),
    };
    let same = |(i, entry): (usize, &Entry)| {
        of(i, entry.key).is_some_and(|value| equal(heap, entry.value, value))
    };
    deeper(|| xs.len() == ys.len() && xs.iter().enumerate().all(same))
}

fn value_of(heap: &Heap, value: Value, key: crate::value::Sym) -> Option<Value> {
    match value {
        Value::Dict(dict) => heap.get(dict, key),
        Value::Inst(inst) => heap.get(heap.get_inst(inst).attrs, key),
        _ => None,
    }
}

/// Whether values of these kinds can be ordered at all. If they can and [`compare`] gives nothing, a NaN is among
/// them (or unlike elements of lists).
#[must_use]
pub const fn is_ordered(a: Value, b: Value) -> bool {
    matches!(
        (a, b),
        (
            Value::Bool(_) | Value::Int(_) | Value::Float(_),
            Value::Bool(_) | Value::Int(_) | Value::Float(_)
        ) | (Value::Str(_), Value::Str(_))
            | (Value::List(_), Value::List(_))
    )
}

/// Orders two values: numbers and bools with each other, strings by code point, lists by their first difference.
/// Nothing for other values, and if a NaN decides.
#[must_use]
pub fn compare(heap: &Heap, a: Value, b: Value) -> Option<Ordering> {
    match (as_number(a), as_number(b)) {
        (Value::Int(a), Value::Int(b)) => Some(a.cmp(&b)),
        (Value::Float(a), Value::Float(b)) => a.partial_cmp(&b),
        (Value::Int(a), Value::Float(b)) => compare_mixed(a, b),
        (Value::Float(a), Value::Int(b)) => compare_mixed(b, a).map(Ordering::reverse),
        (Value::Str(a), Value::Str(b)) => Some(heap.get_str(a).cmp(heap.get_str(b))),
        (Value::List(a), Value::List(b)) => {
            let (a, b) = (heap.items(a), heap.items(b));
            let differing = a.iter().zip(b).find(|&(&a, &b)| !equal(heap, a, b));
            match differing {
                Some((&a, &b)) => deeper(|| compare(heap, a, b)),
                None => Some(a.len().cmp(&b.len())),
            }
        }
        _ => None,
    }
}

const fn as_number(value: Value) -> Value {
    match value {
        Value::Bool(b) => Value::Int(b as i64),
        other => other,
    }
}

/// Orders an integer and a float exactly, without rounding the integer.
fn compare_mixed(a: i64, b: f64) -> Option<Ordering> {
    const LIMIT: f64 = 9_223_372_036_854_775_808.0;
    if b.is_nan() {
        return None;
    }
    if b >= LIMIT {
        return Some(Ordering::Less);
    }
    if b < -LIMIT {
        return Some(Ordering::Greater);
    }
    let whole = b.trunc();
    Some(
        a.cmp(&(whole as i64))
            .then_with(|| 0.0f64.partial_cmp(&(b - whole)).unwrap_or(Ordering::Equal)),
    )
}

fn deeper<R>(f: impl FnOnce() -> R) -> R {
    stacker::maybe_grow(32 << 10, 1 << 20, f)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::heap::DictBuilder;
    use crate::value::EntryOp;

    #[test]
    fn numbers() {
        let heap = Heap::new();
        let values = [
            Value::Float(f64::NEG_INFINITY),
            Value::Int(i64::MIN),
            Value::Float(-1.5),
            Value::Int(-1),
            Value::Float(-0.5),
            Value::Int(0),
            Value::Float(0.5),
            Value::Int(1),
            Value::Int(1 << 53),
            Value::Int((1 << 53) + 1),
            Value::Int(i64::MAX),
            Value::Float(9_223_372_036_854_775_808.0),
            Value::Float(f64::INFINITY),
        ];
        for (i, &a) in values.iter().enumerate() {
            for (j, &b) in values.iter().enumerate() {
                assert_eq!(compare(&heap, a, b), Some(i.cmp(&j)), "{a:?} {b:?}");
                assert_eq!(equal(&heap, a, b), i == j);
            }
        }
        let nan = Value::Float(f64::NAN);
        assert_eq!(compare(&heap, nan, Value::Int(1)), None);
        assert!(is_ordered(nan, Value::Int(1)));
        assert!(!equal(&heap, nan, nan));
        assert!(equal(&heap, Value::Int(1), Value::Float(1.0)));
        assert!(!equal(&heap, Value::Bool(true), Value::Int(1)));
        assert_eq!(
            compare(&heap, Value::Bool(true), Value::Int(2)),
            Some(Ordering::Less)
        );
    }

    #[test]
    fn containers() {
        let mut heap = Heap::new();
        let h = &mut heap;
        let (x, y) = (h.intern("x"), h.intern("y"));
        let mut builder = DictBuilder::default();
        let mut dict = |h: &mut Heap, keys: &[(crate::value::Sym, Value)]| {
            for &(key, value) in keys {
                builder.set(key, EntryOp::Union, value);
            }
            Value::Dict(builder.finish(h))
        };
        let one = Value::Int(1);
        let a = dict(h, &[(x, one), (y, Value::None)]);
        let b = dict(h, &[(y, Value::None), (x, Value::Float(1.0))]);
        let c = dict(h, &[(x, one)]);
        assert!(equal(h, a, b));
        assert!(!equal(h, a, c));
        assert!(!equal(h, Value::None, Value::Undefined));
        let (s, t) = (h.text("a"), h.text("b"));
        let long = Value::List(h.list(&[s, t]));
        let short = Value::List(h.list(&[s]));
        assert_eq!(compare(h, short, long), Some(Ordering::Less));
        assert_eq!(compare(h, t, s), Some(Ordering::Greater));
        assert_eq!(compare(h, t, one), None);
        assert!(!is_ordered(t, one));
        let k = h.unit(1, "Ki", 1024.0);
        let l = h.unit(1, "Ki", 1024.0);
        assert!(equal(h, k, l));
    }
}
