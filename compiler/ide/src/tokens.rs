//! What every token of a file is, for colours that know the program.

use kiln_analysis::Db;
use kiln_analysis::check::trace::{Meaning, Use, item_trace};
use kiln_analysis::outline::{File, outline};
use kiln_analysis::syntax::item_syntax;
use kiln_syntax::lexer::{TriviaKind, lex};
use kiln_syntax::outline::ItemKind;
use kiln_syntax::span::Span;
use kiln_syntax::token::Tok;

use crate::place::text_of;
use crate::symbol::{SymbolKind, definition_kind};

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the names say it")]
#[repr(u8)]
pub enum TokenKind {
    Namespace,
    Type,
    Class,
    Interface,
    Parameter,
    Variable,
    Property,
    Function,
    Method,
    Decorator,
    Keyword,
    Comment,
    String,
    Number,
    Operator,
}

/// The names of all kinds in the protocol, in order.
pub const KINDS: [&str; 15] = [
    "namespace",
    "type",
    "class",
    "interface",
    "parameter",
    "variable",
    "property",
    "function",
    "method",
    "decorator",
    "keyword",
    "comment",
    "string",
    "number",
    "operator",
];

/// The names of all modifiers in the protocol, by bit.
pub const MODIFIERS: [&str; 4] = ["declaration", "readonly", "defaultLibrary", "documentation"];

/// It is declared here.
pub const DECLARATION: u32 = 1;
/// It is set once.
pub const READONLY: u32 = 2;
/// It comes with the language.
pub const DEFAULT_LIBRARY: u32 = 4;
/// It is documentation.
pub const DOCUMENTATION: u32 = 8;

/// A token with its meaning. No token has a line end in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    /// Where.
    pub span: Span,
    /// What.
    pub kind: TokenKind,
    /// Bits of [`MODIFIERS`].
    pub modifiers: u32,
}

/// The tokens of a file in a range, in order, without overlaps.
#[must_use]
pub fn semantic_tokens<'db>(db: &'db dyn Db, file: File<'db>, range: Option<Span>) -> Vec<Token> {
    let text = text_of(db, file);
    let wanted = |span: Span| range.is_none_or(|r| span.start < r.end && r.start < span.end);
    // names by what they mean, then everything else by how it is written
    let mut names: Vec<Token> = Vec::new();
    let mut docs: Vec<Span> = Vec::new();
    for &item in &outline(db, file).items {
        let own = item.range(db);
        if !wanted(own) {
            continue;
        }
        let ast = &item_syntax(db, item).ast;
        let doc = ast.schemas.iter().filter_map(|schema| schema.doc);
        let doc = doc.chain(ast.rules.iter().filter_map(|rule| rule.doc));
        docs.extend(doc.map(|doc| ast.expr_span(doc).shifted(own.start)));
        if item.kind(db) == ItemKind::Doc {
            docs.push(own);
        }
        if item.kind(db) == ItemKind::Import {
            let import = ast.imports.first();
            let parts = import
                .into_iter()
                .flat_map(|i| i.path.iter().chain(&i.alias));
            names.extend(parts.map(|part| Token {
                span: part.0.shifted(own.start),
                kind: TokenKind::Namespace,
                modifiers: 0,
            }));
            continue;
        }
        let uses = item_trace(db, item).uses.iter();
        names.extend(uses.filter_map(|found| {
            let (kind, modifiers) = meaning_kind(db, found)?;
            Some(Token {
                span: found.span.shifted(own.start),
                kind,
                modifiers,
            })
        }));
    }
    names.sort_by_key(|token| (token.span.start, token.span.end));
    let mut tokens: Vec<Token> = Vec::new();
    let lexed = lex(text);
    let comments = lexed
        .trivia
        .iter()
        .filter(|it| it.kind == TriviaKind::Comment);
    let mut plain: Vec<(Span, TokenKind, u32)> = comments
        .map(|it| (it.span, TokenKind::Comment, 0))
        .collect();
    plain.extend(lexed.tokens.iter().filter_map(|token| {
        let span = Span::new(token.start, token.end);
        let kind = plain_kind(token.kind)?;
        let is_doc = kind == TokenKind::String
            && docs
                .iter()
                .any(|doc| doc.start <= span.end && span.start <= doc.end);
        let modifiers = if is_doc { DOCUMENTATION } else { 0 };
        Some((span, kind, modifiers))
    }));
    plain.sort_by_key(|(span, ..)| span.start);
    for (span, kind, modifiers) in plain {
        if !wanted(span) {
            continue;
        }
        // a string around names is cut at these
        let from = names.partition_point(|name| name.span.end <= span.start);
        let mut at = span.start;
        for name in &names[from..] {
            if name.span.start >= span.end {
                break;
            }
            if name.span.start < at {
                continue;
            }
            push_lines(
                text,
                Span::new(at, name.span.start),
                kind,
                modifiers,
                &mut tokens,
            );
            at = name.span.end;
        }
        push_lines(
            text,
            Span::new(at, span.end.max(at)),
            kind,
            modifiers,
            &mut tokens,
        );
    }
    let mut last_end = 0;
    for name in names {
        // names never overlap, unless a broken text made them
        if name.span.start >= last_end && wanted(name.span) && !name.span.is_empty() {
            last_end = name.span.end;
            tokens.push(name);
        }
    }
    tokens.sort_by_key(|token| token.span.start);
    tokens
}

