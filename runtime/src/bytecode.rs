//! Bytecode: what a top-level item compiles to, before it is linked into a run. Plain data without handles, so it
//! can be shared between threads and runs.

pub mod dump;
pub mod verify;

use crate::value::EntryOp;

/// A register of a frame.
pub type Reg = u16;

/// A byte range relative to the item's start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "see the type")]
pub struct Range {
    pub start: u32,
    pub end: u32,
}

/// Binary operators on two registers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum BinOp {
    Add,
    Sub,
    Mul,
    Div,
    FloorDiv,
    Mod,
    Pow,
    Shl,
    Shr,
    BitAnd,
    BitXor,
    Union,
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

/// Unary operators.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum UnOp {
    Neg,
    Pos,
    Invert,
    Not,
}

/// Conversion of a value in an interpolated string.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum TextForm {
    Str,
    Json,
    Yaml,
}

/// Instructions: 8 bytes. `name` indexes the unit's names, `cst` its constants, `code` its code blocks, `ty` its
/// types, `global` its global references; `to` is a jump target.
#[derive(Clone, Copy, Debug, PartialEq)]
#[expect(
    missing_docs,
    reason = "operands are described in the line above each instruction"
)]
pub enum Op {
    /// dst = src
    Move { dst: Reg, src: Reg },
    /// dst = constant
    Const { dst: Reg, cst: u32 },
    /// dst = small integer
    Int { dst: Reg, value: i32 },
    /// dst = True / False
    Bool { dst: Reg, value: bool },
    /// dst = None
    None { dst: Reg },
    /// dst = Undefined
    Undefined { dst: Reg },
    /// dst = native function
    Native { dst: Reg, id: u16 },
    /// dst = slot of a package
    Global { dst: Reg, global: u32 },
    /// dst = name `index` of the schema part that runs: an attribute, or what it means outside
    SelfName { dst: Reg, index: u32 },
    /// dst = value so far of the slot whose setter runs
    Prev { dst: Reg },
    /// dst = argument `index` of the schema part that runs
    Arg { dst: Reg, index: u16 },
    /// dst = captured value
    Capture { dst: Reg, index: u16 },
    /// dst = key name of the index signature that is being evaluated
    KeyName { dst: Reg },
    /// dst = a op b
    Binary { op: BinOp, dst: Reg, a: Reg, b: Reg },
    /// dst = a + imm
    AddInt { dst: Reg, a: Reg, imm: i16 },
    /// dst = op a
    Unary { op: UnOp, dst: Reg, a: Reg },
    /// pc = to
    Jump { to: u32 },
    /// if a is truthy: pc = to
    JumpIf { a: Reg, to: u32 },
    /// if a is falsy: pc = to
    JumpIfNot { a: Reg, to: u32 },
    /// if an argument was given: pc = to
    JumpIfGiven { a: Reg, to: u32 },
    /// if a is not Undefined: pc = to
    JumpIfSet { a: Reg, to: u32 },
    /// if name `index` of the schema part that runs is no attribute: pc = to
    JumpIfForeign { index: u16, to: u32 },
    /// dst = obj.name
    Attr { dst: Reg, obj: Reg, name: u16 },
    /// dst = obj.name of field `field`, whose obj is most likely an instance: its slot is remembered
    Field { dst: Reg, obj: Reg, field: u16 },
    /// the same for names beyond the first 65,536: obj in dst
    AttrWide { dst: Reg, name: u32 },
    /// dst = obj[index]
    Index { dst: Reg, obj: Reg, index: Reg },
    /// dst = obj[a:b:c], bounds in at, at+1, at+2
    Slice { dst: Reg, obj: Reg, at: Reg },
    /// dst = f(f+1 … f+n)
    Call { n: u8, dst: Reg, f: Reg },
    /// the same, the last arguments named by keyword list `kw`
    CallKw { n: u8, dst: Reg, f: Reg, kw: u16 },
    /// dst = native(first … first+n-1)
    CallNative {
        n: u8,
        dst: Reg,
        first: Reg,
        id: u16,
    },
    /// dst = f.name(f+1 … f+n)
    CallMethod { n: u8, dst: Reg, f: Reg, name: u16 },
    /// dst = closure over at … at+n-1
    Closure { n: u8, dst: Reg, at: Reg, code: u16 },
    /// the config of an instance is evaluated next
    InstanceBegin,
    /// dst = class(args){config}: class in at, config in at+1, then n arguments; with keywords if `kw` is not 0xffff
    Instance { n: u8, dst: Reg, at: Reg, kw: u16 },
    /// start a list
    ListBegin,
    /// append a
    ListPush { a: Reg },
    /// append the items of a
    ListExtend { a: Reg },
    /// dst = the list
    ListEnd { dst: Reg },
    /// start a dict
    DictBegin,
    /// entry with a fixed key
    DictSet { op: EntryOp, value: Reg, name: u32 },
    /// entry with a computed key
    DictSetDyn { op: EntryOp, key: Reg, value: Reg },
    /// entry `key[index] op value`: key name in `name`, index in register `index`
    DictSetIndex {
        op: EntryOp,
        name: u16,
        index: Reg,
        value: Reg,
    },
    /// merge the entries of a with their operators
    DictUnpack { a: Reg },
    /// dst = the dict
    DictEnd { dst: Reg },
    /// dst = value so far of key `name` in the `depth`-th open dict of this frame
    DictGet { depth: u8, dst: Reg, name: u32 },
    /// start iterating the value in at (at+1 is the position)
    IterBegin { at: Reg },
    /// at+2 (and at+3) = next element, or pc = to
    IterNext { vars: u8, at: Reg, to: u32 },
    /// start counting: at = current, at+1 = stop, at+2 = step
    RangeBegin { at: Reg },
    /// at+3 = next number, or pc = to
    RangeNext { at: Reg, to: u32 },
    /// dst = filtered copy of src from kept positions in the open list
    FilterEnd { dst: Reg, src: Reg },
    /// dst = texts of at … at+n-1 joined
    Concat { n: u8, dst: Reg, at: Reg },
    /// dst = text of a
    Text { form: TextForm, dst: Reg, a: Reg },
    /// dst = a, checked against and converted to a type
    Pack { dst: Reg, ty: u32 },
    /// dst = a as type (strict)
    As { dst: Reg, ty: u32 },
    /// fail unless cond is truthy; message in msg (0xffff: none)
    Assert { cond: Reg, msg: Reg },
    /// the same for a check block
    Check { cond: Reg, msg: Reg },
    /// dst.name = value, giving the changed copy in dst
    SetAttr { dst: Reg, value: Reg, name: u16 },
    /// dst[index] = value, giving the changed copy in dst
    SetIndex { dst: Reg, index: Reg, value: Reg },
    /// change the object in dst in place (parameters of lambdas)
    SetAttrInPlace { dst: Reg, value: Reg, name: u16 },
    /// the same by index
    SetIndexInPlace { dst: Reg, index: Reg, value: Reg },
    /// evaluate a slot of the own package up to and including setter `setter`
    ForceGlobal { global: u32 },
    /// add the value of an expression statement to the output
    Emit { a: Reg },
    /// fail or warn: version, reason, strict in at, at+1, at+2; name of what is deprecated
    Deprecated { at: Reg, name: u32 },
    /// leave with a value
    Return { a: Reg },
    /// leave without a value: the branch was not taken
    ReturnHole,
}

