//! Every diagnostic code there is, with what it is about.

/// A code as `kiln explain` lists it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CodeInfo {
    /// `E0201`
    pub number: u16,
    /// One line.
    pub summary: &'static str,
}

/// All codes in order.
#[must_use]
pub fn all() -> Vec<CodeInfo> {
    let compile = [
        kiln_syntax::codes::ALL,
        kiln_analysis::codes::ALL,
        kiln_analysis::check::codes::ALL,
    ];
    let mut all: Vec<CodeInfo> = compile
        .iter()
        .flat_map(|codes| {
            codes.iter().map(|c| CodeInfo {
                number: c.number,
                summary: c.summary,
            })
        })
        .chain(kiln_runtime::error::ALL.iter().map(|c| CodeInfo {
            number: c.number,
            summary: c.summary,
        }))
        .collect();
    all.sort_by_key(|c| c.number);
    all
}
