//! Readable listings of bytecode: tables first, then schemas, then code blocks with one instruction a line. Names,
//! constants, types and globals are shown behind the instructions that use them.

use std::fmt::Write;

use super::{
    Code, Const, Node, Op, Outside, RtType, SchemaCode, Setter, SetterKind, Step, Tree, Unit,
};
use crate::value::EntryOp;

/// A unit as text.
#[must_use]
pub fn unit(unit: &Unit) -> String {
    let mut listing = Listing {
        unit,
        out: String::new(),
    };
    listing.tables();
    for index in 0..unit.schemas.len() {
        listing.schema(index);
    }
    listing.setters("", &unit.setters);
    listing.steps("", &unit.steps, &unit.setters);
    for (index, code) in unit.codes.iter().enumerate() {
        listing.code(index, code);
    }
    listing.out
}

struct Listing<'a> {
    unit: &'a Unit,
    out: String,
}

impl Listing<'_> {
    fn line(&mut self, text: &str) {
        self.out.push_str(text.trim_end());
        self.out.push('\n');
    }

    fn name(&self, index: u32) -> &str {
        self.unit.names.get(index as usize).map_or("?", |name| name)
    }

    fn global(&self, index: u32) -> String {
        match self.unit.globals.get(index as usize) {
            Some(global) if global.package.is_empty() => self.name(global.name).to_owned(),
            Some(global) => format!("{}.{}", global.package, self.name(global.name)),
            None => "?".to_owned(),
        }
    }

    fn ty(&self, index: u32) -> String {
        self.unit
            .types
            .get(index as usize)
            .map_or_else(|| "?".to_owned(), type_text)
    }

    fn constant(&self, index: u32) -> String {
        self.unit
            .consts
            .get(index as usize)
            .map_or_else(|| "?".to_owned(), |c| constant_text(c, &self.unit.names))
    }

    fn names(&self, indices: &[u32]) -> String {
        indices
            .iter()
            .map(|name| self.name(*name))
            .collect::<Vec<_>>()
            .join(", ")
    }

    fn tables(&mut self) {
        for index in 0..self.unit.consts.len() as u32 {
            let text = self.constant(index);
            self.line(&format!("const {index}: {text}"));
        }
        for (index, (name, ty)) in self.unit.aliases.iter().enumerate() {
            let (name, ty) = (self.name(*name).to_owned(), self.ty(*ty));
            self.line(&format!("alias {index}: {name} = {ty}"));
        }
    }

    fn schema(&mut self, index: usize) {
        let schema: &SchemaCode = &self.unit.schemas[index];
        let kind = if schema.is_rule {
            "rule"
        } else if schema.is_mixin {
            "mixin"
        } else {
            "schema"
        };
        let mut head = format!("{kind} {index}: {}", self.name(schema.name));
        if !schema.params.is_empty() {
            let _ = write!(head, "[{}]", self.names(&schema.params));
        }
        if let Some(base) = schema.base {
            let _ = write!(head, "({})", self.global(base));
        }
        if let Some(protocol) = schema.protocol {
            let _ = write!(head, " for {}", self.global(protocol));
        }
        if !schema.mixins.is_empty() {
            let mixins: Vec<String> = schema
                .mixins
                .iter()
                .map(|global| self.global(*global))
                .collect();
            let _ = write!(head, " mixin [{}]", mixins.join(", "));
        }
        self.line(&head);
        for (index, (name, outside)) in schema.names.iter().enumerate() {
            let outside = match outside {
                Outside::Nothing => String::new(),
                Outside::Global(global) => format!(", else {}", self.global(*global)),
                Outside::Native(id) => format!(", else native {id}"),
            };
            let name = self.name(*name).to_owned();
            self.line(&format!("  name {index}: {name}{outside}"));
        }
        for attr in &schema.attrs {
            let mut text = format!(
                "  attr {}{}",
                self.name(attr.name),
                if attr.optional { "?" } else { "" }
            );
            if let Some(ty) = attr.ty {
                let _ = write!(text, ": {}", self.ty(ty));
            }
            if let Some(code) = attr.deprecated {
                let _ = write!(text, " (deprecated, code {code})");
            }
            self.line(&text);
        }
        if let Some(index) = &schema.index {
            let key = index
                .key_type
                .map_or_else(|| "str".to_owned(), |ty| self.ty(ty));
            let name = index
                .key
                .map_or(String::new(), |name| format!("{}: ", self.name(name)));
            let default = index
                .default
                .map_or(String::new(), |code| format!(" = code {code}"));
            let value = self.ty(index.ty);
            self.line(&format!("  index [{name}{key}]: {value}{default}"));
        }
        self.setters("  ", &schema.setters);
        self.steps("  ", &schema.steps, &schema.setters);
        let codes = [("check", schema.checks), ("deprecated", schema.deprecated)];
        for (what, code) in codes
            .into_iter()
            .filter_map(|(what, code)| Some((what, code?)))
        {
            self.line(&format!("  {what}: code {code}"));
        }
    }

    fn setters(&mut self, indent: &str, setters: &[Setter]) {
        for setter in setters {
            let kind = match setter.kind {
                SetterKind::Default => "default",
                SetterKind::Declare => "declare",
                SetterKind::UnionDefault => "union default",
                SetterKind::Assign => "assign",
                SetterKind::Unify => "unify",
                SetterKind::UnifyConfig { .. } => "unify config of",
            };
            let mut text = format!("{indent}set {}: {kind}", self.name(setter.name));
            if let SetterKind::UnifyConfig { class, .. } = setter.kind {
                let _ = write!(text, " code {class},");
            }
            match setter.constant {
                Some(constant) => {
                    let _ = write!(text, " const {constant}");
                }
                None => {
                    let _ = write!(text, " code {}", setter.code);
                }
            }
            if let Some(ty) = setter.ty {
                let _ = write!(text, " as {}", self.ty(ty));
            }
            if setter.positional {
                text.push_str(", in place");
            }
            self.line(&text);
        }
    }

    fn steps(&mut self, indent: &str, steps: &[Step], setters: &[Setter]) {
        let shown: Vec<String> = steps
            .iter()
            .map(|step| match step {
                Step::Slot(setter) => setters
                    .get(*setter as usize)
                    .map_or("?", |s| self.name(s.name))
                    .to_owned(),
                Step::Run(code) => format!("code {code}"),
            })
            .collect();
        if !shown.is_empty() {
            self.line(&format!("{indent}run {}", shown.join(", ")));
        }
    }

    fn code(&mut self, index: usize, code: &Code) {
        let params = if code.params.is_empty() {
            String::new()
        } else {
            format!("({})", self.names(&code.params))
        };
        self.line(&format!(
            "code {index}: {}{params}, {} registers",
            code.label, code.regs
        ));
        for (at, op) in code.ops.iter().enumerate() {
            let place = code.spans.iter().find(|(pc, _)| *pc as usize == at);
            let place = place.map_or(String::new(), |(_, range)| {
                format!("{}..{}", range.start, range.end)
            });
            let note = self
                .note(op)
                .map_or(String::new(), |note| format!("; {note}"));
            self.line(&format!(
                "  {at:>4} {:<34} {place:<11} {note}",
                instruction(op)
            ));
        }
    }

    /// What the numbers of an instruction stand for.
    fn note(&self, op: &Op) -> Option<String> {
        Some(match *op {
            Op::Const { cst, .. } => self.constant(cst),
            Op::Global { global, .. } | Op::ForceGlobal { global } => self.global(global),
            Op::Attr { name, .. }
            | Op::CallMethod { name, .. }
            | Op::DictSetIndex { name, .. }
            | Op::SetAttr { name, .. }
            | Op::SetAttrInPlace { name, .. } => self.name(u32::from(name)).to_owned(),
            Op::Field { field, .. } => {
                let name = self.unit.fields.get(usize::from(field))?;
                self.name(*name).to_owned()
            }
            Op::AttrWide { name, .. }
            | Op::DictSet { name, .. }
            | Op::DictGet { name, .. }
            | Op::Deprecated { name, .. } => self.name(name).to_owned(),
            Op::Pack { ty, .. } | Op::As { ty, .. } => self.ty(ty),
            Op::Closure { code, .. } => self.unit.codes.get(usize::from(code))?.label.to_string(),
            Op::CallKw { kw, .. } | Op::Instance { kw, .. } => {
                self.names(self.unit.keywords.get(usize::from(kw))?)
            }
            _ => return None,
        })
    }
}

