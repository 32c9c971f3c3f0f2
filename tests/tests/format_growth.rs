//! The formatter takes time in proportion to the text, whatever its shape, and needs no deep stack.

use std::time::Instant;

use kiln_format::{Style, format};

fn nanoseconds_a_byte(text: &str) -> f64 {
    let start = Instant::now();
    let formatted = format(text, &Style::default());
    let time = start.elapsed().as_nanos() as f64;
    // what it prints counts, too: one-line nesting becomes indentation
    time / (text.len() + formatted.text.len()) as f64
}

/// `make(n)` is a text of size n.
#[track_caller]
fn grows(n: usize, make: impl Fn(usize) -> String) {
    let (small, large) = (make(n), make(8 * n));
    let mut ratio = 0.0;
    let (mut of_small, mut of_large) = (f64::MAX, f64::MAX);
    for _ in 0..20 {
        of_small = of_small.min(nanoseconds_a_byte(&small));
        of_large = of_large.min(nanoseconds_a_byte(&large));
        ratio = of_large / of_small;
        if ratio < 2.5 {
            return;
        }
    }
    panic!("a byte costs {ratio:.1} times as much when the text is 8 times as long");
}

fn repeated(n: usize, line: impl Fn(usize) -> String) -> String {
    (0..n).map(line).collect()
}

#[test]
fn long_files() {
    grows(500, |n| {
        repeated(n, |i| format!("v{i} = {{a = {i}, b = [1, 2]}} # c\n\n"))
    });
}

#[test]
fn long_lines() {
    grows(500, |n| {
        format!("a = [{}]\n", repeated(n, |i| format!("{{b = {i}}}, ")))
    });
    grows(500, |n| {
        format!("a = [{}]\n", repeated(n, |_| "if a: 1, ".to_owned()))
    });
    grows(500, |n| format!("a = {}1\n", "1 + ".repeat(n)));
    grows(500, |n| repeated(n, |i| format!("v{i} = 1 ")));
}

#[test]
fn many_comments() {
    grows(500, |n| format!("a = 1\n{}b = 2\n", "# c\n".repeat(n)));
    grows(500, |n| {
        format!("a = [\n{}]\n", "    1 # c\n    # d\n".repeat(n))
    });
    grows(500, |n| {
        format!("schema A:\n    a: int\n{}", "    # c\n".repeat(n))
    });
    grows(500, |n| "a = 1\n\n# c\n\n".repeat(n));
}

#[test]
fn long_schemas() {
    grows(500, |n| {
        let attributes = repeated(n, |i| format!("    a{i}: int # c\n"));
        format!("schema A:\n{attributes}    [...str]: any\n")
    });
    grows(500, |n| "schema A:\n    a: int\n    [str]: int\n".repeat(n));
}

#[test]
fn branches() {
    grows(500, |n| {
        format!("if a:\n    b = 1\n{}", "elif c:\n    b = 2\n".repeat(n))
    });
    grows(20, |n| {
        repeated(n, |i| format!("{}if a:\n", " ".repeat(i))) + &" ".repeat(n) + "b = 1\n"
    });
    grows(10, |n| {
        let chain = repeated(n, |i| {
            let blanks = " ".repeat(2 * i);
            format!("{blanks}if a:\n{blanks}  b = 1\n{blanks}else:\n")
        });
        chain + &" ".repeat(2 * n) + "b = 2\n"
    });
}

#[test]
fn lambdas() {
    grows(10, |n| {
        let open = repeated(n, |i| format!("lambda x{i} = 1 {{ "));
        format!("a = {open}1{}\n", " }".repeat(n))
    });
    grows(10, |n| {
        let open = "lambda a_rather_long_parameter_name: {str:int} = ".repeat(n);
        format!("a = {open}{{}}{}\n", " { 1 }".repeat(n))
    });
}

#[test]
fn nested_brackets() {
    grows(15, |n| {
        format!("a = {}{}\n", "[".repeat(2 * n), "]".repeat(2 * n))
    });
    grows(15, |n| {
        format!("a = {}1{}\n", "{b = ".repeat(n), "}".repeat(n))
    });
    grows(15, |n| {
        format!("a = {}1{}\n", "f(".repeat(n), ")".repeat(n))
    });
}

#[test]
fn texts_with_mistakes() {
    grows(300, |n| "a = (1 +\n".repeat(n));
    grows(300, |n| "a = 1 b = )\n".repeat(n));
    grows(300, |n| "a = 1\nb = = 2\n# c\n\n".repeat(n));
    grows(300, |n| format!("a = {}", "[".repeat(n)));
    grows(300, |n| "\"\"\"\n".repeat(n) + "\"\"\"");
}

#[test]
fn depth_needs_no_stack() {
    let deep = 100_000;
    for text in [
        format!("a = {}", "[".repeat(deep)),
        format!("a = {}1{}", "(".repeat(deep), ")".repeat(deep)),
        format!("a = {}1", "lambda {".repeat(deep)),
        format!("a = {}1", "lambda x = ".repeat(deep)),
        format!("a = {}1\n", "-".repeat(deep)),
    ] {
        assert!(!format(&text, &Style::default()).text.is_empty());
    }
}
