//! What an edit makes the compiler compile again, and what not.

use kiln_analysis::db::Database;
use kiln_analysis::imports::reachable_packages;
use kiln_analysis::inputs::Project;
use kiln_codegen::build_package;
use kiln_project::MemoryFileSystem;

const TEXT: &str = "\
schema App:
    name: str
    replicas: int = 1

_count = 2
app = App {name = \"web\", replicas = _count}  # the app
size = _count + 1
";

struct Program {
    db: Database,
    project: Project,
}

impl Program {
    fn new() -> Self {
        let db = Database::logging(MemoryFileSystem::with_files([("/p/main.k", TEXT)]));
        let dependencies = db.dependencies_from(Box::new([]), None);
        let project = db.project("/p", &["/p/main.k"], dependencies);
        let program = Self { db, project };
        program.compile();
        program
    }

    /// Checks and compiles everything; gives the names of the executed queries with their numbers.
    fn compile(&self) -> Vec<String> {
        for &package in reachable_packages(&self.db, self.project) {
            let _ = kiln_analysis::name_diagnostics(&self.db, package);
            let _ = kiln_analysis::package_syntax_diagnostics(&self.db, package);
            let _ = build_package(&self.db, package);
        }
        let mut counts: std::collections::BTreeMap<String, usize> =
            std::collections::BTreeMap::new();
        for line in self.db.take_log() {
            let name = line.split('(').next().unwrap_or(&line).to_owned();
            *counts.entry(name).or_default() += 1;
        }
        counts
            .into_iter()
            .map(|(name, count)| format!("{name} × {count}"))
            .collect()
    }

    fn edit(&mut self, from: &str, to: &str) -> Vec<String> {
        assert!(TEXT.contains(from), "the text has {from:?}");
        self.db
            .set_text("/p/main.k", Some(TEXT.replace(from, to).into()));
        self.compile()
    }
}

fn compiled(runs: &[String]) -> Option<&String> {
    runs.iter().find(|r| r.starts_with("bytecode"))
}

#[test]
fn nothing_is_compiled_twice() {
    assert_eq!(Program::new().compile(), Vec::<String>::new());
}

#[test]
fn a_comment_parses_one_item_and_runs_nothing_behind_it() {
    let mut program = Program::new();
    let runs = program.edit("# the app", "# this is the app");
    assert_eq!(compiled(&runs), None, "{runs:?}");
    assert!(runs.contains(&"item_syntax × 1".to_owned()), "{runs:?}");
}

#[test]
fn moving_items_compiles_nothing() {
    let mut program = Program::new();
    let runs = program.edit("_count = 2", "\n\n\n_count = 2");
    assert_eq!(compiled(&runs), None, "{runs:?}");
}

#[test]
fn a_body_compiles_only_its_item() {
    let mut program = Program::new();
    let runs = program.edit("replicas: int = 1", "replicas: int = 1 + 1");
    assert_eq!(
        compiled(&runs),
        Some(&"bytecode × 1".to_owned()),
        "{runs:?}"
    );
    assert!(runs.contains(&"item_syntax × 1".to_owned()), "{runs:?}");
}

#[test]
fn a_new_value_compiles_only_its_item() {
    let mut program = Program::new();
    let runs = program.edit("_count = 2", "_count = 3");
    assert_eq!(
        compiled(&runs),
        Some(&"bytecode × 1".to_owned()),
        "{runs:?}"
    );
}