/// Operands that are registers wherever they occur.
const REGISTERS: &[&str] = &[
    "dst", "src", "a", "b", "obj", "f", "at", "first", "key", "cond", "msg",
];

/// An instruction: `r2 = add_int r1, imm 3`. Registers are `r…`; of a missing one (`0xffff`) only `-` is shown.
fn instruction(op: &Op) -> String {
    let text = format!("{op:?}");
    let (name, fields) = text.split_once(" { ").unwrap_or((&text, ""));
    let indexed = matches!(
        op,
        Op::Index { .. }
            | Op::DictSetIndex { .. }
            | Op::SetIndex { .. }
            | Op::SetIndexInPlace { .. }
    );
    let literal = matches!(op, Op::Int { .. } | Op::Bool { .. });
    let (mut result, mut operands) = (String::new(), Vec::new());
    for field in fields
        .trim_end_matches(" }")
        .split(", ")
        .filter(|field| !field.is_empty())
    {
        let Some((name, value)) = field.split_once(": ") else {
            continue;
        };
        let register =
            REGISTERS.contains(&name) || name == "index" && indexed || name == "value" && !literal;
        let shown = match value {
            "65535" if register || name == "kw" => "-".to_owned(),
            _ if register => format!("r{value}"),
            _ if name == "op" || name == "value" => value.to_lowercase(),
            _ => format!("{name} {value}"),
        };
        if name == "dst" {
            result = format!("{shown} = ")
        } else {
            operands.push(shown)
        }
    }
    let mut mnemonic = String::new();
    for c in name.chars() {
        if c.is_uppercase() && !mnemonic.is_empty() {
            mnemonic.push('_');
        }
        mnemonic.extend(c.to_lowercase());
    }
    format!("{result}{mnemonic} {}", operands.join(", "))
        .trim_end()
        .to_owned()
}

