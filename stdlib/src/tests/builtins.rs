//! Builtins.

use kiln_runtime::value::Value;

use super::{call, check, machine, show, value};

#[test]
fn sizes_and_truth() {
    check(
        r##"
        len ["héllo"] => 6
        len [[1, 2]] => 2
        len [{"a": 1}] => 1
        len [1] => ! not on `int`
        len [null] => ! not on `None`
        isnullish [null] => true
        isnullish [""] => false
        isunique [[1, 1.0]] => false
        isunique [[true, 1, "1", [1], [2], {}]] => true
        isunique [[{"a": 1, "b": 2}, {"b": 2, "a": 1}]] => false
        isunique [[0.0, -0.0]] => false
        isunique ["aa"] => false
        all_true [[]] => true
        all_true [[1, "a", [0]]] => true
        all_true [["", null]] => false
        all_true [{"a": 0}] => false
        all_true ["abc"] => false
        any_true [[0, "", {}]] => false
        any_true [[0, "x"]] => true
        typeof [1] => "int"
        typeof [null] => "None"
        typeof [[1]] => "list"
        typeof [{}] => "dict"
        typeof ["a"] => "str"
        typeof [1.5] => "float"
        "##,
    );
    let vm = &mut machine();
    let unit = vm.heap.unit(1, "Ki", 1024.0);
    let name = call(vm, "typeof", &[unit], &[]).unwrap();
    assert_eq!(show(vm, name), "\"number_multiplier(1Ki)\"");
    let name = call(vm, "typeof", &[Value::Undefined], &[]).unwrap();
    assert_eq!(show(vm, name), "\"UndefinedType\"");
    let same = Value::List(vm.heap.list(&[unit, unit]));
    let unique = call(vm, "isunique", &[same], &[]).unwrap();
    assert_eq!(show(vm, unique), "false");
    let int = call(vm, "int", &[unit], &[]).unwrap();
    assert_eq!(show(vm, int), "1024");
}

#[test]
fn numbers() {
    check(
        r##"
        abs [-3.5] => 3.5
        abs [-3] => 3
        abs [-9223372036854775808] => ! does not fit 64 bits
        abs ["a"] => Undefined
        abs [true] => Undefined
        multiplyof [-10, 5] => true
        multiplyof [1, 0] => ! cannot divide by zero
        multiplyof [-9223372036854775808, -1] => true
        multiplyof [1.5, 1] => Undefined
        hex [-18] => "-0x12"
        bin [8] => "0b1000"
        oct [8] => "0o10"
        oct [-9223372036854775808] => "-0o1000000000000000000000"
        hex ["x"] => Undefined
        ord ["日"] => 26085
        ord ["ab"] => ! not of 2
        ord [""] => ! not an empty one
        ord [5] => Undefined
        pow [2, 3] => 8
        pow [2, -1] => 0.5
        pow [0, 0] => 1
        pow [3, 39] => 4052555153018976267
        pow [2, 64] => 9223372036854775807
        pow [-2, 65] => -9223372036854775808
        pow [-1, 9223372036854775807] => -1
        pow [2.0, 3] => 8.0
        pow [true, 2] => Undefined
        pow [2, 3, 5] => 3
        pow [-2, 3, 5] => -3
        pow [-2, 3, -5] => -3
        pow [2, 0, 1] => 0
        pow [3, 9223372036854775807, 9223372036854775807] => 6348555216811415212
        pow [2, 3, 0] => ! cannot be zero
        pow [2, -3, 5] => ! cannot be negative
        pow [2.0, 3, 5] => ! only if all arguments are integers
        round [1.5] => 2
        round [2.5] => 3
        round [-2.5] => -3
        round [7] => 7
        round [1e300] => 9223372036854775807
        round [true] => Undefined
        round [1.5555, 2] => 1.56
        round [1.25, 1] => 1.2
        round [1350.0, -2] => 1400.0
        round [2.675, 2] => 2.68
        round [2.345, 2] => 2.35
        round [15.5, 0] => 16.0
        round [1.5, 400] => 1.5
        round [1.5, -400] => Undefined
        round [1234, -2] => 1234.0
        round [1.7, null] => 2
        "##,
    );
}

