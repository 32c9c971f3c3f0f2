//! The syntax tree: one arena per top-level item, children are `u32` ids, spans lie in parallel columns.
//!
//! Names and plain strings are spans into the item's own text, so parsing copies and hashes nothing. Comments and
//! blank lines are not here: they are trivia beside the tokens. The tree of a broken program has `Error` nodes.

use std::sync::Arc;

use crate::span::Span;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident => $field:ident : $node:ty;)*) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
            pub struct $name(pub u32);

            impl std::ops::Index<$name> for ItemAst {
                type Output = $node;
                fn index(&self, id: $name) -> &$node {
                    &self.$field[id.0 as usize]
                }
            }
        )*
    };
}

ids! {
    /// An expression of one item.
    ExprId => exprs: Expr;
    /// A statement of one item.
    StmtId => stmts: Stmt;
    /// A type expression of one item.
    TypeId => types: TypeExpr;
    /// A call's, config's or comprehension's detail record.
    FormatId => formats: FormatStr;
    /// See [`UnitLit`].
    UnitId => units: UnitLit;
    /// See [`Comp`].
    CompId => comps: Comp;
    /// See [`Lambda`].
    LambdaId => lambdas: Lambda;
    /// See [`Quant`].
    QuantId => quants: Quant;
    /// See [`SchemaExpr`].
    SchemaExprId => schema_exprs: SchemaExpr;
    /// See [`Slice`].
    SliceId => slices: Slice;
    /// See [`Import`].
    ImportId => imports: Import;
    /// See [`Assert`].
    AssertId => asserts: Assert;
    /// See [`Assign`].
    AssignId => assigns: Assign;
    /// See [`SchemaDecl`].
    SchemaId => schemas: SchemaDecl;
    /// See [`RuleDecl`].
    RuleId => rules: RuleDecl;
    /// See [`Attr`].
    AttrId => attrs: Attr;
    /// See [`IndexSig`].
    IndexSigId => index_sigs: IndexSig;
}

/// A run of ids (or small records) in one of the list columns of [`ItemAst`]; read it with the accessor named on
/// the field.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct List {
    /// Index of the first element in its column.
    pub start: u32,
    /// Number of elements.
    pub len: u32,
}

impl List {
    /// As an index range into the column.
    #[must_use]
    pub const fn range(self) -> std::ops::Range<usize> {
        self.start as usize..(self.start + self.len) as usize
    }

    /// Whether it has no element.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.len == 0
    }
}

/// An identifier: where it stands. A leading `$` is outside the span (it is not part of the name).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Name(pub Span);

/// Unary operators.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum UnaryOp {
    /// `+x`
    Pos,
    /// `-x`
    Neg,
    /// `~x`
    Invert,
    /// `not x`
    Not,
}

/// Binary operators except comparisons.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the names say it")]
pub enum BinaryOp {
    Or,
    And,
    BitOr,
    BitXor,
    BitAnd,
    Shl,
    Shr,
    Add,
    Sub,
    Mul,
    Div,
    Mod,
    FloorDiv,
    Pow,
}

/// Comparison operators; they chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the names say it")]
pub enum CompareOp {
    Eq,
    Ne,
    Lt,
    Le,
    Gt,
    Ge,
    In,
    NotIn,
    Is,
    IsNot,
}

/// The operator of a config entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EntryOp {
    /// `key: value`
    Union,
    /// `key = value`
    Override,
    /// `key += value`
    Insert,
}

