//! Which types may be used where which others are expected: the tables of the language reference, both ways.

mod common;

use common::Program;
use kiln_analysis::check::check_program;
use kiln_analysis::syntax::render_location;

const DECLARATIONS: &str = "\
import units
schema P:
    n: int = 1
schema Q(P):
    m: int = 2
schema O:
    z: str = \"z\"
";

/// The lines of `lines` (counted from 0) that are rejected after the declarations.
fn rejected(lines: &[String]) -> Vec<usize> {
    let text = format!("{DECLARATIONS}{}\n", lines.join("\n"));
    let first = DECLARATIONS.lines().count() as u32 + 1;
    let program = Program::single(&text);
    let mut rejected: Vec<usize> = check_program(&program.db, program.project)
        .into_iter()
        .map(|(item, diagnostic)| {
            let place = item.place(&program.db);
            let (line, _) = render_location(
                &program.db,
                &place.path,
                place.item,
                diagnostic.primary.span,
            );
            (line - first) as usize
        })
        .collect();
    rejected.dedup();
    rejected
}

const TYPES: [&str; 24] = [
    "any",
    "bool",
    "int",
    "float",
    "str",
    "\"a\"",
    "\"a\" | \"b\"",
    "1",
    "int | str",
    "int | float",
    "[int]",
    "[float]",
    "[any]",
    "[int | str]",
    "{str:int}",
    "{str:float}",
    "{str:any}",
    "P",
    "Q",
    "P | O",
    "(int) -> int",
    "(any) -> int",
    "1Ki",
    "units.NumberMultiplier",
];

/// What each type fits beside itself and `any`.
const FITS: [(&str, &[&str]); 24] = [
    ("any", &TYPES),
    ("bool", &[]),
    ("int", &["float", "int | str", "int | float"]),
    ("float", &["int | float"]),
    ("str", &["\"a\"", "\"a\" | \"b\"", "int | str"]),
    ("\"a\"", &["str", "\"a\" | \"b\"", "int | str"]),
    ("\"a\" | \"b\"", &["str", "int | str"]),
    ("1", &["int", "float", "int | str", "int | float"]),
    ("int | str", &[]),
    ("int | float", &["float"]),
    ("[int]", &["[float]", "[any]", "[int | str]"]),
    ("[float]", &["[any]"]),
    ("[any]", &["[int]", "[float]", "[int | str]"]),
    ("[int | str]", &["[any]"]),
    (
        "{str:int}",
        &["{str:float}", "{str:any}", "P", "Q", "P | O"],
    ),
    ("{str:float}", &["{str:any}", "P", "Q", "P | O"]),
    (
        "{str:any}",
        &["{str:int}", "{str:float}", "P", "Q", "P | O"],
    ),
    ("P", &["P | O"]),
    ("Q", &["P", "P | O"]),
    ("P | O", &[]),
    ("(int) -> int", &["(any) -> int"]),
    ("(any) -> int", &["(int) -> int"]),
    ("1Ki", &["units.NumberMultiplier"]),
    ("units.NumberMultiplier", &[]),
];

#[test]
fn annotated_types_fit_as_the_table_says() {
    let pairs: Vec<(&str, &str)> = FITS
        .iter()
        .flat_map(|&(from, _)| TYPES.iter().map(move |&to| (from, to)))
        .collect();
    let lines: Vec<String> = pairs
        .iter()
        .enumerate()
        .map(|(index, (from, to))| format!("f{index} = lambda x: {from} -> {to} {{ x }}"))
        .collect();
    let rejected = rejected(&lines);
    let mut wrong = Vec::new();
    for (index, &(from, to)) in pairs.iter().enumerate() {
        let fits = FITS
            .iter()
            .find(|(name, _)| *name == from)
            .is_some_and(|(_, fits)| fits.contains(&to));
        let wanted = from == to || to == "any" || fits;
        if wanted == rejected.contains(&index) {
            wrong.push(format!("{from} -> {to}: wanted {wanted}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Values, and the annotations that accept them: directly, and through a variable.
const VALUES: [(&str, &[&str], &[&str]); 14] = [
    ("None", &TYPES, &TYPES),
    ("True", &["any", "bool"], &["any", "bool"]),
    (
        "1",
        &["any", "int", "float", "1", "int | str", "int | float"],
        &["any", "int", "float", "int | str", "int | float"],
    ),
    (
        "1.0",
        &["any", "float", "int | float"],
        &["any", "float", "int | float"],
    ),
    (
        "\"a\"",
        &["any", "str", "\"a\"", "\"a\" | \"b\"", "int | str"],
        &["any", "str", "\"a\"", "\"a\" | \"b\"", "int | str"],
    ),
    (
        "[1]",
        &["any", "[int]", "[float]", "[any]", "[int | str]"],
        &["any", "[int]", "[float]", "[any]", "[int | str]"],
    ),
    (
        "[]",
        &["any", "[int]", "[float]", "[any]", "[int | str]"],
        &["any", "[int]", "[float]", "[any]", "[int | str]"],
    ),
    (
        "[1.5]",
        &["any", "[float]", "[any]"],
        &["any", "[float]", "[any]"],
    ),
    (
        "{}",
        &[
            "any",
            "{str:int}",
            "{str:float}",
            "{str:any}",
            "P",
            "Q",
            "P | O",
        ],
        &[
            "any",
            "{str:int}",
            "{str:float}",
            "{str:any}",
            "P",
            "Q",
            "P | O",
        ],
    ),
    (
        "{n = 1}",
        &[
            "any",
            "{str:int}",
            "{str:float}",
            "{str:any}",
            "P",
            "Q",
            "P | O",
        ],
        &[
            "any",
            "{str:int}",
            "{str:float}",
            "{str:any}",
            "P",
            "Q",
            "P | O",
        ],
    ),
    (
        "{q = \"s\"}",
        &["any", "{str:any}"],
        &["any", "{str:any}", "P", "Q", "P | O"],
    ),
    (
        "Q {}",
        &["any", "P", "Q", "P | O"],
        &["any", "P", "Q", "P | O"],
    ),
    (
        "lambda x: int -> int { x }",
        &["any", "(int) -> int", "(any) -> int"],
        &["any", "(int) -> int", "(any) -> int"],
    ),
    (
        "1Ki",
        &["any", "1Ki", "units.NumberMultiplier"],
        &["any", "1Ki", "units.NumberMultiplier"],
    ),
];

#[test]
fn values_fit_as_the_table_says() {
    let mut lines = Vec::new();
    let mut wanted = Vec::new();
    for (number, (value, direct, through)) in VALUES.iter().enumerate() {
        lines.push(format!("v{number} = {value}"));
        wanted.push((format!("{value} alone"), true));
        for ty in TYPES {
            lines.push(format!("d{}: {ty} = {value}", lines.len()));
            wanted.push((format!("{value} as {ty}"), direct.contains(&ty)));
            lines.push(format!("t{}: {ty} = v{number}", lines.len()));
            wanted.push((format!("variable {value} as {ty}"), through.contains(&ty)));
        }
    }
    let rejected = rejected(&lines);
    let wrong: Vec<_> = wanted
        .iter()
        .enumerate()
        .filter(|(index, (_, fits))| *fits == rejected.contains(index))
        .map(|(_, (what, fits))| format!("{what}: wanted {fits}"))
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}
