//! The wording of diagnostics.

mod support;

fn check(name: &str, programs: &[&str]) {
    let mut out = String::new();
    for program in programs {
        out.push_str(&format!("=== {program:?}\n{}", support::render(program)));
    }
    insta::assert_snapshot!(name, out);
}

#[test]
fn characters_and_operators() {
    check(
        "characters",
        &[
            "a = !b\n",
            "a = b && c || d <> e\n",
            "a = 1;\n",
            "a = 1 № 2\n",
            "a = $ 1\n",
            "a = 1 \\ 2\n",
        ],
    );
}

#[test]
fn literals() {
    check(
        "literals",
        &[
            "a = 1__0\n",
            "a = 0b12\n",
            "a = 12kg\n",
            "a = 1.5Ki\n",
            "a = 99999999999999999999\n",
            "a = \"x\n",
            "a = \"x\\\ny\"\n",
            "a = \"\\x4\"\n",
            "a = \"\\N{nothing}\"\n",
            "a = \"${}\"\n",
            "a = \"${1\"\n",
            "a = \"${1:d}\"\n",
            "a = \"${1:#xml}\"\n",
            "a = \"${1 2}\"\n",
        ],
    );
}

#[test]
fn brackets() {
    check(
        "brackets",
        &[
            "a = (1\nb = 2\n",
            "a = f(1, [2\nb = 2\n",
            "a = {\n    b = 1\nc = 2\n",
            "a = 1)\n",
            "a = (1]\n",
            "a = f(1,\n    2)\n",
            "a = (1 +\n    2)\n",
            "a = [1,\n    2]\n",
        ],
    );
}

#[test]
fn blocks() {
    check(
        "blocks",
        &[
            "if a:\nb = 1\n",
            "if a\n    b = 1\n",
            "a = 1\n  b = 2\n",
            "if a:\n    b = 1\n  c = 2\n",
            "if a:\n    b = 1\nelse if c:\n    d = 1\n",
            "else:\n    a = 1\n",
            "schema A: x: int\n",
            "if a:\n  b = 1\n\tc = 1\n",
            "if a: import b\n",
        ],
    );
}

#[test]
fn expressions() {
    check(
        "expressions",
        &[
            "a =\n",
            "a = 1 +\n",
            "a = * 2\n",
            "a = f(1, , 2)\n",
            "a = b.\n",
            "a = b c.\n",
            "a = 1, 2\n",
            "a = [1, = 2]\n",
            "a = {b = }\n",
            "a = {b.c}\n",
            "a = x if y\n",
            "a = [i for in x]\n",
            "a = lambda *x { x }\n",
            "a = x[]\n",
            "a = f(x = 1, 2)\n",
            "a = [a, b for i in x]\n",
            "a = [*a for i in x]\n",
            "a = map x in f() { x }\n",
            "a = x as [int]\n",
            "a = not not x\n",
        ],
    );
}

#[test]
fn statements() {
    check(
        "statements",
        &[
            "1 = 2\n",
            "f() = 1\n",
            "a: int\n",
            "a?: int = 1\n",
            "-1\n",
            "import\n",
            "import a.\n",
            "type T =\n",
            "type T = {}\n",
            "a: = 1\n",
            "@d\n",
            "@d\na = 1\n",
            "a = lambda {\n    if x:\n        y = 1\n}\n",
            "a = lambda x = 1, y { y }\n",
        ],
    );
}

#[test]
fn schemas() {
    check(
        "schemas",
        &[
            "schema :\n    x: int\n",
            "schema A(B, C):\n    x: int\n",
            "schema A():\n    x: int\n",
            "schema A:\n    x:\n    y: int\n",
            "schema A:\n    x.y: int\n",
            "schema A:\n    [str]: int\n    [str]: str\n",
            "schema A:\n    check:\n        x\n    y: int\n",
            "schema A:\n    x: int\n    mixin [B]\n",
            "schema A:\n    schema B:\n        x: int\n",
            "schema A[w?: int]:\n    x: int\n",
            "schema A:\n    import b\n",
            "schema A:\n    x, y: int\n",
            "rule R:\n",
        ],
    );
}
