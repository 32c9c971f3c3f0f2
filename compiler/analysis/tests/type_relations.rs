//! The relations between types, for every pair of kinds. In the tables a row is a type, a column the type it is compared
//! with, in the same order; `+` means yes.

mod common;

use common::Program;
use kiln_analysis::Database;
use kiln_analysis::check::{Signature, signature};
use kiln_analysis::types::relation::{assignable, castable, narrower};
use kiln_analysis::types::union::sup;
use kiln_analysis::types::{Ty, signatures};

/// One variable for each kind of type that can be written.
const SOURCE: &str = "\
schema P:
    n: int = 1
schema Q(P):
    m: int = 2
schema O:
    z: str = \"z\"
    [...str]: str
a_any: any = 1
a_bool: bool = True
a_int: int = 1
a_float: float = 1.0
a_str: str = \"\"
a_unit = 1Ki
a_true: True = True
a_one: 1 = 1
a_half: 1.5 = 1.5
a_a: \"a\" = \"a\"
a_ab: \"a\" | \"b\" = \"a\"
a_int_str: int | str = 1
a_ints: [int] = [1]
a_floats: [float] = [1.0]
a_anys: [any] = [1]
a_str_int: {str:int} = {}
a_str_any: {str:any} = {}
a_known = {x = 1}
a_p: P = P {}
a_q: Q = Q {}
a_o: O = O {}
a_p_o: P | O = P {}
a_function: (int) -> int = lambda x: int -> int { x }
";

/// The kinds, in the order of rows and columns, as they are displayed.
const KINDS: [&str; 28] = [
    "None",
    "any",
    "bool",
    "int",
    "float",
    "str",
    "1Ki",
    "True",
    "1",
    "1.5",
    "\"a\"",
    "\"a\" | \"b\"",
    "int | str",
    "[int]",
    "[float]",
    "[any]",
    "{str:int}",
    "{str:any}",
    "{str:int}",
    "P",
    "Q",
    "O",
    "P | O",
    "P",
    "(int) -> int",
    "units.NumberMultiplier",
    "module math",
    "void",
];

/// What stands for each kind. After the variables: the schema `P` as a value, units without number, a module, nothing.
fn kinds(program: &Program) -> Vec<Ty<'_>> {
    let of = |name: &str| match signature(&program.db, program.item(name)) {
        Signature::Variables(variables) => variables[0].1,
        other => panic!("{other:?}"),
    };
    let names = SOURCE.lines().filter_map(|line| line.strip_prefix("a_"));
    let names: Vec<String> = names
        .map(|line| format!("a_{}", line.split([':', ' ']).next().unwrap_or_default()))
        .collect();
    let mut kinds = vec![Ty::None];
    let order = [
        "any", "bool", "int", "float", "str", "unit", "true", "one", "half", "a", "ab", "int_str",
        "ints", "floats", "anys", "str_int", "str_any", "known", "p", "q", "o", "p_o",
    ];
    assert_eq!(names.len(), order.len() + 1);
    kinds.extend(order.map(|name| of(&format!("a_{name}"))));
    let Ty::Instance(p) = of("a_p") else {
        panic!("an instance")
    };
    let math = signatures::module_index("math").expect("a module");
    kinds.extend([
        Ty::Schema(p),
        of("a_function"),
        Ty::Multiplier,
        Ty::System(math),
        Ty::Void,
    ]);
    kinds
}

/// A relation as a table.
fn table(relation: impl for<'db> Fn(&'db Database, Ty<'db>, Ty<'db>) -> bool) -> String {
    let program = Program::single(SOURCE);
    let kinds = kinds(&program);
    let mut table = String::from("\n");
    for &from in &kinds {
        for &to in &kinds {
            table.push(if relation(&program.db, from, to) {
                '+'
            } else {
                '.'
            });
        }
        table += &format!(" {}\n", from.display(&program.db));
    }
    table
}

#[test]
fn kinds_are_displayed_as_they_are_written() {
    let program = Program::single(SOURCE);
    let shown: Vec<String> = kinds(&program)
        .into_iter()
        .map(|ty| ty.display(&program.db))
        .collect();
    assert_eq!(shown, KINDS);
}

