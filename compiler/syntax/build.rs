//! Generates the parser from `src/grammar.lalrpop`, and keeps its symbols small.

use std::path::PathBuf;
use std::{env, fs};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    lalrpop::Configuration::new()
        .use_cargo_dir_conventions()
        .emit_rerun_directives(true)
        .process()?;
    let path = PathBuf::from(env::var("OUT_DIR")?).join("grammar.rs");
    let generated = fs::read_to_string(&path)?;
    if let Some(smaller) = box_recovery(&generated) {
        fs::write(&path, smaller)?;
    }
    Ok(())
}

/// Boxes the record of a mended error. It is the one large kind of symbol; unboxed it makes every symbol that the
/// parser pushes and pops five times as large, and parsing twice as slow.
fn box_recovery(generated: &str) -> Option<String> {
    const RECORD: &str = "(__lalrpop_util::ErrorRecovery<u32, Tok, ()>),";
    let line = generated
        .lines()
        .find(|line| line.ends_with(RECORD))?
        .trim();
    let variant = line.strip_suffix(RECORD)?;
    Some(
        generated
            .replace(
                line,
                &format!("{variant}(Box<__lalrpop_util::ErrorRecovery<u32, Tok, ()>>),"),
            )
            .replace(
                &format!("__Symbol::{variant}(recovery)"),
                &format!("__Symbol::{variant}(Box::new(recovery))"),
            )
            .replace(
                &format!("Some((__l, __Symbol::{variant}(__v), __r)) => (__l, __v, __r),"),
                &format!("Some((__l, __Symbol::{variant}(__v), __r)) => (__l, *__v, __r),"),
            ),
    )
}
