//! Strings where the language wants a constant: literal types and quoted attribute names are written with double quotes.

use std::borrow::Cow;

/// The literal with double quotes, if that takes no more than turning the quotes; otherwise as it is.
pub(crate) fn double_quoted(literal: &str) -> Cow<'_, str> {
    let raw = literal.starts_with(['r', 'R']);
    let quoted = &literal[usize::from(raw)..];
    let body = ["\"\"\"", "'''", "\"", "'"].into_iter().find_map(|quote| {
        let rest = quoted.strip_prefix(quote)?;
        rest.strip_suffix(quote).map(|body| (quote, body))
    });
    let Some((quote, body)) = body else {
        return Cow::Borrowed(literal);
    };
    let simple = quote.len() == 1 && !raw;
    if literal.starts_with('"') && quote.len() == 1 {
        return Cow::Borrowed(literal);
    }
    // escapes mean something else, lines count, and a hole has quotes of its own
    if !simple && body.contains(['\\', '"', '\n', '\r']) || body.contains("${") {
        return Cow::Borrowed(literal);
    }
    if !simple && quote.len() == 3 && body.starts_with([' ', '\t']) {
        return Cow::Borrowed(literal);
    }
    let mut out = String::with_capacity(literal.len() + 2);
    out.push('"');
    let mut chars = body.chars();
    while let Some(c) = chars.next() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => match chars.next() {
                Some('\'') => out.push('\''),
                Some(other) => out.extend(['\\', other]),
                None => out.push('\\'),
            },
            other => out.push(other),
        }
    }
    out.push('"');
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::double_quoted;

    #[test]
    fn only_quotes_change() {
        for (before, after) in [
            ("'a'", r#""a""#),
            (r#""a""#, r#""a""#),
            ("''", r#""""#),
            (r#"'b"c'"#, r#""b\"c""#),
            (r"'it\'s'", r#""it's""#),
            (r"'\n'", r#""\n""#),
            (r"'\\'", r#""\\""#),
            ("r'x'", r#""x""#),
            (r"r'\d'", r"r'\d'"),
            ("'''x'''", r#""x""#),
            (r#"'${"x"}'"#, r#"'${"x"}'"#),
            (r#""""x""""#, r#""x""#),
        ] {
            assert_eq!(double_quoted(before), after, "{before}");
        }
    }
}
