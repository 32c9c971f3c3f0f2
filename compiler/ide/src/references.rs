//! All uses of a name.

use std::sync::Arc;

use kiln_analysis::Db;
use kiln_analysis::check::trace::{Meaning, Use, item_trace};
use kiln_analysis::imports::{ImportTarget, import_target};
use kiln_analysis::names::package_names;
use kiln_analysis::outline::{File, Item, outline};
use kiln_analysis::syntax::item_syntax;
use kiln_syntax::lexer::lex;
use kiln_syntax::outline::ItemKind;
use kiln_syntax::span::Span;
use kiln_syntax::token::{Tok, Token};

use crate::index::occurrences;
use crate::place::{FileRange, file_range, text_of};
use crate::symbol::{Named, Symbol, SymbolKind, definition_sites, named_at, symbol};

/// What is looked for, apart from any package: it can be looked for on several threads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: SymbolKind,
    /// Its first declaration; nothing for what is built in.
    pub key: Option<FileRange>,
    /// The system module that it is a member of.
    module: Option<u8>,
}

impl Target {
    /// What a symbol is, to look for it.
    #[must_use]
    pub fn new<'db>(db: &'db dyn Db, symbol: &Symbol<'db>) -> Self {
        let module = match symbol.meaning {
            Meaning::ModuleMember(module, _) => Some(module),
            _ => None,
        };
        Self {
            name: symbol.name.text(db).to_owned(),
            kind: symbol.kind,
            key: symbol.key.clone(),
            module,
        }
    }

    /// Whether all its uses are in the file of its declaration.
    #[must_use]
    pub const fn is_local(&self) -> bool {
        matches!(
            self.kind,
            SymbolKind::Local
                | SymbolKind::LoopVariable
                | SymbolKind::Key
                | SymbolKind::Package
                | SymbolKind::SystemModule
        )
    }

    fn is<'db>(&self, db: &'db dyn Db, other: &Symbol<'db>) -> bool {
        if self.key.is_some() {
            return other.key == self.key;
        }
        *self == Self::new(db, other)
    }
}

/// A use of a name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Reference {
    /// Where.
    pub at: FileRange,
    /// Whether it is declared or set here.
    pub declares: bool,
}

/// What is looked for at an offset.
#[must_use]
pub fn target_at<'db>(
    db: &'db dyn Db,
    file: File<'db>,
    offset: u32,
) -> Option<(Named<'db>, Target)> {
    let named = named_at(db, file, offset)?;
    let target = Target::new(db, &named.symbol);
    Some((named, target))
}

/// The uses of a target in a file.
#[must_use]
pub fn uses_in_file<'db>(db: &'db dyn Db, file: File<'db>, target: &Target) -> Vec<Reference> {
    let text = text_of(db, file);
    let mut found = Vec::new();
    let mut offsets = occurrences(text, &target.name).peekable();
    if offsets.peek().is_none() {
        return found;
    }
    let items = &outline(db, file).items;
    let qualified = Qualified::new(text);
    for offset in offsets {
        if let Some(is_it) = qualified.is_member(db, file, target, offset) {
            let range = Span::new(offset, offset + target.name.len() as u32);
            found.extend(is_it.then(|| Reference {
                at: FileRange {
                    path: Arc::clone(file.path(db)),
                    range,
                },
                declares: false,
            }));
            continue;
        }
        let behind = items.partition_point(|item| item.range(db).start <= offset);
        let Some(&item) = items[..behind].last() else {
            continue;
        };
        let at = offset - item.range(db).start;
        let span = Span::new(at, at + target.name.len() as u32);
        let Some((declares, symbol)) = symbol_of_span(db, item, span) else {
            continue;
        };
        if target.is(db, &symbol) {
            found.push(Reference {
                at: file_range(db, item, span),
                declares,
            });
        }
    }
    found
}

