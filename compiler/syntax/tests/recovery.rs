//! Broken programs: no panic, few complaints, and neighbours unharmed.

mod support;

use std::time::{Duration, Instant};

use kiln_syntax::ast::Stmt;
use kiln_syntax::layout::{Mode, layout};
use kiln_syntax::lexer::lex;
use kiln_syntax::token::Tok;
use kiln_syntax::{outline, parse_expr, parse_file};
use support::errors;

const PROGRAMS: [&str; 10] = [
    "a = {\n    b = [1, 2]\n    c: {d = \"x\"}\n}\n",
    "a = f(1, k = 2)(g[0]).h\n",
    "schema A[x: int](B):\n    \"\"\"doc\"\"\"\n    a?: int = 1\n    b: {str:int}\n    check:\n        a > 1, \"m\"\n",
    "if a == 1:\n    b = 2\nelif c:\n    d = 3\nelse:\n    e = {x = 1}\n",
    "a = lambda x: int, y = 1 -> int {\n    z = x + y\n    z\n}\n",
    "a = [i * 2 for i in [1, 2] if i > 1]\n",
    "a = {\n    if x:\n        b = 1\n    else:\n        c = 2\n    **d\n}\n",
    "a: A {\n    x = 1\n    y: B {z = 2}\n}\n",
    "assert a if b, \"c\"\n",
    "a = all k, v in {x = 1} { v > 0 if k }\n",
];

const BEFORE: &str = "before = 1\n";
const AFTER: &str = "after = {\n    x = 1\n}\nschema After:\n    y: int\n";

/// Texts with one token removed.
fn deletions(program: &str) -> Vec<String> {
    lex(program)
        .tokens
        .iter()
        .filter(|token| token.kind != Tok::Newline)
        .map(|token| {
            // Blanks after the token go as well: they would indent a line that lost its first token.
            let rest = program[token.end as usize..].trim_start_matches(' ');
            format!("{}{rest}", &program[..token.start as usize])
        })
        .collect()
}

#[test]
fn one_missing_token_gives_at_most_two_errors_and_spares_the_neighbours() {
    let mut more_than_one = Vec::new();
    for program in PROGRAMS {
        for broken in deletions(program) {
            let text = format!("{BEFORE}{broken}{AFTER}");
            let found = errors(&text);
            assert!(found.len() <= 2, "{broken}\n{found:#?}");
            if found.len() == 2 {
                more_than_one.push(broken.clone());
            }
            let items = parse_file(&text);
            let clean = |name: &str| {
                items.iter().any(|(item, parsed)| {
                    item.names.iter().any(|span| &text[span.range()] == name)
                        && parsed.diagnostics.is_empty()
                })
            };
            assert!(clean("before"), "{broken}");
            assert!(clean("after") && clean("After"), "{broken}\n{found:#?}");
        }
    }
    assert!(more_than_one.len() <= 9, "{more_than_one:#?}");
}

#[test]
fn every_truncation_is_survived() {
    for program in PROGRAMS {
        for end in 0..program.len() {
            let _ = errors(&program[..end]);
            let _ = errors(&program[end..]);
        }
    }
}

/// A small generator, so that failures repeat.
struct Random(u64);

impl Random {
    fn next(&mut self, below: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % below as u64) as usize
    }
}

#[test]
fn random_text_is_survived() {
    const PIECES: [&str; 54] = [
        "a", "b.c", "1", "1.5", "\"x\"", "\"${a}\"", "'", "\"\"\"", "(", ")", "[", "]", "{", "}",
        ",", ":", "=", "+=", "|", "+", "-", "**", "*", "==", "if", "else", "elif", "for", "in",
        "not", "lambda", "all", "any", "map", "schema A", "mixin", "check", "import", "type",
        "assert", "rule R", "as", "->", "?", "@", "\n", "\n    ", "\n  ", "\n\t", " ", "\\\n", "#",
        "$", "é",
    ];
    let mut random = Random(0x1234_5678_9abc_def1);
    for _ in 0..1500 {
        let mut text = String::new();
        for _ in 0..random.next(40) {
            text.push_str(PIECES[random.next(PIECES.len())]);
            if random.next(3) == 0 {
                text.push(' ');
            }
        }
        check_invariants(&text);
    }
    for _ in 0..1000 {
        let bytes: Vec<u8> = (0..random.next(60))
            .map(|_| random.next(256) as u8)
            .collect();
        check_invariants(&String::from_utf8_lossy(&bytes));
    }
}

/// Layout is balanced, items cover the file in order, spans lie inside their items.
fn check_invariants(text: &str) {
    let lexed = lex(text);
    let laid_out = layout(text, &lexed, Mode::Statements);
    let mut open = Vec::new();
    for (_, kind, _) in &laid_out.tokens {
        match kind {
            Tok::LParen | Tok::CallParen => open.push(Tok::RParen),
            Tok::LBracket | Tok::IndexBracket | Tok::SigBracket => open.push(Tok::RBracket),
            Tok::LBrace | Tok::InstBrace | Tok::BodyBrace | Tok::QuantBrace | Tok::ParamBrace => {
                open.push(Tok::RBrace)
            }
            Tok::Indent => open.push(Tok::Dedent),
            Tok::RParen | Tok::RBracket | Tok::RBrace | Tok::Dedent => {
                assert_eq!(open.pop(), Some(*kind), "{text:?}")
            }
            _ => {}
        }
    }
    assert!(open.is_empty(), "{text:?}");
    let items = outline(text).items;
    for pair in items.windows(2) {
        assert_eq!(pair[0].range.end, pair[1].range.start, "{text:?}");
    }
    for (item, parsed) in parse_file(text) {
        for span in parsed.ast.expr_spans.iter().chain(&parsed.ast.stmt_spans) {
            assert!(
                span.start <= span.end && span.end <= item.range.len(),
                "{text:?} {span:?}"
            );
        }
        for diagnostic in &parsed.diagnostics {
            assert!(
                diagnostic.primary.span.end <= item.range.len(),
                "{text:?} {diagnostic:?}"
            );
        }
    }
}

