//! Functions that look at the clock, files and hosts, or are random.

use kiln_runtime::value::Value;
use kiln_runtime::vm::Vm;

use super::{call, check, machine, show};

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
    let vm = &mut machine();
    let matches = |vm: &mut Vm, name: &str, format: &str| {
        let value = call(vm, name, &[], &[]).unwrap();
        let format = vm.heap.text(format);
        call(vm, "datetime.validate", &[value, format], &[]).unwrap()
    };
    for (name, format) in [
        ("datetime.date", "%Y-%m-%d %H:%M:%S"),
        ("datetime.now", "%a %b %d %H:%M:%S %Y"),
    ] {
        assert!(
            matches!(matches(vm, name, format), Value::Bool(true)),
            "{name}"
        );
    }
    let before = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap()
        .as_secs();
    let Value::Float(ticks) = call(vm, "datetime.ticks", &[], &[]).unwrap() else {
        panic!("ticks are a float")
    };
    assert!(ticks.fract() == 0.0 && (0..60).contains(&(ticks as u64 - before)));
    let today = call(vm, "datetime.today", &[], &[]).unwrap();
    let today = show(vm, today);
    let seconds: u64 = today
        .trim_matches('"')
        .rsplit_once('.')
        .unwrap()
        .1
        .parse()
        .unwrap();
    assert!((0..60).contains(&(seconds - before)), "{today}");
    assert!(vm.impure);
}

#[test]
fn random_and_files_and_hosts() {
    let vm = &mut machine();
    let uuids: Vec<String> = (0..2)
        .map(|_| {
            let uuid = call(vm, "crypto.uuid", &[], &[]).unwrap();
            show(vm, uuid)
        })
        .collect();
    assert_ne!(uuids[0], uuids[1]);
    let groups: Vec<usize> = uuids[0]
        .trim_matches('"')
        .split('-')
        .map(str::len)
        .collect();
    assert_eq!(groups, [8, 4, 4, 4, 12]);
    assert_eq!(&uuids[0][15..16], "4");

    let folder = tempfile::tempdir().unwrap();
    let large = folder.path().join("large");
    std::fs::write(&large, "a".repeat(200_000)).unwrap();
    let text = vm.heap.text(&"a".repeat(200_000));
    let wanted = call(vm, "crypto.sha256", &[text], &[])
        .map(|v| show(vm, v))
        .unwrap();
    let digest = |vm: &mut Vm, path: &std::path::Path| {
        let path = vm.heap.text(path.to_str().unwrap());
        match call(vm, "crypto.filesha256", &[path], &[]) {
            Ok(digest) => show(vm, digest),
            Err(error) => error.0.message,
        }
    };
    assert_eq!(digest(vm, &large), wanted);
    assert!(digest(vm, &folder.path().join("none")).contains("cannot read"));
    assert!(digest(vm, folder.path()).contains("cannot read"));

    check(
        r##"
        net.fqdn ["no.such.host.invalid"] => "no.such.host.invalid"
        net.fqdn [1] => ! needs a string for `name`
        "##,
    );
    let this = call(vm, "net.fqdn", &[], &[]).unwrap();
    assert_ne!(show(vm, this), "\"\"");
}