/// `package.Name` where it is certain from the tokens around it that this is a member of an imported package. Schemas are
/// used by thousands of files in this way, and no types are needed to know what they mean.
struct Qualified<'a> {
    text: &'a str,
    tokens: Vec<Token>,
}

impl<'a> Qualified<'a> {
    fn new(text: &'a str) -> Self {
        Self {
            text,
            tokens: lex(text).tokens,
        }
    }

    /// Whether the name at an offset is the target; nothing if that takes a closer look.
    fn is_member<'db>(
        &self,
        db: &'db dyn Db,
        file: File<'db>,
        target: &Target,
        offset: u32,
    ) -> Option<bool> {
        let is_type = matches!(
            target.kind,
            SymbolKind::Schema | SymbolKind::Protocol | SymbolKind::TypeAlias
        );
        if !is_type {
            return None;
        }
        let index = self
            .tokens
            .binary_search_by_key(&offset, |token| token.start)
            .ok()?;
        let [before, module, dot, name] = self
            .tokens
            .get(index.checked_sub(3)?..=index)?
            .try_into()
            .ok()?;
        let next = self.tokens.get(index + 1).map(|token| token.kind);
        let is_path: bool =
            module.kind == Tok::Name && dot.kind == Tok::Dot && name.kind == Tok::Name;
        let starts = matches!(
            before.kind,
            Tok::Colon | Tok::Arrow | Tok::Pipe | Tok::Eq | Tok::LBracket | Tok::LParen | Tok::As
        );
        // what is followed by an operator of entries may be a key
        let is_key = matches!(next, Some(Tok::Eq | Tok::Colon | Tok::PlusEq | Tok::Dot))
            && matches!(before.kind, Tok::LBracket | Tok::LParen);
        if !is_path || !starts || is_key {
            return None;
        }
        let alias = self.text.get(module.start as usize..module.end as usize)?;
        // a name that is bound to something else here could be meant
        let only_module = self.tokens.windows(3).all(|three| {
            let text = |token: &Token| self.text.get(token.start as usize..token.end as usize);
            let bare = three[1].kind == Tok::Name && text(&three[1]) == Some(alias);
            !bare
                || three[2].kind == Tok::Dot && three[0].kind != Tok::Dot
                || matches!(three[0].kind, Tok::Dot | Tok::Import | Tok::As)
        });
        if !only_module {
            return None;
        }
        let ImportTarget::Package(package) = import_target(db, file, alias)? else {
            return Some(false);
        };
        let definition = package_names(db, package).get(&target.name)?;
        let first = definition.items.first()?;
        let site = definition_sites(db, *first, &target.name)
            .into_iter()
            .next()?;
        Some(target.key.as_ref() == Some(&site.range(db)))
    }
}

/// What the name at exactly this span stands for.
fn symbol_of_span<'db>(
    db: &'db dyn Db,
    item: Item<'db>,
    span: Span,
) -> Option<(bool, Symbol<'db>)> {
    let found = if item.kind(db) == ItemKind::Import {
        let ast = &item_syntax(db, item).ast;
        let import = ast.imports.first()?;
        let local = import.alias.or(import.path.last().copied())?;
        (local.0 == span).then(|| Use {
            span,
            meaning: Meaning::Import(kiln_analysis::types::Sym::new(db, ast.name(local))),
            ty: kiln_analysis::types::Ty::Any,
            declares: true,
        })?
    } else {
        let uses = &item_trace(db, item).uses;
        let index = uses
            .binary_search_by_key(&(span.start, span.end), |it| (it.span.start, it.span.end))
            .ok()?;
        uses[index]
    };
    Some((found.declares, symbol(db, item, &found)?))
}

/// The uses in a file of the name at an offset.
#[must_use]
pub fn highlights<'db>(db: &'db dyn Db, file: File<'db>, offset: u32) -> Vec<Reference> {
    match target_at(db, file, offset) {
        Some((_, target)) => uses_in_file(db, file, &target),
        None => Vec::new(),
    }
}
