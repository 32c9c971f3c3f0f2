//! System modules.

use kiln_runtime::emit::{Format, emit_stream};
use kiln_runtime::value::Value;

use super::{call, check, machine, show, value};

#[test]
fn json() {
    check(
        r##"
        json.encode [{"b": 1, "a": [1, "x", null, true, 1.0, 1.5], "c": {}}] => "{\"b\": 1, \"a\": [1, \"x\", null, true, 1.0, 1.5], \"c\": {}}"
        json.encode [{"b": 1, "a": {"d": 1}}] {"indent": 2} => "{\n  \"b\": 1,\n  \"a\": {\n    \"d\": 1\n  }\n}"
        json.encode [{"b": 1, "a": {"d": 1, "c": 2}}, true] => "{\"a\": {\"c\": 2, \"d\": 1}, \"b\": 1}"
        json.encode [{"a": null, "b": [null], "c": {"d": null}}] {"ignore_none": true} => "{\"b\": [], \"c\": {}}"
        json.encode [{"_a": 1, "b": {"_c": 2, "d": 3}}] {"ignore_private": true} => "{\"b\": {\"d\": 3}}"
        json.encode [1] {"indent": -2} => "1"
        json.encode [1] {"indent": 99999} => ! at most 1024
        json.decode ["{\"a\": 1, \"b\": 2, \"a\": 3}"] => {"a": 3, "b": 2}
        json.decode ["-0"] => -0.0
        json.decode ["9223372036854775808"] => 9.223372036854776e+18
        json.decode ["1e400"] => ! number out of range at line 1 column 5
        json.decode ["[1,]"] => ! trailing comma at line 1 column 4
        json.decode ["1 2"] => ! trailing characters at line 1 column 3
        json.decode [""] => ! EOF while parsing a value
        json.decode [5] => ! needs a string for `value`, not `int`
        json.decode ["\"\\ud83d\\ude00\""] => "😀"
        json.decode ["3.0000000000000004e-5"] => 0.000030000000000000004
        json.validate [""] => false
        json.validate ["{a: 1}"] => false
        json.validate ["1"] => true
        json.validate ["{\"a\": [1, null, {\"b\": 1.5}]}"] => true
        json.merge [{"a": 1, "b": {"c": 1, "d": 2}}, {"b": {"c": null, "e": 3}}] => {"a": 1, "b": {"d": 2, "e": 3}}
        json.merge [{"a": 1}, null] => null
        json.merge [[1], {"a": 1}] => {"a": 1}
        json.merge [{"a": 1}, {"b": {"c": null, "d": 1}}] => {"a": 1, "b": {"d": 1}}
        "##,
    );
    let vm = &mut machine();
    let function = Value::Native(crate::builtin_id("len").unwrap());
    assert!(call(vm, "json.encode", &[function], &[]).is_err());
    let deep = vm.heap.text(&"[".repeat(100_000));
    assert!(call(vm, "json.decode", &[deep], &[]).is_err());
}

