//! Writes `spec/library`.

use std::path::Path;

fn main() -> std::io::Result<()> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../spec/library");
    std::fs::create_dir_all(&folder)?;
    for (name, text) in kiln_tests::chapters::pages() {
        std::fs::write(folder.join(name), text)?;
    }
    Ok(())
}