const _: () = assert!(size_of::<Op>() == 8);

/// A constant.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Const {
    Int(i64),
    Float(f64),
    Str(Box<str>),
    Unit {
        raw: i64,
        suffix: Box<str>,
        value: f64,
    },
    /// A list or dict whose leaves are all constant.
    Tree(Box<Tree>),
}

/// A constant list or dict in prefix order: what a literal without logic compiles to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tree {
    /// Nodes in prefix order.
    pub nodes: Vec<Node>,
    /// Where the keys stand, in the order of their nodes.
    pub places: Vec<Range>,
    /// Text of all strings.
    pub text: String,
}

/// A node of a [`Tree`].
#[derive(Clone, Copy, Debug, PartialEq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Node {
    None,
    Undefined,
    Bool(bool),
    Int(i64),
    Float(f64),
    /// A range of `text`.
    Str(u32, u32),
    /// So many elements follow.
    List(u32),
    /// So many (key, value) pairs follow; a key is a `Key` node. Keys are distinct.
    Dict(u32),
    /// A name of the unit and its operator.
    Key(u32, EntryOp),
}

/// A type as it is checked at run time.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum RtType {
    Any,
    Bool,
    Int,
    Float,
    Str,
    BoolLit(bool),
    IntLit(i64),
    FloatLit(f64),
    StrLit(Box<str>),
    UnitLit(i64, Box<str>),
    NumberMultiplier,
    List(Box<RtType>),
    Dict(Box<RtType>),
    Union(Vec<RtType>),
    Function,
    /// A global: a schema, an alias, or a variable that stands for the type of its value. With its name as written.
    Named(u32, Box<str>),
}

/// A code block: a function, a setter, a check block.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Code {
    /// Instructions.
    pub ops: Vec<Op>,
    /// Registers used.
    pub regs: u16,
    /// Parameters, in the first registers.
    pub params: Vec<u32>,
    /// How many parameters have no default.
    pub required: u16,
    /// Places of instructions: from this pc on.
    pub spans: Vec<(u32, Range)>,
    /// Places of statements: from this pc on.
    pub statements: Vec<(u32, Range)>,
    /// What it is, for traces and dumps.
    pub label: Box<str>,
}

