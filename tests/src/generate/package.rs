//! Large packages of schemas, as publishers generate them from descriptions of APIs: hundreds of schemas in a tree of
//! folders that import each other, with long documentation, wide unions, checks, and some configs and functions.
//!
//! The same options give the same bytes. Packages are valid: neither implementation finds a mistake in them, and lints
//! find nothing but the uses of deprecated attributes that are counted.

mod configs;
mod docs;
mod model;
mod names;
mod schemas;
mod values;
mod writer;

use super::rng::Rng;
use model::{Folder, Model};
use writer::Writer;

/// What to generate.
#[derive(Clone, Copy, Debug)]
pub struct PackageOptions {
    /// Lines of all files together, about.
    pub lines: usize,
    /// Files with schemas, apart from `main.k`.
    pub files: usize,
    /// What the choices depend on.
    pub seed: u64,
}

/// A generated package.
#[derive(Clone, Debug)]
pub struct SchemaPackage {
    /// Paths from its root and texts: `kcl.mod`, `main.k`, then the files with schemas.
    pub files: Vec<(String, String)>,
    /// How many attributes that are deprecated are set in configs.
    pub deprecated_uses: usize,
}

impl SchemaPackage {
    /// How many lines all program files have.
    #[must_use]
    pub fn lines(&self) -> usize {
        let programs = self.files.iter().filter(|(path, _)| path.ends_with(".k"));
        programs.map(|(_, text)| text.lines().count()).sum()
    }
}

/// Files in a folder, at most.
const FILES_PER_FOLDER: usize = 12;

/// Folders that a folder may use, at most.
const USED_FOLDERS: usize = 6;

/// A package of schemas.
#[must_use]
pub fn package(options: PackageOptions) -> SchemaPackage {
    let mut rng = Rng::new(options.seed);
    let mut model = Model::default();
    let mut files = Vec::new();
    let mut lines = 0;
    let mut file = 0;
    while file < options.files {
        let folder = model.folders.len();
        let used = used_folders(&mut rng, folder);
        model.folders.push(Folder::new(folder, used));
        let count = rng.range(1, FILES_PER_FOLDER).min(options.files - file);
        for number in 0..count {
            file += 1;
            let wanted = options.lines * file / options.files;
            let mut writer = Writer::new(&mut model, &mut rng, folder);
            if number == 0 {
                schemas::common(&mut writer);
            }
            while writer.lines() == 0 || lines + writer.lines() < wanted {
                schemas::family(&mut writer);
                configs::for_family(&mut writer);
            }
            let text = writer.finish();
            lines += text.lines().count();
            files.push((model.folders[folder].file(number), text));
        }
    }
    let mut writer = Writer::new(&mut model, &mut rng, model::ROOT);
    configs::main(&mut writer);
    let main = writer.finish();
    let manifest = "[package]\nname = \"generated\"\nedition = \"v0.11.0\"\nversion = \"0.1.0\"\n";
    files.splice(
        0..0,
        [
            ("kcl.mod".to_owned(), manifest.to_owned()),
            ("main.k".to_owned(), main),
        ],
    );
    SchemaPackage {
        files,
        deprecated_uses: model.deprecated_uses,
    }
}

/// Earlier folders that a folder imports: always the first one, and some others, most of them near.
fn used_folders(rng: &mut Rng, folder: usize) -> Vec<usize> {
    let mut used = Vec::new();
    if folder > 0 {
        used.push(0);
    }
    for _ in 1..USED_FOLDERS {
        let near = rng.range(1, 20);
        if folder > near && !used.contains(&(folder - near)) {
            used.push(folder - near);
        }
    }
    used
}
