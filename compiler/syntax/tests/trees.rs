//! Trees of every construct, and items of a file.

mod support;

use kiln_syntax::{ItemKind, dump, outline};
use support::tree;

#[test]
fn every_construct() {
    insta::assert_snapshot!(dump::ast(include_str!("programs/constructs.k")));
}

#[test]
fn token_dump() {
    insta::assert_snapshot!(dump::tokens(
        "if a:\n    b = [1 c.d,\n    2\n    ]\nx = {a = \"s\"}\n"
    ));
}

#[test]
fn precedence() {
    for (source, expected) in [
        ("not 1 == 2", "(compare (Not 1) Eq 2)"),
        ("not 1 in [2]", "(compare (Not 1) In [2])"),
        ("-2 ** 2", "(Pow (Neg 2) 2)"),
        ("2 ** 3 ** 2", "(Pow (Pow 2 3) 2)"),
        ("2 ** -1", "(Pow 2 (Neg 1))"),
        ("1 < 2 == True", "(compare 1 Lt 2 Eq True)"),
        ("1 in [1] == True", "(compare 1 In [1] Eq True)"),
        ("1 == 1 in [True]", "(compare 1 Eq (compare 1 In [True]))"),
        ("1 == 2 in [False]", "(compare 1 Eq (compare 2 In [False]))"),
        ("1 < 2 != False", "(compare 1 Lt 2 NotEq False)"),
        ("2 > 1 in [True]", "(compare 2 Gt 1 In [True])"),
        ("1 < 2 and 2 < 3", "(And (compare 1 Lt 2) (compare 2 Lt 3))"),
        ("1 | 2 == 3", "(compare (BitOr 1 2) Eq 3)"),
        ("3 & 1 == 1", "(compare (BitAnd 3 1) Eq 1)"),
        ("a or b as int", "(as (Or a b) int)"),
        ("a - b - c", "(Sub (Sub a b) c)"),
        (
            "1 + 2 * 3 - 4 // 5",
            "(Sub (Add 1 (Mul 2 3)) (FloorDiv 4 5))",
        ),
        (
            "1 | 2 ^ 3 & 4 << 5 + 6",
            "(BitOr 1 (BitXor 2 (BitAnd 3 (Shl 4 (Add 5 6)))))",
        ),
        (
            "1 if True else 2 if False else 3",
            "(cond True 1 (cond False 2 3))",
        ),
        ("a not in b", "(compare a NotIn b)"),
        ("a is not b", "(compare a IsNot b)"),
        ("a < b < c", "(compare a Lt b Lt c)"),
    ] {
        let expected = expected.replace("NotEq", "Ne");
        assert_eq!(
            tree(&format!("x = {source}")),
            format!("assign x = {expected}"),
            "{source}"
        );
    }
}

#[test]
fn words_are_names_by_position() {
    for word in [
        "as", "and", "or", "in", "is", "elif", "else", "check", "for",
    ] {
        assert_eq!(tree(&format!("{word} = 1")), format!("assign {word} = 1"));
    }
    for word in [
        "as", "and", "or", "in", "is", "elif", "else", "check", "schema", "mixin", "import",
        "type", "assert",
    ] {
        assert_eq!(
            tree(&format!("x = {{{word} = 1}}")),
            format!("assign x = {{{word} = 1}}")
        );
        assert_eq!(
            tree(&format!("x = y.{word}")),
            format!("assign x = (. y {word})")
        );
    }
    assert_eq!(
        tree("schema A:\n    type: str\n    $if?: int"),
        "Schema A\n  attr type: str\n  attr if?: int"
    );
    assert_eq!(tree("x = and"), "assign x = and");
}

#[test]
fn short_entries() {
    assert_eq!(tree("b = {a, c = 2}"), "assign b = {a: a, c = 2}");
    support::reject("b = {a.x}\n", 1);
}

#[test]
fn items_of_a_file() {
    let text = include_str!("programs/items.k");
    let shown: Vec<String> = outline(text)
        .items
        .iter()
        .map(|item| {
            let names: Vec<&str> = item.names.iter().map(|span| &text[span.range()]).collect();
            let first = text[item.range.range()].lines().next().unwrap_or_default();
            format!("{:?} [{}] {first}", item.kind, names.join(", "))
        })
        .collect();
    insta::assert_snapshot!(shown.join("\n"));
}

#[test]
fn items_survive_an_open_bracket() {
    let text = "a = 1\nb = f({\n    c = [1\nd = 2\nschema E:\n    x: int\n";
    let kinds: Vec<ItemKind> = outline(text).items.iter().map(|item| item.kind).collect();
    assert_eq!(
        kinds,
        [
            ItemKind::Assign,
            ItemKind::Assign,
            ItemKind::Assign,
            ItemKind::Schema
        ]
    );
    let text = "a = {\nb = 1\n}\nc = [\n1\n]\n";
    assert_eq!(outline(text).items.len(), 2);
}

#[test]
fn moving_an_item_changes_nothing_in_it() {
    let text = "schema A:\n    x: int = 1 +\n\n# comment\nb = \"${a}\"\n";
    let moved = format!("# one more line\nz = 1\n{text}");
    let items = |text: &str| -> Vec<_> {
        kiln_syntax::parse_file(text)
            .into_iter()
            .map(|(_, parsed)| parsed)
            .collect()
    };
    assert_eq!(items(text), items(&moved)[1..]);
}
