//! How long checking takes, by hand: `cargo test --release -p kiln-analysis --test check_speed -- --ignored --nocapture`
//! with `FILES` naming programs.

use std::time::Instant;

use kiln_analysis::Database;
use kiln_analysis::check::check_program;
use kiln_analysis::outline::outline;
use kiln_analysis::{item_syntax, main_package, package_files, package_names};
use kiln_project::MemoryFileSystem;

#[test]
#[ignore = "a measurement, not a test"]
fn speed() {
    for path in std::env::var("FILES")
        .unwrap_or_default()
        .split_whitespace()
    {
        let text = std::fs::read_to_string(path).expect("a readable file");
        let lines = text.lines().count();
        let mut system = MemoryFileSystem::default();
        system.insert("/p/main.k", text);
        let db = Database::frozen(system);
        let dependencies = db.dependencies_from(Box::default(), None);
        let project = db.project("/p", &["/p/main.k"], dependencies);
        let main = main_package(&db, project);
        let started = Instant::now();
        for &item in &outline(&db, package_files(&db, main)[0]).items {
            let _ = item_syntax(&db, item);
        }
        let parsed = started.elapsed();
        let _ = package_names(&db, main);
        let named = started.elapsed();
        let found = check_program(&db, project);
        let checked = started.elapsed() - named;
        let rate = lines as f64 / checked.as_secs_f64() / 1e6;
        println!(
            "{path}: parse {parsed:?}, names {:?}, check {checked:?} = {rate:.2} M lines/s, {} errors",
            named - parsed,
            found.len()
        );
    }
}
