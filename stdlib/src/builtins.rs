//! The functions that are in scope everywhere.

mod check;
mod convert;
mod number;
mod option;
mod print;
mod sequence;

use kiln_runtime::native::NativeFn;

pub(crate) const GROUPS: &[&[NativeFn]] = &[
    option::FUNCTIONS,
    print::FUNCTIONS,
    check::FUNCTIONS,
    number::FUNCTIONS,
    sequence::FUNCTIONS,
    convert::FUNCTIONS,
];