#[test]
fn sequences() {
    check(
        r##"
        range [5, 0, -2] => [5, 3, 1]
        range [-3] => []
        range [3] => [0, 1, 2]
        range [0, 10, 3] => [0, 3, 6, 9]
        range [] => Undefined
        range [] {"stop": 5} => Undefined
        range [1, null] => Undefined
        range [0, 1, 0] => ! cannot be zero
        range [0, 9223372036854775807] => ! too long
        range [9223372036854775806, 9223372036854775807] => [9223372036854775806]
        sorted ["hello", true] => ["o", "l", "l", "h", "e"]
        sorted [{"b": 1, "a": 2}] => ["a", "b"]
        sorted [[1, 1.0, 0.5, 2], true] => [2, 1, 1.0, 0.5]
        sorted [["é", "a", "C"]] => ["C", "a", "é"]
        sorted [[true]] => [true]
        sorted [[true, true]] => ! cannot order values of type `bool`
        sorted [["a", 1]] => ! cannot compare `str` with `int`
        sorted [5] => ! cannot iterate over `int`
        max [1, 2.5] => 2.5
        max [[1, 2.5]] => 2.5
        max [2, 2.0] => 2
        min ["hello"] => "e"
        max [{"b": 1, "a": 2}] => "b"
        max [[1], [2]] => [2]
        max [true, 2] => 2
        max [[]] => ! is empty
        max [] => ! at least one argument
        min [1] => ! cannot iterate over `int`
        max ["a", 1] => ! cannot compare
        max [[null, null]] => ! cannot compare
        sum [[1, 2.5]] => 3.5
        sum [[[1], [2]], []] => [1, 2]
        sum [[], 5] => 5
        sum ["abc"] => Undefined
        sum [["a"]] => ! cannot add `int` and `str`
        sum [[1], "a"] => ! does not add strings
        sum [[true]] => ! cannot add `int` and `bool`
        sum [[9223372036854775807, 1]] => ! does not fit 64 bits
        zip [] => []
        zip [[1, 2, 3], ["a", "b"]] => [[1, "a"], [2, "b"]]
        zip [[1, 2]] => [[1], [2]]
        zip [{"a": 1, "b": 2}, "xé"] => [["a", "x"], ["b", "é"]]
        zip [1] => ! cannot iterate over `int`
        reduce [null, []] => ! needs a function
        reduce [null, [], 1] => ! needs a function
        sorted [[true]] => [true]
        "##,
    );
}

