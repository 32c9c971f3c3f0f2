//! A generated package of schemas: neither implementation finds a mistake in it, both make the same of it, and lints find
//! what is meant to be found.
//!
//! `package/answer.yaml` was recorded from the reference implementation:
//! `generate package --out DIR --lines 3000 --files 15 --seed 5`, then its `run` of `DIR/main.k`.

use std::path::Path;

use kiln::lint::codes;
use kiln::{CheckOptions, Format, LiveCheck, MemoryFileSystem, RunOptions, Session};
use kiln_tests::generate::package::{PackageOptions, SchemaPackage, package};
use kiln_tests::generate::rng::Rng;

const OPTIONS: PackageOptions = PackageOptions {
    lines: 3000,
    files: 15,
    seed: 5,
};

fn files(package: &SchemaPackage) -> MemoryFileSystem {
    let files = package.files.iter();
    MemoryFileSystem::with_files(
        files.map(|(path, text)| (format!("/package/{path}"), text.clone())),
    )
}

fn session(package: &SchemaPackage) -> Session {
    Session::new(files(package))
}

fn check_options() -> CheckOptions {
    CheckOptions {
        work_dir: "/package".into(),
        ..CheckOptions::default()
    }
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
                lints: Some(Vec::new()),
                ..check_options()
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

/// An edit somewhere in a text: a line less, a line twice, or another type; often one that is wrong.
fn edit(rng: &mut Rng, text: &str) -> String {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let at = rng.below(lines.len());
    match rng.below(4) {
        0 => drop(lines.remove(at)),
        1 => lines.insert(at, lines[at].clone()),
        _ => {
            let typed = (0..lines.len()).filter(|&line| lines[line].contains(": "));
            let typed: Vec<usize> = typed.collect();
            if !typed.is_empty() {
                let line = *rng.pick(&typed);
                let (from, to) = *rng.pick(&[("str", "int"), ("int", "str"), ("?:", ":")]);
                lines[line] = lines[line].replace(from, to);
            }
        }
    }
    lines.join("\n") + "\n"
}

#[test]
fn a_check_after_edits_finds_what_a_new_one_finds() {
    for seed in 1..=4 {
        let original = package(PackageOptions { seed, ..OPTIONS });
        let mut now = original.clone();
        let mut live = LiveCheck::new(files(&now), check_options()).expect("a package");
        assert_eq!(live.check().reports.len(), 0);
        let mut rng = Rng::new(seed);
        let mut with_reports = 0;
        for step in 0..40 {
            for _ in 0..rng.range(1, 2) {
                // the manifest is no program
                let file = rng.range(1, now.files.len() - 1);
                let (path, text) = &mut now.files[file];
                *text = if *text == original.files[file].1 {
                    edit(&mut rng, text)
                } else {
                    original.files[file].1.clone()
                };
                live.set_text(format!("/package/{path}").as_ref(), text);
            }
            let found = live.check();
            let wanted = session(&now).check(&check_options()).expect("a package");
            let show = |checked: &kiln::Checked| format!("{:#?}", checked.reports);
            assert_eq!(show(&found), show(&wanted), "seed {seed}, step {step}");
            assert_eq!(
                (found.files, found.packages),
                (wanted.files, wanted.packages)
            );
            with_reports += usize::from(!wanted.reports.is_empty());
        }
        assert!(with_reports > 10, "{with_reports}");
    }
}