#[test]
fn yaml() {
    check(
        r##"
        yaml.encode [{"b": 1, "a": [1, "x", null], "c": {}}] => "b: 1\na:\n- 1\n- x\n- null\nc: {}\n"
        yaml.encode [""] => "''\n"
        yaml.encode [{"b": 1, "a": 1, "_c": null}] {"sort_keys": true, "ignore_none": true} => "a: 1\nb: 1\n"
        yaml.encode_all [[{"a": 1}, {"b": 2}]] => "a: 1\n\n---\nb: 2\n"
        yaml.encode_all [[]] => ""
        yaml.encode_all [[{"_a": 1}]] {"ignore_private": true} => "{}\n"
        yaml.encode_all [1] => ! needs a list for `data`
        yaml.decode ["a: 1\nb: [1, 2.5, null, true, x]\n"] => {"a": 1, "b": [1, 2.5, null, true, "x"]}
        yaml.decode [""] => null
        yaml.decode ["# only a comment"] => null
        yaml.decode ["0x1F: a\n~: b\nTrue: c\n1.50: d\n'x': e\n"] => {"0x1F": "a", "~": "b", "True": "c", "1.50": "d", "x": "e"}
        yaml.decode ["a: &x {b: 1}\nc: *x\n<<: *x"] => {"a": {"b": 1}, "c": {"b": 1}, "<<": {"b": 1}}
        yaml.decode ["[31, 0x1F, 0o17, 0b11, +1, -0x1F, 017, 1_000, .5, 5., 1e3, 2020-01-01]"] => [31, 31, 15, 3, 1, -31, "017", "1_000", 0.5, 5.0, 1000.0, "2020-01-01"]
        yaml.decode ["[yes, no, on, off, y, n, True, FALSE, null, ~, '']"] => ["yes", "no", "on", "off", "y", "n", true, false, null, null, ""]
        yaml.decode ["18446744073709551615"] => 1.8446744073709552e+19
        yaml.decode ["18446744073709551616"] => ! cannot read the text
        yaml.decode ["!!str 2"] => "2"
        yaml.decode ["!foo 2"] => ! cannot read the text
        yaml.decode ["a: 1\na: 2"] => {"a": 2}
        yaml.decode ["? [a]\n: 1"] => ! a string as key
        yaml.decode ["a: b: c"] => ! mapping values are not allowed
        yaml.decode ["---\na: 1\n---\nb: 1\n"] => ! more than one document
        yaml.decode ["a: 1\n...\n"] => {"a": 1}
        yaml.decode_all [""] => [null]
        yaml.decode_all ["# c"] => [null]
        yaml.decode_all ["---\n---\n"] => [null, null]
        yaml.decode_all ["a: 1\n---\n"] => [{"a": 1}, null]
        yaml.decode_all ["a: 1\n...\n---\nb: 2\n...\n"] => [{"a": 1}, {"b": 2}]
        yaml.decode_all ["a: 1\n---\nb: ["] => ! cannot read the text
        yaml.validate [""] => true
        yaml.validate ["a: ["] => false
        yaml.validate ["a: 1\n---\nb: ["] => false
        yaml.validate ["a: 1\na: 2"] => true
        yaml.validate ["!foo 2"] => false
        "##,
    );
    let vm = &mut machine();
    let deep = vm.heap.text(&"[".repeat(100_000));
    assert!(call(vm, "yaml.decode", &[deep], &[]).is_err());
    let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for i in 1..12 {
        let aliases = vec![format!("*a{}", i - 1); 10].join(", ");
        bomb.push_str(&format!("a{i}: &a{i} [{aliases}]\n"));
    }
    let bomb = vm.heap.text(&bomb);
    assert!(call(vm, "yaml.decode", &[bomb], &[]).is_err());
    let valid = call(vm, "yaml.validate", &[bomb], &[]).unwrap();
    assert_eq!(show(vm, valid), "false");
}

#[test]
fn streams() {
    for (values, opts, expected) in [
        (
            r#"[{"b": 1, "_p": 1, "a": null}, {"c": 2}]"#,
            None,
            "b: 1\n_p: 1\na: null\n---\nc: 2\n",
        ),
        (
            r#"[{"b": 1, "_p": 1}, {"c": 2}]"#,
            Some("{}"),
            "b: 1\n---\nc: 2\n",
        ),
        (
            r#"[{"b": 1, "a": null}, 2]"#,
            Some(r#"{"ignore_none": true, "sort_keys": true, "sep": "--- # x"}"#),
            "b: 1\n--- # x\n2\n",
        ),
        (
            r#"[{"_b": 1}]"#,
            Some(r#"{"ignore_private": false}"#),
            "_b: 1\n",
        ),
        ("[]", None, ""),
    ] {
        let vm = &mut machine();
        let mut args = vec![value(vm, values)];
        if let Some(opts) = opts {
            args.push(value(vm, opts));
        }
        call(vm, "manifests.yaml_stream", &args, &[]).unwrap();
        let mut out = Vec::new();
        emit_stream(
            &vm.heap,
            vm.stream.as_ref().unwrap(),
            Format::Yaml,
            &mut out,
        )
        .unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), expected);
    }
    check("manifests.yaml_stream [1] => ! needs a list for `values`");
}

