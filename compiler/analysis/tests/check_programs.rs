//! Prints what the checker says about the programs in a folder, for comparison with other implementations:
//! `PROGRAMS=dir cargo test -p kiln-analysis --test check_programs -- --ignored --nocapture`

mod common;

use common::Program;
use kiln_analysis::check::check_program;
use kiln_analysis::syntax::render_location;
use kiln_analysis::{name_diagnostics, package_syntax_diagnostics};

#[test]
#[ignore = "a tool, not a test"]
fn print_all() {
    let folder = std::env::var("PROGRAMS").unwrap_or_default();
    let entries = std::fs::read_dir(folder).expect("a readable folder");
    let mut paths: Vec<_> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .collect();
    paths.sort();
    for path in paths {
        let text = std::fs::read_to_string(&path).expect("a readable file");
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let Ok(lines) = std::panic::catch_unwind(|| found(&text)) else {
            println!("{name}: PANIC");
            continue;
        };
        for line in lines {
            println!("{name}:{line}");
        }
        println!("{name}: done");
    }
}

fn found(text: &str) -> Vec<String> {
    let program = Program::single(text);
    let db = &program.db;
    let mut lines = Vec::new();
    let placed = package_syntax_diagnostics(db, program.main())
        .iter()
        .chain(name_diagnostics(db, program.main()));
    for diagnostic in placed {
        let place = diagnostic
            .primary
            .file
            .as_ref()
            .expect("a placed diagnostic");
        let (line, _) = render_location(db, &place.path, place.item, diagnostic.primary.span);
        lines.push(format!(
            "{line}: {:?} {} {}",
            diagnostic.kind, diagnostic.code, diagnostic.message
        ));
    }
    for (item, diagnostic) in check_program(db, program.project) {
        let place = diagnostic
            .primary
            .file
            .clone()
            .unwrap_or_else(|| item.place(db));
        let (line, _) = render_location(db, &place.path, place.item, diagnostic.primary.span);
        lines.push(format!(
            "{line}: {:?} {} {}",
            diagnostic.kind, diagnostic.code, diagnostic.message
        ));
    }
    lines
}
