//! What can be written at a position.
//!
//! The item is parsed once more with a name in place of the word at the cursor, and the checker says what stands there:
//! a value, a member, a key, a type. So there is one idea of scopes and expected types, and an unfinished line is no
//! different from a finished one.

mod context;
mod imports;
mod names;
mod values;

use kiln_analysis::Db;
use kiln_analysis::check::trace::{Probe, Site, probe};
use kiln_analysis::outline::{File, outline};
use kiln_analysis::types::Ty;
use kiln_syntax::parse_item;
use kiln_syntax::span::Span;

use context::{Context, Position};
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
        options,
    };
    match &context.position {
        Position::Import { dots, path } => imports::import_paths(&mut list, *dots, path),
        Position::NewItem => {
            names::statement_words(&mut list);
            names::package_level(&mut list, false);
        }
        Position::InItem { text, item, string } => {
            let ast = parse_item(text.as_str().into(), item.kind(db)).ast;
            let (_, probe) = probe(db, *item, &ast);
            list.at_site(&context, &probe, *string);
        }
    }
    let mut items = list.items;
    let word = &context.word;
    items.sort_by(|a, b| (a.rank, &a.label).cmp(&(b.rank, &b.label)));
    items.dedup_by(|later, first| later.label == first.label && later.kind == first.kind);
    let all = items.len();
    if all > MOST {
        items.retain(|item| resembles(&item.label, word));
        items.truncate(MOST);
    }
    Some(Completion {
        replaces: context.replaces,
        more: all > items.len(),
        items,
    })
}

/// Whether the letters of a word are in a name, in order.
#[must_use]
pub fn resembles(name: &str, word: &str) -> bool {
    let mut letters = name.chars().flat_map(char::to_lowercase);
    let mut wanted = word.chars().flat_map(char::to_lowercase);
    wanted.all(|wanted| letters.any(|letter| letter == wanted))
}

/// The list while it is put together.
pub(crate) struct List<'db, 'a> {
    pub(crate) db: &'db dyn Db,
    pub(crate) file: File<'db>,
    pub(crate) items: Vec<Item>,
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

    fn at_site<'a>(&mut self, context: &Context<'db>, probe: &Probe<'a>, string: bool)
    where
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
        match site {
            Site::Value { expected } => {
                values::expected(self, *expected, context.value_only);
                if context.starts_line {
                    names::body_words(self, probe);
                }
                names::visible(self, probe);
                names::value_words(self);
            }
            Site::Argument { params, expected } => {
                names::keywords_of(self, params);
                values::expected(self, *expected, true);
                names::visible(self, probe);
                names::value_words(self);
            }
            Site::Member { receiver } => names::members(self, *receiver),
            Site::Key { expected } => {
                names::keys(self, *expected, context);
                if expected.is_none_or(|ty| !matches!(ty, Ty::Instance(_))) {
                    names::visible(self, probe);
                }
                names::entry_words(self);
            }
            Site::Type => names::types(self),
            Site::TypeMember { package } => names::package_members(self, *package, true),
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
