//! Items with syntax errors stay as they are; everything around them is formatted.

use kiln_format::{Style, format};

fn formatted(text: &str) -> String {
    format(text, &Style::default()).text
}

#[test]
fn a_broken_item_is_copied() {
    assert_eq!(
        formatted("a=1\nb  = = 2 # x  \nc=3\n"),
        "a = 1\nb  = = 2 # x  \nc = 3\n"
    );
    assert_eq!(
        formatted("schema A:\n  x :int\n  y : = \n  # tail\n\n\n\nb=2\n"),
        "schema A:\n  x :int\n  y : = \n  # tail\n\nb = 2\n"
    );
}

#[test]
fn so_is_what_stands_on_its_lines() {
    assert_eq!(formatted("a=1 b = )\nc=1\n"), "a=1 b = )\nc = 1\n");
    assert_eq!(formatted("a = ) b=1\nc=1\n"), "a = ) b=1\nc = 1\n");
    assert_eq!(formatted(")\na=1\nb=2\n"), ")\na=1\nb = 2\n");
}

#[test]
fn text_without_items_survives() {
    for text in ["", ";\n", "# only\n", "\u{feff}"] {
        let out = formatted(text);
        assert_eq!(out.trim(), text.trim_start_matches('\u{feff}').trim());
    }
}

#[test]
fn places_of_broken_items_are_told() {
    let out = format("a=1\nb = = 2\n\nc=3\n", &Style::default());
    assert_eq!(out.untouched.len(), 1);
    assert_eq!(out.untouched[0].range(), 4..11);
}

#[test]
fn code_behind_a_comment_keeps_its_line() {
    // a carriage return alone ends the comment, but not the line
    let text = "a=1\n#\r b=2\n";
    assert_eq!(formatted(text), text);
}

#[test]
fn a_joined_line_stays_joined() {
    let text = "x\n\\\n = 1\ny=2\n";
    assert_eq!(formatted(text), "x\n\\\n = 1\ny = 2\n");
    for text in ["x\n  \\\n = 1\n", "{a\n\r ,"] {
        assert_eq!(formatted(text), text);
    }
}

#[test]
fn types_and_headers_over_several_lines_are_broken() {
    for text in [
        "type A = [\nB\n]\n",
        "a: {\nstr:int} = {}\n",
        "a: [ \\\n# c\nint] = []\n",
        "schema Q(\n    P):\n    m\n",
    ] {
        assert_eq!(formatted(text), text);
    }
}

#[test]
fn a_loop_is_joined_once_and_for_all() {
    let once = formatted("a = [x for x in [1, 2 # c\n]]\nb = {c = [x for x in [1 # d\n]]}\n");
    assert_eq!(formatted(&once), once);
    assert!(
        once.starts_with("a = [x for x in [\n    1\n    2 # c\n]]\n"),
        "{once}"
    );
}
