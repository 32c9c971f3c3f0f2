//! Where the top-level statements of some files set a path.

use kiln_syntax::ast::{Entry, Expr, ExprId, ItemAst, Key, List, Stmt, StmtId};
use kiln_syntax::span::Span;
use kiln_syntax::{OutlineItem, ParsedItem};

/// The tree of a statement and where it stands.
#[derive(Clone, Copy)]
pub(super) struct Site<'a> {
    pub(super) file: usize,
    /// Start of the item in its file.
    pub(super) base: u32,
    pub(super) ast: &'a ItemAst,
}

/// A config literal, alone or as that of an instance.
pub(super) struct Literal<'a> {
    pub(super) site: Site<'a>,
    /// The config's braces.
    pub(super) config: ExprId,
    pub(super) entries: List,
    /// What is written before the braces: empty for a plain config.
    schema: &'a str,
}

impl Literal<'_> {
    /// Whether the entries of another literal can be added to this one one by one.
    pub(super) fn takes(&self, other: &Literal<'_>) -> bool {
        other.schema.is_empty() || other.schema == self.schema
    }
}

/// The literal that an expression is, if it is one.
pub(super) fn literal(ast: &ItemAst, expr: ExprId) -> Option<Literal<'_>> {
    let expr = ast.peel(expr);
    let (config, schema) = match ast[expr] {
        Expr::Config(_) => (expr, ""),
        Expr::Schema(id) => {
            let config = ast[id].config;
            let head = Span::new(ast.expr_span(expr).start, ast.expr_span(config).start);
            (config, ast.text[head.range()].trim())
        }
        _ => return None,
    };
    let Expr::Config(entries) = ast[config] else {
        return None;
    };
    Some(Literal {
        site: Site {
            file: 0,
            base: 0,
            ast,
        },
        config,
        entries,
        schema,
    })
}

/// Something that sets the path.
pub(super) enum Place<'a> {
    /// `path = value`
    Assign {
        site: Site<'a>,
        stmt: StmtId,
        value: ExprId,
    },
    /// `path: S {…}`
    Unify {
        site: Site<'a>,
        stmt: StmtId,
        value: ExprId,
    },
    /// `path += value`
    Augment { site: Site<'a>, stmt: StmtId },
    /// An entry whose key ends the path.
    Entry {
        site: Site<'a>,
        config: ExprId,
        index: usize,
        value: ExprId,
    },
    /// An entry with a dotted key that goes on below the path; its key begins at `depth` of the path.
    Below {
        site: Site<'a>,
        config: ExprId,
        index: usize,
        depth: usize,
    },
}

impl<'a> Place<'a> {
    /// The config literal at the place.
    pub(super) fn literal(&self) -> Option<Literal<'a>> {
        let (site, value) = match self {
            Self::Assign { site, value, .. }
            | Self::Unify { site, value, .. }
            | Self::Entry { site, value, .. } => (*site, *value),
            Self::Augment { .. } | Self::Below { .. } => return None,
        };
        Some(Literal {
            site,
            ..literal(site.ast, value)?
        })
    }
}

/// A value that reaches a part of the path.
pub(super) struct Reach<'a> {
    pub(super) site: Site<'a>,
    pub(super) config: ExprId,
    /// How many names of the path lead to it.
    pub(super) depth: usize,
}

/// What the files say about a path.
pub(super) struct Program<'a> {
    path: &'a [String],
    /// Everything that sets exactly the path, in order.
    pub(super) places: Vec<Place<'a>>,
    /// The config literal into which a missing key goes: the deepest one, of several the last.
    pub(super) insert: Option<Reach<'a>>,
    /// The last value on the way that is no literal.
    pub(super) opaque: Option<Reach<'a>>,
    named: bool,
}

impl<'a> Program<'a> {
    pub(super) fn new(files: &'a [Vec<(OutlineItem, ParsedItem)>], path: &'a [String]) -> Self {
        let mut program = Self {
            path,
            places: Vec::new(),
            insert: None,
            opaque: None,
            named: false,
        };
        for (file, items) in files.iter().enumerate() {
            for (item, parsed) in items {
                let site = Site {
                    file,
                    base: item.range.start,
                    ast: &parsed.ast,
                };
                for &stmt in parsed.ast.stmt_ids(parsed.ast.root) {
                    program.statement(site, stmt);
                }
            }
        }
        program
    }

