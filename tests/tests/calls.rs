//! The recorded programs call every function of the library often enough to know what the reference gives.

use std::path::Path;

use kiln_stdlib as library;
use kiln_tests::{calls, cases};

/// Different calls of each function.
const LEAST: usize = 5;
/// Different calls of functions without parameters, and of those that write files or replace the output.
const LEAST_OF_SPECIAL: usize = 1;
/// Different calls of all functions.
const TOTAL: usize = 1_500;

#[test]
fn every_function_is_called() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("oracle/library");
    let cases = cases::load(&root).expect("the cases can be read");
    let calls = calls::of(&cases);
    let least = |name: &str| {
        let (module, bare) = name.split_once('.').unwrap_or(("", name));
        let alone = library::module_fn_id(module, bare)
            .and_then(library::function)
            .is_some_and(|f| f.params.is_empty());
        let writes = name.contains("dump_") || name == "manifests.yaml_stream";
        if alone || writes {
            LEAST_OF_SPECIAL
        } else {
            LEAST
        }
    };
    let few: Vec<String> = calls
        .iter()
        .filter(|(name, found)| found.len() < least(name))
        .map(|(name, found)| format!("{name}: {}", found.len()))
        .collect();
    assert!(few.is_empty(), "too few recorded calls of {few:?}");
    let total: usize = calls.values().map(std::collections::BTreeSet::len).sum();
    assert!(total >= TOTAL, "only {total} different calls are recorded");
}

#[test]
fn calls_are_told_apart() {
    let mut found = Vec::new();
    cases::parse(
        "=== a\n--- file: main.k\nimport json as j\nimport .math\nx = j.encode(len(\"a\".upper())) + json.decode(1)\n\
         y = [j.encode(1), j.encode(1), math.ceil(1), lambda { len }]\n--- expect: yaml\n",
        "test",
        &mut found,
    );
    let calls = calls::of(&found);
    let count = |name: &str| calls[name].len();
    assert_eq!(
        [
            count("json.encode"),
            count("len"),
            count("str.upper"),
            count("json.decode"),
            count("math.ceil")
        ],
        [2, 1, 1, 0, 0]
    );
}