fn constant_text(constant: &Const, names: &[Box<str>]) -> String {
    match constant {
        Const::Int(value) => value.to_string(),
        Const::Float(value) => format!("{value:?}"),
        Const::Str(text) => format!("{text:?}"),
        Const::Unit { raw, suffix, .. } => format!("{raw}{suffix}"),
        Const::Tree(tree) => {
            let mut nodes = tree.nodes.iter();
            tree_text(tree, &mut nodes, names)
        }
    }
}

fn tree_text(tree: &Tree, nodes: &mut std::slice::Iter<'_, Node>, names: &[Box<str>]) -> String {
    match nodes.next() {
        Some(Node::None) => "None".to_owned(),
        Some(Node::Bool(value)) => if *value { "True" } else { "False" }.to_owned(),
        Some(Node::Int(value)) => value.to_string(),
        Some(Node::Float(value)) => format!("{value:?}"),
        Some(Node::Str(start, end)) => {
            format!(
                "{:?}",
                tree.text
                    .get(*start as usize..*end as usize)
                    .unwrap_or_default()
            )
        }
        Some(Node::List(len)) => {
            let items: Vec<String> = (0..*len).map(|_| tree_text(tree, nodes, names)).collect();
            format!("[{}]", items.join(", "))
        }
        Some(Node::Dict(len)) => {
            let pairs: Vec<String> = (0..*len)
                .map(|_| {
                    let key = tree_text(tree, nodes, names);
                    format!("{key} {}", tree_text(tree, nodes, names))
                })
                .collect();
            format!("{{{}}}", pairs.join(", "))
        }
        Some(Node::Key(name, op)) => {
            let name = names.get(*name as usize).map_or("?", |name| name);
            let op = match op {
                EntryOp::Union => ":",
                EntryOp::Override => " =",
                EntryOp::Insert => " +=",
            };
            format!("{name}{op}")
        }
        Some(Node::Undefined) | None => "Undefined".to_owned(),
    }
}