/// A value of the row's type may be used where the column's type is expected. (Language reference, section 4; a boolean is
/// no float and an int no float literal here, see spec/differences.md.)
const ASSIGNABLE: &str = r#"
++++++++++++++++++++++++++++ None
++++++++++++++++++++++++++++ any
.++......................... bool
.+.++.......+............... int
.+..+....................... float
.+...+....+++............... str
.+....+..................+.. 1Ki
.++....+.................... True
.+.++...+...+............... 1
.+..+....+.................. 1.5
.+...+....+++............... "a"
.+...+.....++............... "a" | "b"
.+..........+............... int | str
.+...........+++............ [int]
.+............++............ [float]
.+...........+++............ [any]
.+..............++++++++.... {str:int}
.+..............++++++++.... {str:any}
.+..............++++++++.... {str:int}
.+.................+..++.... P
.+.................++.++.... Q
.+...................++..... O
.+....................+..... P | O
.+.................+..++.... P
.+......................+... (int) -> int
.+.......................+.. units.NumberMultiplier
............................ module math
............................ void
"#;

/// The row's type may replace the column's in a declaration: as above, but `any` only replaces `any`, and a dict no schema.
const NARROWER: &str = r#"
++++++++++++++++++++++++++++ None
.+.......................... any
.++......................... bool
.+.++.......+............... int
.+..+....................... float
.+...+....+++............... str
.+....+..................+.. 1Ki
.++....+.................... True
.+.++...+...+............... 1
.+..+....+.................. 1.5
.+...+....+++............... "a"
.+...+.....++............... "a" | "b"
.+..........+............... int | str
.+...........+++............ [int]
.+............++............ [float]
.+.............+............ [any]
.+..............+++......... {str:int}
.+...............+.......... {str:any}
.+..............+++......... {str:int}
.+.................+..++.... P
.+.................++.++.... Q
.+...................++..... O
.+....................+..... P | O
.+.................+..++.... P
.+......................+... (int) -> int
.+.......................+.. units.NumberMultiplier
.+........................+. module math
.+.........................+ void
"#;

/// `value as column` may succeed for a value of the row's type: the column is narrower than the widened row.
const CASTABLE: &str = r#"
++++++++++++++++++++++++++++ None
++++++++++++++++++++++++++++ any
+++....+.................... bool
++.+....+................... int
++.++...++.................. float
++...+....++................ str
++....+..................... 1Ki
+++....+.................... True
++.+....+................... 1
++.++...++.................. 1.5
++...+....++................ "a"
++...+....++................ "a" | "b"
++.+.+..+.+++............... int | str
++...........+.+............ [int]
++...........+++............ [float]
++...........+++............ [any]
++..............+++......... {str:int}
++..............+++......... {str:any}
++..............+++......... {str:int}
++.................++..+.... P
++..................+....... Q
++...................+...... O
++.................+++++.... P | O
++.................++..+.... P
++......................+... (int) -> int
++....+..................+.. units.NumberMultiplier
++.......................... module math
++.......................... void
"#;

/// The row's type adds nothing to a union with the column's: their union is the column's.
const ABSORBED: &str = r#"
+++++++++++++++++++++++++++. None
.+.......................... any
.++......................... bool
.+.++.......+............... int
.+..+....................... float
.+...+...................... str
.+....+..................+.. 1Ki
.++....+.................... True
.+.++...+...+............... 1
.+..+....+.................. 1.5
.+...+....+++............... "a"
.+...+.....++............... "a" | "b"
.+..........+............... int | str
.+...........+++............ [int]
.+............++............ [float]
.+.............+............ [any]
.+..............++.......... {str:int}
.+...............+.......... {str:any}
.+..............+++......... {str:int}
.+.................+..+..... P
.+.................++.++.... Q
.+...................+...... O
.+....................+..... P | O
.+.....................+.... P
.+......................+... (int) -> int
.+.......................+.. units.NumberMultiplier
.+........................+. module math
+++++++++++++++++++++++++++. void
"#;

#[test]
fn values_are_assignable_as_the_table_says() {
    assert_eq!(table(|db, from, to| assignable(db, from, to)), ASSIGNABLE);
}

#[test]
fn declarations_are_narrower_as_the_table_says() {
    assert_eq!(table(|db, from, to| narrower(db, from, to)), NARROWER);
}

