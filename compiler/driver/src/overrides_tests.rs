use super::*;

/// The files after the specs, and again after all specs were parsed from text as the command line gives them.
fn changed(files: &[&str], specs: &[&str]) -> Vec<String> {
    let mut files: Vec<String> = files.iter().map(|text| (*text).to_owned()).collect();
    let specs: Vec<OverrideSpec> = specs
        .iter()
        .map(|spec| OverrideSpec::parse(spec).unwrap())
        .collect();
    apply(&mut files, &specs);
    files
}

#[track_caller]
fn check(text: &str, spec: &str, expected: &str) {
    let new = changed(&[text], &[spec]).remove(0);
    assert_eq!(new, expected, "{spec}");
    for (_, item) in parse_file(&new) {
        assert_eq!(item.diagnostics, [], "{spec} gives {new}");
    }
}

#[test]
fn variables_are_replaced_united_appended_to_and_deleted() {
    check("a = 1\nb = a\n", "a=2", "a = 2\nb = a\n");
    check("a: int = 1 # c\n", "a=2", "a: int = 2 # c\n");
    check("a = 1\n", "a:2", "a = 2\n");
    check("a = 1\nb = 2\n", "a-", "\nb = 2\n");
    check("a = [1]\n", "a=[2]", "a = [2]\n");
    check("a = [1]\n", "a:[2]", "a = [2]\n");
    check("a = [1]\n", "a+=[2, 3]", "a = [1, 2, 3]\n");
    check("a = []\n", "a+=[2]", "a = [2]\n");
    check("a = [1,]\n", "a+=[2]", "a = [1, 2]\n");
    check(
        "a = [\n    1\n    2 # two\n]\n",
        "a+=[3, 4]",
        "a = [\n    1\n    2 # two\n    3\n    4\n]\n",
    );
    check("a = [1] + b\n", "a+=[2]", "a = ([1] + b) + [2]\n");
    check("a = b\n", "a+=[2]", "a = b + [2]\n");
    check("_a = 1\n_a = 2\n", "_a=3", "_a = 3\n_a = 3\n");
    check("_a = [1]\n_a += [2]\n", "_a=[3]", "_a = [3]\n\n");
    check("_a = [1]\n_a += [2]\n", "_a-", "\n\n");
}

#[test]
fn configs_are_united_entry_by_entry() {
    check("a = {x = 1}\n", "a:{y = 2}", "a = {x = 1, y = 2}\n");
    check("a = {x = 1}\n", "a:{x: 2}", "a = {x = 2}\n");
    check(
        "a = {}\n",
        "a:{x = 1, y: 2, z += [3]}",
        "a = {x = 1, y: 2, z += [3]}\n",
    );
    check(
        "a = {x = {p = 1}}\n",
        "a:{x = {q = 2}}",
        "a = {x = {q = 2}}\n",
    );
    check(
        "a = {x: {p = 1}}\n",
        "a:{x: {q = 2}}",
        "a = {x: {p = 1, q = 2}}\n",
    );
    check("a = {x = -1}\n", "a:{x = -2}", "a = {x = -2}\n");
    check(
        "a = {x = 1}\n",
        "a:{**b, \"${c}\" = 2}",
        "a = {x = 1, **b, \"${c}\" = 2}\n",
    );
    check(
        "a = {x = 1}\n",
        "a:{if c: y = 2}",
        "a = {x = 1, **{if c: y = 2}}\n",
    );
    check("a = {x = 1}\n", "a:b", "a = b\n");
    check("a = S {x = 1}\n", "a:S{y = 2}", "a = S {x = 1, y = 2}\n");
    check("a = S {x = 1}\n", "a:{y = 2}", "a = S {x = 1, y = 2}\n");
    check("a = S {x = 1}\n", "a:T{y = 2}", "a = T{y = 2}\n");
    check("a = {x = 1}\n", "a={y = 2}", "a = {y = 2}\n");
}

#[test]
fn fields_keep_their_operator() {
    check("a = {x = 1}\n", "a.x=2", "a = {x = 2}\n");
    check("a = {x: 1}\n", "a.x=2", "a = {x: 2}\n");
    check("a = {x = 1}\n", "a.x:2", "a = {x = 2}\n");
    check("a = {x += [1]}\n", "a.x=[3]", "a = {x += [3]}\n");
    check("a = {x = [1]}\n", "a.x+=[2]", "a = {x = [1, 2]}\n");
    check("a = {x = y}\n", "a.x+=[2]", "a = {x = y + [2]}\n");
    check("a = {x = 1, x = 2}\n", "a.x=3", "a = {x = 3, x = 3}\n");
    check("a = {x = {y = 1}}\n", "a.x.y=2", "a = {x = {y = 2}}\n");
    check(
        "a = {x.y = {z = 1}}\n",
        "a.x.y.z=2",
        "a = {x.y = {z = 2}}\n",
    );
    check("a = {'x-y': 1}\n", "a['x-y']=2", "a = {'x-y': 2}\n");
    check("a = ({x = 1})\n", "a.x=2", "a = ({x = 2})\n");
    check(
        "a: {str:int} = {x = 1}\n",
        "a.x=2",
        "a: {str:int} = {x = 2}\n",
    );
    check(
        "a = S(1) {t = T {z = 2}}\n",
        "a.t.z=3",
        "a = S(1) {t = T {z = 3}}\n",
    );
    check("_a = {}\n_a.x = 1\n", "_a.x=2", "_a = {}\n_a.x = 2\n");
    check(
        "_a = {}\n_a.x = {y = 1}\n",
        "_a.x.y=2",
        "_a = {}\n_a.x = {y = 2}\n",
    );
}

