//! Entry points: the text of an item (or of an expression, or of a hole in a string) to its tree.

use std::cell::Cell;
use std::sync::Arc;

use crate::ast::{Expr, ExprId, ItemAst, Stmt};
use crate::builder::{Builder, Stacks};
use crate::codes;
use crate::consequences::drop_consequences;
use crate::diagnostic::Diagnostic;
use crate::grammar::RootParser;
use crate::layout::{Mode, Room, layout, layout_into};
use crate::lexer::{Lexed, lex_into, lex_range, whole};
use crate::outline::{ItemKind, OutlineItem, outline};
use crate::span::Span;
use crate::token::Tok;

/// An item's tree and what is wrong with its syntax.
#[derive(Clone, Debug, Default)]
pub struct ParsedItem {
    /// The tree; parts that could not be read are `Error` nodes.
    pub ast: ItemAst,
    /// Mistakes, in order of their places; spans are relative to the item.
    pub diagnostics: Vec<Diagnostic>,
}

/// Two are equal if their tokens are, with their places: the tree is a function of these. So an edited comment that
/// moves no token changes nothing.
impl PartialEq for ParsedItem {
    fn eq(&self, other: &Self) -> bool {
        let (one, two) = (&*self.ast.text, &*other.ast.text);
        if one == two {
            return true;
        }
        let (a, b) = (
            lex_range(one, whole(one)).tokens,
            lex_range(two, whole(two)).tokens,
        );
        let text = |text: &str, start: u32, end: u32| {
            text.get(start as usize..end as usize).map(str::to_owned)
        };
        // line ends move with the comments before them and mean the same everywhere
        let mut a = a.iter().filter(|t| t.kind != Tok::Newline);
        let mut b = b.iter().filter(|t| t.kind != Tok::Newline);
        loop {
            match (a.next(), b.next()) {
                (None, None) => return true,
                (Some(x), Some(y))
                    if x.kind == y.kind
                        && (x.start, x.end) == (y.start, y.end)
                        && text(one, x.start, x.end) == text(two, y.start, y.end) => {}
                _ => return false,
            }
        }
    }
}

/// Parses the text of one item as cut by [`outline`].
#[must_use]
pub fn parse_item(text: Arc<str>, _kind: ItemKind) -> ParsedItem {
    parse(text, Mode::Statements)
}

/// Parses a stand-alone expression: the root holds one [`Stmt::Expr`].
#[must_use]
pub fn parse_expr(text: &str) -> ParsedItem {
    parse(Arc::from(text), Mode::Expression)
}

/// Cuts a file into items and parses each.
#[must_use]
pub fn parse_file(text: &str) -> Vec<(OutlineItem, ParsedItem)> {
    outline(text)
        .items
        .into_iter()
        .map(|item| {
            let parsed = parse_item(Arc::from(&text[item.range.range()]), item.kind);
            (item, parsed)
        })
        .collect()
}

/// Buffers of a thread, reused from item to item.
#[derive(Default)]
struct Workspace {
    lexed: Lexed,
    room: Room,
    stacks: Stacks,
}

/// Buffers larger than this many tokens are not kept.
const KEPT: usize = 1 << 16;

thread_local! {
    static WORKSPACE: Cell<Option<Box<Workspace>>> = const { Cell::new(None) };
}

fn parse(text: Arc<str>, mode: Mode) -> ParsedItem {
    let mut workspace = WORKSPACE.take().unwrap_or_default();
    let parsed = parse_with(&mut workspace, text, mode);
    if workspace.lexed.tokens.capacity() < KEPT {
        WORKSPACE.set(Some(workspace));
    }
    parsed
}