    /// Whether any statement assigns to the first name of the path.
    pub(super) const fn sets_name(&self) -> bool {
        self.named
    }

    fn statement(&mut self, site: Site<'a>, stmt: StmtId) {
        let ast = site.ast;
        match ast[stmt] {
            Stmt::Assign(assign) => {
                let assign = &ast[assign];
                let names = assign
                    .targets
                    .first()
                    .and_then(|target| ast.dotted(*target));
                let Some(names) = names else { return };
                let names: Vec<&str> = names.iter().map(|name| ast.name(*name)).collect();
                self.named |= names == [&self.path[0]];
                if !starts_with(self.path, &names) {
                    return;
                }
                if names.len() == self.path.len() {
                    self.places.push(Place::Assign {
                        site,
                        stmt,
                        value: assign.value,
                    });
                } else {
                    self.value(site, assign.value, names.len());
                }
            }
            Stmt::Unification { target, value } if ast.name(target) == self.path[0] => {
                self.named = true;
                if self.path.len() == 1 {
                    self.places.push(Place::Unify { site, stmt, value });
                } else {
                    self.value(site, value, 1);
                }
            }
            Stmt::AugAssign { target, .. } => {
                let names = ast.dotted(target).unwrap_or_default();
                if names.len() == self.path.len()
                    && names.iter().zip(self.path).all(|(a, b)| ast.name(*a) == b)
                {
                    self.places.push(Place::Augment { site, stmt });
                }
            }
            _ => {}
        }
    }

    /// Looks for the path from `depth` on in a value.
    fn value(&mut self, site: Site<'a>, value: ExprId, depth: usize) {
        let Some(found) = literal(site.ast, value) else {
            self.opaque = Some(Reach {
                site,
                config: value,
                depth,
            });
            return;
        };
        if self
            .insert
            .as_ref()
            .is_none_or(|insert| insert.depth <= depth)
        {
            self.insert = Some(Reach {
                site,
                config: found.config,
                depth,
            });
        }
        let rest = &self.path[depth..];
        for (index, entry) in site.ast.entries(found.entries).iter().enumerate() {
            let Entry::Pair { key, value, .. } = *entry else {
                continue;
            };
            let Some(names) = key_names(site.ast, key) else {
                continue;
            };
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            if !names.iter().zip(rest).all(|(a, b)| a == b) {
                continue;
            }
            if names.len() > rest.len() {
                self.places.push(Place::Below {
                    site,
                    config: found.config,
                    index,
                    depth,
                });
            } else if names.len() == rest.len() {
                self.places.push(Place::Entry {
                    site,
                    config: found.config,
                    index,
                    value,
                });
            } else if literal(site.ast, value).is_some() {
                self.value(site, value, depth + names.len());
            }
        }
    }
}

fn starts_with(path: &[String], names: &[&str]) -> bool {
    names.len() <= path.len() && names.iter().zip(path).all(|(a, b)| a == b)
}

/// The names that a fixed key stands for.
fn key_names(ast: &ItemAst, key: ExprId) -> Option<Vec<String>> {
    match ast.key(key) {
        Key::Name(name) => Some(vec![ast.name(name).to_owned()]),
        Key::Str(text) => Some(vec![text.to_owned()]),
        Key::Path(names) => Some(
            names
                .iter()
                .map(|name| ast.name(*name).to_owned())
                .collect(),
        ),
        Key::Index(..) | Key::Computed(_) => None,
    }
}

/// Where an entry stands, and the names of its key if it is fixed. Only for entries with a key.
pub(super) fn entry_span(ast: &ItemAst, entry: &Entry) -> Option<(Span, Option<Vec<String>>)> {
    let Entry::Pair { key, value, .. } = *entry else {
        return None;
    };
    let mut span = ast.expr_span(key).cover(ast.expr_span(value));
    if span.start > 0 && ast.text.as_bytes().get(span.start as usize - 1) == Some(&b'$') {
        span.start -= 1;
    }
    Some((span, key_names(ast, key)))
}