/// An expression.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Expr {
    /// Something that could not be parsed; reported already.
    Error,
    /// A name.
    Name(Name),
    /// An integer literal (never negative).
    Int(i64),
    /// A float literal.
    Float(f64),
    /// `1Ki`
    Unit(UnitId),
    /// `True`, `False`
    Bool(bool),
    /// `None`
    None,
    /// `Undefined`
    Undefined,
    /// A string whose value is exactly the text of this span (no escape, no hole, no dedent). See [`ItemAst::string`].
    Str(Span),
    /// A string whose decoded value is `ItemAst::strings[i]`. See [`ItemAst::string`].
    StrDecoded(u32),
    /// An interpolated string.
    Format(FormatId),
    /// `(e)`
    Paren(ExprId),
    /// `op e`
    Unary {
        /// Operator.
        op: UnaryOp,
        /// Operand.
        operand: ExprId,
    },
    /// `a op b`
    Binary {
        /// Operator.
        op: BinaryOp,
        /// Left operand.
        left: ExprId,
        /// Right operand.
        right: ExprId,
    },
    /// `first op x op y …`: `rest` is read with [`ItemAst::compares`].
    Compare {
        /// Left end of the chain.
        first: ExprId,
        /// Operators with their right operands.
        rest: List,
    },
    /// `then if cond else otherwise`
    Cond {
        /// The condition.
        cond: ExprId,
        /// Value if it holds.
        then: ExprId,
        /// Value if not.
        otherwise: ExprId,
    },
    /// `value as ty`
    As {
        /// The operand.
        value: ExprId,
        /// A dotted name (anything else is an `Error` type with a diagnostic).
        ty: TypeId,
    },
    /// `[a, *b, if c: d]`: read with [`ItemAst::items`].
    List(List),
    /// `[e for …]`
    ListComp(CompId),
    /// `{k = v, **x, if c: d = 1}`: read with [`ItemAst::entries`].
    Config(List),
    /// `{k: v for …}`
    ConfigComp(CompId),
    /// `value.attr`, `value?.attr`
    Select {
        /// Whether `?.`.
        optional: bool,
        /// The receiver.
        value: ExprId,
        /// Member name; an empty span at the place where one is missing.
        attr: Name,
    },
    /// `value[index]`, `value?[index]`
    Index {
        /// Whether `?[`.
        optional: bool,
        /// The receiver.
        value: ExprId,
        /// The index.
        index: ExprId,
    },
    /// `value[a:b:c]`
    Slice(SliceId),
    /// `callee(args)`: read with [`ItemAst::args`].
    Call {
        /// What is called.
        callee: ExprId,
        /// Arguments.
        args: List,
    },
    /// `Schema(args) {config}` (also `instance {config}`): an operand directly followed by a config.
    Schema(SchemaExprId),
    /// `lambda …`
    Lambda(LambdaId),
    /// `all x in xs { … }`
    Quant(QuantId),
}

/// `1Ki` and friends.
#[derive(Clone, Debug, PartialEq)]
pub struct UnitLit {
    /// The integer as written.
    pub raw: i64,
    /// The suffix: one of `n u m k K M G T P Ki Mi Gi Ti Pi`.
    pub suffix: Name,
    /// The product as a float.
    pub value: f64,
}

/// One piece of an interpolated string.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum FormatPart {
    /// Literal text: `ItemAst::strings[i]`.
    Text(u32),
    /// `${expr}` or `${expr:#json}`.
    Hole {
        /// The expression.
        expr: ExprId,
        /// The conversion.
        spec: FormatSpec,
    },
}

/// Conversion of a hole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FormatSpec {
    /// As by `str()`.
    Str,
    /// `#json`
    Json,
    /// `#yaml`
    Yaml,
}

/// An interpolated string.
#[derive(Clone, Debug, PartialEq)]
pub struct FormatStr {
    /// Its pieces in order.
    pub parts: Vec<FormatPart>,
}

/// A list item.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Item {
    /// `e`
    Expr(ExprId),
    /// `*e`
    Star(ExprId),
    /// `if c: … elif …: … else: …`: branches read with [`ItemAst::item_branches`].
    If(List),
}

/// One branch of an `if` among list items; `cond` is absent for `else`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ItemBranch {
    /// The condition.
    pub cond: Option<ExprId>,
    /// Items, read with [`ItemAst::items`].
    pub body: List,
}

/// A config entry.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Entry {
    /// Something that could not be parsed.
    Error,
    /// `key op value`. The key is an expression to be interpreted by [`ItemAst::key`].
    Pair {
        /// `:`, `=` or `+=`.
        op: EntryOp,
        /// The key as parsed.
        key: ExprId,
        /// The value.
        value: ExprId,
    },
    /// `**e`
    Unpack(ExprId),
    /// `if c: … elif …: … else: …`: branches read with [`ItemAst::entry_branches`].
    If(List),
}

