//! The program behind a prompt: files that were loaded, and what was entered. A definition that replaces another takes its
//! text away, so that the whole is one program as if it had been written that way.

use std::sync::Arc;

use kiln_syntax::lexer::lex_range;
use kiln_syntax::outline::{ItemKind, OutlineItem, outline};
use kiln_syntax::span::Span;
use kiln_syntax::token::Tok;

use super::VALUE;

/// What a statement does to the names that are there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// It defines a name anew: everything said about that name before is gone.
    New,
    /// It names a package.
    Import,
    /// It may stand beside earlier definitions of its names (`_a = …`, `a: A {…}`, `if`), if the language lets it.
    Beside,
    /// It changes what a name has (`a += …`, `a.b = …`).
    Change,
    /// It names nothing: it is answered, and forgotten.
    Question,
    /// It cannot be read.
    Broken,
}

/// A statement of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Statement {
    pub(super) role: Role,
    /// Whether it is an expression.
    pub(super) is_value: bool,
    pub(super) names: Vec<String>,
    /// From its first to its last token.
    pub(super) span: Span,
}

/// The statements of a text.
pub(super) fn statements(text: &str) -> Vec<Statement> {
    let items = outline(text).items.into_iter();
    items.map(|item| statement(text, &item)).collect()
}

fn statement(text: &str, item: &OutlineItem) -> Statement {
    let tokens = lex_range(text, item.range).tokens;
    let end = tokens
        .iter()
        .rev()
        .find(|token| token.kind != Tok::Newline)
        .map_or(item.range.end, |token| token.end);
    let names: Vec<String> = item
        .names
        .iter()
        .filter_map(|span| text.get(span.range()))
        .map(str::to_owned)
        .collect();
    let is_private = names.iter().all(|name| name.starts_with('_'));
    let part_only = item.names.first().is_some_and(|name| {
        let next = text.get(name.end as usize..).unwrap_or_default();
        next.trim_start_matches([' ', '\t']).starts_with(['.', '['])
    });
    let role = match item.kind {
        ItemKind::Import => Role::Import,
        ItemKind::Schema
        | ItemKind::Mixin
        | ItemKind::Protocol
        | ItemKind::Rule
        | ItemKind::TypeAlias => Role::New,
        ItemKind::AugAssign => Role::Change,
        ItemKind::Assign if part_only => Role::Change,
        ItemKind::Assign if is_private => Role::Beside,
        ItemKind::Assign => Role::New,
        ItemKind::If if names.is_empty() => Role::Question,
        ItemKind::Unification | ItemKind::If => Role::Beside,
        ItemKind::Doc | ItemKind::Expr | ItemKind::Assert => Role::Question,
        ItemKind::Error => Role::Broken,
    };
    Statement {
        role,
        is_value: matches!(item.kind, ItemKind::Doc | ItemKind::Expr),
        names,
        span: Span::new(item.range.start, end.max(item.range.start)),
    }
}

/// A text without some parts; its lines stay where they are.
pub(super) fn without(text: &str, spans: &[Span]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for span in spans {
        out.push_str(text.get(at..span.start as usize).unwrap_or_default());
        let part = text.get(span.range()).unwrap_or_default();
        out.extend(part.chars().filter(|c| *c == '\n'));
        at = span.end as usize;
    }
    out.push_str(text.get(at..).unwrap_or_default());
    out
}

/// A file that was loaded.
#[derive(Clone, Debug)]
pub(super) struct Loaded {
    pub(super) path: Arc<str>,
    pub(super) text: String,
}

/// Something that was entered.
#[derive(Clone, Debug)]
pub(super) struct Entered {
    pub(super) number: u32,
    /// Bytes before it that nobody entered: a line.
    pub(super) lead: String,
    pub(super) text: String,
}

impl Entered {
    /// A statement.
    pub(super) fn new(number: u32, text: &str) -> Self {
        Self {
            number,
            lead: String::new(),
            text: text.trim_end().to_owned(),
        }
    }

    /// An expression whose value is wanted, as the value of a name.
    pub(super) fn value(number: u32, text: &str) -> Self {
        Self {
            lead: format!("{VALUE} = \\\n"),
            ..Self::new(number, text)
        }
    }

    /// How it is called in messages.
    pub(super) fn name(&self) -> String {
        format!("input {}", self.number)
    }
}

/// The program.
#[derive(Clone, Debug, Default)]
pub(super) struct Program {
    /// Files and folders to load, as they were named.
    pub(super) inputs: Vec<String>,
    pub(super) files: Vec<Loaded>,
    pub(super) entered: Vec<Entered>,
}

impl Program {
    /// All that was entered as one text.
    pub(super) fn text(&self) -> String {
        let mut text = String::new();
        for entered in &self.entered {
            text.push_str(&entered.lead);
            text.push_str(&entered.text);
            text.push('\n');
        }
        text
    }

