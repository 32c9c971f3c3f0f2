//! What a project may choose.

/// How lines are indented, and that is all there is to choose.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Style {
    /// One level of indentation.
    pub indent: Indent,
}

/// One level of indentation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Indent {
    /// So many blanks, at most [`Indent::MOST`] and at least one.
    Spaces(u8),
    /// One tab.
    Tab,
}

impl Default for Indent {
    fn default() -> Self {
        Self::Spaces(4)
    }
}

const BLANKS: &str = "                ";

impl Indent {
    /// Most blanks of one level.
    pub const MOST: u8 = BLANKS.len() as u8;
}

impl Style {
    pub(crate) fn unit(self) -> &'static str {
        match self.indent {
            Indent::Spaces(count) => &BLANKS[..count.clamp(1, Indent::MOST) as usize],
            Indent::Tab => "\t",
        }
    }
}
