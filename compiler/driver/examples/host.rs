//! A host that embeds the language: it gives programs a module of its own and prints the documents of one.
//!
//! ```sh
//! cargo run -p kiln --example host
//! ```

use std::collections::BTreeMap;
use std::error::Error;

use kiln::{Effect, MemoryFileSystem, Plugin, RunOptions, Session};

/// What the host knows and programs may ask for.
fn inventory() -> Plugin {
    let machines = BTreeMap::from([("web", 3), ("db", 2)]);
    Plugin::new("inventory", "The machines of this company.")
        .function(
            "count(role: str) -> int",
            "Returns how many machines have a role.",
            move |(role,): (String,)| {
                machines
                    .get(&*role)
                    .copied()
                    .ok_or_else(|| format!("nobody has the role `{role}`"))
            },
        )
        .function(
            "names(role: str, count: int, prefix: str = \"m\") -> [str]",
            "Returns names for machines.",
            |(role, count, prefix): (String, usize, Option<String>)| {
                let prefix = prefix.unwrap_or_else(|| "m".to_owned());
                let names = (1..=count).map(|i| format!("{prefix}-{role}-{i}"));
                Ok::<_, String>(names.collect::<Vec<_>>())
            },
        )
        .touching(Effect::Pure)
}

const PROGRAM: &str = r#"
import kcl_plugin.inventory

schema Group:
    role: str
    machines: [str] = inventory.names(role, inventory.count(role))

groups = [Group {role = r} for r in ["web", "db"]]
"#;

fn main() -> Result<(), Box<dyn Error>> {
    let files = MemoryFileSystem::with_files([("/app/main.k", PROGRAM)]);
    let mut session = Session::new(files).with_plugins([inventory()])?;
    let run = session.run(&RunOptions {
        work_dir: "/app".into(),
        inputs: vec!["main.k".into()],
        ..RunOptions::default()
    })?;
    if !run.succeeded() {
        return Err(format!("{:#?}", run.reports).into());
    }
    run.write(kiln::Format::Yaml, &mut std::io::stdout())?;
    Ok(())
}
