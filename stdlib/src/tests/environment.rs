//! Functions about time; and those that reach the world, on a machine that has none. `compiler/driver/tests/touched.rs` has
//! one.

use super::check;

#[test]
fn datetime() {
    check(
        r##"
        datetime.validate ["2024-08-26", "%Y-%m-%d"] => true
        datetime.validate ["2024-02-30", "%Y-%m-%d"] => false
        datetime.validate ["12:30", "%H:%M"] => true
        datetime.validate ["2024-08", "%Y-%m"] => false
        datetime.validate ["2024-08-26 12:30:00 +0100", "%Y-%m-%d %H:%M:%S %z"] => true
        datetime.validate ["a", "%Q"] => false
        datetime.validate [1, "%Y"] => ! needs a string for `date`
        datetime.is_rfc3339 ["2024-08-26t12:30:60z"] => true
        datetime.is_rfc3339 ["2024-08-26T12:30:00"] => false
        datetime.is_iso8601 ["2024-08-26 12:30:00+01:00"] => true
        datetime.is_iso8601 ["2024-08-26"] => false
        datetime.is_iso8601 ["P3Y6M4DT12H30M5.5S"] => true
        datetime.is_iso8601 ["PT"] => false
        datetime.is_iso8601 ["P1YT"] => false
        datetime.is_iso8601 ["P1D\n"] => false
        datetime.now [""] => ""
        datetime.now ["%%a"] => "%a"
        datetime.now ["%Q"] => ! `datetime.now` does not know the format "%Q"
        datetime.now ["%#z"] => ! does not know the format
        datetime.now ["%"] => ! does not know the format
        "##,
    );
}

#[test]
fn without_a_host_there_is_nothing_to_reach() {
    check(
        r##"
        datetime.ticks [] => 0.0
        crypto.uuid [] => ! no source of random numbers
        net.fqdn ["a"] => ! cannot ask for the name
        net.fqdn [1] => ! needs a string for `name`
        file.read ["/a"] => ! needs the permission
        file.read_env [""] => Undefined
        "##,
    );
}
