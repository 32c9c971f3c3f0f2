//! Numbers and strings: values, and what is refused.

mod support;

use kiln_syntax::ast::{Expr, Stmt};
use support::{accept, reject, tree};

fn value(source: &str) -> String {
    tree(&format!("a = {source}"))
        .trim_start_matches("assign a = ")
        .to_owned()
}

#[test]
fn integers() {
    for (source, expected) in [
        ("1_000", "1000"),
        ("0o17", "15"),
        ("017", "15"),
        ("010", "8"),
        ("07", "7"),
        ("00", "0"),
        ("0_7", "7"),
        ("0xFF", "255"),
        ("0x_F", "15"),
        ("0x1F_FF", "8191"),
        ("0b101", "5"),
        ("9223372036854775807", "9223372036854775807"),
        ("-9223372036854775808", "-9223372036854775808"),
    ] {
        assert_eq!(value(source), expected, "{source}");
    }
    for source in [
        "1__0",
        "1_",
        "08",
        "018",
        "0XFF",
        "0B1",
        "0O1",
        "0b12",
        "0xG",
        "0x",
        "9223372036854775808",
        "18446744073709551616",
        "1abc",
        "1E",
        "1Ei",
        "1 - 9223372036854775808",
    ] {
        reject(&format!("a = {source}\n"), 1);
    }
}

#[test]
fn floats() {
    for (source, expected) in [
        ("1.5", "1.5"),
        ("1.", "1.0"),
        ("1e3", "1000.0"),
        ("1E-3", "0.001"),
        ("0.5e+3", "500.0"),
    ] {
        assert_eq!(value(source), expected, "{source}");
    }
    for source in ["1_0.2_5", ".5", "1e", "1.5Ki", "1.0abc", "1e3Ki", "1e400"] {
        reject(&format!("a = {source}\n"), 1);
    }
    assert_eq!(value("1.e3"), "(. 1 e3)");
}

#[test]
fn units() {
    for suffix in [
        "n", "u", "m", "k", "K", "M", "G", "T", "P", "Ki", "Mi", "Gi", "Ti", "Pi",
    ] {
        assert_eq!(value(&format!("3{suffix}")), format!("3{suffix}"));
    }
    let parsed = support::parse("a = 2Ki");
    assert_eq!(parsed.ast.units[0].value, 2048.0);
}

#[test]
fn escapes() {
    for (source, expected) in [
        (r#""a\tb\\c""#, r#""a\tb\\c""#),
        (r#""\q\$\/""#, r#""\\q\\$\\/""#),
        (r#""\x41\u00e9\U0001F600""#, "\"Aé😀\""),
        (r#""\101\777""#, "\"Aǿ\""),
        (r#""\N{BULLET}""#, "\"•\""),
        (r#""\uD800""#, "\"\u{fffd}\""),
        (r#"r"q\'z""#, r#""q\\'z""#),
        (r#"R'a\n'"#, r#""a\\n""#),
        (r#""\${x.a}""#, r#""${x.a}""#),
        (r#""\\${1}""#, r#""${1}""#),
        (r#""\x24{1}""#, r#""${1}""#),
        (r#""$ {x} $x""#, r#""$ {x} $x""#),
    ] {
        assert_eq!(value(source), expected, "{source}");
    }
    for source in [
        r#""\x4""#,
        r#""\u41""#,
        r#""\U0041""#,
        r#""\N{nope nope}""#,
        r#""\N""#,
    ] {
        reject(&format!("a = {source}\n"), 1);
    }
}

#[test]
fn triple_quoted_strings_are_dedented() {
    for (source, expected) in [
        (
            "\"\"\"\n    foo\n      bar\n    \"\"\"",
            "\"foo\\n  bar\\n\"",
        ),
        ("\"\"\"x\n  y\n z\"\"\"", "\"x\\n  y\\n z\""),
        ("\"\"\"  x\n    y\"\"\"", "\"x\\n  y\""),
        ("\"\"\"\\\n    foo\n    bar\"\"\"", "\"foo\\nbar\""),
        ("\"\"\"\n\n  x\n\n  y\n\n\"\"\"", "\"\\nx\\n\\ny\\n\\n\""),
        ("r'''\n  a\\n\n  b'''", "\"a\\\\n\\nb\""),
        ("\"\"\"abc\"\"\"", "\"abc\""),
        ("\"\"\"  abc\"\"\"", "\"abc\""),
        ("\"\"\"\"\"\"", "\"\""),
    ] {
        assert_eq!(value(source), expected, "{source}");
    }
}

#[test]
fn interpolation() {
    for (source, expected) in [
        (r#""a${1}b""#, r#"(format "a" 1 "b")"#),
        (r#""$$${1}""#, r#"(format "$$" 1)"#),
        (r#""${x.a[0](1)}""#, "(format (call (index (. x a) 0) 1))"),
        (r#""${1 if True else 2}""#, "(format (cond True 1 2))"),
        (r#""${a[1:2]}""#, "(format (slice a 1 2 _))"),
        (r#"'${"x"}'"#, r#"(format "x")"#),
        (
            r#""${a:#json} ${b : #YAML}""#,
            r#"(format (asJson a) " " (asYaml b))"#,
        ),
        (
            "\"\"\"\n    ${a}\n      x${b}\n    \"\"\"",
            r#"(format a "\n  x" b "\n")"#,
        ),
    ] {
        assert_eq!(value(source), expected, "{source}");
    }
    for source in [
        r#""${}""#,
        r#""${ }""#,
        r#""${1 2}""#,
        r#""${1""#,
        r#""${1:d}""#,
        r#""${1:#xml}""#,
        r#""${1:#json }""#,
        r#""${1 #json}""#,
        r#""${1+}""#,
        r#""${(1}""#,
        r#""${a = 1}""#,
        r#""${{a=1}.a}""#,
    ] {
        reject(&format!("a = {source}\n"), 1);
    }
    reject("a = \"\"\"${\n1}\"\"\"\n", 1);
}

#[test]
fn holes_have_exact_places() {
    let parsed = support::parse("a = \"é ${ foo.bar } ${baz}\"");
    let shown: Vec<&str> = parsed
        .ast
        .exprs
        .iter()
        .zip(&parsed.ast.expr_spans)
        .filter(|(expr, _)| matches!(expr, Expr::Name(_) | Expr::Select { .. }))
        .map(|(_, span)| &parsed.ast.text[span.range()])
        .collect();
    assert_eq!(shown, ["a", "foo", "foo.bar", "baz"]);
}

#[test]
fn plain_strings_are_spans() {
    let parsed = support::parse("a = \"plain $ text\"");
    assert!(
        parsed
            .ast
            .exprs
            .iter()
            .any(|expr| matches!(expr, Expr::Str(_)))
    );
    assert!(parsed.ast.strings.is_empty());
    assert!(matches!(
        parsed.ast[parsed.ast.stmt_ids(parsed.ast.root)[0]],
        Stmt::Assign(_)
    ));
}

#[test]
fn unterminated_strings() {
    reject("a = \"x\nb = 1\n", 1);
    reject("a = \"x\\\ny\"\nb = 1\n", 1);
    reject("a = r\"abc\\\"\nb = 1\n", 1);
    reject("a = [\"x]\nb = 1\n", 1);
    reject("a = \"\"\"x\ny\n\nb = 1\nschema A:\n    x: int\n", 1);
    accept("a = \"x # y\" # z\n");
}