fn parse_with(workspace: &mut Workspace, text: Arc<str>, mode: Mode) -> ParsedItem {
    lex_into(&mut workspace.lexed, &text, whole(&text));
    layout_into(&mut workspace.room, &text, &workspace.lexed, mode);
    let laid_out = &mut workspace.room.out;
    let stacks = std::mem::take(&mut workspace.stacks);
    let mut builder = Builder::new(stacks, &text, &laid_out.tokens);
    builder.reported = laid_out
        .diagnostics
        .iter()
        .map(|d| d.primary.span.start)
        .collect();
    builder.reported.sort_unstable();
    builder.diagnostics = std::mem::take(&mut laid_out.diagnostics);
    let result = RootParser::new().parse(&mut builder, laid_out.tokens.iter().copied());
    let end = text.len() as u32;
    let expr = match result {
        Ok(expr) => expr,
        Err(error) => {
            builder.fatal_error(error);
            if mode == Mode::Statements {
                let list = builder.open_stmts();
                let item = builder.stmt(Stmt::Error, 0, end);
                let list = builder.push_stmt(list, item);
                builder.finish(list);
            }
            None
        }
    };
    if mode == Mode::Expression {
        let expr = expr.unwrap_or_else(|| builder.expr(Expr::Error, 0, end));
        let span = builder.ast.expr_span(expr);
        let list = builder.open_stmts();
        let item = builder.stmt(Stmt::Expr(expr), span.start, span.end);
        let list = builder.push_stmt(list, item);
        builder.finish(list);
    }
    builder.validate();
    let mut diagnostics = std::mem::take(&mut builder.diagnostics);
    if diagnostics.len() > 1 {
        diagnostics.sort_by_key(|d| d.primary.span.start);
        drop_consequences(&mut diagnostics, &text);
    }
    for diagnostic in &mut diagnostics {
        // a mistake at the very end must not point behind the item
        let labels = diagnostic.labels.iter_mut().map(|label| &mut label.span);
        for span in labels.chain([&mut diagnostic.primary.span]) {
            *span = Span::new(span.start.min(end), span.end.min(end));
        }
    }
    let mut ast = std::mem::take(&mut builder.ast);
    workspace.stacks = builder.into_stacks();
    ast.text = text;
    ParsedItem { ast, diagnostics }
}

impl Builder<'_> {
    /// Parses the inside of `${…}`; `None` if it is broken (reported).
    pub(crate) fn hole(&mut self, range: Span) -> (ExprId, crate::ast::FormatSpec) {
        let mut lexed = lex_range(self.text, range);
        let mut diagnostics_from = self.diagnostics.len();
        let spec = self.hole_spec(&mut lexed, range);
        let broken = self.diagnostics.len() > diagnostics_from;
        let laid_out = layout(self.text, &lexed, Mode::Expression);
        if self.text[range.range()].contains('\n') {
            self.report(Diagnostic::error(
                codes::INVALID_INTERPOLATION,
                range,
                "an interpolation must be on one line",
            ));
            return (self.expr(Expr::Error, range.start, range.end), spec);
        }
        if lexed.tokens.is_empty() {
            if !broken {
                self.report(
                    Diagnostic::error(codes::INVALID_INTERPOLATION, range, "the interpolation is empty")
                        .help("write an expression between `${` and `}`, or `\\${` for the characters themselves"),
                );
            }
            return (self.expr(Expr::Error, range.start, range.end), spec);
        }
        diagnostics_from = self.diagnostics.len();
        self.diagnostics
            .extend(laid_out.diagnostics.iter().cloned());
        let mut inner = Builder::new(Stacks::default(), self.text, &laid_out.tokens);
        std::mem::swap(&mut inner.ast, &mut self.ast);
        std::mem::swap(&mut inner.diagnostics, &mut self.diagnostics);
        inner.reported = laid_out
            .diagnostics
            .iter()
            .map(|d| d.primary.span.start)
            .collect();
        let result = RootParser::new().parse(&mut inner, laid_out.tokens.iter().copied());
        let expr = match result {
            Ok(expr) => expr,
            Err(error) => {
                inner.fatal_error(error);
                None
            }
        };
        let expr = expr.unwrap_or_else(|| inner.expr(Expr::Error, range.start, range.end));
        let minimum = std::mem::take(&mut inner.minimum);
        self.ast = std::mem::take(&mut inner.ast);
        self.diagnostics = std::mem::take(&mut inner.diagnostics);
        drop(inner);
        self.minimum.extend(minimum);
        if broken {
            self.diagnostics.truncate(diagnostics_from);
        }
        (expr, spec)
    }
}
