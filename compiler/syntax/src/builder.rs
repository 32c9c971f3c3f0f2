//! What the grammar's actions call: it fills the arena. Checks that need more than one rule are in `validate`.

mod items;
mod stmts;
mod types;

use crate::ast::{
    Arg, Attr, Check, CompClause, Entry, Expr, ExprId, Item, ItemAst, List, Name, Param, Slice,
    SliceId, Stmt, StmtId, UnaryOp,
};
use crate::codes;
use crate::diagnostic::Diagnostic;
use crate::layout::Spanned;
use crate::span::Span;
use crate::token::Tok;

pub(crate) use crate::fold::Op;

/// A list under construction: a part of one of the builder's stacks. Pushing cuts off what lies above it, so that
/// lists abandoned by error recovery leave nothing behind.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Acc {
    start: u32,
    len: u32,
}

impl Acc {
    fn range(self) -> std::ops::Range<usize> {
        self.start as usize..(self.start + self.len) as usize
    }

    fn end(self) -> usize {
        (self.start + self.len) as usize
    }

    const fn grown(self, by: u32) -> Self {
        Self {
            start: self.start,
            len: self.len + by,
        }
    }
}

/// What stands in the list of statements until its block ends.
#[derive(Clone, Copy, Debug)]
pub(crate) enum StmtItem {
    Stmt(StmtId),
    Decorator(ExprId),
    /// Index into `Builder::parts`.
    Mixins(u32),
    /// The same.
    Checks(u32),
}

/// The inside of a subscript, kept aside while its bracket is open.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SubId(u32);

#[derive(Clone, Copy, Debug)]
enum Subscript {
    Index(ExprId),
    Slice(Option<ExprId>, Option<ExprId>, Option<ExprId>),
}

/// Stacks that outlive one item.
#[derive(Debug, Default)]
pub(crate) struct Stacks {
    scratch: Vec<u32>,
    entries: Vec<Entry>,
    items: Vec<Item>,
    stmts: Vec<StmtItem>,
    args: Vec<Arg>,
}

/// Builds one item.
pub(crate) struct Builder<'t> {
    pub(crate) ast: ItemAst,
    pub(crate) text: &'t str,
    pub(crate) tokens: &'t [Spanned],
    pub(crate) diagnostics: Vec<Diagnostic>,
    /// Ids of expressions, types and pool entries.
    scratch: Vec<u32>,
    entries: Vec<Entry>,
    items: Vec<Item>,
    stmts: Vec<StmtItem>,
    args: Vec<Arg>,
    params: Vec<Param>,
    clauses: Vec<CompClause>,
    checks: Vec<Check>,
    names: Vec<Name>,
    subscripts: Vec<Subscript>,
    /// Mixin lists and check blocks with their starts.
    parts: Vec<(Acc, u32)>,
    /// `9223372036854775808`: fine directly under a minus only.
    pub(crate) minimum: Vec<ExprId>,
    /// Starts of the diagnostics of layout, sorted: no second error is reported in their statements.
    pub(crate) reported: Vec<u32>,
    /// Start of the last syntax error.
    pub(crate) last_error: Option<u32>,
    /// Nobody reads the tree: values of strings need not be known.
    pub(crate) only_checks: bool,
}

impl<'t> Builder<'t> {
    pub(crate) fn new(stacks: Stacks, text: &'t str, tokens: &'t [Spanned]) -> Self {
        let Stacks {
            mut scratch,
            mut entries,
            mut items,
            mut stmts,
            mut args,
        } = stacks;
        scratch.clear();
        entries.clear();
        items.clear();
        stmts.clear();
        args.clear();
        let mut ast = ItemAst::default();
        let nodes = tokens.len() / 2 + 1;
        ast.exprs.reserve(nodes);
        ast.expr_spans.reserve(nodes);
        Self {
            ast,
            text,
            tokens,
            diagnostics: Vec::new(),
            scratch,
            entries,
            items,
            stmts,
            args,
            params: Vec::new(),
            clauses: Vec::new(),
            checks: Vec::new(),
            names: Vec::new(),
            subscripts: Vec::new(),
            parts: Vec::new(),
            minimum: Vec::new(),
            reported: Vec::new(),
            last_error: None,
            only_checks: false,
        }
    }

    /// Gives the stacks back for the next item.
    pub(crate) fn into_stacks(self) -> Stacks {
        Stacks {
            scratch: self.scratch,
            entries: self.entries,
            items: self.items,
            stmts: self.stmts,
            args: self.args,
        }
    }