/// One branch of an `if` among entries; `cond` is absent for `else`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct EntryBranch {
    /// The condition.
    pub cond: Option<ExprId>,
    /// Entries, read with [`ItemAst::entries`].
    pub body: List,
}

/// What a config key means (core reference §9.2).
#[derive(Clone, Debug, PartialEq)]
pub enum Key<'a> {
    /// A plain name (which is a loop variable's value if one of that name is in scope).
    Name(Name),
    /// A literal string.
    Str(&'a str),
    /// `a.b.c`: at least two names.
    Path(Vec<Name>),
    /// `base[i]`: `base` is a name or a path (one or more names).
    Index(Vec<Name>, i64),
    /// Anything else: evaluated, must be a string.
    Computed(ExprId),
}

/// `for a, b in source if cond`
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CompClause {
    /// One or two variables, read with [`ItemAst::names`] (more are reported by the parser).
    pub vars: List,
    /// What is iterated.
    pub source: ExprId,
    /// The filter.
    pub cond: Option<ExprId>,
}

/// A comprehension.
#[derive(Clone, Debug, PartialEq)]
pub struct Comp {
    /// The element: `Item` for lists, `Entry` for configs.
    pub element: CompElement,
    /// Clauses, outermost first; at least one.
    pub clauses: Vec<CompClause>,
}

/// The element of a comprehension.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum CompElement {
    /// `[e for …]`
    Item(ExprId),
    /// `{k op v for …}`
    Entry(Entry),
}

/// Which quantifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the names say it")]
pub enum QuantKind {
    All,
    Any,
    Filter,
    Map,
}

/// `all x in xs { body if cond }`
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Quant {
    /// Which.
    pub kind: QuantKind,
    /// One or two variables, read with [`ItemAst::names`].
    pub vars: List,
    /// What is iterated.
    pub source: ExprId,
    /// The body.
    pub body: ExprId,
    /// The filter.
    pub cond: Option<ExprId>,
}

/// `lambda params -> ret { body }`
#[derive(Clone, Debug, PartialEq)]
pub struct Lambda {
    /// Parameters.
    pub params: Vec<Param>,
    /// Result type.
    pub ret: Option<TypeId>,
    /// Statements, read with [`ItemAst::stmt_ids`].
    pub body: List,
}

/// A parameter of a lambda, schema or rule.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Param {
    /// Its name.
    pub name: Name,
    /// Its type.
    pub ty: Option<TypeId>,
    /// Its default.
    pub default: Option<ExprId>,
}

/// An argument of a call.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Arg {
    /// The keyword.
    pub keyword: Option<Name>,
    /// The value.
    pub value: ExprId,
}

/// `callee(args) {config}`
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SchemaExpr {
    /// A (dotted) name.
    pub callee: ExprId,
    /// Arguments (empty without parentheses), read with [`ItemAst::args`].
    pub args: List,
    /// Whether parentheses were written.
    pub has_args: bool,
    /// The config: an [`Expr::Config`] (or, wrongly, [`Expr::ConfigComp`]).
    pub config: ExprId,
}

/// `value[start:stop:step]`
#[derive(Clone, Copy, Debug, PartialEq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Slice {
    pub optional: bool,
    pub value: ExprId,
    pub start: Option<ExprId>,
    pub stop: Option<ExprId>,
    pub step: Option<ExprId>,
}