fn type_text(ty: &RtType) -> String {
    match ty {
        RtType::Any => "any".to_owned(),
        RtType::Bool => "bool".to_owned(),
        RtType::Int => "int".to_owned(),
        RtType::Float => "float".to_owned(),
        RtType::Str => "str".to_owned(),
        RtType::BoolLit(value) => if *value { "True" } else { "False" }.to_owned(),
        RtType::IntLit(value) => value.to_string(),
        RtType::FloatLit(value) => format!("{value:?}"),
        RtType::StrLit(text) => format!("{text:?}"),
        RtType::UnitLit(value, suffix) => format!("{value}{suffix}"),
        RtType::NumberMultiplier => "number_multiplier".to_owned(),
        RtType::List(item) => format!("[{}]", type_text(item)),
        RtType::Dict(value) => format!("{{str:{}}}", type_text(value)),
        RtType::Union(types) => types.iter().map(type_text).collect::<Vec<_>>().join(" | "),
        RtType::Function => "function".to_owned(),
        RtType::Named(_, name) => name.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::{BinOp, Range, Reg};
    use super::*;

    #[test]
    fn instructions_read_from_left_to_right() {
        let none: Reg = 0xffff;
        let listed = [
            Op::Binary {
                op: BinOp::Add,
                dst: 2,
                a: 0,
                b: 1,
            },
            Op::Int { dst: 0, value: -3 },
            Op::AddInt {
                dst: 1,
                a: 0,
                imm: 4,
            },
            Op::Index {
                dst: 0,
                obj: 1,
                index: 2,
            },
            Op::Arg { dst: 0, index: 2 },
            Op::Assert { cond: 1, msg: none },
            Op::ListBegin,
            Op::JumpIfNot { a: 3, to: 12 },
            Op::Return { a: 0 },
        ];
        let texts: Vec<String> = listed.iter().map(instruction).collect();
        assert_eq!(
            texts,
            [
                "r2 = binary add, r0, r1",
                "r0 = int -3",
                "r1 = add_int r0, imm 4",
                "r0 = index r1, r2",
                "r0 = arg index 2",
                "assert r1, -",
                "list_begin",
                "jump_if_not r3, to 12",
                "return r0",
            ]
        );
    }

    #[test]
    fn a_unit_lists_its_tables_and_code() {
        let code = Code {
            ops: vec![
                Op::Const { dst: 0, cst: 1 },
                Op::Attr {
                    dst: 0,
                    obj: 0,
                    name: 1,
                },
                Op::Return { a: 0 },
            ],
            regs: 1,
            spans: vec![(1, Range { start: 4, end: 9 })],
            label: "a".into(),
            ..Code::default()
        };
        let nodes = vec![
            Node::Dict(1),
            Node::Key(1, EntryOp::Override),
            Node::List(2),
            Node::Int(1),
            Node::Str(0, 2),
        ];
        let unit = Unit {
            names: vec!["a".into(), "b".into()],
            consts: vec![
                Const::Int(7),
                Const::Tree(Box::new(Tree {
                    nodes,
                    places: Vec::new(),
                    text: "xy".to_owned(),
                })),
            ],
            types: vec![RtType::Union(vec![
                RtType::Int,
                RtType::List(Box::new(RtType::Str)),
            ])],
            codes: vec![code],
            setters: vec![Setter {
                name: 0,
                kind: SetterKind::Assign,
                code: 0,
                constant: None,
                positional: false,
                ty: Some(0),
                proved: false,
                span: Range::default(),
                place: Range::default(),
            }],
            steps: vec![Step::Slot(0)],
            ..Unit::default()
        };
        let expected = "\
const 0: 7
const 1: {b = [1, \"xy\"]}
set a: assign code 0 as int | [str]
run a
code 0: a, 1 registers
     0 r0 = const cst 1                               ; {b = [1, \"xy\"]}
     1 r0 = attr r0, name 1               4..9        ; b
     2 return r0
";
        assert_eq!(super::unit(&unit), expected);
    }
}