    #[cold]
    pub(crate) fn report(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    // ---- Lists under construction

    pub(crate) fn open(&mut self) -> Acc {
        Acc {
            start: self.scratch.len() as u32,
            len: 0,
        }
    }

    pub(crate) fn push(&mut self, list: Acc, id: u32) -> Acc {
        self.scratch.truncate(list.end());
        self.scratch.push(id);
        list.grown(1)
    }

    pub(crate) fn push2(&mut self, list: Acc, first: u32, second: u32) -> Acc {
        self.scratch.truncate(list.end());
        self.scratch.push(first);
        self.scratch.push(second);
        list.grown(2)
    }

    /// Forgets a list that was read. One that was opened later may still be open, because the generated parser runs the
    /// actions of inlined symbols late: then its elements stay, and every push cuts off what lies behind its own list.
    pub(crate) fn close(&mut self, list: Acc) {
        if self.scratch.len() == list.end() {
            self.scratch.truncate(list.start as usize);
        }
    }

    /// Ends a list.
    fn take(&mut self, list: Acc) -> Vec<u32> {
        let taken = self.scratch[list.range()].to_vec();
        self.close(list);
        taken
    }

    pub(crate) fn push_name(&mut self, list: Acc, name: Name) -> Acc {
        self.names.push(name);
        let id = self.names.len() as u32 - 1;
        self.push(list, id)
    }

    fn take_names(&mut self, list: Acc) -> Vec<Name> {
        self.take(list)
            .into_iter()
            .map(|id| self.names[id as usize])
            .collect()
    }

    /// Ends a list of names into the arena.
    fn name_list(&mut self, list: Acc) -> List {
        let start = self.ast.list_names.len() as u32;
        for &id in &self.scratch[list.range()] {
            self.ast.list_names.push(self.names[id as usize]);
        }
        self.close(list);
        List {
            start,
            len: list.len,
        }
    }

    // ---- Expressions

    #[inline]
    pub(crate) fn expr(&mut self, expr: Expr, l: u32, r: u32) -> ExprId {
        let id = ExprId(self.ast.exprs.len() as u32);
        self.ast.exprs.push(expr);
        self.ast.expr_spans.push(Span::new(l, r));
        id
    }

    /// Gives an expression its place.
    pub(crate) fn at(&mut self, id: ExprId, l: u32, r: u32) -> ExprId {
        self.ast.expr_spans[id.0 as usize] = Span::new(l, r);
        id
    }

    /// A name without its `$`.
    #[inline]
    pub(crate) fn name(&self, l: u32, r: u32) -> Name {
        let dollar = self.text.as_bytes().get(l as usize) == Some(&b'$');
        Name(Span::new(l + u32::from(dollar), r))
    }

    #[inline]
    pub(crate) fn name_expr(&mut self, l: u32, r: u32) -> ExprId {
        let name = self.name(l, r);
        self.expr(Expr::Name(name), l, r)
    }

    pub(crate) fn start_of(&self, id: ExprId) -> u32 {
        self.ast.expr_spans[id.0 as usize].start
    }

    pub(crate) fn unary(&mut self, op: UnaryOp, operand: ExprId, l: u32, r: u32) -> ExprId {
        if op == UnaryOp::Neg && self.minimum.last() == Some(&operand) {
            self.minimum.pop();
            self.ast.exprs[operand.0 as usize] = Expr::Int(i64::MIN);
            return self.at(operand, l, r);
        }
        self.expr(Expr::Unary { op, operand }, l, r)
    }

    pub(crate) fn fold(&mut self, chain: Acc) -> ExprId {
        let parts = self.take(chain);
        crate::fold::fold(self, &parts)
    }

    pub(crate) fn select(&mut self, value: ExprId, optional: bool, attr: Name, r: u32) -> ExprId {
        let l = self.start_of(value);
        self.expr(
            Expr::Select {
                optional,
                value,
                attr,
            },
            l,
            r,
        )
    }

    pub(crate) fn select_nothing(
        &mut self,
        value: ExprId,
        optional: bool,
        error: Recovery,
        r: u32,
    ) -> ExprId {
        let dot = match &error.error {
            lalrpop_util::ParseError::UnrecognizedToken { token, .. } => {
                self.token_before(token.0).2
            }
            _ => r,
        };
        self.syntax_error(error);
        self.select(value, optional, Name(Span::new(dot, dot)), dot)
    }

    pub(crate) fn subscript_index(&mut self, index: ExprId) -> SubId {
        self.subscripts.push(Subscript::Index(index));
        SubId(self.subscripts.len() as u32 - 1)
    }

    pub(crate) fn subscript_slice(
        &mut self,
        a: Option<ExprId>,
        b: Option<ExprId>,
        c: Option<ExprId>,
    ) -> SubId {
        self.subscripts.push(Subscript::Slice(a, b, c));
        SubId(self.subscripts.len() as u32 - 1)
    }

    pub(crate) fn subscript(
        &mut self,
        value: ExprId,
        optional: bool,
        sub: SubId,
        r: u32,
    ) -> ExprId {
        let l = self.start_of(value);
        let inner = self.subscripts[sub.0 as usize];
        self.subscripts.truncate(sub.0 as usize);
        match inner {
            Subscript::Index(index) => self.expr(
                Expr::Index {
                    optional,
                    value,
                    index,
                },
                l,
                r,
            ),
            Subscript::Slice(start, stop, step) => {
                let id = SliceId(self.ast.slices.len() as u32);
                self.ast.slices.push(Slice {
                    optional,
                    value,
                    start,
                    stop,
                    step,
                });
                self.expr(Expr::Slice(id), l, r)
            }
        }
    }

    // ---- Arguments

    pub(crate) fn arg(&mut self, list: Acc, keyword: Option<ExprId>, value: ExprId) -> Acc {
        let keyword = keyword.and_then(|id| match self.ast[id] {
            Expr::Name(name) => Some(name),
            _ => {
                let span = self.ast.expr_span(id);
                let text = self.text.get(span.range()).unwrap_or_default();
                let name = text.trim_matches(['"', '\'']);
                let is_name = name.len() + 2 == text.len()
                    && !name.starts_with(|c: char| c.is_ascii_digit())
                    && name.chars().all(|c| c.is_alphanumeric() || c == '_');
                let message = "the keyword of an argument must be a plain name";
                let mut diagnostic = Diagnostic::error(codes::KEYWORD_ARGUMENT, span, message);
                if is_name {
                    let title = format!("write it without quotes: `{name}`");
                    diagnostic = diagnostic
                        .help(&*title)
                        .fix(title, vec![(span, name.to_owned())]);
                }
                self.report(diagnostic);
                None
            }
        });
        self.args.push(Arg { keyword, value });
        let id = self.args.len() as u32 - 1;
        self.push(list, id)
    }

    fn take_args(&mut self, list: Acc) -> List {
        let start = self.ast.list_args.len() as u32;
        let lowest = self.scratch[list.range()].first().copied();
        for &id in &self.scratch[list.range()] {
            self.ast.list_args.push(self.args[id as usize]);
        }
        self.close(list);
        if let Some(lowest) = lowest {
            self.args.truncate(lowest as usize);
        }
        List {
            start,
            len: list.len,
        }
    }

    pub(crate) fn call(&mut self, callee: ExprId, args: Acc, r: u32) -> ExprId {
        let l = self.start_of(callee);
        let args = self.take_args(args);
        self.expr(Expr::Call { callee, args }, l, r)
    }

    // ---- Tokens, for messages

    /// The last token that starts before `offset`.
    pub(crate) fn token_before(&self, offset: u32) -> Spanned {
        let index = self.tokens.partition_point(|token| token.0 < offset);
        let mut index = index.max(1) - 1;
        while index > 0 && is_synthetic(self.tokens[index].1) {
            index -= 1;
        }
        self.tokens
            .get(index)
            .copied()
            .unwrap_or((0, Tok::StartItem, 0))
    }

    fn attr_stmt(&mut self, attr: Attr, l: u32, r: u32) -> StmtId {
        let id = crate::ast::AttrId(self.ast.attrs.len() as u32);
        self.ast.attrs.push(attr);
        self.stmt_id(Stmt::Attr(id), l, r)
    }

    fn stmt_id(&mut self, stmt: Stmt, l: u32, r: u32) -> StmtId {
        let id = StmtId(self.ast.stmts.len() as u32);
        self.ast.stmts.push(stmt);
        self.ast.stmt_spans.push(Span::new(l, r));
        id
    }
}

/// What the generated parser hands to rules that mend errors.
pub(crate) type Recovery = lalrpop_util::ErrorRecovery<u32, Tok, ()>;

pub(crate) const fn is_synthetic(kind: Tok) -> bool {
    matches!(
        kind,
        Tok::Newline | Tok::Sep | Tok::Indent | Tok::Dedent | Tok::StartItem | Tok::StartExpr
    )
}