#[test]
fn casts_may_succeed_as_the_table_says() {
    assert_eq!(table(|db, from, to| castable(db, from, to)), CASTABLE);
}

#[test]
fn unions_absorb_as_the_table_says() {
    assert_eq!(table(|db, from, to| sup(db, [from, to]) == to), ABSORBED);
}

#[test]
fn unions_of_two_kinds_display_both_or_the_wider_one() {
    let program = Program::single(SOURCE);
    let db = &program.db;
    let one = Ty::IntLit(1);
    let text = Ty::str_lit(db, "a");
    for (members, shown) in [
        (vec![one, text], r#"1 | "a""#),
        (vec![one, Ty::Int, text], r#"int | "a""#),
        (vec![one, Ty::Float], "float"),
        (vec![text, Ty::None], r#""a""#),
        (vec![text, Ty::Any], "any"),
        (vec![Ty::Void, Ty::Bool], "bool"),
        (vec![Ty::list(db, one), Ty::list(db, Ty::Float)], "[float]"),
        (
            vec![Ty::list(db, one), Ty::list(db, text)],
            r#"[1] | ["a"]"#,
        ),
        (vec![], "any"),
    ] {
        assert_eq!(sup(db, members).display(db), shown);
    }
}

#[test]
fn what_is_wrong_already_fits_everywhere() {
    let program = Program::single(SOURCE);
    for ty in kinds(&program) {
        assert!(assignable(&program.db, Ty::Error, ty));
        assert!(assignable(&program.db, ty, Ty::Error));
        assert_eq!(
            sup(&program.db, [ty, Ty::Error]),
            if ty == Ty::Any { Ty::Any } else { Ty::Error }
        );
    }
}

#[test]
fn types_that_contain_themselves_have_an_end() {
    let program = Program::single(
        "schema Tree:\n    name: str\n    children: [Tree] = []\n    parent?: Tree | str\n\
         type Json = str | [Json] | {str:Json}\ntype A = B\ntype B = A\n\
         tree: Tree = Tree {name = \"a\", children = [Tree {name = \"b\"}]}\njson: Json = [[\"x\"]]\na: A = 1\n",
    );
    let of = |name: &str| match signature(&program.db, program.item(name)) {
        Signature::Variables(variables) => variables[0].1,
        other => panic!("{other:?}"),
    };
    for one in [of("tree"), of("json"), of("a")] {
        for other in [of("tree"), of("json"), of("a")] {
            let _ = assignable(&program.db, one, other);
            let _ = sup(&program.db, [one, other]).display(&program.db);
        }
    }
    assert_eq!(of("tree").display(&program.db), "Tree");
}

#[test]
fn long_and_deep_types_are_shortened() {
    let program = Program::single("");
    let db = &program.db;
    let numbers = (0..12).map(Ty::IntLit);
    assert_eq!(
        sup(db, numbers).display(db),
        "0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | …"
    );
    let deep = (0..10).fold(Ty::Int, |ty, _| Ty::list(db, ty));
    assert_eq!(deep.display(db), "[[[[[[[…]]]]]]]");
    let long = Ty::str_lit(db, &"x".repeat(100));
    assert_eq!(long.display(db), format!("\"{}…\"", "x".repeat(40)));
    assert_eq!(
        Ty::str_lit(db, "a\"b\n\u{1b}").display(db),
        "\"a\\\"b\\n\u{fffd}\""
    );
    let wide = (0..8).fold(Ty::Int, |ty, _| {
        sup(db, [Ty::list(db, ty), Ty::dict(db, Ty::Str, ty)])
    });
    assert!(wide.display(db).len() < 400);
}

#[test]
fn written_unions_are_kept_and_inferred_ones_are_bounded() {
    let options: Vec<String> = (0..100).map(|n| format!("\"o{n}\"")).collect();
    let program = Program::single(&format!("x: {} = \"o1\"\n", options.join(" | ")));
    let db = &program.db;
    let Signature::Variables(variables) = signature(db, program.item("x")) else {
        panic!("a variable")
    };
    let written = variables[0].1;
    assert_eq!(written.members(db).count(), 100);
    assert!(!assignable(db, Ty::str_lit(db, "o100"), written));
    assert!(assignable(db, sup(db, [written, written]), written));
    assert_eq!(sup(db, (0..100).map(Ty::IntLit)), Ty::Int);
}
