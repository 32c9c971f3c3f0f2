//! Reads parameter names out of signature texts at compile time, so that a declaration states them once.

/// Declares a native function: name, signature as in the reference, documentation, implementation. A `*` in front
/// makes it variadic.
macro_rules! native {
    (*$name:expr, $signature:expr, $doc:expr, $imp:path) => {
        kiln_runtime::native::NativeFn {
            name: $name,
            signature: $signature,
            doc: $doc,
            examples: &[],
            params: &[],
            required: 0,
            effect: kiln_runtime::effects::Effect::Pure,
            imp: kiln_runtime::native::NativeImp::Variadic($imp),
        }
    };
    ($name:expr, $signature:expr, $doc:expr, $imp:path) => {{
        const COUNT: usize = $crate::signature::count($signature);
        const PARAMS: [&str; COUNT] = $crate::signature::names($signature);
        const REQUIRED: usize = $crate::signature::required($signature);
        kiln_runtime::native::NativeFn {
            name: $name,
            signature: $signature,
            doc: $doc,
            examples: &[],
            params: &PARAMS,
            required: REQUIRED,
            effect: kiln_runtime::effects::Effect::Pure,
            imp: kiln_runtime::native::NativeImp::Fixed($imp),
        }
    }};
}

pub(crate) use native;

/// Where a parameter of a signature is.
#[derive(Clone, Copy)]
struct Param {
    /// First byte of the name.
    start: usize,
    /// End of the name.
    end: usize,
    /// Whether it has a default.
    optional: bool,
    /// Where the next one may begin; at the closing parenthesis if there is none.
    next: usize,
}

/// The parameter that begins at or after `at`, which is behind `(` or `,`.
const fn param(bytes: &[u8], mut at: usize) -> Option<Param> {
    while bytes[at] == b' ' {
        at += 1;
    }
    if bytes[at] == b')' {
        return None;
    }
    let start = at;
    while bytes[at] == b'_' || bytes[at].is_ascii_alphanumeric() {
        at += 1;
    }
    let end = at;
    let mut optional = false;
    let mut depth = 0;
    let mut quoted = false;
    while depth > 0 || quoted || (bytes[at] != b',' && bytes[at] != b')') {
        match bytes[at] {
            b'"' => quoted = !quoted,
            b'(' | b'[' | b'{' if !quoted => depth += 1,
            b')' | b']' | b'}' if !quoted => depth -= 1,
            b'=' if !quoted && depth == 0 => optional = true,
            _ => {}
        }
        at += 1;
    }
    let next = if bytes[at] == b',' { at + 1 } else { at };
    Some(Param {
        start,
        end,
        optional,
        next,
    })
}

const fn open(bytes: &[u8]) -> usize {
    let mut at = 0;
    while bytes[at] != b'(' {
        at += 1;
    }
    at + 1
}

/// How many parameters a signature has.
pub(crate) const fn count(signature: &str) -> usize {
    let bytes = signature.as_bytes();
    let mut at = open(bytes);
    let mut found = 0;
    while let Some(param) = param(bytes, at) {
        found += 1;
        at = param.next;
    }
    found
}

/// How many of them must be given.
pub(crate) const fn required(signature: &str) -> usize {
    let bytes = signature.as_bytes();
    let mut at = open(bytes);
    let mut found = 0;
    while let Some(param) = param(bytes, at) {
        if !param.optional {
            found += 1;
        }
        at = param.next;
    }
    found
}

/// A parameter of a signature that is read at run time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Parameter {
    pub(crate) name: Box<str>,
    pub(crate) optional: bool,
}

/// The parameters of a signature that may be malformed.
pub(crate) fn parameters(signature: &str) -> Option<Vec<Parameter>> {
    let (mut depth, mut quoted, mut close) = (0i32, false, None);
    for (at, c) in signature.bytes().enumerate() {
        match c {
            b'"' => quoted = !quoted,
            b'(' | b'[' | b'{' if !quoted => depth += 1,
            b')' | b']' | b'}' if !quoted => {
                depth -= 1;
                if depth == 0 && close.is_none() {
                    close = Some(at);
                }
            }
            _ => {}
        }
        if depth < 0 {
            return None;
        }
    }
    let result = signature
        .get(close? + 1..)?
        .trim_start()
        .strip_prefix("->")?;
    if depth != 0 || quoted || result.trim().is_empty() {
        return None;
    }
    let bytes = signature.as_bytes();
    let mut at = open(bytes);
    let mut found = Vec::new();
    while let Some(param) = param(bytes, at) {
        found.push(Parameter {
            name: signature.get(param.start..param.end)?.into(),
            optional: param.optional,
        });
        at = param.next;
    }
    Some(found)
}

/// Their names.
pub(crate) const fn names<const N: usize>(signature: &'static str) -> [&'static str; N] {
    let mut names = [""; N];
    let bytes = signature.as_bytes();
    let mut at = open(bytes);
    let mut i = 0;
    while let Some(param) = param(bytes, at) {
        names[i] = signature.split_at(param.end).0.split_at(param.start).1;
        i += 1;
        at = param.next;
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters() {
        const NONE: &str = "upper() -> str";
        assert_eq!((count(NONE), required(NONE)), (0, 0));
        const REDUCE: &str =
            "reduce(reducer: (any, any) -> any, list: [any], initial: any = Undefined) -> any";
        assert_eq!((count(REDUCE), required(REDUCE)), (3, 2));
        assert_eq!(names::<3>(REDUCE), ["reducer", "list", "initial"]);
        const OPTION: &str =
            r#"option(key: str, type: str = ",)", default: {str:any} = {}) -> any"#;
        assert_eq!(names::<3>(OPTION), ["key", "type", "default"]);
        assert_eq!(required(OPTION), 1);
    }
}
