//! Module `units`: factors, and numbers as texts with a unit.

use kiln_runtime::error::Result;
use kiln_runtime::native::NativeFn;
use kiln_runtime::value::Value;
use kiln_runtime::vm::Vm;

use super::{Constant, ModuleDecl, Number};
use crate::args::{misfit, take};
use crate::signature::native;

pub(super) const MODULE: ModuleDecl = ModuleDecl {
    name: "units",
    doc: "Factors of units, and numbers as texts with a unit.",
    functions: FUNCTIONS,
    constants: CONSTANTS,
};

const fn int(name: &'static str, doc: &'static str, value: i64) -> Constant {
    Constant {
        name,
        doc,
        value: Number::Int(value),
    }
}

const fn float(name: &'static str, doc: &'static str, value: f64) -> Constant {
    Constant {
        name,
        doc,
        value: Number::Float(value),
    }
}

const CONSTANTS: &[Constant] = &[
    float("n", "Nano, 1e-9.", 1e-9),
    float("u", "Micro, 1e-6.", 1e-6),
    float("m", "Milli, 0.001.", 1e-3),
    int("k", "Kilo, 1000.", 1_000),
    int("K", "Kilo, 1000.", 1_000),
    int("M", "Mega, 1000 ** 2.", 1_000_000),
    int("G", "Giga, 1000 ** 3.", 1_000_000_000),
    int("T", "Tera, 1000 ** 4.", 1_000_000_000_000),
    int("P", "Peta, 1000 ** 5.", 1_000_000_000_000_000),
    int("Ki", "Kibi, 1024.", 1 << 10),
    int("Mi", "Mebi, 1024 ** 2.", 1 << 20),
    int("Gi", "Gibi, 1024 ** 3.", 1 << 30),
    int("Ti", "Tebi, 1024 ** 4.", 1 << 40),
    int("Pi", "Pebi, 1024 ** 5.", 1 << 50),
];

/// Declares `units.to_X`; the number is multiplied by the first factor and divided by the second, both exact.
macro_rules! conversion {
    ($unit:literal, $times:expr, $over:expr) => {{
        fn convert(vm: &mut Vm, args: &[Value]) -> Result<Value> {
            to_unit(vm, args, $unit, $times, $over)
        }
        native!(
            concat!("units.to_", $unit),
            concat!("units.to_", $unit, "(num: int | float) -> str"),
            concat!(
                "Returns a number, truncated to whole `",
                $unit,
                "`, as a text."
            ),
            convert
        )
    }};
}

const FUNCTIONS: &[NativeFn] = &[
    conversion!("n", 1e9, 1.0).examples(&[("units.to_n(3)", r#""3000000000n""#)]),
    conversion!("u", 1e6, 1.0).examples(&[
        ("units.to_u(3)", r#""3000000u""#),
        ("units.to_u(0.001)", r#""1000u""#),
    ]),
    conversion!("m", 1e3, 1.0).examples(&[
        ("units.to_m(0.5)", r#""500m""#),
        ("units.to_m(0.0015)", r#""1m""#),
    ]),
    conversion!("K", 1.0, 1e3).examples(&[
        ("units.to_K(1999)", r#""1K""#),
        ("units.to_K(-1500)", r#""-1K""#),
    ]),
    conversion!("M", 1.0, 1e6).examples(&[
        ("units.to_M(1500000)", r#""1M""#),
        ("units.to_M(num=1000000)", r#""1M""#),
    ]),
    conversion!("G", 1.0, 1e9).examples(&[
        ("units.to_G(2500000000)", r#""2G""#),
        ("units.to_G(num=1000000000)", r#""1G""#),
    ]),
    conversion!("T", 1.0, 1e12).examples(&[
        ("units.to_T(3000000000000)", r#""3T""#),
        ("units.to_T(num=1)", r#""0T""#),
    ]),
    conversion!("P", 1.0, 1e15).examples(&[("units.to_P(5000000000000000)", r#""5P""#)]),
    conversion!("Ki", 1.0, 1024.0).examples(&[
        ("units.to_Ki(1024)", r#""1Ki""#),
        ("units.to_Ki(1023)", r#""0Ki""#),
    ]),
    conversion!("Mi", 1.0, 1_048_576.0).examples(&[
        ("units.to_Mi(1048576)", r#""1Mi""#),
        ("units.to_Mi(num=3145728)", r#""3Mi""#),
    ]),
    conversion!("Gi", 1.0, 1_073_741_824.0).examples(&[
        ("units.to_Gi(1073741824)", r#""1Gi""#),
        ("units.to_Gi(num=0)", r#""0Gi""#),
    ]),
    conversion!("Ti", 1.0, 1_099_511_627_776.0).examples(&[
        ("units.to_Ti(1099511627776)", r#""1Ti""#),
        ("units.to_Ti(num=1)", r#""0Ti""#),
    ]),
    conversion!("Pi", 1.0, 1_125_899_906_842_624.0)
        .examples(&[("units.to_Pi(1125899906842624)", r#""1Pi""#)]),
];

fn to_unit(vm: &mut Vm, args: &[Value], unit: &str, times: f64, over: f64) -> Result<Value> {
    let [num] = take(args)?;
    let number = match num {
        Value::Int(int) => int as f64,
        Value::Float(float) => float,
        other => {
            let name = format!("units.to_{unit}");
            return Err(misfit(vm, &name, "a number", "num", other));
        }
    };
    // The cast saturates.
    let whole = (number * times / over) as i64;
    Ok(vm.heap.text(&format!("{whole}{unit}")))
}
