//! The tables of functions themselves.

use kiln_runtime::native::NativeImp;

use crate::{
    builtin_id, builtins, function, module, module_fn_id, modules, str_member_id, str_members,
    table,
};

#[test]
fn every_builtin_is_there() {
    let names: Vec<&str> = builtins().iter().map(|f| f.name).collect();
    let expected = "option print multiplyof isunique isnullish len abs all_true any_true hex bin oct ord sorted range \
        max min sum pow round zip int float bool str list dict typeof reduce";
    for name in expected.split_ascii_whitespace() {
        assert!(names.contains(&name), "{name}");
    }
    assert_eq!(names.len(), expected.split_ascii_whitespace().count());
}

#[test]
fn every_member_is_there() {
    let expected = "capitalize chars count endswith startswith find rfind index rindex format isalpha isalnum isdigit \
        islower isupper isspace istitle join lower upper lstrip rstrip strip replace removeprefix removesuffix split \
        rsplit splitlines title";
    for name in expected.split_ascii_whitespace() {
        let id = str_member_id(name).unwrap_or_else(|| panic!("{name}"));
        assert_eq!(function(id).unwrap().name, format!("str.{name}"));
    }
    assert_eq!(
        str_members().len(),
        expected.split_ascii_whitespace().count()
    );
}

#[test]
fn declarations_are_consistent() {
    let table = table();
    for f in table.functions {
        let bare = f.name.strip_prefix("str.").unwrap_or(f.name);
        assert!(
            f.signature.starts_with(&format!("{bare}(")),
            "{}",
            f.signature
        );
        assert!(f.signature.contains(") -> "), "{}", f.signature);
        assert!(!f.doc.is_empty() && f.doc.contains('.'), "{}", f.name);
        assert!(f.required <= f.params.len());
        if matches!(f.imp, NativeImp::Variadic(_)) {
            assert!(f.signature.contains('*') && f.params.is_empty());
        }
        assert_eq!(
            table.functions.iter().filter(|g| g.name == f.name).count(),
            1
        );
    }
    for module in modules() {
        for f in module.functions {
            let bare = f.name.strip_prefix(module.name).unwrap();
            let id = module_fn_id(module.name, &bare[1..]).unwrap();
            assert_eq!(function(id).unwrap().name, f.name);
        }
    }
    assert!(modules().is_sorted_by_key(|m| m.name));
}

#[test]
fn lookups() {
    assert_eq!(
        function(builtin_id("len").unwrap()).unwrap().params,
        ["inval"]
    );
    assert_eq!(builtin_id("str.upper"), None);
    assert_eq!(builtin_id("upper"), None);
    assert_eq!(module_fn_id("str", "upper"), None);
    assert_eq!(str_member_id("encode"), None);
    assert_eq!(module_fn_id("json", "nope"), None);
    assert!(
        module("units")
            .unwrap()
            .constants
            .iter()
            .any(|c| c.name == "Ki")
    );
    assert!(module("nope").is_none());
}