/// The lines of a token.
fn push_lines(text: &str, span: Span, kind: TokenKind, modifiers: u32, tokens: &mut Vec<Token>) {
    let Some(part) = text.get(span.range()) else {
        return;
    };
    let mut start = span.start;
    for line in part.split_inclusive('\n') {
        let shown = line.trim_end_matches(['\n', '\r']);
        let blank = shown.len() - shown.trim_start().len();
        if !shown.trim().is_empty() {
            // the blanks at the start of a later line are no part of it
            let skip = if start == span.start { 0 } else { blank as u32 };
            tokens.push(Token {
                span: Span::new(start + skip, start + shown.len() as u32),
                kind,
                modifiers,
            });
        }
        start += line.len() as u32;
    }
}

fn plain_kind(kind: Tok) -> Option<TokenKind> {
    Some(match kind {
        Tok::Name => return None,
        Tok::Number => TokenKind::Number,
        Tok::Str | Tok::StrOpen => TokenKind::String,
        kind if kind.is_word() => TokenKind::Keyword,
        Tok::Plus
        | Tok::Minus
        | Tok::Star
        | Tok::Slash
        | Tok::Percent
        | Tok::StarStar
        | Tok::SlashSlash
        | Tok::Caret
        | Tok::Amp
        | Tok::Pipe
        | Tok::Shl
        | Tok::Shr
        | Tok::Tilde
        | Tok::EqEq
        | Tok::NotEq
        | Tok::Lt
        | Tok::Le
        | Tok::Gt
        | Tok::Ge
        | Tok::Arrow => TokenKind::Operator,
        _ => return None,
    })
}

fn meaning_kind<'db>(db: &'db dyn Db, found: &Use<'db>) -> Option<(TokenKind, u32)> {
    use kiln_analysis::check::trace::LocalKind;
    let declares = if found.declares { DECLARATION } else { 0 };
    Some(match found.meaning {
        Meaning::Local { kind, .. } => match kind {
            LocalKind::Loop | LocalKind::Param => (TokenKind::Parameter, declares),
            LocalKind::Local => (TokenKind::Variable, declares),
            LocalKind::Key | LocalKind::WeakKey => (TokenKind::Property, declares),
        },
        Meaning::Attribute(_) => (TokenKind::Property, 0),
        Meaning::Key => (TokenKind::Property, declares),
        Meaning::Definition { package, name } => {
            let names = kiln_analysis::package_names(db, package);
            let text = name.text(db);
            match definition_kind(names.get(text)?.kind) {
                SymbolKind::Schema | SymbolKind::Mixin | SymbolKind::Rule => {
                    (TokenKind::Class, declares)
                }
                SymbolKind::Protocol => (TokenKind::Interface, declares),
                SymbolKind::TypeAlias => (TokenKind::Type, declares),
                _ if matches!(found.ty, kiln_analysis::types::Ty::Function(_)) => {
                    (TokenKind::Function, declares)
                }
                _ if text.starts_with('_') => (TokenKind::Variable, declares),
                _ => (TokenKind::Variable, declares | READONLY),
            }
        }
        Meaning::Import(_) => (TokenKind::Namespace, 0),
        Meaning::Builtin(_) | Meaning::ModuleMember(..) => (TokenKind::Function, DEFAULT_LIBRARY),
        Meaning::StrMember(_) => (TokenKind::Method, DEFAULT_LIBRARY),
        Meaning::Param(..) => (TokenKind::Parameter, 0),
        Meaning::Decorator => (TokenKind::Decorator, 0),
    })
}
