//! What can be written at a position.
//!
//! The item is parsed once more with a name in place of the word at the cursor, and the checker says what stands there:
//! a value, a member, a key, a type. So there is one idea of scopes and expected types, and an unfinished line is no
//! different from a finished one.

mod context;
mod documentation;
mod imports;
mod names;
mod unimported;
mod values;

use kiln_analysis::Db;
use kiln_analysis::check::trace::{Probe, Site, probe};
use kiln_analysis::outline::{File, outline};
use kiln_analysis::types::Ty;
use kiln_syntax::ast::ItemAst;
use kiln_syntax::parse_item;
use kiln_syntax::span::Span;

use crate::catalog::Catalog;
use crate::importing::Imported;
use context::{Context, Position};
use names::Want;
pub(crate) use unimported::declaring;
pub use values::spelling;

/// What kind of thing an item is, for its icon.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the names say it")]
pub enum ItemKind {
    Variable,
    Constant,
    Parameter,
    Attribute,
    Schema,
    Protocol,
    TypeAlias,
    Type,
    Package,
    Folder,
    Function,
    Method,
    Keyword,
    Value,
    Snippet,
}

/// Something that can be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// What is listed.
    pub label: String,
    /// What it is.
    pub kind: ItemKind,
    /// A type or signature.
    pub detail: String,
    /// What is written about it.
    pub docs: String,
    /// What is put into the text, if not the label. `$1`, `${1:text}` and `$0` are places to fill.
    pub snippet: Option<String>,
    /// The same for editors that know no places.
    pub plain: Option<String>,
    /// Lower is listed first.
    pub rank: u8,
    /// Whether it should not be used any more.
    pub deprecated: bool,
    /// The package that it takes, if its name is not enough, and the import that is missing.
    pub import: Option<Imported>,
}

impl Item {
    fn new(label: impl Into<String>, kind: ItemKind, rank: u8) -> Self {
        Self {
            label: label.into(),
            kind,
            detail: String::new(),
            docs: String::new(),
            snippet: None,
            plain: None,
            rank,
            deprecated: false,
            import: None,
        }
    }

    fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = detail.into();
        self
    }

    fn inserting(mut self, snippet: String, plain: impl Into<String>) -> Self {
        self.snippet = Some(snippet);
        self.plain = Some(plain.into());
        self
    }
}

/// Everything that can be written at a position.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Completion {
    /// What the items replace.
    pub replaces: Span,
    /// Items, the likeliest first.
    pub items: Vec<Item>,
    /// Whether more would be listed for a longer word.
    pub more: bool,
}

/// How much to look up.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options<'a> {
    /// Look up documentation: of the item with this label.
    pub docs_of: Option<&'a str>,
    /// The path of the package that this item takes.
    pub import_of: Option<&'a str>,
    /// Where to look for names of packages that are not imported.
    pub sources: Option<&'a Sources<'a>>,
}

/// Gives a function the names of all files; they may not change meanwhile.
pub type WithCatalog<'a> = dyn Fn(&mut dyn FnMut(&Catalog)) + 'a;

/// What is declared in packages that a file may import.
#[derive(Clone, Copy)]
pub struct Sources<'a> {
    /// The names of all files.
    pub with_catalog: &'a WithCatalog<'a>,
    /// Open files, as they are.
    pub open: &'a Catalog,
}

impl std::fmt::Debug for Sources<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sources").finish_non_exhaustive()
    }
}

/// So many items are listed.
const MOST: usize = 1_000;

