//! Every diagnostic code there is, with what it is about.

/// A function needs a permission that was not given.
pub const NOT_PERMITTED: u16 = kiln_runtime::error::NOT_PERMITTED.number;

/// The evaluation took too many steps, or its caller ended it.
pub const STEP_LIMIT: u16 = kiln_runtime::error::STEP_LIMIT.number;

/// A code as `kiln explain` lists it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CodeInfo {
    /// `E` or `W`
    pub letter: char,
    /// 201 of `E0201`
    pub number: u16,
    /// Name of a lint.
    pub name: Option<&'static str>,
    /// One line.
    pub summary: &'static str,
}

impl CodeInfo {
    /// `E0201`
    #[must_use]
    pub fn text(&self) -> String {
        format!("{}{:04}", self.letter, self.number)
    }
}

/// All codes in order.
#[must_use]
pub fn all() -> Vec<CodeInfo> {
    let compile = [
        kiln_syntax::codes::ALL,
        kiln_analysis::codes::ALL,
        kiln_analysis::check::codes::ALL,
        kiln_analysis::lint::codes::ALL,
    ];
    let mut all: Vec<CodeInfo> = compile
        .iter()
        .flat_map(|codes| {
            codes.iter().map(|c| CodeInfo {
                letter: c.letter(),
                number: c.number,
                name: kiln_analysis::lint::by_code(c.number).map(|lint| lint.name),
                summary: c.summary,
            })
        })
        .chain(kiln_runtime::error::ALL.iter().map(|c| CodeInfo {
            letter: 'E',
            number: c.number,
            name: None,
            summary: c.summary,
        }))
        .collect();
    all.sort_by_key(|c| c.number);
    all
}
