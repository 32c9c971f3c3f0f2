//! Module `datetime`. Formats are those of `strftime`, as the crate `chrono` reads them.

use std::fmt::Write;
use std::sync::LazyLock;

use chrono::format::{Item, StrftimeItems};
use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, Offset, Utc};
use fancy_regex::Regex;
use kiln_runtime::effects::Effect;
use kiln_runtime::error::Result;
use kiln_runtime::native::NativeFn;
use kiln_runtime::value::Value;
use kiln_runtime::vm::Vm;

use super::ModuleDecl;
use crate::args::{bad, given, new_text, take, text};
use crate::signature::native;

pub(super) const MODULE: ModuleDecl = ModuleDecl {
    name: "datetime",
    doc: "Dates and times.",
    functions: FUNCTIONS,
    constants: &[],
};

const FUNCTIONS: &[NativeFn] = &[
    native!(
        "datetime.date",
        "datetime.date() -> str",
        "Returns the local date and time in the format `%Y-%m-%d %H:%M:%S`.",
        date
    )
    .touching(Effect::Time),
    native!(
        "datetime.is_iso8601",
        "datetime.is_iso8601(date: str) -> bool",
        "Tells whether a text is a date and time as for `is_rfc3339`, or a duration of ISO 8601 such as `P1DT12H`.",
        is_iso8601
    ).examples(&[(r#"datetime.is_iso8601("P3Y6M4DT12H30M5.5S")"#, "True"), (r#"datetime.is_iso8601("2024-08-26")"#, "False")]),
    native!(
        "datetime.is_rfc3339",
        "datetime.is_rfc3339(date: str) -> bool",
        "Tells whether a text is a date and time of RFC 3339. It needs an offset from UTC.",
        is_rfc3339
    ).examples(&[(r#"datetime.is_rfc3339("2024-08-26T12:30:00Z")"#, "True"), (r#"datetime.is_rfc3339("2024-08-26t12:30:00z")"#, "True")]),
    native!(
        "datetime.now",
        "datetime.now(format: str = \"%a %b %d %H:%M:%S %Y\") -> str",
        "Returns the local date and time in a format.",
        now
    )
    .touching(Effect::Time),
    native!(
        "datetime.ticks",
        "datetime.ticks() -> float",
        "Returns the whole seconds since the start of 1970 in UTC.",
        ticks
    )
    .touching(Effect::Time),
    native!(
        "datetime.today",
        "datetime.today() -> str",
        "Returns the local date and time in the format `%Y-%m-%d %H:%M:%S.%s`, which ends in the seconds since 1970.",
        today
    )
    .touching(Effect::Time),
    native!(
        "datetime.validate",
        "datetime.validate(date: str, format: str) -> bool",
        "Tells whether a text is a date with time, a date or a time in a format.",
        validate
    ).examples(&[(r#"datetime.validate("2024-08-26", "%Y-%m-%d")"#, "True"), (r#"datetime.validate("2024-13-26", "%Y-%m-%d")"#, "False")]),
];

/// The time, with the offset from UTC that it has here.
fn local_now(vm: &Vm) -> DateTime<FixedOffset> {
    let now = vm.world.host.now();
    let offset = FixedOffset::east_opt(vm.world.host.utc_offset(now));
    let utc = DateTime::<Utc>::from(now);
    utc.with_timezone(&offset.unwrap_or(Utc.fix()))
}

fn local_time(vm: &mut Vm, function: &str, format: &str) -> Result<Value> {
    let now = local_now(vm);
    let mut text = String::new();
    let items: Vec<Item<'_>> = StrftimeItems::new(format).collect();
    let known = !items.contains(&Item::Error);
    if known && write!(text, "{}", now.format_with_items(items.into_iter())).is_ok() {
        return new_text(vm, &text);
    }
    Err(
        bad(format!("`{function}` does not know the format {format:?}"))
            .help("use codes of `strftime`, such as `%Y-%m-%d %H:%M:%S`"),
    )
}

fn today(vm: &mut Vm, _: &[Value]) -> Result<Value> {
    local_time(vm, "datetime.today", "%Y-%m-%d %H:%M:%S.%s")
}

fn date(vm: &mut Vm, _: &[Value]) -> Result<Value> {
    local_time(vm, "datetime.date", "%Y-%m-%d %H:%M:%S")
}

fn now(vm: &mut Vm, args: &[Value]) -> Result<Value> {
    const NAME: &str = "datetime.now";
    let [format] = take(args)?;
    match given(format) {
        None => local_time(vm, NAME, "%a %b %d %H:%M:%S %Y"),
        Some(format) => {
            let format = text(vm, NAME, "format", format)?;
            let format = vm.heap.get_str(format).to_owned();
            vm.reserve(format.len().saturating_mul(LONGEST_CODE))?;
            local_time(vm, NAME, &format)
        }
    }
}

/// Bytes that a byte of a format takes while it is worked on.
const LONGEST_CODE: usize = 64;

fn ticks(vm: &mut Vm, _: &[Value]) -> Result<Value> {
    Ok(Value::Float(local_now(vm).timestamp() as f64))
}

fn validate(vm: &mut Vm, args: &[Value]) -> Result<Value> {
    let [date, format] = take(args)?;
    let date = text(vm, "datetime.validate", "date", date)?;
    let format = text(vm, "datetime.validate", "format", format)?;
    let (date, format) = (vm.heap.get_str(date), vm.heap.get_str(format));
    Ok(Value::Bool(
        NaiveDateTime::parse_from_str(date, format).is_ok()
            || NaiveDate::parse_from_str(date, format).is_ok()
            || NaiveTime::parse_from_str(date, format).is_ok(),
    ))
}

fn is_rfc3339(vm: &mut Vm, args: &[Value]) -> Result<Value> {
    let [date] = take(args)?;
    let date = text(vm, "datetime.is_rfc3339", "date", date)?;
    let date = vm.heap.get_str(date);
    Ok(Value::Bool(DateTime::parse_from_rfc3339(date).is_ok()))
}

/// Numbers with designators in this order; at least one, and at least one behind a `T`.
static DURATION: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let some = |designators: &str| -> String {
        designators
            .chars()
            .map(|c| format!(r"(?:\d+(?:\.\d+)?{c})?"))
            .collect()
    };
    let (days, times) = (some("YMWD"), some("HMS"));
    Regex::new(&format!(r"\AP(?=[\dT]){days}(?:T(?=\d){times})?\z")).ok()
});

fn is_iso8601(vm: &mut Vm, args: &[Value]) -> Result<Value> {
    let [date] = take(args)?;
    let date = text(vm, "datetime.is_iso8601", "date", date)?;
    let date = vm.heap.get_str(date);
    let is_duration =
        || matches!(&*DURATION, Some(duration) if duration.is_match(date).unwrap_or(false));
    Ok(Value::Bool(
        DateTime::parse_from_rfc3339(date).is_ok() || is_duration(),
    ))
}