#[test]
fn math() {
    check(
        r##"
        math.ceil [-1.2] => -1
        math.floor [-1.2] => -2
        math.ceil [1e300] => 9223372036854775807
        math.ceil [true] => ! needs a number for `x`, not `bool`
        math.factorial [20] => 2432902008176640000
        math.factorial [5.0] => 120.0
        math.factorial [0] => 1
        math.factorial [21] => ! does not fit
        math.factorial [-1] => ! not negative
        math.factorial [2.5] => ! needs an integer
        math.gcd [-12, 18] => 6
        math.gcd [0, 0] => 0
        math.gcd [1.5, 2] => ! needs an integer
        math.isfinite [1] => true
        math.isinf [1.5] => false
        math.isnan [1] => false
        math.modf [-1.5] => [-0.5, -1.0]
        math.modf [3] => [0.0, 3.0]
        math.exp [1] => 2.718281828459045
        math.expm1 [1] => 1.718281828459045
        math.expm1 [0.0000001] => 1.0000000500000016e-7
        math.log [8.0] => 2.0794415416798357
        math.log [8.0, 2.0] => 3.0
        math.log [10] => 2
        math.log [100, 10] => 4
        math.log [0] => -9223372036854775808
        math.log [-1] => 0
        math.log2 [10] => 3
        math.log2 [10.0] => 3.321928094887362
        math.log10 [1000] => 3.0
        math.log10 [0] => null
        math.log1p [0] => 0.0
        math.pow [2, 3] => 8
        math.pow [2.0, 3] => 8.0
        math.pow [2, -1] => 0.5
        math.pow [3, 39] => 4052555153018976267
        math.pow [2, 63] => ! does not fit 64 bits
        math.sqrt [2] => 1.4142135623730951
        math.sqrt [-1] => null
        "##,
    );
}

