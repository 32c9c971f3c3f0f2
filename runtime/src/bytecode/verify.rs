//! The bytecode verifier: registers, jumps and indices are in range, and no block runs off its end. Code that passes
//! cannot make the interpreter index out of bounds, wherever it came from.

use super::{Code, Op, Setter, SetterKind, Step, Unit};

/// What is wrong with a unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Code block, if it is inside one.
    pub code: Option<usize>,
    /// Instruction.
    pub pc: Option<usize>,
    /// What is wrong.
    pub message: &'static str,
}

const NONE: u16 = u16::MAX;

/// Checks a unit.
///
/// # Errors
/// The first fault found.
pub fn verify(unit: &Unit) -> Result<(), Fault> {
    for (index, code) in unit.codes.iter().enumerate() {
        verify_code(unit, code).map_err(|(pc, message)| Fault {
            code: Some(index),
            pc: Some(pc),
            message,
        })?;
    }
    let fault = |message| Fault {
        code: None,
        pc: None,
        message,
    };
    verify_setters(unit, &unit.setters, &unit.steps).map_err(fault)?;
    for global in &unit.globals {
        if global.name as usize >= unit.names.len() {
            return Err(fault("a global without a name"));
        }
    }
    if unit
        .fields
        .iter()
        .any(|&name| name as usize >= unit.names.len())
    {
        return Err(fault("a field without a name"));
    }
    for &(name, ty) in &unit.aliases {
        if name as usize >= unit.names.len() || ty as usize >= unit.types.len() {
            return Err(fault("an alias out of range"));
        }
    }
    for list in &unit.keywords {
        if list.iter().any(|&n| n as usize >= unit.names.len()) {
            return Err(fault("a keyword out of range"));
        }
    }
    for schema in &unit.schemas {
        verify_setters(unit, &schema.setters, &schema.steps).map_err(fault)?;
        let codes = schema
            .checks
            .iter()
            .chain(&schema.deprecated)
            .chain(schema.defaults.iter().flatten());
        for &code in codes {
            if code as usize >= unit.codes.len() {
                return Err(fault("a code block out of range"));
            }
        }
        let names = schema
            .names
            .iter()
            .map(|n| n.0)
            .chain(schema.params.iter().copied());
        for name in names
            .chain(schema.attrs.iter().map(|a| a.name))
            .chain([schema.name])
        {
            if name as usize >= unit.names.len() {
                return Err(fault("a name out of range"));
            }
        }
    }
    Ok(())
}

fn verify_setters(unit: &Unit, setters: &[Setter], steps: &[Step]) -> Result<(), &'static str> {
    for setter in setters {
        if setter.name as usize >= unit.names.len() {
            return Err("a setter without a name");
        }
        if let Some(ty) = setter.ty
            && ty as usize >= unit.types.len()
        {
            return Err("a setter's type out of range");
        }
        match (setter.kind, setter.constant) {
            (SetterKind::Declare, _) => {}
            (_, Some(constant)) if (constant as usize) < unit.consts.len() => {}
            (SetterKind::UnifyConfig { class, .. }, None)
                if (class as usize) < unit.codes.len()
                    && (setter.code as usize) < unit.codes.len() => {}
            (SetterKind::UnifyConfig { .. }, None) => return Err("a setter's code out of range"),
            (_, None) if (setter.code as usize) < unit.codes.len() => {}
            _ => return Err("a setter's code out of range"),
        }
    }
    for step in steps {
        let fits = match *step {
            Step::Slot(setter) => (setter as usize) < setters.len(),
            Step::Run(code) => (code as usize) < unit.codes.len(),
        };
        if !fits {
            return Err("a step out of range");
        }
    }
    Ok(())
}

fn verify_code(unit: &Unit, code: &Code) -> Result<(), (usize, &'static str)> {
    let regs = usize::from(code.regs);
    if code.params.len() > regs {
        return Err((0, "more parameters than registers"));
    }
    match code.ops.last() {
        Some(Op::Return { .. } | Op::ReturnHole) => {}
        _ => return Err((code.ops.len(), "the block runs off its end")),
    }
    for (pc, op) in code.ops.iter().enumerate() {
        let operands = operands(*op);
        for &(first, count) in &operands.regs {
            if usize::from(first) + count > regs && count > 0 {
                return Err((pc, "a register out of range"));
            }
        }
        let checks = [
            (operands.jump, code.ops.len(), "a jump out of range"),
            (operands.field, unit.fields.len(), "a field out of range"),
            (operands.name, unit.names.len(), "a name out of range"),
            (
                operands.constant,
                unit.consts.len(),
                "a constant out of range",
            ),
            (operands.global, unit.globals.len(), "a global out of range"),
            (operands.ty, unit.types.len(), "a type out of range"),
            (operands.code, unit.codes.len(), "a code block out of range"),
            (
                operands.keywords,
                unit.keywords.len(),
                "a keyword list out of range",
            ),
        ];
        for (index, len, message) in checks {
            if index.is_some_and(|i| i as usize >= len) {
                return Err((pc, message));
            }
        }
    }
    Ok(())
}

#[derive(Default)]
struct Operands {
    /// First register and how many.
    regs: Vec<(u16, usize)>,
    jump: Option<u32>,
    name: Option<u32>,
    field: Option<u32>,
    constant: Option<u32>,
    global: Option<u32>,
    ty: Option<u32>,
    code: Option<u32>,
    keywords: Option<u32>,
}