#[test]
fn missing_fields_are_added_at_the_deepest_config() {
    check("a = {x = 1}\n", "a.y=2", "a = {x = 1, y = 2}\n");
    check("a = {}\n", "a.y+=[2]", "a = {y += [2]}\n");
    check("a = {x = 1,}\n", "a.y=2", "a = {x = 1, y = 2}\n");
    check("a = {x = 1}\n", "a.y.z:2", "a = {x = 1, y.z: 2}\n");
    check("a = {x: {y: 1}}\n", "a.x.z=2", "a = {x: {y: 1, z = 2}}\n");
    check("a = {x.y = 1}\n", "a.x.z=2", "a = {x.y = 1, x.z = 2}\n");
    check(
        "a = {}\n",
        "a['p.q'].r['s t']=2",
        "a = {\"p.q\": {r: {\"s t\" = 2}}}\n",
    );
    check("a = {}\n", "a.$if=2", "a = {\"if\" = 2}\n");
    check("a = {**b}\n", "a.y=2", "a = {**b, y = 2}\n");
    check("a = {if c: x = 1}\n", "a.x=2", "a = {if c: x = 1, x = 2}\n");
    check(
        "a = {\n    x = 1 # c\n}\n",
        "a.y=2",
        "a = {\n    x = 1 # c\n    y = 2\n}\n",
    );
    check("a = { # c\n}\n", "a.y=2", "a = { # c\n    y = 2\n}\n");
    check(
        "a = {\n  x = {\n    y = 1\n  }\n  if c:\n    z = 1\n}\n",
        "a.x.w=2",
        "a = {\n  x = {\n    y = 1\n    w = 2\n  }\n  if c:\n    z = 1\n}\n",
    );
    check(
        "a = {\n  if c:\n    z = 1\n}\n",
        "a.y=2",
        "a = {\n  if c:\n    z = 1\n  y = 2\n}\n",
    );
    check(
        "a = {\r\n    x = 1\r\n}\r\n",
        "a.y=2",
        "a = {\r\n    x = 1\n    y = 2\r\n}\r\n",
    );
}

#[test]
fn values_that_are_no_literals_are_united_with_the_field() {
    check("a = b\n", "a.y=2", "a = b | {y = 2}\n");
    check(
        "a = {x = 1} | b\n",
        "a.y.z=2",
        "a = ({x = 1} | b) | {y.z = 2}\n",
    );
    check("a = {x = b}\n", "a.x.y=2", "a = {x = b, x.y = 2}\n");
}

#[test]
fn fields_are_deleted_with_their_comma() {
    check("a = {x = 1}\n", "a.x-", "a = {}\n");
    check(
        "a = {x = 1, y = 2, z = 3}\n",
        "a.x-",
        "a = {y = 2, z = 3}\n",
    );
    check(
        "a = {x = 1, y = 2, z = 3}\n",
        "a.y-",
        "a = {x = 1, z = 3}\n",
    );
    check(
        "a = {x = 1, y = 2, z = 3}\n",
        "a.z-",
        "a = {x = 1, y = 2}\n",
    );
    check("a = {x = 1, x = 2}\n", "a.x-", "a = {}\n");
    check("a = {y = 0, x = 1, x = 2}\n", "a.x-", "a = {y = 0}\n");
    check("a = {x.y = 1, x.z = 2}\n", "a.x-", "a = {}\n");
    check("a = {$if = 1, y = 2}\n", "a.$if-", "a = {y = 2}\n");
    check(
        "a = {\n    x = 1\n    y = 2\n}\n",
        "a.x-",
        "a = {\n    \n    y = 2\n}\n",
    );
    check("a = {x = 1}\n", "a.x.y-", "a = {x = 1}\n");
    check("a = {x = 1}\n", "b-", "a = {x = 1}\n");
    check("a = {x = 1}\n", "b.c-", "a = {x = 1}\n");
}

