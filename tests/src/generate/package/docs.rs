//! Documentation strings with their sections, as documentation tools expect them.

use std::fmt::Write;

use super::model::{Field, Ty};
use super::names;
use crate::generate::rng::Rng;

const VERBS: &[&str] = &[
    "describes",
    "selects",
    "limits",
    "configures",
    "identifies",
    "controls",
    "names",
    "overrides",
    "enables",
];

const ENDINGS: &[&str] = &[
    "It cannot be changed after the resource was created",
    "More info: https://example.com/docs/concepts/overview",
    "If it is not given, the value of the parent is used",
    "Defaults to the value that the region's operator has chosen",
    "This is an alpha-level field and is only honored by servers that enable it",
    "Values beyond the limit of the account are rejected when the resource is admitted",
];

/// A sentence or two about something.
pub(super) fn sentence(rng: &mut Rng, subject: &str) -> String {
    let verb = rng.pick(VERBS);
    let (one, two, three) = (names::word(rng), names::word(rng), names::word(rng));
    let mut text = format!("{subject} {verb} the {one} of the {two} that belongs to this {three}.");
    if rng.chance(50) {
        let ending = rng.pick(ENDINGS);
        let _ = write!(text, " {ending}.");
    }
    text
}

/// The documentation string of a schema, indented.
pub(super) fn of_schema(
    rng: &mut Rng,
    name: &str,
    fields: &[(Field, String)],
    example: &str,
) -> String {
    let mut text = format!("    \"\"\"\n    {}\n", sentence(rng, name));
    for _ in 0..rng.below(3) {
        let _ = writeln!(text, "    {}", sentence(rng, "It"));
    }
    if !fields.is_empty() {
        text.push_str("\n    Attributes\n    ----------\n");
    }
    for (field, ty) in fields {
        let mut kind = if matches!(field.ty, Ty::Literals(_)) {
            "str".to_owned()
        } else {
            ty.clone()
        };
        if field.default {
            kind.push_str(", default is set");
        } else if field.optional {
            kind.push_str(", default is Undefined, optional");
        } else {
            kind.push_str(", required");
        }
        let about = sentence(rng, &field.name);
        let _ = writeln!(text, "    {} : {kind}\n        {about}", field.name);
    }
    if !example.is_empty() {
        text.push_str("\n    Examples\n    --------\n");
        for line in example.lines() {
            let _ = writeln!(text, "    {line}");
        }
    }
    text.push_str("    \"\"\"");
    text
}