impl Operands {
    fn regs(regs: &[u16]) -> Self {
        Self {
            regs: regs.iter().map(|&r| (r, 1)).collect(),
            ..Self::default()
        }
    }

    fn run(mut self, first: u16, count: usize) -> Self {
        self.regs.push((first, count));
        self
    }
}

fn operands(op: Op) -> Operands {
    let regs = Operands::regs;
    match op {
        Op::Move { dst, src } => regs(&[dst, src]),
        Op::Const { dst, cst } => Operands {
            constant: Some(cst),
            ..regs(&[dst])
        },
        Op::Int { dst, .. }
        | Op::Bool { dst, .. }
        | Op::None { dst }
        | Op::Undefined { dst }
        | Op::Native { dst, .. }
        | Op::SelfName { dst, .. }
        | Op::Prev { dst }
        | Op::Arg { dst, .. }
        | Op::Capture { dst, .. }
        | Op::KeyName { dst }
        | Op::ListEnd { dst }
        | Op::DictEnd { dst } => regs(&[dst]),
        Op::Global { dst, global } => Operands {
            global: Some(global),
            ..regs(&[dst])
        },
        Op::Binary { dst, a, b, .. } => regs(&[dst, a, b]),
        Op::AddInt { dst, a, .. } | Op::Unary { dst, a, .. } | Op::Text { dst, a, .. } => {
            regs(&[dst, a])
        }
        Op::Jump { to } => Operands {
            jump: Some(to),
            ..Operands::default()
        },
        Op::JumpIf { a, to }
        | Op::JumpIfNot { a, to }
        | Op::JumpIfGiven { a, to }
        | Op::JumpIfSet { a, to } => Operands {
            jump: Some(to),
            ..regs(&[a])
        },
        Op::JumpIfForeign { to, .. } => Operands {
            jump: Some(to),
            ..Operands::default()
        },
        Op::Attr { dst, obj, name } => Operands {
            name: Some(u32::from(name)),
            ..regs(&[dst, obj])
        },
        Op::Field { dst, obj, field } => Operands {
            field: Some(u32::from(field)),
            ..regs(&[dst, obj])
        },
        Op::AttrWide { dst, name } => Operands {
            name: Some(name),
            ..regs(&[dst])
        },
        Op::Index { dst, obj, index } => regs(&[dst, obj, index]),
        Op::Slice { dst, obj, at } => regs(&[dst, obj]).run(at, 3),
        Op::Call { n, dst, f } => regs(&[dst]).run(f, usize::from(n) + 1),
        Op::CallKw { n, dst, f, kw } => Operands {
            keywords: Some(u32::from(kw)),
            ..regs(&[dst]).run(f, usize::from(n) + 1)
        },
        Op::CallNative { n, dst, first, .. } => regs(&[dst]).run(first, usize::from(n)),
        Op::CallMethod { n, dst, f, name } => Operands {
            name: Some(u32::from(name)),
            ..regs(&[dst]).run(f, usize::from(n) + 1)
        },
        Op::Closure { n, dst, at, code } => Operands {
            code: Some(u32::from(code)),
            ..regs(&[dst]).run(at, usize::from(n))
        },
        Op::Instance { n, dst, at, kw } => Operands {
            keywords: (kw != NONE).then_some(u32::from(kw)),
            ..regs(&[dst]).run(at, usize::from(n) + 2)
        },
        Op::InstanceBegin | Op::ListBegin | Op::DictBegin | Op::ReturnHole => Operands::default(),
        Op::ListPush { a }
        | Op::ListExtend { a }
        | Op::DictUnpack { a }
        | Op::Emit { a }
        | Op::Return { a } => regs(&[a]),
        Op::DictSet { value, name, .. } => Operands {
            name: Some(name),
            ..regs(&[value])
        },
        Op::DictSetDyn { key, value, .. } => regs(&[key, value]),
        Op::DictSetIndex {
            name, index, value, ..
        } => Operands {
            name: Some(u32::from(name)),
            ..regs(&[index, value])
        },
        Op::DictGet { dst, name, .. } => Operands {
            name: Some(name),
            ..regs(&[dst])
        },
        Op::IterBegin { at } => regs(&[]).run(at, 2),
        Op::IterNext { at, to, .. } => Operands {
            jump: Some(to),
            ..regs(&[]).run(at, 4)
        },
        Op::RangeBegin { at } => regs(&[]).run(at, 3),
        Op::RangeNext { at, to } => Operands {
            jump: Some(to),
            ..regs(&[]).run(at, 4)
        },
        Op::FilterEnd { dst, src } => regs(&[dst, src]),
        Op::Concat { n, dst, at } => regs(&[dst]).run(at, usize::from(n)),
        Op::Pack { dst, ty } | Op::As { dst, ty } => Operands {
            ty: Some(ty),
            ..regs(&[dst])
        },
        Op::Assert { cond, msg } | Op::Check { cond, msg } => {
            if msg == NONE {
                regs(&[cond])
            } else {
                regs(&[cond, msg])
            }
        }
        Op::SetAttr { dst, value, name } | Op::SetAttrInPlace { dst, value, name } => Operands {
            name: Some(u32::from(name)),
            ..regs(&[dst, value])
        },
        Op::SetIndex { dst, index, value } | Op::SetIndexInPlace { dst, index, value } => {
            regs(&[dst, index, value])
        }
        Op::ForceGlobal { global } => Operands {
            global: Some(global),
            ..Operands::default()
        },
        Op::Deprecated { at, name } => Operands {
            name: Some(name),
            ..regs(&[]).run(at, 3)
        },
    }
}