#[test]
fn a_path_above_a_dotted_key_replaces_it() {
    check("a = {x.y = 1, z = 2}\n", "a.x=5", "a = {x: 5, z = 2}\n");
    check(
        "a = {x.y = 1}\n",
        "a.x:{z = 2}",
        "a = {x.y = 1, x: {z = 2}}\n",
    );
}

#[test]
fn unifications_are_changed_where_they_set_the_field() {
    check("s: S {x = 1}\n", "s.x=2", "s: S {x = 2}\n");
    check("s: S {x = 1}\n", "s.x-", "s: S {}\n");
    check("s: S {x = 1}\n", "s-", "\n");
    check("s: S {x = 1}\n", "s=S{y = 2}", "s: S{y = 2}\n");
    check("s: S {x = 1}\n", "s:S{y = 2}", "s: S {x = 1, y = 2}\n");
    check("s: S {x = 1}\n", "s=t", "s = t\n");
    check(
        "s: S {x = 1}\ns: S {y = 2}\n",
        "s.x=3",
        "s: S {x = 3}\ns: S {y = 2}\n",
    );
    check(
        "s: S {x = 1}\ns: S {y = 2}\n",
        "s.y=3",
        "s: S {x = 1}\ns: S {y = 3}\n",
    );
    check(
        "s: S {x = 1}\ns: S {y = 2}\n",
        "s.z=3",
        "s: S {x = 1}\ns: S {y = 2, z = 3}\n",
    );
    check("s: S {x = 1}\ns: S {y = 2}\n", "s=S{}", "s: S{}\n\n");
}

#[test]
fn chains_of_targets_are_taken_apart() {
    check("a = b = {}\n", "a.x=1", "a = {x = 1}\nb = {}\n");
    check("a = b = {}\n", "b-", "a = {}\n\n");
    check("a = b = {}\n", "c=1", "a = b = {}\nc = 1\n");
}

#[test]
fn unknown_variables_are_added_at_the_end_of_the_last_file() {
    check("a = 1", "b=2", "a = 1\nb = 2\n");
    check("", "b=2", "b = 2\n");
    check("", "b.c=2", "b = {c = 2}\n");
    check("", "b.c.d:2", "b = {c.d: 2}\n");
    check("", "b.c+=[2]", "b = {c += [2]}\n");
    check("", "$type=2", "$type = 2\n");
    check("", "$if=2", "$if = 2\n");
    assert_eq!(
        changed(&["a = 1\n", "b = 2\n"], &["c=3"]),
        ["a = 1\n", "b = 2\nc = 3\n"]
    );
    assert_eq!(
        changed(&["a = 1\n", "b = 2\n"], &["a=3"]),
        ["a = 3\n", "b = 2\n"]
    );
    assert_eq!(
        changed(&["a = {}\n"], &["b.c=2", "b.d=3"]),
        ["a = {}\nb = {c = 2, d = 3}\n"]
    );
    assert_eq!(
        changed(&["a = {}\n"], &["a-", "a.x=3"]),
        ["\na = {x = 3}\n"]
    );
    assert_eq!(
        changed(&["s: S {x = 1}\n", "s: S {y = 2}\n"], &["s.x=3", "s.z=4"]),
        ["s: S {x = 3}\n", "s: S {y = 2, z = 4}\n"]
    );
}

#[test]
fn values_are_expressions_unless_they_read_as_text() {
    let expressions = [
        "foo",
        "foo.bar",
        "'it'",
        "1 > 2",
        "(1+1)",
        "[-1]",
        "1 if True else 2",
        "1Mi",
        "None",
        "str(1)",
        "[1, 2][0]",
        "{b = 1}",
        "\"${c}\"",
        "lambda x { x }(2)",
        "S {x = 1}",
    ];
    for value in expressions {
        check("a = 0\n", &format!("a={value}"), &format!("a = {value}\n"));
    }
    let texts = [
        "-1",
        "1+1",
        "True and False",
        "not True",
        "foo-bar",
        "foo/bar",
        "2024-01-01",
        "foo bar",
        "nginx:1.2",
    ];
    for value in texts {
        check(
            "a = 0\n",
            &format!("a={value}"),
            &format!("a = \"{value}\"\n"),
        );
    }
    check(
        "a = 0\n",
        "a=say \"hi\" ${x} \\ $y",
        "a = \"say \\\"hi\\\" \\${x} \\\\ $y\"\n",
    );
    check("a = 0\n", "a=1 # one", "a = 1\n");
}

#[test]
fn only_the_top_level_is_looked_at() {
    check("if c:\n    a = 1\n", "a=2", "if c:\n    a = 1\na = 2\n");
    check(
        "schema S:\n    x: int = 1\n",
        "x=2",
        "schema S:\n    x: int = 1\nx = 2\n",
    );
}

#[test]
fn broken_files_stay_as_they_are() {
    assert_eq!(changed(&["a = = 1\n"], &["a=2"]), ["a = = 1\n"]);
}
