//! What the layout accepts and rejects, and at which line: every row of the tables of the language reference.

mod support;

use support::{accept, reject};

#[test]
fn parentheses_hold_no_line_break() {
    accept("a = (1)\n");
    reject("a = (1 +\n 2)\n", 1);
    reject("a = (\n 1\n)\n", 1);
    accept("a = (1 + \\\n 2)\n");
}

#[test]
fn calls_hold_line_breaks_after_a_first_one() {
    accept("a = f(1, 2)\n");
    accept("a = f(\n    1,\n    2\n)\n");
    accept("a = f(\n    1\n    2, k = 3,\n)\n");
    accept("a = f(\n)\n");
    reject("a = f(1,\n 2)\n", 1);
    reject("a = f(1, 2\n)\n", 1);
    reject("a = f(,)\n", 1);
}

#[test]
fn lists_separate_by_comma_or_line() {
    for text in [
        "[1 2]",
        "[1, 2]",
        "[1,\n2]",
        "[\n  1\n  2\n]",
        "[\n  1,\n  2,\n]",
        "[1,]",
        "[]",
        "[\n]",
    ] {
        accept(&format!("a = {text}\n"));
    }
    reject("a = [,]\n", 1);
    reject("a = [1,,2]\n", 1);
    reject("a = [\n 1\n , 2\n]\n", 3);
    reject("a = [1 +\n 2]\n", 1);
    reject("a = [\n1\n+\n2\n]\n", 3);
}

#[test]
fn neighbours_in_lists() {
    assert_eq!(support::tree("a = [b (1)]"), "assign a = [(call b 1)]");
    assert_eq!(support::tree("a = [b [0]]"), "assign a = [(index b 0)]");
    assert_eq!(support::tree("a = [b\n(1)]"), "assign a = [b, (paren 1)]");
    assert_eq!(support::tree("a = [1 -2]"), "assign a = [(Sub 1 2)]");
    assert_eq!(support::tree("a = [1\n-2]"), "assign a = [1, (Neg 2)]");
}

#[test]
fn configs_are_on_one_line_or_start_a_new_one() {
    for text in [
        "{a = 1 b = 2}",
        "{a = 1, b = 2\n}",
        "{\n  a = 1\n  b = 2\n}",
        "{\na = 1\nb = 2\n}",
        "{}",
        "{\n}",
    ] {
        accept(&format!("a = {text}\n"));
    }
    accept("a = {\n  b = 1\n      c = 2\n}\n");
    reject("a = {b = 1\n c = 2}\n", 2);
    reject("a = {\n  b:\n    1\n}\n", 2);
    reject("a = {\n  b\n  : 1\n}\n", 3);
    reject("a = {,}\n", 1);
}

#[test]
fn subscripts_and_types_are_on_one_line() {
    reject("a = x[\n0]\n", 1);
    reject("a = x[0\n]\n", 1);
    reject("schema A:\n    x: {str:\n    int}\n", 2);
    reject("schema A[\n n: int]:\n    x: int\n", 1);
}

#[test]
fn bodies_of_lambdas_and_quantifiers() {
    accept("a = lambda {\n    x = 1\n  y = 2\n      x + y\n}\n");
    accept("a = lambda x { y = x\n    y\n}\n");
    accept("a = all x in y {\n    x > 1\n}\n");
    reject("a = all x in y { x\n}\n", 1);
    accept("a = lambda {\n    x: int\n    y: int = 1\n} -> int {\n    x + y\n}\n");
}

#[test]
fn a_statement_ends_on_its_own_level() {
    accept("a = [1,\n2]\n");
    reject("a = [1,\n     2]\nb = 1\n", 3);
    reject("a = {\n  b = 1 }\nc = 1\n", 3);
    accept("if True:\n    a = {\n        b = 1\n}\nc = 1\n");
    accept("a = [\n    lambda x {\n        x\n    }\n]\n");
}

#[test]
fn indentation_of_blocks() {
    accept(" a = 1\nb = 2");
    reject(" a = 1\n b = 2", 2);
    reject("a = {b = 1}\n  c = 2\n", 2);
    reject("if True:\n  a = 1\n b = 2\n", 3);
    reject("if True:\n  a = 1\n\tb = 2\n", 3);
    reject("if True:\na = 1\n", 2);
    accept("if True:\n    x = \"\"\"\ntext at column 0\n\"\"\"\n    y = 1\n");
    accept("if True:\n\ta = 1\n\tb = 2\nif True:\n    a = 1\n");
    accept("if a:\n    b = 1\n    # c\n  # d\n# e\n    f = 1\n");
    accept("schema A:\n");
    reject("if a:\n", 1);
    reject("schema A: x: int\n", 1);
}

#[test]
fn joined_lines() {
    accept("a = 1 if True else \\\n  2\n");
    accept("a \\\n= 1\n");
    accept("a = {b = 1, \\\n c = 2}\n");
    reject("a = 1 + \\ \n2\n", 1);
    reject("a = 1 +\n  2\n", 1);
    reject("a = 1\n+ 2\n", 2);
}

#[test]
fn statements_share_lines() {
    assert_eq!(support::tree("a = 1 b = 2"), "assign a = 1\nassign b = 2");
    assert_eq!(
        support::tree("if True: x = 1 y = 2"),
        "if True\n  assign x = 1\nassign y = 2"
    );
    assert_eq!(
        support::tree("a = {b = 1} {c = 2}"),
        "assign a = {b = 1}\nexpr {c = 2}"
    );
    assert_eq!(support::tree("x = 5 5"), "assign x = 5\nexpr 5");
    reject("1, 2\n", 1);
    reject("a, b = 1, 2\n", 1);
}

#[test]
fn branches_among_entries_and_items() {
    for text in [
        "{if c: b = 1 else: c = 2}",
        "{if c: b = 1, d = 2}",
        "[1, if x: 2 elif y: 3 else: 4, 5]",
        "{\n  if x: b = 1\n  elif y:\n    c = 1\n  else: d = 2\n}",
        "[\n  if x:\n    1\n  else: 2\n]",
        "{\n  if x:\n    if y:\n      b = 1\n    **c\n  e = 1\n}",
    ] {
        accept(&format!("a = {text}\n"));
    }
    reject("a = {\n  if x:\n  b = 1\n}\n", 3);
    assert_eq!(
        support::tree("a = {if c: b = 1, d = 2}"),
        "assign a = {(if c {b = 1}), d = 2}"
    );
    assert_eq!(
        support::tree("a = {if x: if y: b = 1 else: c = 2}"),
        "assign a = {(if x {(if y {b = 1} _ {c = 2})})}"
    );
}

#[test]
fn brackets_of_text_at_column_zero() {
    accept("a = {\nb = 1\nc = [\n1\n]\n}\nd = 2\n");
}

#[test]
fn line_ends_of_other_systems() {
    assert_eq!(
        support::tree("if a:\r\n    b = [\r\n        1\r\n    ]\r\n"),
        "if a\n  assign b = [1]"
    );
    assert_eq!(
        support::tree("a = \"\"\"x\r\ny\"\"\""),
        "assign a = \"x\\ny\""
    );
}

#[test]
fn white_space_and_byte_order_mark() {
    accept("\u{feff}a = 1\n");
    accept("a\u{2028}=\u{85}1\n");
    accept("a\x0c=\x0b1\n");
    reject("a\u{a0}= 1\n", 1);
}