#[test]
fn conversions() {
    check(
        r##"
        int ["2Mi"] => 2097152
        int ["-5Mi"] => -5242880
        int ["1n"] => 0
        int ["1ki"] => 1024
        int ["+5"] => 5
        int ["08"] => 8
        int ["0xff", 16] => 255
        int ["-0x1f", 16] => -31
        int ["zz", 36] => 1295
        int ["-0o17", 8] => -15
        int ["1Ki", 16] => ! no integer in base 16
        int ["9999P"] => ! does not fit 64 bits
        int ["-9223372036854775808"] => -9223372036854775808
        int ["9223372036854775808"] => ! does not fit 64 bits
        int [""] => ! no integer
        int ["K"] => ! no integer
        int [" 1"] => ! no integer
        int ["1_0"] => ! no integer
        int ["0x10"] => ! no integer
        int ["٣"] => ! no integer
        int ["1", 1] => ! bases 2 to 36
        int [2.9, 16] => 2
        int [-2.9] => -2
        int [1e30] => 9223372036854775807
        int [true] => 1
        int [null] => ! not `None`
        float ["-.5"] => -0.5
        float ["5."] => 5.0
        float ["1E5"] => 100000.0
        float [" 1"] => ! no float
        float ["1e400"] => ! out of the range
        float ["inf"] => ! out of the range
        float [true] => 1.0
        float [null] => ! not `None`
        bool [[0]] => true
        bool ["False"] => true
        bool [{}] => false
        str [] => ""
        str [[1, "a", {"k": "v"}]] => "[1, a, {'k': 'v'}]"
        str [1e20] => "100000000000000000000.0"
        list ["aé"] => ["a", "é"]
        list [{"a": 1}] => ["a"]
        list [] {"x": [1]} => [1]
        list [null] => ! cannot iterate over `None`
        dict [{"a": 1}] {"b": 2} => {"a": 1, "b": 2}
        dict [{"a": {"b": 1}}] {"a": {"c": 2}} => {"a": {"b": 1, "c": 2}}
        dict [{"a": 1}] {"a": 2} => ! two different values
        dict [[["a", 1], ["b", 2], ["a", 3]]] => {"a": 3, "b": 2}
        dict [] => {}
        dict [[["a"]]] => ! no list of two items
        dict [[[1, 2]]] => ! needs strings as keys
        dict [null] => ! not `None`
        "##,
    );
}

#[test]
fn options() {
    for (call_text, expected) in [
        (r#"["i"]"#, "3"),
        (r#"["i", "str"]"#, "\"3\""),
        (r#"["f", "str"]"#, "\"1\""),
        (r#"["b", "str"]"#, "\"true\""),
        (r#"["f", "int"]"#, "1"),
        (r#"["s", "bool"]"#, "false"),
        (r#"["b", "float"]"#, "1.0"),
        (r#"["l", "list"]"#, "[1]"),
        (r#"["l", "bool"]"#, "Undefined"),
        (r#"["none"]"#, "null"),
        (r#"["none", "", true, 5]"#, "5"),
        (r#"["none", "str", true, 5]"#, "\"5\""),
        (r#"["none", "", true, null]"#, "null"),
        (r#"["n", "", false, 3]"#, "null"),
        (r#"["none", "", true]"#, "! option `none` is required"),
        (r#"["none", "int", false, null]"#, "! no `int`"),
        (r#"["s", "int"]"#, "! no `int`"),
        (r#"["s", "float"]"#, "! no `float`"),
        (r#"["l", "dict"]"#, "! no `dict`"),
        (r#"["i", "nope"]"#, "! knows the types"),
    ] {
        let vm = &mut machine();
        for (name, json) in [
            ("i", "3"),
            ("f", "1.0"),
            ("b", "true"),
            ("s", "\"plain\""),
            ("l", "[1]"),
            ("n", "null"),
        ] {
            let option = value(vm, json);
            vm.options.insert(name.to_owned(), option);
        }
        let Value::List(args) = value(vm, call_text) else {
            panic!()
        };
        let args = vm.heap.items(args).to_vec();
        match call(vm, "option", &args, &[]) {
            Ok(found) => assert_eq!(show(vm, found), expected, "{call_text}"),
            Err(e) => assert!(
                expected
                    .strip_prefix("! ")
                    .is_some_and(|w| e.0.message.contains(w)),
                "{call_text}: {}",
                e.0.message
            ),
        }
    }
}

#[test]
fn printing() {
    let vm = &mut machine();
    let Value::List(args) = value(vm, r#"["a", 1, 1.0, true, null, [1, "a"], {"a": "b"}]"#) else {
        panic!()
    };
    let args = vm.heap.items(args).to_vec();
    call(vm, "print", &args, &[]).unwrap();
    call(vm, "print", &[], &[]).unwrap();
    let (end, text) = (vm.heap.intern("end"), vm.heap.text("!"));
    call(vm, "print", &[Value::Undefined], &[(end, text)]).unwrap();
    assert_eq!(vm.log, "a 1 1.0 True None [1, a] {'a': 'b'}\n\nUndefined!");
}
