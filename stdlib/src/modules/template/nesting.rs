//! Nesting of a template's text. The parser recurses, so templates that are nested too deeply are refused before.

use kiln_runtime::error::Result;

use crate::args::bad;

/// Blocks in blocks and branches of `else if`, and brackets in one expression.
const DEEPEST: usize = 128;

/// Refuses a template that is nested too deeply. What stands in comments counts, too.
pub(super) fn check(source: &str) -> Result<()> {
    // branches of the blocks that are open
    let mut open: Vec<usize> = Vec::new();
    let mut depth = 0;
    let mut rest = source;
    while let Some(at) = rest.find("{{") {
        rest = &rest[at..];
        let line = || source[..source.len() - rest.len()].matches('\n').count() + 1;
        let tag = rest.trim_start_matches(['{', '~', ' ']);
        let end = tag.find("}}").unwrap_or(tag.len());
        let tag = &tag[..end];
        if tag.starts_with('#') {
            open.push(1);
            depth += 1;
        } else if tag.starts_with('/') {
            depth -= open.pop().unwrap_or(0);
        } else if let Some(last) = open.last_mut()
            && (tag.starts_with("else") || tag.starts_with('^'))
        {
            *last += 1;
            depth += 1;
        }
        if depth > DEEPEST {
            return Err(too_deep("blocks", line()));
        }
        if brackets(tag) > DEEPEST {
            return Err(too_deep("brackets", line()));
        }
        rest = &rest[2..];
    }
    Ok(())
}

/// How deep the brackets of an expression are nested.
fn brackets(tag: &str) -> usize {
    let mut depth: usize = 0;
    let mut deepest = 0;
    for byte in tag.bytes() {
        match byte {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    deepest
}

fn too_deep(what: &str, line: usize) -> kiln_runtime::error::RunError {
    bad(format!(
        "the {what} of the template are nested more than {DEEPEST} levels deep in line {line}"
    ))
}
