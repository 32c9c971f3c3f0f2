//! What a walk over an item finds out about every name in it, written down for editors.
//!
//! A check throws most of this away, so it is recorded on demand only: by [`item_trace`] for an item as it is, and by
//! [`probe`] for a text in which a name was put where somebody is typing. The recording itself is in [`super::notes`].

use kiln_syntax::ast::{ExprId, ItemAst};
use kiln_syntax::span::Span;
use salsa::SalsaValue;

use super::notes::walk;
use super::schema::Attribute;
use crate::Db;
use crate::outline::Item;
use crate::packages::Package;
use crate::syntax::item_syntax;
use crate::types::{FnParam, ParamsOrigin, SchemaTy, Sym, Ty};

pub use super::scope::LocalKind;

/// What a name means.
#[derive(Clone, Copy, Debug, PartialEq, SalsaValue)]
pub enum Meaning<'db> {
    /// Something bound in the item itself.
    Local {
        /// Where, relative to the item.
        decl: Span,
        /// How.
        kind: LocalKind,
    },
    /// An attribute of a schema.
    Attribute(Attribute<'db>),
    /// A name of a package.
    Definition {
        /// The package.
        package: Package<'db>,
        /// The name.
        name: Sym<'db>,
    },
    /// A package, by the name that an import gives it.
    Import(Sym<'db>),
    /// A builtin function.
    Builtin(Sym<'db>),
    /// A member of a system module, by the index of the module.
    ModuleMember(u8, Sym<'db>),
    /// A member of strings.
    StrMember(Sym<'db>),
    /// A parameter, named by an argument.
    Param(ParamsOrigin<'db>, u32),
    /// A key of a dict without declared entries, or an attribute of a value about which nothing is known.
    Key,
    /// A decorator.
    Decorator,
}

/// A name in an item.
#[derive(Clone, Copy, Debug, PartialEq, SalsaValue)]
pub struct Use<'db> {
    /// Where, relative to the item; a string key without its quotes.
    pub span: Span,
    /// What it means.
    pub meaning: Meaning<'db>,
    /// The type of its value; for the name of a type, that type.
    pub ty: Ty<'db>,
    /// Whether it is declared or set here.
    pub declares: bool,
}

/// A call or instance with arguments.
#[derive(Clone, Debug, PartialEq, SalsaValue)]
pub struct CallSite<'db> {
    /// What is called.
    pub callee: Span,
    /// Its parameters.
    pub params: Box<[FnParam<'db>]>,
    /// Where they are declared.
    pub origin: Option<ParamsOrigin<'db>>,
    /// Whether more positional arguments are taken.
    pub variadic: bool,
}

/// What a walk wrote down.
#[derive(Clone, Debug, Default, PartialEq, SalsaValue)]
pub struct Trace<'db> {
    /// All names, by position.
    pub uses: Box<[Use<'db>]>,
    /// Calls in the order of the walk.
    pub calls: Box<[CallSite<'db>]>,
    /// What is expected of expressions by id, as far as something is.
    expected: Box<[(u32, Ty<'db>)]>,
    /// Types of expressions, by id.
    types: Box<[Ty<'db>]>,
}

impl<'db> Trace<'db> {
    pub(super) const fn new(
        uses: Box<[Use<'db>]>,
        calls: Box<[CallSite<'db>]>,
        expected: Box<[(u32, Ty<'db>)]>,
        types: Box<[Ty<'db>]>,
    ) -> Self {
        Self {
            uses,
            calls,
            expected,
            types,
        }
    }

    /// The name at a position; where two meet, the one that begins there.
    #[must_use]
    pub fn at(&self, offset: u32) -> Option<&Use<'db>> {
        let behind = self.uses.partition_point(|it| it.span.start <= offset);
        let before = &self.uses[..behind];
        before.iter().rev().take(2).find(|it| offset <= it.span.end)
    }

    /// The type of an expression.
    #[must_use]
    pub fn type_of(&self, expr: ExprId) -> Ty<'db> {
        self.types.get(expr.0 as usize).copied().unwrap_or(Ty::Any)
    }

    /// What is expected of an expression.
    #[must_use]
    pub fn expected_of(&self, expr: ExprId) -> Option<Ty<'db>> {
        let found = self.expected.binary_search_by_key(&expr.0, |(id, _)| *id);
        found.ok().map(|index| self.expected[index].1)
    }
}

/// The name that stands for the cursor in the text of a [`probe`].
pub const CURSOR: &str = "kilnCursorIsHere";

/// A name in scope.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LocalName<'db> {
    /// The name.
    pub name: Sym<'db>,
    /// Its type.
    pub ty: Ty<'db>,
    /// What made it.
    pub kind: LocalKind,
}

/// What can be written at the cursor.
#[derive(Clone, Debug, PartialEq)]
pub enum Site<'db> {
    /// A value, or the beginning of a statement.
    Value {
        /// What is expected.
        expected: Option<Ty<'db>>,
    },
    /// A member of a value, package or module.
    Member {
        /// Type of what is left of the dot.
        receiver: Ty<'db>,
    },
    /// A key of a config block.
    Key {
        /// Type of the block.
        expected: Option<Ty<'db>>,
    },
    /// A type.
    Type,
    /// A member of a package as a type.
    TypeMember {
        /// The package.
        package: Package<'db>,
    },
    /// The name of an argument, or its value.
    Argument {
        /// Parameters that can be named.
        params: Box<[FnParam<'db>]>,
        /// What is expected of the value.
        expected: Option<Ty<'db>>,
    },
    /// A decorator.
    Decorator,
    /// The name of an attribute or variable that is set in a schema.
    Statement,
}

/// The result of a [`probe`].
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Probe<'db> {
    /// What can be written.
    pub site: Option<Site<'db>>,
    /// Names bound in the item around the cursor, innermost first.
    pub locals: Vec<LocalName<'db>>,
    /// The schema whose body is around the cursor.
    pub schema: Option<SchemaTy<'db>>,
    /// Whether the cursor is in the body of a lambda.
    pub in_lambda: bool,
}

/// What every name of an item means.
#[salsa::tracked(cycle_result = trace_cycle)]
pub fn item_trace<'db>(db: &'db dyn Db, item: Item<'db>) -> Trace<'db> {
    walk(db, item, &item_syntax(db, item).ast).0
}

fn trace_cycle<'db>(_: &'db dyn Db, _: salsa::Id, _: Item<'db>) -> Trace<'db> {
    Trace::default()
}

/// What can be written where a text that stands for an item has the name [`CURSOR`].
#[must_use]
pub fn probe<'db>(db: &'db dyn Db, item: Item<'db>, ast: &'db ItemAst) -> (Trace<'db>, Probe<'db>) {
    walk(db, item, ast)
}
