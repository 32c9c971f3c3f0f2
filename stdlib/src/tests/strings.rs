//! Members of strings.

use super::check;

#[test]
fn case_and_kinds() {
    check(
        r##"
        str.capitalize ["hELLO wORLD"] => "Hello world"
        str.capitalize ["ßa"] => "SSa"
        str.capitalize [""] => ""
        str.upper ["straße"] => "STRASSE"
        str.lower ["ΑΣ"] => "ας"
        str.title ["it's a 1st-day"] => "It'S A 1St-Day"
        str.title ["ǆabc"] => "ǅabc"
        str.title ["aΣ bΣ"] => "Aσ Bσ"
        str.isalpha ["日本é"] => true
        str.isalpha [""] => false
        str.isalnum ["a b"] => false
        str.isalnum ["Ⅷ٣"] => true
        str.isdigit ["²3"] => true
        str.isdigit ["１２"] => false
        str.islower ["a1"] => true
        str.islower ["日"] => false
        str.isupper ["A1"] => true
        str.isupper ["ǅ"] => false
        str.isspace ["   　"] => true
        str.isspace ["\u001c"] => true
        str.isspace [""] => false
        str.istitle ["Hello 1World"] => true
        str.istitle ["HELLO"] => false
        str.istitle ["日A"] => true
        str.istitle ["A日b"] => false
        str.istitle [""] => false
        str.upper [5] => ! needs a string for `self`
        "##,
    );
}

#[test]
fn searching() {
    check(
        r##"
        str.count ["aaa", "aa"] => 1
        str.count ["abc", ""] => 4
        str.count ["aaa", "a", 1, 2] => 1
        str.count ["abc", 5] => ! needs a string for `sub`
        str.find ["héllo", "l"] => 3
        str.find ["héllo", "l", 2] => ! inside a character
        str.find ["abc", "", 3] => 3
        str.find ["abc", "", 5] => -1
        str.find ["abc", "", 1, 0] => -1
        str.find ["abc", "b", -10, -1] => 1
        str.find ["abcabc", "a"] {"start": 1} => 3
        str.rfind ["abcabc", "c"] => 5
        str.rfind ["abc", ""] => 3
        str.rfind ["abcabc", "b", 0, 4] => 1
        str.index ["abc", "c"] => 2
        str.index ["abc", "z"] => ! was not found
        str.rindex ["abcabc", "b"] => 4
        str.rindex ["abc", "z"] => ! was not found
        str.startswith ["abc", "b", 1] => true
        str.startswith ["abc", "", 4] => false
        str.endswith ["abc", "b", 0, 2] => true
        str.endswith ["abc", "", 3] => true
        str.endswith ["abc"] {"val": "c"} => true
        "##,
    );
}

#[test]
fn splitting_and_joining() {
    check(
        r##"
        str.chars ["héy"] => ["h", "é", "y"]
        str.split ["a,b,c", ",", 1] => ["a", "b,c"]
        str.split ["a,b,c", ",", 0] => ["a,b,c"]
        str.split ["a  b  c ", null, 1] => ["a", "b  c "]
        str.split [" a b ", null, 0] => ["a b "]
        str.split ["abc", ""] => ["", "a", "b", "c", ""]
        str.split ["abc", "", 1] => ["", "abc"]
        str.split [""] => []
        str.split ["", ","] => [""]
        str.split ["a b"] {"maxsplit": 0} => ["a b"]
        str.rsplit ["a,b,c", ",", 1] => ["a,b", "c"]
        str.rsplit [" a  b  c ", null, 1] => [" a  b", "c"]
        str.rsplit [" a b ", null, 0] => [" a b"]
        str.rsplit ["abc", "", 1] => ["abc", ""]
        str.rsplit ["a　b"] => ["a　b"]
        str.splitlines ["a\n\nb\r\rc\r\n"] => ["a", "", "b", "", "c"]
        str.splitlines ["a\r\nb\n", true] => ["a\r\n", "b\n"]
        str.splitlines [""] => []
        str.join [",", [1.0, true, null]] => "1.0,True,None"
        str.join ["-", "abc"] => "a-b-c"
        str.join ["-", {"a": 1, "b": 2}] => "a-b"
        str.join [",", null] => ! cannot iterate over `None`
        "##,
    );
}

#[test]
fn stripping_and_replacing() {
    check(
        r##"
        str.strip ["  x　"] => "x"
        str.strip ["xyaxy", "yx"] => "a"
        str.strip [" x ", ""] => " x "
        str.strip ["abc"] {"chars": "a"} => "bc"
        str.lstrip [" x "] => "x "
        str.rstrip [" x "] => " x"
        str.strip ["éaé", "é"] => "a"
        str.removeprefix ["aab", "a"] => "ab"
        str.removesuffix ["abb", "b"] => "ab"
        str.removesuffix ["abc", ""] => "abc"
        str.replace ["abc", "", "-", 2] => "-a-bc"
        str.replace ["abc", "", "-"] => "-a-b-c-"
        str.replace ["aaa", "a", "b"] {"count": 1} => "baa"
        str.replace ["aaa", "a", "b", 0] => "aaa"
        str.replace ["abc", "b", null] => "ac"
        "##,
    );
}