/// What a name of a schema body means if no attribute of the instance has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outside {
    /// Nothing: it reads as Undefined.
    Nothing,
    /// A slot of a package.
    Global(u32),
    /// A native function.
    Native(u16),
}

/// How a setter works on the value so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SetterKind {
    /// An attribute declaration `x: T = e`: not evaluated if the config overrides it.
    Default,
    /// An attribute declaration without value.
    Declare,
    /// `x: T |= e`
    UnionDefault,
    /// `x = e`, `x += e`, `x.a = e`: the code reads the value so far if it needs it.
    Assign,
    /// `x: S {…}`: the code gives an instance, which is united with the value so far.
    Unify,
    /// In the main package: the code gives the config; all blocks of the name are merged, then instantiated.
    UnifyConfig {
        /// Gives a list: the schema, then its arguments.
        class: u32,
        /// Whether blocks before it are forgotten: it is an assignment.
        restart: bool,
    },
}

/// One statement that gives a slot its value.
#[derive(Clone, Debug, PartialEq)]
pub struct Setter {
    /// Name of the slot.
    pub name: u32,
    /// What it does.
    pub kind: SetterKind,
    /// Its code.
    pub code: u32,
    /// A constant instead of code.
    pub constant: Option<u32>,
    /// Whether it reads the value so far, or runs conditionally: then reads depend on their position.
    pub positional: bool,
    /// Declared type.
    pub ty: Option<u32>,
    /// Whether the value is known to have the declared type.
    pub proved: bool,
    /// Where the statement stands.
    pub span: Range,
    /// Where the name stands.
    pub place: Range,
}

/// What runs in the order of the statements.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Evaluate the slot of setter `0`.
    Slot(u32),
    /// Run a code block.
    Run(u32),
}

/// A declared attribute.
#[derive(Clone, Debug, PartialEq)]
pub struct AttrCode {
    /// Its name.
    pub name: u32,
    /// Whether `?` was written.
    pub optional: bool,
    /// Code of `@deprecated`, run if the config sets it.
    pub deprecated: Option<u32>,
    /// Declared type.
    pub ty: Option<u32>,
}

/// A compiled schema, mixin, protocol or rule.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SchemaCode {
    /// Its name.
    pub name: u32,
    /// Whether it is a mixin (its name ends in `Mixin` or it was declared so).
    pub is_mixin: bool,
    /// Whether it is a rule: the value is an instance of its protocol.
    pub is_rule: bool,
    /// Parameter names.
    pub params: Vec<u32>,
    /// Code of each parameter's default.
    pub defaults: Vec<Option<u32>>,
    /// Type of each parameter.
    pub param_types: Vec<Option<u32>>,
    /// The base: a global.
    pub base: Option<u32>,
    /// Parents of a rule, mixins of a schema: globals.
    pub mixins: Vec<u32>,
    /// Protocol of a rule.
    pub protocol: Option<u32>,
    /// Names read in the body, checks and defaults, with their meaning outside.
    pub names: Vec<(u32, Outside)>,
    /// Declared attributes in order.
    pub attrs: Vec<AttrCode>,
    /// Setters in order.
    pub setters: Vec<Setter>,
    /// What runs in statement order: slots and asserts.
    pub steps: Vec<Step>,
    /// Code of the check block.
    pub checks: Option<u32>,
    /// Code of `@deprecated`.
    pub deprecated: Option<u32>,
    /// Index signature.
    pub index: Option<IndexCode>,
    /// Where the name stands.
    pub span: Range,
}

/// A compiled index signature.
#[derive(Clone, Debug, PartialEq)]
pub struct IndexCode {
    /// Name of the key.
    pub key: Option<u32>,
    /// Key type if it is not simply `str`.
    pub key_type: Option<u32>,
    /// Value type.
    pub ty: u32,
    /// Code of the default.
    pub default: Option<u32>,
}

/// A reference to a top-level name of a package.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct GlobalRef {
    /// Import path of the package.
    pub package: Box<str>,
    /// The name.
    pub name: u32,
}

/// What one top-level item compiles to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Unit {
    /// Names used.
    pub names: Vec<Box<str>>,
    /// Constants.
    pub consts: Vec<Const>,
    /// Names of the attributes that [`Op::Field`] reads.
    pub fields: Vec<u32>,
    /// References to top-level names.
    pub globals: Vec<GlobalRef>,
    /// Types.
    pub types: Vec<RtType>,
    /// Keyword lists of calls.
    pub keywords: Vec<Vec<u32>>,
    /// Code blocks.
    pub codes: Vec<Code>,
    /// Schemas.
    pub schemas: Vec<SchemaCode>,
    /// Type aliases: name and type.
    pub aliases: Vec<(u32, u32)>,
    /// Setters of top-level names, in order.
    pub setters: Vec<Setter>,
    /// What runs, in order.
    pub steps: Vec<Step>,
    /// Whether `.instances` is used anywhere.
    pub uses_instances: bool,
}
