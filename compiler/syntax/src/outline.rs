//! A file cut into top-level items from its tokens alone: kind, declared names and range of each. Nothing is parsed,
//! so a syntax error in one item never reaches its neighbours.

use crate::codes;
use crate::diagnostic::Diagnostic;
use crate::layout::{Layout, Mode, Spanned, layout};
use crate::lexer::lex;
use crate::span::Span;
use crate::token::Tok;

/// What an item is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ItemKind {
    /// The doc string of the file.
    Doc,
    /// `import a.b`
    Import,
    /// `schema A:`
    Schema,
    /// `mixin A:`
    Mixin,
    /// `protocol A:`
    Protocol,
    /// `rule A:`
    Rule,
    /// `type A = …`
    TypeAlias,
    /// `a = …`, `a: T = …`, `a.b = …`
    Assign,
    /// `a += …`
    AugAssign,
    /// `a: A {…}`
    Unification,
    /// `if …:`
    If,
    /// `assert …`
    Assert,
    /// An expression.
    Expr,
    /// Nothing of these.
    Error,
}

/// One top-level item.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct OutlineItem {
    /// What it is.
    pub kind: ItemKind,
    /// Where the names it declares or sets stand in the file (without `$`): also those set in the branches of an
    /// `if`, and the first name of a target such as `a.b`.
    pub names: Vec<Span>,
    /// Its place in the file: from its first token up to the next item or the end.
    pub range: Span,
}

/// A file's items.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Outline {
    /// Items in order.
    pub items: Vec<OutlineItem>,
    /// Mistakes that belong to no item; spans are positions in the file.
    pub diagnostics: Vec<Diagnostic>,
}

/// Cuts a file.
#[must_use]
pub fn outline(text: &str) -> Outline {
    let lexed = lex(text);
    let laid_out = layout(text, &lexed, Mode::Statements);
    let mut items = Vec::with_capacity(laid_out.items.len());
    for (index, start) in laid_out.items.iter().enumerate() {
        let next = laid_out.items.get(index + 1);
        let end_token = next.map_or(laid_out.tokens.len(), |next| next.token as usize);
        let end = next.map_or(text.len() as u32, |next| next.offset);
        let tokens = &laid_out.tokens[start.token as usize..end_token];
        let mut reader = Reader {
            text,
            tokens,
            names: Vec::new(),
        };
        let kind = reader.kind(index == 0);
        items.push(OutlineItem {
            kind,
            names: reader.names,
            range: Span::new(start.offset, end),
        });
    }
    let mut diagnostics = loose_diagnostics(&laid_out);
    diagnostics.extend(
        items
            .first()
            .and_then(|item| indented_start(text, item.range.start)),
    );
    Outline { items, diagnostics }
}

/// The first line of a file may be indented, a later first statement may not.
pub(crate) fn indented_start(text: &str, start: u32) -> Option<Diagnostic> {
    let before = &text[..start as usize];
    let line = before.rfind('\n')? as u32 + 1;
    (line < start).then(|| {
        Diagnostic::error(
            codes::UNEXPECTED_INDENT,
            Span::new(line, start),
            "this line is indented, but no block starts here",
        )
        .help("remove the blanks at its start")
        .fix(
            "remove the blanks",
            vec![(Span::new(line, start), String::new())],
        )
    })
}

/// Mistakes before the first item: every other one is found again when its item is parsed.
fn loose_diagnostics(laid_out: &Layout) -> Vec<Diagnostic> {
    let first = laid_out.items.first().map_or(u32::MAX, |item| item.offset);
    laid_out
        .diagnostics
        .iter()
        .filter(|d| d.primary.span.start < first)
        .cloned()
        .collect()
}

struct Reader<'a> {
    text: &'a str,
    tokens: &'a [Spanned],
    names: Vec<Span>,
}

