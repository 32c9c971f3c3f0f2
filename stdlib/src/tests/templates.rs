//! Module `template` and its limits.

use kiln_runtime::value::{Entry, EntryOp, Value};
use kiln_runtime::vm::{Limits, Vm};

use super::{call, check, machine, show, value};

#[test]
fn template() {
    check(
        r##"
        template.execute ["Hello {{name}}", {"name": "w"}] => "Hello w"
        template.execute ["a {{b}}"] => "a "
        template.execute ["{{#each c}}{{@key}}{{this}}{{/each}}", {"c": {"b": 1, "a": 2}}] => "a2b1"
        template.execute ["{{x}}|{{{x}}}|{{raw x}}|{{raw l}}", {"x": "<b>", "l": [1, {"a": "<"}]}] => "&lt;b&gt;|<b>|<b>|[1,{\"a\":\"<\"}]"
        template.execute ["{{#*inline \"p\"}}{{> p}}{{/inline}}{{> p}}"] => ! nested more than 256 levels
        template.execute ["{{#*inline \"p\"}}{{#if n}}[{{n.v}}{{> p n}}]{{/if}}{{/inline}}{{> p}}", {"n": {"v": 1, "n": {"v": 2}}}] => "[1[2]]"
        template.execute ["{{#*inline \"p\"}}<{{> @partial-block}}>{{/inline}}{{#> p}}x{{#> p}}y{{/p}}{{/p}}"] => "<x<y>>"
        template.execute ["{{> @partial-block}}"] => ! `@partial-block` stands in a partial
        template.execute ["{{#x}}{{/x}}"] => ! line 1, column 1: there is no helper `x`
        template.execute ["a\n {{upper a}}"] => ! fails in line 2, column 2: there is no helper `upper`
        template.execute ["{{> p}}"] => ! there is no partial `p`
        template.execute ["a\n{{#if a}}"] => ! mistake in line 2, column 10: a block is not closed
        template.execute ["{{#if a}}{{/with}}"] => ! `if` is open, but `with` is closed
        template.execute ["{{"] => ! expected a name, an expression in brackets or a path
        template.execute ["{{a}"] => ! expected a name, a parameter or `}}`
        template.execute ["{{raw}}"] => ! `raw` needs another parameter
        template.execute [1] => ! needs a string for `template`, not `int`
        template.execute ["", [1]] => ! needs a dict for `data`, not `list`
        template.html_escape ["<a href=\"x\">&'=`/</a>"] => "&lt;a href&#x3D;&quot;x&quot;&gt;&amp;&#x27;&#x3D;&#x60;/&lt;/a&gt;"
        template.html_escape [""] => ""
        "##,
    );
}

#[test]
fn templates_are_limited() {
    let fill = |template: &str, limits: Limits| {
        let mut vm = Vm::new(crate::table(), limits);
        let template = vm.heap.text(template);
        let data = value(
            &mut vm,
            r#"{"l": [1, 2, 3, 4, 5, 6, 7, 8, 9, 10], "t": "0123456789"}"#,
        );
        match call(&mut vm, "template.execute", &[template, data], &[]) {
            Ok(text) => show(&vm, text).len().to_string(),
            Err(error) => format!("E{:04} {}", error.0.code.number, error.0.message),
        }
    };
    let small = || Limits {
        memory: 1 << 20,
        steps: 100_000,
        ..Limits::default()
    };
    let nested = |open: &str, body: &str, close: &str, depth: usize| {
        format!("{}{body}{}", open.repeat(depth), close.repeat(depth))
    };
    let each = |depth, body| nested("{{#each @root.l}}", body, "{{/each}}", depth);
    assert_eq!(fill(&each(3, "x"), small()), "1002");
    // what is written
    assert!(fill(&each(6, "xxxxxxxxxxxxxxxxxxxx"), small()).starts_with("E0522"));
    // rounds of loops that write nothing
    assert!(fill(&each(9, ""), small()).starts_with("E0521"));
    // blocks of partials, each twice as long as the one in it
    let double = "{{#*inline \"p\"}}{{> @partial-block}}{{> @partial-block}}{{/inline}}";
    let doubled = format!("{double}{}", nested("{{#> p}}", "x", "{{/p}}", 60));
    assert!(fill(&doubled, small()).starts_with("E0522"));
    // nesting of the text
    for (open, close) in [
        ("{{#if l}}", "{{/if}}"),
        ("{{#if l}}", ""),
        ("{{~#with l}}", "{{/with}}"),
        ("{{#if t}}{{else if t}}", "{{/if}}"),
    ] {
        let deep = nested(open, "", close, 100_000);
        assert!(fill(&deep, Limits::default()).contains("nested more than 128 levels"));
    }
    let chain = format!(
        "{{{{#if t}}}}{}{{{{/if}}}}",
        "{{else if t}}".repeat(100_000)
    );
    assert!(fill(&chain, Limits::default()).contains("nested more than 128 levels"));
    let brackets = format!(
        "{{{{len {}t{}}}}}",
        "(len ".repeat(100_000),
        ")".repeat(100_000)
    );
    assert!(fill(&brackets, Limits::default()).contains("the brackets of the template"));
    assert_eq!(
        fill(&nested("{{#if l}}", "x", "{{/if}}", 128), Limits::default()),
        "3"
    );
    // siblings are no nesting
    assert_eq!(
        fill(&"{{#if l}}x{{/if}}(".repeat(500), Limits::default()),
        "1002"
    );
    // nesting of the data
    let mut vm = machine();
    let mut data = Value::None;
    for _ in 0..100_000 {
        data = Value::List(vm.heap.list(&[data]));
    }
    let key = vm.heap.intern("l");
    let data = Value::Dict(vm.heap.dict(&[Entry::new(key, EntryOp::Union, data)], None));
    let template = vm.heap.text("{{l}}");
    let error = call(&mut vm, "template.execute", &[template, data], &[]).unwrap_err();
    assert!(error.0.message.contains("nested 512 levels"));
}