/// What can be written at an offset of a file.
#[must_use]
pub fn complete<'db>(
    db: &'db dyn Db,
    file: File<'db>,
    offset: u32,
    options: Options<'_>,
) -> Option<Completion> {
    let context = Context::new(db, file, offset)?;
    let mut list = List {
        db,
        file,
        items: Vec::new(),
        word: context.word.clone(),
        more: false,
        options,
    };
    match &context.position {
        Position::Import { dots, path } => imports::import_paths(&mut list, *dots, path),
        Position::NewItem => {
            names::statement_words(&mut list);
            names::package_level(&mut list, Want::Value);
            unimported::names(&mut list, &context, Want::Value);
        }
        Position::Docs {
            item,
            string,
            on_line,
        } => documentation::skeleton(&mut list, *item, *string, *on_line),
        Position::InItem { text, item, string } => {
            let ast = parse_item(text.as_str().into(), item.kind(db)).ast;
            let (trace, mut probe) = probe(db, *item, &ast);
            if let Some(Site::Value { expected }) = &mut probe.site
                && expected.is_none()
            {
                *expected = values::beside(&ast, &trace);
            }
            list.at_site(&context, &ast, &probe, *string);
            if let Some(receiver) = context.receiver {
                let known = trace.uses.iter().any(|it| it.span == receiver);
                if !known && let Some(name) = text.get(receiver.range()) {
                    let want = Want::at(&ast).unwrap_or(Want::Value);
                    unimported::members_of(&mut list, name, want);
                }
            }
        }
    }
    let List {
        mut items, more, ..
    } = list;
    let word = &context.word;
    let path = |item: &Item| item.import.as_ref().map(|it| it.path.clone());
    items.sort_by_cached_key(|it| (it.rank, it.label.clone(), path(it)));
    items.dedup_by(|later, first| {
        later.label == first.label && later.kind == first.kind && path(later) == path(first)
    });
    let all = items.len();
    if all > MOST {
        items.retain(|item| resembles(&item.label, word));
        items.truncate(MOST);
    }
    Some(Completion {
        replaces: context.replaces,
        more: more || all > items.len(),
        items,
    })
}

/// Whether the letters of a word are in a name, in order.
#[must_use]
pub fn resembles(name: &str, word: &str) -> bool {
    if name.is_ascii() && word.is_ascii() {
        let mut letters = name.bytes();
        return word
            .bytes()
            .all(|wanted| letters.any(|letter| letter.eq_ignore_ascii_case(&wanted)));
    }
    let mut letters = name.chars().flat_map(char::to_lowercase);
    let mut wanted = word.chars().flat_map(char::to_lowercase);
    wanted.all(|wanted| letters.any(|letter| letter == wanted))
}

/// The list while it is put together.
pub(crate) struct List<'db, 'a> {
    pub(crate) db: &'db dyn Db,
    pub(crate) file: File<'db>,
    pub(crate) items: Vec<Item>,
    /// What is written already.
    word: String,
    /// Whether a longer word would list more.
    more: bool,
    options: Options<'a>,
}

impl<'db> List<'db, '_> {
    fn push(&mut self, item: Item) {
        self.items.push(item);
    }

    /// Whether somebody wants to read about an item.
    fn wants_docs(&self, label: &str) -> bool {
        self.options.docs_of == Some(label)
    }

    fn at_site<'a>(
        &mut self,
        context: &Context<'db>,
        ast: &ItemAst,
        probe: &Probe<'a>,
        string: bool,
    ) where
        'db: 'a,
    {
        let Some(site) = &probe.site else { return };
        if string {
            let expected = match site {
                Site::Value { expected } | Site::Argument { expected, .. } => *expected,
                _ => None,
            };
            return values::strings(self, expected);
        }
        let head = Want::at(ast).filter(|want| *want != Want::Type);
        match site {
            Site::Value { .. } if let Some(want) = head => {
                names::package_level(self, want);
                unimported::names(self, context, want);
            }
            Site::Value { expected } => {
                values::expected(self, *expected, context.value_only);
                if context.starts_line {
                    names::body_words(self, probe);
                }
                names::visible(self, probe);
                names::value_words(self);
                unimported::names(self, context, Want::Value);
            }
            Site::Argument { params, expected } => {
                names::keywords_of(self, params);
                values::expected(self, *expected, true);
                names::visible(self, probe);
                names::value_words(self);
                unimported::names(self, context, Want::Value);
            }
            Site::Member { receiver } => {
                names::members(self, *receiver, head.unwrap_or(Want::Value));
            }
            Site::Key { expected } => {
                names::keys(self, *expected, context);
                if expected.is_none_or(|ty| !matches!(ty, Ty::Instance(_))) {
                    names::visible(self, probe);
                }
                names::entry_words(self);
            }
            Site::Type => {
                names::types(self);
                unimported::names(self, context, Want::Type);
            }
            Site::TypeMember { package } => {
                names::package_members(self, *package, Want::Type);
            }
            Site::Decorator => names::decorators(self),
            Site::Statement => {
                names::body_words(self, probe);
                names::visible(self, probe);
            }
        }
    }
}

/// Whether a file has any item.
fn is_empty<'db>(db: &'db dyn Db, file: File<'db>) -> bool {
    outline(db, file).items.is_empty()
}