impl Reader<'_> {
    fn tok(&self, index: usize) -> Option<Tok> {
        self.tokens.get(index).map(|token| token.1)
    }

    fn note(&mut self, index: usize) {
        if let Some(&(start, Tok::Name, end)) = self.tokens.get(index) {
            let dollar = self.text.as_bytes().get(start as usize) == Some(&b'$');
            self.names.push(Span::new(start + u32::from(dollar), end));
        }
    }

    fn kind(&mut self, first: bool) -> ItemKind {
        let mut at = 0;
        while self.tok(at) == Some(Tok::At) {
            while self.tok(at).is_some_and(|kind| kind != Tok::Newline) {
                at += 1;
            }
            at += 1;
        }
        let Some(kind) = self.tok(at) else {
            return ItemKind::Error;
        };
        match kind {
            Tok::Import => {
                let end = (at..self.tokens.len()).find(|i| self.tok(*i) == Some(Tok::Newline));
                self.note(end.unwrap_or(self.tokens.len()).saturating_sub(1));
                ItemKind::Import
            }
            Tok::Schema | Tok::Mixin | Tok::Protocol | Tok::Rule | Tok::Type => {
                self.note(at + 1);
                match kind {
                    Tok::Schema => ItemKind::Schema,
                    Tok::Mixin => ItemKind::Mixin,
                    Tok::Protocol => ItemKind::Protocol,
                    Tok::Rule => ItemKind::Rule,
                    _ => ItemKind::TypeAlias,
                }
            }
            Tok::Assert => ItemKind::Assert,
            Tok::If => {
                self.branch_names(at);
                ItemKind::If
            }
            Tok::Str if first && self.is_doc(at) => ItemKind::Doc,
            Tok::Elif
            | Tok::Else
            | Tok::Check
            | Tok::Comma
            | Tok::RParen
            | Tok::RBracket
            | Tok::RBrace => ItemKind::Error,
            _ => self.simple(at).0,
        }
    }

    /// The doc string of a file is the first thing in it, even before comments and empty lines.
    fn is_doc(&self, at: usize) -> bool {
        let Some(&(start, _, end)) = self.tokens.get(at) else {
            return false;
        };
        if !matches!(&self.text[..start as usize], "" | "\u{feff}") {
            return false;
        }
        let text = self.text[start as usize..end as usize].trim_start_matches(['r', 'R']);
        (text.starts_with("\"\"\"") || text.starts_with("'''"))
            && matches!(self.tok(at + 1), Some(Tok::Newline) | None)
    }

    /// A statement without block: its kind, and where it ends. Its names are noted.
    fn simple(&mut self, start: usize) -> (ItemKind, usize) {
        let mut depth = 0usize;
        let mut kind = ItemKind::Expr;
        let mut target = start;
        let mut colon = None;
        let mut at = start;
        while let Some(tok) = self.tok(at) {
            match tok {
                Tok::Newline if depth == 0 => break,
                _ if is_opener(tok) => depth += 1,
                _ if tok.is_closer() => depth = depth.saturating_sub(1),
                _ if depth > 0 => {}
                Tok::Eq => {
                    if kind != ItemKind::Assign || colon.is_none() {
                        self.note(target);
                    }
                    kind = ItemKind::Assign;
                    target = at + 1;
                }
                Tok::Colon if kind == ItemKind::Expr && colon.is_none() => colon = Some(at),
                Tok::Lambda | Tok::All | Tok::Any | Tok::Filter | Tok::Map if colon.is_none() => {
                    // `:` and `=` of parameters are nobody's target.
                    while self
                        .tok(at)
                        .is_some_and(|kind| !is_opener(kind) && kind != Tok::Newline)
                    {
                        at += 1;
                    }
                    continue;
                }
                _ if tok.is_aug_assign() && kind == ItemKind::Expr => {
                    self.note(target);
                    kind = ItemKind::AugAssign;
                }
                _ => {}
            }
            at += 1;
        }
        if let Some(colon) = colon
            && kind == ItemKind::Expr
        {
            self.note(start);
            let instance = self.tokens[colon..at]
                .iter()
                .any(|token| token.1 == Tok::InstBrace);
            kind = if instance {
                ItemKind::Unification
            } else {
                ItemKind::Assign
            };
        }
        (kind, at)
    }

    /// Names set by the statements of an `if` and its branches.
    fn branch_names(&mut self, start: usize) {
        let mut at = start;
        let mut depth = 0usize;
        while let Some(tok) = self.tok(at) {
            let starts_statement =
                depth == 0 && matches!(tok, Tok::Indent | Tok::Newline | Tok::Dedent);
            if is_opener(tok) {
                depth += 1;
            } else if tok.is_closer() {
                depth = depth.saturating_sub(1);
            }
            at += 1;
            if starts_statement
                && self.tok(at).is_some_and(|next| {
                    !matches!(
                        next,
                        Tok::Indent | Tok::Dedent | Tok::Newline | Tok::If | Tok::Elif | Tok::Else
                    )
                })
            {
                at = self.simple(at).1;
            }
        }
    }
}

fn is_opener(kind: Tok) -> bool {
    kind.is_opener()
        || matches!(
            kind,
            Tok::CallParen
                | Tok::IndexBracket
                | Tok::SigBracket
                | Tok::InstBrace
                | Tok::BodyBrace
                | Tok::QuantBrace
                | Tok::ParamBrace
        )
}