/// A statement.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Stmt {
    /// Something that could not be parsed; reported already.
    Error,
    /// `import a.b as c`
    Import(ImportId),
    /// `type N = T`
    TypeAlias {
        /// Its name.
        name: Name,
        /// Its target.
        ty: TypeId,
    },
    /// `assert …`
    Assert(AssertId),
    /// `name: Schema {…}`; `value` is an [`Expr::Schema`].
    Unification {
        /// The target.
        target: Name,
        /// The instance expression.
        value: ExprId,
    },
    /// `a = b = e`
    Assign(AssignId),
    /// `a op= e`. Also an attribute-like `x: T op= e` outside schemas is reported by the parser.
    AugAssign {
        /// The arithmetic operator (`+=` gives `Add`, `|=` gives `BitOr`).
        op: BinaryOp,
        /// A name, select or index expression.
        target: ExprId,
        /// The operand.
        value: ExprId,
    },
    /// An expression.
    Expr(ExprId),
    /// `if`: branches read with [`ItemAst::stmt_branches`].
    If(List),
    /// `schema`, `mixin`, `protocol`
    Schema(SchemaId),
    /// `rule`
    Rule(RuleId),
    /// `x: T = e` inside a schema body.
    Attr(AttrId),
    /// `[k: str]: T = e` inside a schema body.
    IndexSig(IndexSigId),
}

/// One branch of an `if` statement; `cond` is absent for `else`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StmtBranch {
    /// The condition.
    pub cond: Option<ExprId>,
    /// Statements, read with [`ItemAst::stmt_ids`].
    pub body: List,
}

/// `import ..a.b as c`
#[derive(Clone, Debug, PartialEq)]
pub struct Import {
    /// Leading dots.
    pub dots: u32,
    /// Path components; empty only in broken programs.
    pub path: Vec<Name>,
    /// `as`
    pub alias: Option<Name>,
}

/// `assert cond if guard, message`
#[derive(Clone, Copy, Debug, PartialEq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Assert {
    pub cond: ExprId,
    pub guard: Option<ExprId>,
    pub message: Option<ExprId>,
}

/// `t1 = t2: T = value`
#[derive(Clone, Debug, PartialEq)]
pub struct Assign {
    /// Targets: names, selects, index expressions.
    pub targets: Vec<ExprId>,
    /// The annotation.
    pub ty: Option<TypeId>,
    /// The value.
    pub value: ExprId,
}

/// Which kind of schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the names say it")]
pub enum SchemaKind {
    Schema,
    Mixin,
    Protocol,
}

/// `@name(args)`
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Decorator {
    /// The decorator: a name or a call.
    pub expr: ExprId,
}

/// A schema, mixin or protocol.
#[derive(Clone, Debug, PartialEq)]
pub struct SchemaDecl {
    /// Which.
    pub kind: SchemaKind,
    /// Its name.
    pub name: Name,
    /// Decorators in order.
    pub decorators: Vec<Decorator>,
    /// `[a: int]`
    pub params: Vec<Param>,
    /// `(Base)`: a (dotted) name expression.
    pub base: Option<ExprId>,
    /// `for Protocol`: a (dotted) name expression.
    pub protocol: Option<ExprId>,
    /// The doc string: an [`Expr::Str`], [`Expr::StrDecoded`] or [`Expr::Format`].
    pub doc: Option<ExprId>,
    /// `mixin [A, b.C]`: (dotted) name expressions.
    pub mixins: Vec<ExprId>,
    /// Body statements (attributes, index signatures and others), read with [`ItemAst::stmt_ids`].
    pub body: List,
    /// The check block.
    pub checks: Vec<Check>,
}

/// A rule.
#[derive(Clone, Debug, PartialEq)]
pub struct RuleDecl {
    /// Its name.
    pub name: Name,
    /// Decorators in order.
    pub decorators: Vec<Decorator>,
    /// `[a: int]`
    pub params: Vec<Param>,
    /// `(Parent, b.Other)`
    pub parents: Vec<ExprId>,
    /// `for Protocol`
    pub protocol: Option<ExprId>,
    /// The doc string.
    pub doc: Option<ExprId>,
    /// Its checks.
    pub checks: Vec<Check>,
}

/// `cond if guard, message`
#[derive(Clone, Copy, Debug, PartialEq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Check {
    pub cond: ExprId,
    pub guard: Option<ExprId>,
    pub message: Option<ExprId>,
}

