//! The members of strings. Positions are byte offsets into the UTF-8 text.

mod case;
mod format;
mod join;
mod kind;
mod search;
mod spec;
mod split;
mod strip;

use kiln_runtime::native::NativeFn;

pub(crate) const GROUPS: &[&[NativeFn]] = &[
    case::FUNCTIONS,
    kind::FUNCTIONS,
    search::FUNCTIONS,
    split::FUNCTIONS,
    strip::FUNCTIONS,
    join::FUNCTIONS,
    format::FUNCTIONS,
];

use kiln_runtime::error::Result;
use kiln_runtime::value::{Str, Value};
use kiln_runtime::vm::Vm;

/// The receiver of a member.
fn receiver(vm: &Vm, name: &str, value: Value) -> Result<Str> {
    crate::args::text(vm, name, "self", value)
}
