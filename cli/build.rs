//! Embeds the pages of `kiln explain`: every `spec/errors/E….md` and `W….md` becomes an entry of a table.

use std::env;
use std::fmt::Write;
use std::fs;
use std::path::Path;

fn main() {
    let variable = |name: &str| env::var(name).expect("cargo sets it");
    let manifest = variable("CARGO_MANIFEST_DIR");
    let pages = Path::new(&manifest).join("../spec/errors");
    println!("cargo::rerun-if-changed=build.rs");
    println!(
        "cargo::rerun-if-changed={}",
        if pages.is_dir() {
            &pages
        } else {
            Path::new("../spec")
        }
        .display()
    );

    let mut numbered: Vec<(u16, String)> = Vec::new();
    for entry in fs::read_dir(&pages).into_iter().flatten().flatten() {
        let path = entry.path();
        let stem = path
            .file_stem()
            .and_then(|s| s.to_str())
            .unwrap_or_default();
        let number = stem
            .strip_prefix(['E', 'W'])
            .and_then(|digits| digits.parse().ok());
        if let (Some(number), Some("md")) = (number, path.extension().and_then(|e| e.to_str())) {
            let path = path.canonicalize().unwrap_or(path);
            numbered.push((number, path.to_string_lossy().into_owned()));
        }
    }
    numbered.sort();
    let mut table = String::from("pub(crate) static PAGES: &[(u16, &str)] = &[\n");
    for (number, path) in numbered {
        let _ = writeln!(table, "    ({number}, include_str!({path:?})),");
    }
    table.push_str("];\n");
    fs::write(Path::new(&variable("OUT_DIR")).join("pages.rs"), table)
        .expect("the output folder is writable");
}