/// `@d name?: T = value`
#[derive(Clone, Debug, PartialEq)]
pub struct Attr {
    /// Decorators in order.
    pub decorators: Vec<Decorator>,
    /// The name: [`Expr::Name`] or a string expression. See [`ItemAst::attr_name`].
    pub name: ExprId,
    /// Whether `?` was written.
    pub optional: bool,
    /// The type.
    pub ty: TypeId,
    /// `=`: `None`; `|=`, `+=` and friends: the operator.
    pub aug: Option<BinaryOp>,
    /// The default.
    pub default: Option<ExprId>,
}

/// `[name: ...key]: value = default`
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct IndexSig {
    /// Name of the key.
    pub name: Option<Name>,
    /// Whether `...` was written.
    pub any_other: bool,
    /// Key type.
    pub key: TypeId,
    /// Value type.
    pub value: TypeId,
    /// Default of a value.
    pub default: Option<ExprId>,
}

/// A type expression.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum TypeExpr {
    /// Something that could not be parsed; reported already.
    Error,
    /// `any`
    Any,
    /// `bool`
    Bool,
    /// `int`
    Int,
    /// `float`
    Float,
    /// `str`
    Str,
    /// A literal: `Bool`, `Int`, `Float`, `Unit` or string expression.
    Literal(ExprId),
    /// `[T]`; the element is absent in `[]`.
    List(Option<TypeId>),
    /// `{K:V}`; parts may be absent.
    Dict(Option<TypeId>, Option<TypeId>),
    /// `A | B`: read with [`ItemAst::type_ids`].
    Union(List),
    /// `(A, B) -> R`: parameters read with [`ItemAst::type_ids`].
    Function(List, Option<TypeId>),
    /// `a.b.C`: names read with [`ItemAst::names`].
    Named(List),
}

/// The tree of one top-level item.
#[derive(Clone, Debug, Default, PartialEq)]
#[expect(
    missing_docs,
    reason = "columns of the arena; read through ids and accessors"
)]
pub struct ItemAst {
    /// The item's own text; all spans index it.
    pub text: Arc<str>,
    /// Statements of the item, in order, read with [`ItemAst::stmt_ids`]. Usually one.
    pub root: List,
    pub exprs: Vec<Expr>,
    pub expr_spans: Vec<Span>,
    pub stmts: Vec<Stmt>,
    pub stmt_spans: Vec<Span>,
    pub types: Vec<TypeExpr>,
    pub type_spans: Vec<Span>,
    /// Decoded strings and literal pieces of interpolated ones.
    pub strings: Vec<Box<str>>,
    pub formats: Vec<FormatStr>,
    pub units: Vec<UnitLit>,
    pub comps: Vec<Comp>,
    pub lambdas: Vec<Lambda>,
    pub quants: Vec<Quant>,
    pub schema_exprs: Vec<SchemaExpr>,
    pub slices: Vec<Slice>,
    pub imports: Vec<Import>,
    pub asserts: Vec<Assert>,
    pub assigns: Vec<Assign>,
    pub schemas: Vec<SchemaDecl>,
    pub rules: Vec<RuleDecl>,
    pub attrs: Vec<Attr>,
    pub index_sigs: Vec<IndexSig>,
    pub list_items: Vec<Item>,
    pub list_entries: Vec<Entry>,
    pub list_item_branches: Vec<ItemBranch>,
    pub list_entry_branches: Vec<EntryBranch>,
    pub list_stmt_branches: Vec<StmtBranch>,
    pub list_compares: Vec<(CompareOp, ExprId)>,
    pub list_args: Vec<Arg>,
    pub list_names: Vec<Name>,
    pub list_stmts: Vec<StmtId>,
    pub list_types: Vec<TypeId>,
}

impl ItemAst {
    /// The text of a name.
    #[must_use]
    pub fn name(&self, name: Name) -> &str {
        &self.text[name.0.range()]
    }

    /// Where an expression stands.
    #[must_use]
    pub fn expr_span(&self, id: ExprId) -> Span {
        self.expr_spans[id.0 as usize]
    }

    /// Where a statement stands.
    #[must_use]
    pub fn stmt_span(&self, id: StmtId) -> Span {
        self.stmt_spans[id.0 as usize]
    }

    /// Where a type expression stands.
    #[must_use]
    pub fn type_span(&self, id: TypeId) -> Span {
        self.type_spans[id.0 as usize]
    }

