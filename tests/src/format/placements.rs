//! Programs with comments everywhere: every construct of the language, with comments and line breaks put between any two
//! of its tokens.

use kiln_syntax::lexer::lex;

/// What the programs are made from.
const CONSTRUCTS: &[&str] = &[
    "\"\"\"doc\"\"\"\nimport a.b as c\nimport .d\nx = 1\n",
    "a = 1 + b.c[0] * -d\nb: int | str = a\nc += 1\nc.d = e if f else not g\n",
    "a = [1, 2, *b]\nc = [\n    1\n    [2, 3]\n]\nd = []\n",
    "a = {b = 1, c: {d = 2}, **e}\nf = {\n    \"g\" = 1\n    h.i += [1]\n}\nj = {}\n",
    "a = [\n    if b:\n        1\n    elif c:\n        2\n    else:\n        3\n    4\n]\n",
    "a = {\n    if b:\n        c = 1\n    else:\n        d = 2\n}\n",
    "a = [x + 1 for x in b if x for y in c]\nd = {k: v for k, v in e}\n",
    "a = [x for x in [1, 2]]\nb = {c = [{k = v} for v in f([3], {d = 4})]}\n",
    "a = all x in b {x > 1 if c}\nd = map x in e {\n    x\n}\n",
    "a = f(1, b=2, c={d = 1})\ne = g(\n    1,\n    h=i()\n)\n",
    "a = b[1:2]\nc = d[::-1]\ne = f?.g[h]\ni = (1 + 2)\nj = \"x ${k} y\"\n",
    "f = lambda x: int, y = 2 -> int {\n    z = x\n    if z:\n        z = y\n    z\n}\n",
    "f = lambda {\n    x: int,\n    y = 2,\n} -> int {\n    x\n}\n",
    "if a:\n    b = 1\nelif c and d:\n    e = 2\nelse:\n    if f:\n        g = 1\n    h = 2\ni = 3\n",
    "if a:\n    b = 1\nelse:\n    if c:\n        d = 2\n    else:\n        e = 3\nf = 4\n",
    "if a: b = 1\nif c:\n    if d:\n        e = 1\nf = 2\n",
    "@info(a=1)\n@deprecated\nschema A[x: int, y = 1](B.C) for P:\n    \"\"\"doc\"\"\"\n    mixin [M, N.O]\n    a: int = 1\n    @info\n    b?: {str:[int]}\n",
    "schema A:\n    a: int\n    [k: str]: int = 1\n    if a:\n        b = 1\n    check:\n        a > 1 if b, \"m\"\n        all x in y {x}\nb = 1\n",
    "schema A:\n    [...str]: any\n    b = lambda {\n        1\n    }\n\n    check:\n        a\n",
    "mixin M for P:\n    a = 1\nprotocol P:\n    b: int\nrule R[x](S):\n    x > 1, \"m\"\n    y\na: A {b = 1}\nc = A.B(1) {d = 2}\n",
    "type A = int | \"x\" | [B]\nassert a > 1 if b, \"m\"\na = b = 1\n$if = 2\nf: (int, str) -> bool = g\n",
    "a: A {\n    b = B {\n        c = [\n            {d = 1}\n            {e = 2}\n        ]\n    }\n}\n",
    "schema A:\n    a: int = f({\n        b = [1]\n    })\n    c = {\n        if d: e = 1\n        g = 2\n    }\n",
];

/// What is put between two tokens; `_` stands for the indentation of the line.
const INSERTED: &[&str] = &[
    " # c\n_",
    "\n_# c\n_",
    "\n# c\n_",
    "\n_      # c\n_",
    "\n_  # c\n# d\n\n\n_# e\n_",
    " # c\n\n_# d\n\n_",
    " \\\n_ ",
    " \\ # c\n_",
    " \\\n_# c\n_",
    "\n\n\n_",
];

/// All of them, each with a name.
pub fn placements() -> impl Iterator<Item = (String, String)> {
    CONSTRUCTS
        .iter()
        .enumerate()
        .flat_map(|(index, construct)| {
            gaps(construct).into_iter().flat_map(move |gap| {
                INSERTED.iter().enumerate().map(move |(kind, inserted)| {
                    let name = format!("construct {index}, at {}, kind {kind}", gap.0);
                    (name, with(construct, gap, inserted))
                })
            })
        })
}

/// Between any two tokens, and before the first and behind the last one: the blanks there.
fn gaps(text: &str) -> Vec<(usize, usize)> {
    let tokens = lex(text).tokens;
    let mut end = 0;
    let mut gaps = Vec::new();
    for token in &tokens {
        let start = token.start as usize;
        if text[end..start].trim_matches([' ', '\n']).is_empty() {
            gaps.push((end, start));
        }
        end = token.end as usize;
    }
    gaps.push((end, text.len()));
    gaps.dedup();
    gaps
}

fn with(text: &str, (from, to): (usize, usize), inserted: &str) -> String {
    let line = text[..from].rfind('\n').map_or(0, |end| end + 1);
    let indentation = text[line..].len() - text[line..].trim_start_matches(' ').len();
    let inserted = inserted.replace('_', &" ".repeat(indentation));
    let gap = &text[from..to];
    if let Some(rest) = gap.strip_prefix('\n') {
        // the line ends here anyway
        let line = inserted.trim_end_matches(' ');
        return format!("{}{}{}{}", &text[..from], line, rest, &text[to..]);
    }
    format!("{}{inserted}{}", &text[..from], &text[to..])
}

/// The same text in the other ways to write a file.
pub fn spellings(text: &str) -> [String; 5] {
    [
        text.trim_end().to_owned(),
        text.replace('\n', "\r\n"),
        format!("\u{feff}{text}"),
        text.replace("    ", "\t"),
        format!(
            "\u{feff}{}",
            text.replace("    ", "\t").replace('\n', "\r\n").trim_end()
        ),
    ]
}