#[test]
fn regex() {
    check(
        r##"
        regex.match ["abc", "b"] => true
        regex.match ["abc", "^b"] => false
        regex.match ["a\n", "a$"] => false
        regex.match ["abc", "("] => ! the pattern "(" is not valid
        regex.match [null, "a"] => ! needs a string for `string`
        regex.match ["aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "^(?=a)(a+)+$\\b(?!a)b"] => ! did not come to an end
        regex.match ["foobar", "foo(?=bar)"] => true
        regex.match ["abab", "^(ab)\\1$"] => true
        regex.match ["１", "^\\d$"] => true
        regex.search ["abc", "z"] => false
        regex.compile ["("] => false
        regex.compile ["a{2,1}"] => false
        regex.compile ["a{,62}"] => true
        regex.compile ["(?<=a)b"] => true
        regex.compile ["(?P<n>a)(?P=n)\\k<n>"] => true
        regex.compile ["^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$"] => true
        regex.replace ["john smith", "(\\w+) (\\w+)", "$2 $1"] => "smith john"
        regex.replace ["abc", "", "-"] => "-a-b-c-"
        regex.replace ["aaa", "a", "b", 2] => "bba"
        regex.replace ["aaa", "a", "b", -1] => "bbb"
        regex.replace ["aaa", "(?<x>a)", "[$x]", 2] => "[a][a]a"
        regex.replace ["abc", "b", "$1x"] => "ac"
        regex.replace ["abc", "b", "$$"] => "a$c"
        regex.replace ["abc", "(b)", "$1b"] => "ac"
        regex.replace ["abc", "(b)", "${1}b"] => "abbc"
        regex.replace ["abc", "(b)", "$"] => "a$c"
        regex.replace ["abc", "(b)", "$0\\1"] => "ab\\1c"
        regex.findall ["a1b22", "([a-z])\\d+"] => ["a1", "b22"]
        regex.findall ["a1b22", "([a-z])(\\d+)"] => [["a", "1"], ["b", "22"]]
        regex.findall ["abc", ""] => ["", "", "", ""]
        regex.findall ["ab", "(a)|(b)"] => [["a", ""], ["", "b"]]
        regex.split ["a b  c", "\\s+"] => ["a", "b", "c"]
        regex.split ["a,b;c", "[,;]", 1] => ["a", "b;c"]
        regex.split ["a,b", ",|$"] => ["a", "b", ""]
        regex.split [",a,", ","] => ["", "a", ""]
        regex.split ["", ","] => [""]
        "##,
    );
}

#[test]
fn units() {
    check(
        r##"
        units.to_n [1] => "1000000000n"
        units.to_n [3] => "3000000000n"
        units.to_m [0.5] => "500m"
        units.to_m [0.0015] => "1m"
        units.to_K [1999] => "1K"
        units.to_K [-1500] => "-1K"
        units.to_K [999] => "0K"
        units.to_Ki [1024] => "1Ki"
        units.to_Ki [1e30] => "9223372036854775807Ki"
        units.to_K ["1000"] => ! needs a number for `num`
        "##,
    );
}

#[test]
fn encodings_and_digests() {
    check(
        r##"
        base64.encode ["é"] {"encoding": "latin1"} => "6Q=="
        base64.encode ["a"] {"encoding": "nope"} => ! does not know the encoding `nope`
        base64.decode ["YQ=="] => "a"
        base64.decode ["YQ"] => "a"
        base64.decode ["_-8"] => ! position 1 is wrong
        base64.decode ["//8="] => ! no text in UTF-8
        base32.decode ["mfrgg"] => "abc"
        base32.decode ["ME=ME"] => ! position 3 is wrong
        base32.decode ["7777777777777777"] => null
        crypto.md5 ["中", "latin1"] => ! cannot write this text as `latin1`
        crypto.sha1 ["abc"] => "a9993e364706816aba3e25717850c26c9cd0d89d"
        crypto.sha1 [1] => ! needs a string for `value`
        "##,
    );
}

#[test]
fn addresses() {
    check(
        r##"
        net.split_host_port ["a:b:c"] => ! too many colons
        net.split_host_port ["[::1]"] => ! a port is missing
        net.join_host_port ["::1", "http"] => "[::1]:http"
        net.join_host_port ["a", 1.5] => ! an integer or a string for `port`
        net.CIDR_host ["10.0.0.0/24", 256] => ! no address with the number 256
        net.CIDR_host ["::/0", 7] => "::7"
        net.CIDR_netmask ["::/0"] => ! has no mask
        net.CIDR_subnet ["10.0.0.0/16", 17, 0] => ! cannot become 17 bits longer
        net.CIDR_subnet ["10.0.0.0/16", 8, 256] => ! do not suffice
        net.CIDR_subnet ["::/0", 128, 3] => "::3/128"
        net.CIDR_subnets ["10.0.0.0/16", [1, 1, 1]] => ! no room left for a block with a prefix of 17 bits after `10.0.128.0/17`
        net.CIDR_subnets ["10.0.0.0/16", [8, 4, 8]] => ["10.0.0.0/24", "10.0.16.0/20", "10.0.1.0/24"]
        net.CIDR_subnets ["::/0", [0]] => ["::/0"]
        "##,
    );
}

#[test]
fn collection() {
    check(
        r##"
        collection.union_all [[]] => {}
        collection.union_all [[{"a": 1}, {"b": {"c": 1}}, {"b": {"d": 2}}]] => {"a": 1, "b": {"c": 1, "d": 2}}
        collection.union_all [[1, 2, 4]] => 7
        collection.union_all [[[1], [2, 3]]] => [2, 3]
        collection.union_all [[{"a": 1}, {"a": 2}]] => ! conflict
        collection.union_all [["a", "b"]] => ! `|`
        collection.union_all [{"a": 1}] => ! needs a list for `num`, not `dict`
        "##,
    );
}
