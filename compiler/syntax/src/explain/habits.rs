//! Habits of other languages, recognised by the tokens at a syntax error: what is written here instead.

use crate::builder::Builder;
use crate::diagnostic::Diagnostic;
use crate::layout::Spanned;
use crate::span::Span;
use crate::token::Tok;

/// Words that begin statements with a block.
const HEADERS: [&str; 8] = [
    "schema", "mixin", "protocol", "rule", "check", "elif", "else", "if",
];

impl Builder<'_> {
    /// Says what to write, if the tokens are those of another language and nothing else has been suggested.
    pub(super) fn with_habit(
        &self,
        diagnostic: Diagnostic,
        previous: Spanned,
        found: Spanned,
        expects_colon: bool,
    ) -> Diagnostic {
        if diagnostic.help.is_some() || !diagnostic.fixes.is_empty() {
            return diagnostic;
        }
        let span = Span::new(found.0, found.2);
        let adjacent = previous.2 == found.0;
        let text = |token: Spanned| self.text.get(token.0 as usize..token.2 as usize);
        let help = match (previous.1, found.1) {
            (_, Tok::Eq) if expects_colon && self.is_condition(found) => {
                return diagnostic
                    .help("compare with `==`")
                    .fix("write `==`", vec![(span, "==".to_owned())]);
            }
            (Tok::Import, Tok::Str) => {
                let path = text(found).unwrap_or_default().trim_matches(['"', '\'']);
                let path = path.replace('/', ".");
                let title = format!("write the path without quotes: `{path}`");
                return diagnostic.help(&*title).fix(title, vec![(span, path)]);
            }
            (Tok::Colon, Tok::Eq) => {
                let colon = Span::new(previous.0, previous.2);
                return diagnostic
                    .help("leave out the `:`, or write a type between `:` and `=`")
                    .fix("leave out the `:`", vec![(colon, String::new())]);
            }
            (Tok::Plus, Tok::Newline) if self.ends_with(previous, "++") => {
                return self.counted(diagnostic, previous, "+= 1");
            }
            (Tok::Minus, Tok::Newline) if self.ends_with(previous, "--") => {
                return self.counted(diagnostic, previous, "-= 1");
            }
            (_, Tok::SlashSlash) if self.starts_line(found) => {
                return diagnostic
                    .help("a comment starts with `#`")
                    .fix("write `#`", vec![(span, "#".to_owned())]);
            }
            (Tok::Question, _) => "write `value if condition else other`",
            (Tok::Eq, Tok::Gt) if adjacent => "a function is written `lambda x { … }`",
            (Tok::Eq | Tok::Colon, Tok::If) => "write `value if condition else other`",
            (Tok::Eq | Tok::Colon, Tok::For) => "write `[value for x in list]`",
            (_, Tok::Slash) if self.starts_line(found) => "a comment starts with `#`",
            _ if text(previous) == Some("in") && self.line_before(previous).ends_with("for") => {
                "name the variable of the loop: `for x in list`"
            }
            (Tok::Name, Tok::Question) if self.is_parameter(previous) => {
                "a parameter that may be left out has a default: `name: type = None`"
            }
            (Tok::LBrace, Tok::RBrace) if diagnostic.message.starts_with("expected a type") => {
                "the type of a dict names those of its keys and values: `{str:int}`"
            }
            (Tok::Number | Tok::Str, Tok::Comma) => "a list is written with brackets: `[1, 2]`",
            (_, Tok::Comma) if diagnostic.message.starts_with("expected `)`") => {
                "a list is written with brackets: `[1, 2]`"
            }
            _ => return diagnostic,
        };
        diagnostic.help(help)
    }

    /// `x++` or `x--`, of which a token is the end.
    fn counted(&self, diagnostic: Diagnostic, last: Spanned, better: &str) -> Diagnostic {
        let start = last.2 - 2;
        let before = self.text.get(..start as usize).unwrap_or_default();
        let blank = if before.ends_with(' ') { "" } else { " " };
        let title = format!("write `{better}`");
        let edit = (Span::new(start, last.2), format!("{blank}{better}"));
        diagnostic.help(&*title).fix(title, vec![edit])
    }

    /// Whether the text up to the end of a token ends like this.
    fn ends_with(&self, token: Spanned, end: &str) -> bool {
        self.text
            .get(..token.2 as usize)
            .is_some_and(|text| text.ends_with(end))
    }

    /// The text of a token's line before it, without blanks around.
    fn line_before(&self, token: Spanned) -> &str {
        let before = self.text.get(..token.0 as usize).unwrap_or_default();
        before.rsplit('\n').next().unwrap_or_default().trim()
    }

    fn starts_line(&self, token: Spanned) -> bool {
        self.line_before(token).is_empty()
    }

    /// Whether a condition stands before a token on its line.
    fn is_condition(&self, token: Spanned) -> bool {
        let mut words = self
            .line_before(token)
            .split(|c: char| !c.is_alphanumeric());
        words.any(|word| matches!(word, "if" | "elif"))
    }

    /// Whether a token is in the head of a schema.
    fn is_parameter(&self, token: Spanned) -> bool {
        let line = self.line_before(token);
        ["schema ", "mixin ", "rule "]
            .iter()
            .any(|head| line.starts_with(head))
    }
}

/// The keyword of a block that a word may be a slip of: `schema` for `shema`.
#[must_use]
pub fn near_header(word: &str) -> Option<&'static str> {
    HEADERS
        .into_iter()
        .find(|keyword| keyword.len() > 3 && one_edit_apart(word, keyword))
}

/// Whether one letter is missing, added, wrong or exchanged with its neighbour.
fn one_edit_apart(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    let start = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    let (a, b) = (&a[start..], &b[start..]);
    let exchanged =
        a.len() > 1 && a.len() == b.len() && (a[0], a[1]) == (b[1], b[0]) && a[2..] == b[2..];
    let wrong = !a.is_empty() && a.len() == b.len() && a[1..] == b[1..];
    let added = a.len() == b.len() + 1 && a[1..] == *b;
    let missing = b.len() == a.len() + 1 && b[1..] == *a;
    exchanged || wrong || added || missing
}

#[cfg(test)]
mod tests {
    use super::near_header;

    #[test]
    fn slips_are_recognised_and_other_words_are_not() {
        for slip in ["schem", "shema", "scheam", "schemaa", "sxhema"] {
            assert_eq!(near_header(slip), Some("schema"), "{slip}");
        }
        assert_eq!(near_header("mixn"), Some("mixin"));
        assert_eq!(near_header("els"), Some("else"));
        assert_eq!(near_header("schema"), None);
        assert_eq!(near_header("server"), None);
        assert_eq!(near_header("names"), None);
    }
}