    /// The value of a string literal without holes.
    #[must_use]
    pub fn string(&self, id: ExprId) -> Option<&str> {
        match self[id] {
            Expr::Str(span) => Some(&self.text[span.range()]),
            Expr::StrDecoded(index) => Some(&self.strings[index as usize]),
            _ => None,
        }
    }

    /// The expression without its parentheses.
    #[must_use]
    pub fn peel(&self, mut id: ExprId) -> ExprId {
        while let Expr::Paren(inner) = self[id] {
            id = inner;
        }
        id
    }

    /// `a.b.c` as names, if the expression is such a chain (without `?.`).
    #[must_use]
    pub fn dotted(&self, id: ExprId) -> Option<Vec<Name>> {
        match self[id] {
            Expr::Name(name) => Some(vec![name]),
            Expr::Select {
                optional: false,
                value,
                attr,
            } => {
                let mut names = self.dotted(value)?;
                names.push(attr);
                Some(names)
            }
            _ => None,
        }
    }

    /// What a config key means.
    #[must_use]
    pub fn key(&self, id: ExprId) -> Key<'_> {
        match self[id] {
            Expr::Name(name) => Key::Name(name),
            Expr::Str(_) | Expr::StrDecoded(_) => Key::Str(self.string(id).unwrap_or_default()),
            Expr::Select {
                optional: false, ..
            } => self.dotted(id).map_or(Key::Computed(id), Key::Path),
            Expr::Index {
                optional: false,
                value,
                index,
            } => {
                let position = match self[index] {
                    Expr::Int(i) => Some(i),
                    Expr::Unary {
                        op: UnaryOp::Neg,
                        operand,
                    } => match self[operand] {
                        Expr::Int(i) => Some(-i),
                        _ => None,
                    },
                    _ => None,
                };
                match (self.dotted(value), position) {
                    (Some(names), Some(i)) => Key::Index(names, i),
                    _ => Key::Computed(id),
                }
            }
            _ => Key::Computed(id),
        }
    }

    /// The name of an attribute.
    #[must_use]
    pub fn attr_name(&self, attr: &Attr) -> &str {
        match self[attr.name] {
            Expr::Name(name) => self.name(name),
            _ => self.string(attr.name).unwrap_or_default(),
        }
    }

    /// List items.
    #[must_use]
    pub fn items(&self, list: List) -> &[Item] {
        &self.list_items[list.range()]
    }

    /// Config entries.
    #[must_use]
    pub fn entries(&self, list: List) -> &[Entry] {
        &self.list_entries[list.range()]
    }

    /// Branches of an `if` among list items.
    #[must_use]
    pub fn item_branches(&self, list: List) -> &[ItemBranch] {
        &self.list_item_branches[list.range()]
    }

    /// Branches of an `if` among config entries.
    #[must_use]
    pub fn entry_branches(&self, list: List) -> &[EntryBranch] {
        &self.list_entry_branches[list.range()]
    }

    /// Branches of an `if` statement.
    #[must_use]
    pub fn stmt_branches(&self, list: List) -> &[StmtBranch] {
        &self.list_stmt_branches[list.range()]
    }

    /// Links of a comparison chain.
    #[must_use]
    pub fn compares(&self, list: List) -> &[(CompareOp, ExprId)] {
        &self.list_compares[list.range()]
    }

    /// Call arguments.
    #[must_use]
    pub fn args(&self, list: List) -> &[Arg] {
        &self.list_args[list.range()]
    }

    /// Names (loop variables, dotted type names).
    #[must_use]
    pub fn names(&self, list: List) -> &[Name] {
        &self.list_names[list.range()]
    }

    /// Statements.
    #[must_use]
    pub fn stmt_ids(&self, list: List) -> &[StmtId] {
        &self.list_stmts[list.range()]
    }

    /// Types.
    #[must_use]
    pub fn type_ids(&self, list: List) -> &[TypeId] {
        &self.list_types[list.range()]
    }
}

const _: () = assert!(size_of::<Expr>() <= 16);