#[test]
fn format_fields() {
    check(
        r##"
        str.format ["{} {}", 1, 2] => "1 2"
        str.format ["{{}}{}", 1] => "{}1"
        str.format ["{1}{0}", 1, 2] => "21"
        str.format ["{0}{}", 1, 2] => "11"
        str.format ["{}{0}", 1] => ! has a number
        str.format ["{a}"] {"a": 1} => "1"
        str.format ["{0[a]}", {"a": 1}] => "1"
        str.format ["{0[0]}", [7]] => "7"
        str.format ["{a.b}"] {"a": {"b": 3}} => "3"
        str.format ["{0.a.b[c]}", {"a": {"b": {"c": 5}}}] => "5"
        str.format ["{0[a:b]}", {"a:b": 1}] => "1"
        str.format ["{!r}{0!s:>4}|", "a"] => ! has a number
        str.format ["{0!r}{0!s:>4}|", "a"] => "a   a|"
        str.format ["{}"] => ! argument 0
        str.format ["{z}"] => ! no argument `z`
        str.format ["{0[9]}", [1]] => ! finds no `9`
        str.format ["{0[b]}", {"a": 1}] => ! finds no `b`
        str.format ["{0[0}", [1]] => ! lacks a `]`
        str.format ["{0[0]x}", [1]] => ! is expected before
        str.format ["{0..a}", {"a": 1}] => ! a name is missing
        str.format ["{", 1] => ! no counterpart
        str.format ["}", 1] => ! no counterpart
        str.format ["{:>{w}}", 1] => ! cannot hold another field
        "##,
    );
}

#[test]
fn format_specs() {
    check(
        r##"
        str.format ["{:05d}", 42] => "00042"
        str.format ["{:05}", -42] => "-0042"
        str.format ["{:#x}", 255] => "0xff"
        str.format ["{:#X}", 255] => "0xFF"
        str.format ["{:#x}", -255] => "-0xff"
        str.format ["{:#010x}", 255] => "0x000000ff"
        str.format ["{:,}", 1234567] => "1,234,567"
        str.format ["{:_}", 1234567] => "1_234_567"
        str.format ["{:_x}", 1234567890] => "4996_02d2"
        str.format ["{:010,}", 1234567] => "01,234,567"
        str.format ["{:+}", 5] => "+5"
        str.format ["{: }", 5] => " 5"
        str.format ["{:=+6d}|", 42] => "+   42|"
        str.format ["{:<05}", 42] => "42000"
        str.format ["{:^05}", 42] => "04200"
        str.format ["{:n}", 1234] => "1234"
        str.format ["{:c}", 65] => ! a type letter
        str.format ["{:s}", 1] => ! does not fit `int`
        str.format ["{:.2f}", 1.234] => "1.23"
        str.format ["{:08.2f}", -3.14159] => "-0003.14"
        str.format ["{:015,.2f}", 1234567.891] => "0001,234,567.89"
        str.format ["{:e}", 12345.678] => "1.234568e+04"
        str.format ["{:E}", 1.5] => "1.500000E+00"
        str.format ["{:.0e}", 15000.0] => "2e+04"
        str.format ["{:g}", 0.00001] => "1e-05"
        str.format ["{:g}", 123456789.0] => "1.23457e+08"
        str.format ["{:G}", 1e20] => "1E+20"
        str.format ["{:.0g}", 15.0] => "2e+01"
        str.format ["{:.10g}", 1234567.0] => "1234567"
        str.format ["{:.1%}", 0.5] => "50.0%"
        str.format ["{:.2%}", 0.12345] => "12.35%"
        str.format ["{:f}", 1] => "1.000000"
        str.format ["{:.0f}", 2.5] => "2"
        str.format ["{:d}", 1.5] => ! a type letter
        str.format ["{}", 1e20] => "1e+20"
        str.format ["{:.3}", 1.23456] => "1.23456"
        str.format ["{:,}", 1234567.891] => "1,234,567.891"
        str.format ["{:10}|", 1.5] => "       1.5|"
        str.format ["{:.2}", "abcdef"] => "ab"
        str.format ["{:10.2s}|", "abc"] => "ab        |"
        str.format ["{:*^5}|", "a"] => "**a**|"
        str.format ["{:é>3}", "日本"] => "é日本"
        str.format ["{:d}", "a"] => ! a type letter
        str.format ["{:010}", "a"] => ! `=` or `0`
        str.format ["{:+}", "a"] => ! a sign
        str.format ["{:5}|", [1]] => "[1]|"
        str.format ["{:5}|", true] => "True|"
        str.format ["{:zz}", 1] => ! is not valid
        str.format ["{:99999999999}", 1] => ! is not valid
        "##,
    );
}
