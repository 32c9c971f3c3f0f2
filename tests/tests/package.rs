//! A generated package of schemas: neither implementation finds a mistake in it, both make the same of it, and lints find
//! what is meant to be found.
//!
//! `package/answer.yaml` was recorded from the reference implementation:
//! `generate package --out DIR --lines 3000 --files 15 --seed 5`, then its `run` of `DIR/main.k`.

use std::path::Path;

use kiln::lint::codes;
use kiln::{CheckOptions, Format, MemoryFileSystem, RunOptions, Session};
use kiln_tests::generate::package::{PackageOptions, SchemaPackage, package};

const OPTIONS: PackageOptions = PackageOptions {
    lines: 3000,
    files: 15,
    seed: 5,
};

fn session(package: &SchemaPackage) -> Session {
    let files = package.files.iter();
    Session::new(MemoryFileSystem::with_files(
        files.map(|(path, text)| (format!("/package/{path}"), text.clone())),
    ))
}

#[test]
fn options_decide_everything() {
    let one = package(OPTIONS);
    assert_eq!(one.files, package(OPTIONS).files);
    let other = package(PackageOptions { seed: 6, ..OPTIONS });
    assert_ne!(one.files, other.files);
    assert!((2900..3500).contains(&one.lines()), "{}", one.lines());
    assert_eq!(one.files.len(), OPTIONS.files + 2);
}

#[test]
fn the_documents_are_those_of_the_reference() {
    let recorded = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/package/answer.yaml");
    let recorded = std::fs::read_to_string(recorded).expect("the recorded answer");
    let mut session = session(&package(OPTIONS));
    let options = RunOptions {
        work_dir: "/package".into(),
        inputs: vec!["main.k".to_owned()],
        ..RunOptions::default()
    };
    let run = session.run(&options).expect("documents");
    let mut out = Vec::new();
    run.write(Format::Yaml, &mut out).expect("memory suffices");
    assert_eq!(String::from_utf8_lossy(&out), recorded);
}

#[test]
fn checks_find_nothing_and_lints_what_is_meant() {
    for seed in 1..=8 {
        let package = package(PackageOptions { seed, ..OPTIONS });
        let checked = session(&package)
            .check(&CheckOptions {
                work_dir: "/package".into(),
                lints: Some(Vec::new()),
                ..CheckOptions::default()
            })
            .expect("a package");
        assert_eq!(checked.files, OPTIONS.files + 1);
        for report in &checked.reports {
            assert_eq!(
                report.code,
                codes::DEPRECATED.number,
                "seed {seed}: {report:?}"
            );
        }
        assert_eq!(
            checked.reports.len(),
            package.deprecated_uses,
            "seed {seed}"
        );
    }
}
