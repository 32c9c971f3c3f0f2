//! `str.format`: replacement fields. What stands behind the colon is read in [`super::spec`].

use kiln_runtime::error::{self, Result, RunError};
use kiln_runtime::native::NativeFn;
use kiln_runtime::value::{Sym, Value};
use kiln_runtime::vm::Vm;

use super::receiver;
use super::spec;
use crate::args::{bad, new_text, type_name};
use crate::signature::native;

pub(super) const FUNCTIONS: &[NativeFn] = &[native!(
    *"str.format",
    "format(*args, **kw) -> str",
    "Replaces the fields `{…}` of the text by arguments: `{}` by the next one, `{1}` by its number, `{name}` by its \
     keyword. `{0.a}` and `{0[a]}` take a part of the argument. A colon introduces how it is written: \
     `\"{:>8.2f}\".format(1.5)` is `\"    1.50\"`. `{{` and `}}` stand for braces.",
    format
).examples(&[(r#""{} {}".format(1, 2)"#, r#""1 2""#), (r#""{a:>5}|{0:.2f}".format(1.234, a="x")"#, r#""    x|1.23""#)])];

/// The arguments of a call.
struct Arguments<'a> {
    positional: &'a [Value],
    keywords: &'a [(Sym, Value)],
    /// How many fields took the next argument.
    automatic: usize,
}

fn format(vm: &mut Vm, args: &[Value], keywords: &[(Sym, Value)]) -> Result<Value> {
    let Some((&template, positional)) = args.split_first() else {
        return Err(RunError::new(
            error::INTERNAL,
            "`str.format` got no receiver",
        ));
    };
    let template = receiver(vm, "str.format", template)?;
    let template = vm.heap.get_str(template).to_owned();
    let mut arguments = Arguments {
        positional,
        keywords,
        automatic: 0,
    };
    let mut out = String::with_capacity(template.len());
    let mut rest = template.as_str();
    while let Some(at) = rest.find(['{', '}']) {
        out.push_str(&rest[..at]);
        let brace = &rest[at..];
        if brace.starts_with("{{") || brace.starts_with("}}") {
            out.push_str(&brace[..1]);
            rest = &brace[2..];
            continue;
        }
        let field = match (brace.strip_prefix('{'), brace.find('}')) {
            (Some(field), Some(end)) => &field[..end - 1],
            (Some(_), None) => return Err(unbalanced(&template, "{")),
            (None, _) => return Err(unbalanced(&template, "}")),
        };
        write_field(vm, &mut out, field, &mut arguments)?;
        rest = &brace[field.len() + 2..];
    }
    out.push_str(rest);
    new_text(vm, &out)
}

fn unbalanced(template: &str, brace: &str) -> RunError {
    bad(format!(
        "`{brace}` has no counterpart in the format {template:?}"
    ))
    .help(format!("write `{brace}{brace}` for the character itself"))
}

fn write_field(
    vm: &mut Vm,
    out: &mut String,
    field: &str,
    arguments: &mut Arguments<'_>,
) -> Result<()> {
    if field.contains('{') {
        return Err(bad(format!(
            "the format field `{{{field}}}` cannot hold another field"
        )));
    }
    let end = name_end(field);
    let (path, tail) = field.split_at(end);
    // A conversion such as `!r` changes nothing.
    let spec = tail.split_once(':').map_or("", |(_, spec)| spec);
    let value = lookup(vm, path, arguments)?;
    spec::write(&vm.heap, out, vm.room(), value, spec).map_err(|problem| {
        let what = match problem {
            spec::Problem::TooLong => return vm.out_of_memory(),
            spec::Problem::Invalid => "is not valid".to_owned(),
            spec::Problem::Unfit(what) => {
                format!("has {what}, which does not fit `{}`", type_name(vm, value))
            }
        };
        bad(format!("the format `{spec}` {what}"))
    })?;
    vm.reserve(out.len())
}

/// Where the name of a field ends: at a `:` or `!` that is not in brackets.
fn name_end(field: &str) -> usize {
    let mut inside = false;
    for (at, byte) in field.bytes().enumerate() {
        match byte {
            b'[' => inside = true,
            b']' => inside = false,
            b':' | b'!' if !inside => return at,
            _ => {}
        }
    }
    field.len()
}

/// The value of `0.a[b]`.
fn lookup(vm: &Vm, path: &str, arguments: &mut Arguments<'_>) -> Result<Value> {
    let end = path.find(['.', '[']).unwrap_or(path.len());
    let (name, mut rest) = path.split_at(end);
    let mut value = first(vm, name, arguments)?;
    while !rest.is_empty() {
        let key;
        if let Some(inner) = rest.strip_prefix('[') {
            let Some(end) = inner.find(']') else {
                return Err(bad(format!("the format field `{path}` lacks a `]`")));
            };
            (key, rest) = (&inner[..end], &inner[end + 1..]);
        } else if let Some(inner) = rest.strip_prefix('.') {
            let end = inner.find(['.', '[']).unwrap_or(inner.len());
            (key, rest) = inner.split_at(end);
        } else {
            return Err(bad(format!(
                "`.` or `[` is expected before `{rest}` in the format field `{path}`"
            )));
        }
        if key.is_empty() {
            return Err(bad(format!(
                "a name is missing in the format field `{path}`"
            )));
        }
        value = member(vm, path, value, key)?;
    }
    Ok(value)
}

fn first(vm: &Vm, name: &str, arguments: &mut Arguments<'_>) -> Result<Value> {
    let index = if name.is_empty() {
        arguments.automatic += 1;
        arguments.automatic - 1
    } else if name.bytes().all(|b| b.is_ascii_digit()) {
        if arguments.automatic > 0 {
            return Err(bad(format!(
                "the format field `{{{name}}}` has a number, but an earlier one has none"
            )));
        }
        name.parse().unwrap_or(usize::MAX)
    } else {
        let found = arguments
            .keywords
            .iter()
            .find(|(keyword, _)| vm.heap.name(*keyword) == name);
        return match found {
            Some(&(_, value)) => Ok(value),
            None => Err(bad(format!("`str.format` got no argument `{name}`"))),
        };
    };
    arguments.positional.get(index).copied().ok_or_else(|| {
        bad(format!(
            "the format needs argument {index}, but `str.format` got {} (counted from 0)",
            arguments.positional.len()
        ))
    })
}

fn member(vm: &Vm, path: &str, value: Value, key: &str) -> Result<Value> {
    let found = match value {
        Value::List(list) => key
            .parse::<usize>()
            .ok()
            .and_then(|at| vm.heap.items(list).get(at).copied()),
        _ => vm.heap.entries_of(value).and_then(|entries| {
            let key = vm.heap.lookup(key)?;
            entries.iter().find(|e| e.key == key).map(|e| e.value)
        }),
    };
    found.ok_or_else(|| {
        bad(format!(
            "the format field `{path}` finds no `{key}` in a value of type `{}`",
            type_name(vm, value)
        ))
    })
}