    /// What was entered at a place of the text, and where that begins.
    pub(super) fn at(&self, offset: usize) -> Option<(&Entered, usize)> {
        let mut start = 0;
        for entered in &self.entered {
            let own = start + entered.lead.len();
            start = own + entered.text.len() + 1;
            if offset < start {
                return Some((entered, own));
            }
        }
        self.entered
            .last()
            .map(|last| (last, start - last.text.len() - 1))
    }

    /// The same program with something more.
    pub(super) fn with(&self, entered: Entered) -> Self {
        let mut program = self.clone();
        program.entered.push(entered);
        program
    }

    /// Whether any name of these is defined.
    pub(super) fn defines(&self, names: &[String]) -> bool {
        let mut texts = self.texts();
        texts.any(|text| {
            let mut found = statements(text).into_iter();
            found.any(|it| it.role != Role::Import && it.names.iter().any(|n| names.contains(n)))
        })
    }

    /// Takes away what defines or changes a name; for an import, the import of that name. Gives the names that went with
    /// it.
    pub(super) fn forget(&mut self, names: &[String], imports: bool) -> Vec<String> {
        let mut files = std::mem::take(&mut self.files);
        let mut lost = Vec::new();
        for file in &mut files {
            forget_in(&mut file.text, names, imports, &mut lost);
        }
        self.files = files;
        lost.extend(self.forget_entered(names, imports));
        lost
    }

    /// The same in what was entered only.
    pub(super) fn forget_entered(&mut self, names: &[String], imports: bool) -> Vec<String> {
        let mut lost = Vec::new();
        for entered in &mut self.entered {
            forget_in(&mut entered.text, names, imports, &mut lost);
        }
        self.entered.retain(|it| !it.text.trim().is_empty());
        lost
    }

    /// The names that all texts define or import, in order, each once.
    pub(super) fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        for text in self.texts() {
            for name in statements(text).into_iter().flat_map(|it| it.names) {
                if !names.contains(&name) {
                    names.push(name);
                }
            }
        }
        names
    }

    fn texts(&self) -> impl Iterator<Item = &str> {
        let files = self.files.iter().map(|file| &*file.text);
        files.chain(self.entered.iter().map(|it| &*it.text))
    }
}

fn forget_in(text: &mut String, names: &[String], imports: bool, lost: &mut Vec<String>) {
    let mut gone = Vec::new();
    for it in statements(text) {
        let same_kind = (it.role == Role::Import) == imports;
        if same_kind && it.names.iter().any(|name| names.contains(name)) {
            gone.push(it.span);
            lost.extend(it.names.into_iter().filter(|name| !names.contains(name)));
        }
    }
    if !gone.is_empty() {
        *text = without(text, &gone);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn roles(text: &str) -> Vec<(Role, String)> {
        let all = statements(text).into_iter();
        all.map(|it| (it.role, it.names.join(" "))).collect()
    }

    #[test]
    fn statements_have_roles() {
        let text = "import a.b as c\nx = 1\n_x = 2\nx += 1\nx.y = 1\nx: A {}\nif x:\n    z = 1\nassert x\nf(x)\nschema A:\n    b: int\n";
        let expected = [
            (Role::Import, "c"),
            (Role::New, "x"),
            (Role::Beside, "_x"),
            (Role::Change, "x"),
            (Role::Change, "x"),
            (Role::Beside, "x"),
            (Role::Beside, "z"),
            (Role::Question, ""),
            (Role::Question, ""),
            (Role::New, "A"),
        ];
        assert_eq!(
            roles(text),
            expected.map(|(role, names)| (role, names.to_owned()))
        );
    }

    #[test]
    fn lines_stay_where_they_are() {
        let text = "a = 1\nb = [\n    2\n] # two\nc = 3\n";
        let spans: Vec<Span> = statements(text)[1..2].iter().map(|it| it.span).collect();
        assert_eq!(without(text, &spans), "a = 1\n\n\n # two\nc = 3\n");
    }

    #[test]
    fn forgetting_tells_what_goes_with_it() {
        let mut program = Program::default();
        program.entered.push(Entered::new(1, "a = b = 1\n"));
        program.entered.push(Entered::new(2, "a += 1"));
        program.entered.push(Entered::new(3, "import x.a"));
        assert_eq!(program.forget(&["a".to_owned()], false), ["b"]);
        assert_eq!(program.text(), "import x.a\n");
        assert!(program.forget(&["a".to_owned()], true).is_empty());
        assert_eq!(program.text(), "");
    }

    #[test]
    fn places_are_found_again() {
        let program = Program::default()
            .with(Entered::new(1, "a = 1"))
            .with(Entered::value(4, "a + b"));
        let text = program.text();
        let at = text.find('b').unwrap_or_default();
        let found = program
            .at(at)
            .map(|(it, start)| (it.number, &text[start..=at]));
        assert_eq!(found, Some((4, "a + b")));
        let end = program
            .at(text.len())
            .map(|(it, start)| (it.number, &text[start..]));
        assert_eq!(end, Some((4, "a + b\n")));
    }
}