#[test]
fn deep_nesting_is_cut_off() {
    let start = Instant::now();
    for (open, close) in [
        ("[", "]"),
        ("(", ")"),
        ("{a = ", "}"),
        ("f(", ")"),
        ("lambda {", "}"),
        ("a[", "]"),
    ] {
        let depth = if open == "[" { 300_000 } else { 20_000 };
        let balanced = format!(
            "a = {}1{}\nb = 2\n",
            open.repeat(depth),
            close.repeat(depth)
        );
        let found = errors(&balanced);
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].contains("E0118"), "{found:?}");
        let _ = errors(&format!("a = {}\nb = 2\n", open.repeat(depth)));
        let _ = errors(&format!("a = {}\nb = 2\n", close.repeat(depth)));
    }
    assert!(start.elapsed() < Duration::from_secs(30));
}

#[test]
fn long_texts_take_linear_time() {
    let start = Instant::now();
    let long = format!("a = \"{}\"\n", "x".repeat(10_000_000));
    assert!(errors(&long).is_empty());
    let _ = errors(&format!("a = \"{}\n", "x".repeat(10_000_000)));
    let sum = format!("a = 1{}\n", " + 1".repeat(20_000));
    assert!(errors(&sum).is_empty());
    let not = format!("a = {}\n", "not ".repeat(20_000));
    assert_eq!(errors(&not).len(), 1);
    let flat = format!("a = [{}]\n", "1, ".repeat(20_000));
    assert!(errors(&flat).is_empty());
    let wrong = "a = = 1\n".repeat(500);
    assert_eq!(errors(&wrong).len(), 500);
    let wrong = format!("a = {{\n{}}}\n", "    b = = 1\n".repeat(500));
    assert_eq!(errors(&wrong).len(), 500);
    assert!(start.elapsed() < Duration::from_secs(30));
}

#[test]
fn the_good_part_of_a_broken_statement_is_kept() {
    let tree = |text: &str| kiln_syntax::dump::item(&support::parse(text).ast);
    assert_eq!(tree("a = 1 = = 2\n"), "assign a = 1\n");
    assert_eq!(tree("a =\n"), "assign a = <error>\n");
    assert_eq!(tree("a = foo.\n"), "assign a = (. foo <missing>)\n");
    assert_eq!(tree("a = foo?.\n"), "assign a = (?. foo <missing>)\n");
    assert_eq!(
        tree("schema A:\n    a: int\n    b:\n    c: str\n"),
        "Schema A\n  attr a: int\n  attr b: <error>\n  attr c: str\n"
    );
    assert_eq!(
        tree("x = {\n    a = 1\n    b =\n    c = = 2\n    d = 4\n}\n"),
        "assign x = {a = 1, b = <error>, c = <error>, d = 4}\n"
    );
    assert_eq!(tree("if a b:\n    c = 1\n"), "else\n  assign c = 1\n");
}

#[test]
fn expressions_alone() {
    for text in ["1 + 2", " x ", "\n{a = 1}\n", "[\n1\n2\n]"] {
        let parsed = parse_expr(text);
        assert!(
            parsed.diagnostics.is_empty(),
            "{text:?} {:?}",
            parsed.diagnostics
        );
        assert!(matches!(
            parsed.ast[parsed.ast.stmt_ids(parsed.ast.root)[0]],
            Stmt::Expr(_)
        ));
    }
    for text in ["", "1 2", "a = 1", "1 +", "1\n2", "a b"] {
        let parsed = parse_expr(text);
        assert_eq!(
            parsed.diagnostics.len(),
            1,
            "{text:?} {:?}",
            parsed.diagnostics
        );
        assert_eq!(parsed.ast.stmt_ids(parsed.ast.root).len(), 1);
    }
}

#[test]
fn places_are_between_characters() {
    // an unknown character between a colon and the block that cannot follow it
    for text in [
        ":\u{202e}\n i:\n",
        "a:é\n  b: 1\n",
        "x = {\n  a:\u{a0}\n    b: 1\n}\n",
    ] {
        for (start, diagnostic) in support::diagnostics(text) {
            let end = start + diagnostic.primary.span.end - diagnostic.primary.span.start;
            let place = start as usize..end as usize;
            assert!(text.get(place).is_some(), "{text:?} {diagnostic:?}");
        }
    }
}

#[test]
fn a_warning_hides_no_error() {
    let text = "schema A:\n    @d\"\".\"\"\n";
    let items = kiln_syntax::parse_file(text);
    let diagnostics = &items[0].1.diagnostics;
    let errors = diagnostics
        .iter()
        .filter(|d| d.severity == kiln_syntax::diagnostic::Severity::Error);
    assert_eq!(errors.count(), 1, "{diagnostics:?}");
}

#[test]
fn a_closer_is_no_block() {
    for text in ["a = {b: {if c:\n }\n}\n", "a = {b: [if c:\n ]\n}\n"] {
        assert!(!errors(text).is_empty(), "{text}");
    }
}
