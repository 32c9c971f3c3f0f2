//! The smallest sessions of editing that once went wrong, as the fuzzer wrote them down: `sessions/*.json`.

use std::path::Path;

use kiln_tests::fuzz::editor::{Script, replay};

#[test]
fn what_went_wrong_once_goes_well_now() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/lsp/sessions");
    let mut count = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        let script: Script = serde_json::from_str(&text).unwrap();
        if let Err(message) = replay(&script) {
            panic!("{}: {message}", path.display());
        }
        count += 1;
    }
    assert!(count > 0);
}
